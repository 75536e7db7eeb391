"""Documents that are small, or large in one way, and ask for much: of memory, of time, of the stack."""

import gzip
import io
import json
import lzma
import tarfile
import zlib
from collections.abc import Callable
from typing import Any

from tests.specs.builders import document
from tests.specs.files import docx, pdf, zipped

HEAD = "openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths: {}\n"
Content = Callable[[], bytes | str]
DEEP = 100_000
LONG = 10_000_000

_POSTMAN = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
_SIZE = "`max_document_mb`"
_DEPTH = "`max_depth`"
_PARTS = "`max_parts`"
_OPERATIONS = "`max_operations`"


def _api(paths: Any, **parts: Any) -> bytes:
    return json.dumps(document(paths, **parts)).encode()


def _aliases(levels: int, leaf: str, width: int = 10) -> str:
    rows = [f"  a0: &a0 [{', '.join([leaf] * width)}]\n"]
    rows += [f"  a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * width)}]\n" for level in range(1, levels)]
    return HEAD + "x-bomb:\n" + "".join(rows)


def _schemas(count: int, **parts: Any) -> dict[str, Any]:
    """Return schemas each of which has the next one twice."""
    return {
        f"S{number}": {
            "type": "object",
            "required": ["a", "b"],
            "properties": {name: {"$ref": f"#/components/schemas/S{number + 1}"} for name in ("a", "b")},
            **parts,
        }
        for number in range(count)
    } | {f"S{count}": {"type": "string"}}


def _shared(count: int) -> bytes:
    """Return operations that all refer to one large response."""
    response = {"description": "x" * 1000, "headers": {f"H{n}": {"schema": {"type": "string"}} for n in range(300)}}
    operation = {"responses": {str(status): {"$ref": "#/components/responses/R"} for status in range(400, 500)}}
    return _api({f"/{n}": {"get": operation} for n in range(count)}, components={"responses": {"R": response}})


def _item_text() -> bytes:
    """Return a path item with a long description, which each of its operations has."""
    methods: dict[str, Any] = {f"M{n}": {} for n in range(5000)}
    return _api({"/a": {"description": "word " * 200_000, "additionalOperations": methods}}, openapi="3.2.0")


def _tags() -> bytes:
    """Return a collection of many requests in deep folders with long names, which the tag of each repeats."""
    items: list[Any] = [{"name": "r", "request": f"https://example.com/{n}"} for n in range(50_000)]
    for _ in range(95):
        items = [{"name": "n" * 100, "item": items}]
    return json.dumps({"info": {"name": "x", "schema": _POSTMAN}, "item": items}).encode()


def _host() -> bytes:
    """Return a service with a long address, which is that of each of its methods."""
    methods = " ".join(f"rpc M{n}(A) returns (A);" for n in range(5000))
    option = f'option (google.api.default_host) = "{"x" * 1_000_000}";'
    return f'syntax = "proto3"; service S {{ {option} {methods} }} message A {{}}'.encode()


def _folders(depth: int) -> bytes:
    head = f'{{"info": {{"name": "x", "schema": "{_POSTMAN}"}}, "item": ['
    return (head + '{"name": "f", "item": [' * depth + "]}" * depth + "]}").encode()


def _nested_zip(depth: int) -> bytes:
    data = zipped({"a.json": b"{}"})
    for _ in range(depth):
        data = zipped({"a.json": data, "b.zip": data})
    return data


def _zip_bomb(megabytes: int) -> bytes:
    return zipped({f"{number}.json": bytes(1 << 20) for number in range(megabytes)})


def _lying_zip() -> bytes:
    """Return an archive whose one file is far larger than it says."""
    data = bytearray(zipped({"a.json": b"[" + b"0," * (4 << 20) + b"0]"}))
    for mark, place in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
        at = data.index(mark) + place
        data[at : at + 4] = (100).to_bytes(4, "little")
    return bytes(data)


