"""Another embedding model: the library is searched by the old vectors until the new ones reach as far."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from engine import SAMPLE, Engine, Settings, folders
from engine.library.index import covered, keep_only
from engine.library.store import Library
from engine.models.shelf import ModelShelf
from engine.search.vectors import VectorIndex
from tests.cli.conftest import Specdeck
from tests.conftest import EMBEDDING
from tests.library.builders import add, calls
from tests.search.test_vectors import X, Y, queries, unit

OLD, NEW = "old", "new"


def put(library: Library, model: str, texts: list[str], vector: bytes) -> None:
    """Give texts the same vector."""
    library.put_vectors(model, texts, [vector] * len(texts))


def test_the_old_vectors_are_searched_until_the_new_ones_reach_as_far(library: Library, tmp_path: Path) -> None:
    """The model changes once, where it covers as much as the one before; then the others' vectors and files go."""
    add(library, calls("one", "two", "three"))
    texts = library.without_vector(NEW)
    put(library, OLD, texts, X)
    folder = tmp_path / "data"
    index = VectorIndex(library, NEW, folder, lambda model: model == OLD)
    assert index.has_vectors()
    assert index.model == OLD
    assert len(index.nearest(queries(X), 10)) == 3
    index.prepare()
    for done in (1, 2):
        put(library, NEW, texts[:done], unit(0, 1))
        assert index.has_vectors()
        assert index.model == OLD
    put(library, NEW, texts, unit(0, 1))
    assert index.has_vectors()
    assert index.model == NEW
    assert len(index.nearest(queries(unit(1, 0)), 10)) == 3
    assert index.vectors(np.array([1], np.int64)).shape == (1, 2)
    keep_only(library, NEW)
    assert covered(library, NEW) == {NEW: 0}
    index.prepare()
    assert [file.name for file in folder.iterdir()] == ["vectors-new.faiss"]


def test_a_model_that_is_gone_is_not_searched(library: Library, tmp_path: Path) -> None:
    """Vectors of a model that cannot embed a question are of no use, however many there are."""
    add(library, calls("one", "two"))
    put(library, OLD, library.without_vector(NEW), X)
    index = VectorIndex(library, NEW, tmp_path / "data")
    assert not index.has_vectors()
    put(library, NEW, library.without_vector(NEW)[:1], Y)
    assert index.has_vectors()
    assert index.model == NEW


@pytest.fixture
def two_models(shelf: ModelShelf, tmp_path: Path) -> Path:
    """A models folder with the starter embedding model under two names."""
    models = tmp_path / "models"
    models.mkdir()
    for name in (EMBEDDING, "other"):
        (models / name).symlink_to(shelf.path(EMBEDDING))
    return models


@pytest_asyncio.fixture
async def changed(two_models: Path, tmp_path: Path) -> AsyncIterator[Engine]:
    """An engine whose library was embedded with the starter, and whose settings name the other model."""
    where = folders({"SPECDECK_HOME": str(tmp_path / "home"), "SPECDECK_MODELS": str(two_models)})
    async with Engine(where, Settings(share_worker=False)) as engine:
        await engine.library.add(SAMPLE)
        await engine.library.embed()
    async with Engine(where, Settings(embedding_model="other", share_worker=False)) as engine:
        yield engine


async def test_searches_go_on_while_the_library_is_embedded_anew(changed: Engine) -> None:
    """By meaning before, during and after; what was stopped goes on from there; in the end nothing of the old stays."""

    async def searched() -> str:
        return (await changed.questions.search("close an issue", n=3)).mode

    def models() -> set[str]:
        with closing(sqlite3.connect(changed.folders.library)) as library:
            return {model for (model,) in library.execute("SELECT DISTINCT model FROM vectors")}

    [info] = await changed.library.specs()
    assert (info.embedded, await searched()) == (0, "words and meaning")
    stopped: asyncio.Task[int] = asyncio.create_task(changed.library.embed(lambda _: stopped.cancel()))
    with pytest.raises(asyncio.CancelledError):
        await stopped
    assert models() <= {EMBEDDING, "other"}
    assert await searched() == "words and meaning"
    await changed.library.embed()
    assert models() == {"other"}
    assert await searched() == "words and meaning"
    [info] = await changed.library.specs()
    assert info.embedded == info.entries


def test_the_command_embeds_the_library_anew(two_models: Path, tmp_path: Path) -> None:
    """`models use` of another embedding model says how many texts it has embedded; without a library there are none."""
    specdeck = Specdeck(tmp_path, two_models)
    assert specdeck("models", "use", "other", "--json").document == {"setting": "embedding_model", "value": "other"}
    specdeck("add", str(SAMPLE))
    document = specdeck("models", "use", EMBEDDING, "--json").document
    assert (document["value"], document["embedded"], document["notice"]) == (EMBEDDING, 14, "")
    assert specdeck("models", "use", EMBEDDING).out == f"{EMBEDDING} is now the embedding model.\n"
    assert specdeck("search", "close an issue", "--json").document["mode"] == "words and meaning"


def test_an_older_library_is_indexed_anew_and_says_so(tmp_path: Path) -> None:
    """The first command after an upgrade says so on stderr, with what helps search by meaning; the next is still."""
    specdeck = Specdeck(tmp_path, tmp_path / "no-models")
    specdeck("add", str(SAMPLE))
    with closing(sqlite3.connect(tmp_path / "data" / "library.db")) as library:
        library.execute("UPDATE specs SET indexed = 0")
        library.commit()
    ran = specdeck("search", "issue", "--json")
    assert "made by an older specdeck: indexed anew (14 entries); run `specdeck doctor --fix`" in ran.err
    assert ran.document["query"] == "issue"
    assert "older" not in specdeck("search", "issue").err
