"""Lessons in words that are nobody's: what is in Latin letters beside them is the window's."""

from __future__ import annotations

from pathlib import Path

from core.lessons.mistakes import LessonError
from core.lessons.sharing import open_lesson

ALL_KINDS = '''
+++
id = "all-kinds"
title = "Μάθημα"
minutes = 5
+++
Λόγια πριν από όλα.

## Αριθμός

Το $e$ είναι {data e}.

```step
[prepare]
text = """
a = 2.0
b = -3.0
c = a * b
e = c + b
e.backward()
"""
[task]
kind = "number"
ask = "Πόσο;"
figure = "grad a"
```

## Κόμβος

Δείξε.

```step
[task]
kind = "pick"
ask = "Ποιος;"
nodes = ["c"]
```

## Επιλογή

Διάλεξε.

```step
[task]
kind = "choose"
ask = "Τι;"
[[task.choices]]
answer = "Ναι"
why = "Σωστά"
right = true
[[task.choices]]
answer = "Όχι"
why = "Λάθος"
```

## Φύλλα

Φτάσε.

```step
[task]
kind = "reach"
ask = "Ως εκεί."
figure = "grad b"
at_least = 7.0
at_most = 9.0
solution = { leaves = { a = 7.0 } }
```

## Δίκτυο

Βρες.

```step
[prepare]
example = "lecture"
steps = 2
bugs = ["no-zero"]
[task]
kind = "bug"
ask = "Ποιο;"
```

## Δρόμος

Μάθε.

```step
[prepare]
example = "lecture"
[task]
kind = "reach"
ask = "Ως εκεί."
figure = "loss"
at_most = 3.0
within = 1
solution = { set = { training.learning_rate = 0.2 }, steps = 1 }
```

## Χώρισε

Χώρισε.

```step
[prepare]
example = "moons"
[task]
kind = "separate"
ask = "Όλα."
accuracy = 1.0
solution = { steps = 40 }
```

## Κάνε

Κάνε.

```step
[task]
kind = "do"
ask = "Κάνε."
event = "step"
times = 2
```

## Διάβασε

Τέλος.
'''.lstrip()
UNPREPARED = """
+++
id = "unprepared"
title = "Μάθημα"
+++

## Βήμα

Εδώ.

```step
[prepare]
text = "a = 2.0"
select = "b"
```
""".lstrip()
UNSOUND = """
+++
title = 3
+++

## Βήμα

{λάθος} $\\λ$

```step
[prepare]
position = "end"
steps = "3"
[task]
kind = "number"
```
""".lstrip()


def written(folder: Path, text: str, name: str) -> Path:
    """A lesson's file; each has its own, as those of open lessons are read again when they change."""
    file = folder / f"{name}.md"
    file.write_text(text, encoding="utf-8")
    return file


def mistakes_of(folder: Path) -> LessonError:
    """In a file with several."""
    try:
        open_lesson(written(folder, UNSOUND, "α"))
    except LessonError as error:
        return error
    raise AssertionError("the lesson is sound")
