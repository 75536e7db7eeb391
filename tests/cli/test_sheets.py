"""The files of tools that send requests, from adding them to an answer: what they show is found, and no secret is."""

import json

import pytest

from tests.cli.conftest import Specdeck
from tests.specs.recordings.test_bruno import OPEN, TREE
from tests.specs.recordings.test_http import SHOP
from tests.specs.recordings.test_hurl import TESTS
from tests.specs.recordings.test_insomnia import RESOURCES
from tests.specs.smithy.test_smithy import model

FILES = {
    "web.http": SHOP,
    "checks.hurl": TESTS,
    "export/insomnia.json": json.dumps({"_type": "export", "__export_format": 4, "resources": RESOURCES}),
    "model.json": json.dumps(model()),
    **{f"bruno/{path}": text for path, text in TREE.items() if "other/" not in path},
    **{f"yaml/{path}": text for path, text in OPEN.items()},
}
"""Path → text: one folder with a file or collection of each tool."""
SECRETS = ("hunter22", "s3cretS3", "abcd1234", "zyxw9876", "abcdefgh12345678")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Specdeck:
    """A library with all of them, and no models."""
    home = tmp_path_factory.mktemp("shop")
    specdeck = Specdeck(home, home / "no-models")
    for path, text in FILES.items():
        (home / "docs" / path).parent.mkdir(parents=True, exist_ok=True)
        (home / "docs" / path).write_text(text, encoding="utf-8")
    specdeck("add", str(home / "docs"))
    return specdeck


def test_a_folder_of_all_tools_is_one_spec_for_each(shop: Specdeck) -> None:
    """The parts of a collection are no specs of their own."""
    specs = shop("list", "--json").document["specs"]
    assert {(one["name"], one["format"]) for one in specs} == {
        ("web", "http"),
        ("checks", "hurl"),
        ("insomnia", "insomnia-4"),
        ("the-shop", "smithy-2.0"),
        ("shop", "bruno"),
        ("shop-2", "opencollection"),
    }


def test_requests_are_found_shown_and_answered(shop: Specdeck) -> None:
    """By words, by the name that a file gives them, and as a request that works."""
    hits = shop("search", "--json", "--spec", "web", "sign a customer in").document["hits"]
    assert hits[0]["operation"] == "POST /login"
    assert (
        "`$.orders[0].id` in the body of the answer to login"
        in shop("show", "web:GET /orders/{order}/{Cart}", "--json").out
    )
    facts = shop("ask", "--json", "--no-model", "--spec", "shop", "how do I add an order?").document["facts"]
    assert facts["operations"][0]["operation"] == "POST /orders"
    assert facts["operations"][0]["call"]["url"].startswith("https://shop.example/v1/orders?dry=true")


def test_no_secret_is_kept(shop: Specdeck) -> None:
    """Neither in what is shown nor in the library."""
    kept = b"".join(path.read_bytes() for path in shop.home.rglob("library.db*"))
    assert kept
    assert not [secret for secret in SECRETS if secret.encode() in kept]
