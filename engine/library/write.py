"""How a spec is written and removed, inside a transaction that someone else began."""

import hashlib
import re
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from engine.decoding import decode
from engine.library.attributes import insert
from engine.library.records import INDEX, STANDARD_INPUT, Edge, Indexed, Kind, NewSpec, kind_of
from engine.specs.describe import first_sentence
from engine.specs.model import HEADING_MARK, About, Operation, Passage, Schema, Spec
from engine.specs.routes import route

_PIECE = 1000
"""Rows that are deleted at once: some 50 ms."""
KEPT_VERSIONS = 20
"""Old versions of one spec that are kept; then the oldest goes. GitHub's takes 2 MB."""

MAX_MADE_NAME = 58
"""Characters of a name that is made, so that what a user may type has room for a number."""

ContentKey = tuple[bytes, bytes]
encode = msgspec.msgpack.Encoder().encode


class Prepared(NamedTuple):
    """A spec as its rows will be, made before any lock is taken."""

    new: NewSpec
    entries: list[tuple[str | bool | bytes, ...]]
    """Columns of the table, from `kind` on; so it is for those below."""
    parts: list[tuple[str, str, bytes]]
    indexed: Indexed


class Packed(msgspec.Struct, frozen=True, array_like=True):
    """A whole spec as its rows are, so that packing and unpacking decode nothing."""

    about: bytes
    entries: list[tuple[str, bytes]]
    """Kind and body, in the order of the document."""
    parts: list[tuple[str, str, bytes]]

    def spec(self) -> Spec:
        """Return the spec; what could not be read of it is not kept."""
        by_kind: dict[str, list[bytes]] = {}
        for kind, body in self.entries:
            by_kind.setdefault(kind, []).append(body)
        return Spec(
            about=decode(self.about, About),
            operations=tuple(decode(body, Operation) for body in by_kind.get(Kind.OPERATION, ())),
            webhooks=tuple(decode(body, Operation) for body in by_kind.get(Kind.WEBHOOK, ())),
            passages=tuple(decode(body, Passage) for body in by_kind.get(Kind.PASSAGE, ())),
            schemas={pointer: decode(body, Schema) for pointer, kind, body in self.parts if kind == "schema"},
            examples={pointer: decode(body, object) for pointer, kind, body in self.parts if kind == "example"},
        )


def text_hash(text: str) -> bytes:
    """Return the key under which the vector of a text is kept (16 bytes of SHA-256)."""
    return hashlib.sha256(text.encode()).digest()[:16]


def pack(db: sqlite3.Connection, spec_id: int) -> Packed:
    """Return a spec as it is kept."""
    return Packed(
        db.execute("SELECT about FROM specs WHERE id = ?", (spec_id,)).fetchone()[0],
        db.execute("SELECT kind, body FROM entries WHERE spec_id = ? ORDER BY id", (spec_id,)).fetchall(),
        db.execute("SELECT pointer, kind, body FROM parts WHERE spec_id = ?", (spec_id,)).fetchall(),
    )


def compress(packed: Packed) -> bytes:
    """Return a spec as it is kept once it is replaced."""
    return zlib.compress(encode(packed), level=1)


def decompress(body: bytes) -> Packed:
    """Return what `compress` was given."""
    return decode(zlib.decompress(body), Packed)


def prepare(new: NewSpec, indexed: Indexed) -> Prepared:
    """Return the rows of a spec, which is found by what was indexed of it."""
    spec = new.spec
    items: tuple[Operation | Passage, ...] = (*spec.operations, *spec.webhooks, *spec.passages)
    schemas = [(pointer, "schema", encode(schema)) for pointer, schema in spec.schemas.items()]
    examples = [
        (pointer, "example", encode(example))
        for pointer, example in spec.examples.items()
        if pointer not in spec.schemas
    ]
    return Prepared(
        new,
        [
            (*_listed(item), text_hash(text), text, encode(item))
            for item, text in zip(items, indexed.texts, strict=True)
        ],
        schemas + examples,
        indexed,
    )


