import sqlite3
import stat
import subprocess
import sys
import threading
from importlib import resources
from pathlib import Path

import pytest

from engine.errors import LibraryError
from engine.library.connection import Connection

NEWEST = sum(entry.name.endswith(".sql") for entry in resources.files("engine.library.migrations").iterdir())
"""Version of a library that has had all migrations."""
GENERATION = "SELECT value FROM meta WHERE key = 'generation'"
SET = "UPDATE meta SET value = ? WHERE key = 'generation'"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the library will be."""
    return tmp_path / "data" / "library.db"


def test_files_are_private(file: Path) -> None:
    """The database, its journal and its folder can be used by their owner only."""
    connection = Connection(file)
    with connection.transaction() as db:
        db.execute("UPDATE meta SET value = 1")
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    files = list(file.parent.iterdir())
    assert {path.name for path in files} == {"library.db", "library.db-shm", "library.db-wal"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    connection.close()


def test_a_new_file_is_migrated_once(file: Path) -> None:
    """Opening again changes nothing, and what was written is there."""
    first = Connection(file)
    with first.transaction() as db:
        db.execute(SET, (7,))
    first.close()
    second = Connection(file)
    assert second.rows(GENERATION) == [(7,)]
    assert second.rows("PRAGMA user_version") == [(NEWEST,)]
    assert second.rows("PRAGMA journal_mode") == [("wal",)]
    second.close()


@pytest.mark.parametrize("content", [b"not a database" * 100, b"SQLite format 3\0" + b"\xff" * 500])
def test_a_file_that_is_no_library_is_refused(file: Path, content: bytes) -> None:
    """Any other file is refused with its name and the way out, and is left as it is."""
    file.parent.mkdir()
    file.write_bytes(content)
    with pytest.raises(LibraryError, match=r"library\.db cannot be opened") as refused:
        Connection(file)
    assert "move it away" in refused.value.hint
    assert file.read_bytes() == content


def test_a_folder_in_the_way_is_refused(file: Path) -> None:
    """A folder where the file should be, or a file where the folder should be, is refused."""
    file.mkdir(parents=True)
    with pytest.raises(LibraryError, match="cannot be opened"):
        Connection(file)
    (file.parent / "plain").write_text("x")
    with pytest.raises(LibraryError, match="cannot be opened"):
        Connection(file.parent / "plain" / "library.db")


def test_a_newer_library_is_refused(file: Path) -> None:
    """A library that a later version made is not touched."""
    Connection(file).close()
    with sqlite3.connect(file) as raw:
        raw.execute("PRAGMA user_version = 99")
    raw.close()
    with pytest.raises(LibraryError, match="newer specdeck") as refused:
        Connection(file)
    assert "Update specdeck" in refused.value.hint


def test_another_programs_database_is_not_taken_over(file: Path) -> None:
    """A migration that fails leaves the database as it was."""
    file.parent.mkdir()
    with sqlite3.connect(file) as raw:
        raw.execute("CREATE TABLE specs (mine)")
    with pytest.raises(LibraryError, match="cannot be opened"):
        Connection(file)
    tables = raw.execute("SELECT name FROM sqlite_master").fetchall()
    raw.close()
    assert tables == [("specs",)]


def test_a_transaction_is_kept_whole_or_not_at_all(file: Path) -> None:
    """An error inside takes everything back, comes out as it is, and the next transaction works."""
    connection = Connection(file)
    [(before,)] = connection.rows(GENERATION)
    with pytest.raises(ZeroDivisionError), connection.transaction() as db:
        db.execute(SET, (5,))
        db.execute("SELECT 1").fetchone()[1 // 0]
    with pytest.raises(LibraryError, match="cannot be written"), connection.transaction() as db:
        db.execute(SET, (6,))
        db.execute("INSERT INTO nowhere VALUES (1)")
    assert connection.rows(GENERATION) == [(before,)]
    with connection.transaction() as db:
        db.execute(SET, (8,))
    assert connection.rows(GENERATION) == [(8,)]
    connection.close()


def test_reading_goes_on_while_a_transaction_is_open(file: Path) -> None:
    """A reader sees what was there before, at once, and the new state after the end."""
    connection = Connection(file)
    [(before,)] = connection.rows(GENERATION)
    with connection.transaction() as db:
        db.execute(SET, (5,))
        assert connection.rows(GENERATION) == [(before,)]
    assert connection.rows(GENERATION) == [(5,)]
    connection.close()


def test_a_writer_waits_for_another_one(file: Path) -> None:
    """A transaction begins when that of another process has ended."""
    first, second = Connection(file), Connection(file)
    begun = threading.Event()

    def write() -> None:
        begun.set()
        with second.transaction() as db:
            db.execute(SET, (db.execute(GENERATION).fetchone()[0] + 1,))

    thread = threading.Thread(target=write)
    with first.transaction() as db:
        db.execute(SET, (5,))
        thread.start()
        begun.wait()
    thread.join()
    assert second.rows(GENERATION) == [(6,)]
    first.close()
    second.close()


def test_a_writer_does_not_wait_for_ever(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where another process does not end its transaction, the error says so."""
    first, second = Connection(file), Connection(file)
    monkeypatch.setattr("engine.library.connection._BUSY_S", 0)
    with first.transaction(), pytest.raises(LibraryError, match="locked"), second.transaction():
        pass
    first.close()
    second.close()


def test_a_broken_query_is_an_error_of_the_library(file: Path) -> None:
    """What SQLite refuses comes out typed, and so does any use after closing."""
    connection = Connection(file)
    with pytest.raises(LibraryError, match="cannot be read: no such table"):
        connection.rows("SELECT * FROM nowhere")
    connection.close()
    with pytest.raises(LibraryError, match="cannot be read"):
        connection.rows("SELECT 1")
    with pytest.raises(LibraryError, match="cannot be written"), connection.transaction():
        pass


def test_many_processes_may_open_a_new_library_at_once(file: Path) -> None:
    """Processes that start together make one library, and each of them can use it."""
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from engine.library.connection import Connection\n"
        "sys.stdin.readline()\n"
        "connection = Connection(Path(sys.argv[1]))\n"
        "print(connection.rows('PRAGMA user_version'))\n"
        "connection.close()\n"
    )
    children = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(file)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    assert [child.communicate(timeout=60) for child in children] == [(f"[({NEWEST},)]\n", "")] * 4
