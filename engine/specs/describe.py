"""Descriptions and schemas in words: sentences, types and fields.

References are looked up through the `resolve` given.
"""

import re
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from engine.specs.markup import as_markdown, decoded
from engine.specs.model import STREAM, Operation, Schema
from engine.specs.refs import MAX_HOPS, split_pointer, unescape
from engine.text import clean_line

Resolve = Callable[[str], Schema]
"""Gives the schema at a JSON pointer; an empty one when there is none."""

MAX_FIELDS = 400
"""Fields that are listed of one body; the rest is opened on demand."""
_SCALARS = ("string", "integer", "number", "boolean")
"""Types of what has no fields."""
ANY_NAME = "*"
"""Stands for the name of a field where any will do."""
_MAX_FORMS = 100
"""Forms of one choice that are looked into: the longest choice of 120 documents and GitHub's has 33."""
_MAX_LISTED = 8
"""Choices that are named in a phrase."""
_FILE_ENDING = re.compile(r"(\.schema)?\.(json|ya?ml)$")
_UNNAMED = re.compile(
    r"(?<!/schemas)(?<!/definitions)(?<!/\$defs)(?<!/properties)/(schema|items|additionalProperties|not)"
    r"|/(allOf|oneOf|anyOf|items|prefixItems)/\d+"
)
"""How a pointer ends that leads to a schema by its place, which is no name: `…/content/application~1json/schema`."""
_SHARED = re.compile(r"/(?:components/schemas|definitions)/([^/#]+)")
"""The pointer of a shared schema, which most are."""


