"""What the commands about sessions do. Each returns an exit code."""

from collections.abc import Iterator
from datetime import datetime

from engine import Answer, Engine, Exchanged, clean_line, told_rows
from tui.commands import output, render_whole
from tui.commands.output import Exit
from tui.commands.questions import with_engine
from tui.commands.wrapper import hanging
from tui.given import unplaced_line

_LISTED = 60
"""Characters of the last question in a list."""


def list_sessions(words: str, as_json: bool) -> Exit:
    """Print the sessions, or those that have all words."""

    async def work(engine: Engine) -> Exit:
        infos = await engine.sessions.all(words)
        if as_json:
            output.document({"sessions": infos})
        elif infos:
            rows = ((one.name, f"{one.messages:,}", local_time(one.used), _cut(one.last)) for one in infos)
            output.table(rows, ("NAME", "QUESTIONS", "USED", "LAST QUESTION"))
        else:
            output.note("No session has that." if words else "There are no sessions yet; the app keeps what is asked.")
        return Exit.DONE

    return with_engine(work, as_json=as_json)


def show(name: str, as_json: bool) -> Exit:
    """Print what was asked and answered, in few lines each."""

    async def work(engine: Engine) -> Exit:
        if as_json:
            output.document(await engine.sessions.as_json(name))
            return Exit.DONE
        session = await engine.sessions.show(name)
        for line in (*_beside(session.state.pinned, [one.name for one in session.state.attached]),):
            output.text(line)
        for number, one in enumerate(session.exchanges):
            if number:
                output.text()
            output.text(f"{local_time(one.asked)}  > {clean_line(one.question)}")
            for line in _exchange(one):
                output.text(line)
        return Exit.DONE

    return with_engine(work, as_json=as_json)


def rename(name: str, new_name: str, as_json: bool) -> Exit:
    """Rename a session."""

    async def work(engine: Engine) -> Exit:
        await engine.sessions.rename(name, new_name)
        if as_json:
            output.document({"renamed": name, "to": new_name})
        else:
            output.text(f"{name} is now {new_name}.")
        return Exit.DONE

    return with_engine(work, as_json=as_json)


def delete(name: str, as_json: bool) -> Exit:
    """Delete a session."""

    async def work(engine: Engine) -> Exit:
        await engine.sessions.delete(name)
        if as_json:
            output.document({"deleted": name})
        else:
            output.text(f"Deleted {name}.")
        return Exit.DONE

    return with_engine(work, as_json=as_json)


def export(name: str, *, as_json: bool) -> Exit:
    """Print a whole session."""

    async def work(engine: Engine) -> Exit:
        if as_json:
            output.document(await engine.sessions.as_json(name))
        else:
            output.text(await engine.sessions.as_markdown(name), end="")
        return Exit.DONE

    return with_engine(work, as_json=as_json)


def local_time(when: datetime) -> str:
    """Return a time of this place: `2026-11-30 17:40`."""
    return when.astimezone().strftime("%Y-%m-%d %H:%M")


def _beside(pinned: tuple[str, ...], attached: list[str]) -> Iterator[str]:
    if pinned:
        yield f"pinned: {', '.join(pinned)}"
    if attached:
        yield f"attached: {', '.join(attached)}"


def _exchange(one: Exchanged) -> Iterator[str]:
    if one.answer is None:
        yield "  (no answer was kept)"
        return
    yield from _answer(one.answer)


def _answer(answer: Answer) -> Iterator[str]:
    facts = answer.facts
    if facts.understood:
        yield f"  understood as: {facts.understood}"
    if facts.note:
        yield f"  {facts.note}."
    for line in render_whole.whole_lines(facts.whole) if facts.whole else ():
        yield f"  {line}"
    if unplaced := unplaced_line(facts):
        yield hanging(unplaced, "  ", "  ")
    told = [hanging(row.said, f"      {row.label:<9} ", " " * 16) for row in told_rows(facts.told)]
    for operation in facts.operations:
        yield f"  [{operation.citation}] {operation.ref}  {clean_line(operation.summary)}".rstrip()
        yield from (f"      {clean_line(line)}" for line in facts.passed(operation.citation))
        yield from told
        told = []
    yield from told
    for passage in facts.passages:
        yield f"  [{passage.citation}] {passage.ref}  {clean_line(passage.heading)}".rstrip()
    if answer.prose and not answer.folded:
        yield hanging(clean_line(answer.prose), "  ", "  ")


def _cut(text: str) -> str:
    line = clean_line(text)
    return line if len(line) <= _LISTED else f"{line[: _LISTED - 1]}…"
