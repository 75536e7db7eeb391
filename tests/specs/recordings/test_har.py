import base64
import json
import string
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings, strategies as st

from engine.errors import SpecError
from engine.secrets.redact import REDACTED
from engine.specs.limits import Limits
from engine.specs.model import (
    About,
    Body,
    Content,
    Grant,
    Operation,
    Parameter,
    Problem,
    Response,
    Schema,
    SecurityScheme,
    Server,
    Spec,
    Tag,
)
from engine.specs.read import read
from tests.specs.builders import FEW, JSON, only_operation, read_json
from tests.test_text import TREES, is_safe, texts


def pairs(values: dict[str, str]) -> list[JSON]:
    """Return headers, or fields of a form, as a recording keeps them."""
    return [{"name": name, "value": value} for name, value in values.items()]


def entry(
    url: str = "https://a.example/x",
    *,
    method: str = "GET",
    headers: dict[str, str] | None = None,
    answer: JSON | None = None,
    status: Any = 200,
    **request: Any,
) -> JSON:
    """Return one recording."""
    return {
        "request": {"method": method, "url": url, "headers": pairs(headers or {}), **request},
        "response": {"status": status, "statusText": "OK", "headers": [], "content": answer or {}},
    }


def recording(*entries: Any, version: Any = "1.2", **parts: Any) -> JSON:
    """Return a HAR document with these entries."""
    return {"log": {"version": version, "entries": list(entries), **parts}}


def sent(value: Any) -> JSON:
    """Return a JSON value as the body of a message."""
    return {"mimeType": "application/json; charset=utf-8", "text": json.dumps(value)}


def test_a_small_recording_is_read_whole() -> None:
    """Calls of one method and path are one operation, described by all of its samples."""
    first = entry(
        "https://a.example/users/17/posts?page=1&q=x",
        headers={"User-Agent": "Mozilla", "X-Trace": "t1", "Authorization": "Bearer abc", ":authority": "a.example"},
        answer=sent([{"id": 1, "at": "2024-05-01T10:00:00Z", "token": "abc"}]),
    )
    second = entry(
        "https://a.example/users/18/posts?page=2",
        headers={"X-Trace": "t2", "Authorization": "Bearer abc"},
        answer=sent([{"id": 2, "at": "2024-05-02T10:00:00Z"}]),
    )
    spec = read_json(recording(first, second, pages=[{"title": "The\n app"}]))
    assert spec.problems == ()
    assert spec.about == About(
        title="The app",
        format="har",
        servers=(Server(url="https://a.example"),),
        security_schemes=(SecurityScheme(name="bearer", type="http", scheme="bearer"),),
    )
    assert spec.operations == (
        Operation(
            method="GET",
            path="/users/{user_id}/posts",
            pointer="/log/entries/0",
            parameters=(
                Parameter("user_id", "path", True, schema=Schema(type="integer", example=17)),
                Parameter("page", "query", True, schema=Schema(type="integer", example=1)),
                Parameter("q", "query", schema=Schema(type="string", example="x")),
                Parameter("X-Trace", "header", True, schema=Schema(type="string", example="t1")),
            ),
            responses=(
                Response(
                    status="200",
                    description="OK",
                    content=(
                        Content(
                            "application/json",
                            Schema(
                                type="array",
                                items=Schema(
                                    type="object",
                                    properties={
                                        "id": Schema(type="integer", example=1),
                                        "at": Schema(type="string", format="date-time", example="2024-05-01T10:00:00Z"),
                                        "token": Schema(type="string"),
                                    },
                                    required=("id", "at"),
                                ),
                            ),
                            [{"id": 1, "at": "2024-05-01T10:00:00Z", "token": REDACTED}],
                        ),
                    ),
                ),
            ),
            security=((Grant("bearer"),),),
        ),
    )


