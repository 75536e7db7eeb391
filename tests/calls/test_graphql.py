import json
import os
import shlex
from pathlib import Path

import graphql
import msgspec
import pytest
from graphql.execution.values import get_variable_values
from hypothesis import given, settings, strategies as st

from engine.calls.compose import call_of
from engine.calls.graphql import document, type_reference
from engine.calls.languages.curl import curl
from engine.specs.model import Content, Operation, Response, Schema, Server, Spec
from engine.specs.read import read
from tests.answer.formats import SDL, source, source_of, spec

SCHEMA = graphql.build_schema(SDL)
KEYS = [one.key for one in spec("sdl").operations]
_CORPUS = os.environ.get("SPECDECK_CORPUS")


def sent(key: str) -> dict:
    """The JSON of the request for an operation of the small schema."""
    one = source("sdl", key)
    return document(one.operation, one.resolve).value


def faults(schema: graphql.GraphQLSchema, body: dict) -> list:
    """What a server would refuse: a document that is not valid, or variables that do not fit."""
    parsed = graphql.parse(body["query"])
    declared = parsed.definitions[0].variable_definitions or ()
    coerced = get_variable_values(schema, declared, body.get("variables", {}))
    return [*graphql.validate(schema, parsed), *(coerced if isinstance(coerced, list) else [])]


@pytest.mark.parametrize("key", KEYS)
def test_a_server_takes_the_request_for_every_root_field(key: str) -> None:
    """The document is valid for the schema and its variables fit their types, as graphql-core judges."""
    assert faults(SCHEMA, sent(key)) == []


@pytest.mark.parametrize(
    ("key", "query", "variables"),
    [
        ("Query.book", "query($id: ID!) { book(id: $id) { id title tags shelf addedAt } }", {"id": "ID"}),
        (
            "Query.books",
            "query($ids: [ID!]!) { books(ids: $ids) { id title tags shelf addedAt } }",
            {"ids": ["IDS"]},
        ),
        ("Query.node", "query($id: ID!) { node(id: $id) { __typename id } }", {"id": "ID"}),
        ("Query.now", "query { now }", None),
        (
            "Query.shelf",
            "query($at: DateTime!, $open: Boolean!, $size: Float!, $deep: [[Int!]]!)"
            " { shelf(at: $at, open: $open, size: $size, deep: $deep) }",
            {"at": "2026-01-31T09:00:00Z", "open": True, "size": 1.0, "deep": [[1]]},
        ),
        (
            "Query.search",
            "query($text: String!, $first: Int) { search(text: $text, first: $first)"
            " { a b c d edges { node { __typename"
            " ... on Book { id title tags shelf addedAt } ... on Author { id name } } } } }",
            {"text": "TEXT", "first": 10},
        ),
        ("Query.empty", "query { empty { __typename } }", None),
        (
            "Query.wrapped",
            "query { wrapped { hollow { __typename } inner { totalCount nodes { id title tags shelf addedAt } } } }",
            None,
        ),
        ("Query.loop", "query { loop { loop { loop { __typename } } } }", None),
        ("Query.old", "query { old }", None),
        (
            "Mutation.addBook",
            "mutation($input: AddBookInput!) { addBook(input: $input)"
            " { clientMutationId book { id title tags shelf addedAt } } }",
            {"input": {"title": "TITLE", "shelf": "A", "by": {"name": "NAME"}, "at": "2026-01-31T09:00:00Z"}},
        ),
        (
            "Mutation.pick",
            "mutation($by: Choice!) { pick(by: $by) { id title tags shelf addedAt } }",
            {"by": {"id": "ID"}},
        ),
        (
            "Subscription.bookAdded",
            "subscription($shelf: Shelf!) { bookAdded(shelf: $shelf) { id title tags shelf addedAt } }",
            {"shelf": "A"},
        ),
    ],
)
def test_a_request_asks_for_what_says_most(key: str, query: str, variables: dict | None) -> None:
    """Required arguments are variables; scalars are asked for, what a wrapper wraps, and an abstract type's name."""
    expected = {"query": query, "variables": variables} if variables else {"query": query}
    assert sent(key) == expected


def test_it_is_sent_as_json() -> None:
    """The command posts to the server of the spec, or to a placeholder, and asks for events where there are several."""
    one = source("sdl", "Subscription.bookAdded")
    command = curl(call_of(one))
    argv = shlex.split(command.replace("\\\n", " "))
    assert argv[:4] == ["curl", "-X", "POST", "https://HOST/graphql"]
    assert argv[4:8] == ["-H", "Accept: text/event-stream", "-H", "Content-Type: application/json"]
    assert json.loads(argv[-1]) == sent("Subscription.bookAdded")
    served = msgspec.structs.replace(one.about, servers=(Server(url="https://api.example/query"),))
    assert "https://api.example/query \\\n" in curl(call_of(msgspec.structs.replace(one, about=served)))


