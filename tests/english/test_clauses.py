import time

import pytest

from engine.english.clauses import asks_to_act
from engine.english.questions import asking, clauses, names


@pytest.mark.parametrize(
    "clause",
    ["create a label", "then add it to the issue", "and finally delete them", "but first register a member",
     "how do I close an issue", "retrieves its items", "subsequently lists the comments",
     "allows a user to list their donations", "discovers connectors for it", "caches results",
     "provide feedback on the answer"],
)  # fmt: skip
def test_a_clause_with_a_deed_asks_to_act(clause: str) -> None:
    """It begins with a verb, alone, in the third person or after what leads in; or it says that one wants to do it."""
    assert asks_to_act(clause)


@pytest.mark.parametrize(
    "clause",
    ["", "is it multipart", "the log says nothing", "collaborators", "only from 1990", "where do I even start",
     "403 Forbidden", "status is pending", "for all members", "not the whole repo", "access is denied"],
)  # fmt: skip
def test_a_clause_that_only_tells_more_does_not(clause: str) -> None:
    """Errors, places, conditions and things are no deeds."""
    assert not asks_to_act(clause)


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Allows a marketing user to send a mail.", "send a mail."),
        (
            "This workflow enables sending a message to a card and reading it.",
            "sending a message to a card and reading it.",
        ),
    ],
)
def test_for_whom_something_is_good_is_left_out(question: str, asked: str) -> None:
    """What is enabled stays whole, also where it has a `to` of its own."""
    assert asking(question) == asked


@pytest.mark.parametrize("blank", [" ", "\n"])
def test_a_run_of_spaces_is_read_in_the_time_of_its_length(blank: str) -> None:
    """Blanks between two words take no longer than as many words."""

    def seconds(text: str) -> float:
        started = time.process_time()
        clauses(text)
        names(text)
        return time.process_time() - started

    long = min(seconds(f"List{blank * 8000}books") for _ in range(2))
    assert long < 30 * min(seconds("list books. " * 700) for _ in range(2))
    assert clauses(f"list books{blank * 9}and then{blank * 9}delete them") == clauses("list books and then delete them")
