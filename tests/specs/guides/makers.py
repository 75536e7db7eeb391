"""Writes small PDF and DOCX files, which are binary, so that the tests can show what is in them."""

import io
import zipfile
from collections.abc import Sequence


def pdf(pages: Sequence[str], outline: Sequence[tuple[str, int]] = (), title: str = "") -> bytes:
    """Return a PDF file.

    Args:
        pages: The text of each page; a page without text is empty.
        outline: Title and page (from 1) of each entry.
        title: Title in its metadata.
    """
    kids = " ".join(f"{10 + 2 * number} 0 R" for number in range(len(pages)))
    first = 10 + 2 * len(pages)
    entries = range(first, first + len(outline))
    objects = {
        1: "<< /Type /Catalog /Pages 2 0 R /Outlines 4 0 R >>",
        2: f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        3: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        4: f"<< /Type /Outlines /Count {len(outline)} >>",
        5: f"<< /Title ({title}) >>",
    }
    if outline:
        objects[4] = f"<< /Type /Outlines /First {entries[0]} 0 R /Last {entries[-1]} 0 R /Count {len(outline)} >>"
    for number, text in enumerate(pages):
        shown = " T* ".join(f"({line}) Tj" for line in text.split("\n")) if text else ""
        stream = f"BT /F1 12 Tf 14 TL 72 720 Td {shown} ET"
        objects[10 + 2 * number] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {11 + 2 * number:05} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >> >>"
        )
        objects[11 + 2 * number] = f"<< /Length {len(stream)}{' ' * 20}>>\nstream\n{stream}\nendstream"
    for entry, (name, page) in zip(entries, outline, strict=True):
        after = f" /Next {entry + 1} 0 R" if entry < entries[-1] else ""
        destination = f"[{8 + 2 * page} 0 R /XYZ 0 700 0]"
        objects[entry] = f"<< /Title ({name}) /Parent 4 0 R /Dest {destination}{after} >>"
    body = io.BytesIO(b"%PDF-1.4\n")
    body.seek(0, io.SEEK_END)
    places = {}
    for number, text in objects.items():
        places[number] = body.tell()
        body.write(f"{number} 0 obj\n{text}\nendobj\n".encode("latin-1"))
    start = body.tell()
    last = max(objects)
    table = "".join(
        f"{places[number]:010} 00000 n \n" if number in places else "0000000000 65535 f \n"
        for number in range(last + 1)
    )
    trailer = f"xref\n0 {last + 1}\n{table}trailer\n<< /Size {last + 1} /Root 1 0 R /Info 5 0 R >>\n"
    body.write(f"{trailer}startxref\n{start}\n%%EOF\n".encode())
    return body.getvalue()


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
STYLES = f"""<?xml version="1.0" encoding="UTF-8"?>
<w:styles {W}>
<w:style w:type="paragraph" w:styleId="Titel"><w:name w:val="Title"/></w:style>
<w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>
<w:style w:type="paragraph" w:styleId="berschrift2"><w:name w:val="heading 2"/></w:style>
<w:style w:type="paragraph" w:styleId="Chapter"><w:name w:val="Our chapter"/><w:basedOn w:val="berschrift1"/></w:style>
<w:style w:type="paragraph" w:styleId="Deep"><w:name w:val="Deep"/><w:pPr><w:outlineLvl w:val="2"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Round"><w:name w:val="Round"/><w:basedOn w:val="Round"/></w:style>
<w:style w:type="paragraph" w:styleId="Quelle"><w:name w:val="Source Code"/></w:style>
<w:style w:type="paragraph" w:styleId="Verzeichnis1"><w:name w:val="toc 1"/></w:style>
</w:styles>"""


def paragraph(text: str, style: str = "", properties: str = "") -> str:
    """Return a paragraph of a DOCX document; `text` may hold XML."""
    properties = f'<w:pStyle w:val="{style}"/>{properties}' if style else properties
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return a table of a DOCX document; a cell is XML."""
    cells = ("".join(f"<w:tc>{cell}</w:tc>" for cell in row) for row in rows)
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"


def docx(*body: str, styles: str = STYLES, head: str = "", compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a DOCX file.

    Args:
        body: What is in the body, as XML.
        styles: Its `word/styles.xml`; none where it is empty.
        head: What stands before the root of its `word/document.xml`.
        compression: How the zip is packed.
    """
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", compression) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        if styles:
            archive.writestr("word/styles.xml", styles)
        text = f"{head}<w:document {W}><w:body>{''.join(body)}</w:body></w:document>"
        archive.writestr("word/document.xml", text)
    return data.getvalue()
