"""Cleaning of text that comes from outside: the one door.

Specs, models, files and errors may hold terminal escape sequences, clipboard writes (OSC 52) or text-direction
overrides. Readers call these functions once, where the text enters; nothing behind them needs to think of it again.
"""

import re
from typing import Any

_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 but tab and newline; DEL; C1
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidirectional controls
    "\u2028\u2029\ufeff\ud800-\udfff]"  # line separators, byte order mark, lone surrogates
)
_CONTROLS = bytes({*range(0x20), 0x7F} - {ord("\t"), ord("\n")})
"""Those of them that are ASCII."""
_CONTROL_PICTURES = 0x2400
"""Unicode block that draws C0 controls as visible signs: U+001B becomes U+241B (␛)."""


def _visible(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(_CONTROL_PICTURES + code)
    return "\u2421" if code == 0x7F else "\ufffd"


def clean(text: str) -> str:
    """Return `text` with every character that could act on a terminal replaced by a visible one.

    Tabs and newlines stay, CR LF becomes a newline. Cleaning twice gives the same text.
    """
    if _UNSAFE.search(text) is None:
        return text
    return _UNSAFE.sub(_visible, text.replace("\r\n", "\n"))


def is_clean(text: str) -> bool:
    """Tell whether `clean` leaves a text as it is; of a large one in ASCII this takes a tenth of the time."""
    if not text.isascii():
        return _UNSAFE.search(text) is None
    plain = text.encode()
    return len(plain.translate(None, _CONTROLS)) == len(plain)


def clean_line(text: str) -> str:
    """Return `text` cleaned and on one line, runs of white space folded to one blank."""
    return " ".join(clean(text).split())


def clean_tree(value: Any, depth: int = 500) -> Any:
    """Return a decoded JSON or YAML value with every string, keys included, cleaned.

    An integer that needs more than 64 bits becomes text too, since no record can keep it. Untouched parts are returned
    as they are, so a clean document costs one walk and no copies.

    Raises:
        RecursionError: The value is nested deeper than `depth`.
        ValueError: Two keys of a mapping are the same once they are cleaned; says which.
    """
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, int):
        return value if -(2**63) <= value < 2**64 else str(value)
    if not isinstance(value, dict | list):
        return value
    if depth == 0:
        raise RecursionError
    for key, item in value.items() if isinstance(value, dict) else enumerate(value):
        cleaned = clean(item) if isinstance(item, str) else clean_tree(item, depth - 1)
        if cleaned is not item:
            value[key] = cleaned
    if isinstance(value, dict) and _UNSAFE.search("".join(value)):
        return _with_clean_keys(value)
    return value


def _with_clean_keys(mapping: dict[str, Any]) -> dict[str, Any]:
    cleaned: dict[str, Any] = {}
    for key, item in mapping.items():
        name = clean(key)
        if name in cleaned:
            raise ValueError(name)
        cleaned[name] = item
    return cleaned
