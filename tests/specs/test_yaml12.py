import subprocess
import sys

import pytest
import yaml as pyyaml
from hypothesis import given, strategies as st

from engine.errors import SpecError
from engine.specs import yaml12
from engine.specs.limits import Limits
from engine.specs.problems import Problems
from engine.specs.read import read


def parse(text: str) -> object:
    """Parse within the usual limits."""
    return yaml12.parse(text, Limits(), Problems())


def refusal(text: str) -> str:
    """Return the sentence with which a text is refused."""
    with pytest.raises(SpecError) as refused:
        parse(text)
    return str(refused.value)


@pytest.mark.parametrize("text", "on off yes no y n On NO 12:30 2026-01-31 1_000 0b1 .inf .nan = 1.2.3 0x +".split())
def test_what_yaml_1_1_would_change_stays_text(text: str) -> None:
    """Switches, times, dates and numbers with underscores are texts, as YAML 1.2 has it."""
    assert parse(f"a: {text}") == {"a": text}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("012", 12),
        ("-7", -7),
        ("+7", 7),
        ("0o17", 15),
        ("0xFF", 255),
        ("1e3", 1000.0),
        ("1.", 1.0),
        (".5", 0.5),
        ("1.5E-2", 0.015),
        ("9" * 20, int("9" * 20)),
        ("9" * 21, "9" * 21),
        ("'12'", "12"),
        ('"true"', "true"),
        ("!!str 12", "12"),
        ("! 12", "12"),
        ("!!int '12'", 12),
        ("!!int twelve", "twelve"),
        ("!!bool maybe", "maybe"),
        ("|\n  12", "12"),
    ],
)
def test_scalars_follow_the_core_schema(text: str, value: object) -> None:
    """Truth values, null and numbers are told from texts by the core schema of YAML 1.2."""
    parsed = parse(f"a: {text}")
    assert parsed == {"a": value}
    assert type(parsed["a"]) is type(value)  # type: ignore[index]


def test_keys_are_texts() -> None:
    """Status codes, truth values and null as keys are the texts that were written."""
    assert list(parse("200: a\n0x10: b\ntrue: c\nnull: d\non: e\n1.0: f\n~: g\n")) == [  # type: ignore[call-overload]
        "200",
        "0x10",
        "true",
        "null",
        "on",
        "1.0",
        "~",
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: 1\n---\nb: 2\n", "line 2, column 1: there is a second document"),
        ("{openapi: GET /a, info: 1}\n---\n", "line 2, column 1: there is a second document"),
        ("[a, b]: 1", "line 1, column 1: a key is not a text"),
        ("? {a: 1}\n: 1", "line 1, column 3: a key is not a text"),
        ("a: &x 1\n*x : 2", "line 2, column 1: a key is not a text"),
        ("a: *x", "line 1, column 4: the alias *x stands for nothing"),
        ("a: &x [*x]", "line 1, column 8: the alias *x contains itself"),
        ("a: &x\n  <<: *x\n", "line 2, column 7: the alias *x contains itself"),
        ("<<: 1", "<< takes a mapping or a list of mappings"),
        ("<<: [{a: 1}, 2]", "<< takes a mapping or a list of mappings"),
        ("a: 'b", "line 1, column 6: found unexpected end of stream"),
        ("a: b: c", "line 1, column 5: mapping values are not allowed in this context"),
        ("%YAML 3.0\n---\na: b", "found incompatible YAML document"),
        ("a: !x!y b", "line 1, column 4: found undefined tag handle"),
    ],
)
def test_broken_yaml_is_refused_with_its_place(text: str, says: str) -> None:
    """Each mistake is one sentence with line and column."""
    assert says in refusal(text)


@pytest.mark.parametrize(
    ("text", "value", "pointer", "line"),
    [
        ("a: 1\nb: 2\na: 3\n", {"a": 3, "b": 2}, "/a", 3),
        ("{a: 1,\n 'a': 2}", {"a": 2}, "/a", 2),
        ("200: a\n'200': b\n", {"200": "b"}, "/200", 2),
        ("x/y:\n- 1\n- b: {}\n  b: [1]\n", {"x/y": [1, {"b": [1]}]}, "/x~1y/1/b", 4),
    ],
)
def test_of_a_key_that_is_given_twice_the_last_value_is_read(text: str, value: object, pointer: str, line: int) -> None:
    """The rest of the document is read, and what is lost is told with its place."""
    problems = Problems()
    assert yaml12.parse(text, Limits(), problems) == value
    [problem] = problems.kept
    assert (problem.pointer, problem.line) == (pointer, line)
    assert "given more than once; the last one is read" in problem.message


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{openapi: 3.0.3, info: {}}\n---\n", "empty"),
        ("{swagger: 2.0, info: {}}\n---\n---\n# no more\n", "empty"),
        ("{openapi: 3.0.3, info: {}}\n--- {kind: Other}\n", "not read"),
    ],
)
def test_a_second_document_is_passed_over(text: str, says: str) -> None:
    """A mark at the end ends nothing, and what follows a specification in its file is another document."""
    problems = Problems()
    assert len(str(yaml12.parse(text, Limits(), problems))) < 40
    [problem] = problems.kept
    assert problem.line == 2
    assert says in problem.message


