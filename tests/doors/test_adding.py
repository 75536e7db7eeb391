"""Adding files, folders and archives, at the engine's door."""

import io
import json
import shutil
import sqlite3
import zipfile
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
import pytest_asyncio

from engine import (
    Added,
    Adding,
    Engine,
    FactsReady,
    InputError,
    LibraryError,
    Listed,
    OperationView,
    PassageView,
    Refused,
    SchemaView,
    folders,
)
from engine.doors.records import Skipped
from engine.library.records import check_name
from engine.settings import Settings
from tests.specs.files import zipped
from tests.specs.recordings.test_bruno import TREE as SHOP

MAIN = """\
openapi: 3.0.3
info: {title: Zoo, version: "1"}
paths:
  /animals:
    $ref: paths/animals.yaml
"""
ANIMALS = """\
get:
  summary: List the animals
  responses:
    200:
      description: All of them
      content:
        application/json:
          schema: {type: array, items: {$ref: ../schemas/animal.json}}
"""
ANIMAL = """\
{"type": "object", "properties": {"name": {"type": "string"}, "keeper": {"$ref": "#/$defs/Keeper"}},
 "$defs": {"Keeper": {"type": "object"}}}
"""
GUIDE = "# Feeding\n\nFeed the lions twice a day.\n\n## Pandas\n\nPandas eat bamboo.\n"
FILES = {
    "openapi.yaml": MAIN,
    "paths/animals.yaml": ANIMALS,
    "schemas/animal.json": ANIMAL,
    "docs/feeding.md": GUIDE,
    "sample.json": '{"lion": {"meat": 5}}',
    "broken.json": '{"openapi": ',
    "LICENSE": "no suffix",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as teams keep them: a specification in several files, a guide, a sample, and something broken."""
    for name, text in FILES.items():
        path = tmp_path / "zoo" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "zoo"


@pytest_asyncio.fixture
async def engine(tmp_path: Path) -> AsyncIterator[Engine]:
    """An engine with an empty library and no models."""
    where = folders({"SPECDECK_HOME": str(tmp_path / "home"), "SPECDECK_MODELS": str(tmp_path / "none")})
    async with Engine(where, Settings()) as engine:
        yield engine


async def steps(engine: Engine, *sources: Path | bytes | str) -> list[Adding]:
    """Add sources and return what became of each document."""
    return [step async for step in engine.library.add_all(sources)]


def names(found: list[Adding]) -> set[str]:
    """Return the names of the specs that were added or found unchanged."""
    return {step.info.name for step in found if isinstance(step, Added)}


async def test_a_folder_is_added_as_its_documents(engine: Engine, folder: Path) -> None:
    """Each document becomes a spec; files that another one refers to do not; what is broken is named."""
    found = await steps(engine, folder)
    assert found[0] == Listed(6)
    assert len(found) == 7
    assert names(found) == {"zoo", "feeding", "sample"}
    assert {Path(step.source).name for step in found if isinstance(step, Skipped)} == {"animals.yaml", "animal.json"}
    [refused] = [step for step in found if isinstance(step, Refused)]
    assert Path(refused.source).name == "broken.json"
    assert "ends too early" in str(refused.error)
    view = await engine.library.show("zoo:GET /animals")
    assert isinstance(view, OperationView)
    assert [hit.operation for hit in (await engine.questions.search("animals")).hits] == ["GET /animals"]


async def test_an_unchanged_folder_is_not_read_again(engine: Engine, folder: Path) -> None:
    """Nothing changes, and the parts of the document are still known as parts."""
    await steps(engine, folder)
    generation = [info.added for info in await engine.library.specs()]
    again = await steps(engine, folder)
    assert [step.changed for step in again if isinstance(step, Added)] == [False, False, False]
    assert [info.added for info in await engine.library.specs()] == generation
    assert sum(isinstance(step, Skipped) for step in again) == 2


async def test_a_change_in_another_file_is_a_change(engine: Engine, folder: Path) -> None:
    """The document is read again, and its old version is kept."""
    await steps(engine, folder)
    (folder / "paths" / "animals.yaml").write_text(ANIMALS.replace("List the animals", "List every animal"))
    added = await engine.library.add(folder / "openapi.yaml")
    assert added.changed
    assert added.info.versions == 1
    assert (await engine.review.diff("zoo@1", "zoo")).summary.documentation == 1
    assert (await engine.review.diff("zoo@1", folder / "openapi.yaml")).summary.documentation == 1


async def test_an_archive_is_added_as_a_folder_is(engine: Engine, folder: Path, tmp_path: Path) -> None:
    """A zip gives the same specs, each with a source inside the archive."""
    archive = Path(shutil.make_archive(str(tmp_path / "zoo"), "zip", folder))
    found = await steps(engine, archive)
    assert names(found) == {"zoo", "feeding", "sample"}
    assert {info.source for info in await engine.library.specs()} == {
        f"{archive}!/{name}" for name in ("openapi.yaml", "docs/feeding.md", "sample.json")
    }


async def test_standard_input_may_be_anything(engine: Engine) -> None:
    """A guide and an archive come by standard input as a specification does."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.yaml", "openapi: 3.0.3\ninfo: {title: A}\npaths: {}\n")
    found = await steps(engine, GUIDE.encode(), buffer.getvalue())
    assert names(found) == {"feeding", "a"}


