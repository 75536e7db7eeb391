import json

import pytest

from tests.cli.conftest import Specdeck


def document(title: str, things: list[str]) -> bytes:
    """Return an API that lists and creates things."""
    paths = {}
    for thing in things:
        operation = {"responses": {"200": {"description": "OK"}}}
        paths[f"/{thing}s"] = {
            "get": {"summary": f"List {thing}s", **operation},
            "post": {"summary": f"Create a {thing}", **operation},
        }
    return json.dumps({"openapi": "3.0.3", "info": {"title": title, "version": "1"}, "paths": paths}).encode()


@pytest.fixture
def three(specdeck: Specdeck) -> Specdeck:
    """A library of three APIs, two of which have users."""
    apis = {"chat": ["user", "channel"], "shop": ["user", "invoice"], "maps": ["route"]}
    for name, things in apis.items():
        specdeck("add", "-", "--name", name, stdin=document(name.title(), things))
    return specdeck


def choices(specdeck: Specdeck, *words: str) -> list[str]:
    """Return the APIs that a question fits about equally."""
    return [one["spec"] for one in specdeck("ask", *words, "--no-model", "--json").document["facts"]["choices"]]


def test_a_question_that_several_apis_fit_says_so(three: Specdeck) -> None:
    """Both are told, the one that is answered from first, and the text has the options that choose the others."""
    assert sorted(choices(three, "list users")) == ["chat", "shop"]
    told = three("ask", "list users", "--no-model").out.splitlines()
    first = three("ask", "list users", "--no-model", "--json").document["facts"]["operations"][0]["spec"]
    (other,) = {"chat", "shop"} - {first}
    assert f"Several APIs fit; this is of {first}. For the others: --spec {other}" in told


@pytest.mark.parametrize(
    "words",
    [["list users in the shop"], ["list users", "--spec", "chat"], ["list invoices"], ["GET /routes"]],
    ids=" ".join,
)
def test_a_question_that_one_api_fits_says_nothing(three: Specdeck, words: list[str]) -> None:
    """It is named, is the only one that was asked, or the only one that has the thing."""
    assert choices(three, *words) == []
    assert "Several APIs fit" not in three("ask", *words, "--no-model").out
