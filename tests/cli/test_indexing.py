"""What a search reads is made when a document is added, and by no search."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from engine import SAMPLE, Engine, folders
from engine.settings import Settings
from tests.cli.conftest import Specdeck

ASKED = ("search", "lend a book to a member", "--json", "--where", "kind = operation")


def state(specdeck: Specdeck) -> dict[str, bytes]:
    """Return all that is kept, by file."""
    folder = specdeck.home / "data"
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}


def hits(specdeck: Specdeck) -> object:
    """Return what is found."""
    return specdeck(*ASKED).document["hits"]


def test_a_search_writes_nothing(specdeck: Specdeck) -> None:
    """After `add` all is there that a search reads; without it a search finds the same, and leaves the files as is."""
    specdeck("add", str(SAMPLE))
    made = state(specdeck)
    assert set(made) == {"library.db", "words.index"}
    found = hits(specdeck)
    assert found
    assert state(specdeck) == made
    index = specdeck.home / "data" / "words.index"
    index.unlink()
    assert hits(specdeck) == found
    index.write_bytes(made["words.index"][:-9])
    assert hits(specdeck) == found
    assert index.read_bytes() == made["words.index"][:-9]


@pytest.mark.parametrize("change", [("rename", "town-library", "town"), ("remove", "town-library")])
def test_each_change_makes_it_anew(specdeck: Specdeck, change: tuple[str, ...]) -> None:
    """After a change of the library its index is that of the library as it is then."""
    specdeck("add", str(SAMPLE))
    before = state(specdeck)["words.index"]
    specdeck(*change)
    after = state(specdeck)["words.index"]
    assert after != before
    hits(specdeck)
    assert state(specdeck)["words.index"] == after


def test_a_library_of_an_older_specdeck_is_indexed_when_it_is_opened(specdeck: Specdeck) -> None:
    """What was added by another way of indexing is found as if it were added now; any command does it, once."""
    specdeck("add", str(SAMPLE))
    found = hits(specdeck)
    with closing(sqlite3.connect(specdeck.home / "data" / "library.db", isolation_level=None)) as db:
        for statement in ("DELETE FROM segments", "DELETE FROM attributes", "DELETE FROM links"):
            db.execute(statement)
        db.execute("UPDATE specs SET indexed = 1")
    specdeck("list")
    made = state(specdeck)
    assert hits(specdeck) == found
    assert state(specdeck) == made


async def test_what_another_process_adds_is_found_at_once(specdeck: Specdeck, tmp_path: Path) -> None:
    """An engine that is open, and has searched, finds what a command has added since, and no more what it removed."""
    where = folders({"SPECDECK_HOME": str(specdeck.home), "SPECDECK_MODELS": str(tmp_path / "no-models")})
    async with Engine(where, Settings()) as engine:
        assert (await engine.questions.search("lend a book")).hits == ()
        specdeck("add", str(SAMPLE))
        assert (await engine.questions.search("lend a book")).hits
        specdeck("remove", "town-library")
        assert (await engine.questions.search("lend a book")).hits == ()
