"""How an answer came about, as lines."""

from collections.abc import Iterator

from engine import Trace, TracedHit
from tui.app.text import MUTED, plain
from tui.app.views.line import BLANK, Line

_LABEL = 12
"""Cells of the label of a row."""


def trace_lines(path: Trace) -> Iterator[Line]:
    """Yield the path of an answer: what was searched, the hits and why, the prompt, the checks, the speeds."""
    yield from _row("intent", path.intent)
    yield from _row("searched", path.searched + (f", only in {path.spec}" if path.spec else ""))
    if len(path.clauses) > 1:
        yield from _row("clauses", " | ".join(path.clauses))
        yield from _row("one API", f"{path.one_api:.0%} likely")
    yield from _row("by", path.mode + (f" ({path.without})" if path.without else ""))
    yield BLANK
    for number, hit in enumerate(path.hits, 1):
        yield from _hit(number, hit)
    yield BLANK
    yield from _row("written by", " ".join(filter(None, [path.rung, path.model, "(before)" if path.cached else ""])))
    if usage := path.usage:
        yield from _row("read", f"{usage.prompt_tokens:,} tokens, first word after {usage.prefill_ms:,.0f} ms")
        yield from _row("wrote", f"{usage.tokens:,} tokens, {usage.tokens_per_s:.1f} a second")
    for message in path.prompt:
        if not message.fixed:
            yield from _row("prompt", message.content)
    yield from _row("passed", ", ".join(path.passed))
    for said, instead in path.failed.items():
        yield from _row("failed", f"{said} → {instead}" if instead else f"{said} is not in the spec")
    for notice in path.notices:
        yield from _row("notice", notice)
    yield from _row("times", ", ".join(f"{name} {value:,.0f} ms" for name, value in path.timings_ms.items()))
    yield from _row("in the log", path.request)


def _hit(number: int, hit: TracedHit) -> Iterator[Line]:
    near = f", near {hit.near:.2f}" if hit.near else ""
    giving = f", passed on {hit.giving:+.2f}" if round(hit.giving, 2) else ""
    yield Line(plain(hit.ref, "bold" if hit.shown else ""), plain(f"{number:2}. ", MUTED))
    yield Line(
        plain(f"score {hit.score:.2f}, {hit.relevance:.0%} relevant{near}{giving}: {hit.why}", MUTED), plain("    ")
    )


def _row(name: str, value: str) -> Iterator[Line]:
    if value:
        yield Line(plain(value), plain(name.ljust(_LABEL), MUTED))
