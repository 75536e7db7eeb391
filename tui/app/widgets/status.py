"""The lines above the footer: work that goes on by itself, and who is waited for."""

from collections.abc import Iterable

from textual.message import Message
from textual.worker import Worker

from engine import BreakerHealth, BreakerState, Engine, Progress, SpecdeckError
from tui.app.text import MUTED, countdown, plain, seconds
from tui.app.views.line import Line
from tui.app.widgets.lines import Lines
from tui.app.work import start


class StatusLine(Lines):
    """Says what goes on in the background; hidden while nothing does.

    Args:
        engine: Learns to find by meaning.
    """

    class Moved(Message):
        """The embedding got further. Posted from any thread."""

        def __init__(self, progress: Progress) -> None:
            super().__init__()
            self.progress = progress

    class Ended(Message):
        """The embedding is over. A message too, so that it comes after the last step."""

    class Failed(Message):
        """It cannot be done."""

        def __init__(self, error: SpecdeckError) -> None:
            super().__init__()
            self.error = error

    def __init__(self, engine: Engine) -> None:
        super().__init__(id="status")
        self.display = False
        self._engine = engine
        self._work: Worker[None] | None = None
        self._learning = self._resting = ""

    def learn(self) -> None:
        """Let the engine learn to find by meaning what it cannot yet."""
        self._work = start(self, self._learn, "learn", exclusive=True)

    def stop(self) -> bool:
        """Stop that and tell whether it was going on; what was learnt is kept."""
        if self._work is None or self._work.is_finished:
            return False
        self._work.cancel()
        return True

    async def _learn(self) -> None:
        def moved(progress: Progress) -> None:
            self.post_message(self.Moved(progress))

        try:
            await self._engine.library.embed(moved)
        except SpecdeckError as error:
            self.post_message(self.Failed(error))
        finally:
            self.post_message(self.Ended())

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