def replace(db: sqlite3.Connection, prepared: Prepared, old: tuple[ContentKey, bytes] | None) -> str:
    """Write a spec in the place of the one that it replaces, if any; return its name.

    Args:
        db: Inside a transaction.
        prepared: The spec.
        old: Content of the spec that it replaces, as `existing` gives it, and that spec compressed, where both were
            known before.
    """
    new = prepared.new
    row = existing(db, new.name, new.source)
    if row is None:
        name = new.name or _free_name(db, new.suggestion)
        spec_id = _insert_spec(db, name, new)
    else:
        old_id, name, content = row
        if content != content_of(new):
            body = old[1] if old and old[0] == content else compress(pack(db, old_id))
            _keep_version(db, old_id, body)
        retire(db, old_id)
        spec_id = _insert_spec(db, name, new)
        db.execute("UPDATE versions SET spec_id = ? WHERE spec_id = ?", (spec_id, old_id))
    _insert_rows(db, spec_id, prepared)
    next_generation(db)
    return name


def content_of(new: NewSpec) -> ContentKey:
    """Return what tells the content of a document from any other: its hash, and those of the files it is split over."""
    return new.sha256, encode(new.files)


def existing(db: sqlite3.Connection, name: str | None, source: str) -> tuple[int, str, ContentKey] | None:
    """Return id, name and content of the spec that a new one replaces: that of its name, or else of its source."""
    column, value = ("name", name) if name is not None else ("source", source)
    if value == STANDARD_INPUT and column == "source":
        return None
    row = db.execute(f"SELECT id, name, sha256, files FROM specs WHERE {column} = ?", (value,)).fetchone()  # noqa: S608
    return (row[0], row[1], (row[2], row[3])) if row else None


def retire(db: sqlite3.Connection, spec_id: int) -> None:
    """Take a spec out of sight; `sweep` deletes what belongs to it.

    Its name begins with a colon then, which no other name has: that takes it from the view `live_specs` to the view
    `retired_specs`. Deleting takes longer than writing, and in one piece would keep other writers waiting for it, too.
    """
    db.execute("UPDATE specs SET name = ':' || id, source = '', sha256 = x'' WHERE id = ?", (spec_id,))


def sweep(db: sqlite3.Connection) -> bool:
    """Delete a piece of what belongs to retired specs; return False when nothing is left."""
    entries = db.execute(
        "SELECT e.id, e.text_hash FROM retired_specs s JOIN entries e ON e.spec_id = s.id LIMIT ?",
        (_PIECE,),
    ).fetchall()
    if entries:
        for statement in ("links WHERE consumer", "entries WHERE id"):
            db.executemany(f"DELETE FROM {statement} = ?", ((rowid,) for rowid, _ in entries))  # noqa: S608
        drop_unused_vectors(db, list({text for _, text in entries}))
        return True
    parts = db.execute(
        "DELETE FROM parts WHERE rowid IN"
        " (SELECT p.rowid FROM retired_specs s JOIN parts p ON p.spec_id = s.id LIMIT ?)",
        (_PIECE,),
    )
    if parts.rowcount:
        return True
    if db.execute("DELETE FROM specs WHERE id IN (SELECT id FROM retired_specs)").rowcount:
        next_generation(db)
    return False


def drop_unused_vectors(db: sqlite3.Connection, hashes: Sequence[bytes]) -> None:
    """Remove those vectors that no entry needs any more."""
    db.executemany(
        "DELETE FROM vectors WHERE text_hash = ?1 AND NOT EXISTS (SELECT 1 FROM entries WHERE text_hash = ?1)",
        ((each,) for each in hashes),
    )


def next_generation(db: sqlite3.Connection) -> None:
    """Tell that what is derived from the library is stale."""
    db.execute("UPDATE meta SET value = random() & 0x7fffffffffffffff WHERE key IN ('generation', 'entries')")


def next_vectors(db: sqlite3.Connection) -> None:
    """Tell that what is derived from the vectors is stale."""
    db.execute("UPDATE meta SET value = random() & 0x7fffffffffffffff WHERE key = 'generation'")


def insert_links(db: sqlite3.Connection, edges: Iterable[Edge], first: int) -> None:
    """Write the edges between the operations of a spec, whose first entry has the rowid `first`."""
    db.executemany(
        "INSERT INTO links (consumer, needs, producer, gives, weight, how) VALUES (?, ?, ?, ?, ?, ?)",
        (
            (first + edge.consumer, edge.needs, first + edge.producer, edge.gives, edge.weight, edge.how)
            for edge in edges
        ),
    )


