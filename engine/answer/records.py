"""What an answer is made of: facts from the spec, checked prose, and the events that bring them."""

from __future__ import annotations

import enum
import re
from typing import Literal

import msgspec

from engine.answer.excerpts import Excerpt
from engine.answer.fitting import Fitting
from engine.answer.told import Intent, SaidTold, Told
from engine.answer.trace import Trace
from engine.answer.whole.records import WholeFacts
from engine.answer.workflow.records import Pass, Repeat
from engine.calls.records import Call, FieldFact
from engine.models.protocol import Usage
from engine.search.records import Mode
from engine.specs.model import Link

_SURE = 0.6
"""Confidence from which on only what was asked for is shown in full: three to two for the intent."""
RungName = Literal["local", "remote", "facts"]
"""Who writes an answer: a model, here or elsewhere, or nobody, so that the facts stand alone."""


class ContentFact(msgspec.Struct, frozen=True):
    """One form in which something comes back."""

    media_type: str
    type: str
    stream: bool = False
    """Whether its items come one after the other, each as soon as it is there."""


class ResponseFact(msgspec.Struct, frozen=True):
    """What comes back for one status."""

    status: str
    description: str
    type: str = ""
    """`Issue`, `array of Issue`, `object`, or empty without a body."""
    contents: tuple[ContentFact, ...] = ()
    """All forms; none of GraphQL and gRPC, which have one."""
    headers: tuple[FieldFact, ...] = ()
    fields: tuple[FieldFact, ...] = ()
    """Fields of the body by dotted names: `items[].owner.login`. Told of whole answers, and on demand."""
    more: int = 0
    """How many fields there are besides, on the levels that were looked at."""
    links: tuple[Link, ...] = ()
    """Which operations take values of it, as the source says."""


class StepFact(msgspec.Struct, frozen=True):
    """One call of a workflow."""

    number: int
    """From 1."""
    name: str
    """Its stepId."""
    calls: str
    """`GET /pets`, where the library has it; else as the document names it: `listPets of petStore`."""
    ref: str
    """`SPEC:METHOD /path` in the library, or empty."""
    description: str = ""
    """First sentence of what is said of it."""
    takes: tuple[str, ...] = ()
    """What is passed on to it: `path petId ← $steps.find-pet.outputs.id`."""
    gives: tuple[str, ...] = ()
    """What it passes on: `id ← $response.body#/id`."""
    holds: tuple[str, ...] = ()
    """When it has succeeded."""
    then: tuple[str, ...] = ()
    """Where it goes on, where that is not the next one: `on failure retry after 1 s, at most 5 times`."""


class OperationFacts(msgspec.Struct, frozen=True):
    """What a caller must know of one operation, straight from the spec."""

    citation: int
    """The n of `[n]` in the prose."""
    spec: str
    operation: str
    """`POST /repos/{owner}/{repo}/issues`."""
    operation_id: str
    summary: str
    pointer: str
    deprecated: bool
    needs: tuple[FieldFact, ...]
    """Required inputs."""
    accepts: tuple[FieldFact, ...]
    """Optional inputs."""
    auth: tuple[str, ...]
    """Sentences; says so where the spec declares nothing."""
    scopes: tuple[str, ...]
    returns: ResponseFact | None
    errors: tuple[ResponseFact, ...]
    call: Call
    """The call with every required input, and where each value comes from."""
    request: str
    """The call as a command, which works once the placeholders are filled in."""
    deprecation: str = ""
    """Why it is deprecated, or what to use instead, where the source says so."""
    callbacks: tuple[str, ...] = ()
    """Calls that the API makes to the client because of it: `POST {$request.body#/url}: what it tells`."""
    steps: tuple[StepFact, ...] = ()
    """Of a workflow: its calls in order."""
    also: tuple[ResponseFact, ...] = ()
    """What else may come back that is no error."""
    nested: tuple[FieldFact, ...] = ()
    """Fields within the inputs by dotted names: `owner.login`, and those of other forms; required where the one that
    they are in is given. Told as the fields of responses are."""
    more: int = 0
    """How many of them there are besides, on the levels that were looked at."""
    asked: tuple[FieldFact, ...] = ()
    """Optional inputs, nested fields, fields of what comes back and its headers that the question speaks of."""

    unplaced: tuple[str, ...] = ()
    """What the user said for a call and none of its inputs takes."""

    @property
    def ref(self) -> str:
        """`SPEC:METHOD /path`."""
        return f"{self.spec}:{self.operation}"

    @property
    def unfilled(self) -> tuple[str, ...]:
        """Required inputs that nobody said: what stands for them, an example too, is the caller's to replace."""
        required = {fact.name for fact in self.needs}
        origins = self.call.sources.items()
        return tuple(
            name
            for name, origin in origins
            if origin not in ("question", "default") and not required.isdisjoint((name, re.split(r"[.\[]", name)[0]))
        )


