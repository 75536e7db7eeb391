from pathlib import Path

import pytest

from tests.cli.conftest import Specdeck

API = """\
openapi: 3.1.0
info: {title: Shop, version: '1'}
paths:
  /items: {get: {operationId: listItems, responses: {200: {description: ok}}}}
  /secrets: {get: {operationId: listSecrets, x-internal: true, responses: {200: {description: ok}}}}
"""
OVERLAY = """\
overlay: 1.0.0
info: {title: For partners, version: '1'}
extends: shop.yaml
actions:
  - target: $.paths[?@.get['x-internal'] == true]
    remove: true
  - target: $.paths['/items'].get
    update: {summary: List what is sold here}
  - target: $.paths['/gone']
    remove: true
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder with a document and an overlay of it."""
    (tmp_path / "shop.yaml").write_text(API)
    (tmp_path / "partners.overlay.yaml").write_text(OVERLAY)
    return tmp_path


def test_a_document_is_added_as_an_overlay_changes_it(specdeck: Specdeck, shop: Path) -> None:
    """It is found and shown as changed, the overlay is told, and what comes to nothing is a problem with its place."""
    overlay = shop / "partners.overlay.yaml"
    added = specdeck("add", str(shop / "shop.yaml"), "--overlay", str(overlay))
    assert added.out == "shop: Shop 1 (openapi-3.1), 1 operation\n"
    assert "partners.overlay.yaml line 9: #/actions/2 action 3 finds nothing at $.paths['/gone']" in added.err
    overview = specdeck("show", "shop").out
    assert f"  overlay  {overlay}\n" in overview
    assert "GET /items  List what is sold here" in overview
    assert "/secrets" not in overview
    assert specdeck("search", "what is sold", "--json").document["hits"][0]["operation"] == "GET /items"


def test_the_overlay_is_part_of_what_was_added(specdeck: Specdeck, shop: Path) -> None:
    """The same again is unchanged; another overlay, or none, is a new version of the same spec."""
    arguments = ("add", str(shop / "shop.yaml"), "--overlay", str(shop / "partners.overlay.yaml"))
    specdeck(*arguments)
    assert "(unchanged)" in specdeck(*arguments).out
    (shop / "partners.overlay.yaml").write_text(OVERLAY.replace("sold here", "sold there"))
    assert "(unchanged)" not in specdeck(*arguments).out
    assert "sold there" in specdeck("show", "shop").out
    assert specdeck("add", str(shop / "shop.yaml")).out == "shop: Shop 1 (openapi-3.1), 2 operations\n"
    assert "overlay" not in specdeck("show", "shop").out
    assert specdeck("list", "--json").document["specs"][0]["versions"] == 2


def test_in_a_folder_an_overlay_changes_what_it_extends(specdeck: Specdeck, shop: Path) -> None:
    """The overlay that lies in the folder is no document of it."""
    (shop / "other.yaml").write_text(API.replace("Shop", "Other"))
    added = specdeck("add", str(shop), "--overlay", str(shop / "partners.overlay.yaml"))
    assert "shop: Shop 1 (openapi-3.1), 1 operation\n" in added.out
    assert "other: Other 1 (openapi-3.1), 2 operations\n" in added.out


def test_wrong_overlays_are_refused_in_one_sentence(specdeck: Specdeck, shop: Path) -> None:
    """An overlay as a document, a document as an overlay, one that is not there, and a broken action."""
    overlay, api = shop / "partners.overlay.yaml", shop / "shop.yaml"
    alone = specdeck("add", str(overlay), code=1)
    assert "`specdeck add DOCUMENT --overlay partners.overlay.yaml`" in alone.err
    assert "is no overlay" in specdeck("add", str(api), "--overlay", str(api), code=1).err
    assert "There is no file" in specdeck("add", str(api), "--overlay", str(shop / "none.yaml"), code=1).err
    overlay.write_text(OVERLAY.replace("$.paths['/gone']", "$.paths["))
    broken = specdeck("add", str(api), "--overlay", str(overlay), code=1)
    assert "line 9: action 3 on $.paths[: The JSONPath is wrong: " in broken.err
    assert specdeck("list").out == ""
