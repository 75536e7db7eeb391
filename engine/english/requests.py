"""What sentences say of a whole call: its method, its statuses, its scopes, how a caller proves who it is."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from engine.english.function_words import ARTICLES, GLUE, PREPOSITIONS
from engine.english.rules import CALL, CALL_ON, NAME, NAME_ON, VALUE, VALUE_ON


class Saying(NamedTuple):
    """What is said of a call."""

    kind: str
    """`method`, `success`, `failure`, `not status`, `scope`, `no scope`, `way`, `key place`."""
    value: str
    """A method, a status, a scope, a kind of credentials, a place."""
    start: int
    end: int
    call: int = -1
    """Where the operation begins of which it is said; -1 where the sentence names none there."""
    negated: bool = False


_CALL = f"{CALL}{CALL_ON}*"
_METHOD = r"(?:GET|PUT|POST|DELETE|PATCH|HEAD|OPTIONS)"
_REQUEST = r"(?:request|call|method|verb|operation|message)s?"
_ENDPOINT = r"(?:the |its |this |that )?(?:(?:path|endpoint|URL|route|address|resource|URI|operation) )?"
_SIGN = r"[`*'\"]{0,2}"
_BE = (
    r"(?:is|are|was|be|uses?|using|takes?|accepts?|needs?|expects?|requires?|supports?|wants?|has to be|must be"
    r"|should be|works (?:with|by)|answers to|responds to|reacts to|listens (?:to|for)|wants|via|with|through"
    r"|by|as|over|for)"
)
_METHODS = [
    # `send a PUT to /x`, `PUT request against /x`, and in small letters `put to /x`, `delete /x`
    re.compile(
        rf"\b(?P<method>(?:{_METHOD}|(?-i:(?:get|put|post|delete"
        rf"|patch)(?= {_REQUEST}\b))){_SIGN}(?: HTTP)?(?: {_REQUEST})?)"
        rf"(?: (?:it|this|that|them|one|your data|the data|the body|data|a body|JSON|them all))?"
        rf" (?:to|on|against|at|for|of|with|from|towards|into|in) {_ENDPOINT}(?P<call>{_CALL})",
    ),
    re.compile(
        rf"\b(?P<method>(?i:post|put|patch))(?: (?:it|this|that|them|one|your data|the data|the body|data|a body"
        rf"|JSON))? (?:to|at|on) {_ENDPOINT}(?P<call>{_CALL})"
    ),
    re.compile(rf"\b(?P<method>(?:[Gg]et|[Pp]ut|[Pp]atch|[Dd]elete|[Pp]ost)) {_ENDPOINT}(?P<call>{_CALL})"),
    # `/x with PUT`, `/x takes a PUT request`, `createUser is a PUT`
    re.compile(
        rf"(?P<call>{_CALL})(?: (?:endpoint|path|operation|call|route|resource))?(?: (?:that|which))?(?: (?:is|are"
        rf"|be|can be|must be|should be|has to be))?"
        rf"(?: (?:called|invoked|used|requested|reached|sent|made|only|always|an HTTP))* {_BE}"
        rf" {_SIGN}(?:an? |the )?{_SIGN}(?:HTTP )?(?:(?:verb|method) )?{_SIGN}(?P<method>{_METHOD})\b",
    ),
    re.compile(
        rf"\b(?:[Ff]or|[Tt]o (?:call|reach|use|invoke|request|query)) {_ENDPOINT}(?P<call>{_CALL}),?"
        rf"(?: (?:you|we|the|method|verb|to|use|is|it|can|must|should|have|need|send|make|issue|it's|an?"
        rf"|HTTP))* {_SIGN}"
        rf"(?P<method>{_METHOD})\b",
    ),
    re.compile(rf"\b(?P<method>{_METHOD}){_SIGN} is (?:the )?(?:method|verb|what)(?: you)?(?: to)?(?: use| need"
        rf"| for| of)* {_ENDPOINT}(?P<call>{_CALL})"),
    re.compile(rf"\b(?:method|verb) (?:of|for|on) {_ENDPOINT}(?P<call>{_CALL}) is {_SIGN}(?P<method>{_METHOD})\b"),
    re.compile(
        rf"\b(?P<method>{_METHOD}){_SIGN} {_REQUEST} (?:is|are|can be|must be|should be) (?:sent|made|issued|directed"
        rf"|accepted|supported|allowed) (?:to|on|at|by|for|against) {_ENDPOINT}(?P<call>{_CALL})"
    ),
    re.compile(rf"\| *{_SIGN}(?P<method>{_METHOD}){_SIGN} *\| *(?P<call>{_CALL}) *\|"),
    re.compile(rf"\| *(?P<call>{_CALL}) *\| *{_SIGN}(?P<method>{_METHOD}){_SIGN} *\|"),
    re.compile(rf"\b(?:[Uu]se|[Mm]ake|[Ss]end|[Ii]ssue|[Dd]o|[Pp]erform|[Uu]sing|[Ww]ith|[Vv]ia) (?:an? "
        rf"|the )?{_SIGN}(?:HTTP )?(?P<method>{_METHOD}){_SIGN}(?: {_REQUEST})? and {_ENDPOINT}(?P<call>{_CALL})"),
]  # fmt: skip
_OWN_METHOD = re.compile(
    rf"\b(?:{_BE}|send|issue|make|submit|perform|do) (?:an? "
    rf"|the )?{_SIGN}(?:HTTP )?{_SIGN}(?P<method>{_METHOD}){_SIGN} {_REQUEST}\b"
    rf"|\b(?:method|verb)(?: here| to use| is|:)* {_SIGN}(?P<other>{_METHOD})\b"
    rf"|\b(?:it|this|that|the call|the operation|the request|the endpoint) is (?:an? )?{_SIGN}(?P<third>{_METHOD})\b"
)
"""Where the sentence names no operation."""

_STATUS = rf"{_SIGN}(?P<status>[1-5](?:\d\d|XX))(?![\w%]|[.,]\d)"
_HAS_STATUS = re.compile(r"[1-5](?:\d\d|XX)")
_HAS_WAY = re.compile(
    r"auth|credential|token|key|certificate|tls|openid|jwt|bearer|basic|digest|log ?in|sign|public|anonym|password"
    r"|anyone|everyone"
)
"""What is in a sentence that speaks of credentials."""
_SUCCESS = re.compile(
    rf"\b(?:on success|(?:if|when) (?:it|all|everything|the (?:call|request)) (?:goes well|works|succeeds"
    rf"|is successful)|if successful|successful(?:ly)? (?:calls?|requests?|responses?)"
    rf"|upon success)\b[^.;\d]{{0,60}}?{_STATUS}"
    rf"|{_STATUS.replace('status', 'other')}{_SIGN}(?: [A-Z]\w+)*(?: is returned| comes back)? (?:on success"
    rf"|if successful|upon success|(?:if|when) (?:it|all|everything|the (?:call|request)) (?:goes well|works"
    rf"|succeeds))",
    re.IGNORECASE,
)
_FAILURE = re.compile(
    rf"\b(?:on (?:failure|errors?)|fails? with|rejected with|refused with|error(?: status| code)*)\b(?: is| of| a"
    rf"| an| the| status| code| with)*:? {_STATUS}", re.IGNORECASE
)  # fmt: skip
_NO_STATUS = re.compile(
    rf"(?:\b(?:never|not|cannot|no)|n't)(?: (?:ever|get|see|receive|returns?|gives?|answers?|with|an?|the|any|back"
    rf"|responds?|expect|throws?|raises?"
    rf"|status|code|error|HTTP|response|of|fails?|yields?|produces?|sends?|ends? in|there is|there are))* {_STATUS}"
    rf"|{_STATUS.replace('status', 'other')}(?: [A-Z]\w+)*(?: response| status| error| code)? (?:never"
    rf" (?:happens?|occurs?|comes?)\b|(?:is|are)(?: not"
    rf"|n't| never) (?:among|one|returned|used|an?|possible|in|part|sent|listed|declared|documented)\b)",
    re.IGNORECASE,
)  # fmt: skip

_WORD = rf"(?:{NAME}{NAME_ON}*|{VALUE}{VALUE_ON}*|{_SIGN}[A-Za-z][\w:./-]*\w{_SIGN})"
_SCOPES = [
    re.compile(rf"(?P<scope>{_WORD}) (?:OAuth(?: 2(?:\.0)?)? )?scopes?\b", re.IGNORECASE),
    re.compile(
        rf"(?<![{NAME}{NAME_ON}{VALUE}{VALUE_ON}`*'\"] )\b(?:OAuth(?: 2(?:\.0)?)? )?scopes?(?: called| named| of"
        rf"| is| are| it needs is|:| needed is| needed:| required is| for this is| you need is| to ask for is"
        rf"| to request is)+:? (?:the )?(?P<scope>{_WORD}(?:(?:,| and| or|, and|, or) {_WORD})*)",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?<![{NAME}{NAME_ON}{VALUE}{VALUE_ON}`*'\"] )\bscopes? (?P<scope>(?:{NAME}{NAME_ON}*|{VALUE}{VALUE_ON}*"
        rf"|[\w-]+(?:[:./][\w-]+)+)(?:(?:,| and| or|, and|, or) (?:{NAME}{NAME_ON}*|{VALUE}{VALUE_ON}*))*"
        rf"|[a-z]\w*(?= is\b|\s*[.,;)]|$))",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?P<scope>{NAME}{NAME_ON}*|{VALUE}{VALUE_ON}*) is (?:the|a|one of the) (?:OAuth )?scopes?\b", re.IGNORECASE
    ),
]  # fmt: skip
_NO_SCOPE = re.compile(
    r"\b(?:no|any|without|not|n't)(?: special| particular| OAuth| additional| further)* scopes?\b", re.IGNORECASE
)
_NO_SCOPE_WORDS = (
    ARTICLES | GLUE | PREPOSITIONS | frozenset(
        "oauth scope scopes required following right correct proper necessary needed appropriate additional extra same"
        " different wider narrower read write full limited special particular global local requires require grants"
        " grant includes include means gives give allows allow it and or which two three one minimal minimum api token"
        " access permission permissions needs need needed called named".split()
    )
)  # fmt: skip
"""What stands beside `scope` and names none."""

_WAYS = {
    "basic": r"(?:HTTP )?basic (?:HTTP )?(?:auth(?:entication|orization)?|access authentication|credentials)"
    r"|HTTP basic|user ?name and (?:a )?password",
    "bearer": r"bearer (?:token|auth(?:entication|orization)?)s?|bearer|JWTs?|JSON web tokens?",
    "apiKey": r"API[- ]?keys?",
    "oauth2": r"OAuth(?:[ -]?2(?:\.0)?)?(?: (?:access )?token)?",
    "openIdConnect": r"OpenID(?: Connect)?",
    "mutualTLS": r"mutual TLS|mTLS|(?:TLS )?client certificates?",
    "digest": r"(?:HTTP )?digest (?:auth(?:entication)?|credentials)",
}
"""Type of a security scheme → what it is called."""
_PROVES = (
    r"\b(?:authenticat\w*|authori[sz]\w*|auth|requires?|needs?|uses?|using|with|via|by|through|send|pass|provide"
    r"|present|supply|include|expects?|bring|asks? for|wants?|demands?|relies on|carr(?:y|ies)|add|attach|"
    r"protected|secured|sign in|log in|credentials?(?: are| is)?|accepts?|means of|is|are|must|have|takes?|called)\b"
)
_HOW = {
    kind: re.compile(
        rf"{_PROVES}:?(?: (?:an?|the|your|valid|with|by|using|via|through|either|of|is|are|have|its|own|in"
        rf"|means|called|only|plain|sent))*:? (?P<way>{called})"
        rf"(?! {NAME}| {VALUE}|s? (?:field|parameter|object|id|name|record|resource|list|that was)\b)",
        re.IGNORECASE,
    )
    for kind, called in _WAYS.items()
}
_ONLY_HOW = {
    kind: re.compile(
        rf"\bwithout (?:an? |the |valid )*(?P<way>{called}),? (?:the |your |this |any )?(?:call|request|server|API"
        rf"|it)s?"
        r" (?:(?:is|are|will be|gets?) (?:refused|rejected|denied|not accepted)|(?:will )?fails?\b|(?:does not|doesn't"
        r"|won't) work)",
        re.IGNORECASE,
    )
    for kind, called in _WAYS.items()
}
_BE_DONE = r"(?:is|are|(?:must|should|ha(?:s|ve) to|needs? to|can|may) be)"
_SUBJECT_HOW = {
    kind: re.compile(
        rf"\b(?P<way>{called})(?: (?:in the (?:header|query|cookie)|tokens?))? (?:{_BE_DONE}(?: always)? (?:required"
        rf"|needed|used|expected|mandatory|necessary|accepted|what|provided|sent|supplied|presented|included|given"
        rf"|passed|attached|essential|a must)|(?:lets?|gets?) (?:you|one|clients) in)\b",
        re.IGNORECASE,
    )
    for kind, called in _WAYS.items()
}
_NONE_NEEDED = re.compile(
    r"\b(?:no|without(?: any)?) (?:kind of |form of |special )?(?:authentication|authori[sz]ation|credentials?"
    r"|auth|log ?in|sign[- ]?in|access token|tokens?)\b"
    r"|\b(?:authentication|authori[sz]ation|credentials|auth|an access token|a token) (?:is|are) (?:not|n't"
    r"|never) (?:needed|required|necessary)\b"
    r"|\b(?:does not|doesn't|do not|don't) (?:require|need)(?: any| to)? (?:authenticat(?:ion|e)|authori[sz]ation"
    r"|credentials|auth|tokens?|be authenticated|log in|sign in)\b"
    r"|\b(?:is|are) (?:open|public|open to everyone|open to anyone|publicly accessible)\b|\banonymous(?:ly| access"
    r"| calls?| requests?)\b"
    r"|\b(?:unauthenticated|anyone can call|callable by anyone)\b",
    re.IGNORECASE,
)
_SOME_NEEDED = re.compile(
    r"\b(?:authentication|authori[sz]ation|credentials|auth) (?:is|are) (?:always )?(?:needed|required|necessary"
    r"|mandatory)\b"
    r"|\b(?:requires?|needs?) (?:authentication|authori[sz]ation|credentials|to be authenticated|you to (?:log in"
    r"|authenticate|be authenticated))\b"
    r"|\byou (?:must|have to|need to) (?:authenticate|be authenticated|log in|sign in|be logged in|be signed in)\b",
    re.IGNORECASE,
)
_KEY_PLACE = re.compile(
    r"\bAPI[- ]?key(?: is| goes| must| should| can| be| sent| passed| given| placed| expected| belongs"
    r"| travels)* (?:in|as|via|through|inside) (?:the |an? )?(?:URL |HTTP |request )?(?P<place>query|header|cookie)",
    re.IGNORECASE,
)
_NO = re.compile(r"(?:\b(?:not|never|no|cannot)|n't)(?: \w+){0,2}[ `*]*$", re.IGNORECASE)
_NOT = re.compile(
    r"(?:\b(?:not|never|no|cannot|neither|nor|instead of|rather than|without)|n't)(?: \w+){0,2}[ `*]*$", re.IGNORECASE
)


def sayings(skeleton: str, text: str) -> Iterator[Saying]:
    """Yield what a sentence says of calls.

    Args:
        skeleton: The sentence with its names as signs; see `engine.english.statements`.
        text: The sentence itself, as long.
    """
    lower = skeleton.lower()
    if any(method in lower for method in ("get", "put", "post", "delete", "patch", "head", "options")):
        yield from _of_methods(skeleton, text)
    if _HAS_STATUS.search(text):
        for pattern, kind in ((_SUCCESS, "success"), (_FAILURE, "failure"), (_NO_STATUS, "not status")):
            for match in pattern.finditer(text):
                start, end = next(match.span(name) for name in match.groupdict() if match[name])
                yield Saying(kind, text[start:end], start, end)
    if "scope" in lower:
        yield from _of_scopes(skeleton, text)
    if _HAS_WAY.search(lower):
        yield from _of_credentials(skeleton)


def _of_methods(skeleton: str, text: str) -> Iterator[Saying]:
    met: set[int] = set()
    for pattern in _METHODS:
        for match in pattern.finditer(skeleton):
            start, end = match.span("method")
            if start not in met:
                met.add(start)
                method = re.split(r"[\s`*'\"]", text[start:end])[0].upper()
                yield Saying(
                    "method", method, start, start + len(method), match.start("call"), _denied(skeleton, start)
                )
    if CALL not in skeleton and not met:
        for match in _OWN_METHOD.finditer(text):
            start, end = next(match.span(name) for name in ("method", "other", "third") if match[name])
            yield Saying("method", text[start:end], start, end, -1, _denied(text, start))


def _of_scopes(skeleton: str, text: str) -> Iterator[Saying]:
    for match in _NO_SCOPE.finditer(text):
        yield Saying("no scope", "", *match.span())
    met: set[int] = set()
    for pattern in _SCOPES:
        for match in pattern.finditer(skeleton):
            for word in re.finditer(_WORD, match["scope"]):
                start, end = match.start("scope") + word.start(), match.start("scope") + word.end()
                name = text[start:end].strip("`*'\"“”")
                if name.lower() not in _NO_SCOPE_WORDS and start not in met and not name.isdigit():
                    met.add(start)
                    yield Saying("scope", name, start, end, -1, _NO.search(skeleton, 0, start) is not None)


def _of_credentials(skeleton: str) -> Iterator[Saying]:
    for kinds in (_HOW, _SUBJECT_HOW):
        for kind, pattern in kinds.items():
            for match in pattern.finditer(skeleton):
                yield Saying(
                    "way",
                    kind,
                    *match.span("way"),
                    -1,
                    _denied(skeleton, match.start()) or _denied(skeleton, match.start("way")),
                )
    for kind, pattern in _ONLY_HOW.items():
        yield from (Saying("way", kind, *match.span("way")) for match in pattern.finditer(skeleton))
    for match in _NONE_NEEDED.finditer(skeleton):
        yield Saying("way", "", *match.span())
    for match in _SOME_NEEDED.finditer(skeleton):
        yield Saying("way", "some", *match.span(), -1, _denied(skeleton, match.start()))
    for match in _KEY_PLACE.finditer(skeleton):
        yield Saying("key place", match["place"].lower(), *match.span("place"))


def _denied(text: str, start: int) -> bool:
    return _NOT.search(text, 0, start) is not None
