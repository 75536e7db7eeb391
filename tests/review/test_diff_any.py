import json
import os
from copy import deepcopy
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from engine.review.diff.compare import compare
from engine.specs.read import read
from tests.review.documents import ERR, INFO, diff
from tests.specs.builders import JSON, document

CORPUS = os.environ.get("SPECDECK_CORPUS")
NAMES = st.sampled_from(["A", "B", "C", "Missing"])
REFERENCES = NAMES.map(lambda name: {"$ref": f"#/components/schemas/{name}"})
VALUES = st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from(["a", "b"]) | st.just({"x": [1.5]})
LEAVES = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["string", "integer", "number", "null", ["string", "null"], "object"]),
        "format": st.sampled_from(["date", "int64"]),
        "nullable": st.booleans(),
        "enum": st.lists(VALUES, max_size=3),
        "default": VALUES,
        "maximum": VALUES,
        "minLength": VALUES,
        "pattern": VALUES,
        "exclusiveMaximum": VALUES,
        "deprecated": st.booleans(),
        "readOnly": st.booleans(),
    },
)


def _nodes(children: st.SearchStrategy[JSON]) -> st.SearchStrategy[JSON]:
    parts = {
        "properties": st.dictionaries(st.sampled_from(["a", "b"]), children, max_size=2),
        "required": st.lists(st.sampled_from(["a", "b"]), max_size=2),
        "items": children,
        "additionalProperties": children,
        "allOf": st.lists(children, max_size=2),
        "oneOf": st.lists(children, max_size=3),
        "anyOf": st.lists(children, max_size=3),
    }
    return st.builds(lambda leaf, node: leaf | node, LEAVES, st.fixed_dictionaries({}, optional=parts))


SCHEMA = st.recursive(LEAVES | REFERENCES, _nodes, max_leaves=6)
OPERATION = st.fixed_dictionaries(
    {},
    optional={
        "parameters": st.lists(
            st.fixed_dictionaries(
                {"name": NAMES, "in": st.sampled_from(["query", "header", "path"]), "schema": SCHEMA},
                optional={"required": st.booleans()},
            ),
            max_size=2,
        ),
        "requestBody": SCHEMA.map(lambda schema: {"content": {"application/json": {"schema": schema}}}),
        "responses": SCHEMA.map(lambda schema: {"200": {"content": {"application/json": {"schema": schema}}}}),
        "security": st.lists(st.dictionaries(NAMES, st.lists(NAMES, max_size=1), max_size=2), max_size=2),
        "deprecated": st.booleans(),
        "summary": NAMES,
    },
)
DOCUMENTS = st.builds(
    lambda paths, schemas: document(
        {path: {"post": operation} for path, operation in paths.items()}, components={"schemas": schemas}
    ),
    st.dictionaries(st.sampled_from(["/a", "/a/{x}", "/a/{y}", "/b"]), OPERATION, max_size=3),
    st.dictionaries(st.sampled_from(["A", "B", "C"]), SCHEMA, max_size=3),
)


@settings(deadline=None)
@given(DOCUMENTS, DOCUMENTS)
def test_any_two_documents_can_be_compared(old: JSON, new: JSON) -> None:
    """Circles and references that lead nowhere included; what is added one way is removed the other way."""
    there, back = diff(old, new), diff(new, old)
    assert there.summary.operations_added == back.summary.operations_removed
    assert there.summary.operations_changed == back.summary.operations_changed
    assert there.cut == back.cut == ""
    assert len(set(there.changes)) == len(there.changes)


@settings(deadline=None)
@given(DOCUMENTS)
def test_a_document_does_not_differ_from_itself(tree: JSON) -> None:
    """Comparing a document with another copy of it finds nothing."""
    assert diff(tree, deepcopy(tree)).changes == ()


@settings(deadline=None)
@given(DOCUMENTS)
def test_one_more_operation_is_one_change(tree: JSON) -> None:
    """What is added to a document is found, and nothing else."""
    new = deepcopy(tree)
    new["paths"]["/new"] = {"get": {"parameters": [{"name": "q", "in": "query"}]}}
    [change] = diff(tree, new).changes
    assert (change.rule, change.operation) == ("endpoint-added", "GET /new")
    required = deepcopy(new)
    required["paths"]["/new"]["get"]["parameters"][0]["required"] = True
    assert [change.level for change in diff(new, required).changes] == [ERR]
    assert [change.level for change in diff(required, new).changes] == [INFO]


@pytest.mark.slow
@pytest.mark.skipif(not CORPUS, reason="SPECDECK_CORPUS names no corpus")
def test_two_versions_of_github_enterprise() -> None:
    """Real versions: nothing differs from itself, and what differs is the same in both directions."""
    assert CORPUS
    folder = Path(CORPUS) / "github-rest" / "generated"
    old, new = (read((folder / f"ghes-3.{minor}.json").read_bytes()) for minor in (18, 19))
    there, back = compare(old, new), compare(new, old)
    assert compare(old, old).changes == compare(new, new).changes == ()
    assert len(there.changes) == len(back.changes)
    assert there.summary.operations_added == back.summary.operations_removed
    raw = [json.loads((folder / f"ghes-3.{minor}.json").read_text()) for minor in (18, 19)]
    keys = [{(path, method) for path, item in tree["paths"].items() for method in item} for tree in raw]
    assert there.summary.operations_added == len(keys[1] - keys[0])
