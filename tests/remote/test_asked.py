"""A question from end to end while the service misbehaves: what the user reads, who answered, what the breaker did."""

import asyncio
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from engine import (
    SAMPLE,
    Answer,
    BreakerHealth,
    BreakerState,
    Done,
    Engine,
    Notice,
    Offer,
    Outgoing,
    Prose,
    RungName,
    Settings,
    folders,
)
from tests.remote.serving import Groq, groq

QUESTION = "How do I borrow a book?"
WHOLE = "To add a book, call POST /books [6] with its title in the body."
HALF = "To add a book, call POST /books [6]"
CLOSED, OPEN, _, RESTING, REFUSED = BreakerState
KEPT = "; what it wrote until then is kept. "
QUICK: dict[str, dict[str, float]] = {
    "silent": {"first_token_s": 1.0},
    "stall": {"first_token_s": 1.0},
    "stall_inside": {"remote_stall_s": 3.0},
}
"""For what has to run out; the last is long enough for a slow machine to write a word."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one question."""

    answer: Answer
    said: list[str]
    """Notices, with their hints."""
    offer: str
    order: list[str]
    """Kinds of what came, prose that follows prose counted once."""
    breaker: BreakerHealth


@pytest.fixture(scope="session")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the sample."""
    home = tmp_path_factory.mktemp("asked")

    async def fill() -> None:
        async with Engine(folders({"SPECDECK_HOME": str(home)}), Settings()) as engine:
            await engine.library.add(SAMPLE)

    asyncio.run(fill())
    return home


@pytest.fixture
def home(stocked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, no local models, and a key."""
    monkeypatch.setenv("MY_KEY", "canary")
    shutil.copytree(stocked, tmp_path, dirs_exist_ok=True)
    return tmp_path


def engine(home: Path, url: str, **settings: object) -> Engine:
    """An engine whose remote model is at an address."""
    return Engine(
        folders({"SPECDECK_HOME": str(home), "SPECDECK_MODELS": str(home / "none")}),
        Settings(remote_url=url, remote_key_name="MY_KEY", **settings),  # type: ignore[arg-type]
    )


async def asked(engine: Engine, rung: RungName | None = "remote") -> Told:
    """Ask a question and return all that there is to see of it."""
    said, offer, order = [], "", []
    async for event in engine.questions.ask(QUESTION, rung=rung):
        kind = type(event).__name__
        order += [kind] if order[-1:] != [kind] else []
        match event:
            case Notice():
                said.append(event.sentences)
            case Offer():
                offer = event.rung
            case Done():
                answer = event.answer
    breakers = (await engine.health.now()).breakers
    breaker = next(one for one in breakers if one.name == "remote")
    return Told(answer=answer, said=said, offer=offer, order=order, breaker=breaker)


@contextmanager
def place(kind: str, server: Groq, certificate: Path) -> Iterator[str]:
    """Give the address of a scene of the server, or of one that cannot be asked."""
    if kind == "nobody listens":
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            yield f"http://127.0.0.1:{free.getsockname()[1]}"
    elif kind == "no such name":
        yield "https://nowhere.example/v1"
    elif kind == "unknown authority":
        with groq(certificate) as secured:
            yield secured.url("well")
    else:
        yield server.url(kind)


TABLE: list[tuple[str, str, str, tuple[BreakerState, int], int]] = [
    # who is asked, prose, what is said, breaker with failures in a row, requests
    ("well", WHOLE, "", (CLOSED, 0), 1),
    ("drip", WHOLE, "", (CLOSED, 0), 1),
    ("no_done", WHOLE, "", (CLOSED, 0), 1),
    ("no_usage", WHOLE, "", (CLOSED, 0), 1),
    ("burst", WHOLE, "", (CLOSED, 0), 3),
    ("too_large_at_first", WHOLE, "Requested 12328; a shorter prompt was sent.", (CLOSED, 0), 2),
    ("too_large", "", "Requested 12328. Choose a model with a larger limit in `remote_model`.", (CLOSED, 0), 2),
    ("unknown", "", "The model `x` does not exist", (CLOSED, 0), 1),
    (
        "limited",
        "",
        "answers 429 Too Many Requests: Rate limit reached. It can be asked again in 7 s.",
        (RESTING, 0),
        1,
    ),
    ("limited_without_end", "", "Too many requests. It can be asked again in ", (RESTING, 0), 1),
    ("no_key", "", "does not accept the key: Invalid API key", (REFUSED, 0), 1),
    ("forbidden", "", "does not accept the key: Not for you", (REFUSED, 0), 1),
    ("fail", "", "answers 503 Service Unavailable: Overloaded", (CLOSED, 1), 3),
    ("page", "", "no stream of words", (CLOSED, 1), 1),
    ("silent", "", "has no first word within 1 s", (CLOSED, 1), 1),
    ("stall", "", "has no first word within 1 s", (CLOSED, 1), 1),
    ("stall_inside", HALF, "stopped in the middle of the answer for 3 s" + KEPT, (CLOSED, 1), 1),
    ("cut", HALF, "broke off" + KEPT, (CLOSED, 1), 1),
    ("short", HALF, "broke off in the middle of the answer" + KEPT, (CLOSED, 1), 1),
    ("invalid", "To add a book", "sends what is no answer of a model" + KEPT, (CLOSED, 1), 1),
    ("fault_inside", "To add a book", "The server had an error" + KEPT, (CLOSED, 1), 1),
    ("nobody listens", "", "cannot be asked: Connection refused. Start the server there", (CLOSED, 1), 0),
    ("no such name", "", "nowhere.example cannot be asked: Name or service not known", (CLOSED, 1), 0),
    ("unknown authority", "", "is not trusted", (CLOSED, 0), 0),
]


