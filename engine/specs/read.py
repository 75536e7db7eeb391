"""Bytes to `Spec`: what kind of document it is, by its content, the limits, and clear refusals."""

import re
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

import msgspec

from engine.errors import SpecError
from engine.specs.bundle import Neighbour, bundled
from engine.specs.decode import Decoded, is_bracketed, text_of, tree_of
from engine.specs.limits import Budget, Limits, exceeded
from engine.specs.locate import with_lines
from engine.specs.model import Problem, Spec
from engine.specs.nodes import mapping
from engine.specs.overlay import Overlay, is_overlay, overlaid
from engine.specs.problems import Problems
from engine.specs.suspects import with_suspects
from engine.text import clean, clean_line

_TREES: dict[str, Callable[[dict[str, Any]], bool]] = {
    "openapi.openapi": lambda tree: "openapi" in tree,
    "openapi.swagger": lambda tree: "swagger" in tree,
    "asyncapi.asyncapi": lambda tree: "asyncapi" in tree,
    "arazzo.arazzo": lambda tree: "arazzo" in tree,
    "recordings.postman": lambda tree: (
        "_postman_variable_scope" in tree
        or (isinstance(tree.get("info"), dict) and isinstance(tree.get("item"), list))
        or "info" in mapping(tree.get("collection"))
        or ("requests" in tree and "order" in tree)
    ),
    "recordings.har": lambda tree: "entries" in mapping(tree.get("log")),
    "smithy.smithy": lambda tree: "smithy" in tree and isinstance(tree.get("shapes"), dict),
    "recordings.bruno": lambda tree: tree.get("type") == "collection" and "version" in tree and "name" in tree,
    "recordings.opencollection": lambda tree: (
        "opencollection" in tree and mapping(tree.get("info")).get("type") != "workspace"
    ),
    "recordings.insomnia": lambda tree: (
        (tree.get("_type") == "export" and "__export_format" in tree) or ".insomnia.rest/" in str(tree.get("type"))
    ),
    "graphql.introspection": lambda tree: "__schema" in tree or "__schema" in mapping(tree.get("data")),
}
"""Modules that read a JSON or YAML mapping, and what tells that it is theirs; the more specific ones first."""
_REFERRING = ("openapi.openapi", "openapi.swagger", "asyncapi.asyncapi", "arazzo.arazzo")
"""Those that may be split over files by `$ref`."""
_IMPORTING = ("protobuf.proto", "recordings.bruno", "recordings.http", "recordings.opencollection")
"""Those that look for other files in a way of their own."""
_NAMED = ("recordings.bru", "recordings.http", "recordings.hurl")
"""Those that have no title but the name of their file."""
_SKIPPED = r"(?>\s+|#[^\n]*|//[^\n]*|/\*.*?\*/|,)*+"
_TEXTS = {
    "protobuf.proto": re.compile(
        r"(?>\s+|//[^\n]*|/\*.*?\*/)*+"
        r"(?:syntax\s*=\s*[\"']proto|edition\s*=\s*[\"']\w+[\"']\s*;"
        r"|package\s+[\w.]+\s*;(?=.*?\b(?:message|service|enum|extend)\s+[\w.]++\s*\{)"  # Java begins so too
        r"|import\s+(?:(?:public|weak|option)\s+)?[\"'][^\"'\n]+\.proto[\"']"
        r"|option\s+[\w.()]+\s*=[^\n]*[;{]|(?:message|service)\s+\w+\s*\{|enum\s+\w+\s*\{\s*\w+\s*=)",
        re.DOTALL,
    ),
    "graphql.sdl": re.compile(
        _SKIPPED + r'(?:"""(?>[^"\\]+|\\.|"(?!""))*+"""|"(?>[^"\\\n]+|\\.)*+")?' + _SKIPPED + r"(?:extend\s+)?"
        r"(?:schema\s*[@{]|(?:type|interface)\s+\w+\s*(?:@\w|\{|implements\b)|(?:enum|input)\s+\w+\s*(?:@\w|\{)"
        r"|union\s+\w+\s*(?:@\w|=)|scalar\s+\w+\s*@\w|directive\s*@\s*\w+\s*(?:\(|on\b|repeatable\b)"
        r"|(?:type|interface|union|enum|input|scalar)\s+\w++[^\S\n]*+(?:#[^\n]*)?(?:\Z|\n"  # a line with nothing else
         + _SKIPPED + r'(?:"|\Z|(?:extend|schema|type|interface|union|enum|input|scalar|directive)\b)))',
        re.DOTALL,
    ),
}
"""Modules that read a text of their own syntax, and how it begins."""
_HTML = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?><!--.*?-->\s*)*+<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL)
_LINK = re.compile(r"\s*\[(?:!\[|\[?(?!true|false|null|NaN|Infinity)[A-Za-z_]|[^\]\n\[{\"]*\][(:\[])")
"""A text in words that begins with a badge, a link, `[TOC]` or `[section]`, not with a JSON array."""
_TEMPLATE = re.compile(r"\s*\{[{%]")
"""A text that a program fills in, as Jinja writes it: neither JSON nor YAML begins so."""
_SPEC_KEY = re.compile(r"(?:^|[{,]\s*+)[\"']?(?:openapi|swagger|asyncapi|arazzo)[\"']?\s*:", re.MULTILINE)
_MAPPING = re.compile(r"(?>[^\S\n]*(?:#[^\n]*|---[^\n]*)?\n)*+[\w\"'$./{}-]++\s*+:(?:\s|$)")
"""A text that begins as a YAML mapping does."""
_SPEC_OR_FENCE = re.compile(
    r"^(?:(?P<spec>[\"']?(?:openapi|swagger|asyncapi|arazzo)[\"']?\s*:\s*[\"']?\d|(?:info|paths|components|definitions):\s*$)"
    r"|```|~~~)",
    re.MULTILINE,
)
"""What a broken specification has before the first fence, and a guide that quotes one has not."""


