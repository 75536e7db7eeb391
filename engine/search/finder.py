"""A filter as one types: entries and schemas of one spec whose names hold every word, the best first.

It works on letters and not on words, because a filter is narrowed with every key: `iss`, `issu`. Nothing is read while
it works; a list of 22,361 operations is looked through in a few hundredths of a second.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from engine.library.attributes import SEPARATOR, Field, unpack
from engine.library.records import Kind, OutlineRow, SchemaRow

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    _Scores: TypeAlias = NDArray[np.float32]

WEIGHTS = {"key": 4.0, "id": 3.0, "tag": 3.0, "summary": 2.5, "kind": 2.0, "parameter": 2.0, "schema": 2.0}
"""What a word counts in each field: what an entry is called says more than what goes into it."""
FIELDS = {"parameter": (Field.PARAMETER, Field.DECLARED), "schema": (Field.SENDS, Field.RETURNS)}
"""The fields that are kept as columns."""
BEGINS = 1.0
"""What a word counts more where it begins a word of the field, and once more where it is all of it."""
COVERS = 0.5
"""What it counts more where it is the whole field: `/issues` before `/issues/{number}/lock`."""
GUESSED = 0.5
"""Share of this that counts where the word was misspelt."""
OLD = 0.9
"""Share that counts for what is deprecated."""
LEAST_LETTERS = 4
"""Letters of the shortest word that is taken for a misspelt one; as in `engine.english.spelling`."""
LONG = 7
"""Letters from which on two mistakes are looked past; in shorter words one."""

Listed: TypeAlias = OutlineRow | SchemaRow

_WORD = re.compile(r"[A-Z]?[^\W\dA-Z_]+|[A-Z]+(?![^\W\dA-Z_])")
"""A word within a name: `list`, `Issues`, `URL`."""


class Narrowed(NamedTuple):
    """What a filter leaves."""

    rows: tuple[Listed, ...]
    """The best first, at most as many as were asked for."""
    matching: int
    """How many there are."""
    meant: tuple[str, ...] = ()
    """What was looked for in place of words that nothing has."""


class _Column:
    """One field of all rows: its values in one text, so that a word is looked for in all at once.

    Args:
        values: Each on one line.
        rows: Places of the rows that have each.
    """

    def __init__(self, values: Sequence[str], rows: Sequence[Sequence[int]]) -> None:
        import numpy as np

        joined = "\n".join(values) + "\n"
        lowered = joined.lower()
        self.text = lowered if len(lowered) == len(joined) else joined
        self.values = values
        self._lengths = np.fromiter(map(len, values), np.int64, len(values))
        self._ends = np.cumsum(self._lengths + 1)
        self._counts = np.fromiter(map(len, rows), np.int64, len(rows))
        self._rows = np.fromiter(chain.from_iterable(rows), np.int64, int(self._counts.sum()))
        self._begins = _beginnings(joined)

    def scores(self, word: str, total: int) -> "_Scores":
        """Return, for each of all rows, how well the field has the word: 0 where it has not, else at least 1."""
        import numpy as np

        found = np.zeros(total, np.float32)
        places = self._places(word)
        begins = self._begins[places]
        whole = begins & self._begins[places + len(word)]
        quality = 1 + BEGINS * (begins.astype(np.float32) + whole)
        values = np.searchsorted(self._ends, places, "right")
        quality += COVERS * len(word) / self._lengths[values]
        best = np.zeros(len(self._ends), np.float32)
        np.maximum.at(best, values, quality)
        np.maximum.at(found, self._rows, np.repeat(best, self._counts))
        return found

    def _places(self, word: str) -> "NDArray[np.int64]":
        """Return where a word is; a single letter, which is nearly everywhere, only where it begins a word."""
        import numpy as np

        if len(word) > 1:
            return np.fromiter((match.start() for match in re.finditer(re.escape(word), self.text)), np.int64)
        return np.flatnonzero((_codes(self.text) == ord(word)) & self._begins[:-1])


class Finder:
    """Narrows the entries and schemas of one spec.

    Args:
        rows: In the order of the document, which decides between what is as good.
        columns: Of the entries among them, which come first: values joined, and who has them, as
            `engine.library.attributes.Column` has them.
    """

    def __init__(self, rows: Sequence[Listed], columns: Mapping[str, tuple[str, bytes]]) -> None:
        import numpy as np

        self._rows = rows
        self._columns = {
            "key": _Column([row.operation if isinstance(row, OutlineRow) else row.name for row in rows], _each(rows)),
            "id": self._of_entries(lambda row: row.operation_id),
            "tag": self._of_entries(lambda row: row.tag),
            "summary": self._of_entries(lambda row: row.summary.replace("\n", " ")),
            "kind": self._of_entries(lambda row: "webhook incoming" if row.kind == Kind.WEBHOOK else ""),
        }
        for name, fields in FIELDS.items():
            values: dict[str, list[int]] = {}
            for field in fields:
                for value, places in _unpacked(*columns.get(field, ("", b""))):
                    values.setdefault(value, []).extend(places)
            self._columns[name] = _Column(list(values), list(values.values()))
        self._words = self._all_words()
        self._old = np.fromiter((isinstance(row, OutlineRow) and row.deprecated for row in rows), bool)

    def narrow(self, query: str, n: int) -> Narrowed:
        """Return what has every word of a query somewhere; of a word that nothing has, what is spelt nearly so.

        Args:
            query: Words or parts of words.
            n: Rows to return at most.
        """
        import numpy as np

        total = np.zeros(len(self._rows), np.float32)
        left = np.ones(len(self._rows), bool)
        meant: list[str] = []
        for word in query.lower().split():
            scores = self._scores(word)
            if not scores.any() and (near := self._near(word)):
                meant.append(near)
                scores = GUESSED * self._scores(near)
            left &= scores > 0
            total += scores
        total *= np.where(self._old, OLD, 1)
        places = np.flatnonzero(left)
        best = places[np.argsort(-total[places], kind="stable")[:n]]
        return Narrowed(tuple(self._rows[place] for place in best), len(places), tuple(meant))

    def _scores(self, word: str) -> "_Scores":
        import numpy as np

        found = np.zeros(len(self._rows), np.float32)
        for name, column in self._columns.items():
            np.maximum(found, WEIGHTS[name] * column.scores(word, len(self._rows)), out=found)
        return found

    def _near(self, word: str) -> str:
        """Return the word, or the beginning of one, that a word is nearest to; empty where none is near."""
        if len(word) < LEAST_LETTERS or not word.isalpha():
            return ""
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        most = 1 if len(word) < LONG else 2
        beginnings = (one[:length] for length in (len(word), len(word) + 1, len(word) - 1) for one in self._words)
        choices = dict.fromkeys(chain(self._words, beginnings))  # of what is as near, the first is taken
        near = process.extractOne(word, choices.keys(), scorer=OSA.distance, score_cutoff=most)
        return near[0] if near else ""

    def _all_words(self) -> dict[str, None]:
        """The words of all fields in small letters."""
        values = chain.from_iterable(column.values for column in self._columns.values())
        return dict.fromkeys(word.lower() for value in values for word in _WORD.findall(value))

    def _of_entries(self, said: Callable[[OutlineRow], str]) -> _Column:
        """Return a column of what is said of entries; those that share it share the value."""
        values: dict[str, list[int]] = {}
        for place, row in enumerate(self._rows):
            if isinstance(row, OutlineRow) and (value := said(row)):
                values.setdefault(value, []).append(place)
        return _Column(list(values), list(values.values()))


def _each(rows: Sequence[object]) -> list[tuple[int]]:
    return [(place,) for place in range(len(rows))]


def _unpacked(words: str, entries: bytes) -> Iterable[tuple[str, list[int]]]:
    """Yield the values of a column, each with the places of the entries that have it."""
    import numpy as np

    if words:
        for value, (first, bits) in zip(words.split(SEPARATOR), unpack(entries), strict=True):
            having = np.flatnonzero(np.unpackbits(np.frombuffer(bits, np.uint8), bitorder="little"))
            yield value, (having + first).tolist()


def _codes(text: str) -> "NDArray[np.uint32]":
    """Return the characters of a text as numbers."""
    import numpy as np

    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def _beginnings(text: str) -> "NDArray[np.bool_]":
    """Tell for each place, and the one behind the last, whether a word begins there, or none goes on.

    Words within names begin with capitals: `listIssues`, `HTTPServer`.
    """
    import numpy as np

    codes = _codes(text)
    ascii_codes = np.minimum(codes, len(_CLASSES) - 1)
    classes = np.frombuffer(_CLASSES, np.uint8)[ascii_codes]
    upper, letter = classes == ord("A"), classes != ord(" ")
    lower = letter & ~upper
    begins = np.ones(len(codes) + 1, bool)
    begins[1:-1] = ~letter[1:] | ~letter[:-1] | (upper[1:] & lower[:-1])
    begins[1:-2] |= upper[:-2] & upper[1:-1] & lower[2:]
    return begins


_CLASSES = (
    bytes(
        ord("A")
        if chr(code).isupper()
        else ord("a")
        if chr(code).islower()
        else ord("1")
        if chr(code).isdigit()
        else 32
        for code in range(128)
    )
    + b"1"
)
"""`A`, `a`, `1` or a blank for each ASCII character, and for all others: what kind it is."""
