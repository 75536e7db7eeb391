import contextlib
import re
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from engine.errors import SpecError
from engine.specs.guides.passages import PASSAGE_CHARS, WHOLE_CHARS
from engine.specs.model import Passage, Spec
from engine.specs.read import read
from tests.test_text import is_safe


def guide(text: str, name: str = "guide.md") -> Spec:
    """Read a text and check what holds for every guide."""
    spec = read(text.encode(), name=name)
    assert spec.operations == ()
    keys = [passage.key for passage in spec.passages]
    assert len(set(keys)) == len(keys)
    lines = [passage.line for passage in spec.passages]
    assert lines == sorted(lines)
    assert lines[0] > 0
    assert all(passage.text.strip() and passage.file == name for passage in spec.passages)
    return spec


def outline(spec: Spec) -> list[tuple[int, str, str]]:
    """Return line, headings and first line of each passage."""
    return [(passage.line, passage.heading, passage.text.partition("\n")[0]) for passage in spec.passages]


GUIDE = """\
Before the first heading.

# The *guide* to [`GET /x`](http://x) {#guide}

Intro.

## Auth
Use a key.

Setext title
------------

```sh
# not a heading

curl x
```

### Empty

# Second

| a | b |
| - | - |
| 1 | 2 |
"""


def test_markdown_is_cut_at_headings() -> None:
    """Each section is a passage under the words of its headings, with the line on which its text begins."""
    spec = guide(GUIDE)
    assert (spec.about.title, spec.about.format) == ("The guide to GET /x", "markdown")
    top = "The guide to GET /x"
    assert outline(spec) == [
        (1, "", "Before the first heading."),
        (5, top, "Intro."),
        (8, f"{top} > Auth", "Use a key."),
        (13, f"{top} > Setext title", "```sh"),
        (23, "Second", "| a | b |"),
    ]
    assert spec.passages[3].text == "```sh\n# not a heading\n\ncurl x\n```\n\n### Empty"
    assert spec.passages[4].key == "guide.md:23"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("---\ntitle: 'From the front'\n---\n\n# Heading\n\nWords.\n", "From the front"),
        ('+++\ntitle = "From TOML"\n+++\nWords.\n\n# Heading\n\nx\n', "From TOML"),
        ("## Second level\n\nx\n\n# First level\n\ny\n", "First level"),
        ("[![Badge](b.svg)](b)\n\n## Only this\n\nx\n", "Only this"),
        (
            '<p align="center"><img src="x"></p>\n<h1 align="center">\n  <b>Centred</b>\n</h1>\n\n## Use\n\nx\n',
            "Centred",
        ),
        ("Title\n=====\n\nWords.\n", "Title"),
        ("A short first line\n\nWords.\n", "A short first line"),
        ("> quoted **words**\n", "guide"),
        ("# ![picture](x.png)\n\nwords\n", "guide"),
        (f"{'A long sentence ' * 20}\n", "guide"),
    ],
)
def test_the_title_is_what_the_document_says(text: str, title: str) -> None:
    """Front matter, first heading, any heading, a short first line; the file's name where there is none."""
    assert guide(text).about.title == title


def test_front_matter_is_no_text() -> None:
    """The front matter is left out, and lines are counted with it."""
    assert outline(guide("---\ntitle: T\ndraft: true\n---\n# H\n\nWords.\n")) == [(7, "H", "Words.")]


@pytest.mark.parametrize(
    "code",
    [
        "```\n" + "# x\n\n" * 600 + "```",
        "~~~~ python\n```\n" + "a = 1\n\n" * 600 + "~~~\n~~~~",
        "    indented\n\n" + "    more\n\n" * 300 + "    end",
        "| a | b |\n|---|---|\n" + "| one | two |\n" * 300 + "| x | y |",
        "- item\n\n  ```\n" + "  code\n\n" * 300 + "  ```",
        "> ```\n" + "> code\n>\n" * 300 + "> ```",
        "<pre>\n" + "# code\n\n" * 300 + "</pre>",
        "```\nnever closed\n" + "x\n\n" * 600 + "x",
    ],
    ids=["fence", "tilde", "indented", "table", "in item", "in quote", "pre", "unclosed"],
)
def test_code_and_tables_stay_whole(code: str) -> None:
    """A code block or table that is longer than a passage is in one, after a short text that leads to it."""
    spec = guide(f"# H\n\n{'Prose. ' * 300}\n\nFor example:\n\n{code}\n")
    whole = code[2:].lstrip("item\n") if code.startswith("-") else code
    assert len(code) > PASSAGE_CHARS
    assert sum(whole in passage.text for passage in spec.passages) == 1


