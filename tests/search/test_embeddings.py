import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

import pytest

from engine.errors import WorkerError
from engine.library import question_vectors
from engine.library.store import Library
from engine.models.client import WorkerClient
from engine.models.identity import identity
from engine.models.protocol import Options
from engine.search import embeddings
from engine.search.embeddings import Embeddings, Text

A, B = b"A" * 16, b"B" * 16


class Model:
    """Makes a vector of each text, and notes what it was asked."""

    def __init__(self, *, dead: bool = False) -> None:
        self.asked: list[list[Text]] = []
        self._dead = dead

    async def __call__(self, texts: Sequence[Text]) -> list[bytes]:
        self.asked.append(list(texts))
        if self._dead:
            raise WorkerError("The worker died")
        return [repr(text).encode().ljust(64, b"-") for text in texts]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the library is."""
    return tmp_path / "library.db"


@pytest.fixture
def library(file: Path) -> Iterator[Library]:
    """An empty library."""
    library = Library(file)
    yield library
    library.close()


async def test_a_restart_is_warm_and_another_model_is_not(library: Library) -> None:
    """What one process embedded the next has from the library, parts of texts too; not where the weights are others."""
    texts: list[Text] = ["one", "two", ("one and two", 8, 11)]
    first, second, other = Model(), Model(dead=True), Model()
    before = Embeddings(library, first, lambda: A)
    made = await before.of(texts)
    assert await before.of(texts) == made
    await before.close()
    after = Embeddings(library, second, lambda: A)
    assert await after.of(texts) == made
    assert (first.asked, second.asked) == ([texts], [])
    memory, disk = after.health()
    assert (memory.name, memory.misses, disk.name, disk.hits, disk.misses) == ("embeddings", 3, "on disk", 3, 0)
    assert (memory.entries, disk.entries, disk.evictions) == (3, 3, 0)
    changed = Embeddings(library, other, lambda: B)
    await changed.of(["one"])
    await changed.close()
    assert (other.asked, [cache.evictions for cache in changed.health()]) == ([["one"]], [0, 3])


async def test_no_text_is_kept(library: Library, file: Path) -> None:
    """The library has hashes of what was asked, and its words nowhere: not in a page, not in the log of writes."""
    made = Embeddings(library, _constant, lambda: A)
    await made.of(["the password of the vault is xyzzy-plugh"])
    await made.close()
    assert question_vectors.size(library).entries == 1
    for each in file.parent.iterdir():
        assert b"xyzzy" not in each.read_bytes(), each.name


async def _constant(texts: Sequence[Text]) -> list[bytes]:
    return [bytes(64) for _ in texts]


def test_the_oldest_go(library: Library) -> None:
    """Bytes on disk are bounded: what came first goes first, and asking the same again makes it the youngest."""
    room = 3 * (100 + question_vectors._ROW_BYTES)
    for number in (1, 2, 3, 1):
        assert question_vectors.keep(library, A, {bytes([number]): bytes(100)}, room) == 0
    assert question_vectors.keep(library, A, {b"\4": bytes(100), b"\5": bytes(100)}, room) == 2
    assert sorted(question_vectors.known(library, A, [bytes([number]) for number in range(6)])) == [b"\1", b"\4", b"\5"]
    assert question_vectors.size(library)[:2] == (3, room)


async def test_a_library_that_is_being_written_is_not_waited_for(library: Library, file: Path) -> None:
    """While another process writes, searches have their vectors at once, and what could not be kept is made again."""
    model = Model()
    made = Embeddings(library, model, lambda: A)
    other = sqlite3.connect(file, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        found = await made.of(["one"])
        assert question_vectors.size(library).entries == 0
        assert await made.of(["one"]) == found
        await made.close()
        other.execute("ROLLBACK")
    finally:
        other.close()
    assert (question_vectors.size(library).entries, model.asked) == (0, [["one"]])
    await made.of(["two"])
    await made.close()
    assert question_vectors.size(library).entries == 1


async def test_many_at_once_are_written_in_few_goes(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes while the library is written waits, and is written in one go."""
    written = []

    def keep(library: Library, model: bytes, vectors: dict[bytes, bytes]) -> int:
        written.append(len(vectors))
        return question_vectors.keep(library, model, vectors)

    made = Embeddings(library, Model(), lambda: A)
    monkeypatch.setattr(embeddings, "question_vectors", _Counted(keep))
    await asyncio.gather(*(made.of([f"text {number}"]) for number in range(50)))
    await made.close()
    assert sum(written) == question_vectors.size(library).entries == 50
    assert len(written) < 50


class _Counted:
    """The rows of the library, with another `keep`."""

    def __init__(self, keep: object) -> None:
        self.keep = keep
        self.known = question_vectors.known


async def test_memory_is_bounded(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """The text that was used longest ago leaves the memory first; the library still has it."""
    monkeypatch.setattr(embeddings, "_ENTRIES", 3)
    model = Model()
    made = Embeddings(library, model, lambda: A)
    for text in ("first", "second", "third", "first", "fourth"):
        await made.of([text])
    await made.close()
    await made.of(["first"])
    await made.of(["second"])
    memory, disk = made.health()
    assert (memory.entries, memory.evictions, disk.hits) == (3, 2, 1)
    assert len(model.asked) == 4


def test_weights_are_told_apart(tmp_path: Path) -> None:
    """A model is another one once a file of it has another size or time, or it has another name."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    (folder / "model.onnx").write_bytes(b"weights")
    same = identity.__wrapped__
    first = same(folder)
    assert same(folder) == first
    (folder / "model.onnx").write_bytes(b"other weights")
    second = same(folder)
    folder.rename(tmp_path / "small")
    assert len({first, second, same(tmp_path / "small")}) == 3


@pytest.fixture
async def worker(tmp_path: Path) -> AsyncIterator[WorkerClient]:
    """A real worker process."""
    client = WorkerClient(log=tmp_path / "worker.log", options=Options(threads=2))
    yield client
    await client.close()


@pytest.mark.slow
async def test_a_thousand_seen_questions_are_served_without_the_model(
    library: Library, worker: WorkerClient, embedding_model: Path
) -> None:
    """The starter model embeds a thousand questions; the next process has every vector, to the byte, without it."""
    things, verbs = [f"thing {number} of the list" for number in range(100)], "create delete rename find".split()
    questions: list[Text] = [f"how do I {verb} {thing}" for verb in verbs for thing in things]
    questions += [(f"{verb} {thing}", len(verb) + 1, len(verb) + 1 + len(thing)) for verb in verbs for thing in things]
    questions += [f"why does {thing} fail with {code}" for thing in things for code in (401, 404)]

    async def embed(texts: Sequence[Text]) -> list[bytes]:
        return await worker.embed(embedding_model, texts)

    before = Embeddings(library, embed, lambda: identity(embedding_model))
    made: dict[Text, bytes] = {}
    for place in range(0, len(questions), 100):
        made |= await before.of(questions[place : place + 100])
    await before.close()
    await worker.close()
    after = Embeddings(library, Model(dead=True), lambda: identity(embedding_model))
    assert {text: vector for text in questions for vector in (await after.of([text])).values()} == made
    assert len(made) == after.health()[1].hits == 1000
