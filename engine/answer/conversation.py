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
from engine.specs.markup import code, fenced, prose, untagged

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
    yield f"# {_words(session.info.name)}"
    yield ""
    yield f"{_time(session.info.made)} to {_time(session.info.used)}"
    if session.state.pinned:
        yield ""
        yield f"Pinned: {', '.join(map(code, session.state.pinned))}"
    for attached in session.state.attached:
        yield from ("", f"Attached: {_words(attached.name)}", "", fenced(attached.text, "text"))
    for one in session.exchanges:
        yield from ("", f"## {_words(one.question)}", "", f"_{_time(one.asked)}_", "")
        yield from _answer(one.answer) if one.answer else ("No answer was kept.",)


def _answer(answer: Answer) -> Iterator[str]:
    facts = answer.facts
    if facts.understood:
        yield from (f"Understood as: {_words(facts.understood)}", "")
    if facts.note:
        yield from (f"{_words(facts.note)}.", "")
    for suggestion in facts.suggestions:
        yield f"- {_words(suggestion.summary)} ({code(suggestion.ref)})"
    if facts.whole:
        yield from (*_whole(facts.whole), "")
    if facts.unplaced:
        yield from (f"Not used: {_words(', '.join(facts.unplaced))}", "")
    asked = [f"{f'- {row.label}:' if row.label else '  -'} {_words(row.said)}" for row in told_rows(facts.told)]
    for number, one in enumerate(facts.operations):
        said = f"{code(one.ref)} {_words(one.summary)}".rstrip()
        if number and number >= facts.steps:
            yield f"- [{one.citation}] {said}"
        else:
            passed = [f"- takes: {_words(line)}" for line in facts.passed(one.citation)]
            yield from (f"**[{one.citation}]** {said}", "", *passed, *asked, *_facts(one), "")
            asked = []
    yield from asked
    for passage in facts.passages:
        yield from ("", f"[{passage.citation}] {code(passage.ref)} {_words(passage.heading)}".rstrip(), "")
        yield from (f"> {line}".rstrip() for line in untagged(passage.text).splitlines())
    if answer.prose and not answer.folded:
        author = _words(answer.model or "a model")
        yield from ("", untagged(answer.prose), "", f"_Written by {author}, checked against the spec._")


def _whole(facts: WholeFacts) -> Iterator[str]:
    if facts.cannot:
        yield f"I cannot count that: {_words(facts.cannot)}."
    else:
        of = f" of {facts.among:,}" if facts.among else ""
        yield f"{facts.total:,}{of}: {_words(facts.understood)}"
    yield ""
    if facts.groups:
        yield f"- by {facts.grouped}: {', '.join(f'{_words(one.value)} {one.count:,}' for one in facts.groups)}"
    for said in facts.said:
        yield f"- {said.kind}: {_words(said.text)}{f' ({said.count:,})' if said.count else ''}"
    for row in facts.rows:
        beside = [row.change, f"{row.count:,}" if row.count else "", "deprecated" if row.deprecated else ""]
        yield f"- {' '.join(filter(None, [code(row.ref or row.name), *beside, _words(row.summary)]))}"
    if (rest := facts.total - len(facts.rows)) > 0 and facts.rows:
        yield f"- … and {rest:,} more"
    yield from (line for note in facts.notes for line in ("", f"{_words(note)}."))


def _facts(one: OperationFacts) -> Iterator[str]:
    returns = [f"{one.returns.status} {one.returns.type or one.returns.description}"] if one.returns else []
    rows: Sequence[tuple[str, Sequence[str]]] = (
        ("asked", [f"{code(field.name)} {_words(f'({field.type}) {field.description}')}" for field in one.asked]),
        ("needs", [f"{code(field.name)} {_words(f'({field.location}, {field.type})')}" for field in one.needs]),
        ("accepts", [code(field.name) for field in one.accepts]),
        ("auth", [_words(way) for way in one.auth]),
        ("returns", [_words(said) for said in returns]),
        ("errors", [_words(f"{error.status} {error.description}") for error in one.errors]),
    )
    for name, items in rows:
        if items:
            yield f"- {name}: {', '.join(items)}"
    if one.request:
        yield from ("", fenced(one.request, "sh"))


def _words(text: str) -> str:
    """Return words from outside as words. Their secrets go first: where signs are escaped, none would be known."""
    return prose(redact_text(text))


def _time(when: datetime) -> str:
    return when.strftime("%Y-%m-%d %H:%M UTC")
