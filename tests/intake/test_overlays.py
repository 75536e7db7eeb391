import json
from pathlib import Path

import pytest

from engine.errors import InputError
from engine.intake.overlays import Given, again, given, strangers, suited
from engine.specs.limits import Limits
from tests.specs.files import zipped


def laid(folder: Path, extends: str = "", name: str = "fix.yaml") -> Given:
    """Return an overlay that is in a file."""
    tree = {"overlay": "1.0.0", "actions": [{"target": "$", "update": {}}], **({"extends": extends} if extends else {})}
    (folder / name).write_text(json.dumps(tree))
    return given(folder / name, Limits())


def test_one_document_is_changed_by_all(tmp_path: Path) -> None:
    """The user named both, so an overlay that is made for another document is applied, and it is told."""
    first, second = laid(tmp_path), laid(tmp_path, "other.yaml", "second.yaml")
    assert suited([first, second], ["/a/api.yaml"]) == {"/a/api.yaml": [first, second]}
    [problem] = strangers([first, second], "/a/api.yaml")
    assert problem.file == second.source
    assert "extends other.yaml" in problem.message
    assert not strangers([second], "-")


@pytest.mark.parametrize("extends", ["./api.yaml", "api.yaml", "https://example.com/v1/api.yaml?raw=1"])
def test_of_several_documents_one_is_meant(tmp_path: Path, extends: str) -> None:
    """It is known by its place, or by the name of its file."""
    one = laid(tmp_path, extends)
    meant = f"{tmp_path}/api.yaml"
    assert suited([one], [meant, f"{tmp_path}/other.yaml"]) == {meant: [one]}
    assert not strangers([one], meant)


@pytest.mark.parametrize("extends", ["", "third.yaml", "https://[half"])
def test_which_document_is_meant_must_be_clear(tmp_path: Path, extends: str) -> None:
    """Of several documents none is changed by chance."""
    with pytest.raises(InputError, match=r"cannot change 2 documents"):
        suited([laid(tmp_path, extends)], ["/a/api.yaml", "/a/other.yaml"])


def test_what_holds_no_one_overlay_is_refused(tmp_path: Path) -> None:
    """A folder of several, and a file that is not there."""
    laid(tmp_path), laid(tmp_path, name="second.yaml")
    with pytest.raises(InputError, match="several documents"):
        given(tmp_path, Limits())
    with pytest.raises(InputError, match="no file"):
        given(tmp_path / "none.yaml", Limits())


def test_an_overlay_of_before_is_read_from_where_it_was(tmp_path: Path) -> None:
    """Also out of an archive, or a folder called like one; an address needs the network, and says how to allow it."""
    (tmp_path / "now!").mkdir()
    for folder in (tmp_path, tmp_path / "now!"):
        one = laid(folder)
        assert again("api", one.source, Limits()) == one
    (tmp_path / "fix.zip").write_bytes(zipped({"fix.yaml": (tmp_path / "fix.yaml").read_bytes()}))
    packed = given(tmp_path / "fix.zip", Limits())
    assert again("api", packed.source, Limits()) == packed
    with pytest.raises(
        InputError, match=r"api was changed by an overlay that cannot be used now: .* is an address"
    ) as off:
        again("api", "https://a.example/fix.yaml", Limits())
    assert "--network" in off.value.hint
