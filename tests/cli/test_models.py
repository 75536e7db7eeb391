from pathlib import Path

from engine import ModelShelf
from tests.cli.conftest import Specdeck
from tests.conftest import CHAT, EMBEDDING


def test_models_are_listed(specdeck: Specdeck) -> None:
    """The catalog is listed with what can be pulled; the models in use are marked though they are not there."""
    lines = specdeck("models", "list").out.splitlines()
    assert lines[0].split() == ["NAME", "ROLE", "STATE", "SIZE", "TITLE"]
    used = [line.split()[1:4] for line in lines if line.startswith("*")]
    assert sorted(used) == [[EMBEDDING, "embedding", "pull"], [CHAT, "chat", "pull"]]
    document = specdeck("models", "list", "--json").document
    assert {entry["model"]["name"]: entry["used"] for entry in document["models"]}[CHAT] is True
    assert all(
        set(entry["model"]) == set("name role state title licence file_mb path".split()) for entry in document["models"]
    )


def test_an_installed_model_can_be_used(specdeck: Specdeck, shelf: ModelShelf) -> None:
    """Choosing a model writes the setting that its kind has, and leaves the rest of the file alone."""
    file = specdeck.home / "config" / "config.toml"
    file.parent.mkdir()
    file.write_text("# mine\nthreads = 1\n")
    models = {"SPECDECK_MODELS": str(shelf.folder)}
    assert specdeck("models", "use", CHAT, **models).out == f"{CHAT} is now the chat model.\n"
    document = specdeck("models", "use", EMBEDDING, "--json", **models).document
    assert document == {"setting": "embedding_model", "value": EMBEDDING}
    assert file.read_text() == f'# mine\nthreads = 1\nchat_model = "{CHAT}"\nembedding_model = "{EMBEDDING}"\n'


def test_a_model_that_is_not_there_cannot_be_used(specdeck: Specdeck) -> None:
    """An unknown and a missing model are refused in a sentence; nothing is written."""
    assert "There is no model nothing" in specdeck("models", "use", "nothing", code=1).err
    document = specdeck("models", "use", CHAT, "--json", code=1).document
    assert "is not installed" in document["error"]
    assert not (specdeck.home / "config").exists()


def test_pulling_what_cannot_be_pulled(specdeck: Specdeck) -> None:
    """A name outside the catalog, and a model of the hub, are each refused with a way to get them."""
    ran = specdeck("models", "pull", "nothing", "llama-3.2-3b-instruct", code=1)
    assert "There is no model nothing in the catalog" in ran.err
    assert "specdeck models import FILE" in ran.err
    document = specdeck("models", "pull", "nothing", "--json", code=1).document
    assert (document["installed"], [one["model"] for one in document["refused"]]) == ({}, ["nothing"])


def test_importing_what_is_no_model(specdeck: Specdeck, tmp_path: Path) -> None:
    """A missing file, a picture and an empty folder are refused; the models folder stays empty."""
    (tmp_path / "picture.gguf").write_bytes(b"\x89PNG\r\n")
    (tmp_path / "folder").mkdir()
    for name in ("missing.gguf", "picture.gguf", "folder"):
        ran = specdeck("models", "import", name, code=1)
        assert ran.err.splitlines()[-2].startswith("specdeck: ")
        assert name in ran.err
    assert specdeck("models", "import", "missing.gguf", "--json", code=1).document["error"]
    assert not any((tmp_path / "no-models").glob("*"))
