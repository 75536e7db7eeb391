import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings, strategies as st

from engine.errors import SpecError
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
    ServerVariable,
    Spec,
    Tag,
)
from engine.specs.read import read
from tests.specs.builders import FEW, JSON, only_operation, problems, read_json
from tests.test_text import is_safe, texts


def asyncapi2(channels: JSON, **parts: Any) -> JSON:
    """Return an AsyncAPI 2 document with these channels and top-level parts."""
    return {"asyncapi": "2.6.0", "info": {"title": "Test", "version": "1.0"}, "channels": channels, **parts}


def subscription(message: JSON, **parts: Any) -> JSON:
    """Return an AsyncAPI 2 document whose only operation is `SUBSCRIBE x` with this message."""
    return asyncapi2({"x": {"subscribe": {"message": message}}}, **parts)


def asyncapi3(operations: JSON, channels: JSON, **parts: Any) -> JSON:
    """Return an AsyncAPI 3 document with these operations, channels and top-level parts."""
    head = {"asyncapi": "3.0.0", "info": {"title": "Test", "version": "1.0"}}
    return {**head, "operations": operations, "channels": channels, **parts}


def sending(operation: JSON | None = None, channel: JSON | None = None, **parts: Any) -> JSON:
    """Return an AsyncAPI 3 document whose only operation is `SEND x`."""
    node = {"action": "send", "channel": {"$ref": "#/channels/x"}, **(operation or {})}
    return asyncapi3({"do": node}, {"x": channel or {}}, **parts)


SIGNUPS = asyncapi2(
    {
        "user/{userId}/signedup": {
            "description": "What happens to a user.",
            "parameters": {"userId": {"$ref": "#/components/parameters/userId"}},
            "servers": ["production"],
            "bindings": {"ws": {"method": "GET"}},
            "subscribe": {
                "operationId": "onSignup",
                "summary": "A user\n signed up",
                "tags": [{"name": "users"}],
                "traits": [{"$ref": "#/components/operationTraits/kafka"}],
                "message": {"$ref": "#/components/messages/SignedUp"},
                "x-team": "growth",
            },
            "publish": {
                "security": [{"key": []}],
                "message": {
                    "oneOf": [
                        {"$ref": "#/components/messages/SignedUp"},
                        {"name": "left", "summary": "Gone", "payload": {"type": "string"}},
                    ]
                },
            },
        }
    },
    id="urn:signups",
    defaultContentType="application/vnd.test+json",
    tags=[{"name": "users", "description": "People"}],
    servers={
        "production": {
            "url": "{host}.example.com:{port}",
            "protocol": "kafka",
            "protocolVersion": "3.2",
            "description": "The broker",
            "variables": {
                "host": {"enum": ["a", "b"], "default": "a", "description": "Which"},
                "port": {"default": "92"},
            },
            "security": [{"sasl": []}, {"oauth": ["read"]}],
        },
        "test": {"url": "ws://localhost", "protocol": "ws"},
    },
    components={
        "schemas": {
            "User": {"type": "object", "properties": {"friend": {"$ref": "#/components/schemas/User"}}},
        },
        "parameters": {
            "userId": {
                "description": "Whom",
                "schema": {"type": "string", "format": "uuid"},
                "location": "$message.payload#/id",
            }
        },
        "messages": {
            "SignedUp": {
                "name": "signedUp",
                "title": "Signed up",
                "summary": "Somebody came",
                "description": "At once.",
                "contentType": "application/json",
                "traits": [{"$ref": "#/components/messageTraits/common"}],
                "payload": {"$ref": "#/components/schemas/User"},
                "correlationId": {"location": "$message.header#/id"},
                "examples": [{"payload": {"friend": None}, "headers": {"age": 3}}],
            },
            "Unused": {"payload": {"type": "integer"}, "description": "Nobody sends it"},
        },
        "messageTraits": {
            "common": {
                "headers": {
                    "type": "object",
                    "required": ["age"],
                    "properties": {"age": {"type": "integer", "description": "In days"}},
                }
            }
        },
        "operationTraits": {"kafka": {"bindings": {"kafka": {"groupId": "g"}}, "description": "From Kafka."}},
        "securitySchemes": {
            "sasl": {"type": "scramSha256"},
            "key": {"type": "httpApiKey", "in": "header", "name": "X-Key"},
            "oauth": {
                "type": "oauth2",
                "flows": {"implicit": {"authorizationUrl": "https://a", "scopes": {"read": "R"}}},
            },
        },
    },
)
"""Both directions of one channel, two servers, traits and references."""
BROKER = Server(
    url="kafka://a.example.com:92",
    description="production: The broker",
    template="kafka://{host}.example.com:{port}",
    variables={
        "host": ServerVariable(default="a", values=("a", "b"), description="Which"),
        "port": ServerVariable(default="92"),
    },
)
SAID = "signedUp (Signed up): Somebody came\n\nAt once."

