"""How the commands show things as plain text: no colour, no boxes, the same in a pipe as on a screen."""

import shlex
import textwrap
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence

import msgspec

from engine import (
    Added,
    Answer,
    Done,
    Event,
    Excerpt,
    Facet,
    Facts,
    FactsReady,
    FieldFact,
    Found,
    Hit,
    Notice,
    Offer,
    OperationFacts,
    Problem,
    Prose,
    ResponseFact,
    Row,
    SpecInfo,
    StepFact,
    clean_line,
    in_short,
    taken_as,
    told_rows,
    written,
)
from tui.commands import render_trace, render_whole
from tui.commands.flow import flow_lines
from tui.commands.output import document, note, table, text
from tui.commands.wrapper import WIDTH, Wrapper, filled, hanging
from tui.given import asides, given_lines

_LISTED = 20
"""Problems of a document, and values of a choice, that are listed: a screen. The others are counted."""
_DEFAULT = 60
"""Characters of a default that are shown: a long one is a text or a document."""
_NAMED = 20
"""Fields of what comes back that are named beside the facts: two lines."""


def added(result: Added) -> None:
    """Print what became of one document."""
    info = result.info
    state = "" if result.changed else " (unchanged)"
    text(f"{info.name}: {' '.join(filter(None, [info.title, info.version]))} ({info.made_of}), {contents(info)}{state}")
    for problem in result.problems[:_LISTED]:
        note(f"  {problem_line(problem)}")
    if len(result.problems) > _LISTED:
        note(f"  … and {len(result.problems) - _LISTED} more problems; `specdeck show {info.name} --json` lists them")


def problem_line(problem: Problem) -> str:
    """Return what is wrong with a part of a document, with its place."""
    line = f"line {problem.line}:" if problem.line else ""
    return " ".join(
        filter(None, [problem.file, line, f"#{problem.pointer}" if problem.pointer else "", problem.message])
    )


def added_many(results: Sequence[Added]) -> None:
    """Print what became of many documents, in few lines."""
    fresh = [result.info for result in results if result.changed]
    text(f"Added {count(len(fresh), 'spec')}: {contents(*fresh)}.")
    if len(fresh) < len(results):
        text(f"{len(results) - len(fresh):,} were there already and have not changed.")
    if flawed := [result for result in results if result.problems]:
        problems = sum(len(result.problems) for result in flawed)
        note(f"{count(problems, 'problem')} in {count(len(flawed), 'spec')}; `specdeck show NAME` lists them.")


def contents(*infos: SpecInfo) -> str:
    """Return what specs hold: `1,206 operations, 265 webhooks`."""
    kinds = {
        "operation": sum(info.operations for info in infos if not info.is_of_workflows),
        "workflow": sum(info.operations for info in infos if info.is_of_workflows),
        "webhook": sum(info.webhooks for info in infos),
        "passage": sum(info.passages for info in infos),
    }
    return ", ".join(count(number, kind) for kind, number in kinds.items() if number) or "no operations"


