from typing import Any

import pytest

from engine.errors import SpecError
from engine.specs.model import EnumValue, Grant, Operation, Schema, SecurityScheme, Spec, Tag
from tests.specs.builders import JSON, read_json

STRING, UNIT = "smithy.api#String", "smithy.api#Unit"


def api(**traits: Any) -> JSON:
    """Return traits of the prelude."""
    return {f"smithy.api#{name}": value for name, value in traits.items()}


def to(target: str, **traits: Any) -> JSON:
    """Return a member, or a target with traits."""
    return {"target": target if "#" in target else f"shop#{target}", **({"traits": api(**traits)} if traits else {})}


def structure(kind: str = "structure", traits: JSON | None = None, **members: JSON) -> JSON:
    """Return a structure with these members."""
    return {"type": kind, "members": members, "traits": traits or {}}


def operation(of: str, to_: str = UNIT, *errors: str, **traits: Any) -> JSON:
    """Return an operation."""
    return {
        "type": "operation",
        "input": to(of),
        "output": to(to_),
        "errors": [to(error) for error in errors],
        "traits": api(**traits),
    }


SHAPES: JSON = {
    "Shop": {
        "type": "service",
        "version": "2026-01-01",
        "operations": [to("Ping")],
        "resources": [to("Order")],
        "errors": [to("Broken")],
        "traits": {
            **api(title="The shop", documentation="<p>Sells things.</p>", httpBearerAuth={}),
            "aws.auth#sigv4": {"name": "shop"},
            "aws.api#service": {"endpointPrefix": "shop"},
            "aws.protocols#restJson1": {},
        },
    },
    "Order": {
        "type": "resource",
        "identifiers": {"id": to("Id")},
        "read": to("GetOrder"),
        "list": to("ListOrders"),
        "collectionOperations": [to("AddPicture")],
        "traits": api(documentation="What was ordered"),
    },
    "Ping": operation(UNIT, UNIT, http={"method": "GET", "uri": "/ping"}, optionalAuth={}, auth=[]),
    "GetOrder": operation(
        "GetOrderInput",
        "OrderOutput",
        "NotFound",
        "Gone",
        http={"method": "GET", "uri": "/orders/{id}/{rest+}?full", "code": 203},
        documentation="<p>Shows one.</p>",
        readonly={},
        deprecated={"message": "Use another"},
        examples=[
            {"title": "Wrong", "input": {"id": "0"}, "error": {"shapeId": "shop#NotFound"}},
            {"title": "Right", "input": {"id": "7", "since": 1}, "output": {"state": "OPEN"}},
        ],
    ),
    "ListOrders": operation(
        "ListOrdersInput",
        "ListOrdersOutput",
        http={"method": "POST", "uri": "/orders"},
        paginated={"inputToken": "next", "outputToken": "next", "pageSize": "most", "items": "orders"},
    ),
    "AddPicture": operation(
        "AddPictureInput",
        UNIT,
        http={"method": "PUT", "uri": "/orders/{id}/picture"},
        auth=["smithy.api#httpBearerAuth"],
    ),
    "Lost": operation(UNIT),
    "GetOrderInput": structure(
        id=to("Id", httpLabel={}, required={}),
        rest=to(STRING, httpLabel={}, required={}),
        fields=to("Names", httpQuery="field", documentation="Which ones"),
        more=to("Map", httpQueryParams={}),
        since=to("smithy.api#Timestamp", httpHeader="X-Since"),
        meta=to("Map", httpPrefixHeaders="x-meta-"),
    ),
    "OrderOutput": {
        **structure(limit=to("smithy.api#Integer", httpHeader="X-Limit"), state=to("State")),
        "mixins": [to("Stamped")],
    },
    "Stamped": structure(
        traits=api(mixin={}),
        madeAt=to("smithy.api#Timestamp", jsonName="made_at"),
        key=to("smithy.api#Timestamp", timestampFormat="date-time"),
    ),
    "ListOrdersInput": structure(
        next=to(STRING),
        most=to("Count", default=10),
        token=to(STRING, idempotencyToken={}, required={}),
        filter=to("Filter", deprecated={"message": "Too slow"}),
    ),
    "ListOrdersOutput": structure(orders=to("Orders"), next=to(STRING)),
    "AddPictureInput": structure(
        id=to("Id", httpLabel={}, required={}), data=to("Picture", httpPayload={}, required={})
    ),
    "Orders": {"type": "list", "member": to("OrderOutput"), "traits": api(length={"max": 5}, uniqueItems={})},
    "Names": {"type": "list", "member": to("Id")},
    "Map": {"type": "map", "key": to(STRING), "value": to("Names")},
    "Picture": {"type": "blob", "traits": api(mediaType="image/png")},
    "Id": {"type": "string", "traits": api(pattern="^[a-z]+$", length={"min": 1, "max": 9})},
    "Count": {"type": "integer", "traits": api(range={"min": 1, "max": 99})},
    "Filter": structure("union", state=to("State"), nested=to("Filter"), old=to("OldState"), level=to("Level")),
    "State": structure(
        "enum",
        OPEN=to(UNIT, documentation="Not done"),
        DONE=to(UNIT, enumValue="done", deprecated={"message": "Now OPEN"}),
    ),
    "Level": structure("intEnum", LOW=to(UNIT, enumValue=1), HIGH=to(UNIT, enumValue=2)),
    "OldState": {"type": "string", "traits": api(enum=[{"value": "a", "documentation": "First"}, {"value": "b"}])},
    "NotFound": structure(message=to(STRING), traits=api(error="client", httpError=404, documentation="There is none")),
    "Gone": structure(message=to(STRING), traits=api(error="client", httpError=404)),
    "Broken": structure(message=to(STRING), traits=api(error="server")),
    "OrderOutput$state": {"type": "apply", "traits": api(documentation="How far it is")},
}
"""Resources, bindings of every kind, mixins, both kinds of enums, unions in themselves, errors, pages and examples."""


