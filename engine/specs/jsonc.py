"""JSON as people write it: with comments, and with commas before the ends of lists and objects."""

import re

from engine.specs.yaml12 import Noted

_STRING = r'"(?:\\.|[^"\\])*+"'
_COMMENT = re.compile(rf"(?P<text>{_STRING})|//[^\n]*|/\*.*?\*/", re.DOTALL)
_COMMA = re.compile(rf"(?P<text>{_STRING})|,(?=\s*[}}\]])", re.DOTALL)
_SIGN = re.compile(r"[^\n]")


def strict(text: str, noted: Noted) -> str:
    """Return a text in JSON without what JSON does not allow; blanks stand there, so that all places stay the same.

    Args:
        text: The text.
        noted: Told of the first comment and the first needless comma.
    """
    bare = _blanked(text, _COMMENT, "has comments, which JSON does not know; it is read without them", noted)
    return _blanked(bare, _COMMA, "has a comma after the last part of a list or object; it is read without it", noted)


def _blanked(text: str, what: re.Pattern[str], message: str, noted: Noted) -> str:
    first = next((match.start() for match in what.finditer(text) if match["text"] is None), None)
    if first is None:
        return text
    noted("", message, text.count("\n", 0, first) + 1)
    return what.sub(lambda match: match[0] if match["text"] else _SIGN.sub(" ", match[0]), text)
