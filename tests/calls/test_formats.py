import itertools
import json
import os
import shlex
import subprocess
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, strategies as st

from engine.calls.compose import call_of
from engine.calls.given.given import given as given_by
from engine.calls.languages.command import command
from engine.calls.source import Source
from engine.specs.model import (
    About,
    Body,
    Content,
    Grant,
    Operation,
    Parameter,
    Response,
    Schema,
    SecurityScheme,
    Server,
)
from tests.answer.formats import facts, source
from tests.answer.spec import alone

HOSTILE = 'it\'s "$(touch pwned)" `touch pwned`; touch pwned\n& | > pwned * \\ ! #é'
SECRET = SecurityScheme(name="s", type="http", scheme="bearer")


def made(one: Source) -> str:
    """The request for an operation."""
    return command(call_of(one))


def words(command: str) -> list[str]:
    """What a shell makes of a command."""
    return shlex.split(command.replace("\\\n", " "), comments=True)


def served(one: Source, url: str) -> Source:
    """The same operation, on a server that asks for a token."""
    about = msgspec.structs.replace(one.about, servers=(Server(url=url),), security_schemes=(SECRET,))
    operation = msgspec.structs.replace(one.operation, security=((Grant(scheme="s"),),))
    return msgspec.structs.replace(one, about=about, operation=operation)


def test_a_grpc_method_is_called_with_grpcurl() -> None:
    """The message holds the required fields; of a stream it is one message."""
    argv = words(made(source("proto", "RPC /shop.v1.Shop/GetItem")))
    assert argv == ["grpcurl", "-d", '{\n  "item_id": "ITEM_ID"\n}', "HOST:PORT", "shop.v1.Shop/GetItem"]
    value = json.loads(words(made(source("proto", "RPC /shop.v1.Shop/Watch")))[2])
    assert (value["id"], value["cents"], value["sold_at"]) == ("ID", 1, "2026-01-31T09:00:00Z")


def test_a_grpc_message_has_what_was_said() -> None:
    """What a person says goes into its fields, and nothing else does that is not required."""
    get = source("proto", "RPC /shop.v1.Shop/GetItem")
    call = call_of(get, given=given_by("get the item with item id itm_12", get))
    assert call.given == call.body == {"item_id": "itm_12"}
    watch = source("proto", "RPC /shop.v1.Shop/Watch")
    call = call_of(watch, given=given_by("watch with id itm_12", watch))
    assert call.given == call.body == {"id": "itm_12"}


def test_of_fields_that_exclude_each_other_one_is_sent() -> None:
    """A message of proto3 requires nothing: its first fields are shown, and one of each `oneof`."""
    value = json.loads(words(made(source("proto", "RPC /shop.v1.Shop/Watch")))[2])
    assert list(value) == ["id", "cents", "sold_at", "parts"]


@pytest.mark.parametrize("method", ["Clear", "Move"])
def test_a_message_without_known_fields_is_empty(method: str) -> None:
    """Of an empty message, and of one from a file that is not there, nothing can be said."""
    assert words(made(source("proto", f"RPC /shop.v1.Shop/{method}")))[2] == "{}"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("grpc://api.example:443", "api.example:443"),
        ("api.example:50051/", "api.example:50051"),
        ("-plaintext", "HOST:PORT"),
        ("https://api.example/x y", "HOST:PORT"),
    ],
)
def test_grpcurl_gets_an_address_and_credentials(url: str, expected: str) -> None:
    """What is no address of a server becomes a placeholder; a token goes into the metadata."""
    argv = words(made(served(source("proto", "RPC /shop.v1.Shop/GetItem"), url)))
    assert argv[1:3] == ["-H", "Authorization: Bearer TOKEN"]
    assert argv[-2:] == [expected, "shop.v1.Shop/GetItem"]


def test_a_message_is_printed_below_where_it_goes() -> None:
    """A comment names channel, server and required headers; the command prints the first message."""
    command = made(source("messages", "SEND user/{user_id}/signedup#again"))
    assert command == (
        "# SEND user/USER_ID/signedup on kafka://broker.example:9092\n"
        "# 'trace-id: t1'\n"
        "printf '%s\\n' '{\n  \"user_id\": \"string\"\n}'"
    )
    assert made(source("messages", "RECEIVE orders.#")) == "# RECEIVE 'orders.#' on kafka://broker.example:9092"


def test_a_text_message_is_printed_as_it_is() -> None:
    """A message that is no JSON keeps its lines."""
    one = source("messages", "RECEIVE orders.#")
    body = Body(content=(Content(media_type="text/csv", example="a,b\n1,2"),))
    one = msgspec.structs.replace(one, operation=msgspec.structs.replace(one.operation, body=body))
    assert words(made(one)) == ["printf", "%s\\n", "a,b\n1,2"]


def webhook(**fields: object) -> Operation:
    """A call that the client gets."""
    schema = Schema(
        type="object",
        required=("id", "secret"),
        properties={"id": Schema(type="integer", read_only=True), "secret": Schema(type="string", write_only=True)},
    )
    body = Body(content=(Content(media_type="application/json", schema=schema),))
    return Operation(method="POST", path="parcel-lost", pointer="", incoming=True, body=body, **fields)


