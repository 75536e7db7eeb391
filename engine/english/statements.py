"""What sentences say of the fields of an API: where they go, their type, whether they are required, their limits.

A statement is found in a *skeleton*: the sentence with each name in it replaced by as many signs as it has characters,
so that places in both are the same. A predicate is the words that say something (`in the query`, `at most 100`); what
it is said of is told by the words between it and a name, which must all be linking ones: an unknown word may be another
subject, and then nothing is claimed. Names, values and numbers apart, nothing here knows an API.
"""

import re
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import NamedTuple

from engine.english.function_words import ARTICLES, GLUE, JOINTS, PREPOSITIONS

NAME, NAME_ON = "\ue010", "\ue011"
"""The first sign of a name of a field in a skeleton, and the others."""
VALUE, VALUE_ON = "\ue012", "\ue013"
"""Those of another text in quotes or backticks."""
CALL, CALL_ON = "\ue014", "\ue015"
"""Those of an operation."""
SIGNS = (NAME, NAME_ON, VALUE, VALUE_ON, CALL, CALL_ON)


class Way(Enum):
    """Where the name stands of which a predicate says something."""

    BEFORE = "before"
    """`title is required`."""
    AFTER = "after"
    """`it requires title`: the predicate is a verb, and the name its object."""
    EITHER = "either"
    """`title is a required field`, `the required field title`."""
    INSIDE = "inside"
    """`the default of title is x`: the predicate has the name in it."""


class Predicate(NamedTuple):
    """Words that say something of a name."""

    kind: str
    """`place`, `type`, `required`, `default`, `limit`, `values`, `there`."""
    value: str
    """A place, a type, `yes` or `no`, or the name of a limit."""
    start: int
    end: int
    way: Way
    objects: tuple[tuple[int, int], ...] = ()
    """Where the values that it speaks of begin and end."""
    subject: tuple[int, int] | None = None
    """Where the name is that it has in it."""
    negated: bool = False


_NAME = f"{NAME}{NAME_ON}*"
_NOUN = r"(?:(?:param(?:eter)?|field|property|propertie|argument|attribute|key|input|option|variable|member|setting|value)s?)"
_SENT = (
    r"(?:sent|given|provided|supplied|specified|passed|included|set|present|submitted|filled in|added|put|placed|there)"
)
_SEND = r"(?:send|give|provide|supply|specify|pass|include|set|submit|fill in|add|put)"
_LEFT_OUT = r"(?:omitted|left out|left off|left unset|left empty|skipped|absent|missing|dropped)"
_LEAVE_OUT = r"(?:omit|leave out|leave off|skip|drop)"
_NUMBER = r"-?\d[\d,_]*(?:\.\d+)?"
_VALUE = (
    rf"(?:{_NAME}|{VALUE}{VALUE_ON}*|{_NUMBER}\b|[A-Za-z][\w-]*(?:[.:/][\w-]+)*)"  # a bare word too: `defaults to open`
)
_SURE = rf"(?:{_NAME}|{VALUE}{VALUE_ON}*)"
_ENDS = r"(?=\s*(?:[.,;:!?)|/]|$)|\s+(?:or|and|to|for|when|if|in|as|only|by|but|while)\b)"
_ITEM = rf"(?:{_NAME}|{VALUE}{VALUE_ON}*|{_NUMBER}\b|[A-Za-z][\w-]*(?:[.:/][\w-]+)*{_ENDS})"
_OR = r"(?:\s*,\s*(?:or |and )?|\s+or\s+|\s+and\s+|\s*[|/]\s*)(?:an? |the )?"
_THE = r"(?:the |its |your |an? |this |that )?"

_PLACES = {
    "query": r"(?:URL(?:'s)? |request |HTTP )?query(?:[- ]string)?(?: param(?:eter)?s?| component| section)?",
    "path": r"(?:URL(?:'s)? |request |resource |URI )?path(?: segments?| component| portion)?",
    "url": r"(?:request )?(?:URL|URI)(?! path| query)",
    "body": r"(?:(?:HTTP|request|JSON|POST|PUT|PATCH|form) )*(?:body|payload|JSON(?: document| object)?|form(?:[- ]data| body)?)"
    r"(?: of the (?:request|call))?",
    "request": r"(?:HTTP |API )?(?:request|call)(?! body| payload| header| path| query| URL)",
    "header": r"(?:HTTP )?headers?(?: section)?",
    "request header": r"request(?:'s)? headers?|headers? of the request",
    "cookie": r"(?:request |HTTP )?cookies?",
    "response": r"(?:(?:HTTP|server|API|JSON|returned|response) )*(?:(?:response|reply|answer|result)(?:'s)?(?: body| payload|"
    r" object| document)?|body of the (?:response|reply))(?! headers?\b)",
    "response header": r"response(?:'s)? headers?|headers? of the response",
}
"""Place → what it is called after a preposition."""
_IN = r"(?:in|into|inside|part of|belongs? to|within|via|through|on|onto|to|by|using|as part of|from|with|alongside|amongst?|among) "
_KINDS = {
    "query": r"(?:URL )?query(?:[- ]string)?", "path": r"(?:URL )?path", "header": r"header|HTTP header",
    "request header": r"request header", "response header": r"response header", "cookie": r"cookie",
    "body": r"(?:request |JSON )?body|payload|JSON|form(?:[- ]data)?", "url": r"URL|URI", "request": r"request",
    "response": r"response(?: body)?|output|read[- ]?only",
}  # fmt: skip
"""Place → how a parameter or field of it is called: `query parameter`."""
_TYPES = {
    "array": r"(?:array|list)s?(?: of (?P<object>strings?|integers?|numbers?|booleans?|objects?))?",
    "string": r"strings?|text(?: string)?|piece of text",
    "integer": r"integers?|ints?|whole numbers?",
    "number": r"numbers?(?! of)|floats?|floating[- ]point(?: numbers?)?|decimals?(?: numbers?)?|doubles?",
    "boolean": r"booleans?(?: flags?)?|bools?|true or false|true/false(?: flag)?",
    "object": r"(?:JSON )?objects?|(?:nested |key-value )?maps?|dictionary",
}
"""Type → what it is called."""
_NO = (
    r"(?:\b(?:not|never|no|neither|nor|cannot|isn't|aren't|doesn't|don't|can't|won't|mustn't|rather than|instead of)"
    r"|n't)"
)
_NEGATED = re.compile(
    rf"{_NO}(?:\s+(?:an?|the|any|be|been|to|strictly|always|actually|even|really|also|have|go|belong|sent|passed|in|need))*"
    r"[\s*_]*$",
    re.IGNORECASE,
)
"""What negates that which follows."""


