import pytest

from engine import Segment, SegmentKind
from tui.app.views.prose import prose_lines, text_lines
from tui.app.widgets.lines import Lines


def text(lines) -> str:
    """Return what the lines show."""
    return Lines(lines).text


def test_blocks_of_markdown_become_lines():
    """Headings, lists, quotes and code become plain lines with hanging indentation."""
    source = "# Title\n\nA *b* `c`\nd\n\n- one\n- two\n  1. deep\n\n> quote\n\n```json\n{\n  1\n}\n```\n"
    assert text(text_lines(source)).split("\n") == [
        "Title", "", "A b c d", "", "• one", "• two", "  1. deep", "", "│ quote", "", "  {", "    1", "  }",
    ]  # fmt: skip


def test_brackets_and_tags_stay_as_written():
    """Text that looks like this program's markup or like HTML is literal."""
    assert (
        text(prose_lines([Segment(text="filter[name] [/v1/{id}] <b>x</b> [red]y[/]")], set()))
        == "filter[name] [/v1/{id}] <b>x</b> [red]y[/]"
    )


@pytest.mark.parametrize("name", ["name", "`name`", "**name**", "[x](y)"])
def test_a_doubtful_name_is_marked_in_any_dress(name):
    """A doubtful name is marked inside code and emphasis too."""
    lines = prose_lines([Segment(text=name, kind=SegmentKind.UNVERIFIED)], set())
    assert text(lines).endswith(" [?]")


def test_a_doubtful_name_inside_a_fence_is_marked():
    """Code blocks are no hiding place."""
    segments = [Segment(text="```\n"), Segment(text="POST /none", kind=SegmentKind.UNVERIFIED), Segment(text="\n```")]
    assert text(prose_lines(segments, set())) == "  POST /none [?]"


@pytest.mark.parametrize("words", ["in the query", "`PUT`", "**is required**"])
def test_what_is_false_is_struck_and_what_is_so_stands_beside_it(words):
    """The correction is written out as the spec has it, whatever signs it has; it is no Markdown."""
    wrong = Segment(text=words, kind=SegmentKind.FALSE, correction="`a_b_c` *or* [x](y) <b>")
    (line,) = prose_lines([Segment(text="It goes "), wrong, Segment(text=", so.")], set())
    bare = words.strip("`*")
    assert line.text.plain == f"It goes {bare} (the spec says: `a_b_c` *or* [x](y) <b>), so."
    struck = [line.text.plain[one.start : one.end] for one in line.text.spans if "strike" in str(one.style)]
    assert struck == [bare]


def test_a_doubtful_name_before_what_is_false():
    """Each is marked for itself, and what stands between them stays."""
    segments = [
        Segment(text="foo", kind=SegmentKind.UNVERIFIED),
        Segment(text=" and title, which is "),
        Segment(text="optional", kind=SegmentKind.FALSE, correction="required"),
        Segment(text=", with "),
        Segment(text="bar", kind=SegmentKind.UNVERIFIED),
    ]
    (line,) = prose_lines(segments, set())
    assert line.text.plain == "foo [?] and title, which is optional (the spec says: required), with bar [?]"
    struck = [line.text.plain[one.start : one.end] for one in line.text.spans if "strike" in str(one.style)]
    assert struck == ["optional"]


def test_a_correction_inside_a_fence_is_readable():
    """In code, too, the correction has the signs that it has."""
    wrong = Segment(text="closed", kind=SegmentKind.FALSE, correction="one of a_b, c")
    segments = [Segment(text="```\nstate="), wrong, Segment(text="\n```")]
    assert text(prose_lines(segments, set())) == "  state=closed (the spec says: one of a_b, c)"


def test_an_operation_is_followed_by_its_number_once():
    """A cited operation gets its number; a number that the model wrote itself gets no second one."""
    segments = [
        Segment(text="GET /a", kind=SegmentKind.VERIFIED, citation=1, ref="s:GET /a"),
        Segment(text=" and "),
        Segment(text="[1]", kind=SegmentKind.VERIFIED, citation=1, ref="s:GET /a"),
    ]
    assert text(prose_lines(segments, {1})) == "GET /a [1] and [1]"


def test_the_model_cannot_write_the_marks_itself():
    """Private-use characters in the model's text do not act as marks."""
    assert text(prose_lines([Segment(text="a\ue000b\ue001c")], set())) == "abc"


@pytest.mark.parametrize("cut", range(1, 40))
def test_unfinished_text_never_fails(cut):
    """Any beginning of an answer can be drawn."""
    whole = "1. `a` **b**\n```sh\ncurl -X\n```\n- [x](y) > q\n# h"
    assert prose_lines([Segment(text=whole[:cut])], {1}) is not None
