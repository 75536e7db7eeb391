import json
import re
import sqlite3
import time
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from engine import SAMPLE
from tests.cli.conftest import Specdeck

KEY = "ghp_c4n4ry0123456789abcdef"

HOSTILE = """
openapi: 3.1.0
info: {title: Things, version: "1"}
paths:
  /things`x`:
    get:
      summary: List the <img src=x> **things**
      deprecated: true
      parameters:
        - {name: "x`", in: query, required: true, schema: {type: string}, description: <u>x</u>}
      responses:
        "200": {description: "<script>alert(1)</script>"}
        "404": {description: "[gone](javascript:alert(1))"}
"""


@pytest.fixture
def talked(specdeck: Specdeck) -> Specdeck:
    """A library with the sample, and a session of two questions in it."""
    specdeck("add", str(SAMPLE))
    specdeck("ask", "--session", "My work", "--rung", "facts", "how do I place a hold?")
    specdeck("ask", "--session", "My work", "--rung", "facts", "and how do I delete it?")
    return specdeck


def test_a_session_goes_on_over_processes(talked: Specdeck) -> None:
    """A question is understood by those that other processes asked before, in the same session and in no other."""
    follow_up = talked(
        "ask", "--session", "My work", "--rung", "facts", "--json", "which scopes does it need?"
    ).document
    assert follow_up["facts"]["understood"] == "DELETE /holds/{hold_id}"
    elsewhere = talked("ask", "--session", "Other", "--rung", "facts", "--json", "and how do I delete it?").document
    assert elsewhere["facts"]["understood"] != "delete a hold"
    listed = talked("sessions", "list", "--json").document["sessions"]
    assert [(one["name"], one["messages"]) for one in listed] == [("Other", 1), ("My work", 3)]


def test_the_lines_of_a_batch_are_one_conversation_there(talked: Specdeck, tmp_path: Path) -> None:
    """Within a session the second line of a file follows up the first; each is a document."""
    batch = tmp_path / "questions.txt"
    batch.write_text("how do I renew a loan?\nwhat does it return?\n", encoding="utf-8")
    answers = talked("ask", "--session", "batch", "--batch", str(batch), "--json", "--no-model").documents
    assert [answer["facts"]["operations"][0]["operation"] for answer in answers] == [
        "POST /loans/{loan_id}/renewal"
    ] * 2
    assert [one["question"] for one in talked("sessions", "show", "batch", "--json").document["exchanges"]] == [
        "how do I renew a loan?",
        "what does it return?",
    ]


def test_sessions_are_listed_shown_and_searched(talked: Specdeck) -> None:
    """What was asked and found is shown; a search looks into questions, answers and names."""
    assert "My work  2 " in talked("sessions", "list").out
    shown = talked("sessions", "show", "My work").out
    assert "> how do I place a hold?" in shown
    assert "  understood as: delete a hold" in shown
    assert "  [1] town-library:DELETE /holds/{hold_id}  Cancel a hold" in shown
    for words in (["place", "hold"], ["/HOLDS/{hold_id}"], ["my"]):
        assert len(talked("sessions", "search", *words, "--json").document["sessions"]) == 1, words
    assert talked("sessions", "search", "zebra").err == "No session has that.\n"


def test_a_session_is_exported(talked: Specdeck) -> None:
    """As Markdown with headings, facts and requests, and as JSON with all that was kept."""
    markdown = talked("sessions", "export", "My work").out
    assert markdown.startswith("# My work\n")
    assert "## and how do I delete it?" in markdown
    assert "```sh\ncurl -X POST https://riverside.library.example/v1/holds" in markdown
    assert talked("sessions", "export", "My work", "--markdown").out == markdown
    document = talked("sessions", "export", "My work", "--json").document
    assert document["info"]["name"] == "My work"
    assert document["exchanges"][0]["answer"]["facts"]["operations"][0]["operation"] == "POST /holds"


@pytest.mark.parametrize("command", ["show", "export"])
def test_what_was_told_stands_in_a_session(specdeck: Specdeck, command: str) -> None:
    """The exact answer, what was asked of an operation, and what the steps pass on."""
    specdeck("add", str(SAMPLE))
    for question in (
        "how many operations are there?",
        "what scopes does POST /holds need?",
        "find a book, then place a hold on it",
    ):
        specdeck("ask", "--session", "w", "--rung", "facts", question)
    shown = " ".join(specdeck("sessions", command, "w").out.replace("\\", "").split())
    for told in (
        "14: operations of town-library",
        "POST /loans/{loan_id}/renewal",
        "Place and cancel holds",
        "branch_id (body) ← [1] $.items.0.copies.0.branch_id",
    ):
        assert told in shown, told
    assert len(specdeck("sessions", "search", "renewal", "--json").document["sessions"]) == 1


