"""Lookups in real documents, which no test can carry; `tests/specs/test_corpus.py` says which folder has them."""

import os
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlsplit

import msgspec
import pytest

from engine.errors import SpecError
from engine.indexing.index import index
from engine.library.records import NewSpec
from engine.library.store import Library
from engine.search.named.references import named
from engine.specs import READER
from engine.specs.model import About, Operation, Parameter
from engine.specs.read import read
from engine.specs.routes import route, route_of_key

DOCUMENTS = 150
MAX_BYTES = 1_000_000
SAMPLES = 600
LEAST = 0.99
"""Share of the samples that must be right at rank 1."""


class Sample(NamedTuple):
    """A question and the operation that it asks for."""

    question: str
    kind: str
    operation: Operation
    method: str
    """Empty where the question does not tell it."""
    server: str
    """Empty where the question does not tell it."""


class Row(NamedTuple):
    """An entry of the library with what tells where it is served."""

    operation: Operation
    servers: tuple[str, ...]


def row(library: Library, rowid: int) -> Row:
    """Return an entry."""
    [(body, about)] = library.rows(
        "SELECT e.body, s.about FROM entries e JOIN specs s ON s.id = e.spec_id WHERE e.id = ?", (rowid,)
    )
    operation = msgspec.msgpack.decode(body, type=Operation)
    servers = operation.servers or msgspec.msgpack.decode(about, type=About).servers
    return Row(operation, tuple(server.url for server in servers))


def value(parameter: Parameter | None, chance: random.Random) -> str:
    """Return what may stand for a parameter: its example, or an id of one of the usual forms."""
    made = [
        str(chance.randrange(1, 10**9)),
        f"{chance.choice(('cus', 'acct', 'item'))}_{chance.randbytes(6).hex()}",
        "-".join(chance.randbytes(size).hex() for size in (4, 2, 2, 2, 6)),
        f"my-{chance.choice(('web', 'team', 'report'))}-{chance.randrange(100)}",
    ]
    if parameter is not None:
        given = [parameter.example, parameter.schema.example, *parameter.schema.enum[:1]]
        made = [str(each) for each in given if isinstance(each, str | int) and str(each)] or made
    return quote(chance.choice(made), safe="")


def filled(operation: Operation, chance: random.Random) -> str:
    """Return the path of an operation with its ids filled in."""
    known = {parameter.name: parameter for parameter in operation.parameters if parameter.location == "path"}
    return re.sub(r"\{([^{}]*)\}", lambda match: value(known.get(match[1]), chance), operation.path)


def by_id(operation: Operation, chance: random.Random) -> str:
    """Return a question for an operationId."""
    name = operation.operation_id
    forms = [name, f"{name}?", f"what does `{name}` return?", name.upper()]
    if re.fullmatch(r"[A-Za-z]+([A-Z_/.-][A-Za-z]+){2,}", name):
        forms += [f"I get a 403 from {name}, why?", re.sub(r"[-_/.]", chance.choice("_-/"), name)]
    return chance.choice(forms)


def by_template(operation: Operation, chance: random.Random) -> str:
    """Return a question for `METHOD /path`, the parameters named otherwise in one of three."""
    path = operation.path
    if chance.randrange(3) == 0:
        path = re.sub(r"\{[^{}]*\}", lambda _: f"{{{chance.choice(('id', 'name', 'key'))}}}", path)
    key = f"{operation.method} {path}"
    return chance.choice((key, f"what is `{key}` for?", key.replace(operation.method, operation.method.lower())))


def pasted(found: Row, chance: random.Random) -> Sample:
    """Return a question with a request as it is in a log, a browser or a script."""
    operation = found.operation
    path, method = filled(operation, chance), operation.method
    if not found.servers or chance.randrange(2):
        question = chance.choice((f"{method} {path}", f'"{method} {path} HTTP/1.1" 404', f"why 500? {method} {path}"))
        return Sample(question, "pasted path", operation, method, "")
    server = chance.choice(found.servers)
    address = server.rstrip("/") + path + ("&" if re.search("[?#]", path) else "?") + "limit=3"
    question, told = chance.choice(
        ((f"curl -X {method} '{address}'", method), (f"{method} {address} 402", method), (address, ""))
    )
    return Sample(question, "pasted address", operation, told, server)


def samples(library: Library, count: int, seed: int) -> Iterator[Sample]:
    """Yield questions of each kind in turn, over random operations."""
    chance = random.Random(seed)  # noqa: S311  # A draw, no secret.
    rowids = [rowid for (rowid,) in library.rows("SELECT id FROM entries WHERE route != '' ORDER BY id")]
    named_rowids = [rowid for (rowid,) in library.rows("SELECT id FROM entries WHERE operation_id != '' ORDER BY id")]
    for number in range(count):
        if number % 3 == 0:
            operation = row(library, chance.choice(named_rowids)).operation
            yield Sample(by_id(operation, chance), "operationId", operation, "", "")
        elif number % 3 == 1:
            operation = row(library, chance.choice(rowids)).operation
            yield Sample(by_template(operation, chance), "template", operation, operation.method, "")
        else:
            yield pasted(row(library, chance.choice(rowids)), chance)


def is_right(library: Library, sample: Sample, rowid: int) -> bool:
    """Tell whether what was found is what was asked for, or nothing in the question tells the two apart."""
    found, wanted = row(library, rowid), sample.operation
    if sample.kind == "operationId":
        letters = [re.sub(r"[-_/. ]", "", each.operation_id).lower() for each in (found.operation, wanted)]
        return letters[0] == letters[1]
    if sample.method not in ("", found.operation.method):
        return False
    if not sample.server:
        return route_of_key(found.operation.key) == route_of_key(wanted.key)
    return whole(sample.server, wanted) in {whole(server, found.operation) for server in found.servers}


def whole(server: str, operation: Operation) -> tuple[str | None, str]:
    """Return host and route of an operation, the base path included."""
    address = urlsplit(server)
    return address.hostname, route(address.path.rstrip("/") + operation.path)


@pytest.fixture(scope="module")
def corpus_library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A library with a part of the APIs.guru directory."""
    folder = Path(os.environ.get("SPECDECK_CORPUS", "")) / "apis-guru"
    if not os.environ.get("SPECDECK_CORPUS") or not folder.exists():
        pytest.skip("SPECDECK_CORPUS names no folder with apis-guru/")
    files = [file for file in sorted((folder / "api").rglob("*.json")) if file.stat().st_size < MAX_BYTES]
    library = Library(tmp_path_factory.mktemp("references") / "library.db")
    for file in files[:: max(1, len(files) // DOCUMENTS)]:
        try:
            spec = read(file.read_bytes())
        except SpecError:
            continue
        library.add(
            NewSpec(spec=spec, source=str(file), sha256=b"", bytes=0, name=None, suggestion=file.name, reader=READER),
            index(spec),
        )
    yield library
    library.close()


def test_what_is_pasted_is_found_at_once(corpus_library: Library) -> None:
    """An operationId, `METHOD /path` or a request with its ids filled in has its operation at rank 1, nearly always."""
    asked = list(samples(corpus_library, SAMPLES, seed=4))
    missed = [
        sample.question
        for sample in asked
        if not (found := named(corpus_library, sample.question, None)) or not is_right(corpus_library, sample, found[0])
    ]
    assert len(missed) <= (1 - LEAST) * len(asked), missed
