import asyncio
import secrets
import struct
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing, suppress
from pathlib import Path
from typing import Literal

import pytest

from engine.answer import ask as ask_module
from engine.answer.ask import Parts, Writing, ask
from engine.answer.ladder import Rung
from engine.answer.records import Answer, Done, Event, FactsReady, Notice, Prose, RungName, SegmentKind, Stage
from engine.answer.remembered import Answers
from engine.doors.adding import Adder
from engine.doors.views import Views
from engine.errors import LibraryError, ModelFileError, WorkerError
from engine.library.store import Library
from engine.models.protocol import Message, Usage
from engine.observe.metrics import Metrics
from engine.search import search as search_module
from engine.search.embeddings import Embeddings
from engine.search.search import Searcher
from engine.search.vectors import VectorIndex, merged
from engine.search.words.terms import TermIndex
from engine.settings import Settings
from tests.answer.rungs import rung
from tests.answer.spec import DOCUMENT

MODEL = Settings().embedding_model
USAGE = Usage(prompt_tokens=5, tokens=2, prefill_ms=1.0, tokens_per_s=9.04, finish="stop")
QUESTION = "hand in a parcel"
CREATE = "depot:POST /parcels"
Embed = Callable[[Sequence[str]], Awaitable[list[bytes]]]


def vector(*numbers: float) -> bytes:
    """A vector as the worker gives it."""
    return struct.pack(f"<{len(numbers)}f", *numbers)


