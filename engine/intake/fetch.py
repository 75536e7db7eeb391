"""A document from an address: https only, certificates checked, no larger than allowed, from no private address.

The address that is connected to is the one that was checked, so a name that changes between the two is of no use.
"""

import http.client
import ipaddress
import socket
import ssl
import time
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit
from urllib.request import getproxies, proxy_bypass

from engine.errors import InputError
from engine.specs.limits import Limits, exceeded
from engine.text import clean_line

MAX_REDIRECTS = 5
_TIMEOUT_S = 30.0
"""For connecting, and for each piece of the answer."""
_PIECE = 1 << 16
_REDIRECTS = (301, 302, 303, 307, 308)


def fetch(address: str, limits: Limits, *, allowed: bool, private: bool) -> bytes:
    """Return what is at an address.

    Args:
        address: `https://…`.
        limits: Its size and time.
        allowed: The user allows the network.
        private: Addresses of this machine and its own network may be asked too.

    Raises:
        InputError: It may not be fetched, cannot be reached, answers with an error or with too much.
    """
    if not allowed:
        raise InputError(
            f"{without_secrets(address)} is an address, and the network is off",
            hint="Allow it for once with --network, or for good with the setting `network`",
        )
    end = time.monotonic() + limits.max_seconds
    for _ in range(MAX_REDIRECTS + 1):
        answer = _get(_split(address), limits, end, private=private)
        if isinstance(answer, bytes):
            return answer
        address = _joined(address, answer)
    raise InputError(f"{without_secrets(address)} leads from one address to the next without end")


def without_secrets(address: str) -> str:
    """Return an address without user, password, query and fragment, as it may be shown and kept."""
    try:
        parts = urlsplit(address)
    except ValueError:  # Where the password is cannot be told.
        return "https://…"
    host = parts.netloc.rpartition("@")[2]
    return clean_line(urlunsplit((parts.scheme, host, parts.path, "", "")))


def _split(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError as error:
        raise InputError(f"{without_secrets(address)} is no address", hint="Write it as https://host/path") from error
    if parts.scheme != "https" or not parts.hostname:
        raise InputError(f"{without_secrets(address)} cannot be fetched", hint="Only https:// addresses are fetched")
    return parts


def _joined(address: str, location: str) -> str:
    """Return the address that an answer leads to."""
    try:
        return urljoin(address, location)
    except ValueError as error:
        raise InputError(f"{without_secrets(address)} leads to what is no address") from error


def _get(parts: SplitResult, limits: Limits, end: float, *, private: bool) -> bytes | str:
    """Ask once; return the document, or the address that the answer leads to."""
    shown = without_secrets(parts.geturl())
    connection = _connection(parts, private=private)
    try:
        target = urlunsplit(("", "", parts.path or "/", parts.query, ""))
        connection.request("GET", target, headers={"Accept-Encoding": "identity", "User-Agent": "specdeck"})
        with connection.getresponse() as response:
            if response.status in _REDIRECTS and (location := response.getheader("Location")):
                return location
            if response.status != http.client.OK:
                raise InputError(f"{shown} answers {response.status} {clean_line(response.reason)[:80]}")
            return _body(response, shown, limits, end)
    except ssl.SSLCertVerificationError as error:
        hint = "A private authority is trusted through the environment variable SSL_CERT_FILE"
        raise InputError(f"The certificate of {shown} is not trusted: {error.verify_message}", hint=hint) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise InputError(f"{shown} cannot be fetched: {error}", hint="Check the address and the network") from error
    finally:
        connection.close()


def _body(response: http.client.HTTPResponse, shown: str, limits: Limits, end: float) -> bytes:
    if response.getheader("Content-Encoding", "identity") != "identity":
        raise InputError(f"{shown} sends a compressed answer, though none was asked for")
    largest = limits.max_document_mb * 1024 * 1024
    data = bytearray()
    while piece := response.read(_PIECE):
        data += piece
        if len(data) > largest:
            raise exceeded(f"{shown} is larger than {limits.max_document_mb} MB", "max_document_mb")
        if time.monotonic() > end:
            raise exceeded(f"Fetching {shown} takes longer than {limits.max_seconds:g} s", "max_seconds")
    if response.length:
        raise InputError(f"The connection to {shown} broke off", hint="Try again")
    return bytes(data)


def _connection(parts: SplitResult, *, private: bool) -> http.client.HTTPSConnection:
    host, port, context = parts.hostname or "", parts.port or 443, ssl.create_default_context()
    proxy = getproxies().get("https")
    if proxy and not proxy_bypass(host):
        _check_literal(host, private=private)  # a name is resolved by the proxy
        try:
            through = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
            port_of_proxy = through.port
        except ValueError as error:  # not repeated: it may hold a password
            raise InputError("The proxy is no address", hint="Correct the variable https_proxy") from error
        connection = http.client.HTTPSConnection(
            through.hostname or "", port_of_proxy, timeout=_TIMEOUT_S, context=context
        )
        connection.set_tunnel(host, port)
        return connection
    return _Checked(host, port, context, private=private)


class _Checked(http.client.HTTPSConnection):
    """A connection to an address that was checked."""

    def __init__(self, host: str, port: int, context: ssl.SSLContext, *, private: bool) -> None:
        super().__init__(host, port, timeout=_TIMEOUT_S, context=context)
        self._tls = context
        self._private = private

    def connect(self) -> None:
        """Resolve the name, check each of its addresses, and connect to the first that answers."""
        found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        for address in addresses:
            _check(self.host, address, private=self._private)
        for address in addresses:
            try:
                raw = socket.create_connection((address, self.port), timeout=_TIMEOUT_S)
                break
            except OSError as error:
                if address == addresses[-1]:
                    raise OSError(f"no connection to {address}: {error.strerror or error}") from error
        self.sock = self._tls.wrap_socket(raw, server_hostname=self.host)


def _check_literal(host: str, *, private: bool) -> None:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return
    _check(host, host, private=private)


def _check(host: str, address: str, *, private: bool) -> None:
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    if not private and not (mapped or found).is_global:
        raise InputError(
            f"{host} is at {address}, which is no public address",
            hint="Allow this machine's own network with the setting `private_addresses`",
        )
