"""Outside text on its way to the screen: always literal, never markup, never a control sequence."""

import math

from rich.text import Text
from textual.content import Content

from engine import clean

MUTED = "$foreground-muted"
"""Style of what may be overlooked. Themes without shades draw it like the rest."""
MUTED_BELOW_CURSOR = "$text-muted"
"""The same in a list, where the cursor's ground may be light or dark."""


def plain(text: object, style: str = "") -> Content:
    """Return `text` as literal content in one style.

    Whatever reaches the screen goes through here or `label`: `filter[name]` is no markup, and ESC is a visible sign.
    """
    return Content.styled(clean(str(text)), style)


def label(*parts: tuple[object, str]) -> Text:
    """Return `(text, Rich style)` parts as one line for a tree, which takes Rich's `Text`."""
    return Text.assemble(*((" ".join(clean(str(text)).split("\n")), style) for text, style in parts), no_wrap=True)


def seconds(value: float) -> str:
    """Return a duration as people read it: `0.8 s`, `12 s`, `3 min 5 s`, `2 h 10 min`."""
    if value < 10:
        return f"{max(value, 0):.1f} s"
    minutes, rest = divmod(round(value), 60)
    if not minutes:
        return f"{rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def countdown(value: float) -> str:
    """Return the time that is left in whole seconds, so that each look shows one less: `42 s`, `3 min 5 s`."""
    whole = math.ceil(value)
    return f"{whole} s" if whole < 60 else seconds(whole)


def count(number: int, noun: str) -> str:
    """Return `1 spec`, `1,223 operations`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
