"""How the host and the first segments of an address fit the servers of a specification."""

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from engine.library.lookup import servers_of_entries, servers_of_specs
from engine.library.store import Library
from engine.specs.model import Server
from engine.specs.routes import OPEN, fills, split

_URL = re.compile(r"(?:[\w+.-]+:)?//([^/?#]*)(.*)", re.DOTALL)
_VARIABLE = re.compile(r"\{[^{}]*\}")


class Host(IntEnum):
    """How a host fits; the lowest fits best."""

    SAME = 0
    """It is that of a server, the variables in that filled in; or there is none in the question."""
    RELATED = 1
    """One is in the domain of the other."""
    OTHER = 2
    """Nothing speaks for it: another host, or servers that have none or any."""


class Base(IntEnum):
    """How what stands in front of a route fits; the lowest fits best."""

    SAME = 0
    """It is the base path of a server; or there is nothing, in a question without a host."""
    MISSING = 1
    OTHER = 2


class Closeness(NamedTuple):
    """How an address fits a specification; the lowest fits best."""

    host: Host
    base: Base


class Place(NamedTuple):
    """A server as it is compared: host and segments of the base path, variables left open."""

    host: str
    base: tuple[str, ...]


def of_specs(library: Library, ids: Iterable[int]) -> dict[int, list[Place]]:
    """Return id → servers of specs."""
    return _places(servers_of_specs(library, ids))


def of_entries(library: Library, rowids: Iterable[int]) -> dict[int, list[Place]]:
    """Return rowid → servers of those operations that have their own."""
    return _places({rowid: servers for rowid, servers in servers_of_entries(library, rowids).items() if servers})


def closeness(places: Sequence[Place], host: str, dropped: Sequence[str]) -> Closeness:
    """Return how an address fits the server that it fits best.

    Args:
        places: The servers.
        host: Of the address; empty where only a path is given.
        dropped: Segments of the address in front of the route.
    """
    return min(Closeness(_host(place, host), _base(place, host, dropped)) for place in places or [Place("", ())])


def _host(place: Place, host: str) -> Host:
    if not host or host == place.host:
        return Host.SAME
    if OPEN in place.host:
        return Host.SAME if fills(host, place.host) and "." in place.host.replace(OPEN, "").strip(".") else Host.OTHER
    related = place.host and (host.endswith(f".{place.host}") or place.host.endswith(f".{host}"))
    return Host.RELATED if related else Host.OTHER


def _base(place: Place, host: str, dropped: Sequence[str]) -> Base:
    if len(dropped) == len(place.base) and all(map(_may_be, place.base, dropped)):
        return Base.SAME
    if dropped:
        return Base.OTHER
    return Base.MISSING if host else Base.SAME


def _may_be(own: str, other: str) -> bool:
    return own in (OPEN, other)


def _places(found: Mapping[int, Sequence[Server]]) -> dict[int, list[Place]]:
    return {
        each: [_place(url) for server in servers for url in {server.url, server.template or server.url}]
        for each, servers in found.items()
    }


@lru_cache(4096)
def _place(url: str) -> Place:
    absolute = _URL.fullmatch(_VARIABLE.sub(OPEN, url))
    host, path = absolute.groups() if absolute else ("", url)
    return Place(host.rpartition("@")[2].partition(":")[0].lower(), tuple(split(path)[0]))
