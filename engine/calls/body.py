"""The body of a call: its value, and how that goes over the wire."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from engine.calls.fitting import Judged, fitting
from engine.calls.parameters import filled
from engine.calls.records import BodyKind, Fields, Part
from engine.calls.said import NOTHING_SAID
from engine.calls.sample import Sample
from engine.calls.serialize import PLAIN, serialize
from engine.calls.source import Source
from engine.calls.xml import xml_text
from engine.errors import NotFoundError
from engine.specs.describe import merged
from engine.specs.model import AS_SENT, Content, Operation, Schema, Serialization, Xml, written
from engine.text import clean_line

_FILE = "FILE"
"""Stands for a file of the caller's."""
_NEEDS_NONE = ("GET", "HEAD", "DELETE")
"""Methods whose content has no meaning of its own (RFC 9110, 9.3); one that may be left out would only be refused."""
_FORM = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"
_LINES = ("ndjson", "jsonl", "jsonlines", "json-seq")
"""Media types of one JSON document a line have one of these in their names."""
_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)
"""A media type without parameters: what a client would take for an option of its own is none."""
UNSAID = "The document does not say what the body holds"
"""What is said of a body without a type or schema."""


class Sent(NamedTuple):
    """A body as it is sent."""

    sample: Sample
    kind: BodyKind
    header: str = ""
    """`Content-Type`, or empty where the client sets it."""
    parts: tuple[Part, ...] = ()
    sketch: str = ""
    """Why a server may refuse it; empty for one that the document accepts."""


def chosen(contents: Sequence[Content], wanted: str = "") -> Content | None:
    """Return the media type in which a body is sent, or read: the wanted one, else JSON before others.

    None where there is none.

    Raises:
        NotFoundError: There is none that is wanted.
    """
    if wanted:
        found = next((one for one in contents if is_named(one.media_type, wanted)), None)
        if found is None:
            raise not_sent_in(wanted, [one.media_type for one in contents])
        return found
    if len(contents) == 1:
        return contents[0]
    kinds = {kind_of(content): content for content in reversed(contents)}
    first = kinds.get("application/json") or next((one for one in contents if _is_json(kind_of(one))), None)
    return first or next(iter(contents), None)


def is_sent_in(operation: Operation, media_type: str) -> bool:
    """Tell whether the body of an operation over HTTP may be sent in a media type."""
    contents = operation.body.content if operation.body and operation.protocol == "http" else ()
    return any(is_named(one.media_type, media_type) for one in contents)


def is_named(media_type: str, wanted: str) -> bool:
    """Tell whether a media type is the one that a user named, with or without its parameters."""
    return wanted.lower() in (media_type.lower(), media_type.partition(";")[0].strip().lower())


def kind_of(content: Content) -> str:
    """Return a media type without its parameters: `application/json`."""
    return content.media_type.partition(";")[0].strip().lower()


def not_sent_in(wanted: str, offered: Sequence[str] = ()) -> NotFoundError:
    """Return what is said where no body is sent in a media type that is wanted."""
    hint = f"It is sent in {', '.join(offered)}" if offered else "There is no choice: leave the media type out"
    return NotFoundError(f"No body is sent in {wanted}", hint=hint)


def body_of(
    source: Source, fields: Fields, media_type: str = "", said: Mapping[str, Any] = NOTHING_SAID
) -> Sent | None:
    """Return what an operation over HTTP sends; None where it sends nothing.

    What the user said for its fields is left out where the schema would refuse the whole with it.

    Raises:
        NotFoundError: It is not sent in the media type that is wanted.
    """
    operation = source.operation
    if operation.body is None and media_type:
        raise not_sent_in(media_type)
    content = chosen(operation.body.content, media_type) if operation.body is not None else None
    if operation.body is None or content is None:
        return None
    if operation.method in _NEEDS_NONE and not (media_type or said or operation.body.required):
        node = merged(content.schema, source.resolve)
        if not node.required and not (node.one_of or node.any_of) and example_of(source, content) is None:
            return None
    judged = payload(source, content, fields, said)
    if judged.sketch and said and not (without := payload(source, content, fields)).sketch:
        judged = without
    return sent(source, content, judged)


