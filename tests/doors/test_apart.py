"""Documents that the app adds are read in a process of their own: the same steps, and no harm by its death."""

import asyncio
import io
import os
import sqlite3
import stat
import subprocess
import sys
import time
import zipfile
from collections.abc import AsyncIterator
from contextlib import aclosing, closing
from pathlib import Path

import msgspec
import psutil
import pytest
import pytest_asyncio

from engine import SAMPLE, Added, Adding, Engine, InputError, LibraryError, Listed, Refused, SpecdeckError, folders
from engine.children import NICENESS
from engine.doors.wire import Failure
from engine.errors import OutsideError, ReaderError, SpecError, UnreachableError
from engine.settings import Folders, Settings

OPENAPI = (
    '{"openapi": "3.1.0", "info": {"title": "Zoo", "version": "1"}, "paths": {"/lions": {"get": {"summary": "%s"}}}}'
)
SETTINGS = Settings(max_document_mb=1)
PATIENCE_S = 60.0
"""For what takes a moment: a machine under load takes longer, and nothing is measured."""
ORPHANING = """
import asyncio, sys
from pathlib import Path
from engine import Engine, Settings, folders

async def main():
    async with Engine(folders(), Settings(), stays=True) as engine:
        await engine.library.add(Path(sys.argv[1]))

asyncio.run(main())
"""
STARVING = """
import asyncio, resource, sys
from pathlib import Path
from engine import SAMPLE, Added, Engine, Refused, Settings, folders

async def main():
    async with Engine(folders(), Settings()) as engine:
        await engine.library.add(SAMPLE)  # and all that reading imports
        used = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmData"))
        resource.setrlimit(resource.RLIMIT_DATA, (int(used.split()[1]) * 1024 + 32_000_000, resource.RLIM_INFINITY))
        async for step in engine.library.add_all([Path(path) for path in sys.argv[1:]]):
            if isinstance(step, Refused):
                print(step.error)
            elif isinstance(step, Added):
                print(step.info.name)

asyncio.run(main())
"""
"""Reads documents with 32 MB more than it has."""


@pytest.fixture
def where(tmp_path: Path) -> Folders:
    """A home without models."""
    return folders({"SPECDECK_HOME": str(tmp_path / "home"), "SPECDECK_MODELS": str(tmp_path / "none")})


@pytest_asyncio.fixture
async def engine(where: Folders) -> AsyncIterator[Engine]:
    """An engine as the app has it, with an empty library."""
    async with Engine(where, SETTINGS, stays=True) as engine:
        yield engine


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    """A document that never ends: who reads it is in the middle of it."""
    pipe = tmp_path / "endless.json"
    os.mkfifo(pipe)
    return pipe


def readers(of: psutil.Process) -> list[psutil.Process]:
    """Return the processes that read documents for a process."""
    return [child for child in of.children() if "engine.reader" in child.cmdline()]


def reader_of(process: psutil.Process) -> psutil.Process:
    """Wait until a process has one, and return it."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if found := readers(process):
            return found[0]
        time.sleep(0.02)
    pytest.fail("no process reads for it")


def told(steps: list[Adding]) -> list[object]:
    """Return steps as they can be compared: an error by what it says, and no time."""
    return [
        (step.source, type(step.error), str(step.error), step.error.hint)
        if isinstance(step, Refused)
        else msgspec.structs.replace(step, info=msgspec.structs.replace(step.info, added=""))
        if isinstance(step, Added)
        else step
        for step in steps
    ]


@pytest.fixture
def zoo(tmp_path: Path) -> Path:
    """A folder with documents, one that is none, a part of one, and a name that is no text."""
    zoo = tmp_path / "zoo"
    zoo.mkdir()
    (zoo / "openapi.json").write_text(OPENAPI % "Feed them")
    (zoo / "broken.json").write_text('{"openapi": ')
    (zoo / "part.json").write_text('{"type": "object"}')
    (zoo / "large.json").write_text(OPENAPI % ("Large" * 2**18))
    Path(os.fsdecode(os.fsencode(zoo) + b"/odd-\xff.json")).write_text(OPENAPI % "Odd")
    return zoo


async def test_the_same_becomes_of_documents_as_in_this_process(
    engine: Engine, zoo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each step is the same, errors with their hints too, whatever is given: folders, archives, bytes, odd names."""
    monkeypatch.chdir(tmp_path)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("guide.md", "# Feeding\n\nTwice a day.\n")
    sources = [
        zoo,
        Path("zoo", "openapi.json"),
        SAMPLE,
        packed.getvalue(),
        b'{"openapi": ',
        tmp_path / "missing.yaml",
        "https://x.example/a.json",
    ]
    apart = [step async for step in engine.library.add_all(sources)]
    other = folders({"SPECDECK_HOME": str(tmp_path / "other"), "SPECDECK_MODELS": str(tmp_path / "none")})
    async with Engine(other, SETTINGS) as here:
        assert told(apart) == told([step async for step in here.library.add_all(sources)])
    assert {type(step) for step in apart} == {Listed, Added, Refused}
    assert any("larger than 1 MB" in str(step.error) for step in apart if isinstance(step, Refused))
    found = await engine.questions.search("feed", meaning=False)
    assert {hit.spec for hit in found.hits} >= {"zoo", "guide"}


async def test_overlays_of_before_change_what_the_process_reads(engine: Engine, zoo: Path) -> None:
    """They are remembered there too; one that is gone is told with its next step."""
    (zoo / "fix.json").write_text(
        '{"overlay": "1.0.0", "actions": [{"target": "$.info", "update": {"title": "Park"}}]}'
    )
    steps = engine.library.add_all([zoo / "openapi.json"], overlays=[zoo / "fix.json"])
    assert [step.info.title for step in [step async for step in steps] if isinstance(step, Added)] == ["Park"]
    again = await engine.library.add(zoo / "openapi.json")
    assert (again.info.title, again.changed, again.info.overlays) == ("Park", False, (str(zoo / "fix.json"),))
    (zoo / "fix.json").unlink()
    with pytest.raises(InputError, match="changed by an overlay that cannot be used now: There is no file") as caught:
        await engine.library.add(zoo / "openapi.json")
    assert "`specdeck remove park`" in caught.value.hint


