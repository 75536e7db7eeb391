"""The address of a remote model, judged as far as that goes without a connection. Pure."""

from urllib.parse import urlsplit, urlunsplit

import msgspec

from engine.errors import SettingsError
from engine.net.address import is_loopback, is_public, number
from engine.net.reach import Reach
from engine.settings import Settings

_METHOD = "/chat/completions"
_GROQ = "groq.com"
_GROQ_KEY = "GROQ_API_KEY"
"""The variable that Groq's own libraries read (https://console.groq.com/docs/quickstart)."""


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """Where a remote model is asked."""

    url: str
    """Where requests are posted."""
    host: str
    """As it is shown: with the port where that is named."""
    here: bool
    """It is this very machine: nothing leaves it."""
    key_name: str
    """Name of its key; empty where it takes none."""
    reach: Reach


def endpoint(settings: Settings) -> Endpoint:
    """Return the endpoint that the settings name.

    `/chat/completions` is put behind the address, and `/v1` before it where the address is a host alone, which is how
    vLLM, llama-server, Ollama and LM Studio are set up.

    Raises:
        SettingsError: `remote_url` is no address, or none that may be asked. What is written there is not repeated
            where it may hold a secret.
    """
    try:
        parts = urlsplit(settings.remote_url.strip())
        host = (parts.hostname or "").encode("idna").decode().removesuffix(".")
        literal = number(host) if host else None
        port = parts.port
    except ValueError as error:
        raise _refused("is no address") from error
    if parts.username is not None or parts.password is not None:
        raise _refused("has a user or a password in it", "Write it without, and the key where `remote_key_name` says")
    if parts.query or parts.fragment:
        raise _refused("has a query or a fragment in it")
    here = host == "localhost" or host.endswith(".localhost") or (literal is not None and is_loopback(literal))
    if not host or parts.scheme not in ("http", "https"):
        raise _refused("is no address")
    if parts.scheme == "http" and not here:
        raise _refused("is not encrypted", "Write https://; http:// is for a model on this very machine")
    if literal and not (here or settings.private_addresses or is_public(literal)):
        raise _refused(
            f"is {literal}, which is no public address",
            "Allow this machine's own network with the setting `private_addresses`",
        )
    shown = f"[{host}]" if ":" in host else host
    is_groq = host == _GROQ or host.endswith(f".{_GROQ}")
    return Endpoint(
        url=urlunsplit((parts.scheme, parts.netloc, _path(parts.path), "", "")),
        host=f"{shown}:{port}" if port else shown,
        here=here,
        key_name=settings.remote_key_name or (_GROQ_KEY if is_groq else ""),
        reach=Reach(
            private=here or settings.private_addresses,
            plain_loopback=parts.scheme == "http",
            ca_bundle=settings.ca_bundle,
        ),
    )


def _path(path: str) -> str:
    path = path.rstrip("/")
    return path if path.endswith(_METHOD) else (path or "/v1") + _METHOD


def _refused(reason: str, hint: str = "Write it as https://host/path") -> SettingsError:
    return SettingsError(f"The address in the setting `remote_url` {reason}", hint=hint)
