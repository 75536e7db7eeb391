"""Questions that a library answers, for who does not know yet what to ask."""

from engine.english.offering import asked_for
from engine.library.examples import examples
from engine.library.store import Library

_LOOKED_AT = 24
"""Operations of which questions are made: of many the summary does not say what is done."""


def offered(library: Library, n: int) -> tuple[str, ...]:
    """Return questions made of what operations are called, in turns from the specs, such as do different things first.

    Args:
        library: The library.
        n: How many at most.

    Raises:
        LibraryError: The library cannot be read.
    """
    made = [question for _, _, summary in examples(library, _LOOKED_AT, None) if (question := asked_for(summary))]
    kinds: dict[str, str] = {}
    for question in made:
        kinds.setdefault(question.split()[3], question)
    return tuple(dict.fromkeys([*kinds.values(), *made]))[:n]
