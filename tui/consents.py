"""What may be sent to whom, as the user said in this session."""

from collections.abc import Awaitable, Callable

from engine import Outgoing, RungName


class Consents:
    """Asks whether something may be sent, the first time of a session.

    Args:
        ask: Shows what would be sent, and asks whether it may be.
    """

    def __init__(self, ask: Callable[[Outgoing], Awaitable[bool]]) -> None:
        self._ask = ask
        self._given: dict[tuple[str, str], bool] = {}

    async def agree(self, rung: RungName | None, outgoing: Outgoing) -> bool:
        """Return whether it may be sent.

        A no holds for what would be sent by itself; who asks the remote model by its key is asked anew.
        """
        whom = (outgoing.host, outgoing.model)
        if not (self._given.get(whom) or (whom in self._given and rung != "remote")):
            self._given[whom] = await self._ask(outgoing)
        return self._given[whom]
