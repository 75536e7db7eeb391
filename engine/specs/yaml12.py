"""YAML to plain values, by the rules of YAML 1.2 that API specifications are written to.

Only the parser of PyYAML is used, and its events are put together here. Its loaders read YAML 1.1, where `on`, `no`,
`12:30` and dates become something else than what was written; they let the second of two equal keys win silently, build
sets and tuples for tags that ask for them, and recurse in C, so that deep nesting would end the process.
"""

import math
import re
from collections.abc import Callable, Iterable
from typing import Any

import msgspec
import yaml

from engine.errors import SpecError
from engine.specs.limits import Limits, exceeded
from engine.specs.refs import DOCUMENTS, escape
from engine.text import clean

Noted = Callable[[str, str, int], None]
"""Takes what is wrong with a part that was read all the same: JSON pointer, message and line; see `Problems`."""
_VALUE_CHARACTERS = 64
"""Characters of a text that count as one more value: an alias repeats a long text too."""

_CONSTANTS = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("null", "Null", "NULL", "~", ""), None),
}
_INTEGER = re.compile(r"[-+]?[0-9]{1,20}|0o[0-7]{1,22}|0x[0-9a-fA-F]{1,16}")
"""Of as many digits as 64 bits can need; a longer number stays text."""
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+\.[0-9]*|[0-9]+(?=[eE]))([eE][-+]?[0-9]+)?")
_NUMBER_STARTS = frozenset("+-.0123456789")
_VERSION = ["info", "version"]
"""Where a number is a text: version 1.10 is not 1.1."""
_MAX_NAME = 80
"""Characters of a key that are quoted."""
_TYPED = frozenset(f"tag:yaml.org,2002:{name}" for name in ("bool", "float", "int", "null"))


class _Open(msgspec.Struct):
    """A collection whose end was not read yet."""

    value: dict[str, Any] | list[Any]
    anchor: str | None
    expanded: int
    """Values of the document when it began."""
    key: str | None = None
    """In a mapping: the key whose value comes next."""
    merging: bool = False
    """That key is `<<`."""
    merged: dict[str, Any] | None = None
    """What `<<` brought; the mapping's own keys win."""


