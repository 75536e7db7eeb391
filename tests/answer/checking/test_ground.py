import itertools
import re
import string

import pytest
from hypothesis import example, given, settings, strategies as st

from engine.answer.checking.ground import MAX_UNIT, Grounder
from engine.answer.checking.lookup import Vocabulary
from engine.answer.records import Segment, SegmentKind

CREATE, READ, LIST, ME, FILE, ROOT = (
    "gh:POST /repos/{owner}/{repo}/issues",
    "gh:GET /users/{username}",
    "gh:GET /users",
    "gh:GET /users/@me",
    "gh:GET /files/{name}.json",
    "gh:GET /",
)
OPERATIONS = (CREATE, READ, LIST, ME, FILE, ROOT)
VOCABULARY = Vocabulary(
    calls={ref.partition(":")[2].lower(): ref for ref in OPERATIONS},
    paths={ref.partition(" ")[2].lower(): ref for ref in OPERATIONS},
    names={
        **dict.fromkeys(
            "title per_page state open labels labels[].name repo:read x-api-key idempotency-key content-type name"
            " https://auth.example/scope/read application/json assigneelist filter[to]".split(),
            "",
        ),
        "issues/create": CREATE,
        "listusers": LIST,
    },
    statuses=frozenset(("200", "201", "404", "5xx", "default")),
    servers=("https://api.example/v1/", "/v2", ""),
)
SHOWN = {SegmentKind.PLAIN: "", SegmentKind.VERIFIED: "+", SegmentKind.UNVERIFIED: "-"}


def check(text: str, citations: tuple[str, ...] = (CREATE,)) -> list[Segment]:
    """The segments of a whole text."""
    grounder = Grounder(VOCABULARY, citations)
    return grounder.feed(text) + grounder.finish()


def marks(text: str) -> list[str]:
    """The names of a text: `+name` is in the spec, `-name` is not."""
    return [SHOWN[one.kind] + one.text for one in check(text) if one.kind is not SegmentKind.PLAIN]


def merged(segments: list[Segment]) -> list[tuple[str, str, int, str]]:
    """Segments with neighbouring plain ones joined."""
    found: list[tuple[str, str, int, str]] = []
    for is_plain, group in itertools.groupby(segments, lambda one: one.kind is SegmentKind.PLAIN):
        ones = list(group)
        if is_plain:
            found.append(("".join(one.text for one in ones), "plain", 0, ""))
        else:
            found += [(one.text, one.kind.value, one.citation, one.ref) for one in ones]
    return found