def _sparse_tar() -> bytes:
    """Return an archive with a file that consists of a hole of a terabyte."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        member = tarfile.TarInfo("a.json")
        content = b"0\n".ljust(512, b"\0")
        member.size = len(content)
        sparse = {"major": "1", "minor": "0", "name": "a.json", "realsize": str(10**12)}
        member.pax_headers = {f"GNU.sparse.{name}": value for name, value in sparse.items()}
        archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def _large_dictionary() -> bytes:
    """Return a file in xz whose header asks for 4 GB of memory."""
    data = bytearray(lzma.compress(b"{}"))
    head = slice(12, 12 + (data[12] + 1) * 4 - 4)  # of the first block, without its checksum (xz format, 3.1)
    data[16] = 40
    data[head.stop : head.stop + 4] = zlib.crc32(data[head]).to_bytes(4, "little")
    return bytes(data)


def _entities(external: bool = False) -> bytes:
    """Return a Word document whose text is an entity that stands for a billion others, or for a file."""
    rows = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "lol" * 10}">' for n in range(10))
    if external:
        rows = '<!ENTITY a9 SYSTEM "file:///etc/passwd">'
    word = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    text = f"<w:document {word}><w:body><w:p><w:r><w:t>&a9;</w:t></w:r></w:p></w:body></w:document>"
    return zipped(
        {
            "[Content_Types].xml": b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
            "word/document.xml": f'<?xml version="1.0"?><!DOCTYPE w [{rows}]>{text}'.encode(),
        }
    )


def _deflated_pdf(megabytes: int) -> bytes:
    """Return a PDF whose page is deflated from much."""
    stream = b"<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream"
    packer = zlib.compressobj(9)
    data = (
        b"".join(packer.compress(b"BT /F1 9 Tf (word) Tj ET " * (1 << 15)) for _ in range(megabytes)) + packer.flush()
    )
    return pdf(b"BT ET", o5=stream % (len(data), data))


def _double_deflated_pdf(megabytes: int) -> bytes:
    """Return the same, deflated twice."""
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(bytes(1 << 20)) for _ in range(megabytes)) + packer.flush()
    data = zlib.compress(data, 9)
    content = b"<< /Filter [/FlateDecode /FlateDecode] /Length %d >>\nstream\n%s\nendstream" % (len(data), data)
    return pdf(b"BT ET", o5=content)


def _page_loop() -> bytes:
    """Return a PDF whose tree of pages contains itself, and says that it has a million of them."""
    return pdf(b"BT (x) Tj ET", o2=b"<< /Type /Pages /Kids [2 0 R 4 0 R 2 0 R] /Count 1000000 /Parent 2 0 R >>")


def _same_page(times: int) -> bytes:
    """Return a PDF with one page many times."""
    return pdf(b"BT /F1 9 Tf (word) Tj ET", o2=b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b"4 0 R " * times, times))


def _wide_parts() -> bytes:
    """Return a document with a path of a megabyte, which every pointer below it repeats."""
    parameters = [{"name": f"p{n}", "in": "query", "schema": {"type": "string"}} for n in range(5000)]
    return _api({"/" + "x" * 1_000_000: {"get": {"parameters": parameters}}})


def _long_names() -> bytes:
    """Return schemas in one another whose long names make long pointers, and at the bottom many references."""
    inner: Any = {"properties": {f"p{n}": {"$ref": f"#/components/schemas/N{n}"} for n in range(10_000)}}
    for level in range(60):
        inner = {"properties": {f"{level}{'x' * 4000}": inner}}
    return _api({}, components={"schemas": {"S": inner}})


def written(content: Content) -> bytes:
    """Return the bytes of a document."""
    made = content()
    return made.encode() if isinstance(made, str) else made


REFUSED: dict[str, tuple[Content, str]] = {
    "aliases.yaml": (lambda: _aliases(12, "lol"), _PARTS),
    "merges.yaml": (
        lambda: (
            HEAD
            + "x-m:\n  m0: &m0 {"
            + ", ".join(f"k{n}: 1" for n in range(1000))
            + "}\n"
            + "".join(f"  m{n}: &m{n} {{<<: [{', '.join([f'*m{n - 1}'] * 10)}]}}\n" for n in range(1, 9))
        ),
        _PARTS,
    ),
    "deep.json": (lambda: b"[" * DEEP + b"]" * DEEP, _DEPTH),
    "deep-open.json": (lambda: b'{"openapi": "3.0.0", "paths": ' + b"[" * DEEP, _DEPTH),
    "deep-mapping.json": (lambda: b'{"a":' * DEEP + b"1" + b"}" * DEEP, _DEPTH),
    "deep-flow.yaml": (lambda: HEAD + "x: " + "[" * DEEP + "]" * DEEP, _DEPTH),
    "deep-block.yaml": (lambda: HEAD + "x:\n  " + "- " * DEEP + "a\n", _DEPTH),
    "deep-list.graphql": (
        lambda: b"type Query { a: " + b"[" * DEEP + b"Int" + b"]" * DEEP + b" }",
        "nested deeper than 200 levels",
    ),
    "deep-value.graphql": (
        lambda: b"type Query { a(b: Int = " + b"[" * DEEP + b"]" * DEEP + b"): Int }",
        "nested deeper than 200 levels",
    ),
    "deep-object.graphql": (
        lambda: b"type Query { a(b: I = " + b"{a: " * DEEP + b"1" + b"}" * DEEP + b"): Int }",
        "nested deeper than 200 levels",
    ),
    "deep-message.proto": (lambda: b'syntax = "proto3";\n' + b"message A { " * DEEP + b"}" * DEEP, _DEPTH),
    "deep-option.proto": (
        lambda: b'syntax = "proto3";\nmessage A { option (a) = ' + b"{ a: " * DEEP + b"}" * DEEP + b"; }",
        _DEPTH,
    ),
    "deep-folders.json": (lambda: _folders(DEEP), _DEPTH),
    "long-number.json": (lambda: b'{"openapi": ' + b"1" * 1_000_000 + b', "paths": {}}', "not supported"),
    "shared-parts.json": (lambda: _shared(2000), _PARTS),
    "item-text.json": (_item_text, _PARTS),
    "tags.json": (_tags, _PARTS),
    "security.json": (
        lambda: _api({f"/{n}": {"get": {}} for n in range(20_000)}, security=[{f"k{n}": ["a"]} for n in range(20_000)]),
        _PARTS,
    ),
    "operations.json": (
        lambda: _api({f"/{n}": {"get": {}} for n in range(300_000)}),
        _OPERATIONS,
    ),
    "long-names.json": (_long_names, _PARTS),
    "zip-bomb.zip": (lambda: _zip_bomb(300), _SIZE),
    "lying.zip": (_lying_zip, "cannot be unpacked"),
    "sparse.tar": (_sparse_tar, _SIZE),
    "dictionary.xz": (_large_dictionary, "memory"),
    "bomb.json.gz": (lambda: gzip.compress(bytes(300 << 20)), _SIZE),
    "entities.docx": (_entities, ""),
    "deflated.pdf": (lambda: _deflated_pdf(300), ""),
    "deflated-twice.pdf": (lambda: _double_deflated_pdf(1000), ""),
    "page-loop.pdf": (_page_loop, ""),
    "spaces.json": (lambda: b" " * LONG, "empty"),
}
"""File → its content, and what the refusal says: the setting, where it is a limit."""

ODD: dict[str, Content] = {
    "aliases-below.yaml": lambda: _aliases(6, "x" * 60, 10),
    "aliases-split.yaml": lambda: _aliases(6, "x" * 60, 10) + "x-out: {$ref: 'other.yaml'}\n",
    "aliases-sample.yaml": lambda: _aliases(6, "x" * 60, 6).removeprefix(HEAD),
    "deep.html": lambda: b"<html>" + b"<div>" * DEEP + b"word" + b"</div>" * DEEP,
    "deep-open.html": lambda: b"<!doctype html>" + b"<ul><li>" * DEEP + b"word",
    "deep-quote.md": lambda: b"# Guide\n\n" + b">" * DEEP + b" word\n",
    "deep-list.md": lambda: b"# Guide\n\n" + b"- " * DEEP + b"word\n",
    "deep-link.md": lambda: b"# Guide\n\n" + b"[" * DEEP + b"word" + b"](a)" * DEEP + b"\n",
    "deep-emphasis.md": lambda: b"# Guide\n\n" + b"*a _b " * DEEP + b"\n",
    "deep-heading.md": lambda: b"# " + b"[a](" * 50 + b"word\n\n" + b"## x\n" * DEEP + b"word",
    "line.json": lambda: _api({"/a": {"get": {"summary": "word " * (LONG // 5)}}}),
    "line.yaml": lambda: HEAD.replace("{}", "{/a: {get: {description: ") + "word " * (LONG // 5) + "}}}\n",
    "line.md": lambda: b"# Guide\n\n" + b"word " * (LONG // 5),
    "line.txt": lambda: b"word" * (LONG // 4),
    "line.html": lambda: b"<html><body><p>" + b"word " * (LONG // 5) + b"</p></body></html>",
    "line-of-tags.html": lambda: b"<html>" + b"<" * (LONG // 10) + b"<!--" * (LONG // 100),
    "line.graphql": lambda: b'type Query { "' + b"word " * (LONG // 5) + b'" a: Int }',
    "line.proto": lambda: b'syntax = "proto3"; // ' + b"word " * (LONG // 5) + b"\nmessage A {}",
    "wide.csv": lambda: "\n".join(",".join(f"{row}{n}" for n in range(100_000)) for row in ("c", "d", "e")),
    "keys.json": lambda: json.dumps({f"k{n}": n for n in range(1_000_000)}),
    "long-key.json": lambda: _api({"/a": {"get": {"x" * 1_000_000: 1}}}, **{"x-" + "y" * 1_000_000: 1}),
    "long-path.json": _wide_parts,
    "parameters.json": lambda: _api(
        {"/a": {"get": {"parameters": [{"name": f"p{n}", "in": "query", "schema": {}} for n in range(100_000)]}}}
    ),
    "doubling.json": lambda: _api(
        {"/a": {"post": {"requestBody": {"content": {"a/b": {"schema": {"$ref": "#/components/schemas/S0"}}}}}}},
        components={"schemas": _schemas(2000)},
    ),
    "one-of-all-of.json": lambda: _api(
        {},
        components={
            "schemas": {
                f"S{n}": {
                    key: [{"$ref": f"#/components/schemas/S{m}"} for m in range(300)]
                    for key in ("allOf", "oneOf", "anyOf")
                }
                for n in range(300)
            }
        },
    ),
    "host.proto": _host,
    "many-problems.json": lambda: _api(
        {f"/{n}": {"get": {"parameters": [{"$ref": f"#/no/{n}"}]}} for n in range(20_000)}
    ),
    "external.docx": lambda: _entities(external=True),
    "same-page.pdf": lambda: _same_page(3000),
    "nested.zip": lambda: _nested_zip(12),
    "large-word.docx": lambda: docx("<w:p><w:r><w:t>" + "word " * (LONG // 10) + "</w:t></w:r></w:p>"),
    "deep.docx": lambda: docx("<w:sdt>" * DEEP + "</w:sdt>" * DEEP),
}
"""File → its content; each is read or refused, whichever."""
