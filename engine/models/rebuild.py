"""llama.cpp once more, for a plainer CPU: by the set-up of a checkout; elsewhere it is told how."""

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from engine.errors import ModelError

_SET_UP = 'root=$1; source "$1/scripts/lib/setup.sh"; set_up_plainer'
_PORTABLE = " ".join(f"-DGGML_{each}=OFF" for each in ("NATIVE", "SSE42", "AVX", "AVX2", "BMI2", "FMA", "F16C"))
"""What the level `portable` of scripts/lib/setup.sh is built with."""


def build_plainer() -> None:
    """Build llama.cpp for the next plainer CPU and install it. It takes minutes, and says on stderr what it does.

    Raises:
        ModelError: It failed, there is no plainer build, or specdeck was not set up from a checkout.
    """
    root = Path(__file__).resolve().parents[2]
    if not (root / "scripts" / "lib" / "setup.sh").is_file() or Path(sys.prefix).resolve() != root / ".venv":
        raise ModelError("llama.cpp was not built by this specdeck, so it cannot build it again", hint=_by_hand())
    # The script says what goes wrong; stdout belongs to the command.
    done = subprocess.run(  # noqa: S603  (a command of ours)
        ["bash", "-euc", _SET_UP, "-", str(root)],  # noqa: S607  (as in the first line of scripts/specdeck)
        stdin=subprocess.DEVNULL,
        stdout=2,
        check=False,
    )
    if done.returncode:
        raise ModelError("llama.cpp could not be built for a plainer CPU", hint="The reason stands above")


def _by_hand() -> str:
    if Path("/.dockerenv").exists() or Path("/run/.containerenv").exists():
        return "Build the image again, for a plainer CPU: `docker build --build-arg CPU=portable -t specdeck .`"
    pip = f"{sys.executable} -m pip install --force-reinstall --no-deps --no-cache-dir --no-binary llama-cpp-python"
    return f"Run `CMAKE_ARGS='{_PORTABLE}' {pip} llama-cpp-python=={version('llama-cpp-python')}`"
