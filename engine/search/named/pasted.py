"""What a question has that was pasted from code, a log or a browser: addresses, paths, identifiers, literals."""

import re
from collections.abc import Iterator
from itertools import chain, islice
from typing import NamedTuple

from engine.english.verbs import BEGIN_NAMES
from engine.english.words import words

PUNCTUATION = "?.,;:!\"'`\u2018\u2019\u201c\u201d«»()[]<>"
"""What stands around a reference in a sentence and is not part of it."""
_GAP = "\f"
"""White space that no question has."""
_MAX_TARGETS = 8
_MAX_WORDS = 50
_MAX_LITERALS = 20
"""What is looked up of one paste: references, words and quoted strings. More are a log, not a question."""
_MAX_LITERAL = 200
"""Characters of a quoted string that is looked for as one phrase."""

_METHOD = "GET|PUT|POST|DELETE|OPTIONS|HEAD|PATCH|TRACE|QUERY|RPC"
_TARGET = re.compile(
    r"""
    (?: (?:\b[a-z][a-z0-9+.-]{1,11}:|(?<![\w:/]))//(?P<host>[^\s/?\#"'`<>()]*)
      | (?<![\w@/.:-])(?P<bare>(?:[a-z0-9-]+\.)+[a-z]{2,10}(?::\d+)?)(?=/)  # an address without its scheme
      | (?<![\w/.:\\)\]<>*-])(?:\$\w+(?=/))?  # a path, or one after a variable of the shell
    )
    (?P<path>/(?:\{[^{}\n]{0,80}\}|<\w+>|[^\s"`<>\\^|])*)?
    """,
    re.VERBOSE,
)
_METHOD_BEFORE = re.compile(
    rf"(?i:-X\s*|--request[\s=]+|\bmethod\W{{1,4}}|\.|\bhttps?\s+)['\"]?(?P<option>(?i:{_METHOD}))\b"
    rf"|\b(?P<plain>{_METHOD})\b"
    rf"|\b(?P<beside>(?i:{_METHOD}))[\s\"'`\]]+$"
)
_METHOD_AFTER = re.compile(rf"(?i:-X\s*|--request[\s=]+|\bmethod\W{{1,4}})['\"]?((?i:{_METHOD}))\b")
_SENDS = re.compile(r"\s(?:-d|--data[\w-]*|--json|-F|--form)\b")
_NEXT_COMMAND = re.compile(r"\bcurl\b|&&|[;\n]")
_HOST = re.compile(r"\bhost\s?[:=]\s?[\"']?([\w.-]+)", re.IGNORECASE)
_BARE_PATH = re.compile(r"\s*\w[^\s/]*/\S+\s*")
_KEY = re.compile(rf"\b({_METHOD}|SEND|RECEIVE|PUBLISH|SUBSCRIBE)\s+([^\s/\"'`]\S*)")
_CODE_SPAN = re.compile(r"`([^`\n\f]+)`")
_WORD = re.compile(r"[^\s,;\"'`\u2018\u2019\u201c\u201d«»]+")
_MIN_RUN_TOGETHER = 9
"""Letters from which on a word without marks that begins with a verb is an identifier: `getwallet`, not `getting`."""
_LITERAL = re.compile(
    r"\"(?P<double>[^\"\n]+)\"|`(?P<code>[^`\n]+)`|\u201c(?P<curly>[^\u201d\n]+)\u201d"
    r"|(?<![\w/.-])(?P<name>[A-Za-z][A-Za-z0-9]*(?:[_.-][A-Za-z0-9]+)*)(?![\w/])"
)
_HEADER = re.compile(r"[A-Z][A-Za-z0-9]*(?:-[A-Z][A-Za-z0-9]*)+|[Xx](?:-[A-Za-z0-9]+)+")
_CODE = re.compile(r"[A-Za-z0-9]+(?:_[A-Za-z0-9]+)+|[a-z]+[a-z0-9]*[A-Z]\w*|(?:[a-z]\w+\.)+[a-z]\w+")


class Target(NamedTuple):
    """An address or a path in a question."""

    start: int
    end: int
    host: str
    """In lower case; empty where only a path is given."""
    paths: tuple[str, ...]
    """The path with query and fragment as written, then without what may stand around it."""
    method: str
    """`GET`, …; empty where nothing tells it."""
    likely: str
    """The method that a client takes where none is told."""