async def test_a_part_that_nothing_refers_to_is_no_guide(engine: Engine, tmp_path: Path) -> None:
    """Where nothing but parts lies, another one is one too; beside a document a sample stays a sample."""
    tree = tmp_path / "tree"
    (tree / "schemas").mkdir(parents=True)
    (tree / "openapi.json").write_text(
        '{"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": {"/x": {"get": {}}}, '
        '"components": {"schemas": {"Used": {"$ref": "schemas/used.yaml"}, "Own": {"$ref": "own.json"}}}}'
    )
    for name in ("schemas/used.yaml", "schemas/unused.yaml", "own.json", "sample.json"):
        (tree / name).write_text('{"type": "object", "title": "A part"}')
    (tree / "schemas" / "read-me.md").write_text("# How schemas are written")
    found = await steps(engine, tree)
    assert sorted(step.info.source.rpartition("/")[2] for step in found if isinstance(step, Added)) == [
        "openapi.json",
        "read-me.md",
        "sample.json",
    ]


async def test_one_name_is_for_one_document(engine: Engine, folder: Path) -> None:
    """A name cannot be given to a folder of several; nothing is added then."""
    with pytest.raises(InputError, match="6 documents cannot all be named 'x'"):
        [step async for step in engine.library.add_all([folder], name="x")]
    assert await engine.library.specs() == []


async def test_the_network_is_off(engine: Engine) -> None:
    """An address is refused with what to do about it, and the other sources are read."""
    found = await steps(engine, "https://a.example/openapi.json", b"# Guide\n\nWords.")
    [refused] = [step for step in found if isinstance(step, Refused)]
    assert refused.source == "https://a.example/openapi.json"
    assert "network is off" in str(refused.error)
    assert "--network" in refused.error.hint
    assert names(found) == {"guide"}


async def test_a_passage_is_found_shown_and_quoted(engine: Engine, folder: Path) -> None:
    """Search finds what a guide says, `show` gives it whole, and an answer quotes it with its place."""
    await engine.library.add(folder / "docs" / "feeding.md")
    [hit, *_] = (await engine.questions.search("what do pandas eat")).hits
    assert (hit.kind, hit.operation, hit.summary) == ("passage", "feeding.md:7", "Pandas")
    view = await engine.library.show(hit.ref)
    assert isinstance(view, PassageView)
    assert "Pandas eat bamboo." in view.passage.text

    [facts] = [
        event.facts
        async for event in engine.questions.ask("what do pandas eat", rung="facts")
        if isinstance(event, FactsReady)
    ]
    assert facts.operations == ()
    assert (facts.passages[0].citation, facts.passages[0].ref) == (1, "feeding:feeding.md:7")
    assert "bamboo" in facts.passages[0].text


async def test_references_are_followed_as_deep_as_asked(engine: Engine, folder: Path) -> None:
    """A schema comes with what it refers to, by its name or its pointer."""
    tree = {
        "openapi": "3.0.3",
        "info": {"title": "Chain"},
        "paths": {},
        "components": {
            "schemas": {
                f"L{level}": {"properties": {"next": {"$ref": f"#/components/schemas/L{(level + 1) % 4}"}}}
                for level in range(4)
            }
        },
    }
    await engine.library.add(json.dumps(tree).encode())
    for depth, names_ in enumerate(((), ("L1",), ("L1", "L2"), ("L1", "L2", "L3"), ("L1", "L2", "L3"))):
        view = await engine.library.show("chain:L0", depth=depth)
        assert isinstance(view, SchemaView)
        assert tuple(pointer.rpartition("/")[2] for pointer in view.referred) == names_
    assert await engine.library.show("l0") == await engine.library.show("#/components/schemas/L0")


