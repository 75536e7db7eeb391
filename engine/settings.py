"""Every setting, its default, and where its value came from: default < file < environment.

Folders follow the platform (platformdirs). `SPECDECK_HOME` puts data, state, cache and configuration under one folder;
`SPECDECK_MODELS` names the models folder alone, so that many homes can share one set of weights.
"""

import os
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from engine.errors import SettingsError


class Folders(msgspec.Struct, frozen=True):
    """Where things are kept. Nothing is created before it is needed; see `private_folder`."""

    data: Path
    state: Path
    cache: Path
    config: Path
    models: Path

    @property
    def library(self) -> Path:
        """The SQLite file that is the truth."""
        return self.data / "library.db"

    @property
    def log(self) -> Path:
        """The log of this program."""
        return self.state / "specdeck.log"

    @property
    def tunings(self) -> Path:
        """How the chat models run fastest on this machine; see `specdeck models tune`."""
        return self.state / "tunings.json"

    @property
    def prefixes(self) -> Path:
        """What chat models have read of the beginning of every prompt; see `engine.models.prefixes`."""
        return self.cache / "prefixes"

    @property
    def running(self) -> Path:
        """Where programs that stay leave word of how they do; see `engine.observe.running`."""
        return self.state / "running"

    @property
    def worker_log(self) -> Path:
        """What the model worker and its native libraries print."""
        return self.state / "worker.log"

    @property
    def reader_log(self) -> Path:
        """What the process that reads documents prints, where that is anything."""
        return self.state / "reader.log"


_Count = Annotated[int, msgspec.Meta(ge=0)]
_Positive = Annotated[int, msgspec.Meta(ge=1)]
_Name = Annotated[str, msgspec.Meta(pattern=r"^([A-Za-z_][A-Za-z0-9_]{0,99})?$")]
_Seconds = Annotated[float, msgspec.Meta(gt=0, le=86_400)]
_Share = Annotated[float, msgspec.Meta(gt=0, le=1)]


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All settings. A field's name is its key in config.toml and, upper-cased after `SPECDECK_`, in the environment."""

    chat_model: str = "smollm2-135m-instruct"
    """Model that writes the prose: a name under the models folder."""
    embedding_model: str = "all-minilm-l6-v2"
    """Model that turns text into vectors."""
    rerank_model: str = ""
    """Model that reads question and hit together and puts the best hits first; none where empty."""
    rerank_ms: _Count = 300
    """Milliseconds that it may take for one search; what it has not read by then keeps its place."""
    prose: Literal["auto", "always", "never"] = "auto"
    """When a model puts the facts into words: `auto` where a question asks for words and the specification has some
    that answer it, or where a remote model is on; `always`; or `never`, unless it is asked for."""
    threads: _Count = 0
    """Threads for the models; 0 uses every core but leaves the screen one from four cores up."""
    share_worker: bool = True
    """Programs of one user share the process that runs the models, where the system allows it."""
    cores: _Count = 0
    """Most cores that all models together may keep busy; 0 for no limit."""
    memory_mb: _Count = 0
    """Most memory, in MB, that the process with the models may take; a model that would take more is not loaded. 0 for
    no limit but what is free."""
    hub_url: str = "https://huggingface.co"
    """Where models are fetched from that no package has: the hub, or a mirror of it."""
    context_tokens: _Positive = 2048
    """Window of the chat model, prompt and answer together."""
    answer_tokens: _Positive = 200
    """Longest prose, in tokens."""
    first_word_s: _Seconds = 6.0
    """Seconds in which the first word is to come: the prompt gets as long as the chat model can read in this time."""
    first_token_s: _Seconds = 60.0
    """Seconds that the chat model may need for its first word before it counts as failed."""
    breaker_failures: _Positive = 5
    """Failures in a row after which a model is left alone for a while."""
    breaker_calls: _Positive = 20
    """Calls of which a share may fail before it is left alone, too; fewer are no ground for a judgement."""
    breaker_share: _Share = 0.5
    """That share, from 0 to 1."""
    breaker_window_s: _Seconds = 120.0
    """Seconds that a call counts among them."""
    breaker_reset_s: _Seconds = 60.0
    """Seconds that it is left alone."""
    cache_similarity: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.8
    """Cosine from which on a question may be answered with what was written for another one that asks the same. What
    keeps opposites apart is `engine.english.sense`, not this; over the pairs in tests/questions/alike no value lets one
    through, and of 100 paraphrases 0.95 knows 8, 0.8 knows 71."""
    cache_answers: _Positive = 100
    """Answers that are remembered for that."""
    cache_minutes: _Positive = 30
    """Minutes that they are remembered."""
    keep_sessions_days: _Count = 0
    """Days after which a conversation that was not used is deleted; 0 keeps all of them."""
    max_document_mb: _Positive = 256
    """Largest document that is read."""
    max_depth: _Positive = 200
    """Deepest nesting of a document that is read."""
    max_parts: _Positive = 5_000_000
    """Most parameters, schemas and the like that are read of one document, its references followed."""
    max_operations: _Positive = 200_000
    """Most operations that are read of one document."""
    max_seconds: _Seconds = 300.0
    """Longest time that reading one document may take."""
    network: bool = False
    """Documents, and models, may be fetched from `https://` addresses."""
    private_addresses: bool = False
    """Also from this machine and its own network."""
    remote_enabled: bool = False
    """Questions may be sent, with the facts found for them, to a remote model at `remote_url`."""
    remote_url: str = "https://api.groq.com/openai/v1"
    """Base address of an OpenAI-compatible service; `http://` only on this machine."""
    remote_model: str = "openai/gpt-oss-20b"
    """Name of the model there."""
    remote_key_name: _Name = ""
    """Name of the key: in the environment, then in the system's keyring, then of a file in the configuration folder.
    Where empty, `GROQ_API_KEY` for Groq, and no key for others."""
    remote_first: bool = False
    """The remote model is asked before the local one; else only when the local one cannot write."""
    remote_answer_tokens: _Positive = 1000
    """Longest answer of the remote model, what it thinks before included. Groq counts it against the tokens of a minute
    before the answer begins."""
    remote_effort: str = "low"
    """How much a reasoning model thinks first: `low`, `medium`, `high`, or another word of the service; not sent where
    empty."""
    remote_stall_s: _Seconds = 20.0
    """Seconds between two pieces of a remote answer after which it counts as broken off."""
    remote_per_minute: _Positive = 60
    """Requests that are sent in a minute at most, of which ten may follow at once."""
    ca_bundle: str = ""
    """File (PEM) of authorities whose certificates are trusted beside the system's; none where empty."""
    keys: dict[str, str] = {}
    """Other keys in the app: in a table `[keys]`, the id of an action → its keys with commas between them, such as
    `"app.search" = "ctrl+k,f5"`. `specdeck actions` has the ids. Only in the file."""


