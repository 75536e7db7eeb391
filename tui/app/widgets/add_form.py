"""The form that reads documents into the library: the bundled sample, or what a path or an address stands for."""

import asyncio
import os
from collections.abc import Callable, Sequence
from contextlib import aclosing
from functools import partial
from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.suggester import Suggester
from textual.timer import Timer
from textual.widgets import Button

from engine import SAMPLE, Engine, Refused, SpecdeckError
from tui.app.text import MUTED, plain, seconds
from tui.app.views.adding import Outcome
from tui.app.views.line import Line
from tui.app.widgets.field import Field
from tui.app.widgets.lines import Lines
from tui.app.work import start


class AddForm(Vertical):
    """Asks for documents, reads them, and says how that went.

    Args:
        engine: Reads them.
        clock: Seconds, monotonic.
        intro: What stands above the form.
        overlays: Whether it also asks what changes the documents before they are read.
    """

    DEFAULT_CSS = """
    AddForm { height: auto; }
    AddForm > * { margin-bottom: 1; }
    AddForm #add-state, AddForm.-overlays #add-path { margin-bottom: 0; }
    """

    class Finished(Message):
        """All documents are read or refused, or the user stopped."""

        def __init__(self, form: "AddForm", outcome: Outcome) -> None:
            super().__init__()
            self.form = form
            self.outcome = outcome

    def __init__(
        self, engine: Engine, clock: Callable[[], float], intro: list[Line], *, overlays: bool = False
    ) -> None:
        super().__init__(classes="-overlays" if overlays else "")
        self._engine = engine
        self._clock = clock
        self._intro = intro
        self._state = Lines(id="add-state")
        self._outcome: Outcome | None = None
        self._stopping = False
        self._began = 0.0
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        yield Lines(self._intro)
        yield Button("Add the sample: a town library", id="add-sample", compact=True)
        yield Lines([Line(plain("or type a file, a folder, an archive, a pattern or an https:// address", MUTED))])
        path = Field("path/to/openapi.yaml", id="add-path")
        path.suggester = PathSuggester()
        yield path
        if self.has_class("-overlays"):
            overlays = Field("overlays that change it, with commas between; else those of before", id="add-overlays")
            overlays.suggester = PathSuggester(separator=",")
            yield overlays
        yield self._state

    def stop(self) -> bool:
        """Stop after the document that is being read; what was added stays.

        Returns:
            False where there is nothing to stop: the one document, or the last, is read to its end.
        """
        if self._outcome is None or self._stopping or self._outcome.total == 1:
            return False
        self._stopping = True
        self._progress()
        return True

    @on(Button.Pressed, "#add-sample")
    def _sample(self) -> None:
        self._add(SAMPLE)

    @on(Field.Submitted)
    def _given(self, event: Field.Submitted) -> None:
        event.stop()
        path = self.query_one("#add-path", Field)
        if given := path.value.strip():
            overlays = (field.value.split(",") for field in self.query("#add-overlays").results(Field))
            self._add(_source(given), [_source(one.strip()) for each in overlays for one in each if one.strip()])
        else:
            path.focus()

    def _add(self, source: Path | str, overlays: Sequence[Path | str] = ()) -> None:
        if self._outcome is not None:
            return
        self._outcome, self._began, self._stopping = Outcome(_shown(source)), self._clock(), False
        self._timer = self.set_interval(0.2, self._progress)
        self._progress()
        start(self.app, partial(self._read, source, overlays, self._outcome), "add")

    async def _read(self, source: Path | str, overlays: Sequence[Path | str], outcome: Outcome) -> None:
        try:
            async with aclosing(self._engine.library.add_all([source], overlays=overlays)) as steps:
                async for step in steps:
                    outcome.take(step)
                    if self._stopping:
                        break
        except SpecdeckError as error:
            outcome.refused.append(Refused(outcome.source, error))
        finally:
            self._outcome = None
            if self._timer:
                self._timer.stop()
        self._state.show(outcome.lines())
        self._state.scroll_visible()
        self.app.post_message(self.Finished(self, outcome))  # arrives also when the dialog was closed meanwhile

    def _progress(self) -> None:
        """Say how far the reading is. At a steady pace: a thousand documents may be read in a second."""
        if (outcome := self._outcome) is None:
            return
        refused = f"{len(outcome.refused):,} refused" if outcome.refused else ""
        done = f"{outcome.done:,} of {outcome.total:,}" if outcome.total > 1 else ""
        parts = [f"Reading {outcome.source}", done, refused, seconds(self._clock() - self._began)]
        lines = [Line(plain(" · ".join(filter(None, parts)), MUTED))]
        if outcome.current:
            lines.append(Line(plain(outcome.current)))
        if self._stopping:
            lines.append(Line(plain("Stopping after the document that is being read", MUTED)))
        elif outcome.total > 1:
            lines.append(Line(plain("Esc stops after the document that is being read", MUTED)))
        self._state.show(lines)


def _source(given: str) -> Path | str:
    """Return what was typed as the engine takes it."""
    return given if "://" in given else Path(os.path.expanduser(given))  # noqa: PTH111 - where no such user is, too


def _shown(source: Path | str) -> str:
    """Return what a source is called while it is read."""
    return source if isinstance(source, str) else source.name or str(source)


class PathSuggester(Suggester):
    """Completes the path of a file: the right arrow takes what is offered.

    Args:
        separator: What stands between several paths, of which the last is completed; without it there is one.
    """

    def __init__(self, separator: str = "\n") -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._separator = separator

    async def get_suggestion(self, value: str) -> str | None:
        """Return the first path that begins with `value`, folders with their slash."""
        before, separator, typed = value.rpartition(self._separator)
        last = typed.lstrip()
        found = await asyncio.to_thread(_complete, last) if last else None
        return f"{before}{separator}{typed[: len(typed) - len(last)]}{found}" if found else None


def _complete(value: str) -> str | None:
    folder, slash, beginning = value.rpartition("/")
    try:
        for path in sorted(Path(f"{folder}{slash}" or ".").expanduser().iterdir()):
            if path.name.startswith(beginning) and (beginning or not path.name.startswith(".")):
                return f"{folder}{slash}{path.name}{'/' if path.is_dir() else ''}"
    except (OSError, RuntimeError):  # the latter: `~name` of no user
        return None
    return None
