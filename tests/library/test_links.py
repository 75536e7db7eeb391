"""What feeds what, kept in the library."""

import pytest

from engine.indexing.index import index
from engine.library.links import fed_by, needs_of, producers
from engine.library.store import Library
from tests.library.builders import new
from tests.specs.builders import JSON, document

USERS = {"200": {"content": {"application/json": {"schema": {"type": "array", "items": {"properties": {"id": {}}}}}}}}
ID = [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}]


def users(*below: str) -> JSON:
    """Return a document that lists users, and does these things with one."""
    paths: JSON = {"/users": {"get": {"responses": USERS}}}
    return document(paths | {f"/users/{{id}}/{each}": {"put": {"parameters": ID, "responses": {}}} for each in below})


def add(library: Library, tree: JSON, source: str = "/users.json") -> None:
    """Add a document with what feeds what in it."""
    document_ = new(tree, source=source)
    library.add(document_, index(document_.spec))


def rowid(library: Library, key: str) -> int:
    """Return the key of the only entry of this name."""
    [found] = library.matching(key, None)
    return found


def test_edges_are_found_from_what_needs_them(library: Library) -> None:
    """Many entries are asked for at once, by what they need; the best edge comes first."""
    add(library, users())
    add(library, users("block", "mute"), "/more.json")
    [_, giver] = library.matching("GET /users", None)
    takers = [rowid(library, f"PUT /users/{{id}}/{each}") for each in ("block", "mute")]
    to = producers(library, [*takers, giver])
    assert [(edge.producer, edge.consumer, edge.needs, edge.gives, edge.how) for edge in to] == [
        (giver, taker, "id", "[].id", "path") for taker in takers
    ]
    assert producers(library, []) == []


def test_the_likeliest_are_shown_and_the_rest_counted(library: Library) -> None:
    """What an operation feeds may be much: the first few, and how many there are."""
    add(library, users("a", "b", "c"))
    shown, number = fed_by(library, rowid(library, "GET /users"), 2)
    assert ([link.operation for link in shown], number) == (["PUT /users/{id}/a", "PUT /users/{id}/b"], 3)
    assert [link.operation for link in needs_of(library, rowid(library, "PUT /users/{id}/c"))] == ["GET /users"]
    assert fed_by(library, rowid(library, "PUT /users/{id}/c"), 2) == ([], 0)


@pytest.mark.parametrize("last", ["replaced", "removed"])
def test_edges_go_with_their_spec(library: Library, last: str) -> None:
    """A spec that is replaced or removed leaves none behind, and old versions have none."""
    add(library, users("block", "mute"))
    if last == "replaced":
        add(library, users("block"))
        [edge] = producers(library, [rowid(library, "PUT /users/{id}/block")])
        assert edge.producer == rowid(library, "GET /users")
    else:
        library.remove("pets")
    assert library.rows("SELECT count(*) FROM links") == [(int(last == "replaced"),)]
