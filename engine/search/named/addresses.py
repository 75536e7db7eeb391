"""References as specdeck prints them: a question that has one is about that very operation, whatever else it says."""

import re
from collections.abc import Iterator
from itertools import zip_longest
from typing import NamedTuple

from engine.library.records import Entry
from engine.library.store import Library
from engine.search.named.pasted import PUNCTUATION, Target, identifiers, looks_made, targets
from engine.search.named.references import named
from engine.specs.model import Operation

_PREFIX = re.compile(r"(?<![\w./:@{-])(?P<spec>\w[\w.-]{0,63})(?:@\d{1,9})?:(?=\s?\S)")
"""What may be the name of a spec before an operation of it, with or without the number of a version."""
_CALL = re.compile(r"\s?[A-Za-z]{3,11}\s+/[^\s\"'`]*|\s?/[^\s\"'`]*|[A-Z]{3,11} [^\s\"'`]+|[^\s,;\"'`]+")
"""`METHOD /path`, a path, `SEND channel`, or a name, which stands close to the colon."""
_MAX_PREFIXED = 8
"""References of one question that are looked up; a paste of more is a list, not a question."""


class Addressed(NamedTuple):
    """What a question names outright."""

    rowids: list[int]
    """The entries, best first."""
    alone: bool = False
    """Whether nothing else is asked for: they are named by a reference, not by a word that happens to be a name."""
    missing: str = ""
    """A reference that names nothing; empty where there is none. `rowids` then has what is on its path."""
    spec: str | None = None
    """The only spec that references speak of, where they say so."""


def addressed(library: Library, question: str, spec: str | None) -> Addressed:
    """Return what a question names outright.

    Args:
        library: The library.
        question: What the user typed.
        spec: Only entries of this spec, where given.

    Raises:
        LibraryError: The library cannot be read.
    """
    if prefixed := list(_prefixed(library, question))[:_MAX_PREFIXED]:
        return _of_specs(library, prefixed, spec)
    rowids = named(library, question, spec)
    pasted = targets(question)
    calls = [target for target in pasted if target.method and not target.host]
    first = _first(library, rowids)
    if first is None:
        whole = question.strip(PUNCTUATION + " ")
        return Addressed(rowids, missing=_written(calls[0]) if calls else whole if whole[:1] == "/" else "")
    if calls and not _has_method(first, calls[0]):
        return Addressed(rowids, missing=_written(calls[0]))
    return Addressed(rowids, alone=bool(pasted) or _is_called(first, question))


def _prefixed(library: Library, question: str) -> Iterator[tuple[str, str]]:
    """Yield the references with the name of a spec before them: the name, and the rest."""
    for match in _PREFIX.finditer(question):
        name = next((name for name in (match["spec"], match["spec"].lower()) if library.has_spec(name)), None)
        call = _CALL.match(question, match.end())
        if name and call and (text := call[0].strip().rstrip(PUNCTUATION)):
            yield name, text


def _of_specs(library: Library, prefixed: list[tuple[str, str]], spec: str | None) -> Addressed:
    lists, missing = [], ""
    for name, text in prefixed:
        rowids = named(library, text, name) if spec in (None, name) else []
        first = _first(library, rowids)
        lists.append(rowids)
        if first is None or not all(_has_method(first, target) for target in targets(text)):
            missing = missing or text
    turns = [rowid for turn in zip_longest(*lists) for rowid in turn if rowid is not None]
    (only, *others) = {name for name, _ in prefixed}
    return Addressed(list(dict.fromkeys(turns)), not missing, missing, None if others else only)


def _first(library: Library, rowids: list[int]) -> Entry | None:
    return next(iter(library.entries(rowids[:1])), None) if rowids else None


def _written(target: Target) -> str:
    return f"{target.method} {target.paths[-1]}"


def _has_method(entry: Entry, target: Target) -> bool:
    return not target.method or (isinstance(entry.item, Operation) and entry.item.method.upper() == target.method)


def _is_called(entry: Entry, question: str) -> bool:
    """Tell whether an entry has a name of the question that is no plain word, letter by letter."""
    item = entry.item
    names = {item.key.lower(), item.operation_id.lower() if isinstance(item, Operation) else ""}
    written = [word.text for word in identifiers(question, [])]
    return any(word.lower() in names and (" " in word or looks_made(word)) for word in written)