def read(
    data: bytes,
    limits: Limits = Limits(),
    *,
    name: str = "",
    neighbour: Neighbour | None = None,
    overlays: Sequence[Overlay] = (),
) -> Spec:
    """Read one document.

    Args:
        data: The whole document; text in UTF-8 or UTF-16, PDF or DOCX.
        limits: How much is read.
        name: Name of the file, by which passages of a guide are cited. What the document is depends on it only
            where its content leaves that open; see `recordings.forms`.
        neighbour: Opens the files beside the document that it refers to; without it such references are problems.
        overlays: What changes the document before it is read, in this order.

    Raises:
        SpecError: It cannot be read, or an overlay cannot change it; one sentence says why and, where known, where.
            Problems that cost only a part of the document are listed in `Spec.problems` instead.
    """
    budget = Budget(limits)
    if len(data) > limits.max_document_mb * 1024 * 1024:
        raise exceeded(f"The document is larger than {limits.max_document_mb} MB", "max_document_mb")
    if (module := _binary(data)) and not overlays:
        return with_suspects(_guide(module, data, name, budget), "", budget)
    noted = Problems()
    text = text_of(data, noted)
    try:
        spec = _with_problems(noted.kept, _read_text(text, name, neighbour, overlays, budget))
    except RecursionError as error:
        raise exceeded(f"The document is nested deeper than {limits.max_depth} levels", "max_depth") from error
    if overlays and not spec.about.overlays:
        raise SpecError(f"An overlay changes specifications in JSON or YAML, and this is {spec.about.format}")
    return spec


def _binary(data: bytes) -> str:
    if data[:1024].lstrip().startswith(b"%PDF-"):
        return "pdf"
    return "docx" if data.startswith(b"PK\3\4") and b"word/" in data else ""


