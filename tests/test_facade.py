import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import pytest
import pytest_asyncio

from engine import (
    SAMPLE,
    Answer,
    BreakerHealth,
    Done,
    Engine,
    Event,
    FactsReady,
    InputError,
    LibraryHealth,
    ModelFileError,
    NotFoundError,
    Notice,
    OutlineRow,
    Progress,
    Prose,
    Settings,
    SpecError,
    WorkerState,
    folders,
)
from engine.doors import library as library_door
from engine.models.shelf import ModelShelf

SETTINGS = Settings(answer_tokens=60, threads=2, prose="always")
QUESTION = "how do I borrow a book"


def engine_in(home: Path, models: Path) -> Engine:
    """An engine whose folders are all under `home`, with a shelf of models."""
    return Engine(folders({"SPECDECK_HOME": str(home), "SPECDECK_MODELS": str(models)}), SETTINGS)


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory, shelf: ModelShelf) -> Path:
    """A home with the sample in it, and a vector for each of its operations."""
    home = tmp_path_factory.mktemp("home")

    async def fill() -> None:
        async with engine_in(home, shelf.folder) as engine:
            await engine.library.add(SAMPLE)
            await engine.library.embed()

    asyncio.run(fill())
    return home


@pytest_asyncio.fixture
async def engine(embedded: Path, shelf: ModelShelf, tmp_path: Path) -> AsyncIterator[Engine]:
    """An open engine on a copy of that home, with real models."""
    shutil.copytree(embedded / "data", tmp_path / "data")
    async with engine_in(tmp_path, shelf.folder) as engine:
        yield engine


@pytest_asyncio.fixture
async def bare(tmp_path: Path) -> AsyncIterator[Engine]:
    """An open engine with the sample, and no model at all."""
    async with engine_in(tmp_path, tmp_path / "no-models") as engine:
        await engine.library.add(SAMPLE)
        yield engine


def answer_of(events: list[Event]) -> Answer:
    """The answer at the end."""
    assert isinstance(events[-1], Done)
    return events[-1].answer


# The library ---------------------------------------------------------------------------------------------------------
async def test_a_document_is_added_once(bare: Engine) -> None:
    """The same document again changes nothing; with a name of its own it is another spec."""
    again = await bare.library.add(SAMPLE)
    assert (again.info.name, again.changed) == ("town-library", False)
    named = await bare.library.add(SAMPLE.read_bytes(), name="Second.one")
    assert (named.info.name, named.info.source, named.changed) == ("Second.one", "-", True)
    assert [info.name for info in await bare.library.specs()] == ["Second.one", "town-library"]
    await bare.library.remove("second.ONE")
    assert [info.name for info in await bare.library.specs()] == ["town-library"]


@pytest.mark.parametrize("name", ["", "a:b", "a b", "-x", "x\x1b[31m", "x" * 65, "../x", "\udcff"])
async def test_a_name_that_would_break_references_is_refused(bare: Engine, name: str) -> None:
    """A name with a colon, blanks or control characters is an input error, and nothing is stored."""
    with pytest.raises(InputError, match="cannot be the name of a spec"):
        await bare.library.add(SAMPLE, name=name)
    assert len(await bare.library.specs()) == 1


async def test_what_cannot_be_read_leaves_the_library_as_it_was(bare: Engine, tmp_path: Path) -> None:
    """A missing file, an empty folder and a broken document are told apart, and the spec that was there stays."""
    with pytest.raises(InputError, match="There is no file"):
        await bare.library.add(tmp_path / "nothing.yaml")
    with pytest.raises(InputError, match="is a folder without documents"):
        await bare.library.add(tmp_path)
    with pytest.raises(SpecError):
        await bare.library.add(b"{", name="town-library")
    assert len((await bare.library.overview("town-library")).operations) == 14


async def test_a_spec_that_is_not_there_is_not_found(bare: Engine) -> None:
    """Overview, info and removal of an unknown name say so."""
    for door in (bare.library.overview, bare.library.info, bare.library.remove):
        with pytest.raises(NotFoundError):
            await door("nothing")
    assert await bare.library.outline("nothing") == []


async def test_a_filter_leaves_what_has_every_word(bare: Engine) -> None:
    """Operations are found by path, summary, parameter and schema, past a slip, and schemas by name; of one spec."""

    async def left(query: str) -> list[str]:
        rows = (await bare.library.narrow("town-library", query, 3)).rows
        return [row.operation if isinstance(row, OutlineRow) else row.name for row in rows]

    assert await left("hold plce") == ["POST /holds"]
    assert (await left("idempotency-key"))[0].startswith("POST ")
    assert "NewHold" in await left("newhold") and "POST /holds" in await left("newhold")
    assert (await bare.library.narrow("nothing", "hold", 3)).matching == 0
    await bare.library.add(b'{"openapi": "3.0.0", "info": {"title": "x", "version": "1"}, "paths": {}}', name="second")
    assert await left("hold plce") == ["POST /holds"]


