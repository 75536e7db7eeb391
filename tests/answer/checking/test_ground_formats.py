from functools import cache

import pytest

from engine.answer.checking.ground import Grounder
from engine.answer.checking.lookup import Vocabulary
from engine.answer.checking.members import MAX_TYPES, members
from engine.answer.checking.names import HTTP
from engine.answer.checking.vocabulary import vocabulary
from engine.answer.records import Segment, SegmentKind
from engine.calls.source import Source
from engine.library.records import OutlineRow
from engine.specs.model import About, Operation, Schema
from tests.answer.formats import source, spec

SHOWN = {SegmentKind.PLAIN: "", SegmentKind.VERIFIED: "+", SegmentKind.UNVERIFIED: "-"}
ABOUT = {
    "sdl": "Mutation.addBook",
    "proto": "RPC /shop.v1.Shop/GetItem",
    "messages": "SEND user/{user_id}/signedup#again",
}


def rows(operations: tuple[Operation, ...]) -> list[OutlineRow]:
    """The outline of a spec."""
    return [
        OutlineRow(tag="", operation=one.key, operation_id=one.operation_id, summary="", deprecated=False)
        for one in operations
    ]


@cache
def known(name: str) -> Vocabulary:
    """What is verified in a text about one operation of a specification."""
    return vocabulary([source(name, ABOUT[name])], [("s", rows(spec(name).operations))], spec(name).schemas)


def check(name: str, text: str) -> list[Segment]:
    """The segments of a text about one operation."""
    grounder = Grounder(known(name), [f"s:{ABOUT[name]}"])
    segments = [*grounder.feed(text), *grounder.finish()]
    assert "".join(one.text for one in segments) == text
    return segments


def marks(name: str, text: str) -> list[str]:
    """The names of a text: `+name` is in the spec, `-name` is not."""
    return [SHOWN[one.kind] + one.text for one in check(name, text) if one.kind is not SegmentKind.PLAIN]


