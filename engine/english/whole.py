"""Questions about a whole API: how they begin, what they count or list, and the words that only hold them together."""

import re
from typing import Literal, NamedTuple

Thing = Literal[
    "operation", "webhook", "schema", "tag", "path", "scope", "status", "media", "method", "scheme", "parameter", "spec"
]
"""What is counted or listed."""
Asks = Literal["count", "list"]

QUOTED = "\ue000"
"""Stands, with a number, for what is quoted: its words are no words of the question."""

_NO_RATE = (
    r"(?! (?:(?:may|can|could|should|do|am) (?:i|we|you|one)|(?:are|is) (?:allowed|permitted|possible)"
    r"|per|an?|each|every)\b)"
)
"""After calls: `how many requests may I send` asks for a limit."""
_THINGS: tuple[tuple[Thing, str], ...] = (
    ("status", r"(?:(?:http |response |error )*status(?:es)?(?: codes?)?|(?:http|response|error|return) codes?)"),
    ("method", r"(?:(?:http|request) (?:methods?|verbs?)|verbs)"),
    ("scheme", r"(?:security|auth\w*) (?:schemes?|methods?|types?|ways)"),
    ("media", r"(?:media|content|mime)[- ]types?"),
    ("parameter", r"(?:(?:different|distinct|unique) )(?:query )?(?:parameters?|params?)"),
    ("scope", r"(?:oauth2? |permission )?scopes?"),
    ("tag", r"tags?|categories|(?:groups|sections) of (?:operations|endpoints|calls)"),
    ("webhook", r"web ?hooks?"),
    ("operation", r"(?:api )?(?:operations?|endpoints?|end points|methods|rpcs?|routes?)|(?:(?:api )?calls|requests)"
     rf"{_NO_RATE}|anything|everything"
     r"|(?<=can i )call|(?<=can you )call|(?<=can we )call|(?<=can one )call|mutations?"
     r"|quer(?:y|ies)|subscriptions?"),
    ("path", r"(?:paths?|ur[li]s?)"),
    ("schema", r"(?:data )?(?:schemas?|models|schemata|types|components?)(?: definitions?)?|definitions"),
    ("spec", r"(?:apis?|spec(?:ification)?s?)"),
)  # fmt: skip
"""In this order, which is that of trust: longer names before the words in them."""
_GRAPHQL = re.compile(r"mutation|quer|subscription", re.IGNORECASE)
_STRONG: frozenset[Thing] = frozenset(("operation", "schema", "status", "scheme", "media", "method"))
"""What a question about it is surely about the API, and not about things that the API is for."""
_WEAK = re.compile(r"anything|everything|requests|calls|types|components?|methods|routes?", re.IGNORECASE)

_PRE = (
    r"(?:(?:please|hey|hi|so|and|also|ok|okay|now|then|can you|could you|would you|i (?:want|need|would like|'d"
    r" like) to"
    r"|let me|help me)[ ,]+)*"
)
_COUNTING = (
    r"(?:how many|what(?:'s| is) the (?:total )?(?:number|count|amount) of|(?:the )?(?:total )?(?:number|count) of"
    r"|count(?: up)?|how much)"
)
_LISTING = (
    r"(?:which|what|list|show|give|tell|find|name|enumerate|print|display|get|fetch|see|know|look up|search(?: for)?"
    r"|identify|return|break(?: down)?|breakdown of|group)"
)
_ASKING = r"(?:is|are|does|do|has|have|any|all|every|what's|every|each)"
_OPENER = re.compile(rf"^\W*{_PRE}(?:(?P<count>{_COUNTING})|(?P<list>{_LISTING})|(?P<ask>{_ASKING}))\b", re.IGNORECASE)
_NOTHING_ELSE = re.compile(
    r"\b(?:only|just) (?=(?:(?:the|those|these|all) )?(?:deprecated |public )?(?:operations?|endpoints?|calls"
    r"|methods|routes"
    r"|webhooks|ones)\b)"
    r"|(?<=deprecated) (?:only|alone)(?=\W*$)|\b(?:only|just) (?=deprecated\b|public\b)",
    re.IGNORECASE,
)
"""What says that no others are wanted, where that goes without saying: `list only the operations`, `only the ones`.

Before a condition it changes what is asked: `that need only the scope repo`."""
_ONES = re.compile(
    r"^(\W*)(?:only |just )?(?:the |those |these )?(?:ones|those)(?= (?:that|which|with|without"
    r"|under)\b)",
    re.IGNORECASE,
)
_KIND_OF = re.compile(r"^\W*(?:only|just) (?:the )?(deprecated|public) ones\b", re.IGNORECASE)
_INSIDE = re.compile(r"\b(?:of|in|for|by|from|with|to|on|does)\b", re.IGNORECASE)
"""What stands before an API that is only where something is counted: `the required parameters of the API`."""
_INQUIRING = re.compile(
    r"\b(?:which|what|what's|how|number|count|is|are|do|does|any|has|have|tell|know)\b", re.IGNORECASE
)
_SOME = re.compile(
    r"\b(?:" + "|".join(pattern for _, pattern in _THINGS) + r"|changed?|changes|differences?|new|added|removed)\b",
    re.IGNORECASE,
)
_COMPILED = tuple((thing, re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)) for thing, pattern in _THINGS)
_REACH = 8
"""Words between how a question begins and what it counts: `which of the github api's deprecated POST operations`."""
_ALL = re.compile(r"\b(?:all|every|each|any)\b", re.IGNORECASE)

