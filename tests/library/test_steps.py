"""What the steps of a workflow call, looked up in the library."""

from engine.library.steps import targets
from engine.library.store import Library
from tests.library.builders import add
from tests.specs.arazzo.test_arazzo import SHOP
from tests.specs.builders import JSON, document

ITEMS = {"get": {"operationId": "listItems", "responses": {}}}
ORDERS = {"post": {"operationId": "placeOrder", "responses": {}}}
API = document({"/items": ITEMS, "/shops/{shop}/orders": ORDERS})
EVENTS: JSON = {
    "asyncapi": "2.6.0",
    "info": {"title": "Events", "version": "1"},
    "channels": {"parcels": {"subscribe": {"operationId": "onParcel", "message": {"payload": {}}}}},
}


def found(library: Library, name: str, workflow: int = 0) -> tuple[str, ...]:
    """Return what the steps of a workflow of a spec call."""
    spec = library.spec(name)
    operation = spec.operations[workflow]
    assert operation.workflow is not None
    return targets(library, name, spec.about, operation.workflow)


def test_documents_are_known_by_their_place_and_address(library: Library) -> None:
    """The API lies beside the workflow, the events have the address that it names, and a workflow is its own."""
    add(library, API, source="/w/shop.openapi.yaml", title="shop")
    add(library, EVENTS, source="https://example.com/events.asyncapi.yaml", title="events")
    name = add(library, SHOP, source="/w/buy.arazzo.yaml", title="buy")
    add(library, API, source="/other/shop.openapi.yaml", title="another")
    assert found(library, name) == (
        "shop:GET /items",
        "shop:POST /shops/{shop}/orders",
        "events:SUBSCRIBE parcels",
        "buy:WORKFLOW thank-you",
    )
    assert found(library, name, 1) == ("",)  # the events have no operation of that name


def test_a_file_of_the_same_name_is_meant_if_it_is_the_only_one(library: Library) -> None:
    """Two of them that have what is called, and none is guessed."""
    name = add(library, SHOP, source="/w/buy.arazzo.yaml", title="buy")
    assert found(library, name) == ("", "", "", "buy:WORKFLOW thank-you")
    add(library, API, source="/specs/shop.openapi.yaml", title="first")
    assert found(library, name)[:2] == ("first:GET /items", "first:POST /shops/{shop}/orders")
    add(library, document({"/items": ITEMS}), source="/old/shop.openapi.yaml", title="old")  # lacks the other one
    assert found(library, name)[0] == "first:GET /items"
    add(library, API, source="/copy/shop.openapi.yaml", title="second")
    assert found(library, name)[:2] == ("", "")


def test_a_document_of_another_name_must_have_all_that_is_called(library: Library) -> None:
    """One operation of a common name is no sign."""
    name = add(library, SHOP, source="-", title="buy")
    add(library, document({"/items": ITEMS}), source="/a.yaml", title="part")
    assert found(library, name)[:2] == ("", "")
    add(library, API, source="/b.yaml", title="whole")
    assert found(library, name)[:2] == ("whole:GET /items", "whole:POST /shops/{shop}/orders")


def test_a_workflow_by_address_names_what_is_beside_it(library: Library) -> None:
    """A relative url is resolved against the address that the document came from."""
    add(library, API, source="https://example.com/api/shop.openapi.yaml", title="shop")
    add(library, API, source="https://example.com/other/shop.openapi.yaml", title="other")
    name = add(library, SHOP, source="https://example.com/api/buy.yaml", title="buy")
    assert found(library, name)[0] == "shop:GET /items"
    broken = {**SHOP, "sourceDescriptions": [{"name": "shop", "url": "https://[half"}]}
    assert found(library, add(library, broken, source="https://example.com/x/broken.yaml", title="broken"))[0] == ""


def test_what_is_named_without_its_document_is_looked_for_in_all(library: Library) -> None:
    """Many say only an operationId, where several documents are named; it must be in one of them alone."""
    sources = [{"name": "a", "url": "a.yaml"}, {"name": "b", "url": "b.yaml"}]
    workflow = {"workflowId": "w", "steps": [{"stepId": "s", "operationId": "listItems"}]}
    tree = {"arazzo": "1.0.0", "sourceDescriptions": sources, "workflows": [workflow]}
    name = add(library, tree, source="/w/w.yaml", title="w")
    add(library, API, source="/w/a.yaml", title="a")
    add(library, document({"/orders": {"get": {"operationId": "listOrders", "responses": {}}}}), source="/w/b.yaml")
    assert found(library, name) == ("a:GET /items",)
    add(library, document({"/items": ITEMS}), source="/w/b.yaml")
    assert found(library, name) == ("",)


def test_workflows_are_kept_whole(library: Library) -> None:
    """Read from the library again, a workflow has all its steps; nothing feeds it but what it says itself."""
    name = add(library, SHOP, source="/w/buy.arazzo.yaml", title="buy")
    workflow = library.spec(name).operations[0].workflow
    assert workflow is not None
    assert [step.name for step in workflow.steps] == ["find", "order", "wait", "thank"]
    assert not library.rows("SELECT * FROM links")