class PassageFact(msgspec.Struct, frozen=True):
    """What a guide says, word for word."""

    citation: int
    """The n of `[n]`."""
    spec: str
    place: str
    """`guide.md:12` or `guide.pdf, page 3`."""
    heading: str
    text: str

    @property
    def ref(self) -> str:
        """`SPEC:guide.md:12`."""
        return f"{self.spec}:{self.place}"


class Suggestion(msgspec.Struct, frozen=True):
    """An operation that one could ask for."""

    ref: str
    """`SPEC:METHOD /path`."""
    summary: str


class Facts(msgspec.Struct, frozen=True):
    """The part of an answer that is composed by code."""

    question: str
    intent: Intent
    operations: tuple[OperationFacts, ...]
    """What was asked for first, as the search has it; the steps of a workflow in calling order."""
    search: Mode
    """How they were found."""
    note: str = ""
    """A sentence where there is something to say, such as that nothing was found."""
    passages: tuple[PassageFact, ...] = ()
    """What guides say of it, the closest first; numbered after the operations."""
    understood: str = ""
    """What was searched for, where that is not the question as typed: `delete an issue` for `and how do I delete it?`
    """
    unplaced: tuple[str, ...] = ()
    """What the user said for the call, or for any of the steps, and no input takes."""
    steps: int = 0
    """How many of the operations, from the first on, are the steps of a workflow; 0 where one thing was asked for."""
    whole: WholeFacts | None = None
    """The exact answer to a question about a whole API; there is nothing else then."""
    passes: tuple[Pass, ...] = ()
    """What the steps pass on, by the step that takes it."""
    repeats: tuple[Repeat, ...] = ()
    """Which steps are called again, for the next page or until something is done."""
    suggestions: tuple[Suggestion, ...] = ()
    """What one could ask, where there is no answer: the nearest operations, or any where nothing was asked for."""
    pinned: int = 0
    """How many of the operations, the last ones, are told of because they are pinned."""
    attached: tuple[Excerpt, ...] = ()
    """What texts that the user attached say of the question."""
    confidence: float = 1.0
    """How surely the question is of this intent, 0.5 to 1; 1 where the user said which one it is."""
    told: Told | None = None
    """What was asked for, in full; None where the facts of the operations tell it."""
    otherwise: tuple[Intent, ...] = ()
    """What else it can be asked as, the likeliest first."""
    choices: tuple[Fitting, ...] = ()
    """The APIs that the question fits about equally, that of the first operation first; none where it is clear."""

    @property
    def to_the_point(self) -> bool:
        """Whether the answer is about what is told, so that the rest of the operation's facts is shown in short."""
        return self.told is not None and not isinstance(self.told, SaidTold) and self.confidence >= _SURE

    def passed(self, step: int) -> list[str]:
        """Return what a step takes of those before it, and when it is called again, in words."""
        said = [each.said for each in self.passes if each.taker == step]
        return said + [each.said for each in self.repeats if each.step == step]


