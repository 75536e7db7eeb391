"""What values look like: a `Schema` from samples of decoded JSON, and a small example to show."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from engine.secrets.redact import REDACTED, is_placeholder
from engine.specs.limits import Budget
from engine.specs.model import Schema

_MAX_DEPTH = 20
"""Nesting that is described; what is deeper is only named by its type."""
_MAX_ITEMS = 1000
"""Elements of one array that are looked at."""
_MAX_PROPERTIES = 500
"""Properties of one object that are described."""
_MAX_SCALAR = 100
"""Characters of a text that is shown as the example of a field."""
_EXAMPLE_ITEMS = 3
"""Elements of each array in an example."""
_EXAMPLE_TEXT = 1000
"""Characters of each text in an example."""
_EXAMPLE_PARTS = 500
"""Values in an example."""

_FORMATS = {
    "uuid": re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
    "date-time": re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)"),
    "date": re.compile(r"\d{4}-\d\d-\d\d"),
    "email": re.compile(r"[\w.+'-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}"),
    "uri": re.compile(r"https?://[^\s<>\"{}]+"),
}
"""Formats of JSON Schema that a text shows by itself."""
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,17})?")
_IDENTIFIERS = (
    re.compile(r"[0-9]+|(?=[^0-9]*[0-9])[0-9a-fA-F]{16,}|" + REDACTED),
    *(_FORMATS[name] for name in ("uuid", "email", "date")),
)
_SWITCH = re.compile(r"[0-9](?=[A-Za-z])|[A-Za-z](?=[0-9])")
_OPAQUE = re.compile(r"[A-Za-z0-9_~.=-]{8,}")
_SWITCHES = 3
"""Changes between letters and digits from which on a text is no word: `dQw4w9WgXcQ` has four, `oauth2` one."""
_TYPES: dict[type, str] = {
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
    type(None): "null",
}


def infer(samples: Sequence[Any], budget: Budget, depth: int = 0) -> Schema:
    """Return the schema that all samples of one value fit.

    A property is required when every object has it; the elements of all arrays count as samples of one item; an object
    whose keys are identifiers is a map. Several types are joined by ` | `.

    Args:
        samples: Decoded JSON values.
        budget: One part of it is spent for each value.
        depth: How deep in the whole value the samples are.

    Raises:
        SpecError: They are more than the limits allow.
    """
    budget.spend(len(samples) or 1)
    types = dict.fromkeys(_TYPES[type(sample)] for sample in samples)
    nullable = len(types) > 1 and "null" in types
    implied = {"null"} if nullable else set()
    if "number" in types:
        implied.add("integer")
    schema: dict[str, Any] = {}
    if depth < _MAX_DEPTH:
        if objects := [sample for sample in samples if isinstance(sample, dict)]:
            schema |= _object(objects, budget, depth)
        if elements := [item for sample in samples if isinstance(sample, list) for item in sample[:_MAX_ITEMS]]:
            schema["items"] = infer(elements, budget, depth + 1)
    return Schema(
        type=" | ".join(name for name in types if name not in implied),
        nullable=nullable,
        format=_format([sample for sample in samples if isinstance(sample, str)]),
        example=next(filter(_is_scalar_example, samples), None),
        **schema,
    )


def _object(objects: list[dict[str, Any]], budget: Budget, depth: int) -> dict[str, Any]:
    values: dict[str, list[Any]] = {}
    for each in objects:
        budget.spend(len(each) or 1)
        for name, value in each.items():
            values.setdefault(name, []).append(value)
    if len(values) > 1 and all(map(is_identifier, values)):
        return {"additional": infer([value for found in values.values() for value in found], budget, depth + 1)}
    shown = list(values)[:_MAX_PROPERTIES]
    return {
        "properties": {name: infer(values[name], budget, depth + 1) for name in shown},
        "required": tuple(name for name in shown if len(values[name]) == len(objects)),
    }


def _format(texts: Sequence[str]) -> str:
    """Return the format that all texts have; empty and redacted ones say nothing."""
    telling = [text for text in texts if text and REDACTED not in text]
    if not telling:
        return ""
    return next((name for name, form in _FORMATS.items() if all(map(form.fullmatch, telling))), "")


def _is_scalar_example(value: Any) -> bool:
    if isinstance(value, str):
        return 0 < len(value) <= _MAX_SCALAR and REDACTED not in value and not is_placeholder(value)
    return isinstance(value, int | float)


def typed(texts: Iterable[str]) -> list[Any]:
    """Return texts from a URL, a header or a form as truth values or numbers, where all of them are written so."""
    found = list(texts)
    if found and all(text in ("true", "false") for text in found):
        return [text == "true" for text in found]
    if found and all(map(_INTEGER.fullmatch, found)):
        return list(map(int, found))
    return list(map(float, found)) if found and all(map(_NUMBER.fullmatch, found)) else list(found)


def is_identifier(text: str) -> bool:
    """Return whether a text names one thing among many: a number, a UUID, an address, a date, or one that is opaque.

    Words, and words with a number (`v2`, `oauth2`, `top-10`), are none.
    """
    if len(text) > _MAX_SCALAR or any(form.fullmatch(text) for form in _IDENTIFIERS):
        return True
    return _OPAQUE.fullmatch(text) is not None and len(_SWITCH.findall(text)) >= _SWITCHES


def example(value: Any) -> Any:
    """Return a value small enough to show: arrays of few elements, no long texts, no more than some hundred parts."""
    return _Cutter().cut(value)


class _Cutter:
    def __init__(self) -> None:
        self._left = _EXAMPLE_PARTS

    def cut(self, value: Any) -> Any:
        self._left -= 1
        if isinstance(value, str):
            return value if len(value) <= _EXAMPLE_TEXT else value[:_EXAMPLE_TEXT] + "…"
        if isinstance(value, list):
            return [self.cut(item) for item in value[:_EXAMPLE_ITEMS] if self._left > 0]
        if isinstance(value, dict):
            return {key: self.cut(item) for key, item in value.items() if self._left > 0}
        return value
