"""A comparison in words: for a terminal, and as Markdown."""

from collections.abc import Iterable, Iterator
from textwrap import wrap

from engine.review.records import Change, Diff, Level, Side
from engine.specs.markup import escaped

WIDTH = 96
"""Columns of a text for a terminal; an indented operation key is never broken."""
MAX_NAMED = 3
"""Operations that are named of a type that many use."""
_HEADINGS = {Level.ERR: "Breaking", Level.WARN: "May break", Level.INFO: "Other"}
_HARD_SPACE = "\u00a0"
"""Where a line is not broken."""


def diff_text(diff: Diff) -> str:
    """Return a comparison as text of `WIDTH` columns: counts first, then breaking changes, then the others."""
    lines = [f"{_name(diff.old)} → {_name(diff.new)}", *_wrapped(summary(diff), "", "")]
    for level, heading in _HEADINGS.items():
        changes = [change for change in diff.changes if change.level is level]
        if changes:
            lines += ["", f"{heading} ({len(changes):,})"]
        for title, group in _groups(changes):
            if _is_whole(group):
                lines.append(f"  {title}: {group[0].sentence}")
                continue
            lines.append(f"  {title}")
            if used_by := _used_by(group[0]):
                lines += _wrapped(used_by, "    ", "    ")
            for change in group:
                lines += _wrapped(change.sentence, "    - ", "      ")
    if diff.cut:
        lines += ["", *_wrapped(f"{diff.cut}.", "", "")]
    return "\n".join(lines) + "\n"


def diff_markdown(diff: Diff) -> str:
    """Return a comparison as Markdown; what comes from the specifications cannot act as markup."""
    lines = [f"# {escaped(_name(diff.old))} → {escaped(_name(diff.new))}", "", escaped(summary(diff))]
    for level, heading in _HEADINGS.items():
        changes = [change for change in diff.changes if change.level is level]
        if changes:
            lines += ["", f"## {heading} ({len(changes):,})"]
        for title, group in _groups(changes):
            if _is_whole(group):
                lines += ["", f"### {escaped(title)}: {escaped(group[0].sentence)}"]
                continue
            lines += ["", f"### {escaped(title)}", ""]
            if used_by := _used_by(group[0]):
                lines += [escaped(used_by).replace(_HARD_SPACE, " "), ""]
            lines += [f"- {escaped(change.sentence)} ({escaped(change.rule)})" for change in group]
    if diff.cut:
        lines += ["", f"{escaped(diff.cut)}."]
    return "\n".join(lines) + "\n"


def summary(diff: Diff) -> str:
    """Return the counts in one sentence: `12 breaking, 3 may break, 40 other: 31 operations added, …`."""
    counts = diff.summary
    if not diff.changes:
        words = "No change"
        if counts.documentation:
            words += f" but in the words of {_operations(counts.documentation)}"
        return words
    operations = [
        (counts.operations_added, "added"),
        (counts.operations_removed, "removed"),
        (counts.operations_changed, "changed"),
        (counts.documentation, "described in other words"),
    ]
    parts = [f"{count:,} {what}" for count, what in operations if count]
    if parts:
        total, _, what = parts[0].partition(" ")
        parts[0] = f"{total} operation{'' if total == '1' else 's'} {what}"
    first = f"{counts.breaking:,} breaking, {counts.warnings:,} may break, {counts.other:,} other"
    return f"{first}: {', '.join(parts)}" if parts else first


def _operations(count: int) -> str:
    return f"{count:,} operation{'' if count == 1 else 's'}"


def _name(side: Side) -> str:
    return f"{side.title} {side.version}".strip()


def _groups(changes: Iterable[Change]) -> Iterator[tuple[str, list[Change]]]:
    """Yield changes by the operation, or the type and its operations, that they are in; under its name."""
    groups: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        title = change.operation or (f"Type {change.schema}" if change.schema else "The specification as a whole")
        groups.setdefault((title, _used_by(change)), []).append(change)
    for (title, _), group in groups.items():
        yield title, group


def _is_whole(group: list[Change]) -> bool:
    """Tell whether all that is said of an operation or type is one thing about the whole of it."""
    return len(group) == 1 and not group[0].where and bool(group[0].pointer)


def _used_by(change: Change) -> str:
    """Return which operations a change of a type reaches; nothing for a change that names its operation."""
    if change.operation or not change.operations:
        return ""
    part = "received with " if change.rule.startswith("response-") else "in "
    part = "sent with " if "request-" in change.rule else part
    named = [key.replace(" ", _HARD_SPACE) for key in change.operations[:MAX_NAMED]]
    more = change.operation_count - len(named)
    return f"{part}{', '.join(named)}{f' and {more:,} more' if more else ''}"


def _wrapped(text: str, indent: str, rest: str) -> list[str]:
    """Return a text in lines of `WIDTH` columns; an operation's key stays on one."""
    lines = wrap(
        text, WIDTH, initial_indent=indent, subsequent_indent=rest, break_on_hyphens=False, break_long_words=False
    )
    return [line.replace(_HARD_SPACE, " ") for line in lines]
