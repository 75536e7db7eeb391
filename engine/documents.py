"""Documents into the library, and specs and operations out of it. Everything here blocks; call it from a thread."""

import hashlib
import re
from pathlib import Path

import msgspec

from engine.answer.facts import operation_facts
from engine.answer.records import OperationFacts
from engine.answer.source import from_library
from engine.errors import InputError, NotFoundError
from engine.library.records import STANDARD_INPUT, NewSpec, SpecInfo
from engine.library.store import Library
from engine.records import Added, OperationView, Overview
from engine.search.index import search_text
from engine.settings import Settings
from engine.specs.limits import Limits
from engine.specs.read import read
from engine.text import clean_line

_NAME = re.compile(r"\w[\w.-]{0,63}")
"""What a user may call a spec: no colon, which ends the name in `SPEC:METHOD /path`, and nothing invisible."""
_GENERIC_NAMES = frozenset("openapi swagger spec api index schema definition".split())
"""File names that say nothing, so that the document's title is the better name."""


class Documents:
    """What is in the library.

    Args:
        library: The library.
        settings: The settings.
    """

    def __init__(self, library: Library, settings: Settings) -> None:
        self._library = library
        self._model = settings.embedding_model
        self._counted: tuple[int, list[SpecInfo]] = (-1, [])
        """Generation of the library, and its specs then."""
        self._limits = msgspec.convert(settings, Limits, from_attributes=True)

    def add(self, source: Path | bytes, name: str | None) -> Added:
        """Read a document into the library; see `Engine.add`."""
        if name is not None and not _NAME.fullmatch(name):
            hint = "Use letters, digits, dots, dashes and underscores, at most 64"
            raise InputError(f"{name!r} cannot be the name of a spec", hint=hint)
        data = source if isinstance(source, bytes) else _file(source)
        sha256 = hashlib.sha256(data).digest()
        if known := self._library.with_content(sha256, name):
            return Added(info=self.info(known), changed=False)
        spec = read(data, self._limits)
        stem = "" if isinstance(source, bytes) else re.sub(r"\.(json|ya?ml)$", "", source.name, flags=re.IGNORECASE)
        new = NewSpec(
            spec=spec,
            source=STANDARD_INPUT if isinstance(source, bytes) else clean_line(str(source.absolute())),
            sha256=sha256,
            bytes=len(data),
            name=name,
            suggestion=spec.about.title if stem.lower() in _GENERIC_NAMES or not stem else stem,
        )
        added = self._library.add(new, search_text)
        return Added(info=self.info(added), changed=True, problems=spec.problems)

    def specs(self) -> list[SpecInfo]:
        """Return all specs, by name. Counting is only done anew when the library has changed: the screen asks often."""
        generation = self._library.generation()
        if generation != self._counted[0]:
            self._counted = generation, self._library.specs(self._model)
        return list(self._counted[1])

    def info(self, name: str) -> SpecInfo:
        """Return one spec as `specs` gives it.

        Raises:
            NotFoundError: There is none of this name.
        """
        for info in self._library.specs(self._model, name):
            return info
        raise NotFoundError(f"There is no spec named {name!r}", hint="See the names with `specdeck list`")

    def overview(self, name: str) -> Overview:
        """Return a spec as a whole; see `info`."""
        info = self.info(name)
        operations = tuple(self._library.outline(info.name))
        return Overview(info=info, about=self._library.about(info.name), operations=operations)

    def operation(self, ref: str) -> OperationView:
        """Return the operation that `ref` names; see `Engine.operation`."""
        spec, colon, rest = ref.strip().partition(":")
        chosen, key = (spec, rest.strip()) if colon and self._library.has_spec(spec) else (None, ref.strip())
        method, blank, path = key.partition(" ")
        if not key:
            rowids = []
        elif blank:
            rowids = self._library.matching(spec=chosen, key=f"{method.upper()} {path.strip()}")
        else:
            rowids = self._library.matching(spec=chosen, operation_id=key)
        if not rowids:
            raise NotFoundError(f"There is no operation {ref!r}", hint="Search for it with `specdeck search`")
        found = self._library.operations(rowids)
        exact = [one for one in found if path.strip() == one.operation.path or key == one.operation.operation_id]
        if len(found) > 1 and len(exact) != 1:
            refs = ", ".join(f"{one.spec}:{one.operation.key}" for one in found[:5])
            raise NotFoundError(f"{ref!r} names several operations", hint=f"Say which: {refs}")
        stored = exact[0] if len(exact) == 1 else found[0]
        return OperationView(spec=stored.spec, about=self._library.about(stored.spec), operation=stored.operation)

    def facts(self, view: OperationView) -> OperationFacts:
        """Return the facts of an operation, as an answer would give them."""
        return operation_facts(from_library(self._library, view.spec, view.operation), 1)


def _file(path: Path) -> bytes:
    """Read a file whole.

    Raises:
        InputError: It cannot be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise InputError(f"There is no file {path}", hint="Check the path") from error
    except IsADirectoryError as error:
        raise InputError(f"{path} is a folder", hint="Name the specification in it") from error
    except OSError as error:
        hint = "Check the path and its permissions"
        raise InputError(f"{path} cannot be read: {error.strerror}", hint=hint) from error
