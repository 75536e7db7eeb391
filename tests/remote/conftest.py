"""The server for the tests of this folder, and an environment without keys, proxies and keyrings."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.models.remote.remote import Remote
from engine.settings import Settings
from tests.remote.serving import Groq, groq

PROXY_NAMES = ("https_proxy", "all_proxy", "http_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the machine has a part in this."""
    for name in (*PROXY_NAMES, *map(str.upper, PROXY_NAMES), "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")


@pytest.fixture(scope="session")
def server() -> Iterator[Groq]:
    """The process that plays Groq."""
    with groq() as running:
        yield running


Make = Callable[..., Remote]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Makes a rung for an address: the environment with its key as `env`, settings by name.

    Its clock stands still unless another is given, so that a slow machine makes no difference to what may be sent.
    """

    def made(
        url: str, env: dict[str, str] | None = None, clock: Callable[[], float] = lambda: 0.0, **others: object
    ) -> Remote:
        settings = Settings(remote_enabled=True, remote_url=url, **others)
        return Remote(settings, tmp_path, env if env is not None else {}, clock)

    return made
