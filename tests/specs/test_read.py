import json

import msgspec
import pytest
from hypothesis import given, settings, strategies as st

from engine.errors import SpecError
from engine.specs.limits import Limits
from engine.specs.model import Spec
from engine.specs.read import read
from engine.text import clean_line
from tests.specs.builders import PETS, document, operation_document, read_json
from tests.test_text import is_safe, texts

HEAD = "openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths: {}\n"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
PETS_JSON = json.dumps(PETS).encode()
PETS_YAML = b"""\
openapi: 3.0.3
info: {title: Pets, version: 1.0.0}
paths:
  /pets/{id}:
    get:
      operationId: showPet
      parameters: &shared
        - {name: id, in: path, required: true, schema: {type: string}}
      responses:
        200:
          description: >
            A pet
    delete: {parameters: *shared, responses: {204: {description: Gone}}}
"""


def refusal(data: bytes | str, limits: Limits = Limits()) -> str:
    """Return the sentence with which a document is refused."""
    with pytest.raises(SpecError) as refused:
        read(data.encode() if isinstance(data, str) else data, limits)
    assert refused.value.hint
    sentence = str(refused.value)
    assert sentence == clean_line(sentence)
    return sentence


@pytest.mark.parametrize("data", [b"", b" \n\t", b"\xef\xbb\xbf", "\ufeff \n".encode("utf-16-le")])
def test_nothing_is_refused_as_empty(data: bytes) -> None:
    """No bytes, white space and a lone byte order mark are an empty document."""
    assert refusal(data) == "The document is empty"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (PNG, "The document is not text in UTF-8 or UTF-16"),
        (b"openapi: 3.0.3\0", "The document is binary data, not text"),
        ("openapi: 3.0.3".encode("utf-32"), "The document is binary data, not text"),
        (b"\xff\xfe{", "The document is not text in UTF-8 or UTF-16"),
        ('{"openapi": "3.0.3",', "The JSON ends too early, at line 1, column 21"),
        ('{\n  "a": 1,\n  b\n}', "The JSON is broken at line 3, column 3: expecting property name enclosed"),
        ('{"a": 1} x', "The JSON is broken at line 1, column 10: extra data"),
        ('{"a": 01}', "The JSON is broken at line 1, column 8"),
        (
            "openapi: 3.0.3\npaths:\n\t/a: {}\n",
            "The YAML is broken at line 3, column 1: a tab, where only blanks may stand",
        ),
        ("openapi: 3.0.3\ninfo: [1, 2", "The YAML is broken at line 3, column 1"),
        ("openapi: 1\n---\nb: 2\n", "The YAML is broken at line 2, column 1: there is a second document"),
        ("openapi: 3.0.3\ninfo: \x07", "The YAML is broken: "),
        ('{"info": {}, "paths": {}}', "The document looks like an API specification, but it has no `openapi` and"),
        ("swaggerVersion: '1.2'", "The document looks like an API specification, but it has no `openapi`"),
        ("swagger: '1.2'\npaths: {}\n", "Swagger 1.2 is not supported"),
        ("swagger: '2.1'\npaths: {}\n", "Swagger 2.1 is not supported"),
        ("swagger: 3\npaths: {}\n", "Swagger 3 is not supported"),
        ("swagger: true\npaths: {}\n", "Swagger True is not supported"),
        ("swagger: [2.0]\npaths: {}\n", "Swagger is not supported"),
        ("swagger: '2.0'\n", "The document has no `paths`, so there is nothing to call"),
        ("openapi: 2.0\npaths: {}\n", "OpenAPI 2.0 is not supported"),
        ("openapi: 3.3.0\npaths: {}\n", "OpenAPI 3.3.0 is not supported"),
        ("openapi: 3.10.0\npaths: {}\n", "OpenAPI 3.10.0 is not supported"),
        ("openapi: 30\npaths: {}\n", "OpenAPI 30 is not supported"),
        ("openapi: [3.0.3]\npaths: {}\n", "OpenAPI is not supported"),
        ("openapi: 3.0.3\n", "The document has no `paths`, so there is nothing to call"),
        ("openapi: 3.0.3\npaths: []\n", "The document has no `paths`, so there is nothing to call"),
        ("openapi: 3.0.3\nwebhooks: {}\n", "The document has no `paths`, so there is nothing to call"),
        ("openapi: 3.1.0\ncomponents: {}\n", "The document has no `paths`, so there is nothing to call"),
        ('{"openapi": "3.0.3", "paths": {}, "x": {"a\\u001b": 1, "a\\u241b": 2}}', "Two keys of the document differ"),
    ],
)
def test_what_is_no_specification_is_refused(data: bytes | str, sentence: str) -> None:
    """Each kind of wrong document is refused with one sentence that says why and, where known, where."""
    assert refusal(data).startswith(sentence)


