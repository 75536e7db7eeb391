"""Which requests are sent: by what they have, not by what passes."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from engine.calls.compose import call_of
from engine.calls.fitting import fitting
from engine.calls.parameters import filled
from engine.calls.records import Call
from engine.calls.source import Source
from engine.errors import SpecError
from engine.specs.describe import merged
from engine.specs.model import Operation, Parameter, Server, Spec
from engine.specs.read import read
from scripts.bench.composed.document import source_of

_FORMATS = ("openapi", "swagger")
_RARE = ("deepObject", "spaceDelimited", "pipeDelimited", "tabDelimited", "label", "matrix")
_NO_PATH = frozenset("?#")
_PLACED = ("path", "query", "header", "cookie")


class Candidate(NamedTuple):
    """An operation that may be sent, and what it has."""

    path: Path
    spec: Spec
    operation: Operation
    traits: frozenset[str]
    """`query form list`, `body multipart`, `security apiKey header`, …"""


def candidates(path: Path) -> list[Candidate]:
    """Return the operations of a document of OpenAPI or Swagger; none of another one, or of what cannot be read."""
    try:
        spec = read(path.read_bytes(), name=path.name)
    except SpecError:
        return []
    if not spec.about.format.startswith(_FORMATS):
        return []
    return [Candidate(path, spec, one, frozenset(_traits(spec, one))) for one in spec.operations if _routed(one)]


def _routed(operation: Operation) -> bool:
    """Tell whether Prism can find an operation: what a path has after `?` or `#` it takes for a part of the path."""
    return not _NO_PATH & set(operation.path)


def chosen(documents: Sequence[Sequence[Candidate]], specs: int, requests: int, seed: int) -> list[list[Candidate]]:
    """Return requests by documents: what few have comes first, then whatever the seed brings."""
    met: Counter[str] = Counter()
    picked: list[list[Candidate]] = []
    left = [list(one) for one in documents if one]
    rare = Counter(trait for document in left for trait in frozenset().union(*(one.traits for one in document)))
    while left and len(picked) < specs:
        best = max(left, key=lambda one: _worth(frozenset().union(*(each.traits for each in one)), met, rare))
        left.remove(best)
        each = max(1, (requests - sum(map(len, picked))) // (specs - len(picked)))
        picked.append(list(_requests(best, each, met, rare, random.Random(seed))))  # noqa: S311 - no secret
    return picked


def _requests(
    document: list[Candidate], count: int, met: Counter[str], rare: Counter[str], chance: random.Random
) -> Iterator[Candidate]:
    left = chance.sample(document, len(document))
    for _ in range(min(count, len(left))):
        best = max(left, key=lambda one: _worth(one.traits, met, rare))
        left.remove(best)
        met.update(best.traits)
        yield best


def _worth(traits: frozenset[str], met: Counter[str], rare: Counter[str]) -> float:
    """Return what a request adds: each trait that was met less often than the others, the rarest most."""
    return sum(1 / (1 + met[trait]) ** 2 / rare[trait] for trait in traits)


def _traits(spec: Spec, operation: Operation) -> Iterator[str]:
    source = source_of(spec, operation)
    for one in operation.parameters:
        if _is_sent(one):
            yield _parameter(one, source)
    call = call_of(source)
    yield f"body {call.body_kind}"
    if call.body_kind != "none":
        header = next((value for name, value in call.headers.items() if name.lower() == "content-type"), "")
        yield f"media type {header.partition(';')[0]}"
    schemes = {scheme.name: scheme for scheme in spec.about.security_schemes}
    for grant in next(filter(None, operation.security), ()):
        if scheme := schemes.get(grant.scheme):
            yield f"security {scheme.type} {scheme.scheme or scheme.location}".rstrip()
    if len(next(filter(None, operation.security), ())) > 1:
        yield "security several at once"


def _parameter(one: Parameter, source: Source) -> str:
    how, node = one.serialization, merged(one.schema, source.resolve)
    kind = "list" if node.items is not None else "object" if node.properties or node.additional else "plain"
    if how.media_type:
        return f"{one.location} in {how.media_type}"
    explode = "" if how.explode is None or kind == "plain" else " exploded" if how.explode else " joined"
    return f"{one.location} {how.style if how.style and kind != 'plain' else 'of its own style'} {kind}{explode}"


def filled_in(one: Candidate, address: str) -> Call:
    """Return the call at an address, with values by type where only a caller knows them."""
    source = source_of(one.spec, one.operation)
    operation = msgspec.structs.replace(
        one.operation,
        servers=(Server(url=address),),
        parameters=tuple(_known(each, source) for each in one.operation.parameters),
    )
    return call_of(msgspec.structs.replace(source, operation=operation))


def _known(one: Parameter, source: Source) -> Parameter:
    if not _is_sent(one):
        return one
    one = msgspec.structs.replace(one, required=True)
    if "placeholder" not in filled(one, source.resolve).sources.values():
        return one
    return msgspec.structs.replace(one, example=fitting(one.schema, source.resolve).sample.value)


def _is_sent(one: Parameter) -> bool:
    """Tell whether a parameter is sent: because it must be, or because few are written as it is."""
    return one.location in _PLACED and (one.required or one.serialization.style in _RARE)
