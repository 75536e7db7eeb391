import pytest
from hypothesis import given, strategies as st

from engine.errors import InputError
from engine.search.filters.where import (
    FIELDS,
    LISTS,
    MAX_CHARACTERS,
    MAX_DEPTH,
    ORDERS,
    And,
    Comparison,
    Filter,
    Not,
    Operator,
    Or,
    narrowed,
    parse,
    unparse,
)

VALUES = st.text(st.characters(), max_size=12)
FREE = sorted(field for field, meaning in FIELDS.items() if not meaning.choices and field != "status")


def _comparisons() -> st.SearchStrategy[Filter]:
    one = st.tuples(VALUES)
    plain = st.sampled_from([each for each in Operator if each not in LISTS and each is not Operator.MATCHES])
    fields = st.sampled_from(FREE)
    return st.one_of(
        st.builds(Comparison, fields, plain, one),
        st.builds(Comparison, fields, st.sampled_from(LISTS), st.lists(VALUES, min_size=1, max_size=3).map(tuple)),
        st.builds(
            Comparison, fields, st.just(Operator.MATCHES), st.tuples(st.from_regex(r"\A[a-z/.]?[a-z/ \"']{1,9}\Z"))
        ),
        st.builds(Comparison, st.just("status"), st.sampled_from(ORDERS), st.tuples(st.integers(0, 999).map(str))),
        st.builds(Comparison, st.just("deprecated"), st.just(Operator.EQ), st.sampled_from([("true",), ("false",)])),
    )


def _compound(inner: st.SearchStrategy[Filter]) -> st.SearchStrategy[Filter]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(st.builds(Not, inner), st.builds(And, several), st.builds(Or, several))


FILTERS = st.recursive(_comparisons(), _compound, max_leaves=8)
PIECES = st.sampled_from(
    [
        *FIELDS,
        *Operator,
        "and",
        "or",
        "not",
        "(",
        ")",
        ",",
        "x",
        "GET",
        '"',
        "'",
        "/",
        "/a+/",
        "404",
        "\\",
        " ",
        "\ud800",
    ]
)


@given(FILTERS)
def test_what_is_written_is_read_back(where: Filter) -> None:
    """A filter that is printed and parsed is the same filter."""
    assert parse(unparse(where)) == where


@given(st.one_of(VALUES, st.lists(PIECES, max_size=30).map(" ".join), st.lists(PIECES, max_size=30).map("".join)))
def test_any_text_is_a_filter_or_an_input_error(text: str) -> None:
    """Whatever is typed gives a filter that can be printed, or an error with the column and what there is."""
    try:
        where = parse(text)
    except InputError as error:
        assert "at column" in str(error)
        assert "Fields: spec, tag" in error.hint
    else:
        assert parse(unparse(where)) == where


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("Method EQ get AND NOT deprecated", "method = get and not deprecated = true"),
        (
            "tag startswith a or tag ends  with b and kind ne webhook",
            "tag starts with a or (tag ends with b and kind != webhook)",
        ),
        ("path=/repos/{owner} and (method not in (get,HEAD))", "path = /repos/{owner} and method not in (get, HEAD)"),
        (r"path matches /^\/v\d+/ or summary matches 'a b'", r"path matches /^\/v\d+/ or summary matches /a b/"),
        ("""operation = 'GET /a"b' """, r'operation = "GET /a\"b"'),
        ("not not status>=400", "not not status >= 400"),
    ],
)
def test_spellings(text: str, same: str) -> None:
    """Operators have short and long names, case does not matter, `and` binds tighter than `or`."""
    assert unparse(parse(text)) == same


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "column 1: a field is expected, not the end"),
        ("method = get and methd = x", "column 18: there is no field 'methd'; did you mean method?"),
        ("method get", "column 8: an operator is expected after method, not 'get'"),
        ("(tag = a", "column 9: ) is expected, not the end"),
        ("tag = a tag = b", "column 9: `and`, `or` or the end is expected, not 'tag'"),
        ("tag = ", "column 7: a value is expected, not the end"),
        ("status > many", "column 10: a number is expected, not 'many'"),
        ("deprecated = maybe", "column 14: deprecated is true or false, not 'maybe'"),
        ("kind < webhook", "column 1: kind has no order"),
        ("tag in ()", "column 9: a value is expected"),
        ("path matches /(/", "column 14: the regular expression is wrong: missing )"),
        (r"path matches /\p{L}{1000}/", "column 14: the regular expression is wrong"),
        (f"path matches /{'x' * 300}/", "column 14: the expression is longer than 200 characters"),
        ("(" * (MAX_DEPTH + 1), f"column {MAX_DEPTH + 1}: parentheses and `not` are nested deeper than {MAX_DEPTH}"),
        ("x" * (MAX_CHARACTERS + 1), "the filter is longer than 2,000 characters"),
    ],
)
def test_errors_point_at_the_column(text: str, message: str) -> None:
    """What cannot be read is named with its column and the next step."""
    with pytest.raises(InputError) as caught:
        parse(text)
    assert message in str(caught.value)
    assert "operators: =, !=, in, not in, contains" in caught.value.hint


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", 'tag = "pull requests"'),
        ("deprecated", 'deprecated = true and tag = "pull requests"'),
        ("method = GET or kind = webhook", '(method = GET or kind = webhook) and tag = "pull requests"'),
    ],
)
def test_a_filter_is_narrowed_and_widened_again(before: str, after: str) -> None:
    """A value is asked for besides what the filter says; asking for it once more takes it away."""
    assert narrowed(before, "tag", "pull requests") == after
    assert narrowed(after, "tag", "pull requests") == (unparse(parse(before)) if before else "")
