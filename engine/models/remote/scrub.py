"""What leaves this machine: the messages as they are sent, without secrets and without hosts of private networks. Pure.

A question may hold a command that was pasted, and a specification the servers of its company. A model that puts facts
into sentences needs neither.
"""

import re
from collections.abc import Iterable

import msgspec

from engine.models.protocol import Message
from engine.net.address import Address, is_loopback, is_public, number
from engine.secrets.redact import REDACTED, redact_text

PRIVATE_HOST = "private-host.example"
"""What stands for a host of a private network. Nobody can own the name (RFC 2606), and an URL with it stays one."""
_LOCAL_NAMES = frozenset("corp home internal intra intranet lan local localdomain private test".split())
"""Last parts of names that the internet's name servers do not know.

Sources: RFC 2606 (.test), RFC 6762 (.local, and appendix G for most others), ICANN 2018 (.corp, .home) and 2024
(.internal)."""
_HOST_OF_URL = re.compile(
    r"(?P<before>[A-Za-z][A-Za-z0-9+.-]{0,20}:(?:\\?/){2}(?:[^\s/@\"'<>\\]{1,500}@)?)"
    r"(?P<host>\[[0-9A-Fa-f:.%]{2,60}\]|(?:\{[^{}\s/]{1,80}\}|[^\s/:?#@\"'<>\\()\[\]{},;|`]){1,300})"
)
"""The slashes may be escaped, as JSON has them. A server's variable (`{tenant}`) is part of a host."""
_NAME = re.compile(
    r"(?<![\w.-])(?:[A-Za-z0-9-]{1,63}\.){1,20}(?:corp|internal|intranet|lan|local|localdomain)(?![\w-])"
)
"""A name without an URL around it. The other endings of private names are also words of fields: `address.home`."""
_NUMBERS = re.compile(r"(?<![\w.-])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![\w-]|\.[0-9])")


class Outgoing(msgspec.Struct, frozen=True, kw_only=True):
    """What is sent to a remote model, and to whom."""

    host: str
    """Who gets it, with the port where that is named."""
    model: str
    messages: tuple[Message, ...]
    """Exactly as they are sent."""
    taken_out: int
    """Places where something was replaced."""


def outgoing(messages: Iterable[Message], *, host: str, model: str) -> Outgoing:
    """Return what is sent for these messages. Secrets become `REDACTED`, private hosts `private-host.example`."""
    kept = tuple(messages)
    sent = tuple(Message(message.role, scrubbed(message.content)) for message in kept)
    count = sum(_marks(after.content) - _marks(before.content) for before, after in zip(kept, sent, strict=True))
    return Outgoing(host=host, model=model, messages=sent, taken_out=count)


def scrubbed(text: str) -> str:
    """Return a text without what looks like a secret, and without hosts of private networks.

    Hosts are: those of URLs that are one word, end as no public name does, or are the number of a private network; and
    such names and numbers anywhere else where they cannot be mistaken. This very machine's own, `localhost`, stays.
    Doing so twice gives the same text.
    """
    text = redact_text(text)
    if "://" in text or ":\\/" in text:
        text = _HOST_OF_URL.sub(lambda url: url["before"] + _shown(url["host"]), text)
    return _NUMBERS.sub(lambda match: _shown(match[0]), _NAME.sub(PRIVATE_HOST, text))


def _shown(host: str) -> str:
    return PRIVATE_HOST if _is_private(host) else host


def _is_private(host: str) -> bool:
    name = host.rstrip(".").lower()
    address = _number(name)
    if address:
        return not is_public(address) and not is_loopback(address)
    last = name.rpartition(".")[2]
    if last in ("localhost", "") or name == REDACTED.lower():
        return False
    return last in _LOCAL_NAMES or ("." not in name and "{" not in name)


def _number(host: str) -> Address | None:
    try:
        return number(host)
    except ValueError:  # half a number, which no program connects to
        return None


def _marks(text: str) -> int:
    return text.count(REDACTED) + text.count(PRIVATE_HOST)
