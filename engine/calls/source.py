"""An operation with all that its facts are composed from."""

from collections.abc import Callable
from functools import cache
from typing import Any

import msgspec

from engine.errors import NotFoundError
from engine.library.steps import targets
from engine.library.store import Library
from engine.specs.describe import Resolve
from engine.specs.model import About, Operation, Schema


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """An operation, the spec that it is from, and the doors to the shared parts of that spec."""

    spec: str
    about: About
    operation: Operation
    resolve: Resolve
    example: Callable[[str], Any]
    """Gives the shared example at a JSON pointer."""
    targets: tuple[str, ...] = ()
    """Of a workflow: `SPEC:METHOD /path` of what each step calls; empty for what the library does not have."""

    @property
    def ref(self) -> str:
        """`SPEC:METHOD /path`."""
        return f"{self.spec}:{self.operation.key}"


def from_library(library: Library, spec: str, operation: Operation) -> Source:
    """Return the source of an operation in the library.

    Raises:
        NotFoundError: There is no spec of this name.
    """
    about = library.about(spec)
    return Source(
        spec=spec,
        about=about,
        operation=operation,
        resolve=resolver(library, spec),
        example=lambda pointer: library.example(spec, pointer),
        targets=targets(library, spec, about, operation.workflow) if operation.workflow else (),
    )


def resolver(library: Library, spec: str) -> Resolve:
    """Return what gives the schema at a JSON pointer of a spec; it remembers each, for the facts ask often."""

    @cache
    def resolve(pointer: str) -> Schema:
        try:
            return library.schema(spec, pointer)
        except NotFoundError:  # The document refers to what it does not have; reading it listed that.
            return Schema()

    return resolve
