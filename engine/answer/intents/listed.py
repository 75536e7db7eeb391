"""Values that a description lists where the schema declares none."""

import re
from collections.abc import Iterator

from engine.answer.told import Value
from engine.specs.describe import plain
from engine.specs.markup import as_markdown

_ITEM = re.compile(r"^\s*[-*+]\s+(?P<sign>`+|\*\*|\"|')?(?P<value>[^\s`*\"':][^`*\"':\n]{0,38}?)(?(sign)(?P=sign))"
                   r"\s*(?:$|[:=\u2013\u2014-]+\s*(?P<meaning>.*)$|\s(?P<more>\(.*)$)", re.MULTILINE)  # fmt: skip
_MARKED = re.compile(r"(?<![\w`])`([^`\s][^`\n]{0,38})`(?!`)|\*\*(\w[\w.:-]{0,38})\*\*")
_READ = 4_000
"""Characters of a description in which values are looked for."""
_LEAST = 2
"""Fewer values are no list."""
_MOST = 60
"""More are a table of something else."""


def listed(text: str) -> tuple[Value, ...]:
    """Return the values that a description lists: its bullet points, else what it marks as code or bold."""
    text = as_markdown(text[:_READ])
    for found in (list(_items(text)), list(_spans(text))):
        if _LEAST <= len(found) <= _MOST:
            return tuple(found)
    return ()


def _items(text: str) -> Iterator[Value]:
    for item in _ITEM.finditer(text):
        yield Value(item["value"].strip(), plain(item["meaning"] or item["more"] or ""))


def _spans(text: str) -> Iterator[Value]:
    for value in dict.fromkeys(code or bold for code, bold in _MARKED.findall(text)):
        yield Value(value)