_CALL = re.compile(r"\b(?:GET|PUT|POST|PATCH|DELETE|HEAD|OPTIONS)\s+/\S*")


def plainly(question: str) -> str:
    """Return a question without `only` where that goes without saying; `the ones` are operations."""
    if ones := _ONES.match(question):
        question = f"{ones[1]}list the operations{question[ones.end() :]}"
    elif kind := _KIND_OF.match(question):
        question = f"list the {kind[1]} operations{question[kind.end() :]}"
    return _NOTHING_ELSE.sub("", question)


class Opening(NamedTuple):
    """How a question begins."""

    asks: Asks
    thing: Thing
    start: int
    end: int
    """Where the thing stands."""
    opened: int
    """Where what stands before it ends; 0 where nothing does."""
    is_imperative: bool
    """`list all …`: which may also be wanted of the API itself."""
    is_strong: bool
    is_plural: bool


def opening(question: str, *, is_change: bool = False) -> Opening | None:
    """Return how a question about a whole API begins; None for one that begins otherwise.

    Args:
        question: The question.
        is_change: Whether it asks what changed, and need not say of what.
    """
    if not _SOME.search(question) or _CALL.search(question):
        return None
    opener = _OPENER.match(question)
    begin = opener.end() if opener else 0
    found = [
        (match.start(), order, thing, match)
        for order, (thing, pattern) in enumerate(_COMPILED)
        if (match := pattern.search(question, begin))
    ]
    if not found and is_change and opener:
        return Opening("list", "operation", begin, begin, begin, is_imperative=False, is_strong=True, is_plural=True)
    if not found:
        return None
    found = [one for one in found if one[2] != "spec" or not _INSIDE.search(question, begin, one[0])]
    if not found:
        return None
    start, _, thing, match = min(found, key=lambda one: (one[0], one[1]))
    if len(question[begin:start].split()) > _REACH:
        return None
    word = match[0].lower()
    return Opening(
        asks="count" if opener and opener["count"] else "list",
        thing=thing,
        start=start if not (thing == "operation" and _GRAPHQL.search(word)) else match.end(),
        end=match.end(),
        opened=begin,
        is_imperative=not (opener and _INQUIRING.search(opener[0])),
        is_strong=thing in _STRONG and not _WEAK.search(word),
        is_plural=word.endswith(("s", "schemata", "call", "thing")) or bool(_ALL.search(question[begin:start])),
    )


