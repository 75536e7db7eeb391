"""A workflow for a question, as facts and as a document."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import msgspec

from engine.answer.choice import choose
from engine.answer.facts import compose
from engine.answer.flow import with_flow
from engine.answer.parts import Parts
from engine.answer.records import Facts
from engine.answer.workflow.composed import Composer, free
from engine.calls.source import Source, from_library
from engine.errors import NoWorkflowError
from engine.library.steps import places_of
from engine.library.store import Library
from engine.search.search import Ranking
from engine.search.stepwise import LOOKED_AT, in_steps
from engine.specs.arazzo.write import Described, document
from engine.specs.model import Operation
from engine.specs.workflow import ApiSource

_CALLABLE = {"openapi": "openapi", "swagger": "openapi"}
"""Formats whose operations Arazzo 1.1 can call, by how their names begin → its name for them."""


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """A workflow for a question."""

    question: str
    facts: Facts
    """Its steps in calling order, with what they pass on; one operation where one is enough."""
    arazzo: dict[str, Any] | None
    """It as a document of Arazzo 1.1; None where that cannot call what it calls."""
    note: str = ""
    """Why there is no document."""
    inputs: tuple[str, ...] = ()
    """What whoever runs it must say."""


async def planned(parts: Parts, question: str, spec: str | None) -> Planned:
    """Return a workflow for a question: the steps of what it asks for, even where that is one thing only.

    Args:
        parts: What answers are made with.
        question: What is to be done.
        spec: Only by operations of this spec.

    Raises:
        NoWorkflowError: Nothing was found that would do it.
        LibraryError: The library cannot be read.
    """
    ranking = await parts.searcher.rank(question, n=LOOKED_AT, spec=spec, meaning=True)
    return await asyncio.to_thread(_planned, parts.library, question, spec, ranking)


def _planned(library: Library, question: str, spec: str | None, ranking: Ranking) -> Planned:
    if not any(one.step for one in ranking.entries):
        ranking = msgspec.structs.replace(ranking, entries=tuple(in_steps(ranking.entries)))
    choice = choose(library, ranking, spec, talk=True)
    chosen = [entry for entry in choice.operations if isinstance(entry.item, Operation)][: max(1, choice.steps)]
    if not chosen:
        raise NoWorkflowError(choice.note or "Nothing in the library would do this")
    choice = choice._replace(operations=tuple(chosen), steps=len(chosen))
    sources = [from_library(library, one.spec, one.item) for one in chosen if isinstance(one.item, Operation)]
    facts = compose(question, sources, search=ranking.mode, note=choice.note)
    facts = with_flow(facts, library, question, choice, sources)
    note = _cannot(sources)
    if note:
        return Planned(question=question, facts=facts, arazzo=None, note=note)
    documents = _documents(library, sources)
    steps = [(source, one.call) for source, one in zip(sources, facts.operations, strict=True)]
    composer = Composer(steps, facts.passes, facts.repeats, {name: one.name for name, one in documents.items()})
    workflow = composer.workflow()
    described = Described(
        name="workflow", title=question, version="1.0.0", description="", inputs=composer.inputs, workflow=workflow
    )
    made = document(described, list(documents.values()))
    return Planned(question=question, facts=facts, arazzo=made, inputs=tuple(composer.inputs))


def _cannot(sources: Sequence[Source]) -> str:
    """Return why no document of Arazzo can call some operations; empty where one can."""
    for source in sources:
        if not source.about.format.startswith(tuple(_CALLABLE)) or source.operation.incoming:
            return f"Arazzo calls operations of OpenAPI documents, and {source.spec} is {source.about.format}"
    return ""


def _documents(library: Library, sources: Sequence[Source]) -> Mapping[str, ApiSource]:
    """Return the documents that are called, by the names of their specs."""
    places = places_of(library)
    documents: dict[str, ApiSource] = {}
    for spec in dict.fromkeys(source.spec for source in sources):
        plain = "".join(sign if sign.isalnum() and sign.isascii() else "-" for sign in spec)
        name = free(plain, {one.name: one for one in documents.values()})
        documents[spec] = ApiSource(name, _url(places[spec]), "openapi")
    return documents


def _url(place: str) -> str:
    """Return where a document is as a reference: an address as it is, a path with what a reference has no room for."""
    return place if "://" in place else quote(place.replace("\\", "/"), safe="/.~!@$&'()*+,;=")
