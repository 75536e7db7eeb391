"""What the program's source may not hold, read from its syntax trees.

Linters look at one line; these rules are about where a thing may stand, or about things no linter of ours names.
"""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.widget import Widget

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted(path for folder in ("engine", "tui") for path in (ROOT / folder).rglob("*.py"))
UNSAFE_MODULES = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "marshal", "shelve"}
UNSAFE_CALLS = {"eval", "exec", "compile", "__import__", "os.system", "os.popen", "yaml.unsafe_load", "yaml.full_load"}
CONNECTING_MODULES = {"http.client", "urllib.request", "ftplib", "smtplib", "xmlrpc.client"}
"""Contracts of import-linter know the standard library by its packages only."""
CONNECTING_CALLS = {"asyncio.open_connection", "loop.create_connection"}
WAY_OUT = "engine/net/"
SQL = re.compile(r"\b(SELECT|INSERT (OR \w+ )?INTO|DELETE FROM|UPDATE \w+ SET|CREATE (VIRTUAL )?TABLE|PRAGMA) ")
SAFE_LOADERS = {"CSafeLoader", "SafeLoader"}


def _last_name(node: ast.expr) -> str:
    return ast.unparse(node).rpartition(".")[2]


def _faults(module: str, tree: ast.Module) -> Iterator[str]:
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    safe = SAFE_LOADERS | {node.name for node in classes if {_last_name(base) for base in node.bases} & SAFE_LOADERS}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
            for name in names:
                if name.partition(".")[0] in UNSAFE_MODULES:
                    yield f"{module}:{node.lineno} imports {name}"
                if name in CONNECTING_MODULES and not module.startswith(WAY_OUT):
                    yield f"{module}:{node.lineno} imports {name}; connections are made by engine.net"
        elif isinstance(node, ast.Call):
            yield from _call_faults(module, node, safe)
        elif isinstance(node, ast.ExceptHandler):
            broad = node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"}
            if broad and all(isinstance(line, ast.Pass | ast.Continue) for line in node.body):
                yield f"{module}:{node.lineno} swallows every error"


def _call_faults(module: str, call: ast.Call, safe_loaders: set[str]) -> Iterator[str]:
    name = ast.unparse(call.func)
    where = f"{module}:{call.lineno}"
    if name in UNSAFE_CALLS:
        yield f"{where} calls {name}"
    if name in CONNECTING_CALLS and not module.startswith(WAY_OUT):
        yield f"{where} calls {name}; connections are made by engine.net"
    if name == "print":
        yield f"{where} prints; the commands' output goes through tui.commands.output"
    if name in {"yaml.load", "yaml.load_all"}:
        loader = [*call.args[1:2], *(word.value for word in call.keywords if word.arg == "Loader")]
        if not loader or _last_name(loader[0]) not in safe_loaders:
            yield f"{where} calls {name} without a safe loader"
    for word in call.keywords:
        if word.arg == "shell" and not (isinstance(word.value, ast.Constant) and word.value.value is False):
            yield f"{where} starts a shell"
        if word.arg == "allow_pickle" and ast.unparse(word.value) != "False":
            yield f"{where} allows pickle"


def _statements(tree: ast.Module) -> list[str]:
    """Return what reads as SQL in texts, those with gaps included."""
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.search(node.value)
    ]


@pytest.mark.parametrize(
    "path",
    [path for path in MODULES if path.relative_to(ROOT).parts[:2] != ("engine", "library")],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_sql_is_in_the_library_only(path: Path) -> None:
    """No other module holds a statement of SQL."""
    assert _statements(ast.parse(path.read_text(encoding="utf-8"))) == []


def test_sql_is_found() -> None:
    """The library holds statements, so that an empty list elsewhere means something."""
    library = ROOT / "engine" / "library"
    for name in ("store", "write", "lookup", "index", "attributes", "links", "connection", "tokenizer"):
        assert _statements(ast.parse((library / f"{name}.py").read_text(encoding="utf-8"))), name


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_has_no_unsafe_construct(path: Path) -> None:
    """No module unpickles, evaluates text, starts a shell, prints or swallows errors; one folder connects."""
    module = path.relative_to(ROOT).as_posix()
    assert list(_faults(module, ast.parse(path.read_text(encoding="utf-8"), module))) == []


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from joblib import load",
        "eval('1')",
        "import yaml\nyaml.load(text)",
        "import yaml\nyaml.load(text, Loader=yaml.Loader)",
        "run('ls', shell=True)",
        "np.load(file, allow_pickle=True)",
        "print('x')",
        "import urllib.request",
        "from http.client import HTTPSConnection",
        "asyncio.open_connection('a', 1)",
        "try:\n    f()\nexcept Exception:\n    pass",
        "try:\n    f()\nexcept:\n    pass",
    ],
)
def test_the_rules_find_what_they_forbid(source: str) -> None:
    """Each forbidden construct is found, so that an empty list means something."""
    assert len(list(_faults("engine/x.py", ast.parse(source)))) == 1


@pytest.mark.parametrize("folder", ["views", "widgets"])
def test_widgets_and_views_stand_apart(folder: str) -> None:
    """Every module of `widgets` defines a widget, and no module of `views` does."""
    for path in (ROOT / "tui" / "app" / folder).glob("[!_]*.py"):
        module = importlib.import_module(f"tui.app.{folder}.{path.stem}")
        own = [one for one in vars(module).values() if isinstance(one, type) and one.__module__ == module.__name__]
        assert any(issubclass(one, Widget) for one in own) == (folder == "widgets"), path.name


def _unreasoned(source: str) -> Iterator[str]:
    """Yield the numeric constants of a module that no docstring or comment says the reason of.

    Those of a row share the docstring below the last one.
    """
    lines, body = source.splitlines(), ast.parse(source).body
    for place, node in enumerate(body):
        if not (isinstance(node, ast.Assign) and _is_numeric(node.value)):
            continue
        rest = iter(body[place + 1 :])
        after, end = next(rest, None), node.end_lineno
        while isinstance(after, ast.Assign) and after.lineno == (end or 0) + 1:
            after, end = next(rest, None), after.end_lineno
        reasoned = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
        if not reasoned and "#" not in lines[node.lineno - 1]:
            yield ast.unparse(node)


def _is_numeric(value: ast.expr) -> bool:
    inside = [node for node in ast.walk(value) if not isinstance(node, ast.operator | ast.unaryop | ast.expr_context)]
    shapes = ast.Constant | ast.BinOp | ast.UnaryOp | ast.Tuple
    numbers = [node.value for node in inside if isinstance(node, ast.Constant)]
    return all(isinstance(node, shapes) for node in inside) and all(type(number) in (int, float) for number in numbers)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_number_has_its_reason_beside_it(path: Path) -> None:
    """Each numeric constant of a module says why it is what it is."""
    assert list(_unreasoned(path.read_text(encoding="utf-8"))) == []


def test_a_number_without_a_reason_is_found() -> None:
    """A bare number is found; one with a docstring, in a row that has one, or with a comment is not."""
    assert list(_unreasoned("A = 1\n\nB = 2\nC = 3.0\n'''Why.'''\nD = 4  # why\nE = 'x'\n")) == ["A = 1"]
