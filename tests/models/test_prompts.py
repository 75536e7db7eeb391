"""What an embedding model wants before a text is put there: one thing before a question, another before an entry."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from engine import SAMPLE, Engine, Settings, folders
from engine.models.client import WorkerClient
from engine.models.folders import Prompts, prompts
from engine.models.identity import identity
from engine.models.roles import Language
from engine.models.shelf import ModelShelf
from tests.models.conftest import dot

QUERY, DOCUMENT = "task: search result | query: ", "title: none | text: "
NAME = "prompted"
SETTINGS = Settings(embedding_model=NAME, share_worker=False)
QUESTION = "close an issue, then open another"
PART = (QUESTION, QUESTION.index("open"), len(QUESTION))


def say(models: Path, **said: object) -> None:
    """Let the model's folder say so."""
    (models / NAME / "config_sentence_transformers.json").write_text(json.dumps(said))


@pytest.fixture
def models(embedding_model: Path, tmp_path: Path) -> Path:
    """A models folder whose only model names a prompt for questions and one for documents."""
    shutil.copytree(embedding_model, tmp_path / "models" / NAME)
    say(tmp_path / "models", prompts={"query": QUERY, "document": DOCUMENT, "Clustering": "no"})
    return tmp_path / "models"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"prompts": {"query": QUERY, "document": DOCUMENT}}, Prompts(query=QUERY, document=DOCUMENT)),
        ({"prompts": {"query": "query: ", "passage": "passage: "}}, Prompts(query="query: ", document="passage: ")),
        ({"prompts": {"s2p_query": "x", "query": None}}, Prompts()),
        ({"prompts": {}}, Prompts()),
        ({"prompts": None}, None),
        ({"prompts": ["query"]}, None),
        ({}, None),
    ],
)
def test_a_folder_says_what_its_model_wants(said: dict[str, object], expected: Prompts | None, tmp_path: Path) -> None:
    """By the names that sentence-transformers knows; what is no text is not taken for one."""
    (tmp_path / NAME).mkdir()
    say(tmp_path, **said)
    assert prompts(tmp_path / NAME) == expected


def test_the_catalog_says_it_where_the_folder_does_not(embedding_model: Path, tmp_path: Path) -> None:
    """The folder of bge-small names no prompts and its card does; where a folder names some, these count."""
    name = "bge-small-en-v1.5"
    shelf = ModelShelf(tmp_path)
    shutil.copytree(embedding_model, tmp_path / name, ignore=shutil.ignore_patterns("*.safetensors", "*.onnx*"))
    assert shelf.prompts(name) == Prompts(query="Represent this sentence for searching relevant passages: ")
    (tmp_path / name / "config_sentence_transformers.json").write_text('{"prompts": {"query": "q: "}}')
    assert shelf.prompts(name) == Prompts(query="q: ")


async def test_each_text_is_embedded_after_its_prompt(client: WorkerClient, models: Path) -> None:
    """The vectors are those of the prompted texts; of a part of a question its own tokens count, the prompt's not."""
    language = Language(client, ModelShelf(models), SETTINGS)
    path = models / NAME
    name = language.vectors_name()
    question, part = await language.embed_questions([QUESTION, PART], name)
    [document] = await language.embed([QUESTION])
    whole, shift = QUERY + QUESTION, len(QUERY)
    expected = [whole, (whole, shift + PART[1], shift + PART[2]), (whole, 0, len(whole)), DOCUMENT + QUESTION, QUESTION]
    asked, own_tokens, _, described, plain = await client.embed(path, expected)
    assert dot(question, asked) > 0.99999
    assert dot(part, own_tokens) > 0.99999
    assert dot(document, described) > 0.99999
    assert max(dot(question, plain), dot(document, plain), dot(question, document)) < 0.99
    [whole_part] = await language.embed_questions([(QUESTION, 0, len(QUESTION))], name)
    [with_prompt] = await client.embed(path, [(whole, 0, len(whole))])
    assert dot(whole_part, with_prompt) < 0.99999


@pytest.mark.slow
async def test_without_vectors_of_tokens_a_part_is_prompted_as_a_question(client: WorkerClient, models: Path) -> None:
    """Where sentence-transformers runs the model a part is a text like any other: with the prompt before it."""
    for graph in (models / NAME).glob("model.onnx*"):
        graph.unlink()
    language = Language(client, ModelShelf(models), SETTINGS)
    say(models, prompts={"query": QUERY, "document": DOCUMENT}, default_prompt_name="document")
    [part] = await language.embed_questions([PART], language.vectors_name())
    [expected] = await client.embed(models / NAME, [QUERY + QUESTION[PART[1] :]])
    assert dot(part, expected) > 0.99999


@pytest.mark.slow
async def test_what_a_prompt_changes_is_made_anew(models: Path, tmp_path: Path) -> None:
    """Another prompt for documents means new vectors of the library, one for questions new ones of questions only."""
    where = folders({"SPECDECK_HOME": str(tmp_path / "home"), "SPECDECK_MODELS": str(models)})

    async def embedded() -> tuple[int, str]:
        async with Engine(where, SETTINGS) as engine:
            await engine.library.add(SAMPLE)
            count = await engine.library.embed()
            [info] = await engine.library.specs()
            assert info.embedded == info.entries
            return count, (await engine.questions.search("close an issue", n=3)).mode

    def of_questions() -> set[bytes]:
        with closing(sqlite3.connect(where.library)) as library:
            return {model for (model,) in library.execute("SELECT DISTINCT model FROM question_vectors")}

    everything = await embedded()
    assert everything[0] > 0
    assert everything[1] == "words and meaning"
    assert await embedded() == (0, "words and meaning")
    before = of_questions()
    identity.cache_clear()  # what another process would find
    say(models, prompts={"query": "query: ", "document": DOCUMENT})
    assert await embedded() == (0, "words and meaning")
    assert of_questions().isdisjoint(before)
    say(models, prompts={"query": "query: ", "document": "passage: "})
    assert await embedded() == everything
    say(models, prompts={})
    assert await embedded() == everything
    with closing(sqlite3.connect(where.library)) as library:
        assert {model for (model,) in library.execute("SELECT DISTINCT model FROM vectors")} == {NAME}
