"""What is claimed of an operation is looked up: what is false is struck, what is so, or cannot be told, stays."""

import random
from functools import cache

import pytest
from hypothesis import given, strategies as st

from engine.answer.checking.ground import Grounder
from engine.answer.checking.lookup import Vocabulary
from engine.answer.checking.vocabulary import vocabulary
from engine.answer.records import Segment, SegmentKind
from engine.library.records import OutlineRow
from engine.specs.model import Spec
from engine.specs.read import read
from scripts.bench.lies.plant import source_of

DOCUMENT = """
openapi: 3.0.3
info: {title: Tickets, version: '1'}
servers: [{url: 'https://tickets.example/v1'}]
components:
  securitySchemes:
    login: {type: oauth2, flows: {clientCredentials: {tokenUrl: /t, scopes: {'tickets:write': w, 'tickets:read': r}}}}
    key: {type: apiKey, in: header, name: X-Key}
  schemas:
    Card: {type: object, required: [number], properties: {number: {type: string}, network: {type: string}}}
    Bank: {type: object, properties: {iban: {type: string, maxLength: 34}}}
    Ticket:
      type: object
      required: [title]
      properties:
        id: {type: integer, readOnly: true}
        title: {type: string, maxLength: 80}
        state: {type: string, enum: [open, closed], default: open}
        urgent: {type: boolean}
        labels: {type: array, items: {type: object, properties: {name: {type: string}, color: {type: string}}}}
        estimate: {type: number, minimum: 1, maximum: 40}
        payment: {anyOf: [{$ref: '#/components/schemas/Card'}, {$ref: '#/components/schemas/Bank'}]}
    Stored: {allOf: [{$ref: '#/components/schemas/Ticket'}, {properties: {created_at: {type: string}}}]}
paths:
  /tickets:
    post:
      operationId: createTicket
      security: [{login: ['tickets:write']}]
      parameters:
        - {name: dry_run, in: query, schema: {type: boolean, default: false}}
        - {name: Idempotency-Key, in: header, required: true, schema: {type: string}}
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Ticket'}}}}
      responses:
        '201': {description: Made, content: {application/json: {schema: {$ref: '#/components/schemas/Stored'}}}}
        '422': {description: Wrong}
    get:
      operationId: listTickets
      security: [{key: []}]
      parameters:
        - {name: per_page, in: query, description: 'How many. Default: 30 (max 100).', schema: {type: integer}}
        - {name: since, in: query, schema: {type: string}}
      responses: {'200': {description: All}}
  /tickets/{number}:
    get:
      operationId: getTicket
      security: []
      parameters: [{name: number, in: path, required: true, schema: {type: integer}}]
      responses: {'200': {description: One}, '404': {description: None}}
    delete:
      operationId: deleteTicket
      security: [{login: ['tickets:write']}]
      parameters: [{name: number, in: path, required: true, schema: {type: integer}}]
      responses: {'204': {description: Gone}}
  /people/{name}:
    get:
      operationId: getPerson
      parameters: [{name: name, in: path, required: true, schema: {type: string}}]
      responses: {'200': {description: One}}
"""


@cache
def document() -> Spec:
    """The specification that all sentences here are about."""
    spec = read(DOCUMENT.encode())
    assert spec.problems == ()
    return spec


@cache
def known(about: str) -> Vocabulary:
    """What is known where an answer is about one operation."""
    sources = {f"s:{one.key}": source_of(document(), one) for one in document().operations}
    named = {source.operation.operation_id: source for source in sources.values()}
    rows = [
        OutlineRow(tag="", operation=one.key, operation_id=one.operation_id, summary="", deprecated=False)
        for one in document().operations
    ]
    return vocabulary([named[about]], [("s", rows)], (), lambda ref: sources.get(ref.replace("api:", "s:")))


def check(text: str, about: str = "createTicket") -> list[Segment]:
    """The segments of a text about one operation."""
    grounder = Grounder(known(about))
    segments = [*grounder.feed(text), *grounder.finish()]
    assert "".join(one.text for one in segments) == text
    return segments


def struck(text: str, about: str = "createTicket") -> list[tuple[str, str]]:
    """What is false in a text, and what is so."""
    return [(one.text, one.correction) for one in check(text, about) if one.kind is SegmentKind.FALSE]


def doubted(text: str, about: str = "createTicket") -> list[str]:
    """The names in a text that the spec does not have."""
    return [one.text for one in check(text, about) if one.kind is SegmentKind.UNVERIFIED]


