import itertools
import json
import os
import shlex
import subprocess
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
from hypothesis import given, strategies as st

from engine.calls.compose import call_of
from engine.calls.languages.curl import curl
from engine.calls.source import Source
from engine.calls.values import placeholder
from engine.specs.model import (
    About,
    Body,
    Content,
    Grant,
    Operation,
    Parameter,
    Schema,
    SecurityScheme,
    Server,
)
from tests.answer.spec import alone, source

HOSTILE = 'it\'s "$(touch pwned)" `touch pwned`; touch pwned\n& | > pwned * \\ ! #é'


def command(one: Source) -> str:
    """The curl command for an operation."""
    return curl(call_of(one))


def operation(method: str = "GET", path: str = "/things", **fields: object) -> Operation:
    """An operation of no document."""
    return Operation(method=method, path=path, pointer="", **fields)


def of(one: Operation, url: str = "https://api.example", schemes: tuple[SecurityScheme, ...] = ()) -> list[str]:
    """The words of the command for an operation, as a shell splits them."""
    about = About(title="", format="", servers=(Server(url=url),) if url else (), security_schemes=schemes)
    return words(command(alone(one, about)))


def words(text: str) -> list[str]:
    """What a shell makes of a command."""
    return shlex.split(text.replace("\\\n", " "))


def options(argv: list[str], name: str) -> list[str]:
    """The values of an option of curl."""
    return [value for option, value in itertools.pairwise(argv) if option == name]


def body(media_type: str, schema: Schema | None = None, example: object = None) -> Body:
    """A body of one kind."""
    return Body(content=(Content(media_type=media_type, schema=schema or Schema(), example=example),))


def test_every_required_input_is_in_the_command() -> None:
    """Credentials of the first alternative, required headers and a body that fits, without read-only fields."""
    argv = words(command(source("createParcel")))
    assert argv[:4] == ["curl", "-X", "POST", "https://depot.example/v2/parcels"]
    assert options(argv, "-H") == [
        "Idempotency-Key: IDEMPOTENCY_KEY",
        "Authorization: Bearer TOKEN",
        "Content-Type: application/json",
    ]
    assert [json.loads(value) for value in options(argv, "-d")] == [{"to": "string", "size": "small"}]


def test_query_values_are_encoded() -> None:
    """An example is sent as it is meant, a referred enum gives its first value, and names are encoded too."""
    argv = words(command(source("listParcels")))
    assert "-X" not in argv
    query = urlsplit(argv[1]).query
    assert parse_qs(query) == {"size": ["small"], "filter[to]": ["a b&c=d"]}
    assert " " not in query
    assert "[" not in query


def test_path_parameters_become_placeholders_or_their_example() -> None:
    """What only the caller knows is an upper-case word; an example is used, encoded as one segment."""
    assert words(command(source("getParcel")))[1] == "https://depot.example/v2/parcels/PARCEL_ID"
    known = Parameter(name="id", location="path", required=True, example="a/b?c#d")
    assert of(operation(path="/x/{id}.json", parameters=(known,)))[1] == "https://api.example/x/a%2Fb%3Fc%23d.json"


def test_a_shared_example_is_found_by_its_reference() -> None:
    """The body is the example that the media type refers to."""
    argv = words(command(source("replaceParcel")))
    assert [json.loads(value) for value in options(argv, "-d")] == [{"to": "Main Street 1", "size": "large"}]


@pytest.mark.parametrize(
    ("scheme", "expected"),
    [
        (SecurityScheme(name="s", type="http", scheme="bearer"), ["Authorization: Bearer TOKEN"]),
        (SecurityScheme(name="s", type="http", scheme="Basic"), ["Authorization: Basic BASE64_OF_USER_COLON_PASSWORD"]),
        (SecurityScheme(name="s", type="http", scheme="digest"), ["Authorization: Digest CREDENTIALS"]),
        (SecurityScheme(name="s", type="oauth2"), ["Authorization: Bearer TOKEN"]),
        (SecurityScheme(name="s", type="openIdConnect"), ["Authorization: Bearer TOKEN"]),
        (SecurityScheme(name="s", type="apiKey", location="header", parameter="X-Key"), ["X-Key: X_KEY"]),
        (SecurityScheme(name="s", type="apiKey", location="cookie", parameter="sid"), ["Cookie: sid=SID"]),
        (SecurityScheme(name="s", type="apiKey", location="query", parameter="key"), []),
        (SecurityScheme(name="s", type="mutualTLS"), []),
        (SecurityScheme(name="other", type="http", scheme="bearer"), []),
    ],
    ids=lambda value: value.type if isinstance(value, SecurityScheme) else "",
)
def test_each_scheme_has_its_place(scheme: SecurityScheme, expected: list[str]) -> None:
    """Each kind of credentials goes where the spec says; one that is not defined leaves the command whole."""
    argv = of(operation(security=((), (Grant(scheme="s"),))), schemes=(scheme,))
    assert options(argv, "-H") == expected
    assert argv[1].endswith("?key=KEY") == (scheme.location == "query")


