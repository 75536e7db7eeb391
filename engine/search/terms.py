"""The words of the whole library in memory: which entries have a word, and how much it says of each (BM25F)."""

import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from math import log
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from engine.english.spelling import by_length
from engine.english.verbs import LOOKUPS
from engine.english.words import words
from engine.errors import NotFoundError
from engine.library.stems import in_full, stems as stems_of
from engine.library.store import Library
from engine.library.words import (
    COLUMNS,
    SHIFT,
    Standing,
    feeding,
    generation,
    index_again,
    occurrences,
    outdated,
    standing,
    texts,
)
from engine.search import derived
from engine.search.index import search_text
from engine.search.links import feeds
from engine.search.links.links import links
from engine.search.named.apis import Names, names_of
from engine.search.written import common

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

GROUPS: dict[str, dict[str, float]] = {
    "tail": {"tail": 1.0},
    "summary": {"summary": 1.0},
    "names": {"identifier": 1.0, "summary": 2.0, "tags": 0.7},
    "prose": {"description": 1.0},
    "fields": {"inputs": 1.0, "outputs": 1.0, "notes": 0.3},
}
"""Groups of columns that are scored together, and how often an occurrence in each column counts."""
_K1, _B = 1.2, 0.4
"""Constants of BM25 (Robertson and Zaragoza, 2009): saturation, and how much the length counts. `_B` is lower than
usual, because a long entry is one with many fields and not one that says the same often."""
_MINE = frozenset("me self current my user @me ~ currentuser myself viewer".split())
"""Segments of a path that stand for the one who asks."""
_DEEP = 8
_NAMES = ("names", "tail", "summary")
_TINY = 1e-6
_MAGIC = b"spdword6"


class Postings(NamedTuple):
    """The entries that have each word, for one group of columns."""

    starts: "NDArray[np.int64]"
    """Where the entries of each word begin; one more than there are words."""
    entries: "NDArray[np.int32]"
    """Their positions in the index."""
    impacts: "NDArray[np.float32]"
    """How much the word says of each, 0 to 1: its weighted count, saturated; about 1 for one that occurs once."""


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
    depth: "NDArray[np.float32]"
    """Segments of each path, of at most `_DEEP`, as a share of it."""
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

    @property
    def most_telling(self) -> float:
        """What a word tells that is in no name."""
        return log(1 + (len(self.rowids) + 0.5) / 0.5)

    def scores(self, group: str, weights: Mapping[str, float]) -> "NDArray[np.float32]":
        """Return how well each entry matches some words in one group of columns.

        Args:
            group: A key of `GROUPS`.
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
    """Keeps `Terms` as the library is. Methods block; call them from a thread.

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
        """Return the words of the library as it is now.

        Raises:
            LibraryError: The library cannot be read.
        """
        with self._lock:
            if self._terms is None:
                for name in outdated(self._library):
                    with suppress(NotFoundError):  # Another process has removed it.
                        index_again(self._library, name, search_text, links)
            now = generation(self._library)
            if self._terms is None or self._terms.generation != now:
                self._terms = self._load(now) or self._build(now)
            return self._terms

    def _load(self, now: int) -> Terms | None:
        body = derived.load(self._file, _MAGIC, now)
        if body is None:
            return None
        try:
            return _unpacked(now, msgspec.msgpack.decode(body, type=_Packed))
        except msgspec.DecodeError:  # Another release of specdeck wrote it.
            return None

    def _build(self, now: int) -> Terms:
        specs = self._library.rows("SELECT id, name FROM specs WHERE name NOT LIKE ':%'")
        rows = standing(self._library)
        written = common(texts(self._library), len(rows))
        packed = _packed(rows, specs, occurrences(self._library), feeding(self._library), written)
        derived.keep(self._file, _MAGIC, now, msgspec.msgpack.encode(packed))
        return _unpacked(now, packed)


class _Packed(msgspec.Struct, frozen=True, array_like=True):
    """`Terms` as bytes."""

    rowids: bytes
    specs: bytes
    deprecated: bytes
    lookup: bytes
    keys: list[str]
    words: str
    groups: dict[str, tuple[bytes, bytes, bytes]]
    telling: bytes
    all_told: dict[str, bytes]
    feeds: feeds.Packed
    apis: Names
    written: list[str]


