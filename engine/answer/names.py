"""What in a text looks like a name out of an API: calls, paths, addresses, statuses, scopes, headers, fields.

Only looks: whether there is such a thing is for `engine.answer.ground`. No pattern can run away: what one may take is
decided by the characters alone, so the work grows with the length of the text.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

METHODS = frozenset("GET PUT POST DELETE OPTIONS HEAD PATCH TRACE QUERY".split())

_METHOD = rf"(?:{'|'.join(sorted(METHODS))})"
_PATH = r"(?:/(?:[\w{}@$+%~.:=&*#-]|\([^()\s`]*\))+)+(?<=[\w{})])/?"
"""Segments as they are written in templates and in use: `{id}.json`, `@me`, `items('7')`; no full stop at the end."""
_URL = r"https?://[^\s`'\"<>()?#]*[^\s`'\"<>().,;:!?#/*]/?"
"""Up to the query, whose names are candidates of their own."""
_TARGET = rf"(?:{_URL}|{_PATH}|/(?![\w/]))"
_CALL = rf"(?:\b{_METHOD}|[`*]{{1,2}}{_METHOD}[`*]{{1,2}})\s+(?:{_TARGET}|[`*]{{1,2}}{_TARGET}[`*]{{1,2}})"

_BEFORE_STATUS = (
    r"\b(?:[Ss]tatus(?: codes?)?|[Cc]odes?|HTTP(?:/[\d.]+)?|[Rr]eturn(?:s|ed|ing)?|[Rr]espon(?:ds? with|se)|[Ee]rrors?"
    r"|[Ss]uccess|gets?|gives?|receives?|an?|or)(?: is| of|:)? [`*\"]{0,2}"
)
_AFTER_STATUS = (
    r"(?![\w%]|[.,]\d|[`*\"]{0,2}[ -](?!(?:and|as|because|but|code|errors?|for|from|if|in|instead|is|means|on|or"
    r"|response|status|then|to|unless|when|with"
    r"|ok|created|accepted|no|not|bad|unauthorized|forbidden|conflict|too|internal)\b)[a-z])"
)
"""A number that counts something is no status: `returns 200 characters`."""
_NOUN = r"(?:argument|attribute|field|header|key|parameter|property|scope|value)s?\b"

_KINDS = (
    rf"(?P<call>{_CALL})",
    rf"(?P<url>{_URL})",
    rf"(?P<path>(?<![\w/.<>~)}}\]]){_PATH})",
    r"(?P<number>\[\d{1,3}\])",
    rf"{_BEFORE_STATUS}(?P<status>[1-5](?:\d\d|XX)){_AFTER_STATUS}",
    r"(?<![\w.,-])(?P<reason>[1-5]\d\d)(?= (?:[A-Z][a-z]+|OK|[Rr]esponse|[Ee]rror|[Ss]tatus)\b)",
    r"(?P<scope>(?<![\w:-])[a-z][\w-]*(?::[a-z][\w.-]*)+(?<=\w))",
    r"(?P<header>(?<![\w-])(?:[Xx]-\w+(?:-\w+)+|X-[A-Z]\w+|[A-Z]\w*(?:-[A-Z]\w*)+(?= header)))",
    r"(?P<name>\b(?:[A-Za-z]\w*_\w+|[a-z]+\d*[A-Z]\w*)(?:\.\w+|\[\w*\])*|\b[A-Za-z_]\w*(?:\[\w*\])+(?:\.\w+|\[\w*\])*)",
    r"[?&](?P<query>[A-Za-z_][\w.\[\]-]*)(?==)",
    rf"[\"“](?P<quoted>[\w.\[\]$-]+)[\"”](?=\s?:| {_NOUN})",
)
_KEY = r"(?P<key>(?<![\w.$-])[A-Za-z_][\w.\[\]-]*)(?=\"?:\s|=)"
_CODE = r"`(?P<code>[^`\s](?:[^`\n]*[^`\s])?)`"
_CALLED = rf"(?P<called>(?<![\w-])\w[\w-]*)(?= {_NOUN})"
_IN_PROSE = re.compile("|".join((_KINDS[0], _CODE, *_KINDS[1:], _CALLED)))
_IN_CODE = re.compile("|".join((_KEY, *_KINDS)))

STATUS = re.compile(r"(?:HTTP(?:/[\d.]+)? )?([1-5](?:\d\d|XX))(?: [A-Z][\w' -]*)?")
"""A status with or without its reason, as it stands between backticks: `404 Not Found`."""
LITERAL = re.compile(r"-?\d+(\.\d+)?|true|false|null|[\"'].*[\"']")
"""A value, which is no name."""


class Candidate(NamedTuple):
    """A piece of text that looks like a name."""

    kind: str
    """`call`, `url`, `path`, `number`, `code`, `status`, …"""
    name: str
    start: int
    end: int
    """Where it is in the text; with its backticks, where it has them."""


def candidates(text: str, *, code: bool = False) -> Iterator[Candidate]:
    """Return what looks like a name, in order and without overlap.

    Args:
        text: A clause, or a line of code.
        code: It stands between backticks; `key: value` and `key=value` then name the key.
    """
    for match in (_IN_CODE if code else _IN_PROSE).finditer(text):
        kind = str(match.lastgroup)
        start, end = match.span() if kind == "code" else match.span(kind)
        yield Candidate(kind, match[kind], start, end)