@pytest.mark.parametrize("written", ["ID", "String!", "[Int]", "[[Float!]!]", "[Boolean]!", "Shelf!", "[Book!]!"])
def test_types_are_written_as_they_were(written: str) -> None:
    """The type of a record is GraphQL's again: built-in scalars, lists, and what may not be null."""
    one = read(f"type Query {{ f: {written} }} enum Shelf {{ A }} type Book {{ id: ID }}".encode())
    assert type_reference(one.operations[0].responses[0].content[0].schema) == written


NAMES = st.sampled_from(["id", "nodes", "edges", "node", "a", "b"])
KINDS = ["T", "U", "N", "I", "E", "Int", "String", "ID"]


@st.composite
def fields(draw: st.DrawFn, kinds: list[str], arguments: bool = True) -> str:
    """Some fields in SDL, with lists, arguments and deprecation."""
    lines = []
    for name in draw(st.lists(NAMES, min_size=1, max_size=5, unique=True)):
        kind = draw(st.sampled_from(kinds)) + draw(st.sampled_from(["", "!"]))
        kind = draw(st.sampled_from([kind, f"[{kind}]", f"[[{kind}]!]!"]))
        given = draw(st.sampled_from(["", "(x: In!)", "(x: [E!]!, first: Int)", "(x: Int = 1)"])) if arguments else ""
        lines.append(f"{name}{given}: {kind}{draw(st.sampled_from(['', ' @deprecated']))}")
    return " ".join(lines)


@settings(deadline=None)  # Machines are busy at times.
@given(fields(KINDS), fields(KINDS), fields(KINDS), fields(["E", "Int", "Boolean", "In"], arguments=False))
def test_any_schema_gets_valid_requests(query: str, one: str, other: str, inputs: str) -> None:
    """Whatever types refer to each other, the request for each root field is valid."""
    inputs = inputs.replace("In!", "In").replace(" @deprecated", "")
    sdl = f"""
    type Query {{ {query} }} type T {{ {one} }} type U {{ {other} }} type V {{ id: ID }}
    union N = T | U | V interface I {{ id: ID }} enum E {{ X Y }} input In {{ z: Boolean! {inputs} }}
    """
    schema = graphql.build_schema(sdl)
    read_spec = read(sdl.encode())
    for operation in read_spec.operations:
        found = source_of(read_spec, operation.key)
        assert faults(schema, document(operation, found.resolve).value) == []


def test_a_broken_schema_gets_a_request_too() -> None:
    """Types that are missing, or that require each other, cost no more than a shorter request."""
    grown = {f"f{number}": Schema(ref=f"/types/In{number}") for number in range(20)}
    schemas = {
        f"/types/In{number}": Schema(type="input", properties=grown, required=tuple(grown)) for number in range(20)
    }
    asked: list[str] = []

    def resolve(pointer: str) -> Schema:
        asked.append(pointer)
        return schemas.get(pointer, Schema())

    result = Content(media_type="application/json", schema=Schema(ref="/types/Missing"))
    parameter = spec("sdl").operations[0].parameters[0]
    parameter = msgspec.structs.replace(parameter, name="input", schema=Schema(ref="/types/In0"))
    operation = Operation(
        method="Query",
        path="f",
        pointer="",
        protocol="graphql",
        parameters=(parameter,),
        responses=(Response(status="", content=(result,)),),
    )
    assert document(operation, resolve).value["query"] == "query($input: In0!) { f(input: $input) }"
    assert len(asked) < 1000
    bare = msgspec.structs.replace(operation, parameters=(), responses=())
    assert document(bare, resolve).value == {"query": "query { f }"}


@pytest.mark.skipif(not _CORPUS, reason="SPECDECK_CORPUS names no folder of real specifications")
@pytest.mark.slow
def test_github_takes_every_request() -> None:
    """Each query and mutation of GitHub's schema gets a request that is valid for it."""
    path = Path(str(_CORPUS)) / "github-graphql" / "schema.graphql"
    if not path.exists():
        pytest.skip("the corpus has no github-graphql/schema.graphql")
    text = path.read_text()
    # The published document defines some fields twice, which graphql-core only takes unchecked.
    schema = graphql.build_schema(text, assume_valid=True, assume_valid_sdl=True)
    github: Spec = read(text.encode())
    assert len(github.operations) > 250
    for operation in github.operations:
        found = source_of(github, operation.key)
        assert faults(schema, document(operation, found.resolve).value) == [], operation.key