# Names that are in the spec, and where they lead ---------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "name", "ref"),
    [
        ("Call POST /repos/{owner}/{repo}/issues now.", "POST /repos/{owner}/{repo}/issues", CREATE),
        ("Call `POST /repos/octocat/hello/issues`.", "`POST /repos/octocat/hello/issues`", CREATE),
        ("Call POST `/repos/:owner/:repo/issues/`, then", "POST `/repos/:owner/:repo/issues/`", CREATE),
        ("Call **POST** /repos/a/b/issues", "**POST** /repos/a/b/issues", CREATE),
        ("Call `POST` `/repos/a/b/issues`", "`POST` `/repos/a/b/issues`", CREATE),
        ("GET https://api.example/v1/users/octocat works", "GET https://api.example/v1/users/octocat", READ),
        ("(see /users/octocat).", "/users/octocat", READ),
        ("the path `/users.`", "`/users.`", LIST),
        ("at /users: all of them", "/users", LIST),
        ("at /users/@me!", "/users/@me", ME),
        ("at /users/ there", "/users/", LIST),
        ("at /v1/users, or", "/v1/users", LIST),
        ("GET /v2/users/x", "GET /v2/users/x", READ),
        ("fetch /files/report.json.", "/files/report.json", FILE),
        ("open https://API.example/v1/users?state=open", "https://API.example/v1/users", LIST),
        ("GET / is the root", "GET /", ROOT),
        ("use `issues/create`", "`issues/create`", CREATE),
        ("use listUsers", "listUsers", LIST),
        ("as in [1].", "[1]", CREATE),
        (
            "Run `curl -X POST https://api.example/v1/repos/a/b/issues -v`",
            "POST https://api.example/v1/repos/a/b/issues",
            CREATE,
        ),
    ],
)
def test_an_operation_that_is_named_is_cited(text: str, name: str, ref: str) -> None:
    """Calls, paths, addresses, operationIds and numbers lead to the operation, however they are dressed."""
    (found,) = [one for one in check(text) if one.ref]
    assert (found.text, found.ref, found.kind) == (name, ref, SegmentKind.VERIFIED)
    assert found.citation == (1 if ref == CREATE else 2)
    assert "".join(one.text for one in check(text)) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It needs title and per_page.", ["+per_page"]),
        ('the title field, the `title`, a "title" property', ["+title", "+`title`", "+title"]),
        ("`labels[0].name` or labels[].name or labels[2]", ["+`labels[0].name`", "+labels[].name", "+labels[2]"]),
        ("scope repo:read", ["+repo:read"]),
        ("scope https://auth.example/scope/read", ["+https://auth.example/scope/read"]),
        ("send X-Api-Key and the Idempotency-Key header", ["+X-Api-Key", "+Idempotency-Key"]),
        ("`Content-Type: application/json`", ["+Content-Type"]),
        ("`?state=open&per_page=5`", ["+state", "+per_page"]),
        ('{"title": "Found a bug"}', ["+title"]),
        ("status 404, returns `200`, a 503 error, HTTP 201", ["+404", "+200", "+503", "+201"]),
        ("it returns 201 Created or 200 OK", ["+201", "+200"]),
        ("`404 Not Found` and `5XX`", ["+`404 Not Found`", "+`5XX`"]),
        ("On success you get 201 with the issue", ["+201"]),
        ("at https://api.example/v1", ["+https://api.example/v1"]),
        ("`application/json`", ["+`application/json`"]),
        ('`filter[to]` and `"title"`', ["+`filter[to]`", '+`"title"`']),
    ],
)
def test_known_names_are_verified(text: str, expected: list[str]) -> None:
    """Fields, parameters, scopes, headers and statuses of the spec are verified and lead nowhere."""
    assert marks(text) == expected
    assert all(not one.ref for one in check(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Call DELETE /users/x", ["-DELETE /users/x"]),
        ("`DELETE` `/users`", ["-`DELETE` `/users`"]),
        ("/repos/x/issues", ["-/repos/x/issues"]),
        ("/users/a/b/c.", ["-/users/a/b/c"]),
        ("`/nothing.`", ["-`/nothing.`"]),
        ("/files/report.xml", ["-/files/report.xml"]),
        ("https://evil.example/v1/users", ["-https://evil.example/v1/users"]),
        ("https://api.example.evil/v1/users", ["-https://api.example.evil/v1/users"]),
        ("GET https://evil.example/users", ["-GET https://evil.example/users"]),
        ("as in [7]", ["-[7]"]),
        ("status 418, error code: 202", ["-418", "-202"]),
        ("it returns 204 and nothing else", ["-204"]),
        ("a 403 Forbidden", ["-403"]),
        ("repo:read-all or repo:write", ["-repo:read-all", "-repo:write"]),
        ("the X-Trace-Id header, x-trace-id", ["-X-Trace-Id", "-x-trace-id"]),
        ("the Trace-Id header", ["-Trace-Id"]),
        ("`?owner=x&state=open`", ["-owner", "+state"]),
        ("/users?owner=x", ["+/users", "-owner"]),
        ('the "owner" field of {"owner": 1}', ["-owner", "-owner"]),
        ("`Owner: me`", ["-Owner"]),
        ("`issues/delete` with `owner` and `body.title`", ["-`issues/delete`", "-`owner`", "-`body.title`"]),
        ("labels[0].colour", ["-labels[0].colour"]),
        ("`title or so`", ["-`title or so`"]),
    ],
)
def test_unknown_names_are_marked(text: str, expected: list[str]) -> None:
    """What the spec does not have is marked, also where a part of it, or another host, would be known."""
    assert marks(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Read and/or write it; the ratio is 1/2 over TCP/IP, on 2026/11/22.",
        "Set the required parameter, e.g. this field, to another value.",
        "It returns 200 characters, a 404-page book, 100 items, 1,200 rows and 300%.",
        "See config.json or {owner}/{repo}; ~/notes, ./run and </b> are no paths.",
        "It costs 5.200 Response units and 12 [sic] words.",
        '`true`, `42`, `200`, `"a value"`, `GET` and `null`',
        "Note: it is so. The JSON body; the HTTP header, no scope.",
        "A lone ` backtick, and another ` one",
        "Wait... what?! Yes.",
        "```json\nplain words\n```",
        "",
    ],
)
def test_ordinary_prose_is_left_alone(text: str) -> None:
    """Slashes, numbers, dates, abbreviations and plain words are neither verified nor doubted."""
    assert marks(text) == []


