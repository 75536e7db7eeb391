"""What the commands do: call the engine, print what it gives. Each returns an exit code.

Those about what is in the library are in `library`, those about models in `models`, and so on.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing

import msgspec

from engine import Context, Engine, Event, Intent, Outgoing, RungName, folders, load_settings
from tui.commands import output, render
from tui.commands.output import Exit


def with_engine(work: Callable[[Engine], Awaitable[Exit]], *, as_json: bool) -> Exit:
    """Run `work` with an open engine, guarded."""

    async def main() -> Exit:
        where = folders()
        async with Engine(where, load_settings(where.config)) as engine:
            await _tell_upgraded(engine)
            return await work(engine)

    return output.guarded(lambda: asyncio.run(main()), as_json=as_json)


async def _tell_upgraded(engine: Engine) -> None:
    """Say that the library was an older one, and how to find by meaning what has no vector any more."""
    if engine.upgraded:
        lacking = any(info.embedded < info.entries for info in await engine.library.specs())
        more = "; run `specdeck doctor --fix` to find all by meaning again" if lacking else ""
        output.note(f"The library was made by an older specdeck: indexed anew ({engine.upgraded:,} entries){more}.")


class SearchOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How a search is done and printed; the fields are the options of the command."""

    count: int
    spec: str | None
    where: str
    explain: bool
    facets: bool
    as_json: bool


def search(queries: Sequence[str], options: SearchOptions, *, titled: bool) -> Exit:
    """Print the hits of each query, below the query itself where they are `titled`."""
    spec, where = options.spec, options.where

    async def work(engine: Engine) -> Exit:
        await _known(engine, spec)
        for query in queries:
            found = await engine.questions.search(query, n=options.count, spec=spec, where=where)
            facets = await engine.questions.facets(query, spec=spec, where=where) if options.facets else ()
            if options.as_json:
                output.document(msgspec.structs.asdict(found) | ({"facets": facets} if options.facets else {}))
            else:
                if titled:
                    output.text(query)
                render.found(found, facets, explain=options.explain)
        return Exit.DONE

    return with_engine(work, as_json=options.as_json)


async def _known(engine: Engine, spec: str | None) -> None:
    """Raise NotFoundError unless the spec that was asked for is there."""
    if spec is not None:
        await engine.library.info(spec)


class AskOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How a question is asked and the answer printed; the fields are the options of the command."""

    spec: str | None
    rung: RungName | None
    no_model: bool
    prose: bool
    session: str | None
    trace: bool
    intent: Intent | None
    media_type: str
    as_json: bool


def ask(questions: Sequence[str], options: AskOptions, *, titled: bool) -> Exit:
    """Print the answer to each question as it comes, below the question itself where they are `titled`."""
    spec, as_json = options.spec, options.as_json
    rung: RungName | None = "facts" if options.no_model else options.rung

    async def work(engine: Engine) -> Exit:
        await _known(engine, spec)
        if rung == "remote":
            await engine.models.check_remote()
        session = None if options.session is None else await engine.sessions.begin(options.session, exact=True)
        for number, question in enumerate(questions):
            if titled and not as_json:
                output.text(f"\n{question}" if number else question)
            async with aclosing(_answered(engine, question, session, rung, options)) as events:
                await render.answer(events, as_json=as_json, trace=options.trace)
        return Exit.DONE

    return with_engine(work, as_json=as_json)


async def _answered(
    engine: Engine, question: str, session: int | None, rung: RungName | None, options: AskOptions
) -> AsyncGenerator[Event, None]:
    """Yield the events of an answer, which is kept where there is a session."""
    context = Context() if session is None else await engine.sessions.context(session)
    events = engine.questions.ask(
        question,
        spec=options.spec,
        rung=rung,
        context=context,
        agree=_told,
        prose=options.prose,
        intent=options.intent,
        media_type=options.media_type,
    )
    kept = events if session is None else engine.sessions.keep(session, question, events)
    async with aclosing(kept):
        async for event in kept:
            yield event


async def _told(outgoing: Outgoing) -> bool:
    """Tell what leaves this machine. The switch of the command, or the setting, is the consent."""
    hidden = f"; {render.count(outgoing.taken_out, 'secret or private name')} left out" if outgoing.taken_out else ""
    output.note(f"The question goes with its facts to {outgoing.model} at {outgoing.host}{hidden}.")
    return True