class House:
    """A library with the small spec, each operation on an axis of its own, and what answers are made with."""

    def __init__(self, folder: Path, document: str | None = DOCUMENT) -> None:
        self.folder = folder
        self.library = Library(folder / "library.db")
        self.axes: dict[str, bytes] = {}
        if document is not None:
            settings = Settings()
            list(
                Adder(self.library, settings, Views(self.library, MODEL).info).add(
                    [document.encode()], "depot", network=False
                )
            )
            texts = self.library.without_vector(MODEL)
            for place, text in enumerate(texts):
                self.axes[text] = vector(*(float(place == axis) for axis in range(len(texts))))
            self.library.put_vectors(MODEL, list(self.axes), [merged([axis]) for axis in self.axes.values()])

    def near(self, words: str) -> bytes:
        """The vector of the operation whose text holds these words."""
        (found,) = [axis for text, axis in self.axes.items() if words in text]
        return found

    def parts(self, embed: Embed, *rungs: Rung, prose: Literal["auto", "always", "never"] = "always") -> Parts:
        """What answers are made with."""
        metrics = Metrics()
        terms, vectors = TermIndex(self.library, self.folder), VectorIndex(self.library, MODEL, self.folder)
        model = secrets.token_bytes(16)
        embeddings = Embeddings(self.library, embed, lambda: model)
        searcher = Searcher(self.library, terms, vectors, embeddings, None, metrics)
        return Parts(
            library=self.library,
            searcher=searcher,
            rungs=rungs,
            metrics=metrics,
            answers=Answers(embeddings, Settings()),
            prose=prose,
        )


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for search by meaning as long as it takes; on a busy machine it may take longer than people would."""
    monkeypatch.setattr(ask_module, "PATIENCE_S", 60.0)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch, patient: None) -> None:
    """Do not wait for search by meaning."""
    monkeypatch.setattr(ask_module, "PATIENCE_S", 0.01)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """The library with the small spec."""
    made = House(tmp_path)
    yield made
    made.library.close()


def writer(*pieces: str, error: Exception | None = None) -> Rung:
    """A rung that writes these pieces, and then fails where an error is given."""

    async def stream(messages: Sequence[Message]) -> AsyncGenerator[str | Usage, None]:
        for piece in pieces:
            yield piece
        if error:
            raise error
        yield USAGE

    return rung(stream)


def embedder(result: bytes) -> Embed:
    """An embedder that answers at once."""

    async def embed(texts: Sequence[str]) -> list[bytes]:
        return [result] * len(texts)

    return embed


class SlowEmbedder:
    """An embedder that answers when a test says so, and knows whether it was cancelled."""

    def __init__(self, result: bytes) -> None:
        self.result = result
        self.go = asyncio.Event()
        self.cancelled = False

    async def __call__(self, texts: Sequence[str]) -> list[bytes]:
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        return [self.result] * len(texts)


async def events_of(parts: Parts, question: str = QUESTION, *, rung: RungName | None = None) -> list[Event]:
    """All events of a question."""
    return [event async for event in ask(parts, question, None, writing=Writing(rung=rung))]


def answer_of(events: Sequence[Event]) -> Answer:
    """The answer at the end."""
    assert isinstance(events[-1], Done)
    assert not any(isinstance(event, Done) for event in events[:-1])
    return events[-1].answer


def kinds(events: Sequence[Event]) -> list[str]:
    """What came, in order; a stage by its name."""
    return [event.name if isinstance(event, Stage) else type(event).__name__ for event in events]


async def test_events_come_in_order(house: House) -> None:
    """Searching, facts, the model, prose sentence by sentence, and the answer at the end."""
    one = writer("Call POST /par", "cels, it takes ", "to. ", "And weight_kg")
    events = await events_of(house.parts(embedder(house.near("Hand in")), one))
    assert kinds(events) == [
        "searching",
        "FactsReady",
        "loading the model",
        "reading the prompt",
        "writing",
        "Prose",
        "Prose",
        "Done",
    ]
    answer = answer_of(events)
    assert answer.prose == "Call POST /parcels [1], it takes to. And weight_kg [?]"
    assert (answer.rung, answer.model, answer.folded, answer.notice) == ("local", "local-model", False, "")
    assert answer.citations == {"1": CREATE}
    assert answer.unverified == ("weight_kg",)
    assert answer.facts.search == "words and meaning"
    assert set(answer.timings_ms) == {"search", "facts", "first_token", "total"}
    assert answer.usage == USAGE


async def test_a_field_of_another_operation_is_doubted(house: House) -> None:
    """Prose is about the main operation: what only the other operations of the facts have is not verified for it."""
    one = writer("Call POST /parcels with parcel_id in the path; it returns 204. ")
    answer = answer_of(await events_of(house.parts(embedder(house.near("Hand in")), one)))
    assert len(answer.facts.operations) > 1
    assert answer.facts.operations[0].ref == CREATE
    assert answer.unverified == ("parcel_id", "204")


class Watched(Library):
    """A library that knows how often an operation was looked up where keys are waited for."""

    on_the_loop = 0
    looked_up = 0

    def matching(self, name: str, spec: str | None) -> list[int]:
        """Look up an operation."""
        self.looked_up += 1
        with suppress(RuntimeError):  # a thread without a loop
            asyncio.get_running_loop()
            self.on_the_loop += 1
        return super().matching(name, spec)


async def test_no_key_waits_for_what_is_looked_up(house: House) -> None:
    """What prose says of other operations is looked up beside the event loop, also in prose that was written before."""
    house.library.close()
    house.library = watched = Watched(house.folder / "library.db")
    parts = house.parts(embedder(house.near("Hand in")), writer("Then call GET /parcels to see all of them. "))
    answer_of(await events_of(parts))
    looked_up = watched.looked_up
    again = answer_of(await events_of(parts))
    assert again.cached
    assert watched.looked_up > looked_up > 0
    assert watched.on_the_loop == 0


async def test_prose_is_the_text_of_the_model(house: House) -> None:
    """The segments of all prose, joined, are what the model wrote."""
    pieces = ("First ", "GET /parcels", "; then\n", "`", "nothing", "` else")
    events = await events_of(house.parts(embedder(house.near("Hand in")), writer(*pieces)))
    segments = [segment for event in events if isinstance(event, Prose) for segment in event.segments]
    assert "".join(segment.text for segment in segments) == "".join(pieces)
    assert [segment.text for segment in segments if segment.kind is SegmentKind.UNVERIFIED] == ["`nothing`"]


async def test_a_draft_of_inventions_is_folded(house: House) -> None:
    """When most names are not in the spec the answer says to fold the draft away."""
    one = writer("Use GET /a/b/c, foo_bar and `baz`.")
    assert answer_of(await events_of(house.parts(embedder(house.near("Hand in")), one))).folded


async def test_facts_wait_for_meaning_only_a_moment(house: House, impatient: None) -> None:
    """A slow embedder does not hold the facts back; when it changes them they come again, and prose is about those."""
    embed = SlowEmbedder(house.near("PUT parcels parcel id"))
    asked: list[Message] = []

    async def stream(messages: Sequence[Message]) -> AsyncGenerator[str | Usage, None]:
        asked.extend(messages)
        yield "[1] it is"

    parts = house.parts(embed, rung(stream))
    facts = []
    async with aclosing(ask(parts, QUESTION, None)) as events:
        async for event in events:
            if isinstance(event, FactsReady):
                facts.append(event.facts)
                embed.go.set()
            elif isinstance(event, Done):
                answer = event.answer
    assert [one.search for one in facts] == ["words", "words and meaning"]
    assert [operation.ref for operation in facts[0].operations] != [operation.ref for operation in facts[1].operations]
    assert [one.ref for one in answer.facts.operations] == [one.ref for one in facts[1].operations]
    assert facts[1].operations[0].operation in asked[-1].content
    assert answer.citations == {"1": facts[1].operations[0].ref}


async def test_facts_come_once_when_meaning_changes_nothing(tmp_path: Path, impatient: None) -> None:
    """Search by meaning that agrees with the words brings no second facts."""
    one = "openapi: 3.0.3\ninfo: {title: One, version: '1'}\npaths: {/parcels: {get: {summary: Parcel, responses: {}}}}"
    house = House(tmp_path, one)
    embed = SlowEmbedder(vector(1.0))
    slow = []
    async with aclosing(ask(house.parts(embed), "parcel", None, writing=Writing(rung="facts"))) as events:
        async for event in events:
            slow.append(event)
            if isinstance(event, FactsReady):
                embed.go.set()
    house.library.close()
    assert kinds(slow) == ["searching", "FactsReady", "Done"]


async def test_an_embedder_that_hangs_does_not_keep_the_prose_back(
    house: House, impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a while the model writes from the facts by words, and the embedder is let go."""
    monkeypatch.setattr(search_module, "LONG_PATIENCE_S", 0.05)
    embed = SlowEmbedder(b"")
    events = await events_of(house.parts(embed, writer("Done.")))
    assert kinds(events) == [
        "searching",
        "FactsReady",
        "loading the model",
        "reading the prompt",
        "writing",
        "Prose",
        "Done",
    ]
    assert answer_of(events).facts.search == "words"
    assert embed.cancelled