@pytest.mark.parametrize(("kind", "prose", "said", "breaker", "requests"), TABLE, ids=lambda value: str(value)[:20])
async def test_what_a_service_does_and_what_comes_of_it(
    kind: str,
    prose: str,
    said: str,
    breaker: tuple[BreakerState, int],
    requests: int,
    home: Path,
    server: Groq,
    certificate: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is written is kept and checked, the reason is read, the other rung is offered, and the breaker counts."""
    if kind == "no such name":
        monkeypatch.setattr(socket, "getaddrinfo", _unknown)
    with place(kind, server, certificate) as url:
        async with engine(home, url, **QUICK.get(kind, {})) as opened:
            told = await asked(opened)
        if url.startswith(server.address):
            assert len(server.seen(url)) == requests
    answer = told.answer
    assert (answer.prose, answer.rung) == (prose, "remote" if prose else "facts")
    assert answer.model == ("openai/gpt-oss-20b" if prose else "")
    assert answer.facts.operations[0].operation == "POST /loans"
    assert said in answer.notice
    assert bool(said) == bool(told.said)
    assert told.offer == ("" if prose == WHOLE else "local")
    assert (told.breaker.state, told.breaker.failures) == breaker
    assert "canary" not in str(told)
    if KEPT in said:
        assert told.order[-4:] == ["Prose", "Notice", "Offer", "Done"]


def _unknown(*_: object, **__: object) -> None:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


# The breaker, over several questions ---------------------------------------------------------------------------------
async def test_a_service_that_is_down_is_left_alone(home: Path, server: Groq) -> None:
    """After its failures nothing is sent; the log and health have the change, with cause and time to retry."""
    url = server.url("fail")
    async with engine(home, url, breaker_failures=2) as opened:
        for _ in range(2):
            await asked(opened)
        told = await asked(opened)
        health = await opened.health.now()
    assert (told.breaker.state, told.answer.rung) == (OPEN, "facts")
    assert told.said[0].startswith("The remote model failed too often and rests for another ")
    assert "503" in told.breaker.cause
    assert 0 < told.breaker.retry_s <= 60
    assert len(server.seen(url)) == 6
    assert [(one.name, one.before, one.after) for one in health.changes] == [("remote", CLOSED, OPEN)]
    log = (home / "state" / "specdeck.log").read_text()
    assert "breaker of remote: closed, then open (next try in 60 s)" in log
    assert "503" in log


async def test_a_service_that_asks_to_wait_is_not_asked_meanwhile(home: Path, server: Groq) -> None:
    """The second question is not sent, and is told how long it is still."""
    url = server.url("limited")
    async with engine(home, url) as opened:
        await asked(opened)
        told = await asked(opened)
    assert told.said[0].startswith("The remote model asked to wait; it can be asked again in ")
    assert told.breaker.failures == 0
    assert len(server.seen(url)) == 1


async def test_a_refused_key_is_not_sent_again_until_it_is_another(
    home: Path, server: Groq, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second question is not sent; with another key the third one is."""
    url = server.url("no_key")
    async with engine(home, url) as opened:
        await asked(opened)
        told = await asked(opened)
        assert told.said[0].startswith("The remote model is not asked until its key changes")
        assert len(server.seen(url)) == 1
        monkeypatch.setenv("MY_KEY", "another-canary")
        await asked(opened)
    assert [one["headers"]["authorization"] for one in server.seen(url)] == ["Bearer canary", "Bearer another-canary"]


async def test_a_question_that_is_stopped_counts_as_nothing(home: Path, server: Groq) -> None:
    """Leaving in the middle closes the connection, and the breaker has neither a failure nor a success."""
    url = server.url("linger")
    async with engine(home, url) as opened:
        asking = opened.questions.ask(QUESTION, rung="remote")
        async for event in asking:
            if isinstance(event, Prose):
                break
        await asking.aclose()
        server.wait_until_left(url)
        breaker = (await opened.health.now()).breakers[-1]
    assert (breaker.name, breaker.state, breaker.failures) == ("remote", CLOSED, 0)


# Whether it is asked at all ------------------------------------------------------------------------------------------
async def test_it_is_off_until_it_is_switched_on(home: Path, server: Groq) -> None:
    """Where nobody names it nothing is sent; the switch, which is kept, lets it write after the local model."""
    url = server.url("well")
    async with engine(home, url) as opened:
        told = await asked(opened, None)
        assert (told.answer.rung, told.offer, server.seen(url)) == ("facts", "local", [])
        await opened.models.allow_remote(allowed=True)
        assert (await opened.health.now()).remote.enabled
        told = await asked(opened, None)
        assert (told.answer.rung, told.answer.prose) == ("remote", WHOLE)
        assert [one.split(" is ")[0] for one in told.said] == ["The model smollm2-135m-instruct"]
    assert "remote_enabled = true" in (home / "config" / "config.toml").read_text()


async def test_what_the_user_does_not_agree_to_is_not_sent(home: Path, server: Groq) -> None:
    """Whoever asks sees the host and the very prompt, and after a no the facts stand alone."""
    url = server.url("well")
    shown: list[Outgoing] = []

    async def agree(outgoing: Outgoing) -> bool:
        shown.append(outgoing)
        return len(shown) > 1

    async with engine(home, url) as opened:
        for _ in range(2):
            async for event in opened.questions.ask(QUESTION, rung="remote", agree=agree):
                if isinstance(event, Done):
                    answer = event.answer
            assert answer.rung == ("remote" if len(shown) > 1 else "facts")
            assert len(server.seen(url)) == len(shown) - 1
    (sent,) = server.seen(url)
    assert msgspec.json.encode(shown[1].messages[-1].content).decode() in sent["body"]
    assert shown[1].host in server.address
