"""The `specdeck` command. Without an argument the app opens; see `tui.commands.cli` for the rest."""

from typing import TYPE_CHECKING

from tui.commands.cli import Screens, cli

if TYPE_CHECKING:
    from tui.actions import Action


def main() -> None:
    """Run the command line."""
    cli(prog_name="specdeck", obj=Screens(_open_app, _actions))


def _open_app() -> int:
    from tui.app.launch import run_app  # and with it Textual, which no command needs

    return run_app()


def _actions() -> "tuple[Action, ...]":
    from tui.app.actions import actions

    return actions()


if __name__ == "__main__":
    main()
