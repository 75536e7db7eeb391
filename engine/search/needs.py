"""What operations are about by their paths, and which of their inputs are of something that others give."""

from collections.abc import Container, Iterator
from itertools import pairwise
from typing import NamedTuple

from engine.search.nouns import SEARCH_WORDS, Name, noun_of_step, parts, plural, split_name, squashed
from engine.search.shapes import Shape, Shapes
from engine.specs.model import Operation, Parameter, Spec

_SEARCHED_BY = frozenset("q query search searchterm searchtext term terms keyword keywords text searchquery".split())
"""Inputs by which things are found that are known by a word only."""
_KNOWN = _SEARCHED_BY | frozenset("email login name slug username".split())
"""Inputs that a person knows without asking anyone."""
_NOT_KEYS = frozenset(("date", "date-time", "time", "binary", "byte"))
_NUMBERS = ("integer", "number")


class Site(NamedTuple):
    """Where an operation stands among the others."""

    template: str
    """Its path, with `{}` for every parameter: what stands above another one is told by it."""
    nouns: tuple[str, ...]
    """What it is about; the likeliest first."""
    inputs: frozenset[str]
    """Names of the parameters of its path, and of its other required ones but those that a person
    knows."""
    finds: bool
    """Whether it finds things by a word that a person knows."""


class Need(NamedTuple):
    """An input that is of something."""

    name: str
    """As it is written."""
    nouns: tuple[str, ...]
    """What it is of; the likeliest first."""
    keys: tuple[str, ...]
    """See `engine.search.nouns.Name`."""
    is_number: bool
    qualifies: tuple[str, ...] = ()
    """What it helps to tell, and is no collection of: the `{owner}` in `/repos/{owner}/{repo}` is a repository's."""
    above: tuple[str, ...] = ()
    """Templates of the paths that end before it: that of all of which it takes one, then that of the one they are in.
    """


class Needs:
    """Tells the needs of the operations of one specification.

    Args:
        spec: The specification.
        shapes: Its schemas.
    """

    def __init__(self, spec: Spec, shapes: Shapes) -> None:
        self._shapes = shapes
        self._taken_one_of = frozenset(
            noun_of_step(step)
            for operation in spec.operations
            for step, below in _pairs(operation.path)
            if "{" in below and "{" not in step
        )
        self.sites = [self._site(operation) for operation in spec.operations]
        self._known = self._taken_one_of.union(*(site.nouns for site in self.sites)) - {""}

    def _site(self, operation: Operation) -> Site:
        steps = _steps(operation.path)
        static = steps
        while static and "{" in static[-1]:
            static = static[:-1]
        tail = static[_last_parameter(static) + 1 :]
        return Site(
            template="/".join(map(_blank, steps)),
            nouns=tuple(self._nouns(tail)),
            finds=any(word in SEARCH_WORDS for step in tail for word in parts(step))
            or any(squashed(parameter.name) in _SEARCHED_BY for parameter in operation.parameters),
            inputs=frozenset(
                parameter.name
                for parameter in operation.parameters
                if (parameter.required or parameter.location == "path") and squashed(parameter.name) not in _KNOWN
            ),
        )

    def _nouns(self, tail: list[str]) -> Iterator[str]:
        """Return what the last fixed part of a path speaks of.

        `/book/popular` speaks of books, but `/issues/comments` not of issues.
        """
        for step in reversed(tail):
            if noun := noun_of_step(step):
                yield noun
                last = parts(step)[-1]
                if plural(last) or noun in self._taken_one_of:
                    return

    def of(self, operation: Operation, site: Site) -> list[Need]:
        """Return what an operation needs of others, in the order of its inputs; of one name only the first."""
        found: dict[str, Need] = {}
        for need in self._all(operation, site):
            found.setdefault(need.name, need)
        return list(found.values())

    def _all(self, operation: Operation, site: Site) -> Iterator[Need]:
        for parameter in operation.parameters:
            if parameter.location == "path":
                need = self._of_path(operation.path, parameter)
                yield from (need,) if need else ()
            elif parameter.required and parameter.location in ("query", "argument"):
                _, shape = self._shapes.inside(parameter.schema)
                if shape.properties:
                    yield from self._of_object(f"{parameter.name}.", shape, shape.required, site)
                else:
                    yield from self._of_field(parameter.name, shape, site)
        for content in operation.body.content[:1] if operation.body else ():
            _, shape = self._shapes.inside(content.schema)
            # No field of proto3 is required, by what its file says.
            yield from self._of_object(
                "", shape, shape.properties if operation.protocol == "grpc" else shape.required, site
            )

    def _of_object(self, path: str, outer: Shape, required: Container[str], site: Site) -> Iterator[Need]:
        for name, schema in outer.properties.items():
            if name in required:
                _, shape = self._shapes.inside(schema)
                if not shape.properties:
                    yield from self._of_field(path + name, shape, site)

    def _of_path(self, path: str, parameter: Parameter) -> Need | None:
        shape = self._shapes.of(parameter.schema)
        if _no_key(shape):
            return None
        steps = _steps(path)
        written = f"{{{parameter.name}}}"
        at = next((index for index, step in enumerate(steps) if written in step), -1)
        if at < 0:
            return None
        name = split_name(parameter.name, self._known)
        first = max((index for index, step in enumerate(steps[:at]) if "{" not in step), default=-1)
        of_step = (noun_of_step(steps[first]),) if first >= 0 and noun_of_step(steps[first]) else ()
        is_number = shape.type.startswith(_NUMBERS)
        if at + 1 < len(steps) and "{" in steps[at + 1]:
            return Need(parameter.name, (name.noun,), name.keys, is_number, of_step) if name.noun else None
        nouns = tuple(dict.fromkeys(((name.noun,) if name.noun else ()) + of_step))
        above = ("/".join(map(_blank, steps[:at])), "/".join(map(_blank, steps[: max(first, 0)])))
        return Need(parameter.name, nouns, name.keys, is_number, above=above) if nouns else None

    def _of_field(self, written: str, shape: Shape, site: Site) -> Iterator[Need]:
        name = split_name(written.rpartition(".")[2], self._known)
        told = _is_reference(name) and (not name.noun or name.noun in self._known)
        nouns = (name.noun,) if name.noun else site.nouns
        if told and nouns and not _no_key(shape):
            yield Need(written, nouns, name.keys, shape.type.startswith(_NUMBERS))


def _is_reference(name: Name) -> bool:
    return not name.keys or name.keys[0].startswith(("id", "uuid", "guid", "slug", "uri", "urn", "arn"))


def _no_key(shape: Shape) -> bool:
    return shape.enum or shape.format in _NOT_KEYS or shape.type == "boolean"


def _steps(path: str) -> list[str]:
    return [step for step in path.partition("?")[0].split("/") if step]


def _pairs(path: str) -> Iterator[tuple[str, str]]:
    steps = _steps(path)
    return pairwise(steps)


def _last_parameter(steps: list[str]) -> int:
    return max((index for index, step in enumerate(steps) if "{" in step), default=-1)


def _blank(step: str) -> str:
    before, brace, rest = step.partition("{")
    return f"{before}{{}}{rest.rpartition('}')[2]}" if brace else step
