"""Questions as people type them: the names in them, what they ask one after another, and of what each part speaks."""

import re
from itertools import dropwhile, takewhile

from engine.english.api_names import MARKS
from engine.english.function_words import ARTICLES, OWNED, STOP_WORDS
from engine.english.giving import NAMED
from engine.english.phrases import content, phrase_end, tokens
from engine.english.verbs import verb_of
from engine.english.words import words

_NAME = re.compile(
    r"""(?<!\w)'[^']{1,60}'(?!\w)|"[^"]{1,60}"|\b[A-Z0-9][\w'&-]*(?:\s+(?:(?:of|the|and|&|in|on|Of|The)\s*)?[A-Z0-9][\w'&-]*)*"""
)
"""A quoted text, or words that begin with a capital or a digit: most likely the name of one particular thing."""
_STATUS = re.compile(r"[1-5]\d\d [A-Z]")
"""A line such as `403 Forbidden` (RFC 9112, 4), which names no particular thing."""
_BEFORE_A_SENTENCE = ("", ".", "?", "!", ":")
_NO_WORD = MARKS + " "
_ACRONYM = 4
"""Letters of a word in capitals that is no name: API, HTTP."""
_CLAUSES = re.compile(
    r"\s*(?:[,;:](?=\s)|\.(?=\s)|\?|!|->|→"
    r"|\b(?:(?:and )?then|after that|finally|afterwards?|and|but|plus|so (?:that|I can)|before)\b|\bnext(?=,))\s*",
    re.IGNORECASE,
)
_SENTENCES = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_TALK = re.compile(
    r"(?:(?:this|that|it|these)(?: (?:workflow|process|approach|method|information|data|flow))?"
    r" (?:is|are|was|can be|will be|may be|helps?|ensures?|makes?|connects?|requires?|assumes?|should be)\b"
    r"|(?:ideal|useful|essential|crucial|perfect|great|helpful|important|suitable|assumes|note|requires)\b)",
    re.IGNORECASE,
)
"""How a sentence begins that says what the one before is good for, and asks for nothing: `This is essential for`."""
_ENABLING = re.compile(
    r"^\s*(?:this (?:workflow|process) )?(?:also )?(?:allows?|enables?|lets?|permits?|helps?)\b"
    r"(?:\s+(?:for\s+)?(?=[a-z]+ing\b)|(?: (?:for )?[\w'-]+){0,4}? to\s+)",
    re.IGNORECASE,
)
"""How a sentence begins that says for whom something is: `Allows a user to`, or only that it is: `Enables sending`."""
_EFFECTS = re.compile(r"(?:ensuring|demonstrating|enabling|allowing|helping|facilitating|making)\b", re.IGNORECASE)
"""How a clause begins that says what comes of the one before."""
_BY_DOING = re.compile(r"\s*\bby\s+(?=(\w+ing)\b)", re.IGNORECASE)
_AFTER = re.compile(r"(?<=\w)\s+(?:after|once)\s+(?!that\b|this\b|which\b)", re.IGNORECASE)
"""What stands between what is done and what is done before: `send it after creating a channel`."""
_IT = re.compile(r"\b(?:it|them|they|its|their)\b", re.IGNORECASE)
_TO_IT = re.compile(r"\W*[a-z]{3,}(?: (?:in|out|up|off|down|back))? (?:it|them)\b", re.IGNORECASE)
_OF_WHAT = NAMED | {"containing", "having", "including"}
"""What stands between a thing and what it is called, or has in it."""
_LONGEST_THING = 3
"""Words by which a thing is called, `sales channel order`; more would be a sentence."""
_LABEL = re.compile(r"^\W*[A-Za-z]+:\s+(?=\w)")
"""A word with a colon at the beginning says what kind of text follows: `script: make a branch, …`."""
_A_LIST = re.compile(r"\b(?:an?|the|this|that|each|every)(?: \w+)? list\b", re.IGNORECASE)
_ASKED = frozenset("find get give has have list show tell use".split())
"""Stop words that are verbs all the same."""
_PHRASES = re.compile(
    r"\s*\b(?:of|that|which|in|from|for|by|with|to|into|on|who|whose|than|as|under|about|where)\b\s*", re.IGNORECASE
)
_MINE = re.compile(r"\b(?:my|me|mine|myself|i|i'm|our)\b", re.IGNORECASE)
_ORDINAL = re.compile(
    r"\b(?:first|second|third|last|latest|newest|oldest|most|least|top|best|worst|highest|lowest|next|previous|currently?"
    r"|now|today|this)\b",
    re.IGNORECASE,
)
_BY = re.compile(r"\bby\s*$", re.IGNORECASE)
_DOER = "a person"


def is_about_asker(question: str) -> bool:
    """Tell whether a question is about the one who asks: `my repositories`."""
    return bool(_MINE.search(question))


def has_ordinal(question: str) -> bool:
    """Tell whether a question speaks of a thing by its place in an order: `the latest release`."""
    return bool(_ORDINAL.search(question))


def names(question: str) -> list[tuple[int, int]]:
    """Return where the names of particular things begin and end in a question."""
    found = []
    for match in _NAME.finditer(question):
        name = match[0]
        # The first word of a sentence has its capital for that.
        if name[0] not in "'\"" and question[: match.start()].rstrip(_NO_WORD)[-1:] in _BEFORE_A_SENTENCE:
            name = "".join(name.split(maxsplit=1)[1:])
            if not name[:1].isupper():
                continue
        acronyms = all(map(_is_acronym, name.split()))
        if name.lower() not in STOP_WORDS and not acronyms and not _STATUS.match(match[0]):
            found.append((match.end() - len(name), match.end()))
    return found


