import logging
import socket
import subprocess
import sys
import time
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from engine.errors import (
    KeyRefusedError,
    PromptTooLargeError,
    RateLimitedError,
    RemoteError,
    RemoteFailedError,
    SpecdeckError,
)
from engine.models.protocol import Message, Usage
from engine.models.remote.remote import Remote
from engine.settings import Settings
from tests.net.https import proxy
from tests.remote.conftest import Make
from tests.remote.groq import WORDS
from tests.remote.serving import Groq, groq

ASKED = [Message("system", "Be short."), Message("user", "How do I add a book?")]
SHORT = {"first_token_s": 1.5, "remote_stall_s": 1.5}
"""For what has to run out, and long enough for a slow machine to send a question and read a word."""


async def written(remote: Remote, messages: list[Message] | None = None) -> tuple[str, Usage]:
    """Return an answer and what it took."""
    *pieces, usage = [piece async for piece in remote.stream(messages or ASKED)]
    assert isinstance(usage, Usage)
    return "".join(str(piece) for piece in pieces), usage


async def failed(remote: Remote, kind: type[SpecdeckError] = RemoteFailedError) -> tuple[str, Any]:
    """Return what was written before an error, and the error, which is of this very kind."""
    pieces: list[str | Usage] = []
    with pytest.raises(kind) as caught:
        async with aclosing(remote.stream(ASKED)) as stream:
            async for piece in stream:
                pieces.append(piece)  # noqa: PERF401 - what came before the error is what is looked at
    assert type(caught.value) is kind
    return "".join(str(piece) for piece in pieces), caught.value


async def test_an_answer(server: Groq, make: Make) -> None:
    """Words as they come, then what they took; the request has the key, the question and the limit of the answer."""
    url = server.url("well")
    remote = make(url, env={"MY_KEY": "canary"}, clock=time.monotonic, remote_key_name="MY_KEY")
    await remote.load()
    text, usage = await written(remote)
    assert text == "".join(WORDS)
    assert (usage.prompt_tokens, usage.tokens, usage.finish, usage.estimated) == (120, 9, "stop", False)
    assert usage.prefill_ms > 0
    (seen,) = server.seen(url)
    assert seen["path"].endswith("/v1/chat/completions")
    assert seen["headers"]["authorization"] == "Bearer canary"
    assert '"content":"How do I add a book?"' in seen["body"]
    assert '"max_tokens":1000' in seen["body"]


async def test_a_service_on_this_machine_needs_no_key(server: Groq, make: Make) -> None:
    """Nothing is sent in its place, and Groq's key is not taken for it."""
    url = server.url("well")
    await written(make(url, env={"GROQ_API_KEY": "canary"}))
    assert "authorization" not in server.seen(url)[0]["headers"]


@pytest.mark.parametrize("scene", ["drip", "no_done", "think"])
async def test_answers_that_come_otherwise(scene: str, server: Groq, make: Make) -> None:
    """Byte by byte, without `[DONE]`, and after thinking, which is not shown."""
    text, usage = await written(make(server.url(scene)))
    assert text == "".join(WORDS)
    assert usage.finish == "stop"


async def test_without_counts(server: Groq, make: Make) -> None:
    """Pieces are counted, and the figures say that they are estimates."""
    _, usage = await written(make(server.url("no_usage")))
    assert usage.estimated
    assert usage.tokens == len(WORDS)


async def test_an_answer_is_clean(server: Groq, make: Make) -> None:
    """What would act on the terminal is shown instead."""
    text, _ = await written(make(server.url("hostile")))
    assert text == "a\u241b]52;c;eA==\u2407b\nc\ufffdd"


async def test_an_answer_without_end_is_cut(server: Groq, make: Make) -> None:
    """A service that overlooks the limit is left."""
    text, usage = await written(make(server.url("endless"), remote_answer_tokens=50))
    assert usage.finish == "length"
    assert len(text) < 2000


