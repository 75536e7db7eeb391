"""Text that goes round in a circle: small models end so, and go on until they are stopped."""

_LONGEST = 240
"""Characters of what is said again: two sentences."""
_TWICE = 40
"""Characters from which on saying a thing once more is enough; a shorter piece may be a list or an address."""
_TIMES = 4
"""How often a shorter piece comes in a row."""
_SHORTEST = 6
"""Characters of the shortest piece: rules and ellipses are no loops."""


def repeats(text: str) -> bool:
    """Tell whether a text ends with a piece that stands right before itself, word for word."""
    for length in range(_SHORTEST, _LONGEST + 1):
        times = 2 if length >= _TWICE else _TIMES
        piece = text[-length:]
        if text.endswith(piece * times) and any(sign.isalnum() for sign in piece):
            return True
    return False
