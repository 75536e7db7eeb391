"""The inputs, fields and headers of an operation, and which of them a question speaks of."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from math import log
from typing import NamedTuple

from engine.answer.responses import outcomes
from engine.answer.wording import Wanted, letters_of, lines_of, may_have, roots, stems_of
from engine.calls.inputs import field_fact, inputs
from engine.calls.nested import USUAL, Placed, is_hidden, returned_rows, sent_rows, told_of
from engine.calls.records import FieldFact, Place
from engine.calls.source import Source
from engine.english.aspects import tells
from engine.english.function_words import STOP_WORDS
from engine.english.words import words
from engine.specs.describe import FieldRow, Resolve, merged
from engine.specs.model import Parameter, Schema, written

_CACHED = 16384
"""Names whose words are remembered: the same ones come back with each operation of an API."""
_IN_NAME = 1.5
"""What a word in a name counts beside one in a description."""
_FIT, _NEAR = 0.34, 0.75
"""Share of what a question asks that a field must have by all its words, and of what the best one has."""
_HAS = 2
"""What it counts that the field that is named has what is asked of it: as much as another word of its name."""
_LOOKED_AT = 8
"""Fields of one that are looked into for what is asked of them."""
_SPELLED = 4
"""What it counts that a question spells a name as the specification does: as much as two more words of it."""
_MEASURES = frozenset(roots("maximum minimum max min number count num".split()))
"""Words of names that say what is measured, which a question says otherwise: `TaskCount` is how many tasks."""
_SOUGHT = 1.4
"""What it speaks for a field that it has what is asked of it: a default, limits, values."""


class Candidate(NamedTuple):
    """An input, a field or a header that may be meant."""

    name: str
    place: Place
    text: str
    """All that is said of it."""
    schema: Schema
    required: bool
    fact: FieldFact | None = None
    """Where it was made already."""
    example: object = None

    def told(self, source: Source) -> FieldFact:
        """Return what is said of it in short."""
        row = FieldRow(self.name, 0, self.schema, self.required)
        return self.fact or told_of(Placed(self.place, row), source)


def sent(source: Source, given: Iterable[FieldFact] = (), levels: int = USUAL.levels) -> list[Candidate]:
    """Return what a caller gives: parameters, fields of the body, and all nested ones.

    Args:
        source: The operation.
        given: Its inputs, where they are known already.
        levels: Levels of nested fields.
    """
    known = {one.name: one for one in source.operation.parameters}
    rows = {row.name: (place, row) for place, row in sent_rows(source, levels)}
    found: list[Candidate] = []
    for fact in given or inputs(source):
        if isinstance(one := known.get(fact.name), Parameter):
            text = one.description or one.schema.description or fact.description
            example = one.example if one.example is not None else one.schema.example
            found.append(Candidate(fact.name, fact.location, text, one.schema, fact.required, fact, example))
        else:
            schema = rows[fact.name][1].schema if fact.name in rows else Schema()
            text = schema.description or merged(schema, source.resolve).description or fact.description
            found.append(Candidate(fact.name, fact.location, text, schema, fact.required, fact, schema.example))
    met = {one.name for one in found}
    found += (_of_row(place, row, source.resolve) for name, (place, row) in rows.items() if name not in met)
    return [one for one in found if one.fact or not is_hidden(Placed(one.place, _row(one)), source)]


def returned(source: Source, levels: int = USUAL.levels) -> list[Candidate]:
    """Return the fields of what comes back on success."""
    returns = outcomes(source.operation.responses).returns
    rows = returned_rows(returns, source, levels) if returns else []
    return [_of_row(one.place, one.row, source.resolve) for one in rows]


def headers(source: Source) -> list[Candidate]:
    """Return the headers of all responses, each once."""
    declared = {one.name: one for response in source.operation.responses for one in response.headers}
    return [
        Candidate(
            one.name,
            "response header",
            one.description or one.schema.description,
            one.schema,
            one.required,
            field_fact(one, "response header", one.schema, source.resolve),
            one.example,
        )
        for one in declared.values()
    ]


def _of_row(place: Place, row: FieldRow, resolve: Resolve) -> Candidate:
    schema = row.schema
    text = schema.description or merged(schema, resolve).description
    return Candidate(row.name, place, text, schema, row.required, None, schema.example)


def _row(one: Candidate) -> FieldRow:
    return FieldRow(one.name, 0, one.schema, one.required)


def named(candidates: Sequence[Candidate], want: Wanted) -> list[Candidate]:
    """Return what is named, the best fit first: of fields with one name those on the path that fits best.

    A field that is only the way to a better one is left out.
    """
    scores = [(score, one) for one in candidates if (score := _score(one, want))]
    best: dict[str, int] = {}
    for score, one in scores:
        own = one.name.rpartition(".")[2]
        best[own] = max(score, best.get(own, 0))
    found = [(score, one) for score, one in scores if score == best[one.name.rpartition(".")[2]]]
    found.sort(key=lambda each: (-each[0], each[1].name.count(".")))
    beyond: dict[str, int] = {}
    for score, one in found:
        for way in _ways_to(one.name):
            beyond[way] = max(score, beyond.get(way, 0))
    return [one for score, one in found if score >= beyond.get(one.name, 0)]


def fit(candidates: Sequence[Candidate], want: Wanted, source: Source, sought: frozenset[str] = frozenset()) -> float:
    """Return how well the best of some fields is named by a question, 0 where none is.

    It is more where the field has what is asked of it.
    """
    found = named(candidates, want)
    if not found:
        return 0
    best = max(_score(one, want) for one in found)
    if best <= 1:
        return 0
    fitting = [one for one in found[:_LOOKED_AT] if _score(one, want) == best]
    return best + (_HAS if having(fitting, source, sought) else 0)


def covers(candidates: Sequence[Candidate], want: Wanted) -> bool:
    """Tell whether the name of a field has half of what is left of a question, or more."""
    own = (frozenset[str]().union(*_words_of(one.name)) for one in named(candidates, want)[:1])
    return any(2 * len(want.left & each) >= len(want.left) for each in own)


def _ways_to(name: str) -> Iterator[str]:
    """Yield the names of the fields in which a field is: `owners[].login` is in `owners`."""
    while name := name.rpartition(".")[0]:
        yield name.rstrip("[]")


def _score(one: Candidate, want: Wanted) -> int:
    """Return how well a name fits; 0 where it does not."""
    above, last = _words_of(one.name)
    left = want.left | want.joined
    fitting = 2 * len(last & left) + len(above & left)
    if want.written and letters_of(one.name.rpartition(".")[2]) in want.written:
        return fitting + _SPELLED
    if fitting and last and (last - _MEASURES or last) <= want.said:
        return fitting
    return 1 if any(spoken and spoken <= want.left for spoken in map(stems_of, _values(one))) else 0


def _values(one: Candidate) -> tuple[str, ...]:
    return one.fact.enum if one.fact else tuple(map(written, one.schema.enum))


@lru_cache(_CACHED)
def _words_of(name: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the stems of the telling words of the path to a field, and of its own name."""
    path, _, last = name.rpartition(".")
    above, own = (
        frozenset(roots(word for word in words(text) if len(word) > 1 and word not in STOP_WORDS))
        for text in (path, last)
    )
    return above, own