async def test_leaving_while_the_embedder_hangs_lets_it_go(house: House, impatient: None) -> None:
    """A reader that has seen the facts and leaves ends the search by meaning."""
    embed = SlowEmbedder(b"")
    async with aclosing(ask(house.parts(embed), QUESTION, None)) as events:
        async for event in events:
            if isinstance(event, FactsReady):
                break
    assert embed.cancelled


async def test_without_an_embedder_words_are_enough(house: House) -> None:
    """An embedding model that is missing costs the meaning, not the answer."""

    async def embed(_texts: Sequence[str]) -> list[bytes]:
        raise ModelFileError("It is not installed")

    answer = answer_of(await events_of(house.parts(embed), rung="facts"))
    assert (answer.facts.search, answer.facts.operations[0].ref) == ("words", CREATE)


async def test_an_empty_library_says_so(tmp_path: Path) -> None:
    """Without a spec there is one sentence, no operation and no model."""
    house = House(tmp_path, None)
    events = await events_of(house.parts(embedder(b""), writer("No.")))
    house.library.close()
    assert kinds(events) == ["searching", "FactsReady", "Done"]
    answer = answer_of(events)
    assert (answer.facts.operations, answer.rung, answer.model, answer.prose) == ((), "facts", "", "")
    assert answer.facts.note == "The library is empty; add a specification"


async def test_a_question_that_nothing_fits_says_so(house: House) -> None:
    """No word in common and no embedder: one sentence, and the model is not asked."""

    async def embed(_texts: Sequence[str]) -> list[bytes]:
        raise ModelFileError("It is not installed")

    events = await events_of(house.parts(embed, writer("No.")), "zebra crossing")
    assert kinds(events) == ["searching", "FactsReady", "Done"]
    assert answer_of(events).facts.note == "Nothing in the library fits this"


async def test_what_is_only_nearest_is_called_so(house: House) -> None:
    """When no word fits and the meaning is far away, a sentence says so, and the nearest are offered, not answered."""
    far = vector(0.02, 0.01, *(0.0 for _ in list(house.axes)[2:]))
    facts = answer_of(await events_of(house.parts(embedder(far)), "zebra crossing", rung="facts")).facts
    assert facts.note == "Nothing in the library seems to be about this"
    assert (facts.operations, facts.passages) == ((), ())
    assert {one.ref for one in facts.suggestions} < {f"depot:{row.operation}" for row in house.library.outline("depot")}
    close = answer_of(await events_of(house.parts(embedder(house.near("Hand in"))), "zebra", rung="facts")).facts
    assert (close.note, close.operations[0].ref) == ("", CREATE)


async def test_what_may_be_meant_is_shown_with_a_doubt(house: House) -> None:
    """Between what fits and what is far away: the facts of the nearest, and a sentence that nothing fits surely."""
    dim = vector(0.2, 0.1, *(0.0 for _ in list(house.axes)[2:]))
    events = await events_of(house.parts(embedder(dim), writer("No.")), "zebra crossing")
    facts = answer_of(events).facts
    assert facts.note == "Nothing fits this surely; this is what is nearest"
    assert facts.operations
    assert facts.suggestions == ()
    assert "Prose" not in kinds(events)


