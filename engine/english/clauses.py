"""What a clause of a question asks for: something to be done, or only to be told more of what is meant."""

from itertools import dropwhile

from engine.english.function_words import ARTICLES, GLUE, PREPOSITIONS
from engine.english.inflection import bases
from engine.english.phrases import tokens, without_lead, without_preamble
from engine.english.verbs import SPOKEN, methods, verb_of

_BEFORE = frozenset("also first it last later next that then they this workflow".split())
"""What may stand before the verb, besides adverbs: `this workflow then lists …`, `but first add …`."""
_NOT_BEGINNING = frozenset(("open",))
"""Verbs that are more often something else where a clause begins: `open issues`."""
_THINGS = ARTICLES | {"it"}
_ALSO = frozenset(
    "analyze calculate choose configure determine discover explore identify log manage monitor navigate provide select"
    " transcribe validate verify".split()
)
"""What people ask for in a clause that no operation is called by."""


def asks_to_act(clause: str) -> bool:
    """Tell whether a clause asks for something to be done: `then add a label`, `retrieves items`, `allows you to list`.

    It begins with a verb, or with what can be one before an article or in the third person; or has `to` and a verb.
    """
    found = [word.lower() for word in tokens(without_preamble(without_lead(clause)))]
    found = list(dropwhile(lambda word: word.endswith("ly") or word in _BEFORE, found))
    if not found:
        return False
    first, after = found[0], found[1] if len(found) > 1 else ""
    if _is_verb(first) or any(_is_verb(word) for place, word in enumerate(found[1:]) if found[place] == "to"):
        return True
    if first in GLUE | PREPOSITIONS or not after:
        return False
    third = first.isalpha() and first.endswith("s") and not first.endswith("ss")
    return after in _THINGS or (third and after not in PREPOSITIONS | {"is", "are"})


def _is_verb(word: str) -> bool:
    """Tell whether a word is a verb of an API, also in the third person."""
    if word in _NOT_BEGINNING:
        return False
    return bool(verb_of(word)) or word in _ALSO or (word.endswith("s") and not (SPOKEN | _ALSO).isdisjoint(bases(word)))


def methods_asked(clause: str) -> frozenset[str]:
    """Return the HTTP methods that the verbs of a clause speak of, in whatever form: `removing`, `deletes`."""
    found = [word.lower() for word in tokens(clause)]
    return methods([form for word in found for form in (word, *bases(word))])
