import io
import re
import sys

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from pypdf import PdfReader, PdfWriter

from engine.errors import SpecError
from engine.specs.guides import pdf as reader
from engine.specs.limits import Limits
from engine.specs.model import Spec
from engine.specs.read import read
from tests.specs.guides.makers import pdf

GUIDE = pdf(
    ["The guide\nHello world.", "1. Auth\nUse a key.\nErrors\n404 means gone.", "Our guide\nMore on errors.", ""],
    [("Auth", 2), ("Errors", 2)],
    "A guide",
)


def document(data: bytes, limits: Limits = Limits()) -> Spec:
    """Read a PDF document."""
    return read(data, limits, name="guide.pdf")


def encrypted(password: str) -> bytes:
    """Return the guide, encrypted with the only cipher that pypdf has without another library."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(GUIDE)))
    writer.encrypt(password, "owner", algorithm="RC4-128")
    data = io.BytesIO()
    writer.write(data)
    return data.getvalue()


def test_a_document_is_cut_at_its_outline() -> None:
    """Each page has its own passages, under the headings of the outline where these stand on the page."""
    spec = document(GUIDE)
    assert (spec.about.title, spec.about.format) == ("A guide", "pdf")
    assert [(passage.key, passage.heading, passage.text) for passage in spec.passages] == [
        ("guide.pdf, page 1", "", "The guide\nHello world."),
        ("guide.pdf, page 2", "Auth", "Use a key."),
        ("guide.pdf, page 2, part 2", "Errors", "404 means gone."),
        ("guide.pdf, page 3", "Errors", "Our guide\nMore on errors."),
    ]
    assert spec.problems == ()


def test_the_head_of_a_page_stays_with_its_text() -> None:
    """A single line above the first heading of a page, its number or title, is no passage."""
    spec = document(pdf(["Chapter 1\nAuth\nUse a key."], [("Auth", 1)]))
    assert [(passage.heading, passage.text) for passage in spec.passages] == [("Auth", "Chapter 1\nUse a key.")]


def test_the_title_may_be_the_first_line() -> None:
    """Without a title in its metadata a document is called as it begins, not as its first section."""
    assert document(pdf(["The guide\nHello."], [("Hello.", 1)])).about.title == "The guide"


def test_a_document_without_text_is_refused() -> None:
    """Pages that are pictures hold no text, and the hint says what helps."""
    with pytest.raises(SpecError, match="holds no text; its pages may be pictures") as refused:
        document(pdf(["", ""]))
    assert "OCR" in refused.value.hint


def test_an_encrypted_document_needs_no_password_or_is_refused() -> None:
    """Encryption without a password, which only forbids printing, is no hindrance; with one it is."""
    assert document(encrypted("")).passages == document(GUIDE).passages
    with pytest.raises(SpecError, match="The PDF file is encrypted with a password"):
        document(encrypted("secret"))


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", b"%PDF-1.4\n%%EOF", GUIDE[:200]], ids=["bare", "empty", "cut"])
def test_a_broken_document_is_refused(data: bytes) -> None:
    """What is no PDF but for its first bytes is refused."""
    with pytest.raises(SpecError, match=r"The PDF file (is broken|holds no text)"):
        document(data)


def test_a_broken_page_costs_that_page() -> None:
    """A page that cannot be read is a problem with its number; the others are read."""
    data = pdf(["One.", "Two.", "Three."])
    before, mark, after = data.partition(b"stream\nBT /F1 12 Tf 14 TL 72 720 Td (Two.)")
    broken = before.removesuffix(b" " * 20 + b">>\n") + b"/Filter /Unknown   >>\n" + mark + after
    spec = document(broken)
    assert [passage.page for passage in spec.passages] == [1, 3]
    [problem] = spec.problems
    assert problem.message.startswith("page 2 could not be read: ")


def test_time_is_limited() -> None:
    """A document that takes longer than it may is given up, and the setting is named."""
    with pytest.raises(SpecError, match=r"Reading the PDF takes longer than 0\.001 s") as refused:
        document(GUIDE, Limits(max_seconds=0.001))
    assert "max_seconds" in refused.value.hint


def test_text_is_limited() -> None:
    """Pages that repeat one text cannot become more of it than a document may be."""
    data = pdf(["\n".join(["x" * 90] * 60), *[""] * 200])
    repeated = re.sub(rb"/Contents \d{5}", b"/Contents 00011", data)
    with pytest.raises(SpecError, match="The PDF file holds more than 1 MB of text") as refused:
        document(repeated, Limits(max_document_mb=1))
    assert "max_document_mb" in refused.value.hint


@pytest.mark.skipif(sys.platform != "linux", reason="Other systems do not limit the memory of a process")
def test_memory_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    """A document that needs more memory than it may is refused, and this process goes on."""
    monkeypatch.setattr(reader, "MEMORY_MB", 1)
    with pytest.raises(SpecError, match=r"needs more than 1 MB of memory|is broken"):
        document(GUIDE + b"%" * 2**24)


@pytest.mark.parametrize(("command", "sentence"), [("false", "is broken"), ("/does/not/exist", "no process can be")])
def test_a_process_that_dies_is_a_refusal(monkeypatch: pytest.MonkeyPatch, command: str, sentence: str) -> None:
    """When the process that reads a document ends without a word, or does not begin, the document is refused."""
    monkeypatch.setattr(sys, "executable", command)
    with pytest.raises(SpecError, match=sentence):
        document(GUIDE)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(9, len(GUIDE) - 1), st.integers(0, 255)), min_size=1, max_size=30))
def test_any_damage_is_read_or_refused(changes: list[tuple[int, int]]) -> None:
    """A file with some bytes changed gives a guide or a plain refusal."""
    data = bytearray(GUIDE)
    for place, byte in changes:
        data[place] = byte
    try:
        document(bytes(data))
    except SpecError as refused:
        assert str(refused)
