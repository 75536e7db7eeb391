import json
import os
from pathlib import Path
from typing import Any

import graphql
import msgspec
import pytest
from graphql.language import Node, Visitor, visit
from hypothesis import given, settings, strategies as st

from engine.errors import SpecError
from engine.specs.describe import field_rows, merged, type_name
from engine.specs.limits import Limits
from engine.specs.model import EnumValue, Schema, Spec
from engine.specs.read import read
from tests.specs.builders import JSON, read_json
from tests.test_text import is_safe, texts

SDL = '''\
"""
# The town library

Books and their readers.
"""
schema { query: Root, mutation: Mutation }

"Where one begins."
type Root {
  "The book with an id. It may be lent."
  book("Of the book." id: ID!): Book
  "All that fits."
  search(
    text: String!
    "How many."
    first: Int = 10
    order: Order! = {by: TITLE, words: ["a", "b"], ratio: 0.5, old: true, none: null}
    "Before." until: Date @deprecated(reason: "Use `order`")
  ): [Hit!]!
  node(id: ID!): Node
  grid: [[Float]!] @deprecated
}

type Mutation {
  lend(input: LendInput!): Book!
}

interface Node { "Of anything." id: ID! }

interface Work implements Node { id: ID!, title(language: String = "en"): String! }

"A thing to read."
type Book implements Node & Work {
  id: ID!
  "As printed."
  title(language: String = "en"): String!
  sequel: Book
  state: State!
  price: Float @deprecated(reason: "Books are free")
}

type Reader implements Node { id: ID!, books: [Book!] }

"What a search finds."
union Hit = Book | Reader

"Where a book is."
enum State {
  SHELF
  "With a reader."
  LENT
  LOST @deprecated(reason: "Use `LENT`")
  GONE @deprecated
}

input Order { by: By!, words: [String!], ratio: Float, old: Boolean! = false, none: Int }
enum By { TITLE, DATE }

"What is lent, and to whom."
input LendInput {
  "The book."
  bookId: ID!
  reader: ReaderBy!
  days: Int! = 14
  note: String = "" @deprecated(reason: "Nobody reads it")
}

input ReaderBy @oneOf { id: ID, name: String }

"A day."
scalar Date @specifiedBy(url: "https://example.com/date")

"Says who may."
directive @access("The role." role: String! = "reader", level: Int) repeatable on OBJECT | FIELD_DEFINITION
'''
"""Everything that introspection carries too."""

FEDERATED = """\
extend schema @link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@key"]) @link(url: "https://a.example")
extend type Query { me: User @cost(weight: 3) }
type User @key(fields: "id") @key(fields: "email", resolvable: false) {
  id: ID! @shareable
  email(full: Boolean @beta): String
}
enum Role { ADMIN @beta }
extend enum Role { GUEST }
extend type User @tag(name: "x") { age: Int }
"""


def read_sdl(text: str, limits: Limits = Limits()) -> Spec:
    """Read a document in SDL."""
    return read(text.encode(), limits)


def introspected(text: str) -> JSON:
    """Return what a server with this schema answers to introspection."""
    return dict(graphql.introspection_from_schema(graphql.build_schema(text)))


def refusal(document: str | JSON, limits: Limits = Limits()) -> SpecError:
    """Return the error with which a document is refused."""
    with pytest.raises(SpecError) as refused:
        read(document.encode() if isinstance(document, str) else json.dumps(document).encode(), limits)
    return refused.value


def problems(spec: Spec) -> list[tuple[str, str, int]]:
    """Return pointer, message and line of each problem."""
    return [(problem.pointer, problem.message, problem.line) for problem in spec.problems]


@pytest.fixture(scope="module")
def library() -> Spec:
    """The town library's schema as read."""
    return read_sdl(SDL)


