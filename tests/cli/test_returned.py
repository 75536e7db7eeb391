"""What comes back, as `show` and `ask` print it."""

import json
from pathlib import Path

import pytest

from tests.answer.quarry import DOCUMENT
from tests.cli.conftest import Specdeck
from tests.specs.builders import operation_document


@pytest.fixture
def quarry(specdeck: Specdeck, tmp_path: Path) -> Specdeck:
    """A library with the quarry."""
    (tmp_path / "quarry.yaml").write_text(DOCUMENT)
    specdeck("add", "quarry.yaml")
    return specdeck


def test_show_tells_what_comes_back(quarry: Specdeck) -> None:
    """Media types, headers with limits, fields by dotted names, links; what two errors share is told once."""
    lines = quarry("show", "addStone").out.splitlines()
    made = "201 Stone (text/csv: string; application/json; application/xml: object)"
    assert f"    returns  {made}" in lines
    assert lines[lines.index("    also     202 It will be looked at") + 1] == "             303 It was there"
    assert "    errors   400 Refused (Fault; code: too_heavy | too_wet)" in lines
    assert "    within   owner.login (body, string, at most 39 characters) How they sign in." in lines
    start = lines.index(f"Returns {made}")
    told = lines[start : lines.index("", start)]
    assert told[1:5] == [
        "    X-RateLimit-Left: integer, at least 0 Calls that are left.",
        "    Place: object",
        "    id: integer",
        "    owner: Person",
    ]
    assert "    owner.login: string, always there, at most 39 characters How they sign in." in told
    assert told[-2:] == [
        "    then readStone with id = $response.body#/id",
        "    then GET /stones/{id} with body = $response.body#/owner",
    ]
    assert lines[lines.index("Returns default Fault (application/json)") + 1] == "    the fields are those of 400"


def test_show_names_the_examples_of_what_comes_back(specdeck: Specdeck, tmp_path: Path) -> None:
    """All that have names, where there are several; JSON has their values too."""
    examples = {"none": {"summary": "No stone", "value": {"id": 0}}, "one": {"value": {"id": 1}}}
    schema = {"type": "object", "properties": {"id": {"type": "integer"}}}
    content = {"application/json": {"schema": schema, "examples": examples}}
    (tmp_path / "s.json").write_text(
        json.dumps(operation_document({"responses": {"200": {"description": "OK", "content": content}}}))
    )
    specdeck("add", "s.json")
    shown = specdeck("show", "GET /x")
    assert "    example none: No stone\n    example one\n" in shown.out
    [response] = specdeck("show", "GET /x", "--json").document["operation"]["responses"]
    assert response["content"][0]["examples"][1] == {"name": "one", "value": {"id": 1}}


def test_depth_opens_more(quarry: Specdeck) -> None:
    """`--depth` says how many levels of fields are told, in words and as JSON."""
    assert "owner.login" not in quarry("show", "readStone", "--depth", "0").out
    assert "    prices.*.amount: number" in quarry("show", "readStone", "--depth", "2").out
    facts = quarry("show", "readStone", "--depth", "2", "--json").document["facts"]
    assert "prices.*.amount" in [field["name"] for field in facts["returns"]["fields"]]


def test_what_is_asked_for_is_told_first(quarry: Specdeck) -> None:
    """A field that the question names stands above all, the others are counted; JSON has them."""
    question = "what is the login of the owner: readStone"
    lines = quarry("ask", "--no-model", question).out.splitlines()
    assert lines[2] == "    asked    owner.login (response, string, at most 39 characters) How they sign in."
    assert "    returns  200 Stone" in lines
    one = quarry("ask", "--no-model", "--json", question).document["facts"]["operations"][0]
    assert [field["name"] for field in one["asked"]] == ["owner.login"]
    assert "origin.bank" in [field["name"] for field in one["returns"]["fields"]]
