"""How people say where a field goes, that it is required or optional, and of which type it is."""

from engine.english.rules import (
    A_NAME,
    LEAVE_OUT,
    LEAVING_OUT,
    LEFT_OUT,
    NOUN,
    SEND,
    SENT,
    THE,
    Way,
    rules,
)

_PLACES = {
    "query": r"(?:URL(?:'s)? |request |HTTP )?query(?:[- ]string)?(?: param(?:eter)?s?| component| section)?",
    "path": r"(?:URL(?:'s)? |request |resource |URI )?path(?: segments?| component| portion)?",
    "url": r"(?:request )?(?:URL|URI)(?! path| query)",
    "body": r"(?:(?:HTTP|request|JSON|POST|PUT|PATCH|form) )*(?:body|payload|JSON(?: document| object)?(?!,)"
    r"|form(?:[- ]data| body)?)"
    r"(?: of the (?:request|call))?",
    "request": r"(?:HTTP |API )?(?:request|call)(?! body| payload| header| path| query| URL)",
    "header": r"(?:HTTP )?headers?(?: section)?",
    "request header": r"request(?:'s)? headers?|headers? of the request",
    "cookie": r"(?:request |HTTP )?cookies?",
    "response": r"(?:(?:HTTP|server|API|JSON|returned|response) )*(?:(?:response|reply|answer"
    r"|result)(?:'s)?(?: body| payload|"
    r" object| document)?|body of the (?:response|reply))(?! headers?\b)",
    "response header": r"response(?:'s)? headers?|headers? of the response",
}
"""Place → what it is called after a preposition."""
_HOLDS = (
    r"(?: (?:that |which )?(?:you|the client|clients) (?:sends?|posts?|submits?|puts?))?"
    r"(?: must| should| can| may| has to| have to| needs? to| will| would| always| also| then)*"
    r"(?: be an? (?:JSON )?(?:object|document) (?:that|which))?"
    r" (?:(?:is|are) (?:made (?:up )?|composed )of|consists? of|compris(?:es?|ing)|contains?|ha(?:s|ve)(?! to\b)"
    r"|takes?|carr(?:y|ies)|holds?|includes?|expects?|lists?|mentions?)\b"
)
"""What says of a place that a name is in it: `the body must contain`."""
_IN = (
    r"(?:in|into|inside|part of|belongs? to|within|via|through|on|onto|to|by|using|as part of|from|with|alongside"
    r"|amongst?|among) "
)
_KINDS = {
    "query": r"(?:URL )?query(?:[- ]string)?", "path": r"(?:URL )?path", "header": r"header|HTTP header",
    "request header": r"request header", "response header": r"response header", "cookie": r"cookie",
    "body": r"(?:request |JSON )?body|payload|JSON|form(?:[- ]data)?", "url": r"URL|URI", "request": r"request",
    "response": r"response(?: body)?|output|read[- ]?only",
}  # fmt: skip
"""Place → how a parameter or field of it is called: `query parameter`."""
_TYPES = {
    "array": r"(?:array|(?<!should )(?<!must )(?<!can )(?<!may )(?<!to )list)s?(?: of (?P<object>strings?"
    r"|integers?|numbers?|booleans?|objects?))?",
    "string": r"(?<!query )(?<!query-)strings?|text(?: string)?|piece of text",
    "integer": r"integers?|ints?|whole numbers?",
    "number": r"numbers?(?! of(?! (?:your|any)))|floats?|floating[- ]point(?: numbers?)?|decimals?(?: numbers?)?"
    r"|doubles?",
    "boolean": r"booleans?(?: flags?)?|bools?|true or false|true/false(?: flag)?",
    "object": r"(?:JSON )?objects?|(?:nested |key-value )?maps?|dictionary",
}
"""Type → what it is called."""
_HINTS = {
    "query": "query", "path": "path", "url": "url|uri", "body": "body|payload|json|form", "request": "request|call",
    "header": "header", "request header": "header", "cookie": "cookie", "response header": "header",
    "response": "respon|repl|answer|result|output|read-only|read only|readonly",
}  # fmt: skip
_TYPE_HINTS = {
    "array": "array|list", "string": "string|text", "integer": "int|whole", "number": "num|float|decimal|double",
    "boolean": "bool|true", "object": "object|map|dictionary",
}  # fmt: skip
_CALL_FAILS = (
    r"(?:(?:call|request|server|API|operation|endpoint|service|it|you)s? )?(?:will |would "
    r"|should )?(?:always )?(?:fails?"
    r"|breaks?|(?:is|be) (?:rejected|refused|denied|invalid|an error)|(?:gets?|returns?|responds? with|answers? with"
    r"|gives?"
    r"|throws?|raises?|sends?(?: back)?|receives?|produces?) (?:an error|rejected|refused|an? [45]\d\d|[45]\d\d)"
    r"|rejects? (?:it|the call|the request)|does not work|doesn't work|not work|won't work|errors)\b"
)
_STILL_WORKS = (
    r"(?:(?:call|request|server|API|operation|endpoint|it)s? )?(?:will |would |can |should )?still (?:works?|succeeds?"
    r"|go(?:es)? through|(?:is|be) (?:fine|valid|accepted|processed|ok))\b"
)
_OMITS = (
    rf"(?:if|when|whenever|should) (?:you|one|the (?:client|caller|request)) (?:(?:do not|don't|does not|doesn't|fail"
    rf" to|fails to|forget to|forgets to) {SEND}|omits?|leaves?(?: out)?|skips?|drops?)(?: a value for)? {THE}"
)
"""What says before a name that it is not sent."""
_ABSENT = rf"(?:(?:is|are|was|be) (?:not {SENT}|{LEFT_OUT}|empty|blank)|(?:isn't|aren't|wasn't) {SENT})\b"
_SO = r"(?:then )?(?:the |your |this |any )?"
_REFUSE = (
    r"(?:(?:rejects?|refuses?|denies|declines|turns? (?:down|away)|does not accept|doesn't accept|fails?)(?: (?:any|all"
    r"|every|each|a|the))?|(?:an )?error for(?: (?:any|all|every|each|a))?|(?:calls?|requests?)(?= (?:that|which)[^.;]*"
    r" (?:is|are|gets?|will be) (?:rejected|refused|denied|an error)))"
)
_JSON_TYPES = frozenset("string integer number boolean array object int float bool".split())


