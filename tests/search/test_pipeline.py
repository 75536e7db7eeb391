from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from engine.library.records import Entry
from engine.library.store import Library
from tests.library.builders import add, calls
from tests.search.asking import found, hits
from tests.specs.builders import document


def reasons(library: Library, question: str) -> dict[str, str]:
    """Return why each operation was found."""
    return {hit.operation: hit.why for hit in hits(library, question)}


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("How do I create an issue?", "POST /issues"),
        ("creating issues", "POST /issues"),
        ("react to an issue: create a reaction", "POST /issues/{issueId}/reactions"),
        ("delete issue", "DELETE /issues/{issueId}"),
        ("remove an issue", "DELETE /issues/{issueId}"),
        ("archiving", "DELETE /issues/{issueId}"),
        ("set the milestone", "POST /issues"),
        ("assignee login", "POST /issues"),
        ("reactions/create-for-issue", "POST /issues/{issueId}/reactions"),
        ("énumérer les factures réglées", "GET /factures"),
        ("enumerer reglees", "GET /factures"),
    ],
)
def test_words_find_the_operation(tracker: Library, question: str, first: str) -> None:
    """Names, summaries, descriptions and field names are searched, endings and accents aside."""
    assert found(tracker, question)[0] == first


def test_who_has_a_field_comes_first(library: Library) -> None:
    """An identifier is a field of the operations that have all of its words there, whoever has them one by one."""
    body = {"content": {"application/json": {"schema": {"properties": {"push_limit": {"type": "integer"}}}}}}
    paths = {
        "/limits": {"get": {"summary": "List the limits of a push"}},
        "/pushes": {"get": {"summary": "List pushes, up to a limit"}},
        "/rules": {"put": {"summary": "Change rules", "requestBody": body}},
    }
    add(library, document(paths))
    assert found(library, "push_limit: how large may it get?")[0] == "PUT /rules"
    assert found(library, "how large may the limit of a push get?")[0] != "PUT /rules"


def test_an_id_is_not_searched_for(library: Library) -> None:
    """A search is what finds a thing by its name; whoever has its id asks for what is done with it."""
    paths = {
        "/search/tickets": {"get": {"summary": "Search tickets", "operationId": "searchTickets"}},
        "/tickets/{id}": {"patch": {"summary": "Close a ticket"}},
        "/tickets/{id}/notes": {"get": {"summary": "List the notes of a ticket"}},
    }
    add(library, document(paths))
    assert found(library, "close ticket 4711")[0] == "PATCH /tickets/{id}"
    assert found(library, "notes of ticket 4711")[0] == "GET /tickets/{id}/notes"


@pytest.mark.parametrize(
    "question",
    [
        "DELETE /issues/{issueId}",
        "delete /issues/{issueId}",
        "What is DELETE /issues/{issueId}?",
        "Tell me about `DELETE /issues/{issueId}`.",
        'Is "DELETE /issues/{issueId}" slow?',
        "(DELETE /issues/{issueId}), please",
        "create an issue, not DELETE   /ISSUES/{ISSUEID}!",
    ],
)
def test_a_reference_comes_first(tracker: Library, question: str) -> None:
    """`METHOD /path` in a sentence, in any case and with what stands around it, is the first hit and says why."""
    hit = hits(tracker, question)[0]
    assert (hit.operation, hit.relevance, hit.why) == ("DELETE /issues/{issueId}", 1.0, "named in the question")


@pytest.mark.parametrize("question", ["issues/create", "ISSUES/CREATE", " issues/create? ", "`issues/create`"])
def test_an_operation_id_comes_first(tracker: Library, question: str) -> None:
    """An operationId and nothing else is the first hit, upper and lower case alike."""
    assert found(tracker, question)[0] == "POST /issues"
    assert reasons(tracker, question)["POST /issues"] == "named in the question"


def test_several_references_come_in_their_order(tracker: Library) -> None:
    """A question that names two operations has both first, in the order of the question."""
    question = "GET /issues/{issueId} then DELETE /issues/{issueId} and GET /issues/{issueId}"
    assert found(tracker, question)[:2] == ["GET /issues/{issueId}", "DELETE /issues/{issueId}"]
    assert len(found(tracker, question)) == len(set(found(tracker, question)))


@pytest.mark.parametrize("question", ["", " ", "?", "\t\n", "😀"])
def test_an_empty_question_finds_nothing(tracker: Library, question: str) -> None:
    """Operations without an operationId are not what an empty question names."""
    assert found(tracker, question) == []


