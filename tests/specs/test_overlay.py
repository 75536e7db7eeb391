import json
from typing import Any

import pytest
import yaml
from hypothesis import given, settings, strategies as st

from engine.errors import SpecError
from engine.specs.limits import Budget, Limits
from engine.specs.overlay import overlaid, parse
from engine.specs.read import read
from tests.specs.builders import JSON, PETS, document


def overlay(*actions: JSON, version: str = "1.1.0", **parts: Any) -> bytes:
    """Return an overlay with these actions."""
    tree = {"overlay": version, "info": {"title": "Change", "version": "1"}, **parts, "actions": list(actions)}
    return json.dumps(tree).encode()


def changed(tree: JSON, *actions: JSON) -> JSON:
    """Return a document as one overlay changes it, and look whether it was left alone itself."""
    before = json.dumps(tree)
    after, problems = overlaid(tree, [parse(overlay(*actions), "fix.yaml")], Budget())
    assert not problems
    assert json.dumps(tree) == before
    return after


def refused(tree: JSON, *actions: JSON) -> str:
    """Return why an overlay cannot change a document."""
    with pytest.raises(SpecError) as error:
        overlaid(tree, [parse(overlay(*actions), "fix.yaml")], Budget())
    return str(error.value)


def test_objects_are_merged_lists_joined_and_plain_values_replaced() -> None:
    """An update goes as deep as what it changes; what it does not name stays."""
    tree = {"a": {"b": {"c": 1, "d": 2}, "l": [1]}, "z": 0}
    assert changed(tree, {"target": "$", "update": {"a": {"b": {"c": 3, "e": 4}, "l": [2]}, "n": [5]}}) == {
        "a": {"b": {"c": 3, "d": 2, "e": 4}, "l": [1, 2]},
        "z": 0,
        "n": [5],
    }


@pytest.mark.parametrize(
    ("target", "update", "expected"),
    [
        ("$.l", 3, {"l": [1, 2, 3], "o": {}, "t": "x", "n": None}),
        ("$.l", {"a": 1}, {"l": [1, 2, {"a": 1}], "o": {}, "t": "x", "n": None}),
        ("$.l", [3, 4], {"l": [1, 2, 3, 4], "o": {}, "t": "x", "n": None}),
        ("$.l[0]", 9, {"l": [9, 2], "o": {}, "t": "x", "n": None}),
        ("$.t", "y", {"l": [1, 2], "o": {}, "t": "y", "n": None}),
        ("$.n", {"a": 1}, {"l": [1, 2], "o": {}, "t": "x", "n": {"a": 1}}),
        ("$", {"o": None, "n": [1]}, {"l": [1, 2], "o": {}, "t": "x", "n": [1]}),
    ],
)
def test_what_an_update_does_depends_on_what_it_finds(target: str, update: Any, expected: JSON) -> None:
    """A list takes one item or many, a plain value is replaced, and null gives way to anything."""
    assert changed({"l": [1, 2], "o": {}, "t": "x", "n": None}, {"target": target, "update": update}) == expected


def test_what_is_removed_is_removed_once_and_whole() -> None:
    """Several items of a list, and a part together with what is inside it, go in one action."""
    tree = {"l": [1, 2, 3, 4], "a": {"b": {"x": 1}, "x": 2}}
    assert changed(tree, {"target": "$.l[?@ > 1]", "remove": True}) == {**tree, "l": [1]}
    assert changed(tree, {"target": "$.l[0, 2, 0]", "remove": True}) == {**tree, "l": [2, 4]}
    assert changed(tree, {"target": "$.a..*", "remove": True, "update": {}}) == {**tree, "a": {}}


def test_a_copy_is_one_of_its_own() -> None:
    """What is copied is merged in; a later change of the copy leaves the original alone, and the other way round."""
    after = changed(
        {"a": {"x": {"y": 1}}, "b": {"z": 2}, "c": {}},
        {"target": "$.a", "update": {"x": {"w": 0}}},
        {"target": "$['b', 'c']", "copy": "$.a"},
        {"target": "$.b.x", "update": {"y": 3}},
        {"target": "$.a.x", "update": {"y": 4}},
    )
    assert after == {"a": {"x": {"y": 4, "w": 0}}, "b": {"z": 2, "x": {"y": 3, "w": 0}}, "c": {"x": {"y": 1, "w": 0}}}


