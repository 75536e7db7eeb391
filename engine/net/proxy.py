"""The proxy between here and an address, as the environment names it: `https_proxy`, `all_proxy`, `no_proxy`."""

import ssl
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

import httpcore2

from engine.errors import InputError

_PORTS = {"http": 80, "https": 443}


def proxy_for(scheme: str, host: str) -> str:
    """Return the URL of the proxy for a host, empty where there is none. It may hold a password."""
    proxies = getproxies()
    found = proxies.get(scheme) or proxies.get("all") or ""
    return "" if not found or proxy_bypass(host) else found


def proxy(url: str, tls: ssl.SSLContext) -> httpcore2.Proxy:
    """Return how a proxy is spoken to.

    Args:
        url: `http://user:password@host:port`, or without what is before the host.
        tls: The authorities that are trusted, for a proxy at `https://`.

    Raises:
        InputError: It is no address, or of another kind. What is written there is not repeated: it may hold a password.
    """
    hint = "Correct the variable https_proxy: http://host:port"
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        host, port = (parts.hostname or "").encode("idna"), parts.port
    except ValueError as error:
        raise InputError("The proxy is no address", hint=hint) from error
    if not host:
        raise InputError("The proxy is no address", hint=hint)
    if parts.scheme not in _PORTS:
        raise InputError("The proxy is neither at http:// nor at https://", hint=hint)
    auth = (unquote(parts.username).encode(), unquote(parts.password or "").encode()) if parts.username else None
    at = httpcore2.URL(scheme=parts.scheme, host=host, port=port or _PORTS[parts.scheme], target="/")
    return httpcore2.Proxy(at, auth=auth, ssl_context=tls if parts.scheme == "https" else None)