def described(candidates: Sequence[Candidate], want: Wanted) -> list[Candidate]:
    """Return what has all that is left of a question in its name and description."""
    return [one for one in candidates if may_have(f"{one.name} {one.text}", want) and want.left <= _all_of(one)]


def likely(candidates: Sequence[Candidate], want: Wanted, source: Source, sought: frozenset[str]) -> list[Candidate]:
    """Return what fits a question best by name and description, the best first; nothing where that is little.

    A word counts the more the fewer of the candidates have it.

    Args:
        candidates: What may be meant.
        want: What the question asks.
        source: The operation.
        sought: What is asked of the field: `default`, `most`, `values`, …
    """
    about = [(one, _all_of(one)) for one in candidates if may_have(f"{one.name} {one.text}", want)]
    weights = {stem: _rarity(stem, about, len(candidates)) for stem in want.left}
    whole = sum(weights.values())
    scored: list[tuple[float, Candidate]] = []
    for one, found in about:
        above, last = _words_of(one.name)
        score = sum(weight * (_IN_NAME if stem in last else 1) for stem, weight in weights.items() if stem in found)
        if whole:
            score /= whole
        score += max((weight for stem, weight in want.meant.items() if stem in last | above), default=0.0)
        sure = _has(one, source, sought) or any(tells(sought, line) for line, _ in lines_of(one.text))
        scored.append((score * (_SOUGHT if sure else 1), one))
    best = max((score for score, _ in scored), default=0.0)
    fit = [(score, one) for score, one in scored if score >= max(_FIT, _NEAR * best)]
    return [one for _, one in sorted(fit, key=lambda each: (-each[0], each[1].name.count(".")))]


def _rarity(stem: str, about: Sequence[tuple[Candidate, frozenset[str]]], count: int) -> float:
    return log(1 + count / (1 + sum(stem in found for _, found in about)))


def _all_of(one: Candidate) -> frozenset[str]:
    above, last = _words_of(one.name)
    return above | last | stems_of(one.text)


def having(candidates: Sequence[Candidate], source: Source, sought: frozenset[str]) -> list[Candidate]:
    """Return what has something that is asked of a field: a default, limits, values."""
    return [one for one in candidates if _has(one, source, sought)]


def _has(one: Candidate, source: Source, sought: frozenset[str]) -> bool:
    if not sought:
        return False
    node = merged(one.schema, source.resolve)
    items = merged(node.items, source.resolve) if node.items is not None else node
    has = {
        "default": node.default is not None,
        "most": any(word.lower().endswith("maximum") or word.startswith("max") for word in node.limits),
        "least": any(word.lower().endswith("minimum") or word.startswith("min") for word in node.limits),
        "values": bool(node.enum or items.enum),
        "format": bool(node.format or "pattern" in node.limits),
        "example": one.example is not None,
    }
    return any(has.get(aspect, False) for aspect in sought)
