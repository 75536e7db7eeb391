"""Which entries pass a filter, and how many there are of each value: before any ranking, over the whole library."""

import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce
from heapq import nsmallest
from itertools import compress, groupby, islice
from operator import or_
from typing import NamedTuple

import msgspec

from engine.errors import InputError
from engine.library.attributes import SEPARATOR, Field, unpack
from engine.library.lookup import stored_columns
from engine.library.store import Library
from engine.search.filters.where import FIELDS, SPEC, And, Comparison, Filter, Not, Operator, Or, expression

MATCHING_S = 0.8
"""Seconds that the regular expressions of a filter may take together. All 125,000 summaries of the corpus take 0.2."""
FACETS = ("spec", "tag", "method", "kind", "deprecated", "auth", "format")

_ONE = ord("1")
_DIGITS = bytes(code == _ONE for code in range(256))
"""Translates binary digits to what `compress` takes for false and true."""
_TEXT = (
    Operator.EQ,
    Operator.IS,
    Operator.IN,
    Operator.CONTAINS,
    Operator.STARTS,
    Operator.ENDS,
    Operator.NE,
    Operator.NOT_IN,
)
"""Operators that only a value passes that has the text of the test in it."""


class Count(msgspec.Struct, frozen=True):
    """How many entries have a value."""

    value: str
    count: int


class Facet(msgspec.Struct, frozen=True):
    """The values of a field, most frequent first."""

    field: str
    values: tuple[Count, ...]


class _Values(NamedTuple):
    """The values of one field in one spec."""

    words: str
    entries: bytes
    """For `engine.library.attributes.unpack`, where a value is of interest."""


class _Segment(NamedTuple):
    """The entries of one spec, with those of their fields that are needed."""

    rowids: range
    columns: Mapping[str, _Values]

    @property
    def everything(self) -> int:
        """All its entries, as bits: bit n is the one at place n."""
        return (1 << len(self.rowids)) - 1


def matching(library: Library, where: Filter, spec: str | None) -> list[int]:
    """Return the rowids, ascending, of the entries that pass a filter. Blocks; call it from a thread.

    Args:
        library: The library.
        where: What `engine.search.filters.where.parse` returned.
        spec: Only entries of this spec, where given.

    Raises:
        InputError: A regular expression takes longer than `MATCHING_S`.
        LibraryError: The library cannot be read.
    """
    end = time.monotonic() + MATCHING_S
    checks = {test: _Check(test, end) for test in _tests(where)}
    wanted = {column for test in checks for column in FIELDS[test.field].columns}
    low, high = library.rowid_range(spec)
    return [
        rowid
        for segment in _segments(library, wanted, low, high)
        for rowid in _rowids(_passing(where, segment, checks), segment)
    ]


def facets(
    library: Library, rowids: Sequence[int] | None, fields: Sequence[str] = FACETS, n: int = 10
) -> tuple[Facet, ...]:
    """Return for each field its `n` most frequent values among some entries. Blocks; call it from a thread.

    Args:
        library: The library.
        rowids: Keys of the entries, in any order; None for all there are.
        fields: Fields of the language of filters.
        n: How many values of each.

    Raises:
        LibraryError: The library cannot be read.
    """
    chosen = None if rowids is None else sorted(rowids)
    low, high = (0, 2**62) if chosen is None else (chosen[0], chosen[-1]) if chosen else (1, 0)
    tallies = {field: _Tally() for field in fields}
    for segment in _segments(library, {FIELDS[field].columns[0] for field in fields}, low, high):
        among = segment.everything if chosen is None else _among(chosen, segment.rowids)
        if among:
            for field, tally in tallies.items():
                tally.add(segment.columns[FIELDS[field].columns[0]], among)
    return tuple(Facet(field, tally.highest(n)) for field, tally in tallies.items())


class Counted(NamedTuple):
    """What passes a filter: how many, the first of them, and how many there are of each value of a field."""

    total: int
    rowids: list[int]
    """Of the first ones, ascending."""
    groups: tuple[Count, ...]
    """The most frequent first, all of them; none where no field is given."""


