import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail
from keyring.backends.chainer import ChainerBackend
from keyring.errors import KeyringLocked

from engine.errors import KeyRefusedError
from engine.models.remote.key import find
from engine.secrets.secret import Secret

NAME = "GROQ_API_KEY"
CANARY = "gsk_canary0123456789"
NOTHING = Secret("")


class Ring(KeyringBackend):
    """A keyring of the test's own."""

    priority = 1

    def get_password(self, service: str, username: str) -> str | None:
        return CANARY if (service, username) == ("specdeck", NAME) else None

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError

    def delete_password(self, service: str, username: str) -> None:
        raise NotImplementedError


class Plain(Ring):
    """A keyring that keeps its keys in a plain file."""


Plain.__module__ = "keyrings.alt.file"


class Locked(Ring):
    """A keyring that nobody unlocks."""

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("Failed to unlock the collection!")


@pytest.fixture(autouse=True)
def _keyring_after() -> Iterator[None]:
    """The keyring is what it was before."""
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


def file_with(config: Path, mode: int) -> Path:
    """Write a key's file."""
    file = config / NAME
    file.write_text(f"{CANARY}\n", encoding="utf-8")
    file.chmod(mode)
    return file


def test_the_environment_comes_first(tmp_path: Path) -> None:
    """Then nothing else is looked at: not a file that must not be used, and no keyring."""
    file_with(tmp_path, 0o644)
    keyring.set_keyring(Locked())
    key = find(NAME, tmp_path, Secret(f" {CANARY}\n"))
    assert (key.secret.reveal(), key.origin) == (CANARY, f"the variable {NAME}")


def test_then_the_keyring(tmp_path: Path) -> None:
    """Under the program's name and the key's."""
    keyring.set_keyring(Ring())
    key = find(NAME, tmp_path, Secret(""))
    assert (key.secret.reveal(), key.origin) == (CANARY, "the system's keyring")
    assert not find("OTHER", tmp_path, NOTHING).secret


@pytest.mark.parametrize("ring", [Plain, Locked, fail.Keyring])
def test_a_keyring_that_keeps_no_secrets_is_passed_by(ring: type[KeyringBackend], tmp_path: Path) -> None:
    """One of plain files, a locked one, and none at all, as on a server: the next place is looked at."""
    keyring.set_keyring(ring())
    assert find(NAME, tmp_path, NOTHING).origin == ""
    file_with(tmp_path, 0o600)
    assert find(NAME, tmp_path, NOTHING).origin == f"the file {tmp_path / NAME}"


def test_a_chain_of_keyrings_is_looked_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where several are installed, those that keep secrets count."""
    monkeypatch.setattr(ChainerBackend, "backends", [Plain()])
    keyring.set_keyring(ChainerBackend())
    assert find(NAME, tmp_path, NOTHING).origin == ""
    monkeypatch.setattr(ChainerBackend, "backends", [Plain(), Ring()])
    assert find(NAME, tmp_path, NOTHING).origin == "the system's keyring"


def test_without_the_package_there_is_no_keyring(tmp_path: Path) -> None:
    """An installation without it looks at the two other places."""
    file_with(tmp_path, 0o600)
    code = (
        "import sys; sys.modules['keyring'] = None\n"
        "from pathlib import Path\n"
        "from engine.models.remote.key import find\n"
        "from engine.secrets.secret import Secret\n"
        f"sys.stdout.write(find('{NAME}', Path({str(tmp_path)!r}), Secret('')).origin)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == f"the file {tmp_path / NAME}"


@pytest.mark.parametrize(
    "backend", ["no_such.Ring", "keyring.backends.null.Missing", "keyring.backend.KeyringBackend", "x"]
)
def test_a_keyring_that_is_none_is_passed_by(backend: str, tmp_path: Path) -> None:
    """A backend that the user's settings name and that cannot be had is as good as none: no error of the package's."""
    file_with(tmp_path, 0o600)
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from engine.models.remote.key import find\n"
        "from engine.secrets.secret import Secret\n"
        f"sys.stdout.write(find('{NAME}', Path({str(tmp_path)!r}), Secret('')).origin)"
    )
    env = os.environ | {"PYTHON_KEYRING_BACKEND": backend}
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.stdout, done.stderr) == (f"the file {tmp_path / NAME}", "")


@pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX's")
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o602, 0o610])
def test_a_file_that_others_can_read_is_refused(mode: int, tmp_path: Path) -> None:
    """The error has the command that helps."""
    file = file_with(tmp_path, mode)
    with pytest.raises(KeyRefusedError, match="Others can read the key") as caught:
        find(NAME, tmp_path, NOTHING)
    assert caught.value.hint == f"Run: chmod 600 '{file}'"


def test_a_folder_in_its_place_is_said(tmp_path: Path) -> None:
    """What cannot be read is no missing key."""
    (tmp_path / NAME).mkdir()
    with pytest.raises(KeyRefusedError, match="cannot be read"):
        find(NAME, tmp_path, NOTHING)


@pytest.mark.parametrize("key", ["two words canary", "canary\nX-Other: 1", "canary-é"])
def test_a_key_that_is_none_is_refused_without_being_shown(key: str, tmp_path: Path) -> None:
    """A header cannot carry it, and the library's error would repeat it."""
    with pytest.raises(KeyRefusedError, match="characters that no key has") as caught:
        find(NAME, tmp_path, Secret(key))
    assert "canary" not in str(caught.value) + caught.value.hint


def test_no_name_is_no_key(tmp_path: Path) -> None:
    """A service of one's own takes none, and nothing is looked for."""
    keyring.set_keyring(Locked())
    assert not find("", tmp_path, Secret(CANARY)).secret


def test_a_key_has_a_mark_that_tells_nothing_of_it(tmp_path: Path) -> None:
    """The same key has the same mark in one process, and no key has none."""
    first, second = find(NAME, tmp_path, Secret(CANARY)), find(NAME, tmp_path, Secret(CANARY))
    other = find(NAME, tmp_path, Secret(f"{CANARY}x"))
    assert first.mark == second.mark != other.mark
    assert CANARY not in first.mark
    assert find("", tmp_path, NOTHING).mark == ""
    assert CANARY not in repr(first)
