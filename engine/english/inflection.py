"""Forms of words: one and many of a thing, and the word that a form belongs to.

English is regular enough for a page of rules; the words that follow none are listed. `inflect` knows more of them, but
takes seconds to load: the tests hold this page against it, over the words of the API world.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

_CACHED = 16384
"""Words that are remembered: the same ones stand everywhere in a specification."""

_IRREGULAR = {
    "analyses": "analysis", "axes": "axis", "children": "child", "crises": "crisis", "criteria": "criterion",
    "diagnoses": "diagnosis", "feet": "foot", "geese": "goose", "halves": "half", "hypotheses": "hypothesis",
    "indices": "index", "knives": "knife", "lenses": "lens", "lives": "life", "matrices": "matrix", "men": "man",
    "mice": "mouse", "monies": "money", "parentheses": "parenthesis", "people": "person", "phenomena": "phenomenon",
    "quizzes": "quiz", "selves": "self", "shelves": "shelf", "synopses": "synopsis", "syntheses": "synthesis",
    "teeth": "tooth", "theses": "thesis", "vertices": "vertex", "wives": "wife", "wolves": "wolf", "women": "woman",
}  # fmt: skip
_PLURAL_OF = {one: many for many, one in _IRREGULAR.items()} | {"index": "indexes"}
"""Of two plurals the one that stands nearer to the word for whoever searches."""
_SAME = frozenset("aircraft chassis headquarters means media series species timeseries".split())
"""Words that are one and many in the same form."""
_UNCOUNTABLE = frozenset(
    "access analytics content data diagnostics equipment feedback furniture history information kubernetes logistics"
    " media metadata money news staff traffic usage".split()
)
"""Words for what is not counted: they have neither an article nor a plural."""
_NO_PLURAL = re.compile(
    r"(?:ss|us|is|^(?:alias|always|atlas|bias|canvas|chaos|christmas|cors|https|[ips]aas|lens|texas))$"
)
"""How words end that are one of a thing and yet end with an s."""
_SHORT = frozenset("ads dbs ids ips ops pcs tvs txs vms".split())
"""Plurals of three letters; others are words of their own: `dns`, `gas`, `sms`."""
_AFTER_A_VOWEL = frozenset(
    "api cli cpu doi emoji gpu gui kpi menu mini mri openapi poi sku taxi uri vcpu wifi wiki".split()
)
"""Words whose plural ends as `status` and `analysis` do."""
_WITH_IE = frozenset(
    "brownie calorie cookie foodie freebie genie goalie hoodie indie lie movie necktie newbie pie prairie rookie selfie"
    " smoothie tie veggie zombie".split()
)
"""Words whose plural ends as that of `category` does."""
_WITH_E = frozenset(
    "abuse ache avalanche axe cache canoe excuse foe fuse headache misuse muse niche psyche quiche refuse reuse shoe"
    " toe use".split()
)
"""Words whose plural ends as that of `branch`, `status` or `hero` does."""
_GLUED = ("cache", "cookie", "movie")
"""Those of them that specifications glue to others: `buildcaches`."""
_ES = re.compile(r"(?:ss|sh|ch|x|tz|zz|(?<![aeo])us|alias|atlas|bias|canvas|gas|iris|[^o]o)es$")
"""How plurals end that have an e which is not of the word."""
_TAKES_ES = re.compile(r"(?:s|x|ch|sh|tz|zz|^(?:cargo|echo|embargo|hero|potato|tomato|veto))$")
"""How words end that have it."""

_ENDINGS = ("ies", "y"), ("ied", "y"), ("s", ""), ("es", ""), ("ed", ""), ("ed", "e"), ("ing", ""), ("ing", "e")
"""Endings of forms, and what they stand for."""

_AN = re.compile(
    r"[aeio](?!ne\b)|u(?!ni|s[aei]|r[ils]|t[ei])|h(?:our|onest|eir)|(?:html|https?|mfa|mp3|nfc|nft|rss|sdk|sla|sms|sql"
    r"|ssh|ssl|sso|svg|xml)\b",
    re.IGNORECASE,
)
"""How words begin that have `an` before them, by their sound: `an hour`, `an SSH key`, `a user`, `a one-time code`."""


@lru_cache(_CACHED)
def singular(word: str) -> str:
    """Return a noun as one of a thing: `movies` → `movie`; any other word as it is.

    Irregular ones come in small letters.

    Args:
        word: One word; see `words.words` for names of several.
    """
    low = word.lower()
    if low in _IRREGULAR:
        return _IRREGULAR[low]
    base = low[:-1]
    if low[-1:] != "s" or low in _SAME | _UNCOUNTABLE or (len(low) < 4 and low not in _SHORT):
        return word
    if base in _AFTER_A_VOWEL | _WITH_IE | _WITH_E or base.endswith(_GLUED):
        return word[:-1]
    if _NO_PLURAL.search(low):
        return word
    if low.endswith("ies") and len(low) > 4:
        return word[:-3] + "y"
    return word[:-2] if _ES.search(low) else word[:-1]


def plural(word: str) -> str:
    """Return a noun as many of a thing: `movie` → `movies`; what is many already, or is not counted, as it is."""
    low = word.lower()
    if low in _UNCOUNTABLE or is_plural(word):
        return word
    if low in _PLURAL_OF:
        return _PLURAL_OF[low]
    if re.search(r"[^aeiou]y$", low):
        return word[:-1] + "ies"
    return word + ("es" if _TAKES_ES.search(low) else "s")


def is_plural(word: str) -> bool:
    """Tell whether a word looks like several of a thing."""
    return word.lower() in _SAME or singular(word) != word


def one(noun: Sequence[str]) -> str:
    """Return one of a thing, with its article: `an issue comment`.

    Args:
        noun: The words of the thing; at least one.
    """
    words = [singular(word) for word in noun]
    if words[-1].lower() in _UNCOUNTABLE:
        return " ".join(words)
    return f"{'an' if _AN.match(words[0]) else 'a'} {' '.join(words)}"


def many(noun: Sequence[str]) -> str:
    """Return several of a thing: `issue comments`.

    Args:
        noun: The words of the thing; at least one.
    """
    return " ".join([*(singular(word) for word in noun[:-1]), plural(noun[-1])])


def bases(word: str) -> Iterator[str]:
    """Yield what a word may be a form of, the likeliest first: `retried` → `retry`, …; the caller knows which there is.

    Args:
        word: In small letters.
    """
    for ending, instead in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem != word:
            yield stem + instead
            if stem[-1:] == stem[-2:-1]:  # `banned` doubles the last letter of `ban`.
                yield stem[:-1]
    if word in _IRREGULAR:  # At last: who `lives` somewhere is asked for more often than how many lives there are.
        yield _IRREGULAR[word]
