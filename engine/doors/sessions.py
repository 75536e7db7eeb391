"""The door to conversations: named, kept as they go, and found again.

Secrets stay outside, as they do at the door of questions: nothing behind this door has them, and no export.
"""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any

import msgspec

from engine.answer.attaching import attached
from engine.answer.context import Context
from engine.answer.conversation import Exchanged, Session, as_json, as_markdown, exchanged, packed, searched, told
from engine.answer.records import Answer, Done, Event, Facts, FactsReady, Notice, Prose
from engine.errors import InputError, LibraryError
from engine.library.sessions import LONGEST_NAME, Attached, SessionInfo, Sessions, SessionState
from engine.secrets.redact import redact_text
from engine.text import clean, clean_line

log = logging.getLogger(__name__)

REMEMBERED = 10
"""Answers by which a follow-up is understood: rules look at the last one that found anything."""
_FLUSH_S = 1.0
"""Between two times that prose is kept while it is written: what a crash may lose of it."""


class SessionsDoor:
    """Keeps what is asked and answered.

    Args:
        sessions: Where it is kept.
    """

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def all(self, words: str = "") -> list[SessionInfo]:
        """Return the sessions, the last used first: those that have all words in their name, or in one message."""
        return await asyncio.to_thread(self._sessions.all, words)

    async def show(self, name: str) -> Session:
        """Return a whole session.

        Raises:
            NotFoundError: There is none of this name.
        """
        return await asyncio.to_thread(lambda: self._session(self._sessions.named(name), None))

    async def resume(self, name: str = "", n: int | None = None) -> Session | None:
        """Return a session, and note that it is the one that is used; None where there is none yet.

        Args:
            name: Which; without it the one that was used last.
            n: Only so many exchanges, the last ones.

        Raises:
            NotFoundError: There is none of this name.
        """

        def resumed() -> Session | None:
            info = self._sessions.named(name) if name else self._sessions.last()
            if info is None:
                return None
            if name:
                self._sessions.use(info.id)
            return self._session(info, n)

        return await asyncio.to_thread(resumed)

    async def earlier(self, session: int, before: int, n: int) -> tuple[Exchanged, ...]:
        """Return what was said before the exchange of an id, the last `n`, oldest first."""
        said = await asyncio.to_thread(self._sessions.messages, session, before=before, n=n)
        return tuple(map(exchanged, said))

    async def attach(self, path: Path) -> Attached:
        """Return a text file to be attached, without secrets.

        Raises:
            InputError: It cannot be read, is no text, or is too long.
        """
        return await asyncio.to_thread(attached, path)

    async def begin(self, name: str, *, exact: bool = False) -> int:
        """Make a session and return its id.

        Args:
            name: What to call it. What is too long is cut off; a number follows where the name is taken.
            exact: It has this very name, and is the one that is there where there is one.

        Raises:
            InputError: The name is empty; with `exact`, also where it is too long.
        """
        named = _name(name, cut=not exact)
        return await asyncio.to_thread(self._sessions.begin, named, exact=exact)

    async def go_on(self, session: int, name: str) -> int:
        """Return a session, or one that is made where it is gone.

        Args:
            session: Which.
            name: What to call the one that is made; see `begin`.

        Raises:
            InputError: The name is needed and empty.
        """
        is_there = await asyncio.to_thread(self._sessions.use, session)
        return session if is_there else await self.begin(name)

    async def leave(self, session: int, state: SessionState) -> None:
        """Keep how a session is left; called while it goes on, so that a crash loses nothing.

        Args:
            session: Which.
            state: What is attached comes from `attach` or `pasted`, which leave no secrets in it.
        """

        def left() -> None:
            draft = redact_text(clean(state.draft))
            self._sessions.leave(session, msgspec.structs.replace(state, draft=draft))

        await asyncio.to_thread(left)

    async def rename(self, name: str, new_name: str) -> None:
        """Give a session another name.

        Raises:
            NotFoundError: There is none of this name.
            InputError: The new name cannot be one, or is another one's.
        """
        await asyncio.to_thread(self._sessions.rename, name, _name(new_name, cut=False))

    async def delete(self, name: str) -> None:
        """Delete a session with all that was said in it.

        Raises:
            NotFoundError: There is none of this name.
        """
        await asyncio.to_thread(self._sessions.delete, name)

    async def as_markdown(self, name: str) -> str:
        """Return a session for a person, without secrets.

        Raises:
            NotFoundError: There is none of this name.
        """
        return as_markdown(await self.show(name))

    async def as_json(self, name: str) -> Any:
        """Return a session as a tree of JSON, without secrets.

        Raises:
            NotFoundError: There is none of this name.
        """
        return as_json(await self.show(name))

    async def context(self, session: int) -> Context:
        """Return what a question of a session comes with; see `QuestionsDoor.ask`."""

        def read() -> Context:
            state = self._sessions.state(session)
            said = self._sessions.messages(session, n=REMEMBERED)
            return Context(previous=told(map(exchanged, said)), pinned=state.pinned, attached=state.attached)

        return await asyncio.to_thread(read)

    async def keep(
        self, session: int | Awaitable[int], question: str, events: AsyncGenerator[Event, None]
    ) -> AsyncGenerator[Event, None]:
        """Pass the events of an answer on, and keep what they bring: the question at once, then what there is of it.

        The answer waits for nothing that is written. Where it cannot be kept, a `Notice` at the end says so.

        Args:
            session: In which session; one that is still being made is waited for.
            question: What was asked.
            events: The answer to it, closed at the end.
        """
        keeping = _Keeping(self._sessions, session, clean(redact_text(question)))
        ended = False
        try:
            async with aclosing(events):
                async for event in events:
                    keeping.take(event)
                    yield event
            ended = True
        finally:
            error = await keeping.close()
            if error and not ended:
                log.warning("an answer could not be kept: %s", error)
        if error:
            yield Notice(f"This is not kept: {error}", error.hint)

    def _session(self, info: SessionInfo, n: int | None) -> Session:
        said = self._sessions.messages(info.id, n=n)
        return Session(info=info, state=self._sessions.state(info.id), exchanges=tuple(map(exchanged, said)))


