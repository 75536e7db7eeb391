"""The form that reads a specification into the library: the bundled sample, or a path."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.suggester import Suggester
from textual.timer import Timer
from textual.widgets import Button

from engine import SAMPLE, Added, Engine, SpecdeckError
from tui.text import MUTED, count, plain, seconds
from tui.widgets.field import Field
from tui.widgets.lines import Line, Lines


class AddForm(Vertical):
    """Asks for a document, reads it, and says how that went.

    Args:
        engine: Reads it.
        clock: Seconds, monotonic.
        intro: What stands above the form.
    """

    DEFAULT_CSS = """
    AddForm { height: auto; }
    AddForm Lines, AddForm Button { margin-bottom: 1; }
    """

    class Finished(Message):
        """A document is in the library."""

        def __init__(self, added: Added) -> None:
            super().__init__()
            self.added = added

    def __init__(self, engine: Engine, clock: Callable[[], float], intro: list[Line]) -> None:
        super().__init__()
        self._engine = engine
        self._clock = clock
        self._intro = intro
        self._state = Lines(id="add-state")
        self._reading = ""
        self._began = 0.0
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        yield Lines(self._intro)
        yield Button("Add the sample: a town library", id="add-sample", compact=True)
        yield Lines([Line(plain("or type the path of a document, JSON or YAML", MUTED))])
        path = Field("path/to/openapi.yaml", id="add-path")
        path.suggester = PathSuggester()
        yield path
        yield self._state

    @on(Button.Pressed, "#add-sample")
    def _sample(self) -> None:
        self._add(SAMPLE)

    @on(Field.Submitted, "#add-path")
    def _path(self, event: Field.Submitted) -> None:
        event.stop()
        if given := event.value.strip():
            self._add(Path(given).expanduser())

    def _add(self, source: Path) -> None:
        if self._reading:
            return
        self._reading, self._began = source.name, self._clock()
        self._timer = self.set_interval(0.2, self._progress)
        self._progress()
        self.app.run_worker(self._read(source), group="add", exit_on_error=False)

    async def _read(self, source: Path) -> None:
        try:
            added = await self._engine.add(source)
        except SpecdeckError as error:
            self._state.show([
                Line(plain(error), plain("! ", "bold $text-error")),
                Line(plain(error.hint, MUTED), Content("  ")),
            ])  # fmt: skip
        else:
            self._state.show([Line(plain(summary(added)))])
            self.app.post_message(self.Finished(added))  # arrives also when the dialog was closed meanwhile
        finally:
            self._reading = ""
            if self._timer:
                self._timer.stop()

    def _progress(self) -> None:
        if self._reading:
            self._state.show([Line(plain(f"Reading {self._reading} · {seconds(self._clock() - self._began)}", MUTED))])


def summary(added: Added) -> str:
    """Return what adding did, in one sentence."""
    info = added.info
    if not added.changed:
        return f"{info.title} is in the library already, as {info.name}"
    skipped = f"; {count(len(added.problems), 'part')} could not be read" if added.problems else ""
    return f"Added {info.title} as {info.name}: {count(info.operations, 'operation')}{skipped}"


class PathSuggester(Suggester):
    """Completes the path of a file: the right arrow takes what is offered."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """Return the first path that begins with `value`, folders with their slash."""
        return await asyncio.to_thread(_complete, value) if value else None


def _complete(value: str) -> str | None:
    folder, slash, beginning = value.rpartition("/")
    try:
        names = sorted(Path(f"{folder}{slash}" or ".").expanduser().iterdir())
    except OSError:
        return None
    for path in names:
        if path.name.startswith(beginning) and (beginning or not path.name.startswith(".")):
            return f"{folder}{slash}{path.name}{'/' if path.is_dir() else ''}"
    return None
