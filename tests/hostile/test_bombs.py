import re
from pathlib import Path

import pytest

from tests.hostile.bombs import ODD, REFUSED, written
from tests.hostile.conftest import Deck

GOOD = Path(__file__).parent / "files" / "good.yaml"


@pytest.mark.slow
@pytest.mark.parametrize("name", REFUSED)
def test_a_bomb_is_refused_with_its_limit(deck: Deck, tmp_path: Path, name: str) -> None:
    """A bomb is refused with one sentence that names the limit and its setting; the library stays as it was."""
    content, said = REFUSED[name]
    bomb = tmp_path / name
    bomb.write_bytes(written(content))
    good, ran, listed = deck.run(["add", str(GOOD)], ["add", "--json", str(bomb)], ["list", "--json"])
    assert good.code == 0
    assert ran.code == 1
    [refused] = ran.document["refused"]
    assert said in refused["error"] + refused["hint"]
    assert len(refused["error"]) < 400
    assert [spec["name"] for spec in listed.document["specs"]] == ["good"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ODD)
def test_what_asks_for_much_is_read_or_refused(deck: Deck, tmp_path: Path, name: str) -> None:
    """A document that is extreme in one way is read and can be shown, or refused; with little memory either way."""
    content = tmp_path / name
    content.write_bytes(written(ODD[name]))
    ran = deck.add(content)
    assert len(ran.document["added"]) + len(ran.document["refused"]) >= 1
    for spec in ran.document["added"]:
        assert re.fullmatch(r"[a-z0-9.-]+", spec["info"]["name"])
    deck.look()
