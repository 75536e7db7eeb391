"""The operations that an address or a path leads to, also one with its ids filled in.

A path is compared with the routes of the library (`engine.specs.routes`) from left to right. After each segment what
begins no route is dropped, so that few of the ways to read a path are ever asked for.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from engine.library.lookup import beginning, on_routes, segments_after
from engine.library.store import Library
from engine.search.named.pasted import Target
from engine.search.named.servers import Base, Closeness, Host, Place, closeness, of_entries, of_specs
from engine.specs.routes import OPEN, fills, split

_MAX_SEGMENTS = 40
"""The longest route of 68,000 has 20 segments; a path with more names no operation."""
_MAX_BASE = 6
"""Segments that the base path of a server may have."""
_MAX_STATES = 32
"""Beginnings of routes that are followed at once."""
_MAX_HEADS = 16
"""Places at which a parameter may begin inside of a segment."""
_MAX_MIXED = 300
"""Characters of a segment of which a parameter may be a part; longer ones are values, or meant to take time."""
_MAX_EXTRAS = 8
"""Parts of a query that are looked at."""
_MAX_MATCHES = 3000
"""Operations that are compared with one path; a parameter at its beginning would match a whole library."""
_MAX_SERVED = 64
"""Operations of which the own servers are read."""
_VERSION = re.compile(r"v?\d[\w.]*|api|rest")
"""A segment that half of all APIs begin with, and that tells nothing alone."""
_WIDE = re.compile(r"\{[+*]?(?:[\w-]*(?:path|file|url|uri)|name|parent|resource|ref|key|object)[+*]?\}", re.IGNORECASE)
"""Parameters that may hold slashes, as they are called; a specification cannot say it."""
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_TOKEN = re.compile(r"[^\W\d_]+|\d+|[\W_]")


class _Match(NamedTuple):
    """An operation whose route a path fits."""

    rowid: int
    spec: int
    method: str
    path: str
    route: str
    dropped: int
    """Segments in front of the route."""

    @property
    def segments(self) -> list[str]:
        """Of its route."""
        return split(self.route)[0]


class _Fit(NamedTuple):
    """How well an operation fits; the lowest fits best."""

    close: Closeness
    filled: int
    """Less for more segments that say the same and are not only filled in, and where the query fits, too."""
    opened: int
    """Parameters."""
    route: str
    """A parameter comes after any letter: the route that is literal further to the left is before the other."""


class _Found(NamedTuple):
    """What one reading of a path leads to."""

    fit: _Fit
    rowids: list[int]
    """In the order of adding."""


def on_path(library: Library, target: Target, spec: str | None) -> list[int]:
    """Return the rowids of the operations that an address or a path leads to; of one method where that is told.

    Args:
        library: The library.
        target: The address or path.
        spec: Only operations of this spec, where given.

    Raises:
        LibraryError: The library cannot be read.
    """
    for spread in (False, True):  # A parameter may hold slashes, but only where nothing else fits.
        readings = [_read(library, target, path, spec, spread=spread) for path in target.paths]
        if found := [reading for reading in readings if reading]:
            return min(found, key=lambda reading: reading.fit).rowids
    return []


def _read(library: Library, target: Target, path: str, spec: str | None, *, spread: bool) -> _Found | None:
    segments, extra = split(path)
    if len(segments) > _MAX_SEGMENTS:
        return None
    routes = _routes(library, segments, spread=spread)
    if not target.host:  # What only its host could confirm, and there would be much of it.
        routes = {route: dropped for route, dropped in routes.items() if not dropped or _literal(route)}
    matches = _matches(library, routes, _extras(extra), spec)
    fits = _fits(library, target, segments, matches)
    return _best(target, path, fits) if fits else None


def _routes(library: Library, segments: Sequence[str], *, spread: bool) -> dict[str, int]:
    """Return the routes that a path may have, with the number of segments that were dropped in front.

    Args:
        library: The library.
        segments: Of the path, as `split` gives them.
        spread: Whether a parameter may stand for several segments.
    """
    states: dict[str, int] = {}
    for number, segment in enumerate(segments):
        if number <= _MAX_BASE:
            states[""] = number
        onwards = {f"{state}/{form}": dropped for state, dropped in states.items() for form in _forms(segment)}
        if number + 1 < len(segments):
            onwards = {state: onwards[state] for state in beginning(library, list(onwards))}
        held = {state: dropped for state, dropped in states.items() if spread and state.endswith(f"/{OPEN}")}
        opened = {state.removesuffix(f"/{OPEN}"): dropped for state, dropped in held.items()}
        onwards = held | onwards | _mixed(library, opened | states, segment)
        literal_first = sorted(onwards, key=lambda state: (state.count(OPEN) - state.count("/"), onwards[state], state))
        states = {state: onwards[state] for state in literal_first[:_MAX_STATES]}
    if len(segments) <= _MAX_BASE:
        states["/"] = len(segments)
    return states


def _forms(segment: str) -> tuple[str, ...]:
    return (OPEN,) if segment == OPEN or "/" in segment else (segment, OPEN)


def _mixed(library: Library, states: dict[str, int], segment: str) -> dict[str, int]:
    """Return the states after a segment of which a parameter is a part: `{}.json`, `v{}`, `{}:cancel`."""
    if len(segment) > _MAX_MIXED:
        return {}
    tokens = list(_TOKEN.finditer(segment))
    heads = {segment[: token.start()] + OPEN for token in tokens[1:_MAX_HEADS]}
    # After a parameter comes one of the signs of the segment, with what stands behind it or with another parameter.
    signs = [token for token in tokens[-_MAX_HEADS:] if not token[0].isalnum()]
    heads |= {OPEN + sign[0] + rest for sign in signs for rest in (segment[sign.end() :][:1], OPEN)}
    begun = ((len(state) + 1, f"{state}/{head}") for state in states for head in heads)
    parts = [(state, written.partition("?")[0]) for state, written in segments_after(library, begun)]
    return {state + part: states[state[:-1]] for state, part in parts if fills(segment, part)}


def _extras(extra: str) -> list[str]:
    """Return what the query of a route may be, for the query and fragment of a path."""
    pairs = re.split("[&#]", extra)[:_MAX_EXTRAS] if extra else []
    names = [pair.partition("=")[0] for pair in pairs]
    opened = [f"{name}={OPEN}" for name in names]
    starts = ["&".join(each[: end + 1]) for each in (pairs, opened) for end in range(len(pairs))]
    return ["", *dict.fromkeys(f"?{each}" for each in (extra, *pairs, *names, *starts) if each)]


def _matches(library: Library, routes: dict[str, int], extras: Sequence[str], spec: str | None) -> list[_Match]:
    found = on_routes(library, [route + extra for route in routes for extra in extras], spec, _MAX_MATCHES)
    return [
        _Match(rowid, spec_id, method, path, route, routes[route.partition("?")[0]])
        for rowid, spec_id, key, route in found
        for method, _, path in (key.partition(" "),)
    ]


def _best(target: Target, path: str, fits: dict[_Match, _Fit]) -> _Found:
    """Return those matches that fit best."""
    host = min(fit.close.host for fit in fits.values())
    near = [match for match in fits if fits[match].close.host == host]
    near = [match for match in near if match.method == target.method] or near
    best = min(fits[match][:3] for match in near)
    first = [target.likely, *_METHODS, *sorted({match.method for match in near})]
    order = sorted(
        (match for match in near if fits[match][:3] == best),
        key=lambda match: (fits[match], match.path != path, match.spec, first.index(match.method), match.rowid),
    )
    return _Found(fits[order[0]], [match.rowid for match in order])


def _fits(library: Library, target: Target, segments: Sequence[str], matches: Sequence[_Match]) -> dict[_Match, _Fit]:
    """Return how well each match fits; those that are none after all are left out."""
    served: dict[int, list[Place]] = {}
    if target.host or any(match.dropped for match in matches):
        served = of_specs(library, {match.spec for match in matches})

    @cache
    def close(spec: int, dropped: int) -> Closeness:
        return closeness(served.get(spec, []), target.host, segments[:dropped])

    fits = {match: _fit(match, close(match.spec, match.dropped)) for match in matches}
    if target.host and all(fit.close > (Host.SAME, Base.SAME) for fit in fits.values()):
        some = {match.rowid: match for match in sorted(fits, key=lambda match: fits[match])[:_MAX_SERVED]}
        for rowid, own in of_entries(library, some).items():
            match = some[rowid]
            fits[match] = _fit(match, closeness(own, target.host, segments[: match.dropped]))
    return {match: fit for match, fit in fits.items() if _is_meant(match, fit, target, segments)}


def _fit(match: _Match, close: Closeness) -> _Fit:
    query = match.route.partition("?")[2]
    filled = _literal(match.route) + (2 + query.count("&") if query else 0)
    return _Fit(close, -filled, match.route.count(OPEN), match.route)


def _literal(route: str) -> int:
    """Return how many segments of a route are more than a parameter."""
    return sum(segment.replace(OPEN, "") != "" for segment in route.partition("?")[0].split("/"))


def _is_meant(match: _Match, fit: _Fit, target: Target, segments: Sequence[str]) -> bool:
    """Tell whether enough says so: the host, or else what is literal, or at least a method beside the path."""
    close, literal = fit.close, -fit.filled
    wide = len(match.segments) + match.dropped < len(segments)  # A parameter holds slashes.
    if wide and (_WIDE.search(match.path) is None or literal < 2):
        return False
    if target.host and close.host <= Host.RELATED:
        begins = close.host == Host.SAME and literal > 0 and not match.route.startswith(f"/{OPEN}")
        return close.base < Base.OTHER or begins
    if close.base == Base.OTHER or (wide and target.host):  # Which only the host can confirm.
        return False
    if target.host and close.base == Base.MISSING:
        return literal > 1
    if target.method and not target.host:
        return literal > 0 or all(OPEN in segment for segment in segments)
    return literal > sum(_VERSION.fullmatch(segment) is not None for segment in match.segments)
