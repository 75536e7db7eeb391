import pytest

from engine.review.diff.compare import compare
from engine.review.records import Level
from engine.specs.read import read
from tests.review.documents import ERR, INFO, WARN

GRAPHQL = """
directive @d(a: Int) on FIELD | OBJECT
type Query { issue(id: ID!, first: Int = 10): Issue  user: User }
type Issue implements Node { id: ID!  title: String!  state: State  labels: [String!] }
type User { name: String }
interface Node { id: ID! }
enum State { OPEN CLOSED }
union Any = Issue | User
input Filter { state: State }
type Mutation { close(filter: Filter): Issue }
"""


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("title: String!", "", [("FIELD_REMOVED", ERR, "title")]),
        ("title: String!", "title: String! more: Int", [("FIELD_ADDED", INFO, "more")]),
        ("title: String!", "title: String", [("FIELD_CHANGED_KIND", ERR, "title")]),
        ("labels: [String!]", "labels: [String!]!", [("FIELD_CHANGED_KIND_SAFE", INFO, "labels")]),
        ("labels: [String!]", "labels: [String]", [("FIELD_CHANGED_KIND", ERR, "labels")]),
        ("implements Node", "", [("IMPLEMENTED_INTERFACE_REMOVED", ERR, "")]),
        ("CLOSED", "GONE", [("VALUE_REMOVED_FROM_ENUM", ERR, ""), ("VALUE_ADDED_TO_ENUM", WARN, "")]),
        ("Issue | User", "User", [("TYPE_REMOVED_FROM_UNION", ERR, "")]),
        ("{ state: State }", "{ state: State! }", [("ARG", ERR, "Filter · state")]),
        (
            "{ state: State }",
            "{ state: State n: Int! m: Int }",
            [
                ("REQUIRED_INPUT_FIELD_ADDED", ERR, "Filter · n"),
                ("OPTIONAL_INPUT_FIELD_ADDED", WARN, "Filter · m"),
            ],
        ),
        ("id: ID!,", "id: ID, n: Int!", [("REQUIRED_ARG_ADDED", ERR, "argument n"), ("ARG_SAFE", INFO, "argument id")]),
        ("first: Int = 10", "", [("ARG_REMOVED", ERR, "argument first")]),
        ("first: Int = 10", "first: Int = 9", [("ARG_DEFAULT_VALUE_CHANGE", WARN, "argument first")]),
        ("union Any = Issue | User", "", [("TYPE_REMOVED", ERR, "")]),
        ("union Any = Issue | User", "scalar Any", [("TYPE_CHANGED_KIND", ERR, "")]),
        ("FIELD | OBJECT", "FIELD", [("DIRECTIVE_LOCATION_REMOVED", ERR, "")]),
        ("user: User", "other: User", [("api-removed-without-deprecation", ERR, ""), ("endpoint-added", INFO, "")]),
    ],
)
def test_graphql_is_compared_by_the_rules_of_graphql_js(
    old: str, new: str, expected: list[tuple[str, Level, str]]
) -> None:
    """Types, fields, arguments, values, members and directives: each change has its rule, once."""
    names = {"ARG": "FIELD_CHANGED_KIND", "ARG_SAFE": "ARG_CHANGED_KIND_SAFE"}
    result = compare(read(GRAPHQL.encode()), read(GRAPHQL.replace(old, new).encode()))
    assert [(change.rule, change.level, change.where) for change in result.changes] == [
        (names.get(rule, rule), level, where) for rule, level, where in expected
    ]


def test_protobuf_is_compared_by_names_and_numbers() -> None:
    """A field that is removed, renamed or has another number or type breaks, as do types of methods."""
    head = 'syntax = "proto3";\npackage a;\nservice S { rpc Get(M) returns (N); }\nmessage N { E e = 1; }\n'
    old = head + "message M { string x = 1; int32 y = 2; int32 z = 3; bool gone = 4; }\nenum E { A = 0; B = 1; }\n"
    new = head.replace("(N)", "(stream N)") + (
        "message M { string name = 1; int64 y = 2; int32 z = 5; }\nenum E { A = 0; C = 2; }\n"
    )
    result = compare(read(old.encode()), read(new.encode()))
    assert [(change.rule, change.where) for change in result.changes if change.level is ERR] == [
        ("FIELD_SAME_NAME", "a.M · name"),
        ("FIELD_SAME_TYPE", "a.M · y"),
        ("FIELD_SAME_NUMBER", "a.M · z"),
        ("FIELD_NO_DELETE", "a.M · gone"),
        ("ENUM_VALUE_NO_DELETE", "a.E"),
        ("RPC_SAME_RESPONSE_TYPE", ""),
    ]
