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
    assert added.out == "shop: Shop 1 (openapi-3.1 + 1 overlay), 1 operation\n"
    assert "partners.overlay.yaml line 9: #/actions/2 action 3 finds nothing at $.paths['/gone']" in added.err
    overview = specdeck("show", "shop").out
    assert f"  overlay  {overlay}\n" in overview
    assert "GET /items  List what is sold here" in overview
    assert "/secrets" not in overview
    assert specdeck("search", "what is sold", "--json").document["hits"][0]["operation"] == "GET /items"


def test_the_overlay_is_part_of_what_was_added(specdeck: Specdeck, shop: Path) -> None:
    """The same again is unchanged; another overlay, or a changed one, is a new version of the same spec."""
    arguments = ("add", str(shop / "shop.yaml"), "--overlay", str(shop / "partners.overlay.yaml"))
    specdeck(*arguments)
    assert "(unchanged)" in specdeck(*arguments).out
    (shop / "partners.overlay.yaml").write_text(OVERLAY.replace("sold here", "sold there"))
    assert "(unchanged)" not in specdeck(*arguments).out
    assert "sold there" in specdeck("show", "shop").out
    (shop / "none.yaml").write_text("overlay: 1.0.0\nactions: [{target: $.paths, update: {x-shop: true}}]\n")
    other = specdeck("add", str(shop / "shop.yaml"), "--overlay", str(shop / "none.yaml")).out
    assert other == "shop: Shop 1 (openapi-3.1 + 1 overlay), 2 operations\n"
    assert specdeck("list", "--json").document["specs"][0]["versions"] == 2


def test_overlays_are_remembered(specdeck: Specdeck, shop: Path) -> None:
    """Who adds the document again without naming them has it changed by them, as they are by then, in their order."""
    api, first, second = (shop / name for name in ("shop.yaml", "partners.overlay.yaml", "second.yaml"))
    second.write_text("overlay: 1.0.0\nactions: [{target: $.info, update: {title: Kiosk}}]\n")
    specdeck("add", str(api), "--overlay", str(first), "--overlay", str(second))
    assert specdeck("add", str(api)).out == "shop: Kiosk 1 (openapi-3.1 + 2 overlays), 1 operation (unchanged)\n"
    api.write_text(API.replace("version: '1'", "version: '2'"))
    assert specdeck("add", str(api)).out == "shop: Kiosk 2 (openapi-3.1 + 2 overlays), 1 operation\n"
    second.write_text(second.read_text().replace("Kiosk", "Stall"))
    assert specdeck("add", str(api)).out == "shop: Stall 2 (openapi-3.1 + 2 overlays), 1 operation\n"
    assert "openapi-3.1 + 2 overlays" in specdeck("list").out
    listed = specdeck("list", "--json").document["specs"][0]
    assert (listed["overlays"], listed["versions"]) == ([str(first), str(second)], 2)


def test_what_is_not_the_same_spec_is_added_as_it_is(specdeck: Specdeck, shop: Path) -> None:
    """Another name or another place has no overlays of before, nor has another document under that name."""
    api, copy = shop / "shop.yaml", shop / "copy.yaml"
    specdeck("add", str(api), "--overlay", str(shop / "partners.overlay.yaml"))
    copy.write_text(API)
    assert "(openapi-3.1), 2 operations" in specdeck("add", str(api), "--name", "whole").out
    assert "(openapi-3.1), 2 operations" in specdeck("add", str(copy)).out
    assert specdeck("add", str(copy), "--name", "shop").out == "shop: Shop 1 (openapi-3.1), 2 operations\n"


def test_an_overlay_that_is_gone_leaves_the_spec_as_it_was(specdeck: Specdeck, shop: Path) -> None:
    """One sentence and a next step that works, also for what came by standard input; a folder is read around it."""
    api, overlay = shop / "shop.yaml", shop / "partners.overlay.yaml"
    specdeck("add", str(api), "--overlay", str(overlay))
    overlay.unlink()
    (shop / "guide.md").write_text("# Guide\n\nHow to sell.\n")
    gone = specdeck("add", str(shop), code=3)
    assert f"shop was changed by an overlay that cannot be used now: There is no file {overlay}" in gone.err
    assert "Name the overlays anew with `--overlay`, or begin without any: `specdeck remove shop`" in gone.err
    assert "guide: Guide" in gone.out
    assert "/secrets" not in specdeck("show", "shop").out
    specdeck("add", str(api), "--overlay", "-", stdin=OVERLAY.encode())
    typed = specdeck("add", str(api), code=1)
    assert "cannot be used now: It came from standard input, which is not kept" in typed.err
    specdeck("remove", "shop")
    assert specdeck("add", str(api)).out == "shop: Shop 1 (openapi-3.1), 2 operations\n"


def test_an_overlay_that_lies_in_the_folder_is_no_document(specdeck: Specdeck, shop: Path) -> None:
    """It is remembered when the folder around both is added again."""
    specdeck("add", str(shop / "shop.yaml"), "--overlay", str(shop / "partners.overlay.yaml"))
    assert specdeck("add", str(shop)).out == "shop: Shop 1 (openapi-3.1 + 1 overlay), 1 operation (unchanged)\n"


def test_in_a_folder_an_overlay_changes_what_it_extends(specdeck: Specdeck, shop: Path) -> None:
    """The overlay that lies in the folder is no document of it."""
    (shop / "other.yaml").write_text(API.replace("Shop", "Other"))
    added = specdeck("add", str(shop), "--overlay", str(shop / "partners.overlay.yaml"))
    assert "shop: Shop 1 (openapi-3.1 + 1 overlay), 1 operation\n" in added.out
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
