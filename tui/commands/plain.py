"""A conversation line by line: for screen readers, and for terminals that cannot move their cursor.

No boxes, no colours, and nothing that is drawn over: what is read once stays where it was.
"""

import asyncio
import signal
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from functools import partial
from threading import Thread
from typing import Any

import click

from engine import Engine, Event, Facts, FactsReady, InputError, Outgoing, RungName, SpecdeckError
from tui.commands import output, render
from tui.commands.output import Exit
from tui.commands.questions import with_engine
from tui.consents import Consents
from tui.conversation import COMMANDS, Conversation

PROMPT = "You: "
OPTIONS = ("spec", "rung", "prose", "intent", "media_type")
"""Those of `specdeck ask` that a question may have before it, as its command calls them."""
_QUIT = "/quit"
_HELP = "/help"


def plain(asking: click.Command) -> Exit:
    """Ask for questions and answer them until the input ends.

    Args:
        asking: `specdeck ask`, whose options a question may have before it.
    """
    with suppress(ImportError):  # On Windows; where it is there, lines can be edited and called back.
        import readline  # noqa: F401
    return with_engine(lambda engine: _Talk(engine, asking).run(), as_json=False)


class _Talk:
    """One conversation.

    Args:
        engine: Answers.
        asking: The command that reads options.
    """

    def __init__(self, engine: Engine, asking: click.Command) -> None:
        self._asking = asking
        self._engine = engine
        self._conversation = Conversation(engine)
        self._input = _Input()
        self._consents = Consents(self._may_send)
        self._facts: list[Facts] = []
        self._asked = ""
        self._doing: asyncio.Task[None] | None = None

    async def run(self) -> Exit:
        """Talk until the input ends."""
        with suppress(NotImplementedError):  # Without signals for loops, as on Windows, Ctrl+C ends the program.
            asyncio.get_running_loop().add_signal_handler(signal.SIGINT, self._stop)
        await self._begin()
        while (line := await self._input.line(PROMPT)) not in (None, _QUIT):
            if line:
                await self._do(line)
        await self._conversation.save()
        return Exit.DONE

    def _stop(self) -> None:
        if self._doing:
            self._doing.cancel()
        else:
            output.text("\nCtrl+D ends.")

    async def _begin(self) -> None:
        output.text("specdeck, line by line. Ask how to do something.")
        output.text(f"{_HELP} lists what else can be typed; Ctrl+C stops an answer, Ctrl+D ends.")
        if not await self._engine.library.specs():
            output.text("The library is empty: add a specification by `specdeck add FILE`.")
        if before := await self._conversation.resume():
            self._facts = [one.answer.facts for one in before if one.answer]
            self._asked = before[-1].question
            output.text(f"Going on after: {self._asked}")

    async def _do(self, line: str) -> None:
        """Answer a question or obey a command; an error is its sentence."""
        self._doing = asyncio.create_task(self._obey(line))
        try:
            await self._doing
        except SpecdeckError as error:
            output.failure(error)
        except asyncio.CancelledError:
            if not self._doing.cancelled():
                raise
            output.text("\nStopped.")
        finally:
            self._doing = None
        output.text()

    async def _obey(self, line: str) -> None:
        command, _, rest = line.partition(" ")
        if command == _HELP:
            _help()
        elif command in COMMANDS:
            obeyed = await self._conversation.obey(command, rest.strip())
            if obeyed.said:
                output.text(obeyed.said)
            if obeyed.question:
                await self._answer(obeyed.question)
            await self._conversation.save()
        elif command.startswith("--"):
            await self._ask_as(line.split())
        else:
            await self._answer(line)

    async def _ask_as(self, words: list[str]) -> None:
        """Ask with options of `specdeck ask`; without words behind them what was asked last."""
        hint = f"{_HELP} lists what can be typed"
        try:
            how = self._asking.make_context("ask", words).params
        except click.UsageError as error:
            raise InputError(error.format_message(), hint=hint) from error
        except click.exceptions.Exit:  # of --help, which has said all
            return
        question = " ".join(how.pop("question")) or self._asked
        given = {name: value for name, value in how.items() if value}
        if given.pop("no_model", False):
            given["rung"] = "facts"
        if not given.keys() <= {*OPTIONS}:
            raise InputError("Not all of these options go with a conversation line by line", hint=hint)
        await self._answer(question, **given)

    async def _answer(self, question: str, *, rung: RungName | None = None, **how: Any) -> None:
        self._asked = question
        output.text("specdeck:")
        agree = partial(self._consents.agree, rung)
        async with aclosing(self._events(question, rung=rung, agree=agree, **how)) as events:
            await render.answer(events, as_json=False, trace=False)

    async def _events(self, question: str, **how: Any) -> AsyncGenerator[Event, None]:
        """Yield the events of an answer, and note its facts for the questions that follow it."""
        earlier = tuple(self._facts)
        async with aclosing(self._conversation.answer(question, earlier, **how)) as events:
            async for event in events:
                if isinstance(event, FactsReady):
                    self._facts = [*earlier, event.facts]
                yield event

    async def _may_send(self, outgoing: Outgoing) -> bool:
        """Show what would leave this machine, and to whom, and ask."""
        for message in outgoing.messages:
            output.text(f"{message.role}: {message.content}")
        output.text(f"This would go to {outgoing.model} at {outgoing.host}.")
        answer = await self._input.line("Send it? [y/N] ")
        return answer is not None and answer.lower() in ("y", "yes")


def _help() -> None:
    output.text("Anything else than these is a question:")
    for command, (needs, what) in COMMANDS.items():
        output.text(f"  {command} {needs}".rstrip() + f": {what}")
    options = "--prose, --no-model, --spec NAME, --rung NAME, --intent NAME, --type MEDIA_TYPE"
    output.text(f"  {options} [QUESTION]: Ask, or ask again, as `specdeck ask` does")
    output.text(f"  {_QUIT}: End, as Ctrl+D does")


class _Input:
    """Lines that the user types, one asked for at a time."""

    def __init__(self) -> None:
        self._coming: asyncio.Future[str | None] | None = None

    async def line(self, prompt: str) -> str | None:
        """Return the next line; None at the end of the input.

        It is read in a thread of its own, which the end of the program does not wait for as it does for those of the
        loop. Where nobody waits for it any more, because the answer that asked was stopped, it is the next one's.
        """
        if self._coming is None:
            self._coming = asyncio.get_running_loop().create_future()
            Thread(target=_read, args=(prompt, self._coming), daemon=True).start()
        else:
            output.text(prompt, end="")
        line = await asyncio.shield(self._coming)
        self._coming = None
        return None if line is None else line.strip()


def _read(prompt: str, typed: asyncio.Future[str | None]) -> None:
    try:
        line: str | None = input(prompt)
    except EOFError:
        line = None
    except UnicodeDecodeError:
        line = ""
    with suppress(RuntimeError):  # The loop has ended.
        typed.get_loop().call_soon_threadsafe(typed.set_result, line)
