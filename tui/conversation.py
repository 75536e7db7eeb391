"""The session that the chat goes on with: what is beside its questions, and how it is left."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from engine import (
    Attached,
    Context,
    Engine,
    Event,
    Exchanged,
    Facts,
    InputError,
    LibraryError,
    NotFoundError,
    OperationView,
    SessionState,
    pasted,
    pasted_error,
)

log = logging.getLogger(__name__)

WINDOW = 8
"""Exchanges that are brought back at once: some screens full. Those before them come on demand."""

NAMED = 8
"""Specs that are named where one that is meant is not there: a line full."""

COMMANDS = {
    "/attach": ("FILE", "Lay a text file beside the questions"),
    "/error": ("TEXT", "Lay an error that is pasted beside the questions, and ask for what it names"),
    "/pin": ("SPEC:METHOD /path", "Keep an operation beside the questions, or no longer"),
    "/spec": ("NAME", "Ask only this spec, by its name or a part of it, from now on; all of them again with /spec all"),
    "/clear": ("", "Take all away that lies beside the questions"),
}
"""What may stand in place of a question, each as a word of its own → what follows it, and what it does."""


class Obeyed(NamedTuple):
    """What became of a command."""

    said: str = ""
    """A sentence for the user; or"""
    question: str = ""
    """what is to be asked."""


class Conversation:
    """A session, which is made when the first question of it is asked.

    Args:
        engine: Answers, and keeps what was said.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._session: asyncio.Task[int] | None = None
        self._saving = asyncio.Lock()
        self._kept = SessionState()
        self.state = SessionState()
        """How it would be left now."""
        self.earlier = 0
        """How many exchanges there are before those that were brought back."""
        self._first = 0

    async def resume(self, name: str = "") -> tuple[Exchanged, ...]:
        """Go on with a session, the last one without a name, and return its last exchanges, oldest first.

        Raises:
            NotFoundError: There is none of this name.
            LibraryError: The library cannot be read.
        """
        if session := await self._engine.sessions.resume(name, WINDOW):
            self._session = asyncio.create_task(_known(session.info.id))
            self._kept = self.state = session.state
            self._note(session.exchanges, session.info.messages)
            return session.exchanges
        return ()

    async def before(self) -> tuple[Exchanged, ...]:
        """Return the exchanges before those that were brought back, oldest first.

        Raises:
            LibraryError: The library cannot be read.
        """
        if self._session is None or not self.earlier:
            return ()
        found = await self._engine.sessions.earlier(await asyncio.shield(self._session), self._first, WINDOW)
        self._note(found, self.earlier if found else 0)
        return found

    def leave(self) -> None:
        """Begin another session with the next question."""
        self._session, self.earlier = None, 0
        self._kept = self.state = SessionState()

    def answer(self, question: str, previous: Sequence[Facts], **how: Any) -> AsyncGenerator[Event, None]:
        """Return the events of an answer, which is kept.

        Args:
            question: What the user wants to know.
            previous: The facts of the answers before, oldest first.
            how: See `QuestionsDoor.ask`; the spec is that of the session, where none is given.
        """
        before = self._session
        if before and before.done() and before.exception():
            before = None
        self._session = asyncio.create_task(self._going_on(before, question))
        context = Context(previous=tuple(previous), pinned=self.state.pinned, attached=self.state.attached)
        scope = {"spec": self.state.spec or None} | how
        events = self._engine.questions.ask(question, context=context, **scope)
        return self._engine.sessions.keep(self._session, question, events)

    def pin(self, ref: str) -> bool:
        """Pin an operation, or no longer; return whether it is pinned now."""
        others = tuple(one for one in self.state.pinned if one != ref)
        is_new = others == self.state.pinned
        self.change(pinned=(*others, ref) if is_new else others)
        return is_new

    def attach(self, attached: Attached) -> None:
        """Lay a text beside the questions, in the place of one of the same name."""
        others = [one for one in self.state.attached if one.name != attached.name]
        self.change(attached=(*others, attached))

    def change(self, **fields: Any) -> None:
        """Change how the session would be left."""
        self.state = msgspec.structs.replace(self.state, **fields)

    async def save(self) -> None:
        """Keep how the session is left, where that has changed. Where it cannot be kept, the next answer says so."""
        async with self._saving:
            if not self.is_changed or (session := self._session) is None:
                return
            state = self.state
            try:
                await self._engine.sessions.leave(await asyncio.shield(session), state)
            except LibraryError as error:
                log.warning("how the session is left could not be kept: %s", error)
                return
            if self._session is session:
                self._kept = state

    async def obey(self, command: str, rest: str) -> Obeyed:
        """Do what a command says.

        Args:
            command: One of `COMMANDS`.
            rest: What follows it.

        Raises:
            InputError: What follows it cannot be used, or nothing does.
        """
        needs, _ = COMMANDS[command]
        if needs and not rest:
            raise InputError(f"{command} says nothing by itself", hint=f"Write {command} {needs}")
        if command == "/attach":
            self.attach(attached := await self._engine.sessions.attach(Path(rest)))
            return Obeyed(f"{attached.name} stays beside the questions of this session; /clear takes it away")
        if command == "/error":
            self.attach(pasted(rest))
            question = pasted_error(rest).question
            return Obeyed(
                "" if question else "It names no status, path or message; it stays beside the questions", question
            )
        if command == "/pin":
            view = await self._engine.library.show(rest)
            if not isinstance(view, OperationView):
                raise InputError(f"{rest} is no operation", hint="Name one, such as /pin GET /users/{id}")
            ref = f"{view.spec}:{view.operation.key}"
            return Obeyed(f"{ref} is pinned" if self.pin(ref) else f"{ref} is no longer pinned")
        if command == "/spec":
            spec = await self._spec(rest)
            self.change(spec=spec)
            return Obeyed(f"Questions go to {spec or 'all specs'} from now on")
        self.change(pinned=(), attached=())
        return Obeyed("Nothing stays beside the questions any more")

    async def _spec(self, named: str) -> str:
        """Return the name of the spec that is meant by a part of it; nothing for all of them.

        Raises:
            NotFoundError: There is none, or several.
        """
        names = [one.name for one in await self._engine.library.specs()]
        if named in names or named == "all":
            return named if named in names else ""
        fits = [name for name in names if named.casefold() in name.casefold()]
        if len(fits) != 1:
            some = ", ".join((fits or names)[:NAMED])
            raise NotFoundError(f"{named!r} names {len(fits) or 'no'} specs", hint=f"Write /spec all, or one of {some}")
        return fits[0]

    @property
    def is_changed(self) -> bool:
        """Whether the session would be left otherwise than it is kept."""
        return self._session is not None and self.state != self._kept

    async def _going_on(self, before: asyncio.Task[int] | None, question: str) -> int:
        """Return the session of a question, which is another one where that of those before it was deleted."""
        if before is None:
            return await self._engine.sessions.begin(question)
        was = await before
        try:
            session = await self._engine.sessions.go_on(was, question)
        except LibraryError:
            return was  # keeping the question in it fails as well, and says why
        if session != was:
            self._kept = SessionState()
        return session

    def _note(self, exchanges: Sequence[Exchanged], upto: int) -> None:
        self.earlier = upto - len(exchanges)
        if exchanges:
            self._first = exchanges[0].id


async def _known(session: int) -> int:
    return session
