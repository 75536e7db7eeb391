"""References by names: `$id`, `$anchor`, `$dynamicRef`, `$self`, as JSON Schema 2020-12 and OpenAPI 3.1 and 3.2 say."""

import json
from typing import Any

import pytest

from engine.errors import OutsideError
from engine.specs.model import Schema, Spec
from engine.specs.read import read
from tests.specs.builders import JSON, document, operation_document


def split(tree: JSON, files: dict[str, Any] | None = None) -> Spec:
    """Read a document with other files around it."""

    def opened(name: str) -> bytes:
        if files is None or name not in files:
            raise OutsideError("It is outside")
        return json.dumps(files[name]).encode()

    return read(json.dumps(tree).encode(), neighbour=opened)


def problems(spec: Spec) -> list[str]:
    """Return what each problem says."""
    return [problem.message for problem in spec.problems]


def sent(schema: JSON, **shared: JSON) -> JSON:
    """Return a document whose operation sends this schema."""
    body = {"content": {"application/json": {"schema": schema}}}
    return operation_document({"requestBody": body}, openapi="3.1.0", components={"schemas": shared})


def body(spec: Spec) -> Schema:
    """Return the schema of that body."""
    operation = spec.operations[0]
    assert operation.body is not None
    return operation.body.content[0].schema


def test_a_reference_is_resolved_against_the_nearest_id() -> None:
    """By an absolute address, by one that is relative to the `$id` around it, and within what has an `$id`."""
    quay = {
        "$id": "https://quay.test/schemas/quay",
        "type": "object",
        "properties": {"depth": {"$ref": "depth"}, "mooring": {"$ref": "#/$defs/mooring"}, "of": {"$ref": "#/gone"}},
        "$defs": {
            "mooring": {"type": "string", "description": "Where it is tied."},
            "inner": {
                "$id": "parts/inner",
                "$anchor": "ring",
                "properties": {"up": {"$ref": "../quay#/$defs/mooring"}},
            },
        },
    }
    depth = {"$id": "https://quay.test/schemas/depth", "type": "number"}
    ring = {"$ref": "https://quay.test/schemas/parts/inner#ring"}
    spec = split(sent({"$ref": "https://quay.test/schemas/quay"}, Quay=quay, Depth=depth, Ring=ring))
    assert problems(spec) == ["refers to #/components/schemas/Quay/gone, which does not exist"]
    assert body(spec).ref == "/components/schemas/Quay"
    properties = spec.schemas["/components/schemas/Quay"].properties
    assert properties["depth"].ref == "/components/schemas/Depth"
    assert properties["mooring"].ref == "/components/schemas/Quay/$defs/mooring"
    inner = spec.schemas["/components/schemas/Ring"]
    assert inner.ref == "/components/schemas/Quay/$defs/inner"
    assert spec.schemas[inner.ref].properties["up"].ref == "/components/schemas/Quay/$defs/mooring"


def test_an_id_that_nobody_meant_does_no_harm() -> None:
    """References of a document that has `$id` and means its own root are followed; a property `$id` is none."""
    gate = {
        "$id": "Gate",
        "properties": {"$id": {"type": "string"}, "lock": {"$ref": "#/components/schemas/Lock"}},
        "example": {"$id": "Lock"},
    }
    spec = split(sent({"$ref": "#/components/schemas/Gate"}, Gate=gate, Lock={"$id": "#lock", "type": "string"}))
    assert problems(spec) == []
    assert spec.schemas["/components/schemas/Gate"].properties["lock"].ref == "/components/schemas/Lock"


@pytest.mark.parametrize("own", ["https://pier.test/api/openapi.json", "/api/openapi.json"])
def test_a_document_refers_to_itself_by_its_own_address(own: str) -> None:
    """`$self` is the address of the document, and of the files beside it by the names that they have there."""
    tree = sent({"$ref": f"{own}#/components/schemas/Pier"}, Pier={"type": "object"}, Rail={"$ref": "rail.json"})
    spec = split({**tree, "openapi": "3.2.0", "$self": own}, {"rail.json": {"type": "string"}})
    assert problems(spec) == []
    assert body(spec).ref == "/components/schemas/Pier"
    assert spec.schemas["/components/schemas/Rail"].ref == "/$files/rail.json"


def test_files_are_known_by_their_addresses() -> None:
    """An address below that of the document is the file there; an `$id` in a file that was read is that file's."""
    tree = sent(
        {"$ref": "https://pier.test/api/common/rail.json#/$defs/bolt"},
        Buoy={"$ref": "common/rail.json"},
        Name={"$ref": "https://elsewhere.test/rail#steel"},
    )
    rail = {
        "$id": "https://elsewhere.test/rail",
        "$defs": {"bolt": {"type": "integer"}, "x": {"$anchor": "steel", "$ref": "#/$defs/bolt"}},
    }
    spec = split({**tree, "openapi": "3.2.0", "$self": "https://pier.test/api/v1"}, {"common/rail.json": rail})
    assert problems(spec) == []
    assert body(spec).ref == "/$files/common~1rail.json/$defs/bolt"
    assert spec.schemas["/components/schemas/Name"].ref == "/$files/common~1rail.json/$defs/x"
    assert spec.schemas["/$files/common~1rail.json/$defs/x"].ref == "/$files/common~1rail.json/$defs/bolt"


