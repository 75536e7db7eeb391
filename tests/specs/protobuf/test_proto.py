import msgspec
import pytest
from hypothesis import given, settings, strategies as st

from engine.errors import SpecError
from engine.specs.limits import Limits
from engine.specs.model import About, Body, Content, EnumValue, Operation, Response, Schema, Server, Spec, Tag
from engine.specs.read import read
from tests.specs.builders import FEW
from tests.test_text import is_safe, texts

LIBRARY = """\
// Copyright 2024 The Town
//
// Licensed under the Apache License.

/* The town library.
 *
 *   Books and their readers. */

syntax = "proto3";

// Version one.
package town.library.v1;

import "google/protobuf/empty.proto";
import public "google/protobuf/timestamp.proto";
import "google/api/annotations.proto";

option java_package = "org.town";

// Lends books.
service Library {
  option (google.api.default_host) = "library.example.com";

  // ---- Books ----

  // Finds a book.
  //
  //   It may be lent.
  rpc GetBook(GetBookRequest) returns (Book) {
    option (google.api.http) = {
      get: "/v1/{name=books/*}"
      additional_bindings { get: "/v1/{name=shelves/*/books/*}" }
      additional_bindings: < post: '/v1/' "books" body: "*", >
    };
  } // Fast.
  rpc Watch(stream .town.library.v1.GetBookRequest) returns (stream Book.Event);
  rpc Clear /* all of it */ (google.protobuf.Empty) returns (v1.Nothing) { option deprecated = true; };
}

message GetBookRequest {
  string name = 1 [(google.api.field_behavior) = REQUIRED, json_name = "n"];  // Its name.
}

/** A thing to read.
  * Or two. */
message Book {
  option (weight) = 0;
  reserved 2, 9 to max;
  reserved "old";
  // As printed.
  string title = 1;
  repeated State states = 3 [deprecated = true, packed = false];
  map<int32, Event> events = 4;
  // Where it is.
  oneof place {
    // On a shelf.
    string shelf = 5;
    bytes photo = 6;
  }
  google.protobuf.Timestamp printed = 7 [
    (google.api.field_behavior) = OUTPUT_ONLY, // Nobody
    (google.api.field_behavior) = IMMUTABLE    // changes it.
  ];
  optional double price = 8;
  Book sequel = 10;
  google.protobuf.Int64Value pages = 11;

  message Event {
    State state = 1;
    .State other = 2;
    message State {}
  }
  enum State { option allow_alias = true; UNKNOWN = 0; IN = 1; /* Here. */ LENT = -2 [deprecated = true];
    // Gone for ever.
    LOST = 0x10;
  }
}

message Nothing {}
"""


def proto(text: str, limits: Limits = Limits()) -> Spec:
    """Read a file, given as text."""
    return read(text.encode(), limits)


def message(body: str, head: str = 'syntax = "proto2";') -> Schema:
    """Return the message `M` of a file with this body."""
    return proto(f"{head} message M {{ {body} }}").schemas["/messages/M"]


def refusal(text: str) -> str:
    """Return the sentence with which a file is refused."""
    with pytest.raises(SpecError) as refused:
        proto(text)
    assert refused.value.hint
    return str(refused.value)


def test_a_file_is_told_by_what_it_says_of_itself() -> None:
    """Title, description and tags come from the package, the comments above and the services; licences are left out."""
    spec = proto(LIBRARY)
    assert spec.about == About(
        title="town.library.v1",
        format="protobuf",
        description="The town library.\n\n  Books and their readers.\n\nVersion one.",
        tags=(
            Tag(
                name="town.library.v1.Library",
                description="Lends books.",
                extensions={"google.api.default_host": "library.example.com"},
            ),
        ),
        extensions={"syntax": "proto3", "java_package": "org.town"},
    )


def test_a_method_is_an_operation() -> None:
    """Path, id and comments are those of gRPC; the HTTP binding is kept as it is written."""
    get, *_ = proto(LIBRARY).operations
    assert get == Operation(
        method="RPC",
        path="/town.library.v1.Library/GetBook",
        pointer="/services/town.library.v1.Library/GetBook",
        protocol="grpc",
        operation_id="town.library.v1.Library.GetBook",
        description="Finds a book.\n\n  It may be lent.\n\nFast.",
        tags=("town.library.v1.Library",),
        body=Body(
            required=True,
            content=(
                Content(media_type="application/grpc", schema=Schema(ref="/messages/town.library.v1.GetBookRequest")),
            ),
        ),
        responses=(
            Response(
                status="",
                content=(Content(media_type="application/grpc", schema=Schema(ref="/messages/town.library.v1.Book")),),
            ),
        ),
        servers=(Server(url="library.example.com:443"),),
        extensions={
            "google.api.http": {
                "get": "/v1/{name=books/*}",
                "additional_bindings": [
                    {"get": "/v1/{name=shelves/*/books/*}"},
                    {"post": "/v1/books", "body": "*"},
                ],
            }
        },
    )


