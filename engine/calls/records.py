"""What a caller gives to an operation."""

import msgspec


class FieldFact(msgspec.Struct, frozen=True):
    """One input of an operation."""

    name: str
    """As written in the source; nested fields are dotted: `owner.login`, of an argument `input.title`."""
    location: str
    """`path`, `query`, `header`, `cookie` or `body`; `argument`, `channel`; `server` for a part of its address."""
    type: str
    required: bool
    description: str = ""
    """First sentence of the description."""
    enum: tuple[str, ...] = ()
