"""JSON and YAML that are no API description, such as a saved response, to passages of a few members or elements each.

Secrets in them are hidden. A passage is valid JSON or YAML by itself, or a long text without its quotes; its heading
says where it belongs: `$.user.address`.
"""

import json
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

import msgspec
import yaml

from engine.specs.decode import is_json, tree_of
from engine.specs.guides.passages import HEADING_CHARS, PASSAGE_CHARS, WHOLE_CHARS, Block, guide, stem
from engine.specs.limits import Budget
from engine.specs.locate import lines_of
from engine.specs.model import Spec
from engine.specs.nodes import line, mapping
from engine.specs.problems import Problems
from engine.specs.recordings.redact import TreeRedactor
from engine.specs.refs import escape

_PLAIN_NAME = re.compile(r"[A-Za-z_][\w-]*")


_Tree = dict[str, Any] | list[Any]


class _Piece(msgspec.Struct, frozen=True):
    """A mapping or list, or some neighbours in one that is too long for a passage; or a long text."""

    pointer: str
    """Of the first of them."""
    path: str
    value: _Tree | str


def parse(content: str, file: str, budget: Budget) -> Spec:
    """Read a cleaned text in JSON or YAML whose value is a mapping or a list.

    Raises:
        SpecError: It holds nothing, or is more than the limits allow.
        RecursionError: It is nested deeper than the limits allow.
    """
    decoded = tree_of(content, budget.limits, Problems())  # of which the problems are known already
    kind = "json" if is_json(content) and not decoded.is_braced else "yaml"
    tree = TreeRedactor().tree(decoded.value, budget)
    pieces = list(_pieces(tree, "", "$", budget))
    lines = lines_of(decoded.text, {piece.pointer for piece in pieces})
    blocks = chain.from_iterable(_blocks(piece, lines[piece.pointer], kind) for piece in pieces)
    title = line(mapping(tree).get("title")) or stem(file)
    return guide(blocks, file, kind, budget, "starts", title)


def _pieces(value: _Tree, pointer: str, path: str, budget: Budget) -> Iterator[_Piece]:
    """Yield a value in pieces that fit into a passage, but for long texts."""
    budget.spend(1 + len(pointer) // 64)  # a long name costs memory in each pointer below it
    run: list[tuple[str | int, Any]] = []
    size = 0
    children: Iterable[tuple[str | int, Any]] = value.items() if isinstance(value, dict) else enumerate(value)
    for key, child in children:
        length = _length(key, child)
        if run and size + length > PASSAGE_CHARS:
            yield _piece(value, run, pointer, path)
            run, size = [], 0
        if length > PASSAGE_CHARS and isinstance(child, dict | list):
            yield from _pieces(child, *_below(pointer, path, key), budget)
        elif length > PASSAGE_CHARS and isinstance(child, str):
            yield _Piece(*_below(pointer, path, key), child)
        else:
            run.append((key, child))
            size += length
    if run:
        yield _piece(value, run, pointer, path)


def _below(pointer: str, path: str, key: str | int) -> tuple[str, str]:
    name = str(key)
    step = f".{name}" if _PLAIN_NAME.fullmatch(name) else f"[{json.dumps(key, ensure_ascii=False)}]"
    return f"{pointer}/{escape(name)}", path + step


def _length(key: str | int, value: Any) -> int:
    """Return how long a member will be when it is written over several lines; of a long one, at least that long."""
    compact = msgspec.json.encode(value)
    pretty = compact if len(compact) > PASSAGE_CHARS else msgspec.json.format(compact, indent=4)
    return len(str(key)) + len(pretty)


def _piece(whole: _Tree, run: list[tuple[str | int, Any]], pointer: str, path: str) -> _Piece:
    first = run[0][0]
    pointer = f"{pointer}/{escape(str(first))}"
    if isinstance(whole, dict):
        return _Piece(pointer, path, {str(key): child for key, child in run})
    if isinstance(first, int) and len(run) < len(whole):
        path += f"[{first}]" if len(run) == 1 else f"[{first}:{first + len(run)}]"
    return _Piece(pointer, path, [child for _, child in run])


def _blocks(piece: _Piece, place: int, kind: str) -> Iterator[Block]:
    """Yield its path as a heading, and it as code or text."""
    path = piece.path if len(piece.path) <= HEADING_CHARS else f"…{piece.path[1 - HEADING_CHARS :]}"
    yield Block("", place, path, level=1)
    if isinstance(piece.value, str):
        yield Block(piece.value, place)
        return
    if kind == "json":
        text = msgspec.json.format(msgspec.json.encode(piece.value), indent=2).decode()
    else:
        text = yaml.dump(piece.value, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True, width=WHOLE_CHARS)
    yield Block(f"```{kind}\n{text.rstrip()}\n```", place, whole=True)
