"""A question to entries: what it names outright first, then what its parts bring by their words and their meaning."""

from collections.abc import Mapping, Sequence
from math import exp, inf, log
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from engine.english.spelling import corrected
from engine.library.records import Entry
from engine.library.store import Library
from engine.search.candidates import CANDIDATES, Candidates, Matched, by_words, choose, look_at
from engine.search.named.addresses import Addressed, addressed
from engine.search.named.apis import called, unmarked
from engine.search.question.parts import Question, take_apart
from engine.search.ranking.rank import Scored, rank
from engine.search.ranking.weights import Fit, Weights
from engine.search.vectors import VectorIndex, products
from engine.search.words.features import Sought, match, sought_in
from engine.search.words.merging import GROUPS
from engine.search.words.terms import Terms

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


READ = {"DELETE": -0.5, "PATCH": -0.5, "PUT": -0.5}
"""What a question without a verb asks for: to read something, or to make it, but hardly to change or delete it."""
_TINY = 1e-12
"""Keeps a vector of zeros from being divided by its length."""


class Asked(NamedTuple):
    """A question as it is looked up in one state of the library."""

    typed: str
    terms: Terms
    question: Question
    parts: dict[str, Sought]
    apis: Mapping[int, float]
    """Specs that it calls by their names, with how surely each is meant, 0 to 1."""
    calls: Mapping[str, Mapping[int, float]]
    """The same of each part: in `find the invoice in Billing, then post it to the chat` only the first clause does."""


class Scope(NamedTuple):
    """Where to look."""

    spec: str | None = None
    """Only entries of this spec, where given."""
    among: Sequence[int] | None = None
    """Only these entries, by rowid and ascending, where given."""


class Ranked(msgspec.Struct, frozen=True, kw_only=True):
    """An entry in its place."""

    entry: Entry
    score: float
    """Orders the entries of one search only."""
    relevance: float
    """How likely it is what was asked for, 0 to 1."""
    named: bool
    """Whether the question names it outright."""
    api: bool
    """Whether the question calls its API by name."""
    part: str
    """The clause of the question that it fits best."""
    giving: float
    """What of the score it owes to what it gives to others, or takes from them."""
    near: float
    """Inner product of its vector with the part; 0 without meaning."""
    step: float = 0.0
    """How likely it is a step of what was asked for, 0 to 1; 0 where one thing was."""


class Order(NamedTuple):
    """Entries, best first."""

    entries: list[Ranked]
    one_api: float
    """How likely the question is about one API, and not each of its clauses about its own; 0 to 1."""


def ask(terms: Terms, typed: str) -> Asked:
    """Return a question as it is looked up."""
    found = called(typed, terms.apis)
    marked = take_apart(found.marked, lambda text: corrected(terms, text), terms.is_thing)
    calls: dict[str, dict[int, float]] = {}
    for part in marked.parts:
        calls.setdefault(unmarked(part), {}).update(found.by(part))
    question = marked.each(unmarked)
    calls[question.text] = dict(found.specs)
    parts = {text: sought_in(text, terms) for text in question.parts}
    whole = parts[question.text]
    if not (whole.methods or whole.added_methods):
        parts[question.text] = whole._replace(added_methods=READ)
    return Asked(typed, terms, question, parts, found.specs, calls)


def looked_up(library: Library, asked: Asked, scope: Scope) -> Matched:
    """Return what the words of a question alone tell.

    Args:
        library: The library.
        asked: The question.
        scope: Where to look.

    Raises:
        LibraryError: The library cannot be read.
    """
    terms = asked.terms
    matches = [match(part, terms) for part in asked.parts.values()]
    named = _named(library, asked, scope)
    nearest = scope._replace(spec=scope.spec or named.spec) if named.missing else scope
    return by_words(
        terms, matches, _allowed(library, terms, nearest), [asked.calls[part] for part in asked.parts], named
    )


def candidates(asked: Asked, matched: Matched, index: VectorIndex, vectors: Mapping[str, bytes]) -> Candidates:
    """Return the entries that are looked at for a question.

    Args:
        asked: The question.
        matched: What `looked_up` has for it.
        index: Where it is looked up by meaning.
        vectors: Those of its parts that are embedded; empty for a search by words alone.

    Raises:
        LibraryError: The library cannot be read.
    """
    import numpy as np

    terms, question = asked.terms, asked.question
    if not vectors:
        entries = choose(terms, matched, np.zeros(0, np.int64))
        return look_at(terms, matched, entries, np.zeros((len(asked.parts), len(entries)), np.float32))
    made = {part: np.frombuffer(vector, "<f4") for part, vector in vectors.items()}
    total = np.sum([made[clause] for clause in question.clauses], axis=0)
    together = total / max(float(np.linalg.norm(total)), _TINY)
    queries = {part: made.get(part, together) for part in asked.parts}
    # Phrases are too short to bring in entries of their own.
    sought = np.stack([queries[part] for part in dict.fromkeys((question.unnamed, *question.clauses))])
    among = None if matched.allowed is None else terms.rowids[matched.allowed]
    nearest = index.nearest(sought, CANDIDATES, among)
    if asked.apis:
        inside = matched.api[0] > 0 if matched.allowed is None else matched.allowed & (matched.api[0] > 0)
        nearest = np.concatenate([nearest, index.nearest(sought, CANDIDATES, terms.rowids[inside])])
    entries = choose(terms, matched, _positions(terms, nearest))
    near = products(np.stack(list(queries.values())), index.vectors(terms.rowids[entries]))
    return look_at(terms, matched, entries, near)


