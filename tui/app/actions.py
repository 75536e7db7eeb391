"""The registry of all actions, made from the bindings themselves, and where on the screen each can be done."""

from collections.abc import Iterator
from typing import NamedTuple

from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import ModalScreen, Screen
from textual.widget import Widget

from tui.actions import ANYWHERE, Action
from tui.app.keys import KEYS
from tui.app.panes.browser import BrowserPane
from tui.app.panes.chat import ChatPane
from tui.app.screens.add import AddScreen
from tui.app.screens.commands import CommandsScreen
from tui.app.screens.consent import ConsentScreen
from tui.app.screens.problems import ProblemsScreen
from tui.app.screens.search import SearchScreen
from tui.app.screens.sessions import SessionsScreen
from tui.app.screens.trace import TraceScreen
from tui.app.widgets.choices import Choices
from tui.app.widgets.citing import Citing
from tui.app.widgets.exchange import Exchange
from tui.app.widgets.facts import OperationCard
from tui.app.widgets.hits import Hits
from tui.app.widgets.leaves import Leaves
from tui.app.widgets.offers import Offers
from tui.app.widgets.operation import OperationDetail
from tui.app.widgets.prompt import Prompt
from tui.conversation import COMMANDS

KEYED: tuple[type[DOMNode], ...] = (
    ChatPane, Prompt, Offers, Exchange, Choices, OperationCard, Citing, BrowserPane, OperationDetail, Leaves,
    SearchScreen, Hits, AddScreen, SessionsScreen, TraceScreen, ProblemsScreen, CommandsScreen, ConsentScreen,
)  # fmt: skip
"""Every class with keys of its own, besides the app."""
_TYPED = "In place of a question"


class Declared(NamedTuple):
    """An action and what it was made from."""

    action: Action
    owner: type[DOMNode] | None
    """The class that declares it; None for the app."""
    binding: Binding | None
    """Its key; None for what is typed."""


def declared() -> Iterator[Declared]:
    """Yield all actions: those of the app, of its parts, and what can be typed in place of a question."""
    owners: tuple[type[DOMNode] | None, ...] = (None, *KEYED)
    for owner in owners:
        where = owner.BINDING_GROUP_TITLE or owner.__name__ if owner else ANYWHERE
        for binding in own_bindings(owner) if owner else KEYS:
            assert isinstance(binding, Binding)  # noqa: S101 (a tuple would have neither id nor tooltip)
            keys = tuple(key.strip() for key in binding.key.split(","))
            said = Action(
                id=binding.id or "",
                name=binding.description,
                what=binding.tooltip,
                where=where,
                keys=keys,
                dialog=owner is not None and issubclass(owner, ModalScreen),
                first=binding.priority,
            )
            yield Declared(said, owner, binding)
    for command, (needs, what) in COMMANDS.items():
        typed = f"{command} {needs}".strip()
        name = command.removeprefix("/")
        yield Declared(
            Action(id=f"command.{name}", name=name.capitalize(), what=what, where=_TYPED, typed=typed), None, None
        )


def actions() -> tuple[Action, ...]:
    """Return all actions with their usual keys."""
    return tuple(one.action for one in declared())


def own_bindings(owner: type[DOMNode]) -> Iterator[Binding]:
    """Yield the bindings that a class declares itself."""
    for binding in vars(owner).get("BINDINGS", ()):
        yield binding if isinstance(binding, Binding) else Binding(*binding)


def doable(screen: Screen[object]) -> Iterator[tuple[Declared, DOMNode]]:
    """Yield what can be done on a screen now, and on which of its parts. Where there are several it is the nearest.

    A dialog leaves to the app only what goes before all others.
    """
    for one in declared():
        if (binding := one.binding) is None:
            if not screen.is_modal:
                yield one, screen.app
            continue
        node = _nearest(screen, one.owner) if one.owner else screen.app
        if node is None or (one.owner is None and screen.is_modal and not binding.priority):
            continue
        if screen.app._check_action_state(binding.action, node):  # noqa: SLF001 (as the footer does)
            yield one, node


def _nearest(screen: Screen[object], owner: type[DOMNode]) -> DOMNode | None:
    """Return the part of a class that has the cursor, or that of the newest answer, or the first one."""
    focused = screen.focused.ancestors_with_self if screen.focused else [screen]
    if around := next((node for node in focused if isinstance(node, owner)), None):
        return around
    if not issubclass(owner, Widget):
        return None
    answers = list(screen.query(Exchange).results(Exchange))[-1:]
    within = [node for answer in answers for node in (answer, *answer.query(owner)) if isinstance(node, owner)]
    return next((node for node in (*within, *screen.query(owner)) if _is_there(node)), None)


def _is_there(node: Widget) -> bool:
    """Tell whether a part is shown, or would be if its pane were up."""
    return all(each.display or each.has_class("pane") for each in node.ancestors_with_self if isinstance(each, Widget))