class _Rule(NamedTuple):
    """How a predicate is found."""

    kind: str
    value: str
    way: Way
    hints: tuple[str, ...]
    """Texts in small letters, one of which is in each sentence that has it: most sentences have few."""
    pattern: re.Pattern[str]


def _of(kind: str, value: str, way: Way, hints: str, *patterns: str) -> list[_Rule]:
    hinted = tuple(hints.split("|"))
    return [_Rule(kind, value, way, hinted, re.compile(pattern, re.IGNORECASE)) for pattern in patterns]


_BE = r"(?:be|is|are|being|was|were)"
_ONE_NUMBER = rf"(?P<low>{_NUMBER})(?![\w%])"
_UNIT = r"(?:[ -](?P<unit>characters?|chars?|letters?|bytes|items?|elements?|entries|values|long|digits|in length))?"
_SIZE = r"(?: (?:value|length|size|number|count|amount))?(?: (?:allowed|permitted|accepted|possible))?"
_MOST = r"(?:max(?:imum)?|upper (?:limit|bound)|ceiling|limit|cap|largest|highest|greatest|biggest|longest|top)"
_LEAST = r"(?:min(?:imum)?|lower (?:limit|bound)|floor|smallest|lowest|shortest|least)"
_ABOVE = r"(?:(?:greater|higher|larger|bigger|longer|more) than|above|over|beyond|past)"
_BELOW = r"(?:(?:less|lower|smaller|shorter|fewer) than|below|under|beneath)"
_CANNOT = r"(?:cannot|can't|can not|must not|mustn't|may not|should not|shouldn't|must never|can never|not|never)(?: be| go| get| have| hold| contain| exceed| drop| fall| rise)*"
_REFUSED = r"(?:is|are|will be|gets?|get|would be)(?: always)? (?:rejected|refused|not allowed|invalid|an error|not accepted|not valid|cut off|too (?:large|small|long|high|low|short))"
_EQUALS = r"(?:\s*(?:is|are|of|being|:|=|as|will be|would be|to)\s*(?:set to |at )?)"
_ALLOWED = r"(?:allowed|possible|valid|accepted|permitted|legal|supported|available|acceptable)"
_HINTS = {
    "query": "query", "path": "path", "url": "url|uri", "body": "body|payload|json|form", "request": "request|call",
    "header": "header", "request header": "header", "cookie": "cookie", "response header": "header",
    "response": "respon|repl|answer|result|output|read-only|read only|readonly",
}  # fmt: skip
_TYPE_HINTS = {
    "array": "array|list", "string": "string|text", "integer": "int|whole", "number": "num|float|decimal|double",
    "boolean": "bool|true", "object": "object|map|dictionary",
}  # fmt: skip
_DIGITS = "0|1|2|3|4|5|6|7|8|9"
_PATTERNS = [
    # Places
    *(
        rule
        for place, called in _PLACES.items()
        for rule in _of("place", place, Way.EITHER, _HINTS[place], rf"\b(?:{_IN}|use |using ){_THE}(?:{called})\b(?!\s*{_NOUN}\b)")
    ),
    *(
        rule
        for place, called in _KINDS.items()
        for rule in _of("place", place, Way.EITHER, _HINTS[place], rf"\b(?:as |among )?{_THE}(?:{called})[ -]{_NOUN}\b")
    ),
    *(
        rule
        for place in ("query", "path", "header", "cookie", "body")
        for rule in _of("place", place, Way.BEFORE, place, rf"(?<=\()(?:in:? (?:the )?)?{place}(?=[ ,;:)])(?! {_NOUN}\b)", rf"(?<=\| ){place}(?= \|)")
    ),
    *_of("place", "header", Way.BEFORE, "header", r"(?<=[\ue011\ue010] )(?:HTTP |request )?header\b"),
    *_of("place", "header", Way.EITHER, "header", r"\b(?:as|is) an? (?:HTTP |request )?header\b"),
    *_of("place", "cookie", Way.EITHER, "cookie", r"\b(?:as|is) an? cookie\b", r"(?<=[\ue011\ue010] )cookie\b"),
    *_of("place", "body", Way.AFTER, "body|payload", rf"\b(?:body|payload)(?: must| should| can| may| also| then)* (?:contains?|ha(?:s|ve)|takes?|carr(?:y|ies)|holds?|includes?|expects?)\b"),
    *_of("place", "query", Way.AFTER, "query", rf"\bquery(?: string)?(?: must| should| can| may| also| then)* (?:contains?|ha(?:s|ve)|takes?|carr(?:y|ies)|holds?|includes?|expects?)\b"),
    *_of("place", "path", Way.AFTER, "path", rf"\bpath(?: must| should| can| may| also| then)* (?:contains?|ha(?:s|ve)|takes?|carr(?:y|ies)|holds?|includes?|expects?)\b"),
    *_of(
        "place", "response", Way.AFTER, "respon|repl|answer|result|return|back",
        r"\b(?:response|reply|answer|result)(?: body| object| payload)?(?: will| also| always| then)*"
        r" (?:contains?|ha(?:s|ve)|carr(?:y|ies)|holds?|includes?|gives?|tells?|returns?|shows?)\b",
        r"\breturns?\b", r"\bresponds? with\b", r"\bgives? back\b", r"\b(?:get|receive|read)s? back\b", r"\bcomes? back with\b",
    ),
    *_of("place", "response", Way.BEFORE, "return|back", r"\b(?:is|are|gets?) (?:only |also |always )?returned\b", r"\bcomes? back\b"),
    *_of(
        "place", "request", Way.AFTER, "send|give|provide|supply|specify|pass|include|set|submit|fill|add|put|take|accept|expect",
        rf"(?:^|(?<=[,;:] )|\b(?:you|to|must|can|may|should|please|and|then|also|client) ){_SEND}(?: along)?\b",
        r"\b(?:takes?|accepts?|expects?)\b",
    ),
    # Required or not
    *_of("required", "yes", Way.EITHER, "required|mandatory|compulsory|obligatory|non-optional", r"\b(?:required|mandatory|compulsory|obligatory|non-optional)\b"),
    *_of("required", "no", Way.EITHER, "optional", r"\boptional\b"),
    *_of(
        "required", "yes", Way.BEFORE, "necess|need|essential|a must| be ",
        r"\b(?:is|are) (?:always |strictly |absolutely )?(?:necessary|needed|essential|a must)\b",
        rf"\b(?:must|has to|have to|needs to|need to)(?: always)? be {_SENT}\b(?! (?:in|as|via|through|with|to|by|on|at|inside|within)\b)",
        rf"\b(?:cannot|can't|can not|must not|mustn't|may not|should not|must never|can never) be {_LEFT_OUT}\b",
        r"\bmust not be (?:missing|absent)\b",
    ),
    *_of(
        "required", "no", Way.BEFORE, " be |necess|need|voluntary",
        rf"\b(?:can|may|might|could) (?:safely |also |just |simply )?be {_LEFT_OUT}\b",
        rf"\b(?:need not|needn't|doesn't have to|don't have to|does not have to|do not have to|doesn't need to|does not"
        rf" need to|do not need to|don't need to) be {_SENT}\b",
        r"\b(?:is|are) (?:not needed|unnecessary|not necessary|voluntary)\b",
    ),
    *_of(
        "required", "yes", Way.AFTER, "must|ha|need|requir|demand|insist|omit|leave|skip|drop|without",
        rf"\b(?:must|ha(?:ve|s) to|needs? to)(?: always| also| at least)* {_SEND}\b",
        r"\b(?:requires?|needs?|demands?|insists? on)\b(?! to\b)",
        rf"\b(?:cannot|can't|can not|must not|must never|never|may not) {_LEAVE_OUT}\b",
        rf"\b(?:do not|don't) {_LEAVE_OUT}\b",
        rf"\b(?:mandatory|required|compulsory|necessary|essential|obligatory|obliged|vital|crucial) to {_SEND}\b",
        r"\b(?:fails?|is rejected|is refused|errors?|is invalid|do(?:es)? not work|won't work|is not possible) without\b",
    ),
    *_of(
        "required", "no", Way.AFTER, "omit|leave|skip|drop|optional|may also|might also|need|have to|necessary|required|free to|without",
        rf"\b(?:can|may|might|could)(?: also| safely| just| simply)* {_LEAVE_OUT}\b",
        rf"\b(?:can |may |might )?optionally (?:{_SEND}|accepts?|takes?)\b",
        rf"\b(?:fine|ok|okay|safe|allowed|possible|free|able|permitted|harmless|alright|valid|choose|decide|want|option) to {_LEAVE_OUT}\b",
        rf"^[\s*_-]*(?:{_LEAVE_OUT})\b",
        rf"\b(?:may|might) also {_SEND}\b",
        r"\b(?:can|may|might|could)(?: also| still| be)* (?:call|use|make|send|create|run|do|work)\w*(?: it| this| that| the call| the request| one)* without\b",
        rf"\b(?:need not|needn't|do not have to|don't have to|do not need to|don't need to|no need to|not necessary to|not"
        rf" required to|free to) {_SEND}\b",
        r"\b(?:works?|succeeds?|is fine|is valid|is accepted) without\b",
    ),
    *_of(
        "required", "yes", Way.INSIDE, "without|leaving|omitting|skipping",
        rf"\bwithout {_THE}(?P<subject>{_NAME})(?: {_NOUN})?,?(?: the| a| your| any| it| this)*(?: (?:call|request|server|API|operation))? (?:fails?|will fail|is (?:rejected|refused|invalid|an error|not accepted|not possible)|does not work|cannot|won't work|will not work|errors)\b",
        rf"\b(?:leaving out|omitting|skipping|leaving off) {_THE}(?P<subject>{_NAME})(?: {_NOUN})? (?:is not (?:possible|allowed|permitted|an option)|is (?:an error|refused|rejected|impossible|forbidden)|makes|fails|causes|leads|gives|will fail)\b",
    ),
    *_of(
        "required", "no", Way.INSIDE, "omitting|leaving|skipping",
        rf"\b(?:leaving out|omitting|skipping|leaving off) {_THE}(?P<subject>{_NAME})(?: {_NOUN})? is (?:fine|ok|okay|allowed|possible|permitted|safe|harmless|no problem)\b",
    ),
    *_of(
        "required", "no", Way.INSIDE, "leav|without",
        rf"\b(?:(?:can|may|might|could|fine|ok|okay|safe|allowed|possible|free|able|permitted|choose)(?: to| also| safely| just| simply)* )?leave {_THE}(?P<subject>{_NAME})(?: {_NOUN})? (?:out|off|unset|empty|blank|away|aside)\b",
        rf"\b(?:can|may|might|could) do without {_THE}(?P<subject>{_NAME})",
    ),
    # Types
    *(
        rule
        for type_, called in _TYPES.items()
        for rule in _of("type", type_, Way.EITHER, _TYPE_HINTS[type_], rf"\b(?:of type |of the type |as |typed as )?{_THE}(?:JSON )?(?:{called})(?: (?:value|type)s?)?\b(?!-)")
    ),
    # Defaults
    *_of(
        "default", "", Way.BEFORE, "default|back|revert|assumed|taken|treated|if|when|where|unless",
        rf"\bdefault(?:s|ing)?(?: back)? to (?:the value )?(?P<object>{_VALUE})",
        rf"\b(?:(?:has|have|with|whose|having) )?(?:an? |the |its )?default(?: value| setting)?{_EQUALS}(?P<object>{_VALUE})",
        rf"\bdefault(?: value)? (?P<object>{_SURE}|{_NUMBER}\b)",
        rf"(?P<object>{_VALUE}) (?:is (?:used |assumed |taken )?)?(?:by|as (?:the|a)|is (?:its|the|a)) default\b",
        rf"(?P<object>{_VALUE}) as (?:its|the|a) default\b",
        rf"\b(?:falls? back|will fall back|reverts?) (?:on |to )(?:the value )?(?P<object>{_VALUE})",
        rf"\b(?:is|are) (?:assumed to be|taken to be|taken as|treated as) (?P<object>{_VALUE})",
        rf"\b(?:if|when|where|unless)(?: you| it| is| are| it's| not|n't| leave| do)* (?:omit(?:ted)?|left out|unset|absent|missing"
        rf"|given|specified|provided|set|sent|out|passed|say otherwise|told otherwise)(?: it| out)*,? (?:the (?:server|API|service|value) "
        rf"(?:uses?|takes?|assumes?|is|will be) |it (?:is|will be|becomes|means|counts as) (?:set to )?)?(?P<object>{_VALUE})(?= is\b| counts\b| applies\b|\s*[.;,)]|\s*$)",
        rf"(?P<object>{_SURE}|{_NUMBER}) (?:is (?:used|assumed|taken) )?(?:if|when|unless|where)(?: you| it| is| are| it's| not|n't|"
        rf" do| does|n't| leave| nothing| none| no value)* (?:omit(?:ted)?|left out|unset|absent|missing|given?|specif(?:y|ied)|provided?|set|sen[dt]|out|pass(?:ed)?|say|said|else|otherwise)\b",
    ),
    *_of(
        "default", "", Way.INSIDE, "default|back|without|if|when|where|unless|should",
        rf"\bdefault(?: value| setting)? (?:of|for) {_THE}(?P<subject>{_NAME})(?: {_NOUN})?{_EQUALS}(?P<object>{_VALUE})",
        rf"\b(?:by|as (?:the|a)) default,? {_THE}(?P<subject>{_NAME})(?: {_NOUN})? (?:is|equals|has the value|will be) (?:set to )?(?P<object>{_VALUE})",
        rf"\b(?:assumes?|uses?|takes?|picks?|chooses?|applies) (?P<object>{_VALUE}) (?:for|as) {_THE}(?P<subject>{_NAME})(?: {_NOUN})? (?:by default|if|when|unless)\b",
        rf"\b(?:if|when|where|unless|should) (?:you |it |the |your |no )?(?:do not |don't )?(?:leave |omit |skip |set |send |give |specify |provide |pass )?{_THE}(?P<subject>{_NAME})(?: {_NOUN})?(?: (?:is|be|was|out|off|unset|left|not|n't|given|set|sent|omitted|missing|absent|specified|provided|passed))*,? (?:the (?:server|API|service|call|value) (?:uses?|takes?|assumes?|picks?|is|will be) |it (?:is|will be|becomes) (?:set to )?)?(?P<object>{_VALUE})(?= (?:is|will be|gets?|counts|applies)(?: used| taken| assumed| chosen)?\b|\s*[.;,)]|\s*$)",
        rf"\b(?:falls?|fall|reverts?|goes) back (?:on |to )(?:the value )?(?P<object>{_VALUE}) (?:for|as) {_THE}(?P<subject>{_NAME})",
        rf"(?P<object>{_VALUE}) is the (?:usual )?default(?: value)? (?:for|of|in) {_THE}(?P<subject>{_NAME})",
        rf"\bby default,? (?:the )?(?:API|server|service|call|it) (?:uses?|takes?|assumes?|picks?|chooses?) (?P<object>{_VALUE}) (?:for|as) {_THE}(?P<subject>{_NAME})",
        rf"(?P<subject>{_NAME})'s default(?: value)?{_EQUALS}(?P<object>{_VALUE})",
        rf"\bwithout (?:an? |the |any )?(?P<subject>{_NAME})(?: {_NOUN})?,? (?:the (?:server|API|service|call) (?:uses|takes|assumes) |it (?:is|uses|assumes) )"
        rf"(?P<object>{_SURE}|{_NUMBER}\b)",
    ),
    # Limits
    *_of(
        "limit", "most", Way.EITHER, _DIGITS,
        rf"\b(?:at most|at the most|no more than|not more than|up to|as (?:many|much|long) as|not exceed|never exceeds?|no longer than|no larger than|no (?:higher|greater|bigger) than"
        rf"|limited to|capped at|restricted to|lower than or equal to|less than or equal to|not (?:be )?(?:above|over|greater than|larger than|longer than|more than)"
        rf"|goes up to|tops out at|within|not go beyond|a (?:maximum|max|limit|ceiling|cap) of|(?:below|under|(?:less|lower|smaller|shorter|fewer)(?: than)?) or equal to"
        rf"|{_CANNOT} {_ABOVE}) {_ONE_NUMBER}{_UNIT}",
        rf"(?:≤|<=) ?{_ONE_NUMBER}{_UNIT}",
        rf"(?P<low>{_NUMBER}){_UNIT} (?:or (?:less|fewer|lower|below|shorter)|at (?:the )?most|(?:at )?max(?:imum)?|and below|tops)\b",
    ),
    *_of(
        "limit", "most", Way.BEFORE, "max|limit|upper|ceiling|cap|exceed|est |top",
        rf"\b(?:has |have |with |whose )?{_THE}{_MOST}{_SIZE}{_EQUALS}{_ONE_NUMBER}{_UNIT}",
        rf"\b(?:max(?:imum)?|limit) {_ONE_NUMBER}{_UNIT}",
        rf"\bcannot exceed {_ONE_NUMBER}{_UNIT}", rf"\bcan't exceed {_ONE_NUMBER}{_UNIT}",
    ),
    *_of(
        "limit", "most", Way.INSIDE, "max|limit|upper|ceiling|cap|est|top|above|over|than|beyond",
        rf"\b{_MOST}{_SIZE} (?:of|for|on) {_THE}(?P<subject>{_NAME})(?: {_NOUN})?{_EQUALS}{_ONE_NUMBER}{_UNIT}",
        rf"(?P<subject>{_NAME})'s {_MOST}{_SIZE}{_EQUALS}{_ONE_NUMBER}{_UNIT}",
        rf"\b{_MOST} {_THE}(?P<subject>{_NAME})(?: {_NOUN})?(?: (?:you|one|it|that|which|can|may|could|is|be|use|have|ask|for|send|accepts?|takes?|allowed|possible|permitted))*{_EQUALS}{_ONE_NUMBER}{_UNIT}",
        rf"(?P<subject>{_NAME})(?: {_NOUN})? {_ABOVE} {_ONE_NUMBER}{_UNIT} {_REFUSED}",
    ),
    *_of(
        "limit", "least", Way.EITHER, _DIGITS,
        rf"\b(?:at least|no less than|not less than|no fewer than|not fewer than|no smaller than|no shorter than|no lower than|greater than or equal to|more than or equal to"
        rf"|not (?:be )?(?:below|under|less than|smaller than|shorter than|lower than)|starts? (?:at|from)|begins? (?:at|from|with)|starting (?:at|from)|a (?:minimum|min|floor) of|(?:above|over|(?:greater|higher|larger|longer|more)(?: than)?) or equal to"
        rf"|{_CANNOT} {_BELOW}) {_ONE_NUMBER}{_UNIT}",
        rf"(?:≥|>=) ?{_ONE_NUMBER}{_UNIT}",
        rf"(?P<low>{_NUMBER}){_UNIT} (?:or (?:more|greater|higher|above|longer|larger)|at (?:the )?least|min(?:imum)?|and (?:above|up)|upwards?)\b",
    ),
    *_of(
        "limit", "least", Way.BEFORE, "min|lower|floor|est ",
        rf"\b(?:has |have |with |whose )?{_THE}{_LEAST}{_SIZE}{_EQUALS}{_ONE_NUMBER}{_UNIT}",
        rf"\bmin(?:imum)? {_ONE_NUMBER}{_UNIT}",
    ),
    *_of(
        "limit", "least", Way.INSIDE, "min|lower|floor|est|below|under|than",
        rf"\b{_LEAST}{_SIZE} (?:of|for|on) {_THE}(?P<subject>{_NAME})(?: {_NOUN})?{_EQUALS}{_ONE_NUMBER}{_UNIT}",
        rf"(?P<subject>{_NAME})'s {_LEAST}{_SIZE}{_EQUALS}{_ONE_NUMBER}{_UNIT}",
        rf"\b{_LEAST} {_THE}(?P<subject>{_NAME})(?: {_NOUN})?(?: (?:you|one|it|that|which|can|may|could|is|be|use|have|ask|for|send|accepts?|takes?|allowed|possible|permitted))*{_EQUALS}{_ONE_NUMBER}{_UNIT}",
        rf"(?P<subject>{_NAME})(?: {_NOUN})? {_BELOW} {_ONE_NUMBER}{_UNIT} {_REFUSED}",
    ),
    *_of("limit", "under", Way.BEFORE, _DIGITS, rf"\b{_BELOW} {_ONE_NUMBER}{_UNIT}"),
    *_of("limit", "over", Way.BEFORE, _DIGITS, rf"\b{_ABOVE} {_ONE_NUMBER}{_UNIT}"),
    *_of(
        "limit", "range", Way.BEFORE, "between|from|range",
        rf"\b(?:between|from|in the range(?: of)?|range[sd]? (?:from|between|of|is)|anywhere from) (?P<low>{_NUMBER})\s*(?:and|to|-|–|through|up to)\s*(?P<high>{_NUMBER})(?![\w%]){_UNIT}",
    ),
    # Values
    *_of(
        "values", "listed", Way.BEFORE, "one of|either|any of|among|value|option|choice|only",
        rf"\b(?:one of|either|any of|among)(?: the)?(?: following)?(?: values?)?:? {_THE}(?P<object>{_ITEM}(?:{_OR}{_ITEM})*)",
        rf"\b(?:(?:whose|the|its|only|has|have|with|and|are) )*(?:{_ALLOWED}|only) (?:values?|options?|choices?|ones?)(?: here)?(?: are| is|:| include| being)* {_THE}(?P<object>{_ITEM}(?:{_OR}{_ITEM})*)",
        rf"\b(?:values?|options?|choices?)(?: are|:| include) (?P<object>{_ITEM}(?:{_OR}{_ITEM})*)",
    ),
    *_of(
        "values", "some", Way.BEFORE, " be | take|accept|allow|support|know|permit|set to| of|is|are|=|:|have|equal|hold|value",
        rf"(?:\b(?:can|may|could|must|should|might|cannot|can't)(?: also| only| either| never| not)* (?:be|take|have|equal|hold)(?: set to)?|\b(?:accepts?|takes?|allows?|supports?|knows?|permits?)(?: only)?|\bset to|\bof|\bis|\bare|=|:)"
        rf"(?: the)?(?: values?| option)? ?(?P<object>{_SURE}(?:{_OR}{_SURE})*)",
        rf"\b(?:can|may|could|must|should|might)(?: also| only| either| never| not)* (?:be|take|have)(?: the values?)? (?P<object>[A-Za-z]\w*(?:{_OR}{_ITEM})+)",
        rf"\b(?:set to|with the value|the value) (?P<object>{_VALUE})(?=\s*[.,;:!?)]|\s*$|\s+(?:to|for|when|if|in|and)\b)",
    ),
    *_of(
        "values", "some", Way.INSIDE, "set|put|change|turn|switch| is |use|pass|send|choose|pick|give|take|value|option",
        rf"\b(?:set|setting|put|change|turn|switch) {_THE}(?P<subject>{_NAME})(?: {_NOUN})? to (?:the value )?(?P<object>{_SURE}(?:{_OR}{_SURE})*|{_VALUE}(?=\s*[.,;:!?)]|\s*$|\s+(?:to|for|when|if|in|and)\b))",
        rf"(?P<object>{_VALUE}) is (?:also |even )?(?:an? |one of the )?(?:{_ALLOWED} )?(?:values?|options?|choices?|setting) (?:of|for|in) {_THE}(?P<subject>{_NAME})",
        rf"(?P<object>{_VALUE}) is (?:also |even )?{_ALLOWED} (?:for|by|as|in) {_THE}(?P<subject>{_NAME})",
        rf"\b(?:use|pass|send|choose|pick|give|take) (?:the value )?(?P<object>{_SURE}) (?:for|as|in) {_THE}(?P<subject>{_NAME})",
        rf"\b(?:value|option) (?P<object>{_SURE}) (?:of|for|in) {_THE}(?P<subject>{_NAME})",
    ),
    *_of(
        "values", "not", Way.INSIDE, "not|n't|no|never",
        rf"(?P<object>{_VALUE}) is (?:not|no|never|n't) (?:an? |one of the |among the )?(?:{_ALLOWED} )?(?:values?|options?|choices?)? ?(?:of|for|in|by|as) {_THE}(?P<subject>{_NAME})",
        rf"(?P<subject>{_NAME})(?: {_NOUN})? (?:cannot|can't|can not|may not|must not|can never|does not accept|doesn't accept|does not allow|doesn't allow|does not take|does not support|doesn't support|never takes)(?: be| take| have| ever)*(?: set to)?(?: the value)? (?P<object>{_SURE})",
    ),
    # That there is no such thing
    *_of(
        "there", "no", Way.AFTER, "no|n't|never",
        r"\b(?:has|have|takes?|accepts?|supports?|offers?|knows?|there (?:is|are)|contains?|includes?) no\b",
        r"\b(?:do(?:es)? not|doesn't|don't|cannot|can't|never) (?:take|accept|support|have|contain|include|know|offer|allow|expose|use|takes|accepts)\b(?! to\b)",
    ),
]  # fmt: skip