def test_fields_of_root_types_are_operations(library: Spec) -> None:
    """Each field of a root type is an operation with its arguments, its result and its deprecation."""
    assert [operation.key for operation in library.operations] == [
        "Query.book",
        "Query.search",
        "Query.node",
        "Query.grid",
        "Mutation.lend",
    ]
    book, search, _, grid, lend = library.operations
    assert (book.pointer, book.protocol, book.tags) == ("/types/Root/fields/book", "graphql", ("Query",))
    assert book.description == "The book with an id. It may be lent."
    [argument] = book.parameters
    assert (argument.name, argument.location, argument.required) == ("id", "argument", True)
    assert (argument.description, argument.schema) == ("Of the book.", Schema(type="string", format="id"))
    text, first, order, until = search.parameters
    assert text.required and not first.required and not order.required and not until.required
    assert (first.schema.default, first.schema.nullable, first.description) == (10, True, "How many.")
    assert order.schema == Schema(
        ref="/types/Order",
        default={"by": "TITLE", "words": ["a", "b"], "ratio": 0.5, "old": True, "none": None},
    )
    assert (until.deprecated, until.deprecation, until.description) == (True, "Use `order`", "Before.")
    assert (grid.deprecated, grid.deprecation) == (True, "")
    results = {operation.path: operation.responses[0].content[0] for operation in library.operations}
    assert {content.media_type for content in results.values()} == {"application/json"}
    assert results["book"].schema == Schema(ref="/types/Book", nullable=True)
    assert results["search"].schema == Schema(type="array", items=Schema(ref="/types/Hit"))
    assert results["grid"].schema == Schema(
        type="array",
        nullable=True,
        items=Schema(type="array", items=Schema(type="number", nullable=True)),
    )
    assert lend.parameters[0].schema == Schema(ref="/types/LendInput")


def test_a_spec_says_what_the_schema_says_of_itself(library: Spec) -> None:
    """Title and description are those of the schema; each kind of operation is a tag with its type's description."""
    assert (library.about.title, library.about.format) == ("The town library", "graphql")
    assert library.about.description == "# The town library\n\nBooks and their readers."
    assert [(tag.name, tag.description) for tag in library.about.tags] == [
        ("Query", "Where one begins."),
        ("Mutation", ""),
    ]
    assert library.problems == ()


def test_objects_and_interfaces_know_each_other(library: Spec) -> None:
    """An object has its fields and names its interfaces; an interface names the objects that implement it."""
    book, node = library.schemas["/types/Book"], library.schemas["/types/Node"]
    assert (book.type, book.description) == ("object", "A thing to read.")
    assert list(book.properties) == ["id", "title", "sequel", "state", "price"]
    assert book.required == ("id", "title", "state")
    assert book.implements == ("/types/Node", "/types/Work")
    assert book.properties["title"].arguments[0].schema == Schema(type="string", nullable=True, default="en")
    assert book.properties["price"] == Schema(
        type="number", nullable=True, deprecated=True, deprecation="Books are free"
    )
    assert (node.type, node.discriminator) == ("interface", "__typename")
    assert node.any_of == (Schema(ref="/types/Book"), Schema(ref="/types/Reader"))
    assert library.schemas["/types/Work"].implements == ("/types/Node",)


def test_unions_enums_inputs_scalars_and_directives_are_kept(library: Spec) -> None:
    """Each other kind of type is a schema that says all that the source says of it."""
    schemas = library.schemas
    hit, state = schemas["/types/Hit"], schemas["/types/State"]
    assert (hit.type, hit.discriminator) == ("union", "__typename")
    assert hit.one_of == (Schema(ref="/types/Book"), Schema(ref="/types/Reader"))
    assert (state.type, state.enum) == ("string", ("SHELF", "LENT", "LOST", "GONE"))
    assert state.enum_values == {
        "LENT": EnumValue(description="With a reader."),
        "LOST": EnumValue(deprecated=True, deprecation="Use `LENT`"),
        "GONE": EnumValue(deprecated=True),
    }
    lend = schemas["/types/LendInput"]
    assert (lend.type, lend.required) == ("input", ("bookId", "reader"))
    assert lend.properties["days"] == Schema(type="integer", default=14)
    assert lend.properties["note"].deprecation == "Nobody reads it"
    assert schemas["/types/ReaderBy"].limits == {"minProperties": 1, "maxProperties": 1}
    assert schemas["/types/Date"] == Schema(
        type="scalar", description="A day.", extensions={"specifiedBy": {"url": "https://example.com/date"}}
    )
    access = schemas["/directives/access"]
    assert (access.type, access.description) == ("directive", "Says who may.")
    assert [(one.name, one.required, one.description) for one in access.arguments] == [
        ("role", False, "The role."),
        ("level", False, ""),
    ]
    assert access.extensions == {"locations": ["OBJECT", "FIELD_DEFINITION"], "repeatable": True}


