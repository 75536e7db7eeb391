import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from engine.errors import InputError, OutsideError, SpecdeckError, SpecError
from engine.intake.archives import HEAD, may_be_archive, unpacked
from engine.intake.collect import collect
from engine.intake.records import Document
from engine.specs.limits import Limits

FILES = {"specs/a.json": b'{"a": 1}', "specs/parts/b.yaml": b"b: 2", "specs/logo.png": b"\x89PNG", ".x/c.json": b"{}"}


def zipped(files: dict[str, bytes] = FILES) -> bytes:
    """Return a zip archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def tarred(files: dict[str, bytes] = FILES) -> bytes:
    """Return a tar archive, with a link, a folder and a device among its members."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, kind in (("specs", tarfile.DIRTYPE), ("specs/l.json", tarfile.SYMTYPE), ("d.json", tarfile.CHRTYPE)):
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, "/etc/passwd"
            archive.addfile(member)
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


def documents(data: bytes, limits: Limits = Limits()) -> list[Document]:
    """Return what an archive holds."""
    return list(unpacked(data, "x.archive", "x.archive", "/x.archive", limits))


PACKED: list[Callable[[], bytes]] = [
    zipped,
    tarred,
    lambda: gzip.compress(tarred()),
    lambda: bz2.compress(tarred()),
    lambda: lzma.compress(tarred()),
]


@pytest.mark.parametrize("pack", PACKED, ids=["zip", "tar", "tar.gz", "tar.bz2", "tar.xz"])
def test_the_documents_of_an_archive_are_read_in_place(pack: Callable[[], bytes]) -> None:
    """Members are documents with a source of their own and neighbours; links, devices and pictures are none."""
    data = pack()
    assert may_be_archive(data[:HEAD])
    found = documents(data)
    assert [(one.name, one.source, one.load()) for one in found] == [
        ("specs/a.json", "/x.archive!/specs/a.json", b'{"a": 1}'),
        ("specs/parts/b.yaml", "/x.archive!/specs/parts/b.yaml", b"b: 2"),
    ]
    neighbour = found[0].neighbour
    assert neighbour is not None
    assert neighbour("parts/b.yaml") == b"b: 2"
    assert neighbour("../specs/a.json") == b'{"a": 1}'
    with pytest.raises(OutsideError):
        neighbour("../../etc/passwd")
    for outside in ("/etc/passwd", "none.yaml"):
        with pytest.raises(InputError, match="There is no"):
            neighbour(outside)


def test_a_folder_of_an_archive_is_listed() -> None:
    """A name that is no UTF-8 is listed as well as it can be, and costs nothing but its own file."""
    found = documents(tarred({"shop/a.json": b"{}", "shop/g\udce9t.bru": b"get {}"}))
    assert found[0].neighbour is not None
    assert found[0].neighbour("./").split(b"\n") == [b"a.json", b"g?t.bru"]


def test_a_file_that_is_only_compressed_is_one_document() -> None:
    """`openapi.json.gz` is what is in it."""
    [document] = documents(gzip.compress(b'{"a": 1}'))
    assert (document.name, document.load()) == ("x", b'{"a": 1}')


def test_a_word_document_is_no_archive() -> None:
    """A DOCX file is a zip, but one document."""
    data = zipped({"[Content_Types].xml": b"", "word/document.xml": b"<x/>"})
    [document] = documents(data)
    assert document.load() == data


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_a_path_that_leads_out_is_refused(pack: Callable[[dict[str, bytes]], bytes], tmp_path: Path) -> None:
    """It is named, and nothing is written anywhere."""
    found = documents(pack({"../../escaped.json": b"{}", "/etc/absolute.json": b"{}", "C:/windows.json": b"{}"}))
    assert len(found) == 3
    for document in found:
        with pytest.raises(InputError, match="leads out of the archive"):
            document.load()


@pytest.mark.parametrize(
    "pack",
    [
        lambda data: zipped({"a.json": data, "b.json": data}),
        gzip.compress,
        lambda data: gzip.compress(tarred({"a.json": data})),
        lzma.compress,
    ],
    ids=["zip", "gz", "tar.gz", "xz"],
)
def test_a_bomb_is_refused(pack: Callable[[bytes], bytes]) -> None:
    """What would unpack to more than the limit is refused before it is, and the error names the setting."""
    data = pack(b"0" * (2 * 1024 * 1024))
    assert len(data) < 10_000
    with pytest.raises(SpecError, match="The archive holds more than 1 MB") as caught:
        documents(data, Limits(max_document_mb=1))
    assert "max_document_mb" in caught.value.hint


def test_a_zip_that_lies_about_sizes_is_cut(tmp_path: Path) -> None:
    """A member that unpacks to more than was declared for it gives an error, not more bytes."""
    data = bytearray(zipped({"a.json": b"0" * 100_000}))
    size = (100_000).to_bytes(4, "little")
    assert data.count(size) == 2
    lying = bytes(data).replace(size, (10).to_bytes(4, "little"))
    [document] = documents(lying)
    with pytest.raises(InputError, match="cannot be unpacked"):
        document.load()


def test_an_archive_in_an_archive_is_left_alone() -> None:
    """Only one level is opened."""
    with pytest.raises(InputError, match="holds no documents"):
        documents(zipped({"inner.zip": zipped()}))


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_damaged_archives_are_refused(data: st.DataObject) -> None:
    """Whatever bytes are changed or cut, there is an error that says so, or documents."""
    packed = bytearray(data.draw(st.sampled_from([pack() for pack in PACKED])))
    for _ in range(data.draw(st.integers(1, 8))):
        packed[data.draw(st.integers(0, len(packed) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(packed[: data.draw(st.integers(0, len(packed)))])
    try:
        for document in documents(cut):
            document.load()
    except SpecdeckError:
        pass


def test_standard_input_may_be_an_archive() -> None:
    """`specdeck add - < specs.zip` reads its documents."""
    found = list(collect(zipped(), Limits()))
    assert [document.source for document in found] == ["-!/specs/a.json", "-!/specs/parts/b.yaml"]
