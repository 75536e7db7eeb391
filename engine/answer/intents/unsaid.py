"""That a specification does not say what a question asks for: where nothing that was found tells it."""

from collections.abc import Iterator

from engine.answer.intents.asking import Asking, candidates, quotes
from engine.answer.told import FieldsTold, SaidTold, Told, UnsaidTold
from engine.answer.wording import covered, lines_of, stems_of, wanted
from engine.calls.source import Source
from engine.english.asking import asks_how_much, asks_how_often, tells_how_much, thing_asked
from engine.english.aspects import GENERIC

_STANDS = "among the inputs, in what comes back, or in a description"


def compose(asking: Asking, told: Told | None) -> Told | None:
    """Return that it is not said where a question asks for something that stands nowhere; else what was told.

    Args:
        asking: The question, with the operations that were found for it.
        told: What its composer tells of it.
    """
    if not isinstance(told, FieldsTold | SaidTold | None) or (isinstance(told, FieldsTold) and told.sure):
        return told
    thing = thing_asked(asking.question)
    if asking.sources and thing and not _is_anywhere(asking, thing):
        return UnsaidTold(f"anything of this: {thing}", _STANDS)
    if isinstance(told, FieldsTold) and asks_how_often(asking.question):
        measured = any(tells_how_much(line) for one in told.fields for line in one.said)
        return told if measured else UnsaidTold(_quoted(asking), _STANDS, told.fields, told.said)
    if told is None and asks_how_much(asking.question):
        said = quotes(asking._replace(kind="field"))
        if any(tells_how_much(one.text) for one in said):
            return SaidTold(said)
        return UnsaidTold(_quoted(asking), _STANDS, said=said)
    return told


def _quoted(asking: Asking) -> str:
    return f"\u201c{asking.question.strip(' ?')}\u201d"


def _is_anywhere(asking: Asking, thing: str) -> bool:
    """Tell whether any text of what was found, or of the API, has all words of a thing, or what stands for them."""
    want = wanted(thing, but=GENERIC)
    return any(covered(stems_of(text), want) >= 1 for text in _texts(asking))


def _texts(asking: Asking) -> Iterator[str]:
    for source in asking.sources:
        yield from _of_operation(source)
    for operation in asking.near:
        yield from _said(f"{operation.key} {operation.summary}", operation.description)
    if about := asking.about:
        yield from _said(about.title, about.description)
        for tag in about.tags:
            yield from _said(tag.name, tag.description)
        for scheme in about.security_schemes:
            yield from _said(scheme.name, scheme.description)


def _said(name: str, description: str) -> Iterator[str]:
    """Yield each sentence of a description with the name of what it describes; samples say nothing."""
    yield name
    yield from (f"{name} {line}" for line, _ in lines_of(description))


def _of_operation(source: Source) -> Iterator[str]:
    operation = source.operation
    yield from _said(f"{operation.key} {operation.summary}", operation.description)
    yield from (f"{one.name} {one.text}" for one in candidates(source))
    yield from (f"{one.status} {one.description}" for one in operation.responses)