def test_the_longest_code_is_cut_at_lines() -> None:
    """Code that no screen and no model can take is cut, but never within a line."""
    lines = [f"line {number}" for number in range(5000)]
    spec = guide("```\n" + "\n".join(lines) + "\n```\n")
    assert len(spec.passages) > 1
    assert all(len(passage.text) <= WHOLE_CHARS for passage in spec.passages)
    assert [line for passage in spec.passages for line in passage.text.split("\n")] == ["```", *lines, "```"]


def test_long_prose_is_cut_at_sentences() -> None:
    """A paragraph longer than a passage ends its pieces with sentences, and each knows its line."""
    sentences = [f"This is sentence number {number}, and it says so.\n" for number in range(200)]
    spec = guide("Title\n\n" + "".join(sentences), "a.txt")
    assert spec.passages[0].text == "Title"
    assert all(len(passage.text) <= PASSAGE_CHARS and passage.text.endswith("so.") for passage in spec.passages[1:])
    assert all(f"number {passage.line - 3}," in passage.text for passage in spec.passages[1:])


def test_one_long_line_is_cut_anywhere() -> None:
    """Text without any border is cut, and its passages on the same line differ in their part."""
    spec = guide("x" * 4000, "a.txt")
    assert [len(passage.text) for passage in spec.passages] == [1500, 1500, 1000]
    assert [passage.key for passage in spec.passages] == ["a.txt:1", "a.txt:1, part 2", "a.txt:1, part 3"]


RST = """\
=======
 Title
=======

.. note:: Words.

Example::

    first

    second

After.

Sub
---
Below.

Sub-sub
~~~~~~~

Deep.

Next
----

End.
"""


def test_restructured_text_is_text_with_titles() -> None:
    """Underlined titles are headings in the order in which their signs first appear; `::` announces code."""
    spec = guide(RST, "a.rst")
    assert (spec.about.title, spec.about.format) == ("Title", "text")
    assert outline(spec) == [
        (5, "Title", ".. note:: Words."),
        (17, "Title > Sub", "Below."),
        (22, "Title > Sub > Sub-sub", "Deep."),
        (27, "Title > Next", "End."),
    ]
    assert "Example::\n\n    first\n\n    second\n\nAfter." in spec.passages[0].text


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_tables_in_text_repeat_their_columns(delimiter: str) -> None:
    """CSV and TSV become passages of rows below the names of the columns, each with the line of its first row."""
    rows = [["id", "na|me"], *([str(number), f"Rex {number}"] for number in range(500))]
    spec = guide("\n".join(map(delimiter.join, rows)), "dogs.csv")
    assert (spec.about.title, spec.about.format) == ("dogs", "csv")
    for passage in spec.passages:
        head, rule, first, *_ = passage.text.split("\n")
        assert (head, rule) == ("| id | na\\|me |", "| --- | --- |")
        assert first == f"| {passage.line - 2} | Rex {passage.line - 2} |"
    text = "\n".join(passage.text for passage in spec.passages)
    assert all(f"| Rex {number} |" in text for number in range(500))


def test_a_wide_table_names_each_cell() -> None:
    """Rows of many columns are lines `column: value`; quotes, line breaks and empty cells are understood."""
    names = [f"column number {number}" for number in range(30)]
    row = ['"a, ""b""\nc"', *[""] * 28, "last"]
    spec = guide(",".join(names) + "\n" + f"{','.join(row)}\n" * 2, "wide.csv")
    assert spec.passages[0].text == "\n\n".join(['column number 0: a, "b" c\ncolumn number 29: last'] * 2)


