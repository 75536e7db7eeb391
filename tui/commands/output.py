"""What the commands print: data on stdout, everything else on stderr. The only module that prints."""

import enum
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any, TextIO, TypeVar

import msgspec

from engine import InputError, SpecdeckError, clean, clean_line

_Code = TypeVar("_Code", bound=int)


class Exit(enum.IntEnum):
    """Exit codes of the commands."""

    DONE = 0
    FAILED = 1
    PARTLY = 3
    """Some inputs were refused; each was named."""


def text(line: str = "", *, end: str = "\n") -> None:
    """Print a line of data."""
    _write(sys.stdout, clean(line) + end)


def table(rows: Iterable[Sequence[str]], header: Sequence[str]) -> None:
    """Print rows in aligned columns, one line each; the last column is as long as it is."""
    lines = [header, *([clean_line(cell) for cell in row] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header) - 1)]
    for line in lines:
        text("  ".join([*(cell.ljust(width) for cell, width in zip(line, widths, strict=False)), line[-1]]).rstrip())


def document(value: Any) -> None:
    """Print one JSON document on one line, in UTF-8 whatever the terminal speaks (RFC 8259, section 8.1)."""
    if sys.stdout is not None:
        sys.stdout.buffer.write(msgspec.json.encode(value, enc_hook=str) + b"\n")
        sys.stdout.flush()


def note(line: str) -> None:
    """Tell the user something that is no data."""
    _write(sys.stderr, clean(line) + "\n")


def failure(error: SpecdeckError, subject: str = "") -> None:
    """Tell the user what failed and what to do about it."""
    note(f"specdeck: {subject + ': ' if subject else ''}{error}")
    note(f"  {error.hint}.")


def problem(error: SpecdeckError) -> dict[str, str]:
    """Return an error as `--json` gives it."""
    kind = "input" if isinstance(error, InputError) else "program"
    return {"error": str(error), "hint": error.hint, "kind": kind}


def guarded(work: Callable[[], _Code], *, as_json: bool) -> _Code | Exit:
    """Run a command; an error becomes its sentence and exit code 1.

    Args:
        work: The command.
        as_json: Print the error as a document, too.
    """
    try:
        return work()
    except SpecdeckError as error:
        if as_json:
            document(problem(error))
        failure(error)
        return Exit.FAILED
    except KeyboardInterrupt:
        note("Stopped.")
        return Exit.FAILED
    except BrokenPipeError:  # The reader, such as `head`, has seen enough.
        with suppress(BrokenPipeError):
            sys.stdout.close()
        return Exit.DONE


def _write(stream: TextIO | None, line: str) -> None:
    if stream is None:  # It was closed by whoever started this program.
        return
    # A terminal that is not UTF-8 shows a question mark rather than ending the program.
    encoding = stream.encoding or "utf-8"
    stream.write(line.encode(encoding, "replace").decode(encoding))
    stream.flush()