def test_a_stream_is_an_array_and_is_said() -> None:
    """Each side that streams says so in words and is an array of its messages."""
    *_, watch, clear = proto(LIBRARY).operations
    assert watch.body is not None
    assert watch.body.description == "A stream of GetBookRequest messages."
    request = Schema(ref="/messages/town.library.v1.GetBookRequest")
    assert watch.body.content[0].schema == Schema(type="array", items=request)
    assert watch.responses[0].description == "A stream of Event messages."
    event = Schema(ref="/messages/town.library.v1.Book.Event")
    assert watch.responses[0].content[0].schema == Schema(type="array", items=event)
    assert clear.deprecated
    assert clear.extensions == {}
    assert clear.responses[0].content[0].schema.ref == "/messages/town.library.v1.Nothing"


def test_the_fields_of_a_message_say_what_they_hold() -> None:
    """Types, numbers, comments, maps, oneofs and options of each field are there."""
    schemas = proto(LIBRARY).schemas
    book = schemas["/messages/town.library.v1.Book"]
    state = Schema(ref="/enums/town.library.v1.Book.State")
    assert (book.type, book.extensions) == ("object", {"weight": 0})
    assert book.description == "A thing to read.\nOr two.\n\n`place` is at most one of `shelf`, `photo`. Where it is."
    assert book.properties == {
        "title": Schema(type="string", description="As printed.", extensions={"number": 1}),
        "states": Schema(type="array", items=state, deprecated=True, extensions={"number": 3, "packed": False}),
        "events": Schema(
            type="object",
            additional=Schema(ref="/messages/town.library.v1.Book.Event"),
            extensions={"number": 4, "key": "int32"},
        ),
        "shelf": Schema(type="string", description="On a shelf.", extensions={"number": 5, "oneof": "place"}),
        "photo": Schema(type="string", format="byte", extensions={"number": 6, "oneof": "place"}),
        "printed": Schema(
            type="string",
            format="date-time",
            title="google.protobuf.Timestamp",
            read_only=True,
            extensions={"number": 7, "google.api.field_behavior": ["OUTPUT_ONLY", "IMMUTABLE"]},
        ),
        "price": Schema(type="number", format="double", extensions={"number": 8}),
        "sequel": Schema(ref="/messages/town.library.v1.Book", extensions={"number": 10}),
        "pages": Schema(
            type="integer",
            format="int64",
            title="google.protobuf.Int64Value",
            nullable=True,
            extensions={"number": 11},
        ),
    }
    request = schemas["/messages/town.library.v1.GetBookRequest"]
    assert request.required == ("name",)
    assert request.properties["name"].description == "Its name."


def test_the_values_of_an_enum_keep_their_comments_and_numbers() -> None:
    """A comment is of the value on its line, or of the one below."""
    assert proto(LIBRARY).schemas["/enums/town.library.v1.Book.State"] == Schema(
        type="string",
        enum=("UNKNOWN", "IN", "LENT", "LOST"),
        enum_values={
            "IN": EnumValue(description="Here."),
            "LENT": EnumValue(deprecated=True),
            "LOST": EnumValue(description="Gone for ever."),
        },
        extensions={"numbers": {"UNKNOWN": 0, "IN": 1, "LENT": -2, "LOST": 16}, "allow_alias": True},
    )


def test_a_name_is_looked_up_from_the_inside_out() -> None:
    """The innermost declaration counts; a leading dot names the outermost."""
    spec = proto(LIBRARY)
    event = spec.schemas["/messages/town.library.v1.Book.Event"].properties
    assert event["state"].ref == "/messages/town.library.v1.Book.Event.State"
    assert event["other"] == Schema(title="State", extensions={"number": 2})
    assert [(problem.pointer, problem.message, problem.line) for problem in spec.problems] == [
        ("", "State is not declared", LIBRARY[: LIBRARY.index(".State other")].count("\n") + 1)
    ]


def test_a_missing_import_is_told_once() -> None:
    """A type of a file that is not there has its short name; the files that may have it are named, once each."""
    spec = proto(
        'package a; import "google/type/money.proto"; import "validate/validate.proto";\n'
        'import "other/thing.proto"; import "google/protobuf/any.proto";\n'
        "message M { google.type.Money a = 1; repeated google.type.Money b = 2; google.protobuf.Any c = 3; }"
    )
    properties = spec.schemas["/messages/a.M"].properties
    assert properties["a"] == Schema(title="Money", extensions={"number": 1})
    assert properties["b"].items == Schema(title="Money")
    assert properties["c"].type == "object"
    assert [(problem.pointer, problem.line) for problem in spec.problems] == [
        ("/imports/google~1type~1money.proto", 1),
        ("/imports/other~1thing.proto", 2),
    ]