def test_a_refusal_quotes_nothing_raw() -> None:
    """Escape sequences and line breaks in what is quoted are taken out, and long quotes are cut."""
    sentence = refusal(json.dumps({"openapi": "\x1b]52;c;aGk=\x07\n" + "x" * 500}))
    assert is_safe(sentence)
    assert len(sentence) < 80


def test_a_document_may_be_as_large_as_the_limit() -> None:
    """One byte over the limit is refused, the limit itself is read."""
    limits = Limits(max_document_mb=1)
    padding = b" " * (1024 * 1024 - len(PETS_JSON))
    assert read(PETS_JSON + padding, limits).operations
    assert refusal(PETS_JSON + padding + b" ", limits) == "The document is larger than 1 MB"


@pytest.mark.parametrize(
    "data",
    [
        '{"a": ' * 300 + "1" + "}" * 300,
        '{"a": ' + "[" * 200_000,
        '{"a": ' + "[" * 200_000 + "]" * 200_000 + "}",
        "a: " + "[" * 200_000,
        "a: " + "{a: " * 200_000,
        "openapi: 3.0.3\nx:\n" + "- " * 200_000 + "a",
        "openapi: 3.0.3\nx:\n  " + "? " * 200_000,
        "".join(f"{' ' * level}a:\n" for level in range(300)),
    ],
    ids=["json", "json open", "json lists", "yaml lists", "yaml mappings", "yaml dashes", "yaml keys", "yaml block"],
)
def test_deep_nesting_is_refused(data: str) -> None:
    """A document that nests without end is refused in JSON and in YAML, and the process goes on."""
    assert refusal(data).startswith(("The document is nested deeper than 200 levels", "The YAML is broken at line "))


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_depth_counts_levels(form: str) -> None:
    """Both forms allow the same number of levels."""
    tree = {"openapi": "3.0.3", "paths": {}, "x": [[["deep"]]]}
    data = json.dumps(tree).encode()
    data = data if form == "json" else b"--- " + data
    assert read(data, Limits(max_depth=4)).about.format == "openapi-3.0"
    assert "deeper than 3 levels" in refusal(data, Limits(max_depth=3))


def test_a_schema_as_deep_as_the_limit_is_kept() -> None:
    """The deepest document that is allowed can be read, packed and unpacked."""
    schema: dict[str, object] = {"type": "string"}
    for _ in range(190):
        schema = {"items": schema}
    spec = read_json(document(components={"schemas": {"Deep": schema}}))
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(spec), type=Spec) == spec


@pytest.mark.parametrize(
    "data",
    [
        PETS_JSON,
        b"\xef\xbb\xbf" + PETS_JSON,
        b"\n " + PETS_JSON + b"\n",
        "\ufeff".encode("utf-16-le") + PETS_JSON.decode().encode("utf-16-le"),
        "\ufeff".encode("utf-16-be") + PETS_JSON.decode().encode("utf-16-be"),
        b"# a comment makes it YAML\n" + PETS_JSON,
    ],
    ids=["plain", "utf-8 mark", "blanks", "utf-16-le", "utf-16-be", "as yaml"],
)
def test_encodings_read_alike(data: bytes) -> None:
    """Encoding, byte order mark and JSON or YAML change nothing in what is read."""
    assert read(data) == read_json(PETS)


@pytest.mark.parametrize(
    ("number", "kept"),
    [
        ("1", 1),
        ("-0.5", -0.5),
        ("18446744073709551615", 18446744073709551615),
        ("9" * 30, "9" * 30),
        ("9" * 5000, "9" * 5000),
        ("1e999", "1e999"),
        ("-1e999", "-1e999"),
        ("1e308", 1e308),
    ],
    ids=lambda value: str(value)[:24],
)
@pytest.mark.parametrize("form", ["json", "yaml"])
def test_numbers_of_any_size_are_kept(number: str, kept: object, form: str) -> None:
    """A number that no record can hold stays text, digit by digit; every other one stays a number."""
    text = json.dumps(document(components={"schemas": {"A": {"maximum": "@"}}})).replace('"@"', number)
    spec = read((text if form == "json" else "--- " + text).encode())
    assert spec.schemas["/components/schemas/A"].limits == {"maximum": kept}
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(spec), type=Spec) == spec


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_numbers_that_json_lacks_stay_text(number: str) -> None:
    """What some programs write for no number is kept as the word it is."""
    text = json.dumps(document(components={"schemas": {"A": {"default": "@"}}})).replace('"@"', number)
    assert read(text.encode()).schemas["/components/schemas/A"].default == number


def test_lone_surrogates_are_replaced() -> None:
    """A JSON escape for half a character becomes a replacement sign, which can be kept and shown."""
    data = '{"openapi": "3.0.3", "info": {"title": "a\\ud800b", "version": 1}, "paths": {"/\\udfff": {"get": {}}}}'
    spec = read(data.encode())
    assert (spec.about.title, spec.operations[0].path) == ("a\ufffdb", "/\ufffd")


