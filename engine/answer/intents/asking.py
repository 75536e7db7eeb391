"""A question on its way to its composer, with what was found for it."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from engine.answer.finding import Candidate, headers, returned, sent
from engine.answer.told import Intent, Quote
from engine.answer.wording import LONGEST, Wanted, covered, lines_of, may_have, telling, wanted
from engine.calls.source import Source
from engine.english.aspects import GENERIC, aspects_of
from engine.english.outcomes import asks_for_failure
from engine.specs.describe import summary_of
from engine.specs.model import About, Operation

_LEVELS = 4
"""Levels of nested fields among which one is looked for that is asked for: upper ones come first, and 400 in all."""
_HALF = 0.5
"""Share of the words of a question that a sentence about the whole API must have to tell a limit that is asked for."""
_QUOTES = 2
"""Sentences that are quoted of one text."""


class Asking(NamedTuple):
    """What a composer is given."""

    question: str
    kind: Intent
    sources: Sequence[Source] = ()
    """The operations that were found, the closest first; none where the question is about none."""
    spec: str = ""
    """The spec that it is about; empty where that cannot be told."""
    about: About | None = None
    """What that says of itself."""
    near: Sequence[Operation] = ()
    """What the search has besides."""

    @property
    def source(self) -> Source | None:
        """The closest operation."""
        return self.sources[0] if self.sources else None

    def want(self, source: Source | None = None, *, plainly: bool = False) -> Wanted:
        """Return what the question asks of an operation.

        Args:
            source: The operation; None for the API.
            plainly: Whether words count that ask for something about a field, and may be its name.
        """
        operation, spec = (source.operation, source.spec) if source else (None, self.spec)
        return wanted(self.question, operation, spec, frozenset() if plainly else GENERIC)


def candidates(source: Source) -> list[Candidate]:
    """Return all inputs, fields of what comes back, and headers of an operation."""
    return [*sent(source, levels=_LEVELS), *returned(source, _LEVELS), *headers(source)]


def quotes(asking: Asking) -> tuple[Quote, ...]:
    """Return the sentences that answer to the question: of the operation, else of its tags and of the API."""
    if source := asking.source:
        own = telling(source.operation.description, asking.want(source), _QUOTES)
        own = list(dict.fromkeys([*own, *limiting(source.operation.description, asking, _QUOTES)]))
        heading = summary_of(source.operation).rstrip(".")
        found = [Quote(line) for line in own if line.rstrip(".") != heading]
        found += outcome_quotes(asking, source)
        if found or asking.kind == "do":  # What a tag or the API says of all is not what to do.
            return tuple(found)
    return tuple(_beside(asking))[:_QUOTES]


def limiting(text: str, asking: Asking, most: int, least: float = 0.0) -> list[str]:
    """Return the sentences that tell what is asked of a field, such as a limit, also in the words of the operation.

    Args:
        text: The text.
        asking: The question.
        most: How many sentences are returned.
        least: Share of the words of the question, more than which a sentence must have.
    """
    aspects, want = aspects_of(asking.question), asking.want(asking.source)
    want = want if want.left else asking.want()
    if not aspects or not text or not may_have(text, want):
        return []
    told = (
        (covered(stems, want), line)
        for line, stems in lines_of(text)
        if len(line) <= LONGEST and any(aspect.tells(line) for aspect in aspects)
    )
    ranked = sorted((one for one in told if one[0] > least), key=lambda one: -one[0])
    return [line for _, line in ranked[:most]]


def outcome_quotes(asking: Asking, source: Source) -> Iterator[Quote]:
    """Yield what is said of the answers to a call, where that answers to the question."""
    want, fails = asking.want(source), asks_for_failure(asking.question)
    for one in source.operation.responses:
        if fails or not one.status.startswith(("4", "5")):
            yield from (Quote(line, one.status) for line in telling(one.description, want, 1))


def _beside(asking: Asking) -> Iterator[Quote]:
    if asking.about is None:
        return
    tags = asking.source.operation.tags if asking.source else ()
    want = asking.want()
    for tag in asking.about.tags:
        if tag.name in tags:
            yield from (Quote(line, f"the tag {tag.name}") for line in telling(tag.description, want, _QUOTES))
    overview = asking.about.description
    lines = [*limiting(overview, asking, _QUOTES, _HALF), *telling(overview, want, _QUOTES)]
    yield from (Quote(line, asking.about.title) for line in dict.fromkeys(lines))
