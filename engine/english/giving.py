"""How people say what goes into a call: words that lead to a value, that order, that count, that deny."""

from functools import lru_cache

from engine.english.abbreviations import IN_FULL
from engine.english.function_words import ARTICLES
from engine.english.inflection import bases, singular

NAMED = frozenset("called entitled named nicknamed titled".split())
"""Words before the name of a thing."""
SAYS = frozenset("answer comment message note post reply say send text tell write".split())
"""Words before what is said to somebody."""
SEEKS = frozenset("containing find for like matching mentioning query search searching with".split())
"""Words before what is looked for."""
CHANGES = frozenset("change make move rename reset set switch update".split())
"""Words before what gets another value: `change the description of x to y`."""
RENAMES = frozenset(("rename",))
ORDERS = frozenset("order ordered ordering sort sorted sorting".split())
UPWARD = frozenset("alphabetical alphabetically asc ascending earliest oldest lowest smallest".split())
DOWNWARD = frozenset("desc descending highest largest latest newest".split())
BY_AGE = frozenset("earliest latest newest oldest recent recently".split())
"""Words that order by time: `newest first`."""
FROM_ON = frozenset("after between from newer since starting start begin beginning min".split())
"""Words before the first of two dates, and words of the names of inputs for it."""
UP_TO = frozenset("before by end ending older older until till to max".split())
"""The same of the last one."""
LEADS = frozenset("first last latest most newest next oldest past previous recent top".split())
"""Words before how many are wanted: `the last 20 of them`."""
AT_MOST = frozenset("limit max maximum most".split())
EACH = frozenset("per page time results entries items rows records".split())
"""Words after how many are wanted: `50 per page`, `20 results`, `30 at a time`."""
DENIES = frozenset(
    "no not without don't dont doesn't never exclude excluding disable disabled off skip omit hide stop except minus"
    " non unless".split()
)
"""Words that make what follows the opposite."""
DENIED_AFTER = frozenset("disabled off false".split())
"""The same behind it: `with the wiki disabled`."""
TELLS_OF_FLAGS = frozenset(
    "allow allows allowed are can do does enable enabled force has have if include included includes including is on"
    " only send show shown should the to use used uses with".split()
)
"""Words of the names of yes-or-no inputs that people leave out: `include_archived`, `is_private`, `has_wiki`."""
SWITCHES = frozenset("disable enable set switch toggle turn".split())
SWITCHED_ON = frozenset(("enable", "on"))
SWITCHED_OFF = frozenset(("disable", "off"))
LEAVES_OUT = frozenset("disable disabled exclude excluded hide ignore no skip suppress without".split())
"""Words of such names that are denials themselves: `exclude_archived`."""
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}
COUNTS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ten": 10, "twenty": 20}
UNITS = {
    "gb": "gigabytes", "gib": "gigabytes", "mb": "megabytes", "mib": "megabytes", "min": "minutes", "mins": "minutes",
    "sec": "seconds", "secs": "seconds", "s": "seconds", "h": "hours", "hrs": "hours", "ms": "milliseconds",
}  # fmt: skip
"""Unit → the word for it in the name of an input."""
BETWEEN = ARTICLES | frozenset("are as be equal equals has is new of set to value with whose".split())
"""What may stand between the word for an input and its value: `the title is x`, `the label of x`."""
_ENDINGS = frozenset(
    "|able|al|ate|ated|ation|ations|bed|be|d|e|ed|ee|ees|er|ers|es|ing|ion|ions|ment|or|ors|ption|r|rs|s|y|ies|ied"
    "|led|ling".split("|")
)
"""What is left of two forms of one word behind what they have in common: `creat|ed`, `creat|or`."""
_SHORTEST = 4
"""Letters that two forms of a word have in common at least."""
_CACHED = 65536
"""Pairs of words that are remembered."""


@lru_cache(_CACHED)
def in_full(word: str) -> str:
    """Return a word as one of a thing, and not abbreviated: `admins` → `administrator`."""
    own = singular(IN_FULL.get(word, word))
    return IN_FULL.get(own, own)


@lru_cache(_CACHED)
def kin(one: str, other: str) -> bool:
    """Tell whether two words in small letters are forms of one word, or of one family: `assigned`, `assignee`."""
    if one == other:
        return True
    if not one or not other or one[0] != other[0]:
        return False
    one, other = in_full(one), in_full(other)
    if one == other or one in bases(other) or other in bases(one):
        return True
    common = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        common += 1
    return common >= _SHORTEST and one[common:] in _ENDINGS and other[common:] in _ENDINGS
