from collections.abc import Callable

import pytest
from hypothesis import given, strategies as st

from engine.calls.fitting import Judged, fitting
from engine.calls.sample import Sample
from engine.specs.describe import (
    MAX_FIELDS,
    field_rows,
    first_sentence,
    in_words,
    merged,
    plain,
    sentences,
    type_name,
)
from engine.specs.model import Schema
from tests.specs.builders import JSON, document, read_json


def shared(**schemas: JSON) -> Callable[[str], Schema]:
    """Return the resolver of a document with these shared schemas."""
    found = read_json(document(openapi="3.1.0", components={"schemas": schemas})).schemas
    return lambda pointer: found.get(pointer, Schema())


def ref(name: str) -> JSON:
    """Return a reference to a shared schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def to(name: str) -> Schema:
    """Return the record of a reference to a shared schema."""
    return Schema(ref=f"/components/schemas/{name}")


STRING = Schema(type="string")


@pytest.mark.parametrize(
    ("schema", "name"),
    [
        (Schema(), "any"),
        (STRING, "string"),
        (Schema(type="string", format="date-time"), "string (date-time)"),
        (Schema(type="object", format="x"), "object"),
        (Schema(properties={"a": STRING}), "object"),
        (Schema(enum=("a",)), "string"),
        (Schema(type="string | integer"), "string | integer"),
        (Schema(type="array"), "array"),
        (Schema(items=STRING), "array of string"),
        (Schema(type="array", items=Schema(type="array", items=to("Issue"))), "array of array of Issue"),
        (to("a~1b~0c"), "a/b~c"),
        (Schema(one_of=(STRING, Schema(type="integer"), STRING)), "string | integer"),
        (Schema(any_of=(to("A"), to("B"))), "A | B"),
        (Schema(all_of=(to("A"), to("B"), to("A"))), "A & B"),
        (Schema(type="object", all_of=(to("A"),), properties={"x": STRING}), "A with more fields"),
        (Schema(all_of=(to("A"), Schema(type="object", properties={"x": STRING}))), "A with more fields"),
        (Schema(all_of=(to("A"), Schema(description="of it"))), "A"),
        (Schema(type="object", all_of=(Schema(properties={"x": STRING}),)), "object"),
        (Schema(all_of=(STRING, Schema(limits={"maxLength": 5}))), "string"),
        (Schema(one_of=(to("Cat"), to("Dog")), discriminator="kind"), "Cat | Dog"),
        (Schema(type="interface", one_of=(to("A"), to("B"))), "interface"),
        (Schema(ref="/$files/schemas~1my~0pet.yaml"), "my~pet"),
        (Schema(ref="/$files/pet.schema.json"), "pet"),
        (Schema(ref="/$files/schemas~1all.yaml/defs/Pet"), "Pet"),
        (Schema(ref="/types/Issue"), "Issue"),
        (Schema(ref="/messages/pkg.Outer.Inner"), "pkg.Outer.Inner"),
    ],
)
def test_types_read_as_people_write_them(schema: Schema, name: str) -> None:
    """A type is named by its kind, format, items, choices or the schema that it refers to."""
    assert type_name(schema) == name


PETS = shared(
    Pet={
        "oneOf": [ref("Cat"), ref("Dog")],
        "discriminator": {"propertyName": "kind", "mapping": {"cat": "Cat", "dog": "Dog"}},
    },
    Animal={"properties": {"kind": {}}, "discriminator": {"propertyName": "kind", "mapping": {"c": "Cat", "d": "Dog"}}},
    Cat={"allOf": [ref("Animal"), {"properties": {"lives": {"type": "integer"}}}]},
    Dog={"type": "object"},
    Any={"anyOf": [ref("Cat"), {"type": "null"}]},
    Many={"oneOf": [{"type": "object", "title": str(n), "allOf": [ref(f"T{n}")]} for n in range(12)]},
    **{f"T{n}": {} for n in range(12)},
    Ring=ref("Ring"),
)


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        (to("Pet"), "one of Cat, Dog (kind tells which: cat, dog)"),
        (Schema(one_of=(to("Cat"), STRING), discriminator="kind"), "one of Cat, string (kind tells which)"),
        (to("Animal"), "Animal, which may be Cat, Dog (kind tells which: c, d)"),
        (to("Cat"), "Animal with more fields"),
        (to("Dog"), "Dog"),
        (to("Any"), "any of Cat, null"),
        (to("Many"), "one of T0, T1, T2, T3, T4, T5, T6, T7 and 4 more"),
        (Schema(type="array", items=to("Pet")), "array of Pet"),
        (to("Ring"), "Ring"),
        (to("Gone"), "Gone"),
        (STRING, "string"),
    ],
)
def test_composed_schemas_are_told_in_words(schema: Schema, words: str) -> None:
    """A phrase says what a schema is put together from, and how a reader tells one form from another."""
    assert in_words(schema, PETS) == words


def test_a_reference_may_say_more_of_its_use() -> None:
    """What stands beside a reference wins over its target, the nearest first; the fields are those of the target."""
    resolve = shared(
        A={**ref("B"), "description": "of A", "deprecated": True},
        B={"type": "object", "description": "of B", "title": "B", "properties": {"x": {}}, "example": {"x": 1}},
    )
    field = merged(Schema(ref="/components/schemas/A", default={"x": 2}), resolve)
    assert (field.description, field.deprecated, field.default) == ("of A", True, {"x": 2})
    assert (field.title, list(field.properties), field.example) == ("B", ["x"], {"x": 1})


def test_all_of_brings_fields_together() -> None:
    """Properties, required names and limits of all parts count, the base first; the own ones win."""
    resolve = shared(
        Base={
            "type": "object",
            "title": "Base",
            "required": ["id"],
            "minProperties": 1,
            "properties": {"id": {"type": "integer"}, "name": {"type": "string"}},
            "description": "of the base",
        },
        Cat={
            "allOf": [ref("Base"), {"properties": {"lives": {"type": "integer"}}, "required": ["lives"]}],
            "properties": {"name": {"type": "string", "title": "own"}},
            "required": ["name"],
        },
    )
    cat = merged(to("Cat"), resolve)
    assert list(cat.properties) == ["id", "name", "lives"]
    assert cat.properties["name"].title == "own"
    assert (cat.type, cat.required, cat.limits) == ("object", ("id", "lives", "name"), {"minProperties": 1})
    assert (cat.title, cat.description, cat.all_of, cat.ref) == ("", "of the base", (), "")


def test_all_of_around_a_reference_keeps_what_it_says() -> None:
    """OpenAPI 3.0 writes a description or default beside a reference with `allOf`; values and format come through."""
    resolve = shared(Status={"type": "string", "enum": ["open", "closed"], "format": "x", "example": "closed"})
    field = merged(Schema(all_of=(to("Status"),), description="Of it", nullable=True, default="open"), resolve)
    assert (field.type, field.format, field.enum) == ("string", "x", ("open", "closed"))
    assert (field.description, field.nullable, field.default, field.example) == ("Of it", True, "open", "closed")


@pytest.mark.parametrize("name", ["Self", "Ring", "Bare", "Gone"])
def test_circles_of_all_of_end(name: str) -> None:
    """A schema that is part of itself, directly or around a corner, still shows its other fields."""
    resolve = shared(
        Self={"allOf": [ref("Self"), {"properties": {"a": {}}}]},
        Ring={"allOf": [{"allOf": [ref("Back")]}], "properties": {"a": {}}},
        Back={"allOf": [ref("Ring")]},
        Bare=ref("Naked"),
        Naked=ref("Bare"),
    )
    assert list(merged(to(name), resolve).properties) == (["a"] if name in ("Self", "Ring") else [])


def test_shared_parts_are_merged_once() -> None:
    """A ladder of `allOf`, each step naming the next one twice, is merged in as many steps as it has rungs."""
    steps = 60
    schemas = {f"S{n}": {"allOf": [ref(f"S{n + 1}"), {"allOf": [ref(f"S{n + 1}")]}]} for n in range(steps)}
    found = read_json(document(components={"schemas": {**schemas, f"S{steps}": {"properties": {"last": {}}}}})).schemas
    asked: list[str] = []

    def resolve(pointer: str) -> Schema:
        asked.append(pointer)
        return found[pointer]

    assert list(merged(to("S0"), resolve).properties) == ["last"]
    assert len(asked) == steps + 1


def test_long_chains_do_not_overflow() -> None:
    """Thousands of schemas that are made from one another, or are lists of one another, are followed to the end."""
    length = 5000
    resolve = shared(
        **{f"A{n}": {"allOf": [ref(f"A{n + 1}")]} for n in range(length)},
        **{f"L{n}": {"items": ref(f"L{n + 1}")} for n in range(length)},
        **{f"A{length}": {"properties": {"last": {}}}, f"L{length}": {"properties": {"last": {}}}},
    )
    assert [row.name for row in field_rows(to("A0"), resolve)] == ["last"]
    assert [row.name for row in field_rows(to("L0"), resolve)] == ["[]" * length + ".last"]
    assert fitting(to("A0"), resolve) == Judged(Sample("string", {"": "type"}))


ISSUE = shared(
    Issue={
        "type": "object",
        "required": ["title"],
        "properties": {
            "title": {"type": "string"},
            "labels": {"type": "array", "items": ref("Label")},
            "parent": ref("Issue"),
            "matrix": {"items": {"items": {"properties": {"x": {}}}}},
        },
    },
    Label={"properties": {"name": {"type": "string"}}, "required": ["name"]},
    Tree={"type": "array", "items": ref("Tree")},
    Wide={"properties": {f"field{n}": {"type": "string"} for n in range(MAX_FIELDS + 100)}},
)


def test_fields_are_listed_with_their_paths() -> None:
    """Each row has its dotted path, its level, what is required, and the schema as written."""
    rows = field_rows(to("Issue"), ISSUE, depth=2)
    assert [(row.name, row.depth, row.required) for row in rows] == [
        ("title", 0, True),
        ("labels", 0, False),
        ("labels[].name", 1, True),
        ("parent", 0, False),
        ("matrix", 0, False),
        ("matrix[][].x", 1, False),
    ]
    assert rows[3].schema.ref == "/components/schemas/Issue"


def test_fields_of_the_body_alone() -> None:
    """Without a depth only the body's own fields are listed; the fields of a list are those of its items."""
    assert [row.name for row in field_rows(to("Issue"), ISSUE)] == ["title", "labels", "parent", "matrix"]
    assert [row.name for row in field_rows(Schema(items=to("Label")), ISSUE)] == ["[].name"]
    assert field_rows(STRING, ISSUE) == field_rows(to("None"), ISSUE) == []