def parse(text: str, limits: Limits, noted: Noted) -> Any:
    """Return the value of a YAML document: dictionaries with text as keys, lists, text, numbers, booleans and None.

    Tags are followed for booleans, null, numbers and text alone; others leave a value as it is written. Of a key that
    is given twice the last value is read; of a specification that other documents follow, the first one. Both are
    noted.

    Raises:
        SpecError: It is not YAML, or its aliases multiply to more values than `max_parts`; says line and column. The
            largest real document known has 2.5 million values.
        RecursionError: It is nested deeper than `max_depth`.
    """
    try:
        return _Builder(limits, noted).build(yaml.parse(text, Loader=yaml.CSafeLoader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        tab = mark is not None and text[mark.index : mark.index + 1] == "\t"
        problem = "a tab, where only blanks may stand" if tab else error.problem or "it cannot be read"
        raise _broken(problem, mark) from error
    except yaml.YAMLError as error:
        raise _broken(str(error), None) from error


def scalar(text: str) -> Any:
    """Return what a scalar without quotes stands for by YAML 1.2's core schema; a text stands for itself."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] in _NUMBER_STARTS:
        if _INTEGER.fullmatch(text):
            return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
        if _FLOAT.fullmatch(text) and math.isfinite(number := float(text)):
            return number
    return text


class _Builder:
    """Puts the events of one document together, without recursion."""

    def __init__(self, limits: Limits, noted: Noted) -> None:
        self._limits = limits
        self._noted = noted
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Any, int] | None] = {}
        """Value and how many values it stands for; None while it is being read."""
        self._expanded = 0
        self._aliased = 0
        """Values that aliases brought."""
        self._root: Any = None

    def build(self, events: Iterable[yaml.Event]) -> Any:
        left = iter(events)
        for event in left:
            if isinstance(event, yaml.ScalarEvent):
                self._scalar(event)
            elif isinstance(event, yaml.CollectionStartEvent):
                self._start(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                self._end(event)
            elif isinstance(event, yaml.AliasEvent):
                self._alias(event)
            elif isinstance(event, yaml.DocumentStartEvent) and self._expanded:
                self._pass_over(event.start_mark, left)
                break
        return self._root

    def _pass_over(self, mark: Any, events: Iterable[yaml.Event]) -> None:
        """Leave out the documents that follow a specification, or one that nothing follows but a mark."""
        is_empty = all(_is_empty(event) for event in events if isinstance(event, yaml.NodeEvent))
        if not _is_specification(self._root):  # of a text in words it is the end of the front matter
            raise _broken("there is a second document", mark)
        what = "empty" if is_empty else "not read"
        self._noted("", f"is followed by a second document, which is {what}", mark.line + 1)

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        text = event.value
        if self._at_key():
            self._key(text, event)
            return
        plain = event.implicit[0] if event.tag is None else event.tag in _TYPED
        value = scalar(text) if plain and not self._is_version() else text
        size = 1 + len(text) // _VALUE_CHARACTERS
        self._expanded += size
        if event.anchor:
            self._anchors[event.anchor] = (value, size)
        self._add(value, event)

    def _start(self, event: yaml.CollectionStartEvent) -> None:
        if self._at_key():
            raise _broken("a key is not a text", event.start_mark)
        if len(self._open) >= self._limits.max_depth:
            raise RecursionError
        if event.anchor:
            self._anchors[event.anchor] = None
        value: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
        self._open.append(_Open(value, event.anchor, self._expanded))
        self._expanded += 1

    def _end(self, event: yaml.CollectionEndEvent) -> None:
        done = self._open.pop()
        value = {**done.merged, **done.value} if done.merged and isinstance(done.value, dict) else done.value
        if done.anchor:
            self._anchors[done.anchor] = (value, self._expanded - done.expanded)
        self._add(value, event)

    def _alias(self, event: yaml.AliasEvent) -> None:
        if self._at_key():
            raise _broken("a key is not a text", event.start_mark)
        if event.anchor not in self._anchors:
            raise _broken(f"the alias *{event.anchor} stands for nothing", event.start_mark)
        target = self._anchors[event.anchor]
        if target is None:
            raise _broken(f"the alias *{event.anchor} contains itself", event.start_mark)
        value, size = target
        self._expanded += size
        self._aliased += size
        if self._aliased > self._limits.max_parts:
            many = f"{self._limits.max_parts:,} values"
            raise exceeded(
                f"The aliases of the YAML multiply to more than {many}{_place(event.start_mark)}", "max_parts"
            )
        self._add(value, event)

    def _at_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1].value, dict) and self._open[-1].key is None

    def _is_version(self) -> bool:
        return len(self._open) == len(_VERSION) and [collection.key for collection in self._open] == _VERSION

    def _key(self, key: str, event: yaml.ScalarEvent) -> None:
        mapping = self._open[-1]
        mapping.merging = key == "<<" and event.implicit[0]
        if key in mapping.value and not mapping.merging:
            message = f"the key {clean(key)[:_MAX_NAME]!r} is given more than once; the last one is read"
            self._noted(f"{self._pointer()}/{escape(clean(key))}", message, _line(event))
        mapping.key = key

    def _pointer(self) -> str:
        """Return the JSON pointer of the innermost collection that is open."""
        names = (
            str(len(each.value)) if isinstance(each.value, list) else clean(each.key or "") for each in self._open[:-1]
        )
        return "".join(f"/{escape(name)}" for name in names)

    def _add(self, value: Any, event: yaml.Event) -> None:
        """Put a finished value where it belongs."""
        if not self._open:
            self._root = value
            return
        parent = self._open[-1]
        if isinstance(parent.value, list):
            parent.value.append(value)
            return
        key, parent.key = parent.key, None
        if not parent.merging:
            parent.value[key or ""] = value
            return
        parent.merged = {} if parent.merged is None else parent.merged
        for source in value if isinstance(value, list) else [value]:
            if not isinstance(source, dict):
                raise _broken("<< takes a mapping or a list of mappings", event.start_mark)
            for name, item in source.items():
                parent.merged.setdefault(name, item)


def _is_specification(value: Any) -> bool:
    versions = (value.get(key) for key in DOCUMENTS) if isinstance(value, dict) and "info" in value else ()
    return any(str(version)[:1].isdigit() for version in versions if version is not None)


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 0


def _is_empty(event: yaml.NodeEvent) -> bool:
    return isinstance(event, yaml.ScalarEvent) and not event.value and event.implicit[0]


def _broken(problem: str, mark: Any) -> SpecError:
    return SpecError(f"The YAML is broken{_place(mark)}: {problem}")


def _place(mark: Any) -> str:
    return f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
