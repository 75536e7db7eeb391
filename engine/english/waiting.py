"""Words by which an API says that something takes its time, and by which people ask for all of many things."""

import re

DONE = frozenset(
    "available complete completed done finalized finished processed ready resolved succeeded success successful".split()
)
"""Values of a status that say that what was begun has been done."""
UNDERWAY = frozenset(
    "building created inprogress initializing ongoing pending processing progress queued received running started"
    " submitted waiting working".split()
)
"""Values that say that it has not."""
STATUSES = frozenset("jobstatus phase processingstatus progressstatus state status".split())
"""Fields that hold such a value, in small letters without signs."""
_ALL = re.compile(r"\b(?:all|each|every|entire|whole|complete)\b", re.IGNORECASE)


def asks_for_all(text: str) -> bool:
    """Tell whether a text asks for all of many things, and not for the first few: `export every invoice`."""
    return _ALL.search(text) is not None