async def test_what_it_ends_with_is_raised(engine: Engine, tmp_path: Path) -> None:
    """A name that cannot be one, a document that is none, and a library of another specdeck are told as ever."""
    with pytest.raises(InputError, match="cannot be the name of a spec"):
        await engine.library.add(SAMPLE, name="a b")
    with pytest.raises(SpecError, match="ends too early"):
        await engine.library.add(b'{"openapi": ')
    with closing(sqlite3.connect(engine.folders.library)) as newer:
        newer.execute("PRAGMA user_version = 999")
    with pytest.raises(LibraryError, match="made by a newer specdeck"):
        await engine.library.add(SAMPLE)


async def test_killed_between_two_documents(engine: Engine, tmp_path: Path) -> None:
    """Its death is told in a sentence with a next step, what was read before is kept, and the next adding works."""
    paths = [tmp_path / f"{number}.json" for number in range(2)]
    for path in paths:
        path.write_text(OPENAPI % path.stem)
    with pytest.raises(ReaderError, match=r"ended before its time \(signal 9\) after 1 of 2") as caught:
        async with aclosing(engine.library.add_all(paths)) as steps:
            async for step in steps:
                if isinstance(step, Added):
                    readers(psutil.Process())[0].kill()
    assert "memory" in caught.value.hint
    assert [info.name for info in await engine.library.specs()] == ["0"]
    assert [type(step) for step in [step async for step in engine.library.add_all(paths)]] == [Listed, Added, Added]


async def test_whoever_stops_ends_it(engine: Engine, pipe: Path, tmp_path: Path) -> None:
    """A cancelled adding leaves no process and nothing in the library; one that is closed, what it has told."""
    adding = asyncio.create_task(engine.library.add(pipe))
    reader = await asyncio.to_thread(reader_of, psutil.Process())
    adding.cancel()
    with pytest.raises(asyncio.CancelledError):
        await adding
    assert not reader.is_running()
    assert await engine.library.specs() == []
    paths = [tmp_path / f"{number}.json" for number in range(3)]
    for path in paths:
        path.write_text(OPENAPI % path.stem)
    async with aclosing(engine.library.add_all(paths)) as steps:
        async for step in steps:
            if isinstance(step, Added):
                break
    assert readers(psutil.Process()) == []
    assert [info.name for info in await engine.library.specs()] == ["0"]


async def test_a_process_that_cannot_be_started(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told, with the system's reason."""
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    with pytest.raises(ReaderError, match=r"cannot be started: .*/no/such/python"):
        await engine.library.add(SAMPLE)


@pytest.mark.skipif(sys.platform != "linux", reason="Looks at descriptors as Linux tells of them")
def test_it_dies_with_the_app(where: Folders, pipe: Path) -> None:
    """An app that is killed in the middle of a document leaves no reader, which was quiet, polite and first to go."""
    env = {**os.environ, "SPECDECK_HOME": str(where.data.parent)}
    with subprocess.Popen([sys.executable, "-c", ORPHANING, pipe], env=env, stderr=subprocess.DEVNULL) as app:
        try:
            reader = reader_of(psutil.Process(app.pid))
            feeding = os.open(pipe, os.O_WRONLY)  # When it has opened it, it is past its start.
            own = Path(f"/proc/{reader.pid}")
            assert [str((own / "fd" / number).readlink()) for number in "012"] == [
                os.devnull, str(where.reader_log), str(where.reader_log)
            ]  # fmt: skip
            assert stat.S_IMODE(where.reader_log.stat().st_mode) == 0o600
            assert reader.nice() == min(psutil.Process().nice() + NICENESS, 19)
            assert int((own / "oom_score_adj").read_text()) > 0
            app.kill()
            reader.wait(PATIENCE_S)
            os.close(feeding)
        finally:
            app.kill()


@pytest.mark.skipif(sys.platform != "linux", reason="Bounds the memory as Linux counts it")
def test_a_document_that_is_too_much_for_the_memory_costs_itself(tmp_path: Path) -> None:
    """It is refused in a sentence, and the next document is read."""
    large, small = tmp_path / "large.json", tmp_path / "small.json"
    large.write_text('{"openapi": "3.1.0", "x": [' + '[[], {}, {"a": []}],' * 400_000 + "0]}")
    small.write_text(OPENAPI % "Small")
    env = {**os.environ, "SPECDECK_HOME": str(tmp_path), "SPECDECK_MODELS": str(tmp_path / "none")}
    command = [sys.executable, "-c", STARVING, str(large), str(small)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["It needs more memory to be read than there is", "small"]


@pytest.mark.parametrize("kind", [SpecError, OutsideError, UnreachableError, LibraryError, ReaderError, SpecdeckError])
def test_an_error_stays_what_it_is(kind: type[SpecdeckError]) -> None:
    """Class, sentence and next step come over the wire."""
    error = Failure.of(kind("It failed", hint="Do this")).error()
    assert (type(error), str(error), error.hint) == (kind, "It failed", "Do this")


def test_another_error_is_told_as_what_it_is_a_kind_of() -> None:
    """An error that reading is not known to end with keeps its sentence."""

    class OddError(InputError):
        """One that nobody knows."""

    error = Failure.of(OddError("Odd")).error()
    assert (type(error), str(error)) == (InputError, "Odd")
