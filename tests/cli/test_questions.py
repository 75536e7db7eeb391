from pathlib import Path

import pytest

from engine.models.shelf import ModelShelf
from tests.cli.conftest import Specdeck
from tests.conftest import CHAT, EMBEDDING

HIT = set("spec kind operation operation_id summary score relevance why evidence pointer rowid".split())
ANSWER = set(
    "question intent rung model facts prose folded citations unverified notice timings_ms usage cached"
    " corrections repeats".split()
)
FACTS = set(
    "question intent operations search note passages understood steps suggestions pinned attached unplaced"
    " whole confidence told otherwise passes repeats choices".split()
)
OPERATION = set(
    "citation spec operation operation_id summary pointer deprecated needs accepts auth scopes returns errors"
    " call request deprecation callbacks steps also nested more asked unplaced".split()
)

NOTES = """
openapi: 3.0.3
info: {title: Notes, version: '1'}
servers: [{url: 'https://notes.example'}]
paths:
  /notes:
    get:
      requestBody: {content: {application/x-www-form-urlencoded: {schema: {type: object}}}}
      responses: {'200': {description: The notes}}
  /notes/search:
    get:
      requestBody: {required: true, content: {application/json: {schema: {type: object}}}}
      responses: {'200': {description: The notes}}
"""


# Search --------------------------------------------------------------------------------------------------------------
def test_search_prints_hits(stocked: Specdeck) -> None:
    """Each hit is a reference, a summary and a reason; the count is told on stderr."""
    ran = stocked("search", "place", "a", "hold", "-n", "2")
    lines = ran.out.splitlines()
    assert lines[:2] == ["  1. town-library:POST /holds", "     Place a hold on a book"]
    assert lines[2].startswith("     words: ")
    assert (len(lines), ran.err.startswith("2 hits by words in ")) == (6, True)


def test_search_as_json(stocked: Specdeck) -> None:
    """One document with the query and its hits, each with the documented fields."""
    document = stocked("search", "--json", "place", "a", "hold").document
    assert set(document) == {"query", "hits", "mode", "ms", "note"}
    assert (document["query"], document["mode"]) == ("place a hold", "words")
    assert all(set(hit) == HIT for hit in document["hits"])
    first = document["hits"][0]
    assert (first["spec"], first["operation"], first["operation_id"]) == ("town-library", "POST /holds", "placeHold")
    assert (first["pointer"], first["summary"]) == ("/paths/~1holds/post", "Place a hold on a book")


@pytest.mark.parametrize("query", ["placeHold", "POST /holds", "post /holds"])
def test_search_takes_references(stocked: Specdeck, query: str) -> None:
    """An operationId or a call finds that operation first and says that it was named."""
    first = stocked("search", "--json", query).document["hits"][0]
    assert (first["operation"], first["why"]) == ("POST /holds", "named in the question")


@pytest.mark.parametrize("query", ["", "zebra", '"', "* OR NEAR(", "'; DROP TABLE specs; --", "%_\\", "é😀"])
def test_search_for_nothing_finds_nothing(stocked: Specdeck, query: str) -> None:
    """Words that are not there, and what means something to a database, give an empty list and exit code 0."""
    assert stocked("search", "--json", query).document["hits"] == []


def test_batch_is_one_document_a_line(stocked: Specdeck, tmp_path: Path) -> None:
    """Each line of the file is a query and gives one line of output, in order; a last newline is no query."""
    batch = tmp_path / "queries.txt"
    batch.write_bytes(b"\xef\xbb\xbfplace a hold\r\n\nrenew a\x0cloan")
    documents = stocked("search", "--batch", str(batch), "--json", "-n", "1").documents
    assert [document["query"] for document in documents] == ["place a hold", "", "renew a\N{SYMBOL FOR FORM FEED}loan"]
    assert [len(document["hits"]) for document in documents] == [1, 0, 1]
    assert stocked("search", "--batch", str(batch)).out.startswith("place a hold\n  1. town-library:POST /holds\n")
    batch.write_bytes(b"")
    assert stocked("search", "--batch", str(batch), "--json").out == ""