def test_the_older_syntax_is_read() -> None:
    """Labels, defaults, groups and extensions of proto2 are kept."""
    spec = proto(
        'import "google/protobuf/descriptor.proto";\n'
        "message M {\n"
        '  required int32 a = 1 [default = -5, (x).y = {z: [1, 2.5], w: "\\303\\244\\x1b"}];\n'
        "  optional bool b = 2 [default = true];\n"
        "  // Found.\n"
        "  repeated group Result = 3 { optional string url = 1; }\n"
        "  extensions 100 to 199 [declaration = {number: 100}];\n"
        "}\n"
        "extend M { optional string note = 100; }\n"
        "extend google.protobuf.FieldOptions { optional string mine = 50000; }\n"
    )
    schema = spec.schemas["/messages/M"]
    assert schema.required == ("a",)
    assert schema.properties["a"].default == -5
    assert schema.properties["a"].extensions["x.y"] == {"z": [1, 2.5], "w": "ä␛"}
    assert schema.properties["b"].default is True
    assert schema.properties["result"].items == Schema(ref="/messages/M.Result")
    assert spec.schemas["/messages/M.Result"].description == "Found."
    assert schema.properties["[note]"] == Schema(type="string", extensions={"number": 100})
    assert spec.problems == ()


def test_editions_are_read() -> None:
    """An edition stands where the syntax stood, with features and visibility of its own."""
    spec = proto(
        'edition = "2024";\nexport message M { int32 a = 1 [features.field_presence = LEGACY_REQUIRED]; }\n'
        "local enum E { A = 0; }"
    )
    assert spec.about.extensions["syntax"] == "2024"
    assert spec.schemas["/messages/M"].required == ("a",)
    assert "/enums/E" in spec.schemas


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Duration", "string"),
        ("Struct", "object"),
        ("ListValue", "array"),
        ("Empty", "object"),
        ("BoolValue", "boolean"),
    ],
)
def test_well_known_types_are_plain(name: str, kind: str) -> None:
    """The types that every client knows need no file."""
    assert message(f"optional google.protobuf.{name} a = 1;").properties["a"].type == kind


@pytest.mark.parametrize(
    ("text", "comment"),
    [
        ("message A {}\n\n// Of it.\nmessage M {}", "Of it."),
        ("message A {}\n\n// Not of it.\n\nmessage M {}", ""),
        ("message A {} // Not of it.\nmessage M {}", ""),
        ("message M { // Of it.\n  int32 a = 1; }", "Of it."),
        ("// Of it.\n/* And this. */ message M {}", "And this."),
        ("message M {\n  // Nothing yet.\n}", "Nothing yet."),
        ("/// Of it.\n//Of it too.\nmessage M {}", "Of it.\nOf it too."),
    ],
)
def test_a_comment_is_of_what_it_stands_beside(text: str, comment: str) -> None:
    """Comments are taken as protoc takes them: no blank line between, or on the same line."""
    assert proto(f'syntax = "proto3";\n{text}').schemas["/messages/M"].description == comment


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("message A {", "at line 1, column 12: found the end where there should be a field"),
        ("message A {\n  int32 x = ;\n}", "at line 2, column 13: found ';' where there should be a whole number"),
        ("message A {\n  int32 x = 99999999999;\n}", "at line 2, column 13: found '99999999999' where"),
        ("service S { rpc }", "at line 1, column 17: found '}' where there should be a name"),
        ("service S { get }", "at line 1, column 13: found 'get' where there should be rpc, option"),
        ('option a = "b;\nmessage A {}', "at line 1, column 12: a text has no closing quotation mark on its line"),
        ("message A {}\n/* x", "at line 2, column 1: a comment is not closed"),
        ("message A {}\n\x07", "at line 2, column 1: '␇' cannot stand here"),
        ("message A { B.c d.e = 1; }", "at line 1, column 17: found 'd.e' where there should be a name without dots"),
    ],
)
def test_a_mistake_is_refused_with_its_place(text: str, sentence: str) -> None:
    """A file that breaks the grammar is refused, with line, column and what should stand there."""
    assert sentence in refusal(text)


def test_a_name_that_is_declared_twice_is_a_problem() -> None:
    """The first declaration is read; a second method of a name is told apart by its number."""
    spec = proto(
        "message M { int32 a = 1; }\nenum M { A = 0; }\nservice S { rpc G(M) returns (M); rpc G(M) returns (M); }"
    )
    assert list(spec.schemas) == ["/messages/M"]
    assert [problem.pointer for problem in spec.problems] == ["/enums/M"]
    assert [operation.key for operation in spec.operations] == ["RPC /S/G", "RPC /S/G#2"]


