import platform
import sys
from contextlib import closing
from pathlib import Path

import msgspec
import psutil
import pytest

from engine import Engine, Settings, check, folders, tune
from engine.errors import ModelFileError
from engine.models.confine import MACHINES
from engine.models.shelf import ModelShelf
from engine.models.tuning import Measured, Speed, Tuning, Tunings, chosen, cores, identity, machine
from tests.conftest import CHAT

FAST = Tuning(threads=3, read_threads=4, batch_tokens=128, memory="q8_0 flash")


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A file that stands for a model."""
    path = tmp_path / "model.gguf"
    path.write_bytes(b"weights")
    return path


@pytest.fixture
def tunings(tmp_path: Path) -> Tunings:
    """Nothing was measured yet."""
    return Tunings(tmp_path / "state" / "tunings.json")


def measured(model: Path, tuning: Tuning = FAST) -> Measured:
    """What was found for a model here."""
    return Measured(machine=machine(), model=identity(model), tuning=tuning, speed=Speed(read=100, write=50))


def test_what_was_found_is_kept_by_machine_and_model(model: Path, tunings: Tunings, tmp_path: Path) -> None:
    """It is there again for this model; another model, another machine and a changed file begin anew."""
    assert tunings.of(model) is None
    elsewhere = msgspec.structs.replace(measured(model), machine="another CPU, 2 cores")
    tunings.keep(elsewhere)
    assert tunings.of(model) is None
    tunings.keep(measured(model))
    assert tunings.of(model) == measured(model)
    assert tunings.of(tmp_path / "gone.gguf") is None
    model.write_bytes(b"other weights")
    assert tunings.of(model) is None


def test_a_new_measure_takes_the_place_of_the_old_one(model: Path, tunings: Tunings, tmp_path: Path) -> None:
    """One model on one machine has one tuning, in a file that is for its owner only."""
    slow = Tuning(threads=1, read_threads=1)
    tunings.keep(measured(model, slow))
    tunings.keep(measured(model))
    assert tunings.of(model) == measured(model)
    file = tmp_path / "state" / "tunings.json"
    assert len(msgspec.json.decode(file.read_bytes())) == 1
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("damage", [b"", b"[{]", b'[{"machine": 5}]', b"{}", bytes(100)])
def test_a_damaged_file_is_none(damage: bytes, model: Path, tunings: Tunings, tmp_path: Path) -> None:
    """What cannot be read is as if nothing had been measured, and is replaced by the next measure."""
    tunings.keep(measured(model))
    (tmp_path / "state" / "tunings.json").write_bytes(damage)
    assert tunings.of(model) is None
    tunings.keep(measured(model))
    assert tunings.of(model) == measured(model)


def test_the_users_threads_win(model: Path, tunings: Tunings) -> None:
    """A number of threads in the settings takes the place of those that were measured; the rest stays."""
    assert chosen(tunings, 2, model) is None
    tunings.keep(measured(model))
    assert chosen(tunings, 0, model) == measured(model)
    assert chosen(tunings, 2, model) == measured(model, msgspec.structs.replace(FAST, threads=2, read_threads=2))


def test_a_model_that_is_not_there_is_not_measured(tmp_path: Path) -> None:
    """The missing model is named with the command that fetches it."""
    where = folders({"SPECDECK_HOME": str(tmp_path)})
    with pytest.raises(ModelFileError, match="not installed"):
        list(tune(CHAT, where))


@pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in MACHINES,
    reason="sockets are refused on Linux, x86_64 and AArch64",
)
def test_what_measures_a_model_is_confined(shelf: ModelShelf, tmp_path: Path) -> None:
    """Each of its threads is behind the filter that the worker is behind, and it has the cores that it may have."""
    where = folders({"SPECDECK_HOME": str(tmp_path), "SPECDECK_MODELS": str(shelf.folder)})
    with closing(tune(CHAT, where, most_cores=1, seconds=0)) as trials:
        first = next(trials)
        [child] = [one for one in psutil.Process().children() if "engine.models.tuner" in one.cmdline()]
        files = list(Path(f"/proc/{child.pid}/task").glob("*/status"))
        states = {line.split()[1] for file in files for line in file.read_text().splitlines() if "Seccomp:" in line}
        assert states == {"2"}
        assert len(child.cpu_affinity()) == 1
        assert first.tuning.threads == 1
    assert not child.is_running()


async def test_a_model_is_measured_and_then_run_so(shelf: ModelShelf, tmp_path: Path) -> None:
    """Threads, memory and batch are each tried, and the best is kept; the worker runs so, and the doctor tells."""
    where = folders({"SPECDECK_HOME": str(tmp_path), "SPECDECK_MODELS": str(shelf.folder)})
    *trials, best = tune(CHAT, where, seconds=0)
    assert {trial.step for trial in trials} == {"threads", "memory", "batch"}
    assert {trial.tuning.threads for trial in trials} >= {1, cores()}
    assert {trial.tuning.memory for trial in trials} == {"f16", "f16 flash", "q8_0 flash"}
    assert all(trial.speed.read > 0 and trial.speed.write > 0 for trial in [*trials, best])
    assert best.step == "best"
    unusual = msgspec.structs.replace(best.tuning, batch_tokens=96, memory="q8_0 flash")
    Tunings(where.tunings).keep(measured(shelf.path(CHAT), unusual))
    async with Engine(where, Settings()) as engine:
        (chat,) = [one for one in await check(engine) if one.name == "chat model"]
        assert chat.ok
        assert unusual.words in chat.detail
