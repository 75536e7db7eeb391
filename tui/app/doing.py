"""The lists of what can be done, and the doing of what is chosen of them."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.widget import Widget

from engine import clean
from tui.actions import Action, complaints, remapped
from tui.app.actions import actions, doable
from tui.app.panes.chat import ChatPane
from tui.app.screens.commands import CommandsScreen

if TYPE_CHECKING:
    from textual.app import App


def list_actions(app: "App[None]", keymap: Mapping[str, str], *, everything: bool) -> None:
    """Show a list of actions, and do what is chosen of it.

    Args:
        app: Whose screen is up.
        keymap: The keys that the user wants, by the id of the action.
        everything: All there are, also those that cannot be done here; else only what can.
    """
    if isinstance(app.screen, CommandsScreen):
        return
    listed = actions() if everything else [one.action for one, _ in doable(app.screen)]
    screen = CommandsScreen(
        "Keys" if everything else "Commands",
        remapped(listed, keymap),
        lambda key: app.get_key_display(Binding(key, "")),
    )
    app.push_screen(screen, partial(_do, app))


def use_keymap(app: "App[None]", keymap: Mapping[str, str]) -> None:
    """Let the user's keys count, and say what of them cannot be meant."""
    app.set_keymap(dict(keymap))
    for complaint in complaints(actions(), keymap):
        app.notify(clean(complaint), severity="warning", markup=False)


async def _do(app: "App[None]", action: Action | None) -> None:
    if action is None:
        return
    found = next(((one.binding, node) for one, node in doable(app.screen) if one.action.id == action.id), None)
    if found is None:
        app.notify(clean(f"“{action.what}” works where the cursor is in: {action.where}"), markup=False)
        return
    binding, node = found
    if binding is None:
        await app.run_action("show_pane('chat')")
        app.query_one(ChatPane).offer(f"{action.typed.split()[0]} ")
        return
    focused = app.screen.focused
    if node is not app and (focused is None or node not in focused.ancestors_with_self):
        for pane in (each for each in node.ancestors_with_self if each.has_class("pane")):
            await app.run_action(f"show_pane('{pane.id}')")
        if isinstance(node, Widget) and node.focusable:
            app.screen.set_focus(node)
    await app.run_action(binding.action, node)
