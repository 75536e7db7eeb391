"""What a cross-encoder reads of hits, and how its scores change their order."""

from collections.abc import Sequence

from hypothesis import given, strategies as st

from engine.errors import WorkerError
from engine.search.ranking.rerank import QUESTION_CHARACTERS, TEXT_CHARACTERS, TOP, blend, rerank, text_of
from engine.specs.model import Operation, Passage

RELEVANCE = st.lists(st.none() | st.floats(0, 1), max_size=60)


def operations(n: int) -> tuple[Operation, ...]:
    """Operations that are told apart by their summary."""
    return tuple(Operation(method="GET", path=f"/a/{k}", pointer="", summary=f"Get {k}") for k in range(n))


@given(RELEVANCE)
def test_nothing_is_lost(relevance: list[float | None]) -> None:
    """The order has every hit once, and one that was not read keeps its place."""
    order = blend(relevance)
    assert sorted(order) == list(range(len(relevance)))
    assert all(order[place] == place for place, value in enumerate(relevance) if value is None)


@given(RELEVANCE)
def test_no_hit_falls_behind_one_that_is_not_better(relevance: list[float | None]) -> None:
    """Of two hits that were read the first stays first unless the second is more relevant."""
    place = {hit: number for number, hit in enumerate(blend(relevance))}
    read = [(hit, value) for hit, value in enumerate(relevance) if value is not None]
    for number, (hit, value) in enumerate(read):
        assert all(place[hit] < place[other] for other, others in read[number + 1 :] if others <= value)


def test_a_sure_hit_comes_from_any_place() -> None:
    """One that the model is sure of goes before all that it rejects; those it cannot tell apart stay as they were."""
    assert blend([0.0] * 29 + [1.0]) == (29, *range(29))
    assert blend([0.9] * 30) == tuple(range(30))


async def test_scores_become_relevance() -> None:
    """The sigmoid of a logit, of any size, is the relevance; what is no number counts as not read."""

    async def score(question: str, texts: Sequence[str]) -> list[float | None]:
        assert question == "q" * QUESTION_CHARACTERS
        return [0.0, 1e4, -1e4, float("nan"), None]

    result = await rerank("q" * 5000, operations(5), score)
    assert result.relevance == (0.5, 1.0, 0.0, None, None)
    assert result.order == (1, 0, 2, 3, 4)
    assert result.note == "The reranker has read 3 of 5 hits in its time"


async def test_without_a_model_nothing_is_said() -> None:
    """No model, no hit, and hits that are all named in the question leave the order, without a note."""

    async def score(question: str, texts: Sequence[str]) -> list[float | None]:
        raise WorkerError("It is gone")

    for count, given_score, named in ((3, None, 0), (0, score, 0), (3, score, 3)):
        result = await rerank("q", operations(count), given_score, named=named)
        assert (result.order, result.read, result.note) == (tuple(range(count)), False, "")
    failed = await rerank("q", operations(3), score)
    assert (failed.order, failed.read, failed.note) == ((0, 1, 2), False, "It is gone")


async def test_only_the_first_are_read() -> None:
    """The model gets the first hits, less those that the question names."""
    seen: list[str] = []

    async def score(question: str, texts: Sequence[str]) -> list[float | None]:
        seen.extend(texts)
        return [float(n) for n in range(len(texts))]

    result = await rerank("q", operations(TOP + 5), score, named=1)
    assert len(seen) == TOP - 1
    assert seen[0].startswith("Get 1. GET a 1.")
    assert result.order[0] == 0
    assert result.order[TOP:] == tuple(range(TOP, TOP + 5))


def test_a_short_text_stands_for_a_hit() -> None:
    """An operation is read by what it is called, method, path and the head of its description; a passage by its own."""
    operation = Operation(
        method="DELETE",
        path="/repos/{owner}/hooks",
        pointer="",
        summary="Remove a hook",
        description="For **ever**. " * 99,
    )
    text = text_of(operation)
    assert text.startswith("Remove a hook. DELETE repos owner hooks. For ever. For ever.")
    assert len(text) == TEXT_CHARACTERS
    nameless = Operation(method="GET", path="/x", pointer="", description="Lists all. And more.")
    assert text_of(nameless) == "Lists all. GET x."
    passage = Passage(heading="Guide", text="Use `page`.", file="guide.md", line=3)
    assert text_of(passage) == "Guide. Use `page`."
