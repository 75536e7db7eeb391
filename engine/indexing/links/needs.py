"""What operations are about by their paths, and which of their inputs are of something that others give."""

from collections.abc import Container, Iterator
from itertools import pairwise
from typing import NamedTuple

from engine.english.inflection import is_plural
from engine.english.verbs import SEARCHES
from engine.indexing.links.caller import caller
from engine.indexing.links.described import described, named
from engine.indexing.links.nouns import Name, noun_of_step, parts, split_name, squashed, text_words
from engine.indexing.links.shapes import Shape, Shapes
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
    """Names of the parameters of its path, and of its other required ones but those that a person knows."""
    finds: bool
    """Whether it finds things by a word that a person knows."""
    is_caller: bool
    """Whether it gives whoever calls."""


class Need(NamedTuple):
    """An input that is of something."""

    name: str
    """As it is written."""
    nouns: tuple[str, ...]
    """What it is of; the likeliest first."""
    keys: tuple[str, ...]
    """See `engine.indexing.links.nouns.Name`."""
    is_number: bool
    is_optional: bool = False
    """Whether it may be left out."""
    qualifies: tuple[str, ...] = ()
    """What it helps to tell, and is no collection of: the `{owner}` in `/repos/{owner}/{repo}` is a repository's."""
    above: tuple[str, ...] = ()
    """Templates of the paths that end before it: that of all of which it takes one, then that of the one they are in.
    """


