"""The `specdeck` command. Without an argument the app opens; see `tui.commands.cli` for the rest."""

from tui.commands.cli import cli


def main() -> None:
    """Run the command line."""
    cli(prog_name="specdeck", obj=_open_app)


def _open_app() -> int:
    from tui.app.launch import run_app  # and with it Textual, which no command needs

    return run_app()


if __name__ == "__main__":
    main()
