"""A set-up as a short text for a chat: `chainrule:1:ePnZ…`.

It is the Experiment's JSON without what is as usual, compressed, in letters that survive everywhere; own rows are in it
where they are few, some hundred numbers. The defaults of core/experiment.py and the words below are part of this
format: to change one is to change the version.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from typing import Any

import msgspec

from core.document_parts import check_setup
from core.errors import ChainruleError, DocumentError
from core.experiment import Experiment
from core.words import tr

VERSION = 1
MAX_LETTERS = 10_000  # of a text made here
MAX_TEXT = 2 * MAX_LETTERS  # characters looked at, what mails put around and into it included
MAX_JSON = 20_000  # bytes after decompression: eight layers, a long name and some hundred numbers take less

_WORDS = (  # what compression knows beforehand, the most frequent last
    b'"lecture""moons-demo""spiral""gauss""xor""circle""blobs""moons""softplus""sin""sigmoid""leaky_relu""linear""relu"'
    b'"mean-squared""logistic""hinge""drop":0."steps":"decay":{"kind":"linear"},"output":"linear","init":"library","seed":'
    b'{"name":"","data":{"kind":"","points":200,"noise":0.1,"seed":42},"network":{"hidden":[{"neurons":16},{"neurons":8},'
    b'{"neurons":4},{"neurons":2}],"output":"linear","init":"playground"},'
    b'"training":{"learning_rate":0.3,"loss":"half-squared","l2":0.0001,"batch":10}}'
)
_EXPERIMENTS = msgspec.json.Decoder(Experiment)
_SHAPE = re.compile(r"chainrule:([1-9][0-9]{0,8}):([A-Za-z0-9_-]+)=*", re.IGNORECASE)
_AROUND = re.compile(r"[\s\"'`´“”„‘’‚«»‹›<>\u00ad\u200b-\u200d\u2060\ufeff]+")  # what chats and mails put in and around


def setup_text(experiment: Experiment) -> str:
    """The experiment as one short word. Raises DocumentError if it is not a sound one, or its own rows are too many."""
    _check(experiment)
    stream = zlib.compressobj(level=9, zdict=_WORDS)
    json = msgspec.json.encode(_differences(experiment, Experiment()))
    data = stream.compress(json) + stream.flush()
    text = f"chainrule:{VERSION}:{base64.urlsafe_b64encode(data).decode().rstrip('=')}"
    if len(text) > MAX_LETTERS or len(json) > MAX_JSON:
        raise DocumentError(tr("These data are too many for a text to copy: save the document, and send that."))
    return text


def experiment_from_text(text: str) -> Experiment:
    """The experiment that `setup_text` made a text of; line breaks, blanks and quotes do not matter.

    Raises DocumentError with a sentence that says what is wrong with the text.
    """
    found = _SHAPE.fullmatch(_AROUND.sub("", text)) if len(text) <= MAX_TEXT else None
    if found is None:
        raise DocumentError(tr("This is no set-up: such a text begins with 'chainrule:1:' and is one long word."))
    if int(found[1]) > VERSION:
        raise DocumentError(tr("This set-up comes from a newer Chainrule."))
    try:
        experiment = _EXPERIMENTS.decode(_unpacked(found[2]))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, zlib.error, binascii.Error) as error:
        raise DocumentError(tr("This set-up is incomplete or was changed on its way: copy it again.")) from error
    _check(experiment)
    return experiment


def _unpacked(letters: str) -> bytes:
    packed = base64.urlsafe_b64decode(letters + "=" * (-len(letters) % 4))
    stream = zlib.decompressobj(zdict=_WORDS)
    data = stream.decompress(packed, MAX_JSON)
    if not stream.eof or stream.unused_data:
        raise zlib.error("too long, cut off, or followed by something")
    return data


def _differences(value: Any, usual: Any) -> Any:
    """Only the fields that are not as usual; layers one by one, and all of what is usually not there."""
    if usual is None:
        return value
    if isinstance(value, tuple):
        return [_differences(layer, type(layer)()) for layer in value]
    if not isinstance(value, msgspec.Struct):
        return value
    fields = ((name, getattr(value, name), getattr(usual, name)) for name in value.__struct_fields__)
    return {name: _differences(mine, other) for name, mine, other in fields if mine != other}


def _check(experiment: Experiment) -> None:
    try:
        check_setup(experiment)
    except ChainruleError as error:
        raise DocumentError(tr("This set-up cannot be used: {error}", error=error)) from None