def test_types_read_well_in_words(library: Spec) -> None:
    """Names and fields of types are what a caller would write; requests made of them are tested with the calls."""

    def resolve(pointer: str) -> Schema:
        return library.schemas[pointer]

    schemas = library.schemas
    book, _, node, grid, lend = (operation.responses[0].content[0].schema for operation in library.operations)
    assert [type_name(schema) for schema in (book, grid, lend)] == ["Book", "array of array of number", "Book"]
    assert [type_name(schemas[f"/types/{name}"]) for name in ("Node", "Hit")] == ["interface", "Book | Reader"]
    assert merged(node, resolve).properties == schemas["/types/Node"].properties
    assert [row.name for row in field_rows(book, resolve, 2)][:4] == ["id", "title", "sequel", "state"]


def test_introspection_gives_the_same_spec(library: Spec) -> None:
    """What a server says of its schema is read as the schema itself, with or without `data` around it."""
    tree = introspected(SDL)
    assert read_json(tree) == library
    assert read_json({"data": tree, "extensions": {"cost": 1}}) == library
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(library), type=Spec) == library


def test_directives_and_extensions_are_taken_in() -> None:
    """Types have what extends them, and directives that specdeck does not know are kept with their arguments."""
    spec = read_sdl(FEDERATED)
    [me] = spec.operations
    assert (me.key, me.extensions) == ("Query.me", {"cost": {"weight": 3}})
    assert [link["url"] for link in spec.about.extensions["link"]][1] == "https://a.example"
    user = spec.schemas["/types/User"]
    assert list(user.properties) == ["id", "email", "age"]
    assert user.extensions == {
        "key": [{"fields": "id"}, {"fields": "email", "resolvable": False}],
        "tag": {"name": "x"},
    }
    assert user.properties["id"].extensions == {"shareable": {}}
    assert user.properties["email"].arguments[0].extensions == {"beta": {}}
    assert spec.schemas["/types/Role"].enum == ("ADMIN", "GUEST")
    assert spec.problems == ()


@pytest.mark.parametrize(
    ("text", "pointer", "message", "line"),
    [
        ("type Query {\n  a: Missing\n}", "/types/Query/fields/a", "refers to Missing, which is not defined", 2),
        (
            "type Query {\n a(\n b: [Missing!]): Int }",
            "/types/Query/fields/a/arguments/b",
            "refers to Missing, which is not defined",
            3,
        ),
        ("type A { a: Int }\nunion U = A | B", "/types/U", "refers to B, which is not defined", 2),
        ("type A implements B { a: Int }", "/types/A", "refers to B, which is not defined", 1),
        ("type A { a: Int }\nextend type B { b: Int }", "/types/B", "is extended, but not defined here", 2),
        ("type A { a: Int }\ntype A { b: Int }", "/types/A", "is defined again; both are taken together", 2),
        (
            "type A { a: Int }\nenum A { B }",
            "/types/A",
            "is also another kind of type (enum type), which is left out",
            2,
        ),
        (
            "type A {\n a: Int\n a: Float }",
            "/types/A/fields/a",
            "is defined again; the first counts, with the descriptions of all",
            3,
        ),
        (
            "type A { a(b: Int, b: Int): Int }",
            "/types/A/fields/a/arguments/b",
            "is defined again; the first counts, with the descriptions of all",
            1,
        ),
        ("enum A { B B }", "/types/A/values/B", "is defined again; the first counts, with the descriptions of all", 1),
        (
            "directive @a on FIELD\ndirective @a on ENUM\nscalar S",
            "/directives/a",
            "is defined again; the first counts, with the descriptions of all",
            2,
        ),
        ("schema { query: Q }\ntype A { a: Int }", "", "The schema names Q, which is not defined as an object type", 1),
        (
            "type A { a: Int }\ntype B { a: Int }\nschema { query: A }\nextend schema { query: B }",
            "",
            "The schema has several types for query; the first counts",
            4,
        ),
        ("type A { a: Int }\nquery Q { a }", "", "The operation definition here is no part of a schema", 2),
    ],
)
def test_a_broken_part_costs_that_part(text: str, pointer: str, message: str, line: int) -> None:
    """What is wrong in a schema is a problem with its place and line, and everything else is read."""
    spec = read_sdl(text)
    assert problems(spec) == [(pointer, message, line)]
    assert spec.schemas


