"""Bytes to `Spec`: what kind of document it is, by its content alone, the limits, and clear refusals."""

import re
from collections.abc import Callable
from importlib import import_module
from typing import Any

import msgspec

from engine.errors import SpecError
from engine.specs import yaml
from engine.specs.bundle import Neighbour, bundled
from engine.specs.limits import Budget, Limits, exceeded
from engine.specs.locate import with_lines
from engine.specs.model import Spec
from engine.text import clean, clean_line, clean_tree

_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))

_TREES: dict[str, Callable[[dict[str, Any]], bool]] = {
    "openapi": lambda tree: "openapi" in tree,
    "swagger": lambda tree: "swagger" in tree,
    "asyncapi": lambda tree: "asyncapi" in tree,
    "postman": lambda tree: isinstance(tree.get("info"), dict) and "item" in tree,
    "har": lambda tree: isinstance(tree.get("log"), dict) and "entries" in tree["log"],
    "introspection": lambda tree: "__schema" in (tree.get("data") if isinstance(tree.get("data"), dict) else tree),
}
"""Modules that read a JSON or YAML mapping, and what tells that it is theirs; the more specific ones first."""
_SKIPPED = r"(?:\s+|#[^\n]*|//[^\n]*|/\*.*?\*/|,)*"
_TEXTS = {
    "graphql": re.compile(
        _SKIPPED + r'(?:"""(?:[^"\\]|\\.|"(?!""))*"""|"(?:[^"\\\n]|\\.)*")?' + _SKIPPED + r"(?:extend\s+)?"
        r"(?:schema\s*[@{]|(?:type|interface|union|enum|input|scalar)\s+\w+\s*[@{=&]|(?:type|interface)\s+\w+\s+implements\b"
        r"|scalar\s+\w+\s*$|directive\s*@)",
        re.DOTALL | re.MULTILINE,
    ),
    "proto": re.compile(
        _SKIPPED
        + r"(?:syntax\s*=\s*[\"']proto[23]|edition\s*=\s*[\"']|package\s+[\w.]+\s*;|import\s+(?:\w+\s+)?[\"'][^\n]*;"
        r"|option\s+[\w.()]+\s*=|(?:message|service)\s+\w+\s*\{)",
        re.DOTALL,
    ),
}
"""Modules that read a text of their own syntax, and how it begins."""
_HTML = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL)
_LINK = re.compile(r"\s*\[(?:!?\[|[^\]\n]*\]\()")
"""A Markdown document that begins with a link or a badge, not with a JSON array."""
_SPEC_KEY = re.compile(r"^[\"']?(?:openapi|swagger|asyncapi)[\"']?\s*:", re.MULTILINE)
_MAPPING = re.compile(r"(?:\s*(?:#[^\n]*|---[^\n]*)?\n)*[\w\"'$./{}-]+\s*:(?:\s|$)")
"""A text that begins as a YAML mapping does."""


def read(data: bytes, limits: Limits = Limits(), *, name: str = "", neighbour: Neighbour | None = None) -> Spec:
    """Read one document.

    Args:
        data: The whole document; text in UTF-8 (with or without a byte order mark) or UTF-16 with one, PDF or DOCX.
        limits: How much is read.
        name: Name of the file, by which passages of a guide are cited. What the document is does not depend on it.
        neighbour: Opens the files beside the document that it refers to; without it such references are problems.

    Raises:
        SpecError: It cannot be read; one sentence says why and, where known, where. Problems that cost only a part of
            the document are listed in `Spec.problems` instead.
    """
    budget = Budget(limits)
    if len(data) > limits.max_document_mb * 1024 * 1024:
        raise exceeded(f"The document is larger than {limits.max_document_mb} MB", "max_document_mb")
    if module := _binary(data):
        return _guide(module, data, name, budget)
    text = _decode(data)
    try:
        return _read_text(text, name, neighbour, budget)
    except RecursionError as error:
        raise exceeded(f"The document is nested deeper than {limits.max_depth} levels", "max_depth") from error


