"""MessagePack and JSON into records, where threads may begin together.

msgspec learns a record's type when it first meets it. Two threads that met one at the same moment ended the process
with a segmentation fault (msgspec 0.22 on CPython 3.11), so types are learnt one at a time.
"""

from collections.abc import Callable
from threading import Lock
from typing import Any, TypeVar

import msgspec

_T = TypeVar("_T")
_D = TypeVar("_D")
_learning = Lock()
_decoders: dict[tuple[object, type[Any]], Any] = {}


def decode(data: bytes | memoryview, kind: type[_T]) -> _T:
    """Return the record that is encoded.

    Raises:
        msgspec.DecodeError: It is no such record.
    """
    return _learnt(msgspec.msgpack.Decoder[_T], kind).decode(data)


def decode_json(data: bytes | str, kind: type[_T]) -> _T:
    """Return the record that is encoded as JSON.

    Raises:
        msgspec.DecodeError: It is no such record.
    """
    return _learnt(msgspec.json.Decoder[_T], kind).decode(data)


def _learnt(make: Callable[[type[_T]], _D], kind: type[_T]) -> _D:
    """Return the decoder that a class of them makes of a type."""
    with _learning:
        if (make, kind) not in _decoders:
            _decoders[make, kind] = make(kind)
    decoder: _D = _decoders[make, kind]
    return decoder