@pytest.mark.parametrize(
    "question",
    [
        '"',
        '""',
        "'",
        "create AND",
        "OR",
        "NOT issue",
        "NEAR(create issue, 2)",
        "issue*",
        "-issue",
        "summary:issue",
        "^issue",
        "{identifier path}: issue",
        "a + b",
        "issue\0create",
        "(",
        ")",
        "%",
        "'; DROP TABLE specs; --",
        "😀 issue 😀",
        "issue " * 1700,
        " ".join(f"word{number}" for number in range(1300)),
        "x" * 10_000,
        "GET /" + "a" * 10_000,
        "GET " * 2500,
        "\U000e0001",
    ],
    ids=lambda question: question[:12].encode("unicode_escape").decode(),
)
def test_the_syntax_of_full_text_search_is_only_text(tracker: Library, question: str) -> None:
    """Quotes, operators, signs, emoji and very long questions are words or nothing, never an error."""
    keys = found(tracker, question)
    assert len(keys) == len(set(keys))
    if "issue" in question:
        assert "GET /issues" in keys


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(question=st.text(max_size=40) | st.text(st.sampled_from('aissue "*-:^(){}ANDORNEAR/GET.?'), max_size=40))
def test_any_question_is_answered(tracker: Library, question: str) -> None:
    """Any text gives ranked hits: no error, no operation twice, named ones first, scores falling after them."""
    ranking = hits(tracker, question)
    named = [hit.why == "named in the question" for hit in ranking]
    scores = [hit.score for hit in ranking]
    assert named == sorted(named, reverse=True)
    assert scores[sum(named) :] == sorted(scores[sum(named) :], reverse=True)
    assert len({hit.rowid for hit in ranking}) == len(ranking)
    assert all(0 <= hit.relevance <= 1 for hit in ranking)


def test_one_spec_can_be_searched(tracker: Library) -> None:
    """With a spec, hits come from it alone, by words and by reference; its name's case does not matter."""
    add(tracker, calls("Create an issue"), source="other", name="other")
    assert found(tracker, "create an issue", spec="OTHER") == ["GET /0"]
    assert {hit.spec for hit in hits(tracker, "GET /0 to create", spec="tracker")} == {"tracker"}
    assert found(tracker, "create an issue", spec="none") == []
    assert {"GET /0", "POST /issues"} <= set(found(tracker, "create an issue"))


def test_as_many_as_asked_for(tracker: Library) -> None:
    """`n` limits the hits and does not change their order."""
    every = found(tracker, "issue")
    assert len(every) == 5
    assert [found(tracker, "issue", n=n) for n in range(4)] == [every[:n] for n in range(4)]


def test_hits_say_why(tracker: Library) -> None:
    """A hit names the words that matched, those that stand for them, or their place in description or fields."""
    assert reasons(tracker, "create an issue")["POST /issues"] == "words: create, issue"
    assert reasons(tracker, "milestone") == {"POST /issues": "words in its description or fields"}
    assert reasons(tracker, "ticket")["GET /issues"] == "words of the same meaning: issue"


def test_hits_carry_what_is_shown(tracker: Library) -> None:
    """A hit has its reference, summary, relevance and pointer into the source."""
    [hit] = hits(tracker, "GET /issues/{issueId}", n=1)
    assert (hit.ref, hit.operation_id, hit.summary) == ("tracker:GET /issues/{issueId}", "getIssueV2", "Get an issue")
    assert (hit.pointer, hit.relevance) == ("/paths/~1issues~1{issueId}/get", 1.0)


def test_a_verb_speaks_of_a_method(tracker: Library) -> None:
    """Of two operations that fit alike, the one whose method the question's verb means comes first."""
    add(
        tracker,
        source="v",
        name="verbs",
        tree={
            "openapi": "3.0.0",
            "paths": {
                "/widgets": {
                    "get": {"summary": "Widgets"},
                    "put": {"summary": "Widgets"},
                    "delete": {"summary": "Widgets"},
                }
            },
        },
    )
    assert found(tracker, "drop widgets", spec="verbs")[0] == "DELETE /widgets"
    assert found(tracker, "replace widgets", spec="verbs")[0] == "PUT /widgets"
    assert found(tracker, "fetch widgets", spec="verbs")[0] == "GET /widgets"


def test_what_is_removed_during_a_search_is_not_found(tmp_path: Path) -> None:
    """An entry that another process removes between two steps of a search is left out."""

    class Shrinking(Library):
        def entries(self, rowids: Sequence[int]) -> list[Entry]:
            self.remove("gone")
            return super().entries(rowids)

    library = Shrinking(tmp_path / "library.db")
    add(library, calls("Create a thing"), source="gone", name="gone")
    add(library, calls("Create a thing"), source="there", name="there")
    assert [hit.spec for hit in hits(library, "create")] == ["there"]
    library.close()


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("creat an isue", "POST /issues"),
        ("delte issue", "DELETE /issues/{issueId}"),
        ("create a raection", "POST /issues/{issueId}/reactions"),
        ("asignee", "POST /issues"),
    ],
)
def test_a_misspelt_word_is_understood(tracker: Library, question: str, first: str) -> None:
    """Letters left out or swapped do not hide an operation."""
    assert found(tracker, question)[0] == first


def test_what_is_deprecated_comes_after_its_twin(library: Library) -> None:
    """Of two operations that are called the same, the one that is not deprecated comes first."""
    paths = {
        "/v1/lions/{id}/feed": {"post": {"summary": "Feed a lion", "deprecated": True}},
        "/v2/lions/{id}/feed": {"post": {"summary": "Feed a lion"}},
        "/lions": {"get": {"summary": "List lions"}},
    }
    add(library, document(paths))
    ranking = found(library, "feed a lion")
    assert ranking[0] == "POST /v2/lions/{id}/feed"
    assert "POST /v1/lions/{id}/feed" in ranking


def test_a_webhook_and_a_passage_are_found(library: Library) -> None:
    """Not only operations answer a question."""
    add(library, document(openapi="3.1.0", webhooks={"lionFed": {"post": {"summary": "A lion was fed"}}}))
    [hit] = hits(library, "lion fed")
    assert (hit.kind, hit.summary) == ("webhook", "A lion was fed")
