"""Small readings of questions and of the sentences that answer them: access, limits, repetition, events."""

import re

from engine.english.aspects import GENERIC
from engine.english.function_words import STOP_WORDS

_SCOPES = re.compile(r"\b(?:scopes?|permissions?|privileges?|roles?|rights)\b", re.IGNORECASE)
_ACCESS = re.compile(
    r"\b(?:scopes?|permissions?|privileges?|access rights|credentials?|api[- ]?keys?|roles?"
    r"|must be (?:an? )?(?:owner|admin"
    r"|member|organi[sz]ation)|(?:admin\w*|owner|moderator)s? (?:only|role|access|rights)|only (?:\w+ )?(?:owners?"
    r"|admin\w*"
    r"|members|users)|(?:un)?authenticat\w+|authori[sz](?:ed|ation|e)\b(?! code)|(?:access|bearer|auth|oauth2?|api"
    r"|personal"
    r" access) tokens?|oauth)\b",
    re.IGNORECASE,
)
_CARRIES = re.compile(
    r"^authori[sz]ation$|(?:^|[-_])auth(?:$|[-_])|api[-_]?key|access[-_]?token|x-\w*-?token$|signature"
    r"|^(?:app_?)?key$|jwt",
    re.IGNORECASE,
)
_LIMITS = re.compile(
    r"\brate[-_ ]?limit\w*|\bthrottl\w*|\btoo many requests\b|\bquotas?\b|\b(?:requests?|calls?) (?:per|a|an|each"
    r"|every)\b|\b\d[\d,.]* (?:\w+ ){0,4}(?:per|every|each) (?:\d+ )?(?:second|minute|hour|day|month)s?\b"
    r"|\bconcurren(?:t (?:requests?|calls?|connections?)|cy)\b"
    r"|\bcredits?\b|\bretry[- ]after\b|\b429\b",
    re.IGNORECASE,
)
_LIMIT_HEADER = re.compile(
    r"rate-?_?limit|retry-after|x-(?:\w+-)?(?:limit|remaining|quota|credits)|quota", re.IGNORECASE
)
_ASKS_LIMITS = re.compile(
    r"\brate[-_ ]?limit\w*|\bthrottl\w*|\btoo many\b|\bquotas?\b|\bcredits\b|\b(?:requests?|calls?|times"
    r"|posts?) .{0,30}\b(?:per"
    r"|a|an|each|every) (?:second|minute|hour|day|month)\b|\bhow often\b|\bretry[- ]after\b|\bback ?off\b|\b429\b"
    r"|\bhow many (?:\w+ )?(?:requests|calls)\b|\bconcurren\w+|\bin parallel\b|\bat the same time\b"
    r"|\bhow many .{0,40}\b(?:in|within) (?:\w+ ){0,2}(?:seconds?|minutes?|hours?|days?)\b",
    re.IGNORECASE,
)
_REPEAT = re.compile(
    r"\bidempoten\w*|\bretr(?:y|ies|ied|ying)\b|\bduplicate\w*|\btwice\b|\bsame request\b|\bmore than once\b",
    re.IGNORECASE,
)
_REPEAT_KEY = re.compile(
    r"idempoten|request[-_ ]?(?:id|token|key)\b|client[-_ ]?(?:request[-_ ]?)?token\b|\bnonce\b|dedup", re.IGNORECASE
)
_EVENT = re.compile(r"\bwebhooks?\b|\bcallbacks?\b|\bnotif\w+|\bevents?\b|\bsubscri\w+", re.IGNORECASE)
_HOOK = re.compile(r"\bwebhooks?\b|\bcallbacks?\b|\bpush(?:es|ed)?\b|\bnotif\w+|\bsubscri\w+", re.IGNORECASE)
_ASKS_HOOK = re.compile(r"\bwebhooks?\b|\bcallbacks?\b", re.IGNORECASE)
_DEPRECATED = re.compile(
    r"\bdeprecat\w*|\bobsolete\b|\bsunset\w*|\bremoved (?:in|on)\b|\breplaced (?:by|with)\b|\binstead\b|\bno longer\b"
    r"|\blegacy\b|\bsuperseded\b|\bmigrat\w+",
    re.IGNORECASE,
)


def asks_for_scopes(question: str) -> bool:
    """Tell whether a question asks what one must be allowed to, and not only how one signs in."""
    return _SCOPES.search(question) is not None


def speaks_of_access(sentence: str) -> bool:
    """Tell whether a sentence speaks of who may call, and with what."""
    return _ACCESS.search(sentence) is not None


def carries_access(name: str) -> bool:
    """Tell whether an input carries what proves who a caller is: `Authorization`, `X-Auth-Token`, `api_key`."""
    return _CARRIES.search(name) is not None


def asks_for_limits(question: str) -> bool:
    """Tell whether a question asks how often one may call."""
    return _ASKS_LIMITS.search(question) is not None


def speaks_of_limits(sentence: str) -> bool:
    """Tell whether a sentence speaks of how often one may call."""
    return _LIMITS.search(sentence) is not None


def is_of_limits(header: str) -> bool:
    """Tell whether a response header tells how often one may call: `X-RateLimit-Remaining`, `Retry-After`."""
    return _LIMIT_HEADER.search(header) is not None


