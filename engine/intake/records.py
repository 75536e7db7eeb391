"""A document before it is read."""

from collections.abc import Callable
from pathlib import PurePath
from typing import TYPE_CHECKING, NamedTuple

from engine.specs.beside import is_passed_over

if TYPE_CHECKING:
    from engine.specs.bundle import Neighbour

SUFFIXES = frozenset(
    ".json .yaml .yml .graphql .graphqls .gql .proto .har .http .rest .hurl .bru .md .markdown .rst .txt .html .htm"
    " .pdf .docx .csv .tsv".split()
)
"""Files that are looked at in a folder or archive. What they are is decided by their content."""


class Document(NamedTuple):
    """A document, wherever it is."""

    name: str
    """Its file name, or its path in the folder or archive that was given: how a passage of it is cited."""
    shown: str
    """How it is called in messages: as the user wrote it, or below what the user wrote."""
    source: str
    """Absolute path, `archive.zip!/path`, address, or `-`: what it replaces the same spec by when it is added again."""
    load: Callable[[], bytes]
    """Reads it; raises InputError when that cannot be done."""
    neighbour: "Neighbour | None" = None
    """Opens the files beside it."""
    named: bool = True
    """The user named it; one that was found in a folder or an archive may be a part of another one."""


def is_candidate(path: PurePath) -> bool:
    """Tell whether a file of a folder or archive is looked at, by its path in there."""
    return path.suffix.lower() in SUFFIXES and not any(map(is_passed_over, path.parts))
