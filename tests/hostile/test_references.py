import os
from pathlib import Path

import pytest

from tests.hostile.conftest import Deck
from tests.specs.files import docx, pdf, tarred, zipped

CANARY = "CANARY-7f3a9"
"""Stands in every file that no document may reach."""
SECRET = f"""\
openapi: 3.0.3
info: {{title: {CANARY}}}
paths: {{}}
x: {{type: object, description: {CANARY}, name: {CANARY}, in: query}}
"""
TARGETS = (
    "file:///etc/passwd",
    "file://{outside}#/x",
    "{outside}#/x",
    "../outside/secret.yaml#/x",
    "parts/../../outside/secret.yaml#/x",
    "..%2Foutside%2Fsecret.yaml#/x",
    "%2e%2e/outside/secret.yaml#/x",
    "..\\outside\\secret.yaml#/x",
    "link.yaml#/x",
    "links/secret.yaml#/x",
    "parts/up.yaml#/x",
    "pipe.yaml#/x",
    "zero.yaml#/x",
    "/dev/zero",
    "http://169.254.169.254/latest/meta-data/#/x",
    "https://example.com/secret.yaml#/x",
    "//example.com/secret.yaml#/x",
    "\\\\\\\\example.com\\\\share\\\\secret.yaml",
    "secret.yaml\u0000#/x",
)
OPENAPI = """\
openapi: 3.1.0
info: {{title: References, version: '1'}}
paths:
  /item: {{$ref: '{0}'}}
  /a:
    get:
      operationId: a
      parameters: [{{$ref: '{0}'}}]
      requestBody: {{$ref: '{0}'}}
      responses:
        '200':
          content:
            application/json:
              schema: {{$ref: '{0}'}}
              examples: {{a: {{$ref: '{0}'}}, b: {{externalValue: '{0}'}}}}
          links: {{a: {{operationRef: '{0}'}}}}
        '400': {{$ref: '{0}'}}
      callbacks: {{a: {{$ref: '{0}'}}}}
components:
  schemas:
    A: {{$ref: '{0}'}}
    B: {{discriminator: {{propertyName: x, mapping: {{a: '{0}'}}}}, allOf: [{{$ref: '{0}'}}], $dynamicRef: '{0}'}}
  securitySchemes: {{a: {{$ref: '{0}'}}}}
"""
OTHERS = {
    "swagger.yaml": "swagger: '2.0'\ninfo: {{title: S}}\n"
    "paths: {{/a: {{$ref: '{0}'}}}}\ndefinitions: {{$ref: '{0}'}}\n",
    "asyncapi.yaml": "asyncapi: 3.0.0\ninfo: {{title: A}}\nchannels: {{a: {{$ref: '{0}'}}}}\n"
    "operations: {{o: {{action: send, channel: {{$ref: '{0}'}}, messages: [{{$ref: '{0}'}}]}}}}\n",
    "a.proto": 'syntax = "proto3";\nimport "{0}";\nmessage A {{ B b = 1; }}\n',
    "a.graphql": '#import "{0}"\ntype Query @link(url: """{0}""") {{ a: Int }}\n',
    "a.html": '<html><head><base href="{0}"><link rel="import" href="{0}"></head>'
    '<iframe src="{0}"></iframe><p>word</html>',
    "a.md": "# Guide\n\n![a]({0})\n\n[b]: {0}\n\n<img src='{0}'>\n\n.. include:: {0}\n",
    "a.rst": "Guide\n=====\n\n.. include:: {0}\n\n.. raw:: html\n   :file: {0}\n",
    "postman.json": '{{"info": {{"name": "P", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"}},'
    ' "item": [{{"name": "a", "request": {{"url": "https://a.example.com", "method": "POST",'
    ' "body": {{"mode": "file", "file": {{"src": "{0}"}}}}}}}}]}}',
}


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """A folder of documents with ways out of it; what lies outside holds the canary."""
    outside = tmp_path / "outside" / "secret.yaml"
    outside.parent.mkdir()
    outside.write_text(SECRET)
    docs = tmp_path / "docs"
    (docs / "parts").mkdir(parents=True)
    (docs / "link.yaml").symlink_to(outside)
    (docs / "links").symlink_to(outside.parent)
    (docs / "parts" / "up.yaml").symlink_to("../../outside/secret.yaml")
    (docs / "zero.yaml").symlink_to("/dev/zero")
    os.mkfifo(docs / "pipe.yaml")
    for number, target in enumerate(TARGETS):
        quoted = target.format(outside=outside).replace("\0", "")
        (docs / f"{number}.yaml").write_text(OPENAPI.format(quoted.replace("'", "''")))
        for name, text in OTHERS.items():
            (docs / f"{number}-{name}").write_text(
                text.format(quoted.replace("\\", "\\\\") if "json" in name else quoted)
            )
    return docs