def test_what_an_alias_shares_is_changed_in_one_place_only() -> None:
    """YAML's alias makes one value of two places; an action on one of them is about that one."""
    tree = yaml.safe_load("a: &shared {x: {y: 1}}\nb: *shared\n")
    assert changed(tree, {"target": "$.a.x", "update": {"y": 2}}) == {"a": {"x": {"y": 2}}, "b": {"x": {"y": 1}}}
    assert changed(tree, {"target": "$.b.x.y", "remove": True}) == {"a": {"x": {"y": 1}}, "b": {"x": {}}}


@pytest.mark.parametrize(
    ("actions", "reason"),
    [
        (
            [{"target": "$.a", "update": {}}, {"target": "paths", "remove": True}],
            "action 2 on paths: 'paths' is no JSONPath",
        ),
        ([{"target": "$.a", "update": [1]}], "action 1 on $.a: it would merge a list into an object at #/a"),
        ([{"target": "$", "update": {"a": {"b~/c": []}}}], "merge a list into a plain value at #/a/b~0~1c"),
        ([{"target": "$.a.*", "update": {}}], "would merge an object into a plain value at #/a/b~0~1c"),
        ([{"target": "$.*", "update": {}}], "its target finds things of several kinds"),
        ([{"target": "$", "remove": True}], "it removes the whole document"),
        ([{"target": "$.a", "copy": "$.x.*"}], "what it copies, $.x.*, is found 0 times, not once"),
        ([{"target": "$.a", "copy": "$.*"}], "is found 2 times, not once"),
    ],
)
def test_an_action_that_does_not_fit_is_named(actions: list[JSON], reason: str) -> None:
    """The refusal tells file, line and number of the action, and the place in the document."""
    message = refused({"a": {"b~/c": 1}, "l": []}, *actions)
    assert message.startswith("fix.yaml, line 1: action ")
    assert reason in message


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"openapi: 3.1.0\n", "fix.yaml is no overlay"),
        (b"overlay: 2.0.0\nactions: [{target: $}]\n", "fix.yaml is an overlay of version 2.0.0; 1.0 and 1.1 are known"),
        (b"overlay: 1.0.0\nactions: []\n", "fix.yaml has no actions"),
        (b"overlay: 1.0.0\nactions:\n- remove: true\n", "fix.yaml, line 3: action 1: it has no `target`"),
        (b"overlay: 1.0.0\nactions:\n- target: $\n- target: $.a\n", "line 3: action 1 on $: it has none of `update`"),
        (b"overlay: 1.1.0\nactions:\n- {target: $, update: 1, copy: $}\n", "it has both `update` and `copy`"),
        (b"overlay: [", "fix.yaml: "),
        (b"", "fix.yaml: The document is empty"),
    ],
)
def test_a_wrong_overlay_is_refused_with_its_place(data: bytes, reason: str) -> None:
    """What is no overlay, and an action that says nothing or two things, is told with file and line."""
    with pytest.raises(SpecError) as error:
        parse(data, "fix.yaml")
    assert reason in str(error.value)
    assert error.value.hint


def test_an_action_that_finds_nothing_is_a_problem() -> None:
    """It is no error (Overlay 1.1, Action Object), but the user may have misspelt something."""
    laid = parse(b"overlay: 1.0.0\nactions:\n- target: $.paths['/none']\n  remove: true\n", "fix.yaml")
    spec = read(json.dumps(PETS).encode(), overlays=[laid])
    [problem] = spec.problems
    assert (problem.file, problem.line, problem.pointer) == ("fix.yaml", 3, "/actions/0")
    assert problem.message == "action 1 finds nothing at $.paths['/none']"
    assert spec.about.overlays == ("fix.yaml",)


@pytest.mark.parametrize("form", ["openapi: 3.1.0", "openapi: 3.0.3", 'swagger: "2.0"'])
def test_versions_of_openapi_and_references_that_come_in(form: str) -> None:
    """Any version is changed before it is read, and a file that only the overlay refers to is read, too."""
    text = (
        f"{form}\ninfo: {{title: A, version: '1'}}\npaths:\n  /a: {{get: {{responses: {{200: {{description: a}}}}}}}}\n"
    )
    laid = parse(overlay({"target": "$.paths", "update": {"/b": {"$ref": "b.yaml#/b"}}}), "fix.yaml")
    other = b"b:\n  post: {operationId: makeB, responses: {200: {description: b}}}\n"
    spec = read(text.encode(), neighbour={"b.yaml": other}.__getitem__, overlays=[laid])
    assert [operation.key for operation in spec.operations] == ["GET /a", "POST /b"]
    assert not spec.problems


