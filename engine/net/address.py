"""Hosts and addresses: what a host that is a number stands for, which are public, how a URL is shown. Pure."""

import re
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit, urlunsplit

from engine.text import clean_line

Address = IPv4Address | IPv6Address

_NOT_PUBLIC = tuple(
    ip_network(network)
    for network in (
        "168.63.129.16/32",  # what Azure's machines ask about themselves, a public address by its number alone
        "64:ff9b:1::/48",  # translated inside one network, RFC 8215
        "3fff::/20",  # documentation, RFC 9637
        "5f00::/16",  # segment routing, RFC 9602
        "fec0::/10",  # site-local, RFC 3879
    )
)
"""What `ipaddress` of Python 3.11 takes for public and is not."""
_CARRIERS = (
    (IPv6Network("::/96"), 0),  # compatible, RFC 4291; `::1` and `::` among them
    (IPv6Network("::ffff:0:0/96"), 0),  # mapped, RFC 4291
    (IPv6Network("::ffff:0:0:0/96"), 0),  # translated, RFC 2765
    (IPv6Network("64:ff9b::/96"), 0),  # NAT64, RFC 6052
    (IPv6Network("2002::/16"), 80),  # 6to4, RFC 3056
)
"""Networks whose addresses lead to an IPv4 address, and the bits that follow it."""
_NUMERIC = re.compile(r"[0-9]+|0[xX][0-9a-fA-F]*")
_PARTS = 4
"""Numbers that an IPv4 address may be written with (inet_aton)."""
_MAX_DIGITS = 64
"""Of one part; Python takes long to read very long numbers."""


def number(host: str) -> Address | None:
    """Return the address that a host is, None where it is a name.

    Read as systems and browsers do: `127.1`, `0x7f.0.0.1`, `017700000001` and `2130706433` are all 127.0.0.1, and a
    zone (`fe80::1%eth0`) counts for nothing. Source: the URL standard (https://url.spec.whatwg.org/#concept-ipv4-parser).

    Raises:
        ValueError: It ends like a number and is none, so that who else reads it may take it for another address.
    """
    if ":" in host:
        return IPv6Address(host.strip("[]").partition("%")[0])
    parts = host.removesuffix(".").split(".")
    if not _NUMERIC.fullmatch(parts[-1]):
        return None
    if len(parts) > _PARTS or not all(_NUMERIC.fullmatch(part) and len(part) <= _MAX_DIGITS for part in parts):
        raise ValueError(host)
    *first, last = (_value(part) for part in parts)
    if any(value > 255 for value in first) or last >= 256 ** (_PARTS - len(first)):
        raise ValueError(host)
    return IPv4Address(last + sum(value << (24 - 8 * place) for place, value in enumerate(first)))


def _value(part: str) -> int:
    if part[:2] in ("0x", "0X"):
        return int(part[2:] or "0", 16)
    return int(part, 8 if len(part) > 1 and part[0] == "0" else 10)


def parsed(address: str) -> Address:
    """Return an address that the system's resolver gave, without its zone."""
    return ip_address(address.partition("%")[0])


def _meant(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address leads to, else the address itself."""
    if isinstance(address, IPv6Address):
        for network, bits in _CARRIERS:
            if address in network:
                return IPv4Address(int(address) >> bits & 0xFFFFFFFF)
    return address


def is_public(address: Address) -> bool:
    """Return whether an address is one of the internet's: of no machine, network, cloud or group of its own."""
    meant = _meant(address)
    return meant.is_global and not meant.is_multicast and not any(meant in network for network in _NOT_PUBLIC)


def is_loopback(address: Address) -> bool:
    """Return whether an address is this very machine. What a gateway would translate to it leaves the machine first."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback


def without_secrets(url: str) -> str:
    """Return a URL without user, password, query and fragment, as it may be shown and kept."""
    try:
        parts = urlsplit(url)
    except ValueError:  # Where the password is cannot be told.
        return "https://…"
    host = parts.netloc.rpartition("@")[2]
    return clean_line(urlunsplit((parts.scheme, host, parts.path, "", "")))