def _packed(
    rows: list[Standing],
    specs: list[tuple[int, str]],
    occurring: Iterable[tuple[str, str]],
    feeding: list[tuple[int, int, float, int]],
    written: list[str],
) -> _Packed:
    import numpy as np

    rowids = np.array([row.rowid for row in rows], dtype=np.int64)
    stems: dict[str, int] = {}
    numbers: list[int] = []
    places: list[NDArray[np.int64]] = []
    for stem, joined in occurring:
        numbers.append(stems.setdefault(in_full(stem), len(stems)))
        places.append(np.fromstring(joined, dtype=np.int64, sep=","))
    sizes = [len(each) for each in places]
    place = np.concatenate(places) if places else np.zeros(0, np.int64)
    term = np.repeat(np.array(numbers, np.int64), sizes)
    entry = np.searchsorted(rowids, place // SHIFT)
    alive = np.isin(place // SHIFT, rowids)  # Entries of a spec that is being deleted still have their words.
    term, entry, place = term[alive], entry[alive], place[alive]
    column = place % SHIFT
    groups = {
        group: _postings(term, entry, column, columns, len(stems), len(rows)) for group, columns in GROUPS.items()
    }
    frequency = np.diff(groups["names"].starts)
    telling = np.log(1 + (len(rows) - frequency + 0.5) / (frequency + 0.5)).astype(np.float32)
    all_told = {}
    for group in _NAMES:
        starts, entries, _ = groups[group]
        sums = np.bincount(entries, np.repeat(telling, np.diff(starts)), len(rows))
        all_told[group] = np.maximum(sums, _TINY).astype(np.float32).tobytes()
    spec_of = np.array([row.spec_id for row in rows], dtype=np.int64)

    def having(word: str) -> Counter[int]:
        number = stems.get(in_full(stems_of([word])[0]), -1)
        starts, entries, _ = groups["names"]
        return Counter(spec_of[entries[starts[number] : starts[number + 1]]].tolist() if number >= 0 else ())

    return _Packed(
        rowids.tobytes(),
        spec_of.tobytes(),
        np.array([row.deprecated for row in rows], dtype=np.float32).tobytes(),
        np.array(
            [not LOOKUPS.isdisjoint(words(f"{row.key} {row.operation_id}")) for row in rows], np.float32
        ).tobytes(),
        [row.key for row in rows],
        "\n".join(stems),
        {
            group: (each.starts.tobytes(), each.entries.tobytes(), each.impacts.tobytes())
            for group, each in groups.items()
        },
        telling.tobytes(),
        all_told,
        feeds.packed(rowids, feeding),
        names_of(specs, having, Counter(spec_of.tolist())),
        written,
    )


def _postings(
    term: "NDArray[np.int64]",
    entry: "NDArray[np.int64]",
    column: "NDArray[np.int64]",
    weights: Mapping[str, float],
    words: int,
    entries: int,
) -> Postings:
    """Return the postings of a group: BM25F without the inverse document frequency."""
    import numpy as np

    counts = np.zeros(len(COLUMNS))
    counts[[COLUMNS.index(name) for name in weights]] = list(weights.values())
    share = np.zeros(len(term))
    for number in np.flatnonzero(counts):
        of_column = column == number
        lengths = np.bincount(entry[of_column], minlength=entries)
        used = lengths[lengths > 0]
        if len(used):
            share[of_column] = (counts[number] / (1 - _B + _B * lengths / used.mean()))[entry[of_column]]
    chosen = share > 0
    pair, place = np.unique(term[chosen] * max(entries, 1) + entry[chosen], return_inverse=True)
    weighted = np.bincount(place, share[chosen], len(pair))
    impacts = (weighted / (weighted + _K1) * (1 + _K1)).astype(np.float32)
    starts = np.searchsorted(pair, np.arange(words + 1) * max(entries, 1))
    return Postings(starts.astype(np.int64), (pair % max(entries, 1)).astype(np.int32), impacts)


def _unpacked(now: int, packed: _Packed) -> Terms:
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
        depth=np.array([min(key.count("/"), _DEEP) / _DEEP for key in packed.keys], np.float32),
        one=np.array([key.endswith("}") for key in packed.keys], np.float32),
        mine=np.array([not _MINE.isdisjoint(key.lower().split("/")) for key in packed.keys], np.float32),
        lookup=np.frombuffer(packed.lookup, np.float32),
        written=by_length(packed.written),
        apis=packed.apis,
    )