def _binary(data: bytes) -> str:
    if data[:1024].lstrip().startswith(b"%PDF-"):
        return "pdf"
    return "docx" if data.startswith(b"PK\3\4") and b"word/" in data else ""


def _read_text(text: str, name: str, neighbour: Neighbour | None, budget: Budget) -> Spec:
    if text.lstrip()[:1] in ("{", "[") and not _LINK.match(text):
        return _read_tree(_json(text), text, name, neighbour, budget)
    if _HTML.match(text):
        return _guide("html", text, name, budget)
    for module, begins in _TEXTS.items():
        if begins.match(text):
            return _reader(module)(clean(text), budget)
    if _SPEC_KEY.search(text) or _MAPPING.match(text):
        try:
            tree = yaml.parse(text, budget.limits.max_depth)
        except SpecError:
            if _SPEC_KEY.search(text) and _MAPPING.match(text):
                raise
        else:
            if isinstance(tree, dict):
                return _read_tree(tree, text, name, neighbour, budget)
    return _guide("words", clean(text), name, budget)


def _read_tree(tree: Any, text: str, name: str, neighbour: Neighbour | None, budget: Budget) -> Spec:
    max_depth = budget.limits.max_depth
    tree = _cleaned(tree, max_depth)
    if isinstance(tree, dict):
        for module, theirs in _TREES.items():
            if theirs(tree):
                whole, problems = bundled(tree, neighbour, budget)
                spec = _reader(module)(whole, budget)
                if problems:
                    spec = msgspec.structs.replace(spec, problems=(*problems, *spec.problems))
                return with_lines(spec, text)
        if "paths" in tree or "swaggerVersion" in tree:
            raise SpecError(
                "The document looks like an API specification, but it has no `openapi` and no `swagger` key"
            )
    return _guide("samples", clean(text), name, budget)


def _reader(module: str) -> Callable[[Any, Budget], Spec]:
    """Return what reads a format; imported when it is needed, because some bring a library along."""
    parse: Callable[[Any, Budget], Spec] = import_module(f"engine.specs.{module}").parse
    return parse


def _guide(module: str, content: Any, name: str, budget: Budget) -> Spec:
    parse: Callable[[Any, str, Budget], Spec] = import_module(f"engine.specs.guides.{module}").parse
    return parse(content, clean_line(name) or "document", budget)


def _decode(data: bytes) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            data, codec = data[len(mark) :], encoding
            break
    else:
        codec = "utf-8"
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        raise SpecError("The document is not text in UTF-8 or UTF-16") from error
    if "\0" in text:
        raise SpecError("The document is binary data, not text")
    if not text.strip():
        raise SpecError("The document is empty")
    return text


def _json(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        # Python's parser reads what msgspec refuses but people write: lone surrogates, and numbers out of range, which
        # stay text. And it finds the place of a mistake, which msgspec gives in bytes or not at all.
        import json

        try:
            return json.loads(text, parse_constant=str, parse_float=yaml.scalar, parse_int=yaml.scalar)
        except json.JSONDecodeError as place:
            end = len(text.rstrip())
            if place.pos >= end or "truncated" in str(error):
                last = json.JSONDecodeError("", text, end)
                raise SpecError(f"The JSON ends too early, at line {last.lineno}, column {last.colno}") from error
            problem = place.msg.lower().removesuffix(" starting at")
            raise SpecError(f"The JSON is broken at line {place.lineno}, column {place.colno}: {problem}") from error


def _cleaned(tree: Any, max_depth: int) -> Any:
    try:
        return clean_tree(tree, max_depth)
    except ValueError as error:
        name = clean_line(str(error))[:80]
        raise SpecError(f"Two keys of the document differ only in signs that cannot be shown: {name!r}") from error
