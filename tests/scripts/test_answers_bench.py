"""The questions of `tests/questions/answers`, their labels, and `scripts/bench/answers` on a small API."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from engine.models.shelf import ModelShelf
from scripts.bench.asked.attach import attached, operations, tree
from scripts.bench.asked.cases import ANSWERS, INTENTS, OTHERS, PARTS, Case, cases, document, files
from scripts.bench.asked.labels import label
from scripts.bench.asked.scores import is_on
from tests.specs.builders import document as built

BENCH = Path(__file__).resolve().parents[2] / "scripts" / "bench" / "answers.py"
MOST_BYTES = 1_000_000
"""Longer documents take seconds to read; the bench itself reads them."""
SHELF = built(
    {
        "/books": {
            "parameters": [{"name": "page", "in": "query", "schema": {"$ref": "#/components/schemas/Page"}}],
            "get": {"summary": "List the books", "tags": ["books"], "responses": {"200": {}, "429": {}}},
            "post": {
                "summary": "Add a book",
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Book"}}}},
            },
        }
    },
    components={
        "schemas": {
            "Page": {"type": "integer", "maximum": 40},
            "Book": {"allOf": [{"properties": {"cover": {"enum": ["soft", "hard"], "default": "soft"}}}]},
        }
    },
)


@pytest.mark.parametrize(
    ("words", "values"),
    [
        (["GET /books", "page", "maximum"], ["40"]),
        (["POST /books", "cover", "enum"], ["soft", "hard"]),
        (["GET /books", "responses"], ["200", "429"]),
        (["operations", "count"], ["2"]),
        (["operations", "status!=429", "list"], ["POST /books"]),
        (["/", "paths", "*", "get", "summary", "~the (\\w+)"], ["books"]),
    ],
)
def test_a_label_is_walked_to(words: list[str], values: list[str]) -> None:
    """References, shared parameters, bodies and parts of schemas are gone through; operations are counted and named."""
    assert label(SHELF, words) == values


@pytest.mark.parametrize("words", [["GET /shelves"], ["POST /books", "price"], ["/", "info", "title", "~(\\d{9})"]])
def test_a_label_that_names_nothing_is_an_error(words: list[str]) -> None:
    """A question cannot ask for what no document has."""
    with pytest.raises(LookupError):
        label(SHELF, words)


def test_a_value_is_on_the_screen_as_a_word_of_its_own() -> None:
    """A number that is a part of another is not read there; wrapped lines and commas in numbers do not hide one."""
    assert is_on("There are 1,206\n  operations.", "1206")
    assert is_on("DELETE  /me/albums", "DELETE /me/albums")
    assert not is_on("maximum 150", "50")


def everything(part: str) -> list[Case]:
    """Return all questions of a part."""
    return [case for file in files(part) for case in cases(file)]


def test_questions_are_of_every_intent_and_no_api_is_in_both_parts() -> None:
    """What is built by says nothing of what it is checked by."""
    seen = {part: {spec for case in everything(part) for spec in case.specs} for part in PARTS}
    assert sum(map(len, seen.values())) == len(set().union(*seen.values()))
    assert (
        {case.intent for case in everything("build")} == {case.intent for case in everything("check")} == set(INTENTS)
    )
    chosen_by = {
        f"apis-guru/api/{json.loads(line)['spec']}"
        for part in ("train", "choose", "check")
        for file in (ANSWERS.parent / part).glob("*.jsonl")
        for line in file.read_text(encoding="utf-8").splitlines()
    }
    assert not (seen["check"] | seen["more"] | seen["unseen"]) & chosen_by


def test_every_question_is_asked_once_and_says_where_its_values_are_from() -> None:
    """No value that must be read is without its place in the document, and no place is without a value."""
    for part in PARTS:
        asked = Counter((case.question, case.spec) for case in everything(part))
        assert [question for question, times in asked.items() if times > 1] == []
        assert [case.question for case in everything(part) if bool(case.source) != bool(case.asked)] == []
        assert [case.question for case in everything(part) if case.operations and case.steps] == []


def test_documents_of_others_say_where_they_are_from() -> None:
    """Anybody can fetch them again."""
    known = {row["file"] for row in json.loads((ANSWERS / "others.json").read_text(encoding="utf-8"))}
    used = {spec for part in PARTS for case in everything(part) for spec in case.specs}
    assert {spec.removeprefix(OTHERS) for spec in used if spec.startswith(OTHERS)} <= known


@pytest.mark.slow
@pytest.mark.timeout(300)  # a dozen documents are read twice, by the engine and by the walk
@pytest.mark.parametrize("part", PARTS)
def test_labels_are_what_the_documents_say(part: str) -> None:
    """Operations, asked values and `foreign` come out the same as they stand in the files."""
    if not os.environ.get("SPECDECK_CORPUS"):
        pytest.skip("SPECDECK_CORPUS names no folder of real specifications")
    there = [case for case in everything(part) if all(_is_there(spec) for spec in case.specs)]
    try:
        assert [case.question for case in there if attached(case) != case] == []
    finally:
        tree.cache_clear()
        operations.cache_clear()


def _is_there(spec: str) -> bool:
    path = document(spec)
    return path.is_file() and path.stat().st_size < MOST_BYTES


@pytest.mark.slow
def test_what_a_person_reads_is_scored(shelf: ModelShelf, tmp_path: Path) -> None:
    """Each look at the part that checks is announced, and what it prints names every figure."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("SPECDECK_")}
    env |= {"SPECDECK_CORPUS": str(tmp_path), "SPECDECK_OTHERS": str(tmp_path), "SPECDECK_MODELS": str(shelf.folder)}
    command = [sys.executable, BENCH, "--check", "--json"]
    ran = subprocess.run(command, env=env, capture_output=True, text=True, check=True, timeout=120)
    assert "write it down" in ran.stderr
    assert msgspec.json.decode(ran.stdout)["columns"][:3] == ["n", "hit 1", "hit 5"]
