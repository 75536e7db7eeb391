"""The keys that do something wherever the cursor is, and those of the chat."""

import enum
from typing import cast

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual.binding import Binding, BindingType

from tui.app.views.told import OTHERWISE

KEYS: list[BindingType] = [
    Binding("f1,question_mark", "list_actions(True)", "Keys", id="app.help",
            tooltip="List all keys, to find one and do it; ? where nothing is typed"),
    Binding("ctrl+p", "list_actions(False)", "Commands", priority=True, id="app.commands",
            tooltip="List what can be done here, to find it and do it"),
    Binding("f2", "show_pane('chat')", "Chat", show=False, id="app.chat", tooltip="Go to the chat"),
    Binding("f3", "show_pane('browser')", "Specs", show=False, id="app.browser", tooltip="Go to the specs"),
    Binding("f4", "show_pane('health')", "Health", show=False, id="app.health", tooltip="Go to the health figures"),
    Binding("ctrl+f,f5", "search", "Find", priority=True, id="app.search",
            tooltip="Find in all specs, by words and meaning"),
    Binding("ctrl+o", "add", "Add", id="app.add", tooltip="Add specifications or guides"),
    Binding("f6", "sessions", "Sessions", show=False, priority=True, id="app.sessions",
            tooltip="Go on with another conversation, or a new one"),
    Binding("f8", "remote", "Remote", show=False, id="app.remote",
            tooltip="Let the remote model write too, or no longer; says first what is sent"),
    Binding("f9", "learn", "Learn", show=False, id="app.learn",
            tooltip="Stop learning to find by meaning, or go on"),
    Binding("escape", "stop", "Stop", show=False, id="app.stop", tooltip="Stop the running answer, or the adding"),
    Binding("ctrl+t", "theme", "Theme", show=False, id="app.theme", tooltip="Change between dark and light"),
    Binding("ctrl+c", "interrupt", "Stop", show=False, priority=True, id="app.interrupt",
            tooltip="Copy the selection, or stop the answer; twice quits"),
    Binding("ctrl+z", "suspend_process", "Suspend", show=False, priority=True, id="app.suspend",
            tooltip="Go back to the shell for a while; fg there comes back"),
    Binding("ctrl+q", "quit", "Quit", priority=True, id="app.quit",
            tooltip="Quit; asks first while something is being written or added"),
]  # fmt: skip
"""In the order in which they are listed."""
CHAT_KEYS: list[BindingType] = [
    Binding("ctrl+l", "ask_again", "Ask anew", show=False, id="chat.again",
            tooltip="Have the last question answered anew, whatever was written for it before"),
    Binding("ctrl+r", "ask_by('remote')", "Remote", id="chat.remote",
            tooltip="Ask the remote model what is typed, else the last question again"),
    Binding("ctrl+g", "ask_by('local')", "Local", show=False, id="chat.local",
            tooltip="Ask the local model what is typed, else the last question again"),
    Binding("f7", "trace", "Trace", show=False, priority=True, id="chat.trace",
            tooltip="Tell how the answer that has the focus, or the last one, came about"),
    Binding("ctrl+n", "ask_otherwise", "Otherwise", show=False, id="chat.otherwise", tooltip=OTHERWISE),
    Binding("pageup", "scroll(-1)", "Page up", show=False, id="chat.up", tooltip="Scroll the answers up"),
    Binding("pagedown", "scroll(1)", "Page down", show=False, id="chat.down", tooltip="Scroll the answers down"),
    Binding("tab", "to_answer", "To the answer", show=False, priority=True, id="chat.to_answer",
            tooltip="Go from the question to what the newest answer cites first, or to what is offered at first"),
    *(Binding(f"alt+{n}", f"cite({n})", f"Open [{n}]", show=False, id=f"chat.cite-{n}",
              tooltip="Open what has that number in the newest answer, also while a question is typed")
      for n in range(1, 10)),
]  # fmt: skip
"""Those of the chat, also while a question is typed."""


class _AltDigit(enum.Enum):
    """Alt with a digit, by the name that Textual has for it."""

    ONE, TWO, THREE, FOUR, FIVE, SIX, SEVEN, EIGHT, NINE = (f"alt+{digit}" for digit in range(1, 10))


def tell_alt_digits() -> None:
    """Let Alt with a digit be a key.

    Terminals send ESC and the digit, which Textual 8.2 takes for what Option types with it on a Mac: `™` for 2.
    """
    sequences = cast("dict[str, tuple[enum.Enum, ...]]", ANSI_SEQUENCES_KEYS)  # a Mapping for who only reads it
    sequences |= {f"\x1b{digit}": (key,) for digit, key in enumerate(_AltDigit, 1)}
