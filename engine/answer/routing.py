"""From what was found to what is told first: the kind of question, the operations it is about, and what it asks."""

from collections.abc import Sequence
from typing import NamedTuple, cast

import msgspec

from engine.answer.choice import OPERATIONS, Choice
from engine.answer.intent import Routed, route
from engine.answer.intents.asking import Asking
from engine.answer.intents.compose import told
from engine.answer.intents.lead import compared, leading
from engine.answer.told import Intent, Told
from engine.calls.source import Source, from_library
from engine.english.asking import asks_for_limits
from engine.english.smalltalk import is_small_talk
from engine.library.records import Entry
from engine.library.store import Library
from engine.search.search import Ranking
from engine.specs.model import Operation

_EVEN = 0.5
"""How sure a reading is that others stand beside as well; see `Routed.confidence`."""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What the user asked, and how it is to be taken."""

    typed: str
    query: str
    """As what it is understood: the same, where it is no follow-up."""
    spec: str | None = None
    """The only spec that was searched, where there was one."""
    intent: Intent | None = None
    """What kind of question it is, where the user says so."""
    media_type: str = ""
    """In which media type bodies are sent, where the user says so."""


class Meant(NamedTuple):
    """What a question is about."""

    sources: list[Source]
    """The operations; of a workflow its steps in calling order, then what is close besides."""
    routed: Routed
    told: Told | None
    """What is told first."""
    note: str
    """A sentence where there is something to say."""


def meant(library: Library, question: Question, choice: Choice, ranking: Ranking) -> Meant:
    """Return what a question is about.

    Args:
        library: Where the operations are.
        question: The question.
        choice: The operations that are closest.
        ranking: All that was found.

    Raises:
        LibraryError: The library cannot be read.
    """
    looking = _Looking(library, question, choice, ranking)
    asks = _asks(question, choice)
    routed = route(asks, question.intent)
    if routed.intent == "whole" and question.intent is None:  # it would have been told before: this is about a part
        routed = Routed("do", _EVEN, route(asks, "do").otherwise)
    entries = choice.operations if choice.steps else looking.entries(routed.intent)
    if entries and choice.nothing and routed.intent == "do":
        routed = routed._replace(intent="field")
    sources = [looking.source(entry) for entry in entries]
    first, kind = looking.told(routed.intent, sources)
    note = "" if choice.nothing and (first or entries) else choice.note
    return Meant(sources, routed._replace(intent=kind), first, note)


def _asks(question: Question, choice: Choice) -> str:
    """Return the text by which the kind of question is told: what it is understood as.

    Unless that is only the key of one of the operations, which says nothing of what is asked about it: there are tokens
    in `DELETE /tokens/{id}`.
    """
    keys = [entry.ref.partition(":")[2] for entry in choice.operations]
    return question.typed if question.query in keys else question.query


class _Looking:
    """Looks into operations, each of which remembers the schemas that it was asked for."""

    def __init__(self, library: Library, question: Question, choice: Choice, ranking: Ranking) -> None:
        self._library = library
        self._question = question
        self._choice = choice
        self._missing = ranking.missing
        self._found = [one.entry for one in ranking.entries if isinstance(one.entry.item, Operation)]
        self._sources: dict[int, Source] = {}

    def source(self, entry: Entry) -> Source:
        """Return an operation with its schemas."""
        if entry.rowid not in self._sources:
            self._sources[entry.rowid] = from_library(self._library, entry.spec, cast("Operation", entry.item))
        return self._sources[entry.rowid]

    def entries(self, kind: Intent) -> tuple[Entry, ...]:
        """Return the operations that a question of this kind is about: another than the closest may have what it names.

        And where nothing seemed to be about the question, one that has what it names is.
        """
        choice, found = self._choice, self._found
        if kind == "compare" and choice.operations:
            return tuple(compared(self._question.query, found, OPERATIONS))
        limits = kind == "errors" and asks_for_limits(self._question.typed)
        if choice.operations and (self._missing or kind in ("auth", "paging") or (kind == "errors" and not limits)):
            return choice.operations
        is_guess = choice.nothing and kind in ("do", "compare")  # what it names may be a field
        asking = Asking(self._question.typed, "field" if is_guess else kind, spec=self._question.spec or "")
        if (first := leading(asking, found, self.source, is_about=not is_guess)) is None:
            return choice.operations
        return (first, *(entry for entry in choice.operations or found if entry is not first))[:OPERATIONS]

    def told(self, kind: Intent, sources: Sequence[Source]) -> tuple[Told | None, Intent]:
        """Return what is told first, and what kind of question it is now that it is known what there is."""
        if kind in ("do", "workflow"):
            kind = "workflow" if self._choice.steps else "do"
        spec = sources[0].spec if sources else self._question.spec or ""
        about = self._library.about(spec) if spec and self._library.has_spec(spec) else None
        near = [cast("Operation", entry.item) for entry in self._found]
        typed = self._question.typed
        first = None if kind == "workflow" else told(Asking(typed, kind, sources, spec, about, near))
        if self._choice.nothing and not sources and first is None:
            return None, "talk" if is_small_talk(typed) else "outside"
        return first, kind