async def test_a_document_that_becomes_like_another_one_replaces_what_it_was(engine: Engine, tmp_path: Path) -> None:
    """`latest.json` is what it says, also when another file has the same content; one that is new is known by that."""
    pages = {name: tmp_path / f"{name}.json" for name in ("first", "latest", "third")}
    for number, page in enumerate(pages.values()):
        page.write_text(json.dumps({"openapi": "3.0.3", "info": {"title": f"T{number}"}, "paths": {}}))
    await steps(engine, pages["first"], pages["latest"])
    pages["latest"].write_bytes(pages["first"].read_bytes())
    pages["third"].write_bytes(pages["first"].read_bytes())
    found = await steps(engine, pages["latest"], pages["first"], pages["third"])
    assert [(one.info.name, one.changed) for one in found if isinstance(one, Added)][:2] == [
        ("latest", True),
        ("first", False),
    ]
    assert {(info.name, info.title, info.versions) for info in await engine.library.specs()} == {
        ("first", "T0", 0),
        ("latest", "T0", 1),
    }


async def test_a_missing_file_that_has_come_is_read(engine: Engine, folder: Path) -> None:
    """A document is not unchanged when a file is there now that it refers to; while it is missing, it is."""
    aside = (folder / "paths").rename(folder / "aside")
    assert (await engine.library.add(folder / "openapi.yaml")).problems
    assert not (await engine.library.add(folder / "openapi.yaml")).changed
    aside.rename(folder / "paths")
    added = await engine.library.add(folder / "openapi.yaml")
    assert (added.changed, added.problems, added.info.operations) == (True, (), 1)


async def test_a_document_that_came_alone_is_read_again_with_its_files(engine: Engine, folder: Path) -> None:
    """What standard input gave without the files beside it does not stand for the file."""
    alone = await engine.library.add(MAIN.encode())
    assert "came without the files beside it" in alone.problems[0].message
    assert not (await engine.library.add(MAIN.encode())).changed
    assert (await engine.library.add(folder / "openapi.yaml")).info.operations == 1