def is_known(name: str) -> bool:
    """Tell whether a name is a number or an id, each word with a digit in it: it is what a search for a name gives."""
    return all(_is_acronym(word) or any(map(str.isdigit, word)) for word in name.strip("'\"").split())


def unnamed(question: str, spans: list[tuple[int, int]]) -> str:
    """Return a question without its names; what is done by one is done by a person."""
    between = zip((0, *(end for _, end in spans)), (*(first for first, _ in spans), len(question)), strict=True)
    *pieces, last = (question[end:first] for end, first in between)
    return "".join(piece + _DOER if _BY.search(piece) else piece for piece in pieces) + last


def asking(text: str) -> str:
    """Return a question without what says only what the rest is good for, and without `Allows a user to`."""
    first, *others = _SENTENCES.split(text)
    told = (first, *(one for one in others if not _TALK.match(one)))
    return " ".join(_ENABLING.sub("", one) for one in told)


def clauses(text: str) -> list[str]:
    """Return what is asked one after another, as it is to be done; the whole text where that cannot be told.

    A clause that speaks of a thing as `it` has its name.
    """
    found: list[str] = []
    text = " ".join(text.split())  # each pattern would look for its end from everywhere in a run of spaces
    for clause in _CLAUSES.split(_LABEL.sub("", text)):
        for part in _parts(clause) if clause else ():
            _take(found, part)
    return found or [text]


def _parts(clause: str) -> list[str]:
    """Return what a clause asks for one after the other: `send it after making a channel`, `set up by making it`."""
    before, *after = _AFTER.split(clause, maxsplit=1)
    if after and _stands_alone(before) and _stands_alone(after[0]):
        return [*_parts(after[0]), *_parts(before)]
    match = _BY_DOING.search(clause)
    if match and verb_of(match[1]) and _tells(clause[match.end() :]) > 1 and _tells(clause[: match.start()]) > 1:
        return [clause[: match.start()], clause[match.end() :]]
    return [clause]


def _take(found: list[str], clause: str) -> None:
    """Add a clause to those before it, or to the last of them where it is too little to be looked up alone."""
    if found and _EFFECTS.match(clause):
        return
    if found and _IT.search(clause) and _does(clause) and (things := _things(found[-1])):
        # The article tells that what stands before it is a verb, where that is not known as one.
        known = any(map(_is_verb, _from_verb(clause)[:1]))
        found.append(_IT.sub(things if known else f"the {things}", clause, count=1))
    elif found and _TO_IT.match(clause) and _tells(clause):
        found.append(clause)  # Something before the last thing may be meant: the verb alone is asked for.
    elif found and not _stands_alone(clause):
        found[-1] += f" {clause}"
    elif _tells(clause):
        found.append(clause)


def _things(clause: str) -> str:
    """Return what a clause is about, without articles: `card` of `sends a card to a recipient`."""
    found = _from_verb(clause)
    is_done = found and (_is_verb(found[0]) or not ARTICLES.isdisjoint(found[1:2]) or _TO_IT.match(clause))
    things = list(takewhile(lambda word: word.lower() not in _OF_WHAT, found[1:] if is_done else found))
    searched = things[:1] and things[0].lower() in ("for", "to")  # `search for a user`
    end = phrase_end(things[1:], 0) + 1 if searched else phrase_end(things, 0)
    named = [word for word in content(things[:end]) if word.lower() not in STOP_WORDS and word not in MARKS]
    named = [word for word in named if _IT.fullmatch(word) is None]
    return " ".join(named[-_LONGEST_THING:])


def _does(clause: str) -> bool:
    """Tell whether a clause begins with a verb, in the third person too: whatever stands before `it` is one."""
    return any(map(_is_verb, _from_verb(clause)[:1])) or _TO_IT.match(clause) is not None


def _from_verb(clause: str) -> list[str]:
    """Return the words of a clause without what stands before its verb and says nothing: `I want to quickly`."""
    return list(dropwhile(_says_nothing, tokens(clause)))


def _says_nothing(word: str) -> bool:
    low = word.lower()
    return low.endswith("ly") or low in STOP_WORDS - _ASKED or low in MARKS


def _is_verb(word: str) -> bool:
    low = word.lower()
    return any(verb_of(form) or form in _ASKED for form in (low, low.removesuffix("s"), low.removesuffix("es")))


def phrases(clause: str) -> list[str]:
    """Return what a clause speaks of, one by one: `the author`, `the latest release`."""
    return [phrase for phrase in _PHRASES.split(clause) if _tells(phrase)]


def _is_acronym(word: str) -> bool:
    return word.isupper() and len(word) <= _ACRONYM


def _stands_alone(clause: str) -> bool:
    """Tell whether there is enough to look a clause up: two words that tell something, or one after `list` or `get`.

    Not of `get its lists`: whose they are is said before.
    """
    first, _, rest = clause.lstrip(_NO_WORD).partition(" ")
    after = words(rest)
    return _tells(clause) > 1 or bool(verb_of(first.lower()) and _tells(rest) and OWNED.isdisjoint(after))


def _tells(text: str) -> int:
    """Return how many words of a text are no stop words; `the list` is a thing, and not what is to be done."""
    return sum(word not in STOP_WORDS for word in words(text)) + len(_A_LIST.findall(text))
