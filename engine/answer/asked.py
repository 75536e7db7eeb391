"""The inputs and fields of an operation that a question speaks of: what is told first."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from engine.answer.responses import outcomes
from engine.calls.inputs import field_fact
from engine.calls.nested import USUAL, Placed, is_hidden, returned_rows, sent_rows, told_of
from engine.calls.records import FieldFact
from engine.calls.source import Source
from engine.english.function_words import STOP_WORDS
from engine.english.inflection import singular
from engine.english.words import query_words, words
from engine.specs.describe import first_sentence

_MOST = 6
"""Fields that are told first: with more none would be the one that was asked for."""
_DESCRIBED = 3
"""Fields that are told for their description alone, which may have the words by chance."""
_BEGINNING = 3
"""Letters with which all forms of a word begin."""
_CACHED = 16384
"""Names whose words are remembered: the same ones come back with each operation of an API."""


class _Words(NamedTuple):
    said: frozenset[str]
    """All words of the question, and each two that follow one another as one: `rate limit` is also `ratelimit`."""
    left: frozenset[str]
    """Those that the operation itself does not have."""


class Asked(NamedTuple):
    """What a question speaks of."""

    fields: tuple[FieldFact, ...] = ()
    """The closest first."""
    returned: int = 0
    """How many fields the body has that comes back on success; 0 where they were not looked at."""


_Candidate = FieldFact | Placed


def asked(question: str, given: Sequence[FieldFact], source: Source) -> Asked:
    """Return what a question speaks of; nothing where it speaks of the operation alone.

    A field is spoken of where the question has all words of its name, and of these or of the way to it one that the
    operation itself does not have, or a value of its enum; and where nothing is named so, where its description has
    all that is left.

    Args:
        question: What the user asked.
        given: The inputs of the operation; the required ones are told anyway.
        source: The operation.
    """
    operation = source.operation
    names = (operation.key, operation.summary, operation.operation_id, source.spec)
    known = {singular(word) for name in names for word in words(name)}
    listed = [singular(word) for word in query_words(question)]
    left = frozenset(listed) - known - STOP_WORDS
    if not left:
        return Asked()
    joined = frozenset(map("".join, pairwise(listed)))
    asked_for = _Words(left | joined | frozenset(listed), left | joined)
    returns = outcomes(operation.responses).returns
    returned = returned_rows(returns, source, USUAL.levels) if returns else []
    candidates: list[_Candidate] = [*_inputs(given, source), *returned, *_headers(source)]
    found, most = _named(candidates, asked_for), _MOST
    if not found:
        found, most = [one for one in candidates if _describes(one, left)], _DESCRIBED
    return Asked(_facts(found, source, most), len(returned))


def _inputs(given: Sequence[FieldFact], source: Source) -> Iterator[_Candidate]:
    yield from (fact for fact in given if not fact.required)
    told = {fact.name for fact in given}
    yield from (one for one in sent_rows(source, USUAL.levels) if one.row.name not in told)


def _headers(source: Source) -> Iterator[FieldFact]:
    headers = {header.name: header for response in source.operation.responses for header in response.headers}
    for one in headers.values():
        yield field_fact(one, "response header", one.schema, source.resolve)


def _named(candidates: Sequence[_Candidate], asked_for: _Words) -> list[_Candidate]:
    """Return what is named, the best fit first: of fields with one name those on the path that fits best.

    A field that is only the way to a better one is left out.
    """
    scores = [(score, _name(one), one) for one in candidates if (score := _score(one, asked_for))]
    best: dict[str, int] = {}
    for score, name, _ in scores:
        own = name.rpartition(".")[2]
        best[own] = max(score, best.get(own, 0))
    found = [(score, name, one) for score, name, one in scores if score == best[name.rpartition(".")[2]]]
    found.sort(key=lambda each: (-each[0], each[1].count(".")))
    beyond: dict[str, int] = {}
    for score, name, _ in found:
        for way in _ways_to(name):
            beyond[way] = max(score, beyond.get(way, 0))
    return [one for score, name, one in found if score >= beyond.get(name, 0)]


def _ways_to(name: str) -> Iterator[str]:
    """Yield the names of the fields in which a field is: `owners[].login` is in `owners`."""
    while name := name.rpartition(".")[0]:
        yield name.rstrip("[]")


def _score(one: _Candidate, asked_for: _Words) -> int:
    """Return how well a name fits; 0 where it does not."""
    above, last = _words_of(_name(one))
    fitting = 2 * len(last & asked_for.left) + len(above & asked_for.left)
    if fitting and last and last <= asked_for.said:
        return fitting
    if isinstance(one, FieldFact) and any(value.lower() in asked_for.left for value in one.enum):
        return 1
    return 0


def _name(one: _Candidate) -> str:
    return one.name if isinstance(one, FieldFact) else one.row.name


@lru_cache(_CACHED)
def _words_of(name: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the telling words of the path to a field, and of its own name."""
    path, _, last = name.rpartition(".")
    above, own = (
        frozenset(singular(word) for word in words(text) if len(word) > 1) - STOP_WORDS for text in (path, last)
    )
    return above, own


def _describes(one: _Candidate, left: frozenset[str]) -> bool:
    """Tell whether the description of a field has all words that are left."""
    said = one.description if isinstance(one, FieldFact) else one.row.schema.description
    low = said.lower()
    if not all(word[:_BEGINNING] in low for word in left):  # which is quickly seen
        return False
    return left <= {singular(word) for word in words(first_sentence(said))}


def _facts(found: Sequence[_Candidate], source: Source, most: int) -> tuple[FieldFact, ...]:
    facts: dict[str, FieldFact] = {}  # What is sent comes back by the same name, and need not be told twice.
    for one in found:
        if isinstance(one, FieldFact) or not is_hidden(one, source):
            fact = one if isinstance(one, FieldFact) else told_of(one, source)
            facts.setdefault(fact.name, fact)
        if len(facts) == most:
            break
    return tuple(facts.values())
