import contextlib

import pytest
from hypothesis import given, strategies as st

from engine.errors import SpecError
from engine.specs.model import Spec
from engine.specs.read import read
from tests.test_text import is_safe

PAGE = """\
<!doctype html>
<html><head><title>API | Docs</title><style>p { color: red }</style></head>
<body>
<nav><a href="/">Home</a></nav>
<header>Our company</header>
<main>
<header><h1>The <em>guide</em><a class="headerlink" href="#x">¶</a></h1></header>
<p>Hello &amp; <a href="http://x">welcome</a>,<br>
   use <code>GET /x</code>.</p>
<h2>Lists</h2>
<ul><li>one<li>two <ul><li>nested</li></ul></li></ul>
<ol><li>first</li><li><p>second</p></li></ol>
<h2>Code</h2>
<div class="highlight-python notranslate"><pre><span>def</span> f():

    &lt;pass&gt;
</pre></div>
<pre><code class="language-json">{"a": "```"}</code></pre>
<pre>1
2
3</pre>
<h2>Tables</h2>
<table><caption>Fields</caption><tr><th>Name<th>Type</tr>
<tr><td>id</td><td>int | null</td></tr></table>
<table><tr><td>a cell <p>alone</p></td></tr></table>
<aside class="note">A remark.</aside>
<script>document.write("<p>no</p>")</script>
<form><label>Search</label><select><option>Pick</option></select><button>Go</button></form>
</main>
<footer>© us</footer>
</body></html>
"""


def page(text: str) -> Spec:
    """Read a page."""
    return read(text.encode(), name="page.html")


def test_a_page_becomes_markdown() -> None:
    """Headings, lists, code with its language and tables are kept; what stands around the text is not."""
    spec = page(PAGE)
    assert (spec.about.title, spec.about.format) == ("The guide", "html")
    assert [(passage.line, passage.heading, passage.text) for passage in spec.passages] == [
        (8, "The guide", "Hello & welcome,\nuse `GET /x`."),
        (11, "The guide > Lists", "- one\n- two\n  - nested\n1. first\n2. second"),
        (14, "The guide > Code", '```python\ndef f():\n\n    <pass>\n```\n\n````json\n{"a": "```"}\n````'),
        (
            23,
            "The guide > Tables",
            "Fields\n\n| Name | Type |\n| --- | --- |\n| id | int \\| null |\n\na cell alone\n\nA remark.\n\nSearch",
        ),
    ]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("<html><title>Of the page</title><h2>Second</h2><p>x", "Of the page"),
        ("<html><title></title><ul><li>item</ul><h3>Third</h3>x", "Third"),
        ("<html><body><h1><div>In a box</div></h1>x", "In a box"),
        ("<html><svg><title>Icon</title></svg><p>- x", "page"),
    ],
)
def test_the_title_is_what_the_page_says(text: str, title: str) -> None:
    """First heading of level 1, then the page's title, then any heading, then the file's name."""
    assert page(text).about.title == title


def test_code_in_a_table_is_code() -> None:
    """A table that holds code is cut around it; its other rows stay rows."""
    spec = page("<html><table><tr><td>a<td>b<tr><td>c<td><pre>x\n</pre><tr><td>d<td>e</table>")
    assert "```\nx\n```" in spec.passages[0].text
    assert "| a | b |" in spec.passages[0].text
    assert "| d | e |" in spec.passages[0].text


@pytest.mark.parametrize(
    "text", ["<html><p> </p>", "<html><nav>x</nav>", "<html><script>x", "<html><!-- x", "<html><p>… —"]
)
def test_a_page_without_words_is_refused(text: str) -> None:
    """What is only markup, or only furniture, holds no text."""
    with pytest.raises(SpecError, match="The document holds no text"):
        page(text)


def test_control_characters_are_shown() -> None:
    """Neither raw control characters nor those written as entities reach a passage."""
    spec = page("<html><h1>A\x1b[31m&#x9b;2J</h1><pre>&#8238;x\x07</pre>")
    assert all(is_safe(passage.heading + passage.text.replace("\n", "")) for passage in spec.passages)


SIZE = 300_000
HOSTILE = {
    "deep": "<div>" * 50_000 + "x",
    "lists": "<ul><li>" * 20_000 + "x",
    "tables": "<table><tr><td>" * 20_000 + "x",
    "comments": "<!--" * SIZE,
    "declarations": "<![" * SIZE + "<!" * SIZE,
    "marked": "<![foo[" * SIZE + "]]>",
    "tags": "<a " * SIZE,
    "attributes": '<a b="" ' * SIZE,
    "one tag": "<a " + 'b="" ' * SIZE,
    "values": "<a " + "b=" * SIZE,
    "quotes": "<a b='" * SIZE,
    "signs": "<" * SIZE,
    "entities": "&" * SIZE + "&#" * SIZE,
    "scripts": "<script>" + "</scrip" * SIZE,
    "code": "<pre>" * 20_000 + "`" * SIZE,
    "blanks": "<p>" + " " * SIZE + "x" + "\n" * SIZE,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_page_takes_the_square_of_the_time(text: str) -> None:
    """Markup made to keep a parser busy is read or refused; the time-out of the tests would tell."""
    with contextlib.suppress(SpecError):
        page("<html>" + text)


def test_a_tag_that_would_fill_the_memory_is_refused() -> None:
    """The parser needs 170 bytes for each attribute, so that their number is limited; a large picture is none."""
    with pytest.raises(SpecError, match="a tag has more than 1,000,000 characters between attributes"):
        page("<html><a " + "b=1 " * 1_000_000)
    assert page(f"<html><img src='data:image/png;base64,{'QUJD/0Vh' * 500_000}'>words").passages[0].text == "words"


tags = st.sampled_from(
    "html body main h1 h2 p div ul ol li table tr td th pre code br nav title aside a script dl dt dd".split()
)
parts = st.one_of(
    st.builds("<{}>".format, tags),
    st.builds("</{}>".format, tags),
    st.text("ab <>&;#!-[]\"'=/\n", max_size=12),
    st.sampled_from(["<!--", "-->", "<![CDATA[", "]]>", "<?x", "&#27;", "&amp;", "<p class='language-x'>"]),
)


@given(st.lists(parts, max_size=40).map("".join))
def test_any_markup_is_read_or_refused(text: str) -> None:
    """Any arrangement of tags gives a guide whose lines rise, or a plain refusal."""
    try:
        spec = page("<html>words" + text)
    except SpecError as refused:
        assert str(refused)
        return
    lines = [passage.line for passage in spec.passages]
    assert lines == sorted(lines)
    assert all(passage.text.strip() for passage in spec.passages)
    assert len({passage.key for passage in spec.passages}) == len(lines)
