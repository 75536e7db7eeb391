"""What is said of single values of an enum. JSON Schema has no keyword for it, so documents have ways of their own."""

from collections.abc import Iterable
from typing import Any

from engine.specs.model import EnumValue, Schema, written
from engine.specs.nodes import items, line, mapping, text

_NAMES = ("x-enum-varnames", "x-enumNames")
_DESCRIPTIONS = ("x-enum-descriptions", "x-enumDescriptions")
_DEPRECATED = ("x-enumDeprecated",)
_AZURE = "x-ms-enum"
"""Has a name for the whole too, so it stays among the extensions."""
EXTENSIONS = frozenset((*_NAMES, *_DESCRIPTIONS, *_DEPRECATED, _AZURE))
"""Extensions of a schema that say something of the values of its enum."""


def enum_values(enum: tuple[Any, ...], extensions: dict[str, Any]) -> dict[str, EnumValue]:
    """Return what extensions say of the values of an enum, and take those out that say nothing else.

    Each is a list beside the list of values, or a mapping from value to what is said. A value that code calls by a
    name of its own (`0` that means `Active`) is described by that name too.
    """
    values = [written(value) for value in enum]
    names, descriptions, deprecated = (
        _by_value(values, [extensions.pop(key, None) for key in keys]) for keys in (_NAMES, _DESCRIPTIONS, _DEPRECATED)
    )
    for choice in map(mapping, items(mapping(extensions.get(_AZURE)).get("values"))):
        value = written(choice.get("value"))
        names[value], descriptions[value] = choice.get("name"), choice.get("description")
    found = {}
    for value in values:
        said = _described(value, line(names.get(value)), text(descriptions.get(value)).strip())
        if said or deprecated.get(value) is True:
            found[value] = EnumValue(description=said, deprecated=deprecated.get(value) is True)
    return found


def described_choices(choices: Iterable[Schema]) -> tuple[tuple[Any, ...], dict[str, EnumValue]] | None:
    """Return the values, and what is said of them, of a `oneOf` whose parts are constants; None for another one.

    That is how JSON Schema itself documents the values of an enum.
    """
    values: dict[str, EnumValue] = {}
    enum: list[Any] = []
    for choice in choices:
        bare = Schema(
            type=choice.type,
            title=choice.title,
            description=choice.description,
            deprecated=choice.deprecated,
            enum=choice.enum,
        )
        if len(choice.enum) != 1 or choice != bare:
            return None
        value = written(choice.enum[0])
        enum += choice.enum
        said = _described(value, choice.title, choice.description)
        if said or choice.deprecated:
            values[value] = EnumValue(description=said, deprecated=choice.deprecated)
    return tuple(enum), values


def _by_value(values: list[str], sources: list[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for said in sources:
        if isinstance(said, dict):
            found |= said
        elif isinstance(said, list):
            found |= zip(values, said, strict=False)
    return found


def _described(value: str, name: str, description: str) -> str:
    return ": ".join(filter(None, ("" if name == value else name, description)))
