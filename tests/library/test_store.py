import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from engine.errors import LibraryError, NotFoundError
from engine.indexing.index import index
from engine.library.records import STANDARD_INPUT, Edge, How
from engine.library.store import Library
from engine.specs import READER
from engine.specs.model import Schema
from tests.library.builders import add, calls, new
from tests.specs.builders import PETS, document, operation_document, read_json

MODEL = "tiny"
ALL = range(1, 1000)


def embed_all(library: Library) -> list[str]:
    """Give every text that lacks a vector one; return those texts."""
    texts = library.without_vector(MODEL)
    library.put_vectors(MODEL, texts, [text.encode().ljust(64)[:64] for text in texts])
    return texts


def test_what_is_added_comes_back_equal(library: Library) -> None:
    """Operations, schemas, examples and what the spec says of itself survive the library unchanged."""
    spec = read_json(PETS)
    name = add(library)
    assert [stored.item for stored in library.entries(list(ALL))] == list(spec.operations)
    assert {stored.spec for stored in library.entries(list(ALL))} == {name}
    assert {pointer: library.schema(name, pointer) for pointer in spec.schemas} == spec.schemas
    assert {pointer: library.example(name, pointer) for pointer in spec.examples} == spec.examples
    assert library.about(name) == spec.about


def test_a_spec_is_described(library: Library) -> None:
    """The list tells name, title, size, source and how much can be found by meaning."""
    assert library.specs(MODEL) == []
    assert not library.has_entries()
    before = datetime.now(UTC).replace(microsecond=0)
    document_ = new(name="Zoo")
    library.add(document_, index(document_.spec))
    add(library, calls("One"), source="b", title="aardvark")
    aardvark, zoo = library.specs(MODEL)
    assert (aardvark.name, zoo.name, zoo.title, zoo.version) == ("aardvark", "Zoo", "Test", "1.0")
    assert (zoo.format, zoo.source, zoo.bytes) == ("openapi-3.0", "/specs/pets.json", document_.bytes)
    assert (zoo.operations, zoo.embedded) == (4, 0)
    assert before <= datetime.fromisoformat(zoo.added) <= datetime.now(UTC)
    embed_all(library)
    assert [info.embedded for info in library.specs(MODEL)] == [1, 4]
    assert [info.embedded for info in library.specs("other")] == [0, 0]


def test_the_outline_keeps_the_order_of_the_document(library: Library) -> None:
    """One row an operation, with its first tag."""
    name = add(library)
    rows = [(row.tag, row.operation, row.operation_id, row.summary, row.deprecated) for row in library.outline(name)]
    assert rows == [
        ("pets", "GET /pets", "listPets", "List all pets", False),
        ("pets", "POST /pets", "createPet", "Create a pet", False),
        ("", "GET /pets/{petId}", "showPet", "Show a pet", False),
        ("", "DELETE /pets/{petId}", "", "Delete a pet", True),
    ]
    assert library.outline("none") == []


def test_the_same_content_is_recognised(library: Library) -> None:
    """A document is known by its hash, under the name asked for or under any; case does not matter."""
    document_ = new(name="Zoo")
    library.add(document_, index(document_.spec))
    assert library.with_content(document_.sha256, None, STANDARD_INPUT, READER) == [("Zoo", {})]
    assert library.with_content(document_.sha256, "zoo", STANDARD_INPUT, READER) == [("Zoo", {})]
    assert library.with_content(document_.sha256, "other", STANDARD_INPUT, READER) == []
    assert library.with_content(document_.sha256, None, STANDARD_INPUT, READER + 1) == []
    assert library.with_content(b"0" * 32, None, STANDARD_INPUT, READER) == []


def test_a_file_that_changed_replaces_what_was_read_from_it(library: Library) -> None:
    """The same source keeps its name, and nothing of the old content can be found."""
    name = add(library)
    assert add(library, calls("Feed the lions"), title="other") == name == "pets"
    assert [row.summary for row in library.outline(name)] == ["Feed the lions"]
    assert library.matching("listPets", None) == []
    assert library.rows("SELECT count(*) FROM segments") == [(1,)]
    with pytest.raises(NotFoundError):
        library.schema(name, "/components/schemas/Pet")


