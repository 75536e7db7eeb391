"""What is said word for word in a question."""

import time

import pytest
from hypothesis import given, strategies as st

from engine.english.giving import kin
from engine.english.mentions import measured, mentions, spoken


@pytest.mark.parametrize(
    ("question", "kind", "text"),
    [
        ("due 24 December 2026", "date", "2026-12-24"),
        ("due December 24th, 2026", "date", "2026-12-24"),
        ("since 2026-12-24 10:30", "date", "2026-12-24T10:30"),
        ("room 'R 7' is free", "quoted", "R 7"),
        ("it's a “long one”", "quoted", "long one"),
        ("close #42", "number", "42"),
        ("over 1,000 of them", "number", "1000"),
        ("in octocat/hello-world.", "pair", "octocat/hello-world"),
        ("write to ann@example.com, please", "email", "ann@example.com"),
        ("see https://x.test/a?b=1", "url", "https://x.test/a?b=1"),
        ("tell #general", "tag", "#general"),
        ("paint it #ff8800", "tag", "#ff8800"),
        ("invite U1,U2", "list", "U1,U2"),
        ("boot web-1", "id", "web-1"),
        ("records of example.com", "id", "example.com"),
        ("in light-green", "name", "light-green"),
    ],
)
def test_a_value_is_told_from_words(question: str, kind: str, text: str) -> None:
    """By its look; as it is meant."""
    assert [(one.kind, one.text) for one in mentions(question) if one.kind not in ("word", "mark")] == [(kind, text)]


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    """Every mention stands where it says; there is always something left to search for."""
    at = 0
    for one in mentions(text):
        assert at <= one.start < one.end <= len(text)
        at = one.end
    assert spoken(text) or not text


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("close issue 42 in octocat/hello-world", "close issue in octocat/hello-world"),
        ("create an issue titled 'Typo in README' now", "create an issue titled now"),
        ("find the 'create issue' endpoint", "find the 'create issue' endpoint"),
        ("GET /repos/octocat/hello", "GET /repos/octocat/hello"),
        ('{"title": "x"} gives an error', '{"title": "x"} gives an error'),
        ("web-1", "web-1"),
    ],
)
def test_values_say_nothing_of_the_operation(question: str, left: str) -> None:
    """They are left out of what is searched for, unless the text was pasted or is nothing else."""
    assert spoken(question) == left


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("assigned", "assignee", True),
        ("created", "creator", True),
        ("described", "description", True),
        ("admins", "administrator", True),
        ("tagged", "tag", True),
        ("publish", "public", False),
        ("private", "privacy", False),
        ("user", "used", False),
    ],
)
def test_words_of_one_family(one: str, other: str, same: bool) -> None:
    """Forms of a word, and what does it or is done by it; no word that only begins the same."""
    assert kin(one, other) is kin(other, one) is same


def test_a_number_with_its_unit() -> None:
    """Written as one."""
    assert (measured("42GB"), measured("web1")) == (("42", "GB"), ("", ""))


@pytest.mark.parametrize("sign", ["-", ".", "$", "\u201c"])
def test_a_run_of_signs_is_read_in_the_time_of_its_length(sign: str) -> None:
    """Sixteen times as long a question takes nowhere near 256 times as long."""

    def seconds(length: int) -> float:
        started = time.process_time()
        mentions.__wrapped__(sign * length)
        return time.process_time() - started

    assert min(seconds(16_000) for _ in range(2)) < 8 * min(seconds(4_000) for _ in range(2))


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("invoices btw 2 dates", "word"), ("transfers between 3 accounts", "word"), ("between 2 and 5 items", "number"),
        ("list 2 invoices", "number"), ("issues between 10 and 20", "number"),
    ],
)  # fmt: skip
def test_a_number_that_counts_things_between_which_something_is_no_value(question: str, kind: str) -> None:
    """`btw 2 dates` says nothing of which dates."""
    assert next(one.kind for one in mentions(question) if one.text.isdigit()) == kind