def model(shapes: JSON = SHAPES, version: str = "2.0") -> JSON:
    """Return a model of shapes in one namespace."""
    return {"smithy": version, "shapes": {f"shop#{name}": shape for name, shape in shapes.items()}}


QUERIED: JSON = {**SHAPES["Shop"], "traits": {"aws.protocols#awsQuery": {}}}
"""The service, spoken to by forms."""


def with_protocol(*protocols: str) -> Spec:
    """Read the model with the service in other protocols."""
    traits = {name: each for name, each in SHAPES["Shop"]["traits"].items() if "protocols" not in name}
    shop = {**SHAPES["Shop"], "traits": traits | {name: {} for name in protocols}}
    return read_json(model({**SHAPES, "Shop": shop}))


def by_id(spec: Spec) -> dict[str, Operation]:
    """Return the operations by their ids."""
    return {each.operation_id: each for each in spec.operations}


def test_a_model_is_read_whole() -> None:
    """A service, the operations of its resources, its address and what it needs."""
    spec = read_json(model())
    about = spec.about
    assert (about.title, about.format, about.version, spec.problems) == ("The shop", "smithy-2.0", "2026-01-01", ())
    assert about.description == "<p>Sells things.</p>"
    assert about.tags == (Tag("Order", "What was ordered"),)
    assert [(server.url, server.template) for server in about.servers] == [
        ("https://shop.us-east-1.amazonaws.com", "https://shop.{region}.amazonaws.com")
    ]
    assert about.security_schemes == (
        SecurityScheme(
            "sigv4", "http", "aws4-hmac-sha256", description="AWS Signature Version 4, for the service `shop`"
        ),
        SecurityScheme("httpBearerAuth", "http", "bearer"),
    )
    assert [each.key for each in spec.operations] == [
        "GET /ping",
        "GET /orders/{id}/{rest}?full",
        "POST /orders",
        "PUT /orders/{id}/picture",
    ]
    found = by_id(spec)
    assert found["Ping"].security == ((),)
    assert found["GetOrder"].security == ((Grant("sigv4"),), (Grant("httpBearerAuth"),))
    assert found["AddPicture"].security == ((Grant("httpBearerAuth"),),)


