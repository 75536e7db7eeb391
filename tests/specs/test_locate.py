import json

import pytest

from engine.specs.model import Problem
from engine.specs.read import read
from tests.specs.builders import JSON, document

JSON_TEXT = """\
{
  "openapi": "3.0.3",
  "paths": {
    "/a/{b}": {"get":
      {"parameters": [
        {"name": "x", "in": "query"},
        5
      ]}
    },

    "/c" : 1,
    "/c\\u200e": 2
  },
  "components": {"schemas": {"A": {"$ref": "#/gone"}, "B\\n": {"properties": {"p": {
    "x~y": {}, "items": {"$ref":
      "#/gone/2"}}}}}}
}
"""
YAML_TEXT = """\
# a comment
openapi: 3.0.3
paths:
  /a/{b}:
    get:
      parameters:
        - name: x
          in: query
        - 5
  ? /c
  : 1
  "/c\\u200e": &two 2
components:
  schemas:
    A: {$ref: "#/gone"}
    "B\\n":
      properties: {p: {x~y: {},
        items: {$ref: "#/gone/2"}}}
    C: {<<: {items: 3, properties: {a: *two}}}
"""


def lines(text: str) -> list[tuple[str, int]]:
    """Read a document and return pointer and line of its problems, in the order of the lines."""
    return sorted(
        ((problem.pointer, problem.line) for problem in read(text.encode()).problems), key=lambda pair: pair[1]
    )


def test_problems_of_json_have_their_line() -> None:
    """The line is that of the key, or of the item of a list, whatever the text looks like."""
    assert lines(JSON_TEXT) == [
        ("/paths/~1a~1{b}/get/parameters/1", 7),
        ("/paths/~1c", 11),
        ("/paths/~1c\ufffd", 12),
        ("/components/schemas/A", 14),
        ("/components/schemas/B\n/properties/p/items", 15),
    ]
    assert {line for _, line in lines(json.dumps(json.loads(JSON_TEXT)))} == {1}


def test_problems_of_yaml_have_their_line() -> None:
    """The same in YAML; what an alias or a merge brings has the line of the nearest part that is in the text."""
    assert lines(YAML_TEXT) == [
        ("/paths/~1a~1{b}/get/parameters/1", 9),
        ("/paths/~1c", 10),
        ("/paths/~1c\ufffd", 12),
        ("/components/schemas/A", 15),
        ("/components/schemas/B\n/properties/p/items", 18),
        ("/components/schemas/C/properties/a", 19),
    ]


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_long_numbers_and_deep_values_are_skipped(form: str) -> None:
    """What lies before a problem does not matter: numbers of any length, and values as deep as the limit."""
    deep = "[" * 190 + "]" * 190
    before = f'"x": {"9" * 5000},\n "y": {deep}, "z": [1e999, -1, "\\u0022}}"]'
    text = f'{{"openapi": "3.0.3", {before},\n "paths": {{"/a": 1}}}}'
    assert lines(text if form == "json" else f"# the same\n{text}") == [("/paths/~1a", 3 if form == "json" else 4)]


def test_what_is_said_of_the_whole_has_no_line() -> None:
    """A pointer to a part that is not in the text leads to the part around it; to the whole, nowhere."""
    from engine.specs.locate import with_lines

    spec = read(json.dumps(document({"/a": 1})).encode())
    problems = tuple(Problem(pointer=pointer, message="m") for pointer in ("", "/paths/~1a/get/0", "/gone/x"))
    text = '\n{"openapi": 1,\n "paths":\n {"/a": 1}}'
    spec = with_lines(type(spec)(about=spec.about, problems=problems), text)
    assert [problem.line for problem in spec.problems] == [0, 4, 2]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"openapi": "3.0.3",\n "paths": {},\n "paths": {}}', [("/paths", 3, "paths")]),
        ('{"openapi": "3.0.3", "paths" : {"/a": 1},\n "paths" : {\n"/b": {}}}', [("/paths", 2, "paths")]),
        (
            '{"openapi": "3.0.3", "paths": {"/a": {}, "x-a": [{"b/c": 1,\n"b/c": 2,\n"b/c": 3}], "/a":\n{}}}',
            [("/paths/x-a/0/b~1c", 3, "b/c"), ("/paths/~1a", 3, "/a")],
        ),
        ('{"openapi": "3.0.3", "paths": {}, "x": {"": 1, "": 2}}', [("/x/", 1, "")]),
        ('{"openapi": "3.0.3", "paths": {}, "x": "\\u003a \\u0022: \\" : : a\\\\", ":": ["\\ud800"]}', []),
        ('{"openapi": "3.0.3", "paths": {}, "x": {"\\ud800": 1, "\\ud800": 2}}', [("/x/\ufffd", 1, "\ufffd")]),
    ],
)
def test_repeated_keys_are_named(text: str, found: list[tuple[str, int, str]]) -> None:
    """A key that a JSON object gives twice is a problem with the line of the last one, which is read."""
    problems = [problem for problem in read(text.encode()).problems if "is given" in problem.message]
    assert sorted((problem.pointer, problem.line) for problem in problems) == sorted(
        (pointer, line) for pointer, line, _ in found
    )
    assert {problem.message for problem in problems} == {
        f"the key {name!r} is given more than once; the last one is read" for _, _, name in found
    }


def test_repeated_keys_are_limited() -> None:
    """A document that gives thousands of keys twice does not list them without end."""
    keys: JSON = {f"x-{number}": number for number in range(3000)}
    text = json.dumps(document(**keys))
    text = text.removesuffix("}") + "," + json.dumps(keys).removeprefix("{")
    problems = read(text.encode()).problems
    assert 0 < len(problems) <= 200
