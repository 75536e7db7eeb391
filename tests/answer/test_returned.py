"""What comes back, and what is within: media types, streams, headers, fields by dotted names, links."""

from collections.abc import Sequence

import pytest

from engine.answer.facts import compose, operation_facts, with_fields
from engine.answer.records import OperationFacts, ResponseFact
from engine.calls.nested import USUAL, Extent
from engine.calls.records import FieldFact
from engine.calls.source import Source
from tests.answer import formats
from tests.answer.quarry import DOCUMENT
from tests.answer.spec import parse, source


def quarry(operation_id: str, extent: Extent = USUAL) -> OperationFacts:
    """The facts of an operation with its fields."""
    return operation_facts(of(operation_id), 1, extent=extent)


def of(operation_id: str) -> Source:
    """An operation of the document."""
    return source(operation_id, parse(DOCUMENT))


def names(fields: Sequence[FieldFact]) -> list[str]:
    """The names of fields."""
    return [field.name for field in fields]


def returned(one: OperationFacts) -> ResponseFact:
    """What comes back on success."""
    assert one.returns is not None
    return one.returns


def test_every_media_type_is_told() -> None:
    """JSON says the type, all others are told with theirs; of several successes the others are no errors."""
    one = quarry("addStone")
    assert [response.status for response in one.also] == ["202", "303"]
    made = returned(one)
    assert (made.status, made.type) == ("201", "Stone")
    assert [(form.media_type, form.type) for form in made.contents] == [
        ("text/csv", "string"),
        ("application/json", "Stone"),
        ("application/xml", "object"),
    ]
    assert "block" in names(made.fields)


def test_a_stream_is_called_one() -> None:
    """What comes item by item is told so, by its schema or its media type; its fields are those of an item."""
    stream = returned(quarry("watchStones"))
    assert [(form.media_type, form.type, form.stream) for form in stream.contents] == [
        ("application/jsonl", "stream of Person", True),
        ("text/event-stream", "string", True),
    ]
    assert names(stream.fields)[:2] == ["login", "boss"]


def test_headers_have_types_and_limits() -> None:
    """A header is told like an input; one that is written in a media type has the type of its content."""
    left, place = returned(quarry("addStone")).headers
    assert (left.name, left.location, left.type, left.bounds) == (
        "X-RateLimit-Left",
        "response header",
        "integer",
        "at least 0",
    )
    assert left.description == "Calls that are left."
    assert (place.name, place.type) == ("Place", "object")


def test_links_name_operations_as_one_asks_for_them() -> None:
    """A link by a pointer names method and path."""
    read, see = returned(quarry("addStone")).links
    assert (read.operation, read.parameters) == ("readStone", {"id": "$response.body#/id"})
    assert (see.operation, see.body) == ("GET /stones/{id}", "$response.body#/owner")


def test_errors_have_their_bodies() -> None:
    """The body of an error is told as that of a success, with the codes that it may have."""
    refused, default = quarry("addStone").errors
    assert (refused.type, refused.contents[0].media_type) == ("Fault", "application/problem+json")
    code, hint = refused.fields
    assert (code.name, code.required, code.enum) == ("code", True, ("too_heavy", "too_wet"))
    assert (hint.name, hint.nullable) == ("hint", True)
    assert default.fields == refused.fields


def test_fields_are_told_by_dotted_names() -> None:
    """Items of lists, values of maps and all forms of a choice have names; what is only written is left out."""
    fields = {field.name: field for field in returned(quarry("readStone")).fields}
    assert list(fields) == [
        "id",
        "owner",
        "owner.login",
        "owner.boss",
        "grain",
        "parts",
        "prices",
        "prices.*",
        "origin",
        "origin.depth",
        "origin.name",
        "origin.bank",
    ]
    login = fields["owner.login"]
    assert (login.location, login.required, login.bounds) == ("response", True, "at most 39 characters")
    assert (fields["grain"].enum, fields["grain"].default) == (("fine", "coarse"), "fine")
    assert fields["id"].read_only
    assert fields["origin.name"].required
    assert not fields["origin.depth"].required


def test_any_depth_on_demand() -> None:
    """More levels are told where they are asked for; a circle ends where it began."""
    deep = names(returned(quarry("readStone", Extent(5, 400))).fields)
    assert {"prices.*.amount", "owner.boss"} <= set(deep)
    assert not [name for name in deep if name.startswith(("owner.boss.", "parts[]"))]


def test_upper_levels_come_first() -> None:
    """Where not all fields fit, none of a lower level takes the place of one above; the others are counted."""
    few = returned(quarry("readStone", Extent(2, 7)))
    assert names(few.fields) == ["id", "owner", "owner.login", "grain", "parts", "prices", "origin"]
    assert few.more == 5


