"""What could act on a terminal, or be taken for markup, in every text of every format."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.hostile.conftest import Deck
from tests.specs.asyncapi.test_asyncapi import LAMPS
from tests.specs.files import docx, pdf, tarred, zipped
from tests.specs.graphql.test_graphql import INTROSPECTED
from tests.specs.openapi.test_swagger import PETS as SWAGGER
from tests.specs.seeds import CSV, HAR, HTML, MARKDOWN, POSTMAN, RICH, SAMPLE

SIGNS = "\x1b[31mred\x1b[0m\x1b]52;c;aGk=\x07\x1b]8;;https://evil.example\x1b\\x\x9b1m\x85\x7f\x08\r\u202egpj\u2066\u200f\u2028"
"""Colour, a write to the clipboard, a link, C1 controls, overwriting, and text that runs backwards."""
MARKUP = "[bold]b[/bold] [/] [link=file:///etc/passwd]l[/link] [@click=app.quit]q[/] :smile: $var"
"""What Rich and Textual would take for markup."""
BOTH = f"{SIGNS} {MARKUP}"
_STRUCTURE = frozenset(
    "openapi swagger asyncapi $ref $anchor $dynamicRef in type schema method mode kind format scheme schemes host"
    " basePath url action propertyName address required default queryType mutationType subscriptionType ofType"
    " possibleTypes interfaces mapping protocol operationId version location pathname startedDateTime mimeType".split()
)
"""Keys whose values say what the document is."""
_NAMED = frozenset("schemas properties paths channels operations examples definitions scopes".split())
"""Keys of mappings whose own keys are names."""


def poisoned(value: Any, key: str = "") -> Any:
    """Return a document with `BOTH` in each of its texts, and in names that nothing refers to."""
    if isinstance(value, str):
        return value if key in _STRUCTURE else value + BOTH
    if isinstance(value, list):
        return [poisoned(item, key) for item in value]
    if not isinstance(value, dict):
        return value
    found = {name: poisoned(item, name) for name, item in value.items()}
    if key in _NAMED and value:
        found[f"{'/' if key == 'paths' else ''}{BOTH}"] = next(iter(found.values()))
    return found


def _introspected() -> Any:
    """Return an introspection result; names cannot hold signs there, so that only descriptions and defaults do."""
    tree = json.loads(json.dumps(INTROSPECTED))
    for each in tree["__schema"]["types"]:
        each["description"] = f"{each.get('description')} {BOTH}"
        for field in each.get("fields") or []:
            field |= {"description": BOTH, "deprecationReason": BOTH, "isDeprecated": True}
            for argument in field["args"]:
                argument |= {"description": BOTH, "defaultValue": json.dumps(BOTH)}
    return tree


_RAW = BOTH.replace("\r", "")
"""For texts in which a line must not end."""
_PATH = SIGNS.replace("\\", "").replace("//", "")
"""For names of files; a backslash in them is a slash on Windows."""
_ESCAPED = "\\u001b[31mred\\u001b[0m\\u001b]52;c;aGk=\\u0007\\u202egpj\\u009b1m\\u007f\\r " + MARKUP
_ENTITIES = "&#27;[31mred&#x1b;]52;c;aGk=&#7;&#x9b;1m&#133;&#127;&#8;&#13;&#8238;gpj&#x2066;&rlm; " + MARKUP
GRAPHQL = f'''\
"{_ESCAPED}"
schema {{ query: Query }}
# {_RAW}
"""
Title {_RAW}
"""
type Query @a(b: "{_ESCAPED}") {{
  """{_RAW}"""
  book("{_ESCAPED}" id: String = "{_ESCAPED}"): Kind @deprecated(reason: "{_ESCAPED}")
}}
enum Kind {{ "{_ESCAPED}" RED """{_RAW}""" BLUE @deprecated(reason: """{_RAW}""") }}
directive @a(b: String = "{_ESCAPED}") on OBJECT
'''
PROTO = f"""\
// {_RAW}
syntax = "proto3";
/* {_RAW} */
package red.v1;
option (a) = "\\x1b[31mred\\033]52;c;aGk=\\a\\302\\233\\u202e {MARKUP}";
import "\\x1b[31m/a.proto";
// {_RAW}
service Books {{
  // {_RAW}
  rpc Book(A) returns (A) {{ option (google.api.http) = {{ get: "/v1/\\x1b[31m{{name}}" }}; }} // {_RAW}
}}
/* {_RAW}
 * {_RAW} */
message A {{
  string guide = 1 [default = "\\u202e\\x9b", (b) = {{ c: "\\033" }}]; /* {_RAW} */
  enum E {{ RED = 0; }} // {_RAW}
}}
"""
YAML = """\
openapi: 3.0.3
info: {title: "\\e[31mred\\e]52;c;aGk=\\a\\x9b\\x85\\L\\u202Egpj MARK", version: "\\e[1m"}
paths:
  "/\\e[31mbook\\u202E":
    get: {summary: "red guide \\e]8;;x\\a", operationId: "\\e[31m\\u202E", tags: ["\\e[5m"], responses: {}}
