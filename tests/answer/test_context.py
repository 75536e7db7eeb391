import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from engine.answer.ask import Writing, ask
from engine.answer.attaching import LARGEST, attached, pasted
from engine.answer.context import Context
from engine.answer.excerpts import LINES, LONGEST_LINE, excerpts
from engine.answer.prompt import WHOLE, messages
from engine.answer.records import Answer, Facts
from engine.errors import InputError
from engine.library.sessions import Attached
from tests.answer.test_ask import CREATE, House, answer_of
from tests.answer.test_followup import unable

NOTES = Attached(
    name="notes.md",
    text="# Depot\nHand in a parcel before noon\nnothing\nA parcel is weighed\nHand in a parcel before noon\n",
)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """The library with the small spec."""
    made = House(tmp_path)
    yield made
    made.library.close()


async def answered(house: House, question: str, context: Context, spec: str | None = None) -> Answer:
    """Ask a question in a context."""
    events = ask(house.parts(unable), question, spec, writing=Writing(rung="facts"), context=context)
    return answer_of([event async for event in events])


async def test_a_pinned_operation_is_told_of_after_those_that_were_found(house: House) -> None:
    """Once, with a number of its own; where it was found anyway it stands where it was found."""
    replace = "depot:PUT /parcels/{parcel_id}"
    facts = (await answered(house, "list parcels", Context(pinned=(replace, "gone:GET /x")))).facts
    refs = [one.ref for one in facts.operations]
    assert refs[0] == "depot:GET /parcels"
    assert refs.count(replace) == 1
    assert [one.citation for one in facts.operations] == list(range(1, len(refs) + 1))
    if facts.pinned:
        assert refs[-1] == replace
    only = (await answered(house, "list parcels", Context(pinned=(replace,)), spec="other")).facts
    assert only.operations == ()


async def test_a_pinned_operation_is_what_a_first_question_may_speak_of(house: House) -> None:
    """Where nothing was asked before, `it` is what is pinned; later it is what was asked for."""
    pinned = Context(pinned=(CREATE,))
    facts = (await answered(house, "which scope does it need?", pinned)).facts
    assert (facts.understood, facts.operations[0].ref) == ("POST /parcels", CREATE)
    before = (await answered(house, "list parcels", pinned)).facts
    after = (await answered(house, "which scope does it need?", Context(previous=(before,), pinned=(CREATE,)))).facts
    assert after.understood == "GET /parcels"


async def test_where_nothing_fits_what_is_pinned_is_no_answer(house: House) -> None:
    """The note says that there is nothing; what is pinned is told of below, and no model writes about it."""
    answer = await answered(house, "what is the weather in Rome", Context(pinned=(CREATE,)))
    assert answer.facts.note
    assert ([one.ref for one in answer.facts.operations], answer.facts.pinned) == ([CREATE], 1)
    follow_up = await answered(house, "and how do I replace it?", Context(previous=(answer.facts,)))
    assert follow_up.facts.understood == ""


async def test_what_was_attached_is_quoted_where_it_speaks_of_the_question(house: House) -> None:
    """The lines that share words with the question, each once and in their order; the prompt has them, too."""
    facts = (await answered(house, "hand in a parcel", Context(attached=(NOTES,)))).facts
    (excerpt,) = facts.attached
    assert (excerpt.name, excerpt.lines) == ("notes.md", ("Hand in a parcel before noon",))
    assert "Hand in a parcel before noon" in messages(facts, WHOLE)[-1].content
    assert "noon" not in messages(facts, 1)[-1].content
    assert (await answered(house, "how is the weather", Context(attached=(NOTES,)))).facts.attached == ()


async def test_an_error_stays_beside_every_question(house: House) -> None:
    """Its first lines are quoted, whatever is asked."""
    context = Context(attached=(pasted("422 Unprocessable\nweight is missing\n\nat a\nat b\nat c"),))
    facts: Facts = (await answered(house, "list parcels", context)).facts
    assert facts.attached[0].lines == ("422 Unprocessable", "weight is missing", "at a")


def test_a_file_is_attached_without_its_secrets(tmp_path: Path) -> None:
    """Its text is cleaned; a key in it, or in its name, is replaced."""
    file = tmp_path / "ghp_0123456789abcdefghij.env"
    file.write_bytes(b"\xef\xbb\xbfAPI_KEY=ghp_c4n4ry0123456789abcdef\r\n\x1b[31mred\n")
    text = attached(file)
    assert (text.name, text.kind) == ("REDACTED.env", "file")
    assert text.text == "API_KEY=REDACTED\n\N{SYMBOL FOR ESCAPE}[31mred\n"


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"a\0b", b"x" * (LARGEST + 1)], ids=["bytes", "zero", "large"])
def test_what_is_no_text_is_refused(tmp_path: Path, content: bytes) -> None:
    """So are folders and what is not there; the sentence names the file."""
    file = tmp_path / "file"
    file.write_bytes(content)
    for path in (file, tmp_path, tmp_path / "missing"):
        with pytest.raises(InputError, match=path.name):
            attached(path)


@given(question=st.text(max_size=40), text=st.text(max_size=400))
def test_excerpts_are_few_and_short(question: str, text: str) -> None:
    """Whatever was attached, no more than some lines of it are quoted, and each is in it."""
    for one in excerpts(question, [Attached(name="a", text=text), Attached(name="e", text=text, kind="error")]):
        assert 0 < len(one.lines) <= LINES
        assert all(len(line) <= LONGEST_LINE + 1 and line.removesuffix("…") in text for line in one.lines)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """What is no file is refused before it is opened, which for a pipe would never end."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="is no file"):
        attached(tmp_path / "pipe")