def speaks_of_repeating(sentence: str) -> bool:
    """Tell whether a sentence speaks of calls that are sent again."""
    return _REPEAT.search(sentence) is not None


def makes_repeatable(name: str) -> bool:
    """Tell whether an input makes a call safe to send again: `Idempotency-Key`, `client_request_token`."""
    return _REPEAT_KEY.search(name) is not None


def speaks_of_events(sentence: str) -> bool:
    """Tell whether a sentence speaks of calls that the API makes to the client."""
    return _EVENT.search(sentence) is not None


def asks_for_hooks(question: str) -> bool:
    """Tell whether a question asks for calls to the client by their name, and not for events of any kind."""
    return _ASKS_HOOK.search(question) is not None


def speaks_of_hooks(sentence: str) -> bool:
    """Tell whether a sentence speaks of calls to the client; an event may be a match or an appointment."""
    return _HOOK.search(sentence) is not None


def speaks_of_deprecation(sentence: str) -> bool:
    """Tell whether a sentence speaks of what is not to be used any more."""
    return _DEPRECATED.search(sentence) is not None


_MODAL = r"(?:can|may|must|could|should|might|allowed|permitted|at most|at least|maximum|minimum|per|fits?|possible)"
_HOW_OFTEN = re.compile(r"\bhow (?:often|frequent\w*)\b", re.IGNORECASE)
_HOW_MUCH = re.compile(
    rf"\bhow (?:often|long|soon|fast|quick\w*|frequent\w*|precise\w*)\b"
    rf"|\bhow (?:many|much|large|big|old|high|far|deep|wide)\b.{{0,80}}\b{_MODAL}\b"
    r"|\b(?:how much|what) (?:does|do|is|are|will|would) .{1,60}\b(?:costs?|charged?|prices?|pay)\b"
    r"|\bafter how many\b|\bhow many free\b",
    re.IGNORECASE,
)
_MUCH = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|once|twice|hourly|daily|weekly|monthly|yearly|never"
    r"|unlimited|immediately|instantly|forever|indefinitely|permanently"
    r"|no (?:\w+ ){0,2}(?:limits?|restrictions?|limitations?|maximum|charge|cost))\b"
    r"|\bnot? (?:\w+ ){0,2}(?:limited|restricted|expire)",
    re.IGNORECASE,
)
_ANY_THING = frozenset(
    "api apis best call calls correct difference differences easiest endpoint endpoints error errors first last method"
    " methods new next old operation operations other others parts point purpose reason reasons request requests right"
    " route routes same status step steps syntax thing things way ways".split()
)
"""Words for what every API has, and for how it is asked about."""
_WORD = r"(?!(?:of|for|in|on|to|at|by|with|that|when|if|where|and|or)\b)[\w-]+"
_THING = rf"(?P<thing>(?:{_WORD} ){{0,2}}{_WORD})"
_THINGS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:what(?:'s| is| are)|which is) (?:the|its|their) {_THING}"
        r"(?= (?:of|for|in|on|to|when|that|at|by|if)\b|\W*$)",
        rf"\b(?:is|are) there (?:an?|any|some) {_THING}(?= (?:for|to|of|when|that|on|in|which|where|if|with)\b|\W*$)",
        rf"\bthe {_THING} (?:field|parameter|property|attribute|argument|option|header|flag)\b",
    )
)


def asks_how_much(question: str) -> bool:
    """Tell whether a question asks how often, how long or how much: only what gives a measure tells it."""
    return _HOW_MUCH.search(question) is not None


def asks_how_often(question: str) -> bool:
    """Tell whether a question asks how often something happens."""
    return _HOW_OFTEN.search(question) is not None


def tells_how_much(sentence: str) -> bool:
    """Tell whether a sentence gives a measure: a number, or that there is no limit."""
    return _MUCH.search(re.sub(r"https?://\S+", "", sentence)) is not None


def thing_asked(question: str) -> str:
    """Return the thing that a question asks for by its name, `similarity threshold`; empty where it does not."""
    for rule in _THINGS:
        for match in rule.finditer(question.lower()):
            thing = match["thing"]
            if any(word not in _ANY_THING | GENERIC | STOP_WORDS for word in re.findall(r"[a-z0-9]+", thing)):
                return re.sub(r"^(?:an?|the|any|some) ", "", thing)
    return ""


_SIDES = re.compile(
    r"\bvs\.?(?=\s)|\bversus\b|\bagainst\b|\bcompared (?:to|with)\b|\bor\b|,|\band\b|\bfrom\b", re.IGNORECASE
)
_LEAD = re.compile(
    r"^.*?\b(?:differences?|differ) between\b|^.*?\bcompare\b|^[^:]{1,30}:|^which (?:is|one)\b", re.IGNORECASE
)
_MOST_SIDES = 3
"""What is compared at a time: as many columns as are read at a glance."""


def sides(question: str) -> list[str]:
    """Return what a question compares: `audio features`, `audio analysis`; at most three."""
    parts = [part.strip(" ?.") for part in _SIDES.split(_LEAD.sub("", question))]
    return [part for part in parts if part][:_MOST_SIDES]
