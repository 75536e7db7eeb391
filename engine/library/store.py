"""What the library holds, as records: specs, operations, their shared parts and their vectors."""

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from engine.errors import NotFoundError
from engine.library.connection import Connection
from engine.library.records import STANDARD_INPUT, NewSpec, OutlineRow, SearchText, SpecInfo, StoredOperation
from engine.specs.model import About, Operation, Schema, Spec

_T = TypeVar("_T")
_encode = msgspec.msgpack.Encoder().encode


class Library:
    """The library in one SQLite file. Methods block; call them from a thread.

    Raises:
        LibraryError: From every method, when the file cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        self._connection = Connection(path)
        self.rows = self._connection.rows

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    # Specs ---------------------------------------------------------------------------------------------------------
    def specs(self, model: str, name: str | None = None) -> list[SpecInfo]:
        """Return all specs, or the one of a name; `embedded` counts vectors of the embedding model `model`."""
        rows = self.rows(
            "SELECT s.name, s.source, s.bytes, s.added, s.about, count(o.id), count(v.text_hash) FROM specs s"
            " LEFT JOIN operations o ON o.spec_id = s.id"
            " LEFT JOIN vectors v ON v.model = ? AND v.text_hash = o.text_hash"
            " WHERE s.name = coalesce(?, s.name) GROUP BY s.id ORDER BY s.name",
            (model, name),
        )
        infos = []
        for found, source, size, added, blob, operations, embedded in rows:
            about = _decode(blob, About)
            infos.append(
                SpecInfo(
                    name=found,
                    title=about.title,
                    version=about.version,
                    format=about.format,
                    source=source,
                    operations=operations,
                    embedded=embedded,
                    bytes=size,
                    added=added,
                )
            )
        return infos

    def has_spec(self, name: str) -> bool:
        """Tell whether there is a spec of this name."""
        return bool(self.rows("SELECT 1 FROM specs WHERE name = ?", (name,)))

    def with_content(self, sha256: bytes, name: str | None) -> str | None:
        """Return the name of the spec that was read from a document with this hash; None when there is none.

        Args:
            sha256: Hash of the document.
            name: The name it must have, where the user gave one.
        """
        rows = self.rows("SELECT name FROM specs WHERE sha256 = ? AND name = coalesce(?, name)", (sha256, name))
        return rows[0][0] if rows else None

    def add(self, new: NewSpec, index: Callable[[Operation, Spec], SearchText]) -> str:
        """Store a spec in one transaction and return its name.

        A spec of the name given goes; where no name is given, one that was read from the same file.

        Args:
            new: The spec and where it comes from.
            index: How an operation is found.
        """
        spec = new.spec
        # Encoding and indexing need no lock; the transaction is kept to the writing.
        prepared = [(operation, index(operation, spec), _encode(operation)) for operation in spec.operations]
        parts = [(pointer, _encode(part)) for pointer, part in {**spec.examples, **spec.schemas}.items()]
        with self._connection.transaction() as db:
            name = new.name or self._free_name(db, new)
            self._delete(db, name)
            cursor = db.execute(
                "INSERT INTO specs (name, source, sha256, bytes, added, about, problems) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    name,
                    new.source,
                    new.sha256,
                    new.bytes,
                    datetime.now(UTC).isoformat(timespec="seconds"),
                    _encode(spec.about),
                    _encode(spec.problems),
                ),
            )
            spec_id = cursor.lastrowid
            first = int(db.execute("SELECT coalesce(max(id), 0) + 1 FROM operations").fetchone()[0])
            db.executemany(
                "INSERT INTO operations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    (
                        rowid,
                        spec_id,
                        operation.key,
                        operation.operation_id,
                        operation.summary,
                        operation.tags[0] if operation.tags else "",
                        operation.deprecated,
                        operation.pointer,
                        text_hash(text.embed),
                        text.embed,
                        body,
                    )
                    for rowid, (operation, text, body) in enumerate(prepared, first)
                ),
            )
            db.executemany(
                "INSERT INTO names (rowid, identifier, path, summary) VALUES (?, ?, ?, ?)",
                (
                    (rowid, text.identifier, text.path, text.summary)
                    for rowid, (_, text, _) in enumerate(prepared, first)
                ),
            )
            db.executemany(
                "INSERT INTO prose (rowid, description, fields) VALUES (?, ?, ?)",
                ((rowid, text.description, text.fields) for rowid, (_, text, _) in enumerate(prepared, first)),
            )
            db.executemany("INSERT INTO parts VALUES (?, ?, ?)", ((spec_id, *part) for part in parts))
            _drop_unused_vectors(db)
            _next_generation(db)
        return name

    @staticmethod
    def _free_name(db: Any, new: NewSpec) -> str:
        """Return the name of the spec from the same file, or one made from the suggestion that is not taken."""
        row = db.execute("SELECT name FROM specs WHERE source = ?", (new.source,)).fetchone()
        if row and new.source != STANDARD_INPUT:
            return str(row[0])
        base = re.sub(r"[^a-z0-9.]+", "-", new.suggestion.lower()).strip("-.") or "api"
        taken = {row[0].lower() for row in db.execute("SELECT name FROM specs")}
        name, number = base, 1
        while name in taken:
            number += 1
            name = f"{base}-{number}"
        return name

    def remove(self, name: str) -> None:
        """Remove a spec and what belongs to it alone.

        Raises:
            NotFoundError: There is no spec of this name.
        """
        with self._connection.transaction() as db:
            if not self._delete(db, name):
                raise NotFoundError(f"There is no spec named {name!r}", hint="See the names with `specdeck list`")
            _drop_unused_vectors(db)
            _next_generation(db)

    @staticmethod
    def _delete(db: Any, name: str) -> bool:
        row = db.execute("SELECT id FROM specs WHERE name = ?", (name,)).fetchone()
        if row is None:
            return False
        for table in ("names", "prose"):
            db.execute(f"DELETE FROM {table} WHERE rowid IN (SELECT id FROM operations WHERE spec_id = ?)", row)  # noqa: S608
        db.execute("DELETE FROM specs WHERE id = ?", row)
        return True

    # Operations and their parts ------------------------------------------------------------------------------------
    def about(self, name: str) -> About:
        """Return what a spec says of itself.

        Raises:
            NotFoundError: There is no spec of this name.
        """
        rows = self.rows("SELECT about FROM specs WHERE name = ?", (name,))
        if not rows:
            raise NotFoundError(f"There is no spec named {name!r}", hint="See the names with `specdeck list`")
        return _decode(rows[0][0], About)

    def outline(self, name: str) -> list[OutlineRow]:
        """Return one row for each operation of a spec, in the order of the document."""
        rows = self.rows(
            "SELECT tag, key, operation_id, o.summary, deprecated FROM operations o"
            " JOIN specs s ON s.id = o.spec_id WHERE s.name = ? ORDER BY o.id",
            (name,),
        )
        return [
            OutlineRow(tag=tag, operation=key, operation_id=operation_id, summary=summary, deprecated=bool(deprecated))
            for tag, key, operation_id, summary, deprecated in rows
        ]

    def operations(self, rowids: Sequence[int]) -> list[StoredOperation]:
        """Return operations in the order of their keys in the library; missing ones are left out."""
        rows = self.rows(
            "SELECT o.id, s.name, o.body FROM operations o JOIN specs s ON s.id = o.spec_id"
            " WHERE o.id IN (SELECT value FROM json_each(?))",
            (msgspec.json.encode(rowids).decode(),),
        )
        found = {
            rowid: StoredOperation(rowid=rowid, spec=spec, operation=_decode(body, Operation))
            for rowid, spec, body in rows
        }
        return [found[rowid] for rowid in rowids if rowid in found]

    def has_operations(self) -> bool:
        """Tell whether there is anything to find."""
        return bool(self.rows("SELECT 1 FROM operations LIMIT 1"))

    def matching(self, *, spec: str | None, key: str | None = None, operation_id: str | None = None) -> list[int]:
        """Return the rowids of operations with this key or operationId, upper and lower case alike."""
        rows = self.rows(
            "SELECT o.id FROM operations o JOIN specs s ON s.id = o.spec_id WHERE s.name = coalesce(?, s.name)"
            " AND (o.key = ? COLLATE NOCASE OR o.operation_id = ? COLLATE NOCASE)",
            (spec, key, operation_id),
        )
        return [row[0] for row in rows]

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
        return _decode(rows[0][0], kind)

    # Vectors -------------------------------------------------------------------------------------------------------
    def generation(self) -> int:
        """Return a number (63 bits) that is another one after every change of operations or vectors."""
        return int(self.rows("SELECT value FROM meta WHERE key = 'generation'")[0][0])

    def without_vector(self, model: str) -> list[str]:
        """Return the texts of operations that have no vector of this model yet, each once, shortest first."""
        rows = self.rows(
            "SELECT DISTINCT o.text FROM operations o LEFT JOIN vectors v ON v.model = ? AND v.text_hash = o.text_hash"
            " WHERE v.text_hash IS NULL ORDER BY length(o.text)",
            (model,),
        )
        return [row[0] for row in rows]

    def put_vectors(self, model: str, texts: Iterable[str], vectors: Iterable[bytes]) -> None:
        """Keep the vectors of texts."""
        with self._connection.transaction() as db:
            db.executemany(
                "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)",
                ((model, text_hash(text), vector) for text, vector in zip(texts, vectors, strict=True)),
            )
            _next_generation(db)

    def has_vectors(self, model: str) -> bool:
        """Tell whether any text has a vector of this model."""
        return bool(self.rows("SELECT 1 FROM vectors WHERE model = ? LIMIT 1", (model,)))

    def rowids(self, spec: str) -> list[int]:
        """Return the keys of all operations of a spec."""
        rows = self.rows("SELECT o.id FROM operations o JOIN specs s ON s.id = o.spec_id WHERE s.name = ?", (spec,))
        return [row[0] for row in rows]

    def vectors(self, model: str) -> list[tuple[int, bytes]]:
        """Return rowid and vector (little-endian float32) of every operation that has one, newest last."""
        return self.rows(
            "SELECT o.id, v.vector FROM operations o JOIN vectors v ON v.model = ? AND v.text_hash = o.text_hash"
            " ORDER BY v.rowid",
            (model,),
        )


def text_hash(text: str) -> bytes:
    """Return the key under which the vector of a text is kept (16 bytes of SHA-256)."""
    return hashlib.sha256(text.encode()).digest()[:16]


def _decode(blob: bytes, kind: type[_T]) -> _T:
    return msgspec.msgpack.decode(blob, type=kind)


def _drop_unused_vectors(db: Any) -> None:
    db.execute("DELETE FROM vectors WHERE text_hash NOT IN (SELECT text_hash FROM operations)")


def _next_generation(db: Any) -> None:
    db.execute("UPDATE meta SET value = random() & 0x7fffffffffffffff WHERE key = 'generation'")