def test_what_is_sent_has_nested_fields_too() -> None:
    """They are told beside the inputs; what only the server sets is left out, and what is only written is not."""
    nested = {field.name: field for field in quarry("addStone").nested}
    assert {"owner.login", "owner.secret", "prices.*", "origin.bank"} <= set(nested)
    assert not {"id", "owner", "grain"} & set(nested)
    assert (nested["owner.login"].location, nested["owner.login"].required) == ("body", True)


def test_first_facts_are_without_fields() -> None:
    """Fields take time: they are added to the facts of the first operation where these are asked for, else later."""
    facts = compose("how do I add a stone", [of("addStone"), of("readStone")], search="words")
    assert all(response.fields == () for one in facts.operations for response in (returned(one), *one.errors))
    asked = compose("which fields does it return", [of("readStone"), of("addStone")], search="words")
    assert "owner.login" in names(returned(asked.operations[0]).fields)
    assert returned(asked.operations[1]).fields == ()
    whole = operation_facts(of("readStone"), 2, extent=USUAL)
    assert with_fields(facts.operations[1], of("readStone")) == whole


# What a question speaks of -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("question", "operation_id", "expected"),
    [
        ("add a stone", "addStone", []),
        ("add a stone with a coarse grain", "addStone", ["grain"]),
        ("what is the login of the owner?", "readStone", ["owner.login"]),
        ("what is the bank of a stone's origin?", "readStone", ["origin.bank"]),
        ("how many calls are left by the rate limit when I add a stone", "addStone", ["X-RateLimit-Left"]),
        ("how do they sign in?", "readStone", ["owner.login"]),
        ("only coarse ones", "addStone", ["grain"]),
        ("their secret", "readStone", []),
        ("set the secret of a stone's owner", "addStone", ["owner.secret"]),
    ],
)
def test_what_is_asked_for_comes_first(question: str, operation_id: str, expected: list[str]) -> None:
    """A field is found by its name, its value or its description, in what is sent and in what comes back."""
    one = operation_facts(of(operation_id), 1, question=question)
    assert names(one.asked) == expected


def test_a_way_to_a_field_gives_place_only_to_a_better_fit() -> None:
    """Of a field and what is in it both are told where the question fits both alike."""
    artifact = "{type: object, properties: {consentArtifact: {type: object, properties: {consent: {type: string}}}}}"
    document = f"""
openapi: 3.0.3
info: {{title: T, version: "1"}}
paths: {{/x: {{get: {{operationId: x, responses:
  {{"200": {{description: OK, content: {{application/json: {{schema: {artifact}}}}}}}}}}}}}}}
"""
    one = operation_facts(source("x", parse(document)), 1, question="what is the consent artifact?")
    assert names(one.asked) == ["consentArtifact", "consentArtifact.consent"]


def test_others_are_counted() -> None:
    """Where fields were looked at, the facts tell how many there are."""
    one = operation_facts(of("readStone"), 1, question="what is the login of the owner?")
    assert (returned(one).fields, returned(one).more) == ((), 13)


# Other formats -------------------------------------------------------------------------------------------------------
def test_fields_of_graphql_have_their_arguments() -> None:
    """Fields of the type are told in GraphQL's words, with what they take; those of a union are those of its types."""
    book = formats.source("sdl", "Query.book")
    fields = {field.name: field for field in returned(operation_facts(book, 1, extent=USUAL)).fields}
    assert (fields["id"].type, fields["tags"].type, fields["author.name"].type) == ("ID!", "[String!]!", "String")
    assert (fields["review"].arguments, fields["author.books"].arguments) == (("by: String!",), ("first: Int",))
    assert fields["year"].description == "Deprecated"
    anything = operation_facts(formats.source("sdl", "Query.anything"), 1, extent=USUAL)
    assert {"year", "name", "needs"} <= set(names(returned(anything).fields))
    add = operation_facts(formats.source("sdl", "Mutation.addBook"), 1, extent=USUAL)
    assert [(field.name, field.type) for field in add.nested] == [
        ("input.by.name", "String!"),
        ("input.by.born", "DateTime"),
    ]


def test_fields_of_messages_are_told() -> None:
    """A message of gRPC, streamed or not, has its fields; a reply over a broker those of each message it may be."""
    for method in ("GetItem", "Watch"):
        one = operation_facts(formats.source("proto", f"RPC /shop.v1.Shop/{method}"), 1, extent=USUAL)
        assert names(returned(one).fields)[:3] == ["id", "cents", "text"]
    reply = operation_facts(formats.source("messages", "SEND user/{user_id}/signedup#again"), 1, extent=USUAL)
    assert names(returned(reply).fields) == ["reason"]
