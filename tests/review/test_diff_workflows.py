"""How versions of workflows differ."""

from copy import deepcopy

from tests.review.documents import WARN, diff
from tests.specs.arazzo.test_arazzo import SHOP


def test_steps_that_are_others_are_told_as_a_row() -> None:
    """One that is gone, or that calls something else, or comes later, is another row of calls."""
    new = deepcopy(SHOP)
    del new["workflows"][0]["steps"][2]
    [change] = diff(SHOP, new).changes
    assert (change.rule, change.level, change.operation) == ("workflow-steps-changed", WARN, "WORKFLOW buy-item")
    assert change.old.startswith("listItems of shop, POST /shops/{shop}/orders of shop, RECEIVE parcels")
    assert "RECEIVE" not in change.new
    turned = deepcopy(SHOP)
    turned["workflows"][0]["steps"].reverse()
    assert [change.rule for change in diff(SHOP, turned).changes] == ["workflow-steps-changed"]


def test_a_step_that_is_given_something_else_is_told_alone() -> None:
    """So are inputs and outputs, as those of any operation."""
    new = deepcopy(SHOP)
    new["workflows"][0]["steps"][1]["requestBody"]["payload"]["count"] = 2
    new["workflows"][0]["outputs"]["order"] = "$steps.order.outputs.id"
    new["components"]["inputs"]["Buying"]["allOf"][0]["required"] = ["name", "count"]
    rules = {change.rule: change for change in diff(SHOP, new).changes}
    assert rules["workflow-step-changed"].where == "step order"
    assert "request-parameter-became-required" in rules
    assert "response-optional-property-added" in rules
    assert not diff(SHOP, SHOP).changes
