"""The words of the whole library in memory: which entries have a word, and how much it says of each (BM25F)."""

import logging
import threading
from collections.abc import Iterator, Mapping
from math import log as ln
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from engine.decoding import decode
from engine.english.spelling import by_length
from engine.library.index import generation, segments
from engine.library.stems import stems as stems_of
from engine.library.store import Library
from engine.search import derived
from engine.search.links import feeds
from engine.search.named.apis import Names
from engine.search.words.merging import Packed, Postings, merged

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

log = logging.getLogger(__name__)

_MINE = frozenset("me self current my user @me ~ currentuser myself viewer".split())
"""Segments of a path that stand for the one who asks."""
_OF_CALLS = frozenset("DELETE GET PATCH POST PUT".split())
_MAGIC = b"spdword7"


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """The words of all entries. An entry goes by its position in `rowids`; a word by its number in `numbers`."""

    generation: int
    rowids: "NDArray[np.int64]"
    """Ascending; those of one spec stand together."""
    specs: "NDArray[np.int64]"
    """Key of the spec of each entry."""
    keys: list[str]
    deprecated: "NDArray[np.float32]"
    numbers: dict[str, int]
    groups: dict[str, Postings]
    telling: "NDArray[np.float32]"
    """How much each word tells: its inverse document frequency among names."""
    all_told: "dict[str, NDArray[np.float32]]"
    """How much all words of an entry tell together, in those groups that are names."""
    methods: "NDArray[np.int64]"
    """The method of each entry, by its place in `method_names`."""
    method_names: list[str]
    incoming: "NDArray[np.float32]"
    """1 for a call that the API makes by itself: a webhook has a name where others have a path."""
    one: "NDArray[np.float32]"
    """1 for a path that ends in a parameter: it is about one thing."""
    mine: "NDArray[np.float32]"
    """1 for an entry about the one who asks."""
    lookup: "NDArray[np.float32]"
    """1 for a search."""
    feeds: feeds.Feeds
    written: dict[int, list[str]]
    """Words as they are written, by length: of each the commonest first."""
    apis: Names
    """Words by which specs are called."""

    def has(self, word: str) -> bool:
        """Tell whether the library has a word, in any form."""
        return all(stem in self.numbers for stem in stems_of([word]))

    def is_thing(self, word: str) -> bool:
        """Tell whether the library has a word, in any form, at the end of a path: there things stand."""
        starts = self.groups["tail"].starts
        numbers = [self.numbers.get(stem, -1) for stem in stems_of([word])]
        return all(number >= 0 and starts[number] < starts[number + 1] for number in numbers)

    @property
    def most_telling(self) -> float:
        """What a word tells that is in no name."""
        return ln(1 + (len(self.rowids) + 0.5) / 0.5)

    def scores(self, group: str, weights: Mapping[str, float]) -> "NDArray[np.float32]":
        """Return how well each entry matches some words in one group of columns.

        Args:
            group: A key of `engine.search.words.merging.GROUPS`.
            weights: Word → how much it counts.
        """
        import numpy as np

        entries, impacts = self.groups[group].entries, self.groups[group].impacts
        found = np.zeros(len(self.rowids), dtype=np.float32)
        for place, tells in self._places(group, weights):
            found[entries[place]] += tells * impacts[place]
        return found

    def told(self, group: str, weights: Mapping[str, float]) -> "NDArray[np.float32]":
        """Return how much those words tell that each entry has in a group of columns, however often."""
        import numpy as np

        entries = self.groups[group].entries
        found = np.zeros(len(self.rowids), dtype=np.float32)
        for place, tells in self._places(group, weights):
            found[entries[place]] += tells
        return found

    def _places(self, group: str, weights: Mapping[str, float]) -> Iterator[tuple[slice, float]]:
        """Yield where the postings of each word are, and how much it tells by its weight."""
        starts = self.groups[group].starts
        for word, weight in weights.items():
            number = self.numbers.get(word)
            if number is not None:
                yield slice(starts[number], starts[number + 1]), weight * self.telling[number]

    def worth(self, word: str) -> float:
        """Return how much a word tells."""
        number = self.numbers.get(word)
        return self.most_telling if number is None else float(self.telling[number])


class TermIndex:
    """The words of the library as it is, in memory. Methods block; call them from a thread.

    They come from a file, where one was made of the library as it is, or else from the segments of its specs: then
    they take longer, and say the same.

    Args:
        library: Whose words they are.
        folder: Where the derived file is kept.
    """

    def __init__(self, library: Library, folder: Path) -> None:
        self._library = library
        self._file = folder / "words.index"
        self._lock = threading.Lock()
        self._terms: Terms | None = None

    def terms(self) -> Terms:
        """Return the words of the library as it is now. Nothing is written.

        Raises:
            LibraryError: The library cannot be read.
        """
        with self._lock:
            now = generation(self._library)
            if self._terms is None or self._terms.generation != now:
                self._terms = self._load(now)
            if self._terms is None:
                log.info("%s is not of the library as it is: the words of its specs are put together", self._file)
                self._terms = _unpacked(*self._merge())
            return self._terms

    def prepare(self) -> None:
        """Make the file for the library as it is now, where it is missing, stale or damaged.

        Raises:
            LibraryError: The library cannot be read.
        """
        with self._lock:
            self._terms = self._load(generation(self._library))
            if self._terms is None:
                now, packed = self._merge()
                derived.keep(self._file, _MAGIC, now, msgspec.msgpack.encode(packed))
                self._terms = _unpacked(now, packed)

    def _load(self, now: int) -> Terms | None:
        body = derived.load(self._file, _MAGIC, now)
        if body is None:
            return None
        try:
            return _unpacked(now, decode(body, Packed))
        except msgspec.DecodeError:  # Another release of specdeck wrote it.
            return None

    def _merge(self) -> "tuple[int, Packed]":
        now, kept = segments(self._library)
        return now, merged(kept)


def _unpacked(now: int, packed: Packed) -> Terms:
    import numpy as np

    rowids = np.frombuffer(packed.rowids, np.int64)
    stems = packed.words.split("\n") if packed.words else []
    groups = {
        group: Postings(
            np.frombuffer(starts, np.int64), np.frombuffer(entries, np.int32), np.frombuffer(impacts, np.float32)
        )
        for group, (starts, entries, impacts) in packed.groups.items()
    }
    names, methods = np.unique([key.partition(" ")[0] for key in packed.keys], return_inverse=True)
    return Terms(
        generation=now,
        rowids=rowids,
        specs=np.frombuffer(packed.specs, np.int64),
        keys=packed.keys,
        deprecated=np.frombuffer(packed.deprecated, np.float32),
        numbers={word: number for number, word in enumerate(stems)},
        groups=groups,
        telling=np.frombuffer(packed.telling, np.float32),
        all_told={group: np.frombuffer(sums, np.float32) for group, sums in packed.all_told.items()},
        feeds=feeds.unpacked(packed.feeds),
        methods=methods,
        method_names=names.tolist(),
        incoming=np.array([_is_incoming(key) for key in packed.keys], np.float32),
        one=np.array([key.endswith("}") for key in packed.keys], np.float32),
        mine=np.array([not _MINE.isdisjoint(key.lower().split("/")) for key in packed.keys], np.float32),
        lookup=np.frombuffer(packed.lookup, np.float32),
        written=by_length(packed.written),
        apis=packed.apis,
    )


def _is_incoming(key: str) -> bool:
    method, _, path = key.partition(" ")
    return method in _OF_CALLS and not path.startswith("/")