def test_escape_sequences_do_not_get_in() -> None:
    """No text of the records can act on a terminal, wherever it stood: descriptions, keys, references, examples."""
    evil = "\x1b]52;c;aGk=\x07\u202e\x9b31m"
    pointer = "#/components/schemas/%1B%5D52%07"
    tree = operation_document(
        {
            "operationId": evil,
            "summary": evil,
            "description": evil,
            "tags": [evil],
            "parameters": [
                {"name": evil, "in": "query", "schema": {"$ref": pointer}},
                {"$ref": "http://example.com/\x1b[31m"},
                {"$ref": pointer},
            ],
            "responses": {evil: {"description": evil, "content": {evil: {"example": {evil: [evil]}}}}},
        },
        components={"schemas": {"\x1b]52\x07": {"enum": [evil]}, "B": {"$ref": "#/components/schemas/%1b%0aB"}}},
    )
    spec = read_json(tree)
    assert len([one for one in spec.problems if not one.suspect]) == 3  # what turns text around is told besides
    assert all(map(is_safe, texts(msgspec.to_builtins(spec, str_keys=True))))
    assert spec.schemas["/components/schemas/␛]52␇"].enum
    [parameter] = spec.operations[0].parameters
    assert parameter.schema.ref == "/components/schemas/␛]52␇"


@pytest.mark.parametrize("tag", ["!!set", "!!omap", "!!pairs", "!!binary", "!!timestamp", "!!python/tuple", "!mine"])
def test_tags_of_yaml_make_no_other_values(tag: str) -> None:
    """A tag that asks for a set, pairs, bytes or an object leaves the plain value, and its text is cleaned."""
    spec = read(f'{HEAD}components: {{schemas: {{A: {{example: {tag} [{{"\\e[31m": "\\e[0m"}}]}}}}}}'.encode())
    assert spec.schemas["/components/schemas/A"].example == [{"␛[31m": "␛[0m"}]


def test_names_that_look_like_markup_stay() -> None:
    """Brackets are ordinary text to the reader; the screen must not read them as markup."""
    spec = read_json(
        operation_document({"operationId": "[bold]x[/bold]", "parameters": [{"name": "filter[name]", "in": "query"}]})
    )
    assert spec.operations[0].operation_id == "[bold]x[/bold]"
    assert spec.operations[0].parameters[0].name == "filter[name]"


def test_records_survive_packing() -> None:
    """A spec that is packed and unpacked, as the library does it, is equal to what was read."""
    for data in (PETS_JSON, PETS_YAML):
        spec = read(data)
        assert spec.operations
        assert msgspec.msgpack.decode(msgspec.msgpack.encode(spec), type=Spec) == spec


KEYS = st.sampled_from(
    "$ref schema schemas type properties items allOf oneOf anyOf enum const example examples value parameters name in"
    " required responses requestBody content headers get post description summary tags security servers url variables"
    " default 200 x-y /a application/json securitySchemes flows scopes additionalProperties discriminator".split()
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["#/components/schemas/A", "#/paths", "#/components", "#/", "#", "http://x/y", "object", "query"])
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS | st.text(max_size=4), inner, max_size=4)
)


@settings(max_examples=150, deadline=None)
@given(paths=st.dictionaries(st.text(max_size=4), VALUES, max_size=3), components=VALUES, other=VALUES)
def test_any_value_anywhere_is_read_or_refused(paths: object, components: object, other: object) -> None:
    """Whatever stands under `paths`, `components` and elsewhere, a spec that can be kept comes out, or SpecError."""
    tree = {"openapi": "3.1.0", "info": other, "paths": paths, "components": components, "servers": other}
    tree |= {"security": other, "tags": other}
    try:
        spec = read(json.dumps(tree).encode())
    except SpecError:
        return
    kept = msgspec.msgpack.decode(msgspec.msgpack.encode(spec), type=Spec)
    assert kept == spec
    assert all(map(is_safe, texts(msgspec.to_builtins(spec, str_keys=True))))


@settings(max_examples=200, deadline=None)
@given(
    original=st.sampled_from([PETS_JSON, PETS_YAML]),
    edits=st.lists(
        st.tuples(st.integers(0, 10**4), st.sampled_from("flip cut insert".split()), st.binary(max_size=3)),
        min_size=1,
        max_size=4,
    ),
)
def test_a_damaged_document_is_read_or_refused(original: bytes, edits: list[tuple[int, str, bytes]]) -> None:
    """Bytes that are changed, cut out or put in lead to a spec or to SpecError, never to another error."""
    data = bytearray(original)
    for place, edit, extra in edits:
        at = place % len(data)
        if edit == "flip":
            data[at] ^= 1 << place % 8
        elif edit == "cut":
            del data[at : at + 1 + place % 40]
        else:
            data[at:at] = extra
        data = data or bytearray(b" ")
    try:
        read(bytes(data))
    except SpecError as refused:
        assert str(refused) == clean_line(str(refused))
