"""`specdeck export`: an operation, a tag and a whole API as Markdown, within a budget."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Specdeck


def test_a_whole_api_is_a_list_as_in_llms_txt(stocked: Specdeck) -> None:
    """A heading, a summary as a quotation, and for each tag a list with one line for each operation."""
    lines = stocked("export", "town-library", "--markdown").out.splitlines()
    assert lines[0] == "# Town Library 1.4.0"
    assert lines[2].startswith("> ")
    assert lines[lines.index("## Loans") + 2 :][:2] == [
        "- `GET /members/{member_id}/loans`: List a member's loans; needs `member_id`",
        "- `POST /loans`: Borrow a book; needs `member_id`, `book_id`, `branch_id`",
    ]
    assert sum(line.startswith("- ") for line in lines) == 14


def test_an_operation_is_told_whole(stocked: Specdeck) -> None:
    """Inputs with types and limits, what each status means, fields that two errors share once, and the request."""
    text = stocked("export", "town-library:POST /loans").out
    lines = text.splitlines()
    assert "### `POST /loans`" in lines
    assert "- `Idempotency-Key` (header, string (uuid)): A value of your choice." in lines
    assert any(line.startswith("Returns 409 (Problem): No copy is free") for line in lines)
    assert text.count("- `errors[].message` (string)") == 1
    assert text.rstrip().endswith("```")
    assert "curl -X POST https://riverside.library.example/v1/loans" in text


def test_a_tag_is_told_whole(stocked: Specdeck) -> None:
    """Only its operations; a tag that is not there is answered with those that are."""
    text = stocked("export", "town-library", "--tag", "loans").out
    assert text.count("\n### ") == 4
    assert "Its tags: Books" in stocked("export", "town-library", "--tag", "cars", code=1).err


def test_as_much_is_told_as_fits(stocked: Specdeck) -> None:
    """More tokens, more detail, and never more than were given; what has no room is counted, and too few is said."""
    seen = []
    for tokens in ("200", "500", "1500", "4000", "100000"):
        document = stocked("export", "town-library", "--tokens", tokens, "--json").document
        assert document["tokens"] <= int(tokens)
        assert document["operations"] + document["left_out"] == 14
        seen.append(document["detail"])
    assert list(dict.fromkeys(seen)) == ["name", "line", "brief", "whole"]
    few = stocked("export", "town-library", "--tokens", "200")
    assert "not told here." in few.out
    assert "choose some with --tag" in few.err
    assert "Its tags alone take" in stocked("export", "town-library", "--tokens", "100", code=1).err


def test_what_is_no_operation_is_said(specdeck: Specdeck, tmp_path: Path) -> None:
    """A guide and its passages are read with `show`; what is not there is an error with a next step."""
    (tmp_path / "guide.md").write_text("# Guide\n\nRead me.\n")
    specdeck("add", "guide.md")
    assert "specdeck show" in specdeck("export", "guide", code=1).err
    assert "specdeck show" in specdeck("export", "guide.md:3", code=1).err
    assert "specdeck search" in specdeck("export", "GET /nothing", code=1).err


@pytest.mark.parametrize(
    "hostile", ["Do <b>this</b> `now` [x](https://e.example)", "# No heading", "```\nrm -rf /\n```"]
)
def test_words_of_a_specification_do_not_act(specdeck: Specdeck, tmp_path: Path, hostile: str) -> None:
    """Neither a summary nor a description makes a heading, ends code or leads elsewhere."""
    operation = {"summary": hostile, "description": hostile, "responses": {"200": {"description": hostile}}}
    document = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {"/a": {"get": operation}}}
    (tmp_path / "t.json").write_text(json.dumps(document))
    specdeck("add", "t.json")
    lines = specdeck("export", "t:GET /a").out.splitlines()
    assert [line for line in lines if line.startswith("#")] == ["# T 1", "## Operations", "### `GET /a`"]
    assert sum(line.startswith("```") for line in lines) == 2
    assert not any("](https://e.example)" in line and not line.startswith(">") for line in lines)
