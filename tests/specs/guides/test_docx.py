import io
import zipfile

import pytest
from hypothesis import given, settings, strategies as st

from engine.errors import SpecError
from engine.specs.limits import Limits
from engine.specs.model import Spec
from engine.specs.read import read
from tests.specs.guides.makers import docx, paragraph, table
from tests.test_text import is_safe

ITEM = '<w:numPr><w:ilvl w:val="{}"/></w:numPr>'


def word(data: bytes, limits: Limits = Limits()) -> Spec:
    """Read a Word document."""
    return read(data, limits, name="guide.docx")


def test_a_document_becomes_markdown() -> None:
    """Headings are told by what their styles stand on, in any language; lists, code and tables are kept."""
    spec = word(
        docx(
            paragraph("The guide", "Titel"),
            paragraph("Auth ... 1", "Verzeichnis1"),
            paragraph("Auth", "berschrift1"),
            paragraph("Use a &lt;key&gt;."),
            paragraph("one", properties=ITEM.format(0)),
            paragraph("two", properties=ITEM.format(1)),
            paragraph("A chapter", "Chapter"),
            paragraph("def f():", "Quelle"),
            paragraph("    pass", "Quelle"),
            paragraph("", "Quelle"),
            paragraph("f()", "Quelle"),
            paragraph("Deep down", "Deep"),
            paragraph("Words.", "Round"),
            table([[paragraph("a"), paragraph("b")], [paragraph("c|d"), paragraph("e") + paragraph("f")]]),
            table([[paragraph("In a box", "berschrift2") + paragraph("alone")]]),
            paragraph("end"),
        )
    )
    assert (spec.about.title, spec.about.format) == ("The guide", "docx")
    assert [(passage.line, passage.heading, passage.text) for passage in spec.passages] == [
        (1, "", "The guide"),
        (4, "Auth", "Use a <key>.\n- one\n  - two"),
        (8, "A chapter", "```\ndef f():\n    pass\n\nf()\n```"),
        (13, "A chapter > Deep down", "Words.\n\n| a | b |\n| --- | --- |\n| c\\|d | e f |"),
        (20, "A chapter > In a box", "alone\n\nend"),
    ]
    assert spec.passages[1].key == "guide.docx:4"


def test_text_is_put_together_from_its_runs() -> None:
    """Tabs, breaks and text boxes belong to the text; what says it again, and what was deleted, does not."""
    box = f"<w:pict>{paragraph('in the box')}</w:pict>"
    spec = word(
        docx(
            "<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t>"
            "<w:delText>gone</w:delText></w:r><w:moveFrom><w:r><w:t>moved</w:t></w:r></w:moveFrom></w:p>",
            f"<w:p><w:r><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback><w:t>around</w:t></w:r></w:p>",
            styles="",
        )
    )
    assert spec.passages[0].text == "a\tb\nc\n\nin the box\n\naround"


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
DOCX = docx(paragraph("Hello"))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (docx(paragraph("&b;"), head=BOMB), "The DOCX file holds XML with a DTD, which Word never writes"),
        (docx(paragraph("&nothing;")), "The DOCX file is broken: undefined entity"),
        (docx("<w:p>"), "The DOCX file is broken: mismatched tag"),
        (docx(paragraph(" ")), "The document holds no text"),
        (docx(paragraph("x"), compression=zipfile.ZIP_LZMA), "The DOCX file is encrypted or packed in a way"),
        (DOCX[:-30], "The DOCX file is broken: File is not a zip file"),
        (DOCX.replace(b"word/document.xml", b"word/dokument.xml"), "The DOCX file holds no `word/document.xml`"),
        (DOCX + b"PK\1\2" * 10_001, "The DOCX file holds more than 10,000 files"),
    ],
    ids=["dtd", "entity", "xml", "empty", "packed", "cut", "other", "many"],
)
def test_a_broken_document_is_refused(data: bytes, sentence: str) -> None:
    """Each kind of broken file is refused with one sentence."""
    with pytest.raises(SpecError) as refused:
        word(data)
    assert str(refused.value).startswith(sentence)


def test_a_zip_bomb_is_refused() -> None:
    """A text that is larger than a document may be, once it is unpacked, names the setting."""
    data = docx(paragraph("x" * 3 * 2**20))
    assert len(data) < 10_000
    with pytest.raises(SpecError, match="larger than 2 MB") as refused:
        word(data, Limits(max_document_mb=2))
    assert "max_document_mb" in refused.value.hint


def test_a_size_that_lies_is_no_way_around() -> None:
    """No more is unpacked than the directory of the zip says."""
    data = bytearray(docx(paragraph("x" * 3 * 2**20)))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = archive.getinfo("word/document.xml").file_size
    data = data.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    with pytest.raises(SpecError, match="The DOCX file is broken"):
        word(bytes(data))


@pytest.mark.parametrize(
    "body",
    [
        "<w:p>" * 50_000 + "</w:p>" * 50_000,
        "<w:tbl><w:tr><w:tc>" * 20_000 + paragraph("x") + "</w:tc></w:tr></w:tbl>" * 20_000,
    ],
    ids=["paragraphs", "tables"],
)
def test_depth_is_no_problem(body: str) -> None:
    """Elements inside each other without end take neither stack nor time."""
    assert word(docx(body, paragraph("end"))).passages


def test_control_characters_are_shown() -> None:
    """Text-direction overrides, which XML allows, reach no passage."""
    spec = word(docx(paragraph("a&#x202e;b", "berschrift1"), paragraph("c&#x9b;d")))
    assert all(is_safe(passage.heading + passage.text) for passage in spec.passages)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(DOCX) - 1), st.integers(0, 255)), max_size=8))
def test_any_damage_is_read_or_refused(changes: list[tuple[int, int]]) -> None:
    """A file with some bytes changed gives a guide or a plain refusal."""
    data = bytearray(DOCX)
    for place, byte in changes:
        data[place] = byte
    try:
        word(bytes(data))
    except SpecError as refused:
        assert str(refused)


parts = st.sampled_from("p r t pPr pStyle tbl tr tc tab br Fallback moveFrom numPr ilvl body outlineLvl".split())
trees = st.recursive(
    st.text("ab \n", max_size=5),
    lambda inner: st.builds(
        lambda name, style, inside: f'<w:{name} w:val="{style}">{"".join(inside)}</w:{name}>',
        parts,
        st.sampled_from(["berschrift1", "Quelle", "Titel", "1", "9", "Round"]),
        st.lists(inner, max_size=5),
    ),
    max_leaves=40,
)


@given(st.lists(trees, max_size=6))
def test_any_structure_is_read_or_refused(body: list[str]) -> None:
    """Elements in any order give a guide whose places rise, or a plain refusal."""
    try:
        spec = word(docx(*body, paragraph("words"), compression=zipfile.ZIP_STORED))
    except SpecError as refused:
        assert str(refused)
        return
    places = [passage.line for passage in spec.passages]
    assert places == sorted(places)