_HEAD = 1_500
"""Characters of a text among which its first sentence is looked for."""
_CACHED = 4096
"""Texts whose first sentences are remembered: the operations of an API describe the same inputs and errors."""
_SENTENCE = re.compile(
    r"(?<=[.!?])(?<!\be\.g\.)(?<!\bi\.e\.)\s+(?=[A-Z\"'`*_(])|\n\s*\n|\n(?=[-*] )|(?<=[.!?])(?=  \n)"
)
_LINK = re.compile(r"!?\[([^\[\]]*)\]\((?:<[^<>\n]*>|[^()\n]*)\)")
"""Each part stops at the bracket that opens it, so that a text of brackets takes no longer than another."""
_EMPHASIS = re.compile(
    r"(?<![\w*\\])\*(?=[^\s*])([^*\n]{1,200})(?<=[^\s*])\*(?![\w*])"
    r"|(?<![\w\\])(__?)(?=[^\s_])([^_\n]{1,200})(?<=[^\s_])\2(?!\w)"
)
_TICKED = re.compile(r"(?<!`)(`{1,3})(?!`)([^`\n]+)\1(?!`)")
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]+)>")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_SIGN = re.compile(r"[*_`<&\\]")
_ASIDE = re.compile(r"\s*[#>]")
"""How a heading or a remark begins."""


def sentences(text: str) -> list[str]:
    """Split a text in Markdown or HTML into sentences and paragraphs, in Markdown."""
    return _SENTENCE.split(as_markdown(text).strip())


def first_sentence(text: str) -> str:
    """Return the first sentence of a text in Markdown or HTML, as `plain` gives it; headings and remarks come last."""
    return _first_sentence(text[:_HEAD]) if text else ""


@lru_cache(_CACHED)
def _first_sentence(text: str) -> str:
    aside = ""
    for part in sentences(text):
        if line := plain(part):
            if not _ASIDE.match(part):
                return line
            aside = aside or line
    return aside


def summary_of(operation: Operation) -> str:
    """Return in one sentence what an operation does."""
    return first_sentence(operation.summary or operation.description)


def plain(text: str) -> str:
    """Return Markdown or HTML on one line: links reduced to their words, marks taken off, code as it is."""
    text = re.sub(r"^[-*#>\s]+", "", _LINK.sub(r"\1", as_markdown(text)))
    if not _SIGN.search(text):
        return " ".join(text.split())
    parts, at = [], 0
    for code in _TICKED.finditer(text):
        parts += [_unmarked(text[at : code.start()]), code[2]]
        at = code.end()
    return " ".join("".join([*parts, _unmarked(text[at:])]).split())


def _unmarked(text: str) -> str:
    text = _AUTOLINK.sub(r"\1", _EMPHASIS.sub(r"\1\3", text.replace("**", "")))
    return decoded(_ESCAPED.sub(r"\1", text))


_BOUNDS = {
    "minimum": "at least {}",
    "exclusiveMinimum": "more than {}",
    "maximum": "at most {}",
    "exclusiveMaximum": "less than {}",
    "multipleOf": "a multiple of {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "pattern": "matches {}",
    "minItems": "at least {} items",
    "maxItems": "at most {} items",
    "minProperties": "at least {} fields",
    "maxProperties": "at most {} fields",
}
"""Keyword of JSON Schema → what it asks of a value."""


def bounds(limits: Mapping[str, Any]) -> str:
    """Return limits in words: `at least 1, at most 50`; those that take more than a few words are left out."""
    said = {word: value for word, value in limits.items() if not isinstance(value, bool)}
    for bound, strict in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if limits.get(strict) is True and bound in said:  # OpenAPI 3.0 and Swagger 2.0
            said[strict] = said.pop(bound)
    words = [text.format(clean_line(str(said[word]))) for word, text in _BOUNDS.items() if word in said]
    for word, other in (("minLength", "maxLength"), ("minItems", "maxItems")):
        if word in said and said.get(other) == said[word]:
            kind = "characters" if word == "minLength" else "items"
            exact = [f"at least {said[word]} {kind}", f"at most {said[word]} {kind}"]
            words = [f"{said[word]} {kind}", *(one for one in words if one not in exact)]
    return ", ".join([*words, "no two alike"] if limits.get("uniqueItems") is True else words)


class FieldRow(NamedTuple):
    """One field of a body."""

    name: str
    """Dotted path from the body; `[]` stands for the items of an array: `labels[].name`."""
    depth: int
    """0 for fields of the body itself."""
    schema: Schema
    """As written: a reference stays one."""
    required: bool


def schema_name(pointer: str) -> str:
    """Return the plain name of the schema at a pointer: `Issue`, `pkg.Outer.Inner`; `pet` for the file `pet.yaml`.

    It is empty where the pointer tells only a place in the document: `…/allOf/1`.
    """
    if match := _SHARED.fullmatch(pointer):
        return unescape(match[1])
    file, inner = split_pointer(pointer)
    if file and not inner:
        return _FILE_ENDING.sub("", file.rpartition("/")[2])
    if any(match.end() == len(pointer) for match in _UNNAMED.finditer(pointer)):
        return ""
    return unescape(pointer.rpartition("/")[2])


def type_name(schema: Schema) -> str:
    """Return a type as a reader writes it: `string`, `array of Issue`, `string (date-time)`, `Cat | Dog`."""
    if schema.ref:
        return schema_name(schema.ref) or "object"
    for choice in (schema.one_of, schema.any_of):
        if choice and schema.type != "interface":  # which hundreds of types may implement
            return " | ".join(dict.fromkeys(map(type_name, choice)))
    if schema.type == "array" or (not schema.type and schema.items):
        kind = "stream" if schema.format == STREAM else "array"
        return f"{kind} of {type_name(schema.items)}" if schema.items else kind
    if name := _made_from(schema):
        return name
    is_object = bool(schema.properties) or schema.additional is not None
    name = schema.type or ("object" if is_object else "string" if schema.enum else "any")
    return f"{name} ({schema.format})" if schema.format and name != "object" else name


def _made_from(schema: Schema) -> str:
    """Return the type of an `allOf`: `Pet & Tagged`, `Pet with more fields`; empty when no part has a name."""
    named = dict.fromkeys(name for part in schema.all_of if part.ref and (name := schema_name(part.ref)))
    own = [schema, *(part for part in schema.all_of if not part.ref or not schema_name(part.ref))]
    if not named:
        typed = [name for part in own[1:] if (name := type_name(part)) != "any"]
        return "" if schema.properties or schema.type else " & ".join(dict.fromkeys(typed))
    more = any(part.properties or part.ref for part in own)
    return " & ".join(named) + (" with more fields" if more else "")


def in_words(schema: Schema, resolve: Resolve) -> str:
    """Return what a schema is as a phrase that tells how it is put together, references followed.

    `one of Cat, Dog (petType tells which: cat, dog)`, `any of A, B`, `Pet with more fields`; else its `type_name`.
    """
    node = schema
    for _ in range(MAX_HOPS):
        if not node.ref:
            break
        node = resolve(node.ref)
    if node.items is not None and not node.properties:
        return f"array of {type_name(node.items)}"
    for word, choices in (("one of", node.one_of), ("any of", node.any_of)):
        if choices:
            return f"{word} {_listed(dict.fromkeys(map(type_name, choices)))}{_told(node)}"
    if node.discriminator and node.mapping:
        kinds = _listed(dict.fromkeys(map(schema_name, node.mapping.values())))
        return f"{type_name(schema)}, which may be {kinds}{_told(node)}"
    return type_name(node if node.all_of else schema)


def _told(schema: Schema) -> str:
    if not schema.discriminator:
        return ""
    return f" ({schema.discriminator} tells which{': ' if schema.mapping else ''}{_listed(schema.mapping)})"


def _listed(names: Collection[str]) -> str:
    rest = len(names) - _MAX_LISTED
    shown = ", ".join(list(names)[:_MAX_LISTED])
    return f"{shown} and {rest} more" if rest > 0 else shown


_NOTHING = Schema()
_UNSAID = {
    name: getattr(_NOTHING, name)
    for name in Schema.__struct_fields__
    if name not in ("ref", "title", "properties", "limits", "applied", "required", "all_of")
}
"""Fields of which the last part that says something is taken, with their value where it says nothing."""


_OF_THE_USE = frozenset(
    "title description deprecated deprecation nullable read_only write_only default example xml".split()
)
"""What a reference may say itself of the schema that it refers to."""


def merged(schema: Schema, resolve: Resolve) -> Schema:
    """Return `schema` with its reference followed and what its `allOf` parts say taken in."""
    if not (schema.ref or schema.all_of):  # as most are
        return schema
    node = schema
    met: set[str] = set()
    said: dict[str, Any] = {}
    while node.ref:
        if node != Schema(ref=node.ref):
            said = {name: own for name in _OF_THE_USE if (own := getattr(node, name)) != getattr(_NOTHING, name)} | said
        again = node.ref in met
        met.add(node.ref)
        node = _NOTHING if again else resolve(node.ref)
    whole = _whole(node, resolve, met)
    return msgspec.structs.replace(whole, **said) if said else whole


def _whole(schema: Schema, resolve: Resolve, met: set[str]) -> Schema:
    parts = _parts(schema, resolve, met)
    whole = parts[-1]
    if not whole.all_of:
        return whole
    fields = dict(_UNSAID)
    properties: dict[str, Schema] = {}
    limits: dict[str, Any] = {}
    applied: dict[str, Schema] = {}
    required: dict[str, None] = {}
    for part in parts:
        fields |= {name: said for name, unsaid in _UNSAID.items() if (said := getattr(part, name)) != unsaid}
        for name, own in part.properties.items():
            known = properties.get(name, own)
            properties[name] = own if known == own else _both(known, own)
        limits |= part.limits
        applied |= part.applied
        required |= dict.fromkeys(part.required)
    if properties:  # A part's own example lacks what the other parts ask for.
        fields |= {"example": whole.example, "default": whole.default}
    return Schema(
        **fields,
        title=whole.title,
        properties=properties,
        limits=limits,
        applied=applied,
        required=tuple(required),
    )


def _both(known: Schema, own: Schema) -> Schema:
    """Return a field of two parts: one tells what it means, the other what it holds; the later one wins."""
    if own.ref:
        return Schema(all_of=(known, own))
    return msgspec.structs.replace(own, all_of=(known, *own.all_of))


def _parts(schema: Schema, resolve: Resolve, met: set[str]) -> list[Schema]:
    """Return a schema with all it is put together from: references followed, the parts of an `allOf` before the whole.

    A reference that was met before adds nothing, wherever it stands: that ends circles, and keeps parts that are
    shared many times over from being read as often.
    """
    found: list[Schema] = []
    pending = [(schema, False)]
    while pending:
        node, opened = pending.pop()
        while node.ref:
            if node.ref in met:
                node = _NOTHING
            else:
                met.add(node.ref)
                node = resolve(node.ref)
        if opened:
            found.append(node)
        else:
            pending.append((node, True))
            pending += [(part, False) for part in reversed(node.all_of)]
    return found


class _Field(NamedTuple):
    row: FieldRow
    seen: frozenset[str]
    """References on the way to it."""
    inner: "list[_Field]"


def field_rows(schema: Schema, resolve: Resolve, depth: int = 1, *, own: bool = False) -> list[FieldRow]:
    """Return the fields of a body, nested ones down to `depth` levels, at most `MAX_FIELDS`: upper levels come first.

    Args:
        schema: The body.
        resolve: Gives the schema at a JSON pointer.
        depth: Levels of fields.
        own: Leave out what only some forms of a choice have, and what stands under any other name.
    """
    if schema.type in _SCALARS:
        return []
    top = _inside(schema, resolve, "", 0, frozenset(), own=own)
    level, count = top, len(top)
    for deep in range(1, depth):
        for field in level:
            if count < MAX_FIELDS:
                child = field.row.schema
                if child.type not in _SCALARS:
                    field.inner.extend(_inside(child, resolve, field.row.name, deep, field.seen, own=own))
                    count += len(field.inner)
        level = [inner for field in level for inner in field.inner]
    rows: list[FieldRow] = []
    pending = top[::-1]
    while pending and len(rows) < MAX_FIELDS:
        field = pending.pop()
        rows.append(field.row)
        pending += field.inner[::-1]
    return rows


def _inside(
    schema: Schema, resolve: Resolve, prefix: str, level: int, seen: frozenset[str], *, own: bool
) -> list[_Field]:
    """Return the fields right in a schema: of a list those of its items, of a choice those of each form."""
    whole: dict[str, _Field] = {}
    forms: list[dict[str, _Field]] = []
    pending = deque([(schema, prefix, seen, whole)])
    met: set[tuple[str, str]] = set()
    while pending and len(forms) < _MAX_FORMS:
        node, path, above, found = pending.popleft()
        if node.ref:
            if node.ref in above or (node.ref, path) in met:
                continue
            met.add((node.ref, path))
            above |= {node.ref}
        node = merged(node, resolve)
        if node.items is not None and not node.properties:
            pending.append((node.items, f"{path}[]", above, found))
            continue
        named = [(name, child, name in node.required) for name, child in node.properties.items()]
        if not own and node.additional not in (None, _NOTHING):
            named.append((ANY_NAME, node.additional, False))
        for name, child, required in named:
            where = f"{path}.{name}" if path else name
            found[where] = _Field(FieldRow(where, level, child, required), above, [])
        for form in () if own or node.type == "interface" else (*node.one_of, *node.any_of):
            forms.append({})
            pending.append((form, path, above, forms[-1]))
    return [*whole.values(), *_of_forms([form for form in forms if form], whole)]


def _of_forms(forms: list[dict[str, _Field]], besides: Collection[str]) -> Iterator[_Field]:
    """Yield the fields that some of several forms have; required is what all have and require."""
    for name in dict.fromkeys(name for form in forms for name in form):
        if name not in besides:
            told = [form[name] for form in forms if name in form]
            always = len(told) == len(forms) and all(field.row.required for field in told)
            yield told[0]._replace(row=told[0].row._replace(required=always))