def counted(library: Library, where: Filter, spec: str | None, n: int, field: str = "") -> Counted:
    """Return how many entries pass a filter, and the first `n`. Blocks; call it from a thread.

    Args:
        library: The library.
        where: What `engine.search.filters.where.parse` returned.
        spec: Only entries of this spec, where given.
        n: How many of them are named.
        field: By which field they are counted, where given.

    Raises:
        InputError: A regular expression takes longer than `MATCHING_S`.
        LibraryError: The library cannot be read.
    """
    end = time.monotonic() + MATCHING_S
    checks = {test: _Check(test, end) for test in _tests(where)}
    column = FIELDS[field].columns[0] if field else ""
    wanted = {name for test in checks for name in FIELDS[test.field].columns} | ({column} if column else set())
    total, rowids, tally = 0, list[int](), _Tally()
    for segment in _segments(library, wanted, *library.rowid_range(spec)):
        if bits := _passing(where, segment, checks):
            total += bits.bit_count()
            rowids += islice(_rowids(bits, segment), max(0, n - len(rowids)))
            if column:
                tally.add(segment.columns[column], bits)
    return Counted(total, rowids, tally.highest(tally.size) if column else ())


def values_of(library: Library, rowids: Sequence[int], field: str) -> Counter[int]:
    """Return how many values of a field each of some entries has; those without any are left out. Blocks.

    Args:
        library: The library.
        rowids: Keys of the entries, ascending.
        field: A field of the language of filters.

    Raises:
        LibraryError: The library cannot be read.
    """
    found: Counter[int] = Counter()
    if not rowids:
        return found
    column = FIELDS[field].columns[0]
    for segment in _segments(library, {column}, rowids[0], rowids[-1]):
        among = _among(rowids, segment.rowids)
        for first, bits in unpack(segment.columns[column].entries):
            found.update(_rowids(int.from_bytes(bits, "little") << first & among, segment))
    return found


