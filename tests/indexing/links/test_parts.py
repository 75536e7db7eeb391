"""What is inside of responses, by the names and the kinds of it."""

from tests.indexing.links.test_links import USER, call, feeding, gives, listed
from tests.specs.builders import JSON


def responding(**properties: JSON) -> JSON:
    """Return responses with an object that has an id and these fields."""
    return gives({"type": "object", "properties": {"id": {"type": "string"}} | properties})


def test_the_last_word_of_a_field_tells_what_is_in_it() -> None:
    """A film's `production_companies` are companies, as nothing else is called so; its `cast` says nothing."""
    paths = {
        "/films": {"get": call(responding(production_companies=listed(USER), cast=listed(USER)))},
        "/company/{company_id}": {"get": call(gives(USER), "company_id")},
        "/person/{person_id}": {"get": call(gives(USER), "person_id")},
    }
    assert feeding(paths, "company_id") == [("GET /films", "production_companies[].id")]
    assert feeding(paths, "person_id") == []


def test_a_field_that_names_another_thing_is_not_taken_apart() -> None:
    """A calendar group is no group, where the specification has calendar groups."""
    paths = {
        "/agendas": {"get": call(responding(calendar_groups=listed(USER)))},
        "/calendar_groups/{id}": {"get": call(gives(USER), "id")},
        "/groups/{group_id}": {"get": call(gives(USER), "group_id")},
    }
    assert feeding(paths, "group_id") == []


def test_a_schema_tells_whatever_the_field_is_called() -> None:
    """People are found in `cast` by what its items are."""
    paths = {
        "/films": {"get": call(responding(cast=listed({"$ref": "#/components/schemas/Person"})))},
        "/person/{person_id}": {"get": call(gives(USER), "person_id")},
    }
    assert feeding(paths, "person_id", components={"schemas": {"Person": USER}}) == [("GET /films", "cast[].id")]


def test_a_search_over_several_kinds_feeds_each_of_them() -> None:
    """The forms of a result tell its kinds, and so do the values of a field that says which one it is."""
    ways: list[JSON] = [
        {"$ref": "#/components/schemas/Hit"},
        {"oneOf": [{"$ref": "#/components/schemas/Film"}, {"$ref": "#/components/schemas/Person"}]},
        {"type": "object", "properties": {"id": {}, "media_type": {"type": "string", "enum": ["film", "person"]}}},
    ]
    schemas = {"Hit": ways[1], "Film": USER, "Person": USER}
    for way in ways:
        paths = {
            "/search/multi": {"get": call(gives({"type": "object", "properties": {"results": listed(way)}}), "?query")},
            "/film/{film_id}": {"get": call(gives(USER), "film_id")},
            "/person/{person_id}": {"get": call(gives(USER), "person_id")},
        }
        for needs in ("film_id", "person_id"):
            assert feeding(paths, needs, components={"schemas": schemas}) == [("GET /search/multi", "results[].id")]


def test_a_kind_of_what_something_is_for_is_not_its_own() -> None:
    """Snapshots that have a `resource_type` of a disk are no disks."""
    snapshot = {"type": "object", "properties": {"id": {}, "resource_type": {"type": "string", "enum": ["disk"]}}}
    paths = {
        "/snapshots": {"get": call(gives(listed(snapshot)))},
        "/disks/{disk_id}": {"delete": call(None, "disk_id")},
    }
    assert feeding(paths, "disk_id") == []
