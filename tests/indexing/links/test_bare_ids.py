"""What inputs are of whose names do not say it, and inputs that may be left out."""

import pytest

from tests.indexing.links.test_links import USER, call, edges, feeding, gives, listed
from tests.specs.builders import JSON

SHELVES: JSON = {
    "/search": {
        "get": call(gives({"type": "object", "properties": {"books": listed(USER), "readers": listed(USER)}}), "?q")
    },
    "/books": {"get": call(gives(listed(USER)))},
    "/readers": {"get": call(gives(listed(USER)))},
}


def given(name: str, description: str, *, required: bool = True) -> JSON:
    """Return an operation with one query parameter that is described."""
    parameter = {"name": name, "in": "query", "required": required, "description": description, "schema": {}}
    return {"parameters": [parameter], "responses": {"204": {"description": ""}}}


@pytest.mark.parametrize(
    ("description", "first"),
    [
        ("A comma-separated list of the IDs of the readers to follow.", "reader"),
        ("The book or the reader identifiers. A maximum of 50 IDs.", "book"),
        ("What to follow. Must be a reader's books' URIs or reader IDs.", "book"),
        ("IDs of books to take from the shelves of the readers", "book"),
    ],
)
def test_a_description_says_what_ids_are_of(description: str, first: str) -> None:
    """The things of which a description says that ids of them are meant are those that feed a bare `ids`."""
    paths = SHELVES | {"/me/following": {"put": given("ids", description)}}
    assert set(feeding(paths, "ids")[:2]) == {("GET /search", f"{first}s[].id"), (f"GET /{first}s", "[].id")}


def test_a_path_says_what_ids_are_of() -> None:
    """Without a word on it, ids are of what the path ends in; the summary tells where that is nothing known."""
    paths = SHELVES | {
        "/me/books": {"delete": given("ids", "IDs to remove")},
        "/me/following": {"put": given("ids", "") | {"summary": "Follow readers"}},
    }
    assert {(found[1], found[2]) for found in edges(paths)} == {
        ("DELETE /me/books", "GET /books"),
        ("DELETE /me/books", "GET /search"),
        ("PUT /me/following", "GET /readers"),
        ("PUT /me/following", "GET /search"),
    }


def test_what_is_spoken_of_by_the_path_is_meant() -> None:
    """An id of a reader's book is one of a book, where the path is of books."""
    paths = SHELVES | {"/lent/books": {"post": given("id", "The reader or librarian gives the ID of a book")}}
    assert set(feeding(paths, "id")) == {("GET /search", "books[].id"), ("GET /books", "[].id")}


def test_reading_several_does_not_tell_their_ids() -> None:
    """`GET /books?ids=` needs what it gives, and feeds nobody who asks for a book."""
    paths = {
        "/books": {"get": call(gives(listed(USER)), "?ids")},
        "/books/{id}": {"get": call(gives(USER), "id")},
        "/shelves": {"get": call(gives(listed({"type": "object", "properties": {"book": USER}})))},
    }
    assert [producer for producer, _ in feeding(paths, "id")] == ["GET /shelves"]


def test_a_change_without_a_described_answer_feeds_nothing_elsewhere() -> None:
    """A list without a schema may hold what is needed; what goes on to the next one does not."""
    said = {"200": {"description": "Done"}}
    paths = {
        "/books": {"get": call(said)},
        "/books/next": {"post": call(said)},
        "/loans": {"post": call(None, "?book_id")},
    }
    assert feeding(paths, "book_id") == [("GET /books", "")]


def test_an_id_that_may_be_left_out_is_fed_a_little() -> None:
    """A collection of just such things feeds it, with half a weight; a part of something else does not."""
    loan = {"type": "object", "properties": {"id": {"type": "string"}, "book": USER}}
    paths = {
        "/books": {"get": call(gives(listed(USER)))},
        "/loans": {"get": call(gives(listed(loan)))},
        "/player/volume": {"put": given("book_id", "", required=False)},
        "/player/speed": {"put": given("voice_id", "", required=False)},
    }
    assert edges(paths) == [("book_id", "PUT /player/volume", "GET /books", "[].id", "response")]
