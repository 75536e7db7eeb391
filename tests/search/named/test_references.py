import sqlite3
from contextlib import closing
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from engine.library.store import Library
from engine.search.named.pasted import literals
from engine.search.named.references import named
from engine.specs.model import About, Operation
from tests.library.builders import JSON, add
from tests.specs.builders import document


def calls(*keys: str, ids: dict[str, str] | None = None, **parts: Any) -> JSON:
    """Return a document with an operation for each `METHOD /path`; `ids` gives their operationIds."""
    paths: JSON = {}
    for key in keys:
        method, _, path = key.partition(" ")
        operation = {"operationId": ids[key]} if ids and key in ids else {}
        paths.setdefault(path, {})[method.lower()] = operation
    return document(paths, **parts)


SHOP = calls(
    "GET /v1/customers",
    "POST /v1/customers",
    "GET /v1/customers/{customer}",
    "GET /v1/customers/me",
    "GET /v1/customers/{customer}/sources",
    "POST /v1/customers/{customer}/sources",
    "GET /v1/reports/{id}.json",
    "GET /v1/reports/{from}...{to}",
    "POST /v1/jobs/{name}:cancel",
    "GET /v1/files/{path}",
    "GET /v1/search",
    "POST /#Action=RunTask",
    "POST /#Action=StopTask",
    ids={
        "GET /v1/search": "search",
        "POST /v1/customers": "createCustomer",
        "GET /v1/customers": "customers/list-all",
        "GET /v1/files/{path}": "GetFile_V2",
    },
    servers=[{"url": "https://api.shop.example"}],
)
TRACKER = calls(
    "GET /repos/{owner}/{repo}/issues/{number}",
    "DELETE /repos/{owner}/{repo}/issues/{number}/lock",
    "GET /users/{id}",
    "GET /v1/customers/{id}",
    servers=[{"url": "https://{region}.tracker.example/api/v3", "variables": {"region": {"default": "eu"}}}],
)


@pytest.fixture
def apis(library: Library) -> Library:
    """A library with two APIs, which have `GET /v1/customers/{…}` in common."""
    add(library, SHOP, source="shop", name="shop")
    add(library, TRACKER, source="tracker", name="tracker")
    return library


def found(library: Library, question: str, spec: str | None = None) -> list[str]:
    """Return what a question names, as `SPEC:METHOD /path`."""
    return [entry.ref for entry in library.entries(named(library, question, spec))]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("/v1/customers/cus_123/sources", "shop:GET /v1/customers/{customer}/sources"),
        ("v1/customers/cus_123/sources", "shop:GET /v1/customers/{customer}/sources"),
        ("why 402? POST /v1/customers/cus_1/sources, please", "shop:POST /v1/customers/{customer}/sources"),
        ('"POST /v1/customers/cus%2F1/sources HTTP/1.1" 402', "shop:POST /v1/customers/{customer}/sources"),
        ("is /v1/customers, fine?", "shop:GET /v1/customers"),
        ("GET /V1/Customers/{id}/sources/", "shop:GET /v1/customers/{customer}/sources"),
        ("get /v1/customers/:id/sources#top", "shop:GET /v1/customers/{customer}/sources"),
        ("https://api.shop.example/v1/customers/cus_9?limit=3", "shop:GET /v1/customers/{customer}"),
        ("api.shop.example/v1/customers/cus_9", "shop:GET /v1/customers/{customer}"),
        ("GET /v1/customers/cus_9\nHost: us.tracker.example", "tracker:GET /v1/customers/{id}"),
        ("https://us.tracker.example/api/v3/v1/customers/7", "tracker:GET /v1/customers/{id}"),
        ("GET /api/v3/users/7", "tracker:GET /users/{id}"),
        ("https://code.corp.example/api/v3/users/7", "tracker:GET /users/{id}"),
        (
            "curl -X DELETE https://eu.tracker.example/api/v3/repos/acme/web/issues/1347/lock",
            "tracker:DELETE /repos/{owner}/{repo}/issues/{number}/lock",
        ),
        ("curl https://api.shop.example/v1/customers -d name=A", "shop:POST /v1/customers"),
        ("fetch('https://api.shop.example/v1/customers', {method: 'POST'})", "shop:POST /v1/customers"),
        ("requests.post('https://api.shop.example/v1/customers')", "shop:POST /v1/customers"),
        ("$BASE/v1/customers/me", "shop:GET /v1/customers/me"),
        ("GET /v1/reports/r-1.json", "shop:GET /v1/reports/{id}.json"),
        ("GET /v1/reports/main...my.branch", "shop:GET /v1/reports/{from}...{to}"),
        ("POST /v1/jobs/j.1:cancel", "shop:POST /v1/jobs/{name}:cancel"),
        ("GET /v1/files/src/lib/main.py", "shop:GET /v1/files/{path}"),
        ("https://api.shop.example/?Action=StopTask&Version=2", "shop:POST /#Action=StopTask"),
    ],
)
def test_a_request_leads_to_its_operation(apis: Library, question: str, first: str) -> None:
    """A path or an address with its ids filled in, as it is in a log or a script, names its operation."""
    assert found(apis, question)[0] == first


