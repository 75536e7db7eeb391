"""Bodies in XML, as the XML Object of their schemas says."""

from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings, strategies as st

from engine.calls.compose import call_of
from engine.calls.records import Part
from engine.calls.xml import xml_text
from engine.specs.limits import Budget
from engine.specs.model import Schema
from engine.specs.openapi.schema import SchemaReader
from tests.calls import test_curl as calls
from tests.calls.test_meant import body, source

JSON = dict[str, Any]
TEXT = {"type": "string"}
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


def xml(schema: JSON, value: Any, **components: JSON) -> str:
    """A value as XML, without the declaration."""
    reader = SchemaReader(
        {"components": {"schemas": components}}, "/components/schemas", lambda *_: None, Budget(), siblings=True
    )
    read = reader.read(schema, "/schema")
    found = reader.finish()
    text = xml_text(read, value, lambda pointer: found.get(pointer, Schema()))
    assert text.startswith(DECLARATION)
    return text.removeprefix(DECLARATION)


PERSON = {
    "type": "object",
    "properties": {
        "id": {"type": "integer", "xml": {"attribute": True}},
        "name": {"type": "string", "xml": {"namespace": "https://example.com/schema/sample", "prefix": "sample"}},
    },
}
PET = {
    "type": "object",
    "xml": {"name": "pet"},
    "properties": {
        "tags": {
            "type": "array",
            "xml": {"wrapped": True},
            "items": {"xml": {"name": "tag"}, "$ref": "#/components/schemas/Tag"},
        },
        "photoUrls": {"type": "array", "xml": {"wrapped": True}, "items": {**TEXT, "xml": {"name": "photoUrl"}}},
    },
}


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        ({**TEXT, "xml": {"name": "animal"}}, "a < b", "<animal>a &lt; b</animal>"),
        ({"properties": {"animals": {"items": TEXT}}}, {"animals": ["a", "b"]}, ("<animals>a</animals>", "<animals>b")),
        (
            {"properties": {"animals": {"items": {**TEXT, "xml": {"name": "animal"}}, "xml": {"name": "aliens"}}}},
            {"animals": ["a"]},
            "  <animal>a</animal>",
        ),
        (
            {"properties": {"animals": {"items": TEXT, "xml": {"name": "aliens", "wrapped": True}}}},
            {"animals": ["a"]},
            "  <aliens>\n    <aliens>a</aliens>\n  </aliens>",
        ),
        (
            {"properties": {"id": {"xml": {"nodeType": "attribute"}}, "text": {"xml": {"nodeType": "cdata"}}}},
            {"id": '"1"', "text": "<b>"},
            "<root id='\"1\"'><![CDATA[<b>]]></root>",
        ),
        ({"properties": {"2 fast": TEXT, "no": {}}}, {"2 fast": "x", "no": None}, "  <_2_fast>x</_2_fast>\n  <no/>"),
        ({"oneOf": [{"properties": {"a": {"xml": {"name": "b"}}}}]}, {"a": 1}, "<b>1</b>"),
        ({"type": "array", "items": TEXT, "xml": {"name": "list"}}, ["a"], "<list>\n  <item>a</item>\n</list>"),
    ],
)
def test_names_and_places(schema: JSON, value: Any, expected: str | tuple[str, ...]) -> None:
    """Elements are called as the document says, lists wrapped only where it says so, text is escaped."""
    text = xml(schema, value)
    assert all(part in text for part in ([expected] if isinstance(expected, str) else expected))


def test_the_examples_of_the_standard() -> None:
    """Attributes, a prefix with its namespace, the name of a shared schema; names that stand beside a reference."""
    assert xml({"$ref": "#/components/schemas/Person"}, {"id": 123, "name": "example"}, Person=PERSON) == (
        '<Person id="123">\n'
        '  <sample:name xmlns:sample="https://example.com/schema/sample">example</sample:name>\n'
        "</Person>"
    )
    tag = {"properties": {"name": TEXT}, "xml": {"name": "other"}}
    assert xml(PET, {"photoUrls": ["u"], "tags": [{"name": "t"}]}, Tag=tag) == (
        "<pet>\n  <photoUrls>\n    <photoUrl>u</photoUrl>\n  </photoUrls>\n"
        "  <tags>\n    <tag>\n      <name>t</name>\n    </tag>\n  </tags>\n</pet>"
    )


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None)  # Machines are busy at times.
@given(JSON_VALUES, st.dictionaries(st.text(), st.sampled_from(["attribute", "cdata", "element", "text"])))
def test_whatever_it_is_a_parser_reads_it(value: Any, nodes: dict[str, str]) -> None:
    """Names, texts and attributes of any kind give a document that is well-formed."""
    schema = {"properties": {name: {"xml": {"nodeType": node, "name": name}} for name, node in nodes.items()}}
    ElementTree.fromstring(DECLARATION + xml(schema, value))  # noqa: S314 - what is parsed was written here


def test_a_body_that_has_only_xml_is_sent_as_xml() -> None:
    """The fields of the schema, and an example of the document that is no text."""
    person = Schema(type="object", properties={"name": Schema(type="string")}, required=("name",))
    for example, name in ((None, "string"), ({"name": "Ann"}, "Ann")):
        sent = calls.of(calls.operation("POST", body=calls.body("application/xml", person, example)))
        assert sent[-2:] == ["--data-raw", f"{DECLARATION}<root>\n  <name>{name}</name>\n</root>"]


def test_a_choice_is_called_like_its_branch() -> None:
    """What a whole is called tells which of several forms it is."""
    choice = {"oneOf": [{"properties": {"a": TEXT}, "xml": {"name": "first"}}, {"$ref": "#/components/schemas/Last"}]}
    last = {"properties": {"b": TEXT}}
    assert xml(choice, {"a": "1"}, Last=last) == "<first>\n  <a>1</a>\n</first>"
    assert xml(choice, {"b": "1"}, Last=last) == "<Last>\n  <b>1</b>\n</Last>"


def test_a_part_of_a_form_may_be_xml() -> None:
    """One part for each item, called like the field where its schema has no name."""
    form = {"type": "object", "required": ["line"], "properties": {"line": {"items": {"properties": {"a": TEXT}}}}}
    one = source(body(form, "multipart/mixed", encoding={"line": {"contentType": "application/xml"}}))
    call = call_of(one)
    assert call.headers == {"Content-Type": "multipart/mixed"}
    assert call.parts == (Part("line", f"{DECLARATION}<line>\n  <a>string</a>\n</line>", media_type="application/xml"),)