async def test_it_is_off_until_it_is_allowed(server: Groq, tmp_path: Path) -> None:
    """Nothing is sent, and the error names the setting."""
    url = server.url("well")
    remote = Remote(Settings(remote_url=url), tmp_path, {})
    with pytest.raises(RemoteError, match="switched off") as caught:
        await remote.load()
    assert "`remote_enabled`" in caught.value.hint
    await failed(remote, RemoteError)
    assert server.seen(url) == []
    assert not (await remote.health()).enabled


async def test_what_is_sent_is_what_is_shown(server: Groq, make: Make) -> None:
    """The messages without secrets and private hosts are exactly those of the request."""
    url = server.url("well")
    remote = make(url)
    pasted = [Message("user", "curl https://ci.acme.internal -H 'X-Api-Key: canary0123456789abc'")]
    sent = remote.outgoing(pasted)
    await written(remote, pasted)
    (seen,) = server.seen(url)
    assert "canary" not in seen["body"]
    assert "acme.internal" not in seen["body"]
    assert sent.messages[0].content.replace("'", "") == "curl https://private-host.example -H X-Api-Key: REDACTED"
    assert sent.taken_out == 2
    assert f'"content":"{sent.messages[0].content}"' in seen["body"]


@pytest.mark.parametrize("scene", ["burst", "limited_for_a_moment", "cut_at_once"])
async def test_a_fault_that_passes_is_tried_again(scene: str, server: Groq, make: Make) -> None:
    """Two failures, a short wait that was asked for, and a connection that broke before the first word."""
    url = server.url(scene)
    text, _ = await written(make(url))
    assert text == "".join(WORDS)
    assert len(server.seen(url)) == (3 if scene == "burst" else 2)


async def test_a_service_that_is_down_is_left_after_three_attempts(server: Groq, make: Make) -> None:
    """The error has what it says, cleaned."""
    url = server.url("fail")
    _, error = await failed(make(url))
    assert str(error).endswith("answers 503 Service Unavailable: Overloaded \u241b[31m")
    assert len(server.seen(url)) == 3


@pytest.mark.parametrize(
    ("scene", "kind", "sentence"),
    [
        ("no_key", KeyRefusedError, "does not accept the key: Invalid API key: Bearer •••"),
        ("forbidden", KeyRefusedError, "does not accept the key: Not for you"),
        ("too_large", PromptTooLargeError, "Limit 8000, Requested 12328"),
        ("too_long", PromptTooLargeError, "Please shorten your messages"),
        ("unknown", RemoteError, "404 Not Found: The model `x` does not exist"),
        ("moved", RemoteError, "307 Temporary Redirect, which leads elsewhere"),
        ("page", RemoteFailedError, "no stream of words"),
        ("only_think", RemoteError, "all 1000 tokens for thinking"),
    ],
)
async def test_a_refusal_is_not_repeated(
    scene: str, kind: type[SpecdeckError], sentence: str, server: Groq, make: Make
) -> None:
    """Each has an error of its own, with what the service says and what helps, and is sent once."""
    url = server.url(scene)
    text, error = await failed(make(url, env={"MY_KEY": "canary"}, remote_key_name="MY_KEY"), kind)
    assert text == ""
    assert sentence in str(error)
    assert error.hint
    assert len(server.seen(url)) == 1


async def test_a_service_that_wants_a_key_and_got_none(server: Groq, make: Make) -> None:
    """The hint names the setting: no key was wrong."""
    _, error = await failed(make(server.url("no_key")), KeyRefusedError)
    assert "asks for a key" in str(error)
    assert "`remote_key_name`" in error.hint


async def test_certificates_that_cannot_be_read(make: Make, tmp_path: Path) -> None:
    """The setting is named before anything is sent."""
    _, error = await failed(make("https://localhost:1/v1", ca_bundle=str(tmp_path / "none.pem")), RemoteError)
    assert "none.pem cannot be read" in str(error)
    assert "`ca_bundle`" in error.hint


@pytest.mark.parametrize(
    ("scene", "retry_s"), [("limited", 7.0), ("limited_by_sentence", 64.77), ("limited_without_end", 0.0)]
)
async def test_a_service_that_asks_to_wait(scene: str, retry_s: float, server: Groq, make: Make) -> None:
    """The error has the time, and until then the next question is not sent."""
    url = server.url(scene)
    remote = make(url)
    _, error = await failed(remote, RateLimitedError)
    assert error.retry_s == pytest.approx(retry_s)
    if retry_s:
        _, again = await failed(remote, RateLimitedError)
        assert "takes the next question in" in str(again)
        assert again.retry_s == pytest.approx(retry_s)
        assert len(server.seen(url)) == 1


