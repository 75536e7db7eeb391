"""A secret in the hands of the program."""

from typing import NoReturn, SupportsIndex

SHOWN = "•••"


class Secret:
    """A text that shows as dots wherever it is printed, logged or written. It is neither pickled nor copied.

    JSON has no such thing: `json.dumps(…, default=str)` and msgspec's `enc_hook=str` write the dots, and without them
    both refuse it. Two secrets are never equal: compare what they reveal.

    Args:
        value: The secret.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the secret itself: for the place that sends it, and for no other."""
        return self._value

    def __bool__(self) -> bool:
        """Return whether there is a secret: one may be empty."""
        return bool(self._value)

    def __repr__(self) -> str:
        return SHOWN

    def __format__(self, spec: str) -> str:
        return format(SHOWN, spec)

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("A secret is not pickled")
