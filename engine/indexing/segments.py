"""The words of one specification, ready to be put together with those of others: what a search keeps in memory.

A segment has no key of the library in it: an entry goes by its place in the specification, a word by its place among
the words. So adding a specification costs what is in it, and not what the library has.
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby

import msgspec

from engine.decoding import decode
from engine.english.verbs import LOOKUPS
from engine.english.words import words
from engine.indexing.texts import SearchText
from engine.library.records import Edge
from engine.library.tokenizer import COLUMNS, occurrences
from engine.specs.model import Operation, Passage

_HEAD = 350
"""Characters of a text of which the words are kept as they are written: its summary and path, and how its description
begins."""

_PLACES = msgspec.json.Decoder(list[int])

Feeding = tuple[bytes, bytes, bytes, bytes]
"""Edges by consumer: producer and consumer (int32), weight (float32), and a number for each need (int32)."""


class Segment(msgspec.Struct, frozen=True, array_like=True):
    """The words of the entries of one specification."""

    keys: list[str]
    deprecated: bytes
    """A byte for each entry: 1, or 0."""
    lookup: bytes
    """The same: whether it is a search by its names."""
    terms: str
    """Stems, ascending, a line each."""
    sizes: bytes
    """How often each occurs (int32)."""
    places: bytes
    """Where (int32), stem by stem; see `engine.library.tokenizer.SHIFT`."""
    feeding: Feeding
    written: dict[str, int]
    """Words as they are written, each with how many entries have it."""


def segment(items: Sequence[Operation | Passage], texts: Sequence[SearchText], edges: Iterable[Edge]) -> bytes:
    """Return the segment of a specification, as `read` takes it.

    Args:
        items: Its entries.
        texts: What each of them is found by.
        edges: What feeds what among them.
    """
    found = occurrences([[getattr(text, column) for column in COLUMNS] for text in texts])
    places = [array("i", _PLACES.decode(f"[{joined}]")) for _, joined in found]  # three times as fast as splitting
    together = array("i")
    for each in places:
        together.extend(each)
    return msgspec.msgpack.encode(
        Segment(
            [item.key for item in items],
            bytes(isinstance(item, Operation) and item.deprecated for item in items),
            bytes(_looks_up(f"{item.key} {_operation_id(item)}") for item in items),
            "\n".join(term for term, _ in found),
            array("i", map(len, places)).tobytes(),
            together.tobytes(),
            _feeding(edges),
            _written(text.text for text in texts),
        )
    )


def read(body: bytes) -> Segment:
    """Return what `segment` has made."""
    return decode(body, Segment)


def _looks_up(name: str) -> bool:
    low = name.lower()
    return any(verb in low for verb in LOOKUPS) and not LOOKUPS.isdisjoint(words(name))


def _operation_id(item: Operation | Passage) -> str:
    return item.operation_id if isinstance(item, Operation) else ""


def _feeding(edges: Iterable[Edge]) -> Feeding:
    ordered = sorted(edges, key=lambda edge: (edge.consumer, edge.needs, edge.producer))
    needs = array("i")
    for number, (_, same) in enumerate(groupby(ordered, key=lambda edge: (edge.consumer, edge.needs))):
        needs.extend(number for _ in same)
    return (
        array("i", (edge.producer for edge in ordered)).tobytes(),
        array("i", (edge.consumer for edge in ordered)).tobytes(),
        array("f", (edge.weight for edge in ordered)).tobytes(),
        needs.tobytes(),
    )


def _written(texts: Iterable[str]) -> dict[str, int]:
    counts = Counter(word for text in texts for word in dict.fromkeys(words(text[:_HEAD])) if word.isalpha())
    return dict(counts.most_common())