@pytest.mark.parametrize(
    ("name", "text", "cited", "ref"),
    [
        ("sdl", "Call Mutation.addBook now.", "Mutation.addBook", "s:Mutation.addBook"),
        ("sdl", "Use `Query.book` for it", "`Query.book`", "s:Query.book"),
        ("sdl", "The addBook mutation adds", "addBook", "s:Mutation.addBook"),
        ("sdl", "then `bookAdded` tells", "`bookAdded`", "s:Subscription.bookAdded"),
        ("sdl", "with addBook(input: $input) and", "addBook", "s:Mutation.addBook"),
        ("sdl", "and tidy() too", "tidy", "s:Mutation.tidy"),
        ("sdl", "with `addBook(input: {title: $t})`", "addBook", "s:Mutation.addBook"),
        ("proto", "Call shop.v1.Shop/GetItem with", "shop.v1.Shop/GetItem", "s:RPC /shop.v1.Shop/GetItem"),
        ("proto", "Call /shop.v1.Shop/Watch.", "/shop.v1.Shop/Watch", "s:RPC /shop.v1.Shop/Watch"),
        ("proto", "Call RPC /shop.v1.Shop/Watch.", "RPC /shop.v1.Shop/Watch", "s:RPC /shop.v1.Shop/Watch"),
        ("proto", "Call Shop.Watch or", "Shop.Watch", "s:RPC /shop.v1.Shop/Watch"),
        ("proto", "Call Shop/GetItem or", "Shop/GetItem", "s:RPC /shop.v1.Shop/GetItem"),
        ("proto", "Call `shop.v1.Shop.Watch`", "`shop.v1.Shop.Watch`", "s:RPC /shop.v1.Shop/Watch"),
        ("proto", "the GetItem method", "GetItem", "s:RPC /shop.v1.Shop/GetItem"),
        (
            "messages",
            "SEND user/{user_id}/signedup to",
            "SEND user/{user_id}/signedup",
            "s:SEND user/{user_id}/signedup#again",
        ),
        ("messages", "on user/42/signedup you", "user/42/signedup", "s:SEND user/{user_id}/signedup#again"),
        (
            "messages",
            "on `user/{user_id}/signedup`",
            "`user/{user_id}/signedup`",
            "s:SEND user/{user_id}/signedup#again",
        ),
        ("messages", "on `orders.#` you", "`orders.#`", "s:RECEIVE orders.#"),
    ],
)
def test_a_call_is_cited_however_it_is_written(name: str, text: str, cited: str, ref: str) -> None:
    """Root fields, methods and channels lead to their operation by any of their usual names."""
    assert [(one.text, one.ref) for one in check(name, text) if one.ref] == [(cited, ref)]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("sdl", "It takes an AddBookInput with title.", ["+AddBookInput"]),
        ("sdl", "`AddBookInput!`, `[Book!]!` and `ID!`", ["+`AddBookInput!`", "+`[Book!]!`", "+`ID!`"]),
        ("sdl", "a Book object, the TOP_SHELF value, `Shelf.A`", ["+Book", "+TOP_SHELF", "+`Shelf.A`"]),
        (
            "sdl",
            "AddBookInput.title, Book.addedAt and input.title",
            ["+AddBookInput.title", "+Book.addedAt", "+input.title"],
        ),
        ("sdl", "clientMutationId and the `id`", ["+clientMutationId", "+`id`"]),
        ("sdl", "`{ addBook { book { id title } } }`", ["+addBook", "+book", "+id", "+title"]),
        ("sdl", "the Wrapper type of `Connection`", ["+Wrapper", "+`Connection`"]),
        ("sdl", "`query($myOwnName: ID!)` with $anotherName", ["+query"]),
        ("proto", "GetItemRequest has item_id, in JSON itemId", ["+GetItemRequest", "+item_id", "+itemId"]),
        ("proto", "shop.v1.Item, `Item.id` and State.OPEN", ["+shop.v1.Item", "+`Item.id`", "+State.OPEN"]),
        ("proto", "the shop.v1.Shop service says NOT_FOUND", ["+shop.v1.Shop", "+NOT_FOUND"]),
        ("messages", "the `plan` is `free`, with user_id", ["+`plan`", "+`free`", "+user_id"]),
        ("messages", "the SignedUp message", ["+SignedUp"]),
        ("messages", "with `host` as `b.example`", ["+`host`", "+`b.example`"]),
    ],
)
def test_types_and_members_of_the_spec_are_verified(name: str, text: str, expected: list[str]) -> None:
    """Types of the whole spec, and the members of those around the operation, are known."""
    assert marks(name, text) == expected


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("sdl", "Call Query.shelves now", ["-Query.shelves"]),
        ("sdl", "Use `Mutation.removeBook`", ["-`Mutation.removeBook`"]),
        ("sdl", "with addBook(data: $data) or removeBook(id: 1)", ["+addBook", "-data", "-removeBook", "+id"]),
        ("sdl", "It takes a RemoveBookInput or BookRemoval type", ["-RemoveBookInput"]),
        ("sdl", "Book.publisher, `Shelf.C`", ["-Book.publisher", "-`Shelf.C`"]),
        ("sdl", "`BookRemoval` and `[Paper!]!`", ["-`BookRemoval`", "-`[Paper!]!`"]),
        ("sdl", "`{ addBook { book { isbn } } }`", ["+addBook", "+book", "-isbn"]),
        ("sdl", "the BOTTOM_SHELF of bookShelf", ["-BOTTOM_SHELF", "-bookShelf"]),
        ("proto", "Call shop.v1.Shop/Buy or Shop.Buy", ["-shop.v1.Shop/Buy", "-Shop.Buy"]),
        ("proto", "/shop.v1.Shop/Buy and RPC /shop.v1.Shop/Buy", ["-/shop.v1.Shop/Buy", "-RPC /shop.v1.Shop/Buy"]),
        (
            "proto",
            "a BuyItemRequest, shop.v2.Item and Item.colour",
            ["-BuyItemRequest", "-shop.v2.Item", "-Item.colour"],
        ),
        ("proto", "buyer_id or `OUT_OF_STOCK`", ["-buyer_id", "-`OUT_OF_STOCK`"]),
        ("messages", "SEND user/{user_id}/left or `user/left`", ["-SEND user/{user_id}/left", "-`user/left`"]),
        ("messages", "SUBSCRIBE user/42/signedup", ["-SUBSCRIBE user/42/signedup"]),
        ("messages", "the account_id of user_x/signedup", ["-account_id", "-user_x"]),
    ],
)
def test_invented_types_and_members_are_marked(name: str, text: str, expected: list[str]) -> None:
    """What looks like a call, a type or a member and is not in the spec is marked."""
    assert marks(name, text) == expected


