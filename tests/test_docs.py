"""The documents say what is true: dependencies, commands and the files they name."""

import importlib.metadata
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONSTRAINTS = (ROOT / "constraints.txt").read_text(encoding="utf-8")
DOCUMENTS = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/dependencies.md"]


def _direct() -> set[str]:
    project = PYPROJECT["project"]
    lists = [project["dependencies"], *project["optional-dependencies"].values()]
    return {_name(requirement) for requirements in lists for requirement in requirements}


def _name(requirement: str) -> str:
    match = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert match is not None
    return match[0]


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_direct_dependency_is_explained() -> None:
    """docs/dependencies.md has one row for each direct dependency, and none for anything else."""
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)
    assert sorted(rows, key=str.lower) == sorted(_direct(), key=str.lower)


def test_every_direct_dependency_has_an_exact_version() -> None:
    """constraints.txt pins each direct dependency, so that two installations are the same."""
    pinned = set(re.findall(r"^([A-Za-z0-9._-]+)==\S+$", CONSTRAINTS, re.MULTILINE))
    assert _direct() <= pinned


def test_every_import_is_a_direct_dependency() -> None:
    """What the program imports is named in pyproject.toml, not left to what other packages happen to bring."""
    sources = [
        path.read_text(encoding="utf-8") for folder in ("engine", "tui") for path in (ROOT / folder).rglob("*.py")
    ]
    roots = set(re.findall(r"^\s*(?:from|import) ([A-Za-z_]\w*)", "\n".join(sources), re.MULTILINE))
    homes = importlib.metadata.packages_distributions()
    foreign = {root for root in roots - sys.stdlib_module_names - {"engine", "tui"} if root in homes}
    direct = {_normal(name) for name in _direct()}
    assert {root for root in foreign if not direct & {_normal(home) for home in homes[root]}} == set()


def test_every_lint_exception_has_a_reason() -> None:
    """Each ignored rule of ruff stands on a line with a comment that says why."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    lists = re.findall(r'^(?:ignore|"[^"]+\*\*") = \[\n(.*?)^\]', text, re.MULTILINE | re.DOTALL)
    lines = [line for block in lists for line in block.splitlines()]
    assert lines
    assert [line for line in lines if "# " not in line] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_between_documents_lead_somewhere(document: str) -> None:
    """Each relative link of a document names a file of the repository."""
    path = ROOT / document
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def _commands() -> set[str]:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = "\n".join(re.findall(r"^```(?:sh|console|text)?\n(.*?)^```", text, re.MULTILINE | re.DOTALL))
    spans = "\n".join(re.findall(r"`(specdeck [^`]+)`", text))
    return set(re.findall(r"^\s*(?:\$ )?(?:\./scripts/)?specdeck +([a-z]+)\b", blocks + "\n" + spans, re.MULTILINE))


def test_the_commands_of_the_readme_exist() -> None:
    """Each `specdeck COMMAND` that the README shows is a command of the program."""
    commands = _commands()
    assert {"add", "ask", "search"} <= commands
    helped = subprocess.run(
        [sys.executable, "-m", "tui", "--help"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    listed = set(re.findall(r"^  ([a-z]+)(?: |$)", helped.stdout, re.MULTILINE))
    assert commands - listed == set()
