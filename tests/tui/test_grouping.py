"""What stands together in the tree of the browser."""

from engine import OutlineRow, SchemaRow
from tui.app.views.grouping import CROWDED, by_letter, grouped


def rows(*keys: str, tag: str = "") -> list[OutlineRow]:
    """Return operations."""
    return [OutlineRow(tag=tag, operation=key, operation_id="", summary="", deprecated=False) for key in keys]


def names(*keys: str, tag: str = "") -> dict[str, int]:
    """Return groups with how many are in each."""
    return {group.name: len(inside) for group, inside in grouped(rows(*keys, tag=tag)).items()}


def test_where_there_are_no_tags_paths_group():
    """The first segment that differs tells; versions and parameters do not."""
    paths = ["GET /v1/users", "POST /v1/users", "GET /v1/users/{id}", "GET /v1/{org}/files", "PUT /v1/files/{id}"]
    assert names(*paths) == {"users": 3, "files": 2}
    assert names(*paths, tag="all") == {"all": 5}


def test_what_all_paths_share_is_no_group():
    """A beginning that every path has is left out of the names."""
    assert names("GET /api/v2/a/x", "GET /api/v2/a/y", "GET /api/v2/b", "GET /api/v2/b/z") == {"a": 2, "b": 2}


def test_a_path_may_have_any_number_of_segments():
    """Also more than calls may be nested."""
    assert names(f"GET {'/a' * 1200}/x", f"GET {'/a' * 1200}/x/y") == {"other": 2}


def test_a_crowded_segment_is_told_apart_by_the_next():
    """Where nearly all are below one segment, the next one names the groups."""
    crowd = [f"GET /projects/{{p}}/{part}/{number}x" for part in ("disks", "zones") for number in range(CROWDED)]
    assert names(*crowd, "GET /about", "PUT /about") == {
        "projects/disks": CROWDED,
        "projects/zones": CROWDED,
        "about": 2,
    }


def test_groups_of_one_are_no_groups():
    """Where each path begins in its own way, the list is one."""
    assert names("POST /sendMessage", "POST /getMe", "POST /getUpdates") == {"other": 3}


def test_paths_without_segments_are_grouped_too():
    """A path of nothing but a version or a parameter is with the others."""
    assert names("GET /", "GET /v1/{id}") == {"other": 2}
    assert grouped([]) == {}


def test_many_schemas_stand_by_their_first_letter():
    """Upper and lower case alike."""
    groups = by_letter([SchemaRow(name, f"/types/{name}") for name in ("apple", "Ant", "Bee")])
    assert {group.name: len(inside) for group, inside in groups.items()} == {"A": 2, "B": 1}
