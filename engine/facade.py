"""The façade that the app and the commands use: it opens and closes; what can be done stands in `engine.doors`.

Importing it is cheap, so that the app can draw its first frame: the rooms behind it are imported when it is opened.
"""

import asyncio
from typing import TYPE_CHECKING, Self

from engine.settings import Folders, Settings

if TYPE_CHECKING:
    from engine.doors.health import HealthDoor
    from engine.doors.library import LibraryDoor
    from engine.doors.models import ModelsDoor
    from engine.doors.questions import QuestionsDoor
    from engine.doors.review import ReviewDoor
    from engine.doors.sessions import SessionsDoor
    from engine.wiring import Wired


class Engine:
    """Everything without a screen. Use `async with Engine(folders, settings) as engine:`.

    Opening reads no model and starts no process; the worker starts with the first question, or with `models.warm`.

    Args:
        folders: Where things are kept.
        settings: The settings.
        stays: It is open for long and has a screen: commands meanwhile may use its worker, see `Sharing`, and documents
            are read in a process of their own, see `Apart`.
    """

    library: "LibraryDoor"
    questions: "QuestionsDoor"
    sessions: "SessionsDoor"
    models: "ModelsDoor"
    review: "ReviewDoor"
    health: "HealthDoor"
    upgraded: int
    """Entries that an older specdeck had added, and that were indexed anew when this was opened."""
    _wired: "Wired"

    def __init__(self, folders: Folders, settings: Settings, *, stays: bool = False) -> None:
        self.folders = folders
        self._stays = stays
        self.settings = settings

    async def __aenter__(self) -> Self:
        """Open the library.

        Raises:
            LibraryError: It cannot be opened.
        """
        wired = self._wired = await asyncio.to_thread(self._open)
        self.library, self.questions, self.models = wired.library_door, wired.questions, wired.models
        self.review, self.health, self.upgraded = wired.review, wired.health, wired.upgraded
        self.sessions = wired.sessions
        return self

    def _open(self) -> "Wired":
        from engine.wiring import wire

        return wire(self.folders, self.settings, stays=self._stays)

    async def __aexit__(self, *exc: object) -> None:
        """Leave the worker, which ends when nobody else shares it, and close the library."""
        await self._wired.health.close()
        await self._wired.worker.close()
        await self._wired.embeddings.close()
        await asyncio.to_thread(self._wired.library.close)