def test_an_address_is_never_fetched() -> None:
    """What has no name among the files is one problem."""
    spec = split(sent({"$ref": "https://pier.test/other#/a"}, A={"$id": "https://pier.test/a"}))
    assert len(spec.problems) == 1
    assert spec.schemas["/components/schemas/A"] == Schema()


PAGE = {
    "$id": "page",
    "$defs": {"item": {"$dynamicAnchor": "item", "description": "Anything."}},
    "type": "object",
    "properties": {"items": {"type": "array", "items": {"$dynamicRef": "#item"}}, "next": {"type": "string"}},
}


NAMED = {
    **sent(
        {"$ref": "boats"},
        Page=PAGE,
        Boats={"$id": "boats", "$ref": "page", "$defs": {"boat": {"$dynamicAnchor": "item", "$ref": "#/$defs/b"}}},
        Boat={
            "$anchor": "b",
            "type": "object",
            "properties": {"$ref": "https://pier.test/api#/components/schemas/Page"},
        },
    ),
    "openapi": "3.2.0",
    "$self": "https://pier.test/api",
}
"""Names of every kind, also where they should not be."""


def test_a_generic_schema_is_completed_by_who_refers_to_it() -> None:
    """The items of a page of boats are boats, those of a page of crews are crews, and a bare page has any."""
    shared = {
        "Page": PAGE,
        "Boats": {
            "$id": "boats",
            "$ref": "page",
            "$defs": {"boat": {"$dynamicAnchor": "item", "$ref": "#/components/schemas/Boat"}},
        },
        "Crews": {"$id": "crews", "$ref": "page", "$defs": {"c": {"$dynamicAnchor": "item", "type": "string"}}},
        "Boat": {"type": "object", "properties": {"name": {"type": "string"}}},
    }
    spec = split(sent({"$ref": "boats"}, **shared))
    assert problems(spec) == []

    def item(name: str) -> Schema:
        items = spec.schemas[f"/components/schemas/{name}"].properties["items"].items
        assert items is not None
        return spec.schemas[items.ref]

    assert item("Boats").ref == "/components/schemas/Boat"
    assert item("Crews").type == "string"
    assert item("Page").description == "Anything."


def test_a_tree_is_extended_by_its_own_name() -> None:
    """The children of a strict tree are strict trees (JSON Schema 2020-12 core, appendix C)."""
    tree = {
        "$dynamicAnchor": "node",
        "type": "object",
        "properties": {"kids": {"type": "array", "items": {"$dynamicRef": "#node"}}},
    }
    strict = {"$dynamicAnchor": "node", "$ref": "#/components/schemas/Tree", "unevaluatedProperties": False}
    spec = split(sent({"$ref": "#/components/schemas/Strict"}, Tree=tree, Strict=strict))
    found = spec.schemas["/components/schemas/Strict"]
    kids = found.properties["kids"].items
    assert kids is not None
    assert kids.ref == "/components/schemas/Strict"
    assert found.limits == {"unevaluatedProperties": False}


def test_circles_of_completions_end() -> None:
    """Schemas that complete each other, or themselves, are read."""
    loop = {"$dynamicAnchor": "a", "$ref": "#/components/schemas/B", "items": {"$dynamicRef": "#a"}}
    spec = split(sent({"$ref": "#/components/schemas/A"}, A=loop, B={**loop, "$ref": "#/components/schemas/A"}))
    assert set(spec.schemas) == {"/components/schemas/A", "/components/schemas/B"}


def test_a_reference_in_the_place_of_names_is_followed_and_told() -> None:
    """`properties`, `responses`, `content`, `headers` and `examples` that are one reference have what it leads to."""
    parts = {
        "fields": {"depth": {"type": "integer"}, "$ref": "more.json#/fields"},
        "answers": {"200": {"description": "ok", "headers": {"$ref": "#/heads"}, "content": {"$ref": "#/kinds"}}},
        "heads": {"X-Left": {"schema": {"type": "integer"}}},
        "kinds": {"application/json": {"schema": {"type": "string"}, "example": {"$ref": "one.json"}}},
    }
    operation = {
        "responses": {"$ref": "parts.json#/answers"},
        "requestBody": {
            "content": {
                "application/json": {
                    "schema": {"type": "object", "properties": {"own": {}, "$ref": "parts.json#/fields"}}
                }
            }
        },
    }
    files = {"parts.json": parts, "more.json": {"fields": {"width": {}}}, "one.json": {"value": "ebb"}}
    spec = split(document({"/tides": {"post": operation}}), files)
    assert list(body(spec).properties) == ["width", "depth", "own"]
    [response] = spec.operations[0].responses
    assert [header.name for header in response.headers] == ["X-Left"]
    assert (response.content[0].media_type, response.content[0].example) == ("application/json", "ebb")
    assert set(problems(spec)) == {"has a reference in the place of names; what it leads to is read"}
    assert len(spec.problems) == 4


def test_a_reference_in_the_place_of_names_that_leads_nowhere_is_a_problem() -> None:
    """What is missing is told; the other names are read, and a circle ends."""
    spec = split(
        sent(
            {"type": "object", "properties": {"a": {}, "$ref": "#/components/schemas/Gone/properties"}},
            B={"type": "object", "properties": {"$ref": "#/components/schemas/B/properties"}},
        )
    )
    assert list(body(spec).properties) == ["a"]
    assert any("does not exist" in message for message in problems(spec))
    assert any("circle" in message for message in problems(spec))