def check_nothing_reached(deck: Deck, docs: Path) -> None:
    """Check that no file outside was opened, no address asked for, and that nothing of the canary was kept."""
    outside = (
        "/etc/passwd",
        "/dev/zero",
        str(docs.parent / "outside"),
        str(docs / "links"),
        "pipe.yaml",
        "zero.yaml",
        "link.yaml",
    )
    for path in deck.usage.opened:
        assert not any(part in path for part in outside), path
    assert deck.usage.asked == []
    for file in (deck.home / "deck").rglob("*"):
        assert not file.is_file() or CANARY.encode() not in file.read_bytes(), file


@pytest.mark.slow
def test_references_never_leave_the_folder(deck: Deck, docs: Path) -> None:
    """Nothing that a document refers to outside its folder, or on the network, is opened, asked for or kept."""
    files = sorted(path for path in docs.iterdir() if path.name[0].isdigit())
    ran = deck.add(*files)
    check_nothing_reached(deck, docs)
    assert ran.document["refused"] == []
    assert len(ran.document["added"]) == len(files)
    for added in ran.document["added"]:
        if added["info"]["format"].startswith(("openapi", "swagger", "asyncapi")):
            assert added["problems"], added
            assert "root:" not in str(added)
    assert CANARY not in deck.look()


@pytest.mark.slow
def test_a_folder_is_read_without_what_its_links_lead_to(deck: Deck, docs: Path) -> None:
    """Of a folder nothing is read that a link, a pipe or a device in it stands for."""
    ran = deck.add(docs)
    check_nothing_reached(deck, docs)
    assert ran.code == 0
    assert CANARY not in ran.out


def test_a_document_may_be_split_within_its_folder(deck: Deck, docs: Path) -> None:
    """A link that stays in the folder, and a file below it, are followed: the rules do not forbid too much."""
    (docs / "parts" / "ok.yaml").write_text("x: {type: object, description: inside}")
    (docs / "same.yaml").symlink_to("parts/ok.yaml")
    (docs / "openapi.yaml").write_text(OPENAPI.format("same.yaml#/x"))
    assert "inside" in str(deck.run(["add", str(docs / "openapi.yaml")], ["show", "A"])[1])


@pytest.mark.slow
@pytest.mark.parametrize("pack", ["zip", "tar"])
def test_an_archive_leads_nowhere(deck: Deck, docs: Path, pack: str) -> None:
    """Members with paths that lead out, links, and references out of an archive reach and write nothing outside."""
    outside = docs.parent / "outside"
    names = ("../evil.yaml", f"{docs}/evil.yaml", "a/../../evil.yaml", "..\\evil.yaml", "C:\\evil.yaml", "/evil.yaml")
    files = {name: SECRET.replace(CANARY, "evil").encode() for name in names}
    files |= {
        f"a/{n}.yaml": OPENAPI.format(target.format(outside=outside / "secret.yaml").replace("\0", "")).encode()
        for n, target in enumerate(TARGETS)
    }
    links = {"a/link.yaml": "/etc/passwd", "a/links": str(outside), "b.yaml": "../outside/secret.yaml"}
    archive = docs.parent / f"docs.{pack}"
    archive.write_bytes(zipped(files) if pack == "zip" else tarred(files, links))
    before = {path for path in docs.parent.rglob("*") if "deck" not in path.parts}
    ran = deck.add(archive)
    check_nothing_reached(deck, docs)
    assert {path for path in docs.parent.rglob("*") if "deck" not in path.parts} == before
    assert len(ran.document["added"]) == len(TARGETS)
    assert {each["error"] for each in ran.document["refused"]} == {"Its path leads out of the archive"}
    assert len(ran.document["refused"]) == len({"../evil.yaml", f"{docs}/evil.yaml", "C:/evil.yaml", "/evil.yaml"})