def test_what_is_defined_twice_is_taken_together() -> None:
    """Files that were put one after the other may each have a part of a type; nothing of it is lost."""
    spec = read_sdl(
        '"One." type Query { "A." a: Int }\n"Two." type Query { "B." a: Int, b: Int }\nextend type Other { c: Int }'
    )
    assert [operation.key for operation in spec.operations] == ["Query.a", "Query.b"]
    assert [operation.description for operation in spec.operations] == ["A.\n\nB.", ""]
    assert spec.schemas["/types/Query"].description == "One.\n\nTwo."
    assert list(spec.schemas["/types/Other"].properties) == ["c"]


def test_types_alone_are_a_spec() -> None:
    """A part of a schema without operations is read with its types."""
    spec = read_sdl("input Query { a: Int }\nscalar Date")
    assert spec.operations == ()
    assert list(spec.schemas) == ["/types/Query", "/types/Date"]
    assert spec.about.title == "GraphQL API"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("type A {\n  a Int\n}", "The GraphQL is broken at line 2, column 5: expected ':', found Name 'Int'"),
        ("type A {", "The GraphQL is broken at line 1, column 9: expected Name, found <EOF>"),
        ('type A {\r\n "x" }', "The GraphQL is broken at line 2, column 6: expected Name, found '}'"),
        ("extend schema @a", "The GraphQL document defines no type"),
    ],
)
def test_a_broken_document_is_refused_with_its_place(text: str, sentence: str) -> None:
    """Wrong syntax is refused with line and column, and a next step."""
    error = refusal(text)
    assert str(error) == sentence
    assert error.hint


@pytest.mark.parametrize(
    "text",
    [
        "type A { a: " + "[" * 50_000,
        "type A { a: " + "[" * 150 + "Int" + "]" * 150 + " }",
        "type A { a(b: C = " + "[" * 50_000,
        "type A @a(b: " + "{a:" * 50_000,
        "type A @a(b: " + "[" * 150 + "]" * 150 + ") { a: Int }",
        "type A { a: Int } query " + "{a" * 50_000,
    ],
    ids=["type open", "type", "list open", "object open", "list", "query"],
)
def test_deep_nesting_is_refused(text: str) -> None:
    """A document that nests without end, or deeper than the limit, is refused and the process goes on."""
    assert "nested" in str(refusal(text, Limits(max_depth=100)))


def test_deep_introspection_is_refused() -> None:
    """A default value in an introspection result is text that may nest too."""
    tree = introspected("type Query { a(b: [Int] = [1]): Int }")
    [query] = [each for each in tree["__schema"]["types"] if each["name"] == "Query"]
    query["fields"][0]["args"][0]["defaultValue"] = "[" * 50_000
    assert [problem.message for problem in read_json(tree).problems] == ["is no value that GraphQL can read"]
    query["fields"][0]["args"][0]["defaultValue"] = "[" * 150 + "]" * 150
    assert refusal(tree, Limits(max_depth=100)).hint.startswith("Raise the setting `max_depth`")


