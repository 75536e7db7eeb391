"""The SQLite file: opening, migrating, transactions. No other module connects."""

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

from engine.errors import LibraryError
from engine.settings import private_folder
from engine.specs.routes import route_of_key

_T = TypeVar("_T")

_BUSY_S = 10.0
"""Seconds to wait for another process that is writing."""
_RETRY_S = 0.005
"""Between two tries for its lock. SQLite's own waiting tries less and less often, down to every 0.1 s: who has waited
long was measured to wait for seconds, while those who came later wrote."""


class Connection:
    """A reader and a writer on one SQLite file, each usable from any thread.

    Two, because in WAL mode a reader does not wait for a writer: search goes on while a document is added.

    Args:
        path: The file; it and its folder are made (0600, 0700) when missing.

    Raises:
        LibraryError: The file cannot be opened, is no library, or comes from a newer specdeck.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._write_lock = threading.RLock()
        self._read_lock = threading.Lock()
        with ExitStack() as opened:
            try:
                private_folder(path.parent)
                os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
                self._writer = opened.enter_context(closing(self._connect()))
                _set_up(self._writer)
                self._writer.create_function("route_of_key", 1, route_of_key)  # for a step of the schema
                self._migrate()
                self._writer.execute("PRAGMA busy_timeout = 0")  # `_begin` waits.
                self._reader = opened.enter_context(closing(self._connect()))
                _set_up(self._reader)
            except (sqlite3.Error, OSError) as error:
                raise LibraryError(
                    f"The library {path} cannot be opened: {error}",
                    hint="Check the file's permissions, or move it away to start with an empty library",
                ) from error
            opened.pop_all()  # Both stay open from here on.

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self.path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)

    def _migrate(self) -> None:
        scripts = sorted(
            (entry for entry in resources.files("engine.library.migrations").iterdir() if entry.name.endswith(".sql")),
            key=lambda entry: entry.name,
        )
        version = self._version()
        if version > len(scripts):
            raise LibraryError(
                f"The library {self.path} was made by a newer specdeck", hint="Update specdeck, or use another library"
            )
        if version == len(scripts):
            return
        self._writer.execute("BEGIN IMMEDIATE")
        try:
            # Another process may have migrated while this one waited for the lock.
            for script in scripts[self._version() :]:
                for statement in _statements(script.read_text(encoding="utf-8")):
                    self._writer.execute(statement)
            self._writer.execute(f"PRAGMA user_version = {len(scripts)}")
            self._writer.execute("COMMIT")
        except BaseException:
            self._writer.execute("ROLLBACK")
            raise

    def _version(self) -> int:
        return int(self._writer.execute("PRAGMA user_version").fetchone()[0])

    def rows(self, sql: str, parameters: tuple[Any, ...] = ()) -> list[Any]:
        """Return all rows of a query.

        Raises:
            LibraryError: The file cannot be read.
        """
        try:
            with self._read_lock:
                return self._reader.execute(sql, parameters).fetchall()
        except sqlite3.Error as error:
            raise LibraryError(f"The library {self.path} cannot be read: {error}") from error

    def read(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        """Return what `work` reads, in several queries that see the same state.

        Raises:
            LibraryError: The file cannot be read.
        """
        try:
            with self._read_lock:
                self._reader.execute("BEGIN")
                try:
                    return work(self._reader)
                finally:
                    self._reader.execute("COMMIT")
        except sqlite3.Error as error:
            raise LibraryError(f"The library {self.path} cannot be read: {error}") from error

    @contextmanager
    def transaction(self, patience_s: float = _BUSY_S) -> Iterator[sqlite3.Connection]:
        """Give the writing connection inside a transaction: all of it is kept, or nothing.

        Args:
            patience_s: Seconds to wait while another process is writing, or another thread of this one.

        Raises:
            LibraryError: The file cannot be written.
        """
        with self._writing(patience_s):
            try:
                self._begin(patience_s)
                try:
                    yield self._writer
                    self._writer.execute("COMMIT")
                except BaseException:
                    if self._writer.in_transaction:
                        self._writer.execute("ROLLBACK")
                    raise
            except sqlite3.Error as error:
                raise LibraryError(
                    f"The library {self.path} cannot be written: {error}", hint="Check the free space and try again"
                ) from error

    @contextmanager
    def _writing(self, patience_s: float) -> Iterator[None]:
        """Hold the lock of the writing connection; who has patience with other processes waits for any thread."""
        if not self._write_lock.acquire(timeout=patience_s if patience_s < _BUSY_S else -1):
            raise LibraryError(f"The library {self.path} is being written", hint="Try again")
        try:
            yield
        finally:
            self._write_lock.release()

    def _begin(self, patience_s: float) -> None:
        end = time.monotonic() + patience_s
        while True:
            try:
                self._writer.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                    raise
                time.sleep(_RETRY_S)
            else:
                return

    def close(self) -> None:
        """Close both connections; an open query ends first."""
        with self._read_lock:
            self._reader.close()
        with self._write_lock:
            self._writer.close()


def _set_up(connection: sqlite3.Connection) -> None:
    for setting in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON", "secure_delete = ON"):
        connection.execute(f"PRAGMA {setting}")


def _statements(script: str) -> Iterator[str]:
    """Split a script into statements; `executescript` would commit the transaction that they belong to."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
