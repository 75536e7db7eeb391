"""Words as the index has them: what FTS5 makes of a word, asked of FTS5 itself."""

import sqlite3
import threading
from collections.abc import Iterable
from functools import cache

from engine.english.abbreviations import IN_FULL
from engine.library.tokenizer import TOKENIZER

_KEPT = 20_000
"""Words whose stems are kept; beyond that all are forgotten and asked for again."""
_known: dict[str, list[str]] = {}
_lock = threading.Lock()


def stems(words: Iterable[str]) -> list[str]:
    """Return the stems of some words, in their order: `issues` → `issu`; of a word with a hyphen there are two."""
    asked = list(words)
    full = _in_full()
    with _lock:
        missing = list(dict.fromkeys(word for word in asked if word not in _known))
        if len(_known) + len(missing) > _KEPT:
            _known.clear()
            missing = list(dict.fromkeys(asked))
        _ask(missing)
        return [full.get(stem, stem) for word in asked for stem in _known[word]]


def in_full(stem: str) -> str:
    """Return the stem that an abbreviation or another spelling stands for; any other stem as it is."""
    return _in_full().get(stem, stem)


@cache
def _in_full() -> dict[str, str]:
    with _lock:
        _ask([*IN_FULL, *IN_FULL.values()])
        return {_known[short][0]: _known[long][0] for short, long in IN_FULL.items()}


def _ask(words: list[str]) -> None:
    if not words:
        return
    database = _database()
    database.execute("DELETE FROM asked")
    database.executemany("INSERT INTO asked (rowid, x) VALUES (?, ?)", enumerate(words))
    _known.update((word, []) for word in words)
    for stem, row in database.execute("SELECT term, doc FROM stems ORDER BY doc, offset"):
        _known[words[row]].append(stem)


@cache
def _database() -> sqlite3.Connection:
    database = sqlite3.connect(":memory:", check_same_thread=False)
    database.execute(f"CREATE VIRTUAL TABLE asked USING fts5 (x, tokenize = '{TOKENIZER}')")
    database.execute("CREATE VIRTUAL TABLE stems USING fts5vocab (asked, instance)")
    return database
