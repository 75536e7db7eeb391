import hashlib
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.errors import InputError, UnreachableError
from engine.net import download as downloading
from engine.net.download import Expected, download
from engine.net.reach import Reach
from tests.net.files import Asked, Files, serving

BODY = bytes(range(256)) * 4096
"""One MiB, which no two pieces of the connection hold."""
NOTHING = Expected()
HASH = hashlib.sha256(BODY).hexdigest()


@pytest.fixture
def server(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Files]:
    """A server that has one file; waits between two tries are short."""
    monkeypatch.setattr(downloading, "PAUSE_S", 0.01)
    with serving(certificate) as running:
        running.files["/file"] = BODY
        yield running


class Fetching:
    """Fetches the file of a server into a folder, and notes how it went."""

    def __init__(self, server: Files, folder: Path, certificate: Path) -> None:
        self.server = server
        self.target = folder / "file"
        self.reach = Reach(private=True, ca_bundle=f"{certificate}.crt")
        self.told: list[tuple[int, int]] = []

    async def __call__(self, expected: Expected = NOTHING, path: str = "/file") -> None:
        """Fetch it."""
        address = f"{self.server.address}{path}"
        await download(address, self.target, self.reach, expected, lambda done, total: self.told.append((done, total)))

    @property
    def left(self) -> list[str]:
        """The files that are there."""
        return sorted(file.name for file in self.target.parent.iterdir())


@pytest.fixture
def fetching(server: Files, tmp_path: Path, certificate: Path) -> Fetching:
    """What fetches from that server into an empty folder."""
    folder = tmp_path / "model"
    folder.mkdir()
    return Fetching(server, folder, certificate)


async def test_a_file_is_fetched(fetching: Fetching) -> None:
    """It is whole, private and alone, and each piece was told of."""
    await fetching(Expected(bytes=len(BODY), sha256=HASH))
    assert fetching.target.read_bytes() == BODY
    assert stat.S_IMODE(fetching.target.stat().st_mode) == 0o600
    assert fetching.left == ["file"]
    assert (fetching.told[0], fetching.told[-1]) == ((0, len(BODY)), (len(BODY), len(BODY)))
    assert [done for done, _ in fetching.told] == sorted(done for done, _ in fetching.told)


async def test_what_breaks_off_goes_on_from_there(fetching: Fetching, server: Files) -> None:
    """A connection that breaks twice costs two more requests, each for the rest of the same version."""
    server.breaks = [300_000, 500_000]
    await fetching(Expected(sha256=HASH))
    assert fetching.target.read_bytes() == BODY
    assert server.asked == [
        Asked("/file", "", ""),
        Asked("/file", "bytes=300000-", '"1"'),
        Asked("/file", "bytes=800000-", '"1"'),
    ]


async def test_a_later_call_goes_on(fetching: Fetching, server: Files) -> None:
    """What came before the server was gone for good stays, and the next call asks for the rest only."""
    server.breaks = [300_000, 0]
    with pytest.raises(UnreachableError, match="broke off"):
        await fetching()
    assert fetching.left == ["file.part", "file.part.tag"]
    await fetching(Expected(sha256=HASH))
    assert server.asked[-1].range == "bytes=300000-"
    assert fetching.left == ["file"]


async def test_a_whole_file_that_was_not_told_whole(fetching: Fetching, server: Files) -> None:
    """Who was killed just before the end has all of the file; where its size is known no byte is asked for."""
    (fetching.target.parent / "file.part").write_bytes(BODY)
    (fetching.target.parent / "file.part.tag").write_text('"1"')
    await fetching(Expected(sha256=HASH))
    assert [asked.range for asked in server.asked] == [f"bytes={len(BODY)}-", ""]
    fetching.target.rename(fetching.target.with_name("file.part"))
    await fetching(Expected(bytes=len(BODY), sha256=HASH))
    assert (fetching.target.read_bytes(), len(server.asked)) == (BODY, 2)


async def test_another_version_begins_anew(fetching: Fetching, server: Files) -> None:
    """Where the file has changed meanwhile, nothing of the old one is kept."""
    server.breaks = [300_000, 0]
    with pytest.raises(UnreachableError):
        await fetching()
    server.files["/file"], server.version = BODY[::-1], "2"
    await fetching()
    assert fetching.target.read_bytes() == BODY[::-1]


async def test_a_server_without_ranges_sends_all_again(fetching: Fetching, server: Files) -> None:
    """It takes longer, and gives the same; where it never gets further, it is given up."""
    server.ranges = False
    server.breaks = [300_000]
    await fetching(Expected(sha256=HASH))
    assert fetching.target.read_bytes() == BODY
    fetching.target.unlink()
    server.breaks = [300_000, 200_000]
    with pytest.raises(UnreachableError, match="broke off"):
        await fetching()


@pytest.mark.parametrize(
    ("expected", "reason"),
    [
        (Expected(sha256="0" * 64), "SHA-256 is another"),
        (Expected(bytes=len(BODY), sha256="0" * 64), "SHA-256 is another"),
        (Expected(bytes=len(BODY) - 1), "More comes"),
    ],
)
async def test_another_file_is_refused(fetching: Fetching, expected: Expected, reason: str) -> None:
    """What is not the file that is expected is told, and nothing of it stays where a file would be looked for."""
    with pytest.raises(InputError, match=reason):
        await fetching(expected)
    assert not fetching.target.exists()
    assert all(file.stat().st_size <= len(b'"1"') for file in fetching.target.parent.iterdir())


async def test_a_file_that_is_not_there(fetching: Fetching) -> None:
    """The server's answer is the reason."""
    with pytest.raises(InputError, match="404"):
        await fetching(path="/none")
