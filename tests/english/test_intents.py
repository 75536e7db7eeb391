import pytest
from hypothesis import given, strategies as st

from engine.english.aspects import aspects_of
from engine.english.intents import read, statuses
from engine.english.pages import is_size, leads_on, pages
from engine.english.topics import topic_of


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("how do I create an API key", "do"),
        ("delete the token of a user", "do"),
        ("which scopes do I need to read a room", "auth"),
        ("where do I exchange the code for an access token", "auth"),
        ("got 403 on POST /rooms, why", "errors"),
        ("how many requests per hour are allowed", "errors"),
        ("what values can state have", "enum"),
        ("lock reasons", "enum"),
        ("what does max_age mean", "field"),
        ("longest length of a title", "field"),
        ("how do I page through rooms", "paging"),
        ("what is the page size", "paging"),
        ("list loans of member 7 with page size 5", "do"),
        ("get order ord_12 with page size of 5", "do"),
        ("difference between a room and a hall", "compare"),
        ("how many endpoints does it have", "whole"),
        ("is listRooms deprecated", "deprecation"),
        ("am I notified when a room is deleted", "events"),
        ("is it safe to retry the payment", "repeat"),
        ("what does a call cost", "unsaid"),
        ("create a room and then invite everybody", "workflow"),
    ],
)
def test_the_words_of_a_question_tell_its_kind(question: str, kind: str) -> None:
    """One example of each kind, and those that only look like another."""
    assert read(question).kinds[0] == kind


@given(st.text(max_size=300))
def test_any_text_has_a_kind(question: str) -> None:
    """Whatever is typed is read, with a confidence between a half and one."""
    reading = read(question)
    assert "do" in reading.kinds
    assert 0.5 <= reading.confidence <= 1


def test_statuses_are_no_other_numbers() -> None:
    """A status is told from a price, a port and a count with a sign."""
    assert statuses("404 or 5xx, but not $500, 1.404, 8080 or 200%") == ("404", "5XX")


@pytest.mark.parametrize(
    ("question", "aspects"),
    [
        ("default of limit", ["default"]),
        ("how long can a name be", ["most"]),
        ("unit of heading_penalty", ["unit"]),
        ("what does it mean", []),
    ],
)
def test_aspects_of_a_field(question: str, aspects: list[str]) -> None:
    """What is asked of a field."""
    assert [aspect.name for aspect in aspects_of(question)] == aspects


def test_names_of_paging() -> None:
    """Inputs by their names, where these may mean another thing also by what is said of them."""
    assert pages("per_page", "") and pages("pageToken", "") and pages("count", "The number of results")
    assert not pages("count", "How many wheels it has")
    assert is_size("maxResults") and not is_size("pageToken")
    assert leads_on("meta.next_cursor") and leads_on("Link") and leads_on("has_more") and not leads_on("nextAction")


def test_topics_that_specifications_leave_out() -> None:
    """They are told by the question; a thing of the API that has the word is none."""
    assert topic_of("how long until my access token expires") is not None
    assert topic_of("list the prices of a product") is None
    assert topic_of("do API keys live for ever?") is not None
    assert topic_of("how long does a key last") is not None
    assert topic_of("log in with api key sk-live-abc123 and get the last book") is None
