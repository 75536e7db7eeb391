from pathlib import Path

from engine import SAMPLE, Check, Engine, Settings, check, folders
from engine.models.shelf import ModelShelf

PARTS = [
    "python",
    "library",
    "secrets",
    "search by words",
    "embedding model",
    "search by meaning",
    "chat model",
    "worker",
]


async def checks(
    home: Path, models: Path, *, spec: bytes | None = None, break_search: bool = False, fix: bool = False
) -> list[Check]:
    """What the doctor says of an engine."""
    where = folders({"SPECDECK_HOME": str(home), "SPECDECK_MODELS": str(models)})
    async with Engine(where, Settings()) as engine:
        if spec is not None:
            await engine.library.add(spec, name="one")
        if break_search:
            with engine._wired.library._connection.transaction() as db:
                db.execute("DELETE FROM segments")
            (where.data / "words.index").unlink()
    async with Engine(where, Settings()) as engine:
        return await check(engine, fix=fix)


async def test_all_is_well(shelf: ModelShelf, tmp_path: Path) -> None:
    """With the models there every part is used and says what it did; vectors that are missing are made where asked."""
    results = await checks(tmp_path, shelf.folder, spec=SAMPLE.read_bytes())
    missing = results[5]
    assert (missing.ok, "14 of 14 operations" in missing.detail) == (False, True)
    assert "doctor --fix" in missing.hint
    results = await checks(tmp_path, shelf.folder, fix=True)
    assert "14 texts learnt" in results[5].detail
    results = await checks(tmp_path, shelf.folder)
    assert [one.name for one in results] == PARTS
    assert all(one.ok and not one.hint for one in results)
    details = {one.name: one.detail for one in results}
    assert "1 specs, 14 operations" in details["library"]
    assert "384 numbers" in details["embedding model"]
    assert "reads" in details["chat model"]
    assert "network" in details["worker"]


async def test_a_part_that_fails_does_not_stop_the_others(tmp_path: Path) -> None:
    """Missing models fail their two parts with a next step; the rest is checked, also in an empty library."""
    results = await checks(tmp_path, tmp_path / "none")
    assert [(one.name, one.ok) for one in results] == list(
        zip(PARTS, [True, True, True, True, False, True, False, True], strict=True)
    )
    assert all("specdeck models pull" in one.hint for one in results if not one.ok)
    assert "nothing to find yet" in results[3].detail


async def test_an_index_that_finds_nothing_is_reported(tmp_path: Path) -> None:
    """A spec whose own summary finds nothing is a fault, with the commands that mend it."""
    results = await checks(tmp_path, tmp_path / "none", spec=SAMPLE.read_bytes(), break_search=True)
    assert not results[3].ok
    assert "specdeck remove one" in results[3].hint


async def test_a_spec_that_speaks_of_other_things_is_no_fault(tmp_path: Path) -> None:
    """A spec without a summary, or without any common word, passes."""
    spec = b"openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths: {/zz: {post: {responses: {}}}}"
    assert (await checks(tmp_path, tmp_path / "none", spec=spec))[3].ok
