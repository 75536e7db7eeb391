"""What a question names outright: an operationId, a key, or a path, also one with its ids filled in.

No embedding and no ranking by words: these are lookups.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from engine.english.words import words
from engine.library.lookup import by_letters, called
from engine.library.store import Library
from engine.search.named.pasted import PUNCTUATION, Word, identifiers, looks_made, targets
from engine.search.named.paths import on_path

_MAX_NAMED = 50
"""Operations that one reference stands for."""


def named(library: Library, question: str, spec: str | None) -> list[int]:
    """Return the rowids of the entries that a question names, best first.

    Where it names several, the best of each come first, in the order of the question.

    Args:
        library: The library.
        question: What the user typed.
        spec: Only entries of this spec, where given.

    Raises:
        LibraryError: The library cannot be read.
    """
    whole = _by_whole(library, question, spec)
    if whole:
        return whole[:_MAX_NAMED]
    pasted = targets(question)
    found = [(target.start, on_path(library, target, spec)) for target in pasted]
    found += _by_identifier(library, list(identifiers(question, pasted)), spec)
    lists = [rowids[:_MAX_NAMED] for _, rowids in sorted(found)]
    turns = [rowid for turn in zip_longest(*lists) for rowid in turn if rowid is not None]
    return list(dict.fromkeys(turns))


def _by_whole(library: Library, question: str, spec: str | None) -> list[int]:
    """Return the entries whose key or operationId is all that the question has, however its words are joined."""
    written = question.strip()
    stripped = written.strip(PUNCTUATION)
    spaced = bool(re.search(r"\s", stripped))
    for name in dict.fromkeys((written, stripped)):
        found = called(library, [name], spec) if name else []
        # An operation may be called `List issues`, which is also what people type who know of no operation.
        if rowids := [rowid for rowid, known in _by_case(found, name) if known == name or not spaced]:
            return rowids
    if not stripped or spaced:
        return []
    letters = re.sub(r"[-_/.]", "", stripped).lower()
    return by_letters(library, letters, spec)


def _by_identifier(library: Library, asked: Sequence[Word], spec: str | None) -> Iterator[tuple[int, list[int]]]:
    """Yield where an identifier stands in the question, and what it names."""
    rows = called(library, [word.text for word in asked], spec) if asked else []
    for word in asked:
        found = [row for row in rows if row[1].lower() == word.text.lower() and _made_alike(row[1], word.text)]
        yield word.start, [rowid for rowid, _ in _by_case(found, word.text)]


def _by_case(rows: Iterable[tuple[int, str]], name: str) -> list[tuple[int, str]]:
    return sorted(rows, key=lambda row: row[1] != name)


def _made_alike(stored: str, written: str) -> bool:
    """Tell whether two names that differ in case at most are the same words: `OAuth2` in a sentence is no `oauth2`."""
    parts = words(written)
    if len(parts) == 1:
        return stored == written or looks_made(written)
    return not written.isalnum() or words(stored) == parts or sum(map(str.isalpha, parts)) == 1
