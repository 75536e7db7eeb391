"""The switch of the remote model: what it means is told first."""

from typing import TYPE_CHECKING

from engine import Engine, SpecdeckError
from tui.app.screens.consent import consented
from tui.app.views.sending import switch_lines

if TYPE_CHECKING:
    from textual.app import App


async def turned(app: "App[None]", engine: Engine) -> str:
    """Turn the remote model on, once the user has read what that means, or off at once; return what is so now.

    Raises:
        SpecdeckError: It cannot be turned on, or the choice cannot be kept.
    """
    remote, wrong = (await engine.health.now()).remote, None
    if remote.enabled:
        await engine.models.allow_remote(allowed=False)
        return "The remote model is off"
    try:
        await engine.models.check_remote()
    except SpecdeckError as error:
        wrong = error
    lines = switch_lines(remote, wrong, first=engine.settings.remote_first)
    if not await consented(app, "Let a remote model write too?", lines, "Turn it on"):
        return "The remote model stays off"
    await engine.models.allow_remote(allowed=True)
    return f"The remote model is on: {remote.host}"