def test_a_template_with_more_of_the_words_wins() -> None:
    """Of two templates that a path fits, the one that shares more words is meant, whatever their order."""
    paths = {"/{a}/{b}/teams": "s:GET /{a}/{b}/teams", "/orgs/{org}/teams": "s:GET /orgs/{org}/teams"}
    for order in (paths, dict(reversed(paths.items()))):
        grounder = Grounder(Vocabulary(calls={}, paths=order, names={}, statuses=frozenset()))
        (found,) = grounder.feed("/orgs/octo/teams\n")[:1]
        assert found.ref == "s:GET /orgs/{org}/teams"


def test_names_in_a_code_fence_are_checked() -> None:
    """Code is no way round: what it names is verified or marked, line by line."""
    text = (
        "Like this:\n```python\nclient.get('/users/x')\nclient.get('/nothing/x', per_page=1, page_size=2)\n```\nDone."
    )
    assert marks(text) == ["+/users/x", "-/nothing/x", "+per_page", "-page_size"]


def test_a_fence_on_one_line_hides_nothing() -> None:
    """Three backticks on a line with text are no fence."""
    assert marks("```GET /invented/path``` is it\nand GET /users\n") == ["-`GET /invented/path`", "+GET /users"]


def test_operations_beyond_the_facts_get_the_next_numbers() -> None:
    """Another operation of the spec is cited by a number of its own, the same each time, that the text may use."""
    grounder = Grounder(VOCABULARY, (CREATE,))
    segments = grounder.feed("GET /users, then listUsers [2], POST /repos/a/b/issues [1] and [3].\n")
    assert [(one.citation, one.ref) for one in segments if one.ref] == [
        (2, LIST),
        (2, LIST),
        (2, LIST),
        (1, CREATE),
        (1, CREATE),
    ]
    assert grounder.cited == {1: CREATE, 2: LIST}
    assert list(grounder.unverified) == ["[3]"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", False),
        ("invented_one", False),
        ("invented_one invented_one invented_one", False),
        ("invented_one invented_two", True),
        ("invented_one invented_two per_page listUsers", False),
        ("invented_one invented_two per_page per_page", True),
        ("invented_one invented_two invented_three per_page `title`", True),
    ],
)
def test_a_text_is_doubtful_when_most_of_its_names_are_unknown(text: str, expected: bool) -> None:
    """Each name counts once, and a single unknown one does not fold a draft away."""
    grounder = Grounder(VOCABULARY)
    grounder.feed(text)
    grounder.finish()
    assert grounder.doubtful is expected


# Pieces --------------------------------------------------------------------------------------------------------------
TEMPLATES = st.sampled_from(
    [
        "Call {} now. ",
        "`{}`, ",
        "the {} field; ",
        "status {} and ",
        "{}\n",
        "```\n{}\n```\n",
        "(see {})",
        '"{}" parameter ',
        "[{}]",
        "{} ",
        "`curl {}` ",
        "wörds ",
        "x" * 100,
    ]
)
NAMES = st.sampled_from(
    "POST /repos/a/b/issues|/users/me|GET /nope/x|title|per_page|owner_id|200|418|1|9|repo:read|repo:x|x-api-key"
    "|`|``|```|https://api.example/v1/users|https://evil.example|issues/create|state=open|[|]|/|.".split("|")
)
TEXTS = st.lists(st.builds(str.format, TEMPLATES, NAMES), max_size=25).map("".join) | st.text(max_size=400)


