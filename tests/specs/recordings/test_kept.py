"""What a recording holds is kept: each kind that browsers and Postman write, from the document to the request."""

import base64
import json

import pytest

from engine.answer.facts import auth
from engine.calls.compose import call_of
from engine.calls.languages.curl import curl
from engine.secrets.redact import REDACTED
from engine.specs.model import AS_SENT, About, Content, Operation, Schema
from engine.specs.read import read
from tests.answer.spec import alone
from tests.specs.builders import JSON, only_operation, read_json
from tests.specs.recordings.test_har import entry, pairs, recording

MULTIPART = (
    '------X1\r\nContent-Disposition: form-data; name="title"\r\n\r\nLow tide\r\nat noon\r\n'
    '------X1\r\nContent-Disposition: form-data; name="tag"\r\n\r\nsea\r\n'
    '------X1\r\nContent-Disposition: form-data; name="tag"\r\n\r\nsand\r\n'
    '------X1\r\nContent-Disposition: form-data; name="password"\r\n\r\nCANARY77abcdef\r\n'
    '------X1\r\nContent-Disposition: form-data; name="photo"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n'
    "\r\n------X1--\r\n"
)


def body_of(operation: Operation) -> Content:
    """Return the only body of an operation."""
    assert operation.body is not None
    [content] = operation.body.content
    return content


def test_a_base64_body_is_decoded_and_its_secrets_hidden() -> None:
    """As Chrome and Firefox keep what is no plain text to them; binary data stays unknown."""
    told = base64.b64encode(json.dumps({"reefs": [{"name": "Ægir", "token": "CANARY77abcdef0123"}]}).encode()).decode()
    answers = [
        {"mimeType": "application/json", "text": told, "encoding": "base64"},
        {"mimeType": "application/json", "text": "/w==", "encoding": "base64"},
        {"mimeType": "application/json", "text": "no base64 at all", "encoding": "base64"},
    ]
    [content] = only_operation(recording(*(entry(answer=each) for each in answers))).responses[0].content
    assert content.example == {"reefs": [{"name": "Ægir", "token": REDACTED}]}
    assert content.schema.properties["reefs"].items is not None


def test_a_multipart_text_is_read_as_its_parts() -> None:
    """Browsers keep the body as it was sent, without the files; a name that comes twice has both values."""
    post = {"mimeType": "multipart/form-data; boundary=----X1", "text": MULTIPART}
    content = body_of(only_operation(recording(entry(method="POST", postData=post))))
    assert list(content.schema.properties) == ["title", "tag", "password", "photo"]
    assert content.schema.properties["photo"].format == "binary"
    assert (content.schema.properties["tag"].type, content.schema.properties["title"].type) == ("array", "string")
    assert content.example == {
        "title": "Low tide\nat noon",
        "tag": ["sea", "sand"],
        "password": REDACTED,
        "photo": "",
    }


def test_a_broken_multipart_text_loses_nothing_else() -> None:
    """Without a boundary, or with another one, the operation is read."""
    for kind in ("multipart/form-data", "multipart/form-data; boundary=other"):
        post = {"mimeType": kind, "text": MULTIPART}
        assert only_operation(recording(entry(method="POST", postData=post))).method == "POST"


def test_form_values_are_decoded_once() -> None:
    """Chrome lists them as they came over the wire, and keeps the whole text beside."""
    listed = {"mimeType": "application/x-www-form-urlencoded", "params": pairs({"code": "SPRING%2024"})}
    texts = {"mimeType": "application/x-www-form-urlencoded", "text": "code=SPRING%2024&code=A+B"}
    codes = [
        body_of(only_operation(recording(entry(method="POST", postData=post)))).example for post in (listed, texts)
    ]
    assert codes == [{"code": "SPRING 24"}, {"code": ["SPRING 24", "A B"]}]


