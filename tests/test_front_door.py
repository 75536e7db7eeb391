"""What `engine` exports, for type checkers and at run time."""

import ast
from pathlib import Path

import engine


def test_type_checkers_and_python_see_the_same_names() -> None:
    """Each name is imported for type checkers from the module that it really comes from."""
    tree = ast.parse(Path(engine.__file__).read_text(encoding="utf-8"))
    declared = {
        alias.name: node.module
        for block in ast.walk(tree)
        if isinstance(block, ast.If)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert declared == engine._HOME_OF


def test_every_name_can_be_had() -> None:
    """Each name is there when it is asked for."""
    assert all(getattr(engine, name) is not None for name in engine._HOME_OF)