@settings(deadline=None)
@given(TEXTS, st.randoms(use_true_random=False))
@example("word " * 60 + "end. More words", None)
@example("a" * 200 + " b. c", None)
@example("`.`, `.`, ", None)
def test_pieces_change_nothing(text: str, random) -> None:
    """However a text is cut, its joined segments are the text, and each segment is the same."""
    whole = check(text)
    assert "".join(one.text for one in whole) == text
    grounder, pieces, at = Grounder(VOCABULARY, (CREATE,)), [], 0
    while at < len(text):
        size = random.randint(1, 20) if random else 1
        pieces += grounder.feed(text[at : at + size])
        at += size
    assert merged(pieces + grounder.finish()) == merged(whole)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Call GET /users [2] first", "Call GET /users [2] first"),
        ("Call `GET /users` [2].", "Call `GET /users` [2]."),
        ("Call (`GET /users`) [2].", "Call (`GET /users`) [2]."),
        ("Call GET /users. [2] Then", "Call GET /users. [2] Then"),
        ("Call **GET /users**: [2]", "Call **GET /users**: [2]"),
        ("Call GET /users[2]", "Call GET /users[2]"),
        ("Call GET /users `[2]`", "Call GET /users [2]"),
        ("Call GET /users [2] [2][2], then", "Call GET /users [2], then"),
        ("Call GET /users [1]", "Call GET /users [2] [1]"),
        ("Call GET /users and [2]", "Call GET /users [2] and [2]"),
        ("Call GET /users\n[2] is it", "Call GET /users [2]\n[2] is it"),
        (f"{'word ' * 64}GET /users [2]", f"{'word ' * 64}GET /users [2]"),
    ],
)
def test_a_number_is_shown_once(text: str, shown: str) -> None:
    """A name that the text itself gives its number is not given it a second time, whatever closes the name."""
    assert "".join(one.marked for one in check(text, (CREATE, LIST))) == shown


@given(TEXTS)
@example("GET /users [1] [1]`[1]` GET /users [1]")
def test_no_number_is_shown_twice_in_a_row(text: str) -> None:
    """Whatever is written, no number that leads somewhere follows itself on a line."""
    segments = check(text, (LIST, CREATE))
    assert "".join(one.text for one in segments) == text
    shown = "".join("?" if one.kind is SegmentKind.UNVERIFIED else one.marked for one in segments)
    assert not re.search(r"\[([12])\][ \t]*`?\[\1\]", shown)


def test_text_comes_out_sentence_by_sentence() -> None:
    """A sentence is given out as soon as it ends, not at the end of the answer; a claim is never cut in two."""
    grounder = Grounder(VOCABULARY)
    assert grounder.feed("First call GET /users, with care") == []
    assert grounder.feed(".") == []
    assert [one.text for one in grounder.feed(" Then")] == ["First call ", "GET /users", ", with care."]
    assert [one.text for one in grounder.finish()] == [" Then"]


def test_a_text_without_punctuation_is_cut_at_a_blank() -> None:
    """Words without an end come out at the latest after `MAX_UNIT` characters, a word and what begins the next."""
    grounder = Grounder(VOCABULARY)
    longest = 0
    waiting = 0
    for character in "words and words " * 50:
        waiting += 1
        out = sum(len(one.text) for one in grounder.feed(character))
        longest = max(longest, waiting)
        waiting -= out
    assert longest <= MAX_UNIT + len("words w")


def test_a_stop_inside_code_ends_no_clause() -> None:
    """A blank after a full stop between backticks does not cut the name in two."""
    assert marks("Use `title. x` here") == ["-`title. x`"]