@pytest.mark.parametrize(
    ("url", "path", "inputs"),
    [
        ("/users/123/posts/9", "/users/{user_id}/posts/{post_id}", ["user_id", "post_id"]),
        ("/categories/1/2", "/categories/{category_id}/{category_id_2}", ["category_id", "category_id_2"]),
        ("/api/v2/me", "/api/v2/me", []),
        ("/movies/7", "/movies/{movie_id}", ["movie_id"]),
        ("/7", "/{id}", ["id"]),
        ("/addresses/123e4567-e89b-12d3-a456-426614174000/", "/addresses/{address_id}/", ["address_id"]),
        ("/status/507f1f77bcf86cd799439011", "/status/{status_id}", ["status_id"]),
        ("/by-mail/me%40a.example", "/by-mail/{by_mail_id}", ["by_mail_id"]),
        ("", "/", []),
    ],
)
def test_identifiers_in_a_path_are_inputs(url: str, path: str, inputs: list[str]) -> None:
    """They are named after what stands before them, in the singular."""
    operation = only_operation(recording(entry(f"https://a.example{url}")))
    assert (operation.path, [each.name for each in operation.parameters]) == (path, inputs)


def test_several_hosts_are_servers_and_tags() -> None:
    """Operations of another server than the first name it, and one key stands for one of them."""
    spec = read_json(
        recording(entry("https://b.example/x"), entry("https://a.example/x"), entry("https://a.example/y"))
    )
    assert [server.url for server in spec.about.servers] == ["https://a.example", "https://b.example"]
    assert spec.about.tags == (Tag("a.example"), Tag("b.example"))
    assert spec.about.title == "a.example"
    assert [(each.path, each.tags, [server.url for server in each.servers]) for each in spec.operations] == [
        ("/x", ("b.example",), ["https://b.example"]),
        ("/x#a.example", ("a.example",), []),
        ("/y", ("a.example",), []),
    ]


@pytest.mark.parametrize(
    "other",
    [
        entry("https://a.example/logo.PNG?v=1"),
        entry("data:text/plain,abc"),
        entry("wss://a.example/socket", status=101),
        entry(answer={"mimeType": "image/svg+xml"}),
        entry(answer={"mimeType": "text/javascript; charset=utf-8"}),
        {**entry(), "_resourceType": "font"},
        entry(method="OPTIONS", headers={"Access-Control-Request-Method": "PUT"}),
        entry(status=0),
        entry(method="G T"),
        entry("https://[x/y"),
        {},
        7,
    ],
)
def test_what_is_no_call_is_left_out_and_counted(other: Any) -> None:
    """Assets of pages, other protocols, unanswered and broken recordings are no operations."""
    spec = read_json(recording(other, entry("https://a.example/real")))
    assert [operation.path for operation in spec.operations] == ["/real"]
    [problem] = spec.problems
    assert problem == Problem(pointer="/log/entries", message=problem.message, line=problem.line)
    assert problem.message.startswith("1 of 2 recordings are left out")


@pytest.mark.parametrize(
    ("body", "content"),
    [
        (
            sent({"a": 1}),
            Content(
                "application/json",
                Schema(type="object", properties={"a": Schema(type="integer", example=1)}, required=("a",)),
                {"a": 1},
            ),
        ),
        (
            {"mimeType": "application/x-www-form-urlencoded", "text": "a=b&password=c"},
            Content(
                "application/x-www-form-urlencoded",
                Schema(
                    type="object",
                    properties={"a": Schema(type="string", example="b"), "password": Schema(type="string")},
                    required=("a", "password"),
                ),
                {"a": "b", "password": REDACTED},
            ),
        ),
        (
            {
                "mimeType": "multipart/form-data; boundary=x",
                "params": [{"name": "f", "fileName": "x.png"}, {"name": "n", "value": "1"}],
                "text": "--x ...",
            },
            Content(
                "multipart/form-data",
                Schema(
                    type="object",
                    properties={"f": Schema(type="string", format="binary"), "n": Schema(type="integer", example=1)},
                    required=("f", "n"),
                ),
                {"f": "", "n": "1"},
            ),
        ),
        (
            {"mimeType": "application/octet-stream", "text": "abc"},
            Content("application/octet-stream", Schema(type="string", format="binary")),
        ),
    ],
)
def test_every_kind_of_body_is_read(body: JSON, content: Content) -> None:
    """JSON is described by what it holds, and a form by its fields."""
    assert only_operation(recording(entry(method="POST", postData=body))).body == Body(True, content=(content,))


