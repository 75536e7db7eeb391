"""What `engine` exports, for type checkers and at run time."""

import ast
from importlib import import_module
from pathlib import Path

import engine


def test_every_name_is_had_from_where_it_is_defined() -> None:
    """Each name of the front door is the one of the module that the stub names, and is defined there."""
    tree = ast.parse(Path(engine.__file__).with_suffix(".pyi").read_text(encoding="utf-8"))
    doors = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.level]
    names = {alias.name: f"engine.{door.module}" for door in doors for alias in door.names}
    assert sorted(names) == sorted(engine.__all__)
    for name, home in names.items():
        value = getattr(engine, name)
        assert value is getattr(import_module(home), name)
        assert getattr(value, "__module__", home) in (home, "typing", "types")
