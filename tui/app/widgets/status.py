"""The line above the footer: work that goes on by itself."""

from textual.message import Message

from engine import Progress
from tui.app.text import MUTED, plain, seconds
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

    def on_status_line_ended(self, event: Ended) -> None:
        event.stop()
        self.say("")

    def say(self, text: str) -> None:
        """Show a sentence, or hide the line with an empty one."""
        self.display = bool(text)
        self.show([Line(plain(text, MUTED))])

    def on_status_line_moved(self, event: Moved) -> None:
        event.stop()
        progress = event.progress
        share = progress.done / progress.total if progress.total else 1.0
        self.say(
            f"Learning to find by meaning · {progress.done:,} of {progress.total:,} ({share:.0%}) · "
            f"{progress.per_s:.0f}/s · {seconds(progress.left_s)} left"
        )
