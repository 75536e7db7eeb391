"""The clipboard, by the surest way that there is here, and a sentence that says which way it was.

Over a terminal nothing comes back: OSC 52 (xterm's sequence that writes the clipboard) may be obeyed or dropped. So it
comes after tmux and the system's own tools, which say whether they did it, and never without a copy in a file.
"""

import asyncio
import base64
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

LIMIT_S = 2.0
"""A tool that takes longer hangs: on a display that is gone, say."""
LONGEST = 74_994
"""Bytes of base64 that terminals take in one OSC 52: the least of what is known, from hterm's 100,000 for the whole."""
SCREEN_PART = 200
"""Bytes of a sequence that GNU screen passes on at a time; it drops strings of more than 256."""
NO_OSC_52 = ("linux", "dumb", "vt100")
"""Terminals, by TERM, that have no clipboard."""
FILE = "copied.txt"


async def copy(text: str, folder: Path, write: Callable[[str], None]) -> str:
    """Copy a text and return what was done with it, for the user.

    Args:
        text: What to copy.
        folder: Where a file with it may be put.
        write: Sends a sequence to the terminal.
    """
    what = f"{len(text):,} character{'' if len(text) == 1 else 's'}"
    for command, encoding, said in _tools():
        if await _run(command, text.encode(encoding, "replace")):
            return f"Copied {what}{said}"
    try:
        file = f"{what} are in {await asyncio.to_thread(_keep, text, folder / FILE)}"
    except OSError as error:
        file = f"no file could be written ({error.strerror or error})"
    sequence = _osc_52(text)
    if not sequence:
        return f"Too long for the terminal's clipboard: {file}"
    if os.environ.get("TERM", "") in NO_OSC_52:
        return f"This terminal has no clipboard: {file}"
    write(sequence)
    return f"Sent to the terminal, which may or may not put it on the clipboard: {file}"


def _tools() -> Iterator[tuple[list[str], str, str]]:
    """Yield the commands that could do it here, each with its encoding and what there is to add."""
    remote = "SSH_CONNECTION" in os.environ
    if "TMUX" in os.environ:
        # Unlike OSC 52 from within, -w does not depend on tmux's option set-clipboard, which is `external` by default.
        yield ["tmux", "load-buffer", "-w", "-"], "utf-8", " to tmux (prefix ] pastes) and to its terminal"
        yield ["tmux", "load-buffer", "-"], "utf-8", " to tmux (prefix ] pastes)"
    if "WAYLAND_DISPLAY" in os.environ:
        yield ["wl-copy"], "utf-8", ""
    if "DISPLAY" in os.environ:
        yield ["xclip", "-selection", "clipboard"], "utf-8", ""
        yield ["xsel", "--clipboard", "--input"], "utf-8", ""
    if not remote and sys.platform == "darwin":
        yield ["pbcopy"], "utf-8", ""
    if not remote:
        yield ["clip.exe"], "utf-16", ""  # Windows, and Linux within it


async def _run(command: list[str], data: bytes) -> bool:
    """Run a tool and return whether it took the data. Its output is not read: xclip keeps it open for ever."""
    if (program := shutil.which(command[0])) is None:
        return False
    null = asyncio.subprocess.DEVNULL
    try:
        process = await asyncio.create_subprocess_exec(
            program, *command[1:], stdin=asyncio.subprocess.PIPE, stdout=null, stderr=null
        )
    except OSError:
        return False
    try:
        async with asyncio.timeout(LIMIT_S):
            await process.communicate(data)
    except TimeoutError:
        return False
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode == 0


def _keep(text: str, path: Path) -> Path:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    return path


def _osc_52(text: str) -> str:
    """Return the sequence that writes the clipboard, wrapped for GNU screen; nothing for a text that is too long."""
    data = base64.b64encode(text.encode("utf-8", "replace")).decode()
    if len(data) > LONGEST:
        return ""
    sequence = f"\x1b]52;c;{data}\x07"
    if "STY" not in os.environ:
        return sequence
    parts = (sequence[start : start + SCREEN_PART] for start in range(0, len(sequence), SCREEN_PART))
    return "".join(f"\x1bP{part}\x1b\\" for part in parts)