def payload(source: Source, content: Content, fields: Fields, said: Mapping[str, Any] = NOTHING_SAID) -> Judged:
    """Return a value for a body: the document's example as far as it fits the schema, else one that is made up."""
    schema, example = content.schema, example_of(source, content)
    node = merged(schema, source.resolve)
    as_json = _is_json(kind_of(content)) or not _is_known(content)
    if isinstance(example, str) and as_json and node.type != "string":
        example = _decoded(example)
    kind = kind_of(content)
    whole = isinstance(example, str) or not (_is_xml(kind) or _is_yaml(kind))
    if example is not None and not (said or as_json) and whole and kind != _FORM and not _is_multipart(kind):
        return Judged(Sample.whole(example, "example"))
    if says_nothing(node):
        if example is not None:
            return Judged(Sample.whole(example, "example"))
        return Judged(Sample({} if as_json else _FILE, {"": "placeholder"}), UNSAID if as_json else "")
    if example is not None:
        schema = msgspec.structs.replace(schema, example=example)
    operation = source.operation
    hints = operation.summary or operation.operation_id
    return fitting(schema, source.resolve, hints=hints, incoming=operation.incoming, fields=fields, said=said)


def sent(source: Source, content: Content, judged: Judged) -> Sent:
    """Return how a value goes over the wire in a media type."""
    sample, sketch = judged
    value, kind = sample.value, kind_of(content)
    node = merged(content.schema, source.resolve)
    if _is_multipart(kind):
        return _multipart(source, content, node, judged)
    header = clean_line(content.media_type) if _is_known(content) else "application/json"
    if kind == _FORM and isinstance(value, dict):
        return Sent(sample, "form", header, tuple(_fields(value, content)), sketch)
    if any(mark in kind for mark in _LINES):
        is_list = node.type.startswith("array") or node.items is not None
        lines = value if isinstance(value, list) and is_list else [value]
        return Sent(Sample(lines, sample.sources), "lines", header, (), sketch)
    if node.format == AS_SENT and isinstance(value, str):
        return Sent(sample, "text", header, (), sketch)
    if _is_json(kind) or not _is_known(content) or (_is_yaml(kind) and not isinstance(value, str)):
        return Sent(sample, "json", header, (), sketch)
    if sample.sources.get("") != "placeholder" and node.format != "binary":
        if _is_xml(kind) and not isinstance(value, str):
            text = xml_text(content.schema, value, source.resolve)
            return Sent(sample._replace(value=text), "text", header, (), sketch)
        if isinstance(value, str):
            return Sent(sample, "text", header, (), sketch)
        if "example" in sample.sources.values() and kind.startswith("text/"):
            return Sent(sample._replace(value=written(value)), "text", header)
    return Sent(Sample.whole(_FILE, "placeholder"), "file", header)


def example_of(source: Source, content: Content) -> Any:
    """Return the example of a body that its document shows, shared ones too; None where there is none."""
    return source.example(content.example_ref) if content.example_ref else content.example