async def test_tokens_that_are_used_up_hold_the_next_question_back(server: Groq, make: Make) -> None:
    """Before the service must; how long is told, and health shows what is left."""
    url = server.url("used_up")
    remote = make(url)
    await written(remote)
    health = await remote.health()
    assert health.requests_left == 999
    assert health.tokens_left == 0
    _, error = await failed(remote, RateLimitedError)
    assert 5 < error.retry_s < 60
    assert len(server.seen(url)) == 1


async def test_a_file_of_questions_is_held_back(server: Groq, make: Make) -> None:
    """Ten go at once; with one a minute after them, the eleventh is told to wait."""
    url = server.url("well")
    remote = make(url, remote_per_minute=1)
    for _ in range(10):
        await written(remote)
    _, error = await failed(remote, RateLimitedError)
    assert 0 < error.retry_s <= 60
    assert len(server.seen(url)) == 10


async def test_a_service_that_takes_other_fields(server: Groq, make: Make) -> None:
    """What it refuses is left out, once and for all."""
    url = server.url("newer")
    remote = make(url)
    for _ in range(2):
        text, _ = await written(remote)
        assert text == "".join(WORDS)
    *_, last = server.seen(url)
    assert len(server.seen(url)) == 4
    assert '"max_completion_tokens":1000' in last["body"]
    assert "temperature" not in last["body"]


@pytest.mark.parametrize("scene", ["silent", "stall"])
async def test_no_first_word_in_time(scene: str, server: Groq, make: Make) -> None:
    """A service that says nothing, or only that it is alive, is left when the time is up; it is not asked again."""
    url = server.url(scene)
    _, error = await failed(make(url, **SHORT))
    assert "has no first word within 1.5 s" in str(error)
    server.wait_until_left(url)
    assert len(server.seen(url)) == 1


@pytest.mark.parametrize(
    ("scene", "kept", "sentence"),
    [
        ("stall_inside", 2, "stopped in the middle of the answer for 1.5 s"),
        ("cut", 2, "broke off"),
        ("short", 2, "broke off in the middle of the answer"),
        ("invalid", 1, "sends what is no answer of a model"),
        ("fault_inside", 1, "fails in the middle of the answer: The server had an error"),
    ],
)
async def test_what_came_before_a_fault_is_kept(scene: str, kept: int, sentence: str, server: Groq, make: Make) -> None:
    """The words are there, then the error; after the first word nothing is tried again."""
    url = server.url(scene)
    text, error = await failed(make(url, remote_stall_s=SHORT["remote_stall_s"]))
    assert text == "".join(WORDS[:kept])
    assert sentence in str(error)
    assert len(server.seen(url)) == 1


async def test_closing_closes_the_connection(server: Groq, make: Make) -> None:
    """Who stops in the middle leaves no stream behind that the service goes on with."""
    url = server.url("linger")
    async with aclosing(make(url).stream(ASKED)) as stream:
        assert await anext(stream) == "word "
    server.wait_until_left(url)


async def test_nobody_listens(make: Make) -> None:
    """The sentence says so, and the hint fits a service of one's own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    _, error = await failed(make(f"http://127.0.0.1:{port}"))
    assert str(error) == f"127.0.0.1:{port} cannot be asked: Connection refused"
    assert "Start the server" in error.hint


async def test_a_name_that_nobody_knows(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the system says of it is told."""

    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    _, error = await failed(make("https://nowhere.example/v1"))
    assert str(error) == "nowhere.example cannot be asked: Name or service not known"
    assert "remote_url" in error.hint


