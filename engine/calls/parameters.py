"""The value of each parameter, and how it is sent."""

from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import quote

import msgspec

from engine.calls.fitting import fitting
from engine.calls.records import Origin
from engine.calls.sample import Sample, Sampler, given
from engine.calls.serialize import Pair, Place, serialize
from engine.calls.values import placeholder
from engine.specs.describe import Resolve, merged
from engine.specs.model import Parameter, Schema, written

_FEW = 3
"""Fields that are sent of an object that requires none."""


class Filled(NamedTuple):
    """A parameter with its value."""

    pairs: tuple[Pair, ...]
    sources: dict[str, Origin]
    """Its name, or the dotted names of its fields → where the value comes from."""

    @property
    def value(self) -> str:
        """The value of what is sent as one, not encoded."""
        return self.pairs[0].value if self.pairs else ""


def filled(parameter: Parameter, resolve: Resolve) -> Filled:
    """Return a required parameter with its value; what only the caller knows is an upper-case placeholder."""
    value, sources = _value(parameter, resolve)
    if parameter.location == "querystring":  # all of the query, which has no names
        text = written(value)
        return Filled((Pair(parameter.name, text, quote(text, safe="")),), sources)
    place: Place = parameter.location if parameter.location in ("path", "query", "header", "cookie") else "header"
    return Filled(tuple(serialize(parameter.name, value, place, parameter.serialization)), sources)


def said(parameter: Parameter, value: Any) -> Filled:
    """Return a parameter with the value that the user said for it."""
    place: Place = parameter.location if parameter.location in ("path", "query", "header", "cookie") else "header"
    pairs = serialize(parameter.name, value, place, parameter.serialization)
    return Filled(tuple(pairs), {parameter.name: "question"})


def known(name: str, value: str, origin: Origin, place: Place) -> Filled:
    """Return what is sent under a name whose value is a text."""
    return Filled(tuple(serialize(name, value, place)), {name: origin})


def _value(parameter: Parameter, resolve: Resolve) -> tuple[Any, dict[str, Origin]]:
    node = merged(parameter.schema, resolve)
    whole = given(node)
    if node.one_of or node.any_of:
        node = next((one for one in _choices(node, resolve) if one.type != "null"), node)
    own: tuple[Any, Origin] = (parameter.example, "example")
    for raw, origin in (own, *whole, *given(node)):
        value = _typed(raw, node)
        if value not in (None, "", [], {}) and not _stands_for_another(value) and _fits(value, node):
            names = value if isinstance(value, dict) else ()
            return value, {f"{parameter.name}.{name}": origin for name in names} or {parameter.name: origin}
    if not (node.properties or node.items or node.type.startswith(("array", "object"))):
        if node.type == "boolean":
            return True, {parameter.name: "type"}
        return placeholder(parameter.name), {parameter.name: "placeholder"}
    if node.applied or "json" in parameter.serialization.media_type:  # Words would be no value of it.
        sample = _named(fitting(node, resolve).sample, parameter.name)
    else:
        sample = _Inputs(resolve).sample(node, parameter.name)
    if isinstance(sample.value, dict) and sample.value:
        return sample.value, sample.sources
    return sample.value or placeholder(parameter.name), {
        parameter.name: next(iter(sample.sources.values()), "placeholder") if sample.value else "placeholder"
    }


def _named(sample: Sample, name: str) -> Sample:
    """Return a sample whose parts are told by their names below another one."""
    below = {f"{name}{path}" if path[:1] in ("", "[") else f"{name}.{path}": at for path, at in sample.sources.items()}
    return sample._replace(sources=below)


def _stands_for_another(value: Any) -> bool:
    """Tell whether an example is a variable of the tool that the document was made from: `{{accountId}}`."""
    return isinstance(value, str) and value.startswith("{{") and value.endswith("}}")


def _choices(node: Schema, resolve: Resolve) -> Iterator[Schema]:
    if not node.type and not node.properties:
        yield from (merged(one, resolve) for one in node.one_of or node.any_of)


def _typed(value: Any, node: Schema) -> Any:
    """Return a value that a document gives as text in the type that it has: a list as `a,b`, JSON as a text."""
    if not isinstance(value, str) or node.type.split(" | ")[0] not in ("array", "object"):
        return value
    try:
        decoded = msgspec.json.decode(value)
    except (msgspec.DecodeError, RecursionError):
        decoded = None
    if isinstance(decoded, list | dict):
        return decoded
    return value.split(",") if node.type.startswith("array") else value


def _fits(value: Any, node: Schema) -> bool:
    """Tell whether a given value is of the type and among the values that the schema has; that is cheap to see."""
    if isinstance(value, list | dict):
        return True
    text = written(value)
    if node.enum:
        return text in map(written, node.enum)
    if node.type == "integer":
        return text.lstrip("+-").isdigit()
    return node.type != "boolean" or text in ("true", "false")


class _Inputs(Sampler):
    """Makes up what a caller fills in: words for what only the caller knows."""

    max_depth = 3
    """No style writes what is nested deeper."""

    def fields(self, node: Schema, path: str) -> list[str]:
        """Return the required fields of an object, or its first ones."""
        return super().fields(node, path) or list(node.properties)[:_FEW]

    def scalar(self, name: str, schema: Schema, node: Schema) -> tuple[Any, Origin]:
        """Return a placeholder, but for a boolean."""
        del schema
        return (True, "type") if node.type == "boolean" else (placeholder(name), "placeholder")
