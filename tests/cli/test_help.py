import re
import subprocess
import sys

import pytest

from tests.cli.conftest import Specdeck
from tui.commands.cli import cli
from tui.commands.models_cli import models
from tui.commands.sessions_cli import sessions

COMMANDS = [
    *([name] for name in cli.commands),
    *(["models", name] for name in models.commands),
    *(["sessions", name] for name in sessions.commands),
]
HEAVY = (
    "textual rich engine msgspec sqlite3 numpy faiss structlog psutil tomlkit yaml asyncio llama_cpp onnxruntime torch"
)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_each_command_explains_itself(words: list[str]) -> None:
    """Every command, option and argument has words, and no command comes without its one-line help."""
    command = cli
    for word in words:
        command = command.commands[word]
    assert command.help
    assert command.get_short_help_str(200).endswith((".", "it."))
    assert all(option.help for option in command.params if option.param_type_name == "option")


@pytest.mark.parametrize(
    "words", [["--help"], ["-h"], ["add", "--help"], ["models", "--help"], ["ask", "-h"]], ids=" ".join
)
def test_help_is_printed(specdeck: Specdeck, words: list[str]) -> None:
    """Help goes to stdout, and nothing is made on disk for it."""
    ran = specdeck(*words)
    assert ran.out.startswith("Usage: specdeck")
    assert ran.err == ""
    assert list(specdeck.home.iterdir()) == []


def test_help_imports_nothing_heavy(specdeck: Specdeck) -> None:
    """`--help` is there at once because it imports click and the list of commands, and nothing else of ours."""
    code = (
        "import sys\nfrom tui.__main__ import main\nsys.argv = ['specdeck', '--help']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print('IMPORTED', *sorted({set(HEAVY.split())!r} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=specdeck.environment, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.splitlines()[-1] == "IMPORTED"


@pytest.mark.parametrize(
    ("words", "imported"),
    [(["list"], "textual httpx2"), (["search", "x"], "textual httpx2 llama_cpp onnxruntime torch")],
)
def test_a_command_does_not_import_the_app(specdeck: Specdeck, words: list[str], imported: str) -> None:
    """Commands load neither the screen nor what connects or runs models."""
    code = (
        f"import sys\nfrom tui.__main__ import main\nsys.argv = ['specdeck', *{words!r}]\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print('IMPORTED', *sorted({set(imported.split())!r} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=specdeck.environment, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.splitlines()[-1] == "IMPORTED"


def test_the_version_is_printed(specdeck: Specdeck) -> None:
    """`--version` prints the name and the version."""
    assert re.fullmatch(r"specdeck \d+\.\d+\.\d+\S*\n", specdeck("--version").out)


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["add"],
        ["show"],
        ["remove"],
        ["ask"],
        ["search"],
        ["search", "a", "--batch", "/dev/null"],
        ["ask", "a", "--batch", "/dev/null"],
        ["search", "-n", "0", "a"],
        ["search", "--batch", "nothing.txt"],
        ["ask", "--rung", "magic", "a"],
        ["add", "--name", "n", "a", "b"],
        ["list", "--colour"],
        ["models", "nonsense"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_exit_code_2(specdeck: Specdeck, words: list[str]) -> None:
    """What cannot be meant is explained on stderr, and nothing is done."""
    ran = specdeck(*words, code=2)
    assert ran.out == ""
    assert ran.err.startswith("Usage: specdeck")
    assert list(specdeck.home.iterdir()) == []


def test_the_app_needs_a_terminal(specdeck: Specdeck) -> None:
    """Without a command, and without a terminal, there is a sentence rather than a broken screen."""
    ran = specdeck(code=1)
    assert ran.out == ""
    assert "needs a terminal" in ran.err
