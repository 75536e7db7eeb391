"""Attach to the questions of tests/questions/answers what their labels name: `python -m scripts.bench.asked.attach`.

Each line gets `asked`, read from the raw documents, and `foreign`; operations that no document has end the run.
"""

import re
import sys
from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from engine.specs.model import Operation
from engine.specs.read import read
from scripts.bench.asked.cases import PARTS, Case, cases, document, files, known_as
from scripts.bench.asked.labels import label, raw

PLAIN = frozenset(
    "the and for with that this from what which how can you are was were does did has have had not but all any"
    " into our its get got give gives need needs want wants when where who why will would should could may might"
    " must there their they them then than use used using one two some out off via please way exactly only just"
    " api call calls endpoint request operation return returns show tell find about mine your his her she him ones"
    " thing things make let lets it put set see per every each like same other".split()
)
"""Words that tell nothing of what is asked for; short ones are left out by length."""
SHORTEST = 3
"""Letters of a word that tells something."""
SAME = 4
"""Letters that two forms of a word share at least: `list` and `listing`."""


@cache
def tree(spec: str) -> Any:
    """Return a raw document."""
    return raw(document(spec))


@cache
def operations(spec: str) -> dict[str, Operation]:
    """Return what specdeck reads of a document, by `METHOD /path` or `Query.field`."""
    path = document(spec)
    return {one.key: one for one in read(path.read_bytes(), name=path.name).operations}


def attached(case: Case) -> Case:
    """Return a question with what its labels name.

    Raises:
        LookupError: A document has not what the question says.
    """
    asked = [value for words in case.source for value in _values(case, words)]
    right = [_operation(case, name) for step in case.needed for name in step]
    foreign = not shared(case.question, right) if right else None
    return msgspec.structs.replace(case, asked=tuple(dict.fromkeys(asked)), foreign=foreign)


def _values(case: Case, words: Sequence[str]) -> list[str]:
    """Return what a label names; with several documents it begins with the name of one."""
    if len(case.specs) == 1:
        return label(tree(case.specs[0]), words)
    [spec] = [spec for spec in case.specs if known_as(spec) == words[0]]
    return label(tree(spec), words[1:])


def _operation(case: Case, name: str) -> Operation:
    if len(case.specs) == 1:
        return operations(case.specs[0])[name]
    known, _, wanted = name.partition(":")
    [spec] = [spec for spec in case.specs if known_as(spec) == known]
    return operations(spec)[wanted]


def shared(question: str, right: Collection[Operation]) -> set[str]:
    """Return the telling words of a question that a right operation's path, summary or operationId has."""
    theirs = {word for one in right for text in (one.path, one.summary, one.operation_id) for word in telling(text)}
    return {word for word in telling(question) if any(_is_same(word, other) for other in theirs)}


def telling(text: str) -> set[str]:
    """Return the words of a text that tell something, in small letters, `listForRepo` as three."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text)
    return {word for word in re.findall(r"[a-z]+", apart.lower()) if len(word) >= SHORTEST and word not in PLAIN}


def _is_same(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return one == other or (len(shorter) >= SAME and longer.startswith(shorter))


def rewrite(file: Path) -> int:
    """Attach what a file's labels name, in place unless a line has none; say which, and return how many."""
    lines = []
    wrong = 0
    for number, case in enumerate(cases(file), 1):
        try:
            lines.append(msgspec.json.encode(attached(case)))
        except (LookupError, ValueError) as error:
            wrong += 1
            print(f"{file.name}:{number}: {case.question}: {error!r}", file=sys.stderr)
    if not wrong:
        file.write_bytes(b"\n".join(lines) + b"\n")
    return wrong


def main() -> None:
    """Attach to all files, or to those that are named; 1 if a document has not what a question says."""
    named = [Path(name) for name in sys.argv[1:]] or [file for part in PARTS for file in files(part)]
    sys.exit(min(sum(rewrite(file) for file in named), 1))


if __name__ == "__main__":
    main()
