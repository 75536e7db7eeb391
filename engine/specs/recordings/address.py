"""Addresses and variables of a collection of requests: `{{baseUrl}}/users/:id?page=1`."""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from engine.secrets.redact import REDACTED
from engine.specs.limits import Budget
from engine.specs.model import Server, ServerVariable
from engine.specs.recordings.recorded import Field, merged_fields, query_pairs
from engine.specs.recordings.requests import FILE, Pair
from engine.text import clean_line

_VARIABLE = re.compile(r"\{\{\s*+((?:[^{}\s](?:[^{}]{0,98}[^{}\s])?)?)\s*+\}\}")
_MAX_URL = 2048
"""Characters of an address, and of the value of a variable that is put into a text."""
_MAX_VARIABLES = 20
"""Variables in the value of another one, up to which they are followed."""
_MAX_ROUNDS = 5
"""How often variables in the values of variables are followed."""
_MAX_RESOLVED = 4_000_000
"""Characters that a text may have with all its variables replaced."""
_SEGMENT = re.compile(r"^:([\w-]+)")
_NO_NAME = re.compile(r"[^\w.-]+")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,20}://[^/\s]")
_SCHEME_VARIABLE = re.compile(r"^\{\{[^{}]{1,100}\}\}://")
_USER_INFO = re.compile(r"(?<=://)[^/@]*@")
_HOST = "https://HOST"

Variables = Mapping[str, str]
"""Names of variables → their values; those of secrets are not among them."""


class Address(NamedTuple):
    """Where a request goes."""

    base: str
    """Scheme and host, or the variable that stands for them; empty where only a path is given."""
    path: str
    """Begins with `/`; inputs are in braces."""
    names: tuple[str, ...]
    """The inputs in the path."""
    query: tuple[Field, ...]
    described: dict[str, Field]
    """What is said of the inputs in the path."""


def fields(pairs: Iterable[Pair], budget: Budget) -> list[Field]:
    """Return pairs as fields; one of several of a name, with all of their values."""
    found: dict[str, Field] = {}
    values: dict[str, list[str]] = {}
    sent: dict[str, list[str]] = {}
    for pair in pairs:
        budget.spend()
        name = pair.name
        if not name:
            continue
        values.setdefault(name, []).append(pair.value)
        if pair.enabled:
            sent.setdefault(name, []).append(pair.value)
        before = found.get(name, Field(name))
        found[name] = Field(
            name,
            required=before.required or pair.enabled,
            description=before.description or pair.description,
            is_file=before.is_file or pair.type == FILE,
        )
    return [
        field._replace(
            values=tuple(sent.get(name) or values[name]),
            together=tuple(sent.get(name, ())) if len(sent.get(name, ())) > 1 else (),
        )
        for name, field in found.items()
    ]


def variables(pairs: Iterable[Pair], outer: Variables, budget: Budget) -> Variables:
    """Return the variables of a collection or folder, with those of `outer`; variables in their values are resolved."""
    own = {field.name: field.values[-1] for field in fields(pairs, budget) if field.required}
    if not own:
        return outer
    budget.spend(len(outer) + 1)
    known = {name: value for name, value in {**outer, **own}.items() if value and REDACTED not in value}
    for _ in range(_MAX_ROUNDS):
        open_ones = [name for name, value in known.items() if 0 < value.count("{{") <= _MAX_VARIABLES]
        budget.spend(len(open_ones) + 1)
        for name in open_ones:
            value = resolved(known[name], known)
            if len(value) <= _MAX_URL:
                known[name] = value
    return known


def resolved(value: str, known: Variables) -> str:
    """Return a text with the variables that have a short value replaced; others stay as they are."""
    count = value.count("{{")
    if not count or len(value) + count * _MAX_URL > _MAX_RESOLVED:
        return value
    return _VARIABLE.sub(lambda match: _short(known.get(match[1], "")) or match[0], value)


def _short(value: str) -> str:
    return value if len(value) <= _MAX_URL else ""


def address(url: str, query: Iterable[Pair], path: Iterable[Pair], budget: Budget) -> Address | None:
    """Return the address of a request; None where there is none.

    Args:
        url: The address as it is written.
        query: Its query, where the tool keeps that apart.
        path: What is said of the inputs in the path.
        budget: Spent for each of them.
    """
    base, place, asked = _split(clean_line(url))
    if not base and not place:
        return None
    place, names = _templated(place if place.startswith("/") else f"/{place}")
    given = fields(query, budget) or merged_fields([query_pairs(asked)])
    described = {_name(field.name): field for field in fields(path, budget)}
    return Address(base, place, names, tuple(given), described)


def _split(raw: str) -> tuple[str, str, str]:
    """Return base, path and query of an address in one text."""
    rest, _, query = raw.partition("#")[0].partition("?")
    scheme, separator, rest = rest.rpartition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{separator}{host}", slash + path, query


def _templated(path: str) -> tuple[str, tuple[str, ...]]:
    """Return a path with `:id` and `{{id}}` as `{id}`, and the names of its inputs."""
    segments = (_SEGMENT.sub(_input, segment) for segment in path[:_MAX_URL].split("/"))
    path = _VARIABLE.sub(_input, "/".join(segments))
    return path, tuple(dict.fromkeys(re.findall(r"\{([^{}]+)\}", path)))


def _input(match: re.Match[str]) -> str:
    return f"{{{_name(match[1])}}}"


def _name(name: str) -> str:
    return _NO_NAME.sub("_", name).strip("_") or "value"


def server(base: str, known: Variables) -> Server | None:
    """Return the server of a base; what no variable tells is left to the reader of the specification."""
    if not base:
        return None
    whole = resolved(base, known)[:_MAX_URL].rstrip("/")
    if _VARIABLE.fullmatch(whole):
        name = _name(whole[2:-2])
        return Server(url=_HOST, template=f"{{{name}}}", variables={name: ServerVariable(default=_HOST)})
    whole = _SCHEME_VARIABLE.sub("https://", whole)
    if not _SCHEME.match(whole):
        whole = f"{'https' if whole.startswith('{{') else 'http'}://{whole.lstrip('/')}"
    whole = _USER_INFO.sub("", whole.partition("?")[0].partition("#")[0])
    unknown = {_name(name): ServerVariable(default=_name(name).upper()) for name in _VARIABLE.findall(whole)}
    url = _VARIABLE.sub(lambda match: _name(match[1]).upper(), whole)
    if not _is_address(url):
        return None
    template = _VARIABLE.sub(_input, whole) if unknown else ""
    return Server(url=url, template=template, variables=unknown)


def _is_address(url: str) -> bool:
    try:
        return bool(urlsplit(url).hostname) and not any(sign.isspace() for sign in url)
    except ValueError:
        return False