def test_a_batch_of_questions_is_answered_one_by_one(stocked: Specdeck, tmp_path: Path) -> None:
    """`ask --batch` gives a document a line; each question is one of its own, and no follow-up of the one before."""
    batch = tmp_path / "questions.txt"
    batch.write_text("how do I place a hold\nand how do I delete it?\n", encoding="utf-8")
    first, second = stocked("ask", "--batch", str(batch), "--json", "--no-model").documents
    assert (first["question"], first["facts"]["operations"][0]["operation"]) == ("how do I place a hold", "POST /holds")
    assert (second["question"], second["facts"]["understood"]) == ("and how do I delete it?", "")
    printed = stocked("ask", "--batch", str(batch), "--no-model").out
    assert printed.startswith("how do I place a hold\n[1] POST /holds\n")
    assert "\n\nand how do I delete it?\n" in printed


def test_a_batch_that_is_no_text_is_wrong_usage(stocked: Specdeck, tmp_path: Path) -> None:
    """A file in another encoding is refused in a sentence."""
    (tmp_path / "queries.txt").write_bytes(b"caf\xe9\n")
    assert "cannot be read as UTF-8 text" in stocked("search", "--batch", str(tmp_path / "queries.txt"), code=2).err


# Answers without a model ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("option", ["--no-model", "--rung=facts"])
def test_ask_without_a_model(stocked: Specdeck, option: str) -> None:
    """Facts alone, in words and as one document."""
    ran = stocked("ask", option, "how do I borrow a book")
    assert ran.out.startswith("[1] POST /loans\n    Borrow a book · town-library · borrowBook\n")
    assert "Also close:\n[2] town-library:" in ran.out
    assert ran.err == ""
    answer = stocked("ask", option, "--json", "how", "do", "I", "borrow", "a", "book").document
    assert set(answer) == ANSWER
    assert (answer["question"], answer["rung"], answer["model"]) == ("how do I borrow a book", "facts", "")
    assert set(answer["facts"]) == FACTS
    operations = answer["facts"]["operations"]
    assert all(set(operation) == OPERATION for operation in operations)
    assert [operation["citation"] for operation in operations] == [1, 2, 3, 4, 5]
    assert operations[0]["operation"] == "POST /loans"
    assert {field["name"] for field in operations[0]["needs"]} == {"member_id", "book_id", "branch_id"}
    assert {"search", "facts", "total"} <= set(answer["timings_ms"])


def test_an_operation_comes_with_its_call(stocked: Specdeck) -> None:
    """As JSON each operation has the call, with every required input and where its value comes from."""
    answer = stocked("ask", "--no-model", "--json", "how do I borrow a book").document
    call = answer["facts"]["operations"][0]["call"]
    assert {"method", "url", "path", "query", "headers", "body", "sources"} <= set(call)
    assert (call["method"], call["path"], call["query"]) == ("POST", {}, {})
    assert call["url"].endswith("/v1/loans")
    assert set(call["body"]) == {"member_id", "book_id", "branch_id"}
    assert call["sources"]["town"] == "default"
    assert set(call["sources"]) == {"town", *call["body"], *(set(call["headers"]) - {"Content-Type"})}


def test_a_get_with_nothing_to_send_sends_nothing(specdeck: Specdeck, tmp_path: Path) -> None:
    """A body that may be left out and has no fields is no reason for `-d ''`; one that must be there is sent."""
    (tmp_path / "notes.yaml").write_text(NOTES)
    specdeck("add", "notes.yaml")
    assert "request  curl https://notes.example/notes\n" in specdeck("show", "GET /notes").out
    assert "-d '{}'" in specdeck("show", "GET /notes/search").out


def test_ask_where_no_model_is_installed(stocked: Specdeck) -> None:
    """The facts stand, a sentence says what is missing and how to get it, and that is no failure."""
    ran = stocked("ask", "how do I borrow a book")
    assert ran.out.startswith("[1] POST /loans\n")
    assert f"The model {CHAT} is not installed. Run `specdeck models pull {CHAT}`.\n" in ran.out
    answer = stocked("ask", "--json", "how do I borrow a book").document
    assert answer["notice"].startswith(f"The model {CHAT} is not installed.")
    assert (answer["rung"], answer["prose"]) == ("facts", "")


def test_ask_an_empty_library(specdeck: Specdeck) -> None:
    """Without a spec there is one sentence."""
    assert specdeck("ask", "how do I borrow a book").out == "The library is empty; add a specification.\n"