@pytest.mark.parametrize(
    "text",
    [
        "Dear Ann, how are you?\nI am fine, thank you.\n",
        "Hello, world\nGoodbye, moon\n",
        "a,b\n",
        "one\ntwo\nthree\n",
        'a,b\n1,"never closed\n' + "x" * 200_000,
    ],
    ids=["letter", "two words", "one row", "one column", "open quote"],
)
def test_words_with_commas_are_no_table(text: str) -> None:
    """Prose stays prose."""
    assert guide(text, "a.txt").about.format == "text"


OPENAPI = "openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths: {}\n"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("[![Build](https://x/y.svg)](https://x)\n\n# Lib\n\ntext\n", "markdown"),
        ("[TOC]\n\n# Lib\n\ntext\n", "markdown"),
        ("[1]: https://x.y\n\n# Lib\n\ntext [1]\n", "markdown"),
        ("[section]\nkey = value\n", "text"),
        ("{{ name | escape }}\n{{ underline }}\n\n# Module\n\nWhat is in it.\n", "markdown"),
        ("{% if sections %}\nChanges\n{% endif %}\n", "text"),
        (f"# API\n\nExample:\n\n```yaml\n{OPENAPI}```\n", "markdown"),
        (f"# API\n\nNote: so.\n\n~~~\n{OPENAPI}~~~\n", "markdown"),
        ("---\ntitle: Get user\nopenapi: GET /v1/user\n---\n\nWords.\n", "markdown"),
        ("Note: this is a text\n\nIt goes on here, with words.\n", "text"),
        ("message boards are nice\n\ntype your name\n", "text"),
        ("```graphql\ntype A { b: C }\n```\n", "markdown"),
        ("<h1>Guide</h1>\n<p>text</p>\n", "html"),
        ("<!-- a -->\n<!-- b -->\n<html><p>text</p></html>\n", "html"),
        ("<h1>Guide</h1>\n\n## Markdown after all\n\n<p>text</p>\n", "markdown"),
        ("- a\n- b\n", "text"),
    ],
)
def test_the_kind_of_a_guide_is_told_by_its_content(text: str, kind: str) -> None:
    """What looks like JSON, YAML, GraphQL or a specification at first sight is a guide when it is one."""
    assert guide(text).about.format == kind


@pytest.mark.parametrize(
    "broken",
    [
        OPENAPI + "\tx: y\n",
        OPENAPI + "```\ncode\n```\n",
        "components:\n  schemas: {}\n```\n" + OPENAPI,
        "# My API\n\n" + OPENAPI + "'''bad: [\n",
    ],
)
def test_a_broken_specification_is_no_guide(broken: str) -> None:
    """A YAML specification with a mistake is refused with its place, never read as words."""
    with pytest.raises(SpecError, match=r"YAML is broken at line \d"):
        read(broken.encode())


@pytest.mark.parametrize("text", ["# \n\n---\n", "***\n", "---\ntitle: x\n---\n \n", "...", "<div></div>"])
def test_a_document_without_words_is_refused(text: str) -> None:
    """What is only marks holds no text."""
    with pytest.raises(SpecError, match="The document holds no text"):
        read(text.encode())


def test_control_characters_are_shown() -> None:
    """Escape sequences and text-direction overrides reach neither headings nor passages."""
    spec = guide("# A\x1b]52;c;aGk=\x07\n\nb\x1b[31m\u202ec &#27;[0m\n")
    assert all(is_safe(passage.heading + passage.text.replace("\n", "")) for passage in spec.passages)
    assert is_safe(spec.about.title)