class _Keeping:
    """One exchange while it goes on. What is written is written one after the other, in threads.

    Args:
        sessions: Where it is kept.
        session: In which session.
        question: Without secrets.
    """

    def __init__(self, sessions: Sessions, session: int | Awaitable[int], question: str) -> None:
        self._sessions = sessions
        self._question = question
        self._message = 0
        self._answer: Answer | None = None
        self._kept: Answer | None = None
        self._at = 0.0
        self._last = asyncio.create_task(self._ask(session))

    def take(self, event: Event) -> None:
        """Keep what an event brings; of prose at a steady pace."""
        match event:
            case FactsReady():
                self._answer = _unfinished(self._question, event.facts)
                self._keep()
            case Prose() if self._answer:
                more = "".join(segment.marked for segment in event.segments)
                self._answer = msgspec.structs.replace(self._answer, prose=self._answer.prose + more)
                if time.monotonic() - self._at > _FLUSH_S:
                    self._keep()
            case Done():
                self._answer = event.answer
                self._keep()

    async def close(self) -> LibraryError | None:
        """Keep the rest, and wait until all is written; return why it could not be."""
        if self._answer is not self._kept:
            self._keep()
        try:
            await asyncio.shield(self._last)
        except LibraryError as error:
            return error
        return None

    def _keep(self) -> None:
        self._at = time.monotonic()
        if answer := self._answer:
            self._kept = answer
            self._last = asyncio.create_task(_after(self._last, lambda: self._write(answer)))

    async def _ask(self, session: int | Awaitable[int]) -> None:
        made = session if isinstance(session, int) else await asyncio.shield(session)
        self._message = await asyncio.to_thread(self._sessions.ask, made, self._question)
        if not self._message:
            raise LibraryError("The session was deleted", hint="Begin another one")

    def _write(self, answer: Answer) -> None:
        said = [self._question, *searched(answer)]
        self._sessions.answered(self._message, answer.intent, packed(answer), said)


async def _after(before: asyncio.Task[None], work: Callable[[], None]) -> None:
    await before
    await asyncio.to_thread(work)


def _unfinished(question: str, facts: Facts) -> Answer:
    """Return an answer that has only facts so far."""
    return Answer(
        question=question,
        intent=facts.intent,
        rung="facts",
        model="",
        facts=facts,
        prose="",
        folded=False,
        citations={},
        unverified=(),
        notice="",
        timings_ms={},
    )


def _name(name: str, *, cut: bool) -> str:
    """Return a name as a session may have it.

    Raises:
        InputError: It is empty, or too long and not to be cut.
    """
    cleaned = clean_line(redact_text(name))
    if not cleaned or (len(cleaned) > LONGEST_NAME and not cut):
        raise InputError(
            f"{cleaned!r} cannot be the name of a session", hint=f"Choose one of 1 to {LONGEST_NAME} characters"
        )
    return cleaned[:LONGEST_NAME].rstrip()
