"""What becomes of documents that are added, and how it is told."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePath

from textual.content import Content

from engine import Added, Adding, Listed, Refused
from tui.app.text import MUTED, count, plain
from tui.app.views.entry import contents
from tui.app.views.line import Line

REASONS = 4
"""Refused documents whose reason is told: what fits beside the form on a small screen."""


@dataclass
class Outcome:
    """What has become of the documents so far.

    Attributes:
        source: What the user gave.
        total: How many documents there are; 0 while that is not known.
        done: How many have been read, refused or found to be a part of another.
        current: Name of the newest.
    """

    source: str
    total: int = 0
    done: int = 0
    current: str = ""
    added: list[Added] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)

    def take(self, step: Adding) -> None:
        """Count one step."""
        if isinstance(step, Listed):
            self.total = step.documents
            return
        self.done += 1
        if isinstance(step, Added):
            self.added.append(step)
            self.current = step.info.name
        else:
            self.current = PurePath(step.source).name
        if isinstance(step, Refused):
            self.refused.append(step)

    @property
    def whole(self) -> bool:
        """True if there is nothing that the user should read about."""
        return bool(self.added) and not self.refused

    @property
    def summary(self) -> str:
        """What was done, in one line."""
        if self.total == len(self.added) == 1:
            return _one(self.added[0])
        infos = [one.info for one in self.added if one.changed]
        flawed = sum(1 for one in self.added if not all(problem.suspect for problem in one.problems))
        suspect = sum(1 for one in self.added if any(problem.suspect for problem in one.problems))
        parts = [
            f"stopped after {self.done:,} of {self.total:,}" if self.done < self.total else "",
            f"added {count(len(infos), 'spec')}: {contents(infos)}" if infos else "",
            f"{len(self.added) - len(infos):,} in the library already" if len(infos) < len(self.added) else "",
            f"{count(flawed, 'spec')} with parts that could not be read" if flawed else "",
            f"{count(suspect, 'spec')} with texts that are not meant for people" if suspect else "",
            f"{len(self.refused):,} refused" if self.refused else "",
        ]
        text = "; ".join(filter(None, parts)) or f"there is nothing in {self.source} that can be read"
        return text[:1].upper() + text[1:]

    @property
    def text(self) -> str:
        """What was done, and why what was refused was."""
        return "\n".join((line.lead + line.text).plain for line in self.lines())

    def lines(self) -> Iterator[Line]:
        """Yield what was done, and why what was refused was."""
        lead = plain("! ", "bold $text-error")
        if len(self.refused) == 1 and not self.added:
            error = self.refused[0].error
            yield Line(plain(error), lead)
            yield Line(plain(error.hint, MUTED), Content("  "))
            return
        yield Line(plain(self.summary))
        for step in self.refused[:REASONS]:
            name = PurePath(step.source).name or step.source
            yield Line(plain(f"{name}  ", "bold") + plain(step.error), lead)
        if rest := self.refused[REASONS:]:
            yield Line(plain(f"and {len(rest):,} more", MUTED), Content("  "))


def _one(added: Added) -> str:
    info = added.info
    if not added.changed:
        return f"{info.title} is in the library already, as {info.name}"
    suspects = sum(1 for one in added.problems if one.suspect)
    unread = len(added.problems) - suspects
    skipped = f"; {count(unread, 'part')} could not be read" if unread else ""
    skipped += f"; {count(suspects, 'text')} not meant for people" if suspects else ""
    return f"Added {info.title} as {info.name}: {contents([info])}{skipped}"