LAMPS = asyncapi3(
    {
        "onMeasured": {
            "action": "receive",
            "channel": {"$ref": "#/channels/measured"},
            "title": "A lamp was measured",
            "tags": [{"$ref": "#/components/tags/lamps"}],
            "messages": [{"$ref": "#/channels/measured/messages/measure"}],
            "security": [{"$ref": "#/components/securitySchemes/oauth"}],
        },
        "turn": {
            "action": "send",
            "channel": {"$ref": "#/channels/turned"},
            "summary": "Turn a lamp",
            "reply": {
                "address": {"location": "$message.header#/replyTo", "description": "Yours."},
                "channel": {"$ref": "#/channels/measured"},
                "messages": [{"$ref": "#/channels/measured/messages/failure"}],
            },
        },
    },
    {
        "measured": {
            "address": "lamps/{id}/measured",
            "description": "What lamps say.",
            "servers": [{"$ref": "#/servers/production"}],
            "parameters": {
                "id": {
                    "enum": ["a", "b"],
                    "default": "a",
                    "description": "Which",
                    "examples": ["b"],
                    "location": "$message.payload#/id",
                }
            },
            "messages": {
                "measure": {"$ref": "#/components/messages/Measure"},
                "failure": {"payload": {"type": "string"}, "summary": "It broke"},
            },
            "bindings": {"mqtt": {"qos": 1}},
        },
        "turned": {"address": None, "messages": {"on": {"payload": {"type": "boolean"}, "title": "On"}}},
    },
    servers={
        "production": {
            "host": "example.com:1883",
            "pathname": "/v1",
            "protocol": "mqtt",
            "security": [{"$ref": "#/components/securitySchemes/user"}, {"type": "X509"}],
        },
        "test": {"host": "localhost", "protocol": "mqtt"},
    },
    components={
        "tags": {"lamps": {"name": "lamps"}},
        "messages": {"Measure": {"contentType": "application/cbor", "payload": {"type": "object", "title": "Lumens"}}},
        "securitySchemes": {
            "user": {"type": "userPassword"},
            "oauth": {
                "type": "oauth2",
                "scopes": ["read"],
                "flows": {"clientCredentials": {"tokenUrl": "https://t", "availableScopes": {"read": "Reads"}}},
            },
        },
    },
)
"""Both directions, a reply, servers that ask for something and one that does not."""


def test_a_document_of_version_2_says_what_it_is() -> None:
    """Title, servers with their variables, tags and security schemes are those of the document."""
    spec = read_json(SIGNUPS)
    assert spec.problems == ()
    assert spec.about == About(
        title="Test",
        format="asyncapi-2.6",
        version="1.0",
        servers=(BROKER, Server(url="ws://localhost", description="test")),
        tags=(Tag(name="users", description="People"),),
        security_schemes=(
            SecurityScheme(name="sasl", type="scramSha256"),
            SecurityScheme(name="key", type="httpApiKey", location="header", parameter="X-Key"),
            SecurityScheme(name="oauth", type="oauth2", scopes={"read": "R"}, authorization_url="https://a"),
        ),
        extensions={"servers": {"production": {"protocolVersion": "3.2"}}},
    )


