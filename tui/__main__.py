"""The `specdeck` command. Without an argument the app opens; see `tui.cli` for the rest."""

from tui.cli import cli


def main() -> None:
    """Run the command line."""
    cli(prog_name="specdeck")


if __name__ == "__main__":
    main()
