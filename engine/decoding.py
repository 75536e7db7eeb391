"""MessagePack and JSON into records, where threads may begin together.

msgspec learns a record's type when it first meets it. Two threads that met one at the same moment ended the process
with a segmentation fault (msgspec 0.22 on CPython 3.11), so types are learnt one at a time.
"""

from threading import Lock
from typing import Any, TypeVar

import msgspec

_T = TypeVar("_T")
_learning = Lock()
_decoders: dict[type[Any], msgspec.msgpack.Decoder[Any]] = {}
_json_decoders: dict[type[Any], msgspec.json.Decoder[Any]] = {}


def decode(data: bytes | memoryview, kind: type[_T]) -> _T:
    """Return the record that is encoded.

    Raises:
        msgspec.DecodeError: It is no such record.
    """
    with _learning:
        if kind not in _decoders:
            _decoders[kind] = msgspec.msgpack.Decoder(kind)
    record: _T = _decoders[kind].decode(data)
    return record


def decode_json(data: bytes | str, kind: type[_T]) -> _T:
    """Return the record that is encoded as JSON.

    Raises:
        msgspec.DecodeError: It is no such record.
    """
    with _learning:
        if kind not in _json_decoders:
            _json_decoders[kind] = msgspec.json.Decoder(kind)
    record: _T = _json_decoders[kind].decode(data)
    return record
