"""What the steps of a workflow call, looked up among what the library holds.

A step names an operation of another document. That document is the spec that was read from its address, or from its
place beside the workflow's own; else the only one whose file has its name; else the only one that has all the
operations that the workflow calls there. What is found in none of these ways is not guessed.
"""

import posixpath
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import msgspec

from engine.library.store import Library
from engine.specs.model import About
from engine.specs.workflow import ApiSource, Step, Workflow


class _Called(NamedTuple):
    """An entry that a step may call."""

    spec: str
    names: tuple[str, str]
    """Its key and its operationId."""


def targets(library: Library, spec: str, about: About, workflow: Workflow) -> tuple[str, ...]:
    """Return `SPEC:METHOD /path` of what each step calls, in their order; empty for what the library does not have.

    Args:
        library: The library.
        spec: Name of the spec that has the workflow.
        about: What that spec says of itself, its sources among it.
        workflow: The workflow.

    Raises:
        LibraryError: The library cannot be read.
    """
    entries = _entries(library, {name for step in workflow.steps for name in _names(step)})
    places = places_of(library)
    specs: dict[str, str] = {}
    for source in about.sources:
        steps = [step for step in workflow.steps if step.source == source.name]
        specs[source.name] = _spec_of(source, steps, places.get(spec, ""), places, entries)
    return tuple(_ref(step, _meant(step, spec, specs), entries) for step in workflow.steps)


def places_of(library: Library) -> dict[str, str]:
    """Return where each spec was read from, by its name: an address or a path.

    Raises:
        LibraryError: The library cannot be read.
    """
    return dict(library.rows("SELECT name, source FROM live_specs"))


def _entries(library: Library, names: Iterable[str]) -> list[_Called]:
    rows = library.rows(
        "SELECT s.name, e.key, e.operation_id FROM entries e JOIN live_specs s ON s.id = e.spec_id WHERE e.id IN ("
        " SELECT id FROM entries WHERE key COLLATE NOCASE IN (SELECT value FROM json_each(?1))"
        " UNION SELECT id FROM entries WHERE operation_id COLLATE NOCASE IN (SELECT value FROM json_each(?1)))",
        (msgspec.json.encode(sorted(names)).decode(),),
    )
    return [_Called(name, (key, operation_id)) for name, key, operation_id in rows]


def _names(step: Step) -> list[str]:
    """Return the keys and operationIds that what a step calls may have."""
    if not step.calls:
        return []
    if step.target != "channel":
        return [step.calls]
    methods = {"send": ("SEND", "PUBLISH"), "receive": ("RECEIVE", "SUBSCRIBE")}.get(step.action, ())
    return [f"{method} {step.calls}" for method in methods]


def _spec_of(
    source: ApiSource, steps: Sequence[Step], own: str, places: dict[str, str], entries: Sequence[_Called]
) -> str:
    """Return the name of the spec that a source stands for, or an empty one."""
    try:
        beside, file = _beside(own, source.url), urlsplit(source.url).path.rpartition("/")[2]
    except ValueError:  # brackets that hold no IPv6 address
        return ""
    at_place = [name for name, place in places.items() if place in (source.url, beside)]
    if at_place:
        return at_place[0]
    of_name = [name for name, place in places.items() if file and place.rpartition("/")[2] == file]
    maybe = of_name or (places if steps else ())
    having = [name for name in maybe if all(_has(entries, name, step) for step in steps)]
    return having[0] if len(having) == 1 else ""


def _beside(own: str, url: str) -> str:
    """Return the place of a document by its path from the one that names it."""
    return urljoin(own, url) if "://" in own else posixpath.normpath(posixpath.join(posixpath.dirname(own), url))


def _has(entries: Sequence[_Called], spec: str, step: Step) -> bool:
    return any(entry.spec == spec and name in entry.names for entry in entries for name in _names(step))


def _meant(step: Step, own: str, specs: dict[str, str]) -> set[str]:
    """Return the names of the specs in which what a step calls may be: of several sources it should say which."""
    if step.source:
        return {specs.get(step.source, "")}
    return {own} if step.target == "workflow" else set(specs.values())


def _ref(step: Step, specs: set[str], entries: Sequence[_Called]) -> str:
    """Return the reference of the only entry of some specs that has a name of what a step calls."""
    names = _names(step)
    found = {
        f"{one.spec}:{one.names[0]}" for one in entries if one.spec in specs and not set(names).isdisjoint(one.names)
    }
    return found.pop() if len(found) == 1 else ""
