"""Options that several commands have, and how what was typed comes in."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

_F = TypeVar("_F", bound=Callable[..., Any])


def typed(_context: click.Context, _parameter: click.Parameter, value: Any) -> Any:
    """Clean what was typed or pasted, so that nothing behind here meets control characters or broken text."""
    from engine import clean_line

    if isinstance(value, tuple):
        return tuple(map(clean_line, value))
    return clean_line(value) if isinstance(value, str) else value


def json(command: _F) -> _F:
    """Give a command `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")(command)


def spec(command: _F) -> _F:
    """Give a command `--spec NAME`."""
    return click.option("--spec", metavar="NAME", callback=typed, help="Only this spec.")(command)


def media_type(command: _F) -> _F:
    """Give a command `--type MEDIA_TYPE`."""
    return click.option(
        "--type",
        "media_type",
        default="",
        metavar="MEDIA_TYPE",
        callback=typed,
        help="In which of its media types the body is sent, such as application/xml; JSON comes before others without.",
    )(command)


def batch(command: _F) -> _F:
    """Give a command `--batch FILE`."""
    file = click.Path(exists=True, dir_okay=False, path_type=Path)
    return click.option("--batch", metavar="FILE", type=file, help="One a line; with --json a document for each.")(
        command
    )