@pytest.mark.parametrize("name", ["sdl", "proto", "messages"])
@pytest.mark.parametrize(
    "text",
    [
        "GitHub and JavaScript read and/or write it over TCP/IP, with Node.js, e.g. in README.md.",
        "Ask the API for JSON. It answers. Then (see: below) do it again, at 1.5 times.",
        "Set the required argument of this type to another value.",
        "The OpenAPI and the PostgreSQL of YouTube, and config.json.",
        "`RPC`, `SEND`, `GET` and `true`",
    ],
)
def test_ordinary_prose_is_left_alone(name: str, text: str) -> None:
    """Product names, file names and alternatives are neither verified nor doubted."""
    assert marks(name, text) == []


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("sdl", "Query.shelves", True),
        ("sdl", "`Query.shelves` and Mutation.addBook", False),
        ("proto", "shop.v1.Shop/Buy", True),
        ("messages", "SEND user/left", True),
        ("sdl", "isbnNumber", False),
    ],
)
def test_a_text_of_invented_calls_is_doubtful(name: str, text: str, expected: bool) -> None:
    """A draft that calls only what is not there is not to be shown openly."""
    grounder = Grounder(known(name))
    grounder.feed(text)
    grounder.finish()
    assert grounder.doubtful is expected


def test_over_http_types_are_ordinary_words() -> None:
    """Prose about paths is read as before: `AddBookInput` and `Query.book` are no names there."""
    operation = Operation(method="GET", path="/books", pointer="")
    grounder = Grounder(vocabulary([source_with(operation)], [], ["/components/schemas/AddBookInput"]))
    assert [one.kind for one in grounder.feed("AddBookInput or RemoveBookInput of Query.book\n")] == [SegmentKind.PLAIN]
    assert vocabulary([source_with(operation)], []).dialect is HTTP


def source_with(operation: Operation) -> Source:
    """An operation of no document."""
    about = About(title="", format="")
    return Source(spec="s", about=about, operation=operation, resolve=lambda _: Schema(), example={}.__getitem__)


def test_passages_are_no_calls_and_webhooks_are_named() -> None:
    """A guide's places in the outline bring no names; a webhook's name leads to it."""
    outline = [
        OutlineRow(tag="", operation="guide.md:12", operation_id="", summary="", deprecated=False, kind="passage"),
        OutlineRow(tag="", operation="POST parcel-lost", operation_id="", summary="", deprecated=False, kind="webhook"),
    ]
    one = vocabulary([source_with(Operation(method="GET", path="/books", pointer=""))], [("s", outline)])
    assert set(one.calls) == {"get /books", "post parcel-lost"}
    assert one.names["parcel-lost"] == "s:POST parcel-lost"
    assert "" not in {*one.calls, *one.paths, *one.names}


def test_types_around_an_operation_are_read_once_and_not_all() -> None:
    """Types that refer to each other end, and of a large schema the nearest are read."""
    asked: list[str] = []

    def resolve(pointer: str) -> Schema:
        asked.append(pointer)
        number = int(pointer.rpartition("T")[2])
        following = {f"f{step}": Schema(ref=f"/types/T{number + step}") for step in (0, 1, 2)}
        return Schema(type="object", properties=following)

    found = set(members([Schema(ref="/types/T0")], resolve))
    assert {"T0", "T0.f1", "f2", "T5"} <= found
    assert len(asked) == len(set(asked)) == MAX_TYPES


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "piece",
    [
        "a.",
        "A.",
        "Aa",
        "aA",
        "AaB",
        "A",
        "a.A/",
        "a(",
        "a(a:",
        "$a",
        "SEND ",
        "RPC /",
        "a/",
        "{a}/",
        "a{",
        "`{a ",
        "Aa1",
        "a.{",
    ],
)
def test_no_pattern_runs_away(piece: str) -> None:
    """A text of one thing repeated is checked in reasonable time."""
    check("sdl", piece * (6000 // len(piece)))
