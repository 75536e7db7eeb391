"""How people tell defaults, limits and values of a field, and that there is no such field."""

from engine.english.rules import (
    A_NAME,
    A_VALUE,
    IS_UNGIVEN,
    ITEM,
    NOUN,
    NUMBER,
    OR,
    SURE,
    THE,
    UNGIVEN,
    Way,
    rules,
)

_THEN = (
    r"(?:and|then|,)* ?(?:you (?:get|have)|it (?:is|becomes|will be|counts as)|the (?:server|API|service)"
    r" (?:uses|takes|assumes))"
    r" (?:set to )?"
)
_FALLS = (
    r"(?:default(?: value)?(?: is| of|:)|defaults? to|falls? back (?:to|on)|will default to|uses?|assumes?|takes?"
    r"|applies|picks?|chooses?|will (?:be|use|take|assume)|(?:is|gets?) (?:set to|assumed to be|treated as))"
)
"""What stands before a value that is taken where none is given."""
_TAKEN = r"(?:used|taken|assumed|applied|chosen|sent|meant|picked|in effect)"
_OTHERWISE = (
    r"(?:(?:if|when|where|unless)(?: (?:it|is|it's|you|one|not|do|don't|otherwise|explicitly))* )?(?:unset|omitted"
    r"|unspecified|absent|missing|left (?:out|off|unset|empty)|(?:not )?(?:given|set|specified|provided|passed|sent"
    r"|stated|supplied)|(?:say|told|tell)(?= it| otherwise)|(?:set|give|send|specify|pass|provide) it)"
    r"(?: it)?(?: otherwise)?"
)
"""What says that a field is not given which is named later: `unless specified`, `if you do not set it`."""
_BE = r"(?:be|is|are|being|was|were)"
_ONE_NUMBER = rf"(?P<low>{NUMBER})(?![\w%])"
_UNIT = r"(?:[ -](?P<unit>characters?|chars?|letters?|bytes|items?|elements?|entries|values|long|digits|in length))?"
_SIZE = (
    r"(?: (?:value|length|size|number|count|amount|allowed|permitted|accepted|possible|valid|supported|legal"
    r"|acceptable)){0,3}"
)
_MOST = r"(?:max(?:imum)?|upper (?:limit|bound)|ceiling|limit|cap|largest|highest|greatest|biggest|longest|top)"
_LEAST = r"(?:min(?:imum)?|lower (?:limit|bound)|floor|smallest|lowest|shortest|least)"
_ABOVE = r"(?:(?:greater|higher|larger|bigger|longer|more) than|above|over|beyond|past)"
_BELOW = r"(?:(?:less|lower|smaller|shorter|fewer) than|below|under|beneath)"
_CANNOT = (
    r"(?:cannot|can't|can not|must not|mustn't|may not|should not|shouldn't|must never|can never|not|never)(?: be"
    r"| go| get| have| hold| contain| exceed| drop| fall| rise)*"
)
_REFUSED = (
    r"(?:is|are|will be|gets?|get|would be)(?: always)? (?:rejected|refused|not allowed|invalid|an error"
    r"|not accepted|not valid|cut off|too (?:large|small|long|high|low|short))"
)
_EQUALS = r"(?:\s*(?:is|are|of|being|:|=|as|will be|would be|to)\s*(?:set to |at )?)"
_ALLOWED = r"(?:allowed|possible|valid|accepted|permitted|legal|supported|available|acceptable)"
_ANYTHING = r"(?:anything|everything|whatever|values?|numbers?|texts?)(?: (?:that|which) (?:is|are))?"
_DIGITS = "0|1|2|3|4|5|6|7|8|9"
MEASURING = [
    # Defaults
    *rules(
        "default", "", Way.BEFORE, "out of|begin with|default|back|start|equals|revert|assumed|taken|treated|if"
        "|when|where|unless|set|initial",
        rf"\b(?:is|equals|will be|starts? out as|starts? as) (?P<object>{A_VALUE})"
        rf"(?= (?:when|if|unless) (?:omitted|absent|missing|left out|not (?:given|set|sent|specified|provided"
        rf"|passed|stated)|unset|you))",
        rf"\b(?:is|equals|will be) (?P<object>{A_VALUE})(?= out of the box\b| from the start\b| to begin with\b)",
        rf"\bstarts? out as (?P<object>{A_VALUE})",
        rf"\b(?:pre-?set|initiali[sz]ed|initially set) (?:to|as|at|with) (?P<object>{A_VALUE})",
        rf"\binitially (?P<object>{A_VALUE})(?=\s*[.,;)]|\s*$)",
        rf"\bdefault value (?P<object>{A_VALUE})(?=\s*[.,;)]|\s*$)",
        rf"\bdefault(?:s|ing)?(?: back)? to (?:the value )?(?P<object>{A_VALUE})",
        rf"\b(?:(?:has|have|with|whose|having) )?(?:an? |the |its )?default(?: value"
        rf"| setting)?{_EQUALS}(?P<object>{A_VALUE})",
        rf"\bdefault(?: value)? (?P<object>{SURE}|{NUMBER}\b|true\b|false\b|null\b)",
        rf"(?P<object>{A_VALUE}) (?:is (?:used |assumed |taken )?)?(?:by|as (?:the|a)|is (?:its|the|a)) default\b",
        rf"(?P<object>{A_VALUE}) as (?:its|the|a) default\b",
        rf"\b(?:falls? back|will fall back|reverts?) (?:on |to )(?:the value )?(?P<object>{A_VALUE})",
        rf"\b(?:is|are) (?:assumed to be|taken to be|taken as|treated as) (?P<object>{A_VALUE})",
        rf"\b(?:if|when|where|unless)(?: you| it| is| are| it's| not|n't| leave| do)* (?:omit(?:ted)?|left out"
        rf"|unset|absent|missing"
        rf"|given|specified|provided|set|sent|out|passed|say otherwise|told otherwise)(?: it"
        rf"| out)*,? (?:the (?:server|API|service|value) "
        rf"(?:uses?|takes?|assumes?|is|will be) |it (?:is|will be|becomes|means"
        rf"|counts as) (?:set to )?)?(?P<object>{A_VALUE})(?= is\b| counts\b| applies\b|\s*[.;,)]|\s*$)",
        rf"(?P<object>{SURE}|{NUMBER}) (?:is (?:used|assumed|taken) )?(?:if|when|unless|where)(?: you| it| is| are"
        rf"| it's| not|n't|"
        rf" do| does|n't| leave| nothing| none| no value)* (?:omit(?:ted)?|left out|unset|absent|missing|given?"
        rf"|specif(?:y|ied)|provided?|set|sen[dt]|out|pass(?:ed)?|say|said|else|otherwise)\b",
    ),
    *rules(
        "default", "", Way.INSIDE, "default|back|without|if|when|where|unless|should|preset|standard|initial"
        "|leav|skip|omit|absen|lacking|unset|unspec|given",
        rf"\b(?:fallback|preset|standard|initial|usual)(?: value)? (?:of|for) {THE}(?P<subject>{A_NAME})(?: {NOUN})?"
        rf"{_EQUALS}(?P<object>{A_VALUE})",
        rf"\b(?:absent|lacking|without) {THE}(?P<subject>{A_NAME})(?: {NOUN})?,? the (?:server|API|service|call)"
        rf" (?:uses|takes|assumes|applies|falls back (?:to|on)) (?P<object>{A_VALUE})",
        rf"(?:^|(?<=[,;:] )){_OTHERWISE},? {THE}(?P<subject>{A_NAME})(?: {NOUN})?"
        rf" (?:is|equals|will be|becomes|means|counts as|takes|has|stays)(?: set to| the value)? (?P<object>{A_VALUE})",
        rf"\bdefault (?P<subject>{A_NAME})(?: {NOUN})? is (?P<object>{A_VALUE})",
        rf"\bdefault(?:s|ing)? {THE}(?P<subject>{A_NAME})(?: {NOUN})? to (?P<object>{A_VALUE})",
        rf"(?P<object>{A_VALUE}) as (?:the |its |a )?default(?: value| setting)? (?:for|of"
        rf"|in) {THE}(?P<subject>{A_NAME})",
        rf"(?P<object>{A_VALUE}) is what {THE}(?P<subject>{A_NAME})(?: {NOUN})? (?:is|has|gets|takes|will be)"
        rf"(?: set to)? by default\b",
        rf"(?P<object>{A_VALUE}) (?:(?:is|will be|gets) {_TAKEN}|applies),? {UNGIVEN}(?P<subject>{A_NAME})",
        rf"\b{UNGIVEN}(?P<subject>{A_NAME})(?: {NOUN})?{IS_UNGIVEN},?"
        rf" (?P<object>{A_VALUE})"
        rf" (?:(?:is|will be|gets) {_TAKEN}|applies)\b",
        rf"(?P<object>{A_VALUE}) is (?:taken|used|assumed|applied|chosen) (?:for"
        rf"|as) {THE}(?P<subject>{A_NAME})(?: {NOUN})?"
        rf" (?:if|when|where|unless)\b",
        rf"\b(?:leave|leaving) {THE}(?P<subject>{A_NAME})(?: {NOUN})? (?:out|off|unset"
        rf"|empty) {_THEN}(?P<object>{A_VALUE})",
        rf"\b(?:skip|omit|skipping|omitting) {THE}(?P<subject>{A_NAME})(?: {NOUN})? {_THEN}(?P<object>{A_VALUE})",
        rf"\bdefault(?: value| setting)?{_EQUALS}(?P<object>{A_VALUE}) (?:for|in|of) {THE}(?P<subject>{A_NAME})",
        rf"\b{_FALLS} (?P<object>{A_VALUE}),? {UNGIVEN}(?P<subject>{A_NAME})",
        rf"\b(?:omitting|leaving out|skipping|leaving off) {THE}(?P<subject>{A_NAME})(?: {NOUN})? (?:means|gives"
        rf"|implies"
        rf"|yields|selects|results in|leads to|amounts to) (?P<object>{SURE}|{NUMBER}\b|true\b|false\b)",
        rf"\b{UNGIVEN}(?P<subject>{A_NAME})(?: {NOUN})?{IS_UNGIVEN},?"
        rf" (?:then )?(?:the (?:server|API"
        rf"|service|value|call|operation) |it )?{_FALLS} (?P<object>{A_VALUE})",
        rf"\bdefault(?: value| setting)? (?:of"
        rf"|for) {THE}(?P<subject>{A_NAME})(?: {NOUN})?{_EQUALS}(?P<object>{A_VALUE})",
        rf"\b(?:by|as (?:the|a)) default,? {THE}(?P<subject>{A_NAME})(?: {NOUN})? (?:is|equals|has the value"
        rf"|will be) (?:set to )?(?P<object>{A_VALUE})",
        rf"\b(?:assumes?|uses?|takes?|picks?|chooses?|applies) (?P<object>{A_VALUE}) (?:for"
        rf"|as) {THE}(?P<subject>{A_NAME})(?: {NOUN})? (?:by default|if|when|unless)\b",
        rf"\b(?:if|when|where|unless|should) (?:you |it |the |your |no )?(?:do not |don't )?(?:leave |omit |skip "
        rf"|set |send |give |specify |provide |pass )?{THE}(?P<subject>{A_NAME})(?: {NOUN})?(?: (?:is|be|was|out"
        rf"|off|unset|left|not|n't|given|set|sent|omitted|missing|absent|specified|provided"
        rf"|passed))*(?<! is)(?<! be)(?<! was)(?<! not)(?<! n't),? (?:the (?:server|API|service|call|value)"
        rf" (?:uses?|takes?|assumes?|picks?|is|will be) "
        rf"|it (?:is|will be|becomes) (?:set to )?)?(?!(?:goes|belongs|lives|comes|stands"
        rf"|sits)\b)(?P<object>{A_VALUE})(?= (?:is|will be|gets?|counts"
        rf"|applies)(?: used| taken| assumed| chosen)?\b|\s*[.;,)]|\s*$)",
        rf"\b(?:falls?|fall|reverts?|goes) back (?:on |to )(?:the value )?(?P<object>{A_VALUE}) (?:for"
        rf"|as) {THE}(?P<subject>{A_NAME})",
        rf"(?P<object>{A_VALUE}) is the (?:usual )?default(?: value)? (?:for|of|in) {THE}(?P<subject>{A_NAME})",
        rf"\bby default,? (?:the )?(?:API|server|service|call|it) (?:uses?|takes?|assumes?|picks?"
        rf"|chooses?) (?P<object>{A_VALUE}) (?:for|as) {THE}(?P<subject>{A_NAME})",
        rf"(?P<object>{A_VALUE}) is what {THE}(?P<subject>{A_NAME})(?: {NOUN})? defaults to\b",
        rf"(?P<subject>{A_NAME})'s default(?: value)?{_EQUALS}(?P<object>{A_VALUE})",
        rf"\b(?:without|absent|lacking) (?:an? |the |any )?(?P<subject>{A_NAME})(?: {NOUN})?,? (?:the (?:server"
        rf"|API|service"
        rf"|call) (?:uses|takes|assumes) |it (?:is|uses|assumes) )"
        rf"(?P<object>{SURE}|{NUMBER}\b)",
    ),
    # Limits
    *rules(
        "limit", "most", Way.EITHER, _DIGITS,
        rf"\b(?:at most|at the most|no more than|not more than|up to|as (?:many|much|long) as|not exceed"
        rf"|never exceeds?|no longer than|no larger than|no (?:higher|greater|bigger) than"
        rf"|at or (?:below|under)|(?:below|under) or at|limited to|capped at|restricted to|(?:truncated|cut(?: off)?"
        rf"|trimmed|shortened) (?:to|at|after)|lower than or equal to|less than or equal to|not (?:be )?(?:above"
        rf"|over|greater than|larger than|longer than|more than)"
        rf"|goes up to|(?:tops|maxes) out at|room for|fits? (?:in|into|within)|(?:stops|ends) (?:at|after)"
        rf"|as (?:high|large|big|long"
        rf"|great) as|within|not go beyond|a (?:maximum|max|limit|ceiling"
        rf"|cap) of|(?:below|under"
        rf"|(?:less|lower|smaller|shorter|fewer)(?: than)?) or (?:equal to|exactly)"
        rf"|{_CANNOT} {_ABOVE}) {_ONE_NUMBER}{_UNIT}",
        rf"(?:≤|<=) ?{_ONE_NUMBER}{_UNIT}",
        rf"(?P<low>{NUMBER}){_UNIT}(?: long)? (?:or (?:less|fewer|lower|below|shorter)|at (?:the )?most"
        rf"|(?:at )?max(?:imum)?"
        rf"|and below|tops)\b",
    ),
    *rules(
        "limit", "most", Way.BEFORE, "max|limit|upper|ceiling|cap|exceed|est |top",
        rf"\b(?:has |have |with |whose )?{THE}{_MOST}{_SIZE}{_EQUALS}{_ONE_NUMBER}{_UNIT}",
        rf"\b(?:max(?:imum)?|limit) {_ONE_NUMBER}{_UNIT}",
        rf"\bcannot exceed {_ONE_NUMBER}{_UNIT}", rf"\bcan't exceed {_ONE_NUMBER}{_UNIT}",
    ),
    *rules(
        "limit", "most", Way.INSIDE, "max|limit|upper|ceiling|cap|est|top|above|over|than|beyond|past",
        rf"\b{_MOST}{_SIZE} (?:of|for|on) {THE}(?P<subject>{A_NAME})(?: {NOUN})?{_EQUALS}{_ONE_NUMBER}{_UNIT}",
        rf"(?P<subject>{A_NAME})'s {_MOST}{_SIZE}{_EQUALS}{_ONE_NUMBER}{_UNIT}",
        rf"\b{_MOST}{_SIZE}(?: (?:that|which))? {THE}(?P<subject>{A_NAME})(?: {NOUN})?(?: (?:you|one|it|that|which"
        rf"|can|may|could|is|be|use"
        rf"|have|ask|for|send|accepts?|takes?|allowed|possible|permitted))*{_EQUALS}{_ONE_NUMBER}{_UNIT}",
        rf"(?P<subject>{A_NAME})(?: {NOUN})?(?: of)? {_ABOVE} {_ONE_NUMBER}{_UNIT} {_REFUSED}",
        rf"\bno {THE}(?P<subject>{A_NAME})(?: {NOUN})? {_ABOVE} {_ONE_NUMBER}{_UNIT} (?:is|are) {_ALLOWED}\b",
        rf"\b{_ANYTHING} {_ABOVE} {_ONE_NUMBER}{_UNIT} (?:for|in|as) {THE}(?P<subject>{A_NAME})(?: {NOUN})? {_REFUSED}",
        rf"\b{_ANYTHING} {_ABOVE} {_ONE_NUMBER}{_UNIT} {_REFUSED} (?:from|for|in|by) {THE}(?P<subject>{A_NAME})",
        rf"\b(?:limits?|caps?|restricts?|truncates?) {THE}(?P<subject>{A_NAME})(?: {NOUN})? (?:to"
        rf"|at) {_ONE_NUMBER}{_UNIT}",
        rf"(?P<low>{NUMBER}){_UNIT} is the {_MOST}{_SIZE} (?:(?:of|for|on|that|which) )?{THE}(?P<subject>{A_NAME})",
    ),
    *rules(
        "limit", "least", Way.EITHER, _DIGITS,
        rf"\b(?:at least|at or above|above or at|no less than|not less than|no fewer than|not fewer than"
        rf"|no smaller than|no shorter than"
        rf"|no lower than|greater than or equal to|more than or equal to"
        rf"|not (?:be )?(?:below|under|less than|smaller than|shorter than|lower than)|starts? (?:at|from)"
        rf"|bottoms out at|as (?:low|small|short|little|few) as"
        rf"|begins? (?:at|from|with)|starting (?:at|from)|a (?:minimum|min|floor) of|(?:above|over|(?:greater"
        rf"|higher|larger|longer|more)(?: than)?) or (?:equal to|exactly)"
        rf"|{_CANNOT} {_BELOW}) {_ONE_NUMBER}{_UNIT}",
        rf"\bfrom {_ONE_NUMBER}{_UNIT} (?:on|onwards|up|upwards)\b",
        rf"(?:≥|>=) ?{_ONE_NUMBER}{_UNIT}",
        rf"(?P<low>{NUMBER}){_UNIT} (?:or (?:more|greater|higher|above|longer|larger)|at (?:the )?least"
        rf"|min(?:imum)?|and (?:above|up)|upwards?)\b",
    ),
    *rules(
        "limit", "least", Way.BEFORE, "min|lower|floor|est ",
        rf"\b(?:has |have |with |whose )?{THE}{_LEAST}{_SIZE}{_EQUALS}{_ONE_NUMBER}{_UNIT}",
        rf"\bmin(?:imum)? {_ONE_NUMBER}{_UNIT}",
    ),
    *rules(
        "limit", "least", Way.INSIDE, "min|lower|floor|est|least|below|under|than",
        rf"\b{_LEAST}{_SIZE} (?:of|for|on) {THE}(?P<subject>{A_NAME})(?: {NOUN})?{_EQUALS}{_ONE_NUMBER}{_UNIT}",
        rf"(?P<subject>{A_NAME})'s {_LEAST}{_SIZE}{_EQUALS}{_ONE_NUMBER}{_UNIT}",
        rf"\b{_LEAST}{_SIZE}(?: (?:that|which))? {THE}(?P<subject>{A_NAME})(?: {NOUN})?(?: (?:you|one|it|that|which"
        rf"|can|may|could|is|be|use"
        rf"|have|ask|for|send|accepts?|takes?|allowed|possible|permitted))*{_EQUALS}{_ONE_NUMBER}{_UNIT}",
        rf"(?P<subject>{A_NAME})(?: {NOUN})?(?: of)? {_BELOW} {_ONE_NUMBER}{_UNIT} {_REFUSED}",
        rf"\bno {THE}(?P<subject>{A_NAME})(?: {NOUN})? {_BELOW} {_ONE_NUMBER}{_UNIT} (?:is|are) {_ALLOWED}\b",
        rf"\b{_ANYTHING} {_BELOW} {_ONE_NUMBER}{_UNIT} (?:for|in|as) {THE}(?P<subject>{A_NAME})(?: {NOUN})? {_REFUSED}",
        rf"\b{_ANYTHING} {_BELOW} {_ONE_NUMBER}{_UNIT} {_REFUSED} (?:from|for|in|by) {THE}(?P<subject>{A_NAME})",
        rf"(?P<low>{NUMBER}){_UNIT} is the {_LEAST}{_SIZE} (?:(?:of|for|on|that|which) )?{THE}(?P<subject>{A_NAME})",
    ),
    *(
        rule
        for limit, beyond in (("most", _ABOVE), ("least", _BELOW))
        for rule in rules(
            "limit", limit, Way.INSIDE, "not|n't|never",
            rf"{_CANNOT} (?:set|raise|lower|increase|change|choose|use|send|put|make) {THE}(?P<subject>{A_NAME})"
            rf"(?: {NOUN})?(?: to)?(?: be)? {beyond} {_ONE_NUMBER}{_UNIT}",
        )
    ),
    *rules("limit", "under", Way.BEFORE, _DIGITS, rf"\b{_BELOW} {_ONE_NUMBER}{_UNIT}"),
    *rules("limit", "over", Way.BEFORE, _DIGITS, rf"\b{_ABOVE} {_ONE_NUMBER}{_UNIT}"),
    *rules(
        "limit", "range", Way.BEFORE, "between|from|range",
        rf"\b(?:between|from|in the range(?: of)?|range[sd]? (?:from|between|of|is)"
        rf"|anywhere from) (?P<low>{NUMBER})\s*(?:and|to|-|\u2013|through|up to)\s*(?P<high>{NUMBER})(?![\w%]){_UNIT}",
    ),
    # Values
    *rules(
        "values", "listed", Way.BEFORE, "one of|either|any of|among|value|option|choice|only",
        rf"\b(?:one of|either|any of"
        rf"|among)(?: the)?(?: following)?(?: values?)?:? {THE}(?P<object>{ITEM}(?:{OR}{ITEM})*)",
        rf"\b(?:(?:whose|the|its|only|has|have|with|and|are) )*(?:{_ALLOWED}|only) (?:values?|options?|choices?"
        rf"|ones?)(?: here)?(?: are| is|:| include| being)* {THE}(?P<object>{ITEM}(?:{OR}{ITEM})*)",
        rf"\b(?:values?|options?|choices?)(?: are|:| include) (?P<object>{ITEM}(?:{OR}{ITEM})*)",
    ),
    *rules(
        "values", "some", Way.BEFORE, " be | take|accept|allow|support|know|permit|set to| of|is|are|=|:|have"
        "|equal|hold|value",
        rf"(?:\b(?:can|may|could|must|should|might|cannot|can't)(?: also| only| either| never| not)* (?:be|take"
        rf"|have|equal|hold)(?: set to)?|\b(?:accepts?|takes?|allows?|supports?|knows?|permits?)(?: only)?"
        rf"|\bset to|\bof|\bis|\bare|=|:)"
        rf"(?: the)?(?: values?| option)? ?(?P<object>{SURE}(?:{OR}{SURE})*)",
        rf"\b(?:can|may|could|must|should|might)(?: also| only| either| never| not)* (?:be|take"
        rf"|have)(?: the values?)? (?P<object>[A-Za-z]\w*(?:{OR}{ITEM})+)",
        rf"\b(?:set to|with the value|the value) (?P<object>{A_VALUE})(?=\s*[.,;:!?)]|\s*$|\s+(?:to|for|when|if|in"
        rf"|and)\b)",
    ),
    *rules(
        "values", "some", Way.INSIDE, "set|put|change|turn|switch| is |use|pass|send|choose|pick|give|take|value"
        "|option",
        rf"\b(?:set|setting|put|change|turn"
        rf"|switch) {THE}(?P<subject>{A_NAME})(?: {NOUN})? to (?:the value )?(?P<object>{SURE}(?:{OR}{SURE})*"
        rf"|{A_VALUE}(?=\s*[.,;:!?)]|\s*$|\s+(?:to|for|when|if|in|and)\b))",
        rf"(?P<object>{A_VALUE}) is (?:also |even )?(?:an? |one of the )?(?:{_ALLOWED} )?(?:values?|options?"
        rf"|choices?|setting) (?:of|for|in) {THE}(?P<subject>{A_NAME})",
        rf"(?P<object>{A_VALUE}) is (?:also |even )?{_ALLOWED} (?:for|by|as|in) {THE}(?P<subject>{A_NAME})",
        rf"\b(?:use|pass|send|choose|pick|give|take) (?:the value )?(?P<object>{SURE}) (?:for|as"
        rf"|in) {THE}(?P<subject>{A_NAME})",
        rf"\b(?:value|option) (?P<object>{SURE}) (?:of|for|in) {THE}(?P<subject>{A_NAME})",
    ),
    *rules(
        "values", "not", Way.INSIDE, "not|n't|no|never",
        rf"(?P<object>{A_VALUE}) is (?:not|no|never|n't) (?:an? |one of the "
        rf"|among the )?(?:{_ALLOWED} )?(?:values?|options?|choices?)? ?(?:of|for|in|by"
        rf"|as) {THE}(?P<subject>{A_NAME})",
        rf"(?P<subject>{A_NAME})(?: {NOUN})? (?:has|have|knows?|takes?) no (?:value|option|choice|setting)s?"
        rf" (?P<object>{SURE})",
        rf"(?P<subject>{A_NAME})(?: {NOUN})? (?:cannot|can't|can not|may not|must not|can never|does not accept"
        rf"|doesn't accept|does not allow|doesn't allow|does not take|does not support|doesn't support"
        rf"|never takes)(?: be| take| have| ever)*(?: set to)?(?: the value)? (?P<object>{SURE})",
    ),
    # That there is no such thing
    *rules(
        "there", "no", Way.AFTER, "not|n't|never",
        r"\b(?:cannot|can't|can not|must not|may not|never) be (?:called|used|sent|invoked|combined|filtered|narrowed)"
        r" (?:together )?(?:with|by)\b",
    ),
    *rules(
        "there", "no", Way.AFTER, "no|n't|never",
        r"\b(?:has|have|takes?|accepts?|supports?|offers?|knows?|there (?:is|are)|contains?|includes?) no\b",
        r"\b(?:knows?|says?|takes?|wants?) nothing (?:of|about|like|called)\b",
        r"\b(?:do(?:es)? not|doesn't|don't|cannot|can't|never) (?:take|accept|support|have|contain|include|know"
        r"|offer|allow|expose|use|takes|accepts)\b(?! to\b)",
    ),
    *rules(
        "there", "no", Way.INSIDE, "is no|not|n't",
        rf"(?P<subject>{SURE})(?: {NOUN})? (?:is|are)(?: no| not an?| not one of the| not among the|n't an?) {NOUN}"
        rf"(?= (?:of|in|for)\b)",
        rf"(?P<subject>{SURE})(?: {NOUN})? means nothing (?=to\b)",
    ),
]  # fmt: skip
"""Rules for `default`, `limit`, `values` and `there`."""
