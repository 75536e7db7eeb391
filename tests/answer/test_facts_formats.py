import msgspec
import pytest

from engine.answer.facts import auth, operation_facts
from engine.answer.intent import intent
from engine.answer.records import FieldFact, OperationFacts, ResponseFact
from engine.calls.source import Source
from engine.specs.model import (
    About,
    Body,
    Content,
    Grant,
    Operation,
    Parameter,
    Response,
    Schema,
    SecurityScheme,
    Server,
    ServerVariable,
)
from tests.answer.formats import facts


def of(operation: Operation, schemas: dict[str, Schema] | None = None) -> OperationFacts:
    """The facts of an operation of no document."""
    known = schemas or {}
    about = About(title="", format="")
    one = Source(
        spec="s", about=about, operation=operation, resolve=lambda pointer: known[pointer], example={}.__getitem__
    )
    return operation_facts(one, 1)


def names(fields: tuple[FieldFact, ...]) -> list[str]:
    """Name and type of inputs."""
    return [f"{field.name}: {field.type}" for field in fields]


def body(schema: Schema, media_type: str = "application/json") -> Operation:
    """An operation that takes one body."""
    content = (Content(media_type=media_type, schema=schema),)
    return Operation(method="POST", path="/x", pointer="", body=Body(required=True, content=content))


# GraphQL -------------------------------------------------------------------------------------------------------------
def test_arguments_of_graphql_have_their_written_types() -> None:
    """Arguments are needed or accepted as the schema says, in GraphQL's own words, with the values of an enum."""
    one = facts("sdl", "Query.books")
    assert names(one.needs) == ["ids: [ID!]!"]
    assert names(one.accepts) == ["shelf: Shelf!", "old: Int"]
    assert {field.location for field in (*one.needs, *one.accepts)} == {"argument"}
    assert one.accepts[0].enum == ("A", "B", "TOP_SHELF")
    assert one.accepts[1].description == "Deprecated: Use ids. Deprecated for good."


def test_fields_of_an_input_object_are_inputs() -> None:
    """What an input requires is needed, one level deep; of a list of inputs it is that of each."""
    one = facts("sdl", "Mutation.addBook")
    assert names(one.needs) == [
        "input: AddBookInput!",
        "input.title: String!",
        "input.shelf: Shelf!",
        "input.by: PersonInput!",
        "input.at: DateTime!",
    ]
    assert names(one.accepts) == ["input.note: String", "input.pages: Int!"]
    assert one.needs[0].description == "What is needed to add a book."
    assert "inputs[].title: String!" in names(facts("sdl", "Mutation.addAll").needs)
    pick = facts("sdl", "Mutation.pick").needs[1]
    assert (pick.name, pick.description) == ("by.id or by.title", "Exactly one of these")


@pytest.mark.parametrize(
    ("key", "expected"),
    [("Query.book", "Book"), ("Query.books", "[Book!]!"), ("Query.now", "DateTime!"), ("Query.anything", "Anything")],
)
def test_a_result_without_a_status_is_the_success(key: str, expected: str) -> None:
    """Formats that have no statuses still say what comes back."""
    one = facts("sdl", key)
    assert (one.returns, one.errors) == (ResponseFact(status="", description="", type=expected), ())


def test_a_reason_for_deprecation_is_kept() -> None:
    """The first sentence says what to use instead."""
    one = facts("sdl", "Query.old")
    assert (one.deprecated, one.deprecation) == (True, "Use book.")


# gRPC ----------------------------------------------------------------------------------------------------------------
def test_fields_of_a_message_are_inputs() -> None:
    """The request's fields are needed or accepted, those of a stream too; a stream is called one."""
    one = facts("proto", "RPC /shop.v1.Shop/GetItem")
    assert (names(one.needs), names(one.accepts)) == (["item_id: string"], ["state: shop.v1.State"])
    assert one.returns is not None
    assert one.returns.type == "shop.v1.Item"
    stream = facts("proto", "RPC /shop.v1.Shop/Watch")
    assert "id: string" in names(stream.accepts)
    assert stream.returns is not None
    assert stream.returns.type == "stream of shop.v1.Item"


def test_an_empty_message_needs_nothing() -> None:
    """A message without fields is no input; one from a file that is not there is named."""
    assert facts("proto", "RPC /shop.v1.Shop/Clear").needs == ()
    assert names(facts("proto", "RPC /shop.v1.Shop/Move").needs) == ["message: Place"]


# Messages ------------------------------------------------------------------------------------------------------------
def test_a_channel_of_several_messages_says_what_to_choose() -> None:
    """The messages are named, then the fields of the first; replies are what comes back."""
    one = facts("messages", "SEND user/{user_id}/signedup#again")
    assert names(one.needs) == ["user_id: any", "trace-id: any", "message: SignedUp | Left", "user_id: string"]
    assert [field.location for field in one.needs] == ["channel", "header", "body", "body"]
    assert one.needs[2].description == "One of these forms. The fields are those of the first"
    assert [(field.name, field.location, field.enum) for field in one.accepts] == [
        ("plan", "body", ("free", "paid")),
        ("host", "server", ("broker.example", "b.example")),
    ]
    assert one.returns is not None
    assert [(form.media_type, form.type) for form in one.returns.contents] == [
        ("application/json", "Left"),
        ("application/json", "string"),
    ]
    assert one.returns.type == "Left | string"


