"""Texts for the expression lab that chance wrote: from a grammar, from mutated snippets, from ill will."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from core.expression.snippets import snippets

NAMES = (
    "a", "b", "c", "d", "e", "f", "x", "y", "n", "o", "L", "h", "xs", "loss", "p", "k",
)  # fmt: skip
NUMBERS = (
    "0", "1", "2", "3", "-1", "0.5", "-3.0", "10.0", "1e-3", "6.8813735870195432", "1e308", "-1e308", "1e-320",
    "9999999999999999999", "0x1f", "1_000",
)  # fmt: skip
OPERATIONS = (
    "tanh", "exp", "log", "sqrt", "sigmoid", "relu", "leaky_relu", "softplus", "sin", "cos", "abs",
)  # fmt: skip
WORDS = (
    *NAMES, *NUMBERS, *OPERATIONS, "Value", "Neuron", "Layer", "MLP", "print", "sum", "zip", "len", "range", "for",
    "in", "if", "else", "def", "return", "lambda", "not", "and", "or", "while", "import", "from", "class", "yield",
    "try", "data", "grad", "label", "backward", "_backward", "_prev", "__class__", "__import__", "eval", "exec",
    "open", "random", "math", "torch", "None", "True", "self", "max", "min", "set", "list", "round", "int", "str",
    "draw_dot",
)  # fmt: skip
SIGNS = (
    "+", "-", "*", "/", "**", "//", "%", "(", ")", "[", "]", "{", "}", ",", ".", ":", ";", "=", "==", "!=", "<", ">",
    "<=", ">=", "+=", "-=", "*=", "/=", "@", "&", "|", "^", "~", "!", "?", "$", "\\", "#", "'", '"', "'''", ":=", "->",
    "\n", "\n", "", "\t",
)  # fmt: skip
ODD = ["é", "ü", "×", "−", "²", "\u00a0", "\x00", "\ud800", "😀", "\r", "\f", "\u2028", "“", "\x1b", "\x85"]
HOSTILE = (
    "__import__('os').system('true')", "open('/etc/passwd')", "().__class__.__bases__[0].__subclasses__()",
    "eval('1')", "exec('a=1')", "compile('1','','eval')", "globals()", "print.__self__", "(lambda: 0).__globals__",
    "Value.__init__", "a = Value(1.0)\na.__class__.__mro__", "f'{().__class__}'", "f'{1:{10**9}}'", "'%s' % a",
    "'{0.__class__}'.format(1)", "math.__loader__", "random.__dict__", "np.__builtins__", "import os",
    "import sys as s", "from os import system", "from math import __loader__", "getattr(1, 'real')", "vars()",
    "type(1)", "input()", "[0]*10**9", "'a'*10**9", "2**10**9", "10**10000", "9**9**9", "while True: pass",
    "x=[1]\nwhile True: x=x+x", "def f(x): return f(x)\nf(1)", "f=lambda: f()\nf()",
    "x=[]\nx.append(x)\nprint(x)\nprint(x==x)", "x=[0]\nfor i in range(60): x=[x,x]\nprint(x)",
    "x=(0,)\nfor i in range(60): x=(x,x)\nset([x])",
    "x=[0]\ny=[0]\nfor i in range(40):\n  x=[x,x]\n  y=[y,y]\nprint(x==y)", "MLP(1000,[1000,1000,1000])",
    "range(10**18)", "list(range(10**18))", "for i in range(10**18): i", "a=1\n"*6000, "("*3000, "-"*9000+"1",
    "not "*4000+"1", "1"+"+1"*9000, "x"+".x"*6000, "x**"*5000+"x", "f"+"()"*5000, "["*900+"]"*900, "9"*5000,
    "0x"+"f"*19000, "print('a'*10000)\n"*50, "for i in range(5000): print(i)", "print(1,end='')\n"*3000,
    "a=2.0\n"+"a=a*a\n"*3000, "a=Value(2.0)\nfor i in range(100): a=a+a\na.backward()",
    "for i in range(10**6): Value(1.0)",
    "a=Value(1.0)\nfor i in range(3000): a=a*1.0\nfor i in range(1000): a.backward()", "round(1e308,-308)",
    "int(1e308)", "int('9'*90)", "float('nan')", "f'{1.5:.99f}'", "f'{1e308:,.50f}'", "random.uniform(1e308,-1e308)",
    "random.seed(1e400)", "x = 1\nx.real", "a=Value(1.0)\na.data='x'", "a=Value(1.0)\na._prev=(a,)",
    "a=Value(1.0,(a,),'+')", "a=Value(1.0)\nb=Value(2.0,(a,),'tanh')\nb.backward()", "n=Neuron(2)\nn.w=[1,2]",
    "n=Neuron(2)\nn.w.append(3)", "n=MLP(2,[2])\nn([1,2,3])", "n=Neuron(1)\nn([n])", "def f(*a): return a",
    "def f(a,a): return a", "class A: pass", "class Value: pass\nValue(1.0)", "a,b=1", "a,*b=[1,2]", "*a,=1,",
    "del a", "global a", "nonlocal a", "yield 1", "await a", "async def f(): pass", "with a: pass",
    "try: a\nexcept: b", "assert 0", "raise a", "match a:\n case 1: pass", "print(*[1,2],**{})", "print(**{'sep':1})",
    "f'{a!r:>{5}}'", "f'{3!r:>5}'", "x=f'''{\n1}'''", "'a' 'b'", "b'a'", "...", "1j", "a:int=3", "a:int", "(a:=3)",
    "[i for i in range(9) if i%2]", "{i for i in [1,2]}", "{1:2}", "break", "return 1",
)  # fmt: skip

Maker = Callable[[random.Random], str]


def made_programs(seed: int, count: int) -> Iterator[str]:
    """`count` texts; the same seed gives the same ones."""
    rng = random.Random(seed)
    for i in range(count):
        yield HOSTILE[i] if i < len(HOSTILE) else made_program(rng)


def made_program(rng: random.Random) -> str:
    """One text of any kind."""
    return rng.choice((_sound, _sound, _sound, _mutated, _mutated, _soup, _hostile))(rng)


def sound_program(rng: random.Random) -> str:
    """A text that follows the grammar; what it does may still be a mistake."""
    return _sound(rng)


def _sound(rng: random.Random) -> str:
    known: list[str] = []
    lines = []
    for _ in range(rng.randint(1, 14)):
        lines += _statement(rng, known)
    if known and rng.random() < 0.6:
        lines.append(f"{rng.choice(known)}.backward()")
    if known and rng.random() < 0.4:
        lines += _statement(rng, known)
    return "\n".join(lines)


def _statement(rng: random.Random, known: list[str], indent: str = "") -> list[str]:
    name = rng.choice(NAMES)
    kind = rng.randint(0, 15) if known else rng.randint(0, 3)
    if kind <= 1:
        line = f"{name} = Value({rng.choice(NUMBERS)}, label='{name}')"
    elif kind <= 3:
        line = f"{name} = {rng.choice(NUMBERS)}"
    elif kind <= 8:
        line = f"{name} = {_expression(rng, known, 3)}"
    elif kind == 9:
        line = f"{rng.choice(known)} {rng.choice('+-*/')}= {_expression(rng, known, 1)}"
        return [indent + line]
    elif kind == 10:
        field = rng.choice(("data", "grad"))
        sign = rng.choice(("=", "+=", "-=", "*="))
        return [f"{indent}{rng.choice(known)}.{field} {sign} {rng.choice((*NUMBERS, rng.choice(known) + '.grad'))}"]
    elif kind == 11:
        return [f"{indent}print({_expression(rng, known, 1)}, f'{{{rng.choice(known)}.data:.4f}}')"]
    elif kind == 12 and len(indent) < 6:
        inner = _statement(rng, known, indent + "  ") + _statement(rng, known, indent + "  ")
        head = rng.choice(
            (f"for {name} in range({rng.randint(0, 5)}):", f"if {rng.choice(known)}.data > 0:", "if True:")
        )
        known.append(name) if head.startswith("for") else None
        return [indent + head, *inner]
    elif kind == 13:
        return [f"{indent}{rng.choice(known)}.{rng.choice(('backward', '_backward'))}()"]
    elif kind == 14:
        items = ", ".join(rng.choice(known) for _ in range(3))
        return [f"{indent}for p in [{items}]:", f"{indent}  p.{rng.choice(('grad = 0.0', 'data += -0.1 * p.grad'))}"]
    else:
        line = f"{name} = sum([{rng.choice(known)} * {_expression(rng, known, 1)} for k in range({rng.randint(0, 4)})])"
    known.append(name)
    return [indent + line]


def _expression(rng: random.Random, known: list[str], depth: int) -> str:
    if depth == 0 or rng.random() < 0.2:
        return rng.choice(known) if rng.random() < 0.7 else rng.choice(NUMBERS)
    inner = _expression(rng, known, depth - 1)
    kind = rng.randint(0, 6)
    if kind <= 2:
        return f"({inner} {rng.choice(('+', '-', '*', '/'))} {_expression(rng, known, depth - 1)})"
    if kind == 3:
        return f"({inner})**{rng.choice(('2', '3', '-1', '0.5'))}"
    if kind == 4:
        return f"({inner}).{rng.choice(OPERATIONS)}()"
    if kind == 5:
        return f"{rng.choice(OPERATIONS)}({inner})"
    return f"-{inner}"


def _mutated(rng: random.Random) -> str:
    text = rng.choice(snippets()).text if rng.random() < 0.7 else _sound(rng)
    for _ in range(rng.choice((1, 1, 2, 3, 8))):
        i, j = sorted((rng.randint(0, len(text)), rng.randint(0, len(text))))
        kind = rng.randint(0, 6)
        if kind == 0:
            text = text[:i] + text[min(j, i + 9) :]
        elif kind == 1:
            text = text[:i] + rng.choice((*WORDS, *SIGNS)) + text[i:]
        elif kind == 2:
            text = text[:i] + rng.choice(ODD) + text[i:]
        elif kind == 3:
            text = text[:i] + text[j:] if rng.random() < 0.3 else text[:i]
        elif kind == 4:
            text = text[:i] + text[i:j] * rng.randint(0, 3) + text[j:]
        elif kind == 5:
            old, new = rng.choice((*NUMBERS, *NAMES)), rng.choice(WORDS)
            text = text.replace(old, new, 1)
        else:
            lines = text.split("\n")
            rng.shuffle(lines) if rng.random() < 0.3 else lines.insert(rng.randint(0, len(lines)), rng.choice(lines))
            text = "\n".join(lines)
        text = text[:30_000]
    return text


def _soup(rng: random.Random) -> str:
    pieces = (*WORDS, *SIGNS, *SIGNS, *ODD)
    return rng.choice(("", " ")).join(rng.choice(pieces) for _ in range(rng.randint(0, 40)))


def _hostile(rng: random.Random) -> str:
    text = rng.choice(HOSTILE)
    if rng.random() < 0.5:
        text = _sound(rng) + "\n" + text
    return text if rng.random() < 0.5 else text.replace(rng.choice("0123456789()[].a"), rng.choice(WORDS), 1)
