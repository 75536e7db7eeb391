import os
import pty
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from engine import SAMPLE
from tests.cli.conftest import Specdeck
from tests.net.https import https

GOOD = "openapi: 3.0.3\ninfo: {title: Good, version: '1'}\npaths: {/a: {get: {operationId: a, responses: {}}}}\n"
SWAGGER = """\
swagger: '2.0'
info: {title: Pets, version: '1'}
host: pets.example.com
basePath: /v1
schemes: [https]
paths:
  /pets:
    post:
      summary: Upload a photo of a pet
      parameters: [{name: photo, in: formData, type: file, required: true}]
      responses: {201: {description: Kept}}
"""
BAD = {
    "missing.yaml": None,
    "empty.yaml": b"",
    "blank.json": b" \n\n",
    "picture.png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0",
    "truncated.json": b'{"openapi": "3.0.0", "info": {"title": "T"',
    "tab.yaml": b"openapi: 3.0.0\ninfo:\n\ttitle: T\n",
    "no-paths.yaml": b"openapi: 3.0.0\ninfo: {title: T, version: '1'}\n",
    "old.json": b'{"swaggerVersion": "1.2"}',
    "folder": "folder",
}


@pytest.fixture
def inputs(tmp_path: Path) -> list[str]:
    """One file of each kind that cannot be read."""
    for name, content in BAD.items():
        if isinstance(content, bytes):
            (tmp_path / name).write_bytes(content)
        elif content:
            (tmp_path / name).mkdir()
    (tmp_path / "good.yaml").write_text(GOOD)
    return list(BAD)


def names(specdeck: Specdeck) -> list[str]:
    """The specs in the library."""
    return [spec["name"] for spec in specdeck("list", "--json").document["specs"]]


def test_add_list_show_remove(specdeck: Specdeck) -> None:
    """A spec is added, listed, shown as a whole and operation by operation, and removed; each step in words."""
    added = specdeck("add", str(SAMPLE))
    assert added.out == "town-library: Town Library 1.4.0 (openapi-3.1), 14 operations\n"
    assert "words only" in added.err
    assert "(unchanged)" in specdeck("add", str(SAMPLE)).out
    header, row = specdeck("list").out.splitlines()
    assert header.split() == ["NAME", "FORMAT", "ENTRIES", "SCHEMAS", "BY", "MEANING", "SIZE", "TITLE"]
    assert row.split()[:3] == ["town-library", "openapi-3.1", "14"]
    overview = specdeck("show", "TOWN-library").out
    assert "Town Library 1.4.0 (openapi-3.1, 14 operations, " in overview
    assert "  POST /holds  Place a hold on a book" in overview
    operation = specdeck("show", "post", "/holds").out
    assert operation.startswith("[1] POST /holds\n")
    assert "needs    book_id (body, string)" in operation
    assert "curl -X POST" in operation
    assert "    book_id ← GET /books (items[].id)\n" in operation
    assert "    DELETE /holds/{hold_id} (hold_id ← id)\n" in operation
    assert specdeck("remove", "town-library").out == "Removed town-library.\n"
    assert specdeck("list").out == ""


def test_a_swagger_document_is_one_like_others(specdeck: Specdeck, tmp_path: Path) -> None:
    """A Swagger 2.0 document is added, searched and shown with a request that can be sent."""
    (tmp_path / "pets.yaml").write_text(SWAGGER)
    assert specdeck("add", "pets.yaml").out.startswith("pets: Pets 1 (swagger-2.0), ")
    assert "POST /pets" in specdeck("search", "upload", "photo").out
    shown = specdeck("show", "post", "/pets").out
    assert "curl -X POST https://pets.example.com/v1/pets" in shown
    assert "-F photo=@FILE" in shown
    assert "Pets 1 (swagger-2.0, " in specdeck("show", "pets").out


def test_add_list_show_remove_as_json(specdeck: Specdeck) -> None:
    """The same, each as one document with the documented keys."""
    added = specdeck("add", str(SAMPLE), "--json").document
    assert set(added) == {"added", "refused", "embedded", "notice"}
    assert added["added"][0]["info"]["name"] == "town-library"
    assert (added["added"][0]["changed"], added["refused"], added["embedded"]) == (True, [], 0)
    assert "specdeck models pull" in added["notice"]
    (listed,) = specdeck("list", "--json").document["specs"]
    assert set(listed) == set(
        "name title version format source overlays operations webhooks passages schemas embedded bytes added"
        " versions".split()
    )
    assert listed["source"] == str(SAMPLE)
    overview = specdeck("show", "town-library", "--json").document
    assert set(overview) == {"info", "about", "operations", "problems", "versions"}
    assert len(overview["operations"]) == 14
    operation = specdeck("show", "placeHold", "--json").document
    assert set(operation) == {"spec", "about", "operation", "referred", "needs", "feeds", "fed", "steps", "facts"}
    best = operation["needs"][0]
    assert (best["needs"], best["operation"], best["gives"], best["how"]) == (
        "book_id",
        "GET /books",
        "items[].id",
        "response",
    )
    assert operation["operation"]["path"] == "/holds"
    assert specdeck("remove", "town-library", "--json").document == {"removed": "town-library"}
    assert specdeck("list", "--json").document == {"specs": []}


