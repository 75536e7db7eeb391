"""Is everything as it should be? Each part is really used, not only looked at; all but a remote model, which costs."""

import asyncio
import platform
import sys
import time
from collections.abc import Awaitable, Callable

import msgspec

from engine.errors import CrashError, LibraryError, ModelError, SpecdeckError
from engine.facade import Engine
from engine.models.confine import NO_NETWORK
from engine.models.rebuild import build_plainer

_TASK = "Say yes."
SHOWN = 5
"""Places that are named of something that is in many: so much is read at a glance."""


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """How one part does."""

    name: str
    ok: bool
    detail: str
    hint: str = ""


Part = Callable[[], Awaitable[str]]
"""Uses one part and returns what it did."""


async def check(engine: Engine, *, fix: bool = False) -> list[Check]:
    """Check each part in turn; one that fails does not stop the others.

    Args:
        engine: What is checked.
        fix: Make vectors that are missing, and build llama.cpp for a plainer CPU where that is what is wrong; both
            may take minutes.
    """
    parts: tuple[tuple[str, Part], ...] = (
        ("python", _python),
        ("library", lambda: _library(engine)),
        ("secrets", lambda: _secrets(engine)),
        ("search by words", lambda: _words(engine)),
        ("embedding model", lambda: _embedding(engine)),
        ("search by meaning", lambda: _meaning(engine, fix=fix)),
        ("chat model", lambda: _chat(engine)),
        *((("reranker", lambda: _reranker(engine)),) if engine.settings.rerank_model else ()),
        *((("remote model", lambda: _remote(engine)),) if engine.settings.remote_enabled else ()),
        ("worker", lambda: _worker(engine)),
    )
    checks = []
    for name, part in parts:
        started = time.perf_counter()
        try:
            detail = await _use(part, fix=fix)
        except SpecdeckError as error:
            checks.append(Check(name=name, ok=False, detail=str(error), hint=error.hint))
        else:
            ms = (time.perf_counter() - started) * 1000
            checks.append(Check(name=name, ok=True, detail=f"{detail} ({ms:.0f} ms)"))
    return checks


async def _use(part: Part, *, fix: bool) -> str:
    """Use a part, twice where the worker dies: it then knows what helps."""
    try:
        return await part()
    except CrashError as error:
        crash = error
    if not crash.twice:
        try:
            return await part()
        except CrashError as error:
            crash = error
    if not (fix and crash.rebuild):
        raise crash
    await asyncio.to_thread(build_plainer)
    return await part()


async def _python() -> str:
    return f"{platform.python_version()} on {sys.platform}"


async def _library(engine: Engine) -> str:
    held = (await engine.health.now()).library
    return (
        f"{held.specs} specs, {held.entries:,} operations, {held.embedded:,} of them found by meaning;"
        f" {engine.folders.library}"
    )


async def _secrets(engine: Engine) -> str:
    """Look for secrets that have come into the library with a guide or a recording; say where, and never which."""
    searched = await engine.review.secrets()
    found = [f"{one.spec}: {one.place}" for one in searched.exposed]
    if not found:
        return f"none in {searched.specs} guides and recordings; other documents are not looked through"
    more = f" and {len(found) - SHOWN} more places" if len(found) > SHOWN else ""
    names = list(dict.fromkeys(one.spec for one in searched.exposed))
    raise LibraryError(
        f"Something looks like a secret in {'; '.join(found[:SHOWN])}{more}",
        hint=f"Remove {' and '.join(names[:SHOWN])} with `specdeck remove`, its old versions too, and add it again:"
        " secrets are then left out",
    )


async def _words(engine: Engine) -> str:
    for info in await engine.library.specs():
        for operation in (await engine.library.outline(info.name))[:1]:
            query = operation.summary or operation.operation
            if not (await engine.questions.search(query, n=1, spec=info.name, meaning=False)).hits:
                hint = f"Remove {info.name} with `specdeck remove {info.name}` and add it again"
                raise LibraryError(f"Nothing is found for {query!r}, which is in {info.name}", hint=hint)
            return "works"
    return "there is nothing to find yet"


async def _embedding(engine: Engine) -> str:
    name = engine.settings.embedding_model
    return f"{name} gives vectors of {await engine.models.try_embedding()} numbers"


async def _meaning(engine: Engine, *, fix: bool) -> str:
    """Look whether everything has a vector of the chosen model, and make what is missing with `fix`."""
    held = (await engine.health.now()).library
    missing = held.entries - held.embedded
    if not missing:
        return "everything is found by meaning" if held.entries else "there is nothing to find yet"
    if not fix:
        raise LibraryError(
            f"{missing:,} of {held.entries:,} operations are not found by meaning yet",
            hint="Run `specdeck doctor --fix`, which learns them",
        )
    return f"{await engine.library.embed():,} texts learnt"


async def _chat(engine: Engine) -> str:
    usage = await engine.models.try_chat(_TASK)
    tuning = engine.models.tuning()
    how = tuning.words if tuning else "not measured yet: `specdeck models tune`"
    return f"{engine.settings.chat_model} reads {usage.prompt_tokens} tokens in {usage.prefill_ms:.0f} ms ({how})"


async def _worker(engine: Engine) -> str:
    """Tell what the process with the models is kept from."""
    worker = (await engine.health.now()).worker
    if not worker.pid:
        return "does not run"
    limits = ", ".join(worker.limits)
    if NO_NETWORK in worker.limits:
        return limits
    return f"{limits or 'no limits'}; this system has no seccomp filter, so it could reach the network"


async def _reranker(engine: Engine) -> str:
    settings = engine.settings
    count = await engine.models.try_reranker()
    if not count:
        hint = "Raise `rerank_ms` in the settings, or choose a smaller model"
        raise ModelError(f"{settings.rerank_model} reads no hit in {settings.rerank_ms} ms", hint=hint)
    return f"{settings.rerank_model} reads {count} hits in {settings.rerank_ms} ms"


async def _remote(engine: Engine) -> str:
    """Look whether it could be asked. Nothing is sent: that costs money, and is for the user to start."""
    await engine.models.check_remote()
    remote = (await engine.health.now()).remote
    key = f"with the key in {remote.key}" if remote.key else "without a key"
    return f"{remote.model} at {remote.host} can be asked, {key}"