@pytest.mark.parametrize(
    ("text", "words", "instead"),
    [
        ("Send `title` in the query string.", "in the query string", "in the body or in the response"),
        ("The dry_run field goes in the request body.", "in the request body", "in the query"),
        ("`Idempotency-Key` is a query parameter.", "a query parameter", "in the header"),
        ("The title is an integer.", "an integer", "a string"),
        ("- `urgent` (string): whether", "string", "a boolean"),
        ("`labels` is an array of strings.", "an array of strings", "an array of objects"),
        ("You must provide `urgent`.", "`urgent`", "optional"),
        ("`title` is optional.", "optional", "required"),
        ("You may leave out the title.", "title", "required"),
        ("Send `created_at` in the body.", "in the body", "in the response"),
        ("You can set `id`.", "`id`", "only in the response"),
        ("Set `state` to `merged`.", "`merged`", "one of open, closed"),
        ("`state` must be one of open, closed or merged.", "open, closed or merged", "one of open, closed"),
        ("`state` defaults to closed.", "closed", "the default is open"),
        ("The maximum for estimate is 60.", "60", "at most 40"),
        ("`estimate` must be at least 5.", "5", "at least 1"),
        ("`title` can have up to 200 characters.", "200", "at most 80"),
        ("It needs the `tickets:read` scope.", "`tickets:read`", "scope tickets:write"),
        ("It uses HTTP basic authentication.", "HTTP basic authentication", "OAuth 2.0"),
        ("No authentication is needed.", "No authentication", "OAuth 2.0"),
        ("Send a PUT to /tickets.", "PUT", "GET or POST"),
        ("On success it returns 422.", "422", "201"),
        ("It never returns 422.", "422", "422 is one of its responses"),
        ("`GET /people/{name}` takes `title`.", "`title`", "GET /people/{name} has no such name"),
        ("`title` is not required.", "required", "required"),
        ("The title is required. It is an integer.", "an integer", "a string"),
        ("There is no `title` parameter.", "`title`", "there is one in the body"),
        ("Do not send `title` in the body.", "in the body", "in the body"),
        ("Neither `urgent` nor `title` is required.", "required", "required"),
        ("It needs the title and the required field state.", "required", "optional"),
        ("When state is not given, it is closed.", "closed", "the default is open"),
    ],
)
def test_what_is_false_is_struck_and_what_is_so_stands_beside_it(text: str, words: str, instead: str) -> None:
    """Each kind of claim is looked up where the sentence says it."""
    assert struck(text) == [(words, instead)]


@pytest.mark.parametrize(
    "text",
    [
        "Call POST /tickets with the title in the body; you may also send state and urgent.",
        "`title` is a required string in the request body, at most 80 characters long.",
        "`estimate` is a number between 1 and 40, and is optional.",
        "`labels` is an array of objects; `labels[].name`, labels.name and `labels[0].color` are strings.",
        "The response contains `created_at` and `id`. It is an integer.",
        "`payment.number` and `payment.iban` are strings; `iban` has at most 34 characters.",
        "`dry_run` is false by default, and goes in the query.",
        "The Idempotency-Key header is required.",
        "You need the `tickets:write` scope; use an OAuth 2.0 bearer token.",
        "It does not return 404, and there is no `priority` parameter.",
        "`state` cannot be `merged`.",
        "`DELETE /tickets/{number}` returns 204 and needs `number` in the path.",
        "Call GET /tickets/42, or GET /tickets/{number}, or GET /people/octocat.",
        "The title is not an integer, and it is not optional.",
        "If `title` is missing, the call fails with 422.",
        "Use the `post` method to delete the title from a list of titles.",
        "The function returns an int: The number of labels.",
        "To get an estimate, add an id and put a state to it.",
        "It takes 3 seconds at most, and an object is required by nobody.",
        "Neither `urgent` nor `labels` is required, and none of `urgent`, `labels` and `estimate` is required.",
        "Do not send `title` in the query string, and never put the state in the URL.",
        "Instead of sending `title` in the query, send it in the body.",
        "The body has the required field `title` and the optional fields `state`, `urgent` and `labels`.",
        "The object has a title string, a state string and an urgent boolean.",
        "With the Idempotency-Key header and title in the body, call POST /tickets.",
        "Apart from `title`, all fields are optional; every field except title is optional.",
        "In addition to the required `title`, `state` may be sent.",
        "`title` goes in the body, not in the query or in a header.",
        "The `labels` array holds objects, each with a name.",
        "When `state` is `closed`, the ticket is done.",
        "`dry_run` defaults to false, so by default the ticket is made.",
        "It does not accept `created_at`, there is no `id` in the request, and it does not take a `color`.",
    ],
)
def test_what_is_so_is_left_alone(text: str) -> None:
    """No true sentence is struck, and none of its names is doubted."""
    assert [one for one in check(text) if one.kind in (SegmentKind.FALSE, SegmentKind.UNVERIFIED)] == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Call GET /tickets/new.", ["GET /tickets/new"]),
        ("Call GET /people/search.", ["GET /people/search"]),
        ("Use /tickets/abc.", ["/tickets/abc"]),
        ("It returns 409, or yields 410, or ends in a 423.", ["409", "410", "423"]),
        ("The page-size parameter and the parameter sort-order.", ["page-size", "sort-order"]),
        ("Set labels.title and `payment.colour`.", ["labels.title", "`payment.colour`"]),
    ],
)
def test_invented_names_of_every_dress_are_doubted(text: str, names: list[str]) -> None:
    """A word is no id of a thing; a status counts in any sentence; joined names are names."""
    assert doubted(text) == names


