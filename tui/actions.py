"""What can be done in the app, as one record for the footer, the help, the palette, the keymap and the command line."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from itertools import combinations

import msgspec

from engine import clean_line

ANYWHERE = "Anywhere"
"""Where the keys of the app itself work."""


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that the user can do."""

    id: str
    """`app.search`: what a keymap names it by."""
    name: str
    """A word or two, as in the footer."""
    what: str
    """A sentence without a full stop."""
    where: str
    """What has the cursor when the keys work: `Anywhere`, `Chat`, `Question`."""
    keys: tuple[str, ...] = ()
    """Names of keys, as Textual has them: `ctrl+f`, `f5`. Each does it."""
    dialog: bool = False
    """Whether it is of a dialog, over which keys of elsewhere do nothing unless they are"""
    first: bool = False
    """those that go before all others."""
    typed: str = ""
    """What is typed in place of a question, where it is that: `/attach FILE`."""


def remapped(actions: Iterable[Action], keymap: Mapping[str, str]) -> tuple[Action, ...]:
    """Return the actions with the keys that the user wants for some of them.

    Args:
        actions: With their usual keys.
        keymap: Id → keys, with commas between them.
    """
    return tuple(
        msgspec.structs.replace(one, keys=tuple(key.strip() for key in keymap[one.id].split(",")))
        if one.id in keymap
        else one
        for one in actions
    )


def complaints(actions: Sequence[Action], keymap: Mapping[str, str]) -> Iterator[str]:
    """Yield a sentence on everything in a keymap that cannot be meant.

    That is an unknown action, or a key that would do two things in one place. What works anywhere works in each place.

    Args:
        actions: All of them, with their usual keys.
        keymap: Id → keys, with commas between them.
    """
    known = {one.id for one in actions if not one.typed}
    for unknown in keymap.keys() - known:
        near = "".join(f"; did you mean {each}?" for each in get_close_matches(unknown, known, 1))
        yield clean_line(f"The keymap names {unknown}, which is no action{near}")
    at: dict[str, list[Action]] = {}
    for one in remapped(actions, keymap):
        for key in one.keys:
            at.setdefault(key, []).append(one)
    for key, there in at.items():
        for one, other in combinations(there, 2):
            if _meet(one, other) and not keymap.keys().isdisjoint((one.id, other.id)):
                yield clean_line(f"{key} is to do two things: “{one.what}” ({one.id}), “{other.what}” ({other.id})")


def _meet(one: Action, other: Action) -> bool:
    """Tell whether there is a place where the keys of both work; actions of the app come before others."""
    return one.where == other.where or (one.where == ANYWHERE and (one.first or not other.dialog))
