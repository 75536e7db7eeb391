"""Documents of other kinds than OpenAPI for the fake engine: a GraphQL schema, a service with webhooks, a guide."""

from collections.abc import Iterable

import msgspec

from engine import (
    About,
    Body,
    Content,
    Facts,
    Operation,
    OperationView,
    OutlineRow,
    Parameter,
    Passage,
    PassageFact,
    PassageView,
    Problem,
    Response,
    Schema,
    Server,
    SpecInfo,
)
from engine.specs.model import EnumValue, Link, ServerVariable
from tests.tui.fake_engine import FIRST, QUESTION, FakeEngine, Step

_ADDED = "2026-01-31T09:00:00Z"


def _row(key: str, tag: str, summary: str = "", kind: str = "operation", *, deprecated: bool = False) -> OutlineRow:
    return OutlineRow(tag=tag, operation=key, operation_id="", summary=summary, deprecated=deprecated, kind=kind)


# GraphQL -------------------------------------------------------------------------------------------------------------

SHOP = SpecInfo(
    name="shop", title="Shop", version="", format="graphql", source="shop.graphql", operations=4, schemas=9,
    embedded=4, bytes=4_000, added=_ADDED,
)  # fmt: skip
SHOP_OUTLINE = [
    _row("Query.product", "Query"), _row("Query.search", "Query"),
    _row("Mutation.placeOrder", "Mutation"), _row("Subscription.priceChanged", "Subscription", deprecated=True),
]  # fmt: skip
SHOP_PROBLEMS = (
    Problem(pointer="/types/Product/fields/sku", message="is defined again; the first counts", line=1204),
    Problem(pointer="/types/[red]", message="is extended, but not defined here"),
)
_ID = Schema(type="string", format="id")
TYPES = {
    "/types/Product": Schema(
        type="object", description="Something to buy.", required=("id", "state"), implements=("/types/Node",),
        properties={
            "id": _ID,
            "price": Schema(
                type="number", description="What it costs.", deprecated=True, deprecation="Use `offers`.",
                arguments=(Parameter(name="currency", location="argument", description="ISO 4217.",
                                     schema=Schema(type="string", default="EUR")),),
            ),
            "state": Schema(ref="/types/State"),
            "related": Schema(type="array", items=Schema(ref="/types/Product"), arguments=(
                Parameter(name="first", location="argument", schema=Schema(type="integer")),)),
            "owner": Schema(ref="/types/Owner"),
            "added": Schema(ref="/types/DateTime"),
        },
    ),
    "/types/State": Schema(
        type="string", description="Where a product is.", enum=("IN_STOCK", "GONE", "SOON"),
        enum_values={
            "IN_STOCK": EnumValue(description="It can be bought now."),
            "GONE": EnumValue(description="It was sold.", deprecated=True, deprecation="Ask `sold` instead."),
        },
    ),
    "/types/Owner": Schema(type="union", discriminator="__typename",
                           one_of=(Schema(ref="/types/Product"), Schema(ref="/types/Node"))),
    "/types/Node": Schema(type="interface", required=("id",), properties={"id": _ID},
                          any_of=(Schema(ref="/types/Product"),), discriminator="__typename"),
    "/types/DateTime": Schema(type="scalar", description="A moment, ISO 8601."),
}  # fmt: skip
PRODUCT = Operation(
    method="Query", path="product", pointer="/types/Query/fields/product", protocol="graphql",
    description="Finds one product.", tags=("Query",),
    parameters=(
        Parameter(name="id", location="argument", required=True, schema=_ID, description="Of the product."),
        Parameter(name="sku", location="argument", schema=Schema(type="string"), deprecated=True,
                  deprecation="Use `id`."),
    ),
    responses=(Response(status="", content=(
        Content(media_type="application/json", schema=Schema(ref="/types/Product", nullable=True)),)),),
)  # fmt: skip

# Webhooks, callbacks, links, RPC -------------------------------------------------------------------------------------