_LINKING = (
    ARTICLES
    | PREPOSITIONS
    | frozenset(
        "is are be being been was were has have had having can could may might must should shall will would do does needs"
        " need goes go belongs belong lives live sits sit sent send passed pass given provided supplied specified included"
        " set put placed stands comes come appears appear expected found taken takes take accepts accept accepted holds hold"
        " allows allow lets used use treated called named which who it also always only just simply either both not never no"
        " n't isn't aren't doesn't cannot can't don't to here too therefore still itself type typed types kind value values"
        " parameter parameters param params field fields property properties argument arguments attribute attributes key keys"
        " input inputs option options variable member element contain contains include includes carry carries s single"
        " use possible because plain simple usual valid ordinary normal whose length size maximum minimum limit range ranges you ask get want"
        " string integer number boolean array object list and or but there nullable non-empty comma-separated new existing"
        " following by default declared defined documented described modeled modelled represented encoded serialized"
        " formatted written stated listed marked considered deemed request".split()
    )
)
"""Words that may stand between a name and what is said of it: they are no subject of their own."""
_WORD = re.compile(r"[^\W_]+(?:['’-]\w+)*")
_PUNCTUATION = re.compile(r"[\s,:()|*_\"'’–—=-]*")
_BE_DONE = frozenset("is are be being been was were get gets got has have to".split())
"""Before a participle, which then says what is done with a name: `gets transmitted in`."""
_IT = re.compile(
    r"\b(?:it|this|which)(?: (?:is|must|has|can|may|should|was|will|needs|be|to|also|always|only|not|of|type|an?|the|type))*\s*$",
    re.IGNORECASE,
)
_ALONG = re.compile(
    rf"^(?:\s*(?:,|&|/|and|or|as well as|plus|along with|together with|{_THE.strip()}|an?|the|its|your|both|{_NOUN}|:|\(|\*|_))*\s*$",
    re.IGNORECASE,
)
"""What joins names of which one thing is said."""
_TIGHT = re.compile(
    rf"^(?:\s*(?:an?|the|its|your|any|{_NOUN}|called|named|is|are|include|includes|:|\(|\*|_|both|to send|to pass|send|pass|string|integer|boolean|number|array|object|list|header|cookie|in|to|with|\"|'))*\s*$",
    re.IGNORECASE,
)
"""What stands between an adjective or a verb and the name that follows."""
_FOR = re.compile(
    rf"^(?:\s*(?:for|in|into|of|as|to|is|are|can|may|be|allowed|permitted|accepted|possible|fits?|go|goes|used|stand|the|its|your|an?|any|value|values|each|{_NOUN}|:|\(|\*|_|\"))*\s*$",
    re.IGNORECASE,
)
"""What stands between a type or a limit and the name behind it: `at most 50 are allowed for limit`."""
_ONE = re.compile(
    r"^\W*(?:is|has|was|defaults|takes|accepts|goes|belongs|lives|sits|holds|isn't|comes|stands|needs)\b", re.IGNORECASE
)
"""What follows the last of several names where only that one is meant."""
_FRONT = re.compile(r"(?:^|[.;:,(]|\b(?:and|then|but|or)\b)[\s*_-]*$", re.IGNORECASE)
_FRONTED = re.compile(
    rf"^,?(?:\s*(?:you|one|we|the|its|your|an?|client|call|caller|must|can|may|should|has|have|to|need|needs|also|always|there|is|are|goes|go|{_SEND}|{_SENT}"
    rf"|takes?|expects?|accepts?|contains?|includes?|requires?|it|{_NOUN}|:))*\s*$",
    re.IGNORECASE,
)
"""What stands between a place at the beginning of a clause and the name that goes there."""
_AGAIN = re.compile(
    r"^\W*(?:it|this|that|they|these|the)(?: (?:param(?:eter)?|field|property|argument|header|value|input)s?)? ?\b",
    re.IGNORECASE,
)
_ADJECTIVE = re.compile(
    r"(?:non|pre|re|un|multi|well|top|so|per|semi|self|auto|optional|read|write|end|first|last|next|built|follow|opt|one|two|low|high)-.*"
    r"|.*-(?:\w+(?:ed|ing|able|ible|ive|al|ory|ary|ent|ant|less|ful|ous|ic)|only|based|level|specific|free|like|side|wide|style|type|time"
    r"|encoded|safe|case|separated|valued|value|aware|empty|zero|null|bit|byte|readable|in|out|up|line|sent|made|known|to|of|be|the|by|long|defined|readonly)",
    re.IGNORECASE,
)
_KEEPS = re.compile(r",\s*(?:which|where|and|with|the|you|it|its|that|there)\b", re.IGNORECASE)
_PASSING = re.compile(r"\b(?:after|before|once|first|unlike|having|like|see|as in)\b[^,]*$", re.IGNORECASE)
_NEXT = re.compile(r"\b(?:then|next|afterwards|after that|before (?:that|this|you))\b", re.IGNORECASE)
_OF = re.compile(
    r"\b(?:of|to|for|in|with|on|at|by|from|into|when (?:you )?(?:call|use|send)(?:ing)?|calling|call|use|using)\s+(?:the |a |an )?"
    r"(?:(?:call|request|endpoint|operation|body|query|path|response|parameters?|answer)s? (?:of |to |for )?)?[`*]*$",
    re.IGNORECASE,
)
_GRAMMAR = (
    GLUE
    | PREPOSITIONS
    | JOINTS
    | frozenset(
        "query path header headers body cookie url uri parameter parameters param field fields property properties"
        " argument arguments key value values type types required optional default string integer number boolean array"
        " object list request response status code scope scopes maximum minimum max min limit length character"
        " characters item items input data form payload format json text error success method endpoint call auth token"
        " authentication api server operation name names true false null one get put post patch delete send returns"
        " return sent set use used option options valid".split()
    )
)
_NO_VALUES = _GRAMMAR - frozenset(
    "all any none null true false default one post put get patch delete json text date".split()
)
"""Bare words in a row of values that are none."""
_RETURNS = re.compile(r"\b(?:respon|return|repl|result|comes? back|gets? back|receiv|output)", re.IGNORECASE)


