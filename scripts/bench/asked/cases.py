"""The questions of tests/questions/answers, whose README.md has the format, and the documents that they are about."""

import os
from pathlib import Path

import msgspec

ANSWERS = Path(__file__).resolve().parents[3] / "tests" / "questions" / "answers"
INTENTS = (
    "do",
    "workflow",
    "field",
    "enum",
    "auth",
    "errors",
    "paging",
    "compare",
    "whole",
    "unsaid",
    "talk",
    "outside",
)
"""What is asked for, as tests/questions/README.md tells them apart."""
PARTS = ("build", "more", "unseen", "check")
"""The parts: two to build by, and two that tell whether it holds."""
RARE = ("unseen", "check")
"""Those whose looks are counted, and whose misses are not named."""
OTHERS = "others/"
"""How the path of a document begins that is below `SPECDECK_OTHERS`, not below `SPECDECK_CORPUS`."""


class Case(msgspec.Struct, frozen=True, omit_defaults=True, rename={"source": "from"}):
    """A question, and what a right answer names."""

    question: str
    intent: str
    """One of `INTENTS`."""
    spec: str | tuple[str, ...]
    """The document or the documents, below `SPECDECK_CORPUS`, or below `SPECDECK_OTHERS` after `others/`."""
    operations: tuple[str, ...] = ()
    """The right ones, any of which counts, as `METHOD /path` or `Query.field`; with several documents after `SPEC:`."""
    steps: tuple[tuple[str, ...], ...] = ()
    """The alternatives of each step, in calling order."""
    source: tuple[tuple[str, ...], ...] = ()
    """Where in the raw documents each asked value stands; see `labels.py`."""
    asked: tuple[str, ...] = ()
    """What must be read on the screen, as `attach` found it there."""
    foreign: bool | None = None
    """No telling word of the question is in the path, summary or operationId of a right operation."""

    @property
    def specs(self) -> tuple[str, ...]:
        """The documents."""
        return (self.spec,) if isinstance(self.spec, str) else self.spec

    @property
    def needed(self) -> tuple[tuple[str, ...], ...]:
        """The alternatives of all that is needed, in calling order; none where no operation answers."""
        return self.steps or ((self.operations,) if self.operations else ())


def files(part: str) -> list[Path]:
    """Return the files of a part, one of `PARTS`."""
    return sorted((ANSWERS / part).glob("*.jsonl"))


def cases(file: Path) -> list[Case]:
    """Return the questions of a file, in its order."""
    return [msgspec.json.decode(line, type=Case) for line in file.read_bytes().splitlines()]


def document(spec: str) -> Path:
    """Return where a document is on this machine; it need not be there.

    Raises:
        KeyError: `SPECDECK_CORPUS` names no folder.
    """
    if spec.startswith(OTHERS):
        return Path(os.environ.get("SPECDECK_OTHERS", "~/.cache/specdeck-others")).expanduser() / spec[len(OTHERS) :]
    return Path(os.environ["SPECDECK_CORPUS"]).expanduser() / spec


def known_as(spec: str) -> str:
    """Return the name of a document in the library: `postman` of `others/postman.postman_collection.json`."""
    return Path(spec).name.split(".")[0] if spec.startswith(OTHERS) else Path(spec).stem.replace(".", "-")
