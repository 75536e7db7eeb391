"""How many planted lies are marked, and how many true sentences: by kind, over operations of real specifications.

SPECDECK_CORPUS names the folder of real specifications. The sentences are those of tests/questions/claims.
"""

import argparse
import os
import random
import sys
import time
from collections import Counter
from itertools import zip_longest
from pathlib import Path

from engine.specs.model import Operation, Spec
from engine.specs.read import read
from scripts.bench.lies.plant import Planted, check, kinds, plant, wording

PARTS = ("build", "check", "strange", "stranger", "strangest", "prose", "unheard", "last", "final")
OPERATIONS, SENTENCES = 40, 2_000
"""What the figures are over."""
ROUNDS = 12
"""How often an operation is told of, before sentences are chosen."""
MOST_OF_ONE = 2
"""Operations of one document."""
LOOKED_AT = 40
"""Operations of a document among which these are looked for."""
LEAST_KINDS = 12
"""Kinds of lies that can be told of an operation: of most there is no limit and no default to lie about."""
MOST_BYTES = 1_500_000
"""Documents that are longer take long to read, and say nothing that others do not."""


def chosen(folder: Path, chance: random.Random) -> list[tuple[Spec, Operation]]:
    """Return operations of many documents: those with something to lie about, in an order of chance."""
    paths = sorted(folder.glob("apis-guru/**/*.yaml")) + sorted(folder.glob("apis-guru/**/*.json"))
    chance.shuffle(paths)
    found: list[tuple[Spec, Operation]] = []
    for path in paths:
        if path.stat().st_size > MOST_BYTES:
            continue
        spec = read(path.read_bytes())
        called = [one for one in spec.operations if one.protocol == "http"]
        called = chance.sample(called, min(LOOKED_AT, len(called)))
        rich = sorted(called, key=lambda one: -kinds(spec, one))[:MOST_OF_ONE]
        found += [(spec, one) for one in rich if kinds(spec, one) >= LEAST_KINDS]
        if len(found) >= OPERATIONS:
            break
    return found[:OPERATIONS]


def _balanced(planted: list[Planted], chance: random.Random) -> list[Planted]:
    """Return as many sentences as one operation has, half true, of each kind as many as there are."""
    chance.shuffle(planted)
    chosen: list[Planted] = []
    for false in (True, False):
        by_kind: dict[str, list[Planted]] = {}
        for one in planted:
            if one.false == false:
                by_kind.setdefault(one.kind, []).append(one)
        turns = [each for row in zip_longest(*by_kind.values()) for each in row if each]
        chosen += turns[: SENTENCES // OPERATIONS // 2]
    return chosen


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", choices=PARTS, default="build")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", action="store_true", help="print what is missed and what is marked wrongly")
    arguments = parser.parse_args()
    if not (corpus := os.environ.get("SPECDECK_CORPUS", "")):
        sys.exit("SPECDECK_CORPUS has to name the folder of real specifications.")
    chance = random.Random(arguments.seed)  # noqa: S311 - chance decides which sentences, and nothing secret
    said = wording(arguments.part)
    right: Counter[tuple[str, bool]] = Counter()
    every: Counter[tuple[str, bool]] = Counter()
    spent = 0.0
    operations = chosen(Path(corpus), chance)
    for spec, operation in operations:
        planted: dict[Planted, None] = {}
        for _ in range(ROUNDS):
            planted |= dict.fromkeys(plant(spec, operation, said, chance))
        sentences = _balanced(list(planted), chance)
        before = time.process_time()
        marked = check(spec, operation, [one.text for one in sentences])
        spent += time.process_time() - before
        for one, mark in zip(sentences, marked, strict=True):
            every[one.kind, one.false] += 1
            right[one.kind, one.false] += mark == one.false
            if arguments.show and mark != one.false:
                print("MISSED" if one.false else "WRONG ", one.kind, operation.key, "|", one.text)
    print(f"{len(operations)} operations, {every.total()} sentences, {spent / every.total() * 1000:.2f} ms each")
    for kind in said:
        lies, truths = every[kind, True], every[kind, False]
        wrong = truths - right[kind, False]
        print(f"{kind:12} lies marked {right[kind, True]:4} of {lies:4}   true ones marked {wrong:3} of {truths:4}")
    lies, caught = (sum(n for (_, false), n in one.items() if false) for one in (every, right))
    truths, spared = (sum(n for (_, false), n in one.items() if not false) for one in (every, right))
    print(f"all          lies marked {caught / lies:.3f}   true ones marked {1 - spared / truths:.3f}")


if __name__ == "__main__":
    main()