_NEGATIONS = frozenset(
    "no not without never neither nor except excluding lacking lack lacks missing exclude isn't aren't doesn't don't"
    " hasn't haven't didn't can't cannot won't dont doesnt isnt arent hasnt havent didnt cant wont"
    " omit omits non undocumented none outside nothing".split()
)
_JOINTS = frozenset(("and", "or", "nor", "as", "well", "/", "&"))
_FILLERS = frozenset(
    "a about may might ever accept accepted accepting accepts all allow allowing allows along also altogether among"
    " an and any"
    " anything api apis are as at available be been being belong belonging belongs both but by call called calling"
    " calls"
    " can carry carries come comes consume consumes contain containing contains could currently declare declared"
    " declares define defined defines describe describes different distinct do document documented documents does each"
    " either ever every everything exist existing exists expect expecting expects explicitly expose exposed exposes"
    " feature"
    " for found from give given gives giving got had hand has have having here how i if in include included includes"
    " including inside into is it its itself kind kinds know library like look made make makes marked me"
    " mention mentioned mentions moment name named names now number of offer offered offers on one ones or other our"
    " out over overall own please possible possibly produce produced produces provide provided provides really receive"
    " receives reply respond responding responds response responses result results return returned returning returns"
    " right s say says see send sending sends set should show so some spec specification specifications specified"
    " specifies specify specs still such support supported supporting supports take taken takes taking tell that the"
    " their them themselves there there's these they thing things this those to today together total use used uses"
    " using"
    " want was we were what what's whatever when where whether which while who whose why will with within work works"
    " would yield"
    " yields you your across whole entire anywhere answer answers answering enumerate us count grouped"
    " operation operations endpoint endpoints request requests method methods".split()
)
"""Words that change nothing of what is asked once the telling ones are taken out."""
_AGAIN = re.compile(r"\b(?:but|while|whereas|yet|though|although)\b", re.IGNORECASE)
_GAP_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W\d_]+)?")


class Gap(NamedTuple):
    """What stands between two telling parts of a question."""

    negates: bool
    joins: bool
    """There is nothing in it but what joins two things of one kind: `404 or 429`."""
    by_or: bool
    is_list: bool
    """A comma, and no word: what follows it is joined as the last of the list is."""
    rest: tuple[tuple[int, int], ...]
    """Where words stand that tell something."""


def gap(text: str, start: int, end: int) -> Gap:
    """Return what a part of a question says between its telling parts."""
    again = list(_AGAIN.finditer(text, start, end))
    words = [(match[0].lower().replace("\u2019", "'"), match) for match in _GAP_WORD.finditer(text, start, end)]
    after = again[-1].end() if again else start
    negations = sum(word in _NEGATIONS or word.endswith("n't") for word, match in words if match.start() >= after)
    plain = {word for word, _ in words}
    return Gap(
        negates=negations % 2 == 1,
        joins=bool(plain & (_JOINTS | {"but"}) or "," in text[start:end])
        and plain
        <= _JOINTS
        | _NEGATIONS
        | {"but", "a", "an", "the", "any", "either", "both", "response", "responses", "status", "code"},
        by_or=bool(plain & {"or", "either"}),
        is_list="," in text[start:end] and not plain & (_JOINTS | {"but"}),
        rest=tuple(
            match.span()
            for word, match in words
            if (word not in _FILLERS and word not in _NEGATIONS and not word.endswith("n't"))
            or (word == "neither" and "nor" in plain)  # of what stands between them nothing tells
        ),
    )


_DEMANDING = frozenset(
    "ask asks demand demands must need needed needing needs require required requires requiring".split()
)
_LABELS: tuple[tuple[frozenset[str], tuple[str, ...]], ...] = (
    (_DEMANDING | {"auth"}, ("has.c", "has.s", "scope", "named", "auth", "some", "public", "has.b", "has.p", "media")),
    (frozenset("status statuses code codes error errors fail fails failing http".split()), ("status", "method")),
    (frozenset("tag tagged tags category categories section sections group groups".split()), ("tag",)),
    (frozenset("path paths url urls resource resources part under".split()), ("path", "tag")),
    (
        frozenset("parameter parameters field fields property properties input inputs body key as".split()),
        ("named", "some"),
    ),
    (
        frozenset("schema schemas object objects type types body media content format".split()),
        ("returns", "sends", "media"),
    ),
    (frozenset("successfully success successful".split()), ("returns", "named", "media", "has.output", "status")),
    (frozenset("version release newly changed since".split()), ("change",)),
    (frozenset("security scheme schemes authentication authenticate with token".split()), ("auth",)),
)
"""Words that only say of which kind a condition is, where there is one of that kind."""


def without_demand(text: str) -> str:
    """Return what is needed, of words that may say that it is: `admin-read` of `need admin-read`."""
    return " ".join(word for word in text.split() if word.lower() not in _DEMANDING)


def is_label(word: str, kinds: frozenset[str]) -> bool:
    """Tell whether a word adds nothing to conditions of some kinds: `status` where a status is told."""
    return any(word in labels and any(kind.startswith(of) for kind in kinds) for labels, of in _LABELS)
