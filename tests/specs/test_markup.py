import pytest

from engine.specs.describe import first_sentence, plain
from engine.specs.markup import LONGEST, text_rows


def shown(text: str) -> list[str]:
    """Return the rows of a description as they are read."""
    return [row.lead + "".join(span.text for span in row.spans) for row in text_rows(text)]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<p>Gives a <code>Plan</code> &amp; more.</p>\n<p>Second.</p>", ["Gives a Plan & more.", "", "Second."]),
        ("<ul>\n  <li>one</li>\n  <li><p>two</p></li>\n</ul>after", ["• one", "• two", "", "after"]),
        ("<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>", ["1. a", "   • b", "2. c"]),
        ('See <a href="https://x.io/d">the docs</a>.', ["See the docs (https://x.io/d)."]),
        ('See <a href="/d">the docs</a> or https://x.io.', ["See the docs or https://x.io."]),
        ("[https://x.io](https://x.io)", ["https://x.io"]),
        ("> [!NOTE]\n> Mind *this*.", ["│ Note: Mind this."]),
        ("<pre><code>a &lt; b\n  c</code></pre>", ["  a < b", "    c"]),
        ("Send `Bearer <token>` or Bearer <token>, `<p>` too.", ["Send Bearer <token> or Bearer <token>, <p> too."]),
        ("a | b\n--|--\n1 | `2`", ["a │ b", "1 │ 2"]),
        ("<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>", ["a │ b\n1 │ 2"]),
        ("<p>\n    Indented as HTML is.\n</p>", ["Indented as HTML is."]),
        ("<!-- not for readers -->One<br/>two", ["One\ntwo"]),
        ("<h2>Title</h2>Text <b>bold", ["Title", "", "Text bold"]),
        ("safe&#8238;text &#x202e; &#27;", ["safe\ufffdtext \ufffd \ufffd"]),
    ],
)  # fmt: skip
def test_descriptions_are_read_with_their_meaning(written: str, read: list[str]) -> None:
    """Tags and marks are gone, entities are characters, lists are lists, code is code, links say where they lead."""
    assert shown(written) == read


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("<p>Creates a <code>Customer</code>. Then more.</p>", "Creates a Customer."),
        ("<p>One <a href='https://x.io'>link</a></p>\n\n<p>Two</p>", "One link"),
        ("> [!NOTE]\n> Mind this.\n\nLists the `issues`.", "Lists the issues."),
        ("## Overview\n\nLists *all* of __them__, as `_a_`.", "Lists all of them, as _a_."),
        ("Fails, e.g. If it is late. Next.", "Fails, e.g. If it is late."),
        ("Use Bearer &lt;token&gt; or __typename with a_b_c.", "Use Bearer <token> or __typename with a_b_c."),
        ("This event occurs when X.\n\nFor more, see [Y](https://y.io).", "This event occurs when X."),
        ("## Only a heading", "Only a heading"),
    ],
)
def test_a_summary_is_one_plain_sentence(written: str, sentence: str) -> None:
    """The first sentence of HTML or Markdown comes without tags and marks; a heading or a remark is not it."""
    assert first_sentence(written) == sentence


@pytest.mark.parametrize(
    "part",
    ["<", "<a ", "<b>", "</b>", "<!--", "&", "&#", "`", "``` ", "~~~\n", "<a href=", "<ul><li>", "<i></b>", "> ", "*a"],
)
def test_hostile_html_takes_no_time(part: str) -> None:
    """A long text of half-open tags, comments or code is read in a time that grows with its length (or this hangs)."""
    text = part * (LONGEST // len(part))
    plain(text)
    first_sentence(text)
    text_rows(text * 2)


def test_what_is_too_long_is_shown_as_written() -> None:
    """Nothing of a long description is lost."""
    assert shown("<p>a</p>" * (LONGEST // 8) + "<p>the end</p>")[-1] == "<p>the end</p>"
