"""The words of all specifications put together: BM25F over the whole library, from a segment of each."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, chain
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from engine.indexing.segments import read
from engine.library.index import Segment
from engine.library.stems import in_full, stems as stems_of
from engine.library.tokenizer import COLUMNS, SHIFT
from engine.search.links import feeds
from engine.search.named.apis import Names, names_of
from engine.search.words.written import common

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
_NAMES = ("names", "tail", "summary")
_TINY = 1e-6
"""Keeps what nothing is told of from being divided by."""


class Postings(NamedTuple):
    """The entries that have each word, for one group of columns."""

    starts: "NDArray[np.int64]"
    """Where the entries of each word begin; one more than there are words."""
    entries: "NDArray[np.int32]"
    """Their positions in the index."""
    impacts: "NDArray[np.float32]"
    """How much the word says of each, 0 to 1: its weighted count, saturated; about 1 for one that occurs once."""


class Packed(msgspec.Struct, frozen=True, array_like=True):
    """`engine.search.words.terms.Terms` as bytes."""

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


def merged(kept: Sequence[Segment]) -> Packed:
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
    term, place = [np.zeros(0, np.int32)], [np.zeros(0, np.int32)]
    for segment, its_terms, begin in zip(read_of, terms, begins, strict=False):
        number = np.array([numbers[each] for each in its_terms], np.int32)
        term.append(np.repeat(number, np.frombuffer(segment.sizes, np.int32)))
        place.append(np.frombuffer(segment.places, np.int32) + np.int32(begin * SHIFT))
    groups = _grouped(np.concatenate(term), np.concatenate(place), len(stems), entries)
    frequency = np.diff(groups["names"].starts)
    telling = np.log(1 + (entries - frequency + 0.5) / (frequency + 0.5)).astype(np.float32)
    all_told = {}
    for group in _NAMES:
        starts, inside, _ = groups[group]
        sums = np.bincount(inside, np.repeat(telling, np.diff(starts)), entries)
        all_told[group] = np.maximum(sums, _TINY).astype(np.float32).tobytes()

    def having(word: str) -> Counter[int]:
        number = stems.get(in_full(stems_of([word])[0]), -1)
        starts, inside, _ = groups["names"]
        return Counter(spec_of[inside[starts[number] : starts[number + 1]]].tolist() if number >= 0 else ())

    written: Counter[str] = Counter()
    for segment in read_of:
        written.update(segment.written)
    return Packed(
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
        names_of([(each.spec_id, each.name) for each in kept], having, Counter(spec_of.tolist())),
        common(written, entries),
    )


def _shares(flags: Iterable[bytes]) -> bytes:
    import numpy as np

    return np.frombuffer(b"".join(flags), np.uint8).astype(np.float32).tobytes()


def _grouped(term: "NDArray[np.int32]", place: "NDArray[np.int32]", words: int, entries: int) -> dict[str, Postings]:
    """Return the postings of all groups.

    Args:
        term: Number of the word that occurs, in any order.
        place: Where it occurs: `entry * SHIFT + column`; for each segment ascending for each word.
        words: How many words there are.
        entries: How many entries there are.
    """
    import numpy as np

    pair = term.astype(np.int64) * max(entries, 1) + place // SHIFT
    order = np.argsort(pair, kind="stable")
    pair, column = pair[order], (place % SHIFT).astype(np.uint8)[order]
    del order  # There are millions of each.
    return {group: _postings(pair, column, columns, words, entries) for group, columns in GROUPS.items()}


def _postings(
    pair: "NDArray[np.int64]", column: "NDArray[np.uint8]", weights: Mapping[str, float], words: int, entries: int
) -> Postings:
    """Return the postings of a group: BM25F without the inverse document frequency.

    Args:
        pair: Word and entry of each occurrence, as `word * entries + entry`, ascending.
        column: In which column it is.
        weights: How often an occurrence counts, by column.
        words: How many words there are.
        entries: How many entries there are.
    """
    import numpy as np

    counts = np.zeros(len(COLUMNS))
    counts[[COLUMNS.index(name) for name in weights]] = list(weights.values())
    counted = counts[column] > 0
    pair, column = pair[counted], column[counted]
    entry = (pair % max(entries, 1)).astype(np.int32)
    share = np.zeros(len(pair))
    for number in np.flatnonzero(counts):
        of_column = column == number
        lengths = np.bincount(entry[of_column], minlength=entries)
        used = lengths[lengths > 0]
        if len(used):
            share[of_column] = (counts[number] / (1 - _B + _B * lengths / used.mean()))[entry[of_column]]
    first = np.diff(pair, prepend=-1) != 0
    weighted = np.bincount(np.cumsum(first) - 1, share)
    impacts = (weighted / (weighted + _K1) * (1 + _K1)).astype(np.float32)
    pair = pair[first]
    starts = np.searchsorted(pair, np.arange(words + 1) * max(entries, 1))
    return Postings(starts.astype(np.int64), (pair % max(entries, 1)).astype(np.int32), impacts)