@pytest.mark.parametrize(
    "text",
    [
        'syntax = "proto3";' + "message A {" * 100_000,
        "option a = " + "{b " * 100_000 + ";",
        "option a = " + "[" * 100_000 + ";",
        'syntax = "proto3";' + "message A {" * 1000 + "}" * 1000,
    ],
    ids=["messages", "literals", "lists", "closed"],
)
def test_what_is_nested_too_deeply_is_refused(text: str) -> None:
    """Depth is bounded wherever the grammar nests."""
    assert "nested deeper than 200 levels" in refusal(text)


def test_the_limits_are_named() -> None:
    """A file of more parts than allowed is refused with the name of the setting; so is a name without end."""
    with pytest.raises(SpecError) as refused:
        proto("message A { " + "int32 a = 1;" * 1000 + "}", FEW)
    assert "max_parts" in refused.value.hint
    assert "512 characters" in refusal(f"message {'a' * 513} {{}}")
    assert "512 characters" in refusal(f"message {'a' * 300} {{ message {'b' * 300} {{}} }}")


@pytest.mark.parametrize(
    "text",
    [
        "package manager; the words go on",
        "message in a bottle: no file of protobuf",
        "service level agreement\n=======\n",
        "# Title\n\nmessage Foo {\n",
        "package com.example;\n\nimport java.util.List;\n\npublic class Foo {}",
    ],
)
def test_prose_is_no_file_of_protobuf(text: str) -> None:
    """A text that begins with a word of the grammar is not taken for it."""
    assert proto(text).about.format != "protobuf"


def test_a_file_of_messages_alone_is_read() -> None:
    """No service is needed, and no syntax either."""
    spec = proto("// Only this.\nenum E { A = 0; }")
    assert (spec.about.title, spec.operations, list(spec.schemas)) == ("Protobuf messages", (), ["/enums/E"])
    assert spec.schemas["/enums/E"].description == "Only this."


PIECES = st.sampled_from(
    [
        *"{}()[]<>=;:,.-/\"'\\",
        "//",
        "/*",
        "*/",
        "\n",
        "message",
        "rpc",
        "option",
        "map<",
        "0x",
        "1e9",
        "9" * 5000,
        "\x1b",
    ]
)


@settings(max_examples=150, deadline=None)
@given(data=st.data(), edits=st.integers(1, 4))
def test_a_damaged_file_is_read_or_refused(data: st.DataObject, edits: int) -> None:
    """Whatever is cut out or put in, a spec that can be kept comes out, or SpecError."""
    text = LIBRARY
    for _ in range(edits):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.sampled_from([0, 1, 5, 50])))
        text = text[:start] + data.draw(PIECES | st.text(max_size=3)) + text[end:]
    try:
        spec = read(text.encode(errors="replace"))
    except SpecError:
        return
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(spec), type=Spec) == spec
    assert all(map(is_safe, texts(msgspec.to_builtins(spec, str_keys=True))))


def test_a_name_may_go_on_in_the_next_line() -> None:
    """Blanks, new lines and comments between the parts of a name are none of it, as `protoc` has it."""
    spec = read(
        b'syntax = "proto3";\npackage zoo\n  .v1;\nmessage Kinds { message Cage { string bars = 1; } }\n'
        b"message Animal {\n  zoo.v1.Kinds\n      .Cage cage = 1;\n"
        b"  map<string, zoo . v1 . // of it\n Kinds> kinds = 2;\n"
        b"  oneof food { .zoo.v1.Kinds meat = 3; string corn = 4; }\n}\n"
        b"service Zoo { rpc Feed(stream zoo.v1\n.Animal) returns (zoo\n.v1.Animal); }\n"
    )
    assert spec.problems == ()
    [feed] = spec.operations
    assert feed.key == "RPC /zoo.v1.Zoo/Feed"
    animal = spec.schemas["/messages/zoo.v1.Animal"]
    assert animal.properties["cage"].ref == "/messages/zoo.v1.Kinds.Cage"
    assert animal.properties["kinds"].additional == Schema(ref="/messages/zoo.v1.Kinds")
    assert animal.properties["meat"].ref == "/messages/zoo.v1.Kinds"


@pytest.mark.parametrize(
    "wrong", ["message A .B {}", "message A { string a .b = 1; }", "package " + "a" * 400 + "\n." + "b" * 400 + ";"]
)
def test_what_is_declared_has_no_dots(wrong: str) -> None:
    """Only what is referred to has; and no name is longer than any is."""
    with pytest.raises(SpecError, match="where there should be"):
        read(f'syntax = "proto3";\n{wrong}\n'.encode())