def test_nothing_from_outside_is_a_mark_in_markdown(specdeck: Specdeck) -> None:
    """Words of a specification, a question and a name are read as words; in code they are code, backticks too."""
    document = specdeck.home / "hostile.yaml"
    document.write_text(HOSTILE, encoding="utf-8")
    specdeck("add", str(document))
    asked = f"## <b>how</b> do I list the *things*? api_key={KEY}"
    specdeck("ask", "--session", "# <i>n</i>", "--rung", "facts", asked)
    specdeck("ask", "--session", "# <i>n</i>", "--rung", "facts", "which operations are deprecated?")
    specdeck("ask", "--session", "# <i>n</i>", "--rung", "facts", "what does `x` mean in GET /things`x`?")
    markdown = specdeck("sessions", "export", "# <i>n</i>").out
    assert "c4n4ry" not in markdown
    html = MarkdownIt().render(markdown)
    assert html.count("<h2>") == 3
    assert set(re.findall(r"<(\w+)", html)) <= {"h1", "h2", "p", "em", "strong", "ul", "li", "code", "pre"}
    assert "<h2>## &lt;b&gt;how&lt;/b&gt; do I list the *things*?" in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<code>hostile:GET /things`x`</code>" in html


def test_sessions_are_renamed_and_deleted(talked: Specdeck) -> None:
    """By their names; what is not there, or cannot be, is said."""
    talked("sessions", "rename", "My work", "Holds")
    assert "no session 'My work'" in talked("sessions", "show", "My work", code=1).err
    talked("ask", "--session", "Other", "--no-model", "how do I renew a loan?")
    assert "already" in talked("sessions", "rename", "Other", "Holds", code=1).err
    assert talked("sessions", "rename", "Other", "n" * 65, code=1).err
    assert talked("ask", "--session", " ", "--no-model", "?", code=1).err
    assert talked("sessions", "delete", "Holds", "--json").document == {"deleted": "Holds"}
    assert [one["name"] for one in talked("sessions", "list", "--json").document["sessions"]] == ["Other"]


def test_no_secret_is_kept(specdeck: Specdeck) -> None:
    """A key in a question, or in a session's name, is in no file of the home and in no export."""
    specdeck("add", str(SAMPLE))
    specdeck(
        "ask", "--session", f"key {KEY}", "--no-model", f"why 401 with Authorization: Bearer {KEY} on renew a loan"
    )
    (name,) = [one["name"] for one in specdeck("sessions", "list", "--json").document["sessions"]]
    assert name == "key REDACTED"
    assert "Bearer REDACTED" in specdeck("sessions", "export", name).out
    kept = b"".join(file.read_bytes() for file in specdeck.home.rglob("*") if file.is_file())
    assert b"c4n4ry" not in kept


def test_a_password_in_plain_words_is_kept_nowhere(specdeck: Specdeck) -> None:
    """A question that says a password as people say it is kept, searched and shown without it."""
    specdeck("add", str(SAMPLE))
    asked = specdeck("ask", "--session", "said", "--no-model", "renew loan 7 as bob with password hunter2XYZ")
    assert "hunter2XYZ" not in asked.out + specdeck("sessions", "show", "said").out
    assert b"hunter2XYZ" not in b"".join(one.read_bytes() for one in specdeck.home.rglob("*") if one.is_file())


def test_a_killed_process_loses_nothing(equipped: Specdeck) -> None:
    """The question is kept when it is asked and the facts as soon as they are there; a process that dies keeps them."""
    process = equipped.start("ask", "--session", "killed", "how do I place a hold?")
    file = equipped.home / "data" / "library.db"
    try:
        while process.poll() is None and not _kept(file):
            time.sleep(0.01)
    finally:
        process.kill()
        process.communicate()
    (exchange,) = equipped("sessions", "show", "killed", "--json").document["exchanges"]
    assert exchange["question"] == "how do I place a hold?"
    assert exchange["answer"]["facts"]["operations"][0]["operation"] == "POST /holds"


def _kept(file: Path) -> bool:
    db = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    try:
        return bool(db.execute("SELECT 1 FROM messages WHERE answer IS NOT NULL").fetchone())
    finally:
        db.close()


def test_an_answer_of_another_specdeck_is_no_error(talked: Specdeck) -> None:
    """An answer that cannot be read is left out; the question stays, and the session goes on."""
    db = sqlite3.connect(talked.home / "data" / "library.db")
    with db:
        db.execute("UPDATE messages SET answer = x'00' WHERE id = 1")
    db.close()
    assert "(no answer was kept)" in talked("sessions", "show", "My work").out
    assert json.loads(talked("sessions", "export", "My work", "--json").out)["exchanges"][0]["answer"] is None
    talked("ask", "--session", "My work", "--no-model", "and how do I delete it?")


def test_old_sessions_go_where_the_user_wants_that(talked: Specdeck) -> None:
    """With `keep_sessions_days` what was not used for so long is deleted; by default all stay."""
    db = sqlite3.connect(talked.home / "data" / "library.db")
    with db:
        db.execute("UPDATE sessions SET used = used - 10 * 86400")
    db.close()
    assert len(talked("sessions", "list", "--json", SPECDECK_KEEP_SESSIONS_DAYS="11").document["sessions"]) == 1
    assert talked("sessions", "list", "--json", SPECDECK_KEEP_SESSIONS_DAYS="9").document["sessions"] == []
