"""How a question calls an API by its name."""

import re

from engine.english.function_words import BEFORE_A_NAME, JOINTS

MARKS = "".join(map(chr, range(0xE000, 0xE020)))
"""Signs that stand in a question where it calls an API by name, while it is taken apart: characters of no script, for
private use (Unicode 15, 23.5). More names than that are no question."""

_THING = (
    r"(?:operations?|endpoints?|calls|methods|routes?|webhooks?|schemas?|tags?|paths?|scopes?|models|types|parameters?)"
)
_BEFORE = re.compile(
    rf"\b(?:{'|'.join(BEFORE_A_NAME)}|does|do|by|between|and|or|than)\s+(?:(?:the|both|either)\s+)?$|,\s*$",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"\b(?:about|for|on|under|in|of|around|regarding|concerning|related to|dealing with|tagged|with|tag|category)\s+"
    r"(?:the\s+|an?\s+)?$", re.IGNORECASE
)  # fmt: skip
_SIGNS = re.compile(
    rf"^(?:['\u2019]s?\b|\s+(?:rest\s+|web\s+)?api\b|\s+(?:(?:api|deprecated|[A-Z]+)\s+)?{_THING}\b)", re.IGNORECASE
)
_THINGS = re.compile(rf"^\s+{_THING}\b", re.IGNORECASE)
_LONGEST_JOINT = 12
"""Letters in which the last word of a clause is looked for; all joints are shorter."""
_API = re.compile(r"\b(?:apis?|specs?|specifications?|documentation|here|library)\b", re.IGNORECASE)


def is_called(text: str, start: int, end: int) -> bool:
    """Tell whether words of a question stand where the name of an API does: `in GitHub`, `GitHub's`, `GitHub API`."""
    return bool(_BEFORE.search(text[:start]) or _SIGNS.match(text[end:]))


def begins_clause(before: str) -> bool:
    """Tell whether what comes after some words begins a clause: `then in GitHub, …`."""
    last = re.findall(r"[\w'-]+|[^\w\s]", before[-_LONGEST_JOINT:])[-1:]
    return not last or last[0].lower() in JOINTS or last[0] in ".:!?"


def is_topic(text: str, start: int, end: int) -> bool:
    """Tell whether words of a question stand where the name of a group does: `about issues`, `issue operations`."""
    return bool(_ABOUT.search(text[:start]) or _THINGS.match(text[end:]))


def names_api(question: str) -> bool:
    """Tell whether a question says that it is about an API."""
    return bool(_API.search(question))
