"""What is not as it should be and means one thing all the same: it is read, and told with its line."""

import json

import pytest
from hypothesis import assume, given, strategies as st

from engine.errors import SpecError
from engine.specs import jsonc
from engine.specs.decode import tree_of
from engine.specs.limits import Limits
from engine.specs.model import Spec
from engine.specs.problems import Problems
from engine.specs.read import read
from engine.text import clean_tree
from tests.specs.builders import PETS

PETS_JSON = json.dumps(PETS).encode()
COMMENTED = """\
{
  // https://example.com/made-by "hand"
  "openapi": "3.0.3", /* of
  many lines */ "info": {"title": "Wells", "version": "1", "description": "See http://wells.test /* all */, // ]"},
  "paths": {
    "/wells": {"get": {"operationId": "listWells", "parameters": [{"$ref": "#/gone"},], "responses": {}}},
  },
}
"""
BRACED = """\
{
  # of the team
  openapi: 3.0.3,
  info: {title: Mills, version: '1', contact: {url: https://mills.test}},
  paths: {
    /mills: {get: {operationId: listMills, parameters: [{$ref: '#/gone'}], responses: {}}},
  },
}
"""


def told(spec: Spec) -> list[tuple[int, str]]:
    """Return line and message of each problem."""
    return [(problem.line, problem.message) for problem in spec.problems]


def test_comments_and_last_commas_of_json_are_passed_over() -> None:
    """What stands in texts stays, and the lines of other problems are those of the document."""
    spec = read(COMMENTED.encode())
    assert spec.operations[0].operation_id == "listWells"
    assert spec.about.description == "See http://wells.test /* all */, // ]"
    lines = told(spec)
    assert (2, "has comments, which JSON does not know; it is read without them") in lines
    assert (6, "has a comma after the last part of a list or object; it is read without it") in lines
    assert (6, "refers to #/gone, which does not exist") in lines


@pytest.mark.parametrize("comment", ["// made by x", "/* made\n by x */", " // one\n\n/* two */"])
def test_a_comment_may_come_before_the_first_brace(comment: str) -> None:
    """What it stands before is JSON all the same, and a problem in it has its line."""
    text = f'{comment}\n{{"openapi": "3.0.3", "info": {{"title": "T", "version": "1"}}, "paths": 5}}'
    with pytest.raises(SpecError, match="no `paths`"):
        read(text.encode())
    spec = read(text.replace("5", '{"/x": 5}').encode())
    assert spec.about.format == "openapi-3.0"
    assert ("/paths/~1x", comment.count("\n") + 2) in [(problem.pointer, problem.line) for problem in spec.problems]


def test_yaml_in_braces_is_read_as_yaml() -> None:
    """A document that begins with a brace and is no JSON is YAML where that makes a specification of it."""
    spec = read(b"\n" + BRACED.encode())
    assert (spec.about.title, spec.operations[0].path) == ("Mills", "/mills")
    assert told(spec) == [
        (2, "begins as JSON does and is none; it is read as YAML"),
        (7, "refers to #/gone, which does not exist"),
    ]
    half = read(b'{"openapi": "3.0.3", info: {title: Half}, "paths": {}, "paths": {\'/a\': {get: {}}}}')
    assert [each.key for each in half.operations] == ["GET /a"]
    assert "given more than once" in half.problems[0].message


def test_json_that_ends_too_early_stays_refused() -> None:
    """Neither comments nor YAML make something of it, and the place of the mistake is that of the JSON."""
    with pytest.raises(SpecError, match=r"The JSON is broken at line 2, column 3"):
        read(COMMENTED[:150].encode())


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_needs_no_mark(encoding: str) -> None:
    """What its first signs are tells it; that the mark is missing is told."""
    spec = read(PETS_JSON.decode().encode(encoding))
    assert spec.operations == read(PETS_JSON).operations
    assert told(spec) == [(1, "is text in UTF-16 without a byte order mark")]


def test_problems_of_a_part_name_its_file() -> None:
    """A file that belongs to a document is read as leniently as the document, and told by its name."""
    document = {"openapi": "3.1.0", "paths": {"/a": {"$ref": "a.json"}, "/b": {"$ref": "b.yaml"}, "/c": {"$ref": "c"}}}
    files = {
        "a.json": b'\n{"get": {} /* none */}',
        "b.yaml": b"get: {}\nsummary: one\nsummary: two\n",
        "c": "{get: {}}".encode("utf-16-le"),
    }
    spec = read(json.dumps(document).encode(), neighbour=files.__getitem__)
    assert [each.key for each in spec.operations] == ["GET /a", "GET /b", "GET /c"]
    assert [(each.file, each.line) for each in spec.problems] == [("a.json", 2), ("b.yaml", 3), ("c", 1)]


VALUES = st.recursive(
    st.none() | st.integers(-9, 9) | st.text(alphabet='ab/*,"\\]}\n ', max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(alphabet='a/,"*', max_size=4), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(VALUES, st.integers(0, 2))
def test_without_comments_a_text_is_the_same_json(value: object, indent: int) -> None:
    """Whatever stands in its texts: nothing that JSON allows is taken away, and places stay."""
    text = json.dumps(value, indent=indent)
    assert jsonc.strict(text, Problems()) == text
    commented = text.replace(",\n", ', // x ] "\n').replace("[\n", '[ /* ,\n" */\n')
    bare = jsonc.strict(commented, Problems())
    assert len(bare) == len(commented)
    assert json.loads(bare) == value


SIGNS = st.text(st.sampled_from('a"\\:\n\r\t\b\f\x00\x1b\x7f\x85\u061c\u200e\u2028\u2066\ufeff\ud800é€'), max_size=6)
NUMBERS = st.integers() | st.sampled_from((2**63, 2**64 - 1, 2**64, -(2**63), -(2**63) - 1))
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | SIGNS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(SIGNS, inner, max_size=3),
    max_leaves=8,
)


@given(VALUES, st.booleans(), st.sampled_from((None, 1)))
def test_json_is_cleaned_whatever_way_it_is_written(value: object, ascii_: bool, indent: int | None) -> None:
    """Signs that act on a terminal are found in the text and in its escapes, and so are numbers too large to keep."""
    text = json.dumps({"of": value}, ensure_ascii=ascii_, indent=indent)
    assume("\ud800" not in text)  # text that was decoded has none
    try:
        cleaned = clean_tree(json.loads(text))
    except ValueError:  # two keys that are one once they are cleaned
        with pytest.raises(SpecError):
            tree_of(text, Limits(), Problems())
        return
    found = tree_of(text, Limits(), Problems()).value
    assert (found, repr(found)) == (cleaned, repr(cleaned))


@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"a":'])
def test_json_has_a_limit_of_depth(opening: str) -> None:
    """As deep as is allowed, and one deeper."""
    ends = {"[": "]", "{": "}"}

    def nested(times: int) -> str:
        return opening * times + "1" + "".join(ends[sign] for sign in reversed(opening) if sign in ends) * times

    levels = sum(sign in ends for sign in opening)
    limits = Limits(max_depth=levels * 5)
    assert tree_of(nested(5), limits, Problems()).value
    with pytest.raises(RecursionError):
        tree_of(nested(6), limits, Problems())


def test_a_specification_with_marks_of_a_template_is_no_guide() -> None:
    """It says where it is broken: filled in it may be read."""
    with pytest.raises(SpecError, match="broken"):
        read(b'{{ header }}\nopenapi: 3.0.3\ninfo: {title: "{{ title }}"}\npaths: {}\n')