class Word(NamedTuple):
    """What may be an identifier in a question."""

    start: int
    text: str


def targets(question: str) -> list[Target]:
    """Return the addresses and paths of a question, in their order."""
    matches = [match for match in _TARGET.finditer(question) if match["path"] or match["host"]][:_MAX_TARGETS]
    named = _HOST.search(question)
    found = []
    if not matches and _BARE_PATH.fullmatch(question):
        return [Target(0, len(question), "", _readings(f"/{question.strip()}", ""), "", "GET")]
    for number, match in enumerate(matches):
        before = question[matches[number - 1].end() if number else 0 : match.start()]
        after = question[match.end() : matches[number + 1].start() if number + 1 < len(matches) else None]
        after = _NEXT_COMMAND.split(after, maxsplit=1)[0]
        host = match["host"] or match["bare"] or (named[1] if named else "")
        sends = "curl" in before and _SENDS.search(f"{before} {after}")
        found.append(
            Target(
                start=match.start(),
                end=match.end(),
                host=host.rpartition("@")[2].partition(":")[0].strip(".").lower(),
                paths=_readings(match["path"] or "/", before[-1:]),
                method=_method(before, after),
                likely="POST" if sends else "GET",
            )
        )
    return found


def _readings(path: str, opened: str) -> tuple[str, ...]:
    """Return a path as written, cut where a quote closes that was opened before it, and without punctuation."""
    cut = path
    if opened == "'":
        path, cut = path.removesuffix("'"), path.partition("'")[0]
    return tuple(dict.fromkeys((path, cut, cut.rstrip(PUNCTUATION) or "/")))


def _method(before: str, after: str) -> str:
    told = [next(filter(None, match.groups())) for match in _METHOD_BEFORE.finditer(before)]
    told = told[-1:] or _METHOD_AFTER.findall(after)[:1]
    return told[0].upper() if told else ""


def identifiers(question: str, taken: list[Target]) -> Iterator[Word]:
    """Yield what may be an operationId or a key, with what stands around it taken off.

    A plain word counts only between backticks: an operation may be called `search`, but a sentence that has this word
    in it does not speak of that operation, nor does an answer in JSON that has it as a key.

    Args:
        question: What the user typed.
        taken: The addresses and paths in it, which are nothing else.
    """
    for match in _KEY.finditer(question):
        yield Word(match.start(), f"{match[1]} {match[2].rstrip(PUNCTUATION)}")
    rest = _without(question, taken)
    words_made = (
        Word(match.start(), text)
        for match in _WORD.finditer(rest)
        if (text := match[0].strip(PUNCTUATION + "{}")) and looks_made(text)
    )
    quoted = (Word(match.start(), match[1].strip()) for match in _CODE_SPAN.finditer(rest))
    yield from islice(chain(quoted, words_made), _MAX_WORDS)


def _without(question: str, taken: list[Target]) -> str:
    """Return the question with `_GAP` in the place of addresses and paths."""
    for target in taken:
        question = question[: target.start] + _GAP * (target.end - target.start) + question[target.end :]
    return question


def looks_made(word: str) -> bool:
    """Tell whether a word is put together as identifiers are, and not one of a language."""
    parts = [part for part in words(word) if part.isalpha()]
    run_together = len(word) >= _MIN_RUN_TOGETHER and word.lower().startswith(BEGIN_NAMES)
    return len(parts) > 1 or run_together


def literals(question: str) -> tuple[str, ...]:
    """Return what looks copied from code or an answer, for search to look for as phrases.

    Names of headers (`X-Idempotency-Key`), names and codes (`resource_already_exists`, `perPage`, `card.declined`) and
    quoted strings, each once, in their order; no addresses and no paths.
    """
    found: dict[str, None] = {}
    for match in _LITERAL.finditer(_without(question, targets(question))):
        quoted = match["double"] or match["code"] or match["curly"]
        name = match["name"]
        if (quoted and _GAP not in quoted) or (name and (_HEADER.fullmatch(name) or _CODE.fullmatch(name))):
            found[(quoted or name).strip()[:_MAX_LITERAL]] = None
    return tuple(filter(None, list(found)[:_MAX_LITERALS]))
