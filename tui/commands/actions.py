"""What `specdeck actions` prints: all that can be done in the app."""

from collections.abc import Sequence

from engine import folders, load_settings
from tui.actions import Action, complaints, remapped
from tui.commands import output
from tui.commands.output import Exit


def list_actions(actions: Sequence[Action], as_json: bool) -> Exit:
    """Print actions with the keys that they have here.

    Args:
        actions: With their usual keys.
        as_json: As one document.
    """

    def work() -> Exit:
        keymap = load_settings(folders().config).keys
        for complaint in complaints(actions, keymap):
            output.note(f"specdeck: {complaint}")
        here = remapped(actions, keymap)
        if as_json:
            output.document({"actions": here})
        else:
            rows = [(one.id, one.where, one.typed or ", ".join(one.keys), one.what) for one in here]
            output.table(rows, ("id", "where", "keys", "what"))
        return Exit.DONE

    return output.guarded(work, as_json=as_json)
