"""Connections to the very addresses that were judged: a name that changes between the two is of no use."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from functools import partial
from ipaddress import IPv4Address
from itertools import chain, zip_longest
from typing import cast

import anyio
import httpcore2
import httpx2

from engine.errors import InputError
from engine.net.address import Address, is_loopback, is_public, number, parsed, without_secrets
from engine.net.proxy import proxy, proxy_for
from engine.net.reach import Reach
from engine.net.tls import trusting

_MAX_PORT = 65535
"""The largest number of 16 bits."""
_HEAD_START_S = 0.25
"""That an address has before the next one of its host is tried beside it: RFC 8305, section 8."""


class Pinned(httpcore2.AnyIOBackend):
    """Resolves a name once, judges every address that it has, and connects to one of those.

    TLS begins on that connection afterwards, and checks the name.

    Args:
        reach: What may be reached.
        loopback: Addresses of this machine only.
    """

    def __init__(self, reach: Reach, *, loopback: bool = False) -> None:
        self._reach = reach
        self._loopback = loopback

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - as httpcore calls it
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Connect to the first address of a host that answers.

        Raises:
            InputError: One of its addresses may not be reached.
            httpcore2.ConnectError: None answers, or the name is not known.
            httpcore2.ConnectTimeout: That takes too long.
        """
        addresses = await _resolved(host, port, timeout)
        for address in addresses:
            self._judge(host, address)
        connect = partial(
            super().connect_tcp, port=port, timeout=timeout, local_address=local_address, socket_options=socket_options
        )
        return await _first_to_answer(addresses, connect)

    def _judge(self, host: str, address: str) -> None:
        if self._loopback:
            if not is_loopback(parsed(address)):
                raise InputError(f"{host} is at {address}, which is not this machine", hint="Write it with https://")
        else:
            judge(host, parsed(address), self._reach)


async def _first_to_answer(
    addresses: list[str], connect: Callable[[str], Awaitable[httpcore2.AsyncNetworkStream]]
) -> httpcore2.AsyncNetworkStream:
    """Connect to the first of several addresses that answers. Each begins when the one before fails, or soon after it.

    Raises:
        httpcore2.ConnectError, httpcore2.ConnectTimeout: None answers; what the first one says.
    """
    connected: list[httpcore2.AsyncNetworkStream] = []
    failures: dict[str, Exception] = {}

    async def attempt(address: str, failed: anyio.Event) -> None:
        try:
            connected.append(await connect(address))
        except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
            failures[address] = error
            failed.set()
        else:
            group.cancel_scope.cancel()

    async with anyio.create_task_group() as group:
        for address in addresses:
            failed = anyio.Event()
            group.start_soon(attempt, address, failed)
            with anyio.move_on_after(_HEAD_START_S):
                await failed.wait()
    if not connected:
        raise failures[addresses[0]]
    stream, *late = connected
    for other in late:  # that answered in the same moment
        await other.aclose()
    return stream


async def _resolved(host: str, port: int, seconds: float | None) -> list[str]:
    """Return the addresses of a host, one at least: in the order of the system, its two families by turns."""
    try:
        async with asyncio.timeout(seconds):
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except TimeoutError as error:
        raise httpcore2.ConnectTimeout("the name is not found in time") from error
    except (OSError, UnicodeError) as error:
        raise httpcore2.ConnectError(str(error)) from error
    first = [str(entry[4][0]) for entry in found if entry[0] == found[0][0]]
    others = [str(entry[4][0]) for entry in found if entry[0] != found[0][0]]
    by_turns = chain.from_iterable(zip_longest(first, others))
    return list(dict.fromkeys(address for address in by_turns if address))


def judge(host: str, address: Address, reach: Reach) -> None:
    """Look whether an address may be reached.

    Raises:
        InputError: It may not.
    """
    if not reach.private and not is_public(address):
        raise InputError(
            f"{host} is at {address}, which is no public address",
            hint="Allow this machine's own network with the setting `private_addresses`",
        )


class CheckedTransport(httpx2.AsyncBaseTransport):
    """Sends requests where they may go: directly to an address that was judged, or through the user's proxy.

    Args:
        reach: What may be reached.

    Raises:
        SettingsError: The certificates cannot be read.
    """

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self._tls = trusting(reach.ca_bundle)
        self._pools: dict[str, httpcore2.AsyncConnectionPool] = {}

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request and return the answer, whose body is still to be read.

        Raises:
            InputError: It may not be sent there.
            httpcore2.NetworkError, httpcore2.TimeoutException, httpcore2.ProtocolError, httpcore2.ProxyError: As
                httpcore tells them; see `failure.told`.
        """
        url = request.url
        pool = self._pool(url)
        answer = await pool.handle_async_request(
            httpcore2.Request(
                request.method,
                httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=cast("httpx2.AsyncByteStream", request.stream),
                extensions=request.extensions,
            )
        )
        return httpx2.Response(
            answer.status, headers=answer.headers, stream=_Body(answer), extensions=answer.extensions
        )

    async def aclose(self) -> None:
        """Close every connection."""
        for pool in self._pools.values():
            await pool.aclose()

    def _pool(self, url: httpx2.URL) -> httpcore2.AsyncConnectionPool:
        """Return the connections that a URL takes, having looked whether it may take any."""
        host, literal = _host(url)
        plain = url.scheme == "http" and self._reach.plain_loopback
        if not (plain or url.scheme == "https"):
            hint = "Only https:// addresses are fetched"
            raise InputError(f"{without_secrets(str(url))} cannot be fetched", hint=hint)
        through = "" if plain else proxy_for(url.scheme, host)
        if through and literal:  # names are resolved by the proxy
            judge(host, literal, self._reach)
        if (key := through or url.scheme) not in self._pools:
            self._pools[key] = httpcore2.AsyncConnectionPool(
                ssl_context=self._tls,
                proxy=proxy(through, self._tls) if through else None,
                network_backend=None if through else Pinned(self._reach, loopback=plain),
            )
        return self._pools[key]


class _Body(httpx2.AsyncByteStream):
    """What httpcore sends of an answer, as httpx takes it."""

    def __init__(self, answer: httpcore2.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._answer.aiter_stream():
            yield piece

    async def aclose(self) -> None:
        """Give the connection back."""
        await self._answer.aclose()


def _host(url: httpx2.URL) -> tuple[str, Address | None]:
    """Return the host of a URL, and the address if it is a number or this machine's own name.

    Raises:
        InputError: It has none, or none that all read in the same way.
    """
    host = url.raw_host.decode("ascii")
    try:
        literal = number(host)
    except ValueError:
        host = ""
    if not host or (url.port or 0) > _MAX_PORT:
        raise InputError(f"{without_secrets(str(url))} is no address", hint="Write it as https://host/path")
    is_here = host == "localhost" or host.endswith(".localhost")  # RFC 6761
    return host, IPv4Address("127.0.0.1") if is_here else literal
