"""That a specification does not say what a question asks for: where nothing that was found tells it."""

from collections.abc import Iterator

from engine.answer.intents.asking import Asking, candidates, quotes
from engine.answer.told import FieldsTold, SaidTold, Told, UnsaidTold
from engine.answer.wording import covered, stems_of, wanted
from engine.calls.source import Source
from engine.english.asking import asks_how_much, names_a_thing, tells_how_much, thing_asked

_STANDS = "among the inputs, in what comes back, or in a description"


def compose(asking: Asking, told: Told | None) -> Told | None:
    """Return that it is not said where a question asks for something that stands nowhere; else what was told.

    Args:
        asking: The question, with the operations that were found for it.
        told: What its composer tells of it.
    """
    if isinstance(told, FieldsTold) and told.sure:
        return told
    if not (asking.sources and isinstance(told, FieldsTold | SaidTold | None)):
        return told
    thing = thing_asked(asking.question)
    if thing and names_a_thing(thing) and not _is_anywhere(asking, thing):
        return UnsaidTold(f"anything of this: {thing}", _STANDS)
    if told is None and asks_how_much(asking.question):
        said = quotes(asking._replace(kind="field"))
        if any(tells_how_much(one.text) for one in said):
            return SaidTold(said)
        return UnsaidTold(f"\u201c{asking.question.strip(' ?')}\u201d", _STANDS, said=said)
    return told


def _is_anywhere(asking: Asking, thing: str) -> bool:
    """Tell whether any text of what was found, or of the API, has all words of a thing, or what stands for them."""
    want = wanted(thing)
    return any(covered(stems_of(text), want) >= 1 for text in _texts(asking))


def _texts(asking: Asking) -> Iterator[str]:
    for source in asking.sources:
        yield from _of_operation(source)
    for operation in asking.near:
        yield f"{operation.key} {operation.summary} {operation.description}"
    if about := asking.about:
        yield from (about.title, about.description)
        yield from (f"{tag.name} {tag.description}" for tag in about.tags)
        yield from (f"{one.name} {one.description}" for one in about.security_schemes)


def _of_operation(source: Source) -> Iterator[str]:
    operation = source.operation
    yield f"{operation.key} {operation.summary} {operation.description}"
    yield from (f"{one.name} {one.text}" for one in candidates(source))
    yield from (f"{one.status} {one.description}" for one in operation.responses)