def test_what_the_description_alone_says_counts() -> None:
    """A default and a limit that stand only in the field's own words are known."""
    assert struck("`per_page` defaults to 50, and can be at most 250.", "listTickets") == [
        ("50", "the default is 30"),
        ("250", "at most 100"),
    ]
    assert struck("`per_page` defaults to 30, and can be at most 100.", "listTickets") == []


def test_what_cannot_be_decided_is_left_alone() -> None:
    """Where the specification has no limit, no default, no enum and no credentials, nothing is struck."""
    text = "`since` defaults to today, can be `yesterday`, and has at most 20 characters."
    assert struck(text, "listTickets") == []
    assert struck("It needs an API key.", "getPerson") != []  # the spec declares schemes, and asks for none here


def test_a_draft_that_is_mostly_false_is_doubtful() -> None:
    """False claims count like invented names: such a draft is folded."""
    grounder = Grounder(known("createTicket"))
    grounder.feed("`title` is optional. `title` is an integer. Send `title` in the query.\n")
    assert grounder.doubtful
    assert grounder.corrections == {
        "`title` is optional": "required",
        "`title` is an integer": "a string",
        "`title` in the query": "in the body or in the response",
    }


PIECES = st.lists(
    st.sampled_from(
        [
            "`title`", " is ", "optional", "required", ". ", " in the query", " in the body", "state", " defaults to ",
            "closed", "[1]", "POST /tickets", "Send a PUT to /tickets", " at most 250", "estimate", ", ", " and ",
            "It", "returns 409", "the `tickets:read` scope", "\n", "`", "not ", "one of open, merged", "\ue010\ue014",
            "no authentication", "GET /people/new", "labels[].name", "; ", "é", "(string)", "the `x",
        ]
    ),
    max_size=30,
).map("".join)  # fmt: skip


@given(PIECES, st.randoms(use_true_random=False))
def test_pieces_change_nothing(text: str, chance: random.Random) -> None:
    """However a text is cut, the same words are struck, doubted and cited."""
    grounder, pieces, at = Grounder(known("createTicket")), [], 0
    while at < len(text):
        size = chance.randint(1, 20)
        pieces += grounder.feed(text[at : at + size])
        at += size
    pieces += grounder.finish()
    whole = check(text)
    assert "".join(one.text for one in pieces) == text
    assert [one for one in pieces if one.kind is not SegmentKind.PLAIN] == [
        one for one in whole if one.kind is not SegmentKind.PLAIN
    ]


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "piece",
    [
        "`title` ", "title, ", "title is ", "in the query ", "one of a, ", "at most 1 ", "default ", "scope ", "not ",
        "the the ", "if ", "POST ", "with ", "a or ", "(string) ", "- ", "`a`, ", "returns 4", "without ", "API key ",
        "0", "0,", "neither ", "not also ", "title,and,",
    ],
)  # fmt: skip
def test_no_pattern_runs_away(piece: str) -> None:
    """A text of one thing repeated is checked in reasonable time."""
    check(piece * (20_000 // len(piece)))


def test_a_correction_is_one_line_and_short() -> None:
    """What stands in the middle of a sentence is no paragraph, whatever values the specification has."""
    values = '["one\\n\\n# two", "' + "x" * 5_000 + '"]'
    raw = (
        "openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths: {/a: {get: {parameters: [{name: kind, in: query,"
        f" schema: {{type: string, enum: {values}}}}}], responses: {{'200': {{description: d}}}}}}}}}}\n"
    )
    spec = read(raw.encode())
    grounder = Grounder(vocabulary([source_of(spec, spec.operations[0])], []))
    (wrong,) = [one for one in grounder.feed("Set `kind` to `three`.\n") if one.kind is SegmentKind.FALSE]
    assert wrong.correction.startswith("one of one # two, xxx")
    assert len(wrong.correction) < 300
