"""What tells the files of tools that send requests from other texts: by their content, which has no mark of a format.

Only where the content is words as well as requests, as in notes about an API, the name of the file decides.
"""

import re
from pathlib import PurePosixPath

from engine.specs.recordings.http import METHODS

_PREAMBLE = (
    r"(?>\s+|\#[^\n]*|//[^\n]*|@[\w.-]+[ \t]*=[^\n]*"
    r"|<[ \t]*\{%(?:[^%]|%(?!\}))*+(?:%\}|\Z)|<[ \t]+[^\n]*|(?:import|run)[ \t][^\n]*)*+"
)
_HTTP = re.compile(
    rf"{_PREAMBLE}(?:{METHODS})[ \t]+(?:(?:https?|wss?)://|\{{\{{)[^\n]*|"
    rf"{_PREAMBLE}(?:{METHODS})[ \t]+/\S*(?:[ \t]+HTTP/\d(?:\.\d)?[ \t]*$|[ \t]*\n[\w-]+:[ \t]*\S)",
    re.DOTALL | re.MULTILINE,
)
"""Begins with a request: to an address or a variable, or to a path with a version of HTTP or a header."""
_HTTP_NAMED = re.compile(
    rf"{_PREAMBLE}(?:(?:{METHODS})[ \t]+\S|(?:https?://|\{{\{{)\S+[ \t]*$)", re.DOTALL | re.MULTILINE
)
_BODY = re.compile(r"(?:\n[ \t]+[?&/#][^\n]*|\n[^\s:]+:[^\n]*|\n(?:#|//)[^\n]*)*+\n(?:[ \t]*\n)++(?P<body>[^\n]*)")
"""What follows the first line of a request: headers, and the first line of its body."""
_NO_WORDS = re.compile(r"\s*(?:[{\[<>&\"@\#%]|//|--|\?\?|$|[\w.%+*\[\]-]+=|(?:query|mutation|subscription|fragment)\b)")
"""How a body begins that is no prose."""
_LINE_OF_REQUEST = re.compile(rf"^(?:{METHODS})[ \t]+\S[^\n]*", re.MULTILINE)
_FENCE = re.compile(r"^(?:```|~~~)", re.MULTILINE)
_HURL = re.compile(r"(?>\s+|\#[^\n]*)*+[A-Z]+[ \t]+(?:https?://|\{\{)\S[^\n]*")
_HURL_MARK = re.compile(
    r"^(?:HTTP(?:/(?:\d(?:\.\d)?|\*))?[ \t]+(?:\d{3}|\*)|\[(?:Query(?:StringParams)?|Form(?:Params)?"
    r"|Multipart(?:FormData)?|Cookies|BasicAuth|Options|Captures|Asserts)\])[ \t]*(?:\#[^\n]*)?$",
    re.MULTILINE,
)
_BRU = re.compile(
    r"\s*(?:meta|get|post|put|delete|patch|options|head|connect|trace|http|grpc|ws|vars(?::[\w-]+)?|headers|auth(?::[\w-]+)?"
    r"|query|params:\w+)[ \t]*(?:\{[ \t]*\n(?:[ \t]*\}|[ \t]+~?[\"\w.@{}$-]+[ \t]*:)|\[[ \t]*\n)"
)


def form_of(text: str, name: str) -> str:
    """Return the module that reads a text, or nothing where it is no such file.

    Args:
        text: The text.
        name: Name of the file; see above.
    """
    suffix = PurePosixPath(name).suffix.lower()
    if _BRU.match(text):
        return "recordings.bru"
    if _HURL.match(text) and (suffix == ".hurl" or _HURL_MARK.search(text)):
        return "recordings.hurl"
    if suffix in (".http", ".rest"):
        return "recordings.http" if _HTTP_NAMED.match(text) else ""
    return "recordings.http" if _HTTP.match(text) and not _has_words(text) else ""


def _has_words(text: str) -> bool:
    """Tell whether something behind the requests reads like prose about them, as in a guide."""
    if _FENCE.search(text):
        return True
    bodies = (_BODY.match(text, line.end()) for line in _LINE_OF_REQUEST.finditer(text))
    return any(body is not None and not _NO_WORDS.match(body["body"]) for body in bodies)
