"""What is added again costs only what has changed."""

import json
import subprocess
import sys

from engine import SAMPLE
from engine.models.shelf import ModelShelf
from tests.cli.conftest import Specdeck
from tests.e2e.documents import made

UNNEEDED = (
    *("rich", "yaml", "psutil", "httpx2", "httpcore2"),
    *("engine.specs.read", "engine.intake.fetch", "engine.net.client", "engine.answer.checking.ground"),
)


def test_a_known_document_is_told_by_its_hash(specdeck: Specdeck, shelf: ModelShelf) -> None:
    """Adding an unchanged document neither loads what reads, embeds or draws, nor changes the library."""
    specdeck.environment["SPECDECK_MODELS"] = str(shelf.folder)
    first = specdeck("add", str(SAMPLE), "--json").document
    code = (
        f"import sys\nfrom tui.__main__ import main\nsys.argv = ['specdeck', 'add', {str(SAMPLE)!r}, '--json']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print('IMPORTED', *sorted(set({UNNEEDED!r}) & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=specdeck.environment, capture_output=True, text=True, check=True, timeout=60
    )
    told, imported = done.stdout.splitlines()
    again = json.loads(told)
    assert imported == "IMPORTED"
    assert (again["embedded"], again["added"][0]["changed"]) == (0, False)
    [info] = [added["info"] for added in again["added"]]
    assert info == first["added"][0]["info"] | {"embedded": info["operations"]}


def test_one_changed_operation_is_embedded_anew_alone(specdeck: Specdeck, shelf: ModelShelf) -> None:
    """With another summary for one operation one text is embedded, and what the spec was is kept as a version."""
    specdeck.environment["SPECDECK_MODELS"] = str(shelf.folder)
    file, document = specdeck.home / "shop.json", made(1, 30).data
    file.write_bytes(document)
    assert specdeck("add", str(file), "--json").document["embedded"] == 30
    tree = json.loads(document)
    next(iter(tree["paths"].values()))["get"]["summary"] = "Something else altogether"
    tree["info"]["version"] = "2"
    file.write_text(json.dumps(tree))
    again = specdeck("add", str(file), "--json").document
    assert (again["embedded"], again["added"][0]["info"]["embedded"]) == (1, 29)
    view = specdeck("show", "shop", "--json").document
    assert view["info"]["embedded"] == view["info"]["operations"] == 30
    assert [(old["number"], old["version"], old["bytes"]) for old in view["versions"]] == [(1, "1", len(document))]