""".replace("MARK", MARKUP)
DOCX_TEXT = f"red guide &#x9b;1m&#133;&#127;&#x202e;gpj&#x2066;&#x2028; {MARKUP}"
PDF_TEXT = rf"red guide \033[31m\033]52;c;aGk=\007\233\177 {MARKUP}".replace("(", "\\(").encode("latin-1")
_PARAGRAPH = f"<w:r><w:t>{DOCX_TEXT}</w:t></w:r></w:p>"
GUIDE = f"""\
---
title: {_RAW}
---
# red {_RAW}

{MARKDOWN}
{BOTH}

```{_RAW}
{_RAW}
```

| {_RAW} |
| - |
| {_RAW} |
"""
FILES: dict[str, bytes] = {
    "openapi.json": json.dumps(poisoned(RICH)).encode(),
    "raw.json": json.dumps(poisoned(RICH), ensure_ascii=False).encode(),
    "openapi.yaml": YAML.encode(),
    "swagger.json": json.dumps(poisoned(SWAGGER)).encode(),
    "asyncapi.json": json.dumps(poisoned(LAMPS)).encode(),
    "postman.json": json.dumps(poisoned(POSTMAN)).encode(),
    "har.har": json.dumps(poisoned(HAR)).encode(),
    "introspection.json": json.dumps(_introspected()).encode(),
    "sample.json": json.dumps(poisoned(SAMPLE)).encode(),
    "schema.graphql": GRAPHQL.encode(),
    "books.proto": PROTO.encode(),
    "guide.md": GUIDE.encode(),
    "guide.rst": f"red {_RAW}\n{'=' * 300}\n\n{BOTH}::\n\n    {_RAW}\n".encode(),
    "guide.html": HTML.replace("Guide", f"Guide {_ENTITIES}{_RAW}")
    .replace("<p>", f'<p title="{_ENTITIES}">{_ENTITIES}')
    .encode(),
    "guide.csv": (CSV + f'"red {_RAW}",{_RAW},x\n').replace("note", f"note {_RAW}"[:50]).encode(),
    "guide.docx": docx(f'<w:p><w:pPr><w:outlineLvl w:val="0"/></w:pPr>{_PARAGRAPH}<w:p>{_PARAGRAPH}'),
    "guide.pdf": pdf(b"BT /F1 11 Tf 50 700 Td (" + PDF_TEXT + b") Tj ET"),
    "names.zip": zipped({f"{_PATH}/red{_PATH}[bold].md": b"# red guide\n\nbook", f"{MARKUP}.yaml": YAML.encode()}),
    "names.tar": tarred({f"{_PATH}/red{_PATH}[bold].md": b"# red guide\n\nbook of the tar"}),
    f"na\x1b[31mme\u202e{MARKUP.replace('/', '')}.md": b"# red guide\n\nbook in a file with a hostile name",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES, ids=lambda name: "name" if name.startswith("na\x1b") else name)
def test_nothing_acts_on_the_terminal(deck: Deck, tmp_path: Path, name: str) -> None:
    """What a document says is printed with every sign made visible, and markup in it as it is written."""
    file = tmp_path / "docs" / name
    file.parent.mkdir()
    file.write_bytes(FILES[name])
    ran = deck.add(file)
    assert ran.document["refused"] == [], ran.document
    assert ran.document["added"]
    seen = deck.look()  # which looks at each thing that is printed
    if name != "guide.docx":  # XML cannot hold an escape sign at all
        assert "␛" in seen or name == "guide.pdf"
    if not name.startswith("na"):
        assert "[bold]b[/bold] [/] [link=file:///etc/passwd]l[/link] [@click=app.quit]q[/]" in seen


@pytest.mark.slow
def test_refusals_are_safe_to_show(deck: Deck, tmp_path: Path) -> None:
    """A sentence about a broken document quotes nothing of it that acts on a terminal."""
    signs = SIGNS.replace("\r", "").encode()
    broken = {
        "a.json": b'{"openapi": "' + signs,
        "a.yaml": b'openapi: "\\e[31m\\u202e"\npaths: {}\n',
        "b.yaml": b'openapi: 3.0.0\n"\\e[31m\\u202e": 1\n"\\e[31m\\u202e": 2\n',
        "c.yaml": b"openapi: 3.0.0\na: *\xe2\x80\xae\n",
        "b.json": json.dumps({"openapi": SIGNS, "paths": {}}).encode(),
        "c.json": json.dumps({"\x1b": 1, "␛": 2, "openapi": "3.0.0"}).encode(),
        "d.json": json.dumps({"swagger": SIGNS}).encode(),
        "a.graphql": b"type A { a: \xe2\x80\xae }",
        "b.graphql": b'type A { a(b: String = "\\u001b' + signs + b"): \x1b }",
        "a.proto": b'syntax = "proto3";\nmessage A { \x1b[31m }',
        "a.zip": b"PK\3\4" + signs * 9,
        "a.pdf": b"%PDF-1.4\n" + signs * 9,
        f"{MARKUP.replace('/', '')}\x1b.json": b"{",
    }
    for name, content in broken.items():
        (tmp_path / name).write_bytes(content)
    ran, words, missing = deck.run(
        ["add", "--json", *(str(tmp_path / name) for name in broken)],
        ["add", *(str(tmp_path / name) for name in broken)],
        ["add", f"{SIGNS.replace(chr(0), '')}{MARKUP}"],
    )
    assert len(ran.document["refused"]) == len(broken)
    assert (words.code, missing.code) == (1, 1)
    assert "[bold]b[/bold]" in missing.err
