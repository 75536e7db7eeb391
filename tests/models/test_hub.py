import hashlib
import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.errors import InputError, ModelError, ModelFileError, UnreachableError
from engine.models.catalog import MIT, CatalogEntry, Hub
from engine.models.folders import KEPT
from engine.models.hub import Source, fetch, source_of
from engine.models.shelf import ModelShelf, ModelState
from engine.net import download as downloading
from engine.net.reach import Reach
from engine.settings import Settings, private_folder
from tests.cli.conftest import Specdeck
from tests.models.gguf import METADATA, gguf
from tests.net.files import Files, serving

MODEL = gguf(data_bytes=300_000)
ENTRY = CatalogEntry(
    name="tiny",
    role="chat",
    title="Tiny",
    licence=MIT,
    parameters=1,
    memory_mb=1,
    file_bytes=len(MODEL),
    hub=Hub(repository="me/Tiny-GGUF", file="tiny.gguf", sha256=hashlib.sha256(MODEL).hexdigest()),
)
FOLDER = CatalogEntry(
    name="folder",
    role="embedding",
    title="Folder",
    licence=MIT,
    parameters=1,
    memory_mb=1,
    hub=Hub(repository="me/Folder", revision="abc"),
)


@pytest.fixture
def hub(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Files]:
    """A hub with one file."""
    monkeypatch.setattr(downloading, "PAUSE_S", 0.01)
    with serving(certificate) as running:
        running.files["/me/Tiny-GGUF/resolve/main/tiny.gguf"] = MODEL
        yield running


@pytest.fixture
def source(hub: Files, certificate: Path) -> Source:
    """That hub as a source."""
    return Source(address=hub.address, reach=Reach(private=True, ca_bundle=f"{certificate}.crt"))


def test_a_model_of_the_hub_is_pulled(hub: Files, source: Source, tmp_path: Path) -> None:
    """It breaks off and goes on, is checked and private, was told of, and is not fetched again."""
    shelf = ModelShelf(tmp_path / "models", [ENTRY])
    assert shelf.entries()[0].state is ModelState.ON_HUB
    hub.breaks = [100_000]
    told: list[tuple[str, int, int]] = []
    path = shelf.pull("tiny", source=source, on_bytes=lambda *now: told.append(now))
    assert path.read_bytes() == MODEL
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert told[-1] == ("tiny.gguf", len(MODEL), len(MODEL))
    assert [file.name for file in (tmp_path / "models").rglob("*")] == ["tiny", "tiny.gguf"]
    assert [asked.range for asked in hub.asked] == ["", "bytes=100000-"]
    assert shelf.pull("tiny", source=source) == path
    assert len(hub.asked) == 2


def test_a_pull_that_broke_off_goes_on_with_the_next(hub: Files, source: Source, tmp_path: Path) -> None:
    """What has come stays hidden, and is no model yet."""
    shelf = ModelShelf(tmp_path / "models", [ENTRY])
    hub.breaks = [100_000, 0]
    with pytest.raises(UnreachableError, match="broke off"):
        shelf.pull("tiny", source=source)
    assert [entry.state for entry in shelf.entries()] == [ModelState.ON_HUB]
    shelf.pull("tiny", source=source)
    assert hub.asked[-1].range == "bytes=100000-"


def test_another_file_than_the_catalogs_is_refused(hub: Files, source: Source, tmp_path: Path) -> None:
    """One byte that is another, and a file that is no model: nothing of either stays."""
    shelf = ModelShelf(tmp_path / "models", [ENTRY])
    hub.files["/me/Tiny-GGUF/resolve/main/tiny.gguf"] = MODEL[:-1] + b"x"
    with pytest.raises(InputError, match="SHA-256"):
        shelf.pull("tiny", source=source)
    plain = gguf({key: value for key, value in METADATA.items() if key != "tokenizer.chat_template"})
    unknown = Hub(repository="me/Tiny-GGUF", file="tiny.gguf")
    shelf = ModelShelf(tmp_path / "models", [CatalogEntry(**{**as_dict(ENTRY), "hub": unknown, "file_bytes": 0})])
    hub.files["/me/Tiny-GGUF/resolve/main/tiny.gguf"] = plain
    with pytest.raises(ModelFileError, match="no chat template"):
        shelf.pull("tiny", source=source)
    assert not any(file.is_file() and file.suffix != ".tag" for file in (tmp_path / "models").rglob("*"))