class SegmentKind(enum.Enum):
    """What a piece of prose is."""

    PLAIN = "plain"
    VERIFIED = "verified"
    """A name that is in the spec; one that names an operation carries its `citation`."""
    UNVERIFIED = "unverified"
    """A name that is not in the spec: to be shown as doubtful."""
    FALSE = "false"
    """Words that the spec contradicts: to be struck, with its `correction` beside them."""


class Segment(msgspec.Struct, frozen=True):
    """A piece of the model's text. Joined, the texts of all segments are the model's text."""

    text: str
    kind: SegmentKind = SegmentKind.PLAIN
    citation: int = 0
    """n of the cited operation, or 0."""
    ref: str = ""
    """`SPEC:METHOD /path` of the cited operation."""
    correction: str = ""
    """What the spec says instead."""
    numbered: bool = False
    """The text itself says the number, right behind."""

    @property
    def marked(self) -> str:
        """The text as it is written where there is no other way to mark: `name [?]`, `GET /users [1]`, `~~is~~ (…)`."""
        if self.kind is SegmentKind.FALSE:
            return f"~~{self.text}~~ (the spec says: {self.correction})"
        if self.kind is SegmentKind.UNVERIFIED:
            return f"{self.text} [?]"
        if not self.citation or self.numbered:
            return self.text
        number = f"[{self.citation}]"
        return number if self.text.lstrip("`").startswith(number) else f"{self.text} {number}"


class Stage(msgspec.Struct, frozen=True):
    """What is going on now: `searching`, `loading the model`, `reading the prompt`, `writing`."""

    name: str


class FactsReady(msgspec.Struct, frozen=True):
    """The facts. May come a second time, when search by meaning has changed them; the later one counts."""

    facts: Facts


class Prose(msgspec.Struct, frozen=True):
    """More of the model's text."""

    segments: tuple[Segment, ...]


class Notice(msgspec.Struct, frozen=True):
    """A plain sentence for the user, such as why there is no prose."""

    text: str
    hint: str = ""

    @property
    def sentences(self) -> str:
        """Text and hint as they are read: `The model … is not installed. Run ….`."""
        return " ".join(f"{part}." for part in (self.text, self.hint) if part)


class Cached(msgspec.Struct, frozen=True):
    """That the prose was written before, in this process."""

    question: str
    """The question for which it was written: the same, or one that asks the same."""
    age_s: float
    """Seconds since then."""


class Offer(msgspec.Struct, frozen=True):
    """The prose is missing, or breaks off; somebody else could write it, if the user asks for that."""

    rung: RungName
    usual: bool = False
    """Whether nothing went wrong: the facts stand alone because they are the whole answer."""


class Answer(msgspec.Struct, frozen=True):
    """A whole answer, as `ask --json` prints it."""

    question: str
    intent: Intent
    rung: RungName
    """Who wrote it."""
    model: str
    """Name of the model that wrote it, or empty."""
    facts: Facts
    prose: str
    """With doubtful names followed by ` [?]` and operations by ` [n]`; empty without a model."""
    folded: bool
    """True when the draft is built on names that are not in the spec, so that it should not be shown openly."""
    citations: dict[str, str]
    """`n` → `SPEC:METHOD /path` for each citation in the prose."""
    unverified: tuple[str, ...]
    """Names in the prose that are not in the spec."""
    notice: str
    """What there is to say about the model, with what to do; mostly empty."""
    timings_ms: dict[str, float]
    """From the question: `search`, `facts`, `first_token`, `total`."""
    usage: Usage | None = None
    """What the model took; nothing where it wrote before."""
    cached: Cached | None = None
    """That the prose was written before, where it was."""
    repeats: bool = False
    """True when the draft went round in a circle and was stopped; it is folded, too."""
    corrections: dict[str, str] = {}
    """What the prose says that the spec contradicts → what the spec says instead."""
    trace: Trace | None = None
    """How it came about."""


class Done(msgspec.Struct, frozen=True):
    """The answer is complete."""

    answer: Answer


Event = Stage | FactsReady | Prose | Notice | Offer | Done