@pytest.mark.parametrize(
    ("text", "limits", "setting"),
    [
        ("type A { a: Int } " * 10, Limits(max_parts=50), "max_parts"),
        ("type A { a: Int }" + "\n#" * 100, Limits(max_parts=50), "max_parts"),
        ("type Query { " + " ".join(f"a{number}: Int" for number in range(11)) + " }", Limits(max_operations=10), ""),
        (SDL, Limits(max_seconds=-1), "max_seconds"),
    ],
    ids=["tokens", "comments", "operations", "time"],
)
def test_limits_hold(text: str, limits: Limits, setting: str) -> None:
    """What is more than a limit allows is refused, and the setting is named."""
    assert f"`{setting or 'max_operations'}`" in refusal(text, limits).hint


def test_many_problems_are_cut() -> None:
    """A document that is broken in one way many times does not fill the library with problems."""
    assert len(read_sdl("type A { " + " ".join(f"a{number}: B" for number in range(999)) + " }").problems) == 200


def test_escapes_in_strings_are_cleaned() -> None:
    """A string of GraphQL may spell out a control character, which is taken out after it is read."""
    evil = r'"\u001b]52;c;aGk=\u0007 \u202e"'
    spec = read_sdl(
        f"{evil} scalar A @tag({'name'}: {evil}) type Query {{ a(b: A = {evil}): Int @deprecated(reason: {evil}) }}"
    )
    assert all(map(is_safe, texts(msgspec.to_builtins(spec))))
    assert "52;c;aGk=" in spec.schemas["/types/A"].description


def test_numbers_that_no_record_can_keep_stay_text() -> None:
    """A number beyond 64 bits, or beyond what a float can be, is kept as it is written."""
    spec = read_sdl(f"type Query {{ a(b: Int = {'9' * 5000}, c: Float = 1e999, d: Int = -7): Int }}")
    [a] = spec.operations
    assert [argument.schema.default for argument in a.parameters] == ["9" * 5000, "1e999", -7]


# Introspection --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("schema", [None, [], {}, {"types": None}, {"types": {}}, {"types": []}])
def test_an_introspection_without_types_is_refused(schema: Any) -> None:
    """An answer that holds an error, or not what was asked, is refused with the next step."""
    assert refusal({"data": {"__schema": schema}}).hint.startswith(("Save the whole answer", "Give the document"))


def test_broken_parts_of_an_introspection_are_problems() -> None:
    """What has no name, no kind or no whole type is a problem with its JSON pointer; the rest is read."""
    unknown = {"kind": "NON_NULL", "ofType": {"kind": "LIST", "ofType": None}}
    spec = read_json(
        {
            "__schema": {
                "queryType": {"name": "Query"},
                "mutationType": {"name": "a/b"},
                "types": [
                    None,
                    {"kind": "OBJECT", "name": "has\nline"},
                    {"kind": "WHAT", "name": "A"},
                    {"kind": "OBJECT", "name": "Query", "fields": [{"name": "a", "type": unknown}, {"name": "__b"}, 7]},
                    {"kind": "SCALAR", "name": "__Hidden"},
                ],
                "directives": [{"name": "skip"}, {"name": "x", "locations": ["FIELD"]}],
            }
        }
    )
    types = "/__schema/types"
    assert [(problem.pointer, problem.message.partition(";")[0]) for problem in spec.problems] == [
        ("/__schema/mutationType", "has no name that GraphQL allows"),
        (f"{types}/0", "has no name that GraphQL allows"),
        (f"{types}/1", "has no name that GraphQL allows"),
        (f"{types}/2", "is of no kind that GraphQL has: WHAT"),
        (f"{types}/3/fields/0/type", "names no type"),
        (f"{types}/3/fields/1/type", "names no type"),
        (f"{types}/3/fields/2", "has no name that GraphQL allows"),
    ]
    assert [operation.key for operation in spec.operations] == ["Query.a", "Query.__b"]
    assert spec.operations[0].responses[0].content[0].schema == Schema(type="array", items=Schema(nullable=True))
    assert list(spec.schemas) == ["/types/Query", "/directives/x"]