def test_a_name_that_is_repeated_in_a_query_is_a_list() -> None:
    """In HAR, in the URL of Postman and in its list, where a pair that is switched off does not count."""
    har = only_operation(recording(entry("https://a.example/x?kind=reef&kind=wreck&page=1")))
    raw = collection({"method": "GET", "url": "https://a.example/x?kind=reef&kind=wreck&page=1"})
    listed = collection(
        {
            "url": {
                "raw": "https://a.example/x",
                "host": ["https://a.example"],
                "path": ["x"],
                "query": [
                    {"key": "kind", "value": "reef"},
                    {"key": "kind", "value": "wreck"},
                    {"key": "kind", "value": "no", "disabled": True},
                    {"key": "page", "value": "1"},
                    {"key": "page", "value": "2", "disabled": True},
                ],
            }
        }
    )
    for operation in (har, raw, listed):
        kind, page = operation.parameters
        assert (kind.name, kind.schema.type, kind.schema.example) == ("kind", "array", ["reef", "wreck"])
        assert (page.schema.type, page.schema.example) == ("integer", 1)


def graphql(query: str | None, name: str | None = None, **more: object) -> JSON:
    """Return a recording of a GraphQL operation."""
    body = {"operationName": name, "query": query, "variables": {"id": "1"}, **more}
    text = json.dumps({key: value for key, value in body.items() if value is not None})
    return entry("https://a.example/graphql", method="POST", postData={"mimeType": "application/json", "text": text})


def test_graphql_operations_on_one_path_are_apart() -> None:
    """By the name that is sent, that stands in the query, of a query that the server keeps, or of the first field."""
    entries = [
        graphql("query Basket($id: ID!) { basket(id: $id) { id } }", "Basket"),
        graphql("query Basket($id: ID!) { basket(id: $id) { id } }", "Basket"),
        graphql("# adds\nmutation AddLine { addLine { id } }"),
        graphql(None, "Kept", extensions={"persistedQuery": {"sha256Hash": "ab"}}),
        graphql("{ shop: theShop { name } }"),
        entry("https://a.example/graphql?query=query+Asked+%7B+a+%7D&operationName=Asked"),
    ]
    operations = read_json(recording(*entries)).operations
    assert [operation.key for operation in operations] == [
        "POST /graphql#Basket",
        "POST /graphql#AddLine",
        "POST /graphql#Kept",
        "POST /graphql#theShop",
        "GET /graphql#Asked",
    ]
    assert [operation.operation_id for operation in operations][:2] == ["Basket", "AddLine"]
    assert body_of(operations[1]).example["query"].startswith("# adds")


def test_what_only_looks_like_graphql_is_one_operation() -> None:
    """A search with a `query` in words is none."""
    posts = [{"mimeType": "application/json", "text": json.dumps({"query": text})} for text in ("reefs", "wrecks")]
    assert only_operation(recording(*(entry(method="POST", postData=post) for post in posts))).path == "/x"


def test_not_modified_is_no_answer_of_its_own() -> None:
    """What a browser shows for a 304 came from its cache."""
    answer = {"mimeType": "application/json", "text": "{}"}
    [response] = only_operation(recording(entry(status=304, answer=answer))).responses
    assert (response.status, response.content) == ("304", ())


def test_no_credentials_in_a_recording_say_nothing() -> None:
    """Browsers leave them out: neither the whole nor a part of a recording is taken for public."""
    spec = read_json(recording(entry(headers={"X-Api-Key": "abc"}), entry(), entry("https://a.example/open")))
    told = {operation.path: auth(operation, spec.about) for operation in spec.operations}
    assert "does not tell whether any are needed" in told["/open"][0]
    assert len(told["/x"]) == 1
    assert "API key" in told["/x"][0]