async def test_tls(certificate: Path, make: Make) -> None:
    """A certificate that nobody vouches for is refused before the key is sent; `ca_bundle` may vouch for it."""
    with groq(certificate) as server:
        url = server.url("well")
        key = {"env": {"MY_KEY": "canary"}, "remote_key_name": "MY_KEY"}
        _, error = await failed(make(url, **key), RemoteError)
        assert "is not trusted" in str(error)
        assert "`ca_bundle`" in error.hint
        assert server.seen(url) == []
        text, _ = await written(make(url, ca_bundle=f"{certificate}.crt", **key))
        assert text == "".join(WORDS)
        assert server.seen(url)[0]["headers"]["authorization"] == "Bearer canary"


async def test_the_proxy_of_the_environment_is_asked(
    certificate: Path, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told whom to reach, and nothing of what is sent: the certificate is checked end to end."""
    with groq(certificate) as server, proxy() as running:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{running.server_address[1]}")
        url = server.url("well").replace("localhost", "outside.example")
        remote = make(url, env={"MY_KEY": "canary"}, remote_key_name="MY_KEY", ca_bundle=f"{certificate}.crt")
        text, _ = await written(remote)
    assert text == "".join(WORDS)
    (asked,) = running.asked
    assert asked.startswith("CONNECT outside.example:")
    assert "canary" not in asked


async def test_a_retry_is_logged(
    server: Groq, make: Make, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what went wrong, and without what was sent."""
    # Once an engine was opened its log goes to a file alone.
    monkeypatch.setattr(logging.getLogger("engine"), "propagate", True)
    caplog.set_level(logging.INFO, "engine")
    await written(make(server.url("burst")))
    lines = [record.getMessage() for record in caplog.records if record.name.startswith("engine.")]
    assert len(lines) == 2
    assert "answers 500 Internal Server Error: Internal error; asked again in" in lines[0]
    assert "add a book" not in caplog.text


async def test_a_service_elsewhere_needs_its_key(make: Make, tmp_path: Path) -> None:
    """Nothing is sent without; the hint names the three places."""
    remote = make("https://api.groq.com/openai/v1")
    with pytest.raises(KeyRefusedError, match=r"There is no key for api\.groq\.com") as caught:
        await remote.load()
    for place in ("the variable GROQ_API_KEY", "keyring set specdeck GROQ_API_KEY", str(tmp_path / "GROQ_API_KEY")):
        assert place in caught.value.hint
    health = await remote.health()
    assert (health.enabled, health.host, health.key) == (True, "api.groq.com", "")
    assert "There is no key" in health.detail


async def test_health_names_the_place_of_the_key(make: Make) -> None:
    """And never the key."""
    remote = make("https://api.groq.com/openai/v1", env={"GROQ_API_KEY": "canary"})
    health = await remote.health()
    assert health.key == "the variable GROQ_API_KEY"
    assert (health.model, health.detail, health.wait_s) == ("openai/gpt-oss-20b", "", 0.0)
    assert "canary" not in repr(health)


async def test_a_wrong_address_is_an_error_of_the_rung(make: Make) -> None:
    """The ladder goes on with the next one."""
    remote = make("http://a.example/v1")
    for work in (remote.load(), remote.key_mark()):
        with pytest.raises(RemoteError, match="not encrypted"):
            await work
    await failed(remote, RemoteError)


async def test_another_key_has_limits_of_its_own(server: Groq, make: Make) -> None:
    """What one key has used up does not hold another one back."""
    url = server.url("limited")
    env = {"MY_KEY": "one"}
    remote = make(url, env=env, remote_key_name="MY_KEY")
    await failed(remote, RateLimitedError)
    mark = await remote.key_mark()
    env["MY_KEY"] = "two"
    assert await remote.key_mark() != mark
    await failed(remote, RateLimitedError)
    assert len(server.seen(url)) == 2


def test_who_asks_nothing_loads_nothing_that_connects() -> None:
    """A program may hold the rung and show what it would send without an HTTP client, a keyring or retries."""
    code = (
        "import sys; from pathlib import Path; from engine.settings import Settings\n"
        "from engine.models.remote.remote import Remote\n"
        "Remote(Settings(remote_enabled=True), Path('.')).outgoing(())\n"
        "sys.exit(' '.join({'httpx2', 'httpcore2', 'anyio', 'stamina', 'keyring', 'structlog'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert done.stderr.strip() == ""
