from pathlib import Path

from engine import ModelShelf
from tests.cli.conftest import Specdeck
from tests.conftest import CHAT, EMBEDDING
from tests.models.gguf import gguf


def test_models_are_listed(specdeck: Specdeck) -> None:
    """The catalog is listed with what can be pulled; the models in use are marked though they are not there."""
    lines = specdeck("models", "list").out.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[0].split() == ["CHAT", "PARAM", "SIZE", "MEMORY", "FITS", "LICENCE"]
    assert [line.split()[1:] for line in lines[:-1] if line.startswith("*")] == [
        [CHAT, "135M", "98", "MB", "210", "MB", "fits", "Apache-2.0"],
        [EMBEDDING, "23M", "91", "MB", "150", "MB", "fits", "Apache-2.0"],
    ]
    [liquid] = [line for line in lines if line.split()[:1] == ["lfm2.5-350m"]]
    assert liquid.endswith("~")
    models = specdeck("models", "list", "--json").document["models"]
    assert {entry["model"]["name"]: entry["used"] for entry in models}[CHAT] is True
    fields = set("name role state title licence is_open parameters file_mb memory_mb path".split())
    assert all(set(entry["model"]) == fields for entry in models)
    assert {entry["fit"] for entry in models} <= {"fits", "tight", "no"}


def test_a_model_that_needs_more_than_is_allowed_does_not_fit(specdeck: Specdeck) -> None:
    """What fits follows from what is free, and from the limit that the user has set."""
    shown = specdeck("models", "info", "qwen3-4b-instruct-2507", "--json", SPECDECK_MEMORY_MB="1000").document
    assert (shown["fit"], shown["model"]["state"]) == ("no", "network")
    assert "more than is free" in specdeck("models", "info", "granite-4.0-micro", SPECDECK_MEMORY_MB="1000").out


def test_a_model_is_described(specdeck: Specdeck) -> None:
    """What a model is, its licence, and the files to bring where there is no network, with where to put them."""
    out = specdeck("models", "info", "lfm2.5-350m", SPECDECK_HUB_URL="https://hub.example").out
    assert "LFM 1.0, not open source" in out
    assert "https://hub.example/LiquidAI/LFM2.5-350M-GGUF/resolve/main/LFM2.5-350M-Q4_K_M.gguf" in out
    assert "7e6f72643caafc9a68256686638c4d7916f2cec76d1df478d4c3ddcd95a6aed4" in out
    assert "specdeck models import LFM2.5-350M-Q4_K_M.gguf" in out
    assert "accepted first" in specdeck("models", "info", "embeddinggemma-300m").out
    assert "There is no model nothing" in specdeck("models", "info", "nothing", code=1).err


def test_a_model_is_removed(specdeck: Specdeck, tmp_path: Path) -> None:
    """A model goes; one that is in use stays, unless that is what the user wants."""
    (tmp_path / "mine.gguf").write_bytes(gguf())
    specdeck("models", "import", "mine.gguf")
    specdeck("models", "use", "mine")
    assert "is the chat model in use" in specdeck("models", "remove", "mine", code=1).err
    assert "~" not in specdeck("models", "info", "mine").out
    assert specdeck("models", "remove", "mine", "--force", "--json").document == {"removed": "mine"}
    assert not any((tmp_path / "no-models").iterdir())
    assert "not installed" in specdeck("models", "remove", CHAT, "--force", code=1).err


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
    ran = specdeck("models", "pull", "nothing", "granite-4.0-1b", code=1)
    assert "There is no model nothing in the catalog" in ran.err
    assert "specdeck models info granite-4.0-1b" in ran.err
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