def collection(request: JSON) -> Operation:
    """Return the operation of a Postman collection with one request."""
    info = {"name": "C", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"}
    item = {"name": "One", "request": {"method": "POST", "url": "https://a.example/x", **request}}
    return only_operation({"info": info, "item": [item]})


RAW = """{
  // which one
  "name": "{{$randomWord}}",
  "year": {{year}}, /* of
  the catch */
  "site": "http://a.example//b",
  "tags": ["a", {{tag}}],
}"""


@pytest.mark.parametrize("language", [None, "json"])
def test_comments_and_variables_in_a_raw_body_are_no_reason_to_quote_it(language: str | None) -> None:
    """Postman takes them out before it sends; what is sent is JSON."""
    options = {"options": {"raw": {"language": language}}} if language else {}
    content = body_of(collection({"body": {"mode": "raw", "raw": RAW, **options}}))
    assert content.media_type == "application/json"
    assert content.example == {
        "name": "{{$randomWord}}",
        "year": "{{year}}",
        "site": "http://a.example//b",
        "tags": ["a", "{{tag}}"],
    }
    assert set(content.schema.properties) == {"name", "year", "site", "tags"}


def test_what_is_no_json_stays_as_it_is() -> None:
    """A template that no variable makes JSON of is sent as it is written."""
    content = body_of(collection({"body": {"mode": "raw", "raw": "{ {{body}} }"}}))
    assert (content.example, content.schema) == ("{ {{body}} }", Schema(type="string"))


def command_of(request: JSON) -> str:
    """Return the curl command for the one request of a collection."""
    about = About(title="", format="postman-2.1")
    return curl(call_of(alone(collection(request), about)))


def test_a_variable_for_more_fields_is_left_out() -> None:
    """Nothing is known of them, and the rest is JSON; so are the variables of a GraphQL request."""
    raw = '{ {{more}}, /* "b" */ "a": 1, "c": [{{x}}, {{y}}], {{$guid}}\n}'
    content = body_of(collection({"body": {"mode": "raw", "raw": raw, "options": {"raw": {"language": "json"}}}}))
    assert content.example == {"a": 1, "c": ["{{x}}", "{{y}}"]}
    graphql = {"query": "query Q($id: ID!) { q(id: $id) }", "variables": '{"id": {{id}}, // one\n}'}
    content = body_of(collection({"body": {"mode": "graphql", "graphql": graphql}}))
    assert content.example["variables"] == {"id": "{{id}}"}


def test_json_with_what_no_json_has_is_sent_as_it_is() -> None:
    """It is not quoted a second time."""
    raw = '{"a": {{one}}{{two}}}'
    request = {"body": {"mode": "raw", "raw": raw, "options": {"raw": {"language": "json"}}}}
    content = body_of(collection(request))
    assert (content.media_type, content.schema.format, content.example) == ("application/json", AS_SENT, raw)
    command = command_of(request)
    assert f"--data-raw '{raw}'" in command
    assert "-H 'Content-Type: application/json'" in command


def test_numbers_that_are_repeated_in_a_form_stay_apart() -> None:
    """`a=1&a=2` is two values, and a field that is switched off is none."""
    pairs = [{"key": "a", "value": "1"}, {"key": "a", "value": "2"}, {"key": "off", "value": "3", "disabled": True}]
    command = command_of({"body": {"mode": "urlencoded", "urlencoded": pairs}})
    assert "-d 'a=1&a=2'" in command


def test_a_large_body_is_kept_whole() -> None:
    """A request of more than 4,000 characters is sent as it was recorded, in JSON and in other texts."""
    rows = [{"row": number, "text": "x" * 1500} for number in range(10)]
    page = f"<rows>{'<row/>' * 2000}</rows>"
    assert body_of(collection({"body": {"mode": "raw", "raw": json.dumps(rows)}})).example == rows
    xml = {"mode": "raw", "raw": page, "options": {"raw": {"language": "xml"}}}
    assert body_of(collection({"body": xml})).example == page
    post = {"mimeType": "application/json", "text": json.dumps(rows)}
    assert body_of(only_operation(recording(entry(method="POST", postData=post)))).example == rows


KEPT = recording(
    graphql("{ a { b } }"),
    entry(method="POST", postData={"mimeType": "multipart/form-data; boundary=----X1", "text": MULTIPART}),
    entry(
        "https://a.example/x?a=1&a=2",
        status=304,
        answer={"mimeType": "text/plain", "text": "QQ==", "encoding": "base64"},
    ),
)
"""A recording with what browsers keep in ways of their own."""


def test_a_recording_of_a_browser_is_read() -> None:
    """Each of these kinds in one file: nothing is lost, and nothing secret kept."""
    spec = read(json.dumps(KEPT).encode())
    assert len(spec.operations) == 3
    assert "CANARY" not in repr(spec)
