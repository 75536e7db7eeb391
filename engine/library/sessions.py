"""Conversations, from one process to the next. What is kept has been through `engine.secrets` before it comes here."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec

from engine.decoding import decode
from engine.errors import InputError, NotFoundError
from engine.library.store import Library

LONGEST_NAME = 64
"""Characters of a session's name: what fits on a line beside when it was used."""
_DAY_S = 86_400.0
"""Seconds of a day."""
_INFO = (
    "SELECT s.id, s.name, s.made, s.used, (SELECT count(*) FROM messages m WHERE m.session_id = s.id),"
    " coalesce((SELECT question FROM messages m WHERE m.session_id = s.id ORDER BY m.id DESC LIMIT 1), '')"
    " FROM sessions s"
)
_SAID = "SELECT id, asked, question, intent, answer FROM messages"


class Attached(msgspec.Struct, frozen=True, kw_only=True):
    """A text that the user laid beside a conversation."""

    name: str
    """Of the file, or `error`."""
    text: str
    """Without secrets."""
    kind: Literal["file", "error"] = "file"


class SessionState(msgspec.Struct, frozen=True, kw_only=True):
    """How a session was left, besides what was said in it."""

    draft: str = ""
    """What was typed and not sent."""
    top: int = 0
    """Which exchange was at the upper edge, counted from the last one, 1; 0 where the end was in sight."""
    pinned: tuple[str, ...] = ()
    """`SPEC:METHOD /path` of the operations that stay beside every question."""
    attached: tuple[Attached, ...] = ()
    spec: str = ""
    """The only spec that its questions go to; all where empty."""


class SessionInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What a list of sessions tells of each."""

    id: int
    name: str
    made: datetime
    used: datetime
    messages: int
    last: str
    """The last question."""


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """A question of a session with its answer."""

    id: int
    """Counts up with time."""
    asked: datetime
    question: str
    intent: str
    answer: bytes | None
    """As it was given to `answered`; None where the process ended before there was any."""


class Sessions:
    """The sessions of a library. Methods block; call them from a thread.

    Raises:
        LibraryError: From every method, when the file cannot be read or written.
    """

    def __init__(self, library: Library) -> None:
        self._library = library

    def all(self, words: str = "") -> list[SessionInfo]:
        """Return the sessions, the last used first: those that have all words in their name, or in one message."""
        infos = [_info(row) for row in self._library.rows(f"{_INFO} ORDER BY s.used DESC, s.id DESC")]
        if not (wanted := words.casefold().split()):
            return infos
        held = " AND ".join(["instr(said, ?) > 0"] * len(wanted))
        found = f"SELECT DISTINCT session_id FROM messages WHERE {held}"  # noqa: S608 (no text of the user is in it)
        rows = self._library.rows(found, tuple(wanted))
        saying = {session for (session,) in rows}
        return [one for one in infos if one.id in saying or all(word in one.name.casefold() for word in wanted)]

    def named(self, name: str) -> SessionInfo:
        """Return the session of a name.

        Raises:
            NotFoundError: There is none.
        """
        if rows := self._library.rows(f"{_INFO} WHERE s.name = ?", (name,)):
            return _info(rows[0])
        raise NotFoundError(f"There is no session {name!r}", hint="`specdeck sessions list` names them")

    def last(self) -> SessionInfo | None:
        """Return the session that was used last."""
        rows = self._library.rows(f"{_INFO} ORDER BY s.used DESC, s.id DESC LIMIT 1")
        return _info(rows[0]) if rows else None

    def begin(self, name: str, *, exact: bool = False) -> int:
        """Make a session and return its id.

        Args:
            name: Its name; where that is taken, a number follows it.
            exact: It has this name, and is the one that is there where there is one.
        """
        now = time.time()
        with self._library.transaction() as db:
            free, number = name, 1
            while rows := db.execute("SELECT id FROM sessions WHERE name = ?", (free,)).fetchall():
                if exact:
                    return int(rows[0][0])
                number += 1
                free = f"{name[: LONGEST_NAME - 1 - len(str(number))]} {number}"
            made = db.execute(
                "INSERT INTO sessions (name, made, used, state) VALUES (?, ?, ?, ?)",
                (free, now, now, msgspec.msgpack.encode(SessionState())),
            )
            return int(made.lastrowid or 0)

    def state(self, session: int) -> SessionState:
        """Return how a session was left; as a new one where there is none, or another specdeck wrote it otherwise."""
        rows = self._library.rows("SELECT state FROM sessions WHERE id = ?", (session,))
        try:
            return decode(rows[0][0], SessionState) if rows else SessionState()
        except msgspec.DecodeError:
            return SessionState()

    def leave(self, session: int, state: SessionState) -> None:
        """Keep how a session is left."""
        with self._library.transaction() as db:
            db.execute("UPDATE sessions SET state = ? WHERE id = ?", (msgspec.msgpack.encode(state), session))

    def use(self, session: int) -> bool:
        """Note that a session is the one that is used; return whether it is there."""
        with self._library.transaction() as db:
            return bool(db.execute("UPDATE sessions SET used = ? WHERE id = ?", (time.time(), session)).rowcount)

    def rename(self, name: str, new_name: str) -> None:
        """Give a session another name.

        Raises:
            NotFoundError: There is none of this name.
            InputError: The new name is another one's.
        """
        with self._library.transaction() as db:
            if name != new_name and db.execute("SELECT 1 FROM sessions WHERE name = ?", (new_name,)).fetchone():
                raise InputError(f"There is a session {new_name!r} already", hint="Choose another name")
            _changed(db.execute("UPDATE sessions SET name = ? WHERE name = ?", (new_name, name)), name)

    def delete(self, name: str) -> None:
        """Delete a session with all that was said in it.

        Raises:
            NotFoundError: There is none of this name.
        """
        with self._library.transaction() as db:
            _changed(db.execute("DELETE FROM sessions WHERE name = ?", (name,)), name)

    def expire(self, days: int) -> int:
        """Delete the sessions that were not used for so many days; return how many."""
        before = time.time() - days * _DAY_S
        if not self._library.rows("SELECT 1 FROM sessions WHERE used < ? LIMIT 1", (before,)):
            return 0
        with self._library.transaction() as db:
            return db.execute("DELETE FROM sessions WHERE used < ?", (before,)).rowcount

    # What is said in them ------------------------------------------------------------------------------------------
    def ask(self, session: int, question: str) -> int:
        """Keep a question at once, before it is answered; return the message's id, 0 where the session is gone."""
        now = time.time()
        with self._library.transaction() as db:
            if not db.execute("UPDATE sessions SET used = ? WHERE id = ?", (now, session)).rowcount:
                return 0
            made = db.execute(
                "INSERT INTO messages (session_id, asked, question, said) VALUES (?, ?, ?, ?)",
                (session, now, question, question.casefold()),
            )
            return int(made.lastrowid or 0)

    def answered(self, message: int, intent: str, answer: bytes, said: Sequence[str]) -> None:
        """Keep the answer to a question, as far as there is one: what is kept later replaces it.

        Args:
            message: The question.
            intent: What kind of question it is.
            answer: The answer.
            said: What it is searched by.
        """
        with self._library.transaction() as db:
            db.execute(
                "UPDATE messages SET intent = ?, answer = ?, said = ? WHERE id = ?",
                (intent, answer, "\n".join(said).casefold(), message),
            )

    def messages(self, session: int, *, before: int | None = None, n: int | None = None) -> list[Said]:
        """Return what was said in a session, oldest first.

        Args:
            session: Its id.
            before: Only what was said before the message of this id.
            n: Only so many, the last ones.
        """
        rows = self._library.rows(
            f"{_SAID} WHERE session_id = ?1 AND (?2 IS NULL OR id < ?2) ORDER BY id DESC LIMIT ?3",
            (session, before, -1 if n is None else n),
        )
        return [
            Said(id=each, asked=_when(asked), question=question, intent=intent, answer=answer)
            for each, asked, question, intent, answer in reversed(rows)
        ]


def _info(row: Sequence[Any]) -> SessionInfo:
    each, name, made, used, messages, last = row
    return SessionInfo(id=each, name=name, made=_when(made), used=_when(used), messages=messages, last=last)


def _when(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _changed(done: Any, name: str) -> None:
    if not done.rowcount:
        raise NotFoundError(f"There is no session {name!r}", hint="`specdeck sessions list` names them")
