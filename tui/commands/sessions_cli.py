"""What can be typed after `specdeck sessions`. Like `cli`, it imports nothing but click."""

import click

from tui.commands.options import json as _json, typed as _typed


@click.group()
def sessions() -> None:
    """Conversations: list, show, rename, export, delete, search.

    The app keeps each of its conversations, and `specdeck ask --session NAME` goes on with one.
    """


@sessions.command("list")
@_json
@click.pass_context
def sessions_list(context: click.Context, as_json: bool) -> None:
    """List the sessions, the last used first."""
    from tui.commands.sessions import list_sessions as run

    context.exit(run("", as_json))


@sessions.command("search")
@click.argument("words", nargs=-1, required=True, callback=_typed)
@_json
@click.pass_context
def sessions_search(context: click.Context, words: tuple[str, ...], as_json: bool) -> None:
    """List the sessions that have all words in their name, or in one question with its answer."""
    from tui.commands.sessions import list_sessions as run

    context.exit(run(" ".join(words), as_json))


@sessions.command("show")
@click.argument("name", callback=_typed)
@_json
@click.pass_context
def sessions_show(context: click.Context, name: str, as_json: bool) -> None:
    """Show what was asked and answered in a session."""
    from tui.commands.sessions import show as run

    context.exit(run(name, as_json))


@sessions.command("rename")
@click.argument("name", callback=_typed)
@click.argument("new_name", callback=_typed)
@_json
@click.pass_context
def sessions_rename(context: click.Context, name: str, new_name: str, as_json: bool) -> None:
    """Give a session another name."""
    from tui.commands.sessions import rename as run

    context.exit(run(name, new_name, as_json))


@sessions.command("export")
@click.argument("name", callback=_typed)
@click.option("--markdown", "form", flag_value="markdown", help="Print Markdown, which is what is printed without.")
@click.option("--json", "form", flag_value="json", help="Print one JSON document.")
@click.pass_context
def sessions_export(context: click.Context, name: str, form: str | None) -> None:
    """Print a whole session to be kept elsewhere, without secrets."""
    from tui.commands.sessions import export as run

    context.exit(run(name, as_json=form == "json"))


@sessions.command("delete")
@click.argument("name", callback=_typed)
@_json
@click.pass_context
def sessions_delete(context: click.Context, name: str, as_json: bool) -> None:
    """Delete a session with all that was said in it."""
    from tui.commands.sessions import delete as run

    context.exit(run(name, as_json))
