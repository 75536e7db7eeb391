"""Specs and what is in them, as they are shown. All of it blocks; call it from a thread."""

from collections.abc import Iterable
from itertools import islice
from threading import Lock
from typing import TYPE_CHECKING

import msgspec

from engine.answer.records import OperationFacts
from engine.calls.records import Fields
from engine.calls.source import from_library, resolver
from engine.doors.records import OperationView, Overview, PassageView, SchemaView
from engine.errors import InputError, NotFoundError
from engine.library import browse
from engine.library.links import fed_by, needs_of
from engine.library.records import Entry, SchemaRow, SpecInfo, check_name
from engine.library.store import Library
from engine.specs.describe import schema_name
from engine.specs.model import Operation, Passage, Schema, Spec
from engine.specs.walk import references, schemas_of

if TYPE_CHECKING:
    from engine.calls.nested import Extent
    from engine.export.records import Exported
    from engine.search.finder import Finder, Narrowed

MAX_REFERRED = 400
"""Schemas that are shown beside the one that was asked for."""
MAX_FEEDS = 8
"""Operations that are shown of those that take what one gives."""
MAX_TAGS = 20
"""Tags that are named where another was asked for."""


class Views:
    """What is in the library.

    Args:
        library: The library.
        vectors: Name of the vectors that a search would use; see `Language.vectors_name`.
    """

    def __init__(self, library: Library, vectors: str) -> None:
        self._library = library
        self._model = vectors
        self._counted: tuple[int, list[SpecInfo]] = (-1, [])
        """Generation of the library, and its specs then."""
        self._narrowing = Lock()
        self._finder: tuple[int, str, Finder] | None = None
        """Generation of the library, and the spec that was filtered last then."""

    def specs(self) -> list[SpecInfo]:
        """Return all specs, by name. Counting is only done anew when the library has changed: the screen asks often."""
        generation = self._library.generation()
        if generation != self._counted[0]:
            self._counted = generation, self._library.specs(self._model)
        return list(self._counted[1])

    def info(self, name: str) -> SpecInfo:
        """Return one spec as `specs` gives it.

        Raises:
            NotFoundError: There is no spec of this name.
        """
        for info in self._library.specs(self._model, name):
            return info
        raise NotFoundError(f"There is no spec named {name!r}", hint="See the names with `specdeck list`")

    def rename(self, name: str, new_name: str) -> None:
        """Give a spec another name; see `LibraryDoor.rename`."""
        check_name(new_name)
        if not self._library.rename(name, new_name):
            raise InputError(f"There is another spec named {new_name!r}", hint="See the names with `specdeck list`")

    def overview(self, name: str) -> Overview:
        """Return a spec as a whole; see `info`."""
        info = self.info(name)
        return Overview(
            info=info,
            about=self._library.about(info.name),
            operations=tuple(self._library.outline(info.name)),
            problems=tuple(self._library.problems(info.name)),
            versions=tuple(self._library.versions(info.name)),
        )

    def schemas(self, name: str) -> list[SchemaRow]:
        """Return the shared schemas of a spec; see `LibraryDoor.schemas`."""
        return browse.schemas(self._library, name)

    def standing_at(self, name: str, pointer: str) -> str:
        """Return the reference of what is at a place of a document; see `LibraryDoor.standing_at`."""
        found = browse.standing_at(self._library, name, pointer)
        return f"{name}:{found}" if found else ""

    def narrow(self, name: str, query: str, n: int) -> "Narrowed":
        """Return what a filter leaves of a spec; see `LibraryDoor.narrow`."""
        from engine.search.finder import FIELDS, Finder, Listed  # and with it arrays, which most commands do without

        with self._narrowing:  # what is typed while the first word is looked for needs no second list
            generation = self._library.generation()
            if self._finder is None or self._finder[:2] != (generation, name):
                fields = {field for each in FIELDS.values() for field in each}
                rows: list[Listed] = [*self._library.outline(name), *self.schemas(name)]
                self._finder = generation, name, Finder(rows, browse.columns(self._library, name, fields))
            finder = self._finder[2]
        return finder.narrow(query, n)

    def whole(self, ref: str) -> Spec:
        """Return a whole spec: `NAME`, or `NAME@2` for an old version.

        Raises:
            NotFoundError: There is none.
        """
        name, at, number = ref.rpartition("@")
        if at and number.isdecimal() and len(number) < 10 and self._library.has_spec(name):
            return self._library.spec(name, int(number))
        return self._library.spec(ref)

    def show(self, ref: str, depth: int) -> Overview | OperationView | SchemaView | PassageView:
        """Return what a reference names; see `LibraryDoor.show`."""
        if self._library.has_spec(ref.strip()):
            return self.overview(ref.strip())
        spec, key = self._split(ref)
        found = self._entries(spec, key)
        if not found and (view := self._schema(spec, key, depth)):
            return view
        entry = _only(ref, key, found)
        if isinstance(entry.item, Passage):
            return PassageView(spec=entry.spec, passage=entry.item)
        from engine.answer.steps import step_facts  # and with it all that composes, which adding does not need

        feeds, fed = fed_by(self._library, entry.rowid, MAX_FEEDS)
        source = from_library(self._library, entry.spec, entry.item)
        return OperationView(
            spec=entry.spec,
            about=source.about,
            operation=entry.item,
            referred=self._referred(entry.spec, schemas_of(entry.item), depth),
            needs=tuple(needs_of(self._library, entry.rowid)),
            feeds=tuple(feeds),
            fed=fed,
            steps=step_facts(source),
        )

    def facts(self, view: OperationView, fields: Fields, media_type: str, extent: "Extent") -> OperationFacts:
        """Return the facts of an operation, as an answer would give them; see `LibraryDoor.facts`."""
        from engine.answer.facts import operation_facts

        source = from_library(self._library, view.spec, view.operation)
        return operation_facts(source, 1, fields, media_type, extent=extent)

    def export(self, ref: str, tag: str, budget_tokens: int | None) -> "Exported":
        """Return a spec, a tag of it, or an operation as Markdown; see `LibraryDoor.export`."""
        from engine.export.fit import exported, fitted  # which answers do without

        name, operations = self._meant(ref, tag)
        about, resolve = self._library.about(name), resolver(self._library, name)
        sources = [
            msgspec.structs.replace(from_library(self._library, name, one), resolve=resolve) for one in operations
        ]
        if budget_tokens is not None:
            return fitted(name, about, sources, budget_tokens)
        return exported(name, about, sources, "whole" if tag or len(operations) == 1 else "line")

    def _meant(self, ref: str, tag: str) -> tuple[str, list[Operation]]:
        """Return the spec and the operations of it that a reference, and a tag, name."""
        if not self._library.has_spec(ref.strip()):
            spec, key = self._split(ref)
            entry = _only(ref, key, self._entries(spec, key))
            if not isinstance(entry.item, Operation):
                raise NotFoundError(f"{ref!r} is a passage of a guide", hint="Read it with `specdeck show`")
            return entry.spec, [entry.item]
        name = self.info(ref.strip()).name
        whole = self._library.spec(name)
        operations = [*whole.operations, *whole.webhooks]
        if not operations:
            raise NotFoundError(f"{name} is a guide and has no operations", hint="Read it with `specdeck show`")
        tags = {one.lower(): one for operation in operations for one in operation.tags}
        if tag and tag.lower() not in tags:
            hint = f"Its tags: {', '.join(islice(tags.values(), MAX_TAGS))}" if tags else "It has no tags"
            raise NotFoundError(f"{name} has no tag {tag!r}", hint=hint)
        return name, [one for one in operations if not tag or tag.lower() in map(str.lower, one.tags)]

    def _split(self, ref: str) -> tuple[str | None, str]:
        """Return spec and key of `SPEC:KEY`; no spec where only a key is given."""
        spec, colon, rest = ref.strip().partition(":")
        return (spec, rest.strip()) if colon and self._library.has_spec(spec) else (None, ref.strip())

    def _entries(self, spec: str | None, key: str) -> list[Entry]:
        method, blank, path = key.partition(" ")
        name = f"{method} {path.strip()}" if blank else key
        return self._library.entries(self._library.matching(name, spec)) if name else []

    def _schema(self, spec: str | None, key: str, depth: int) -> SchemaView | None:
        """Return the schema of a JSON pointer or name, in the one spec that has it."""
        wanted = key.removeprefix("#")
        named = self._library.schemas_named(wanted.rpartition("/")[2], spec)
        found = [one for one in named if wanted in (one[1], schema_name(one[1]))] or named
        exact = [] if "/" in wanted and wanted not in (pointer for _, pointer in found) else found
        if len(exact) > 1:
            refs = ", ".join(f"{name}:#{pointer}" for name, pointer in exact[:5])
            raise NotFoundError(f"{key!r} names several schemas", hint=f"Say which: {refs}")
        for name, pointer in exact:
            schema = self._library.schema(name, pointer)
            referred = self._referred(name, [schema], depth)
            referred.pop(pointer, None)
            return SchemaView(spec=name, pointer=pointer, schema=schema, referred=referred)
        return None

    def _referred(self, spec: str, schemas: Iterable[Schema], depth: int) -> dict[str, Schema]:
        """Return the schemas that some refer to, those that these refer to, and so on, `depth` times."""
        resolve = resolver(self._library, spec)
        found: dict[str, Schema] = {}
        level = list(schemas)
        for _ in range(depth):
            wanted = dict.fromkeys(ref for each in level for ref in references(each))
            fresh = [ref for ref in wanted if ref not in found][: MAX_REFERRED - len(found)]
            level = [resolve(ref) for ref in fresh]
            found |= zip(fresh, level, strict=True)
        return found


def _only(ref: str, key: str, found: list[Entry]) -> Entry:
    """Return the one entry that is meant.

    Raises:
        NotFoundError: There is none, or there are several.
    """
    if not found:
        raise NotFoundError(f"There is no operation {ref!r}", hint="Search for it with `specdeck search`")
    _, blank, path = key.partition(" ")
    exact = [one for one in found if (_path(one) == path.strip() if blank else key in _names(one))]
    if len(found) > 1 and len(exact) != 1:
        refs = ", ".join(one.ref for one in found[:5])
        raise NotFoundError(f"{ref!r} names several operations", hint=f"Say which: {refs}")
    return exact[0] if len(exact) == 1 else found[0]


def _names(entry: Entry) -> tuple[str, ...]:
    return (entry.item.key, entry.item.operation_id if isinstance(entry.item, Operation) else "")


def _path(entry: Entry) -> str:
    return entry.item.path if isinstance(entry.item, Operation) else entry.item.key.partition(" ")[2]