def test_a_body_is_required_when_every_recording_has_it() -> None:
    """One without is enough to make it optional."""
    spec = read_json(recording(entry(method="PUT", postData=sent({})), entry(method="PUT")))
    body = spec.operations[0].body
    assert body is not None
    assert not body.required


def test_responses_are_told_apart_by_status_and_media_type() -> None:
    """Pages are known by their media type alone, base64 is decoded, and noise in the headers is left out."""
    answers = [
        (404, sent({"error": "no"})),
        (200, {"mimeType": "text/html", "text": "<p>secret</p>"}),
        (200, {"mimeType": "application/pdf", "text": "QUJD", "encoding": "base64"}),
        (200, {"mimeType": "text/plain", "text": "QUJD", "encoding": "base64"}),
        (204, {"mimeType": "x-unknown"}),
    ]
    entries = [entry(status=status, answer=answer) for status, answer in answers]
    entries[0]["response"]["headers"] = pairs({"Date": "now", "Set-Cookie": "a=b", "X-Limit": "5"})
    found = only_operation(recording(*entries)).responses
    assert [(each.status, [content.media_type for content in each.content]) for each in found] == [
        ("200", ["text/html", "application/pdf", "text/plain"]),
        ("204", []),
        ("404", ["application/json"]),
    ]
    assert [content.example for content in found[0].content] == [None, None, "ABC"]
    assert found[2].headers == (Parameter("X-Limit", "header", True, schema=Schema(type="integer", example=5)),)


def test_credentials_that_were_accepted_are_security() -> None:
    """Each combination is an alternative; calls that failed or had none say nothing; credentials are no parameters."""
    operation = only_operation(
        recording(
            entry(headers={"X-Api-Key": "abc"}),
            entry("https://a.example/x?access_token=abc"),
            entry(),
            entry(headers={"Authorization": "Basic abc"}, status=401),
        )
    )
    assert operation.security == ((Grant("X-Api-Key"),), (Grant("access_token"),))
    assert [each.name for each in operation.parameters] == ["Authorization"]
    assert operation.parameters[0].schema == Schema(type="string")


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        ({"log": {"version": "1.2", "entries": {}}}, "no list of `entries`"),
        (recording(version="2.0"), "HAR 2.0 is not supported"),
    ],
)
def test_what_is_no_recording_is_refused(tree: JSON, message: str) -> None:
    """The message says what is wrong with it."""
    with pytest.raises(SpecError, match=message):
        read_json(tree)


@pytest.mark.parametrize("version", ["1.1", "1.2", "", None])
def test_both_versions_are_read(version: Any) -> None:
    """One that does not say its version counts as 1.1."""
    assert read_json(recording(entry(), version=version)).about.title == "a.example"


def test_limits_hold() -> None:
    """A recording of too many parts or operations is refused."""
    with pytest.raises(SpecError, match="1,000 parts"):
        read_json(recording(*[entry()] * 500), FEW)
    with pytest.raises(SpecError, match="more than 2 operations"):
        read_json(recording(*(entry(f"https://a.example/{name}") for name in "xyz")), Limits(max_operations=2))


SECRETS = st.text(string.ascii_letters + string.digits, min_size=20, max_size=40).filter(
    lambda text: any(map(str.isdigit, text)) and any(map(str.isalpha, text))
)
SECRET_NAMES = st.sampled_from("token secret password api_key access_key client_secret signature session".split())


