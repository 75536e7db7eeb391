"""A client that reaches only what it may, the document from an address, and the answer to what is posted."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager

import httpx2
import msgspec

from engine.errors import InputError
from engine.net.address import without_secrets
from engine.net.failure import told
from engine.net.reach import Reach
from engine.net.transport import CheckedTransport
from engine.text import clean_line

MAX_REDIRECTS = 5
"""Enough for a document that moved, was renamed and is served by a mirror; browsers follow 20."""
TIMEOUT_S = 30.0
"""For connecting, and for each piece of the answer."""
CONNECT_S = 10.0
"""For reaching a service that somebody waits for; OpenAI's own client gives it 5, and more than 10 only wait longer."""
NONE: Mapping[str, str] = {}
"""No headers but the client's own."""
_REDIRECTS = frozenset((301, 302, 303, 307, 308))


def client(reach: Reach) -> httpx2.AsyncClient:
    """Return a client that judges each address and follows no redirect.

    What it raises is translated by `failure.told`.

    Raises:
        SettingsError: The certificates cannot be read.
    """
    return httpx2.AsyncClient(
        transport=CheckedTransport(reach),
        headers={"Accept-Encoding": "identity", "User-Agent": "specdeck"},
        timeout=TIMEOUT_S,
        trust_env=False,  # proxies and authorities are the transport's part, and ~/.netrc is asked for nothing
    )


@asynccontextmanager
async def document(address: str, reach: Reach) -> AsyncIterator[AsyncIterator[bytes]]:
    """Open what is at an address, redirects followed; how much of it is read, and for how long, is up to the reader.

    Raises:
        InputError: It may not be fetched, or answers with an error.
        UnreachableError: It cannot be reached.
    """
    async with client(reach) as http:
        response = await followed(http, address)
        shown = without_secrets(str(response.url))
        async with aclosing(response):
            checked(response, shown)
            async with aclosing(pieces(response, shown)) as coming:
                yield coming


class Reply(msgspec.Struct, frozen=True):
    """An answer that has begun."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    pieces: AsyncGenerator[bytes, None]
    """The body, as it comes; raises as `failure.told` says."""


@asynccontextmanager
async def posted(
    address: str, body: bytes, headers: Mapping[str, str], reach: Reach, *, shown: str
) -> AsyncIterator[Reply]:
    """Post to an address and open what it answers, whatever its status; leaving closes the connection at once.

    No redirect is followed, and how long it may take is up to the caller, but for connecting. The frames of an error
    hold the headers; see `engine.secrets.frames`.

    Args:
        address: `https://…`.
        body: What is sent.
        headers: A secret one may be among them.
        reach: Which addresses may be asked.
        shown: The address, as it may be shown.

    Raises:
        InputError: It may not be asked, or its certificate is not trusted.
        SettingsError: The certificates cannot be read.
        UnreachableError: It cannot be reached.
    """
    http = await asyncio.to_thread(client, reach)  # reading the authorities takes 40 ms
    async with http:
        timeout = httpx2.Timeout(TIMEOUT_S, connect=CONNECT_S, read=None)
        with told(shown, cannot="cannot be asked"):
            request = http.build_request("POST", address, content=body, headers=headers, timeout=timeout)
            response = await http.send(request, stream=True)
        async with aclosing(response), aclosing(pieces(response, shown)) as coming:
            yield Reply(response.status_code, response.headers, coming)


async def followed(http: httpx2.AsyncClient, address: str, headers: Mapping[str, str] = NONE) -> httpx2.Response:
    """Return the answer at the end of all redirects, its body still to be read. Each hop is judged anew.

    Raises:
        InputError: It may not be asked.
        UnreachableError: It cannot be reached.
    """
    with told(without_secrets(address)):
        url = httpx2.URL(address)
    for _ in range(MAX_REDIRECTS + 1):
        shown = without_secrets(str(url))
        with told(shown):
            response = await http.send(http.build_request("GET", url, headers=dict(headers)), stream=True)
        location = response.headers.get("Location")
        if response.status_code not in _REDIRECTS or not location:
            return response
        await response.aclose()
        with told(f"What {shown} leads to"):
            url = url.join(location)
    raise InputError(f"{without_secrets(address)} leads from one address to the next without end")


def checked(response: httpx2.Response, shown: str) -> None:
    """Look whether an answer is the whole document.

    Raises:
        InputError: It is an error, or compressed.
    """
    if response.status_code != httpx2.codes.OK:
        raise InputError(f"{shown} answers {response.status_code} {clean_line(response.reason_phrase)[:80]}")
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise InputError(f"{shown} sends a compressed answer, though none was asked for")


async def pieces(response: httpx2.Response, shown: str) -> AsyncGenerator[bytes]:
    """Yield the body of an answer as it comes.

    Raises:
        UnreachableError: The connection breaks off.
    """
    with told(shown, begun=True):
        async for piece in response.aiter_raw():
            yield piece
