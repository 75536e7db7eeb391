"""Which words and which text stand for an operation in the index."""

from collections.abc import Iterator

from engine.library.records import SearchText
from engine.search.tokens import whole, words
from engine.specs.describe import first_sentence
from engine.specs.model import Operation, Schema, Spec

_EMBED_CHARACTERS = 300
"""Longer names than this say nothing more, and embedding takes time by the length."""
_MAX_FIELDS = 200
"""Field names that count for one operation; a body with more says little by each."""


def search_text(operation: Operation, spec: Spec) -> SearchText:
    """Return how an operation is found.

    The text to embed is what the operation is called: summary, method and path. Longer texts were measured to find
    worse in large specifications, and take five times as long to embed.
    """
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
    names: dict[str, None] = {}
    if operation.body is not None:
        for content in operation.body.content[:1]:
            _collect(content.schema, spec, names, depth=3)
    yield from names


def _collect(schema: Schema, spec: Spec, names: dict[str, None], depth: int) -> None:
    """Add the property names of a body, nested ones and those of references included, down to `depth`."""
    if depth == 0 or len(names) >= _MAX_FIELDS:
        return
    if schema.ref:
        schema = spec.schemas.get(schema.ref, schema)
    names.update(dict.fromkeys(schema.properties))
    children = (*schema.properties.values(), *schema.all_of, *schema.one_of, *schema.any_of)
    for child in (*children, schema.items) if schema.items else children:
        _collect(child, spec, names, depth - 1)