async def test_parts_are_known_wherever_the_folder_is_named_from(
    engine: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`specdeck add ..` adds what `specdeck add .` does one folder up."""
    monkeypatch.chdir(folder / "docs")
    assert names(await steps(engine, Path("..", "..", folder.name))) == {"zoo", "feeding", "sample"}


async def test_a_made_name_is_one_that_a_user_may_type(engine: Engine, tmp_path: Path) -> None:
    """A name that is made is as short as one that is given, its number included."""
    for folder_ in ("a", "b"):
        path = tmp_path / folder_ / f"{'long' * 40}.md"
        path.parent.mkdir()
        path.write_text(f"# {folder_}\n\nWords.")
        added = await engine.library.add(path)
        check_name(added.info.name)
    assert added.info.name.endswith("-2")


async def test_a_library_that_cannot_be_written_ends_the_adding(engine: Engine, folder: Path) -> None:
    """It is no fault of the documents, so it is said once, and none of them is refused."""
    path = engine.folders.data / "library.db"
    with closing(sqlite3.connect(path)) as library:
        library.execute("CREATE TRIGGER full BEFORE INSERT ON specs BEGIN SELECT RAISE(ABORT, 'no room'); END")
    with pytest.raises(LibraryError, match="no room"):
        await steps(engine, folder)


TREE = {
    "api/openapi.yaml": "openapi: 3.0.3\ninfo: {title: Vineyard}\npaths:\n  /rows: {$ref: paths/rows.yaml}\n",
    "api/paths/rows.yaml": "get:\n  operationId: listRows\n  description: {$ref: ../../words/rows.md}\n  responses:\n"
    "    '200': {description: ok, content: {application/json: {schema: {$ref: '../../common/types.yaml#/Row'},"
    " example: {$ref: ../../common/row.json}}}}\n",
    "common/types.yaml": "Row: {type: object, properties: {vine: {$ref: grape.yaml#/components/schemas/Grape}}}\n",
    "common/grape.yaml": "openapi: 3.0.3\ninfo: {title: Shared}\npaths: {}\n"
    "components: {schemas: {Grape: {type: string}}}\n",
    "common/row.json": '{"vine": "riesling"}',
    "words/rows.md": "# Rows\n\nA row of vines.\n",
    "words/more.md": "# More\n\nOf wine.\n",
}
"""Path → text: one API, whose parts are beside its folder, and a guide of its own."""


async def test_a_tree_of_files_is_one_set_of_documents(engine: Engine, tmp_path: Path) -> None:
    """References go up as far as the folder that was named; what others refer to is no document of its own."""
    for path, text in TREE.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    found = await steps(engine, tmp_path)
    assert names(found) == {"vineyard", "more"}
    assert [step.problems for step in found if isinstance(step, Added)] == [(), ()]
    view = await engine.library.show("vineyard:listRows")
    assert isinstance(view, OperationView)
    assert view.operation.description == "# Rows\n\nA row of vines.\n"
    assert view.operation.responses[0].content[0].example == {"vine": "riesling"}
    schema = await engine.library.show("#/$files/..~1common~1grape.yaml/components/schemas/Grape")
    assert isinstance(schema, SchemaView)
    assert schema.schema.type == "string"
    assert not [step for step in await steps(engine, tmp_path) if isinstance(step, Added) and step.changed]


PROTOS = {
    "acme/wine/v1/cellar.proto": 'syntax = "proto3";\npackage acme.wine.v1;\nimport "acme/wine/v1/bottle.proto";\n'
    'import "acme/type/volume.proto";\nimport "other/thing.proto";\n'
    "service Cellar { rpc Store(Bottle) returns (acme.type.Volume); }\n",
    "acme/wine/v1/bottle.proto": 'syntax = "proto3";\npackage acme.wine.v1;\nmessage Bottle { string vine = 1; }\n',
    "acme/type/volume.proto": 'syntax = "proto3";\npackage acme.type;\nmessage Volume { int32 ml = 1; }\n',
}
"""Path → text: one service, whose imports are written from the folder around them all."""


@pytest.mark.parametrize(
    ("named", "lacking"),
    [
        ("", set()),
        ("acme", set()),
        ("acme/wine", {"other/thing.proto", "acme/type/volume.proto"}),
        ("acme/wine/v1", {"other/thing.proto", "acme/type/volume.proto"}),
    ],
)
async def test_imports_are_read_whichever_folder_is_named(
    engine: Engine, tmp_path: Path, named: str, lacking: set[str]
) -> None:
    """What lies in it is found also by a path that begins above it, and is no document of its own."""
    for path, text in PROTOS.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    found = await steps(engine, tmp_path / named)
    [added] = [step for step in found if isinstance(step, Added)]
    assert (added.info.name, added.info.operations) == ("cellar", 1)
    assert {problem.message.split()[0] for problem in added.problems} == lacking
    assert not [step for step in found if isinstance(step, Refused)]
    again = await steps(engine, tmp_path / named)
    assert [step.changed for step in again if isinstance(step, Added)] == [False]
    assert len(again) == len(found)


async def test_a_file_that_is_named_alone_keeps_to_its_folder(engine: Engine, tmp_path: Path) -> None:
    """What lies outside it is not opened, and the problem says what to do."""
    (tmp_path / "api").mkdir()
    (tmp_path / "x.yaml").write_text("get: {}")
    (tmp_path / "api" / "a.yaml").write_text("openapi: 3.0.3\ninfo: {title: A}\npaths: {/x: {$ref: ../x.yaml}}\n")
    added = await engine.library.add(tmp_path / "api" / "a.yaml")
    assert "references never leave the folder that was added" in added.problems[0].message
    assert added.info.operations == 0


async def test_a_folder_of_requests_is_one_set(engine: Engine, tmp_path: Path) -> None:
    """A collection of Bruno takes its files along, also from an archive; a new one among them is noticed."""
    tree = {path: text for path, text in SHOP.items() if not path.startswith("other/")}
    for path, text in tree.items():
        (tmp_path / "shop" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "shop" / path).write_text(text)
    found = await steps(engine, tmp_path / "shop")
    assert names(found) == {"shop"}
    assert [step.info.operations for step in found if isinstance(step, Added)] == [4]
    assert not [step for step in found if isinstance(step, Refused)]
    assert not [step for step in await steps(engine, tmp_path / "shop") if isinstance(step, Added) and step.changed]
    (tmp_path / "shop" / "more.bru").write_text(tree["orders/add.bru"])
    again = await steps(engine, tmp_path / "shop")
    assert [(step.changed, step.info.operations) for step in again if isinstance(step, Added)] == [(True, 5)]
    (tmp_path / "shop.zip").write_bytes(zipped({f"shop/{path}": text.encode() for path, text in tree.items()}))
    packed = await steps(engine, tmp_path / "shop.zip")
    assert [step.info.operations for step in packed if isinstance(step, Added)] == [4]
