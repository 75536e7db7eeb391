"""Questions about whole APIs, over real documents, beside an independent walk over the same: exact, cannot or wrong.

Adds each K-th OpenAPI document of a corpus to a library of its own, asks `specdeck ask --json`, and compares the count
and the list.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from scripts.bench.whole.questions import Asked, about_one, about_several, fold, older
from scripts.bench.whole.walk import Walk

LEAST = 15
"""Operations of a document that is asked about."""

VERSIONED = 4
"""Each n-th document is added as it may have been before, too."""


def chosen(folder: Path, count: int, skip: int) -> dict[str, Path]:
    """Return documents by the name under which they are added, spread evenly over the folder."""
    paths = sorted(path for path in folder.rglob("*.json") if path.stat().st_size < 3_000_000)
    found: dict[str, Path] = {}
    step = max(1, len(paths) // count)
    for start in range(skip, len(paths), step):
        for path in paths[start : start + step]:
            head = path.read_text(encoding="utf-8", errors="replace")
            if ('"openapi"' in head or '"swagger"' in head) and len(Walk(path).calls) >= LEAST:
                found.setdefault(f"{path.stem.replace('.', '-')}-x", path)
                break
    return dict(list(found.items())[:count])


def specdeck(home: str, *arguments: str) -> str:
    """Run a command in a home of its own and return what it prints."""
    env = {**os.environ, "SPECDECK_HOME": home, "SPECDECK_MODELS": f"{home}/none"}
    command = [sys.executable, "-m", "tui", *arguments]
    return subprocess.run(command, env=env, check=True, capture_output=True, text=True).stdout


def verdict(asked: Asked, answer: dict[str, Any]) -> tuple[str, str]:
    """Return `exact`, `cannot`, `usual` (it was not taken for a question about the whole), or `wrong`, and why."""
    told = answer["facts"]["whole"]
    if told is None:
        return "usual", ""
    if told["cannot"]:
        return "cannot", told["cannot"]
    rows = {fold(row["name"]) for row in told["rows"]}
    if told["total"] != asked.total:
        return "wrong", f"{told['total']} for {asked.total}: {told['understood']}"
    if told["total"] <= len(told["rows"]) and rows != asked.names:
        return "wrong", f"{sorted(rows ^ asked.names)[:3]}: {told['understood']}"
    return "exact", told["understood"]


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="SPECDECK_CORPUS without")
    parser.add_argument("--specs", type=int, default=20)
    parser.add_argument("--each", type=int, default=12, help="questions about each spec")
    parser.add_argument("--skip", type=int, default=0, help="with which document of the corpus it begins")
    parser.add_argument("--all", action="store_true", help="print each question with what it was understood as")
    arguments = parser.parse_args()
    folder = arguments.folder or Path(os.environ["SPECDECK_CORPUS"]) / "apis-guru" / "api"
    documents = chosen(folder, arguments.specs, arguments.skip)
    walks = {name: Walk(path) for name, path in documents.items()}
    asked = [one for name, walk in walks.items() for one in about_one(name, walk, arguments.each, name)]
    asked += about_several(walks, 12)
    with tempfile.TemporaryDirectory() as home:
        for place, (name, path) in enumerate(documents.items()):
            if place % VERSIONED == 0:
                tree, since = older(walks[name])
                before = Path(home, path.name)
                before.write_text(json.dumps(tree), encoding="utf-8")
                specdeck(home, "add", str(before), "--name", name, "--json")
                asked += [one._replace(text=one.text.format(name=name)) for one in since]
            specdeck(home, "add", str(path), "--name", name, "--json")
        batch = Path(home, "questions.txt")
        batch.write_text("\n".join(one.text for one in asked), encoding="utf-8")
        answers = [
            json.loads(line)
            for line in specdeck(home, "ask", "--no-model", "--json", "--batch", str(batch)).splitlines()
        ]
    verdicts = [verdict(one, answer) for one, answer in zip(asked, answers, strict=True)]
    for one, (word, why) in zip(asked, verdicts, strict=True):
        if arguments.all or word != "exact":
            print(f"{word:6} {one.kind}: {one.text}\n       {why}")
    counts = Counter(word for word, _ in verdicts)
    print(
        f"{len(asked)} questions over {len(walks)} documents:",
        ", ".join(f"{n} {word}" for word, n in counts.most_common()),
    )


main()