def test_overlays_are_applied_in_order() -> None:
    """The second one changes what the first one made."""
    first = parse(overlay({"target": "$.paths", "update": {"/new": {"get": {"responses": {}}}}}), "first.yaml")
    second = parse(overlay({"target": "$.paths['/new'].get", "update": {"summary": "It is new"}}), "second.yaml")
    spec = read(json.dumps(document()).encode(), overlays=[first, second])
    assert [operation.summary for operation in spec.operations] == ["It is new"]


@pytest.mark.parametrize("data", [b"# A guide\n\nWords.\n", b'{"a": 1}', b"%PDF-1.4\n", b"type Query { a: Int }\n"])
def test_what_is_no_specification_in_json_or_yaml_cannot_be_changed(data: bytes) -> None:
    """An overlay over a guide or an SDL is refused, and not left out in silence."""
    with pytest.raises(SpecError):
        read(data, overlays=[parse(overlay({"target": "$", "update": {"b": 1}}), "fix.yaml")])


def test_an_overlay_is_no_document() -> None:
    """Added by itself it is told what it is for."""
    with pytest.raises(SpecError) as error:
        read(overlay({"target": "$", "update": {}}), name="fix.yaml")
    assert error.value.hint == "Apply it: `specdeck add DOCUMENT --overlay fix.yaml`"


@pytest.mark.parametrize(
    "query",
    [
        "$" + "..*" * 30,
        "$[?count(@" + "[*,*]" * 40 + ") > 9]",
        "$[?count($" + "..*" * 30 + ") > 9]",
        "$" + "[*,*]" * 40,
        "$[?search(@.t, '(a*)*b')]",
        "$[?match(@.t, '(((a{99}){99}){99}){99}')]",
        "$[?" + "(" * 500 + "@.t" + ")" * 500 + "]",
        "$" + "[?@" * 300,
        "$." + "a" * 3000,
    ],
)
def test_no_query_takes_for_ever(query: str) -> None:
    """Whatever is asked of a small document ends within the limits: found, or refused."""
    tree: JSON = {"t": "a" * 5000, "l": [[[[[1, 2], {}], {}], {"t": "a" * 5000}]] * 3}
    try:
        read(
            json.dumps({**document(), "x-t": tree}).encode(),
            Limits(max_parts=50_000),
            overlays=[parse(overlay({"target": query, "remove": True}), "fix.yaml")],
        )
    except SpecError as error:
        assert error.hint


def test_copies_of_copies_end() -> None:
    """A document that is copied into itself is refused when it is too large, or too deep."""
    twice = [{"target": "$", "update": {f"x-{number}": {}}} for number in range(40)]
    copies = [{"target": f"$.x-{number}", "copy": "$"} for number in range(40)]
    with pytest.raises(SpecError):
        few = Limits(max_parts=100_000)
        read(json.dumps(document()).encode(), few, overlays=[parse(overlay(*twice, *copies), "fix.yaml")])


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(0, 9) | st.text("ab", max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)
_OBJECTS = st.dictionaries(st.sampled_from("abc"), _VALUES, max_size=3)
_TARGETS = st.sampled_from(["$", "$.a", "$.*", "$..*", "$..a", "$.a[0]", "$..[?@.b]", "$.b.*", "$..[-1]"])
_ACTIONS = st.one_of(
    st.fixed_dictionaries({"target": _TARGETS, "update": _VALUES}),
    st.fixed_dictionaries({"target": _TARGETS, "copy": _TARGETS}),
    st.fixed_dictionaries({"target": _TARGETS, "remove": st.booleans()}),
)


@given(tree=_OBJECTS, actions=st.lists(_ACTIONS, min_size=1, max_size=6))
@settings(max_examples=100, deadline=None)
def test_any_overlay_over_any_document(tree: JSON, actions: list[JSON]) -> None:
    """Whatever is done, the document itself stays as it is, and done again it gives the same."""
    before = json.dumps(tree)
    laid = parse(overlay(*actions), "fix.yaml")
    try:
        after, _ = overlaid(tree, [laid], Budget())
    except SpecError:
        pass
    else:
        assert json.dumps(overlaid(tree, [laid], Budget())[0]) == json.dumps(after)
    assert json.dumps(tree) == before
