"""Texts and numbers that keep to a schema's type, format and limits, the plainest first."""

import itertools
import math
from collections.abc import Iterator
from typing import Any

from engine.calls.patterns import matching
from engine.calls.values import is_number
from engine.specs.model import Schema

TEXT = "string"
"""Stands for a text of which nothing is known."""
_FORMATS = {
    "date-time": "2026-01-31T09:00:00Z",
    "date": "2026-01-31",
    "time": "09:00:00Z",
    "duration": "P1D",
    "email": "name@example.com",
    "idn-email": "name@example.com",
    "hostname": "example.com",
    "idn-hostname": "example.com",
    "uri": "https://example.com",
    "url": "https://example.com",
    "uri-reference": "https://example.com",
    "uri-template": "https://example.com/{id}",
    "iri": "https://example.com",
    "iri-reference": "https://example.com",
    "uuid": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "json-pointer": "/name",
    "relative-json-pointer": "0/name",
    "regex": "^a+$",
    "byte": "c3RyaW5n",
    "base64url": "c3RyaW5n",
}
"""Format of JSON Schema (2020-12, validation 7.3) or OpenAPI's registry → a value; hosts and addresses are kept for
examples (RFC 2606, 3849 and 5737)."""
_MAX_TEXT = 10_000
"""Characters of a text that a schema asks for; one that asks for more is not served."""
_PASSWORD = "aA1!" * 16
"""What most of the patterns that look ahead ask for: a digit, a capital, a sign."""
_LENGTHS = (8, 12, 16, 20, 32, 64)
"""How long passwords must be, or may be."""
_TEXTS = 8
"""Texts that are tried for one pattern."""


def texts(node: Schema) -> Iterator[str]:
    """Yield texts for a schema."""
    shortest, longest = _size(node.limits.get("minLength"), 0), _size(node.limits.get("maxLength"), None)
    pattern = node.limits.get("pattern")
    known = _FORMATS.get(node.format)
    if known is not None:
        yield from _long_enough(known, node.format, shortest or 0)
        if pattern is not None:
            yield known.upper()
    if isinstance(pattern, str):
        yield from itertools.islice(matching(pattern, min(shortest or 0, _MAX_TEXT), longest), _TEXTS)
        if "(?=" in pattern:
            yield from (_PASSWORD[:length] for length in _LENGTHS if (shortest or 0) <= length <= (longest or length))
    if known is None or pattern is not None:
        plain = TEXT * (1 + min(shortest or 0, _MAX_TEXT) // len(TEXT))
        yield plain[: max(shortest or 0, len(TEXT) if longest is None else min(longest, len(TEXT)))]


def _long_enough(known: str, form: str, shortest: int) -> Iterator[str]:
    """Yield a text of a format, and one that is longer where that can be."""
    if len(known) < shortest <= _MAX_TEXT:
        more = "a" * (shortest - len(known))
        if "email" in form:
            yield f"{more}{known}"
        elif form.startswith(("ur", "ir")):
            yield f"{known}/{more}"
    yield known


def numbers(node: Schema, *, whole: bool) -> Iterator[int | float]:
    """Yield numbers for a schema; `whole` ones where it is an integer."""
    least, above = _bound(node, "minimum", "exclusiveMinimum")
    most, below = _bound(node, "maximum", "exclusiveMaximum")
    said = node.limits.get("multipleOf")
    step = said if is_number(said) and said > 0 else 1 if whole else None
    found: list[float] = [1]
    if least is not None:
        found += [least + (step or 1) if above else least]
    if most is not None:
        found += [most - (step or 1) if below else most]
    if least is not None and most is not None:
        found.append((least + most) / 2)
    for value in found:
        for one in _steps(value, step):
            if whole and one != int(one):
                continue
            low = least is None or (one > least if above else one >= least)
            high = most is None or (one < most if below else one <= most)
            if low and high:
                yield int(one) if whole else _plain(one)
    yield 1 if whole else 1.0


def _steps(value: float, step: float | None) -> tuple[float, ...]:
    if step is None or not math.isfinite(value / step):
        return (value,)
    return (math.ceil(value / step) * step, math.floor(value / step) * step)


def _plain(value: float) -> int | float:
    return float(value) if abs(value) < 2**53 else value


def _bound(node: Schema, word: str, strict: str) -> tuple[float | None, bool]:
    """Return a bound, and whether it is out of the range itself; in OpenAPI 3.0 a flag says so."""
    value, strictly = node.limits.get(word), node.limits.get(strict)
    if not is_number(value):
        return (strictly, True) if is_number(strictly) else (None, False)
    if is_number(strictly) and (strictly >= value) == (word == "minimum"):
        return strictly, True
    return value, strictly is True


def _size(value: Any, unsaid: int | None) -> int | None:
    return int(value) if is_number(value) and value >= 0 else unsaid