def test_a_version_is_text_as_it_is_written() -> None:
    """1.10 is not 1.1; elsewhere it is a number."""
    assert parse("info: {version: 1.10}\nversion: 1.10\n") == {"info": {"version": "1.10"}, "version": 1.1}


def test_an_alias_repeats_a_value() -> None:
    """An alias stands for what its anchor holds, the latest one where a name is used again."""
    assert parse("a: &x {k: 1}\nb: *x\nc: &x [2]\nd: *x\n") == {"a": {"k": 1}, "b": {"k": 1}, "c": [2], "d": [2]}


def test_own_keys_win_over_merged_ones() -> None:
    """`<<` brings the keys that the mapping lacks; of several sources the first one wins."""
    text = "a: &a {k: 1, l: 1}\nb: &b {l: 2, m: 2}\nc:\n  <<: [*a, *b]\n  k: 3\nd: {n: 4, <<: *a}\n'<<': text\n"
    parsed = parse(text)
    assert parsed["c"] == {"k": 3, "l": 1, "m": 2}  # type: ignore[index]
    assert parsed["d"] == {"k": 1, "l": 1, "n": 4}  # type: ignore[index]


BOMB = "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10) if i else 'x'}]\n" for i in range(12))
MERGE_BOMB = "".join(
    f"a{i}: &a{i} {{<<: [{', '.join([f'*a{i - 1}'] * 10)}]}}\n" if i else "a0: &a0 {k: 1}\n" for i in range(12)
)
LONG_TEXT_BOMB = f"a: &a {'x' * 100_000}\nb: [{', '.join(['*a'] * 20_000)}]\n"


@pytest.mark.parametrize("bomb", [BOMB, MERGE_BOMB, LONG_TEXT_BOMB], ids=["lists", "merges", "text"])
def test_alias_bombs_are_refused(bomb: str) -> None:
    """A short text whose aliases stand for billions of values is refused, and says where it became too much."""
    assert "aliases of the YAML multiply to more than 5,000,000 values" in refusal(bomb)


def test_nesting_cannot_end_the_process() -> None:
    """Nesting that overflows the stack of PyYAML's own loader is refused, on the small stack of a thread too."""
    code = (
        "import threading\n"
        "from engine.specs import yaml12\n"
        "from engine.specs.limits import Limits\n"
        "from engine.specs.problems import Problems\n"
        "def work():\n"
        "    for text in ('a: ' + '[' * 500_000, '- ' * 500_000, '{a: ' * 500_000):\n"
        "        try:\n"
        "            yaml12.parse(text, Limits(), Problems())\n"
        "        except RecursionError:\n"
        "            print('refused')\n"
        "threading.stack_size(256 * 1024)\n"
        "thread = threading.Thread(target=work)\n"
        "thread.start()\n"
        "thread.join()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "refused\n" * 3, "")


def test_a_yaml_document_becomes_a_spec() -> None:
    """Unquoted status codes, version numbers and dates come out as they were written."""
    spec = read(
        b"openapi: 3.0.3\ninfo: {title: 2026-01-31, version: 1.0}\npaths:\n"
        b"  /x:\n    get:\n      operationId: on\n      responses:\n        200: {description: no}\n        4XX: {}\n"
    )
    [operation] = spec.operations
    assert (spec.about.title, spec.about.version, operation.operation_id) == ("2026-01-31", "1.0", "on")
    assert [(response.status, response.description) for response in operation.responses] == [("200", "no"), ("4XX", "")]


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text("abcdef-_/{}", min_size=1, max_size=6).filter(lambda key: key != "<<"), inner, max_size=3
        )
    ),
    max_leaves=15,
)


@given(PLAIN)
def test_what_a_writer_wrote_comes_back(value: object) -> None:
    """What PyYAML writes with every text quoted is read as the same value, with the same types."""
    text = pyyaml.safe_dump(value, default_style='"', allow_unicode=True)
    assert parse(text) == value