def test_an_operation_of_version_2_is_read_whole() -> None:
    """Parameters, headers, message, security of its server, bindings and traits are there."""
    [_, subscribe] = read_json(SIGNUPS).operations
    assert subscribe == Operation(
        method="SUBSCRIBE",
        path="user/{userId}/signedup",
        pointer="/channels/user~1{userId}~1signedup/subscribe",
        protocol="message",
        operation_id="onSignup",
        summary="A user signed up",
        description="From Kafka.",
        tags=("users",),
        parameters=(
            Parameter(
                name="userId",
                location="channel",
                required=True,
                description="Whom",
                schema=Schema(type="string", format="uuid"),
                extensions={"location": "$message.payload#/id"},
            ),
            Parameter(
                name="age",
                location="header",
                required=True,
                description="In days",
                schema=Schema(type="integer", description="In days"),
                example=3,
            ),
        ),
        body=Body(
            description=f"The application sends this, clients receive it.\n\n{SAID}",
            content=(
                Content(
                    media_type="application/json",
                    schema=Schema(ref="/components/schemas/User"),
                    example={"friend": None},
                ),
            ),
        ),
        security=((Grant(scheme="sasl"),), (Grant(scheme="oauth", scopes=("read",)),)),
        servers=(BROKER,),
        extensions={
            "x-team": "growth",
            "bindings": {"kafka": {"groupId": "g"}},
            "channel": {"bindings": {"ws": {"method": "GET"}}},
            "messages": {"signedUp": {"correlationId": {"location": "$message.header#/id"}}},
        },
    )


def test_several_messages_are_several_contents() -> None:
    """Each message is a content in its order; a header that not all of them require is not required."""
    [publish, _] = read_json(SIGNUPS).operations
    assert publish.key == "PUBLISH user/{userId}/signedup"
    assert publish.description == "What happens to a user."
    assert publish.body is not None
    assert [content.media_type for content in publish.body.content] == ["application/json", "application/vnd.test+json"]
    assert publish.body.content[1].schema == Schema(type="string", title="left")
    assert publish.body.description == (
        f"Clients send this, the application receives it. It is one of 2 messages.\n\n{SAID}\n\nleft: Gone"
    )
    assert [parameter.required for parameter in publish.parameters if parameter.location == "header"] == [False]


def test_security_of_server_and_operation_is_needed_together() -> None:
    """Each way into the server goes with each way that the operation asks for."""
    [publish, _] = read_json(SIGNUPS).operations
    assert publish.security == (
        (Grant(scheme="sasl"), Grant(scheme="key")),
        (Grant(scheme="oauth", scopes=("read",)), Grant(scheme="key")),
    )


def test_the_payload_of_a_message_with_a_name_is_a_type() -> None:
    """A payload that is written in a shared message is kept once, under the message's pointer, used or not."""
    spec = read_json(SIGNUPS)
    assert set(spec.schemas) == {"/components/schemas/User", "/components/messages/Unused"}
    assert spec.schemas["/components/messages/Unused"] == Schema(
        type="integer", title="Unused", description="Nobody sends it"
    )