def _decoded(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return None  # An example that is no JSON is none of a body that is JSON.


def _is_json(kind: str) -> bool:
    return "json" in kind


def _is_xml(kind: str) -> bool:
    return kind.endswith(("/xml", "+xml"))


def _is_yaml(kind: str) -> bool:
    """Tell whether a body is YAML, of which JSON is a part (YAML 1.2.2, 1.2)."""
    return kind.endswith(("/yaml", "+yaml", "/x-yaml"))


def _is_multipart(kind: str) -> bool:
    return kind.startswith("multipart/")


def _is_known(content: Content) -> bool:
    kind = kind_of(content)
    return bool(kind) and "*" not in kind


def says_nothing(node: Schema) -> bool:
    """Tell whether a schema, references followed, lets anything pass."""
    return msgspec.structs.replace(node, title="", description="", nullable=False, xml=Xml(), extensions={}) == Schema()


def _fields(value: dict[str, Any], content: Content) -> Iterator[Part]:
    for name, item in value.items():
        for pair in serialize(name, item, "form", content.encoding.get(name, PLAIN)):
            yield Part(pair.name, pair.value, text=pair.text)


def _multipart(source: Source, content: Content, node: Schema, judged: Judged) -> Sent:
    """Return a body of parts; one whose value is no object is one file."""
    sample, sketch = judged
    header = "" if kind_of(content) == _MULTIPART else clean_line(content.media_type)
    if not isinstance(sample.value, dict):
        sample = Sample({"file": _FILE}, {"file": "placeholder"})
        return Sent(sample, "multipart", header, parts=(Part("file", _FILE, file=True),))
    value, sources = dict(sample.value), dict(sample.sources)
    parts: list[Part] = []
    for name, item in value.items():
        how = content.encoding.get(name, PLAIN)
        field = merged(node.properties.get(name, Schema()), source.resolve)
        single = merged(field.items, source.resolve) if field.items is not None and isinstance(item, list) else field
        if _is_file(source, single, how):
            items = [_FILE] * len(item) if isinstance(item, list) else [_FILE]
            value[name] = items if isinstance(item, list) else _FILE
            sources = {path: origin for path, origin in sources.items() if path.partition("[")[0] != name}
            sources[name] = "placeholder"
            made = [Part(name, _FILE, file=True, media_type=_media_type(single, how)) for _ in items]
        else:
            made = [*_written_parts(source, node.properties.get(name, Schema()), name, item, how)]
        headers = _headers(source, how)
        parts += [msgspec.structs.replace(part, headers=headers) for part in made] if headers else made
    return Sent(Sample(value, sources), "multipart", header, tuple(parts), sketch)


def _headers(source: Source, how: Serialization) -> dict[str, str]:
    """Return the headers that a part must have beside its type."""
    return {
        clean_line(one.name): clean_line(filled(one, source.resolve).value)
        for one in how.headers
        if one.required and one.name.lower() != "content-type"
    }


def _written_parts(source: Source, schema: Schema, name: str, item: Any, how: Serialization) -> Iterator[Part]:
    """Yield the parts for a field: one for each item of a list, unless a style joins them."""
    field = merged(schema, source.resolve)
    each = field.items if field.items is not None and isinstance(item, list) else schema
    node = merged(each, source.resolve)
    styled = (how.style, how.explode) != (None, None)
    kind = "" if styled else _media_type(node, how)
    if _is_xml(kind):
        for one in item if each is field.items else [item]:
            text = one if isinstance(one, str) else xml_text(each, one, source.resolve, name)
            yield Part(name, text, media_type=kind)
        return
    for pair in serialize(name, item, "form", how):
        nested = isinstance(item, dict | list) and pair.value[:1] in ("{", "[") and node.type != "string"
        default = "application/json" if nested and not kind and how.style is None else ""
        yield Part(pair.name, pair.value, media_type=kind or default)


def _is_file(source: Source, node: Schema, how: Serialization) -> bool:
    """Tell whether a part is a file: of Swagger 2.0 and OpenAPI 3.0 by its format, since 3.1 by its media type."""
    if node.format == "binary" and "contentEncoding" not in node.limits:
        return True
    kind = how.media_type or str(node.limits.get("contentMediaType", ""))
    told = bool(kind) and "contentEncoding" not in node.limits and not kind.startswith("text/") and "json" not in kind
    if says_nothing(node):
        return told or source.about.format.startswith(("openapi-3.1", "openapi-3.2"))
    return told and node.type in ("", "string") and not (node.enum or node.properties or node.items is not None)


def _media_type(node: Schema, how: Serialization) -> str:
    """Return the media type of a part, the first of several; empty where the client's own will do."""
    kind = how.media_type.partition(",")[0] or str(node.limits.get("contentMediaType", ""))
    kind = kind.partition(";")[0].strip()
    return kind if _MEDIA_TYPE.fullmatch(kind) and kind not in ("text/plain", "application/octet-stream") else ""
