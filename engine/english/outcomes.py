"""Questions about how calls end, and about nothing else: `what does error 429 mean`, `why do I get 422`."""

import re
from functools import lru_cache
from http import HTTPStatus
from typing import NamedTuple

from engine.english.intents import statuses
from engine.english.mentions import is_error

_LONGEST = 4_000
"""Characters of a question that are read: what was pasted behind it says no more of the status."""
_FEW = 3
"""Words besides, which may be the name of an API; more are about something else."""
_SAYS = re.compile(
    r"\b(?:errors?|status(?:es)?|codes?|https?|means?|meaning|why|respon\w+|fail\w*)\b|[{]", re.IGNORECASE
)
"""What is in a question about a status, beside its number: `get 200` is about 200 things."""
_CALL = re.compile(r"\b(?:GET|PUT|POST|PATCH|DELETE|HEAD|OPTIONS)\b|(?<![\w/])/\w")
_BODY = re.compile(r"[{\[].*[}\]]|[{\[].*$", re.DOTALL)
_SENTENCE = re.compile(r":\s*\[?\s*\"(?:[^\s\"]+\s+){3,}[^\s\"]+\"")
"""A message of four words or more, which says of which call it is: `"Branch cannot be merged"`."""
_KEY = re.compile(r"[\"'](\w+)[\"']\s*:")
_WORD = re.compile(r"[^\W\d_][\w'\u2019-]*(?:\.[\w-]+)*")
_FILLERS = frozenset(
    "a about all always am an and any api apis are at back be because by call called calls can cause caused causes code"
    " codes come comes could deal did do does document documented documents error errors exactly explain fail failed"
    " failing fails fix for from get gets getting give gives giving got handle happen happened happens has have help"
    " here"
    " how http https i if in is it its keep keeps kind mean meaning means me my no not now of off on or our please"
    " reason"
    " receive received receiving request requests respond responds response responses result return returned returning"
    " returns say says see seeing send sends server should show shown so solve some stand stands status statuses still"
    " suddenly tell that the their them there these they this those throw throws to us was we were what what's when"
    " where which why will with would you your".split()
)
"""Words that say nothing of which call is meant."""


_CASE = re.compile(
    r"\b(?:if|unless|when|why|happens?|fail\w*|errors?|reject\w*|refus\w*|den(?:y|ied|ies)|conflict\w*|status(?:es)?|codes?"
    r"|already|exists?|gone|missing|invalid|wrong|allowed|busy|empty|twice)\b",
    re.IGNORECASE,
)
"""What speaks of how a call may end otherwise than well."""


def asks_for_failure(question: str) -> bool:
    """Tell whether a question may be about how a call fails: `what happens if …`, `why is it refused`."""
    return bool(_CASE.search(question) or statuses(question))


class OfStatus(NamedTuple):
    """A question about statuses."""

    statuses: tuple[str, ...]
    rest: str
    """Words besides, which may name an API."""
    fields: tuple[str, ...]
    """Names of fields in the body of an error that was pasted."""


@lru_cache(256)
def of_status(question: str) -> OfStatus | None:
    """Return of which statuses a question is, where it names no call; None where it is about something else."""
    text = question[:_LONGEST]
    asked = tuple(statuses(text))
    if not asked or _CALL.search(text) or not (_SAYS.search(text) or is_error(text)):
        return None
    body = _BODY.search(text)
    if body and _SENTENCE.search(body[0]):
        return None
    said = text.replace(body[0], " ") if body else text
    known = _FILLERS | {word for status in asked for word in phrase(status).lower().split()}
    rest = [word for word in _WORD.findall(said) if word.lower().replace("\u2019", "'") not in known]
    if len(rest) > _FEW:
        return None
    return OfStatus(asked, " ".join(rest), tuple(dict.fromkeys(_KEY.findall(body[0]))) if body else ())


def phrase(status: str) -> str:
    """Return the reason phrase of a status (RFC 9110, section 15): `Too Many Requests`; or an empty text."""
    return HTTPStatus(int(status)).phrase if status.isdigit() and int(status) in _KNOWN else ""


def explained(status: str) -> str:
    """Return what HTTP itself says of a status, beside its phrase; or an empty text."""
    return HTTPStatus(int(status)).description if status.isdigit() and int(status) in _KNOWN else ""


_KNOWN = frozenset(map(int, HTTPStatus))
