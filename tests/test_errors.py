import inspect
import re

import pytest

from engine import errors
from engine.errors import ModelError, NotFoundError, SpecdeckError

CLASSES = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if kind.__module__ == errors.__name__]


@pytest.mark.parametrize("kind", CLASSES)
def test_every_error_has_a_next_step(kind: type[SpecdeckError]) -> None:
    """Each class descends from the root, says what it is and carries a hint of one line without a full stop."""
    error = kind("The thing failed")
    assert isinstance(error, SpecdeckError)
    assert str(error) == "The thing failed"
    assert error.hint
    assert not error.hint.endswith(".")
    assert "\n" not in error.hint


def test_the_picture_in_the_module_is_the_tree() -> None:
    """The drawing at the top of the module shows every class under its parent."""
    drawn: list[tuple[int, str]] = [
        (line.index(match[0]), match[0])
        for line in (errors.__doc__ or "").splitlines()
        if (match := re.search(r"\b[A-Z]\w+Error\b", line)) and line.startswith("    ")
    ]
    parents = {}
    for number, (indent, name) in enumerate(drawn):
        above = [other for other in drawn[:number] if other[0] < indent]
        parents[name] = above[-1][1] if above else "Exception"
    assert parents == {kind.__name__: kind.__base__.__name__ for kind in CLASSES if kind.__base__}


def test_a_message_is_one_clean_line() -> None:
    """What an error quotes from outside cannot act on the terminal or break its line."""
    error = NotFoundError("There is no \x1b[31mspec\x1b[0m\nnamed x", hint="Try\x07\nagain")
    assert str(error) == "There is no ␛[31mspec␛[0m named x"
    assert error.hint == "Try␇ again"


def test_a_hint_of_its_own_wins_for_one_error_only() -> None:
    """A hint that is given replaces the class's for that error and no other."""
    assert ModelError("x", hint="Do this").hint == "Do this"
    assert ModelError("x").hint == ModelError.hint
