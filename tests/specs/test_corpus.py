"""Real documents, which no test can carry: `SPECDECK_CORPUS` names a folder with `github-rest/` and `apis-guru/`.

`github-rest/` holds GitHub's own description (github/rest-api-description, `generated/api.github.com.json`), and
`apis-guru/` the documents of the APIs.guru directory (`api/**/*.json`).
"""

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from engine.errors import SpecError
from engine.indexing.index import index
from engine.library.store import Library
from engine.specs import READER
from engine.specs.model import Spec
from engine.specs.read import read
from tests.library.builders import NewSpec
from tests.search.asking import found

SAMPLE = 150
"""Documents that are read, spread evenly over the directory."""
MAX_BYTES = 3_000_000
"""Larger documents are left out here, for the time that they take."""


@pytest.fixture(scope="module")
def corpus() -> Path:
    """The folder of real documents."""
    folder = os.environ.get("SPECDECK_CORPUS")
    if not folder:
        pytest.skip("SPECDECK_CORPUS does not name a folder with real specifications")
    return Path(folder)


def part(corpus: Path, name: str) -> Path:
    """Return a part of the corpus; skip the test where it is missing."""
    if not (corpus / name).exists():
        pytest.skip(f"The corpus has no {name}")
    return corpus / name


@pytest.fixture(scope="module")
def github(corpus: Path) -> Spec:
    """GitHub's document as read."""
    return read(part(corpus, "github-rest/generated/api.github.com.json").read_bytes())


@pytest.fixture(scope="module")
def github_library(github: Spec, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A library with GitHub's document."""
    library = Library(tmp_path_factory.mktemp("github") / "library.db")
    library.add(
        NewSpec(spec=github, source="github", sha256=b"0", bytes=0, name="github", suggestion="", reader=READER),
        index(github),
    )
    yield library
    library.close()


def test_a_large_document_is_read_whole(github: Spec) -> None:
    """GitHub's document has 1,223 operations, none of which is a problem, and can be kept as it is."""
    assert len(github.operations) == 1223
    assert github.problems == ()
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(github), type=Spec) == github


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("How do I create an issue in a repository?", "POST /repos/{owner}/{repo}/issues"),
        ("issues/create", "POST /repos/{owner}/{repo}/issues"),
        ("What does `GET /repos/{owner}/{repo}` return?", "GET /repos/{owner}/{repo}"),
    ],
)
def test_words_find_the_operation_among_a_thousand(github_library: Library, question: str, first: str) -> None:
    """The operation that is meant comes first, without any vector."""
    assert found(github_library, question, n=1) == [first]


def test_real_documents_are_read_or_refused(corpus: Path) -> None:
    """Each document of a fixed sample gives a spec that can be kept; only what is no OpenAPI 3 is refused."""
    files = sorted(path for path in part(corpus, "apis-guru/api").rglob("*.json") if path.stat().st_size <= MAX_BYTES)
    sample = files[:: max(1, len(files) // SAMPLE)][:SAMPLE]
    assert len(sample) == SAMPLE
    read_whole = 0
    for path in sample:
        try:
            spec = read(path.read_bytes())
        except SpecError as refused:
            assert "is not supported" in str(refused), path
            continue
        assert msgspec.msgpack.decode(msgspec.msgpack.encode(spec), type=Spec) == spec, path
        read_whole += 1
    assert read_whole > SAMPLE / 2
