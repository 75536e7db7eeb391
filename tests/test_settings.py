import stat
import tomllib
from pathlib import Path

import pytest

from engine.errors import SettingsError
from engine.settings import Settings, folders, load_settings, private_folder, replace_file, save_setting


def mode(path: Path) -> int:
    """Return the permissions of a file or folder."""
    return stat.S_IMODE(path.stat().st_mode)


def test_one_folder_can_hold_everything(tmp_path: Path) -> None:
    """SPECDECK_HOME puts data, state, cache, configuration and models under it and creates nothing."""
    home = tmp_path / "home"
    found = folders({"SPECDECK_HOME": str(home)})
    assert (found.data, found.state, found.cache, found.config) == tuple(
        home / part for part in ("data", "state", "cache", "config")
    )
    assert found.models == home / "data" / "models"
    assert found.library == home / "data" / "library.db"
    assert found.log.parent == found.worker_log.parent == found.state
    assert not home.exists()


def test_models_can_live_elsewhere(tmp_path: Path) -> None:
    """SPECDECK_MODELS names the models folder alone; an empty value counts as none."""
    home = {"SPECDECK_HOME": str(tmp_path)}
    assert folders({**home, "SPECDECK_MODELS": str(tmp_path / "weights")}).models == tmp_path / "weights"
    assert folders({**home, "SPECDECK_MODELS": ""}).models == tmp_path / "data" / "models"


def test_folders_are_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Relative folders and `~` are resolved once, so that a later change of folder moves nothing."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    found = folders({"SPECDECK_HOME": "here", "SPECDECK_MODELS": "~/weights"})
    assert found.data == tmp_path / "here" / "data"
    assert found.models == tmp_path / "me" / "weights"


def test_without_a_home_the_platform_decides() -> None:
    """Each folder is named after the program where the platform keeps such things."""
    found = folders({})
    assert all("specdeck" in path.parts for path in (found.data, found.state, found.cache, found.config))


def test_defaults_need_no_file(tmp_path: Path) -> None:
    """Without a file and an environment every setting has its default."""
    assert load_settings(tmp_path, {}) == Settings()


def test_environment_over_file_over_default(tmp_path: Path) -> None:
    """The environment wins over the file, the file over the default; a whole number serves as seconds."""
    (tmp_path / "config.toml").write_text("threads = 3\nmax_depth = 50\nfirst_token_s = 5\n")
    settings = load_settings(tmp_path, {"SPECDECK_THREADS": "4", "UNRELATED": "x"})
    assert settings == Settings(threads=4, max_depth=50, first_token_s=5.0)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('threads = "4"', "threads"),
        ("threads = -1", "threads"),
        ("thread = 4", "thread"),
        ("max_depth = 0", "max_depth"),
        ("first_token_s = 0", "first_token_s"),
        ("first_token_s = nan", "first_token_s"),
        ("first_token_s = inf", "first_token_s"),
        ("chat_model = 3", "chat_model"),
        ("[threads]\nx = 1", "threads"),
        ("threads = ", "cannot be read"),
    ],
)
def test_a_wrong_file_is_named(tmp_path: Path, content: str, says: str) -> None:
    """A wrong key, type, size or syntax is refused in one sentence that names the file and the key."""
    file = tmp_path / "config.toml"
    file.write_text(content)
    with pytest.raises(SettingsError) as refused:
        load_settings(tmp_path, {})
    assert str(file) in str(refused.value)
    assert says in str(refused.value)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    """Bytes that are no UTF-8, and a folder in the file's place, are refused as settings."""
    (tmp_path / "config.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError):
        load_settings(tmp_path, {})
    (tmp_path / "other" / "config.toml").mkdir(parents=True)
    with pytest.raises(SettingsError):
        load_settings(tmp_path / "other", {})


@pytest.mark.parametrize("value", ["many", "", "1.5", "-2"])
def test_a_wrong_environment_is_named(tmp_path: Path, value: str) -> None:
    """A value of the environment that does not fit is refused, and the sentence says where it comes from."""
    with pytest.raises(SettingsError, match=r"the environment .*threads"):
        load_settings(tmp_path, {"SPECDECK_THREADS": value})


def test_saving_keeps_comments_and_other_settings(tmp_path: Path) -> None:
    """One setting changes; comments, order and the others stay, and what is read back is what was saved."""
    file = tmp_path / "config.toml"
    file.write_text("# mine\nthreads = 2 # both\n\nmax_depth = 90\n")
    save_setting(tmp_path, "threads", 4)
    save_setting(tmp_path, "chat_model", "bigger")
    assert file.read_text().startswith("# mine\nthreads = 4 # both\n\nmax_depth = 90\n")
    assert load_settings(tmp_path, {}) == Settings(threads=4, max_depth=90, chat_model="bigger")


def test_saving_makes_a_private_file(tmp_path: Path) -> None:
    """The first setting makes the folder (0700) and the file (0600), and leaves nothing else there."""
    config = tmp_path / "config"
    save_setting(config, "threads", 2)
    assert tomllib.loads((config / "config.toml").read_text()) == {"threads": 2}
    assert [path.name for path in config.iterdir()] == ["config.toml"]
    assert (mode(config), mode(config / "config.toml")) == (0o700, 0o600)


@pytest.mark.parametrize(("name", "value"), [("thread", 2), ("threads", "2"), ("threads", -2), ("chat_model", 1.5)])
def test_a_wrong_setting_is_not_saved(tmp_path: Path, name: str, value: str | float) -> None:
    """An unknown name, or a value of the wrong type or size, changes no file."""
    with pytest.raises(SettingsError, match="the command line"):
        save_setting(tmp_path, name, value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"threads = ", b"\xff", None])
def test_a_file_that_cannot_be_changed_stays(tmp_path: Path, content: bytes | None) -> None:
    """A broken file, or a folder in its place, is refused as a setting and left as it is."""
    file = tmp_path / "config.toml"
    if content is None:
        file.mkdir()
    else:
        file.write_bytes(content)
    with pytest.raises(SettingsError, match="cannot be changed"):
        save_setting(tmp_path, "threads", 2)
    assert file.is_dir() if content is None else file.read_bytes() == content
    assert list(tmp_path.iterdir()) == [file]


def test_private_folder_is_private(tmp_path: Path) -> None:
    """A new folder can be entered by its owner only; one that is there stays as it is."""
    assert mode(private_folder(tmp_path / "a" / "b")) == 0o700
    assert private_folder(tmp_path / "a" / "b").is_dir()


def test_a_file_is_replaced_whole_or_not(tmp_path: Path) -> None:
    """New content takes the place of the old at once; when it cannot, the old stays and nothing lies beside it."""
    file = tmp_path / "file"
    replace_file(file, b"one")
    replace_file(file, b"t", b"wo")
    assert file.read_bytes() == b"two"
    with pytest.raises(TypeError):
        replace_file(file, b"x", "no bytes")  # type: ignore[arg-type]
    assert file.read_bytes() == b"two"
    assert list(tmp_path.iterdir()) == [file]
