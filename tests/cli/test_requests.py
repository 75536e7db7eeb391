"""What the request of an operation sends, as it is asked for."""

from pathlib import Path

import pytest

from tests.cli.conftest import Specdeck

PETS = """\
openapi: 3.1.0
info: {title: Pets, version: "1"}
servers: [{url: https://pets.example}]
paths:
  /pets:
    get: {responses: {}}
    post:
      requestBody:
        required: true
        content:
          application/xml; charset=utf-8: {schema: &pet {$ref: "#/components/schemas/Pet"}}
          application/json: {schema: *pet}
      responses: {}
components:
  schemas:
    Pet:
      type: object
      required: [name]
      properties:
        name: {type: string}
        id: {type: integer, xml: {attribute: true}}
        friends: {type: array, items: {type: string}, xml: {wrapped: true}}
"""


@pytest.fixture
def pets(specdeck: Specdeck, tmp_path: Path) -> Specdeck:
    """A library with one document."""
    (tmp_path / "pets.yaml").write_text(PETS)
    specdeck("add", "pets.yaml")
    return specdeck


def test_the_fields_that_are_asked_for_are_sent(pets: Specdeck) -> None:
    """The required ones alone, or all of them."""
    assert '"id"' not in pets("show", "POST /pets", "--fields", "required").out
    whole = pets("show", "POST /pets", "--fields", "all").out
    assert all(f'"{name}":' in whole for name in ("name", "id", "friends"))


def test_a_body_is_sent_in_the_media_type_that_is_asked_for(pets: Specdeck) -> None:
    """JSON comes first, any other on request, with or without its parameters; one that is not offered is an error."""
    assert "application/json'" in pets("show", "POST /pets").out
    for kind in ("application/xml", "Application/XML; charset=utf-8"):
        shown = pets("show", "POST /pets", "--type", kind, "--fields", "all").out
        assert "-H 'Content-Type: application/xml; charset=utf-8'" in shown
        assert '<Pet id="1">' in shown
        assert "<friends>string</friends>" in shown
    refused = pets("show", "POST /pets", "--type", "text/csv", code=1).err
    assert "No body is sent in text/csv" in refused
    assert "It is sent in application/xml; charset=utf-8, application/json" in refused
    assert "There is no choice" in pets("show", "GET /pets", "--type", "text/csv", code=1).err


def test_an_answer_sends_bodies_in_the_media_type_that_is_asked_for(pets: Specdeck) -> None:
    """`--type` means for a question what it means for a reference; what the user said goes in as ever."""
    asking = ("ask", "add a pet with name Rex", "--rung", "facts", "--type")
    shown = pets(*asking, "application/xml").out
    assert "-H 'Content-Type: application/xml; charset=utf-8'" in shown
    assert "<name>Rex</name>" in shown
    call = pets(*asking, "application/xml", "--json").document["facts"]["operations"][0]["call"]
    assert call["headers"]["Content-Type"] == "application/xml; charset=utf-8"
    refused = pets(*asking, "text/csv", code=1)
    assert "POST /pets" in refused.out
    assert "No body is sent in text/csv" in refused.err
    assert "It is sent in application/xml; charset=utf-8, application/json" in refused.err
    assert "error" in pets(*asking, "text/csv", "--json", code=1).document
