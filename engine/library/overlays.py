"""What changed a document before it was read, as the library remembers it."""

import sqlite3

from engine.decoding import decode
from engine.library.store import Library
from engine.library.write import existing
from engine.specs.model import About


def overlays_of(library: Library, name: str | None, source: str) -> tuple[str, tuple[str, ...]]:
    """Return which spec a document would be added in the place of, and by which overlays that one was changed.

    Args:
        library: The library.
        name: The name that the user gave, if any.
        source: Where the document is.

    Returns:
        The name of the spec, and its `About.overlays`; nothing of either where there is no such spec, or it is of
        another document.
    """

    def found(db: sqlite3.Connection) -> tuple[str, tuple[str, ...]]:
        row = existing(db, name, source)
        if row is None:
            return "", ()
        about, origin = db.execute("SELECT about, source FROM specs WHERE id = ?", (row[0],)).fetchone()
        return (row[1], decode(about, About).overlays) if origin == source else ("", ())

    return library.read(found)
