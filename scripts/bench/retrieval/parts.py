"""specdeck's search without one of its parts, to see what each is worth.

The program has no switches for this: its own functions are called with another question, or with other weights.
"""

import asyncio
from collections.abc import Callable
from math import inf

from msgspec.structs import replace

from engine.search.pipeline import READ, Asked, Scope, ask, candidates, find, looked_up
from engine.search.ranking.weights import Weights, load
from engine.search.search import Embed
from scripts.bench.retrieval.inside import Cache, Inside
from scripts.bench.retrieval.systems import DEPTH, System


def without_parts(inside: Inside, embed: Embed) -> list[System]:
    """Return the search by meaning alone, without links, without clauses, and without the lexicon."""
    cache = Cache(embed)

    def system(name: str, weights: Weights, change: Callable[[Asked], Asked] = lambda asked: asked) -> System:
        async def search(question: str, spec: str | None) -> list[str]:
            asked = await asyncio.to_thread(lambda: change(ask(inside.terms, question)))
            vectors = await cache.vectors(asked)

            def found() -> list[str]:
                scope = Scope(spec)
                looked_at = candidates(asked, looked_up(inside.library, asked, scope), inside.vectors, vectors)
                ranked = find(inside.library, asked, looked_at, DEPTH, weights).entries
                return [f"{one.entry.spec}:{one.entry.item.key}" for one in ranked]

            return await asyncio.to_thread(found)

        return System(f"  {name}", search)

    weights = load()
    return [
        system("by meaning alone", by_meaning_alone(weights)),
        system("without links", without_links(weights)),
        system("without clauses", weights, without_clauses),
        system("without the lexicon", weights, without_lexicon),
    ]


def by_meaning_alone(weights: Weights) -> Weights:
    """Return weights with which only the vectors say how well an entry fits, and all else is as it was."""
    fit = weights.with_meaning
    nothing = replace(fit, features=dict.fromkeys(fit.features, 0.0), deprecated=0.0, incoming=0.0, one=0.0)
    return replace(weights, with_meaning=nothing, mine=0.0, lookup=0.0)


def without_links(weights: Weights) -> Weights:
    """Return weights with which no entry gains by what it gives to others or takes from them."""
    return replace(weights, forms=tuple(replace(form, helper=-inf, fed=0.0) for form in weights.forms))


def without_clauses(asked: Asked) -> Asked:
    """Return a question that is looked up as a whole only."""
    text = asked.question.text
    whole = replace(asked.question, unnamed=text, clauses=(text,), phrases=(text,))
    return asked._replace(question=whole, parts={text: asked.parts[text]})


def without_lexicon(asked: Asked) -> Asked:
    """Return a question with the words that were typed only."""
    parts = {text: part._replace(added={}, added_methods={}) for text, part in asked.parts.items()}
    text = asked.question.text
    if not parts[text].methods:
        parts[text] = parts[text]._replace(added_methods=READ)
    return asked._replace(parts=parts)