# Detection ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text",
    [
        "# A comment\n\n# another\ntype Query { a: Int }",
        '"""\nSays "type" and \\""" too\n"""\nschema { query: Query } type Query { a: Int }',
        '"A day" scalar Date',
        'extend schema\n  @link(url: "https://specs.apollo.dev/federation/v2.0")\ntype Query { a: Int }',
        "schema\r\n{\r\n  query: Query\r\n}\r\ntype Query {\r\n  a: Int\r\n}\r\n",
        "\ufefftype Query { a: Int }",
        "type A implements B & C { a: Int }",
        "interface A @x { a: Int }",
        "union A =\n  | B\n  | C",
        "enum A { B }",
        "input A @oneOf { a: Int }",
        "directive @a(b: Int) repeatable on FIELD\nscalar A",
        "scalar Date # a day\nscalar Time\n",
        "type Query\n\nextend type Query { a: Int }",
        "extend type Query { a: Int }",
    ],
)
def test_sdl_is_recognised(text: str) -> None:
    """A document in SDL is known by how it begins, comments and descriptions passed over."""
    assert read_sdl(text).about.format == "graphql"
    assert read(text.removeprefix("\ufeff").encode("utf-16")).about.format == "graphql"


@pytest.mark.parametrize(
    "text",
    [
        "type theory is a field of logic",
        "input data & output of the tool",
        "type of input fields: see below",
        "# Types\n\nscalar values are simple.\n\nenum types have names",
        "interface design @ home",
        "schema: x",
        "types {",
        "type A = { a: string }",
        "directive @home",
    ],
)
def test_prose_is_not_taken_for_sdl(text: str) -> None:
    """A text that only begins with a word of SDL is something else."""
    try:
        assert read_sdl(text).about.format != "graphql"
    except SpecError as refused:
        assert "GraphQL" not in str(refused)


@pytest.mark.parametrize("start", [" ", "\n", ",", "# x\n", "//\n", "/*", "/**/", "<!---->", '"""', "type ", "---\n"])
def test_recognising_takes_one_pass(start: str) -> None:
    """A text that begins many times over like something that it is not keeps nobody waiting."""
    try:
        read(start.encode() * 50_000 + b"!")
    except SpecError as refused:
        assert refused.hint


# Anything -------------------------------------------------------------------------------------------------------------
def holds(data: bytes) -> None:
    """Assert that a document is read or refused, and that what is read can be kept and shown."""
    try:
        spec = read(data, Limits(max_parts=20_000))
    except SpecError as refused:
        assert is_safe(str(refused))
        return
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(spec), type=Spec) == spec
    assert all(map(is_safe, texts(msgspec.to_builtins(spec))))
    assert len({operation.key for operation in spec.operations}) == len(spec.operations)


PIECES = st.sampled_from(
    [
        *'{}[]()!:=|&@#"\\,\n\x1b',
        '"""',
        "Query",
        "Book",
        "extend ",
        "type ",
        "null",
        "$x",
        "1e9",
        "\\u001b",
        "\u202e",
        "é",
    ]
)


@settings(max_examples=300, deadline=None)
@given(
    edits=st.lists(
        st.tuples(st.integers(0, len(SDL)), st.integers(0, 60), st.integers(0, len(SDL)), st.lists(PIECES, max_size=3)),
        min_size=1,
        max_size=4,
    )
)
def test_any_change_of_a_schema_is_read_or_refused(edits: list[tuple[int, int, int, list[str]]]) -> None:
    """A schema with parts cut out, moved or written over gives a spec or a refusal, nothing else."""
    text = SDL + FEDERATED
    for start, length, source, pieces in edits:
        text = text[:start] + "".join(pieces) + text[source : source + length] + text[start + length :]
    holds(b"scalar First\n" + text.encode(errors="replace"))


def paths(tree: Any) -> list[tuple[Any, ...]]:
    """Return how each value of a tree is reached."""
    if not isinstance(tree, dict | list):
        return []
    found: list[tuple[Any, ...]] = []
    for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree):
        found += [(key,), *((key, *below) for below in paths(value))]
    return found


