"""What the user said, in the call: by the command."""

from tests.cli.conftest import Specdeck


def test_values_of_the_question_are_in_the_request(stocked: Specdeck) -> None:
    """The terminal says what was taken, what is to fill and what no input takes; the request has the values."""
    ran = stocked("ask", "--no-model", "borrow book B12 for member 7 until 2026-12-24")
    lines = ran.out.splitlines()
    assert lines[0] == "Not used: 2026-12-24"
    assert lines[1] == "[1] POST /loans"
    assert lines[3:5] == ["    From your question: member_id = 7, book_id = B12", "    Still to fill: branch_id"]
    assert "From your question" not in stocked("ask", "--no-model", "how do I borrow a book").out


def test_as_json_they_have_their_source(stocked: Specdeck) -> None:
    """Each value says that it comes from the question, and what was not used is listed."""
    facts = stocked(
        "ask", "--no-model", "--json", "search books by author 'Le Guin', 5 per page, colour 'x1'"
    ).document["facts"]
    call = facts["operations"][0]["call"]
    assert facts["operations"][0]["operation"] == "GET /books"
    assert (call["query"], call["given"]) == ({"q": "Le Guin", "limit": "5"}, {"q": "Le Guin", "limit": 5})
    assert (call["sources"]["q"], call["sources"]["limit"]) == ("question", "question")
    assert facts["unplaced"] == ["'x1'"]