def test_a_document_of_version_3_is_read_whole() -> None:
    """An operation has its key as id, the address of its channel as path, and what its channel says."""
    spec = read_json(LAMPS)
    assert spec.problems == ()
    receive, _ = spec.operations
    production = Server(url="mqtt://example.com:1883/v1", description="production")
    assert spec.about.servers == (production, Server(url="mqtt://localhost", description="test"))
    assert [scheme.name for scheme in spec.about.security_schemes] == ["user", "oauth", "X509"]
    assert spec.about.security_schemes[1].scopes == {"read": "Reads"}
    oauth = Grant(scheme="oauth", scopes=("read",))
    assert receive == Operation(
        method="RECEIVE",
        path="lamps/{id}/measured",
        pointer="/operations/onMeasured",
        protocol="message",
        operation_id="onMeasured",
        summary="A lamp was measured",
        description="What lamps say.",
        tags=("lamps",),
        parameters=(
            Parameter(
                name="id",
                location="channel",
                required=True,
                description="Which",
                schema=Schema(type="string", enum=("a", "b"), default="a"),
                example="b",
                extensions={"location": "$message.payload#/id"},
            ),
        ),
        body=Body(
            description="The application receives this.\n\nMeasure",
            content=(Content(media_type="application/cbor", schema=Schema(ref="/components/messages/Measure")),),
        ),
        security=((Grant(scheme="user"), oauth), (Grant(scheme="X509"), oauth)),
        servers=(production,),
        extensions={"channel": {"bindings": {"mqtt": {"qos": 1}}}},
    )


def test_a_reply_is_a_response() -> None:
    """Channel, address and messages of a reply are said; a channel without an address goes by its key."""
    _, send = read_json(LAMPS).operations
    assert send.key == "SEND turned"
    assert send.body is not None
    assert send.body.description == "The application sends this.\n\non (On)"
    assert send.security == ((Grant(scheme="user"),), (Grant(scheme="X509"),), ())
    assert send.responses == (
        Response(
            status="",
            description="The reply comes on lamps/{id}/measured. The reply goes where $message.header#/replyTo says. "
            "Yours.\n\nfailure: It broke",
            content=(Content(media_type="application/json", schema=Schema(ref="/channels/measured/messages/failure")),),
        ),
    )


def test_a_trait_wins_in_version_2_and_gives_way_in_version_3() -> None:
    """Traits are merged in their order; only version 3 keeps what the operation says itself."""
    traits = {"summary": "of the trait", "traits": [{"summary": "first", "description": "d"}, {"summary": "last"}]}
    second = only_operation(asyncapi2({"x": {"publish": traits}}))
    third = only_operation(sending(traits))
    assert (second.summary, second.description) == ("last", "d")
    assert (third.summary, third.description.split("\n")[0]) == ("of the trait", "d")


@pytest.mark.parametrize("form", ["application/vnd.apache.avro;version=1.9.0", "application/raml+yaml;version=1.0"])
def test_a_payload_in_another_language_is_kept_as_it_is(form: str) -> None:
    """What is not JSON Schema is kept with its format, and a problem says so once."""
    message = {"schemaFormat": form, "payload": {"type": "record"}}
    operation = {"message": {"$ref": "#/components/messages/M"}}
    tree = asyncapi2({"x": {"publish": operation, "subscribe": operation}}, components={"messages": {"M": message}})
    spec = read_json(tree)
    kept = spec.schemas["/components/messages/M"]
    assert kept == Schema(title="M", extensions={"schemaFormat": form, "schema": {"type": "record"}})
    assert [problem.pointer for problem in spec.problems] == ["/components/messages/M/payload"]
    assert form in spec.problems[0].message


@pytest.mark.parametrize(
    "form",
    [
        "application/vnd.aai.asyncapi+yaml;version=2.6.0",
        "application/schema+json;version=draft-07",
        "application/vnd.oai.openapi;version=3.0.0",
    ],
)
def test_json_schema_goes_by_several_names(form: str) -> None:
    """Each dialect of JSON Schema is read, beside the message or beside the schema itself."""
    message = {"schemaFormat": form, "payload": {"type": "string"}}
    assert problems(subscription(message)) == []
    multi = {"payload": {"schemaFormat": form, "schema": {"type": "string"}}}
    spec = read_json(sending(channel={"messages": {"m": multi}}))
    assert spec.schemas["/channels/x/messages/m"] == Schema(type="string", title="m")


