"""Small specifications that are not called by paths over HTTP, each with one of everything that an answer speaks of."""

from functools import cache

from engine.answer.facts import operation_facts
from engine.answer.records import OperationFacts
from engine.calls.source import Source
from engine.specs.model import (
    About,
    Body,
    Content,
    Operation,
    Parameter,
    Response,
    Schema,
    Server,
    ServerVariable,
    Spec,
)
from engine.specs.read import read

SDL = """
type Query {
  "The book with this number."
  book(id: ID!): Book
  books(ids: [ID!]!, shelf: Shelf! = A, "Deprecated for good." old: Int @deprecated(reason: "Use ids")): [Book!]!
  search(text: String!, kinds: [Shelf!], first: Int, after: String): Results!
  node(id: ID!): Node
  now: DateTime!
  shelf(at: DateTime!, open: Boolean!, size: Float!, deep: [[Int!]]!): Shelf
  anything: Anything
  empty: Hollow
  wrapped: Wrapper
  loop: Loop
  old: String @deprecated(reason: "Use book. It is better.")
}
type Mutation {
  addBook(input: AddBookInput!): AddBookPayload
  addAll(inputs: [AddBookInput!]!): [AddBookPayload]
  pick(by: Choice!): Book
  tidy: Boolean
}
type Subscription { bookAdded(shelf: Shelf!): Book! }
scalar DateTime
enum Shelf { A B TOP_SHELF }
interface Node { id: ID! }
type Book implements Node {
  id: ID!
  title: String!
  year: Int @deprecated
  shelf: Shelf
  tags: [String!]!
  review(by: String!): String
  author: Author!
  addedAt: DateTime
}
type Author implements Node { id: ID! name: String title: String books(first: Int): Connection! }
type Connection { totalCount: Int! nodes: [Book] edges: [Edge] pageInfo: PageInfo! }
type Edge { cursor: String! node: Book }
type PageInfo { endCursor: String }
type Results { a: Int b: Int c: Int d: Int edges: [ResultEdge] }
type ResultEdge { node: Anything }
union Anything = Book | Author | Hollow
type Hollow { needs(it: Int!): String }
type Wrapper { hollow: Hollow inner: Connection }
type Loop { loop: Loop! }
"What is needed to add a book."
input AddBookInput { title: String!, shelf: Shelf!, by: PersonInput!, at: DateTime!, note: String, pages: Int! = 1 }
input PersonInput { name: String! born: DateTime }
input Choice @oneOf { id: ID title: String }
type AddBookPayload { clientMutationId: String book: Book }
"""

PROTO = """
syntax = "proto3";
package shop.v1;
import "google/api/field_behavior.proto";
import "google/protobuf/empty.proto";
import "google/protobuf/timestamp.proto";
import "other.proto";
service Shop {
  // Finds an item.
  rpc GetItem(GetItemRequest) returns (Item);
  rpc Watch(stream Item) returns (stream Item);
  rpc Clear(google.protobuf.Empty) returns (google.protobuf.Empty);
  rpc Move(other.Place) returns (Item);
}
message GetItemRequest { string item_id = 1 [(google.api.field_behavior) = REQUIRED]; State state = 2; }
enum State { STATE_UNKNOWN = 0; OPEN = 1; }
message Item {
  string id = 1;
  oneof price { int64 cents = 2; string text = 3; }
  google.protobuf.Timestamp sold_at = 4;
  repeated Item parts = 5;
  bytes picture = 6;
}
"""

_SIGNED_UP = Schema(
    type="object",
    required=("user_id",),
    properties={"user_id": Schema(type="string"), "plan": Schema(enum=("free", "paid"))},
)
_LEFT = Schema(type="object", properties={"reason": Schema(type="string")})
_MESSAGES = Spec(
    about=About(
        title="Accounts",
        format="asyncapi-3.0",
        servers=(
            Server(
                url="kafka://broker.example:9092",
                template="kafka://{host}:9092",
                variables={"host": ServerVariable(default="broker.example", values=("broker.example", "b.example"))},
            ),
        ),
    ),
    operations=(
        Operation(
            method="SEND",
            path="user/{user_id}/signedup#again",
            pointer="/operations/again",
            protocol="message",
            summary="A user signs up",
            parameters=(
                Parameter(name="user_id", location="channel", required=True),
                Parameter(name="trace-id", location="header", required=True, example="t1"),
            ),
            body=Body(
                required=True,
                content=(
                    Content(media_type="application/json", schema=Schema(ref="/components/schemas/SignedUp")),
                    Content(media_type="application/json", schema=Schema(ref="/components/schemas/Left")),
                ),
            ),
            responses=(
                Response(
                    status="",
                    content=(
                        Content(media_type="application/json", schema=Schema(ref="/components/schemas/Left")),
                        Content(media_type="application/json", schema=Schema(type="string")),
                    ),
                ),
            ),
        ),
        Operation(method="RECEIVE", path="orders.#", pointer="/operations/orders", protocol="message"),
    ),
    schemas={"/components/schemas/SignedUp": _SIGNED_UP, "/components/schemas/Left": _LEFT},
)


@cache
def spec(name: str) -> Spec:
    """Return `sdl`, `proto` or `messages`."""
    return _MESSAGES if name == "messages" else read({"sdl": SDL, "proto": PROTO}[name].encode())


def source(name: str, key: str) -> Source:
    """Return an operation of one of the specifications as the library would give it."""
    return source_of(spec(name), key)


def source_of(one: Spec, key: str) -> Source:
    """Return an operation as the library would give it."""
    return Source(
        spec="s",
        about=one.about,
        operation=next(each for each in one.operations if each.key == key),
        resolve=lambda pointer: one.schemas.get(pointer, Schema()),
        example=one.examples.__getitem__,
    )


def facts(name: str, key: str) -> OperationFacts:
    """Return the facts of an operation of one of the specifications."""
    return operation_facts(source(name, key), 1)