def insert_segment(db: sqlite3.Connection, spec_id: int, first: int, body: bytes) -> None:
    """Write the words of a spec, whose first entry has the rowid `first`, in the place of what there may be."""
    db.execute("INSERT OR REPLACE INTO segments (spec_id, first, body) VALUES (?, ?, ?)", (spec_id, first, body))


def _insert_spec(db: sqlite3.Connection, name: str, new: NewSpec) -> int:
    columns = _columns(new)
    cursor = db.execute(
        f"INSERT INTO specs (name, {', '.join(columns)}) VALUES (?{', ?' * len(columns)})",  # noqa: S608
        (name, *columns.values()),
    )
    return int(cursor.lastrowid or 0)


def _columns(new: NewSpec) -> dict[str, str | int | bytes]:
    spec = new.spec
    return {
        "source": new.source,
        "sha256": new.sha256,
        "bytes": new.bytes,
        "added": datetime.now(UTC).isoformat(timespec="seconds"),
        "about": encode(spec.about),
        "problems": encode(spec.problems),
        "files": encode(new.files),
        "reader": new.reader,
        "operations": len(spec.operations),
        "webhooks": len(spec.webhooks),
        "passages": len(spec.passages),
        "schemas": len(spec.schemas),
        "indexed": INDEX,
    }


def _free_name(db: sqlite3.Connection, suggestion: str) -> str:
    """Return a name made from the suggestion that is not taken."""
    base = re.sub(r"\.*[^a-z0-9.]+\.*", "-", suggestion.lower())[:MAX_MADE_NAME].strip("-.") or "api"
    name, number = base, 1
    while db.execute("SELECT 1 FROM specs WHERE name = ?", (name,)).fetchone():
        number += 1
        name = f"{base}-{number}"
    return name


def _keep_version(db: sqlite3.Connection, spec_id: int, body: bytes) -> None:
    sha256, size, added, about = db.execute(
        "SELECT sha256, bytes, added, about FROM specs WHERE id = ?", (spec_id,)
    ).fetchone()
    [(last,)] = db.execute("SELECT coalesce(max(number), 0) FROM versions WHERE spec_id = ?", (spec_id,)).fetchall()
    db.execute(
        "INSERT INTO versions (spec_id, number, sha256, bytes, added, version, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (spec_id, last + 1, sha256, size, added, decode(about, About).version, body),
    )
    db.execute("DELETE FROM versions WHERE spec_id = ? AND number <= ?", (spec_id, last + 1 - KEPT_VERSIONS))


def _insert_rows(db: sqlite3.Connection, spec_id: int, prepared: Prepared) -> None:
    # No key is used twice: a search elsewhere, which reads in several steps, must not take one entry for another.
    [(first,)] = db.execute(
        "SELECT 1 + max((SELECT coalesce(max(id), 0) FROM entries),"
        " (SELECT coalesce(max(value), 0) FROM meta WHERE key = 'last_entry'))"
    ).fetchall()
    db.execute("INSERT OR REPLACE INTO meta VALUES ('last_entry', ?)", (first + len(prepared.entries) - 1,))
    db.executemany(
        "INSERT INTO entries (id, spec_id, kind, key, operation_id, summary, tag, deprecated, pointer, route,"
        " text_hash, text, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        ((rowid, spec_id, *row) for rowid, row in enumerate(prepared.entries, first)),
    )
    db.executemany(
        "INSERT INTO parts (spec_id, pointer, kind, body) VALUES (?, ?, ?, ?)",
        ((spec_id, *row) for row in prepared.parts),
    )
    insert_links(db, prepared.indexed.edges, first)
    insert(db, spec_id, range(first, first + len(prepared.entries)), prepared.indexed.columns)
    insert_segment(db, spec_id, first, prepared.indexed.segment)


def _listed(item: Operation | Passage) -> Iterator[str | bool]:
    """Return kind, key, operationId, summary, tag, whether it is deprecated, pointer and route."""
    yield kind_of(item).value
    yield item.key
    if isinstance(item, Passage):
        outer, _, _ = item.heading.partition(HEADING_MARK)
        yield from ("", item.title, outer, False, item.key, "")
    else:
        tag = item.tags[0] if item.tags else ""
        called = item.summary or first_sentence(item.description)
        yield from (item.operation_id, called, tag, item.deprecated, item.pointer, route(item.path))
