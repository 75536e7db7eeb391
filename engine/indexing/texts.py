"""Which words and which texts stand for an entry in the index."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

import msgspec

from engine.english.words import whole, words
from engine.specs.describe import first_sentence
from engine.specs.model import Operation, Passage, Response, Schema, Spec

_FIELD_LEVELS = 3
"""Levels of a body that are looked at; a reference is no level of its own."""
_MAX_INPUTS, _MAX_OUTPUTS, _MAX_VALUES = 200, 80, 60
"""Names that count for one operation; a body with more says little by each."""
_NOTE, _NOTES, _PARAMETERS = 120, 1500, 15
"""Characters of what is said of one parameter and of all, and parameters of which it is kept."""
_DESCRIPTION = 1500
"""Characters of a description that are looked up; further on it is about details."""
_VIEW = 350
"""Characters of a view: some 90 word pieces. Longer ones were measured to find worse, and take longer to embed."""
_NAMES_IN_VIEW = 12, 25, 25
"""Parameters, fields of the body, and fields of the response in the view that is made of them."""
_MARKUP = re.compile(r"<[^<>]{0,200}>|\]\([^()\s]{0,300}\)|https?://\S+")


class SearchText(msgspec.Struct, frozen=True, kw_only=True):
    """How an entry is found: a text for each kind of words, and the texts to embed."""

    identifier: str
    """operationId and path."""
    tail: str
    """The last segment of the path that is no parameter."""
    summary: str
    tags: str
    description: str
    inputs: str
    """Names of parameters and of the fields of the body, and the values that they may have."""
    outputs: str
    """Names of the fields of what comes back."""
    notes: str
    """What is said of parameters and fields."""
    views: tuple[str, ...]
    """One line each: what the entry is, seen from several sides. Its vector is made of theirs."""

    @property
    def text(self) -> str:
        """All views, as the library keeps them."""
        return "\n".join(self.views)


class _Spelled(dict[str, str]):
    """Names, and their words."""

    def __missing__(self, name: str) -> str:
        self[name] = spelled = " ".join(words(name))
        return spelled


class Texts:
    """Makes the texts of one specification: the words of a name, and the fields of a shared schema, only once.

    Args:
        spec: The specification.
    """

    def __init__(self, spec: Spec) -> None:
        self._schemas = spec.schemas
        self._words = _Spelled()
        self._said: dict[str, str] = {}
        self._fields: dict[tuple[str, int], dict[str, Schema]] = {}

    def of(self, item: Operation | Passage) -> SearchText:
        """Return how an entry is found."""
        return _of_passage(item) if isinstance(item, Passage) else self._of_operation(item)

    def _of_operation(self, operation: Operation) -> SearchText:
        segments = [segment for segment in operation.path.split("/") if segment]
        literals = [segment for segment in segments if "{" not in segment]
        literal = self._spaced(literals)
        given = self._spaced(segment for segment in segments if "{" in segment)
        identifier, tags = self._spaced([operation.operation_id]), self._spaced(operation.tags)
        parameters = [parameter.name for parameter in operation.parameters]
        values = [str(value) for parameter in operation.parameters for value in parameter.schema.enum[:20]]
        sent, said = self._sent(operation)
        returned, types = self._returned(operation.responses)
        notes = [self._plain(parameter.description)[:_NOTE] for parameter in operation.parameters[:_PARAMETERS]]
        description = _plain(" ".join([operation.description, *_steps(operation)]))
        summary = _plain(operation.summary)
        called = summary or _plain(first_sentence(operation.description))
        fields = self._spaced(
            parameters[: _NAMES_IN_VIEW[0]] + sent[: _NAMES_IN_VIEW[1]] + returned[: _NAMES_IN_VIEW[2]]
        )
        return SearchText(
            identifier=f"{whole(operation.operation_id)} {identifier} {literal} {given}",
            tail=self._spaced(literals[-1:]),
            summary=called,
            tags=tags,
            description=description[:_DESCRIPTION],
            inputs=self._spaced([*parameters, *values[:_MAX_VALUES], *sent]),
            outputs=self._spaced([*returned, *types]),
            notes=" ".join([*notes, *said])[:_NOTES],
            views=(
                _line(f"{called}. {operation.method} {self._spaced([operation.path])}"),
                _line(f"{summary}. {description}"),
                _line(f"{tags} {identifier} {literal}"),
                _line(f"{' '.join(literal.split()[-2:])}: {' '.join(dict.fromkeys(fields.split()))}"),
            ),
        )

    def _sent(self, operation: Operation) -> tuple[list[str], list[str]]:
        """Return the names of the fields of a body, and what is said of them."""
        if operation.body is None:
            return [], []
        # Media types are forms of one body, of which the first stands for all; a channel's messages are different.
        contents = operation.body.content if operation.protocol == "message" else operation.body.content[:1]
        fields: dict[str, str] = {}
        for content in contents:
            for name, schema in self._fields_of(content.schema, _MAX_INPUTS).items():
                fields.setdefault(name, schema.description)
        return list(fields), [self._plain(note)[:80] for note in islice(filter(None, fields.values()), 40)]

    def _returned(self, responses: Iterable[Response]) -> tuple[list[str], list[str]]:
        """Return the names of the fields of the first success that has any, and the types of all."""
        fields: list[str] = []
        types: list[str] = []
        for response in responses:
            if response.status[:1] in ("2", "d", ""):
                for content in response.content[:1]:
                    schema = content.schema
                    reference = schema.ref or (schema.items.ref if schema.items else "")
                    types += [reference.rpartition("/")[2]] if reference else []
                    fields = fields or list(self._fields_of(schema, _MAX_OUTPUTS))
        return fields, types

    def _fields_of(self, body: Schema, most: int) -> dict[str, Schema]:
        """Return the properties of a body, nested ones and those of references included, outer ones first."""
        if not body.ref:
            return self._found(body, most)
        known = self._fields.get((body.ref, most))
        if known is None:
            known = self._fields[body.ref, most] = self._found(body, most)
        return known

    def _found(self, body: Schema, most: int) -> dict[str, Schema]:
        found: dict[str, Schema] = {}
        met: set[str] = set()
        level = [body]
        for further in reversed(range(_FIELD_LEVELS)):
            below: list[Schema] = []
            for schema in level:
                node = schema
                if schema.ref:
                    if schema.ref in met:
                        continue
                    met.add(schema.ref)
                    node = self._schemas.get(schema.ref, schema)
                for name, each in node.properties.items():
                    found.setdefault(name, each)
                if len(found) >= most:
                    return dict(islice(found.items(), most))
                if not further:
                    continue
                below += (*node.properties.values(), *node.all_of, *node.one_of, *node.any_of)
                below += [node.items] if node.items else []
            level = below
        return found

    def _spaced(self, names: Iterable[str]) -> str:
        """Return the words of names: no word goes on over the sign between two of them."""
        return " ".join(filter(None, map(self._words.__getitem__, names)))

    def _plain(self, text: str) -> str:
        """Return the text of an input, of which many operations have the same, as `_plain` does."""
        known = self._said.get(text)
        if known is None:
            known = self._said[text] = _plain(text)
        return known


def _of_passage(passage: Passage) -> SearchText:
    return SearchText(
        identifier="",
        tail="",
        summary=passage.title,
        tags=" ".join(words(passage.heading)),
        description=passage.text,
        inputs="",
        outputs="",
        notes="",
        views=(_line(f"{passage.title}. {passage.text}"),),
    )


def _steps(operation: Operation) -> Iterator[str]:
    """Yield what is said of the steps of a workflow, or else what they call."""
    for step in operation.workflow.steps if operation.workflow else ():
        yield step.description or f"{' '.join(words(step.calls))}."


def _plain(text: str) -> str:
    """Return a text without markup and addresses, on one line."""
    return " ".join(_MARKUP.sub(" ", text).split())


def _line(text: str) -> str:
    return " ".join(text[:_VIEW].split())