def predicates(skeleton: str) -> list[Predicate]:
    """Return all that could say something of a name, in order; of those that overlap not all do."""
    lower = skeleton.lower()
    found = [one for rule in _PATTERNS if any(hint in lower for hint in rule.hints) for one in _matches(skeleton, rule)]
    return sorted(found, key=lambda one: one.start)


def without(skeleton: str, said: Sequence[Predicate]) -> str:
    """Return a skeleton with blanks where a name is described: what stands there is no other subject. Names stay."""
    signs = list(skeleton)
    for one in said:
        if one.way is not Way.AFTER:
            for place in range(one.start, one.end):
                if signs[place] not in (NAME, NAME_ON):
                    signs[place] = " "
    return "".join(signs)


def _matches(skeleton: str, rule: _Rule) -> Iterator[Predicate]:
    groups = rule.pattern.groupindex
    for match in rule.pattern.finditer(skeleton):
        yield Predicate(
            rule.kind,
            f"{rule.value} {_unit(match['unit'])}" if rule.kind == "limit" else rule.value,
            match.start(),
            match.end(),
            rule.way,
            tuple(match.span(name) for name in ("object", "low", "high") if name in groups and match[name]),
            match.span("subject") if "subject" in groups else None,
            _NEGATED.search(skeleton, 0, match.start()) is not None,
        )


