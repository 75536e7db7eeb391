"""Sockets of this machine that only their user can reach."""

import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from engine.net import local

pytestmark = pytest.mark.skipif(not local.supported(), reason="needs Unix sockets")
NAME = "0123456789abcdef.sock"
NOBODY = 65534


@pytest.fixture
def short() -> Iterator[Path]:
    """A private folder with a short name."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        yield Path(folder)


def test_the_runtime_folder_comes_first_then_the_state(short: Path) -> None:
    """Where the session has a folder for such things it lies there, else beside the log."""
    env = {"XDG_RUNTIME_DIR": str(short / "run")}
    (short / "run").mkdir()
    assert local.place(NAME, short / "state", env) == short / "run" / "specdeck" / NAME
    assert local.place(NAME, short / "state", {}) == short / "state" / NAME
    assert (short / "state").stat().st_mode & 0o777 == 0o700


def test_what_is_open_to_others_or_too_long_is_passed_over(short: Path) -> None:
    """A folder that others may enter, a link, and a path that the system would cut are no place for it."""
    fallback = Path(tempfile.gettempdir(), f"specdeck-{os.getuid()}")
    (short / "open").mkdir()
    (short / "open").chmod(0o755)
    (short / "link").symlink_to(short)
    for state in (short / "open", short / "link", short / ("long" * 30)):
        assert local.place(NAME, state, {}) == fallback / NAME
    assert fallback.lstat().st_mode & 0o777 == 0o700


def test_one_at_a_time_has_the_lock(short: Path) -> None:
    """A second one gets it when the first lets go, also of a file that was taken away meanwhile."""
    path = short / NAME
    first = local.lock(path)
    assert first is not None
    assert local.lock(path) is None
    local.remove(path)
    second = local.lock(path)
    assert second is not None  # Nobody finds the file that the first one has.
    os.close(first)
    assert local.lock(path) is None
    os.close(second)
    third = local.lock(path)
    assert third is not None
    os.close(third)


def test_it_is_connected_to_only_where_it_is_private(short: Path) -> None:
    """A socket of mode 0600 is; one that others may write to, and a file in its place, are not."""
    path = short / NAME
    with local.listen(path):
        assert path.stat().st_mode & 0o777 == 0o600
        local.connect(path).close()
        path.chmod(0o666)
        with pytest.raises(PermissionError):
            local.connect(path)
    path.unlink()
    with pytest.raises(FileNotFoundError):
        local.connect(path)
    path.touch(mode=0o600)
    with pytest.raises(PermissionError):
        local.connect(path)


def test_what_is_left_over_is_replaced(short: Path) -> None:
    """The socket of a process that was killed refuses, and the next one listens in its place."""
    path = short / NAME
    local.listen(path).close()
    with pytest.raises(ConnectionRefusedError):
        local.connect(path)
    with local.listen(path):
        local.connect(path).close()


STRANGER = """
import os, socket, sys
listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
os.chmod(sys.argv[1], 0o600)
os.setuid(int(sys.argv[2]))
listener.listen()
print("listens", flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root can be somebody else")
def test_another_user_at_the_other_end_is_not_believed(short: Path) -> None:
    """However the socket looks: the system says who listens, and who connects."""
    path = short / NAME
    command = [sys.executable, "-c", STRANGER, str(path), str(NOBODY)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as stranger:
        assert stranger.stdout is not None
        assert stranger.stdout.readline() == b"listens\n"
        with pytest.raises(PermissionError, match="Another user"):
            local.connect(path)
        stranger.communicate()
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert local._is_ours(ours)


def test_who_connects_while_it_is_made_finds_nothing_or_a_private_socket(short: Path) -> None:
    """Between being bound and being private it is not there: nobody is turned away who could have waited."""
    path = short / NAME
    done = threading.Event()
    refused: list[OSError] = []

    def knock() -> None:
        while not done.is_set():
            try:
                local.connect(path).close()
            except (FileNotFoundError, ConnectionRefusedError, BlockingIOError):
                pass  # the last of them: nobody takes what waits in the queue, so it may be full
            except OSError as error:
                refused.append(error)

    with ThreadPoolExecutor(2) as pool:
        knocking = [pool.submit(knock) for _ in range(2)]
        for _ in range(300):
            local.listen(path).close()
        done.set()
    assert [each.result() for each in knocking] == [None, None]
    assert refused == []