def test_without_a_method_all_operations_of_the_path_are_named(apis: Library) -> None:
    """GET comes first, unless the command sends something; with a method there is only that."""
    both = ["shop:GET /v1/customers", "shop:POST /v1/customers"]
    assert found(apis, "https://api.shop.example/v1/customers") == both
    assert found(apis, "curl https://api.shop.example/v1/customers -d a=b") == both[::-1]
    assert found(apis, "POST https://api.shop.example/v1/customers") == both[1:]


def test_the_host_tells_which_api_is_meant(apis: Library) -> None:
    """A path of two APIs is that of the one whose server has the host; without one the first added comes first."""
    assert found(apis, "GET https://eu.tracker.example/v1/customers/7") == ["tracker:GET /v1/customers/{id}"]
    assert found(apis, "GET https://api.shop.example/v1/customers/7") == ["shop:GET /v1/customers/{customer}"]
    assert found(apis, "GET /v1/customers/7") == ["shop:GET /v1/customers/{customer}", "tracker:GET /v1/customers/{id}"]
    assert found(apis, "GET /v1/customers/7", "tracker") == ["tracker:GET /v1/customers/{id}"]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("createCustomer", "shop:POST /v1/customers"),
        ("CREATECUSTOMER", "shop:POST /v1/customers"),
        ("create_customer", "shop:POST /v1/customers"),
        ("create-customer?", "shop:POST /v1/customers"),
        ("what does createCustomer() need?", "shop:POST /v1/customers"),
        ("why does “createCustomer” fail", "shop:POST /v1/customers"),
        ("CustomersListAll", "shop:GET /v1/customers"),
        ("I call customers/list-all, and then nothing", "shop:GET /v1/customers"),
        ("getfile_v2 gives 404", "shop:GET /v1/files/{path}"),
        ("search", "shop:GET /v1/search"),
        ("what is `search` for?", "shop:GET /v1/search"),
    ],
)
def test_an_identifier_leads_to_its_operation(apis: Library, question: str, first: str) -> None:
    """An operationId in a sentence, in quotes, in other letters, or alone and joined in another way names its own."""
    assert found(apis, question)[0] == first


@pytest.mark.parametrize(
    "question",
    [
        "how do I search for customers",
        "Search: nothing found",
        '{"search": "x", "error": 1}',
        "create customer",
        "X-Idempotency-Key is refused with resource_already_exists",
        "read/write and/or e.g. 1/2",
        "the `Search` box",
        "GET /v1/customers/cus_1/unheard/of",
        "https://api.shop.example/v1/customers/cus_1/unheard/of",
        "/etc/passwd",
        "</v1>",
        "/v1/frobnicate",
        "https://docs.example.org/some/page",
        "GET https://docs.example.org/page",
        "/",
    ],
)
def test_what_is_no_reference_names_nothing(apis: Library, question: str) -> None:
    """A word that happens to be an operationId, another API's address, a file or a sign is left to the search."""
    assert found(apis, question) == []


def test_every_reference_of_a_question_is_served(apis: Library) -> None:
    """The best of each reference come first, in the order of the question."""
    question = "createCustomer, then /v1/customers/cus_1/sources and GET /users/7"
    assert found(apis, question) == [
        "shop:POST /v1/customers",
        "shop:GET /v1/customers/{customer}/sources",
        "tracker:GET /users/{id}",
        "shop:POST /v1/customers/{customer}/sources",
    ]


