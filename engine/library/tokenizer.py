"""Texts as words: what FTS5 makes of them, in memory. Nothing is looked up in a table of FTS5."""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing

TOKENIZER = "porter unicode61 remove_diacritics 2"
"""Splits at what is no letter and no digit, takes accents off, and cuts English endings (Porter, 1980)."""
COLUMNS = ("identifier", "tail", "summary", "tags", "description", "inputs", "outputs", "notes")
"""Kinds of words that an entry has."""
SHIFT = 8
"""Occurrences are given as `entry * SHIFT + column`."""


def occurrences(rows: Iterable[Sequence[str]]) -> list[tuple[str, str]]:
    """Return every word of some texts as its stem, in order, with all places where it occurs.

    Args:
        rows: The texts of each entry, one for each of `COLUMNS`.

    Returns:
        Stem, and its places joined by commas: SQLite puts many together faster than Python takes them one by one.
    """
    # Columns are called by their numbers, so that a place is a sum.
    columns = ", ".join(f'"{number}"' for number in range(len(COLUMNS)))
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        db.execute(f"CREATE VIRTUAL TABLE words USING fts5 ({columns}, content = '', tokenize = '{TOKENIZER}')")
        db.execute("CREATE VIRTUAL TABLE occurring USING fts5vocab (words, instance)")
        db.execute("BEGIN")  # Else the index would be written after every row.
        marks = ", ?" * len(COLUMNS)
        db.executemany(
            f"INSERT INTO words (rowid, {columns}) VALUES (?{marks})",  # noqa: S608
            ((entry, *texts) for entry, texts in enumerate(rows)),
        )
        db.execute("COMMIT")
        return db.execute(
            f"SELECT term, group_concat(doc * {SHIFT} + col) FROM occurring GROUP BY term"  # noqa: S608
        ).fetchall()