@pytest.mark.parametrize("words", [["show", "nothing"], ["remove", "nothing"], ["search", "--spec", "nothing", "a"]])
def test_what_is_not_there_is_exit_code_1(stocked: Specdeck, words: list[str]) -> None:
    """An unknown name is one sentence and a next step on stderr; with --json also a document."""
    ran = stocked(*words, code=1)
    assert ran.out == ""
    assert "nothing" in ran.err
    sentence, hint = ran.err.splitlines()
    document = stocked(*words, "--json", code=1).document
    assert (document["kind"], f"specdeck: {document['error']}", f"  {document['hint']}.") == ("input", sentence, hint)


def test_standard_input_is_a_document(specdeck: Specdeck) -> None:
    """`-` reads a document, which is named after its title, or as the user says."""
    assert specdeck("add", "-", stdin=GOOD.encode()).out.startswith("good: Good 1 (openapi-3.0), 1 operation")
    assert specdeck("add", "-", "--name", "mine", stdin=GOOD.encode()).out.startswith("mine: ")
    assert specdeck("add", "-", code=1).err.startswith("specdeck: -: The document is empty\n")
    assert names(specdeck) == ["good", "mine"]


def test_bad_inputs_are_each_named(specdeck: Specdeck, inputs: list[str]) -> None:
    """Each input that cannot be read is refused with its own sentence, and the library stays as it was."""
    specdeck("add", "good.yaml")
    ran = specdeck("add", *inputs, code=1)
    assert ran.out == ""
    for name in inputs:
        assert f"specdeck: {name}: " in ran.err
    document = specdeck("add", "--json", *inputs, code=1).document
    assert document["added"] == []
    errors = {one["source"]: one["error"] for one in document["refused"]}
    assert set(errors) == set(inputs)
    assert "There is no file" in errors["missing.yaml"]
    assert errors["empty.yaml"] == errors["blank.json"] == "The document is empty"
    assert "is a folder" in errors["folder"]
    assert "line 3" in errors["tab.yaml"]
    assert "line 1, column" in errors["truncated.json"]
    assert "`paths`" in errors["no-paths.yaml"]
    assert all(one["hint"] and one["kind"] == "input" for one in document["refused"])
    assert names(specdeck) == ["good"]


def test_good_among_bad_is_exit_code_3(specdeck: Specdeck, inputs: list[str]) -> None:
    """What can be read is added, what cannot is named, and the code says that it was done in part."""
    ran = specdeck("add", inputs[0], "good.yaml", inputs[1], code=3)
    assert ran.out == "good: Good 1 (openapi-3.0), 1 operation\n"
    assert ran.err.count("specdeck: ") == 2
    document = specdeck("add", "--json", "good.yaml", inputs[2], code=3).document
    assert ([one["changed"] for one in document["added"]], len(document["refused"])) == ([False], 1)


def test_a_name_that_cannot_be_is_refused(specdeck: Specdeck, inputs: list[str]) -> None:
    """A name with a colon would break references."""
    assert "cannot be the name" in specdeck("add", "good.yaml", "--name", "a:b", code=1).err
    assert names(specdeck) == []


def test_problems_in_a_document_are_told(specdeck: Specdeck, tmp_path: Path) -> None:
    """Parts that could not be read are listed on stderr with their place, and the rest is added."""
    (tmp_path / "half.yaml").write_text(GOOD.replace("responses: {}", "responses: {'200': {$ref: '#/nowhere'}}"))
    ran = specdeck("add", "half.yaml")
    assert "1 operation" in ran.out
    assert "#/paths/~1a/get/responses/200 " in ran.err
    assert specdeck("add", "half.yaml", "--json").document["added"][0]["problems"] == []