async def test_schemas_and_places_of_a_document_are_found(bare: Engine) -> None:
    """The schemas of a spec are listed by name; a place leads to the operation or schema that it is in, or is above."""
    schemas = await bare.library.schemas("town-library")
    assert [row.name for row in schemas][:2] == ["Book", "BookPage"]
    assert await bare.library.schemas("nothing") == []
    places = {
        "/paths/~1holds/post/requestBody/content": "town-library:POST /holds",
        "/paths/~1holds/post": "town-library:POST /holds",
        "/components/schemas/Book/properties/title": "town-library:/components/schemas/Book",
        "/paths/~1books~1{book_id}/parameters/0": "town-library:GET /books/{book_id}",
        "/paths/~1hold": "",
        "/paths": "",
        "": "",
    }
    assert {place: await bare.library.standing_at("town-library", place) for place in places} == places


@pytest.mark.parametrize(
    "ref",
    [
        "POST /holds",
        "post /holds",
        "town-library:POST /holds",
        "TOWN-Library: POST  /holds",
        "placeHold",
        "PLACEHOLD",
        "town-library:placeHold",
        "  placeHold ",
    ],
)
async def test_an_operation_has_several_names(bare: Engine, ref: str) -> None:
    """Method and path or operationId, with or without the spec, in upper or lower case."""
    view = await bare.library.show(ref)
    assert (view.spec, view.operation.key) == ("town-library", "POST /holds")
    assert (await bare.library.facts(view)).ref == "town-library:POST /holds"


@pytest.mark.parametrize(
    "ref", ["", "town-library:", "nothing", "GET /nothing", "other:placeHold", "GET", ":", "/holds"]
)
async def test_what_names_no_operation_is_not_found(bare: Engine, ref: str) -> None:
    """An unknown reference is an error with a next step, never an accident."""
    with pytest.raises(NotFoundError) as error:
        await bare.library.show(ref)
    assert error.value.hint


async def test_an_ambiguous_reference_lists_what_it_may_mean(bare: Engine) -> None:
    """With two specs that have it, the hint has both references in full, and each of them works."""
    await bare.library.add(SAMPLE, name="second")
    with pytest.raises(NotFoundError, match="several operations") as error:
        await bare.library.show("placeHold")
    refs = error.value.hint.removeprefix("Say which: ").split(", ")
    assert sorted(refs) == ["second:POST /holds", "town-library:POST /holds"]
    assert [(await bare.library.show(ref)).spec for ref in sorted(refs)] == ["second", "town-library"]


async def test_upper_and_lower_case_decide_where_they_can(bare: Engine) -> None:
    """Two paths that differ only in case can both be named."""
    document = (
        "openapi: 3.0.3\ninfo: {title: Cases, version: '1'}\n"
        "paths: {/Users: {get: {operationId: A, responses: {}}}, /users: {get: {operationId: a, responses: {}}}}"
    )
    await bare.library.add(document.encode())
    assert [(await bare.library.show(f"GET {path}")).operation.path for path in ("/Users", "/users")] == [
        "/Users",
        "/users",
    ]
    assert [(await bare.library.show(name)).operation.path for name in ("A", "a")] == ["/Users", "/users"]
    with pytest.raises(NotFoundError, match="several"):
        await bare.library.show("GET /USERS")


# Without models ------------------------------------------------------------------------------------------------------
async def test_without_models_everything_but_the_prose_works(bare: Engine) -> None:
    """Words find, facts answer, and each missing model is named with the command that fetches it."""
    with pytest.raises(ModelFileError, match="all-minilm-l6-v2 is not installed"):
        await bare.library.embed()
    await bare.models.warm()
    found = await bare.questions.search("borrow a book")
    assert (found.mode, found.hits[0].operation_id) == ("words", "borrowBook")
    events = [event async for event in bare.questions.ask(QUESTION)]
    (notice,) = [event for event in events if isinstance(event, Notice)]
    assert "is not installed" in notice.text
    assert "specdeck models pull" in notice.hint
    answer = answer_of(events)
    assert (answer.rung, answer.facts.operations[0].operation) == ("facts", "POST /loans")
    health = await bare.health.now()
    assert (health.worker.state, health.worker.pid, health.library.embedded) == (WorkerState.OFF, 0, 0)
    assert health.library.entries == 14
    assert [(one.role, one.installed, one.loaded) for one in health.models] == [
        ("chat", False, False),
        ("embedding", False, False),
    ]


# With the real models ------------------------------------------------------------------------------------------------
async def test_meaning_finds_what_no_word_does(engine: Engine) -> None:
    """A question that shares no word with the operation finds it, and says that it was by meaning."""
    found = await engine.questions.search("enrol a patron", n=3)
    assert found.mode == "words and meaning"
    hit = next(hit for hit in found.hits if hit.operation_id == "registerMember")
    assert "meaning" in hit.why.split("; ")
    assert (hit.evidence.words, hit.evidence.near > 0) == ((), True)
    words = await engine.questions.search("enrol a patron", meaning=False)
    assert {hit.evidence.near for hit in words.hits} == {0}
    await engine.questions.search("enrol a patron")
    health = await engine.health.now()
    memory, disk, *answers = health.caches
    assert (memory.hits, memory.misses, len(health.speed.search_ms)) == (1, 1, 3)
    assert (disk.hits, disk.misses, [one.name for one in answers]) == (0, 1, ["answers", "similar"])


