"""A text file of the user's as it is attached to a session: read, cleaned, without secrets."""

from pathlib import Path

from engine.errors import InputError
from engine.library.sessions import Attached
from engine.secrets.redact import redact_text
from engine.text import clean, clean_line

LARGEST = 64 << 10
"""Bytes of the longest text: a log or a source file of 1,500 lines, gone through in a few milliseconds a question."""


def attached(path: Path) -> Attached:
    """Return a text file to be attached.

    Raises:
        InputError: It cannot be read, is no text, or is too long.
    """
    path = path.expanduser()
    if path.exists() and not path.is_file():  # A pipe would be waited for.
        raise InputError(f"{path} is no file", hint="Give the path of a text file")
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}", hint="Give the path of a text file") from error
    if len(data) > LARGEST:
        raise InputError(
            f"{path} is larger than {LARGEST >> 10} kB",
            hint="Attach a part; `specdeck add` reads guides",
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is no text in UTF-8", hint="Give the path of a text file") from error
    if "\0" in text:
        raise InputError(f"{path} is no text", hint="Give the path of a text file")
    return Attached(name=clean_line(redact_text(path.name)), text=redact_text(clean(text)))


def pasted(text: str) -> Attached:
    """Return an error that was pasted, to be attached: its beginning, where it is too long."""
    return Attached(name="error", text=redact_text(clean(text))[:LARGEST], kind="error")