def test_a_name_that_is_given_replaces_its_bearer(library: Library) -> None:
    """Names are the same in upper and lower case; the first spelling stays, and `rename` changes it."""
    add(library, source="a", name="zoo")
    assert add(library, calls("One"), source="b", name="ZOO") == "zoo"
    assert library.rename("zoo", "ZOO")
    assert [(info.name, info.operations) for info in library.specs(MODEL)] == [("ZOO", 1)]
    assert library.about("zoo").title == "Test"


def test_one_file_may_have_two_names(library: Library) -> None:
    """A second name for the same file is a second spec."""
    assert [add(library, name=name) for name in ("one", "two")] == ["one", "two"]
    assert [info.name for info in library.specs(MODEL)] == ["one", "two"]


def test_documents_from_standard_input_do_not_replace_each_other(library: Library) -> None:
    """They all have the same source, which says nothing, so each gets a name of its own."""
    assert [add(library, source="-"), add(library, calls("Other"), source="-", title="other")] == ["pets", "other"]
    assert [info.operations for info in library.specs(MODEL)] == [1, 4]


@pytest.mark.parametrize(
    ("suggestion", "name"),
    [
        ("Allotment API. Grows things", "allotment-api-grows-things"),
        ("GitHub v3 REST API", "github-v3-rest-api"),
        ("api.github.com", "api.github.com"),
        ("--Ümläut & Söhne--", "ml-ut-s-hne"),
        ("漢字", "api"),
        ("", "api"),
        ("...", "api"),
        ("../../etc/passwd", "etc-passwd"),
        ("a:b c\x1b[31m", "a-b-c-31m"),
    ],
)
def test_names_are_made_from_suggestions(library: Library, suggestion: str, name: str) -> None:
    """A name holds letters, digits, dots and dashes, so that it can be typed and stand before a colon."""
    assert add(library, title=suggestion) == name


def test_a_name_that_is_taken_gets_a_number(library: Library) -> None:
    """Specs from other sources with the same suggestion are numbered, upper case counting as lower."""
    add(library, source="0", name="PETS")
    assert [add(library, source=source) for source in "123"] == ["pets-2", "pets-3", "pets-4"]


def test_removing_takes_everything_away(library: Library) -> None:
    """Operations, texts, parts and vectors of a spec go; the others and the vectors that they share stay."""
    add(library, calls("Shared", "Mine"), source="a", name="one")
    add(library, calls("Shared"), source="b", name="two")
    embed_all(library)
    library.remove("ONE")
    assert [info.name for info in library.specs(MODEL)] == ["two"]
    assert library.without_vector(MODEL) == []
    library.remove("two")
    for table in ("specs", "entries", "parts", "vectors", "segments", "links"):
        assert library.rows(f"SELECT count(*) FROM {table}") == [(0,)]  # noqa: S608
    assert not library.has_entries()
    assert not library.has_vectors(MODEL)


@pytest.mark.parametrize("name", ["none", "", "'; DROP TABLE specs; --", "%"])
def test_what_is_not_there_is_named(library: Library, name: str) -> None:
    """Each door says which name it does not know."""
    add(library)
    for call in (library.remove, library.about):
        with pytest.raises(NotFoundError, match="There is no spec named"):
            call(name)
    with pytest.raises(NotFoundError, match="has nothing at #/x"):
        library.schema(name, "/x")
    first, last = library.rowid_range(name)
    assert first > last


def test_references_match_in_any_case(library: Library) -> None:
    """An operation is found by key or operationId, upper and lower case alike, in one spec or in all."""
    add(library, name="one")
    add(library, source="b", name="two")
    keys = [stored.spec for stored in library.entries(library.matching("get /PETS", None))]
    assert keys == ["one", "two"]
    [rowid] = library.matching("LISTPETS", "TWO")
    assert library.entries([rowid])[0].item.key == "GET /pets"
    assert library.matching("GET /pet%", None) == []
    assert library.matching("", None) == []


def test_operations_come_in_the_order_asked_for(library: Library) -> None:
    """Unknown keys are left out, known ones come as often and in the order in which they were named."""
    add(library)
    assert [stored.rowid for stored in library.entries([3, 99, 1, -1, 2**62])] == [3, 1]
    assert library.entries([]) == []


