"""What `specdeck health` does: how everything is doing, as a document, a page and an exit code for a monitor.

It tries nothing, unlike `doctor`, so it knows what is on the disk, what this process has seen, and what apps that are
open say of themselves.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence

from engine import (
    BreakerHealth,
    BreakerState,
    Engine,
    Health,
    RemoteHealth,
    Running,
    SpecdeckError,
    Verdict,
    folders,
    load_settings,
    verdict,
)
from tui.commands import output

CODES = {Verdict.HEALTHY: 0, Verdict.DEGRADED: 1, Verdict.UNHEALTHY: 2}
"""Exit codes by what monitors expect of a check: OK, WARNING and CRITICAL of Nagios' plug-ins."""


def health(as_json: bool) -> int:
    """Print how everything is doing and return the code of the verdict."""

    async def main() -> int:
        where = folders()
        try:
            async with Engine(where, load_settings(where.config)) as engine:
                return _tell(await engine.health.now(), await engine.health.others(), as_json=as_json)
        except SpecdeckError as error:
            return _unhealthy(error, as_json=as_json)

    return output.guarded(lambda: asyncio.run(main()), as_json=as_json)


def _tell(now: Health, others: Sequence[Running], *, as_json: bool) -> int:
    said = max((verdict(one) for one in (now, *(other.health for other in others))), key=CODES.__getitem__)
    if as_json:
        output.document({"verdict": said, "health": now, "running": others})
    else:
        output.text(f"specdeck is {said.value}")
        rows = [*_rows(now), *(row for other in others for row in _program(other))]
        output.table(rows, ("PART", "STATE", "DETAIL"))
    return CODES[said]


def _unhealthy(error: SpecdeckError, *, as_json: bool) -> int:
    said = Verdict.UNHEALTHY
    if as_json:
        output.document({"verdict": said, **output.problem(error)})
    else:
        output.text(f"specdeck is {said.value}")
    output.failure(error)
    return CODES[said]


def _rows(now: Health) -> Iterator[tuple[str, str, str]]:
    held = now.library
    yield "library", "open", f"{held.specs:,} specs, {held.entries:,} entries, {held.embedded:,} found by meaning"
    yield "worker", now.worker.state.value, "; ".join(now.worker.deaths)
    for model in now.models:
        yield f"{model.role} model", "installed" if model.installed else "missing", model.detail or model.name
    yield "remote model", *_remote(now.remote)
    for breaker in now.breakers:
        yield f"breaker of {breaker.name}", *_breaker(breaker)


def _program(other: Running) -> Iterator[tuple[str, str, str]]:
    """Return what an app that is open says of itself: what it has seen, and this process has not."""
    health = other.health
    since = time.strftime("%H:%M:%S", time.localtime(other.at_s))
    caches = ", ".join(f"{one.name} {one.hits:,} of {one.hits + one.misses:,}" for one in health.caches)
    yield f"app {other.pid}", verdict(health).value, f"as of {since}; found in caches: {caches or 'nothing'}"
    yield f"app {other.pid}: worker", health.worker.state.value, f"process {health.worker.pid or 'none'}"
    for breaker in health.breakers:
        yield f"app {other.pid}: breaker of {breaker.name}", *_breaker(breaker)


def _remote(remote: RemoteHealth) -> tuple[str, str]:
    wrong = f": {remote.detail}" if remote.enabled and remote.detail else ""
    return "on" if remote.enabled else "off", f"{remote.model} at {remote.host}{wrong}"


def _breaker(breaker: BreakerHealth) -> tuple[str, str]:
    if breaker.state is BreakerState.CLOSED:
        return breaker.state.value, ""
    wait = f"next try in {breaker.retry_s:.0f} s" if breaker.retry_s else ""
    return breaker.state.value, "; ".join(filter(None, [wait, breaker.cause, breaker.remedy]))
