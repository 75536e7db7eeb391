"""Sessions that are kept in memory, without threads, so that a test sees each step."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from engine import (
    Answer,
    Attached,
    Context,
    Done,
    Event,
    Exchanged,
    InputError,
    Message,
    NotFoundError,
    Session,
    SessionInfo,
    SessionState,
    SpecdeckError,
    Trace,
    TracedHit,
    Usage,
)
from engine.doors.sessions import SessionsDoor

WHEN = datetime(2026, 1, 31, 9, 0, tzinfo=UTC)


class FakeSessions(SessionsDoor):
    """Keeps sessions in lists.

    Attributes:
        kept: All sessions, the last used first.
        fails: Method name → error that it raises.
    """

    def __init__(self) -> None:
        self.kept: list[Session] = []
        self._made = 0
        self.fails: dict[str, SpecdeckError] = {}

    def put(self, name: str, exchanges: Sequence[tuple[str, Answer | None]], state: SessionState | None = None) -> None:
        """Add a session that was there before, as the last used."""
        self._made += 1
        number = self._made
        said = tuple(
            Exchanged(id=100 * number + place, asked=WHEN, question=question, intent="how-to", answer=answer)
            for place, (question, answer) in enumerate(exchanges)
        )
        last = exchanges[-1][0] if exchanges else ""
        info = SessionInfo(id=number, name=name, made=WHEN, used=WHEN, messages=len(said), last=last)
        self.kept.insert(0, Session(info=info, state=state or SessionState(), exchanges=said))

    def session(self, name: str) -> Session:
        """Return one session."""
        found = next((one for one in self.kept if one.info.name == name), None)
        if found is None:
            raise NotFoundError(f"There is no session {name!r}")
        return found

    def _fail(self, what: str) -> None:
        if what in self.fails:
            raise self.fails[what]

    async def all(self, words: str = "") -> list[SessionInfo]:
        return [one.info for one in self.kept if words in f"{one.info.name} {one.info.last}"]

    async def resume(self, name: str = "", n: int | None = None) -> Session | None:
        self._fail("resume")
        if not name and not self.kept:
            return None
        session = self.session(name) if name else self.kept[0]
        self.kept.remove(session)
        self.kept.insert(0, session)
        return msgspec.structs.replace(session, exchanges=session.exchanges[-(n or 0) :])

    async def earlier(self, session: int, before: int, n: int) -> tuple[Exchanged, ...]:
        said = next((one.exchanges for one in self.kept if one.info.id == session), ())
        return tuple(one for one in said if one.id < before)[-n:]

    async def begin(self, name: str, *, exact: bool = False) -> int:
        self.put(name, [])
        return self.kept[0].info.id

    async def go_on(self, session: int, name: str) -> int:
        return session if any(one.info.id == session for one in self.kept) else await self.begin(name)

    async def leave(self, session: int, state: SessionState) -> None:
        self._fail("leave")
        self._change(session, state=state)

    async def rename(self, name: str, new_name: str) -> None:
        if not new_name:
            raise InputError("'' cannot be the name of a session")
        session = self.session(name)
        self._change(session.info.id, info=msgspec.structs.replace(session.info, name=new_name))

    async def delete(self, name: str) -> None:
        self.kept.remove(self.session(name))

    async def attach(self, path: Path) -> Attached:
        self._fail("attach")
        return Attached(name=path.name, text="text")

    async def context(self, session: int) -> Context:
        raise NotImplementedError

    async def keep(
        self, session: int | Awaitable[int], question: str, events: AsyncGenerator[Event, None]
    ) -> AsyncGenerator[Event, None]:
        made = session if isinstance(session, int) else await asyncio.shield(session)
        said = Exchanged(id=0, asked=WHEN, question=question, intent="", answer=None)
        async with aclosing(events):
            async for event in events:
                if isinstance(event, Done):
                    said = msgspec.structs.replace(said, answer=event.answer)
                yield event
        for before in [one for one in self.kept if one.info.id == made]:
            self._change(made, exchanges=(*before.exchanges, said))

    def _change(self, session: int, **fields: object) -> None:
        self.kept = [msgspec.structs.replace(one, **fields) if one.info.id == session else one for one in self.kept]


TRACE = Trace(
    request="0a1b2c3d4e5f",
    intent="how-to",
    searched="create an issue, then add a label",
    spec=None,
    clauses=("create an issue", "add a label"),
    one_api=0.97,
    mode="words and meaning",
    without="",
    hits=(
        TracedHit(
            ref="github:POST /repos/{owner}/{repo}/issues",
            why="words: create, issue; meaning",
            part="create an issue",
            score=-0.3,
            relevance=0.82,
            near=0.61,
            giving=0.12,
            shown=True,
        ),
        TracedHit(
            ref="github:POST /repos/{owner}/{repo}/issues/{issue_number}/labels",
            why="words: add, label",
            part="add a label",
            score=-1.25,
            relevance=0.4,
            near=0.5,
            giving=0.0,
            shown=False,
        ),
    ),
    rung="local",
    model="smollm2-135m-instruct",
    prompt=(Message("user", "Create an issue: call POST /repos/{owner}/{repo}/issues."),),
    cached=False,
    usage=Usage(prompt_tokens=286, tokens=47, prefill_ms=830.0, tokens_per_s=18.3, finish="stop"),
    passed=("post /repos/{owner}/{repo}/issues", "title"),
    failed={"colour": "", "PUT": "POST"},
    notices=(),
    timings_ms={"search": 12.0, "facts": 21.0, "total": 3400.0},
)
"""The path of an answer."""
