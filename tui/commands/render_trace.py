"""How an answer came about, as plain text."""

from engine import Trace, clean_line
from tui.commands.output import text

_HITS = 10
"""Hits that are told of: a screen with what else there is; --json has all."""


def trace(path: Trace) -> None:
    """Print the path of an answer."""
    text()
    text(f"Trace {path.request}")
    rows = {
        "intent": path.intent,
        "searched": path.searched + (f", only in {path.spec}" if path.spec else ""),
        "clauses": " | ".join(path.clauses) if len(path.clauses) > 1 else "",
        "one API": f"{path.one_api:.0%} likely" if len(path.clauses) > 1 else "",
        "by": path.mode + (f" ({path.without})" if path.without else ""),
    }
    for name, value in rows.items():
        _row(name, value)
    for number, hit in enumerate(path.hits[:_HITS], 1):
        near = f", near {hit.near:.2f}" if hit.near else ""
        giving = f", passed on {hit.giving:+.2f}" if abs(hit.giving) >= 0.01 else ""
        figures = f"score {hit.score:.2f}, relevance {hit.relevance:.0%}{near}{giving}"
        _row("hits" if number == 1 else "", f"{number}. {hit.ref}{'' if hit.shown else '  (not shown)'}")
        _row("", f"{figures}: {hit.why}")
    _row("written by", path.rung + (f", {path.model}" if path.model else "") + (", before" if path.cached else ""))
    if usage := path.usage:
        speed = f"{usage.prompt_tokens} tokens read, first word {usage.prefill_ms:.0f} ms, {usage.tokens} written"
        _row("speed", f"{speed} at {usage.tokens_per_s:.1f} a second")
    for message in path.prompt:
        if not message.fixed:
            _row("prompt", clean_line(message.content))
    _row("passed", ", ".join(path.passed))
    for said, instead in path.failed.items():
        _row("failed", f"{said} → {instead}" if instead else f"{said} is not in the spec")
    for notice in path.notices:
        _row("notice", notice)
    _row("times", ", ".join(f"{name} {value:.0f} ms" for name, value in path.timings_ms.items()))


def _row(name: str, value: str) -> None:
    if value:
        text(f"    {name:<10} {clean_line(value)}")