def test_headers_are_those_of_all_parts() -> None:
    """Headers may be put together with `allOf`, and refer to shared schemas."""
    headers = {"allOf": [{"$ref": "#/components/schemas/H"}, {"properties": {"b": {"type": "string"}}}]}
    shared = {
        "H": {
            "properties": {"a": {"type": "integer"}},
            "required": ["a"],
            "allOf": [{"$ref": "#/components/schemas/H"}],
        }
    }
    operation = only_operation(subscription({"headers": headers}, components={"schemas": shared}))
    assert {(header.name, header.required) for header in operation.parameters} == {("a", True), ("b", False)}


def test_operations_with_one_address_are_told_apart() -> None:
    """Keys are unique: a second operation that does the same adds its name."""
    node = {"action": "send", "channel": {"$ref": "#/channels/x"}}
    spec = read_json(asyncapi3({"a": node, "b": node}, {"x": {"address": "y"}}))
    assert [operation.key for operation in spec.operations] == ["SEND y", "SEND y#b"]


def test_the_one_message_speaks_for_an_operation_without_words() -> None:
    """An operation that says nothing of itself has the summary of its message, unless there are several."""
    message = {"summary": "Somebody came", "payload": {}}
    assert only_operation(subscription(message)).summary == "Somebody came"
    assert only_operation(subscription({"oneOf": [message, message]})).summary == ""


def test_a_broken_part_costs_that_part() -> None:
    """What refers to nothing, or is of the wrong kind, is a problem, and the rest is read."""
    tree = asyncapi2(
        {
            "a": {"$ref": "#/components/channels/none"},
            "b": {"publish": 7, "subscribe": {"message": {"$ref": "other.yaml"}}, "servers": ["none"]},
            "c": {"publish": {"message": {"payload": {"$ref": "#/components/schemas/none"}}}},
        },
        servers={"s": []},
    )
    assert [operation.key for operation in read_json(tree).operations] == ["SUBSCRIBE b", "PUBLISH c"]
    assert {pointer for pointer, _ in problems(tree)} == {
        "/channels/a",
        "/channels/b/publish",
        "/channels/b/servers",
        "/channels/b/subscribe/message",
        "/channels/c/publish/message/payload",
        "/servers/s",
    }


def test_an_operation_of_version_3_needs_action_and_channel() -> None:
    """One without either is a problem; a document without operations says so."""
    tree = asyncapi3({"a": {"action": "listen"}, "b": {"action": "send"}}, {})
    assert [pointer for pointer, _ in problems(tree)] == ["/operations/a", "/operations/b/channel"]
    del tree["operations"]
    [(_, message)] = problems(tree)
    assert "operations" in message


@pytest.mark.parametrize(
    ("tree", "sentence"),
    [
        ({"asyncapi": "1.2.0"}, "AsyncAPI 1.2.0 is not supported"),
        ({"asyncapi": "2.7.0", "channels": {}}, "AsyncAPI 2.7.0 is not supported"),
        ({"asyncapi": "4.0.0", "channels": {}}, "AsyncAPI 4.0.0 is not supported"),
        ({"asyncapi": {}}, "AsyncAPI  is not supported"),
        ({"asyncapi": "2.6.0"}, "The document has no `channels`"),
        ({"asyncapi": "3.0.0", "channels": []}, "The document has no `channels`"),
    ],
)
def test_another_version_is_refused(tree: JSON, sentence: str) -> None:
    """A version that is not known, and a document with nothing in it, are refused with a next step."""
    with pytest.raises(SpecError) as refused:
        read_json(tree)
    assert " ".join(sentence.split()) in str(refused.value)
    assert refused.value.hint


def test_yaml_is_read_as_json_is() -> None:
    """The versions of YAML documents, which may be numbers, count too."""
    spec = read(b"asyncapi: 2.0\ninfo: {title: T, version: 1}\nchannels:\n  a: {publish: {message: {payload: {}}}}\n")
    assert (spec.about.format, spec.operations[0].key) == ("asyncapi-2.0", "PUBLISH a")


