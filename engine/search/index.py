"""Which words and which text stand for an entry in the index."""

from collections.abc import Iterable, Iterator

from engine.library.records import SearchText
from engine.search.tokens import whole, words
from engine.specs.describe import first_sentence
from engine.specs.model import Operation, Passage, Schema, Spec

_EMBED_CHARACTERS = 300
"""Longer names than this say nothing more, and embedding takes time by the length."""
_MAX_FIELDS = 200
"""Field names that count for one operation; a body with more says little by each."""
_FIELD_LEVELS = 3
"""Levels of a body that are looked at; a reference is no level of its own."""


def search_text(item: Operation | Passage, spec: Spec) -> SearchText:
    """Return how an entry is found.

    The text of an operation to embed is what it is called: summary, method and path. Longer texts were measured to find
    worse in large specifications, and take five times as long to embed. A passage is embedded with its heading.
    """
    return _of_passage(item) if isinstance(item, Passage) else _of_operation(item, spec)


def _of_passage(passage: Passage) -> SearchText:
    return SearchText(
        identifier="",
        path=" ".join(words(passage.heading)),
        summary=passage.title,
        description=passage.text,
        fields="",
        embed=f"{passage.title}. {passage.text}"[:_EMBED_CHARACTERS],
    )


def _of_operation(operation: Operation, spec: Spec) -> SearchText:
    path = " ".join(words(operation.path))
    called = operation.summary or first_sentence(operation.description)
    identifier = operation.operation_id
    return SearchText(
        identifier=f"{whole(identifier)} {' '.join(words(identifier))} {whole(operation.path)}",
        path=f"{operation.method} {path} {' '.join(words(' '.join(operation.tags)))}",
        summary=operation.summary,
        description=operation.description,
        fields=" ".join(" ".join(words(name)) for name in _field_names(operation, spec)),
        embed=f"{called}. {operation.method} {path}"[:_EMBED_CHARACTERS],
    )


def _field_names(operation: Operation, spec: Spec) -> Iterator[str]:
    for parameter in operation.parameters:
        yield parameter.name
    if operation.body is not None:
        # Media types are forms of one body, of which the first stands for all; the messages of a channel are different.
        contents = operation.body.content if operation.protocol == "message" else operation.body.content[:1]
        for content in contents:
            yield from _body_fields(content.schema, spec)


def _body_fields(body: Schema, spec: Spec) -> Iterable[str]:
    """Return the property names of a body, nested ones and those of references included, outer ones first."""
    names: dict[str, None] = {}
    met: set[str] = set()
    level = [body]
    for _ in range(_FIELD_LEVELS):
        below: list[Schema] = []
        for schema in level:
            if schema.ref in met or len(names) >= _MAX_FIELDS:
                continue
            node = spec.schemas.get(schema.ref, schema)
            met |= {schema.ref} - {""}
            names |= dict.fromkeys(node.properties)
            below += (*node.properties.values(), *node.all_of, *node.one_of, *node.any_of)
            below += [node.items] if node.items else []
        level = below
    return names
