"""The health pane: how the worker, the models, search and the library are doing."""

import asyncio
import math
from collections.abc import Iterable, Iterator, Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.message import Message
from textual.widgets import Sparkline

from engine import (
    BreakerHealth,
    BreakerState,
    CacheHealth,
    Engine,
    Health,
    ModelHealth,
    RemoteHealth,
    SpecdeckError,
)
from tui.app.text import MUTED, countdown, plain, seconds
from tui.app.views.line import Line
from tui.app.widgets.lines import Lines
from tui.app.work import start

PERIOD_S = 1.0
"""Time between two looks."""
NONE_YET = "-"
RUNGS = ("local", "remote")
CLOSED = BreakerState.CLOSED


class Group(Vertical):
    """A titled block of figures."""

    def __init__(self, title: str, *trends: "Trend", names: int = 9) -> None:
        super().__init__(id=f"health-{title.lower()}", classes="group")
        self._names = names
        self._title = Lines([Line(plain(title, "bold"))], classes="title")
        self._trends = trends
        self.figures = Lines(classes="figures")

    def compose(self) -> ComposeResult:
        yield self._title
        yield from self._trends
        yield self.figures

    def show(self, rows: Iterable[tuple[str, str]]) -> None:
        """Show label and value of each figure; drawn only when something has changed."""
        lines = [_figure(name, value, self._names) for name, value in rows]
        if [(line.lead.plain, line.text.plain) for line in lines] != [
            (line.lead.plain, line.text.plain) for line in self.figures.lines
        ]:
            self.figures.show(lines)


class Trend(Horizontal):
    """One figure with its past as a small curve."""

    def __init__(self, title: str) -> None:
        super().__init__(classes="trend")
        self._title = title
        self._figure = Lines()
        self._curve = Sparkline([], summary_function=max)

    def compose(self) -> ComposeResult:
        yield self._figure
        yield self._curve

    def show(self, samples: Sequence[float], value: str) -> None:
        """Show the newest value and all samples; what is no number is left out, for the curve cannot draw it."""
        data = [sample for sample in samples if math.isfinite(sample)]
        if self._curve.data != data or not self._figure.lines:
            self._figure.show([_figure(self._title, value if data else NONE_YET, 11)])
            self._curve.data = data


class HealthPane(VerticalScroll):
    """Looks at the engine's figures once a second.

    Args:
        engine: Has the figures.
    """

    BORDER_TITLE = "F4 Health"
    BINDING_GROUP_TITLE = "Health"

    class Looked(Message):
        """There are new figures."""

        def __init__(self, health: Health) -> None:
            super().__init__()
            self.health = health

    def __init__(self, engine: Engine) -> None:
        super().__init__(id="health", classes="pane")
        self._engine = engine
        self._worker = Group("Worker")
        self._rungs = Group("Rungs", names=8)
        self._tokens = Trend("tokens/s")
        self._first = Trend("first word")
        self._search = Group("Search", names=6)
        self._models = Group("Models", names=10)
        self._library = Group("Library", names=11)
        self._caches = Group("Caches", names=11)

    def start(self) -> None:
        """Begin to look; the engine is open."""
        start(self.app, self._watch, "health", exclusive=True)

    def focus_pane(self) -> None:
        """Take the keys that scroll."""
        self.focus()

    async def _watch(self) -> None:
        await self.mount(
            self._worker,
            Group("Speed", self._tokens, self._first),
            self._search,
            self._models,
            self._library,
            self._rungs,
            self._caches,
        )
        while True:
            try:
                self.show(await self._engine.health.now())
            except SpecdeckError as error:
                self._worker.show([("", str(error))])
            await asyncio.sleep(PERIOD_S)

    def show(self, health: Health) -> None:
        """Show one snapshot."""
        self.post_message(self.Looked(health))
        self._worker.show(_worker_rows(health))
        self._rungs.show((one.name, _rung(one, health.remote)) for one in health.breakers if one.name in RUNGS)
        self._tokens.show(health.speed.tokens_per_s, f"{_last(health.speed.tokens_per_s):.1f}")
        self._first.show(health.speed.first_token_ms, seconds(_last(health.speed.first_token_ms) / 1000))
        self._search.show(_search_rows(health))
        self._models.show(row for model in health.models for row in _model_rows(model))
        self._library.show([
            ("specs", f"{health.library.specs:,}"),
            ("entries", f"{health.library.entries:,}"),
            ("embedded", f"{health.library.embedded:,}"),
            ("memory", _memory(health.memory_mb, health.worker.memory_mb)),
        ])  # fmt: skip
        self._caches.show(row for cache in health.caches for row in _cache_rows(cache))


