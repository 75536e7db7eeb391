"""Breaks the header of a GGUF file: counts, lengths, types, values, shapes and offsets. All follows from a seed."""

import struct
from collections.abc import Callable
from random import Random
from typing import NamedTuple

SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
"""Value type → bytes, as the specification of GGUF has them."""
STRING, ARRAY = 8, 9
NUMBERS = (0, 1, 2, 3, 7, 31, 255, 2**15, 2**16, 2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**60, 2**63 - 1, 2**63, 2**64 - 1)


class Field(NamedTuple):
    """A part of a header."""

    kind: str
    start: int
    end: int


class Header:
    """Where everything is in the header of a sound file.

    Args:
        data: The beginning of the file, the whole header in it.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.fields: list[Field] = [Field("magic", 0, 4), Field("version", 4, 8)]
        self.entries: list[Field] = []
        """Each entry of the metadata, and each tensor, as a whole."""
        self._at = 8
        tensors, entries = self._number("tensor count", 8), self._number("entry count", 8)
        for _ in range(entries):
            start = self._at
            key = self._text("key")
            self._value(key)
            self.entries.append(Field("entry", start, self._at))
        for _ in range(tensors):
            start = self._at
            self._text("tensor name")
            for _ in range(self._number("dimensions", 4)):
                self._number("shape", 8)
            self._number("tensor type", 4)
            self._number("tensor offset", 8)
            self.entries.append(Field("tensor", start, self._at))
        self.end = self._at

    def _number(self, kind: str, size: int) -> int:
        start, self._at = self._at, self._at + size
        self.fields.append(Field(kind, start, self._at))
        return int.from_bytes(self.data[start : self._at], "little")

    def _text(self, kind: str) -> str:
        size = self._number(f"length of a {kind}", 8)
        start, self._at = self._at, self._at + size
        if size:
            self.fields.append(Field(kind, start, self._at))
        return self.data[start : self._at].decode()

    def _value(self, key: str) -> None:
        kind = self._number("value type", 4)
        if kind == STRING:
            self._text(f"text of {key}")
        elif kind == ARRAY:
            inner, items = self._number("item type", 4), self._number("item count", 8)
            for place in range(items):
                if inner == STRING and place < 3:  # the vocabulary's others are all alike
                    self._text("item")
                elif inner == STRING:
                    self._at += 8 + int.from_bytes(self.data[self._at : self._at + 8], "little")
                else:
                    self._at += SIZES[inner]
        else:
            self._number(f"value of {key}", SIZES[kind])


def mutated(header: Header, seed: int) -> tuple[str, bytes]:
    """Return what was done to the header, and the header with that done: as long as it was, or another length."""
    random = Random(seed)  # noqa: S311 - it is no secret
    data = bytearray(header.data[: header.end])
    told = []
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        if len(data) != header.end:  # Where things are is not known any more.
            break
        told.append(random.choice(_WAYS)(header, data, random))
    return ", ".join(told), bytes(data)


def _put_number(header: Header, data: bytearray, random: Random) -> str:
    """Put another number into a field."""
    field = random.choice([field for field in header.fields if field.end - field.start <= 8])
    old = int.from_bytes(data[field.start : field.end], "little")
    near = (old + 1, old - 1, old * 2, old // 2, old ^ (1 << random.randrange(8 * (field.end - field.start))))
    new = random.choice((*NUMBERS, *near, *near)) % (1 << 8 * (field.end - field.start))
    data[field.start : field.end] = new.to_bytes(field.end - field.start, "little")
    return f"{field.kind} {old} → {new}"


def _put_value(header: Header, data: bytearray, random: Random) -> str:
    """Put another number into a value of the metadata."""
    field = random.choice([field for field in header.fields if field.kind.startswith("value of")])
    old = data[field.start : field.end]
    new = random.choice(NUMBERS) % (1 << 8 * len(old))
    data[field.start : field.end] = new.to_bytes(len(old), "little")
    return f"{field.kind} → {new}"


def _put_text(header: Header, data: bytearray, random: Random) -> str:
    """Put other bytes into a text of the metadata, or another text that the file has."""
    texts = [field for field in header.fields if field.kind.startswith("text of") or field.kind == "key"]
    field, other = random.choice(texts), random.choice(texts)
    size = field.end - field.start
    data[field.start : field.end] = random.choice(
        (random.randbytes(size), bytes(size), b"{{" * size, bytes(data[other.start : other.end]) * size)
    )[:size].ljust(size, b"x")
    return f"{field.kind} in other bytes"


def _put_bytes(header: Header, data: bytearray, random: Random) -> str:
    """Put other bytes anywhere."""
    size = random.choice((1, 4, 8, 64))
    place = random.randrange(min(random.choice((1000, len(data))), len(data) - size))
    data[place : place + size] = random.choice((random.randbytes(size), bytes(size), b"\xff" * size))
    return f"{size} bytes at {place}"


def _put_scores(header: Header, data: bytearray, random: Random) -> str:
    """Change the vocabulary: bits all over it."""
    for _ in range(100):
        data[random.randrange(2000, len(data))] ^= 1 << random.randrange(8)
    return "100 bits"


def _swap(header: Header, data: bytearray, random: Random) -> str:
    """Exchange the values of two fields of one kind: offsets, types and shapes of tensors among them."""
    kinds: dict[str, list[Field]] = {}
    for field in header.fields:
        kinds.setdefault(f"{field.kind} {field.end - field.start}", []).append(field)
    one, other = random.sample(random.choice([fields for fields in kinds.values() if len(fields) > 1]), 2)
    left, right = bytes(data[one.start : one.end]), bytes(data[other.start : other.end])
    data[one.start : one.end], data[other.start : other.end] = right, left
    return f"two of {one.kind}"


def _leave_out(header: Header, data: bytearray, random: Random) -> str:
    """Leave out an entry or a tensor, with the count put right."""
    gone = random.choice(header.entries)
    place = 16 if gone.kind == "entry" else 8
    (count,) = struct.unpack_from("<Q", data, place)
    struct.pack_into("<Q", data, place, count - 1)
    name = bytes(data[gone.start + 8 : gone.start + 40]).decode(errors="replace")
    del data[gone.start : gone.end]
    return f"without {gone.kind} {name}"


_WAYS: tuple[Callable[[Header, bytearray, Random], str], ...] = (
    _put_number,
    _put_number,
    _put_value,
    _put_value,
    _put_text,
    _put_bytes,
    _put_scores,
    _swap,
    _swap,
    _leave_out,
)
