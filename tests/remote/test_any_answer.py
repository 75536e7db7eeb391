import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
import stamina
from hypothesis import HealthCheck, given, settings, strategies as st

from engine.errors import RemoteError
from engine.models.protocol import Message, Usage
from engine.models.remote.remote import Remote
from engine.settings import Settings
from tests.remote.groq import answer, ending, head
from tests.remote.serving import Groq


@pytest.fixture(autouse=True, scope="module")
def _one_attempt() -> Iterator[None]:
    """Nothing is asked twice: what is sent would be the same."""
    with stamina.set_testing(True, attempts=1):
        yield


LINES = st.sampled_from(
    [
        *answer(["To ", "add"]),
        *ending(),
        *(
            "data: {}\n\n",
            "data: null\n\n",
            'data: {"error": "x"}\n\n',
            ": alive\n\n",
            "data: {",
            "\r",
            "\x00",
            "5\r\n",
        ),
        '{"error": {"message": "no", "code": "context_length_exceeded"}}',
    ]
)
BODY = st.lists(LINES, max_size=6).map("".join).map(str.encode) | st.binary(max_size=40)
STATUS = st.sampled_from([100, 200, 200, 200, 204, 301, 400, 401, 413, 422, 429, 500, 599, 600])
FIELDS = st.dictionaries(
    st.sampled_from(
        ["content-length", "transfer-encoding", "retry-after", "content-encoding", "x-ratelimit-reset-tokens"]
    ),
    st.sampled_from(["0", "5", "chunked", "gzip", "7.66s", "Mon, 30 Nov 2026 10:00:00 GMT", "-1", "nan"]),
    max_size=2,
)


@given(status=STATUS, fields=FIELDS, body=BODY, cut=st.integers(0, 400))
@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # the folder is only looked into
)
def test_any_answer_is_words_or_an_error(
    status: int, fields: dict[str, str], body: bytes, cut: int, server: Groq, tmp_path: Path
) -> None:
    """Whatever a service sends, broken HTTP among it: an answer with its usage, or an error that the ladder knows."""
    url = server.sending((head(status, fields) + body)[: cut if cut < 300 else None])
    remote = Remote(Settings(remote_enabled=True, remote_url=url, first_token_s=30), tmp_path, {}, lambda: 100.0)

    async def ask() -> list[str | Usage]:
        return [piece async for piece in remote.stream([Message("user", "Hello")])]

    try:
        *_, usage = asyncio.run(ask())
    except RemoteError as error:
        assert str(error)
        assert error.hint
    else:
        assert isinstance(usage, Usage)


@pytest.mark.parametrize("data", [b"", b"\x00\x01", b"HTTP/1.1 200 OK\r\n", b"SSH-2.0-OpenSSH_9.2\r\n", b"\r\n\r\n"])
async def test_a_service_that_speaks_no_http(data: bytes, server: Groq, tmp_path: Path) -> None:
    """Another program behind the address is a service that fails."""
    remote = Remote(Settings(remote_enabled=True, remote_url=server.sending(data)), tmp_path, {})
    with pytest.raises(RemoteError, match=r"127\.0\.0\.1:\d+"):
        await anext(remote.stream([Message("user", "Hello")]))
