"""The remote model in use: whether it is asked where nobody names it, and what guards it."""

from collections.abc import Callable
from pathlib import Path

import msgspec

from engine.models.breaker import Breaker, tolerance
from engine.models.remote.remote import Remote
from engine.observe.health import BreakerChange, RemoteHealth
from engine.settings import Settings, save_setting


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

    def turn(self, *, on: bool) -> None:
        """Keep in the configuration file what the user wants, and do so from now on.

        Raises:
            SettingsError: The file cannot be changed; nothing is.
        """
        save_setting(self._config, "remote_enabled", on)
        self.is_on = on

    async def health(self) -> RemoteHealth:
        """Return how it is, without asking it."""
        return msgspec.structs.replace(await self.remote.health(), enabled=self.is_on)
