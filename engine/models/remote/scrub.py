"""What leaves this machine."""

import msgspec

from engine.models.protocol import Message


class Outgoing(msgspec.Struct, frozen=True, kw_only=True):
    """What is sent to a remote model."""

    host: str
    """Who gets it, with the port where that is named."""
    model: str
    messages: tuple[Message, ...]
    """Exactly as they are sent."""
    taken_out: int
    """Places where something was replaced."""