INTROSPECTED = introspected(SDL)
PATHS = [path for path in paths(INTROSPECTED) if len(path) > 1]
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from(["Query", "Book", "LIST", "NON_NULL", "ENUM", "{a: $b}", "[", "\x1b[0m", "a/b"])
    | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["kind", "name", "ofType", "type", "fields", "args"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(edits=st.lists(st.tuples(st.sampled_from(PATHS), VALUES), min_size=1, max_size=6))
def test_any_introspection_is_read_or_refused(edits: list[tuple[tuple[Any, ...], Any]]) -> None:
    """An introspection result with any parts replaced gives a spec or a refusal, nothing else."""
    tree = json.loads(json.dumps(INTROSPECTED))
    for path, value in edits:
        node = tree
        for key in path[:-1]:
            node = node[key] if isinstance(node, dict) and key in node else None
        if isinstance(node, dict):
            node[path[-1]] = value
    holds(json.dumps(tree).encode())


# Real documents -------------------------------------------------------------------------------------------------------
Names = tuple[str, ...]
"""Names from the type or directive down."""


class _Descriptions(Visitor):
    """Collects every description of a document, as graphql-core finds them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[Names, dict[str, None]] = {}

    def enter(self, node: Node, key: Any, parent: Any, path: Any, ancestors: list[Any]) -> None:
        if description := getattr(node, "description", None):
            names = tuple(each.name.value for each in (*ancestors, node) if getattr(each, "name", None))
            self.found.setdefault(names, {})[description.value] = None


def in_source(text: str) -> dict[Names, str]:
    """Return the descriptions of a document; what has several has all of them."""
    visitor = _Descriptions()
    visit(graphql.parse(text), visitor)
    return {names: "\n\n".join(found) for names, found in visitor.found.items()}


def in_spec(spec: Spec) -> dict[Names, str]:
    """Return the descriptions of a spec."""
    found: dict[Names, str] = {(): spec.about.description}
    for pointer, schema in spec.schemas.items():
        name = pointer.rpartition("/")[2]
        found[name,] = schema.description
        found |= {(name, argument.name): argument.description for argument in schema.arguments}
        found |= {(name, value): said.description for value, said in schema.enum_values.items()}
        for field, child in schema.properties.items():
            found[name, field] = child.description
            found |= {(name, field, argument.name): argument.description for argument in child.arguments}
    return {names: text for names, text in found.items() if text}


def test_every_description_is_kept(library: Spec) -> None:
    """Nothing that a schema says of its parts is lost."""
    assert len(in_source(SDL)) == 18
    assert in_spec(library) == in_source(SDL)


@pytest.fixture(scope="module")
def github() -> str:
    """GitHub's schema (octokit/graphql-schema, `schema.graphql`)."""
    path = Path(os.environ.get("SPECDECK_CORPUS", "")) / "github-graphql/schema.graphql"
    if not path.is_absolute() or not path.exists():
        pytest.skip("SPECDECK_CORPUS names no folder with github-graphql/schema.graphql")
    return path.read_text()


def test_every_description_of_a_large_schema_is_kept(github: str) -> None:
    """Every description of GitHub's schema is in the spec, at its own place; only repeated fields are problems."""
    spec, source = read_sdl(github), in_source(github)
    assert len(source) > 5_000
    assert in_spec(spec) == source
    assert {problem.message.partition(";")[0] for problem in spec.problems} <= {"is defined again"}
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(spec), type=Spec) == spec


def test_a_large_schema_and_its_introspection_are_the_same(github: str) -> None:
    """GitHub's schema read from introspection is the one read from SDL, but for the directives that are applied."""
    schema = graphql.build_schema(github, assume_valid=True, assume_valid_sdl=True)
    spec, other = read_sdl(graphql.print_schema(schema)), read_json(graphql.introspection_from_schema(schema))
    assert spec.problems == other.problems == ()
    assert spec.schemas == other.schemas
    assert spec.operations == other.operations