async def test_a_restart_needs_no_model_for_what_was_asked_before(
    embedded: Path, shelf: ModelShelf, tmp_path: Path
) -> None:
    """The next engine finds by meaning what the last one was asked, and starts no process for it."""
    shutil.copytree(embedded / "data", tmp_path / "data")
    question = "list overdue books, then tell the members of them"
    async with engine_in(tmp_path, shelf.folder) as engine:
        before = await engine.questions.search(question)
    async with engine_in(tmp_path, shelf.folder) as engine:
        after = await engine.questions.search(question)
        health = await engine.health.now()
    assert before.mode == after.mode == "words and meaning"
    assert before.hits == after.hits
    assert (health.worker.pid, health.caches[1].misses) == (0, 0)
    assert health.caches[1].hits == health.caches[1].entries > 0


async def test_an_answer_is_facts_then_prose(engine: Engine) -> None:
    """Facts come first, the model's words are checked, citations lead to operations, and the figures are kept."""
    await engine.models.warm()
    events = [event async for event in engine.questions.ask(QUESTION)]
    first = {type(event): place for place, event in reversed(list(enumerate(events)))}
    assert first[FactsReady] < first[Prose] < first[Done]
    answer = answer_of(events)
    assert (answer.rung, answer.model, answer.notice) == ("local", SETTINGS.chat_model, "")
    assert answer.usage is not None
    assert 0 < answer.usage.read_tokens < answer.usage.prompt_tokens / 2  # the rest was read ahead
    assert answer.facts.operations[0].operation == "POST /loans"
    # What a small model writes is not for a test to say; that each name in it was looked up is.
    assert answer.citations or answer.unverified
    assert all(f"[{number}]" in answer.prose for number in answer.citations)
    assert all(f"{name} [?]" in answer.prose or f"`{name}` [?]" in answer.prose for name in answer.unverified)
    for ref in answer.citations.values():
        assert (await engine.library.show(ref)).spec == "town-library"
    health = await engine.health.now()
    assert (health.worker.state, health.library) == (WorkerState.READY, LibraryHealth(specs=1, entries=14, embedded=14))
    assert all(one.installed and one.loaded for one in health.models)
    assert health.breakers == tuple(BreakerHealth(name=name) for name in ("local", "embedding", "remote"))
    assert len(health.speed.tokens_per_s) == len(health.speed.first_token_ms) == 1
    assert health.worker.memory_mb > 50
    assert health.memory_mb > 20


async def test_a_worker_that_is_killed_costs_one_answer(engine: Engine) -> None:
    """A worker killed in mid-answer is told with what was written kept, and the next question has a new worker."""
    events: list[Event] = []
    async for event in engine.questions.ask(QUESTION):
        events.append(event)
        if isinstance(event, Prose) and (pid := (await engine.health.now()).worker.pid):
            os.kill(pid, signal.SIGKILL)
    assert any(isinstance(event, Notice) and "killed" in event.text for event in events)
    answer = answer_of(events)
    assert answer.prose
    assert "killed" in answer.notice
    again = answer_of([event async for event in engine.questions.ask(QUESTION)])
    assert (again.rung, again.notice) == ("local", "")
    assert (await engine.health.now()).worker.restarts == 1


async def test_leaving_an_answer_frees_the_model(engine: Engine) -> None:
    """A reader that leaves in mid-prose ends the generation, and the same worker takes the next question."""
    async with aclosing(engine.questions.ask(QUESTION)) as events:
        async for event in events:
            if isinstance(event, Prose):
                break
    health = await engine.health.now()
    assert health.worker.state is WorkerState.READY
    assert answer_of([event async for event in engine.questions.ask("cancel a hold")]).rung == "local"
    assert (await engine.health.now()).worker.pid == health.worker.pid


async def test_embedding_goes_on_where_it_was_stopped(
    shelf: ModelShelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was embedded before a cancel is kept; the next call does the rest and no more; then nothing is left."""
    monkeypatch.setattr(library_door, "EMBED_BATCH", 4)
    async with engine_in(tmp_path, shelf.folder) as engine:
        await engine.library.add(SAMPLE)
        steps: list[Progress] = []

        def stop(progress: Progress) -> None:
            steps.append(progress)
            task.cancel()

        task = asyncio.create_task(engine.library.embed(stop))
        with pytest.raises(asyncio.CancelledError):
            await task
        assert [(one.done, one.total) for one in steps] == [(4, 14)]
        assert steps[0].left_s > 0
        (info,) = await engine.library.specs()
        assert info.embedded == 4
        assert await engine.library.embed(steps.append) == 10
        assert [(one.done, one.total) for one in steps[1:]] == [(4, 10), (8, 10), (10, 10)]
        assert steps[-1].left_s == 0
        (info,) = await engine.library.specs()
        assert info.embedded == info.operations == 14
        assert await engine.library.embed(steps.append) == 0
        assert len(steps) == 4