# Invented names ------------------------------------------------------------------------------------------------------
WORDS = st.text(string.ascii_lowercase, min_size=4, max_size=10).map(lambda word: f"zz{word}")
"""Words that are in no name of the vocabulary."""
INVENTED = st.one_of(
    st.builds("{} /{}/{}".format, st.sampled_from(["GET", "POST", "DELETE"]), WORDS, WORDS),
    st.builds("`{} /{}`".format, st.sampled_from(["GET", "PUT"]), WORDS),
    st.builds("/{}/{{id}}/{}".format, WORDS, WORDS),
    st.builds("`{}`".format, WORDS),
    st.builds("{}_{}".format, WORDS, WORDS),
    st.builds("{}{}".format, WORDS, WORDS.map(str.title)),
    st.builds("{}:{}".format, WORDS, WORDS),
    st.builds("X-{}".format, WORDS.map(str.title)),
    st.builds("https://{}.example/users".format, WORDS),
    st.builds("status {}".format, st.sampled_from(["202", "302", "418", "422"])),
    st.builds("`{}[].{}`".format, WORDS, WORDS),
    st.builds('"{}" field'.format, WORDS),
    st.builds("[{}]".format, st.integers(2, 999)),
)
PROSE = st.sampled_from(["Then use {}.", "{}, or", "and ({}) too", "- **{}**\n", "It is {}: yes", "{}; {}"])


@given(st.lists(st.tuples(PROSE, INVENTED), min_size=1, max_size=6))
def test_an_invented_name_is_never_verified(parts: list[tuple[str, str]]) -> None:
    """No sentence makes an invented call, path, field, scope, header, status or number look like a fact."""
    for prose, name in parts:
        segments = check(prose.replace("{}", name) + "\n")
        assert [one for one in segments if one.kind is SegmentKind.VERIFIED] == []
        assert [one for one in segments if one.kind is SegmentKind.UNVERIFIED]


KNOWN = st.sampled_from(
    [
        ("POST /repos/a/b/issues", CREATE),
        ("`GET /users/{name}`", READ),
        ("/users", LIST),
        ("https://api.example/v1/users/x", READ),
        ("`issues/create`", CREATE),
        ("per_page", ""),
        ("`title`", ""),
        ("repo:read", ""),
        ("X-Api-Key", ""),
        ("[1]", CREATE),
    ]
)


@given(PROSE, KNOWN)
def test_a_known_name_is_verified_in_any_sentence(prose: str, known: tuple[str, str]) -> None:
    """A sentence does not hide a name from the check, and its citation is the right one."""
    name, ref = known
    segments = [one for one in check(prose.replace("{}", name) + "\n") if one.kind is not SegmentKind.PLAIN]
    assert {(one.text, one.kind, one.ref) for one in segments} == {(name, SegmentKind.VERIFIED, ref)}


# Size ----------------------------------------------------------------------------------------------------------------
@pytest.mark.timeout(60)
def test_a_large_vocabulary_and_a_long_text_are_no_trouble() -> None:
    """Thirteen hundred operations and thousands of unknown paths are checked as the words come."""
    refs = [f"big:GET /area{n}/{{one}}/part{n}/{{two}}" for n in range(1300)]
    vocabulary = Vocabulary(
        calls={ref.partition(":")[2].lower(): ref for ref in refs},
        paths={ref.partition(" ")[2]: ref for ref in refs},
        names={f"field_{n}": "" for n in range(20_000)},
        statuses=frozenset(("200",)),
    )
    grounder = Grounder(vocabulary)
    for n in range(1500):
        grounder.feed(f"GET /area{n}/a/part{n}/b has field_{n}, /area{n}/a/b/c not. ")
    grounder.finish()
    assert len(grounder.cited) == 1300


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "piece", ["a-", "/a", "`", "a_", "[", "a[", "/a(", "{", "a:", '"', ".", "http://", "a.", "é", "returns ", "1"]
)
def test_no_pattern_runs_away(piece: str) -> None:
    """A text of one thing repeated, without a blank, is checked in reasonable time."""
    text = piece * (6000 // len(piece))
    assert "".join(one.text for one in check(text)) == text


@pytest.mark.timeout(60)
def test_a_template_of_many_parameters_does_not_run_away() -> None:
    """A segment made of parameters is compared in one pass."""
    template = "/" + "-".join(f"{{p{n}}}" for n in range(40)) + "x"
    grounder = Grounder(Vocabulary(calls={}, paths={template: "s:GET /x"}, names={}, statuses=frozenset()))
    (found,) = grounder.feed("/" + "-" * 150 + "y\n")[:1]
    assert found.kind is SegmentKind.UNVERIFIED
