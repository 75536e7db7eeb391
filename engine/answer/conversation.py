"""What was said in a session, as records and as Markdown."""

import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec

from engine.answer.records import Answer, Facts, OperationFacts
from engine.answer.rows import told_rows
from engine.answer.whole.records import WholeFacts
from engine.decoding import decode_json
from engine.library.sessions import Said, SessionInfo, SessionState
from engine.secrets.names import is_secret_name
from engine.secrets.redact import Redactor, redact_text
from engine.specs.markup import code, prose

_TICKS = re.compile("`+")
_PLACEHOLDER = re.compile(r"(?:\w+ )?[A-Z][A-Z0-9_]*")
"""What stands in a call for what nobody said: `PASSWORD`, `Bearer TOKEN`."""


class Exchanged(msgspec.Struct, frozen=True, kw_only=True):
    """A question of a session with its answer."""

    id: int
    """Counts up with time."""
    asked: datetime
    question: str
    intent: str
    answer: Answer | None
    """As it was then. None where the process ended before there was any, or another specdeck wrote it otherwise."""


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A session, or the end of one."""

    info: SessionInfo
    state: SessionState
    exchanges: tuple[Exchanged, ...]
    """Oldest first."""


def packed(answer: Answer) -> bytes:
    """Return an answer as it is kept: JSON, compressed."""
    return zlib.compress(msgspec.json.encode(answer), level=1)


def exchanged(said: Said) -> Exchanged:
    """Return what was said as records."""
    return Exchanged(
        id=said.id, asked=said.asked, question=said.question, intent=said.intent, answer=_unpacked(said.answer)
    )


def _unpacked(kept: bytes | None) -> Answer | None:
    try:
        return decode_json(zlib.decompress(kept), Answer) if kept else None
    except (msgspec.DecodeError, zlib.error):
        return None


def searched(answer: Answer) -> Iterator[str]:
    """Yield what an answer is searched by, besides its question."""
    facts = answer.facts
    yield facts.understood
    if facts.whole:
        yield facts.whole.understood
        for row in facts.whole.rows:
            yield f"{row.ref or row.name} {row.summary}"
    for told_row in told_rows(facts.told):
        yield told_row.said
    for one in facts.operations:
        yield f"{one.ref} {one.operation_id} {one.summary}"
    for passage in facts.passages:
        yield f"{passage.ref} {passage.heading}"
    yield answer.prose


def told(exchanges: Iterable[Exchanged]) -> tuple[Facts, ...]:
    """Return the facts of the answers, oldest first, by which a follow-up is understood."""
    return tuple(one.answer.facts for one in exchanges if one.answer)


def without_secrets(value: Any) -> Any:
    """Return a tree of JSON with what looks like a secret replaced in each of its texts, in calls also by its name."""
    if isinstance(value, str):
        return redact_text(value)
    if isinstance(value, dict):
        return {name: (_call if name == "call" else without_secrets)(item) for name, item in value.items()}
    return [without_secrets(item) for item in value] if isinstance(value, list | tuple) else value


def _call(value: Any, name: str = "") -> Any:
    """Return what a call holds under a name, without secrets; where its values come from says nothing of them."""
    if isinstance(value, str):
        secret = is_secret_name(name) and not _PLACEHOLDER.fullmatch(value)
        return Redactor().hide(value) if secret else redact_text(value)
    if isinstance(value, dict):
        own = str(value.get("name", ""))  # of a part of a form: what its `value` is called
        return {
            key: item if key == "sources" else _call(item, own if key == "value" and own else key)
            for key, item in value.items()
        }
    return [_call(item, name) for item in value] if isinstance(value, list | tuple) else value


def as_json(session: Session) -> Any:
    """Return a session as a tree of JSON, without secrets."""
    return without_secrets(msgspec.to_builtins(session))


def as_markdown(session: Session) -> str:
    """Return a session as Markdown for a person, without secrets."""
    return redact_text("\n".join(_lines(session))).rstrip() + "\n"


def _lines(session: Session) -> Iterator[str]:
    yield f"# {session.info.name}"
    yield ""
    yield f"{_time(session.info.made)} to {_time(session.info.used)}"
    if session.state.pinned:
        yield ""
        yield f"Pinned: {', '.join(f'`{ref}`' for ref in session.state.pinned)}"
    for attached in session.state.attached:
        yield from ("", f"Attached: {attached.name}", "", *_fenced(attached.text, "text"))
    for one in session.exchanges:
        yield from ("", f"## {' '.join(one.question.split())}", "", f"_{_time(one.asked)}_", "")
        yield from _answer(one.answer) if one.answer else ("No answer was kept.",)


def _answer(answer: Answer) -> Iterator[str]:
    facts = answer.facts
    if facts.understood:
        yield from (f"Understood as: {facts.understood}", "")
    if facts.note:
        yield from (f"{facts.note}.", "")
    for suggestion in facts.suggestions:
        yield f"- {suggestion.summary} (`{suggestion.ref}`)"
    if facts.whole:
        yield from (*_whole(facts.whole), "")
    if facts.unplaced:
        yield from (f"Not used: {prose(', '.join(facts.unplaced))}", "")
    asked = [f"{f'- {row.label}:' if row.label else '  -'} {prose(row.said)}" for row in told_rows(facts.told)]
    for number, one in enumerate(facts.operations):
        said = f"[{one.citation}] `{one.ref}` {one.summary}".rstrip()
        if number and number >= facts.steps:
            yield f"- {said}"
        else:
            passed = [f"- takes: {prose(line)}" for line in facts.passed(one.citation)]
            yield from (f"**{said}**", "", *passed, *asked, *_facts(one), "")
            asked = []
    yield from asked
    for passage in facts.passages:
        yield from ("", f"[{passage.citation}] {passage.ref} {passage.heading}".rstrip(), "")
        yield from (f"> {line}".rstrip() for line in passage.text.splitlines())
    if answer.prose and not answer.folded:
        yield from ("", answer.prose, "", f"_Written by {answer.model or 'a model'}, checked against the spec._")


def _whole(facts: WholeFacts) -> Iterator[str]:
    if facts.cannot:
        yield f"I cannot count that: {prose(facts.cannot)}."
    else:
        of = f" of {facts.among:,}" if facts.among else ""
        yield f"**{facts.total:,}{of}: {prose(facts.understood)}**"
    yield ""
    if facts.groups:
        yield f"- by {facts.grouped}: {', '.join(f'{prose(one.value)} {one.count:,}' for one in facts.groups)}"
    for row in facts.rows:
        beside = [row.change, f"{row.count:,}" if row.count else "", "deprecated" if row.deprecated else ""]
        yield f"- {' '.join(filter(None, [code(row.ref or row.name), *beside, prose(row.summary)]))}"
    if (rest := facts.total - len(facts.rows)) > 0 and facts.rows:
        yield f"- … and {rest:,} more"
    yield from (line for note in facts.notes for line in ("", f"{prose(note)}."))


def _facts(one: OperationFacts) -> Iterator[str]:
    rows: Sequence[tuple[str, Sequence[str]]] = (
        ("asked", [f"`{field.name}` ({field.type}) {field.description}".rstrip() for field in one.asked]),
        ("needs", [f"`{field.name}` ({field.location}, {field.type})" for field in one.needs]),
        ("accepts", [f"`{field.name}`" for field in one.accepts]),
        ("auth", one.auth),
        ("returns", [f"{one.returns.status} {one.returns.type or one.returns.description}"] if one.returns else []),
        ("errors", [f"{error.status} {error.description}" for error in one.errors]),
    )
    for name, items in rows:
        if items:
            yield f"- {name}: {', '.join(' '.join(item.split()) for item in items)}"
    if one.request:
        yield from ("", *_fenced(one.request, "sh"))


def _fenced(text: str, language: str) -> Iterator[str]:
    """Yield a text in a fence that is longer than any in it."""
    fence = "`" * max(3, 1 + max(map(len, _TICKS.findall(text)), default=0))
    yield from (f"{fence}{language}", *text.splitlines(), fence)


def _time(when: datetime) -> str:
    return when.strftime("%Y-%m-%d %H:%M UTC")
