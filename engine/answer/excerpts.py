"""What texts that the user attached say of a question."""

from collections.abc import Iterator, Sequence

import msgspec

from engine.english.words import query_words, words
from engine.library.sessions import Attached
from engine.library.stems import stems

LINES = 3
"""Lines of an attached text that are shown for a question: what is read at a glance."""
LONGEST_LINE = 240
"""Characters of a line that are shown."""
_SHARED = 2
"""Words of the question that a line of a file has at least, or the only one."""


class Excerpt(msgspec.Struct, frozen=True, kw_only=True):
    """What an attached text says of the question, word for word."""

    name: str
    """Of the file, or `error`."""
    lines: tuple[str, ...]


def excerpts(question: str, attached: Sequence[Attached]) -> tuple[Excerpt, ...]:
    """Return what attached texts say of a question: the lines that share the most words with it, in their order.

    Of an error that was pasted these are its first lines, whatever is asked.
    """
    wanted = set(stems(query_words(question)))
    found = ((one.name, tuple(_told(one, wanted))) for one in attached)
    return tuple(Excerpt(name=name, lines=lines) for name, lines in found if lines)


def _told(one: Attached, wanted: set[str]) -> Iterator[str]:
    lines = list(dict.fromkeys(line for line in map(str.strip, one.text.splitlines()) if line))
    best = list(range(LINES)) if one.kind == "error" else _closest(lines, wanted)
    for line in (lines[place] for place in sorted(best) if place < len(lines)):
        yield line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]}…"


def _closest(lines: Sequence[str], wanted: set[str]) -> list[int]:
    shared = [len(wanted & set(stems(words(line)))) for line in lines]
    telling = [place for place, number in enumerate(shared) if number >= min(_SHARED, len(wanted)) > 0]
    return sorted(telling, key=lambda place: -shared[place])[:LINES]
