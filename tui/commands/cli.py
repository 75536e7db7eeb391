"""The command line: what can be typed.

It imports nothing but click and what else is only typed, so that `--help` is instant; the work is in
`tui.commands.questions` and the app.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from tui.commands.models_cli import models
from tui.commands.options import batch as _batch, json as _json, media_type as _kind, spec as _spec, typed as _typed
from tui.commands.sessions_cli import sessions

if TYPE_CHECKING:
    from engine import Fields
    from tui.actions import Action

_INTENTS = ("do", "field", "enum", "auth", "errors", "paging", "compare", "deprecation", "events", "repeat")
"""What a question can be asked as: `engine.ASKABLE`, which is not loaded for `--help`."""


class Screens(NamedTuple):
    """What the command line knows of the app, which no command imports."""

    open: Callable[[], int]
    """Opens it and returns its exit code."""
    actions: "Callable[[], tuple[Action, ...]]"
    """Returns what can be done in it, with the usual keys."""


@click.group(
    invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(package_name="specdeck", message="specdeck %(version)s")
@click.option("--plain", is_flag=True, help="Ask and answer line by line: for screen readers and plain terminals.")
@click.pass_context
def cli(context: click.Context, plain: bool) -> None:
    """Ask, browse and build against any API from its specification, offline.

    Without a command the app opens. Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done in part.
    """
    if context.invoked_subcommand is not None:
        if plain:
            raise click.UsageError("--plain goes without a command")
        return
    if plain or os.environ.get("TERM") == "dumb":  # It cannot move its cursor.
        from tui.commands.plain import plain as run

        context.exit(run(ask))
    screens: Screens = context.obj
    context.exit(screens.open())


@cli.command()
@click.argument("sources", nargs=-1, required=True, metavar="PATH|URL|-...")
@click.option("--name", help="What to call the spec; only with one document.")
@click.option("--network", is_flag=True, help="Allow fetching https:// addresses, this once.")
@click.option(
    "--overlay",
    "overlays",
    metavar="FILE",
    multiple=True,
    help="Change the document by an OpenAPI Overlay before it is read; several are applied in order.",
)
@_json
@click.pass_context
def add(
    context: click.Context,
    sources: tuple[str, ...],
    name: str | None,
    network: bool,
    overlays: tuple[str, ...],
    as_json: bool,
) -> None:
    """Read specifications and guides into the library.

    Read are OpenAPI, Swagger, GraphQL, AsyncAPI, Arazzo, .proto, Smithy and HAR files; requests of Postman, Insomnia,
    Bruno, .http files and Hurl; and, as guides, Markdown, text, HTML, PDF, DOCX, CSV and samples of JSON and YAML.

    A PATH is a file, a folder (read with all below it), a quoted pattern such as "specs/*.json", or a zip or tar; `-`
    reads standard input. What a file is is told by its content.

    What is added again is changed by the same overlays as before, where none are named.

    Search by words works at once. What makes search by meaning work follows behind a progress bar; Ctrl+C stops it,
    and adding anything later goes on from there.
    """
    if name is not None and len(sources) > 1:
        raise click.UsageError("--name goes with one PATH")
    from tui.commands.library import add as run

    context.exit(run(sources, name, as_json, network=network, overlays=overlays))


@cli.command("list")
@_json
@click.pass_context
def list_specs(context: click.Context, as_json: bool) -> None:
    """List the specs in the library."""
    from tui.commands.library import list_specs as run

    context.exit(run(as_json))


@cli.command()
@click.argument("ref", metavar="REF", nargs=-1, required=True, callback=_typed)
@click.option(
    "--depth",
    default=None,
    type=click.IntRange(0, 20),
    help="How many levels of nested fields are shown, and references followed; few fields of an operation without it.",
)
@click.option(
    "--fields",
    default="few",
    show_default=True,
    type=click.Choice(["few", "required", "all"]),
    help="Which fields of the body the request sends; few are the required ones, and more where they say nothing.",
)
@_kind
@_json
@click.pass_context
def show(
    context: click.Context, ref: tuple[str, ...], depth: int | None, fields: "Fields", media_type: str, as_json: bool
) -> None:
    """Show a spec, an operation, a schema or type, or a passage of a guide.

    REF is the name of a spec, or what is in it, with or without SPEC: before it: METHOD /path, an operationId or
    workflowId, Query.field, the name of a schema or type, guide.md:12.
    """
    from tui.commands.library import show as run

    context.exit(run(" ".join(ref), depth, fields, media_type, as_json))


@cli.command()
@click.argument("old")
@click.argument("new")
@click.option("--markdown", "form", flag_value="markdown", help="Print Markdown.")
@click.option("--json", "form", flag_value="json", help="Print one JSON document.")
@click.pass_context
def diff(context: click.Context, old: str, new: str, form: str | None) -> None:
    """Tell how a spec differs from an older one, and what of it breaks clients.

    OLD and NEW are names of specs, NAME@2 for an old version of one, or files.
    """
    from tui.commands.library import diff as run

    context.exit(run(old, new, form or "text"))


@cli.command()
@click.argument("ref", nargs=-1, required=True, callback=_typed)
@click.option("--markdown", is_flag=True, expose_value=False, help="As Markdown, the only form there is yet.")
@click.option("--tag", default="", metavar="TAG", callback=_typed, help="Only the operations of this tag.")
@click.option(
    "--tokens",
    type=click.IntRange(100),
    help="Tokens that it may have at most: as much is told of each operation as fits.",
)
@_json
@click.pass_context
def export(context: click.Context, ref: tuple[str, ...], tag: str, tokens: int | None, as_json: bool) -> None:
    """Print an operation, a tag or a whole API as compact Markdown, for a person or for a coding agent.

    REF is the name of a spec, or an operation as `show` takes it. Of a whole API each operation gets a line, as in
    llms.txt; with --tokens as much as fits.
    """
    from tui.commands.library import export as run

    context.exit(run(" ".join(ref), tag, tokens, as_json))


@cli.command()
@click.argument("name", callback=_typed)
@_json
@click.pass_context
def remove(context: click.Context, name: str, as_json: bool) -> None:
    """Remove a spec, and its old versions, from the library."""
    from tui.commands.library import remove as run

    context.exit(run(name, as_json))


@cli.command()
@click.argument("name", callback=_typed)
@click.argument("new_name", callback=_typed)
@_json
@click.pass_context
def rename(context: click.Context, name: str, new_name: str, as_json: bool) -> None:
    """Give a spec another name."""
    from tui.commands.library import rename as run

    context.exit(run(name, new_name, as_json))


@cli.command()
@click.argument("query", required=False, nargs=-1, callback=_typed)
@click.option("-n", "count", default=10, show_default=True, type=click.IntRange(1, 200), help="How many hits.")
@_spec
@click.option(
    "--where",
    metavar="EXPR",
    default="",
    callback=_typed,
    help="Only what passes a filter, such as 'method = DELETE and not deprecated'.",
)
@click.option("--explain", is_flag=True, help="Tell of each hit what brought it.")
@click.option("--facets", is_flag=True, help="Count methods, tags and so on of everything that matches.")
@_batch
@_json
@click.pass_context
def search(context: click.Context, /, query: tuple[str, ...], batch: Path | None, **options: Any) -> None:
    """Find operations by words and meaning, by operationId, or by METHOD /path.

    A filter compares fields (method, path, tag, status and others) with =, !=, in, contains, starts with, ends with,
    matches /regex/, < and >, joined by and, or, not and parentheses; an unknown field is answered with the list.
    Without a QUERY all that passes is listed, in the order of the documents.
    """
    if bool(query or options["where"]) == (batch is not None) and not (batch and options["where"] and not query):
        raise click.UsageError("Give a QUERY, a filter with --where, or a file of queries with --batch")
    from tui.commands.questions import SearchOptions, search as run

    queries = _lines(batch) if batch else [" ".join(query)]
    context.exit(run(queries, SearchOptions(**options), titled=batch is not None))


def _lines(file: Path) -> list[str]:
    from engine import clean_line

    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise click.BadParameter(f"{file} cannot be read as UTF-8 text: {error}", param_hint="--batch") from error
    return [clean_line(line) for line in text.removesuffix("\n").split("\n")] if text else []


@cli.command()
@click.argument("question", required=False, nargs=-1, callback=_typed)
@_spec
@click.option(
    "--rung",
    type=click.Choice(["facts", "local", "remote"]),
    help="Who alone may write the answer; else the models that are on. `remote` sends this question, whatever is set.",
)
@click.option("--prose", is_flag=True, help="Let a model put the facts into words, whatever the setting `prose` says.")
@click.option("--no-model", is_flag=True, help="The same as --rung facts.")
@click.option("--intent", type=click.Choice(_INTENTS), help="What kind of question it is; else its words tell.")
@_kind
@click.option("--trace", is_flag=True, help="Tell how the answer came about: hits, prompt, checks, speeds.")
@click.option("--session", metavar="NAME", callback=_typed, help="Go on with this session, or begin it.")
@_batch
@_json
@click.pass_context
def ask(context: click.Context, /, question: tuple[str, ...], batch: Path | None, **options: Any) -> None:
    """Answer a question: facts from the spec at once, then prose that is checked against it.

    Within a session a question may be a follow-up to those before it, as those of a --batch are to each other there.
    """
    if bool(question) == (batch is not None):
        raise click.UsageError("Give a QUESTION, or a file of questions with --batch")
    from tui.commands.questions import AskOptions, ask as run

    questions = _lines(batch) if batch else [" ".join(question)]
    context.exit(run(questions, AskOptions(**options), titled=batch is not None))


@cli.command()
@click.argument("question", required=True, nargs=-1, callback=_typed)
@_spec
@click.option(
    "--arazzo",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    metavar="FILE",
    help="Write it as a document of Arazzo 1.1; - for stdout.",
)
@_json
@click.pass_context
def workflow(
    context: click.Context, question: tuple[str, ...], spec: str | None, arazzo: Path | None, as_json: bool
) -> None:
    """Tell what to call one after another, and what each call passes on to the next."""
    if as_json and str(arazzo) == "-":
        raise click.UsageError("Only one document goes to stdout: give --json, or --arazzo -")
    from tui.commands.workflow import workflow as run

    context.exit(run(" ".join(question), spec, arazzo, as_json=as_json))


@cli.command()
@click.option(
    "--fix",
    is_flag=True,
    help="Learn what search by meaning lacks; build llama.cpp for a plainer CPU where it does not run on this one.",
)
@_json
@click.pass_context
def doctor(context: click.Context, fix: bool, as_json: bool) -> None:
    """Check that everything works, and say what to do where it does not."""
    from tui.commands.doctor import doctor as run

    context.exit(run(fix, as_json))


@cli.command()
@_json
@click.pass_context
def health(context: click.Context, as_json: bool) -> None:
    """Tell how everything is doing, without trying it; exit code 0 healthy, 1 degraded, 2 unhealthy."""
    from tui.commands.health import health as run

    context.exit(run(as_json))


@cli.command()
@_json
@click.pass_context
def actions(context: click.Context, as_json: bool) -> None:
    """List what can be done in the app: ids for a keymap, keys, and where they work.

    The table [keys] of the configuration file gives an action other keys: "app.search" = "ctrl+k,f5".
    """
    from tui.commands.actions import list_actions as run

    screens: Screens = context.obj
    context.exit(run(screens.actions(), as_json))


cli.add_command(models)
cli.add_command(sessions)
