"""Routes of `google.api.http`, scopes, and imports that came along."""

import json
from pathlib import Path

import pytest

from engine.errors import InputError, OutsideError
from engine.specs.model import Grant, Spec
from engine.specs.read import read
from tests.hostile.conftest import Deck

SHELVES = """\
syntax = "proto3";
package lib.v1;
import "lib/v1/types.proto";
import "google/api/annotations.proto";
import "google/protobuf/field_mask.proto";
// Keeps shelves.
service Shelves {
  option (google.api.default_host) = "lib.test";
  option (google.api.oauth_scopes) = "https://lib.test/all, https://lib.test/read";
  // Renames a book.
  rpc RenameBook(RenameBookRequest) returns (types.Book) {
    option (google.api.http) = {
      patch: "/v1/{book.name=shelves/*/books/*}"
      body: "book"
      additional_bindings { post: "/v1/books/{book.name}:rename" body: "*" }
      additional_bindings { custom { kind: "LINK" path: "/v1/{parent=shelves/*}/books:all" } }
    };
  }
  rpc ListShelves(types.ListRequest) returns (types.ListReply) {
    option (google.api.http).get = "/v1/shelves";
    option (google.api.http).response_body = "shelves";
  }
  rpc Watch(types.ListRequest) returns (stream types.Book) { option (google.api.http) = { get: "/v1/watch" }; }
}
message RenameBookRequest {
  types.Book book = 1;
  google.protobuf.FieldMask update_mask = 2;
  Options options = 3;
  map<string, string> labels = 4;
  message Options { bool force = 1; repeated string tags = 2; }
}
"""
TYPES = """\
syntax = "proto3";
package lib.v1.types;
import "lib/v1/deep/more.proto";
import "google/api/field_behavior.proto";
message Book { string name = 1 [(google.api.field_behavior) = REQUIRED]; deep.Kind kind = 2; }
message ListRequest { int32 page_size = 1; }
message ListReply { repeated string shelves = 1; }
message Unused { string a = 1; }
"""
MORE = """\
syntax = "proto3";
package lib.v1.deep;
import "lib/v1/types.proto";
enum Kind { KIND_UNSPECIFIED = 0; NOVEL = 1; }
"""
FILES = {"lib/v1/types.proto": TYPES, "lib/v1/deep/more.proto": MORE}


def shelves(files: dict[str, str] = FILES, text: str = SHELVES, folder: str = "lib/v1") -> Spec:
    """Read the service as a file in a folder of these files."""
    depth = len(folder.split("/"))

    def opened(name: str) -> bytes:
        ups = name.count("../")
        if ups > depth:
            raise OutsideError("It is outside")
        path = "/".join([*folder.split("/")[: depth - ups], name.replace("../", "")])
        if path not in files:
            raise InputError("No such file")
        return files[path].encode()

    return read(text.encode(), neighbour=opened)


def test_imports_that_came_along_are_read() -> None:
    """From the root above the file, and what they import; what nothing refers to stays out, and circles end."""
    spec = shelves()
    assert spec.problems == ()
    assert set(spec.schemas) == {
        "/messages/lib.v1.RenameBookRequest",
        "/messages/lib.v1.RenameBookRequest.Options",
        "/messages/lib.v1.types.Book",
        "/messages/lib.v1.types.ListRequest",
        "/messages/lib.v1.types.ListReply",
        "/enums/lib.v1.deep.Kind",
    }
    assert spec.schemas["/messages/lib.v1.types.Book"].required == ("name",)


def test_imports_that_are_missing_or_broken_are_told() -> None:
    """Each that types are missing of is a problem, as without any files."""
    for files in ({}, {"lib/v1/types.proto": "message {"}):
        [problem] = shelves(files).problems
        assert "lib/v1/types.proto is imported and not read" in problem.message


def test_a_method_has_its_routes() -> None:
    """Each binding is an operation over HTTP beside the method; wildcards have names of what they stand behind."""
    spec = shelves()
    assert [operation.key for operation in spec.operations] == [
        "RPC /lib.v1.Shelves/RenameBook",
        "PATCH /v1/shelves/{shelf}/books/{book}",
        "POST /v1/books/{book.name}:rename",
        "LINK /v1/shelves/{shelf}/books:all",
        "RPC /lib.v1.Shelves/ListShelves",
        "GET /v1/shelves",
        "RPC /lib.v1.Shelves/Watch",
    ]
    _, patch, post, _, _, get, _ = spec.operations
    assert (patch.protocol, patch.summary, patch.tags) == ("http", "", ("lib.v1.Shelves",))
    assert patch.description == "Renames a book.\n\nThe REST route of /lib.v1.Shelves/RenameBook."
    assert [server.url for server in patch.servers] == ["https://lib.test"]
    assert [(each.location, each.name) for each in patch.parameters] == [
        ("path", "shelf"),
        ("path", "book"),
        ("query", "update_mask"),
        ("query", "options.force"),
        ("query", "options.tags"),
    ]
    assert patch.parameters[0].description == "Part of `book.name`."
    assert patch.body is not None
    assert patch.body.content[0].schema.ref == "/messages/lib.v1.types.Book"
    assert post.body is not None
    assert post.body.content[0].schema.ref == "/messages/lib.v1.RenameBookRequest"
    assert [each.name for each in post.parameters] == ["book.name"]
    assert [each.name for each in get.parameters] == ["page_size"]
    assert get.responses[0].content[0].schema.type == "array"


def test_scopes_of_a_service_are_told() -> None:
    """Any of them will do, for the method and for its routes."""
    spec = shelves()
    assert spec.about.security_schemes[0].scopes == {"https://lib.test/all": "", "https://lib.test/read": ""}
    for operation in spec.operations:
        assert operation.security == (
            (Grant("oauth2", ("https://lib.test/all",)),),
            (Grant("oauth2", ("https://lib.test/read",)),),
        )


@pytest.mark.parametrize(
    "rule",
    [
        '{ get: "" }',
        "{ get: 5 }",
        '{ custom { path: "/a" } }',
        '{ additional_bindings: [] body: "*" }',
        "true",
        '{ get: "/v1/{a=**}/{a=x/**}/{b" }',
    ],
)
def test_odd_routes_are_passed_over(rule: str) -> None:
    """What is no route costs nothing else."""
    method = f"rpc R(A) returns (A) {{ option (google.api.http) = {rule}; }}"
    text = f'syntax = "proto3"; message A {{}} service S {{ {method} }}'
    spec = read(text.encode())
    assert spec.operations[0].key == "RPC /S/R"
    assert len(spec.operations) <= 2


def test_a_folder_of_protos_is_one_set(tmp_path: Path) -> None:
    """From the command: parts are no documents of their own, a route is found by its path, and curl calls it."""
    deck, folder = Deck(tmp_path), tmp_path / "protos"
    for path, text in {**FILES, "lib/v1/shelves.proto": SHELVES}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    ran = deck.add(folder)
    assert [each["info"]["name"] for each in ran.document["added"]] == ["shelves"]
    assert ran.document["added"][0]["problems"] == []
    path = "PATCH /v1/shelves/s1/books/b2"
    [found] = deck.run(["search", "--json", path])
    hits = json.loads(found.out)["hits"]
    assert hits[0]["operation"] == "PATCH /v1/shelves/{shelf}/books/{book}"
    [shown] = deck.run(["show", "shelves:PATCH /v1/shelves/{shelf}/books/{book}"])
    assert "curl -X PATCH https://lib.test/v1/shelves/SHELF/books/BOOK" in shown.out