LONG = 1_000_000
HOSTILE = {
    "one line": "word " * (2 * LONG),
    "one word": "x" * (10 * LONG),
    "headings": "#\n" * LONG,
    "named headings": "# a\n" * LONG,
    "bare headings": "# a\n" * 10_000,
    "long heading": "# " + "[" * LONG,
    "marks in headings": ("# " + "*a_" * 130 + "\n") * 500,
    "open fence": "```\n" + "x\n" * LONG,
    "fences": "```\n" * LONG,
    "quotes": ">" * LONG + "x",
    "quoted quotes": (">" * 30 + "a\n\n") * 2_000,
    "list in list": "- " * LONG + "x",
    "lists": "# x\n" + "".join("  " * (number % 300) + "- a\n" for number in range(10_000)),
    "html": "# x\n" + "<div>" * 50_000,
    "brackets": "# x\n" + "[" * LONG,
    "blank lines": "\n" * (5 * LONG) + "x",
    "blanks": " " * (5 * LONG) + "x",
    "front matter": "---\n" + "a\n" * LONG,
    "underlines": "x\n" + "=" * LONG,
    "codes": "a::\n\n" + " b\n\n" * 200_000,
    "colons": ":" * LONG + "x",
    "commas": "a,b\n" + "," * LONG,
    "rows": "a,b\n" + "1,2\n" * 200_000,
    "names": ",".join(f"c{number}" for number in range(2_000)) + "\n" + (",".join("1" * 2_000) + "\n") * 200,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_text_takes_the_square_of_the_time(text: str) -> None:
    """Text made to keep a parser busy is read or refused; the time-out of the tests would tell."""
    with contextlib.suppress(SpecError):
        guide(text)


words = st.integers(0, 10**6).map("w{}".format)
sentences = st.lists(words, min_size=1, max_size=20).map(lambda each: " ".join(each) + ".")
paragraphs = st.lists(sentences, min_size=1, max_size=8).map("\n".join)
headings = st.builds(lambda level, text: f"{'#' * level} {text}", st.integers(1, 6), words)
underlined = st.builds(lambda text, mark: f"{text}\n{mark * len(text)}", words, st.sampled_from("=-"))
fences = st.builds(
    lambda mark, lines, times: "\n".join((mark, *lines * times, mark)),
    st.sampled_from(["```", "~~~", "`````"]),
    st.lists(st.one_of(words, words.map("# {}".format), st.just("")), max_size=40),
    st.sampled_from([1, 20]),
)
items = st.lists(paragraphs.map(lambda text: "- " + text.replace("\n", "\n  ")), min_size=1, max_size=8).map("\n".join)
tables = st.lists(words, min_size=1, max_size=30).map(
    lambda cells: "| a |\n| - |\n" + "\n".join(f"| {cell} |" for cell in cells)
)
quotes = paragraphs.map(lambda text: "> " + text.replace("\n", "\n> "))
blocks = st.one_of(paragraphs, headings, underlined, fences, items, tables, quotes, st.just("---"), st.just("#"))


def numbered(parts: list[str]) -> list[str]:
    """Return the parts with each word made unique, in order."""
    number = iter(range(10**9))
    return [re.sub(r"w\d+", lambda _: f"w{next(number):06}", part) for part in parts]


@settings(deadline=None)
@given(st.lists(blocks, min_size=1, max_size=8).map(numbered), st.sampled_from(["\n\n", "\n\n\n"]), st.booleans())
def test_no_word_is_lost(parts: list[str], gap: str, plain: bool) -> None:
    """Every word is in a passage, in order; fences are whole; the first line of a passage stands where it says."""
    source = gap.join(parts)
    wanted = re.findall(r"w\d{6}", source)
    if not wanted:
        return
    source = f".. _x: y\n\n{source}" if plain else source
    spec = guide(source)
    text = "\n".join(f"{passage.heading}\n{passage.text}" for passage in spec.passages)
    assert list(dict.fromkeys(re.findall(r"w\d{6}", text))) == wanted
    lines = source.split("\n")
    for passage in spec.passages:
        assert passage.text.partition("\n")[0] in lines[passage.line - 1]
    if spec.about.format == "markdown":
        for part in parts:
            is_fence = part.startswith(("```", "~~~")) and "w" in part
            assert not is_fence or sum(part in passage.text for passage in spec.passages) == 1


@given(st.text("#`~-=>*|[]()<>!:.,;\"'\\{}& \n\tab1", max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Any arrangement of marks gives a guide or a plain refusal."""
    try:
        guide("words\n" + text)
    except SpecError as refused:
        assert str(refused)


def test_real_guides_are_read() -> None:
    """The documents of this project are guides, and each section of them is found under its heading."""
    spec = guide(Path("README.md").read_text(encoding="utf-8"), "README.md")
    headings = {passage.heading for passage in spec.passages}
    assert {"specdeck > Limits", "specdeck > The network"} <= headings
    assert all(isinstance(passage, Passage) for passage in spec.passages)
