"""Small readings of questions and of the sentences that answer them: access, limits, repetition, events."""

import re

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


def speaks_of_deprecation(sentence: str) -> bool:
    """Tell whether a sentence speaks of what is not to be used any more."""
    return _DEPRECATED.search(sentence) is not None


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
