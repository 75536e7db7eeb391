"""Where in the source a JSON pointer points to: the line of each problem.

The text is read a second time, along the pointers only: what lies beside them is skipped by the JSON decoder itself, or
by counting the brackets of YAML. It is done for documents that have problems.
"""

import contextlib
import json
import re
from collections.abc import Iterable, Iterator

import msgspec
import yaml

from engine.errors import InputError
from engine.specs import jsonc
from engine.specs.bundle import Neighbour
from engine.specs.decode import is_bracketed, is_json, text_of
from engine.specs.model import Problem, Spec
from engine.specs.problems import Problems
from engine.specs.refs import split_pointer, unescape
from engine.text import clean

_BLANK = re.compile(r"[ \t\r\n]*")
_SKIPPER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)
"""Numbers stay text: Python refuses to read one of more than 4,300 digits."""


def with_lines(spec: Spec, text: str, neighbour: Neighbour | None = None) -> Spec:
    """Return the spec with the line of each problem: of the part that its pointer names, or of the nearest one around.

    Args:
        spec: A spec as read.
        text: The document that it was read from.
        neighbour: Opens the other files of the document again.
    """
    if not spec.problems:
        return spec
    places = [split_pointer(problem.pointer) for problem in spec.problems]
    lines = {
        file: lines_of(_file_text(file, neighbour) if file else text, [inner for name, inner in places if name == file])
        for file in dict.fromkeys(name for name, _ in places)
    }
    problems = (
        _placed(problem, file, inner, lines[file].get(inner, 0))
        for problem, (file, inner) in zip(spec.problems, places, strict=True)
    )
    return msgspec.structs.replace(spec, problems=tuple(problems))


def _placed(problem: Problem, file: str, pointer: str, line: int) -> Problem:
    return msgspec.structs.replace(problem, file=file or problem.file, pointer=pointer, line=problem.line or line)


def _file_text(name: str, neighbour: Neighbour | None) -> str:
    try:
        text = text_of(neighbour(name), Problems()) if neighbour else ""
    except InputError:  # it was there a moment ago
        return ""
    return jsonc.strict(text, Problems()) if is_bracketed(text) else text


class _Part(msgspec.Struct):
    """A part of the document that a pointer leads to or through."""

    parts: dict[str, "_Part"] = {}
    at: int = -1
    """Character at which it begins, from 0; the line in YAML; -1 while it was not found."""


def lines_of(text: str, pointers: Iterable[str]) -> dict[str, int]:
    """Return the line of each pointer, from 1; a pointer to the whole document has none."""
    root = _Part()
    for pointer in pointers:
        part = root
        for key in pointer.split("/")[1:]:
            part = part.parts.setdefault(unescape(key), _Part())
    # The text was read before, so it is in order; but a file beside it may have changed since.
    with contextlib.suppress(yaml.YAMLError):
        if not (is_json(text) and _found_in_json(text, root)):
            _find_in_yaml(text, root)
    return {pointer: _nearest(root, pointer) + 1 for pointer in pointers if pointer}


def _nearest(part: _Part, pointer: str) -> int:
    found = part.at
    for key in pointer.split("/")[1:]:
        part = part.parts[unescape(key)]
        if part.at < 0:
            break
        found = part.at
    return found


def _all(part: _Part) -> Iterator[_Part]:
    pending = [part]
    while pending:
        part = pending.pop()
        yield part
        pending += part.parts.values()


def _found_in_json(text: str, root: _Part) -> bool:
    """Note the lines of all parts; False for what begins as JSON does and is YAML."""
    try:
        root.at = _after_blank(text, 0)
        _find_in_json(text, root.at, root)
    except (ValueError, IndexError):
        _forget(root)
        return False
    _count_lines(text, root)
    return True


def _after_blank(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at


def _find_in_json(text: str, at: int, part: _Part) -> int:
    """Note where the parts of the value that begins at `at` are; return where the value ends.

    Raises:
        ValueError, IndexError: The text is not JSON.
    """
    if not part.parts or text[at] not in "{[":
        return _SKIPPER.raw_decode(text, at)[1]
    is_object = text[at] == "{"
    at = _after_blank(text, at + 1)
    index = 0
    while text[at] not in "}]":
        key, begin = str(index), at
        if is_object:
            key, at = _SKIPPER.raw_decode(text, at)
            at = _after_blank(text, text.index(":", at) + 1)
        if (child := part.parts.get(clean(key))) is None:
            at = _SKIPPER.raw_decode(text, at)[1]
        else:
            _forget(child)
            child.at = begin
            at = _find_in_json(text, at, child)
        index += 1
        at = _after_blank(text, at)
        if text[at] == ",":
            at = _after_blank(text, at + 1)
    return at + 1


def _forget(part: _Part) -> None:
    """Take a part for one that was not found: of a key that is given twice the last one is read."""
    if part.at >= 0:
        for each in _all(part):
            each.at = -1


def _count_lines(text: str, root: _Part) -> None:
    line = end = 0
    for part in sorted(_all(root), key=lambda part: part.at):
        if part.at >= 0:
            line += text.count("\n", end, part.at)
            end, part.at = part.at, line


class _Open(msgspec.Struct):
    """A collection of YAML whose end was not read yet."""

    part: _Part | None
    """None beside all pointers."""
    is_mapping: bool
    index: int = 0
    value: _Part | None = None
    """In a mapping: the part whose value comes next."""
    at_key: bool = True


def _find_in_yaml(text: str, root: _Part) -> None:
    """Note the lines of all parts that are in the text.

    Raises:
        yaml.YAMLError: The text is not YAML.
    """
    missing = sum(1 for _ in _all(root))
    opened: list[_Open] = []
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.CollectionEndEvent):
            opened.pop()
            continue
        if not isinstance(event, yaml.NodeEvent):
            continue
        part = _part_at(event, opened) if opened else root
        if part is not None and part.at < 0 and event.start_mark:
            part.at = event.start_mark.line
            missing -= 1
            if not missing:
                return
        if isinstance(event, yaml.CollectionStartEvent):
            opened.append(_Open(part, isinstance(event, yaml.MappingStartEvent)))


def _part_at(event: yaml.NodeEvent, opened: list[_Open]) -> _Part | None:
    """Return the part of which an event is the key or the value."""
    holder = opened[-1]
    if holder.part is None:
        return None
    if not holder.is_mapping:
        holder.index += 1
        return holder.part.parts.get(str(holder.index - 1))
    holder.at_key = not holder.at_key
    if not holder.at_key:
        holder.value = holder.part.parts.get(clean(event.value)) if isinstance(event, yaml.ScalarEvent) else None
    return holder.value