def folders(env: Mapping[str, str] = os.environ) -> Folders:
    """Return the folders for this environment."""
    if home := env.get("SPECDECK_HOME"):
        root = Path(home).expanduser().absolute()
        data, state, cache, config = (root / part for part in ("data", "state", "cache", "config"))
    else:
        from platformdirs import PlatformDirs

        dirs = PlatformDirs("specdeck", appauthor=False)
        data, state, cache, config = (
            dirs.user_data_path,
            dirs.user_state_path,
            dirs.user_cache_path,
            dirs.user_config_path,
        )
    models = env.get("SPECDECK_MODELS")
    return Folders(data, state, cache, config, Path(models).expanduser().absolute() if models else data / "models")


def load_settings(config: Path, env: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings.

    Args:
        config: Folder that may hold `config.toml`.
        env: Environment; `SPECDECK_THREADS=2` sets `threads`.

    Raises:
        SettingsError: A key is unknown, or a value has the wrong type or size; the sentence names its origin.
    """
    file = config / "config.toml"
    values: dict[str, Any] = {}
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        pass
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"{file} cannot be read: {error}") from error
    _check(values, str(file), strict=True)
    plain = [name for name in Settings.__struct_fields__ if name != "keys"]
    given = {name: env[key] for name in plain if (key := f"SPECDECK_{name.upper()}") in env}
    _check(given, "the environment", strict=False)
    return _convert({**values, **given}, strict=False)


def _check(values: Mapping[str, Any], origin: str, *, strict: bool) -> None:
    try:
        _convert(values, strict=strict)
    except msgspec.ValidationError as error:
        raise SettingsError(f"A setting in {origin} is wrong: {error}") from error


def _convert(values: Mapping[str, Any], *, strict: bool) -> Settings:
    return msgspec.convert(values, Settings, strict=strict)


def private_folder(path: Path) -> Path:
    """Create `path` (mode 0700) with its parents if it is missing, and return it."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def replace_file(path: Path, *parts: bytes) -> None:
    """Make `parts` the content of a file (mode 0600): written aside, synced and renamed, so that it is never half.

    Raises:
        OSError: It cannot be written; the file is as it was.
    """
    descriptor, aside = tempfile.mkstemp(prefix=f".{path.name}.", dir=private_folder(path.parent))
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(parts)
            file.flush()
            os.fsync(file.fileno())
        Path(aside).replace(path)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise


def save_setting(config: Path, name: str, value: str | float) -> None:
    """Write one setting into `config.toml`, leaving the rest of the file, comments included, as it is.

    Raises:
        SettingsError: There is no such setting, the value has another type or size, or the file cannot be used.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    _check({name: value}, "the command line", strict=True)
    file = config / "config.toml"
    try:
        document = tomlkit.parse(file.read_text(encoding="utf-8")) if file.exists() else tomlkit.document()
        document[name] = value
        replace_file(file, tomlkit.dumps(document).encode())
    except (TOMLKitError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"{file} cannot be changed: {error}") from error
