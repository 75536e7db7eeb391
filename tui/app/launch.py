"""Opens the app. Apart from the commands, so that the first frame does not wait for what only they need."""

import os
import sys

from engine import Engine, SpecdeckError, folders, load_settings
from tui.commands import output
from tui.commands.output import Exit

SWITCH_S = 0.001
"""How long another thread may keep the interpreter's lock from the event loop, where it is Python's to say. The default
of 5 ms is for throughput: with it, while a document was read, each key met several such waits."""


def run_app() -> int:
    """Open the app and return its exit code: 128 and the signal's number when a signal ended it."""
    where = folders()
    try:
        settings = load_settings(where.config)
    except SpecdeckError as error:
        output.failure(error)
        return Exit.FAILED
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        output.note("specdeck: the app needs a terminal; see `specdeck --help` for commands")
        return Exit.FAILED
    if os.environ.get("SSH_CONNECTION"):
        # Textual reads it once: a quarter of its frames, which halves the bytes that are sent while prose streams.
        os.environ.setdefault("TEXTUAL_FPS", "15")
    from tui.app.app import SpecdeckApp
    from tui.app.keys import tell_alt_digits

    tell_alt_digits()
    sys.setswitchinterval(SWITCH_S)
    app = SpecdeckApp(Engine(where, settings, stays=True))
    app.run()
    return app.return_code or 0
