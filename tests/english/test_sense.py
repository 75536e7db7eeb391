import pytest
from hypothesis import example, given, settings, strategies as st

from engine.english.sense import sense


@pytest.mark.parametrize(
    "questions",
    [
        ("How do I create an issue?", "create issues", "What's the best way to add a new issue?", "creating an issue"),
        ("list all pinned issues", "show me the pinned issues", "Which endpoint lets me get pinned issues?"),
        ("delete the label 'bug'", "how can I remove the label 'bug'?", "please delete label 'bug'"),
        ("update the org", "Can I change an organisation?", "edit organizations"),
        ("I'd like to list issues without a label", "is it possible to list issues without labels"),
    ],
)
def test_one_sense_in_many_words(questions: tuple[str, ...]) -> None:
    """What leads in, verbs that stand for one another, one or many of a thing: none of it changes what is asked."""
    assert len({sense(question) for question in questions}) == 1, [sense(question) for question in questions]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("create an issue", "delete an issue"),
        ("close an issue", "reopen an issue"),
        ("list closed issues", "close issues"),
        ("enable a hook", "disable a hook"),
        ("issues that are locked", "issues that are not locked"),
        ("issues that are locked", "issues that aren't locked"),
        ("issues that are locked", "issues that isn\u2019t locked"),
        ("pay with a card", "pay without a card"),
        ("can I delete it", "can't I delete it"),
        ("list issues in v2", "list issues in v3"),
        ("list issues, API 2024-01-01", "list issues, API 2024-10-01"),
        ("the last 10 issues", "the last 100 issues"),
        ("the first issue", "the last issue"),
        ("issues of apple", "issues of orange"),
        ("issues of 'apple'", "issues of 'Apple'"),
        ("issues by bob", "issues for bob"),
        ("move money from checking to savings", "move money from savings to checking"),
        ("exchange euros to yen", "exchange yen to euros"),
        ("issues before the release", "issues after the release"),
        ("delete all issues", "delete an issue"),
        ("open merge requests", "open a merge request in draft"),
        ("price < 10", "price > 10"),
        ("my issues", "their issues"),
        ("issues I opened", "issues opened"),
        ("issues with labels but no milestone", "issues with no labels but a milestone"),
        ("2 labels and 3 issues", "3 labels and 2 issues"),
        ("add bob as a reviewer of carol", "add carol as a reviewer of bob"),
        ("fields that I must send", "fields that I may send"),
    ],
)
def test_what_may_matter_is_told_apart(one: str, other: str) -> None:
    """Verb, negation, version, number, name, thing, and which of two is which: each makes another sense."""
    assert sense(one) != sense(other)


@given(st.text(max_size=300))
@settings(deadline=None)
@example("0 A0000")
@example(";0 0")
def test_any_text_has_a_sense(text: str) -> None:
    """No text is an error, and it has the same sense each time, however its words are spaced."""
    assert sense(text) == sense(text)
    assert sense("  ".join(text.split())) == sense(" ".join(text.split()))


LONG = ("{" * 20_000, "please " * 3_000, "'" * 20_000, "is it possible to " * 1_000, "a-" * 10_000)


@pytest.mark.parametrize("text", LONG, ids=lambda text: text[:8])
def test_a_long_text_takes_no_longer_than_it_is(text: str) -> None:
    """No text makes the patterns go back and forth over it; the test's own limit would end that."""
    assert sense(text) == sense(text)
