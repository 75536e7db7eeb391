"""How an input is named that goes to another page of a list."""

from functools import lru_cache

from engine.english.words import words

_CACHED = 16384
"""Names of which the words are remembered: the same inputs stand everywhere in a specification."""

_PLACES = frozenset("cursor marker offset page skip".split())
"""Where in a list it goes on."""
_JOINED = frozenset(
    "continuation continuationtoken endingbefore nexttoken pagenumber pagesize pagetoken paginationtoken perpage"
    " startindex startat startingafter startkey".split()
)
"""The same in names of several words, all of which count."""
_SIDES = frozenset("after before start".split())
"""These are cursors where the size of a page is asked for, too, and times where it is not."""
_SIZES = frozenset("count first last limit max maxresults pagesize perpage size".split())
_THINGS = frozenset("id ids name title token url".split())
"""What ends the name of something else: the `page_id` of a wiki."""


def pages(names: frozenset[str]) -> bool:
    """Tell whether any of the names of an operation's inputs goes to another page."""
    written = [_words(name) for name in names]
    joined = {"".join(parts) for parts in written}
    if joined & _JOINED or (joined & _SIDES and joined & _SIZES):
        return True
    return any(_PLACES.intersection(parts) and not _is_thing(parts) for parts in written)


@lru_cache(_CACHED)
def _words(name: str) -> tuple[str, ...]:
    return tuple(words(name))


def _is_thing(parts: tuple[str, ...]) -> bool:
    """Tell whether a name ends as that of a thing does; a page's token is a place in the list."""
    return parts[-1] in _THINGS and parts[-1] != "token"