# What is kept ----------------------------------------------------------------------------------------------------
def test_a_changed_file_is_compared_with_what_it_was(specdeck: Specdeck, tmp_path: Path) -> None:
    """The old version has a name, and `diff` tells what changed in text, Markdown and JSON; of two files too."""
    (tmp_path / "a.yaml").write_text(GOOD)
    specdeck("add", "a.yaml", "--name", "shop")
    needs = "{get: {operationId: a, responses: {}, parameters: [{name: q, in: query, required: true}]}}"
    (tmp_path / "b.yaml").write_text(GOOD.replace("{get: {operationId: a, responses: {}}}", needs))
    specdeck("add", "b.yaml", "--name", "shop")
    assert "before   shop@1: 1, added " in specdeck("show", "shop").out
    for old, new in (("shop@1", "shop"), ("a.yaml", "b.yaml"), ("SHOP@1", "b.yaml")):
        report = specdeck("diff", old, new).out
        assert "1 breaking" in report
        assert "GET /a" in report
        document = specdeck("diff", old, new, "--json").document
        assert [(one["rule"], one["level"]) for one in document["changes"]] == [
            ("new-required-request-parameter", "err")
        ]
        assert specdeck("diff", old, new, "--markdown").out.startswith("#")
    assert specdeck("diff", "shop", "shop").out == "Good 1 → Good 1\nNo change\n"
    assert "no old version 7" in specdeck("diff", "shop@7", "shop", code=1).err
    assert "There is no file" in specdeck("diff", "nothing", "shop", code=1).err


def test_a_spec_is_renamed(specdeck: Specdeck) -> None:
    """The new name is the one that counts; a name that is taken or cannot be is refused."""
    specdeck("add", str(SAMPLE))
    assert specdeck("rename", "town-library", "town").out == "town-library is town now.\n"
    assert specdeck("rename", "town", "city", "--json").document == {"renamed": "town", "to": "city"}
    assert names(specdeck) == ["city"]
    assert "cannot be the name" in specdeck("rename", "city", "a:b", code=1).err
    assert "There is no spec named" in specdeck("rename", "town", "x", code=1).err


def test_a_schema_is_shown_as_deep_as_asked(specdeck: Specdeck) -> None:
    """A schema has its fields with their types; `--depth` opens what it refers to."""
    specdeck("add", str(SAMPLE))
    flat, deep = specdeck("show", "Loan").out, specdeck("show", "Loan", "--depth", "2").out
    assert flat.startswith("Loan: object  (town-library:#/components/schemas/Loan)\n")
    assert "id: string" in flat
    assert len(deep.splitlines()) > len(flat.splitlines())
    assert set(specdeck("show", "Loan", "--json").document) == {"spec", "pointer", "schema", "referred"}


def test_a_folder_is_added_with_one_command(specdeck: Specdeck, tmp_path: Path) -> None:
    """Many documents are counted rather than listed; what is broken is named, and the exit code says so."""
    for number in range(30):
        path = tmp_path / "specs" / f"part{number % 3}" / f"api{number}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(GOOD.replace("title: Good", f"title: Good {number}"))
    (tmp_path / "specs" / "guide.md").write_text("# How to\n\nCall it.\n")
    (tmp_path / "specs" / "broken.json").write_text("{")
    ran = specdeck("add", "specs", code=3)
    assert ran.out == "Added 31 specs: 30 operations, 1 passage.\n"
    assert "specdeck: specs/broken.json: The JSON ends too early" in ran.err
    again = specdeck("add", "specs", code=3).out
    assert "31 were there already" in again
    assert len(names(specdeck)) == 31


def test_a_passage_is_shown_and_quoted(specdeck: Specdeck, tmp_path: Path) -> None:
    """What a guide says is found, shown whole, and quoted in an answer with its place."""
    (tmp_path / "guide.md").write_text("# Limits\n\nYou may send sixty requests a minute.\n")
    assert specdeck("add", "guide.md").out == "guide: Limits (markdown), 1 passage\n"
    assert "guide:guide.md:3" in specdeck("search", "sixty requests").out
    assert "sixty requests a minute" in specdeck("show", "guide:guide.md:3").out
    answer = specdeck("ask", "--no-model", "how many requests may I send").out
    assert "[1] guide:guide.md:3  Limits" in answer
    assert "    You may send sixty requests a minute." in answer


def test_an_address_is_not_fetched_unasked(specdeck: Specdeck) -> None:
    """The network is off until the user allows it, and the error says how."""
    ran = specdeck("add", "https://user:secret@api.example/openapi.json", code=1)
    assert "https://api.example/openapi.json is an address, and the network is off" in ran.err
    assert "--network" in ran.err
    assert "secret" not in ran.err


