from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from engine.errors import InputError
from engine.indexing.index import index, upgrade
from engine.library.records import NewSpec
from engine.library.store import Library
from engine.search.filters import facets as filters
from engine.search.filters.facets import FACETS, Count, facets, matching
from engine.search.filters.where import And, Filter, Not, Or, parse
from engine.specs import READER
from engine.specs.model import About, Passage, Spec
from tests.library.builders import add
from tests.specs.builders import document

BODY = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Issue"}}}}
TRACKER = document(
    {
        "/v1/issues": {
            "get": {
                "operationId": "listIssues",
                "summary": "List issues",
                "tags": ["Issues", "Core"],
                "parameters": [{"name": "per_page", "in": "query", "schema": {"type": "integer"}}],
                "responses": {"200": {"description": "ok"}, "4XX": {"description": "wrong"}},
                "security": [],
            },
            "post": {
                "operationId": "createIssue",
                "summary": "Create an issue",
                "tags": ["Issues"],
                "requestBody": BODY,
                "responses": {"201": {"description": "made"}, "503": {"description": "later"}},
            },
        },
        "/v1/issues/{id}": {
            "delete": {
                "summary": "Delete an issue",
                "tags": ["delete"],
                "deprecated": True,
                "responses": {"default": {"description": "?"}},
                "security": [{"login": []}, {}],
            },
        },
    },
    security=[{"key": []}],
    components={
        "securitySchemes": {
            "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
            "login": {"type": "http", "scheme": "bearer"},
        },
        "schemas": {"Issue": {"type": "object", "properties": {"milestone": {"type": "string"}}}},
    },
)
OPEN = document({"/open": {"get": {"summary": "Open the issues door"}}})
GUIDE = Spec(about=About(title="Guide", format="markdown"), passages=(Passage("Start", "Read this", "guide.md", 1),))
EVERYTHING = ["DELETE /v1/issues/{id}", "GET /open", "GET /v1/issues", "POST /v1/issues", "guide.md:1"]


def _fill(library: Library) -> Library:
    add(library, TRACKER, source="tracker", name="tracker")
    add(library, OPEN, source="open", name="open")
    guide = NewSpec(spec=GUIDE, source="g", sha256=b"g", bytes=1, name="guide", suggestion="guide", reader=READER)
    library.add(guide, index(guide.spec))
    return library


