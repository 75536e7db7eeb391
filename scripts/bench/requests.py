"""What the requests that are composed are worth, over a corpus: each body is judged by the document that it is for.

Counts the bodies that the document's own schema refuses, by keyword of JSON Schema; required parameters that are a
placeholder although the document gives a value; bodies that are empty although the schema has fields a client may
write. Says how long composing takes, in one run with reading the same documents.
"""

import argparse
import os
from pathlib import Path

from scripts.bench.composed.document import Counts, Refused, judged

AIM = 0.2
"""Percent of the bodies that may be refused."""
ENDINGS = (".json", ".yaml", ".yml", ".graphql")


def documents(folder: Path) -> list[Path]:
    """Return the documents of a folder, in order."""
    return sorted(path for path in folder.rglob("*") if path.suffix in ENDINGS and path.is_file())


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, help="SPECDECK_CORPUS without")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="each N-th document only")
    parser.add_argument("--list", type=int, default=0, metavar="N", help="name N of what is counted, of each kind")
    arguments = parser.parse_args()
    folders = arguments.folders or [Path(os.environ["SPECDECK_CORPUS"])]
    paths = [path for folder in folders for path in (documents(folder) if folder.is_dir() else [folder])]
    total = Counts()
    listed: list[tuple[Path, Refused]] = []
    for path in paths[:: arguments.every]:
        counts, found = judged(path)
        total.update(counts)
        listed += [(path, one) for one in found]
    report(total)
    for kind in sorted({one.kind for _, one in listed}) if arguments.list else ():
        for path, one in [entry for entry in listed if entry[1].kind == kind][: arguments.list]:
            print(f"{kind}: {path.name} {one.operation}: {one.why}")


def report(total: Counts) -> None:
    """Print the totals."""
    read_s, compose_s = total["read_us"] / 1e6, total["compose_us"] / 1e6
    for name in sorted(total.keys() - {"read_us", "compose_us"}):
        print(f"{total[name]:>9,}  {name}")
    share = 100 * total["refused"] / max(1, total["with a body"])
    print(f"refused: {share:.2f} % of the bodies (at most {AIM})")
    each = compose_s / max(1, total["operations"]) * 1e6
    print(f"composing: {each:.0f} µs an operation, {compose_s / max(read_s, 1e-9):.2f} of what reading takes")


main()