def _unit(unit: str | None) -> str:
    """Return what is counted: `length`, `items`, or nothing of a number itself."""
    if not unit:
        return ""
    return "items" if unit[0] in "ieIE" and unit.lower() != "in length" or unit.lower() == "values" else "length"


def links(gap: str) -> bool:
    """Tell whether what stands between a name and a predicate behind it has no other subject."""
    before = ""
    for word in map(str.lower, _WORD.findall(gap)):
        done = word.endswith(("ed", "en", "read", "sent")) and before in _BE_DONE
        if not (word in _LINKING or word.endswith("ly") or done):
            return False
        before = "" if word.endswith("ly") else word
    return ";" not in gap and ". " not in gap


def of_it(before: str) -> bool:
    """Tell whether a predicate is said of `it`, whatever stands before that: `…, because it is`."""
    return _IT.search(before) is not None


def leads(gap: str) -> bool:
    """Tell whether a predicate says something of the name that follows after `gap`."""
    return _TIGHT.match(gap) is not None


def leads_to(gap: str) -> bool:
    """Tell whether a type or a limit is that of the name that follows after `gap`."""
    return _FOR.match(gap) is not None and re.search(r"\b(?:for|in|into)\b", gap) is not None


def fronted(before: str, gap: str) -> bool:
    """Tell whether a place begins a clause, and is that of the name that follows after `gap`."""
    return _FRONT.search(before) is not None and _FRONTED.match(gap) is not None