class _Input(NamedTuple):
    """An input beside the path, as it is written."""

    name: str
    shape: Shape
    text: str
    """Its description."""


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
        self.known = self._taken_one_of.union(*(site.nouns for site in self.sites)) - {""}
        """Nouns of all paths."""
        listed = (step for operation in spec.operations for step in _steps(operation.path)[-1:])
        self._names: dict[str, Name] = {}
        self._resources = self._taken_one_of.union(
            noun_of_step(step) for step in listed if "{" not in step and any(map(is_plural, parts(step)[-1:]))
        ) - {""}

    def _site(self, operation: Operation) -> Site:
        steps = _steps(operation.path)
        static = steps
        while static and "{" in static[-1]:
            static = static[:-1]
        tail = static[_last_parameter(static) + 1 :]
        who = caller(operation)
        return Site(
            template="/".join(map(_blank, steps)),
            nouns=(who,) if who else tuple(self._nouns(tail)),
            finds=any(word in SEARCHES for step in tail for word in parts(step))
            or any(squashed(parameter.name) in _SEARCHED_BY for parameter in operation.parameters),
            inputs=frozenset(
                parameter.name
                for parameter in operation.parameters
                if (parameter.required or parameter.location == "path") and not self._is_known(parameter)
            ),
            is_caller=bool(who),
        )

    def _is_known(self, parameter: Parameter) -> bool:
        """Tell whether a person has a value at once: a word to search by, one of a few choices."""
        _, shape = self._shapes.inside(parameter.schema)
        return squashed(parameter.name) in _KNOWN or bool(shape.enum) or shape.type == "boolean"

    def _nouns(self, tail: list[str]) -> Iterator[str]:
        """Return what the last fixed part of a path speaks of.

        `/book/popular` speaks of books, but `/issues/comments` not of issues.
        """
        for step in reversed(tail):
            if noun := noun_of_step(step):
                yield noun
                last = parts(step)[-1]
                if is_plural(last) or noun in self._taken_one_of:
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
            elif parameter.location in ("query", "argument"):
                _, shape = self._shapes.inside(parameter.schema)
                text = parameter.description or parameter.schema.description
                if not parameter.required:
                    yield from self._optional(_Input(parameter.name, shape, text), operation, site)
                elif shape.properties:
                    yield from self._of_object(f"{parameter.name}.", shape, shape.required, operation, site)
                else:
                    yield from self._of_input(_Input(parameter.name, shape, text), operation, site)
        for content in operation.body.content[:1] if operation.body else ():
            _, shape = self._shapes.inside(content.schema)
            # No field of proto3 is required, by what its file says.
            required = shape.properties if operation.protocol == "grpc" else shape.required
            yield from self._of_object("", shape, required, operation, site)

    def _of_object(
        self, path: str, outer: Shape, required: Container[str], operation: Operation, site: Site
    ) -> Iterator[Need]:
        for name, schema in outer.properties.items():
            if name in required:
                _, shape = self._shapes.inside(schema)
                if not shape.properties:
                    yield from self._of_input(_Input(path + name, shape, schema.description), operation, site)

    def _of_path(self, path: str, parameter: Parameter) -> Need | None:
        shape = self._shapes.of(parameter.schema)
        if _no_key(shape):
            return None
        steps = _steps(path)
        written = f"{{{parameter.name}}}"
        at = next((index for index, step in enumerate(steps) if written in step), -1)
        if at < 0:
            return None
        name = self._name(parameter.name)
        if not name.noun and "or" not in parts(parameter.name):  # `/keys/{key_id}` takes an id, and no key
            name = name._replace(keys=name.keys[-1:])
        first = max((index for index, step in enumerate(steps[:at]) if "{" not in step), default=-1)
        step = noun_of_step(steps[first]) if first >= 0 else ""
        of_step = (step,) if step else ()
        is_number = shape.type.startswith(_NUMBERS)
        if at + 1 < len(steps) and "{" in steps[at + 1]:
            return Need(parameter.name, (name.noun,), name.keys, is_number, qualifies=of_step) if name.noun else None
        own = (name.noun,) if name.noun else ()
        said = (
            () if own else described(parameter.description, step, self._resources)
        )  # `/averages/{id}`: ID of the book
        nouns = tuple(dict.fromkeys(own + of_step + said))
        above = ("/".join(map(_blank, steps[:at])), "/".join(map(_blank, steps[: max(first, 0)])))
        return Need(parameter.name, nouns, name.keys, is_number, above=above) if nouns else None

    def _of_input(self, given: _Input, operation: Operation, site: Site) -> Iterator[Need]:
        """Return what an input is of that is no part of the path."""
        name = self._name(given.name)
        told = _is_reference(name) and (not name.noun or name.noun in self.known)
        if told and not _no_key(given.shape):
            nouns = (name.noun,) if name.noun else self._of_bare(given, operation, site)
            if nouns:
                yield Need(given.name, nouns, name.keys, given.shape.type.startswith(_NUMBERS))

    def _name(self, written: str) -> Name:
        if written not in self._names:
            self._names[written] = split_name(written.rpartition(".")[2], self.known)
        return self._names[written]

    def _optional(self, given: _Input, operation: Operation, site: Site) -> Iterator[Need]:
        """Return what an input is of that may be left out: ids only, and of what has a collection.

        A bare id chooses among what is read, and says what to change.
        """
        name = self._name(given.name)
        if name.keys and (name.noun in self._resources if name.noun else operation.method != "GET"):
            for need in self._of_input(given, operation, site):
                if need.nouns[0] in self._resources:
                    yield need._replace(nouns=need.nouns[:1], is_optional=True)

    def _of_bare(self, given: _Input, operation: Operation, site: Site) -> tuple[str, ...]:
        """Return what `ids` is of: what its description says or, that saying nothing, what the path does."""
        own = site.nouns[0] if site.nouns else ""
        if said := described(given.text, own, self._resources):
            return tuple(dict.fromkeys((*said, *site.nouns)))
        if own in self._resources:
            return site.nouns
        texts = (operation.summary, *operation.tags)
        meant = (noun for text in texts for noun in named(text_words(text), self._resources))
        return tuple(dict.fromkeys((*meant, *site.nouns)))


def _is_reference(name: Name) -> bool:
    return not name.keys or name.keys[0].startswith(("id", "uuid", "guid", "slug", "uri", "urn", "arn"))


def _no_key(shape: Shape) -> bool:
    return bool(shape.enum) or shape.format in _NOT_KEYS or shape.type == "boolean"


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
