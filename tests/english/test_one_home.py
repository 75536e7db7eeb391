"""English has one home: what another module knew of it would be known twice, and differently."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.english.function_words import PREPOSITIONS
from engine.english.verbs import SPOKEN

ENGINE = Path(__file__).resolve().parents[2] / "engine"
MODULES = sorted(path for path in ENGINE.rglob("*.py") if path.parent.name != "english")
INFLECTS = re.compile(r"singular|plural|inflect|lemma|stop_?words", re.IGNORECASE)
ENDINGS = re.compile(r"\bies\$?\b|\(\?[<!=]*(?:ss|us|ch|sh)\)es|ss\|us")
MOST_VERBS, MOST_SMALL_WORDS = 4, 8
"""Of one collection or text that is no sentence. Names of HTTP methods are verbs, too, and not of English only."""
EXCEPTIONS = {
    "answer/checking/names.py": "what stands around a number that is a status: the grammar of one check",
    "dialogue/followup.py": "how a follow-up points back: its rules are read with what they decide",
}
"""Modules that may have small words in their patterns, with the reason."""
METHODS = frozenset("get put post delete options head patch trace".split())
SMALL_WORDS = (PREPOSITIONS | frozenset("a an and or the this that how what which who where when".split())) - {"as"}


def homes(tree: ast.Module) -> Iterator[str]:
    """Yield what a module knows of English."""
    docstrings = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and INFLECTS.search(node.name):
            yield f"{node.lineno}: {node.name} inflects"
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and INFLECTS.search(node.id):
            yield f"{node.lineno}: {node.id} inflects"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docstrings:
            yield from of_text(node.value, node.lineno)
        elif isinstance(node, ast.Tuple | ast.List | ast.Set):
            texts = [each.value for each in node.elts if isinstance(each, ast.Constant) and isinstance(each.value, str)]
            yield from of_words({text for text in texts if text.isalpha()}, node.lineno)


def of_text(text: str, line: int) -> Iterator[str]:
    """Yield what a text knows of English: a row of words, a regular expression."""
    if ENDINGS.search(text):
        yield f"{line}: has endings of plurals"
    if re.fullmatch(r"[a-z ]+", text):
        yield from of_words(set(text.split()), line)
    elif "|" in text:
        yield from of_words(set(re.findall(r"(?<=[|(:])[a-z]+(?=[|)])", text)), line)


def of_words(words: set[str], line: int) -> Iterator[str]:
    """Yield what a collection of words knows of English."""
    if len(words & SPOKEN - METHODS) > MOST_VERBS:
        yield f"{line}: lists verbs"
    if len(words & SMALL_WORDS) > MOST_SMALL_WORDS:
        yield f"{line}: lists small words"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ENGINE).as_posix())
def test_a_module_knows_no_english(path: Path) -> None:
    """No module outside engine/english inflects, or lists verbs, articles, prepositions or question words."""
    found = list(homes(ast.parse(path.read_text(encoding="utf-8"))))
    if path.relative_to(ENGINE).as_posix() in EXCEPTIONS:
        assert found, "the exception is no longer needed"
        found = [each for each in found if not each.endswith("small words")]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "def singular(word): ...",
        "_PLURAL = re.compile('s$')",
        "STOP_WORDS = ()",
        "x = re.compile('ies$')",
        "x = re.compile('(ss|us|is)$')",
        "x = frozenset('add create find list remove update'.split())",
        "x = ('add', 'create', 'find', 'list', 'remove')",
        "x = re.compile('(?:of|that|which|in|from|for|by|with|to|into|on)')",
    ],
)
def test_a_second_home_is_found(source: str) -> None:
    """Each kind is found, so that an empty list means something."""
    assert list(homes(ast.parse(source))) != []
