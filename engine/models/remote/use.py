"""The remote model in use: whether it is asked where nobody names it, and what guards it."""

import math
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from engine.errors import RemoteError
from engine.models.breaker import Breaker, tolerance
from engine.models.remote.remote import Remote
from engine.observe.health import BreakerChange, RemoteHealth
from engine.settings import Settings, save_setting

LOOK_S = 10.0
"""How long a look at it is good for: the health pane looks each second, and its key may be in another process."""


class RemoteInUse:
    """The remote model with its breaker and its switch, which the user may turn while the program runs.

    Args:
        settings: Which it is, and how the switch stands at first.
        config: The configuration folder.
        on_change: Told of each change of state of the breaker.
    """

    def __init__(self, settings: Settings, config: Path, on_change: Callable[[BreakerChange], None]) -> None:
        # The switch is kept here. Who names the remote model for one question asks it wherever the switch stands.
        self.remote = Remote(msgspec.structs.replace(settings, remote_enabled=True), config)
        self.breaker = Breaker("remote", tolerance(settings), on_change)
        self.is_on = settings.remote_enabled
        """Whether it is asked where nobody names it."""
        self._config = config
        self._looked_at, self._health = -math.inf, RemoteHealth()

    def turn(self, *, on: bool) -> None:
        """Keep in the configuration file what the user wants, and do so from now on.

        Raises:
            SettingsError: The file cannot be changed; nothing is.
        """
        save_setting(self._config, "remote_enabled", on)
        self.is_on, self._looked_at = on, -math.inf

    async def health(self) -> RemoteHealth:
        """Return how it is, without asking it; nobody looks for its key while it is off."""
        if self.is_on:
            now = time.monotonic()
            if now - self._looked_at > LOOK_S:
                self._looked_at, self._health = now, await self.remote.health()
            return self._health
        try:
            whom = self.remote.outgoing(())
        except RemoteError as error:
            return RemoteHealth(detail=str(error))
        return RemoteHealth(host=whom.host, model=whom.model)