def test_an_address_is_fetched_where_a_private_authority_vouches_for_it(specdeck: Specdeck, certificate: Path) -> None:
    """The setting `ca_bundle` names the authority; without it nothing is added, and the error says so."""
    own = {"SPECDECK_PRIVATE_ADDRESSES": "true", "SPECDECK_CA_BUNDLE": f"{certificate}.crt"}
    with https(certificate, GOOD.encode()) as server:
        address = f"{server}/served"
        refused = specdeck("add", "--network", address, code=1, **own | {"SPECDECK_CA_BUNDLE": ""})
        assert "is not trusted" in refused.err
        assert "`ca_bundle`" in refused.err
        assert specdeck("add", "--network", address, **own).out.startswith("served: Good 1")


@pytest.mark.parametrize("source", ["", "~nobody-of-this-name/a.json", "https://[bad", "x" * 300, "x" * 300 + "*"])
def test_a_source_that_cannot_be_is_a_sentence(specdeck: Specdeck, source: str) -> None:
    """Whatever is typed, or left empty by a shell's variable, is refused; nothing of the current folder is added."""
    assert specdeck("add", source, code=1).err.startswith("specdeck: ")
    assert names(specdeck) == []


def test_standard_input_has_an_end(specdeck: Specdeck) -> None:
    """No more of it is kept than the limit, and the error names the setting."""
    specdeck.environment["SPECDECK_MAX_DOCUMENT_MB"] = "1"
    with specdeck.start("add", "-", stdin=subprocess.PIPE) as running:
        assert running.stdin is not None
        assert running.stderr is not None
        with suppress(BrokenPipeError):
            while True:  # Nothing ends it but the command.
                running.stdin.write(b"# \n" * 10_000)
        assert b"larger than 1 MB" in running.stderr.read()
        with suppress(BrokenPipeError):
            running.stdin.close()


def test_a_result_gets_where_it_is_sent_while_a_bar_is_drawn(specdeck: Specdeck, tmp_path: Path) -> None:
    """With stderr on a terminal and stdout in a pipe, the terminal has the bar and the pipe the result."""
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(GOOD.replace("Good", name))
    terminal, stderr = pty.openpty()
    with specdeck.start("add", "a.yaml", "b.yaml", stderr=stderr) as running:
        os.close(stderr)
        assert running.stdout is not None
        drawn = b""
        with suppress(OSError):  # A terminal ends so, when nobody has it open any more.
            while piece := os.read(terminal, 65536):
                drawn += piece
        assert [line.split(b":")[0] for line in running.stdout.read().splitlines()] == [b"a", b"b"]
    os.close(terminal)
    assert b"Reading" in drawn


def test_a_file_that_is_called_like_a_version_is_a_file(specdeck: Specdeck, tmp_path: Path) -> None:
    """`shop@2.yaml` is no old version of `shop`."""
    (tmp_path / "shop@2.yaml").write_text(GOOD)
    specdeck("add", "shop@2.yaml", "--name", "shop")
    assert "No change" in specdeck("diff", "shop", "shop@2.yaml").out


DRESSED = r"""
openapi: 3.1.0
info: {title: Dressed, version: '1'}
paths:
  /plans/{id}:
    get:
      description: "<p>Retrieves the <code>Plan</code> &amp; its parts.</p>\n\n<ul>\n <li>one</li>\n</ul>"
      parameters: [{name: id, in: path, required: true, schema: {type: string}, description: "<p>The [id](/x).</p>"}]
      responses: {200: {description: "<p>The plan.</p>"}}
webhooks:
  changed:
    post:
      summary: "A plan has **changed**.\n\nFor more information, see [the guide](https://x.io/guide)."
      responses: {200: {description: OK}}
"""


def test_html_and_markdown_are_printed_as_text(specdeck: Specdeck, tmp_path: Path) -> None:
    """No tag or mark of a description is printed, and a summary is one sentence, also as JSON."""
    (tmp_path / "dressed.yaml").write_text(DRESSED)
    specdeck("add", str(tmp_path / "dressed.yaml"))
    shown = specdeck("show", "dressed:GET /plans/{id}").out
    assert "    Retrieves the Plan & its parts. · dressed" in shown
    assert "\nRetrieves the `Plan` & its parts.\n\n• one\n" in shown
    assert "id (path, string) The id." in shown
    found = specdeck("search", "plan", "--json").document["hits"]
    assert {hit["summary"] for hit in found} == {"Retrieves the Plan & its parts.", "A plan has changed."}
    assert "A plan has changed.\n" in specdeck("show", "dressed").out
    for printed in (shown, specdeck("search", "plan").out, specdeck("show", "dressed").out):
        assert not [mark for mark in ("<p>", "<li>", "&amp;", "**", "](") if mark in printed]