def test_office_files_reach_nothing(deck: Deck, docs: Path) -> None:
    """External parts of a Word file, entities of its XML, and files and addresses that a PDF names are not opened."""
    outside = docs.parent / "outside" / "secret.yaml"
    relation = f'<Relationship Id="r1" Type="x" Target="file://{outside}" TargetMode="External"/>'
    (docs / "a.docx").write_bytes(docx(**{"_rels/document.xml": f"<Relationships>{relation}</Relationships>"}))
    content = b"<< /F (%s) /FFilter /FlateDecode /Length 5 >>\nstream\nBT ET\nendstream" % str(outside).encode()
    (docs / "a.pdf").write_bytes(pdf(b"BT /F1 9 Tf (word) Tj ET", b"", o7=content))
    deck.add(docs / "a.docx", docs / "a.pdf")
    assert [each for each in deck.usage.asked if "pdf_text" not in each] == []
    deck.usage.asked.clear()
    check_nothing_reached(deck, docs)
    assert CANARY not in deck.look()


CYCLES = {
    "path.yaml": "paths: {/a: {$ref: '#/paths/~1b'}, /b: {$ref: '#/paths/~1a'}, /c: {get: {responses: {}}}}\n",
    "parameter.yaml": "paths: {/a: {get: {parameters: [{$ref: '#/components/parameters/A'}]}}}\n"
    "components: {parameters: {A: {$ref: '#/components/parameters/B'}, B: {$ref: '#/components/parameters/A'}}}\n",
    "response.yaml": "paths: {/a: {get: {responses: {'200': {$ref: '#/paths/~1a/get/responses/200'}}}}}\n",
    "itself.yaml": "paths: {/a: {post: {requestBody: {content: {a/b: {schema: {$ref: '#/components/schemas/A'}}}}}}}\n"
    "components: {schemas: {A: {$ref: '#/components/schemas/A'}}}\n",
    "all-of.yaml": "paths: {/a: {post: {requestBody: {content: {a/b: {schema: {$ref: '#/components/schemas/A'}}}}}}}\n"
    "components: {schemas: {A: {allOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]},"
    " B: {oneOf: [{$ref: '#/components/schemas/A'}], items: {$ref: '#/components/schemas/B'},"
    " additionalProperties: {$ref: '#/components/schemas/B'}, required: [a],"
    " properties: {a: {$ref: '#/components/schemas/B'}}}}}\n",
    "discriminator.yaml": "paths: {}\ncomponents: {schemas: {A: {oneOf: [{$ref: '#/components/schemas/A'}],"
    " discriminator: {propertyName: a, mapping: {a: '#/components/schemas/A', b: A}}}}}\n",
    "callback.yaml": "paths: {/a: {post: {callbacks: {c: {x: {$ref: '#/paths/~1a'}}}}}}\n",
    "document.yaml": "paths: {/a: {get: {responses: {'200': {$ref: '#/'}}, parameters: [{$ref: '#'}]}}}\n"
    "components: {schemas: {A: {$ref: '#'}, B: {properties: {a: {$ref: '#/components'}}}}}\n",
    "files.yaml": "paths: {/a: {$ref: 'files.yaml#/paths/~1a'}, /b: {$ref: 'files-2.yaml#/paths/~1b'}}\n"
    "components: {schemas: {A: {$ref: 'files-2.yaml#/components/schemas/A'}}}\n",
    "files-2.yaml": "paths: {/b: {$ref: 'files.yaml#/paths/~1b'}}\n"
    "components: {schemas: {A: {$ref: 'files.yaml#/components/schemas/A'}}}\n",
    "tables.yaml": "paths: {$ref: 'tables-2.yaml#/paths'}\ncomponents: {$ref: 'tables-2.yaml#/components'}\n",
    "tables-2.yaml": "paths: {$ref: 'tables.yaml#/paths'}\n"
    "components: {$ref: 'tables.yaml#/components', schemas: {$ref: '#/components'}}\n",
}
"""File → what follows the head of a document that refers to itself."""


@pytest.mark.slow
def test_circles_of_references_end(deck: Deck, tmp_path: Path) -> None:
    """Path items, parameters, schemas, callbacks and whole files that contain themselves are read and shown."""
    for name, text in CYCLES.items():
        (tmp_path / name).write_text(f"openapi: 3.1.0\ninfo: {{title: {name}, version: '1'}}\n{text}")
    ran = deck.add(*(tmp_path / name for name in CYCLES))
    assert len(ran.document["added"]) + len(ran.document["refused"]) == len(CYCLES)
    assert len(ran.document["added"]) >= len(CYCLES) - 2
    assert "all-of" in deck.look()
    schemas = [
        ["show", "--depth", "20", "--json", name] for name in ("all-of:A", "all-of:B", "itself:A", "discriminator:A")
    ]
    assert [each.code for each in deck.run(*schemas)] == [0, 0, 0, 0]