def joins(gap: str) -> bool:
    """Tell whether what stands between two names makes one subject of them."""
    return _ALONG.match(gap) is not None


def of_one(gap: str) -> bool:
    """Tell whether what follows a row of names is said of the last of them only."""
    return _ONE.match(gap) is not None


def goes_on(before: str) -> bool:
    """Tell whether a sentence begins with a word for what the one before it spoke of: `It is`, `This field is`."""
    return (match := _AGAIN.match(before)) is not None and links(before[match.end() :])


def describes(word: str) -> bool:
    """Tell whether a word with a hyphen describes what follows (`read-only field`) and is no name: `page-size field`."""
    return _ADJECTIVE.fullmatch(word) is not None


def turns_away(before: str, gap: str) -> bool:
    """Tell whether a sentence may speak of something else again, once it has named an operation in passing."""
    passing = _PASSING.search(before) is not None or _NEXT.search(gap) is not None
    return passing or ("," in gap and not _KEEPS.search(gap) and not _OF.search(before))


def goes_with(gap: str) -> bool:
    """Tell whether what stands between a name and the operation behind it joins them: `the title of`, `title to`."""
    return _OF.search(gap) is not None and not re.search(r"[,;:]|\b(?:then|and)\b", gap)


def is_grammar(word: str) -> bool:
    """Tell whether a bare word is one of those that statements are made of, and so names nothing by itself."""
    return word.lower() in _GRAMMAR


def of_what_returns(text: str) -> bool:
    """Tell whether a text speaks of what comes back."""
    return _RETURNS.search(text) is not None


def values(text: str) -> list[tuple[int, int]]:
    """Return where the values are in a row of them: `open, closed or all`."""
    return [match.span() for match in re.finditer(_VALUE, text) if match[0].lower() not in _NO_VALUES]
