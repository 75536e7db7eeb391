"""YAML to plain values, by the rules of YAML 1.2 that API specifications are written to.

PyYAML reads YAML 1.1, where `on`, `no`, `1e3`, `12:30` and dates become something else than what was written, and
where the second of two equal keys silently wins.
"""

import re
from collections.abc import Hashable
from typing import Any

import yaml

from engine.errors import SpecError
from engine.text import clean_line

MAX_EXPANDED = 20_000_000
"""Values that a document may have once its aliases are followed. The largest real one known has 2.5 million."""


class _Loader(yaml.CSafeLoader):
    """Core schema of YAML 1.2: only true/false, null, decimal and hexadecimal numbers are not strings."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - PyYAML's own name

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Build a mapping whose keys are strings, and refuse a key that is given twice."""
        self.flatten_mapping(node)
        mapping: dict[Hashable, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key is not a scalar", key_node.start_mark)
            key = key_node.value
            if key in mapping:
                problem = f"the key {key!r} is given twice"
                raise yaml.constructor.ConstructorError(None, None, problem, key_node.start_mark)
            mapping[key] = self.construct_object(value_node, deep=deep)
        return mapping

    def construct_yaml_map(self, node: yaml.MappingNode) -> Any:
        """Build a mapping in two steps, so that it can contain itself through an alias."""
        mapping: dict[Hashable, Any] = {}
        yield mapping
        mapping.update(self.construct_mapping(node))


_Loader.add_constructor("tag:yaml.org,2002:map", _Loader.construct_yaml_map)
for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+0123456789."),
    ("merge", r"<<", "<"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), list(_first))


def _int(loader: _Loader, node: yaml.ScalarNode) -> int:
    text = loader.construct_scalar(node)
    return int(text, 0) if text[:2] in ("0o", "0x") else int(text)


def _float(loader: _Loader, node: yaml.ScalarNode) -> float:
    return float(loader.construct_scalar(node))


_Loader.add_constructor("tag:yaml.org,2002:int", _int)
_Loader.add_constructor("tag:yaml.org,2002:float", _float)


def parse(text: str) -> Any:
    """Return the value of a YAML document.

    Raises:
        SpecError: It is not YAML, repeats a key, or its aliases multiply beyond `MAX_EXPANDED`; says line and column.
        RecursionError: It is nested too deeply.
    """
    try:
        # A safe loader: _Loader derives from CSafeLoader and adds no object constructors.
        value = yaml.load(text, Loader=_Loader)  # noqa: S506
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise SpecError(f"The YAML is broken{where}: {clean_line(error.problem or 'unreadable')}") from error
    except yaml.YAMLError as error:
        raise SpecError(f"The YAML is broken: {clean_line(str(error))}") from error
    except ValueError as error:
        raise SpecError(f"The YAML has a number that cannot be read: {clean_line(str(error))}") from error
    if "*" in text and "&" in text and _expanded(value, {}, set()) > MAX_EXPANDED:
        raise SpecError(f"The YAML's aliases multiply to more than {MAX_EXPANDED:,} values")
    return value


def _expanded(value: Any, known: dict[int, int], open_: set[int]) -> int:
    """Count the values that a walk over `value` would meet, each shared part as often as it is referred to."""
    if not isinstance(value, dict | list):
        return 1
    identity = id(value)
    if identity in open_:
        raise SpecError("A YAML alias contains itself")
    if identity not in known:
        open_.add(identity)
        children = value.values() if isinstance(value, dict) else value
        known[identity] = 1 + sum(_expanded(child, known, open_) for child in children)
        open_.discard(identity)
    return known[identity]