def test_a_webhook_is_tried_out_at_your_own_endpoint() -> None:
    """The payload is what the API sends: what only it sets is in it, what only the client sets is not."""
    parameters = (
        Parameter(name="X-Event", location="header", required=True, example="lost"),
        Parameter(name="at", location="query", required=True, example="a b"),
    )
    about = About(title="", format="", servers=(Server(url="https://api.example"),))
    argv = words(made(alone(webhook(parameters=parameters), about)))
    assert argv[:4] == ["curl", "-X", "POST", "https://YOUR_ENDPOINT?at=a%20b"]
    assert argv[4:] == ["-H", "X-Event: lost", "-H", "Content-Type: application/json", "-d", '{\n  "id": 1\n}']
    assert facts("sdl", "Query.now").request.startswith("curl -X POST https://HOST/graphql")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/a#second", "https://HOST/a"),
        ("/#Action=List", "https://HOST/"),
        ("/a/{id}/b#2", "https://HOST/a/ID/b"),
        ("/{a#b}/c", "https://HOST/A_B/c"),
    ],
)
def test_what_tells_paths_apart_is_not_sent(path: str, expected: str) -> None:
    """The part of a path from `#` on stays with the client, as with any address."""
    about = About(title="", format="")
    command = made(alone(Operation(method="GET", path=path, pointer=""), about))
    assert words(command.replace("#", "%23")) == ["curl", expected]


def hostile(protocol: str, value: str, *, incoming: bool = False) -> str:
    """A request with one text in every place that a spec can fill."""
    schema = Schema(type="object", required=(value,), properties={value: Schema(enum=(value,))})
    content = Content(media_type=f"application/json{value}", schema=schema)
    result = Schema(ref=f"/types/{value}")
    operation = Operation(
        method="POST" if protocol == "http" else value,
        path=f"{value}/{{{value}}}",
        pointer="",
        protocol=protocol,
        incoming=incoming,
        parameters=tuple(
            Parameter(name=value, location=location, required=True, example=value, schema=Schema(type="string"))
            for location in ("argument", "channel", "header", "query")
        ),
        body=Body(content=(content,)),
        responses=(Response(status="", content=(Content(media_type="", schema=result),)),),
        security=((Grant(scheme="s"),),),
    )
    scheme = SecurityScheme(name="s", type="apiKey", location="header", parameter=value)
    about = About(title="", format="", servers=(Server(url=f"kafka://{value}"),), security_schemes=(scheme,))
    shape = Schema(type="object", properties={value: Schema(type="string")})
    return made(alone(operation, about, shape))


COMMANDS = [("graphql", "curl"), ("grpc", "grpcurl"), ("message", "printf"), ("http", "curl")]


@pytest.mark.parametrize(("protocol", "program"), COMMANDS)
@given(value=st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=40))
def test_any_text_stays_inside_its_word(protocol: str, program: str, value: str) -> None:
    """Whatever a spec holds, the command is one program with as many words as for a harmless text."""
    command = hostile(protocol, value, incoming=protocol == "http")
    kept = [line for line in command.split("\n") if not line.startswith("# ")] if protocol == "message" else [command]
    argv = shlex.split("\n".join(kept).replace("\\\n  ", " "))
    assert argv[0] == program
    assert not [value for option, value in itertools.pairwise(argv) if option in ("-d", "-H") and value[:1] == "@"]


def test_a_header_names_no_file() -> None:
    """A header beginning with `@` would name a file of headers; no name of a spec begins so."""
    named = Parameter(name="@/etc/passwd", location="header", required=True, example="1")
    argv = words(made(alone(webhook(parameters=(named,)), About(title="", format=""))))
    assert argv[5] == "/etc/passwd: 1"


def test_a_server_that_is_no_address_becomes_a_placeholder() -> None:
    """Brackets that hold no IPv6 address are not an error."""
    about = About(title="", format="", servers=(Server(url="https://[x"),))
    command = made(alone(Operation(method="GET", path="/a", pointer=""), about))
    assert words(command) == ["curl", "https://HOST/a"]


@pytest.mark.parametrize(("protocol", "program"), COMMANDS)
def test_a_shell_runs_nothing_else(protocol: str, program: str, tmp_path: Path) -> None:
    """A real shell runs the one program and no text of the spec, also where it takes no comments."""
    fakes = tmp_path / "bin"
    fakes.mkdir()
    for name in ("curl", "grpcurl"):
        (fakes / name).write_text("#!/bin/sh\nexit 0\n")
        (fakes / name).chmod(0o700)
    empty = tmp_path / "empty"
    empty.mkdir()
    command = hostile(protocol, HOSTILE, incoming=protocol == "http")
    for text in (command, command.replace("# ", ": ")):
        done = subprocess.run(
            ["bash", "-c", text],
            cwd=empty,
            env={"PATH": f"{fakes}{os.pathsep}{os.environ['PATH']}"},
            capture_output=True,
            check=True,
        )
        assert (done.stderr, list(empty.iterdir())) == (b"", [])