def count(number: int, thing: str) -> str:
    """Return a number of things: `1 operation`, `1,206 operations`."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def specs(infos: Sequence[SpecInfo]) -> None:
    """Print specs as a table."""
    table(
        (
            (
                info.name,
                info.made_of,
                f"{info.entries:,}",
                f"{info.schemas:,}",
                f"{100 * info.embedded // info.entries} %" if info.entries else "-",
                _size(info.bytes),
                f"{info.title} {info.version}",
            )
            for info in infos
        ),
        ("NAME", "FORMAT", "ENTRIES", "SCHEMAS", "BY MEANING", "SIZE", "TITLE"),
    )


def _size(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{size / 1e3:.1f} kB"


def found(result: Found, facets: Sequence[Facet], *, explain: bool) -> None:
    """Print the hits of a search, and the counts over all matches."""
    if not result.hits:
        note("Nothing found.")
    for rank, hit in enumerate(result.hits, 1):
        text(f"{rank:3}. {hit.ref}")
        text(f"     {clean_line(hit.summary) or '(no summary)'}")
        text(f"     {hit.why}")
        if explain:
            _explanation(hit)
    _facets([facet for facet in facets if facet.values])
    note(f"{count(len(result.hits), 'hit')} by {result.mode} in {result.ms:.0f} ms")
    if result.note:
        note(result.note)


def _facets(facets: Sequence[Facet]) -> None:
    if facets:
        text("All matches:")
    for facet in facets:
        listed = ", ".join(f"{clean_line(one.value)} {one.count:,}" for one in facet.values)
        text(f"     {facet.field:<10} " + filled(listed, WIDTH - 16).replace("\n", "\n" + " " * 16))


def _explanation(hit: Hit) -> None:
    """Print what brought a hit; what had no part in it is left out."""
    evidence = hit.evidence
    said = {
        "asked": evidence.part,
        "words": ", ".join(evidence.words),
        "synonyms": ", ".join(evidence.meant),
        "nearness": f"{evidence.near:.1f}" if evidence.near else "",
        "gives": evidence.gives,
        "relevance": f"{hit.relevance:.0%}",
    }
    for name, value in said.items():
        if value:
            text(f"       {name:<10} {clean_line(value)}")


# Answers -----------------------------------------------------------------------------------------------------------


async def answer(events: AsyncIterator[Event], *, as_json: bool, trace: bool) -> None:
    """Print an answer as it comes; with `as_json` one document at the end. How it came about only where it is asked."""
    wrapper = Wrapper()
    shown: Facts | None = None
    async for event in events:
        if as_json:
            if isinstance(event, Done):
                document(event.answer if trace else _without_trace(event.answer))
        elif isinstance(event, FactsReady):
            _facts(event.facts, shown)
            shown = event.facts
        elif isinstance(event, Prose):
            for segment in event.segments:
                wrapper.write(segment)
        elif isinstance(event, Notice):
            wrapper.end()
            text()
            text(event.sentences)
        elif isinstance(event, Offer):
            text(_offer(event))
        elif isinstance(event, Done):
            wrapper.end()
            _closing(event.answer, trace=trace)


def _without_trace(result: Answer) -> dict[str, object]:
    return {name: value for name, value in msgspec.structs.asdict(result).items() if name != "trace"}


def _offer(offer: Offer) -> str:
    if offer.usual:
        return f"\nWith `--prose` the {offer.rung} model puts this into words."
    return f"Ask again with `--rung {offer.rung}` to let the {offer.rung} model write it."


def _facts(facts: Facts, shown: Facts | None) -> None:
    """Print the facts, or an exact answer about whole APIs."""
    if facts.whole:
        render_whole.whole(facts.whole)
    else:
        _answer_facts(facts, shown)


def _answer_facts(facts: Facts, shown: Facts | None) -> None:
    """Print the facts; of facts that come later, only what they change."""
    if shown is not None:
        text()
        text("Search by meaning is ready now.")
    _beforehand(facts, shown)
    for line in flow_lines(facts):
        text(line)
    first, others = facts.operations[:1], facts.operations[max(1, facts.steps) :]
    if shown is None or first != shown.operations[:1] or facts.told != shown.told:
        for one in first:
            operation_facts(one, told=tuple(told_rows(facts.told)), folded=facts.to_the_point)
        _told(() if first else told_rows(facts.told))
    for one in others:
        if title := _title(one.citation, facts):
            text(f"\n{title}:")
        text(f"[{one.citation}] {one.ref}  {clean_line(one.summary)}".rstrip())
    _excerpts(facts.attached if shown is None else ())
    for quote in facts.passages if shown is None or facts.passages != shown.passages else ():
        text()
        text(f"[{quote.citation}] {quote.ref}  {quote.heading}".rstrip())
        text(textwrap.indent(quote.text, "    "))
    if (facts.operations or facts.told) and (shown is None or facts.intent != shown.intent):
        text(f"Taken as: {taken_as(facts)}; --intent NAME asks otherwise.")


def _beforehand(facts: Facts, shown: Facts | None) -> None:
    """Print what is said of the facts as a whole, as far as that is new."""
    if facts.understood and shown is None:
        text(f"Understood as: {clean_line(facts.understood)}")
    if facts.note and (shown is None or facts.note != shown.note):
        text(f"{facts.note}.")
    for suggestion in facts.suggestions if shown is None or facts.suggestions != shown.suggestions else ():
        text(f"  - {clean_line(suggestion.summary)}  ({suggestion.ref})")
    for line in asides(facts, shown):
        text(textwrap.fill(line, WIDTH))


def _excerpts(told: Sequence[Excerpt]) -> None:
    for excerpt in told:
        text(f"\n{excerpt.name} says:")
        for line in excerpt.lines:
            text(hanging(clean_line(line), "    ", "    "))


def _title(citation: int, facts: Facts) -> str:
    """Return what stands over the operations from this one on, where something else stands over those before it."""
    if citation == len(facts.operations) - facts.pinned + 1:
        return "Pinned"
    return "Also close" if citation == max(facts.steps, 1) + 1 else ""


def _told(rows: Iterable[Row]) -> None:
    """Print what was asked for, in full."""
    for row in rows:
        _rows(clean_line(row.label), [_wrapped(row.said)])


def operation_facts(
    one: OperationFacts, *, whole: bool = False, told: Sequence[Row] = (), folded: bool = False
) -> None:
    """Print the facts of an operation; the whole has each optional input with all that is said of it.

    Args:
        one: The facts.
        whole: Whether all is printed.
        told: What was asked of it, which comes first.
        folded: Whether that is what the answer is about, so that the rest is told in short.
    """
    deprecated = f"  (deprecated{': ' + one.deprecation if one.deprecation else ''})" if one.deprecated else ""
    text(f"[{one.citation}] {one.operation}{deprecated}")
    text(f"    {' · '.join(filter(None, [clean_line(one.summary), one.spec, one.operation_id]))}")
    for line in given_lines(one):
        text(textwrap.indent(_wrapped(line), "    "))
    _told(told)
    if folded:
        _told(Row(label, text=said) for label, said in in_short(one))
        return
    _rows("asked", [_field(field) for field in one.asked])
    _rows("needs", [_field(field) for field in one.needs])
    if whole:
        _rows("accepts", [_field(field) for field in one.accepts])
        _rows("within", [*map(_field, one.nested), *([f"… and {one.more:,} more"] if one.more else [])])
    else:
        _rows("accepts", [_wrapped(", ".join(field.name for field in one.accepts))] if one.accepts else [])
    _rows("auth", [_wrapped(line) for line in one.auth])
    if one.returns:
        _rows("returns", [_wrapped(line) for line in (returned_line(one.returns), *([] if whole else _beside(one)))])
    _rows("also", [_wrapped(returned_line(response)) for response in one.also])
    _rows("errors", [_wrapped(_error(error)) for error in one.errors])
    _rows("calls", list(one.callbacks))
    for step in one.steps:
        _step(step)
    _rows("request", one.request.split("\n") if one.request else [])
    _rows("sketch", [_wrapped(clean_line(one.call.sketch))] if one.call.sketch else [])
    _rows("types", [_wrapped(", ".join(map(clean_line, one.call.media_types)))] if one.call.media_types[1:] else [])


def _beside(one: OperationFacts) -> Iterator[str]:
    """Yield the headers of what comes back, and its fields by name, or how many there are beside those told before."""
    response = one.returns
    if response is None:
        return
    if response.headers:
        yield f"headers {', '.join(header.name for header in response.headers)}"
    told = sum(field.location == "response" for field in one.asked)
    names = [] if told else [field.name for field in response.fields[:_NAMED]]
    more = len(response.fields) + response.more - len(names) - told
    rest = f"{count(more, 'more field')}: specdeck show {shlex.quote(one.ref)}" if more > 0 and (names or told) else ""
    if names or rest:
        yield " … ".join(filter(None, [", ".join(names), rest]))


def returned_line(response: ResponseFact) -> str:
    """Return what comes back on one line: `200 Issue (application/json)`."""
    forms = [
        "".join([form.media_type, f": {form.type}" if form.type != response.type else "", ", a stream" * form.stream])
        for form in response.contents
    ]
    said = response.type or response.description
    return clean_line(" ".join(filter(None, [response.status, said, f"({'; '.join(forms)})" if forms else ""])))


def _error(error: ResponseFact) -> str:
    """Return an error with the type of its body, and the values that tell which one it is, where these are known."""
    codes = [f"{field.name}: {' | '.join(field.enum[:_LISTED])}" for field in error.fields if field.enum]
    body = "; ".join(filter(None, [error.type, *codes]))
    return clean_line(f"{error.status} {error.description}{f' ({body})' if body else ''}")


def _rows(name: str, lines: Sequence[str]) -> None:
    for index, line in enumerate(lines):
        label = name if index == 0 else ""
        text(f"    {label:<8} " + line.replace("\n", "\n" + " " * 13))


def _step(step: StepFact) -> None:
    """Print a step of a workflow: what it calls, what goes in, what it passes on, and where it goes on."""
    said = f"  {clean_line(step.description)}" if step.description else ""
    _rows(f"step {step.number}", [_wrapped(f"{step.name}: {step.ref or step.calls}{said}")])
    for name, lines in (("takes", step.takes), ("holds", step.holds), ("gives", step.gives), ("then", step.then)):
        for index, line in enumerate(lines):
            text(f"             {name if index == 0 else '':<6} " + _wrapped(line).replace("\n", "\n" + " " * 20))


def _field(field: FieldFact) -> str:
    values = f" ({' | '.join(field.enum[:_LISTED])})" if field.enum else ""
    default = f"default {written(field.default)[:_DEFAULT]}" if field.default is not None else ""
    kind = ", ".join(filter(None, [field.location, field.type, field.bounds, default]))
    wire = f" {field.wire}" if field.wire else ""
    return _wrapped(clean_line(f"{field.name}{wire} ({kind}) {field.description}{values}".rstrip()))


def field_line(field: FieldFact) -> str:
    """Return a field of what comes back as it is listed: `    owner.login: string, always there  The name. (a | b)`."""
    arguments = f"({', '.join(field.arguments)})" if field.arguments else ""
    said = [field.type, "always there" if field.required else "", "nullable" if field.nullable else "", field.bounds]
    values = f"({' | '.join(field.enum[:_LISTED])})" if field.enum else ""
    line = f"{field.name}{arguments}: {', '.join(filter(None, said))}"
    return hanging(clean_line("  ".join(filter(None, [line, field.description, values]))), "    ", " " * 8)


def _wrapped(line: str) -> str:
    return filled(line, WIDTH - 13)


def _closing(result: Answer, *, trace: bool) -> None:
    if result.rung != "facts":
        _author(result)
    if trace and result.trace:
        render_trace.trace(result.trace)


def _author(result: Answer) -> None:
    text()
    if result.repeats:
        text("The model repeated itself and was stopped: trust the facts above, not the draft.")
    elif result.folded:
        text("The specification does not have what this draft names or claims: trust the facts above, not the draft.")
    for number, ref in result.citations.items():
        text(f"[{number}] {ref}")
    if result.unverified:
        text("[?] not in the specification: " + ", ".join(result.unverified))
    if result.corrections:
        text("~~struck~~ is not what the specification says; what it says stands beside it")
    where = ", a remote model" if result.rung == "remote" else " on this machine"
    text(f"Written by {result.model}{where}; names and claims checked against the specification.")