def test_each_text_is_embedded_once(library: Library) -> None:
    """Equal texts of several specs are one text, short ones come first, and only those that lack a vector."""
    add(library, calls("A much longer summary than the other", "Short"), source="a")
    add(library, calls("Unrelated", "Short"), source="b")
    texts = library.without_vector(MODEL)
    assert texts == sorted(set(texts), key=len)
    assert len(texts) == 3
    library.put_vectors(MODEL, texts[:1], [b"1234"])
    assert library.without_vector(MODEL) == texts[1:]
    assert library.without_vector("other") == texts
    assert {vector for _, vector in library.vectors(MODEL)} == {b"1234"}


def test_unchanged_texts_keep_their_vectors(library: Library) -> None:
    """After a file changed, only the texts that changed lack a vector, and vectors of texts that are gone go too."""
    add(library, calls("Stays", "Goes"))
    embed_all(library)
    add(library, calls("Stays", "Comes"))
    assert [text.partition(".")[0] for text in library.without_vector(MODEL)] == ["Comes"]
    assert [vector[:5] for _, vector in library.vectors(MODEL)] == [b"Stays"]
    assert library.rows("SELECT count(*) FROM vectors") == [(1,)]


def test_a_text_that_has_gone_meanwhile_gets_no_vector(library: Library) -> None:
    """What was embedded while another process removed its entries leaves nothing behind."""
    add(library, calls("Stays", "Goes"))
    texts = library.without_vector(MODEL)
    add(library, calls("Stays", "Comes"))
    library.put_vectors(MODEL, texts, [b"1234"] * len(texts))
    assert library.rows("SELECT count(*) FROM vectors") == [(1,)]


def test_no_key_is_used_twice(library: Library) -> None:
    """What another process has found by its key is either the same entry later, or none."""
    add(library, calls("One", "Two"))
    met: set[int] = set()
    for summaries in (("One", "Three"), ("Four",)):
        met |= set(range(library.rowid_range("pets")[0], library.rowid_range("pets")[1] + 1))
        add(library, calls(*summaries))
        assert library.rowid_range("pets")[0] > max(met)
    library.remove("pets")
    add(library, calls("Five"), name="other")
    assert library.rowid_range("other")[0] > max(met)


def test_vectors_and_texts_go_together(library: Library) -> None:
    """A vector that is missing or left over is refused, and none of the batch is kept."""
    add(library, calls("One", "Two"))
    with pytest.raises(ValueError, match="zip"):
        library.put_vectors(MODEL, library.without_vector(MODEL), [b"1234"])
    assert not library.has_vectors(MODEL)


def test_every_change_is_a_new_generation(library: Library, tmp_path: Path) -> None:
    """Adding, embedding and removing each give another number; reading, and what fails, give none."""
    seen = [library.generation()]
    add(library)
    seen.append(library.generation())
    embed_all(library)
    seen.append(library.generation())
    library.specs(MODEL)
    with pytest.raises(NotFoundError):
        library.remove("none")
    assert library.generation() == seen[-1]
    library.remove("pets")
    seen.append(library.generation())
    other = Library(tmp_path / "other.db")
    seen.append(other.generation())
    other.close()
    assert len(set(seen)) == len(seen)
    assert all(0 <= number < 2**63 for number in seen)


def test_odd_documents_can_be_kept(library: Library) -> None:
    """Huge numbers, one node that is both schema and example, and a spec without operations go in and come out."""
    pointer = "#/components/examples/E"
    tree = operation_document(
        {
            "requestBody": {
                "content": {
                    "a/b": {"schema": {"$ref": f"{pointer}/value"}, "examples": {"e": {"$ref": pointer}}},
                    "c/d": {"schema": {"$ref": pointer}, "examples": {"e": {"$ref": "#/components/schemas/S"}}},
                }
            }
        },
        components={
            "examples": {"E": {"value": {"type": "string", "maximum": 10**400}}},
            "schemas": {"S": {"default": -(10**30)}},
        },
    )
    name = add(library, tree)
    assert library.schema(name, "/components/examples/E/value").limits == {"maximum": str(10**400)}
    assert library.schema(name, "/components/schemas/S") == Schema(default=str(-(10**30)))
    empty = add(library, document(), source="empty", title="empty")
    assert library.outline(empty) == []


