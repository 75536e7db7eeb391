import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import pytest

from engine.answer.remembered import Answers, Asked
from engine.errors import WorkerError
from engine.library.store import Library
from engine.models.client import WorkerClient
from engine.models.protocol import Message
from engine.search.embeddings import Embeddings, Text
from engine.settings import Settings
from tests.search.test_embeddings import A, worker

__all__ = ["worker"]
ALIKE = Path(__file__).parents[1] / "questions" / "alike"
KINDS = ("verb", "negation", "version", "number", "entity")
PROMPT = [Message("user", "notes")]
NEAR, FAR = b"\0\0\x80\x3f\0\0\0\0", b"\0\0\0\0\0\0\x80\x3f"
"""Two vectors of length 1, one across the other."""


class Pairs(msgspec.Struct):
    """One file of pairs; see tests/questions/README.md."""

    title: str
    operations: list[tuple[str, str]]
    pairs: list[tuple[str, str, str, str, str, str]]
    other_words: list[str]


class Clock:
    """Seconds that pass when a test says so."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """An empty library."""
    library = Library(tmp_path / "library.db")
    yield library
    library.close()


def answers(library: Library, clock: Clock, vectors: dict[str, bytes] | None = None) -> Answers:
    """Return what remembers, with questions that are all near, but for those with a vector of their own."""

    async def embed(texts: Sequence[Text]) -> list[bytes]:
        if vectors is None:
            raise WorkerError("The worker died")
        return [vectors.get(str(text), NEAR) for text in texts]

    return Answers(Embeddings(library, embed, lambda: A), Settings(), clock)


def asked(question: str, **other: object) -> Asked:
    """Return what decides an answer."""
    one = Asked(question=question, spec=None, rung="local", model="tiny", prompt=PROMPT, by_meaning=True)
    return msgspec.structs.replace(one, **other)


async def test_the_same_question_is_known_again(library: Library) -> None:
    """Spaces and a question mark make no other question; with or without an embedder."""
    for vectors in ({}, None):
        clock = Clock()
        known = answers(library, clock, vectors)
        await known.keep(asked("How do I create a key?"), "Call it.")
        clock.now = 90_000.0
        found = await known.find(asked(" How do I  create a key"))
        assert found is not None
        assert (found.text, found.cached.question, found.cached.age_s) == ("Call it.", "How do I create a key?", 90_000)


@pytest.mark.parametrize(
    "other",
    [
        {"spec": "tracker"},
        {"rung": "remote"},
        {"model": "small"},
        {"prompt": [Message("user", "other notes")]},
        {"prompt": [Message("system", "notes")]},
        {"question": "delete a key"},
        {"question": "create no key"},
        {"question": "create 2 keys"},
        {"question": "create a key in v2"},
        {"question": "create a 'blue' key"},
        {"question": "Create a Key"},
    ],
    ids=str,
)
async def test_whatever_decides_an_answer_keeps_it_apart(library: Library, other: dict[str, object]) -> None:
    """Filter, rung, model, prompt, verb, negation, number, version, name: with another one nothing is given."""
    known = answers(library, Clock(), {})
    await known.keep(asked("create a key"), "Call it.")
    assert await known.find(asked("how can I add keys?")) is not None
    assert await known.find(msgspec.structs.replace(asked("create a key"), **other)) is None


async def test_one_that_asks_the_same_must_be_near(library: Library) -> None:
    """Where the embedder finds it far, or cannot tell, or was not asked for the facts either, nothing is given."""
    same, far = asked("create a key"), asked("add a new key")
    known = answers(library, Clock(), {far.question: FAR})
    await known.keep(same, "Call it.")
    assert await known.find(far) is None
    near = asked("how to create keys")
    assert await known.find(msgspec.structs.replace(near, by_meaning=False)) is None
    assert await known.find(near) is not None
    exact, similar = known.health()
    assert (exact.hits, exact.misses, similar.hits, similar.misses) == (0, 3, 1, 1)


async def test_they_are_few_and_grow_stale(library: Library) -> None:
    """After half an hour, or a hundred others, only the very question has its answer."""
    clock = Clock()
    known = answers(library, clock, {})
    await known.keep(asked("create a key"), "Call it.")
    clock.now = 30 * 60.0
    assert await known.find(asked("add keys")) is None
    assert await known.find(asked("create a key")) is not None
    await known.keep(asked("create a key"), "Call it.")
    for number in range(100):
        await known.keep(asked(f"create a key {number}"), "Call it.")
    assert await known.find(asked("add keys")) is None
    exact, similar = known.health()
    assert (exact.entries, similar.entries, similar.evictions) == (101, 100, 2)


def pairs(kind: int) -> list[tuple[str, str]]:
    """Return the pairs of one kind: 0 to 4 those that differ, 5 those that ask the same, 6 in other words."""
    found = []
    for file in sorted(ALIKE.glob("*.json")):
        content = msgspec.json.decode(file.read_bytes(), type=Pairs)
        for text in content.other_words if kind == 6 else [row[kind] for row in content.pairs]:
            if kind >= len(KINDS):
                one, _, other = text.partition(" || ")
            else:
                one, other = (re.sub(r"\{([^{}]*)\|([^{}]*)\}", rf"\{place}", text) for place in (1, 2))
            found.append((one, other))
    return found


@pytest.mark.slow
async def test_no_answer_is_given_for_another_question(
    library: Library, worker: WorkerClient, embedding_model: Path
) -> None:
    """Of 500 pairs that differ in one thing none shares an answer, not even if both led to the same prompt.

    Of 100 paraphrases most do; of 100 in quite other words none.
    """
    sets = [pairs(kind) for kind in range(7)]
    assert [len(one) for one in sets] == [100] * 7

    async def embed(texts: Sequence[Text]) -> list[bytes]:
        return await worker.embed(embedding_model, texts)

    embeddings = Embeddings(library, embed, lambda: A)
    questions = list(dict.fromkeys(question for one in sets for pair in one for question in pair))
    for place in range(0, len(questions), 100):
        await embeddings.of(questions[place : place + 100])
    hits = []
    for one in sets:
        shared = []
        for first, second in one:
            known = Answers(embeddings, Settings(), Clock())
            await known.keep(asked(first), "Call it.")
            if await known.find(asked(second)):
                shared.append((first, second))
        hits.append(shared)
    await embeddings.close()
    assert hits[:5] == [[]] * 5
    assert len(hits[5]) >= 65
    assert hits[6] == []