def _read_text(text: str, name: str, neighbour: Neighbour | None, overlays: Sequence[Overlay], budget: Budget) -> Spec:
    is_words = _LINK.match(text) or (_TEMPLATE.match(text) and not _SPEC_KEY.search(text))
    if is_bracketed(text) and not is_words:
        return _read_tree(*_bracketed(text, budget), name, neighbour, overlays, budget)
    if _HTML.match(text):
        return with_suspects(_guide("html", text, name, budget), text, budget)
    from engine.specs.recordings.forms import form_of  # and readers with it, which JSON does not need

    if module := form_of(text, name) or next((module for module, begins in _TEXTS.items() if begins.match(text)), ""):
        around = (neighbour,) if module in _IMPORTING else ()
        named = (clean_line(name),) if module in _NAMED else ()
        return with_suspects(_reader(module)(clean(text), budget, *around, *named), text, budget)
    if _SPEC_KEY.search(text) or _MAPPING.match(text):
        noted = Problems()
        try:
            decoded = tree_of(text, budget.limits, noted)
        except SpecError:
            if _MAPPING.match(text) and (first := _SPEC_OR_FENCE.search(text)) and first["spec"]:
                raise
        else:
            if isinstance(decoded.value, dict):
                return _read_tree(decoded, noted.kept, name, neighbour, overlays, budget)
    return with_suspects(_guide("words", clean(text), name, budget), text, budget)


def _bracketed(text: str, budget: Budget) -> tuple[Decoded, tuple[Problem, ...]]:
    """Return what a text that begins as JSON does says, and what is wrong with it."""
    noted = Problems()
    decoded = tree_of(text, budget.limits, noted)
    if decoded.is_braced:
        line = text[: len(text) - len(text.lstrip())].count("\n") + 1
        noted("", "begins as JSON does and is none; it is read as YAML", line)
    return decoded, noted.kept


def _read_tree(
    decoded: Decoded,
    noted: tuple[Problem, ...],
    name: str,
    neighbour: Neighbour | None,
    overlays: Sequence[Overlay],
    budget: Budget,
) -> Spec:
    tree, text, _ = decoded
    if isinstance(tree, dict):
        if is_overlay(tree):
            hint = f"Apply it: `specdeck add DOCUMENT --overlay {name or 'FILE'}`"
            raise SpecError("This is an overlay, which changes another document and is none by itself", hint=hint)
        tree, problems = overlaid(tree, overlays, budget)
        noted = (*noted, *problems)
        for module, theirs in _TREES.items():
            if theirs(tree):
                if module in _REFERRING:
                    tree, problems = bundled(tree, neighbour, budget)
                    noted = (*noted, *problems)
                around = (neighbour,) if module in _IMPORTING else ()
                spec = with_suspects(_with_problems(noted, _reader(module)(tree, budget, *around)), text, budget)
                # What overlays have moved stands elsewhere in the text.
                return _as_overlaid(spec, overlays) if overlays else with_lines(spec, text, neighbour)
        if _is_nearly_a_spec(tree):
            raise SpecError(
                "The document looks like an API specification, but it has no `openapi` and no `swagger` key"
            )
    return with_suspects(_with_problems(noted, _guide("samples", clean(text), name, budget)), text, budget)


def _as_overlaid(spec: Spec, overlays: Sequence[Overlay]) -> Spec:
    about = msgspec.structs.replace(spec.about, overlays=tuple(overlay.file for overlay in overlays))
    return msgspec.structs.replace(spec, about=about)


def _with_problems(noted: tuple[Problem, ...], spec: Spec) -> Spec:
    return msgspec.structs.replace(spec, problems=(*noted, *spec.problems)) if noted else spec


def _is_nearly_a_spec(tree: dict[str, Any]) -> bool:
    """Tell whether a document is an OpenAPI one that lacks its version: no sample of data, and no part of another."""
    return "swaggerVersion" in tree or ("info" in tree and isinstance(tree.get("paths"), dict))


def _reader(module: str) -> Callable[..., Spec]:
    """Return what reads a format; imported when it is needed, because some bring a library along."""
    parse: Callable[..., Spec] = import_module(f"engine.specs.{module}").parse
    return parse


def _guide(module: str, content: Any, name: str, budget: Budget) -> Spec:
    parse: Callable[[Any, str, Budget], Spec] = import_module(f"engine.specs.guides.{module}").parse
    return parse(content, clean_line(name) or "document", budget)