def test_members_go_where_they_are_bound() -> None:
    """Labels, queries and headers are parameters, with the type, the limits and the format of their place."""
    get = by_id(read_json(model()))["GetOrder"]
    assert (get.tags, get.deprecated, get.deprecation) == (("Order",), True, "Use another")
    assert [(each.name, each.location, each.required, each.example) for each in get.parameters] == [
        ("id", "path", True, "7"),
        ("rest", "path", True, None),
        ("field", "query", False, None),
        ("more", "query", False, None),
        ("X-Since", "header", False, 1),
        ("x-meta-NAME", "header", False, None),
    ]
    id_, _, field, more, since, meta = get.parameters
    assert id_.schema == Schema(type="string", limits={"minLength": 1, "maxLength": 9, "pattern": "^[a-z]+$"})
    assert (field.description, field.schema.items) == ("Which ones", id_.schema)
    assert more.schema.additional is not None
    assert more.schema.additional.type == "array"
    assert since.schema.format == "http-date"
    assert meta.description == "Any header that begins with `x-meta-`."
    assert get.body is None


def test_answers_have_their_status_headers_and_errors() -> None:
    """Errors of one status are one; those of the service belong to all operations."""
    spec = read_json(model())
    responses = {each.status: each for each in by_id(spec)["GetOrder"].responses}
    assert list(responses) == ["203", "404", "500"]
    good, missing, broken = responses.values()
    assert [(each.name, each.location) for each in good.headers] == [("X-Limit", "header")]
    schema = good.content[0].schema
    assert list(schema.properties) == ["made_at", "key", "state"]
    assert (schema.properties["made_at"].format, schema.properties["key"].format) == ("epoch-seconds", "date-time")
    assert schema.properties["state"] == Schema(ref="/shapes/State", description="How far it is")
    assert good.content[0].example == {"state": "OPEN"}
    assert missing.description == "`NotFound`: There is none\n\n`Gone`"
    assert missing.content[0].schema.one_of == (Schema(ref="/shapes/NotFound"), Schema(ref="/shapes/Gone"))
    assert broken.content[0].schema == Schema(ref="/shapes/Broken")
    assert spec.schemas["/shapes/Broken"].properties == {"message": Schema(type="string")}


def test_types_keep_what_is_said_of_them() -> None:
    """Lists, enums of both versions, unions, defaults, tokens and what is deprecated."""
    spec = read_json(model())
    listed = by_id(spec)["ListOrders"]
    assert listed.description == (
        "The answer comes in pages: its `next` is the `next` of the next request;"
        " `most` says how many there are on a page."
    )
    assert listed.body is not None
    assert listed.body.required
    body = listed.body.content[0].schema
    assert body.required == ("token",)
    assert body.properties["most"] == Schema(
        type="integer", format="int32", default=10, limits={"minimum": 1, "maximum": 99}
    )
    assert body.properties["token"].format == "uuid"
    assert body.properties["filter"] == Schema(ref="/shapes/Filter", deprecated=True, deprecation="Too slow")
    union = spec.schemas["/shapes/Filter"]
    assert (union.limits, list(union.properties)) == (
        {"minProperties": 1, "maxProperties": 1},
        ["state", "nested", "old", "level"],
    )
    assert union.properties["nested"].ref == "/shapes/Filter"
    assert union.properties["old"] == Schema(type="string", enum=("a", "b"), enum_values={"a": EnumValue("First")})
    assert spec.schemas["/shapes/Level"] == Schema(type="integer", enum=(1, 2))
    assert spec.schemas["/shapes/State"] == Schema(
        type="string",
        enum=("OPEN", "done"),
        enum_values={"OPEN": EnumValue("Not done"), "done": EnumValue("", True, "Now OPEN")},
    )
    orders = listed.responses[0].content[0].schema.properties["orders"]
    assert (orders.type, orders.limits, orders.items) == (
        "array",
        {"maxItems": 5, "uniqueItems": True},
        Schema(ref="/shapes/OrderOutput"),
    )
    picture = by_id(spec)["AddPicture"].body
    assert picture is not None
    assert (picture.content[0].media_type, picture.content[0].schema.format) == ("image/png", "binary")