@pytest.fixture
def full(library: Library) -> Library:
    """A library with three operations of one spec, one of another, and a passage."""
    return _fill(library)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The same library for the examples of properties, none of which writes."""
    library = _fill(Library(tmp_path_factory.mktemp("filters") / Path("library.db")))
    yield library
    library.close()


def _keys(library: Library, text: str, spec: str | None = None) -> list[str]:
    rowids = matching(library, parse(text), spec)
    assert rowids == sorted(set(rowids))
    return sorted(entry.item.key for entry in library.entries(rowids))


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("spec = TRACKER and method = get", ["GET /v1/issues"]),
        ("spec in (open, guide)", ["GET /open", "guide.md:1"]),
        ("tag = core", ["GET /v1/issues"]),
        ("tag = issues and tag != core", ["POST /v1/issues"]),
        ("method not in (get, post)", ["DELETE /v1/issues/{id}", "guide.md:1"]),
        ("path starts with /V1 and path ends with }", ["DELETE /v1/issues/{id}"]),
        ("operation = 'get /open' or operation = guide.md:1", ["GET /open", "guide.md:1"]),
        ("id contains ISSUE", ["GET /v1/issues", "POST /v1/issues"]),
        ("id = ''", []),
        ("summary matches /^(Create|list) .*s?$/", ["GET /v1/issues", "POST /v1/issues"]),
        ("deprecated", ["DELETE /v1/issues/{id}"]),
        ("not deprecated and not kind = operation", ["guide.md:1"]),
        ("auth = none", ["DELETE /v1/issues/{id}", "GET /v1/issues"]),
        ("auth = bearer or auth = KEY", ["DELETE /v1/issues/{id}", "POST /v1/issues"]),
        ("auth = apikey", ["POST /v1/issues"]),
        ("format = openapi", ["DELETE /v1/issues/{id}", "GET /open", "GET /v1/issues", "POST /v1/issues"]),
        ("format in (openapi-3.1, markdown)", ["guide.md:1"]),
        ("parameter in (milestone, PER_PAGE)", ["GET /v1/issues", "POST /v1/issues"]),
        ("status = 4xx", ["GET /v1/issues"]),
        ("status >= 404", ["GET /v1/issues", "POST /v1/issues"]),
        ("status > 499", ["POST /v1/issues"]),
        ("status < 201", ["GET /v1/issues"]),
        ("path > /open", ["DELETE /v1/issues/{id}", "GET /v1/issues", "POST /v1/issues"]),
        ("kind = webhook or not (kind = passage or kind = operation)", []),
    ],
)
def test_filters(full: Library, text: str, keys: list[str]) -> None:
    """A filter leaves the entries that it says, and nothing else."""
    assert _keys(full, text) == keys


def test_a_filter_within_one_spec(full: Library) -> None:
    """Only entries of the spec that is asked for pass; one that is not there has none."""
    assert _keys(full, "method = get", "open") == ["GET /open"]
    assert _keys(full, "method = get", "none") == []


def test_changes_of_the_library_are_seen(full: Library) -> None:
    """A spec that is renamed, replaced or removed is filtered as it is now."""
    full.rename("open", "door")
    add(full, document({"/new": {"get": {"tags": ["core"]}}}), source="tracker", name="tracker")
    full.remove("guide")
    assert _keys(full, "spec = open or kind = passage") == []
    assert _keys(full, "spec = door") == ["GET /open"]
    assert _keys(full, "tag = core or deprecated") == ["GET /new"]


def test_a_library_from_before_filters(full: Library) -> None:
    """Specs whose columns an older specdeck did not write get them when they are indexed anew."""
    add(full, document(), source="empty", name="empty")
    with full.transaction() as db:
        db.execute("DELETE FROM attributes")
        db.execute("UPDATE specs SET indexed = 1")
    upgrade(full)
    assert _keys(full, "parameter = milestone or kind = passage") == ["POST /v1/issues", "guide.md:1"]
    assert full.rows("SELECT count(DISTINCT spec_id) FROM attributes") == [(4,)]


FILTERS = st.recursive(
    st.sampled_from(["tag = core", "method = get", "deprecated", "auth != none", "spec = guide", "status > 300"]).map(
        parse
    ),
    lambda inner: st.one_of(
        st.builds(Not, inner), st.builds(And, st.tuples(inner, inner)), st.builds(Or, st.tuples(inner, inner))
    ),
    max_leaves=6,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(FILTERS, FILTERS)
def test_and_or_not_are_those_of_sets(shared: Library, one: Filter, other: Filter) -> None:
    """`and` is the intersection, `or` the union, `not` the rest."""
    first, second = set(matching(shared, one, None)), set(matching(shared, other, None))
    everything = set(matching(shared, parse("not spec = ''"), None))
    assert len(everything) == len(EVERYTHING)
    assert set(matching(shared, And((one, other)), None)) == first & second
    assert set(matching(shared, Or((one, other)), None)) == first | second
    assert set(matching(shared, Not(one), None)) == everything - first


@settings(deadline=None)
@given(FILTERS)
def test_a_facet_counts_what_its_filter_finds(shared: Library, where: Filter) -> None:
    """For every value of every facet, the count is the number of entries left when that value is asked for too."""
    found = matching(shared, where, None)
    for facet in facets(shared, found[::-1]):
        for value in facet.values:
            more = And((where, parse(f"{facet.field} = '{value.value}'")))
            assert value.count == len(matching(shared, more, None)) > 0


def test_facets_of_everything(full: Library) -> None:
    """Without a choice all entries count; the most frequent value comes first, then by name, and no more than asked."""
    found = {facet.field: facet.values for facet in facets(full, None)}
    assert tuple(found) == FACETS
    assert found["method"] == (Count("GET", 2), Count("DELETE", 1), Count("POST", 1))
    assert found["tag"] == (Count("Issues", 2), Count("Core", 1), Count("delete", 1))
    assert found["auth"] == (Count("none", 2), Count("apiKey", 1), Count("http", 1))
    [spec] = facets(full, None, ("spec",), 1)
    assert spec.values == (Count("tracker", 3),)
    assert [facet.values for facet in facets(full, [], ("tag", "spec"))] == [(), ()]


def test_a_regular_expression_that_takes_too_long_ends(full: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the time for regular expressions is over, the user is told which one took it."""
    monkeypatch.setattr(filters, "MATCHING_S", -1.0)
    with pytest.raises(InputError, match="takes too long"):
        matching(full, parse("summary matches /(a|aa)+$/"), None)


def test_hostile_expressions_end(library: Library) -> None:
    """Expressions that keep a backtracking engine busy for ever are answered."""
    add(library, document({"/a": {"get": {"summary": "a" * 30_000 + "!"}}}), name="a")
    assert matching(library, parse("summary matches /^(a|aa)+$/ or summary matches /(a*)*b/"), None) == []