async def test_without_a_model_the_facts_stand_alone(house: House) -> None:
    """A missing chat model is a sentence with its remedy; the answer is whole and written by nobody."""
    missing = ModelFileError("The model is not installed", hint="Pull it")
    events = await events_of(house.parts(embedder(house.near("Hand in")), writer(error=missing)))
    assert kinds(events) == ["searching", "FactsReady", "loading the model", "reading the prompt", "Notice", "Done"]
    assert events[-2] == Notice(text="The model is not installed", hint="Pull it")
    answer = answer_of(events)
    assert (answer.rung, answer.model, answer.prose) == ("facts", "", "")
    assert answer.notice == "The model is not installed. Pull it."
    assert answer.facts.operations[0].ref == CREATE


async def test_a_model_that_breaks_off_keeps_its_words(house: House) -> None:
    """What was written before the failure stays, the rest of a clause included, and the reason is told."""
    one = writer("Call POST /parcels, and th", error=WorkerError("It died", hint="Ask again"))
    events = await events_of(house.parts(embedder(house.near("Hand in")), one))
    answer = answer_of(events)
    assert answer.prose == "Call POST /parcels [1], and th"
    assert answer.rung == "local"
    assert answer.notice == "It died; what it wrote until then is kept. Ask again."
    assert kinds(events)[-3:] == ["Prose", "Notice", "Done"]
    assert "tokens" not in answer.timings_ms


async def test_leaving_in_mid_prose_stops_the_rung(house: House) -> None:
    """Closing the events closes the model's stream."""
    closed = asyncio.Event()

    async def stream(messages: Sequence[Message]) -> AsyncGenerator[str | Usage, None]:
        try:
            while True:
                yield "More, "
        finally:
            closed.set()

    parts = house.parts(embedder(house.near("Hand in")), rung(stream))
    async with aclosing(ask(parts, QUESTION, None)) as events:
        async for event in events:
            if isinstance(event, Prose):
                break
    assert closed.is_set()


async def test_a_cancelled_task_stops_the_rung(house: House) -> None:
    """Cancelling who asks ends a model that has not written a word yet."""
    writing, closed = asyncio.Event(), asyncio.Event()

    async def stream(messages: Sequence[Message]) -> AsyncGenerator[str | Usage, None]:
        writing.set()
        try:
            await asyncio.Event().wait()
            yield ""
        finally:
            closed.set()

    parts = house.parts(embedder(house.near("Hand in")), rung(stream))
    task = asyncio.create_task(events_of(parts))
    await writing.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert closed.is_set()


async def test_facts_only_asks_no_model(house: House) -> None:
    """Without prose the rungs are not touched."""
    events = await events_of(house.parts(embedder(house.near("Hand in")), writer("No.")), rung="facts")
    assert kinds(events) == ["searching", "FactsReady", "Done"]
    assert answer_of(events).rung == "facts"


async def test_a_library_that_cannot_be_read_is_an_error(house: House) -> None:
    """A broken library is no empty answer."""
    house.library.close()
    with pytest.raises(LibraryError):
        await events_of(house.parts(embedder(b""), writer("No.")))


async def test_figures_are_kept_for_the_health_pane(house: House) -> None:
    """Each answer leaves its search time, first token and speed behind."""
    parts = house.parts(embedder(house.near("Hand in")), writer("Yes."))
    await events_of(parts)
    assert len(parts.metrics.search_ms) == 1
    assert (list(parts.metrics.first_token_ms), list(parts.metrics.tokens_per_s)) == ([1.0], [9.04])


SHOP = """
openapi: 3.0.3
info: {title: Shop, version: '1'}
paths:
  /carts:
    post:
      summary: Create a cart
      responses: {'201': {content: {application/json: {schema: {$ref: '#/components/schemas/Cart'}}}}}
  /carts/{cart_id}/items:
    post:
      summary: Add an item to a cart
      parameters: [{name: cart_id, in: path, required: true, schema: {type: string}}]
      responses: {'204': {description: Added}}
  /carts/{cart_id}/checkout:
    post:
      summary: Check out a cart
      parameters: [{name: cart_id, in: path, required: true, schema: {type: string}}]
      responses: {'204': {description: Ordered}}
  /vouchers:
    get: {summary: List vouchers, responses: {'200': {description: All of them}}}
components:
  schemas:
    Cart: {type: object, properties: {id: {type: string}, total: {type: number}}}
"""


async def test_steps_come_in_calling_order(tmp_path: Path) -> None:
    """Of several clauses each has its operation, and what gives something comes before what needs it."""
    house = House(tmp_path, SHOP)
    question = "check out the cart, add an item to the cart, and create the cart"
    asked = ask(house.parts(embedder(vector(*[0.0] * 4))), question, None, writing=Writing(rung="facts"))
    answer = answer_of([event async for event in asked])
    assert [one.operation for one in answer.facts.operations[: answer.facts.steps]] == [
        "POST /carts",
        "POST /carts/{cart_id}/checkout",
        "POST /carts/{cart_id}/items",
    ]
    house.library.close()