def as_dict(entry: CatalogEntry) -> dict[str, object]:
    """The fields of an entry."""
    return {name: getattr(entry, name) for name in entry.__struct_fields__}


def test_a_folder_of_the_hub_is_listed_first(hub: Files, source: Source, tmp_path: Path) -> None:
    """Of a repository those files come that a model needs, by the hub's own list and hashes; no pickled weights."""
    weights = b"weights" * 1000
    files = {name: b"{}" for name in KEPT if name != "modules.json"}
    files |= {"model.safetensors": weights, "1_Pooling/config.json": b"{}", "pytorch_model.bin": b"never"}
    kind = "sentence_transformers.models.Transformer"
    files["modules.json"] = json.dumps([{"idx": 0, "name": "0", "path": "", "type": kind}]).encode()
    listing = [{"type": "file", "path": path, "size": len(body)} for path, body in files.items()]
    listing[list(files).index("model.safetensors")]["lfs"] = {"oid": hashlib.sha256(weights).hexdigest()}
    hub.files["/api/models/me/Folder/tree/abc?recursive=true"] = json.dumps(listing).encode()
    hub.files |= {f"/me/Folder/resolve/abc/{path}": body for path, body in files.items()}
    path = private_folder(tmp_path / "model")
    assert FOLDER.hub is not None
    fetch(FOLDER, FOLDER.hub, path, source, lambda *_: None)
    assert (path / "model.safetensors").read_bytes() == weights
    assert (path / "1_Pooling" / "config.json").is_file()
    assert not (path / "pytorch_model.bin").exists()
    assert not any("pytorch" in asked.path for asked in hub.asked)
    hub.files["/me/Folder/resolve/abc/model.safetensors"] = b"Weights" * 1000
    with pytest.raises(InputError, match="SHA-256"):
        ModelShelf(tmp_path / "others", [FOLDER]).pull("folder", source=source)


def test_the_network_is_asked_only_where_it_is_allowed(tmp_path: Path) -> None:
    """Off by default; on by the setting, or for once. What has terms to accept is brought by hand."""
    assert source_of(Settings()) is None
    assert source_of(Settings(network=True)) is not None
    allowed = source_of(Settings(hub_url="https://hub.example", private_addresses=True), network=True)
    assert allowed == Source(address="https://hub.example", reach=Reach(private=True))
    with pytest.raises(ModelError, match="network") as caught:
        ModelShelf(tmp_path, [ENTRY]).pull("tiny")
    assert "specdeck models info tiny" in caught.value.hint
    gated = CatalogEntry(**{**as_dict(ENTRY), "hub": Hub(repository="me/Tiny-GGUF", file="tiny.gguf", gated=True)})
    with pytest.raises(ModelError, match="terms"):
        ModelShelf(tmp_path, [gated]).pull("tiny", source=allowed)


def test_the_command_fetches_and_stays_silent(hub: Files, certificate: Path, tmp_path: Path) -> None:
    """`models pull` asks where the network is allowed, for once too; a pipe gets no bar."""
    specdeck = Specdeck(tmp_path, tmp_path / "no-models")
    hub.files["/LiquidAI/LFM2.5-350M-GGUF/resolve/main/LFM2.5-350M-Q4_K_M.gguf"] = MODEL
    environment = {
        "SPECDECK_HUB_URL": hub.address,
        "SPECDECK_PRIVATE_ADDRESSES": "true",
        "SPECDECK_CA_BUNDLE": f"{certificate}.crt",
    }
    ran = specdeck("models", "pull", "lfm2.5-350m", code=1, **environment)
    assert "network" in ran.err
    assert hub.asked == []
    hub.breaks = [0]
    ran = specdeck("models", "pull", "lfm2.5-350m", "--network", code=1, **environment)
    assert [asked.path for asked in hub.asked] == ["/LiquidAI/LFM2.5-350M-GGUF/resolve/main/LFM2.5-350M-Q4_K_M.gguf"]
    assert "broke off" in ran.err
    assert ran.out == ""
    assert len(ran.err.splitlines()) == 3
