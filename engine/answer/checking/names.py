"""What in a text looks like a name out of an API: calls, paths, addresses, statuses, scopes, headers, fields.

Only looks: whether there is such a thing is for `engine.answer.checking.lookup`. No pattern can run away: what one may
take is decided by the characters alone, so the work grows with the length of the text.

Where an API is not called by paths, types and their members are names too: `Query.user`, `package.Service/Method`,
`CreateIssueInput`, `repository(owner:)`, `user/signedup`. That is the dialect `TYPED`; over HTTP such words are prose.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

METHODS = frozenset("GET PUT POST DELETE OPTIONS HEAD PATCH TRACE QUERY".split())

_METHOD = rf"(?:{'|'.join(sorted(METHODS))})"
_PATH = r"(?:/(?:[\w{}@$+%~.:=&*#-]|\([^()\s`]*\))+)+(?<=[\w{})])/?"
"""Segments as they are written in templates and in use: `{id}.json`, `@me`, `items('7')`; no full stop at the end."""
_URL = r"https?://[^\s`'\"<>()?#]*[^\s`'\"<>().,;:!?#/*]/?"
"""Up to the query, whose names are candidates of their own."""
_TARGET = rf"(?:{_URL}|{_PATH}|/(?![\w/]))"
_CALL = rf"(?:\b{_METHOD}|[`*]{{1,2}}{_METHOD}[`*]{{1,2}})\s+(?:{_TARGET}|[`*]{{1,2}}{_TARGET}[`*]{{1,2}})"

_BEFORE_STATUS = (
    r"\b(?:[Ss]tatus(?: codes?)?|[Cc]odes?|HTTP(?:/[\d.]+)?|[Rr]eturn(?:s|ed|ing)?|[Rr]espon(?:ds? with|se)|[Ee]rrors?"
    r"|[Ss]uccess|gets?|gives?|receives?|an?|or|(?<=\d\d )and|with|yields?|sees?|expect|throws?|raises?|produces?"
    r"|ends? in"
    r"|[Hh]andles?|(?:[Ww]atch|[Ll]ook)(?: out)? for|[Bb]eware of|[Hh]its?|[Cc]atch"
    r"|answers?(?: with)?|sends?(?: back)?|(?:comes?|gives?|gets?|sends?|hands?) back|any|the|no)"
    r"(?: is| are| of| an?| the| back|(?: would| will| can| may| should| could| might)(?: also)? be"
    r"|(?: \w+){0,2} (?:includes?|such as|like)|:)? [`*\"]{0,2}"
)
_AFTER_STATUS = (
    r"(?![\w%]|[.,]\d|[`*\"]{0,2}[ -](?!(?:and|as|because|but|code|errors?|for|from|if|in|instead|is|means|on|or"
    r"|response|status|then|to|unless|when|with|here|there|back|too|again|once|after|before|which|that|where|while|so"
    r"|indicates?|signals?|denotes?|says?|tells?|shows?|would|will|can|may|might|could|should|never|happens?|occurs?"
    r"|appears?|by|at|upon|whenever|instead"
    r"|ok|created|accepted|no|not|bad|unauthorized|forbidden|conflict|too|internal)\b)[a-z])"
)
"""A number that counts something is no status: `returns 200 characters`."""
_NOUN = r"(?:argument|attribute|field|header|key|parameter|property|scope|value)s?\b"

_FIELD_NOUN = r"(?:argument|field|header|parameter|property)s?\b"

_CALLS = (
    rf"(?P<call>{_CALL})",
    rf"(?P<url>{_URL})",
    rf"(?P<path>(?<![\w/.<>~)}}\]]){_PATH})",
    r"(?P<number>\[\d{1,3}\])",
    rf"{_BEFORE_STATUS}(?P<status>[1-5](?:\d\d|XX)){_AFTER_STATUS}",
    r"(?<![\w.,-])(?<!than )(?<!most )(?<!least )(?<!above )(?<!below )(?<!over )(?<!under )(?<!exceed"
    r" )(?P<reason>[1-5](?:\d\d|XX))"
    r"(?=[`*\"]{0,2}(?: (?:[A-Z][a-z]+|OK|[Rr]esponse|[Ee]rror|[Ss]tatus|(?:means|says|tells|signals|is returned"
    r"|comes back"
    r"|is what (?:you|one|it|the|comes|we)|is (?:never|not|one of|among|documented|possible)|never (?:happens|occurs"
    r"|comes))\b|if |when "
    r"|on (?:success|failure|error))| ?(?:→|->|=>)))",
    r"^[\s>]*[|*•-]\s*[`*]{0,4}(?P<row>[1-5](?:\d\d|XX))(?=[`*]{0,4}(?::| ?[|(\u2013\u2014]| -|[`*]? [A-Z]))",
)
"""What names a call or how it ends; the last is the first cell of a row, or the head of an item in a list."""
_FILE = r"(?!(?:com|cs|go|io|js|json|md|net|org|proto|py|rb|rs|ts|ya?ml)\b)"
"""`Node.js` is no member of `Node`."""
_FIELDS = (
    r"(?P<scope>(?<![\w:-])[a-z][\w-]*(?::[a-z][\w.-]*)+(?<=\w))",
    r"(?P<header>(?<![\w-])(?:[Xx]-\w+(?:-\w+)+|X-[A-Z]\w+|[A-Z]\w*(?:-[A-Z]\w*)+(?= header)))",
    r"(?P<name>\b(?:[A-Za-z]\w*_\w+|[a-z]+\d*[A-Z]\w*)(?:\.\w+|\[\w*\])*|\b[A-Za-z_]\w*(?:\[\w*\])+(?:\.\w+|\[\w*\])*)",
    r"[?&](?P<query>[A-Za-z_][\w.\[\]-]*)(?==)",
    rf"(?P<kebab>(?<![\w./{{-])[a-z][a-z0-9]*(?:-[a-z0-9]+)+"
    rf"(?=[`*\"]{{0,2}} {_FIELD_NOUN})|(?:(?<=parameter )|(?<=field )|(?<=property )"
    rf"|(?<=argument ))[a-z]\w*(?:-[a-z0-9]+)+)",
    rf"(?P<dotted>(?<![\w./@:-])[A-Za-z][\w-]++(?:\[\w*+\])?+(?:\.{_FILE}[a-z_][\w-]*+(?:\[\w*+\])?+)++(?![\w./-]*[/@]))",
    rf"[\"“](?P<quoted>[\w.\[\]$-]+)[\"”](?=\s?:| {_NOUN})",
)
_KEY = r"(?P<key>(?<![\w.$-])[A-Za-z_][\w.\[\]-]*)(?=\"?:\s|=)"
_CODE = r"`(?P<code>[^`\s](?:[^`\n]*[^`\s])?)`"
_CALLED = rf"(?P<called>(?<![\w-])\w[\w-]*)(?= {_NOUN})"

_ACTION = r"(?:RPC|SEND|RECEIVE|PUBLISH|SUBSCRIBE)"
_START = r"(?<![\w.$])"
_HUMP = r"[A-Z]+[a-z0-9]+"
_TYPED_NOUN = (
    r"(?:argument|channel|enum|field|input|interface|key|message|method|mutation|object|operation|parameter|property"
    r"|query|rpc|scalar|service|subscription|topic|type|union|value)s?\b"
)
_MEMBERS = (
    r"\$\w+",  # a variable, whose name is the caller's choice
    rf"(?P<act>\b{_ACTION}\s+[\w./{{}}#:-]*[/._{{][\w./{{}}#:-]*(?<=[\w}}]))",
    rf"(?P<applied>{_START}[A-Za-z_][\w.]*+\((?:[^()\n]{{0,200}}:[^()\n]{{0,200}})?\))",
    rf"(?P<member>{_START}(?:(?:[a-z]\w*+\.){{1,9}}[A-Z]\w*+(?:[./]{_FILE}\w++)*+"
    rf"|[A-Z]\w*+(?:\.{_FILE}[A-Za-z_]\w*+)++))",
    rf"(?P<address>{_START}(?<!/)\w[\w{{}}-]*+(?:[./]\w[\w{{}}-]*+|[./]\{{\w++\}})++)",
    rf"(?P<type>{_START}(?:(?:{_HUMP}){{3,}}[A-Z]*|(?:{_HUMP})+"
    r"(?:Connection|Edge|Event|Filter|Input|Message|Order|Payload|Reply|Request|Response|Type))\b)",
    rf"(?P<word>{_START}(?:{_HUMP}){{2,}}[A-Z]*\b)",
)
_TYPED_CALLED = rf"(?P<called>(?<![\w$-])\w[\w-]*)(?= {_TYPED_NOUN})"
_SELECTED = r"(?P<selected>(?<![$\w\"'@])[A-Za-z_]\w*+(?!\w*[\"']))"
_GRAMMAR = frozenset("query mutation subscription fragment on true false null".split())
"""Words of GraphQL's own in a document (specification of October 2021, section 2)."""
_PARTS = re.compile("|".join(_FIELDS))
_ARGUMENT = re.compile(r"(?<![\w$\"'.:-])[A-Za-z_]\w*(?=\s*:)")


