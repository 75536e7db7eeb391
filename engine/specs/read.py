"""Bytes to `Spec`: what kind of document it is, the limits, and clear refusals."""

import re
from typing import Any

import msgspec

from engine.errors import SpecError
from engine.specs import openapi, swagger, yaml
from engine.specs.model import Spec
from engine.text import clean_line, clean_tree

_OPENAPI = re.compile(r"3\.[0-2](\.|$)")
_SWAGGER = re.compile(r"2(\.0)?$")
_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How much is read; each has a setting of the same name."""

    max_document_mb: int = 256
    max_depth: int = 200


def read(data: bytes, limits: Limits = Limits()) -> Spec:
    """Read one document.

    Args:
        data: The whole document; JSON or YAML, UTF-8 (with or without a byte order mark) or UTF-16 with one.
        limits: How much is read.

    Raises:
        SpecError: It cannot be read; one sentence says why and, where known, where. Problems that cost only a part of
            the document are listed in `Spec.problems` instead.
    """
    if len(data) > limits.max_document_mb * 1024 * 1024:
        raise SpecError(
            f"The document is larger than {limits.max_document_mb} MB",
            hint="Raise the setting `max_document_mb` if you trust it",
        )
    text = _decode(data)
    try:
        tree = _json(text) if text.lstrip()[:1] in ("{", "[") else yaml.parse(text, limits.max_depth)
        return _parse(_cleaned(tree, limits.max_depth))
    except RecursionError as error:
        raise SpecError(
            f"The document is nested deeper than {limits.max_depth} levels",
            hint="Raise the setting `max_depth` if you trust it",
        ) from error


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


def _parse(tree: Any) -> Spec:
    if not isinstance(tree, dict):
        raise SpecError("The document is not an API specification: its top level is no mapping")
    for key, name, known, parse in (
        ("openapi", "OpenAPI", _OPENAPI, openapi.parse),
        ("swagger", "Swagger", _SWAGGER, swagger.parse),
    ):
        version = tree.get(key)
        if isinstance(version, str | int | float) and known.match(str(version)):
            return parse(tree)
        if version is not None:
            raise SpecError(f"{name} {clean_line(str(version))[:20]} is not supported")
    raise SpecError(
        "The document is not an API specification that specdeck knows: it has no `openapi` and no `swagger` key"
    )
