"""Questions with all that a ranking needs of them: other weights are then tried in a fraction of a millisecond."""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from engine.search.candidates import Candidates
from engine.search.named.addresses import addressed
from engine.search.pipeline import Asked, Scope, ask, candidates, looked_up
from engine.search.ranking.rank import Scored, rank
from engine.search.ranking.weights import Weights, load
from scripts.bench.retrieval.inside import Cache, Inside
from scripts.bench.retrieval.questions import Question
from scripts.bench.retrieval.scores import Outcome

DEEP = 40
"""Places of a ranking that are looked at; what comes later counts as not found."""


class Prepared(NamedTuple):
    """A question and what is told of its candidates."""

    question: Question
    asked: Asked
    found: Candidates
    refs: tuple[str, ...]
    """Of each candidate."""
    first: tuple[str, ...]
    """What the question names outright: it comes first, whatever the weights."""

    def ranking(self, weights: Weights) -> Scored:
        """Return the ranking with some weights."""
        places = {text: place for place, text in enumerate(self.asked.parts)}
        # The weights of the views are inside the stored vectors, so only a factor on all of them can be tried.
        factor = sum(weights.views) / sum(load().views)
        return rank(self.asked.question, places, self.found._replace(near=self.found.near * factor), weights)

    def outcome(self, weights: Weights) -> Outcome:
        """Return what a search with some weights finds."""
        entries = self.ranking(weights).entries[:DEEP]
        places = self.found.entries.searchsorted(entries).tolist()
        return Outcome(self.question, tuple(dict.fromkeys((*self.first, *(self.refs[place] for place in places)))))


async def prepare(inside: Inside, questions: Sequence[Question], cache: Cache, *, meaning: bool) -> list[Prepared]:
    """Return questions as they are asked to a whole library.

    Args:
        inside: The library.
        questions: What is asked.
        cache: Has the vectors of the parts of questions.
        meaning: Whether by meaning too, or by words alone.
    """
    specs = dict(inside.library.rows("SELECT id, name FROM specs"))
    prepared = []
    for question in questions:
        asked = ask(inside.terms, question.text)
        vectors = await cache.vectors(asked) if meaning else {}
        prepared.append(await asyncio.to_thread(_prepared, inside, specs, question, asked, vectors))
    return prepared


def _prepared(
    inside: Inside, specs: dict[int, str], question: Question, asked: Asked, vectors: dict[str, bytes]
) -> Prepared:
    found = candidates(asked, looked_up(inside.library, asked, Scope()), inside.vectors, vectors)
    terms = inside.terms

    def refs(entries: Sequence[int]) -> tuple[str, ...]:
        return tuple(f"{specs[int(terms.specs[entry])]}:{terms.keys[entry]}" for entry in entries)

    by_name = terms.rowids.searchsorted(addressed(inside.library, question.text, None).rowids).tolist()
    return Prepared(question, asked, found, refs(found.entries.tolist()), refs(by_name))
