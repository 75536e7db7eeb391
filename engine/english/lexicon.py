"""The words of the API world: what people type, and the words that specifications use for it."""

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from engine.english.inflection import bases
from engine.english.words import words

SYMMETRIC_WEIGHT = 0.25
"""What a word counts that stands in one line with a word of the question (`ticket, issue`); a word asked for is 1.

Measured with BM25 over the specifications of 170 providers, with summaries as questions for paths and operationIds:
0.15 to 0.25 was best there, and 0.5 hardly better than no lexicon. People's own words stray further from the text."""
DIRECTED_WEIGHT = 0.4
"""What a word counts that specifications use for a word that people type (`boss > manager`)."""
PHRASE_WEIGHT = 0.7
"""What a word counts that stands for a phrase (`pull * back > cancel`): the words of a phrase hardly mean another."""
SENSE_POWER = 0.7
"""How the lines of one entry share its weight: a word in `k` of its `n` lines gets (k / n) ** SENSE_POWER of it. With 1
they share it fully, which leaves little of words in wide use; with 0 every sense is taken for the one that is meant."""
FLOOR = 0.08
"""Words that would count less are left out: what is said of a word in many lines says little of any one question."""
REACH = 4
"""How many words after its verb the particle of `pull * back` may stand: `pull that last invitation back`."""

FILE = Path(__file__).with_name("lexicon.txt")
LONGEST = 3
"""The most words of a phrase that people type; those between the parts of `pull * back` do not count."""

_GAP = "*"
_loading = Lock()
Phrase = tuple[str, ...]


class Sense(NamedTuple):
    """What one line adds for an entry."""

    weight: float
    entries: list[str]

    @property
    def words(self) -> frozenset[str]:
        """Those of the entries."""
        return frozenset(word for entry in self.entries for word in _parts(entry))


class Lexicon(NamedTuple):
    """The lines of lexicon.txt, ready to be looked up."""

    senses: dict[Phrase, list[Sense]]
    """What people type, as words → what each of its lines adds."""
    words: frozenset[str]
    """The entries of one word: they are looked up as they are written (`rating` is not a form of `rate`)."""
    known: frozenset[str]
    """The words of all entries: what an inflected word is traced back to."""


def expand(question: Sequence[str]) -> dict[str, float]:
    """Return the words to look up besides those of a question, with their weights in (0, 1), heaviest first.

    The longest phrase wins, and its words are not looked up alone: `log in` says nothing about logs.

    Args:
        question: All words of the question in their order, stop words too (`tokens.words`).
    """
    lexicon = load()
    bases = [_base(word, lexicon.words, lexicon.known) for word in question]
    asked = {*question, *bases}
    found: dict[str, float] = {}
    for phrase in _phrases(bases, lexicon.senses):
        for word, weight in _shared(lexicon.senses[phrase]).items():
            if word not in asked:
                found[word] = max(weight, found.get(word, 0.0))
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def load() -> Lexicon:
    """Return the lexicon; its file is read once, also where two searches begin at a time."""
    with _loading:
        return _load()


@cache
def _load() -> Lexicon:
    lines = list(entries(FILE.read_text(encoding="utf-8")))
    phrases = [[_parts(entry) for entry in typed] for typed, _ in lines]
    single = frozenset(phrase[0] for typed in phrases for phrase in typed if len(phrase) == 1)
    known = frozenset(word for typed in phrases for phrase in typed for word in phrase)
    base = cache(lambda word: _base(word, single, known))
    senses: dict[Phrase, list[Sense]] = {}
    for (typed, meant), read in zip(lines, phrases, strict=True):
        word_sense = Sense(SYMMETRIC_WEIGHT if meant is None else DIRECTED_WEIGHT, meant or typed)
        phrase_sense = word_sense if meant is None else Sense(PHRASE_WEIGHT, meant)
        for phrase in read:
            if len(phrase) == 1:
                senses.setdefault(phrase, []).append(word_sense)
                continue
            based = tuple(map(base, phrase))
            senses.setdefault(based, []).append(phrase_sense)
            if _GAP in based:
                senses.setdefault(tuple(word for word in based if word != _GAP), []).append(phrase_sense)
    return Lexicon(senses, single, known)


def knows(word: str) -> bool:
    """Tell whether a word is in the lexicon, in any form: then it is English, and not misspelt."""
    lexicon = load()
    return _base(word, lexicon.words, lexicon.known) in lexicon.known


def entries(text: str) -> Iterator[tuple[list[str], list[str] | None]]:
    """Yield the lines of a lexicon: what people type, and the words of specifications, or None in a symmetric line."""
    for line in text.splitlines():
        typed, directed, meant = line.partition("#")[0].partition(">")
        if typed.strip():
            yield _entries(typed), _entries(meant) if directed else None


def _entries(side: str) -> list[str]:
    return [entry.strip() for entry in side.split(",")]


def _parts(entry: str) -> Phrase:
    """Return the words of an entry as those of a question are split (`2fa` is two), and its gap."""
    pieces = entry.split()
    if "".join(pieces).replace(_GAP, "").isalpha():
        return tuple(pieces)
    return tuple(part for piece in pieces for part in ([_GAP] if piece == _GAP else words(piece)))


def _shared(senses: Sequence[Sense]) -> dict[str, float]:
    """Return the words that the lines of one entry add, with the weight that each line's share leaves them."""
    weights: dict[str, float] = {}
    each_adds = [(sense.weight, sense.words) for sense in senses]
    for word in frozenset[str]().union(*(added for _, added in each_adds)):
        each = [weight for weight, added in each_adds if word in added]
        weight = max(each) * (len(each) / len(senses)) ** SENSE_POWER
        if weight >= FLOOR:
            weights[word] = weight
    return weights


def _phrases(bases: Sequence[str], senses: dict[Phrase, list[Sense]]) -> Iterator[Phrase]:
    """Yield the phrases of the lexicon in a question, each word in one phrase only."""
    taken: set[int] = set()
    for start in range(len(bases)):
        for phrase, places in _readings(bases, start):
            if phrase in senses and taken.isdisjoint(places):
                taken.update(places)
                yield phrase
                break


def _readings(bases: Sequence[str], start: int) -> Iterator[tuple[Phrase, Sequence[int]]]:
    """Yield the phrases that may begin at a word, with the places of their words: the longest first."""
    end = len(bases)
    for length in range(min(LONGEST, end - start), 1, -1):
        yield tuple(bases[start : start + length]), range(start, start + length)
    for after in range(start + 2, min(start + REACH + 1, end)):
        yield (bases[start], _GAP, bases[after]), (start, after)
    yield (bases[start],), (start,)


def _base(word: str, single: frozenset[str], known: frozenset[str]) -> str:
    """Return the word of the lexicon that a word is a form of, else the word itself."""
    if word in single:
        return word
    return next((base for base in bases(word) if len(base) > 1 and base in known), word)
