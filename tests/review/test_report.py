from typing import Any

import msgspec
import pytest
from markdown_it import MarkdownIt

from engine.review.diff.compare import compare
from engine.review.diff.report import WIDTH, diff_markdown, diff_text
from engine.review.records import Diff
from tests.specs.builders import JSON, document, read_json

SHARED = {"$ref": "#/components/schemas/Item"}


def body(schema: JSON) -> JSON:
    """Return a body or response with this schema."""
    return {"description": "", "content": {"application/json": {"schema": schema}}}


def version(properties: JSON, paths: JSON, **info: Any) -> JSON:
    """Return a document in which five operations return a shared schema, with more paths."""
    shared = {f"/items{index}": {"get": {"responses": {"200": body(SHARED)}}} for index in range(5)}
    item = {"type": "object", "required": ["id"], "properties": properties}
    tree = document(shared | paths, components={"schemas": {"Item": item}})
    tree["info"] |= info
    return tree


@pytest.fixture
def result() -> Diff:
    """A comparison with changes of every level."""
    parameter = {"name": "page", "in": "query", "schema": {"type": "integer"}}
    old = version({"id": {"type": "integer"}}, {"/a": {"get": {"parameters": [parameter]}}})
    new = version(
        {"id": {"type": "string"}},
        {"/a": {"get": {"parameters": [parameter | {"required": True}]}}, "/b": {"post": {}}},
        version="2.0",
    )
    return compare(read_json(old), read_json(new))


def test_a_terminal_shows_what_breaks_first(result: Diff) -> None:
    """Counts come first, then breaking changes by operation, then the others, with whom a shared schema reaches."""
    assert diff_text(result) == (
        "Test 1.0 → Test 2.0\n"
        "2 breaking, 0 may break, 1 other: 1 operation added, 6 changed\n"
        "\n"
        "Breaking (2)\n"
        "  GET /a\n"
        "    - query parameter page: became required\n"
        "  Type Item\n"
        "    received with GET /items0, GET /items1, GET /items2 and 2 more\n"
        "    - id: type changed from integer to string\n"
        "\n"
        "Other (1)\n"
        "  POST /b: operation added\n"
    )


def test_markdown_has_the_same_with_the_rules(result: Diff) -> None:
    """Levels and operations are headings, and each change names its rule."""
    assert diff_markdown(result) == (
        "# Test 1.0 → Test 2.0\n"
        "\n"
        "2 breaking, 0 may break, 1 other: 1 operation added, 6 changed\n"
        "\n"
        "## Breaking (2)\n"
        "\n"
        "### GET /a\n"
        "\n"
        "- query parameter page: became required (request-parameter-became-required)\n"
        "\n"
        "### Type Item\n"
        "\n"
        "received with GET /items0, GET /items1, GET /items2 and 2 more\n"
        "\n"
        "- id: type changed from integer to string (response-property-type-changed)\n"
        "\n"
        "## Other (1)\n"
        "\n"
        "### POST /b: operation added\n"
    )


def test_no_change_is_said_in_one_line() -> None:
    """Two versions that differ in words alone, or not at all, say so."""
    old, new = (read_json(document({"/a": {"get": {"summary": words}}})) for words in ("A", "B"))
    assert diff_text(compare(old, old)) == "Test 1.0 → Test 1.0\nNo change\n"
    assert diff_text(compare(old, new)) == "Test 1.0 → Test 1.0\nNo change but in the words of 1 operation\n"


def test_lines_fit_a_terminal(result: Diff) -> None:
    """A long sentence is wrapped; what was left out is said at the end."""
    long = msgspec.structs.replace(result.changes[0], sentence="word " * 60)
    text = diff_text(msgspec.structs.replace(result, changes=(long,), cut="5 more changes are not listed"))
    assert max(map(len, text.splitlines())) <= WIDTH
    assert text.endswith("\n\n5 more changes are not listed.\n")


def test_names_from_outside_are_no_markup() -> None:
    """Names that look like Markdown or HTML are shown as they are."""
    evil = "<script>*b*[x](http://a) `c` _d_ |"
    new = document({"/a": {"get": {"parameters": [{"name": evil, "in": "query"}]}}})
    text = diff_markdown(compare(read_json(document({"/a": {"get": {}}})), read_json(new)))
    html = MarkdownIt("commonmark").render(text)
    assert "<script>" not in html
    assert "<em>" not in html
    assert "<a " not in html
    assert "<code>" not in html
    assert "&lt;script&gt;*b*[x](http://a) `c` _d_ |" in html