def _figure(name: str, value: str, width: int) -> Line:
    return Line(plain(value), plain(name.ljust(width), MUTED) if name else plain(""))


def _worker_rows(health: Health) -> list[tuple[str, str]]:
    return [
        ("state", health.worker.state.value),
        ("process", str(health.worker.pid) if health.worker.pid else NONE_YET),
        ("restarts", str(health.worker.restarts)),
        *((("shared", f"by {health.worker.clients} programs"),) if health.worker.clients > 1 else ()),
        *(("limit", limit) for limit in health.worker.limits),
        *((one.name, _breaker(one)) for one in health.breakers if one.name not in RUNGS and one.state is not CLOSED),
    ]


def _rung(breaker: BreakerHealth, remote: RemoteHealth) -> str:
    """Return how a rung is, and, where it is held back, why and what helps."""
    held = [_breaker(breaker), breaker.cause, breaker.remedy] if breaker.state is not CLOSED else []
    if breaker.name == "local":
        return " · ".join(filter(None, held or [_breaker(breaker)]))
    whom = [f"{remote.model} at {remote.host}", remote.detail] if remote.enabled else ["off"]
    return " · ".join(filter(None, [*whom, *held]))


def _breaker(breaker: BreakerHealth) -> str:
    return breaker.state.value + (f", retry {countdown(breaker.retry_s)}" if breaker.retry_s > 0 else "")


def _search_rows(health: Health) -> list[tuple[str, str]]:
    times = [ms for ms in health.speed.search_ms if math.isfinite(ms)]
    return [
        ("last", _ms(times[-1:])),
        ("p50", _ms(times, 0.50)),
        ("p95", _ms(times, 0.95)),
        ("cache", _asked(health.caches[:1])),
    ]


def _cache_rows(cache: CacheHealth) -> Iterator[tuple[str, str]]:
    yield cache.name, _asked([cache])
    age = f", oldest {_age(cache.oldest_s)}" if cache.entries else ""
    yield "", f"  {cache.entries:,} kept, {_size(cache.bytes)}"
    yield "", f"  {cache.evictions:,} dropped{age}"


def _asked(caches: Sequence[CacheHealth]) -> str:
    return f"{sum(one.hits for one in caches):,} hit, {sum(one.misses for one in caches):,} miss"


def _age(age_s: float) -> str:
    """Return an age without its seconds: it is drawn again only when it reads differently."""
    hours, minutes = divmod(int(age_s) // 60, 60)
    return f"{hours} h" if hours else f"{minutes} min" if minutes else "< 1 min"


def _size(size: int) -> str:
    return f"{size / 2**20:.1f} MiB" if size >= 2**20 else f"{size / 2**10:.0f} KiB"


def _ms(times: Sequence[float], share: float = 1.0) -> str:
    """Return the nearest-rank percentile."""
    if not times:
        return NONE_YET
    return f"{sorted(times)[max(math.ceil(share * len(times)) - 1, 0)]:.0f} ms"


def _memory(*parts: float) -> str:
    """Return the memory of the processes, in MiB given, in the unit that keeps it short."""
    if max(parts) < 1000:
        return "+".join(f"{part:.0f}" for part in parts) + " MiB"
    return "+".join(f"{part / 1024:.1f}" for part in parts) + " GiB"


def _last(samples: Sequence[float]) -> float:
    return next((sample for sample in reversed(samples) if math.isfinite(sample)), 0.0)


def _model_rows(model: ModelHealth) -> Iterator[tuple[str, str]]:
    yield "", model.name
    yield model.role, "loaded" if model.loaded else "not loaded" if model.installed else "missing"
    if model.detail and not model.installed:
        yield "", model.detail