@pytest.mark.parametrize("name", ["Issue", "Tree"])
def test_circles_of_fields_end(name: str) -> None:
    """A schema that contains itself is listed once on each way down."""
    assert len(field_rows(to(name), ISSUE, depth=50)) in (0, 6)


def test_fields_are_limited() -> None:
    """A body with more fields than fit is cut."""
    assert len(field_rows(to("Wide"), ISSUE)) == MAX_FIELDS


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", ""),
        ("One thing. Two things.", "One thing."),
        ("Uses v1.2 of it. More.", "Uses v1.2 of it."),
        ("Title\n\nBody", "Title"),
        ("Does this:\n- first\n- second", "Does this:"),
        ("  lines\nthat go on  ", "lines that go on"),
        ("# Heading", "Heading"),
        ("See [the docs](https://example.com/a.b). Then.", "See the docs."),
        ("**Bold** words! `Code` next.", "Bold words!"),
        ("a [b] (c) [d](e)", "a [b] (c) d"),
        ("items[0](x) and []()", "items0 and"),
        ("3 * 4 > 2 and snake_case_name", "3 * 4 > 2 and snake_case_name"),
    ],
)
def test_the_first_sentence_is_plain(text: str, sentence: str) -> None:
    """Markdown's first sentence comes as one line of plain words."""
    assert first_sentence(text) == sentence


@given(st.text(st.sampled_from("ab .!?\n\t[]()*#->`A'\""), max_size=60))
def test_plain_text_is_one_line(text: str) -> None:
    """Whatever Markdown comes in, one stripped line comes out, and the sentences hold every word of the text."""
    assert plain(text) == " ".join(plain(text).split())
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


@pytest.mark.parametrize("part", ["[", "[a](", "[]", "](", "**", "- ", "\n", ". ", "!["])
def test_hostile_markdown_takes_no_time(part: str) -> None:
    """A long text of half-open links, marks or blanks is read in a time that grows with its length (or this hangs)."""
    text = part * 100_000
    assert len(plain(text)) <= len(text)
    assert len(first_sentence(text)) <= len(text)
