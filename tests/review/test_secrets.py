"""A library is looked through for secrets that have come in with guides and recordings."""

import json
from pathlib import Path

import pytest

from engine import Check, Engine, Settings, check, folders
from engine.indexing.index import index
from engine.library.records import NewSpec
from engine.library.store import Library
from engine.review.secrets import search
from engine.secrets.redact import Redactor
from engine.specs import READER
from engine.specs.read import read
from tests.cli.conftest import Specdeck

MARK = "c4n4ry"
GUIDE = f"""# Signing in

Send your token: `curl -H 'Authorization: Bearer sk-{MARK}0Bearer123456789' https://shop.example/orders`.

# Leaving

Close the window. The token is {{{{token}}}} then, or REDACTED.
"""
COLLECTION = {
    "info": {"name": "Shop", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
    "item": [
        {
            "name": "Sign in",
            "request": {
                "method": "POST",
                "url": f"https://shop.example/login?client_secret={MARK}0Query123456789",
                "header": [{"key": "X-Api-Key", "value": f"{MARK}0Header123456789"}, {"key": "X-Page", "value": "2"}],
                "body": {"mode": "raw", "raw": json.dumps({"user": "ann", "password": f"{MARK}0Pass1"})},
            },
        },
        {"name": "List orders", "request": {"method": "GET", "url": "https://shop.example/orders?page=2"}},
    ],
}
OPENAPI = f"""
openapi: 3.0.3
info: {{title: T, version: '1', description: 'Use key AKIA{"A1" * 8}'}}
paths: {{/things: {{get: {{responses: {{}}}}}}}}
"""


@pytest.fixture
def documents(tmp_path: Path) -> list[Path]:
    """A guide and a recording with secrets, and a specification, whose secrets are its author's own."""
    contents = {"guide.md": GUIDE, "shop.json": json.dumps(COLLECTION), "things.yaml": OPENAPI}
    for name, content in contents.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    return [tmp_path / name for name in contents]


def put(library: Library, file: Path) -> None:
    """Add a document as it is, as a specdeck does that does not look for secrets."""
    data = file.read_bytes()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Redactor, "hide", lambda _self, value: value)
        spec = read(data, name=file.name)
    new = NewSpec(
        spec=spec, source=str(file), sha256=b"another", bytes=len(data), name=None, suggestion=file.stem, reader=READER
    )
    library.add(new, index(spec))


def told(library: Library) -> list[tuple[str, str]]:
    """Where secrets are found."""
    return [(one.spec, one.place) for one in search(library).exposed]


async def of_doctor(engine: Engine) -> Check:
    """What the doctor says of secrets."""
    return next(one for one in await check(engine) if one.name == "secrets")


async def test_secrets_that_are_there_are_told_and_not_shown(documents: list[Path], tmp_path: Path) -> None:
    """Where they stand and what to do; old versions count; once added again by today's reader nothing is left."""
    where = folders({"SPECDECK_HOME": str(tmp_path), "SPECDECK_MODELS": str(tmp_path / "none")})
    guide, shop, _ = documents
    async with Engine(where, Settings()) as engine:
        library = engine._wired.library
        for document in documents:
            put(library, document)
        assert told(library) == [("guide", "guide.md:3"), ("shop", "POST /login")]
        said = await of_doctor(engine)
        assert not said.ok
        assert "guide: guide.md:3; shop: POST /login" in said.detail
        assert "Remove guide and shop" in said.hint
        assert MARK not in said.detail + said.hint
        await engine.library.add(shop)
        assert told(library) == [("guide", "guide.md:3"), ("shop", "version 1, POST /login")]
        for name, document in (("guide", guide), ("shop", shop)):
            await engine.library.remove(name)
            await engine.library.add(document)
        assert told(library) == []
        said = await of_doctor(engine)
        assert (said.ok, said.detail.startswith("none in 2 guides and recordings;")) == (True, True)


def test_the_command_says_so(tmp_path: Path, documents: list[Path]) -> None:
    """A library that has only what today's reader let in is well, and the line says what was looked through."""
    specdeck = Specdeck(tmp_path, tmp_path / "no-models")
    specdeck("add", *map(str, documents), "--json")
    ran = specdeck("doctor", code=1)  # there are no models
    assert "none in 2 guides and recordings; other documents are not looked through" in ran.out
    assert MARK not in ran.out + ran.err