def is_type(word: str) -> bool:
    """Tell whether a word is what specifications and programs call a type: `string`, `integer`."""
    return word.lower() in _JSON_TYPES


DESCRIBING = [
    # Places
    *(
        rule
        for place, called in _PLACES.items()
        for rule in rules("place", place, Way.EITHER, _HINTS[place], rf"\b(?:{_IN}|use "
            rf"|using |{NOUN} of ){THE}(?:{called})\b(?!\s*{NOUN}\b)")
    ),
    *(
        rule
        for place, called in _KINDS.items()
        for rule in rules("place", place, Way.EITHER, _HINTS[place], rf"\b(?:as |among )?{THE}(?:{called})[ -]{NOUN}\b")
    ),
    *(
        rule
        for place in ("query", "path", "header", "cookie", "body")
        for rule in rules("place", place, Way.BEFORE, place, rf"(?<=\()(?:in:?"
            rf" (?:the )?)?{place}(?=[ ,;:)])(?! {NOUN}\b)", rf"(?<=\| ){place}(?= \|)")
    ),
    *(
        rule
        for place in ("query", "path", "header", "cookie", "body")
        for rule in rules(
            "place", place, Way.AFTER, place, rf"\b{place}(?: string|s| section)? (?:is|are) (?:where"
            rf"|the place (?:for|of))\b"
        )
    ),
    *rules("place", "header", Way.BEFORE, "header", r"(?<=[\ue011\ue010] )(?:HTTP |request )?header\b"),
    *rules("place", "header", Way.EITHER, "header", r"\b(?:as|is) an? (?:HTTP |request )?header\b"),
    *rules("place", "header", Way.AFTER, "header", rf"\bheaders?{_HOLDS}"),
    *rules("place", "cookie", Way.AFTER, "cookie", rf"\bcookies?{_HOLDS}"),
    *rules("place", "cookie", Way.EITHER, "cookie", r"\b(?:as|is) an? cookie\b", r"(?<=[\ue011\ue010] )cookie\b"),
    *rules("place", "body", Way.AFTER, "body|payload|json", rf"(?<!response )(?<!answer )\b(?:body|payload|JSON)"
        rf"(?: of (?:the|your) (?:request|call))?{_HOLDS}"),
    *rules("place", "query", Way.AFTER, "query", rf"\bquery(?: string)?{_HOLDS}"),
    *rules("place", "path", Way.AFTER, "path", rf"\bpath{_HOLDS}"),
    *rules(
        "place", "response", Way.AFTER, "respon|repl|answer|result|return|back",
        r"\b(?:response|reply|answer|result)(?: body| object| payload)?(?: will| also| always| then)*"
        r" (?:contains?|ha(?:s|ve)|carr(?:y|ies)|holds?|includes?|gives?|tells?|returns?|shows?)\b",
        r"\b(?:returns?|responds? with|gives? back|(?:get|receive|read)s? back|comes? back with)\b",
    ),
    *rules(
        "place", "response", Way.BEFORE, "return|back",
        r"\b(?:is|are|gets?) (?:only |also |always )?returned\b", r"\bcomes? back\b",
    ),
    *rules(
        "place", "request", Way.AFTER, "send|give|provide|supply|specify|pass|include|set|submit|fill|add|put|take"
        "|accept|expect",
        rf"(?:^|(?<=[,;:] )|\b(?:you|to|must|can|may|should|please|and|then|also|client) ){SEND}(?: along)?\b",
        r"\b(?:takes?|accepts?|expects?)\b",
    ),
    # Required or not
    *rules("required", "yes", Way.EITHER, "required|mandatory|compulsory|obligatory|non-optional", r"\b(?:required"
        r"|mandatory|compulsory|obligatory|non-optional)\b"),
    *rules("required", "no", Way.EITHER, "optional", r"\boptional\b"),
    *rules(
        "required", "yes", Way.BEFORE, "necess|need|essential|a must| be |indispens|imperative|vital|crucial",
        r"\b(?:is|are) (?:always |strictly |absolutely )?(?:necessary|needed|essential|a must|indispensable|imperative"
        r"|vital|crucial)\b(?! (?:only|if|when|to)\b)",
        rf"\b(?:must|has to|have to|needs to|need to)(?: always)? be {SENT}\b(?! (?:in|as|via|through|with|to|by"
        rf"|on|at|inside|within)\b(?! (?:the |your )?(?:you|callers?|clients?|users?|developers?)\b))",
        rf"\b(?:cannot|can't|can not|must not|mustn't|may not|should not|must never|can never) be {LEFT_OUT}\b",
        r"\bmust not be (?:missing|absent)\b",
    ),
    *rules(
        "required", "no", Way.BEFORE, " be |necess|need|voluntary|nice|up to|n't|required",
        rf"\b(?:can|may|might|could) (?:safely |also |just |simply )?be {LEFT_OUT}\b",
        rf"\b(?:need not|needn't|doesn't have to|don't have to|does not have to|do not have to|doesn't need to|does not"
        rf" need to|do not need to|don't need to) be {SENT}\b",
        r"\b(?:is|are) (?:not needed|unnecessary|not necessary|voluntary|nice to have|up to you)\b",
        r"\b(?:may|might) (?:also )?be (?:included|provided|specified|supplied|given|added)(?=\s*[,.;]|\s*$)",
        r"\b(?:isn't|aren't) (?:needed|necessary)\b", r"\b(?:but|though) (?:it is |it's )?not (?:needed|necessary)\b",
        r"\b(?:is|are) (?:only |just )?(?:needed|required|necessary) (?:only )?(?:if|when|where)\b",
    ),
    *rules(
        "required", "yes", Way.AFTER, "lack|omit|miss|without|not|n't|must|ha|need|requir|demand|insist|omit|leave"
        "|skip|drop|without|around"
        "|always|force|mandatory|compulsory|necess|essential|oblig|vital|crucial",
        rf"\b(?:must|ha(?:ve|s) to|needs? to)(?: always| also| at least)* {SEND}\b",
        rf"\b(?:requires?|needs?|demands?|insists? on)\b(?! to\b)(?! {THE}{A_NAME}(?: {NOUN})? to be (?!{SENT}\b))",
        rf"\b(?:cannot|can't|can not|must not|must never|never|may not) {LEAVE_OUT}\b",
        rf"\b(?:do not|don't) {LEAVE_OUT}\b",
        r"\bno way (?:around|past|without)\b", r"\b(?<!nobody )(?<!nothing )(?<!one )(?:forces?"
        r"|obliges?) you to (?:give|pass|send|set|supply)\b",
        r"\b(?:request|call|message)s? (?:must|ha(?:ve|s) to|needs? to)(?: always)* (?:carry|contain|have"
        r"|include|hold)\b",
        r"\b(?:cannot|can't|can not|could not|must not|may not)(?: be)? (?:call|use|make|send|create|run|do|work)\w*"
        r"(?: it| this| that| the call| the request| one)* without\b",
        rf"(?:^|(?<=[,;:] ))(?:always|be sure to|make sure to) {SEND}\b(?! (?:it|this) )",
        rf"\b(?:mandatory|required|compulsory|necessary|essential|obligatory|obliged|vital|crucial) to {SEND}\b",
        r"\b(?:will not|won't|does not|doesn't|cannot|can't|never) (?:accept|process|work|run|succeed|allow|handle"
        r"|execute)"
        r"(?: (?:the|your|an?|any|this|it))?(?: (?:call|request)s?)? without\b",
        rf"\b{_REFUSE}(?: (?:calls?|requests?|messages?|bod(?:y|ies)|payloads?))?(?: (?:that|which))? (?:lacks?|lacking"
        rf"|omits?|omitting|miss(?:es|ing)?|leaves? out|without|with no|do(?:es)? not (?:{SEND}|have|contain|carry))\b",
        r"\b(?:fails?|is rejected|is refused|errors?|is invalid|do(?:es)? not work|won't work"
        r"|is not possible) without\b",
    ),
    *rules(
        "required", "no", Way.AFTER, "not to|only|omit|leave|skip|drop|optional|may also|might also|need|have to"
        "|necessary"
        "|required|free to|option|desired|without|if you|nobody|nothing|no one|insist",
        rf"\b(?:can|may|might|could)(?: also| safely| just| simply)* {LEAVE_OUT}\b",
        rf"\b(?:can |may |might )?optionally (?:{SEND}|accepts?|takes?)\b",
        rf"\b(?:choose|decide|prefer|free|able|fine|okay|ok|allowed) not to {SEND}\b",
        rf"\b(?:fine|ok|okay|safe|allowed|possible|free|able|permitted|harmless|alright|valid|choose|decide|want"
        rf"|option) to {LEAVE_OUT}\b",
        rf"^[\s*_-]*(?:{LEAVE_OUT})\b(?![^.;]*\b(?:into?|fails?|error|refused|rejected|breaks)\b)",
        rf"\bif you (?:want|like|wish|care|prefer|need)(?: to)?,? (?:also |then |you can |just )?{SEND}\b",
        rf"\bif (?:desired|needed|necessary|wanted|you like),? (?:you |one )?(?:can |may |could )?(?:also )?{SEND}\b",
        rf"\boptionally,? (?:you |one )?(?:can |may |could )?(?:also )?{SEND}\b", rf"\boption (?:to|of) {SEND}\b",
        rf"\b(?:nobody|nothing|no one) (?:forces?|obliges?|makes?) you to {SEND}\b",
        rf"\bonly {SEND}(?= {THE}{A_NAME}(?: {NOUN})? (?:if|when) you (?:like|want|wish|need|care)\b)",
        r"\b(?:nobody|nothing|no one) forces\b", r"\bno need (?:for|of)\b", r"\bn[o']t (?:really )?insist on\b",
        rf"\b(?:may|might) also {SEND}\b",
        r"\b(?:can|may|might|could)(?: also| still| be)* (?:call|use|make|send|create|run|do|work)\w*(?: it| this"
        r"| that| the call| the request| one)* without\b",
        rf"\b(?:need not|needn't|do not have to|don't have to|do not need to|don't need to|no need to"
        rf"|not necessary to|not"
        rf" required to|free to) {SEND}\b",
        r"\b(?:works?|succeeds?|goes through|(?:is|are) (?:fine|valid|accepted))(?: (?:even|also|just|as|well|fine"
        r"|too))*"
        r" without\b",
    ),
    *rules(
        "required", "yes", Way.INSIDE, "without|leaving|omitting|skipping",
        rf"\bwithout {THE}(?P<subject>{A_NAME})(?: {NOUN})?,?(?: the| a| your| any| it| this)*(?: (?:call|request"
        rf"|server|API|operation))? (?:fails?|will fail|is (?:rejected|refused|invalid|an error|not accepted"
        rf"|not possible)|does not work|cannot|won't work|will not work|errors)\b",
        rf"\b(?:leaving out|omitting|skipping"
        rf"|leaving off) {THE}(?P<subject>{A_NAME})(?: {NOUN})? (?:is not (?:possible|allowed|permitted|an option)"
        rf"|is (?:an error|refused|rejected|impossible|forbidden)|makes|fails|causes|leads|gives|will fail)\b",
    ),
    *rules(
        "required", "yes", Way.INSIDE, "unless",
        rf"(?:n't|not|never|fails?|refused|rejected|invalid|incomplete|impossible|errors?)(?: (?:work|succeed"
        rf"|go through"
        rf"|be accepted|run|it|the call))* unless (?:you|one|the (?:client"
        rf"|caller)) {SEND}s? {THE}(?P<subject>{A_NAME})",
    ),
    *(
        rule
        for value, ends in (("yes", _CALL_FAILS), ("no", _STILL_WORKS))
        for rule in rules(
            "required", value, Way.INSIDE, "if|when|should",
            rf"\b{_OMITS}(?P<subject>{A_NAME})(?: {NOUN})?(?: out| off| unset| empty)?,? {_SO}{ends}",
            rf"\b(?:if|when|whenever|should) {THE}(?P<subject>{A_NAME})(?: {NOUN})? {_ABSENT},? {_SO}{ends}",
            rf"\b{ends}(?: with an? (?:error|[45]\d\d))?,? (?:even |also )?(?:if|when"
            rf"|whenever) {THE}(?P<subject>{A_NAME})"
            rf"(?: {NOUN})? {_ABSENT}",
            rf"\b{ends}(?: with an? (?:error|[45]\d\d))?,? (?:even |also )?{_OMITS}(?P<subject>{A_NAME})",
        )
    ),
    *rules(
        "required", "yes", Way.INSIDE, "omit|leav|skip|drop|without|unless|missing|absent|not ",
        rf"\b(?:{LEAVE_OUT}|omitting|skipping|leaving out|dropping) {THE}(?P<subject>{A_NAME})(?: {NOUN})?"
        rf"(?: and| then| or|,)+ (?:the |your |this )?{_CALL_FAILS}",
        rf"\b{LEAVING_OUT} {THE}(?P<subject>{A_NAME})(?: {NOUN})? (?:gets|brings"
        rf"|earns|gives"
        rf"|causes|yields|results in|ends in|leads to|means)(?: you| the client)? (?:an? |the )?(?:\w+ )?"
        rf"(?:error|failure|refusal|[45]\d\d)\b",
        rf"(?:n't|not|never|fails?|refused|rejected|invalid|incomplete|impossible|errors?)(?: (?:work|succeed"
        rf"|go through|be accepted|run|it"
        rf"|the call))*"
        rf" unless {THE}(?P<subject>{A_NAME})(?: {NOUN})? (?:is|was|are) {SENT}\b",
        rf"\b(?:if|when|where|should) {THE}(?P<subject>{A_NAME})(?: {NOUN})? (?:is|be|was|are|goes)"
        rf" (?:not {SENT}|{LEFT_OUT}),?"
        rf"(?: then)? (?:the |your |this )?{_CALL_FAILS}",
    ),
    *rules(
        "required", "no", Way.INSIDE, "even|without|passing|sending|giving|providing|may|can",
        rf"\beven (?:if|when|where) {THE}(?P<subject>{A_NAME})(?: {NOUN})? (?:is|are) (?:not {SENT}|{LEFT_OUT})\b",
        rf"\b(?:calls?|requests?) without {THE}(?P<subject>{A_NAME})(?: {NOUN})?,? (?:is|are|will be|work|works"
        rf"|succeeds?"
        rf"|goes?)(?: also| still)*(?: accepted| fine| ok| okay| valid| allowed| permitted| through)?(?=\s*[.,;]|\s*$)",
        rf"\b(?:passing|sending|giving|providing|setting|supplying) {THE}(?P<subject>{A_NAME})(?: {NOUN})? is"
        rf" (?:up to you|optional|voluntary|not (?:needed|necessary|required|mandatory)|your choice)\b",
        rf"\b(?:may|can|could|might)(?: also)? {SEND} {THE}(?P<subject>{A_NAME})(?: {NOUN})? (?:if|when|where)"
        r" (?:needed|desired|wanted|necessary|you (?:like|want|wish|need|care))\b",
        rf"\b(?:may|can|could|might) {SEND} {THE}(?P<subject>{A_NAME})(?: {NOUN})?,? but (?:you |it |one )?"
        rf"(?:do not|don't|need not|needn't|are not|aren't|is not|isn't)\b",
    ),
    *rules(
        "required", "no", Way.INSIDE, "omitting|leaving|skipping",
        rf"\b(?:leaving out|omitting|skipping|leaving off) {THE}(?P<subject>{A_NAME})(?: {NOUN})? is (?:fine|ok"
        rf"|okay|allowed|possible|permitted|safe|harmless|no problem)\b",
    ),
    *rules(
        "required", "no", Way.INSIDE, "leav|without",
        rf"\b(?:(?:can|may|might|could|fine|ok|okay|safe|allowed|possible|free|able|permitted|choose)(?: to| also"
        rf"| safely| just| simply)* )?leave {THE}(?P<subject>{A_NAME})(?: {NOUN})? (?:out|off|unset|empty|blank"
        rf"|away|aside)\b",
        rf"\b(?:can|may|might|could) do without {THE}(?P<subject>{A_NAME})",
    ),
    # Types
    *(
        rule
        for type_, called in _TYPES.items()
        for rule in rules("type", type_, Way.EITHER, _TYPE_HINTS[type_], rf"\b(?:of type |of the type |as "
            rf"|typed as )?{THE}[`*]{{0,2}}(?:JSON )?(?:{called})(?: (?:value|type)s?)?\b(?!-)")
    ),
    *(
        rule
        for type_, called in _TYPES.items()
        for rule in rules("type", type_, Way.INSIDE, "type", rf"\b(?:{called})[`*]{{0,2}} is the (?:data |value )?type"
            rf" (?:of|for) {THE}(?P<subject>{A_NAME})")
    ),
    *(
        rule
        for type_, called in _TYPES.items()
        for rule in rules(
            "type", type_, Way.INSIDE, "but|than|except", rf"\b(?:anything|everything|whatever)(?: that is)?(?: but"
            rf"| other than| except|n't| not) {THE}[`*]{{0,2}}(?:{called})(?: value)? (?:is|will be|gets)"
            rf" (?:rejected|refused|invalid|an error) (?:for|as|in|by) {THE}(?P<subject>{A_NAME})"
        )
    ),
    *(
        rule
        for type_, called in _TYPES.items()
        for rule in rules("type", type_, Way.INSIDE, "type", rf"\btype (?:of"
        rf"|for) {THE}(?P<subject>{A_NAME})(?: {NOUN})?"
            rf"(?: is|:| has to be| must be| should be) {THE}[`*]{{0,2}}(?:{called})\b")
    ),
]  # fmt: skip
"""Rules for `place`, `required` and `type`."""