def test_a_damaged_model_costs_only_the_prose(stocked: Specdeck, shelf: ModelShelf, tmp_path: Path) -> None:
    """A chat model whose file ends too early is told in a sentence below the facts."""
    (tmp_path / EMBEDDING).symlink_to(shelf.path(EMBEDDING))
    (tmp_path / CHAT).mkdir()
    with shelf.path(CHAT).open("rb") as whole:
        (tmp_path / CHAT / "model.gguf").write_bytes(whole.read(3_000_000))
    ran = stocked("ask", "how do I borrow a book", SPECDECK_MODELS=str(tmp_path))
    assert ran.out.startswith("[1] POST /loans\n")
    assert ran.out.splitlines()[-1].startswith("model.gguf is damaged")
    doctor = stocked("doctor", "--json", code=1, SPECDECK_MODELS=str(tmp_path)).document
    assert [check["name"] for check in doctor["checks"] if not check["ok"]] == [
        "search by meaning",
        "chat model",
    ]


# With the models -----------------------------------------------------------------------------------------------------
def test_search_by_meaning(equipped: Specdeck) -> None:
    """What was embedded while it was added is found without a common word."""
    (spec,) = equipped("list", "--json").document["specs"]
    assert spec["embedded"] == spec["operations"] == 14
    document = equipped("search", "--json", "enrol a patron", "-n", "3").document
    assert document["mode"] == "words and meaning"
    [hit] = [hit for hit in document["hits"] if hit["operation_id"] == "registerMember"]
    assert ("meaning" in hit["why"].split("; "), hit["evidence"]["words"]) == (True, [])


def test_ask_with_the_model(equipped: Specdeck) -> None:
    """Facts, then prose with its marks, then who wrote it; as JSON the same in one document.

    What every prompt begins with was read by the first process and is not read again by the second.
    """
    ran = equipped("ask", "how do I borrow a book")
    assert ran.out.startswith("[1] POST /loans\n")
    assert ran.out.endswith(f"Written by {CHAT} on this machine; names and claims checked against the specification.\n")
    assert all(len(line) <= 110 for line in ran.out.splitlines())
    answer = equipped("ask", "--json", "how do I borrow a book").document
    assert set(answer) == ANSWER
    assert (answer["rung"], answer["model"], answer["notice"]) == ("local", CHAT, "")
    assert answer["prose"]
    assert answer["citations"] or answer["unverified"]
    assert "first_token" in answer["timings_ms"]
    assert answer["usage"]["tokens"] > 0
    assert answer["usage"]["read_tokens"] < answer["usage"]["prompt_tokens"]


def test_the_facts_stand_alone_where_they_are_the_answer(equipped: Specdeck) -> None:
    """With the setting `auto` the call answers a how-to question, the last line says how to get prose, and it comes."""
    ran = equipped("ask", "how do I borrow a book", SPECDECK_PROSE="auto")
    assert ran.out.endswith("\nWith `--prose` the local model puts this into words.\n")
    ran = equipped("ask", "--prose", "how do I borrow a book", SPECDECK_PROSE="never")
    assert f"Written by {CHAT} on this machine" in ran.out
    ran = equipped("ask", "how do I borrow a book", SPECDECK_PROSE="never")
    assert "--prose" not in ran.out


# Doctor --------------------------------------------------------------------------------------------------------------
def test_doctor_says_what_is_wrong(stocked: Specdeck) -> None:
    """Every part has its line; what fails comes with the command that mends it, and exit code 1."""
    ran = stocked("doctor", code=1)
    assert [line[:6].strip() for line in ran.out.splitlines() if not line.startswith("   ")] == [
        *["ok"] * 4,
        *["FAILED"] * 3,
        "ok",
    ]
    assert f"        Run `specdeck models pull {CHAT}`." in ran.out
    document = stocked("doctor", "--json", code=1).document
    assert (set(document), document["ok"]) == ({"ok", "checks"}, False)
    assert all(set(check) == {"name", "ok", "detail", "hint"} for check in document["checks"])


def test_doctor_is_content(equipped: Specdeck) -> None:
    """With everything in place all is well and the exit code is 0."""
    assert equipped("doctor", "--json").document["ok"] is True