PAY = SpecInfo(
    name="pay", title="Pay", version="2", format="openapi-3.1", source="pay.yaml", operations=2, webhooks=1, schemas=3,
    embedded=3, bytes=4_000, added=_ADDED,
)  # fmt: skip
PAY_OUTLINE = [
    _row("POST /charges", "charges", "Charge a card"), _row("RPC /pay.v1.Payments/Charge", "charges"),
    _row("POST charge.paid", "charges", "A charge was paid", "webhook"),
]  # fmt: skip
_EVENT = Operation(
    method="POST", path="{$request.body#/url}", pointer="/c", incoming=True, summary="Tells how it went",
    body=Body(content=(Content(media_type="application/json", schema=Schema(type="string")),)),
    responses=(Response(status="200", description="Taken"),),
)  # fmt: skip
CHARGE = Operation(
    method="POST", path="/charges", pointer="/paths/~1charges/post", summary="Charge a card", deprecated=True,
    deprecation="Use /v2/charges.", extensions={"x-rate[s]": {"per": "minute", "n": 60}},
    body=Body(required=True, content=(Content(media_type="application/json", schema=Schema(ref="/schemas/Source")),)),
    responses=(Response(status="201", description="Made", links=(
        Link(name="refund", operation="refundCharge", parameters={"id": "$response.body#/id"}),)),),
    servers=(Server(url="https://eu.pay.example", template="https://{region}.pay.example", variables={
        "region": ServerVariable(default="eu", values=("eu", "us"), description="Where the money is.")}),),
    callbacks=(_EVENT,),
)  # fmt: skip
PAID = Operation(
    method="POST", path="charge.paid", pointer="/webhooks/charge.paid/post", incoming=True,
    summary="A charge was paid", tags=("charges",),
)  # fmt: skip
RPC = Operation(
    method="RPC", path="/pay.v1.Payments/Charge", pointer="/services/pay.v1.Payments/Charge", protocol="grpc",
    body=Body(required=True, content=(Content(media_type="application/grpc", schema=Schema(ref="/schemas/Card")),)),
    responses=(Response(status="", content=(
        Content(media_type="application/grpc", schema=Schema(ref="/schemas/Card")),)),),
)  # fmt: skip
SOURCES = {
    "/schemas/Source": Schema(
        one_of=(Schema(ref="/schemas/Card"), Schema(ref="/schemas/Iban")), discriminator="kind",
        mapping={"card": "/schemas/Card", "debit": "/schemas/Card", "iban": "/schemas/Iban"},
    ),
    "/schemas/Card": Schema(type="object", properties={"number": Schema(type="string")}),
    "/schemas/Iban": Schema(type="object", properties={"iban": Schema(type="string")}),
}  # fmt: skip

# A guide -------------------------------------------------------------------------------------------------------------

GUIDE = SpecInfo(
    name="guide", title="Working with issues", version="", format="markdown", source="guide.md", operations=0,
    passages=4, embedded=4, bytes=9_000, added=_ADDED,
)  # fmt: skip
LABELS = Passage(
    heading="Working with issues > Labels > Adding one", file="guide.md", line=42,
    text="A label can be put on an issue when it is made, or later.\n\n```sh\ncurl -X POST \\\n"
    "    -d '{\"labels\": [\"bug\"]}'\n```\n\n| name | colour |\n|------|--------|\n| bug  | red    |\n\n"
    "The name is not case sensitive: `Bug` and `bug` are one label.\nIt may hold blanks [but no comma].\n"
    "\nA label that does not exist is made, in grey.",
)  # fmt: skip
LIMITS = Passage(heading="Limits", text="At most 100 labels are on one issue.", file="guide.md", line=81)
GUIDE_OUTLINE = [
    _row("guide.md:1", "", kind="passage"),
    _row("guide.md:12", "Working with issues", "Working with issues", "passage"),
    _row(LABELS.key, "Working with issues", LABELS.title, "passage"),
    _row(LIMITS.key, "Limits", "Limits", "passage"),
]


def _quoted(passage: Passage, citation: int) -> PassageFact:
    return PassageFact(citation=citation, spec="guide", place=passage.key, heading=passage.heading, text=passage.text)


QUOTES = Facts(
    question=QUESTION, intent="do", operations=(msgspec.structs.replace(FIRST, needs=FIRST.needs[2:]),),
    search="words and meaning", passages=(_quoted(LABELS, 2), _quoted(LIMITS, 3)),
)  # fmt: skip
ONLY_QUOTES = msgspec.structs.replace(QUOTES, operations=(), passages=(_quoted(LABELS, 1), _quoted(LIMITS, 2)))


def engine_of(*infos: SpecInfo, script: Iterable[Step] = ()) -> FakeEngine:
    """Return an engine with these specs and all that is above."""
    engine = FakeEngine(infos, script)
    engine.rows |= {"shop": SHOP_OUTLINE, "pay": PAY_OUTLINE, "guide": GUIDE_OUTLINE}
    engine.parts |= TYPES | SOURCES
    about = About(title="Pay", format="openapi-3.1", servers=(Server(url="https://pay.example"),))
    for spec, operation in (("shop", PRODUCT), ("pay", CHARGE), ("pay", PAID), ("pay", RPC)):
        engine.shown[f"{spec}:{operation.key}"] = OperationView(spec=spec, about=about, operation=operation)
    for passage in (LABELS, LIMITS):
        engine.shown[f"guide:{passage.key}"] = PassageView(spec="guide", passage=passage)
    return engine
