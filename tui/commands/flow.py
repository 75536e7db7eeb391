"""The steps of a workflow as lines, with what each passes on to the next."""

from collections.abc import Iterator

from engine import Facts, clean_line


def flow_lines(facts: Facts) -> Iterator[str]:
    """Yield the steps in calling order, below each what it takes of those before it; nothing where one thing was asked.

    Whether a step is called again stands there too.
    """
    if facts.steps:
        yield "Steps, in calling order:"
    for one in facts.operations[: facts.steps]:
        yield f"[{one.citation}] {one.ref}  {clean_line(one.summary)}".rstrip()
        yield from (f"      {clean_line(line)}" for line in facts.passed(one.citation))
    if facts.steps:
        yield ""
