"""What of a ranking an answer speaks of: the operations, the steps of a workflow, or that there is nothing."""

from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from engine.answer.fitting import Fitting, fitting
from engine.answer.records import Suggestion
from engine.answer.workflow.steps import STEPS, steps
from engine.english.smalltalk import is_small_talk
from engine.english.words import query_words, words
from engine.library.examples import examples
from engine.library.records import Entry
from engine.library.stems import stems
from engine.library.store import Library
from engine.search.pipeline import Ranked
from engine.search.search import Ranking
from engine.specs.describe import first_sentence
from engine.specs.model import Operation, Passage

OPERATIONS = 5
"""How many operations the facts speak of: the closest, and four in case it is not what was meant, a line each."""
PASSAGES = 2
"""How many passages of guides are quoted: those that are closer than the last of these operations."""
SUGGESTIONS = 3
"""What is offered where nothing was asked for, or nothing is there: as much as is read at a glance."""
UNLIKELY = 0.2
"""Relevance that a hit has where the library surely is about the question: for 10 % of those that it answers none has,
and for 98 % of everyday ones."""
FAINT = 0.1
"""Relevance that a hit has where it may be: for 4 % of the questions that the library answers none has, and for 92 % of
everyday ones. See `engine/search/ranking/WEIGHTS.md`."""
BARE = 0.04
"""The same where the user named the specification, which then is more likely meant. In `tests/questions/answers/build`
.77 instead of .75 have the right one among five, .74 instead of .70 without a shared word; 2 of 8 that are about
something else get what is nearest."""
_EMPTY = "The library is empty; add a specification"
_SMALL_TALK = "Ask how to do something with an API, or name an operation"
_NOTHING, _UNRELATED = "Nothing in the library fits this", "Nothing in the library seems to be about this"
_UNSURE = "Nothing fits this surely; this is what is nearest"


class Choice(NamedTuple):
    """What an answer speaks of."""

    operations: tuple[Entry, ...] = ()
    """What was asked for first; the steps of a workflow in calling order."""
    steps: int = 0
    """How many of them, from the first on, are the steps of a workflow."""
    passages: tuple[Entry, ...] = ()
    note: str = ""
    suggestions: tuple[Suggestion, ...] = ()
    fitting: tuple[Fitting, ...] = ()
    """The APIs that fit about equally, where there are several."""

    @property
    def nothing(self) -> bool:
        """Whether it only says that there is nothing to speak of."""
        return not (self.operations or self.passages)


def choose(library: Library, ranking: Ranking, spec: str | None, *, talk: bool) -> Choice:
    """Return what an answer to a question speaks of.

    Args:
        library: Where the entries are.
        ranking: What was found.
        spec: The only spec that was searched, where given.
        talk: Whether the question may be small talk: it is no follow-up.

    Raises:
        LibraryError: The library cannot be read.
    """
    found = ranking.entries
    if not library.has_entries():
        return Choice(note=_EMPTY)
    named = bool(found) and found[0].named
    if not named and talk and is_small_talk(ranking.asked.typed):
        return Choice(note=_SMALL_TALK, suggestions=_examples(library, spec))
    likeliest = max((one.relevance for one in found), default=0.0)
    unsure = not (named or ranking.missing) and likeliest < UNLIKELY
    if unsure and (telling := _telling(ranking)):
        return Choice(passages=telling)
    if unsure and likeliest < (BARE if spec else FAINT):
        nearest = _nearest(found)
        note = _UNRELATED if nearest else _NOTHING
        return Choice(note=note, suggestions=nearest or _examples(library, spec))
    operations = [one for one in found if isinstance(one.entry.item, Operation)]
    end = found.index(operations[OPERATIONS - 1]) if len(operations) >= OPERATIONS else None
    passages = [one.entry for one in found[:end] if isinstance(one.entry.item, Passage)]
    in_steps = steps(library, ranking, operations) if operations else []
    likely = UNLIKELY if in_steps else 0.0  # A workflow has room for more, of which a small API may have none.
    closest = [one.entry for one in operations if one.entry not in in_steps and one.relevance >= likely]
    return Choice(
        operations=(*in_steps, *closest[: (STEPS if in_steps else OPERATIONS) - len(in_steps)]),
        steps=len(in_steps),
        passages=tuple(passages[:PASSAGES]),
        note=f"{ranking.missing}; this is what is nearest" if ranking.missing else _UNSURE if unsure else "",
        fitting=() if spec or in_steps or ranking.missing else fitting(found, ranking.asked.question.text),
    )


def _telling(ranking: Ranking) -> tuple[Entry, ...]:
    """Return the passages that have half of the words of the question: relevance was learnt from operations alone."""
    asked = set(stems(query_words(ranking.asked.question.text)))
    entries = (one.entry for one in ranking.entries)
    return tuple(
        islice((entry for entry in entries if asked and 2 * len(asked & _words_of(entry)) >= len(asked)), PASSAGES)
    )


def _words_of(entry: Entry) -> set[str]:
    return set(stems(words(entry.item.text))) if isinstance(entry.item, Passage) else set()


def _nearest(found: Sequence[Ranked]) -> tuple[Suggestion, ...]:
    items = ((one.entry.ref, one.entry.item) for one in found)
    said = (
        Suggestion(ref, item.summary or first_sentence(item.description))
        for ref, item in items
        if isinstance(item, Operation)
    )
    return tuple(islice(said, SUGGESTIONS))


def _examples(library: Library, spec: str | None) -> tuple[Suggestion, ...]:
    """Return operations that one could ask for: of several specs where there are several."""
    return tuple(Suggestion(f"{name}:{key}", summary) for name, key, summary in examples(library, SUGGESTIONS, spec))
