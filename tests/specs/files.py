"""Files of the binary formats, small and hand-written: Word documents, PDF, zip and tar archives."""

import io
import tarfile
import zipfile
import zlib
from collections.abc import Mapping
from types import MappingProxyType

_NOTHING: Mapping[str, str] = MappingProxyType({})


def docx(body: str = "", **parts: str) -> bytes:
    """Return a Word document.

    Args:
        body: What is in `w:body`; XML.
        parts: Other files of the archive, whole, by path without folder and ending: `styles="<w:styles …"`.
    """
    word = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    kinds = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    files = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{kinds}"/></Types>',
        "word/document.xml": f'<?xml version="1.0"?><w:document {word}><w:body>{body or WORDS}</w:body></w:document>',
        "word/styles.xml": f'<w:styles {word}><w:style w:type="paragraph" w:styleId="Heading1">'
        '<w:name w:val="heading 1"/></w:style></w:styles>',
        **{f"word/{name}.xml": content for name, content in parts.items()},
    }
    return zipped({name: content.encode() for name, content in files.items()})


WORDS = (
    '<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>Guide</w:t></w:r></w:p>'
    '<w:p><w:r><w:t xml:space="preserve">Some </w:t></w:r>'
    "<w:r><w:rPr><w:b/></w:rPr><w:t>words</w:t><w:tab/><w:br/></w:r></w:p>"
    '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>Item</w:t></w:r></w:p>'
    "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>A</w:t></w:r></w:p></w:tc>"
    "<w:tc><w:p><w:r><w:t>B</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
)


def pdf(*streams: bytes, compressed: bool = False, **objects: bytes) -> bytes:
    """Return a PDF with a page for each content stream.

    Args:
        streams: Contents of the pages, in PDF's own operators.
        compressed: Deflate them.
        objects: Objects by number (`o2=b"<<…>>"`) that take the place of the usual ones.
    """
    kids = " ".join(f"{4 + 2 * page} 0 R" for page in range(len(streams)))
    found = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: f"<< /Type /Pages /Kids [{kids}] /Count {len(streams)} >>".encode(),
        3: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    }
    for page, stream in enumerate(streams):
        number, data = 4 + 2 * page, zlib.compress(stream) if compressed else stream
        found[number] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents {number + 1} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >> >>"
        ).encode()
        kind = b"/Filter /FlateDecode " if compressed else b""
        found[number + 1] = b"<< %s/Length %d >>\nstream\n%s\nendstream" % (kind, len(data), data)
    found |= {int(name.removeprefix("o")): content for name, content in objects.items()}
    out, places = bytearray(b"%PDF-1.4\n"), {}
    for number, content in sorted(found.items()):
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (max(places) + 1)
    out += b"".join(b"%010d 00000 n \n" % places.get(number, 0) for number in range(1, max(places) + 1))
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (max(places) + 1, start)
    return bytes(out)


PAGE = (
    b"BT /F1 24 Tf 50 700 Td (Guide) Tj /F1 11 Tf 0 -30 Td (Some words of the guide.) Tj 0 -14 Td [(mo) -20 (re)] TJ ET"
)


def zipped(files: dict[str, bytes]) -> bytes:
    """Return a zip archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def tarred(files: dict[str, bytes], links: Mapping[str, str] = _NOTHING) -> bytes:
    """Return a tar archive of files, and of symbolic links by what they lead to."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, target in links.items():
            member = tarfile.TarInfo(name)
            member.type, member.linkname = tarfile.SYMTYPE, target
            archive.addfile(member)
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return buffer.getvalue()