def planted(secret: str, name: str) -> list[JSON]:
    """Return recordings with a secret in each place that may hold one."""
    basic = base64.b64encode(f"user:{secret}".encode()).decode()
    bodies = [
        sent({name: secret}),
        sent({"a": [{"b": f"ghp_{secret}"}], "c": f"https://u:{secret}@a.example"}),
        {"mimeType": "application/x-www-form-urlencoded", "text": f"a=b&{name}={secret}"},
        {"mimeType": "multipart/form-data", "params": pairs({name: secret}), "text": f'name="{name}" {secret}'},
        {"mimeType": "application/xml", "text": f"<a><{name}>{secret}</{name}></a>"},
        {"mimeType": "text/plain", "text": f"Authorization: Basic {basic}"},
        {"mimeType": "text/html", "text": f"<input value={secret}>"},
        {"mimeType": "application/octet-stream", "text": secret},
        {"mimeType": "text/plain", "text": secret, "encoding": "base64"},
    ]
    headers = [
        {"Authorization": f"Bearer {secret}"},
        {"authorization": secret},
        {"Authorization": f"Basic {basic}"},
        {"Cookie": f"a={secret}"},
        {"X-Api-Key": secret},
        {"X-Custom": f"Bearer {secret}"},
        {name: secret},
    ]
    entries = [
        *(entry(method="POST", postData=body) for body in bodies),
        *(entry(answer=body) for body in bodies),
        *(entry(headers=each) for each in headers),
        *({**entry(), "response": {**entry()["response"], "headers": pairs(each)}} for each in headers),
        {**entry(), "response": {**entry()["response"], "headers": pairs({"Set-Cookie": f"a={secret}; Path=/"})}},
        entry(f"https://a.example/x?{name}={secret}"),
        entry(f"https://me:{secret}@a.example/x#{name}={secret}"),
        entry(cookies=pairs({"a": secret})),
    ]
    return [
        *(recording(each) for each in entries),
        recording(entry(), pages=[{"title": f"Page ?{name}={secret}"}]),
        recording(entry(headers={"X-Api-Key": secret}), entry(f"https://a.example/by/{secret}/x")),
    ]


@settings(max_examples=25, deadline=None)
@given(SECRETS, SECRET_NAMES)
def test_no_planted_secret_is_kept(secret: str, name: str) -> None:
    """Wherever a recording may hold a secret, nothing of what is read has it, in base64 neither."""
    encoded = base64.b64encode(f"user:{secret}".encode()).decode()
    for tree in planted(secret, name):
        kept = msgspec.msgpack.encode(read_json(tree)).decode("utf-8", "replace")
        assert secret not in kept, tree
        assert encoded not in kept, tree


KEYS = st.sampled_from(
    "log entries request response method url headers name value postData params text mimeType content status".split()
)
ANY = st.recursive(
    TREES | st.sampled_from(["https://a.example/1?x=2", "GET", 200, "{", "[1]", "application/json"]),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(KEYS, children, max_size=5),
    max_leaves=20,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(KEYS, ANY, max_size=4), st.dictionaries(KEYS, ANY, max_size=4), ANY)
def test_any_document_is_read_or_refused(request: JSON, response: JSON, pages: Any) -> None:
    """Whatever a recording holds, the result is a `Spec` of safe text and unique keys, or a `SpecError`."""
    broken = {
        "request": {"method": "GET", "url": "https://a.example/x", **request},
        "response": {"status": 200, **response},
    }
    try:
        spec = read(json.dumps(recording(broken, entry(), request, response, pages=pages)).encode())
    except SpecError:
        return
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(spec), type=Spec) == spec
    assert len({operation.key for operation in spec.operations}) == len(spec.operations)
    assert all(map(is_safe, texts(msgspec.to_builtins(spec))))
