"""What a guide says, word for word: nothing is reflowed, so that code, tables and lists stay as they were written."""

from collections.abc import Iterator

from textual.content import Content
from textual.style import Style

from engine import PassageFact
from tui.app.text import MUTED, plain
from tui.app.views.line import Line

QUOTED_LINES = 8
QUOTED_CHARACTERS = 600
"""Lines of a passage that are quoted in an answer, and their characters: about half a small screen."""
MORE = "… the passage goes on: Enter shows the whole"

_BAR = "    │ "
_FENCES = ("```", "~~~")


def passage_lines(facts: PassageFact) -> list[Line]:
    """Return a passage for an answer: where it is, and how it begins."""
    number = plain(f"[{facts.citation}] ", "bold $text-primary")
    title = Content("  ").join(
        filter(None, [plain(facts.place, "bold"), plain(facts.heading), plain(facts.spec, MUTED)])
    )
    quoted = _beginning(facts.text)
    lines = [Line(title, number), *written_lines(quoted, _BAR)]
    if len(quoted) < len(facts.text.rstrip()):
        link = Style.from_meta({"@click": f"open_citation({facts.citation})"})
        lines.append(Line(plain(MORE, MUTED).stylize(link), plain(_BAR, MUTED)))
    return lines


def _beginning(text: str) -> str:
    """Return the first lines of a text; a single long line is cut at a word."""
    text = text.rstrip()
    rows = text.split("\n")
    shown, size = 0, 0
    for row in rows[:QUOTED_LINES]:
        size += len(row)
        if size > QUOTED_CHARACTERS:
            break
        shown += 1
    if shown:
        return "\n".join(rows[:shown]).rstrip()
    return rows[0][:QUOTED_CHARACTERS].rpartition(" ")[0] or rows[0][:QUOTED_CHARACTERS]


def written_lines(text: str, bar: str = "") -> Iterator[Line]:
    """Yield the lines of a text as they are, indentation kept and code in fences coloured."""
    in_code = False
    for row in text.expandtabs(4).split("\n"):
        words = row.lstrip(" ")
        fence = words.startswith(_FENCES)
        style = "$text-primary" if in_code or fence else ""
        in_code ^= fence
        yield Line(plain(words, style), plain(bar, MUTED) + " " * (len(row) - len(words)))