class Dialect(NamedTuple):
    """What names look like in prose about one kind of API."""

    prose: re.Pattern[str]
    code: re.Pattern[str]
    selection: re.Pattern[str] | None
    """For code with braces, where every word is a field."""
    verbs: frozenset[str]
    """What is no name between backticks."""
    called: re.Pattern[str]
    """How a name begins that says what to call."""


HTTP = Dialect(
    prose=re.compile("|".join((_CALLS[0], _CODE, *_CALLS[1:], *_FIELDS, _CALLED))),
    code=re.compile("|".join((_KEY, *_CALLS, *_FIELDS))),
    selection=None,
    verbs=METHODS,
    called=re.compile(r"(?:[A-Za-z]+\s+)?(?:https?:/)?/"),
)
TYPED = Dialect(
    prose=re.compile("|".join((_CALLS[0], _CODE, *_CALLS[1:], *_MEMBERS, *_FIELDS, _TYPED_CALLED))),
    code=re.compile("|".join((_KEY, *_CALLS, *_MEMBERS, *_FIELDS))),
    selection=re.compile("|".join((_KEY, *_CALLS, *_MEMBERS, *_FIELDS, _SELECTED))),
    verbs=METHODS | frozenset("RPC SEND RECEIVE PUBLISH SUBSCRIBE".split()),
    called=re.compile(
        rf"(?:[A-Za-z]+\s+)?(?:https?:/)?/|(?:Query|Mutation|Subscription)\.|{_ACTION}\s|(?:\w+\.)*\w+/\w"
    ),
)
ORDINARY = frozenset(("called", "word", "address", "kebab", "dotted"))
"""Kinds that are ordinary words unless the spec knows them: "the title field", `GitHub`, "and/or", "read-only"."""

