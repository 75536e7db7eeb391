from collections import Counter

import pytest
from hypothesis import given, strategies as st

from engine.library.store import Library
from engine.search.named.apis import Names, called, names_of
from tests.library.builders import add
from tests.search.asking import hits
from tests.specs.builders import document

NAMES: Names = {"gitlab": {1: 1.0}, "digitalocean": {2: 1.0}, "jira": {3: 0.9}, "box": {4: 0.5}}


@pytest.fixture
def trackers(library: Library) -> Library:
    """Three specs with the same operations, one of which has an operation about another API."""
    paths = {"/issues": {"post": {"summary": "Create an issue"}, "get": {"summary": "List issues"}}}
    for name in ("gitlab", "zeta-desk", "box"):
        add(library, source=name, name=name, tree=document(paths))
    about = {**paths, "/jira": {"put": {"summary": "Set up issues of Jira"}}}
    add(library, source="plan", name="plan", tree=document(about))
    add(library, source="jira", name="jira", tree=document(paths))
    return library


def first(library: Library, question: str) -> tuple[str, str]:
    """Return spec and operation of the first hit."""
    [hit, *_] = hits(library, question)
    return hit.spec, hit.operation


@pytest.mark.parametrize("name", ["gitlab", "jira", "zeta-desk", "box"])
@pytest.mark.parametrize("asked", ["create an issue in {}", "{}: create an issue", "use the {} api to create an issue"])
def test_the_api_that_is_named_comes_first(trackers: Library, name: str, asked: str) -> None:
    """Of APIs that have the same operation, the one that the question names has it first, whatever its place."""
    assert first(trackers, asked.format(name)) == (name, "POST /issues")
    assert first(trackers, asked.format(name.replace("-", " ").title())) == (name, "POST /issues")


def test_a_hit_says_that_its_api_is_named(trackers: Library) -> None:
    """So one sees why it is before the same operation of another API."""
    by_spec = {
        hit.spec: hit.why for hit in hits(trackers, "create an issue in gitlab") if hit.operation == "POST /issues"
    }
    assert by_spec["gitlab"] == "its API is named; words: create, issue"
    assert by_spec["plan"] == "words: create, issue"


def test_a_name_speaks_for_its_clause(library: Library) -> None:
    """Where each clause names its API, or one does and another API has what the others ask for, each finds its own."""
    books = {"/invoices": {"get": {"summary": "List invoices"}}, "/messages": {"get": {"summary": "List messages"}}}
    talk = {"/messages": {"post": {"summary": "Send a message"}}, "/invoices": {"post": {"summary": "Send an invoice"}}}
    disk = {"/files": {"post": {"summary": "Upload a file"}}, "/folders": {"post": {"summary": "Create a folder"}}}
    for name, paths in (("bexio", books), ("mattermost", talk), ("nextcloud", disk)):
        add(library, source=name, name=name, tree=document(paths))
    asked = "list the invoices in Bexio, {} send a message, and upload the file {}to Nextcloud"
    wanted = [("bexio", "GET /invoices"), ("mattermost", "POST /messages"), ("nextcloud", "POST /files")]
    for question in (asked.format("with Mattermost", "with it "), asked.format("then", "")):
        assert sorted((hit.spec, hit.operation) for hit in hits(library, question)[:3]) == wanted


def test_a_name_before_all_speaks_for_all(library: Library) -> None:
    """What is asked of the one API that is named first is not looked for in others, though they fit better."""
    books = {"/invoices": {"get": {"summary": "List invoices"}}, "/notes": {"post": {"summary": "Send a note"}}}
    talk = {"/messages": {"post": {"summary": "Send a message"}, "get": {"summary": "List messages"}}}
    for name, paths in (("bexio", books), ("mattermost", talk)):
        add(library, source=name, name=name, tree=document(paths))
    for question in ("With Bexio: list the invoices, then send a message", "in bexio, list invoices and send messages"):
        assert [hit.spec for hit in hits(library, question)[:2]] == ["bexio", "bexio"]


def test_a_spec_goes_by_its_new_name(trackers: Library) -> None:
    """What counts is what the user calls it."""
    trackers.rename("gitlab", "forge")
    assert first(trackers, "forge create an issue") == ("forge", "POST /issues")


def test_the_rest_of_the_library_is_still_found(trackers: Library) -> None:
    """A name is a lead, not a filter."""
    assert {hit.spec for hit in hits(trackers, "create an issue in gitlab")} >= {"gitlab", "plan", "box"}


@pytest.mark.parametrize(
    ("question", "rest", "specs"),
    [
        ("create an issue in GitLab", "create an issue", {1}),
        ("gitlab's issues", "issues", {1}),
        ("Digital Ocean: reboot a droplet", "reboot a droplet", {2}),
        ("reboot with the digitalocean API please", "reboot please", {2}),
        ("from jira to gitlab", "from jira to gitlab", {1, 3}),
        ("copy issues from jira to gitlab", "copy issues", {1, 3}),
        ("put it in a box", "put it in a box", {4}),
        ("gitlab", "gitlab", {1}),
        ("GET https://gitlab.example/api", "GET https://gitlab.example/api", {1}),
        ("what is gitlab_url and me@gitlab for", "what is gitlab_url and me@gitlab for", {1}),
        ("list issues", "list issues", set()),
        ("list issues in gitlab, reboot a droplet", "list issues , reboot a droplet", {1}),
        ("list them, then in gitlab: close one", "list them, then close one", {1}),
    ],
)
def test_a_name_leaves_the_question(question: str, rest: str, specs: set[int]) -> None:
    """With what joins it; not where nothing would be left, in an identifier or address, or an English word."""
    found = called(question, NAMES)
    assert (found.rest, set(found.specs)) == (rest, specs)


@given(st.text(max_size=60), st.sampled_from(sorted(NAMES)), st.text(max_size=60))
def test_a_question_never_becomes_empty(before: str, name: str, after: str) -> None:
    """Whatever stands around a name, something is left to look up, and nothing is added."""
    question = f"{before} {name} {after}"
    rest = called(question, NAMES).rest
    assert rest.strip()
    assert set(rest) <= set(question) | {" "}


def test_a_name_means_less_where_it_means_something_else() -> None:
    """A word in the names of many other entries, or of its own ones, or an English one is hardly meant as a name."""
    having = {"slack": {5: 2}, "issues": {5: 900}, "droplets": {4: 300}, "gitlab": {6: 3}}
    specs = [(1, "slack"), (2, "issues.example"), (3, "drive"), (4, "droplets"), (6, "gitlab")]
    sizes = {1: 100, 2: 100, 3: 100, 4: 1000, 5: 8000, 6: 1000}
    weights = names_of(specs, lambda word: Counter(having.get(word, {})), sizes)
    assert 0.8 < weights["slack"][1] < 1
    assert "issues" not in weights
    assert (weights["drive"], weights["droplets"], weights["gitlab"]) == ({3: 0.5}, {4: 0.5}, {6: 1})
