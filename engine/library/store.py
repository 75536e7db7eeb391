"""What the library holds, as records: specs, their entries and shared parts, and vectors."""

import re
import sqlite3
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from engine.decoding import decode
from engine.errors import LibraryError, NotFoundError
from engine.library.connection import Connection
from engine.library.records import STANDARD_INPUT, Entry, Indexed, Kind, NewSpec, OldVersion, OutlineRow, SpecInfo
from engine.library.write import (
    ContentKey,
    Packed,
    compress,
    content_of,
    decompress,
    existing,
    next_generation,
    next_vectors,
    pack,
    prepare,
    replace,
    retire,
    sweep,
    text_hash,
)
from engine.specs.describe import first_sentence
from engine.specs.model import About, Operation, Passage, Problem, Schema, Spec

_T = TypeVar("_T")
_TURN_S = 0.01
"""Pause between two pieces of a long work, in which other writers, who look every 5 ms, have their turn."""


class Library:
    """The library in one SQLite file. Methods block; call them from a thread.

    Raises:
        LibraryError: From every method, when the file cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        self._connection = Connection(path)
        self.rows = self._connection.rows
        self.read = self._connection.read
        self.transaction = self._connection.transaction
        self._sweep()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    # Specs ---------------------------------------------------------------------------------------------------------
    def specs(self, model: str, name: str | None = None) -> list[SpecInfo]:
        """Return all specs, or the one of a name; `embedded` counts vectors of the embedding model `model`."""
        rows = self.rows(
            "SELECT s.name, s.source, s.bytes, s.added, s.about, s.operations, s.webhooks, s.passages, s.schemas,"
            " (SELECT count(*) FROM entries e JOIN vectors v ON v.model = ?1 AND v.text_hash = e.text_hash"
            " WHERE e.spec_id = s.id),"
            " (SELECT count(*) FROM versions v WHERE v.spec_id = s.id)"
            " FROM live_specs s WHERE s.name = coalesce(?2, s.name) ORDER BY s.name",
            (model, name),
        )
        infos = []
        for found, source, size, added, blob, operations, webhooks, passages, schemas, embedded, versions in rows:
            about = decode(blob, About)
            infos.append(
                SpecInfo(
                    name=found,
                    title=about.title,
                    version=about.version,
                    format=about.format,
                    source=source,
                    operations=operations,
                    webhooks=webhooks,
                    passages=passages,
                    schemas=schemas,
                    embedded=embedded,
                    bytes=size,
                    added=added,
                    versions=versions,
                    overlays=about.overlays,
                )
            )
        return infos

    def has_spec(self, name: str) -> bool:
        """Tell whether there is a spec of this name."""
        return bool(self.rows("SELECT 1 FROM specs WHERE name = ?", (name,)))

    def with_content(
        self, sha256: bytes, name: str | None, source: str, reader: int
    ) -> list[tuple[str, dict[str, bytes]]]:
        """Return the specs that this reader read from a document with this hash.

        Args:
            sha256: Hash of the document.
            name: The name it must have, where the user gave one.
            source: Where the document is. The spec that it would replace comes before others of the same content.
            reader: See `NewSpec.reader`.

        Returns:
            Name, and the hashes of the other files that it is split over.
        """
        rows = self.rows(
            "SELECT name, files FROM specs WHERE sha256 = ?1 AND name = coalesce(?2, name) AND reader = ?4"
            " AND (?2 IS NOT NULL OR source = ?3 OR ?3 = ?5 OR NOT EXISTS (SELECT 1 FROM specs WHERE source = ?3))",
            (sha256, name, source, reader, STANDARD_INPUT),
        )
        return [(found, decode(files, dict[str, bytes])) for found, files in rows]

    def add(self, new: NewSpec, indexed: Indexed) -> str:
        """Store a spec in one transaction and return its name.

        It replaces the spec of the name given, or, where no name is given, the one that was read from the same source;
        what that was stays as an old version.

        Args:
            new: The spec and where it comes from.
            indexed: What it is found by.
        """
        # Encoding and compressing need no lock; the transaction is kept to the writing.
        prepared = prepare(new, indexed)
        replaced = self._connection.read(lambda db: _replaced(db, new))
        old = (replaced[0], compress(replaced[1])) if replaced else None
        with self._connection.transaction() as db:
            name = replace(db, prepared, old)
        self._sweep()
        return name

    def remove(self, name: str) -> None:
        """Remove a spec with its old versions and all that belongs to it alone.

        Raises:
            NotFoundError: There is no spec of this name.
        """
        with self._connection.transaction() as db:
            spec_id = _spec_id(db, name)
            retire(db, spec_id)
            next_generation(db)
        self._sweep()

    def _sweep(self) -> None:
        """Delete what was replaced or removed; where that cannot be done now, the next one does it."""
        with suppress(LibraryError):
            while self.rows("SELECT 1 FROM retired_specs LIMIT 1"):
                with self._connection.transaction() as db:
                    sweep(db)
                time.sleep(_TURN_S)

    def rename(self, name: str, new_name: str) -> bool:
        """Give a spec another name; return False where that is taken by another spec.

        Raises:
            NotFoundError: There is no spec of this name.
        """
        with self._connection.transaction() as db:
            spec_id = _spec_id(db, name)
            if db.execute("SELECT 1 FROM specs WHERE name = ? AND id != ?", (new_name, spec_id)).fetchone():
                return False
            db.execute("UPDATE specs SET name = ? WHERE id = ?", (new_name, spec_id))
            next_generation(db)
        return True

    def versions(self, name: str) -> list[OldVersion]:
        """Return the old versions of a spec, the oldest first."""
        rows = self.rows(
            "SELECT v.number, v.version, v.bytes, v.added FROM versions v JOIN specs s ON s.id = v.spec_id"
            " WHERE s.name = ? ORDER BY v.number",
            (name,),
        )
        return [OldVersion(number=row[0], version=row[1], bytes=row[2], added=row[3]) for row in rows]

    def spec(self, name: str, version: int | None = None) -> Spec:
        """Return a spec whole, as it is or as it was.

        Args:
            name: Its name.
            version: Number of an old version.

        Raises:
            NotFoundError: There is no such spec, or no such version of it.
        """
        if version is None:
            return self._connection.read(lambda db: pack(db, _spec_id(db, name))).spec()
        rows = self.rows(
            "SELECT v.body FROM versions v JOIN specs s ON s.id = v.spec_id WHERE s.name = ? AND v.number = ?",
            (name, version),
        )
        if not rows:
            hint = f"See its versions with `specdeck show {name}`"
            raise NotFoundError(f"{name!r} has no old version {version}", hint=hint)
        return decompress(rows[0][0]).spec()

    # Operations and their parts ------------------------------------------------------------------------------------
    def about(self, name: str) -> About:
        """Return what a spec says of itself.

        Raises:
            NotFoundError: There is no spec of this name.
        """
        rows = self.rows("SELECT about FROM specs WHERE name = ?", (name,))
        if not rows:
            raise _no_spec(name)
        return decode(rows[0][0], About)

    def problems(self, name: str) -> list[Problem]:
        """Return what could not be read of a spec."""
        return [
            problem
            for (blob,) in self.rows("SELECT problems FROM specs WHERE name = ?", (name,))
            for problem in decode(blob, list[Problem])
        ]

    def outline(self, name: str) -> list[OutlineRow]:
        """Return one row for each entry of a spec, in the order of the document."""
        rows = self.rows(
            "SELECT tag, key, operation_id, e.summary, deprecated, kind FROM entries e"
            " JOIN specs s ON s.id = e.spec_id WHERE s.name = ? ORDER BY e.id",
            (name,),
        )
        return [
            OutlineRow(
                tag=tag,
                operation=key,
                operation_id=operation_id,
                summary=summary if kind == Kind.PASSAGE else first_sentence(summary),
                deprecated=bool(deprecated),
                kind=Kind(kind),
            )
            for tag, key, operation_id, summary, deprecated, kind in rows
        ]

    def entries(self, rowids: Sequence[int]) -> list[Entry]:
        """Return entries in the order of their keys in the library; missing ones are left out."""
        rows = self.rows(
            "SELECT e.id, s.name, e.kind, e.body FROM entries e JOIN live_specs s ON s.id = e.spec_id"
            " WHERE e.id IN (SELECT value FROM json_each(?))",
            (msgspec.json.encode(rowids).decode(),),
        )
        found = {
            rowid: Entry(
                rowid=rowid,
                spec=spec,
                item=decode(body, Passage) if kind == Kind.PASSAGE else decode(body, Operation),
            )
            for rowid, spec, kind, body in rows
        }
        return [found[rowid] for rowid in rowids if rowid in found]

    def rowid_range(self, spec: str | None) -> tuple[int, int]:
        """Return the lowest and the highest rowid of a spec, whose rows stand together; of all specs without one.

        That of a spec without entries, or of none, is empty.
        """
        if spec is None:
            return 0, 2**62
        rows = self.rows(
            "SELECT min(e.id), max(e.id) FROM entries e JOIN specs s ON s.id = e.spec_id WHERE s.name = ?", (spec,)
        )
        return rows[0] if rows[0][0] is not None else (1, 0)

    def has_entries(self) -> bool:
        """Tell whether there is anything to find."""
        return bool(self.rows("SELECT 1 FROM entries LIMIT 1"))

    def matching(self, name: str, spec: str | None) -> list[int]:
        """Return the rowids of entries whose key or operationId is `name`, upper and lower case alike.

        Args:
            name: `METHOD /path`, `Query.field`, `guide.md:12` or an operationId.
            spec: Only in this spec, where given.
        """
        rows = self.rows(
            "SELECT id, spec_id FROM entries WHERE key = ?1 COLLATE NOCASE"
            " UNION SELECT id, spec_id FROM entries WHERE operation_id = ?1 COLLATE NOCASE AND ?1 != ''",
            (name,),
        )
        if spec is not None:
            ids = {row[0] for row in self.rows("SELECT id FROM specs WHERE name = ?", (spec,))}
            rows = [row for row in rows if row[1] in ids]
        return [row[0] for row in rows]

    def schema_pointers(self, spec: str) -> list[str]:
        """Return the JSON pointers of all shared schemas of a spec."""
        rows = self.rows(
            "SELECT p.pointer FROM parts p JOIN specs s ON s.id = p.spec_id WHERE s.name = ? AND p.kind = 'schema'",
            (spec,),
        )
        return [row[0] for row in rows]

    def schemas_named(self, name: str, spec: str | None) -> list[tuple[str, str]]:
        """Return spec and JSON pointer of the schemas whose pointer ends in `name`, upper and lower case alike."""
        rows = self.rows(
            "SELECT s.name, p.pointer FROM parts p JOIN live_specs s ON s.id = p.spec_id"
            " WHERE p.pointer LIKE ?1 ESCAPE '\\' AND p.kind = 'schema' AND s.name = coalesce(?2, s.name)",
            ("%/" + re.sub(r"([%_\\])", r"\\\1", name), spec),
        )
        return [(found, pointer) for found, pointer in rows]

    def schema(self, spec: str, pointer: str) -> Schema:
        """Return a shared schema.

        Raises:
            NotFoundError: There is none at this pointer.
        """
        return self._part(spec, pointer, Schema)

    def example(self, spec: str, pointer: str) -> Any:
        """Return a shared example.

        Raises:
            NotFoundError: There is none at this pointer.
        """
        return self._part(spec, pointer, object)

    def _part(self, spec: str, pointer: str, kind: type[_T]) -> _T:
        rows = self.rows(
            "SELECT p.body FROM parts p JOIN specs s ON s.id = p.spec_id WHERE s.name = ? AND p.pointer = ?",
            (spec, pointer),
        )
        if not rows:
            raise NotFoundError(f"{spec} has nothing at #{pointer}")
        return decode(rows[0][0], kind)

    # Vectors -------------------------------------------------------------------------------------------------------
    def generation(self) -> int:
        """Return a number (63 bits) that is another one after every change of entries or vectors."""
        return int(self.rows("SELECT value FROM meta WHERE key = 'generation'")[0][0])

    def without_vector(self, model: str) -> list[str]:
        """Return the texts of entries that have no vector of this model yet, each once, shortest first."""
        rows = self.rows(
            "SELECT DISTINCT e.text FROM entries e LEFT JOIN vectors v ON v.model = ? AND v.text_hash = e.text_hash"
            " WHERE v.text_hash IS NULL ORDER BY length(e.text)",
            (model,),
        )
        return [row[0] for row in rows]

    def put_vectors(self, model: str, texts: Iterable[str], vectors: Iterable[bytes]) -> None:
        """Keep the vectors of texts; not of one whose last entry has been removed meanwhile."""
        with self._connection.transaction() as db:
            db.executemany(
                "INSERT OR REPLACE INTO vectors SELECT ?1, ?2, ?3"
                " WHERE EXISTS (SELECT 1 FROM entries WHERE text_hash = ?2)",
                ((model, text_hash(text), vector) for text, vector in zip(texts, vectors, strict=True)),
            )
            next_vectors(db)

    def has_vectors(self, model: str) -> bool:
        """Tell whether any text has a vector of this model."""
        return bool(self.rows("SELECT 1 FROM vectors WHERE model = ? LIMIT 1", (model,)))

    def vectors(self, model: str) -> list[tuple[int, bytes]]:
        """Return rowid and vector (little-endian float32) of every entry that has one, newest last."""
        return self.rows(
            "SELECT e.id, v.vector FROM entries e JOIN vectors v ON v.model = ? AND v.text_hash = e.text_hash"
            " ORDER BY v.rowid",
            (model,),
        )


def _no_spec(name: str) -> NotFoundError:
    return NotFoundError(f"There is no spec named {name!r}", hint="See the names with `specdeck list`")


def _spec_id(db: sqlite3.Connection, name: str) -> int:
    """Return the id of a spec.

    Raises:
        NotFoundError: There is none of this name.
    """
    row = db.execute("SELECT id FROM specs WHERE name = ?", (name,)).fetchone()
    if row is None:
        raise _no_spec(name)
    return int(row[0])


def _replaced(db: sqlite3.Connection, new: NewSpec) -> tuple[ContentKey, Packed] | None:
    """Return the spec that a new one replaces, and the key of its content, where their content differs."""
    row = existing(db, new.name, new.source)
    if row is None or row[2] == content_of(new):
        return None
    return row[2], pack(db, row[0])
