"""The lines above the footer: work that goes on by itself, and who is waited for."""

from collections.abc import Iterable

from textual.message import Message

from engine import BreakerHealth, BreakerState, Progress
from tui.app.text import MUTED, countdown, plain, seconds
from tui.app.views.line import Line
from tui.app.widgets.lines import Lines


class StatusLine(Lines):
    """Says what goes on in the background; hidden while nothing does."""

    class Moved(Message):
        """The embedding got further. Posted from any thread."""

        def __init__(self, progress: Progress) -> None:
            super().__init__()
            self.progress = progress

    class Ended(Message):
        """The embedding is over. A message too, so that it comes after the last step."""

    def __init__(self) -> None:
        super().__init__(id="status")
        self.display = False
        self._learning = self._resting = ""

    def on_status_line_ended(self, event: Ended) -> None:
        event.stop()
        self._learning = ""
        self._say()

    def on_status_line_moved(self, event: Moved) -> None:
        event.stop()
        progress = event.progress
        share = progress.done / progress.total if progress.total else 1.0
        self._learning = (
            f"Learning to find by meaning · {progress.done:,} of {progress.total:,} ({share:.0%}) · "
            f"{progress.per_s:.0f}/s · {seconds(progress.left_s)} left · F9 stops"
        )
        self._say()

    def show_rests(self, breakers: Iterable[BreakerHealth]) -> None:
        """Count down for who asked to wait."""
        rests = (one for one in breakers if one.state is BreakerState.RESTING)
        self._resting = " · ".join(f"The {one.name} model rests for {countdown(one.retry_s)}" for one in rests)
        self._say()

    def _say(self) -> None:
        """Show a line for each thing that goes on; hide them where nothing does."""
        said = [text for text in (self._learning, self._resting) if text]
        if said != [line.text.plain for line in self.lines]:
            self.display = bool(said)
            self.show([Line(plain(text, MUTED)) for text in said])