@pytest.mark.parametrize(
    ("protocol", "key", "media_type"),
    [
        ("aws.protocols#awsJson1_0", "POST /#X-Amz-Target=Shop.ListOrders", "application/x-amz-json-1.0"),
        ("aws.protocols#awsJson1_1", "POST /#X-Amz-Target=Shop.ListOrders", "application/x-amz-json-1.1"),
        ("aws.protocols#awsQuery", "POST /#Action=ListOrders", "application/x-www-form-urlencoded"),
        ("aws.protocols#ec2Query", "POST /#Action=ListOrders", "application/x-www-form-urlencoded"),
        ("smithy.protocols#rpcv2Cbor", "POST /service/Shop/operation/ListOrders", "application/cbor"),
        ("aws.protocols#restXml", "POST /orders", "application/xml"),
        ("alloy#simpleRestJson", "POST /orders", "application/json"),
    ],
)
def test_every_protocol_names_the_operation_its_way(protocol: str, key: str, media_type: str) -> None:
    """By method and path, by a header, or by a field of a form."""
    listed = by_id(with_protocol(protocol))["ListOrders"]
    assert listed.body is not None
    assert (listed.key, listed.body.content[0].media_type) == (key, media_type)


def test_what_names_the_operation_is_sent() -> None:
    """The header with its only value; action and version as fields of the form. Nothing is bound elsewhere then."""
    target = by_id(with_protocol("aws.protocols#awsJson1_1"))
    assert [(each.name, each.schema.default) for each in target["GetOrder"].parameters] == [
        ("X-Amz-Target", "Shop.GetOrder")
    ]
    sent = target["GetOrder"].body
    assert sent is not None
    assert list(sent.content[0].schema.properties) == ["id", "rest", "fields", "more", "since", "meta"]
    assert target["Ping"].body is not None
    assert target["Ping"].body.content[0].example == {}
    form = by_id(with_protocol("aws.protocols#awsQuery"))["GetOrder"].body
    assert form is not None
    assert form.content[0].example == {"Action": "GetOrder", "Version": "2026-01-01", "id": "7", "since": 1}
    both = by_id(with_protocol("smithy.protocols#rpcv2Cbor", "aws.protocols#awsJson1_0"))
    assert both["Ping"].path.startswith("/#X-Amz-Target")


def test_what_cannot_be_called_over_http_is_told() -> None:
    """An operation without a binding in a protocol that needs one is a problem; the rest is read."""
    shop = {**SHAPES["Shop"], "operations": [to("Ping"), to("Lost"), to("Missing")]}
    spec = read_json(model({**SHAPES, "Shop": shop}))
    assert [(each.pointer, each.message) for each in spec.problems] == [("/shapes/shop#Lost", "has no binding to HTTP")]
    assert len(spec.operations) == 4


def test_names_that_two_namespaces_have_stay_apart() -> None:
    """Each has its namespace then."""
    tree = model()
    tree["shapes"]["other#State"] = structure("enum", X=to(UNIT))
    tree["shapes"]["shop#Filter"]["members"]["other"] = to("other#State")
    assert {"/shapes/shop.State", "/shapes/other.State"} <= read_json(tree).schemas.keys()


def test_two_services_of_one_model_are_told_apart() -> None:
    """Each is a group of operations."""
    yard = {"type": "service", "version": "1", "operations": [to("Ping")], "traits": {}}
    spec = read_json(model({**SHAPES, "Yard": yard}))
    assert [(each.key, each.tags) for each in spec.operations if each.path.startswith("/ping")] == [
        ("GET /ping", ("Shop",)),
        ("GET /ping#Ping", ("Yard",)),
    ]


@pytest.mark.parametrize("tree", [model(version="3.0"), model({"Id": SHAPES["Id"]}), model({})])
def test_other_models_are_refused_with_the_way_out(tree: JSON) -> None:
    """Another version, or one without a service."""
    with pytest.raises(SpecError) as refused:
        read_json(tree)
    assert "smithy build" in refused.value.hint
