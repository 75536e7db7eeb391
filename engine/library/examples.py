"""What one could ask of a library, where nothing was asked."""

from engine.library.store import Library


def examples(library: Library, n: int, spec: str | None) -> list[tuple[str, str, str]]:
    """Return spec, key and summary of operations, in the order of their documents, in turns from the oldest specs.

    Args:
        library: The library.
        n: How many.
        spec: Only of this spec, where given.

    Raises:
        LibraryError: The library cannot be read.
    """
    return library.rows(
        "SELECT s.name, e.key, e.summary FROM (SELECT id, name FROM specs WHERE name NOT LIKE ':%'"
        " AND name = coalesce(?2, name) AND operations > 0 ORDER BY id LIMIT ?1) s JOIN entries e ON e.id IN"
        " (SELECT id FROM entries WHERE spec_id = s.id AND kind = 'operation' AND summary != '' AND NOT deprecated"
        " ORDER BY id LIMIT ?1)"
        " ORDER BY row_number() OVER (PARTITION BY s.id ORDER BY e.id), s.id LIMIT ?1",
        (n, spec),
    )
