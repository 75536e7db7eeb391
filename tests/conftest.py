"""The starter models for the tests.

`SPECDECK_MODELS` may name a models folder; otherwise the user's own is used if the models are in it; otherwise they
are pulled once, with pip, into a cache folder. Where none of that is possible the tests are skipped.
"""

import os
import signal
from pathlib import Path
from shutil import which

import platformdirs
import pytest

from engine.errors import ModelError
from engine.models.shelf import ModelShelf
from engine.settings import folders
from tests.net.https import make_certificate

# A shell that starts the tests in the background makes them, and so the commands that they start, deaf to Ctrl+C.
signal.signal(signal.SIGINT, signal.default_int_handler)

CHAT = "smollm2-135m-instruct"
EMBEDDING = "all-minilm-l6-v2"


@pytest.fixture(scope="session")
def shelf() -> ModelShelf:
    """A shelf with both starter models."""
    shelf = ModelShelf(folders(os.environ).models)
    if all(any(entry.name == name and entry.path for entry in shelf.entries()) for name in (CHAT, EMBEDDING)):
        return shelf
    shelf = ModelShelf(platformdirs.user_cache_path("specdeck-tests") / "models")
    try:
        for name in (CHAT, EMBEDDING):
            shelf.pull(name)
    except ModelError as error:
        pytest.skip(f"The starter models cannot be had here: {error}")
    return shelf


@pytest.fixture(scope="session")
def chat_model(shelf: ModelShelf) -> Path:
    """The starter chat model's file."""
    return shelf.path(CHAT)


@pytest.fixture(scope="session")
def embedding_model(shelf: ModelShelf) -> Path:
    """The starter embedding model's folder."""
    return shelf.path(EMBEDDING)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for localhost, with its key in the same file; `.crt` behind its name has the certificate alone."""
    if which("openssl") is None:
        pytest.skip("openssl is not installed: no certificate can be made")
    return make_certificate(tmp_path_factory.mktemp("tls"))