def find(library: Library, asked: Asked, found: Candidates, n: int, weights: Weights) -> Order:
    """Return the `n` best entries for a question.

    Args:
        library: The library.
        asked: The question.
        found: What `candidates` has for it.
        n: How many.
        weights: How much everything counts.

    Raises:
        LibraryError: The library cannot be read.
    """
    places = {text: place for place, text in enumerate(asked.parts)}
    ranking = rank(asked.question, places, found, weights)
    fit = weights.with_meaning if ranking.near.any() else weights.by_words
    return Order(_ranked(library, asked, ranking, fit, n, found), ranking.one_api)


def matching_any(library: Library, terms: Terms, typed: str, scope: Scope) -> list[int] | None:
    """Return the rowids of all entries that have a word of a question, or all that may be found where it has none.

    None stands for the whole library.

    Raises:
        LibraryError: The library cannot be read.
    """
    import numpy as np

    allowed = _allowed(library, terms, scope)
    if typed.strip():
        part = sought_in(corrected(terms, typed), terms)
        found = sum((terms.scores(group, part.asked) for group in GROUPS), np.zeros(len(terms.rowids), np.float32)) > 0
        allowed = found if allowed is None else found & allowed
    rowids: list[int] | None = None if allowed is None else terms.rowids[allowed].tolist()
    return rowids


def _allowed(library: Library, terms: Terms, scope: Scope) -> "NDArray[np.bool_] | None":
    """Return which entries may be found; None for all."""
    import numpy as np

    if scope.among is not None:
        return np.isin(terms.rowids, np.array(scope.among, np.int64))
    if scope.spec is None:
        return None
    first, last = library.rowid_range(scope.spec)
    return (terms.rowids >= first) & (terms.rowids <= last)


def _positions(terms: Terms, rowids: "NDArray[np.int64]") -> "NDArray[np.int64]":
    """Return the positions of entries in the index, in their order; another process may have added others since."""
    import numpy as np

    places = np.minimum(np.searchsorted(terms.rowids, rowids), len(terms.rowids) - 1)
    return places[terms.rowids[places] == rowids] if len(terms.rowids) else np.zeros(0, np.int64)


def _named(library: Library, asked: Asked, scope: Scope) -> Addressed:
    """Return what a question names outright and may be found; of an API that it calls by name, first."""
    named = addressed(library, asked.typed, scope.spec)
    rowids = named.rowids
    if scope.among is not None:
        wanted = set(scope.among)
        rowids = [rowid for rowid in rowids if rowid in wanted]
    if asked.apis and not named.spec:
        specs = dict(zip(asked.terms.rowids.tolist(), asked.terms.specs.tolist(), strict=True))
        rowids = sorted(rowids, key=lambda rowid: -asked.apis.get(specs.get(rowid, 0), 0.0))
    return named._replace(rowids=rowids, alone=named.alone and bool(rowids))


def _ranked(library: Library, asked: Asked, ranking: Scored, fit: Fit, n: int, looked_at: Candidates) -> list[Ranked]:
    named = looked_at.named
    terms, first = asked.terms, named.rowids
    places = {int(terms.rowids[entry]): place for place, entry in enumerate(ranking.entries[: n + len(first)].tolist())}
    rowids = list(dict.fromkeys(first if named.alone else (*first, *places)))[:n]
    texts = list(asked.parts)
    clauses = [texts.index(clause) for clause in asked.question.clauses]
    odds = fit.relevance[0] + fit.relevance[3] * log(max(1, looked_at.among))
    lag = ranking.fits[clauses] - ranking.fits[clauses].max(axis=1, keepdims=True, initial=-inf)
    found = []
    for entry in library.entries(rowids):  # What another process has removed since is left out.
        place = places.get(entry.rowid)
        part = clauses[0 if place is None else int(lag[:, place].argmax())]
        found.append(
            Ranked(
                entry=entry,
                score=0.0 if place is None else float(ranking.scores[place]),
                relevance=1.0 if entry.rowid in first else _relevance(ranking, place or 0, [0, *clauses], fit, odds),
                named=entry.rowid in first,
                api=place is not None and bool(ranking.api[place]),
                part=texts[part],
                giving=0.0 if place is None else float(ranking.giving[place]),
                near=0.0 if place is None else float(ranking.near[part, place]),
            )
        )
    return found


def _relevance(ranking: Scored, place: int, parts: Sequence[int], fit: Fit, odds: float) -> float:
    """Return how likely an entry is about what was asked for, by how well it fits and how near its meaning is.

    Args:
        ranking: The entries.
        place: Which of them.
        parts: The parts of the question, of which the best counts.
        fit: What counts how much.
        odds: Logarithm of the odds of an entry that does not fit at all.
    """
    of_fit, of_near = fit.relevance[1:3]
    odds += of_fit * float(ranking.fits[parts, place].max()) + of_near * float(ranking.near[parts, place].max())
    return 1 / (1 + exp(-odds))
