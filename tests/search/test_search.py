from pathlib import Path

import numpy as np
import pytest

from engine.errors import ModelFileError, WorkerError
from engine.library.store import Library
from engine.observe.metrics import Metrics
from engine.search.search import Searcher
from engine.search.vectors import VectorIndex

MODEL = "tiny"
TOPICS = ("create", "delete", "reaction", "factures")


def vector(text: str) -> bytes:
    """Return a unit vector that points to the topics a text speaks of."""
    numbers = np.array([0.1, *(float(topic in text.lower()) for topic in TOPICS)], dtype="<f4")
    return bytes((numbers / np.linalg.norm(numbers)).astype("<f4").tobytes())


class Embedder:
    """Embeds by topics, and counts."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.error: Exception | None = None

    async def __call__(self, question: str) -> bytes:
        self.asked.append(question)
        if self.error is not None:
            raise self.error
        return vector(question.replace("invoices", "factures"))


@pytest.fixture
def embedder() -> Embedder:
    """An embedder that works."""
    return Embedder()


@pytest.fixture
def metrics() -> Metrics:
    """No figures yet."""
    return Metrics()


@pytest.fixture
def searcher(tracker: Library, embedder: Embedder, metrics: Metrics, tmp_path: Path) -> Searcher:
    """A searcher over the tracker, all of whose operations have vectors."""
    texts = tracker.without_vector(MODEL)
    tracker.put_vectors(MODEL, texts, map(vector, texts))
    return Searcher(tracker, VectorIndex(tracker, MODEL, tmp_path), embedder, metrics)


async def test_meaning_finds_what_words_do_not(searcher: Searcher) -> None:
    """An operation that shares no word with the question is found by its vector, and the hit says so."""
    found = await searcher.search("invoices", n=1, spec=None, meaning=True)
    assert (found.mode, found.hits[0].operation, found.hits[0].why) == ("words and meaning", "GET /factures", "meaning")
    ranking = await searcher.rank("invoices", n=1, spec=None, meaning=True)
    assert ranking.nearest > 0.9


async def test_words_alone_on_request(searcher: Searcher, embedder: Embedder) -> None:
    """Without meaning the embedder is not asked, and the mode says so."""
    found = await searcher.search("create an issue", n=3, spec=None, meaning=False)
    assert (found.mode, found.hits[0].operation, embedder.asked) == ("words", "POST /issues", [])


@pytest.mark.parametrize("error", [ModelFileError("The model is missing"), WorkerError("The worker died")])
async def test_without_an_embedder_words_answer(searcher: Searcher, embedder: Embedder, error: Exception) -> None:
    """When the model cannot be had, search goes on by words, and comes back to meaning when it can."""
    embedder.error = error
    found = await searcher.search("create an issue", n=3, spec=None, meaning=True)
    assert (found.mode, found.hits[0].operation) == ("words", "POST /issues")
    assert (await searcher.rank("create an issue", n=3, spec=None, meaning=True)).nearest == 0
    embedder.error = None
    assert (await searcher.search("create an issue", n=3, spec=None, meaning=True)).mode == "words and meaning"


async def test_another_error_is_not_hidden(searcher: Searcher, embedder: Embedder) -> None:
    """Only the want of a model is worked around; a mistake in the program comes out."""
    embedder.error = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError):
        await searcher.search("create", n=3, spec=None, meaning=True)


async def test_without_vectors_the_embedder_is_not_started(
    tracker: Library, embedder: Embedder, metrics: Metrics, tmp_path: Path
) -> None:
    """A library that was not embedded is searched by words, and warming up does nothing."""
    searcher = Searcher(tracker, VectorIndex(tracker, MODEL, tmp_path), embedder, metrics)
    await searcher.warm()
    found = await searcher.search("create an issue", n=1, spec=None, meaning=True)
    assert (found.mode, found.hits[0].operation, embedder.asked) == ("words", "POST /issues", [])
    assert (metrics.cache_hits, metrics.cache_misses) == (0, 0)


async def test_warming_up_loads_embedder_and_index(searcher: Searcher, embedder: Embedder, tmp_path: Path) -> None:
    """The embedder is asked once and the index stands ready; a failure comes out."""
    await searcher.warm()
    assert len(embedder.asked) == 1
    assert (tmp_path / f"vectors-{MODEL}.faiss").exists()
    embedder.error = WorkerError("The worker died")
    with pytest.raises(WorkerError):
        await searcher.warm()


async def test_a_question_is_embedded_once(searcher: Searcher, embedder: Embedder, metrics: Metrics) -> None:
    """The same question again is served from memory and counted as a hit; a failed one is not kept."""
    for question in ("one", "two", "one", "one"):
        await searcher.search(question, n=1, spec=None, meaning=True)
    assert embedder.asked == ["one", "two"]
    assert (metrics.cache_hits, metrics.cache_misses) == (2, 2)
    embedder.error = WorkerError("The worker died")
    for _ in range(2):
        await searcher.search("three", n=1, spec=None, meaning=True)
    assert embedder.asked == ["one", "two", "three", "three"]
    assert (metrics.cache_hits, metrics.cache_misses) == (2, 4)


async def test_old_questions_are_forgotten(searcher: Searcher, embedder: Embedder) -> None:
    """Memory is bounded: the question that was used longest ago goes first."""
    await searcher.search("first", n=1, spec=None, meaning=True)
    await searcher.search("second", n=1, spec=None, meaning=True)
    for number in range(255):
        if number == 200:
            await searcher.search("first", n=1, spec=None, meaning=True)
        await searcher.search(f"question {number}", n=1, spec=None, meaning=True)
    embedder.asked.clear()
    await searcher.search("first", n=1, spec=None, meaning=True)
    await searcher.search("second", n=1, spec=None, meaning=True)
    assert embedder.asked == ["second"]


async def test_one_spec_can_be_searched(searcher: Searcher) -> None:
    """A spec that is not there has no hits, by words or by meaning."""
    assert (await searcher.search("create", n=5, spec="none", meaning=True)).hits == ()
    assert len((await searcher.search("create", n=5, spec="tracker", meaning=True)).hits) == 5


async def test_searches_are_timed(searcher: Searcher, metrics: Metrics) -> None:
    """Each search leaves its time in the figures and in the result."""
    found = await searcher.search("create", n=1, spec=None, meaning=True)
    assert found.query == "create"
    assert found.ms == round(metrics.search_ms[0], 1)