def test_required_cookies_share_one_header() -> None:
    """Required cookies and a key in a cookie are sent together."""
    scheme = SecurityScheme(name="s", type="apiKey", location="cookie", parameter="sid")
    theme = Parameter(name="theme", location="cookie", required=True, schema=Schema(enum=("dark", "light")))
    argv = of(operation(parameters=(theme,), security=((Grant(scheme="s"),),)), schemes=(scheme,))
    assert options(argv, "-H") == ["Cookie: theme=dark; sid=SID"]


def test_a_header_is_sent_once() -> None:
    """Credentials and the body decide headers that a spec also lists as parameters."""
    scheme = SecurityScheme(name="s", type="http", scheme="bearer")
    parameters = tuple(
        Parameter(name=name, location="header", required=True) for name in ("authorization", "content-type")
    )
    one = operation("POST", parameters=parameters, security=((Grant(scheme="s"),),), body=body("application/json"))
    assert options(of(one, schemes=(scheme,)), "-H") == [
        "Authorization: Bearer TOKEN",
        "Content-Type: application/json",
    ]


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        ("", "https://HOST/things"),
        ("/", "https://HOST/things"),
        ("/v1/", "https://HOST/v1/things"),
        ("v1", "https://HOST/v1/things"),
        ("//api.example/v1", "https://api.example/v1/things"),
        ("http://localhost:8080", "http://localhost:8080/things"),
        ("HTTPS://api.example", "https://api.example/things"),
        ("https://{tenant-id}.example/{stage}", "https://TENANT_ID.example/STAGE/things"),
        ("file:///etc", "https://HOST/things"),
        ("-o/tmp/x", "https://HOST/-o/tmp/x/things"),
    ],
)
def test_the_address_of_the_server(server: str, expected: str) -> None:
    """Relative, missing and templated servers give an address that a caller can fill in; other protocols none."""
    assert of(operation(), server)[1] == expected


def test_what_curl_would_expand_is_encoded() -> None:
    """Braces of parameters that the spec forgot, brackets and blanks in a path never reach curl as they are."""
    assert of(operation(path="/a b/{id}/[1-3]"))[1] == "https://api.example/a%20b/ID/%5B1-3%5D"
    asks = Parameter(name="q", location="query", required=True)
    assert of(operation(path="/?action=list", parameters=(asks,)))[1] == "https://api.example/?action=list&q=Q"


@pytest.mark.parametrize(
    ("method", "sends", "expected"),
    [
        ("GET", False, []),
        ("GET", True, ["-X", "GET"]),
        ("HEAD", False, ["--head"]),
        ("DELETE", False, ["-X", "DELETE"]),
    ],
)
def test_the_method_is_said_where_curl_would_choose_another(method: str, sends: bool, expected: list[str]) -> None:
    """HEAD does not wait for a body, and GET stays GET when it sends one."""
    sent = msgspec.structs.replace(body("application/json"), required=True)
    one = operation(method, body=sent if sends else None)
    assert of(one)[1 : 1 + len(expected)] == expected


PERSON = Schema(
    type="object",
    required=("name", "photo", "card"),
    properties={
        "name": Schema(type="string", example="Ann & Bo"),
        "photo": Schema(type="string", format="binary"),
        "card": Schema(type="object", required=("no",), properties={"no": Schema(type="integer")}),
    },
)


def test_forms_are_sent_as_forms() -> None:
    """A form is encoded as one, what is nested as JSON where the document says nothing else."""
    argv = of(operation("POST", body=body("application/x-www-form-urlencoded", PERSON)))
    assert parse_qs(options(argv, "-d")[0]) == {"name": ["Ann & Bo"], "photo": ["string"], "card": ['{"no":1}']}


def test_files_are_uploaded_in_parts() -> None:
    """A multipart body names the file to send and leaves its header, with the boundary, to curl."""
    argv = of(operation("POST", body=body("multipart/form-data", PERSON)))
    assert options(argv, "-F") == ["photo=@FILE", 'card={"no":1};type=application/json']
    assert options(argv, "--form-string") == ["name=Ann & Bo"]
    assert options(argv, "-H") == []


