"""The command that tells what to call one after another."""

import os
from pathlib import Path

import msgspec

from engine import Engine, InputError, NoWorkflowError, Planned, clean_line
from tui.commands import output
from tui.commands.flow import flow_lines
from tui.commands.output import Exit
from tui.commands.questions import with_engine

_STDOUT = "-"


def workflow(question: str, spec: str | None, arazzo: Path | None, *, as_json: bool) -> Exit:
    """Print a workflow for a question, and write it where `arazzo` says."""

    async def work(engine: Engine) -> Exit:
        if spec is not None:
            await engine.library.info(spec)
        planned = await engine.questions.workflow(question, spec=spec)
        if arazzo is not None:
            _write(planned, arazzo)
        if as_json:
            output.document(planned)
        elif str(arazzo) != _STDOUT:
            _show(planned, arazzo)
        elif planned.facts.note:
            output.note(f"{planned.facts.note}.")
        return Exit.DONE

    return with_engine(work, as_json=as_json)


def _write(planned: Planned, file: Path) -> None:
    if planned.arazzo is None:
        raise NoWorkflowError(planned.note)
    if str(file) == _STDOUT:
        output.text(msgspec.json.format(msgspec.json.encode(planned.arazzo), indent=2).decode())
        return
    for source in planned.arazzo["sourceDescriptions"]:  # A document is told by its path from the one that names it.
        if "://" not in source["url"]:
            source["url"] = os.path.relpath(source["url"], file.resolve().parent).replace(os.sep, "/")
    try:
        file.write_bytes(msgspec.json.format(msgspec.json.encode(planned.arazzo), indent=2) + b"\n")
    except OSError as error:
        raise InputError(f"{file} cannot be written: {error.strerror}") from error


def _show(planned: Planned, file: Path | None) -> None:
    facts = planned.facts
    if facts.note:
        output.text(f"{facts.note}.")
    for line in flow_lines(facts):
        output.text(line)
    if planned.inputs:
        output.text(f"You say: {clean_line(', '.join(planned.inputs))}")
    if file is not None:
        output.note(f"Written to {file}.")
    elif planned.arazzo is not None:
        output.note("--arazzo FILE writes it as a document of Arazzo 1.1.")
