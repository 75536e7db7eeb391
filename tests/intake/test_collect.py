import os
from pathlib import Path

import pytest

from engine.errors import InputError, SpecError
from engine.intake.collect import collect
from engine.intake.records import Document
from engine.specs.limits import Limits

FILES = {
    "b.json": b"{}",
    "a/openapi.yaml": b"x: 1",
    "a/deep/guide.md": b"# Guide",
    "a/picture.png": b"\x89PNG",
    "a/.hidden/secret.json": b"{}",
    ".secret.json": b"{}",
    "node_modules/package.json": b"{}",
}


def collected(source: Path | bytes | str, limits: Limits = Limits()) -> list[Document]:
    """Return the documents of a source, without the network."""
    return list(collect(source, limits))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with documents, and with what is none."""
    for name, data in FILES.items():
        path = tmp_path / "specs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return tmp_path / "specs"


def test_a_folder_is_all_documents_below_it(folder: Path) -> None:
    """They come in the order of their names; hidden files, other people's folders and other kinds of files do not."""
    documents = collected(folder)
    assert [document.name for document in documents] == ["b.json", "a/openapi.yaml", "a/deep/guide.md"]
    assert [document.source for document in documents] == [str(folder / document.name) for document in documents]
    assert [document.load() for document in documents] == [b"{}", b"x: 1", b"# Guide"]
    assert not any(document.named for document in documents)


def test_a_folder_that_is_hidden_is_read_when_it_is_named(folder: Path) -> None:
    """What the user names is meant, whatever its name."""
    assert [document.name for document in collected(folder / "a" / ".hidden")] == ["secret.json"]
    assert [document.name for document in collected(folder / ".secret.json")] == [".secret.json"]


def test_a_link_to_a_folder_above_is_not_followed(folder: Path) -> None:
    """A circle of links ends, and files outside stay outside."""
    (folder / "loop").symlink_to(folder)
    assert len(collected(folder)) == 3


def test_a_pattern_is_the_files_that_match(folder: Path) -> None:
    """A pattern that no shell has expanded is expanded here; folders do not count."""
    documents = collected(folder / "**" / "*.*")
    assert {document.name for document in documents} >= {"b.json", "openapi.yaml", "picture.png"}
    assert all(document.named for document in documents)
    with pytest.raises(InputError, match="No file matches"):
        collected(folder / "*.none")


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(folder: Path) -> None:
    """What exists is not expanded."""
    (folder / "a[1].json").write_bytes(b"{}")
    assert [document.name for document in collected(folder / "a[1].json")] == ["a[1].json"]


def test_the_files_beside_a_document_can_be_opened(folder: Path) -> None:
    """A document brings its neighbours along."""
    [document] = collected(folder / "a" / "openapi.yaml")
    assert document.neighbour is not None
    assert document.neighbour("deep/guide.md") == b"# Guide"
    with pytest.raises(InputError):
        document.neighbour("../b.json")


def test_a_pipe_is_read_once(tmp_path: Path) -> None:
    """A shell's `<(command)` is read as standard input is."""
    read_end, write_end = os.pipe()
    os.write(write_end, b"{}")
    os.close(write_end)
    [document] = collected(Path(f"/dev/fd/{read_end}"))
    os.close(read_end)
    assert (document.load(), document.source) == (b"{}", "-")


@pytest.mark.parametrize("name", ["missing.json", "missing/", "a/\0", "x" * 300, "x" * 300 + "*"])
def test_what_is_not_there_is_named(folder: Path, name: str) -> None:
    """The sentence says which file."""
    with pytest.raises(InputError, match=r"There is no file|cannot be read"):
        collected(folder / name)


def test_a_file_that_is_too_large_is_not_read_whole(tmp_path: Path) -> None:
    """The error names the limit and the setting."""
    path = tmp_path / "large.json"
    with path.open("wb") as file:
        file.truncate(3 * 1024 * 1024)
    [document] = collected(path, Limits(max_document_mb=2))
    with pytest.raises(SpecError, match="larger than 2 MB") as caught:
        document.load()
    assert "max_document_mb" in caught.value.hint


def test_an_address_needs_the_network(tmp_path: Path) -> None:
    """Nothing is sent unless the user allowed it, and no password of the address is repeated."""
    with pytest.raises(InputError, match=r"https://a\.example/x is an address, and the network is off") as caught:
        collected("https://user:secret@a.example/x?token=secret")
    assert "secret" not in str(caught.value)


def test_a_broken_archive_costs_no_other_file_of_a_pattern(folder: Path) -> None:
    """It is refused by its own name, and those after it are read."""
    (folder / "a.zip").write_bytes(b"PK\3\4, broken")
    broken, good = collected(folder / "*.*")
    assert (broken.shown, good.name) == (str(folder / "a.zip"), "b.json")
    with pytest.raises(InputError, match="cannot be unpacked"):
        broken.load()


def test_what_may_not_be_looked_at_in_a_folder_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file or folder that the system does not open costs itself, and is not passed over in silence."""
    monkeypatch.chdir(tmp_path)
    Path("ok.json").write_bytes(b"{}")
    for _ in range(16):  # Down to where paths are longer than Linux takes (4096): the one refusal that root meets too.
        Path("d" * 250).mkdir()
        monkeypatch.chdir("d" * 250)
    Path("f" * 245 + ".json").write_bytes(b"{}")
    Path("g" * 250).mkdir()
    monkeypatch.chdir(tmp_path)
    good, *refused = collected(tmp_path)
    assert good.load() == b"{}"
    assert {Path(one.shown).name[0] for one in refused} == {"f", "g"}
    for one in refused:
        with pytest.raises(InputError, match="cannot be read: File name too long"):
            one.load()


def test_a_file_has_one_source_wherever_it_is_named_from(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its source, by which it replaces what it was, does not depend on the folder where the user is."""
    monkeypatch.chdir(folder / "a")
    sources = [collected(Path(name))[0].source for name in ("../b.json", "deep/../../b.json", "..")]
    assert sources == [str(folder / "b.json")] * 3
