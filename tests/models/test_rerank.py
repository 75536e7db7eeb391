"""The reranker: a real cross-encoder, tiny and with random weights, in the real worker."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from engine.errors import ModelError, ModelFileError, WorkerError
from engine.models.client import WorkerClient, WorkerState
from engine.models.process import child_environment
from engine.models.roles import Language
from engine.models.shelf import ModelShelf
from engine.search.ranking.rerank import rerank
from engine.settings import Settings
from engine.specs.model import Operation
from tests.cli.conftest import Specdeck
from tests.conftest import CHAT, EMBEDDING
from tests.models.conftest import until

BUILD = """
import sys, torch
from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

torch.manual_seed(7)
tokenizer = AutoTokenizer.from_pretrained(sys.argv[1])
config = BertConfig(
    vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64,
    num_labels=1, initializer_range=0.3,
)
BertForSequenceClassification(config).save_pretrained(sys.argv[2])
tokenizer.save_pretrained(sys.argv[2])
"""
QUESTION = "how do I close an issue"
TEXTS = [f"{verb} {what}" for what in ("issue", "user of an organisation", "x " * 300) for verb in ("Get", "Delete")]
ITEMS = tuple(Operation(method="GET", path=f"/t/{n}", pointer="", summary=f"List item {n * n}") for n in range(40))


@pytest.fixture(scope="module")
def cross_encoder(embedding_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CrossEncoder folder without `modules.json`, as most are, with the embedding model's tokenizer."""
    folder = tmp_path_factory.mktemp("source") / "Tiny-Reranker"
    # In a process of its own: torch and FAISS in one bring two OpenMP runtimes.
    subprocess.run(
        [sys.executable, "-c", BUILD, str(embedding_model), str(folder)],
        env=child_environment(),
        check=True,
        capture_output=True,
    )
    (folder / "pytorch_model.bin").write_bytes(b"never copied")
    return folder


@pytest.fixture(scope="module")
def rerankers(
    cross_encoder: Path, chat_model: Path, embedding_model: Path, tmp_path_factory: pytest.TempPathFactory
) -> ModelShelf:
    """A shelf with the cross-encoder, imported as `tiny-reranker`, and the starter models."""
    shelf = ModelShelf(tmp_path_factory.mktemp("models"))
    entry = shelf.import_file(cross_encoder)
    assert (entry.name, entry.role) == ("tiny-reranker", "rerank")
    (shelf.folder / EMBEDDING).symlink_to(embedding_model)
    (shelf.folder / CHAT).symlink_to(chat_model.parent)
    return shelf


@pytest.fixture
def language(client: WorkerClient, rerankers: ModelShelf) -> Language:
    """The models in use, with the reranker and all the time it wants."""
    return Language(client, rerankers, Settings(rerank_model="tiny-reranker", rerank_ms=60_000))


async def test_an_exported_cross_encoder_agrees_with_sentence_transformers(
    client: WorkerClient, rerankers: ModelShelf, cross_encoder: Path
) -> None:
    """Import keeps what is needed and writes the graph; without the graph sentence-transformers gives the same."""
    model = rerankers.path("tiny-reranker")
    assert (model / "model.onnx").is_file()
    assert not (model / "pytorch_model.bin").exists()
    exported = await client.rerank(model, QUESTION, TEXTS, budget_s=60)
    original = await client.rerank(cross_encoder, QUESTION, TEXTS, budget_s=60)
    assert exported == pytest.approx(original, abs=1e-4)
    assert len(set(exported)) == len(TEXTS)


async def test_each_text_gets_its_own_score(client: WorkerClient, rerankers: ModelShelf) -> None:
    """Texts of mixed length, more than one batch, are scored as each alone."""
    model = rerankers.path("tiny-reranker")
    texts = [f"operation {n} " + "lists the open issues " * (n % 5) for n in range(20)]
    scores = await client.rerank(model, QUESTION, texts, budget_s=60)
    for n in (0, 7, 19):
        assert await client.rerank(model, QUESTION, [texts[n]], budget_s=60) == pytest.approx([scores[n]], abs=1e-4)
    assert client.loaded == (model,)
    assert await client.rerank(model, QUESTION, [], budget_s=60) == []


async def test_the_best_hits_come_first(language: Language) -> None:
    """The hits that were read are ordered by relevance and place; those behind them stay behind them."""
    result = await rerank(QUESTION, ITEMS, language.rerank, named=2)
    assert (result.read, result.note) == (True, "")
    assert sorted(result.order) == list(range(40))
    assert result.order[:2] == (0, 1)
    assert result.order[30:] == tuple(range(30, 40))
    assert result.order != tuple(range(40))
    assert [n for n, relevance in enumerate(result.relevance) if relevance is None] == [0, 1, *range(30, 40)]
    assert all(0 <= relevance <= 1 for relevance in result.relevance if relevance is not None)


