"""A specification within a budget of tokens: its operations in the most detail that there is room for, all alike.

A whole API is written as https://llmstxt.org/ describes it: a heading, a summary as a quotation, then sections of
lists; a program that reads it can ask for each operation by the name that stands there.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence

from engine.answer.facts import operation_facts
from engine.answer.records import OperationFacts
from engine.calls.nested import USUAL
from engine.calls.source import Source
from engine.errors import InputError
from engine.export.operation import brief, name_line, summary_line, whole
from engine.export.records import Detail, Exported
from engine.models.pace import text_tokens
from engine.specs.describe import first_sentence
from engine.specs.markup import code, prose
from engine.specs.model import About

DETAILS: tuple[Detail, ...] = ("whole", "brief", "line", "name")
"""From the most to the least."""
_LINES: Mapping[Detail, Callable[[OperationFacts], str]] = {"brief": brief, "line": summary_line, "name": name_line}


def exported(name: str, about: About, sources: Sequence[Source], detail: Detail) -> Exported:
    """Return operations as Markdown.

    Args:
        name: Of the specification in the library.
        about: What it says of itself.
        sources: Its operations, or some of them, in the order of the document.
        detail: How much is told of each.
    """
    tags = _by_tag(sources)
    return _exported(name, about, tags, detail, len(tags))


def fitted(name: str, about: About, sources: Sequence[Source], budget_tokens: int) -> Exported:
    """Return operations as Markdown of at most so many tokens.

    All are told in as much detail as fits. Where not even the names of all do, those of the first tags stand there,
    and of the other tags how many operations they have.

    Args:
        name: Of the specification in the library.
        about: What it says of itself.
        sources: Its operations, or some of them, in the order of the document.
        budget_tokens: Tokens that it may have, as `text_tokens` counts them.

    Raises:
        InputError: It has no room for the tags alone.
    """
    tags = _by_tag(sources)
    best: Exported | None = None
    for detail in reversed(DETAILS):
        fuller = _exported(name, about, tags, detail, len(tags))
        if fuller.tokens > budget_tokens:
            break
        best = fuller
    if best:
        return best
    told = bisect_left(
        range(1, len(tags)), True, key=lambda some: _exported(name, about, tags, "name", some).tokens > budget_tokens
    )
    best = _exported(name, about, tags, "name", told)
    if best.tokens > budget_tokens:
        raise InputError(
            f"{budget_tokens:,} tokens have no room for {name}", hint=f"Its tags alone take {best.tokens:,}"
        )
    return best


def _by_tag(sources: Sequence[Source]) -> dict[str, list[Source]]:
    tags: dict[str, list[Source]] = {}
    for source in sources:
        tags.setdefault((source.operation.tags or ("",))[0], []).append(source)
    return tags


def _exported(name: str, about: About, tags: Mapping[str, Sequence[Source]], detail: Detail, told: int) -> Exported:
    """Return the operations of the first tags in some detail, and how many the others have."""
    groups = list(tags.values())
    parts = [*_beginning(name, about)]
    for number, (tag, those) in enumerate(tags.items()):
        parts.append(f"## {prose(tag or 'Operations')}")
        parts += _told(those, detail) if number < told else [f"{len(those):,} not told here."]
    text = "\n\n".join(parts) + "\n"
    return Exported(
        markdown=text,
        detail=detail,
        tokens=text_tokens(text),
        operations=sum(map(len, groups[:told])),
        left_out=sum(map(len, groups[told:])),
    )


def _beginning(name: str, about: About) -> Iterator[str]:
    yield f"# {prose(' '.join(filter(None, [about.title or name, about.version])))}"
    if said := first_sentence(about.description):
        yield f"> {prose(said)}"
    servers = ", ".join(code(server.url) for server in about.servers)
    yield f"Specification {code(name)}{f', served at {servers}' if servers else ''}."


def _told(sources: Sequence[Source], detail: Detail) -> list[str]:
    if detail == "whole":
        return [whole(operation_facts(one, 1, extent=USUAL), one.operation.description, 3) for one in sources]
    return ["\n".join(_LINES[detail](operation_facts(one, 1)) for one in sources)]