STATUS = re.compile(r"(?:HTTP(?:/[\d.]+)? )?([1-5](?:\d\d|XX))(?: [A-Z][\w' -]*)?")
"""A status with or without its reason, as it stands between backticks: `404 Not Found`."""
LITERAL = re.compile(r"-?\d+(\.\d+)?|true|false|null|[\"'].*[\"']")
"""A value, which is no name."""


class Candidate(NamedTuple):
    """A piece of text that looks like a name."""

    kind: str
    """`call`, `url`, `path`, `number`, `code`, `status`, …"""
    name: str
    start: int
    end: int
    """Where it is in the text; with its backticks, where it has them."""


def candidates(text: str, dialect: Dialect = HTTP, *, code: bool = False) -> Iterator[Candidate]:
    """Return what looks like a name, in order and without overlap.

    Args:
        text: A clause, or a line of code.
        dialect: What names look like.
        code: It stands between backticks; `key: value` and `key=value` then name the key.
    """
    pattern = dialect.prose
    if code:
        pattern = dialect.selection if dialect.selection and "{" in text else dialect.code
    for match in pattern.finditer(text):
        kind = match.lastgroup
        if kind is None or (kind == "selected" and match[0] in _GRAMMAR):
            continue
        start, end = match.span() if kind == "code" else match.span(kind)
        if kind == "applied":
            yield from _applied(match[kind], start)
        else:
            yield Candidate(kind, match[kind], start, end)


def parts(candidate: Candidate) -> Iterator[Candidate]:
    """Return what looks like a name within another candidate."""
    for match in _PARTS.finditer(candidate.name):
        kind = str(match.lastgroup)
        start, end = match.span(kind)
        yield Candidate(kind, match[kind], candidate.start + start, candidate.start + end)


def _applied(text: str, start: int) -> Iterator[Candidate]:
    """Return the field or method, and the arguments, of `repository(owner: $owner)`."""
    name, opening, arguments = text.partition("(")
    yield Candidate("name", name, start, start + len(name))
    inside = start + len(name) + len(opening)
    for match in _ARGUMENT.finditer(arguments):
        yield Candidate("name", match[0], inside + match.start(), inside + match.end())