async def test_without_time_the_hits_stay(client: WorkerClient, rerankers: ModelShelf) -> None:
    """No budget leaves every hit in its place, also while the model is loading, and says so; the worker is kept."""
    language = Language(client, rerankers, Settings(rerank_model="tiny-reranker", rerank_ms=0))
    for _ in range(3):
        result = await rerank(QUESTION, ITEMS, language.rerank)
        assert (result.order, result.read) == (tuple(range(40)), False)
        assert result.note == "The reranker has read 0 of 30 hits in its time"
    assert len(await language.embed(["a"])) == 1
    assert client.restarts == 0


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="needs SIGSTOP")
async def test_what_comes_late_is_not_taken_for_the_next_answer(client: WorkerClient, rerankers: ModelShelf) -> None:
    """After a search that ran out of time, or was given up, the next one gets its own scores."""
    model = rerankers.path("tiny-reranker")
    await client.load_reranker(model)
    expected = await client.rerank(model, QUESTION, TEXTS, budget_s=60)
    os.kill(client.pid, signal.SIGSTOP)
    assert await client.rerank(model, "another", TEXTS, budget_s=0.05) == [None] * len(TEXTS)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await client.rerank(model, "a third", TEXTS, budget_s=60)
    os.kill(client.pid, signal.SIGCONT)
    assert await client.rerank(model, QUESTION, TEXTS, budget_s=60) == pytest.approx(expected, abs=1e-4)


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="needs SIGSTOP")
async def test_a_killed_worker_leaves_the_hits(client: WorkerClient, rerankers: ModelShelf, language: Language) -> None:
    """SIGKILL while hits are read: they stay, the note says why, and the reranker is left alone for a while."""
    await language.load_reranker()
    os.kill(client.pid, signal.SIGSTOP)
    reading = asyncio.create_task(rerank(QUESTION, ITEMS, language.rerank))
    await until(lambda: client.state is WorkerState.BUSY)
    os.kill(client.pid, signal.SIGKILL)
    result = await reading
    assert (result.order, result.read) == (tuple(range(40)), False)
    assert "killed" in result.note
    assert "next try" in (await rerank(QUESTION, ITEMS, language.rerank)).note
    assert len(await language.embed(["the other models go on"])) == 1


async def test_a_missing_or_broken_model_leaves_the_hits(
    client: WorkerClient, rerankers: ModelShelf, tmp_path: Path
) -> None:
    """A name that is not installed, a damaged graph and an embedding model are named in a note; the worker goes on."""
    shelf = ModelShelf(tmp_path)
    shutil.copytree(rerankers.path("tiny-reranker"), tmp_path / "damaged")
    (tmp_path / "damaged" / "model.onnx").write_bytes(b"\x08\x07" + bytes(1000))
    (tmp_path / "embedder").symlink_to(rerankers.path(EMBEDDING))
    for name, why in (("none", "not installed"), ("damaged", "damaged"), ("embedder", "not a reranker")):
        language = Language(client, shelf, Settings(rerank_model=name, rerank_ms=60_000))
        result = await rerank(QUESTION, ITEMS, language.rerank)
        assert (result.order, result.read) == (tuple(range(40)), False)
        assert why in result.note
    assert client.restarts == 0


def test_the_commands_know_it(rerankers: ModelShelf, tmp_path: Path) -> None:
    """`models use` makes it the reranker, `models list` marks it, and `doctor` tells how much it reads."""
    specdeck = Specdeck(tmp_path, rerankers.folder)
    assert specdeck("models", "use", "tiny-reranker").out == "tiny-reranker is now the rerank model.\n"
    assert (tmp_path / "config" / "config.toml").read_text() == 'rerank_model = "tiny-reranker"\n'
    used = [line.split()[1] for line in specdeck("models", "list").out.splitlines() if line.startswith("*")]
    assert "tiny-reranker" in used
    assert "tiny-reranker reads 30 hits" in specdeck("doctor", SPECDECK_RERANK_MS="60000").out
    assert "reads no hit in 0 ms" in specdeck("doctor", code=1, SPECDECK_RERANK_MS="0").out


async def test_health_and_trial_tell_of_the_reranker(language: Language) -> None:
    """The models in use list the reranker when one is set, and a trial counts what it reads."""
    assert [model.role for model in language.health()] == ["chat", "embedding", "rerank"]
    assert await language.try_reranker(["It returns the items of a list."] * 30) == 30
    assert [model.loaded for model in language.health()] == [False, False, True]


async def test_without_a_model_there_is_nothing_to_load(client: WorkerClient, rerankers: ModelShelf) -> None:
    """Where no reranker is set it is not listed, and loading it starts no process."""
    language = Language(client, rerankers, Settings())
    await language.load_reranker()
    assert client.state is WorkerState.OFF
    assert [model.role for model in language.health()] == ["chat", "embedding"]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"id2label": {"0": "NO", "1": "YES"}}, "classifier with 2 labels"),
        ({"auto_map": {"AutoModel": "mine.py"}}, "code of its own"),
        ({"architectures": None}, "not a sentence-transformers folder"),
    ],
)
def test_import_refuses_what_is_no_reranker(
    cross_encoder: Path, tmp_path: Path, changes: dict[str, object], why: str
) -> None:
    """A classifier, a model that brings code and a bare transformer are refused, and nothing is left."""
    folder = tmp_path / "model"
    shutil.copytree(cross_encoder, folder)
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | changes))
    with pytest.raises(ModelFileError, match=why):
        ModelShelf(tmp_path / "models").import_file(folder)
    assert not (tmp_path / "models").exists()


async def test_the_worker_names_an_error_and_goes_on(client: WorkerClient, tmp_path: Path) -> None:
    """A folder without a model is an error of the file, not of the worker."""
    with pytest.raises(ModelFileError, match="no tokenizer"):
        await client.load_reranker(tmp_path)
    with pytest.raises(ModelError) as caught:
        await client.rerank(tmp_path, QUESTION, TEXTS, budget_s=60)
    assert not isinstance(caught.value, WorkerError)
    assert client.restarts == 0
