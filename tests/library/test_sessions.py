import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from engine.errors import InputError, NotFoundError
from engine.library.sessions import LONGEST_NAME, Attached, Sessions, SessionState
from engine.library.store import Library


@pytest.fixture
def sessions(library: Library) -> Sessions:
    """No sessions yet."""
    return Sessions(library)


def test_a_message_is_there_before_its_answer(sessions: Sessions) -> None:
    """A question is kept by itself; what is kept for it later replaces what was."""
    session = sessions.begin("work")
    message = sessions.ask(session, "How do I lend a book?")
    (said,) = sessions.messages(session)
    assert (said.id, said.question, said.answer) == (message, "How do I lend a book?", None)
    sessions.answered(message, "how-to", b"half", ["x"])
    sessions.answered(message, "how-to", b"whole", ["How do I lend a book?", "POST /Loans"])
    (said,) = sessions.messages(session)
    assert (said.intent, said.answer) == ("how-to", b"whole")
    assert [one.name for one in sessions.all("loans BOOK")] == ["work"]
    assert sessions.all("loans zebra") == []


def test_messages_come_in_windows(sessions: Sessions) -> None:
    """The last ones first, those before them on demand, each window oldest first."""
    session = sessions.begin("work")
    ids = [sessions.ask(session, str(number)) for number in range(5)]
    assert [one.question for one in sessions.messages(session, n=2)] == ["3", "4"]
    assert [one.question for one in sessions.messages(session, before=ids[3], n=2)] == ["1", "2"]
    assert sessions.messages(session, before=ids[0], n=2) == []


def test_a_taken_name_gets_a_number(sessions: Sessions) -> None:
    """Numbers count up and fit; who names a session exactly gets the one that is there."""
    long = "n" * LONGEST_NAME
    first = sessions.begin(long)
    sessions.begin(long)
    sessions.begin(long)
    assert {one.name for one in sessions.all()} == {long, f"{long[:-2]} 2", f"{long[:-2]} 3"}
    assert sessions.begin(long, exact=True) == first


def test_the_last_used_comes_first(sessions: Sessions) -> None:
    """Asking in a session, or going on with it, brings it to the top; how it was left does not matter for that."""
    first, second = sessions.begin("first"), sessions.begin("second")
    sessions.ask(first, "?")
    assert sessions.last().name == "first"
    sessions.use(second)
    sessions.leave(first, SessionState(draft="how", pinned=("a:GET /b",), attached=(Attached(name="e", text="t"),)))
    assert [one.name for one in sessions.all()] == ["second", "first"]
    assert sessions.state(first).attached[0].text == "t"
    assert sessions.state(99) == SessionState()


def test_what_is_deleted_is_gone(sessions: Sessions, library: Library) -> None:
    """With all messages; what goes on being said in it is kept nowhere, and ids are not used again."""
    session = sessions.begin("work")
    sessions.ask(session, "?")
    sessions.delete("work")
    assert library.rows("SELECT count(*) FROM messages") == [(0,)]
    assert sessions.ask(session, "still there?") == 0
    assert sessions.begin("work") != session
    with pytest.raises(NotFoundError):
        sessions.delete("other")


def test_what_is_deleted_is_in_no_file(tmp_path: Path) -> None:
    """Neither short questions nor long answers stay in pages that are free."""
    library = Library(tmp_path / "library.db")
    sessions = Sessions(library)
    for name in ("work", "other"):
        for size in (10, 20_000):
            message = sessions.ask(sessions.begin(name, exact=True), f"c4n4ry {'x' * size}")
            sessions.answered(message, "do", b"c4n4ry" * size, ["c4n4ry"])
    sessions.delete("work")
    sessions.delete("other")
    library.close()
    assert not [file for file in tmp_path.iterdir() if b"c4n4ry" in file.read_bytes()]


def test_sessions_expire_by_their_use(sessions: Sessions, library: Library) -> None:
    """A session that nobody used for as many days is deleted; one of today stays."""
    old = sessions.begin("old")
    sessions.begin("new")
    assert sessions.expire(1) == 0
    with library.transaction() as db:
        db.execute("UPDATE sessions SET used = ? WHERE id = ?", (time.time() - 3 * 86_400, old))
    assert sessions.expire(3) == 1
    assert [one.name for one in sessions.all()] == ["new"]


NAMES = st.sampled_from("abc")


class Machine(RuleBasedStateMachine):
    """Sessions beside a dictionary that does the same."""

    folder: Path

    @initialize()
    def begin_empty(self) -> None:
        self.library = Library(self.folder / f"{time.monotonic_ns()}.db")
        self.sessions = Sessions(self.library)
        self.model: dict[str, list[str]] = {}

    @rule(name=NAMES)
    def begin(self, name: str) -> None:
        self.sessions.begin(name, exact=True)
        self.model.setdefault(name, [])

    @rule(name=NAMES, question=st.text(max_size=5).filter(lambda text: text.isprintable()))
    def ask(self, name: str, question: str) -> None:
        if name in self.model:
            self.sessions.ask(self.sessions.named(name).id, question)
            self.model[name].append(question)

    @rule(name=NAMES, new=NAMES)
    def rename(self, name: str, new: str) -> None:
        try:
            self.sessions.rename(name, new)
        except NotFoundError:
            assert name not in self.model
        except InputError:
            assert new in self.model
        else:
            self.model[new] = self.model.pop(name)

    @rule(name=NAMES)
    def delete(self, name: str) -> None:
        try:
            self.sessions.delete(name)
        except NotFoundError:
            assert name not in self.model
        else:
            del self.model[name]

    @invariant()
    def agree(self) -> None:
        if hasattr(self, "sessions"):
            kept = {one.name: [said.question for said in self.sessions.messages(one.id)] for one in self.sessions.all()}
            assert kept == self.model

    def teardown(self) -> None:
        self.library.close()


def test_any_order_of_uses_keeps_what_was_said(tmp_path: Path) -> None:
    """Whatever is begun, asked, renamed and deleted, what is kept is what a dictionary would hold."""
    Machine.folder = tmp_path
    Machine.TestCase.settings = settings(
        max_examples=15, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
    )
    Machine.TestCase("runTest").runTest()


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(words=st.text(max_size=12))
def test_any_words_may_be_searched_for(sessions: Sessions, words: str) -> None:
    """Signs that mean something to a database are looked for as they are."""
    sessions.begin("work", exact=True)
    assert all(one.name == "work" for one in sessions.all(words))


def test_what_cannot_be_read_is_as_new(sessions: Sessions, library: Library) -> None:
    """How another specdeck left a session, in words of its own, keeps nobody from going on with it."""
    session = sessions.begin("work")
    with library.transaction() as db:
        db.execute("UPDATE sessions SET state = x'ff'")
    assert sessions.state(session) == SessionState()
