import pytest

from engine.indexing.index import index
from engine.library.store import Library
from tests.library.builders import JSON, add, calls, new
from tests.search.asking import found, hits
from tests.specs.builders import document


def parameter(name: str) -> JSON:
    """Return a parameter of a path."""
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def answer(*fields: str) -> JSON:
    """Return the responses of an operation that gives a list of things with these fields."""
    schema = {
        "type": "array",
        "items": {"type": "object", "properties": {field: {"type": "string"} for field in fields}},
    }
    return {"200": {"description": "", "content": {"application/json": {"schema": schema}}}}


CLUB = document(
    {
        "/members": {"get": {"summary": "List members", "responses": answer("id", "name")}},
        "/members/search": {
            "get": {
                "operationId": "searchMembers",
                "summary": "Search members by name",
                "parameters": [{"name": "name", "in": "query", "schema": {"type": "string"}}],
                "responses": answer("id", "name"),
            }
        },
        "/members/{member_id}": {
            "get": {"summary": "Get a member", "parameters": [parameter("member_id")], "responses": {}},
        },
        "/members/{member_id}/badges": {
            "post": {"summary": "Give a badge to a member", "parameters": [parameter("member_id")], "responses": {}},
        },
        "/boats": {"get": {"summary": "List boats", "responses": answer("id")}},
        "/boats/{boat_id}": {
            "delete": {"summary": "Delete a boat", "parameters": [parameter("boat_id")], "responses": {}},
        },
        "/races": {"post": {"summary": "Create a race", "responses": {}}},
        "/flags": {"get": {"summary": "List flags", "responses": {}}},
        "/weather": {"get": {"summary": "Get the weather forecast", "responses": {}}},
    }
)


@pytest.fixture
def club(library: Library) -> Library:
    """A library with the spec of a club, in which members feed what is done with one."""
    document = new(CLUB, source="club", name="club")
    library.add(document, index(document.spec))
    return library


def test_every_clause_is_served(club: Library) -> None:
    """Of several things that are asked at once, each has its operation among the first."""
    first = found(club, "create a race, then delete a boat, and finally look up the weather forecast", n=5)
    assert {"POST /races", "DELETE /boats/{boat_id}", "GET /weather"} <= set(first)


def test_what_a_named_thing_has_to_be_looked_up_by_comes_in(club: Library) -> None:
    """Who names a member has a name and no id: what finds one is among the first hits, and the hit says what for."""
    ranking = hits(club, "give Anna Smith a badge", n=4)
    assert ranking[0].operation == "POST /members/{member_id}/badges"
    [search] = [hit for hit in ranking if hit.operation == "GET /members/search"]
    assert search.evidence.gives == "member_id to POST /members/{member_id}/badges"
    assert "gives member_id to POST /members/{member_id}/badges" in search.why


def test_who_gives_nothing_says_nothing_of_it(club: Library) -> None:
    """A hit that no other hit needs has no such reason."""
    [hit] = [hit for hit in hits(club, "give a badge to a member") if hit.operation.startswith("POST")]
    assert (hit.evidence.gives, hit.why) == ("", "words: badge, member")


def test_several_clauses_stay_in_one_spec(club: Library) -> None:
    """Where one spec has something for every clause, hits for one of them elsewhere come later."""
    add(club, calls("Create a race", "List horses", "Feed a horse"), source="stable", name="stable")
    ranking = hits(club, "create a race, then delete a boat, then give a badge to a member", n=3)
    assert {hit.spec for hit in ranking} == {"club"}


def test_one_clause_is_answered_by_the_spec_that_has_it(club: Library) -> None:
    """What only one spec speaks of is found there."""
    add(club, calls("Create a race", "List horses", "Feed a horse"), source="stable", name="stable")
    assert [hit.ref for hit in hits(club, "feed a horse", n=1)] == ["stable:GET /2"]


def test_evidence_tells_the_part_that_fits_best(club: Library) -> None:
    """Each hit says which part of the question brought it, and the words that are in its names."""
    question = "create a race, then delete a boat"
    by_key = {hit.operation: hit.evidence for hit in hits(club, question)}
    assert by_key["POST /races"].part in (question, "create a race")
    assert by_key["DELETE /boats/{boat_id}"].part in (question, "delete a boat")
    assert by_key["DELETE /boats/{boat_id}"].part != by_key["POST /races"].part
    assert by_key["POST /races"].words == ("create", "race")
    assert by_key["DELETE /boats/{boat_id}"].words == ("delete", "boat")


@pytest.fixture
def town(library: Library) -> Library:
    """A library with three APIs. A word of what each is about is said in the two others too."""
    for name, things, said in (
        ("billing", "invoice", "message"),
        ("chat", "message", "device"),
        ("fleet", "device", "invoice"),
    ):
        paths = {
            f"/{things}s": {
                "get": {"summary": f"List all {things}s", "responses": {}},
                "post": {"summary": f"Create a new {things}", "responses": {}},
            },
            f"/{things}s/{{id}}": {
                "delete": {"summary": f"Remove one {things}", "parameters": [parameter("id")], "responses": {}}
            },
            f"/{said}-settings": {"get": {"summary": f"Show the settings of a {said}", "responses": {}}},
        }
        made = new(document(paths), source=name, name=name)
        library.add(made, index(made.spec))
    return library


def test_clauses_may_each_be_about_an_api_of_their_own(town: Library) -> None:
    """What is asked of three APIs one after another is found in each; one API is not forced on all."""
    asked = "remove one invoice, then create a new message and finally list all devices"
    first = {hit.ref for hit in hits(town, asked)[:3]}
    assert first == {"billing:DELETE /invoices/{id}", "chat:POST /messages", "fleet:GET /devices"}


def test_clauses_of_one_api_stay_in_it(town: Library) -> None:
    """Where one API has what each clause asks for, another is not preferred for one of them."""
    asked = "list all messages, then remove one message and finally show the settings of a device"
    assert {hit.spec for hit in hits(town, asked)[:3]} == {"chat"}


def test_of_two_clauses_each_finds_its_own_api(club: Library) -> None:
    """What two APIs are asked for comes first, also where a third has the words of both."""
    till = {"/receipts/{id}": {"delete": {"summary": "Void a receipt", "parameters": [parameter("id")]}}}
    desk = {"/receipts/boats/2026": {"delete": {"summary": "Void receipts and delete boats of 2026"}}}
    for name, paths in (("till", till), ("desk", desk)):
        add(club, source=name, name=name, tree=document(paths))
    best = {(hit.spec, hit.operation) for hit in hits(club, "void the receipt, then delete the boat")[:2]}
    assert best == {("till", "DELETE /receipts/{id}"), ("club", "DELETE /boats/{boat_id}")}
