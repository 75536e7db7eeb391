"""What of a ranking an answer speaks of: the operations, the steps of a workflow, or that there is nothing."""

from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from engine.answer.records import Suggestion
from engine.english.clauses import asks_to_act
from engine.english.smalltalk import is_small_talk
from engine.english.words import query_words, words
from engine.library.examples import examples
from engine.library.links import producers
from engine.library.records import Entry
from engine.library.stems import stems
from engine.library.store import Library
from engine.search.links.order import calling_order
from engine.search.pipeline import Ranked
from engine.search.search import Ranking
from engine.specs.describe import first_sentence
from engine.specs.model import Operation, Passage

OPERATIONS = 5
"""How many operations the facts speak of: the closest, and four in case it is not what was meant, a line each."""
STEPS = 8
"""Of a question that asks for several things one after another, how many the facts speak of."""
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
EVEN = 0.5
"""A question is rather about one API where that is likelier than not."""
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
    if unsure and likeliest < FAINT:
        nearest = _nearest(found)
        note = _UNRELATED if nearest else _NOTHING
        return Choice(note=note, suggestions=nearest or _examples(library, spec))
    operations = [one for one in found if isinstance(one.entry.item, Operation)]
    end = found.index(operations[OPERATIONS - 1]) if len(operations) >= OPERATIONS else None
    passages = [one.entry for one in found[:end] if isinstance(one.entry.item, Passage)]
    steps = _steps(library, ranking, operations)
    closest = [one.entry for one in operations[:OPERATIONS] if one.entry not in steps]
    return Choice(
        operations=(*steps, *closest[: max(0, OPERATIONS - len(steps))]),
        steps=len(steps),
        passages=tuple(passages[:PASSAGES]),
        note=f"{ranking.missing}; this is what is nearest" if ranking.missing else _UNSURE if unsure else "",
    )


def _steps(library: Library, ranking: Ranking, operations: Sequence[Ranked]) -> list[Entry]:
    """Return the steps of a workflow in calling order, as asked where nothing feeds another; none of a single thing.

    It is a workflow where several clauses ask for something to be done, each by an operation of its own, of one API
    unless the question calls several by name, or what it asks for lies in several. A question that is only long would
    get an order that it did not ask for.
    The steps are these operations, and those of the best hits that feed them or are fed by them.
    """
    clauses = ranking.asked.question.clauses[:STEPS]
    meant = [one for one in operations if one.api]
    if not meant:
        one_api = ranking.one_api > EVEN
        meant = [one for one in operations if one.entry.spec == operations[0].entry.spec or not one_api]
    firsts = [next((one for one in meant if one.part == clause), None) for clause in clauses]
    steps = {one.entry.rowid: one.entry for one in firsts if one is not None}
    if len(steps) < 2 or sum(map(asks_to_act, clauses)) < 2 or any(one.named for one in operations):
        return []
    best = {one.entry.rowid: one.entry for one in meant[:STEPS]}
    edges = producers(library, list(best | steps))
    linked = {edge.producer for edge in edges if edge.consumer in steps}
    linked |= {edge.consumer for edge in edges if edge.producer in steps}
    steps |= {rowid: entry for rowid, entry in best.items() if rowid in linked}
    order = calling_order(list(steps)[:STEPS], edges)
    return [steps[rowid] for rowid in order]


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
