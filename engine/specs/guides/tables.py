"""Tables: rows of text, and CSV or TSV to passages of rows that repeat the names of their columns."""

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import islice, zip_longest

from engine.specs.guides.passages import LEAD_CHARS, PASSAGE_CHARS, Block, guide, stem
from engine.specs.limits import Budget
from engine.specs.model import Spec
from engine.text import clean_line

_SAMPLE_CHARS = 64 * 1024
_SAMPLE_ROWS = 100
"""What is looked at to tell a table from a text: enough for its delimiter and its columns."""
_ALIKE = 0.9
"""Share of the rows that have as many cells as the first one."""
_NAME_CHARS = 60
"""Longest name of a column; what is longer is a sentence with a comma in it."""

_Row = tuple[list[str], int]
"""Cells, and the line on which they begin."""


def row(cells: Iterable[str]) -> str:
    """Return a row of a Markdown table."""
    return "| " + " | ".join(clean_line(cell).replace("|", "\\|") for cell in cells) + " |"


def rule(columns: int) -> str:
    """Return what stands between the names of the columns and the rows."""
    return "|" + " --- |" * columns


def parse(content: str, file: str, budget: Budget) -> Spec | None:
    """Read a cleaned text; None where it is no table.

    Raises:
        SpecError: It is more than the limits allow.
    """
    for delimiter in "\t;,":
        try:
            if _is_table(content, delimiter):
                blocks = _blocks(_rows(content, delimiter), budget)
                return guide(blocks, file, "csv", budget, title=stem(file))
        except csv.Error:  # a quote that is never closed, and the like: words after all
            continue
    return None


def _rows(content: str, delimiter: str) -> Iterator[_Row]:
    reader = csv.reader(io.StringIO(content), delimiter=delimiter)
    line = 1
    for cells in reader:
        if any(map(str.strip, cells)):
            yield cells, line
        line = reader.line_num + 1


def _is_table(content: str, delimiter: str) -> bool:
    sample = content[:_SAMPLE_CHARS]
    if len(sample) < len(content):
        sample = sample[: sample.rfind("\n") + 1]
    rows = [cells for cells, _ in islice(_rows(sample, delimiter), _SAMPLE_ROWS)]
    if len(rows) < 2 or not _names_columns(rows[0]):
        return False
    return sum(len(cells) == len(rows[0]) for cells in rows) >= _ALIKE * len(rows)


def _names_columns(cells: list[str]) -> bool:
    """Say whether these are names, not the words around a comma; the first column may have none."""
    names = [cell.strip() for cell in cells]
    if len(names) < 2 or not all(names[1:]) or len(set(names)) < len(names):
        return False
    if names[0].startswith(tuple("#>*-|<[{`")) or (len(names) == 2 and cells[1][0].isspace()):
        return False
    return all(len(name) <= _NAME_CHARS and not name.endswith(tuple(".!?:;,")) for name in names)


def _blocks(rows: Iterator[_Row], budget: Budget) -> Iterator[Block]:
    """Yield rows, as many as a passage holds: below the names of the columns, or where these are long beside them."""
    names, _ = next(rows)
    head = f"{row(names)}\n{rule(len(names))}"
    narrow = len(head) <= LEAD_CHARS
    head, joint = (head, "\n") if narrow else ("", "\n\n")
    parts, size, first = [head], len(head), 0
    for cells, line in rows:
        text = row(cells) if narrow else _record(names, cells)
        budget.spend(1 + len(text) // 64)
        if len(parts) > 1 and size + len(joint) + len(text) > PASSAGE_CHARS:
            yield Block(joint.join(parts).strip(), first, whole=True)
            parts, size = [head], len(head)
        first = first if len(parts) > 1 else line
        parts.append(text)
        size += len(joint) + len(text)
    yield Block(joint.join(parts).strip(), first, whole=True)


def _record(names: list[str], cells: list[str]) -> str:
    pairs = zip_longest(map(clean_line, names), map(clean_line, cells), fillvalue="")
    return "\n".join(f"{name}: {cell}" for name, cell in pairs if cell)
