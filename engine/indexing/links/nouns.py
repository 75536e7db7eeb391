"""What names in a specification speak of: `user_id`, `{userId}` and `/users` all speak of users."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from engine.english.inflection import singular
from engine.english.verbs import OF_NAMES
from engine.english.words import words

_CACHED = 16384
"""Names of which the words are remembered: the same ones stand everywhere in a specification."""

_KEYS = frozenset(
    "id ids uuid uuids guid guids uid uids sid gid oid pk key keys slug slugs number num name names code codes handle"
    " login sha hash urn urns uri uris arn arns identifier identifiers".split()
)
"""Words at the end of a name that say what of a thing is meant."""
_ONE_OF = {f"{key}s": key for key in _KEYS if f"{key}s" in _KEYS}
"""Keys of several."""
_GLUED = ("uuid", "guid", "ids", "id", "name", "key", "code")
"""Those that are also written without a sign between: `userid`, `username`."""
_ADDED = frozenset(
    "base basic bean collection created detail details detailed dto entity full info item items list minimal model"
    " nullable object output page paged paginated partial payload public read request resource response rest result"
    " results schema search simple summary updated v".split()
)
"""Words in the name of a schema that say how a thing is given, and not what it is: `simple-user`, `UserListResponse`.
"""

_NO_NOUN = re.compile(r"(api|rest|v)?[\d.]*")
"""What stands at the beginning of paths."""


class Name(NamedTuple):
    """What an input's name says."""

    noun: str
    """What it is of, as `noun` gives it; empty in `id` and `name`."""
    keys: tuple[str, ...]
    """What of it: `id`, also of `ids`; several in `issueIdOrKey`; nothing in `owner`."""


def noun(name: Sequence[str]) -> str:
    """Return words as one, in a form that is the same for one and for many of a thing; only for comparing."""
    return "".join((*name[:-1], singular(name[-1]))) if name else ""


def text_words(text: str) -> tuple[str, ...]:
    """Return the words of a text, with `IDs` as one."""
    return tuple(words(text.replace("IDs", "Ids")))


@lru_cache(_CACHED)
def parts(name: str) -> tuple[str, ...]:
    """Return the words of a name; see `text_words`."""
    return text_words(name)


@lru_cache(_CACHED)
def squashed(name: str) -> str:
    """Return a name in lower case without signs: `issue_number` and `issueNumber` are the same."""
    return "".join(parts(name))


@lru_cache(_CACHED)
def noun_of_name(name: str) -> str:
    """Return the noun of a name all of whose words count: `authors`, `assigned_users`."""
    return noun(parts(name))


def split_name(name: str, known: frozenset[str] | set[str]) -> Name:
    """Return what an input's name says.

    Args:
        name: `book_id`, `issueIdOrKey`, `username`, `owner`.
        known: Nouns that the specification has, by which glued names are taken apart.
    """
    found = list(parts(name))
    keys: list[str] = []
    while found and (found[-1] in _KEYS or (keys and found[-1] == "or")):
        if (word := found.pop()) != "or":
            keys.insert(0, _ONE_OF.get(word, word))
    if found == ["username"] and "user" in known:
        return Name("user", ("login", "name"))
    if not keys and len(found) == 1:
        for ending in _GLUED:
            rest = found[0].removesuffix(ending)
            if rest != found[0] and noun([rest]) in known:
                return Name(noun([rest]), (_ONE_OF.get(ending, ending),))
    return Name(noun(found), tuple(keys))


@lru_cache(_CACHED)
def noun_of_step(step: str) -> str:
    """Return the noun of a path's segment or of an operationId without its verbs: `users.list`, `findPetsByStatus`."""
    found = list(parts(step))
    if "by" in found[1:]:
        found = found[: found.index("by")]
    while found and found[0] in OF_NAMES:
        found = found[1:]
    while found and found[-1] in OF_NAMES:
        found = found[:-1]
    return "" if _NO_NOUN.fullmatch("".join(found)) else noun(found)


@lru_cache(_CACHED)
def noun_of_schema(name: str) -> str:
    """Return the noun of a schema's name: `UserListResponse`, `nullable-simple-user`: `user`."""
    found = [word for word in parts(name.rpartition(".")[2]) if not word.isdecimal()]
    return noun([word for word in found if word not in _ADDED] or found)
