"""An error that was pasted: its status, its message, and what was called."""

import re

import msgspec

from engine.text import clean_line

_LONGEST = 160
"""Characters of a message that are asked for: a long one is a stack trace."""
_METHOD = r"GET|PUT|POST|DELETE|OPTIONS|HEAD|PATCH|TRACE"
_CALLED = re.compile(
    rf"(?:\b(?P<method>{_METHOD})\b[\s\"':,]{{1,4}}(?:url\W{{1,4}})?)?(?:https?://[^\s/\"'<>()]+(?P<at>/[^\s\"'<>(),;]*)"
    r"|(?<![\w/.:<])(?P<path>/(?!/)[\w{}:@%.~-]+(?:/[\w{}:@%.~-]*)*))"
)
_METHOD_ALONE = re.compile(rf"(?:\bmethod\W{{1,4}}|-X\s*|--request[\s=]+|\.)['\"]?({_METHOD})\b", re.IGNORECASE)
_STATUSES = (
    re.compile(r"\bHTTP/\d(?:\.\d)?\"?\s+([1-5]\d\d)\b"),
    re.compile(r"\bstatus(?:[ _-]?code)?\W{1,5}([1-5]\d\d)\b", re.IGNORECASE),
    re.compile(r"\b(?:error|code|failed|returned|response|got)\b[^\n\d]{0,24}\b([45]\d\d)\b", re.IGNORECASE),
    re.compile(r"(?<![\w./:-])([45]\d\d)\b(?=[\s:,\"')}\]-]|$)"),
)
"""The surer the sooner: what a protocol or a field says before a number that only stands there."""
_MESSAGE = re.compile(
    r"(?i:[\"']?\b(?:message|error_description|error_message|errorMessage|detail|msg|reason|title|error)\b[\"']?\s*[:=]\s*)"
    r"(?:\"(?P<quoted>(?:\\.|[^\"\\\n])+)\"|'(?P<single>[^'\n]+)'|(?P<bare>[A-Za-z][^\n{}\[\]\"]+))"
)
_AFTER_STATUS = re.compile(r"\b[45]\d\d\b[ :-]{1,3}(?P<words>[A-Z][A-Za-z' -]{2,60})")


class PastedError(msgspec.Struct, frozen=True, kw_only=True):
    """What an error says, as far as it can be told; what it does not say is empty."""

    status: str = ""
    method: str = ""
    path: str = ""
    message: str = ""

    @property
    def question(self) -> str:
        """What it asks for; empty where nothing was found in it."""
        if self.path:
            called = f"{self.method} {self.path}".strip()
            why = f"why error {self.status}".rstrip()
            return f"{why} from {called}: {self.message}".rstrip(": ")
        return f"what does {self.status} mean" if self.status else self.message and f"why the error: {self.message}"


def pasted_error(text: str) -> PastedError:
    """Return what an error that was pasted says: from a log, a terminal, a browser or a response."""
    called = next((one for one in _CALLED.finditer(text) if one["method"]), None) or _CALLED.search(text)
    alone = _METHOD_ALONE.search(text)
    method = (called and called["method"]) or (alone[1] if alone else "")
    path = (called["at"] or called["path"]) if called else ""
    return PastedError(
        status=next((found[1] for pattern in _STATUSES if (found := pattern.search(text))), ""),
        method=method.upper() if path else "",
        path=path.partition("?")[0].partition("#")[0].rstrip(".:"),
        message=_message(text),
    )


def _message(text: str) -> str:
    if found := _MESSAGE.search(text):
        said = found["quoted"] or found["single"] or found["bare"]
    elif found := _AFTER_STATUS.search(text):
        said = found["words"]
    else:
        return ""
    return clean_line(said)[:_LONGEST]
