"""The words of the whole library in memory: which entries have a word, and how much it says of each (BM25F)."""

import logging
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, chain
from math import log as ln
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from engine.english.spelling import by_length
from engine.indexing.segments import read
from engine.library.index import Segment, generation, segments
from engine.library.stems import in_full, stems as stems_of
from engine.library.store import Library
from engine.library.tokenizer import COLUMNS, SHIFT
from engine.search import derived
from engine.search.links import feeds
from engine.search.named.apis import Names, names_of
from engine.search.written import common

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

log = logging.getLogger(__name__)

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
_MAGIC = b"spdword7"


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
        return ln(1 + (len(self.rowids) + 0.5) / 0.5)

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
                self._terms = self._load(now) or _unpacked(*self._merge())
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
            return _unpacked(now, msgspec.msgpack.decode(body, type=_Packed))
        except msgspec.DecodeError:  # Another release of specdeck wrote it.
            return None

    def _merge(self) -> "tuple[int, _Packed]":
        log.info("%s is not of the library as it is: its words are put together from those of its specs", self._file)
        now, kept = segments(self._library)
        return now, _merged(kept)


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


def _merged(kept: Sequence[Segment]) -> _Packed:
    """Return the words of some specs together.

    Args:
        kept: Their segments, by rowid.
    """
    import numpy as np

    read_of = [read(each.body) for each in kept]
    sizes = [len(each.keys) for each in read_of]
    begins = [0, *accumulate(sizes)]
    entries = begins[-1]
    spec_of = np.repeat(np.array([each.spec_id for each in kept], np.int64), sizes)
    stems: dict[str, int] = {}
    terms = [each.terms.split("\n") if each.terms else [] for each in read_of]
    numbers = {term: stems.setdefault(in_full(term), len(stems)) for term in sorted(set(chain.from_iterable(terms)))}
    term, place = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for segment, its_terms, begin in zip(read_of, terms, begins, strict=False):
        number = np.array([numbers[each] for each in its_terms], np.int64)
        term.append(np.repeat(number, np.frombuffer(segment.sizes, np.int32)))
        place.append(np.frombuffer(segment.places, np.int32) + np.int64(begin * SHIFT))
    groups = _grouped(np.concatenate(term), np.concatenate(place), len(stems), entries)
    frequency = np.diff(groups["names"].starts)
    telling = np.log(1 + (entries - frequency + 0.5) / (frequency + 0.5)).astype(np.float32)
    all_told = {}
    for group in _NAMES:
        starts, having, _ = groups[group]
        sums = np.bincount(having, np.repeat(telling, np.diff(starts)), entries)
        all_told[group] = np.maximum(sums, _TINY).astype(np.float32).tobytes()

    def having_it(word: str) -> Counter[int]:
        number = stems.get(in_full(stems_of([word])[0]), -1)
        starts, having, _ = groups["names"]
        return Counter(spec_of[having[starts[number] : starts[number + 1]]].tolist() if number >= 0 else ())

    written: Counter[str] = Counter()
    for segment in read_of:
        written.update(segment.written)
    return _Packed(
        np.concatenate(
            [np.zeros(0, np.int64)] + [each.first + np.arange(size) for each, size in zip(kept, sizes, strict=True)]
        ).tobytes(),
        spec_of.tobytes(),
        _shares(segment.deprecated for segment in read_of),
        _shares(segment.lookup for segment in read_of),
        [key for segment in read_of for key in segment.keys],
        "\n".join(stems),
        {
            group: (each.starts.tobytes(), each.entries.tobytes(), each.impacts.tobytes())
            for group, each in groups.items()
        },
        telling.tobytes(),
        all_told,
        feeds.packed(((begin, segment.feeding) for begin, segment in zip(begins, read_of, strict=False)), entries),
        names_of([(each.spec_id, each.name) for each in kept], having_it, Counter(spec_of.tolist())),
        common(written, entries),
    )


def _shares(flags: Iterable[bytes]) -> bytes:
    import numpy as np

    return np.frombuffer(b"".join(flags), np.uint8).astype(np.float32).tobytes()


def _grouped(term: "NDArray[np.int64]", place: "NDArray[np.int64]", words: int, entries: int) -> dict[str, Postings]:
    """Return the postings of all groups.

    Args:
        term: Number of the word that occurs, in any order.
        place: Where it occurs: `entry * SHIFT + column`; for each segment ascending for each word.
        words: How many words there are.
        entries: How many entries there are.
    """
    import numpy as np

    pair = term * max(entries, 1) + place // SHIFT
    order = np.argsort(pair, kind="stable")
    pair, place = pair[order], place[order]
    return {group: _postings(pair, place, columns, words, entries) for group, columns in GROUPS.items()}


def _postings(
    pair: "NDArray[np.int64]", place: "NDArray[np.int64]", weights: Mapping[str, float], words: int, entries: int
) -> Postings:
    """Return the postings of a group: BM25F without the inverse document frequency.

    Args:
        pair: Word and entry of each occurrence, as `word * entries + entry`, ascending.
        place: Where it is.
        weights: How often an occurrence counts, by column.
        words: How many words there are.
        entries: How many entries there are.
    """
    import numpy as np

    counts = np.zeros(len(COLUMNS))
    counts[[COLUMNS.index(name) for name in weights]] = list(weights.values())
    entry, column = place // SHIFT, place % SHIFT
    share = np.zeros(len(pair))
    for number in np.flatnonzero(counts):
        of_column = column == number
        lengths = np.bincount(entry[of_column], minlength=entries)
        used = lengths[lengths > 0]
        if len(used):
            share[of_column] = (counts[number] / (1 - _B + _B * lengths / used.mean()))[entry[of_column]]
    chosen = share > 0
    pair = pair[chosen]
    first = np.diff(pair, prepend=-1) != 0
    weighted = np.bincount(np.cumsum(first) - 1, share[chosen])
    impacts = (weighted / (weighted + _K1) * (1 + _K1)).astype(np.float32)
    pair = pair[first]
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
