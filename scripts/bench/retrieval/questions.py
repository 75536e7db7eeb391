"""Questions with the operations that answer them: RestBench, and the development set in `tests/questions`."""

import json
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

from engine.specs.read import read

QUESTIONS = Path(__file__).resolve().parents[3] / "tests" / "questions"
DOCUMENTS = Path("apis-guru", "api")
"""Where the documents of the development set are, below the folder that SPECDECK_CORPUS names."""


class Question(NamedTuple):
    """A question and what answers it."""

    text: str
    spec: str
    """Name of the API in the library."""
    steps: tuple[frozenset[str], ...]
    """What is needed, in calling order: for each step its alternatives, each as `SPEC:METHOD /path`."""
    kind: str


class Api(NamedTuple):
    """A document and the questions about it."""

    name: str
    document: Path
    questions: tuple[Question, ...]


def questions_of(apis: Sequence[Api]) -> list[Question]:
    """Return all questions about some APIs, in order."""
    return [question for api in apis for question in api.questions]


def part(name: str, corpus: Path) -> list[Api]:
    """Return one part of the development set, by name of the API; `tests/questions/README.md` has the format.

    Args:
        name: `choose`, `check` or `train`.
        corpus: The folder that SPECDECK_CORPUS names.
    """
    return [_api(file, corpus / DOCUMENTS) for file in sorted((QUESTIONS / name).glob("*.jsonl"))]


def _api(file: Path, documents: Path) -> Api:
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    questions = [
        Question(
            text=line["question"],
            spec=file.stem,
            steps=tuple(
                frozenset(f"{file.stem}:{operation}" for operation in alternatives)
                for alternatives in line.get("steps") or [line["operations"]]
            ),
            kind=line["kind"],
        )
        for line in lines
    ]
    [document] = {line["spec"] for line in lines}
    return Api(file.stem, documents / document, tuple(questions))


def restbench(folder: Path, *, repaired: bool = False) -> list[Api]:
    """Return RestBench; the kind of a question is `even` or `odd`, by its place among all, file after file, from 0.

    Args:
        folder: Holds `NAME_oas.json` and `NAME.json` for each API.
        repaired: A label that names no operation of the document becomes the nearest one that does. The published
            figures are those of the labels as they are, with which no search can reach 1.
    """
    suffix = "_oas"
    apis: list[Api] = []
    asked = 0
    for document in sorted(folder.glob(f"*{suffix}.json")):
        name = document.stem.removesuffix(suffix)
        known = [operation.key for operation in read(document.read_bytes()).operations] if repaired else []
        items = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        questions = [
            Question(
                text=" ".join(item["query"].split()),
                spec=name,
                # The same operation named twice is one step.
                steps=tuple(frozenset([f"{name}:{label}"]) for label in _labels(item["solution"], known)),
                kind="odd" if number % 2 else "even",
            )
            for number, item in enumerate(items, asked)
        ]
        asked += len(items)
        apis.append(Api(name, document, tuple(questions)))
    return apis


def _labels(labels: Sequence[str], known: Sequence[str]) -> Iterator[str]:
    nearest = (get_close_matches(label.strip(), known, 1)[0] if known else label for label in labels)
    yield from dict.fromkeys(nearest)
