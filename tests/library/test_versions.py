import hashlib
import sqlite3
from importlib import resources
from pathlib import Path

import msgspec
import pytest

from engine.errors import NotFoundError
from engine.indexing.index import index
from engine.library import write
from engine.library.records import STANDARD_INPUT
from engine.library.store import Library
from engine.search.words.terms import TermIndex
from engine.specs import READER
from tests.library.builders import add, calls, new
from tests.specs.builders import PETS

MODEL = "tiny"


def test_what_is_replaced_is_kept_whole(library: Library) -> None:
    """Old versions count from 1, and each comes back as it was read; the spec itself is the newest."""
    first, second, third = new(PETS), new(calls("One")), new(calls("One", "Two"))
    for document in (first, second, third):
        assert library.add(document, index(document.spec)) == "pets"
    assert [(old.number, old.version, old.bytes) for old in library.versions("pets")] == [
        (1, "1.0", first.bytes),
        (2, "1.0", second.bytes),
    ]
    assert library.spec("pets") == third.spec
    assert [library.spec("pets", number) for number in (1, 2)] == [first.spec, second.spec]
    assert library.specs(MODEL)[0].versions == 2
    for wrong in (0, 3, -1):
        with pytest.raises(NotFoundError):
            library.spec("pets", wrong)
    with pytest.raises(NotFoundError):
        library.spec("none")


def test_the_same_content_is_no_new_version(library: Library) -> None:
    """What a better reader reads again of an unchanged document replaces what the older one read."""
    document = new()
    library.add(msgspec.structs.replace(document, reader=READER - 1), index(document.spec))
    assert library.with_content(document.sha256, None, STANDARD_INPUT, READER) == []
    library.add(document, index(document.spec))
    assert library.with_content(document.sha256, None, STANDARD_INPUT, READER) == [("pets", {})]
    assert library.versions("pets") == []


def test_only_the_newest_versions_are_kept(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest goes when there are too many; numbers are not given twice."""
    monkeypatch.setattr(write, "KEPT_VERSIONS", 3)
    for number in range(6):
        add(library, calls(f"Call {number}"))
    assert [old.number for old in library.versions("pets")] == [3, 4, 5]
    assert library.spec("pets", 3).operations[0].summary == "Call 2"


def test_removing_a_spec_removes_its_versions(library: Library) -> None:
    """Nothing of it stays, and a new spec of its name has no past."""
    add(library, calls("One"))
    add(library, calls("Two"))
    library.remove("pets")
    assert library.rows("SELECT count(*) FROM versions") == [(0,)]
    add(library, calls("Three"))
    assert library.versions("pets") == []


def test_a_spec_can_be_renamed(library: Library) -> None:
    """All that belongs to it goes along, its versions too; a name that is taken is not given twice."""
    add(library, calls("One"))
    add(library, calls("Two"))
    add(library, calls("Other"), source="/other.json", name="other")
    before = library.generation()
    assert library.rename("PETS", "zoo")
    assert library.generation() != before
    assert [row.summary for row in library.outline("zoo")] == ["Two"]
    assert len(library.versions("zoo")) == 1
    assert not library.rename("zoo", "OTHER")
    assert library.rename("zoo", "Zoo")
    with pytest.raises(NotFoundError):
        library.rename("pets", "x")
    assert add(library, calls("Three")) == "Zoo", "the file still replaces what was read from it"


def test_the_hashes_of_other_files_are_kept(library: Library) -> None:
    """What a document is split over can be compared when it is added again."""
    files = {"schemas/pet.yaml": hashlib.sha256(b"x").digest()}
    document = msgspec.structs.replace(new(), files=files)
    library.add(document, index(document.spec))
    assert library.with_content(document.sha256, None, STANDARD_INPUT, READER) == [("pets", files)]


def test_schemas_are_found_by_name(library: Library) -> None:
    """The last part of a pointer is a name, in any case; signs of SQL patterns are only signs."""
    add(library)
    assert library.schemas_named("pet", None) == [("pets", "/components/schemas/Pet")]
    assert library.schemas_named("Pet", "pets") == [("pets", "/components/schemas/Pet")]
    assert library.schemas_named("Pet", "other") == []
    for name in ("%", "P_t", "et", "", "'"):
        assert library.schemas_named(name, None) == []
    assert "/components/schemas/Pet" in library.schema_pointers("pets")


def test_a_library_of_the_first_release_is_migrated(tmp_path: Path) -> None:
    """What it holds is there, is counted, is searched, and is read again when it is added again."""
    file = tmp_path / "library.db"
    document = new()
    with sqlite3.connect(file) as old:
        migrations = resources.files("engine.library.migrations")
        old.executescript(migrations.joinpath("0001_initial.sql").read_text(encoding="utf-8"))
        old.execute("PRAGMA user_version = 1")
        old.execute(
            "INSERT INTO specs (id, name, source, sha256, bytes, added, about, problems)"
            " VALUES (1, 'pets', ?, ?, 9, '', ?, ?)",
            (document.source, document.sha256, write.encode(document.spec.about), write.encode(())),
        )
        for rowid, operation in enumerate(document.spec.operations, 1):
            old.execute(
                "INSERT INTO operations VALUES (?, 1, ?, ?, ?, '', 0, ?, x'00', 'text', ?)",
                (
                    rowid,
                    operation.key,
                    operation.operation_id,
                    operation.summary,
                    operation.pointer,
                    write.encode(operation),
                ),
            )
        for pointer, part in {**document.spec.schemas, **document.spec.examples}.items():
            old.execute("INSERT INTO parts VALUES (1, ?, ?)", (pointer, write.encode(part)))
    old.close()
    library = Library(file)
    [info] = library.specs(MODEL)
    assert (info.operations, info.schemas) == (len(document.spec.operations), len(document.spec.schemas))
    assert library.spec("pets") == document.spec
    assert library.with_content(document.sha256, None, STANDARD_INPUT, READER) == []
    assert library.add(document, index(document.spec)) == "pets"
    assert library.spec("pets") == document.spec
    library.close()


def test_what_is_replaced_is_out_of_sight_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that dies before it has deleted the old rows leaves nothing that is seen; the next one deletes them."""
    monkeypatch.setattr(Library, "_sweep", lambda self: None)
    library = Library(tmp_path / "library.db")
    add(library)
    add(library, calls("Feed the lions"))
    add(library, calls("Wash the bears"), source="/bears.json", title="bears")
    library.remove("bears")
    assert [info.name for info in library.specs(MODEL)] == ["pets"]
    terms = TermIndex(library, tmp_path).terms()
    assert terms.rowids.tolist() == [entry.rowid for entry in library.entries(list(range(1, 100)))]
    assert terms.scores("names", {"feed": 1.0, "wash": 1.0, "pet": 1.0}).all()
    assert library.schemas_named("Pet", None) == []
    assert library.entries(library.matching("GET /pets", None)) == []
    assert library.rows("SELECT count(*) FROM specs") == [(3,)]
    library.close()
    monkeypatch.undo()
    library = Library(tmp_path / "library.db")
    for table in ("specs", "entries", "segments"):
        assert library.rows(f"SELECT count(*) FROM {table}") == [(1,)]  # noqa: S608
    assert library.rows("SELECT count(*) FROM parts") == [(0,)]
    assert [old.number for old in library.versions("pets")] == [1]
    library.close()