class _Tally:
    """Counts of the values of one field, upper and lower case alike."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._spellings: dict[str, str] = {}

    def add(self, values: _Values, among: int) -> None:
        """Count the values of a segment, for those of its entries that the bits say."""
        for value, (first, bits) in zip(_split(values.words), unpack(values.entries), strict=True):
            if count := (among >> first & int.from_bytes(bits, "little")).bit_count():
                folded = value.casefold()
                self._counts[folded] += count
                self._spellings.setdefault(folded, value)

    @property
    def size(self) -> int:
        """How many values there are."""
        return len(self._counts)

    def highest(self, n: int) -> tuple[Count, ...]:
        """Return the `n` most frequent values; equal ones by name."""
        order = nsmallest(n, self._counts.items(), key=lambda pair: (-pair[1], pair[0]))
        return tuple(Count(self._spellings[folded], count) for folded, count in order)


def _among(chosen: Sequence[int], rowids: range) -> int:
    """Return those of a sorted list of rowids that are in a segment, as bits."""
    digits = bytearray(b"0" * len(rowids))
    for rowid in chosen[bisect_left(chosen, rowids.start) : bisect_left(chosen, rowids.stop)]:
        digits[rowids.stop - 1 - rowid] = _ONE
    return int(digits, 2)


def _rowids(bits: int, segment: _Segment) -> Iterator[int]:
    digits = f"{bits:b}".encode().translate(_DIGITS)
    return compress(segment.rowids, reversed(digits))


def _segments(library: Library, wanted: set[str], low: int, high: int) -> list[_Segment]:
    """Return the specs with entries between two rowids, in the order of these, with the columns that are wanted."""
    # One column is always read: it has the rowids.
    wanted = wanted - {SPEC} or {Field.KIND}
    segments = []
    rows = stored_columns(library, wanted, low, high)
    for (name, first, last), found in groupby(rows, key=lambda row: (row.spec, row.first, row.last)):
        values = {row.field: _Values(row.words, row.entries) for row in found}
        segments.append(_Segment(range(first, last + 1), values | {SPEC: _Values(name, _all(last + 1 - first))}))
    return segments


def _all(count: int) -> bytes:
    """Return a column whose only value all entries have."""
    return msgspec.msgpack.encode([(0, ((1 << count) - 1).to_bytes((count + 7) // 8, "little"))])


def _tests(where: Filter) -> list[Comparison]:
    match where:
        case Comparison():
            return [where]
        case Not(part):
            return _tests(part)
        case And(parts) | Or(parts):
            return [test for part in parts for test in _tests(part)]


def _passing(where: Filter, segment: _Segment, checks: "Mapping[Comparison, _Check]") -> int:
    """Return the entries of a segment that pass, as bits."""
    match where:
        case Comparison():
            return checks[where].passing(segment)
        case Not(part):
            return segment.everything & ~_passing(part, segment, checks)
        case And(parts):
            found = _passing(parts[0], segment, checks)
            for part in parts[1:]:
                found = found and found & _passing(part, segment, checks)
            return found
        case Or(parts):
            return reduce(or_, (_passing(part, segment, checks) for part in parts))


class _Check:
    """One test, made ready once for all segments.

    Args:
        test: The test.
        end: When regular expressions must be done, by the monotonic clock.
    """

    def __init__(self, test: Comparison, end: float) -> None:
        self._columns = FIELDS[test.field].columns
        self._exact_case = test.operator in (Operator.MATCHES, Operator.IS)
        self._negated = test.operator in (Operator.NE, Operator.NOT_IN)
        self._holds = _predicate(test, end)
        values = test.values if self._exact_case else [value.casefold() for value in test.values]
        self._parts = values if test.operator in _TEXT else None

    def passing(self, segment: _Segment) -> int:
        """Return the entries of a segment that pass, as bits."""
        found = 0
        for column in self._columns:
            words, entries = segment.columns[column]
            words = words if self._exact_case else words.casefold()
            # Most specs have no such text at all, and need no closer look.
            if self._parts is None or any(part in words for part in self._parts):
                hits = [number for number, value in enumerate(_split(words)) if self._holds(value)]
                if hits:
                    having = unpack(entries)
                    found |= reduce(or_, (int.from_bytes(having[hit][1], "little") << having[hit][0] for hit in hits))
        return segment.everything & ~found if self._negated else found


def _split(words: str) -> list[str]:
    return words.split(SEPARATOR) if words else []


def _predicate(test: Comparison, end: float) -> Callable[[str], bool]:
    """Return what tells of one value, in folded case, whether it passes; `!=` and `not in` as `=` and `in`."""
    value = test.values[0].casefold()
    match test.operator:
        case Operator.EQ | Operator.NE | Operator.IN | Operator.NOT_IN:
            return frozenset(each.casefold() for each in test.values).__contains__
        case Operator.IS:
            return frozenset(test.values).__contains__
        case Operator.CONTAINS:
            return lambda text: value in text
        case Operator.STARTS:
            return lambda text: text.startswith(value)
        case Operator.ENDS:
            return lambda text: text.endswith(value)
        case Operator.MATCHES:
            return _fitting(test.values[0], end)
        case _:
            return _ordered(test.operator, value, numbers=test.field == "status")


def _ordered(operator: Operator, value: str, *, numbers: bool) -> Callable[[str], bool]:
    if not numbers:
        return {
            Operator.LT: value.__gt__,
            Operator.LE: value.__ge__,
            Operator.GT: value.__lt__,
            Operator.GE: value.__le__,
        }[operator]
    bound = int(value)

    def holds(text: str) -> bool:
        # `4xx` stands for all from 400 to 499; `default` for no number.
        low, high = text.replace("x", "0"), text.replace("x", "9")
        if not (low.isdecimal() and high.isdecimal()):
            return False
        return {
            Operator.LT: int(low) < bound,
            Operator.LE: int(low) <= bound,
            Operator.GT: int(high) > bound,
            Operator.GE: int(high) >= bound,
        }[operator]

    return holds


def _fitting(pattern: str, end: float) -> Callable[[str], bool]:
    fits = expression(pattern)

    def holds(text: str) -> bool:
        if time.monotonic() > end:
            hint = "Write a simpler one, or look in one spec only"
            raise InputError(f"The regular expression /{pattern}/ takes too long", hint=hint)
        return fits(text)

    return holds
