import asyncio
import secrets
import threading
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from pathlib import Path

import numpy as np
import pytest

from engine.errors import ModelFileError, WorkerError
from engine.library.store import Library
from engine.observe.metrics import Metrics
from engine.search.embeddings import Embeddings
from engine.search.filters.where import parse
from engine.search.search import Searcher
from engine.search.vectors import VectorIndex, merged
from engine.search.words.terms import TermIndex
from tests.library.builders import add, calls

MODEL = "tiny"
TOPICS = ("create", "delete", "reaction", "factures")


def vector(text: str) -> bytes:
    """Return a unit vector that points to the topics a text speaks of."""
    numbers = np.array([0.1, *(float(topic in text.lower()) for topic in TOPICS)], dtype="<f4")
    return bytes((numbers / np.linalg.norm(numbers)).astype("<f4").tobytes())


class Embedder:
    """Embeds by topics, and counts."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.error: Exception | None = None

    async def __call__(self, texts: Sequence[str]) -> list[bytes]:
        self.asked.append(list(texts))
        if self.error is not None:
            raise self.error
        return [vector(text.replace("invoices", "factures")) for text in texts]


@pytest.fixture
def embedder() -> Embedder:
    """An embedder that works."""
    return Embedder()


@pytest.fixture
def metrics() -> Metrics:
    """No figures yet."""
    return Metrics()


def searcher_of(library: Library, embedder: Embedder, metrics: Metrics, folder: Path) -> Searcher:
    """Return a searcher over a library, which knows no vector of a question."""
    model = secrets.token_bytes(16)
    made = Embeddings(library, embedder, lambda: model)
    return Searcher(library, TermIndex(library, folder), VectorIndex(library, MODEL, folder), made, None, metrics)


@pytest.fixture
def searcher(tracker: Library, embedder: Embedder, metrics: Metrics, tmp_path: Path) -> Searcher:
    """A searcher over the tracker, all of whose operations have vectors."""
    texts = tracker.without_vector(MODEL)
    tracker.put_vectors(MODEL, texts, (merged([vector(view) for view in text.split("\n")]) for text in texts))
    return searcher_of(tracker, embedder, metrics, tmp_path)


async def test_a_stream_gives_words_and_looks_for_meaning_only_when_asked(
    searcher: Searcher, embedder: Embedder
) -> None:
    """Who reads the words and leaves has cost the embedder nothing; who stays gets what a search by meaning gives."""
    async with aclosing(searcher.stream("invoices", n=3, spec=None, where=None)) as steps:
        words = await anext(steps)
        assert (words.mode, words.note, embedder.asked) == ("words", "", [])
        [found] = [step async for step in steps]
    whole = await searcher.search("invoices", n=3, spec=None, meaning=True, where=None)
    assert (found.mode, found.hits) == ("words and meaning", whole.hits)


async def test_meaning_finds_what_words_do_not(searcher: Searcher) -> None:
    """An operation that shares no word with the question is found by its vector, and the hit says so."""
    found = await searcher.search("invoices", n=1, spec=None, meaning=True, where=None)
    assert (found.mode, found.hits[0].operation, found.hits[0].why) == ("words and meaning", "GET /factures", "meaning")
    assert found.note == ""
    assert found.hits[0].evidence.near > 0
    [ranked] = (await searcher.rank("invoices", n=1, spec=None, meaning=True)).entries
    assert (ranked.part, ranked.named) == ("invoices", False)


async def test_words_alone_on_request(searcher: Searcher, embedder: Embedder) -> None:
    """Without meaning the embedder is not asked, and the mode says so."""
    found = await searcher.search("create an issue", n=3, spec=None, meaning=False, where=None)
    assert (found.mode, found.hits[0].operation, embedder.asked) == ("words", "POST /issues", [])


@pytest.mark.parametrize("error", [ModelFileError("The model is missing"), WorkerError("The worker died")])
async def test_without_an_embedder_words_answer(searcher: Searcher, embedder: Embedder, error: Exception) -> None:
    """When the model cannot be had, search goes on by words, and comes back to meaning when it can."""
    embedder.error = error
    found = await searcher.search("create an issue", n=3, spec=None, meaning=True, where=None)
    assert (found.mode, found.hits[0].operation, found.note) == ("words", "POST /issues", str(error))
    assert {hit.evidence.near for hit in found.hits} == {0}
    embedder.error = None
    assert (
        await searcher.search("create an issue", n=3, spec=None, meaning=True, where=None)
    ).mode == "words and meaning"


async def test_another_error_is_not_hidden(searcher: Searcher, embedder: Embedder) -> None:
    """Only the want of a model is worked around; a mistake in the program comes out."""
    embedder.error = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError):
        await searcher.search("create", n=3, spec=None, meaning=True, where=None)


async def test_without_vectors_the_embedder_is_not_started(
    tracker: Library, embedder: Embedder, metrics: Metrics, tmp_path: Path
) -> None:
    """A library that was not embedded is searched by words, and warming up does nothing."""
    searcher = searcher_of(tracker, embedder, metrics, tmp_path)
    await searcher.warm()
    found = await searcher.search("create an issue", n=1, spec=None, meaning=True, where=None)
    assert (found.mode, found.hits[0].operation, embedder.asked) == ("words", "POST /issues", [])


async def test_warming_up_loads_embedder_and_index(searcher: Searcher, embedder: Embedder, tmp_path: Path) -> None:
    """The embedder is asked and both indexes stand ready; a failure comes out."""
    await searcher.warm()
    assert embedder.asked
    assert (tmp_path / f"vectors-{MODEL}.faiss").exists()
    assert (tmp_path / "words.index").exists()
    embedder.error = WorkerError("The worker died")
    with pytest.raises(WorkerError):
        await searcher.warm()


async def test_a_text_is_embedded_once(searcher: Searcher, embedder: Embedder) -> None:
    """What was embedded before is served from memory; what failed is not kept."""
    for question in ("one", "two", "one", "one"):
        await searcher.search(question, n=1, spec=None, meaning=True, where=None)
    assert embedder.asked == [["one"], ["two"]]
    embedder.error = WorkerError("The worker died")
    for _ in range(2):
        await searcher.search("three", n=1, spec=None, meaning=True, where=None)
    assert embedder.asked == [["one"], ["two"], ["three"], ["three"]]


async def test_the_parts_of_a_question_are_embedded_at_once(searcher: Searcher, embedder: Embedder) -> None:
    """All parts go to the embedder in one call, each once, and only what is new."""
    await searcher.search("delete a reaction", n=1, spec=None, meaning=True, where=None)
    question = 'delete a reaction, then create an issue for "Big Deal"'
    await searcher.search(question, n=1, spec=None, meaning=True, where=None)
    [_, texts] = embedder.asked
    assert len(texts) == len(set(texts))
    assert question in texts
    assert any("create an issue" in text and "delete" not in text for text in texts)
    assert "delete a reaction" not in texts


async def test_one_spec_can_be_searched(searcher: Searcher) -> None:
    """A spec that is not there has no hits, by words or by meaning."""
    assert (await searcher.search("create", n=5, spec="none", meaning=True, where=None)).hits == ()
    assert len((await searcher.search("create", n=5, spec="tracker", meaning=True, where=None)).hits) == 5


async def test_searches_are_timed(searcher: Searcher, metrics: Metrics) -> None:
    """Each search leaves its time in the figures and in the result."""
    found = await searcher.search("create", n=1, spec=None, meaning=True, where=None)
    assert found.query == "create"
    assert found.ms == round(metrics.search_ms[0], 1)


@pytest.mark.parametrize("meaning", [False, True])
@pytest.mark.parametrize(
    "question",
    [
        "",
        " \n",
        "the of and",
        "how do I",
        "?!",
        "😀😀",
        "word " * 2000,
        "x" * 10_000,
        '"' * 500,
        "a, b, c, d, e, f, g, h",
    ],
    ids=lambda value: repr(value)[:12],
)
async def test_no_question_is_an_error(searcher: Searcher, question: str, meaning: bool) -> None:
    """Nothing to look up, very much of it, and signs alone are searched, with vectors and without."""
    found = await searcher.search(question, n=5, spec=None, meaning=meaning, where=None)
    assert len({hit.rowid for hit in found.hits}) == len(found.hits) <= 5
    assert all(0 <= hit.relevance <= 1 for hit in found.hits)


@pytest.mark.parametrize("question", ["", "create an issue", "GET /issues", "first, then second"])
async def test_an_empty_library_finds_nothing(
    library: Library, embedder: Embedder, metrics: Metrics, tmp_path: Path, question: str
) -> None:
    """Where nothing was added, every question is answered with nothing, and so is warming up."""
    searcher = searcher_of(library, embedder, metrics, tmp_path)
    await searcher.warm()
    found = await searcher.search(question, n=5, spec=None, meaning=True, where=None)
    assert (found.hits, found.mode, embedder.asked) == ((), "words", [])


async def test_a_filter_is_applied_before_the_cut(searcher: Searcher) -> None:
    """What passes the filter is found, however many better hits do not; a named operation must pass it, too."""
    deletes = parse("method = DELETE")
    found = await searcher.search("create an issue", n=1, spec=None, meaning=True, where=deletes)
    assert [hit.operation for hit in found.hits] == ["DELETE /issues/{issueId}"]
    found = await searcher.search("GET /issues", n=5, spec=None, meaning=True, where=deletes)
    assert {hit.operation for hit in found.hits} <= {"DELETE /issues/{issueId}"}
    found = await searcher.search("issue", n=5, spec=None, meaning=True, where=parse("method = TRACE"))
    assert found.hits == ()


async def test_facets_count_all_matches(searcher: Searcher) -> None:
    """Values are counted over every entry that has a word of the question and passes the filter."""
    facets = {facet.field: facet.values for facet in await searcher.facets("issue", spec=None, where=None)}
    assert {value.value: value.count for value in facets["method"]} == {"GET": 2, "POST": 2, "DELETE": 1}


async def test_another_process_may_replace_a_spec_in_the_middle_of_a_search(
    tracker: Library, embedder: Embedder, metrics: Metrics, tmp_path: Path
) -> None:
    """Hits are entries that were there when the question came, and still are: never another entry in their place."""

    class Changing(Embedder):
        async def __call__(self, texts: Sequence[str]) -> list[bytes]:
            add(tracker, calls("Create a thing", "Delete a thing"), source="tracker", name="tracker")
            return await super().__call__(texts)

    add(tracker, calls("Create an issue elsewhere"), source="stays", name="stays")
    texts = tracker.without_vector(MODEL)
    tracker.put_vectors(MODEL, texts, (merged([vector(text)]) for text in texts))
    searcher = searcher_of(tracker, Changing(), metrics, tmp_path)
    found = await searcher.search("create an issue", n=10, spec=None, meaning=True, where=None)
    assert [hit.ref for hit in found.hits] == ["stays:GET /0"]
    searcher = searcher_of(tracker, embedder, metrics, tmp_path)
    found = await searcher.search("create a thing", n=1, spec=None, meaning=False, where=None)
    assert [hit.ref for hit in found.hits] == ["tracker:GET /0"]


def test_threads_may_search_while_another_adds(
    library: Library, embedder: Embedder, metrics: Metrics, tmp_path: Path
) -> None:
    """Two threads that search while a third adds specs see each spec whole or not at all, and no error."""
    size, rounds = 5, 12
    searcher = searcher_of(library, embedder, metrics, tmp_path)
    done = threading.Event()

    def write() -> None:
        for number in range(rounds):
            add(library, calls(*(f"Feed lion {place}" for place in range(size))), source=str(number), name=f"s{number}")
        done.set()

    def look() -> set[int]:
        sizes = set()
        while True:
            last = done.is_set()
            question = searcher.search("feed the lion", n=size * rounds, spec=None, meaning=True, where=None)
            specs = Counter(hit.spec for hit in asyncio.run(question).hits)
            assert set(specs.values()) <= {size}
            sizes.add(len(specs))
            if last:
                return sizes

    with ThreadPoolExecutor(3) as threads:
        searches = [threads.submit(look) for _ in range(2)]
        threads.submit(write).result()
        assert all(max(search.result()) == rounds for search in searches)
