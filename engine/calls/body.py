"""The body of a call: its value, and how that goes over the wire."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from engine.calls.records import BodyKind, Part
from engine.calls.sample import Sample, Sampler
from engine.calls.source import Source
from engine.specs.describe import Resolve, merged
from engine.specs.model import Content, Schema, written
from engine.text import clean_line

_FILE = "FILE"
"""Stands for a file of the caller's."""
_NEEDS_NONE = ("GET", "HEAD", "DELETE")
"""Methods whose content has no meaning of its own (RFC 9110, 9.3); an empty one would only be refused."""


class Sent(NamedTuple):
    """A body as it is sent."""

    sample: Sample
    kind: BodyKind
    header: str = ""
    """`Content-Type`, or empty where the client sets it."""
    parts: tuple[Part, ...] = ()


def body_of(source: Source) -> Sent | None:
    """Return what an operation over HTTP sends, in the first media type of its body; None where it sends nothing."""
    operation, resolve = source.operation, source.resolve
    if operation.body is None or not operation.body.content:
        return None
    content = operation.body.content[0]
    sample = payload(source, content)
    if operation.method in _NEEDS_NONE and not operation.body.required and sample.value in ("", {}, []):
        return None
    return sent(content, sample, resolve)


def payload(source: Source, content: Content) -> Sample:
    """Return the example of a body, or a value that fits its schema, without what only the other side sets."""
    if content.example is not None:
        return Sample.whole(content.example, "example")
    if content.example_ref and (shared := source.example(content.example_ref)) is not None:
        return Sample.whole(shared, "example")
    sample = Sampler(source.resolve).sample(content.schema)
    if not isinstance(sample.value, dict):
        return sample
    properties = merged(content.schema, source.resolve).properties
    children = {name: merged(child, source.resolve) for name, child in properties.items()}
    incoming = source.operation.incoming
    fixed = {name for name, child in children.items() if (child.write_only if incoming else child.read_only)}
    return sample.without(fixed)


def sent(content: Content, sample: Sample, resolve: Resolve) -> Sent:
    """Return how a value goes over the wire in a media type."""
    value = sample.value
    kind = content.media_type.partition(";")[0].strip().lower()
    node = merged(content.schema, resolve)
    if kind == "multipart/form-data":
        return _multipart(node, sample, resolve)
    known = bool(kind) and "*" not in kind
    header = clean_line(content.media_type) if known else "application/json"
    if kind == "application/x-www-form-urlencoded" and isinstance(value, dict):
        return Sent(sample, "form", header, tuple(_pairs("", value)))
    if isinstance(value, str) and node.format != "binary" and (node.type != "string" or "json" not in kind):
        return Sent(sample, "text", header)
    if "json" in kind or not known:
        return Sent(sample, "json", header)
    return Sent(Sample.whole(_FILE, "placeholder"), "file", header)


def _multipart(node: Schema, sample: Sample, resolve: Resolve) -> Sent:
    """Return a body of parts; one whose value is no object is one file."""
    if not isinstance(sample.value, dict):
        sample = Sample({"file": _FILE}, {"file": "placeholder"})
        return Sent(sample, "multipart", parts=(Part("file", _FILE, file=True),))
    files = [name for name in sample.value if merged(node.properties.get(name, Schema()), resolve).format == "binary"]
    sample = Sample(sample.value | dict.fromkeys(files, _FILE), sample.sources | dict.fromkeys(files, "placeholder"))
    return Sent(sample, "multipart", parts=tuple(_parts(sample.value, files)))


def _parts(value: dict[str, Any], files: Sequence[str]) -> Iterator[Part]:
    for name, item in value.items():
        yield Part(name, written(item), file=name in files)


def _pairs(prefix: str, value: Any) -> Iterator[Part]:
    """Return the fields of a form, nested ones as `card[number]` and `items[]`."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _pairs(f"{prefix}[{name}]" if prefix else name, item)
    elif isinstance(value, list):
        for item in value:
            yield from _pairs(f"{prefix}[]", item)
    else:
        yield Part(prefix, written(value))