@pytest.mark.parametrize(
    ("media_type", "schema", "example", "expected"),
    [
        ("text/plain", Schema(type="string"), None, ["--data-raw", "string"]),
        ("text/plain", Schema(type="string"), "two\nlines", ["--data-raw", "two\nlines"]),
        ("application/json", Schema(type="string"), "a", ["-d", '"a"']),
        ("application/json", Schema(type="object"), '{"a": 1}', ["-d", '{\n  "a": 1\n}']),
        ("application/vnd.api+json; v=1", Schema(type="array"), None, ["-d", "[]"]),
        ("*/*", Schema(type="boolean"), None, ["-d", "true"]),
        ("application/octet-stream", Schema(type="string", format="binary"), None, ["--data-binary", "@FILE"]),
        ("application/xml", PERSON, "<a/>", ["--data-raw", "<a/>"]),
    ],
)
def test_each_kind_of_body(media_type: str, schema: Schema, example: object, expected: list[str]) -> None:
    """JSON is written as JSON, text as text, and what cannot be made up is a file of the caller's."""
    argv = of(operation("POST", body=body(media_type, schema, example)))
    assert argv[-2:] == expected
    assert options(argv, "-H") == [f"Content-Type: {'application/json' if media_type == '*/*' else media_type}"]


def test_an_example_cannot_name_a_file_to_send() -> None:
    """`@/etc/passwd` in a spec is sent as these characters; curl does not read the file."""
    argv = of(operation("POST", body=body("text/plain", Schema(type="string"), "@/etc/passwd")))
    assert argv[-2:] == ["--data-raw", "@/etc/passwd"]
    files = Schema(
        type="object", required=("f=@/etc/passwd;x",), properties={"f=@/etc/passwd;x": Schema(format="binary")}
    )
    argv = of(operation("POST", body=body("multipart/form-data", files)))
    assert (options(argv, "-F"), len(options(argv, "--form-string"))) == ([], 1)


def test_a_header_cannot_hold_another() -> None:
    """Line breaks in names and values become blanks."""
    hostile = Parameter(name="X-A", location="header", required=True, example="1\r\nX-Evil: 2")
    argv = of(operation("POST", parameters=(hostile,), body=body("text/plain\nX-Evil: 3", Schema(type="string"))))
    assert all("\n" not in value for value in options(argv, "-H"))


def hostile_command(value: str) -> str:
    """A command with one text in every place that a spec can fill."""
    scheme = SecurityScheme(name="s", type="apiKey", location="header", parameter=value)
    parameters = tuple(
        Parameter(name=value, location=location, required=True, example=value)
        for location in ("path", "query", "header", "cookie")
    )
    schema = Schema(type="object", required=(value,), properties={value: Schema(enum=(value,))})
    about = About(
        title="", format="", servers=(Server(url=f"https://api.example/{value}"),), security_schemes=(scheme,)
    )
    one = operation(
        "POST",
        f"/{value}/{{{value}}}",
        parameters=parameters,
        security=((Grant(scheme="s"),),),
        body=body("application/json", schema),
    )
    return command(alone(one, about))


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=40))
def test_any_text_stays_inside_its_word(value: str) -> None:
    """Whatever a spec holds, the command has the same words in the same places."""
    argv = words(hostile_command(value))
    assert argv[:3] == ["curl", "-X", "POST"]
    assert argv[3].startswith("https://api.example/")
    assert set(argv[4::2]) == {"-H", "-d"}
    assert json.loads(argv[-1]) == {value: value}


def test_a_shell_runs_nothing_but_curl(tmp_path: Path) -> None:
    """A real shell passes hostile values on to curl, unchanged, and does nothing else."""
    fake = tmp_path / "bin" / "curl"
    fake.parent.mkdir()
    fake.write_text('#!/bin/sh\nfor word in "$@"; do printf "%s\\0" "$word"; done\n')
    fake.chmod(0o700)
    text = hostile_command(HOSTILE)
    subprocess.run(["bash", "-n", "-c", text], check=True)
    empty = tmp_path / "empty"
    empty.mkdir()
    done = subprocess.run(
        ["bash", "-c", text],
        cwd=empty,
        env={"PATH": f"{fake.parent}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        check=True,
    )
    assert done.stdout.decode().split("\0")[:-1] == words(text)[1:]
    assert json.loads(words(text)[-1]) == {HOSTILE: HOSTILE}
    assert (done.stderr, list(empty.iterdir())) == (b"", [])


@pytest.mark.parametrize(
    ("name", "expected"),
    [("issue_number", "ISSUE_NUMBER"), ("filter[a]", "FILTER_A"), ("X-Key", "X_KEY"), ("$", "VALUE")],
)
def test_placeholders_are_plain_words(name: str, expected: str) -> None:
    """A placeholder holds letters, digits and underscores only."""
    assert placeholder(name) == expected