def test_what_is_shared_many_times_counts_as_often() -> None:
    """A large message under many channels is kept as often, so that all of them together are bounded."""
    message = {"description": "x" * 10_000, "payload": {"type": "string"}}
    channel = {"publish": {"message": {"$ref": "#/components/messages/M"}}}
    tree = asyncapi2({str(number): channel for number in range(100)}, components={"messages": {"M": message}})
    with pytest.raises(SpecError, match="more than 1,000 parts once its references are followed"):
        read_json(tree, FEW)


KEYS = st.sampled_from(
    "$ref address allOf bindings channel channels components contentType correlationId default description enum"
    " examples flows headers host message messages name oneOf operations parameters payload properties protocol reply"
    " required schema schemaFormat schemas scopes security servers summary tags title traits type url variables".split()
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=8)
    | st.sampled_from(["#/components/messages/SignedUp", "#/channels", "#/", "http://x/y", "oauth2", "{a}", "send"])
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS | st.text(max_size=4), inner, max_size=4)
)


@settings(max_examples=150, deadline=None)
@given(data=st.data(), document=st.sampled_from([SIGNUPS, LAMPS]), edits=st.integers(1, 3))
def test_a_damaged_document_is_read_or_refused(data: st.DataObject, document: JSON, edits: int) -> None:
    """Whatever takes the place of a part, a spec that can be kept comes out, or SpecError."""
    tree = json.loads(json.dumps(document))
    for _ in range(edits):
        node, key = tree, data.draw(st.sampled_from(sorted(tree)))
        while node[key] and isinstance(node[key], dict | list) and data.draw(st.booleans() | st.just(True)):
            node = node[key]
            key = data.draw(st.sampled_from(sorted(node) if isinstance(node, dict) else range(len(node))))
        node[key] = data.draw(VALUES)
    try:
        spec = read(json.dumps(tree).encode())
    except SpecError:
        return
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(spec), type=Spec) == spec
    assert all(map(is_safe, texts(msgspec.to_builtins(spec, str_keys=True))))
    assert len({operation.key for operation in spec.operations}) == len(spec.operations)


OPEN = {
    "asyncapi": "3.0.0",
    "info": {"title": "Buoys", "version": "1"},
    "channels": {
        "ask": {
            "address": "ask",
            "messages": {"a": {"payload": {"type": "string"}}},
            "bindings": {
                "ws": {
                    "query": {"type": "object", "required": ["room"], "properties": {"room": {"type": "string"}}},
                    "headers": {"$ref": "#/components/schemas/Head"},
                }
            },
        },
        "answer": {"address": None, "messages": {"a": {"payload": {"type": "integer"}}}},
    },
    "operations": {
        "told": {
            "action": "send",
            "channel": {"$ref": "#/channels/ask"},
            "reply": {
                "channel": {"$ref": "#/channels/answer"},
                "address": {"location": "$message.header#/replyTo", "description": "The queue of who asks."},
            },
        },
        "untold": {
            "action": "receive",
            "channel": {"$ref": "#/channels/ask"},
            "reply": {"channel": {"$ref": "#/channels/answer"}},
        },
        "open": {"action": "receive", "channel": {"$ref": "#/channels/answer"}},
    },
    "components": {"schemas": {"Head": {"type": "object", "properties": {"X-Client": {"type": "string"}}}}},
}


def test_an_address_that_is_null_is_known_at_run_time() -> None:
    """It is said where a reply goes, or that nothing tells before; the channel goes by its name."""
    told, untold, opened = read_json(OPEN).operations
    assert told.responses[0].description.startswith(
        "The reply comes on the channel answer. The reply goes where $message.header#/replyTo says."
        " The queue of who asks."
    )
    assert "the channel answer, whose address is known at run time only." in untold.responses[0].description
    assert (opened.path, opened.description) == ("answer", "The address of the channel is known at run time only.")
    assert told.description == ""


def test_what_opens_a_websocket_is_an_input() -> None:
    """Query and headers of its first request, as the binding of the channel says."""
    told, *_ = read_json(OPEN).operations
    assert [(each.name, each.location, each.required) for each in told.parameters] == [
        ("room", "query", True),
        ("X-Client", "header", False),
    ]