def test_an_error_while_writing_changes_nothing(library: Library) -> None:
    """A spec that cannot be written whole is not there in part, and the one that it would have replaced stays."""
    edge = Edge(producer=0, consumer=1, needs="id", gives="id", weight=1, how=How.NAME)
    broken = msgspec.structs.replace(index(new().spec), edges=(edge, edge))
    with pytest.raises(LibraryError):
        library.add(new(), broken)
    assert library.specs(MODEL) == []
    add(library, calls("Old"))
    with pytest.raises(LibraryError):
        library.add(new(), broken)
    assert [row.summary for row in library.outline("pets")] == ["Old"]


STOP = """\
import sys
from pathlib import Path
from engine.library import write
from engine.library.store import Library
from engine.indexing.index import index
from tests.library.builders import new

step = getattr(write, sys.argv[2])

def stop(*arguments):
    print("inside", flush=True)
    sys.stdin.read()
    return step(*arguments)

setattr(write, sys.argv[2], stop)
library = Library(Path(sys.argv[1]))
print("open", flush=True)
library.add(new(), index(new().spec))
"""
ROOT = Path(__file__).resolve().parents[2]


def child(code: str, *arguments: str) -> subprocess.Popen[str]:
    """Start a process that runs `code` with pipes to it."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this platform has no SIGKILL")
@pytest.mark.parametrize("step", ["retire", "insert_segment", "insert_links", "next_generation"])
def test_a_process_that_is_killed_leaves_the_old_state(tmp_path: Path, step: str) -> None:
    """Killed between any two statements of a replacement, the library is as it was, and can be written at once."""
    file = tmp_path / "library.db"
    library = Library(file)
    add(library, calls("Old"))
    with child(STOP, str(file), step) as process:
        assert process.stdout is not None
        assert [process.stdout.readline() for _ in range(2)] == ["open\n", "inside\n"]
        assert [row.summary for row in library.outline("pets")] == ["Old"]
        process.kill()
    library.close()
    library = Library(file)
    assert [row.summary for row in library.outline("pets")] == ["Old"]
    assert library.rows("SELECT count(*) FROM segments") == [(1,)]
    assert library.rows("PRAGMA integrity_check") == [("ok",)]
    add(library)
    assert len(library.outline("pets")) == 4
    library.close()


ADD = """\
import sys
from pathlib import Path
from engine.library.store import Library
from tests.library.builders import add, calls

library = Library(Path(sys.argv[1]))
sys.stdin.readline()
for number in range(8):
    add(library, calls(f"{sys.argv[2]} {number}", "Shared"), source=f"{sys.argv[2]}-{number}", title="api")
    add(library, calls(f"Both {number}"), source="both", title="both")
library.close()
"""


def test_two_processes_may_add_at_once(tmp_path: Path) -> None:
    """Every spec of both is there, each with its own name; of the file that both read there is one."""
    file = tmp_path / "library.db"
    library = Library(file)
    children = [child(ADD, str(file), which) for which in ("left", "right")]
    for process in children:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in children:
        process.communicate(timeout=100)
    assert [process.returncode for process in children] == [0, 0]
    infos = library.specs(MODEL)
    assert {info.name for info in infos} == {"api", *(f"api-{number}" for number in range(2, 17)), "both"}
    assert {info.source for info in infos} == {"both", *(f"{w}-{n}" for w in ("left", "right") for n in range(8))}
    assert library.rows("SELECT count(*) FROM entries") == [(33,)]
    assert library.rows("SELECT count(*) FROM segments") == library.rows("SELECT count(*) FROM specs")
    assert library.rows("PRAGMA integrity_check") == [("ok",)]
    library.close()


def test_a_library_that_was_closed_says_so(library: Library) -> None:
    """Use after closing is an error of the library, not of SQLite."""
    library.close()
    with pytest.raises(LibraryError):
        library.specs(MODEL)
    with pytest.raises(LibraryError):
        add(library)