def test_servers_of_an_operation_count(library: Library) -> None:
    """An operation that is served elsewhere is found by that address."""
    tree = calls("POST /assets/{id}", servers=[{"url": "https://api.shop.example"}])
    tree["paths"]["/assets/{id}"]["post"]["servers"] = [{"url": "https://uploads.shop.example/big"}]
    add(library, tree, source="a", name="a")
    add(library, calls("POST /assets/{id}", servers=[{"url": "https://uploads.shop.example"}]), source="b", name="b")
    assert found(library, "POST https://uploads.shop.example/big/assets/7") == ["a:POST /assets/{id}"]


def test_literal_segments_come_before_parameters(apis: Library) -> None:
    """What is written in the path itself is nearer than what a parameter may stand for."""
    assert found(apis, "GET /v1/customers/me") == ["shop:GET /v1/customers/me"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=80)
@given(question=st.text(st.sampled_from("/v1customers{}:.?#&=%2F GETcurl-X'\"`<>\f\0é")))
def test_any_text_is_looked_up(apis: Library, question: str) -> None:
    """Whatever is pasted gives known entries, each once, and no error."""
    rowids = named(apis, question, None)
    assert len(rowids) == len(set(rowids)) == len(apis.entries(rowids))
    assert all(literal == literal.strip() for literal in literals(question))


@pytest.mark.parametrize(
    "question",
    ["/a" * 500, "GET /v1/" + "/".join(["a-b_c.d:e"] * 39), "/v1/" + "a:" * 5000, "/{" * 5000, "a." * 5000 + "/x"],
    ids=lambda question: question[:8],
)
def test_a_hostile_path_asks_little(apis: Library, monkeypatch: pytest.MonkeyPatch, question: str) -> None:
    """However long a path is, it takes a bounded number of queries."""
    asked: list[int] = []
    rows = apis.rows

    def counted(sql: str, parameters: tuple[Any, ...] = ()) -> list[Any]:
        asked.append(len(str(parameters)))
        return rows(sql, parameters)

    monkeypatch.setattr(apis, "rows", counted)
    named(apis, question, None)
    assert len(asked) < 300
    assert max(asked) < 300_000


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("X-Idempotency-Key gives resource_already_exists", ("X-Idempotency-Key", "resource_already_exists")),
        ('409 "Your card was declined", card.declined', ("Your card was declined", "card.declined")),
        ("is `perPage` or Content-Type wrong?", ("perPage", "Content-Type")),
        ("POST /v1/customer_sources with perPage", ("perPage",)),
        ("How do I create an issue, e.g. with labels?", ()),
    ],
)
def test_literals_are_told(question: str, expected: tuple[str, ...]) -> None:
    """Names of headers, codes and quoted strings are told apart from words; paths are not among them."""
    assert literals(question) == expected


def test_a_library_of_before_is_brought_up_to_date(tmp_path: Path) -> None:
    """Operations that were kept before there were routes are found by a path once the library is opened."""
    scripts = sorted(str(each) for each in resources.files("engine.library.migrations").iterdir())
    before = [script for script in scripts if script.endswith(".sql")][:3]
    with closing(sqlite3.connect(tmp_path / "library.db")) as db:
        for script in before:
            db.executescript(Path(script).read_text())
        db.execute(f"PRAGMA user_version = {len(before)}")
        db.execute(
            "INSERT INTO specs (id, name, source, sha256, bytes, about, added, problems)"
            " VALUES (1, 'old', '', x'', 0, ?, '', x'90')",
            (msgspec.msgpack.encode(About(title="Old", format="openapi-3.0")),),
        )
        operation = Operation(method="GET", path="/Pets/{petId}", pointer="/paths", operation_id="pets/getOne")
        db.execute(
            "INSERT INTO entries (spec_id, key, operation_id, summary, tag, deprecated, pointer, text_hash, text, body)"
            " VALUES (1, ?, ?, '', '', 0, '', x'', '', ?)",
            (operation.key, operation.operation_id, msgspec.msgpack.encode(operation)),
        )
        db.commit()
    library = Library(tmp_path / "library.db")
    assert found(library, "GET /pets/7") == found(library, "petsGetOne") == ["old:GET /Pets/{petId}"]
    library.close()
