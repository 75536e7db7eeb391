"""What `specdeck ask` speaks of: what was asked for, first and alone where it is named, and nothing where that fits."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Specdeck

NAMES = ("paddock", "stable", "my-stable.v2", "stud_2")
HORSES = """
openapi: 3.0.3
info: {{title: {title}, version: "1"}}
servers: [{{url: https://{title}.test}}]
paths:
  /horses:
    get: {{operationId: listHorses, summary: List horses, responses: {{}}}}
    post: {{operationId: addHorse, summary: Add a horse, responses: {{}}}}
  /horses/{{horseId}}:
    parameters: [{{name: horseId, in: path, required: true, schema: {{type: string}}}}]
    get: {{operationId: getHorse, summary: Get a horse, responses: {{}}}}
    delete: {{operationId: removeHorse, summary: Remove a horse, responses: {{}}}}
    patch: {{operationId: changeHorse, summary: Change a horse, responses: {{}}}}
  /films:
    get: {{operationId: listMovies, summary: List movies, responses: {{}}}}
    post:
      operationId: addMovie
      summary: Add a movie
      requestBody: {{content: {{application/json: {{schema: {{oneOf: [
        {{type: object, properties: {{labels: {{type: array, items: {{type: string}}}}}}}},
        {{type: array, items: {{type: string}}}}]}}}}}}}}
      responses: {{}}
  /films/{{filmId}}:
    parameters: [{{name: filmId, in: path, required: true, schema: {{type: string}}}}]
    delete: {{operationId: deleteMovie, summary: Delete a movie, responses: {{}}}}
"""
DELETE = "DELETE /horses/{horseId}"


@pytest.fixture(scope="module")
def horses(tmp_path_factory: pytest.TempPathFactory) -> Specdeck:
    """Four APIs with the same operations, and no models."""
    home = tmp_path_factory.mktemp("horses")
    specdeck = Specdeck(home, home / "no-models")
    for name in NAMES:
        (home / f"{name}.yaml").write_text(HORSES.format(title=name), encoding="utf-8")
        specdeck("add", str(home / f"{name}.yaml"), "--name", name)
    return specdeck


def answered(specdeck: Specdeck, question: str) -> list[str]:
    """The operations of an answer, as `SPEC:METHOD /path`."""
    operations = specdeck("ask", "--json", "--no-model", question).document["facts"]["operations"]
    return [f"{one['spec']}:{one['operation']}" for one in operations]


def found(specdeck: Specdeck, question: str) -> list[str]:
    """The hits of a search."""
    hits = specdeck("search", "--json", question).document["hits"]
    return [f"{one['spec']}:{one['operation']}" for one in hits]


# A printed reference is an address ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("question", "operation"),
    [
        ("stable:DELETE /horses/{id}", f"stable:{DELETE}"),
        ("paddock:DELETE /horses/{horseId}", f"paddock:{DELETE}"),
        ("stable:delete /horses/42/", f"stable:{DELETE}"),
        ("`my-stable.v2:DELETE /horses/42`?", f"my-stable.v2:{DELETE}"),
        ("(stud_2:removeHorse).", f"stud_2:{DELETE}"),
        ("stud_2@2:GET /horses", "stud_2:GET /horses"),
        ("what does stable:DELETE /horses/{id} return?", f"stable:{DELETE}"),
        ("how do I authenticate for “my-stable.v2:removeHorse”, please", f"my-stable.v2:{DELETE}"),
        ("which errors has stable: PATCH /horses/7", "stable:PATCH /horses/{horseId}"),
    ],
)
def test_a_reference_is_answered_alone(horses: Specdeck, question: str, operation: str) -> None:
    """`SPEC:METHOD /path` and `SPEC:operationId`, whatever stands around them, are about that very operation."""
    assert answered(horses, question) == [operation]
    assert found(horses, question) == [operation]


@pytest.mark.parametrize(
    "question", ["DELETE /horses/{id}", "nothing:delete /horses/42", "why is DELETE /horses/7 gone"]
)
def test_a_reference_without_a_spec_is_about_that_call_of_any(horses: Specdeck, question: str) -> None:
    """Without the name of a spec before it, or with what is none, the operation of each API that has it is meant."""
    assert set(found(horses, question)) == {f"{name}:{DELETE}" for name in NAMES}
    assert all(ref.endswith(f":{DELETE}") for ref in answered(horses, question))


def test_the_api_that_is_named_beside_a_path_is_meant(horses: Specdeck) -> None:
    """`DELETE /path in NAME` puts the operation of that API first."""
    assert answered(horses, "DELETE /horses/7 in my-stable.v2")[0] == f"my-stable.v2:{DELETE}"


@pytest.mark.parametrize(
    ("question", "missing", "nearest"),
    [
        ("stable:DELETE /cows/{id}", "There is no DELETE /cows/{id} in stable", "stable:"),
        ("stable:DELETE /horses", "There is no DELETE /horses in stable", "stable:GET /horses"),
        ("DELETE /horses", "There is no DELETE /horses in the library", "paddock:GET /horses"),
    ],
)
def test_a_reference_to_nothing_says_so(horses: Specdeck, question: str, missing: str, nearest: str) -> None:
    """What is not there is told, and what is nearest, of the same API, is offered."""
    facts = horses("ask", "--json", "--no-model", question).document["facts"]
    assert facts["note"] == f"{missing}; this is what is nearest"
    assert found(horses, question)[0].startswith(nearest)
    assert horses("search", "--json", question).document["note"] == missing
    assert answered(horses, question)[0].startswith(nearest)


def test_a_plain_word_that_is_a_name_hides_nothing(horses: Specdeck) -> None:
    """What could be a word of the language leads to what it names, and to the rest."""
    assert len(found(horses, "list horses")) > len(NAMES)


# The order of the search is that of the answer ------------------------------------------------------------------------
@pytest.mark.parametrize(
    "question",
    [
        "how do I borrow a book, is there a limit",
        "my hold is gone, where do I see it and why",
        "return a book, but the member has lost the card",
        "403 Forbidden, member is suspended, cannot borrow",
        "branches and their opening hours",
    ],
)
def test_what_was_asked_for_stays_first(stocked: Specdeck, question: str) -> None:
    """However many clauses a question has, one that asks for one thing has the search's first hit first."""
    facts = stocked("ask", "--json", "--no-model", question).document["facts"]
    assert facts["steps"] == 0
    assert answered(stocked, question) == found(stocked, question)[: len(facts["operations"])]


def test_a_pasted_error_is_answered_by_the_nearest_operation_that_declares_errors(stocked: Specdeck) -> None:
    """It is like no operation's words; where the status is none of those declared, that is said."""
    question = "403 Forbidden, member is suspended, cannot borrow"
    facts = stocked("ask", "--json", "--no-model", question).document["facts"]
    assert facts["operations"][0]["operation"] == "POST /loans"
    assert (facts["intent"], facts["told"]["undeclared"]) == ("errors", ["403"])


def test_a_workflow_is_in_calling_order_and_says_so(stocked: Specdeck) -> None:
    """Several things to do that feed each other are steps, what gives an id before what takes it."""
    question = "borrow a book, but first register a member"
    facts = stocked("ask", "--json", "--no-model", question).document["facts"]
    operations = [one["operation"] for one in facts["operations"][: facts["steps"]]]
    assert facts["steps"] >= 2
    assert operations.index("POST /members") < operations.index("POST /loans")
    assert stocked("ask", "--no-model", question).out.startswith("Steps, in calling order:\n[1] ")


def test_steps_may_be_of_several_apis(tmp_path: Path) -> None:
    """What is asked of three APIs one after another is answered by a step of each."""
    specdeck = Specdeck(tmp_path, tmp_path / "no-models")
    for name, thing, other in (
        ("billing", "invoice", "message"),
        ("chat", "message", "robot"),
        ("fleet", "robot", "invoice"),
    ):
        paths = {
            f"/{thing}s": {
                "get": {"summary": f"List all {thing}s", "responses": {}},
                "post": {"summary": f"Create a new {thing}", "responses": {}},
            },
            f"/{other}-settings": {"get": {"summary": f"Show the settings of a {other}", "responses": {}}},
        }
        file = tmp_path / f"{name}.json"
        file.write_text(json.dumps({"openapi": "3.0.3", "info": {"title": name, "version": "1"}, "paths": paths}))
        specdeck("add", str(file))
    question = "create a new invoice, then create a new message and finally list all robots"
    facts = specdeck("ask", "--json", "--no-model", question).document["facts"]
    steps = {(one["spec"], one["operation"]) for one in facts["operations"][: facts["steps"]]}
    assert steps == {("billing", "POST /invoices"), ("chat", "POST /messages"), ("fleet", "GET /robots")}


# Nothing asked for, and nothing found ---------------------------------------------------------------------------------
@pytest.mark.parametrize("question", ["thanks!", "/help", "", "what can you do?"])
def test_small_talk_gets_a_sentence_and_what_to_ask(stocked: Specdeck, question: str) -> None:
    """What asks for nothing is no search: a sentence, and real operations that one could ask for."""
    facts = stocked("ask", "--json", "--no-model", question).document["facts"]
    assert facts["note"] == "Ask how to do something with an API, or name an operation"
    assert (facts["operations"], facts["passages"], len(facts["suggestions"])) == ([], [], 3)
    printed = stocked("ask", "--no-model", question).out
    assert all(f"  - {one['summary']}  ({one['ref']})\n" in printed for one in facts["suggestions"])
    assert "request" not in printed


@pytest.mark.parametrize("question", ["what is the capital of France", "who wrote hamlet", "tell me a joke"])
def test_what_no_api_does_is_not_answered(equipped: Specdeck, question: str) -> None:
    """A question of another world gets a sentence and what is nearest by name, never a full card."""
    facts = equipped("ask", "--json", "--no-model", question).document["facts"]
    assert facts["note"] == "Nothing in the library seems to be about this"
    assert (facts["operations"], len(facts["suggestions"])) == ([], 3)


@pytest.mark.parametrize("question", ["place a hold", "how do I pay a fine", "overdue books", "who can borrow a book"])
def test_what_an_api_does_is_answered(equipped: Specdeck, question: str) -> None:
    """A question about the library has no note."""
    facts = equipped("ask", "--json", "--no-model", question).document["facts"]
    assert (facts["note"], facts["suggestions"]) == ("", [])
    assert facts["operations"]


# What is said of an operation -----------------------------------------------------------------------------------------
def test_a_media_type_is_no_input(horses: Specdeck) -> None:
    """A body of several forms is called a body, with its fields beside it."""
    (one,) = horses("ask", "--json", "--no-model", "stable:addMovie").document["facts"]["operations"]
    assert [field["name"] for field in one["accepts"]] == ["body", "labels"]


def test_a_reading_call_sends_no_empty_body(specdeck: Specdeck, tmp_path: Path) -> None:
    """A GET to which the document gives a form without fields is sent without one."""
    document = """
openapi: 3.0.3
info: {title: Forms, version: "1"}
servers: [{url: https://forms.test}]
paths:
  /cards:
    get:
      summary: List cards
      requestBody: {content: {application/x-www-form-urlencoded: {schema: {type: object, properties: {}}}}}
      responses: {}
"""
    (tmp_path / "forms.yaml").write_text(document, encoding="utf-8")
    specdeck("add", str(tmp_path / "forms.yaml"))
    (one,) = specdeck("ask", "--json", "--no-model", "GET /cards").document["facts"]["operations"]
    assert one["request"] == "curl https://forms.test/cards"


def test_a_place_in_the_document_is_no_type(specdeck: Specdeck, tmp_path: Path) -> None:
    """What refers to a part of another answer is named by what it is made of, not by the number of the part."""
    document = """
openapi: 3.0.3
info: {title: Parts, version: "1"}
paths:
  /keys:
    get: {operationId: keys, summary: List keys, responses: {"200": {description: ok, content: {application/json:
      {schema: {allOf: [{type: object, properties: {keys: {type: array}}}, {$ref: '#/components/schemas/Page'},
        {type: object, properties: {meta: {type: object}}}]}}}}}}
  /drops:
    get: {operationId: drops, summary: List drops, responses: {"200": {description: ok, content: {application/json:
      {schema: {allOf: [{type: object, properties: {drops: {type: array}}},
        {$ref: '#/paths/~1keys/get/responses/200/content/application~1json/schema/allOf/1'},
        {$ref: '#/paths/~1keys/get/responses/200/content/application~1json/schema/allOf/2'}]}}}}}}
  /same:
    get: {operationId: same, summary: The same, responses: {"200": {description: ok, content: {application/json:
      {schema: {$ref: '#/paths/~1keys/get/responses/200/content/application~1json/schema'}}}}}}
components: {schemas: {Page: {type: object, properties: {next: {type: string}}}}}
"""
    (tmp_path / "parts.yaml").write_text(document, encoding="utf-8")
    specdeck("add", str(tmp_path / "parts.yaml"))
    types = {}
    for name in ("keys", "drops", "same"):
        (one,) = specdeck("ask", "--json", "--no-model", f"parts:{name}").document["facts"]["operations"]
        types[name] = one["returns"]["type"]
    assert types == {"keys": "Page with more fields", "drops": "object", "same": "Page with more fields"}


@pytest.mark.parametrize(
    ("description", "quoted"),
    [
        ("This needs the `cards:read` scope.", True),
        ("Authorization is not required.", True),
        ("You must have the write permission.", True),
        ("Gives access to all cards.", False),
        ("Returns a personal access token.", False),
        ("Lists the cards of the authenticated user.", False),
        ("Each page has a continuation token, which must be sent to get the next one.", False),
        ("Creates a permission scheme.", False),
    ],
)
def test_what_a_description_says_of_auth_is_about_the_call(
    specdeck: Specdeck, tmp_path: Path, description: str, quoted: bool
) -> None:
    """Only a sentence that demands something of the caller is quoted; access and tokens are also other things."""
    document = f"""
openapi: 3.0.3
info: {{title: Cards, version: "1"}}
paths: {{/cards: {{get: {{summary: List cards, description: "{description}", responses: {{}}}}}}}}
"""
    (tmp_path / "cards.yaml").write_text(document, encoding="utf-8")
    specdeck("add", str(tmp_path / "cards.yaml"))
    (one,) = specdeck("ask", "--json", "--no-model", "GET /cards").document["facts"]["operations"]
    plain = description.replace("`", "")
    assert (f"Its description says: “{plain}”" in one["auth"]) is quoted


def test_that_nothing_is_there_is_said_once(horses: Specdeck) -> None:
    """Words and then meaning find nothing: one sentence and one list say so."""
    assert horses("ask", "--no-model", "what is the capital of France").out.count("Nothing in the library") == 1
