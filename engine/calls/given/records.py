"""What a question gives to a call."""

from typing import Any, Literal

import msgspec

from engine.specs.model import written

Where = Literal["path", "query", "querystring", "header", "cookie", "channel", "argument", "input", "body"]
"""Places of a call that take what is said."""


class Taken(msgspec.Struct, frozen=True):
    """One value that an input takes."""

    place: Where
    name: str
    """As `FieldFact` has it: `per_page`, `owner.login`, `input.title`."""
    keys: tuple[str, ...]
    """The way to it: the name of the parameter or argument, then those of the fields; of a body the fields alone."""
    value: Any
    """Of the type that the schema has."""

    @property
    def key(self) -> str:
        """Its name where another place has one of the same name."""
        return f"{self.place}.{self.name}"

    @property
    def text(self) -> str:
        """Its value as it is written."""
        return written(self.value)


class Given(msgspec.Struct, frozen=True):
    """All that a question gives to one operation."""

    taken: tuple[Taken, ...] = ()
    unplaced: tuple[str, ...] = ()
    """What it says and no input takes, as it was written."""

    def at(self, place: Where) -> dict[str, Any]:
        """Return the values of one place by name, those of fields nested."""
        values: dict[str, Any] = {}
        for one in self.taken:
            if one.place == place:
                inner = values
                for key in one.keys[:-1]:
                    inner = inner.setdefault(key, {})
                inner[one.keys[-1]] = one.value
        return values


NOTHING = Given()