# HTTP ----------------------------------------------------------------------------------------------------------------
CAT = Schema(type="object", required=("kind",), properties={"kind": Schema(type="string"), "lives": Schema()})
DOG = Schema(type="object", required=("kind",), properties={"kind": Schema(type="string"), "tricks": Schema()})
ANIMALS = {"/c/Cat": CAT, "/c/Dog": DOG}
FORMS = (Schema(ref="/c/Cat"), Schema(ref="/c/Dog"))


def test_a_body_of_several_forms_says_what_to_choose() -> None:
    """The forms are named, with the property that tells them and its values."""
    told = Schema(one_of=FORMS, discriminator="kind", mapping={"cat": "/c/Cat", "dog": "/c/Dog"})
    choice, kind = of(body(told), ANIMALS).needs
    assert choice == FieldFact(
        "body", "body", "Cat | Dog", True, "One of these forms. `kind` tells which", ("cat", "dog")
    )
    assert kind.name == "kind"
    (choice, _) = of(body(Schema(any_of=FORMS)), ANIMALS).needs
    assert choice.description == "One or more of these forms. The fields are those of the first"


@pytest.mark.parametrize(("of_which", "how"), [("any_of", "At least one of these"), ("one_of", "Exactly one of these")])
def test_fields_of_which_one_is_needed(of_which: str, how: str) -> None:
    """A body that only says which of its fields must be there names them."""
    fields = {name: Schema(type="string") for name in ("a", "b", "c")}
    demands = (Schema(required=("a",)), Schema(required=("b", "c")))
    one = of(body(Schema(type="object", properties=fields, **{of_which: demands})))
    assert [(field.name, field.description) for field in one.needs] == [("a or b and c", how)]


def test_parts_of_the_servers_address_are_accepted() -> None:
    """A variable of the server is an input with the values that it may have."""
    variables = {"region": ServerVariable(default="eu", values=("eu", "us"), description="Where. It is near.")}
    server = Server(url="https://eu.api.example", template="https://{region}.api.example", variables=variables)
    one = of(Operation(method="GET", path="/x", pointer="", servers=(server,)))
    assert one.accepts == (FieldFact("region", "server", "string", False, "Where.", ("eu", "us")),)


def test_a_deprecated_parameter_says_so() -> None:
    """The flag comes before what the parameter is for."""
    old = Parameter(name="old", location="query", deprecated=True, description="It was used.")
    one = of(Operation(method="GET", path="/x", pointer="", parameters=(old,)))
    assert one.accepts[0].description == "Deprecated. It was used."


def test_callbacks_are_told() -> None:
    """Calls that the API makes because of an operation are named with what they tell."""
    back = Operation(method="POST", path="{$request.body#/url}", pointer="", incoming=True, summary="It is done")
    silent = msgspec.structs.replace(back, summary="")
    one = of(Operation(method="POST", path="/x", pointer="", callbacks=(back, silent)))
    assert one.callbacks == ("POST {$request.body#/url}: It is done", "POST {$request.body#/url}")


def test_a_webhook_shows_what_the_client_gets() -> None:
    """What only the API sets is in a payload; how to tell that it is genuine is a question of its own."""
    fields = {"id": Schema(type="string", read_only=True), "secret": Schema(type="string", write_only=True)}
    one = of(msgspec.structs.replace(body(Schema(type="object", properties=fields)), path="lost", incoming=True))
    assert names(one.accepts) == ["id: string"]
    assert one.auth == ("The spec does not say how to tell that a call is genuine",)


@pytest.mark.parametrize(
    ("scheme", "expected"),
    [
        (SecurityScheme(name="k", type="apiKey", location="user"), "API key as the user"),
        (
            SecurityScheme(name="k", type="httpApiKey", location="header", parameter="X-Key"),
            "API key in the header parameter X-Key",
        ),
        (SecurityScheme(name="k", type="scramSha256"), "SASL SCRAM-SHA-256 (k)"),
        (SecurityScheme(name="k", type="new"), "new (k)"),
    ],
)
def test_ways_to_sign_in_at_a_broker_have_words(scheme: SecurityScheme, expected: str) -> None:
    """Keys without a parameter have a place, SASL its names; an unknown way is named."""
    about = About(title="", format="", security_schemes=(scheme,))
    one = Operation(method="SEND", path="x", pointer="", protocol="message", security=((Grant(scheme="k"),),))
    assert auth(one, about) == (expected,)


def test_media_types_are_no_choice_of_result() -> None:
    """Over HTTP the first media type stands for a response."""
    contents = tuple(Content(media_type=kind, schema=Schema(type=kind)) for kind in ("object", "string"))
    one = of(Operation(method="GET", path="/x", pointer="", responses=(Response(status="200", content=contents),)))
    assert one.returns is not None
    assert one.returns.type == "object"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("show a graphql query for books", "do"),
        ("call it with grpcurl", "do"),
        ("arguments of addBook", "field"),
        ("values of the Shelf enum", "enum"),
        ("add a book", "do"),
    ],
)
def test_questions_about_types_have_their_intent(question: str, expected: str) -> None:
    """Words of GraphQL and gRPC tell fields and values, too."""
    assert intent(question) == expected
