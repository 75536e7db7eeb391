"""Where the key of a remote model is found: in the environment, in the system's keyring, in a file of its owner's.

Looking may take a moment, for a keyring is another process: call it from a thread.
"""

import logging
import os
import re
import stat
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

import msgspec

from engine.errors import KeyRefusedError
from engine.secrets.secret import Secret

log = logging.getLogger(__name__)

SERVICE = "specdeck"
"""Under which name the keyring holds the key: `keyring set specdeck GROQ_API_KEY`."""
_MAX_BYTES = 8192
"""Keys have some tens of characters, tokens of companies a few thousand."""
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_FIT = re.compile(r"[!-~]+")
"""What a header may carry. The HTTP library would repeat another key in its error."""
_SALT = os.urandom(16)


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """A key, and where it was found."""

    secret: Secret
    origin: str
    """As it may be shown; empty where there is no key."""

    @property
    def mark(self) -> str:
        """What stands for the key in this process, and in no other: the same for the same key, empty for none."""
        return blake2b(self.secret.reveal().encode(), key=_SALT, digest_size=8).hexdigest() if self.secret else ""


def find(name: str, config: Path, in_environment: Secret) -> Key:
    """Return the key of this name, an empty one where there is none.

    Args:
        name: Of the variable, the keyring's entry and the file; empty where no key is used.
        config: The configuration folder.
        in_environment: What the variable holds. The whole environment would be in the frames of an error.

    Raises:
        KeyRefusedError: It is there and cannot be used: others can read its file, or it has characters that no key has.
    """
    for origin, held in _places(name, config, in_environment) if name else ():
        if held and not _FIT.fullmatch(held.reveal()):
            raise KeyRefusedError(f"The key in {origin} has characters that no key has", hint="Write it there anew")
        if held:
            return Key(secret=held, origin=origin)
    return Key(secret=Secret(""), origin="")


def _places(name: str, config: Path, in_environment: Secret) -> Iterator[tuple[str, Secret]]:
    yield f"the variable {name}", Secret(in_environment.reveal().strip())
    yield "the system's keyring", _in_keyring(name)
    yield f"the file {config / name}", _in_file(config / name)


def _in_keyring(name: str) -> Secret:
    """Return what the system's keyring holds; nothing where there is none, or it is locked."""
    try:
        import keyring
        from keyring.backends.chainer import ChainerBackend
        from keyring.errors import KeyringError

        ring = keyring.get_keyring()
    # The package is not there; or it raises what comes for a backend that its settings name and that is none here.
    except (ImportError, AttributeError, RuntimeError, TypeError, ValueError) as error:
        log.info("there is no keyring: %s", error)
        return Secret("")
    try:
        for backend in ring.backends if isinstance(ring, ChainerBackend) else [ring]:
            # This package keeps keys in plain files, or asks for a password on the terminal.
            if type(backend).__module__.startswith("keyrings.alt."):
                continue
            if held := Secret((backend.get_password(SERVICE, name) or "").strip()):
                return held
    except KeyringError:  # with no desktop there is no keyring, which is no fault
        pass
    return Secret("")


def _in_file(path: Path) -> Secret:
    """Return what a file holds; nothing where there is none.

    Raises:
        KeyRefusedError: Others can read it, or nobody can.
    """
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if os.name == "posix" and mode & _OTHERS:
                raise KeyRefusedError(f"Others can read the key in {path}", hint=f"Run: chmod 600 '{path}'")
            return Secret(file.read(_MAX_BYTES).decode("utf-8", errors="replace").strip())
    except FileNotFoundError:
        return Secret("")
    except OSError as error:
        raise KeyRefusedError(f"The key in {path} cannot be read: {error.strerror}") from error
