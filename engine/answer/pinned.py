"""Operations by their references."""

from collections.abc import Sequence

from engine.calls.source import Source, from_library
from engine.library.store import Library
from engine.specs.model import Operation


def pinned_in(library: Library, refs: Sequence[str], spec: str | None) -> list[Source]:
    """Return the operations that are pinned, those that are still there; where one spec is asked, of that alone."""
    specs = [ref.partition(":")[0] for ref in refs]
    found = (operation_at(library, [name], ref) for name, ref in zip(specs, refs, strict=True) if spec in (None, name))
    return [source for source in found if source]


def operation_at(library: Library, specs: Sequence[str], ref: str) -> Source | None:
    """Return the operation of one of some specs at a `SPEC:METHOD /path`."""
    for spec in specs:
        if ref.startswith(f"{spec}:"):
            for entry in library.entries(library.matching(ref[len(spec) + 1 :], spec)):
                if isinstance(entry.item, Operation):
                    return from_library(library, spec, entry.item)
    return None
