"""Words from specifications within Markdown: they are read as words, whatever they hold."""

import pytest
from hypothesis import example, given, strategies as st
from markdown_it import MarkdownIt

from engine.specs.markup import code, prose
from engine.text import clean_line

_SIGNS = st.text(alphabet=r"`*_[]()<>!&#|~\ ax1-:/.", max_size=30)
_READER = MarkdownIt("commonmark")


@given(_SIGNS)
@example("<img src=x onerror=alert(1)>")
@example("[here](https://elsewhere.example) ![](x) <!-- hidden -->")
@example("`a` *b* __c__ \\")
def test_words_are_no_marks(text: str) -> None:
    """A reader of Markdown sees one paragraph of text, and it is the text."""
    inline = _READER.parse(f"It says: {prose(text)}")[1]
    assert {child.type for child in inline.children or []} <= {"text", "text_special"}
    assert "".join(child.content for child in inline.children or []) == f"It says: {clean_line(text)}".rstrip()


@pytest.mark.parametrize("text", ["POST /loans", "a`b", "``", "` x `", "`"])
def test_code_is_one_piece_of_code(text: str) -> None:
    """Backticks in a name end no code."""
    [piece] = _READER.parse(code(text))[1].children or []
    assert (piece.type, piece.content.strip()) == ("code_inline", text.strip())
