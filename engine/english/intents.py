"""What kind of answer a question wants, by its words: how to do something, a field, an error, a comparison.

Each rule is a pattern with its strength: 5 says it outright, 3 is said of this kind alone, 2 mostly, 1 is a word that
other kinds have, too (`create an API key` asks for a key, and not how to sign in). The strengths of a kind add up; how
far the best stands before the next tells how sure the reading is.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from engine.english.clauses import asks_to_act
from engine.english.phrases import without_preamble
from engine.english.questions import clauses
from engine.english.topics import topic_of

_SURE, _STRONG, _MOSTLY, _WEAK = 5.0, 3.0, 2.0, 1.0
_ACTS = 2.5
"""What a beginning with a verb speaks for something to be done: more than any word that other kinds have, too."""
_ANY = 1.0
"""What every question speaks for something to be done."""
_UNHEARD = 0.75
"""What speaks for some other kind where no word does."""
_CACHED = 256
"""Questions whose reading is remembered: one is read again when meaning has changed the facts."""
_LONGEST = 2_000
"""Characters of a question that are read: a pasted log says in its first lines what it is."""

_THINGS = (
    r"values?|options?|kinds?|types?|stat(?:e|us)(?:e?s)?|modes?|formats?|categor(?:y|ies)|roles?|levels?|reasons?"
    r"|languages?|templates?|choices|variants|currencies|units|periods|intervals|events?|methods"
)
_MANY = (
    r"values|options|kinds|types|states|statuses|modes|formats|categories|roles|levels|reasons|languages|templates"
    r"|choices|variants|currencies|units|periods|intervals|methods|verdicts|keys"
)
_OPERATIONS = (
    r"(?:\w+ ){0,2}(?:operations?|endpoints?|calls|routes|requests|(?:http )?methods|resources|webhooks|scopes|schemas"
    r"|tags|queries|mutations|rpcs)"
)
_ACTING = r"get|obtain|exchange|refresh|request|generate|receive|acquire|where"

_NO_VALUE = r"(?!\b(?: (?:of|is|to))? ?[=:]? ?\d)"
"""No number comes after: `with page size 5` says how large it is, and asks for nothing."""

_RULES: tuple[tuple[str, float, str], ...] = (
    ("errors", _SURE, r"\b(?:40[0-9]|41[0-9]|42[0-9]|45[01]|50[0-9])\b.{0,60}\b(?:mean|why|what now|what to do"
     r"|what else|when"
     r"|error|happen\w*|come|get)\b|\b(?:get|got|gives|returns?|why|mean)\b.{0,30}\b(?:40[0-9]|41[0-9]|42[0-9]"
     r"|50[0-9])\b"
     r"|\b(?:if|when) there (?:is|are) no such\b|\bcredits? (?:are |is )?(?:left|remaining)\b|\bgo(?:es)? wrong\b"
     r"|\btoo many requests\b|\b(?:fields|body|shape|format)\b.{0,15} of an? (?:\w+ )?error\b"),
    ("errors", _STRONG, r"\b(?:40[0-9]|41[0-9]|42[0-9]|45[01]|50[0-9]|4xx|5xx)\b|\bgo(?:es)? wrong\b|\bthrottl\w*"
     r"|\brate[- ]?limit\w*|\btoo many requests\b|\b(?:requests?|calls) (?:are allowed )?(?:per|a|an|each) (?:second"
     r"|minute|hour|day|month)\b|\bstatus codes?\b|\berror (?:codes?|messages?|responses?|body|format)\b"
     r"|\bcredits? (?:are |is )?(?:left|remaining)\b|\bquotas?\b|\bexceptions?\b"
     r"|\bhow (?:often|frequently) (?:can|may|could) (?:i|we|you|one) (?:call|request|poll|query)\b"
     r"|\bhow many .{0,40}\b(?:in|within) (?:\w+ ){0,2}(?:seconds?|minutes?|hours?|days?)\b|\bconcurren\w+"
     r"|\bin parallel\b"),
    ("errors", _MOSTLY, r"\berrors?\b|\bfail(?:s|ed|ing|ures?)?\b|\bwhy (?:do|does|did|is|am|are|can't|cannot)\b"
     r"|\b(?:rejected|refused|denied|forbidden|unauthori[sz]ed|conflict|timed? ?out|bad request)\b"),
    ("auth", _STRONG, r"\b(?:which|what|the|right|any)(?: \w+){0,2} (?:scopes?|permissions?|privileges?"
     r"|roles?) .*\b(?:need"
     r"|require|have|for|to|allow)|\b(?:need|requires?|necessary|missing)(?: \w+){0,3} (?:scopes?|permissions?"
     r"|privileges"
     r"?|tokens?|auth\w*|credentials?|api keys?|log ?in|roles?)\b|\b(?:scopes?|permissions?) (?:for|to|needed"
     r"|required)\b"
     rf"|\b(?:{_ACTING})\b.{{0,40}}\b(?:access|bearer|refresh|api|oauth2?|id|the|a) (?:tokens?|keys?)\b(?! for )"
     r"|\bo?auth(?:enticat\w*|ori[sz]ation|2)?\b|\bbearer\b|\bapi[- ]?keys? (?:go|passed|sent|in|header)\b"
     r"|\bsign (?:the "
     r"|my )?requests\b|\brequests? (?:be |is |are )?signed\b|\b(?:key|token)s? (?:is|are|be|get)? ?(?:passed"
     r"|sent|put|supplied)\b|\bheader (?:carries"
     r"|has|holds)"
     r" the (?:key|token)\b|\blog ?in to the api\b|\binsufficient (?:\w+ )?(?:scopes?|permissions?)\b"
     r"|\b(?:key|token|jwt)\b.{0,20}\bheader\b|\bpermissions? \w+ needs?\b|\b(?:how|where) .{0,20}\bauthenticat\w+"
     r"|\bwithout (?:logging in|a (?:login|token|key)|signing in|auth\w*|credentials)\b|\bclient (?:id|secret)\b"),
    ("auth", _SURE, r"\bauthenticate(?! (?:a|an|another|the user|users)\b)"),
    ("auth", _SURE + _MOSTLY, r"\bheader\b.{0,20}\b(?:key|token|jwt|credentials?)\b|\b(?:which|what"
     r"|right) (?:scopes?|permissions?|roles?)"
     r" (?:do|does|is|are|for|to|my|needs?)\b|\b(?:insufficient|missing) (?:\w+ )?(?:scopes?|permissions?)\b"),
    ("auth", _STRONG, r"\b(?:which|what) (?:scopes?|permissions?|credentials?)\b|^log ?in$"),
    ("auth", _WEAK, r"\btokens?\b|\bscopes?\b|\bpermissions?\b|\blog ?in\b|\bapi[- ]?keys?\b|\bcredentials?\b"
     r"|\bprivileges?\b|\bauthori[sz]ed?\b"),
    ("paging", _STRONG, r"\bpaginat\w+|\bpaging\b|\b(?<!\d )(?:next|per|each|all|last|second|result|more) pages?\b"
     rf"|\bpage (?:size{_NO_VALUE}"
     rf"|through|over|number{_NO_VALUE}|token|by page)\b|\bpages of\b|\bcursors?\b"
     r"|\b(?:max(?:imum)?|default|the) (?:offset|page|limit"
     r")\b|\bloop (?:over|through)\b|\bnext (?:\d+ |batch|ones|results?)|\bhow (?:do i|to|can i) (?:page|iterate)\b"
     r"|\bremaining (?:results|items|ones)\b|\bmore than (?:the first )?\d+ \w+ (?:back|at once|exist)\b"
     r"|\bhow many (?:\w+ ){1,4}(?:per|at once|at a time|at most|by default|in one|come back|do i get|are returned"
     r"|without asking|can i get)\b|\b(?:all|every|the rest)(?: of)?(?: the)? (?:\w+ )?(?:results|hits|rows)\b"),
    ("paging", _WEAK, r"\bpages?\b|\boffset\b|\ball of them\b|\bnot just the first\b|\bbatch\w*|\bat most\b"
     r"|\bat once\b"),
    ("compare", _SURE, r"\bdifferences? (?:between|of|in)\b|\bdiffers?\b|\bvs\.?(?=\s)|\bversus\b"
     r"|\bagainst (?:the )?(?:default"
     r"|limit|max\w*)\b|\bor .+,? (?:when which|which one)\b|\bin the old and the new\b"
     r"|^(?:\w+ ){1,4}or (?:\w+ ?){1,4}\?$"),
    ("compare", _STRONG, r"\bdifferent (?:from|to)\b|\bversus\b|\bcompar(?:e|ed"
     r"|ison|ing)\b|\bor .+,? (?:when|which|what)(?: to use)? (?:which|one|should|is|do|to)\b"
     r"|\bwhich (?:one )?(?:should i"
     r"|to) (?:use|call|take)\b|\bagainst (?:the )?(?:default|limit|max\w*)\b|\bdistinguish\w*|\bwhat sets\b"
     r"|\bhow (?:do|does|is|are) .+ (?:different|unlike)\b|\bbetter than\b|\bwhen (?:do|should) i use\b.+\bor\b"),
    ("enum", _STRONG, rf"\b(?:which|what|allowed|possible|valid|supported|accepted|available|permitted|legal|known)"
     rf" (?:\w+ ){{0,3}}(?:{_THINGS})\b(?! (?:code|is it|of error))|\b(?:values|options|choices) (?:for|of|does|do"
     rf"|can|are)"
     r"\b|\benum\w*\b|\bone of what\b|\bwhat (?:can|may|could) (?:i )?(?:(?:the |a |an )?[\w.]+ )?be\b|\bvalues\??$"
     r"|\bwhich \w+ (?:are (?:allowed|supported|possible|available|accepted|valid|known)|can (?:i|one) (?:use"
     r"|choose|pick"
     r"|pass|send|set))\b|\b(?:are|is) (?:allowed|supported|valid|accepted)\b|\w+ supported (?:for|by|in)\b"),
    ("enum", _MOSTLY + _MOSTLY, rf"^(?:all |the |allowed )?(?:\w+ ){{0,2}}(?:{_MANY})(?:\?|$|,| (?:of|for|a|an|the"
     rf"|that|i|in|which)\b)"
     r"|\bby what can i (?:sort|order|filter|group)\b|\b(?:sort|order) (?:keys|fields|orders)\b"
     r"|\bwhat .{1,30} are there\b"
     r"|\bsupported (?:for|by|in)\b"),
    ("enum", _MOSTLY, r"\bwhich (?:\w+ ){1,3}(?:can|are|does|do|may)\b|\bwhat (?:\w+ )?(?:are|is) there\b"),
    ("field", _STRONG, r"\bwhat (?:does|do|is|are) .{1,50} (?:mean|stand for|good for|used for|control|do)\b"
     r"|\bmeaning of\b"
     r"|\bwhat(?:'s| is| are) .{1,40}\b(?:field|parameter|property|attribute|argument|option|flag)\b|\bunit\b"
     r"|\bdefault\b"
     r"|\b(?:max(?:imum)?|min(?:imum)?|longest|shortest|largest|smallest) (?:length|size|value|number|count|amount)\b"
     r"|\brange of\b|\b(?:mandatory|optional|nullable|read[- ]?only|write[- ]?only)\b|\bwhich (?:format|type|fields?)\b"
     r"|\b(?:what|in what|which) (?:format|type|fields?|parameters?|properties|headers?)\b|\bhighest number\b"
     r"|\bhow (?:long|big|large|short"
     r"|many characters|old|far|high|precise) (?:can|may|must|should|is|are)\b|\b(?:data ?type|input type) of\b"
     r"|\b(?:is|are) .{1,40} (?:required|mandatory|optional|case[- ]sensitive)\b|\bcan .{1,30} be (?:null|empty"
     r"|negative"
     r"|zero)\b|\bcomes? back\b|\bwhat (?:is|gets|do(?:es)?) .{0,30}(?:returned?|respon\w+)|\bresponse (?:contain"
     r"|look|have"
     r"|include|field|body)\w*|\bshape of\b|\blook like\b|\b[a-z0-9]+=\w+, what\b"),
    ("field", _SURE + _STRONG, r"\b(?:in )?(?:which|what) (?:unit|currency|time ?zone)s?\b"),
    ("field", _STRONG, r"\bhow (?:many|much|long|often|large|big|old|soon) .{1,60}\b(?:can|may|must|could|fits?|at most"
     r"|at least|allowed|maximum)\b"),
    ("field", _MOSTLY, r"\bfields?\b|\bschema\b|\bparameters?\b|\bpayload\b|\bproperties\b|\breturns?\b|\barguments?\b"
     r"|\bformat\b|\blimits?\b|\brequired\b|\bmeans?\b|\battributes?\b|\bdescribed?\b|\bwhat does\b|\bmaximum\b"
     r"|\bminimum\b"),
    ("field", _WEAK, r"\bbody\b|\bheaders?\b|\bquery\b|\btype\b"),
    ("whole", _SURE, r"\bhow many (?:\w+ ){0,2}(?:operations|endpoints|calls|routes|scopes|schemas|webhooks|queries"
     r"|mutations)\b"
     r"(?! (?:per|may|can|am|a|each|are allowed))|\b(?:operations?|endpoints?|calls) (?:with|without|under|that"
     r"|tagged|need\w*"
     r"|return\w*|about|have|has|were|removed|added)\b|\b(?:which|any) (?:\w+ )?(?:calls|operations|endpoints)\b"),
    ("whole", _STRONG, rf"\b(?:how many|number of|count(?: of)?|list (?:all|every|each)|(?:which|what)(?: of the"
     rf"| other)?)"
     rf" {_OPERATIONS}\b|\boverview\b|\bwhat can (?:this|the) api do\b|\bwhat (?:is|does) (?:this|the) api\b"
     r"|\bwhat(?:'s| has| is)? (?:new|changed)\b|\b(?:groups|areas|parts) of (?:endpoints|operations|the api)\b"),
    ("whole", _WEAK, r"\b(?:operations|endpoints|calls)\b"),
    ("whole", _STRONG, rf"^(?:all|every|each) {_OPERATIONS}\b|\b(?:all|every|any) {_OPERATIONS} (?:that|which"
     rf"|without|with"
     r"|whose|needing|under)\b"),
    ("deprecation", _STRONG, r"\bdeprecat\w+|\bsunset\w*|\bobsolete\b|\bstill supported\b|\bdiscontinu\w+"
     r"|\bphased out\b"
     r"|\b(?:what|which) replace[sd]\b|\breplacement (?:for|of)\b|\binstead of the old\b|\blegacy\b"),
    ("paging", _SURE, r"\b(?:next|following) page\b|\bhow (?:do i|to|can i) page\b"
     rf"|\bpage size\b{_NO_VALUE}"
     r"|\bpaginat\w+"
     r"|\b(?:max(?:imum)?|biggest|largest) (?:offset|page)\b"
     r"|\bmore than \d+ .{1,40}\bget all\b"),
    ("events", _SURE, r"\b(?:is there|are there|any|which|what|does .{1,30} (?:send|fire|have)) .{0,40}\b(?:webhooks?"
     r"|callbacks?|notifications?|push)\b(?! (?:stat(?:e|us)|types?|kinds?|settings?|channels?|preferences?"
     r"|templates?))|\b(?:webhook|callback|event)s? (?:when|that|for|fires?|is sent|sent|tells?)\b"
     r"|\b(?:notified|told|informed|tell me) (?:when|about|of|once|if)\b|\bwithout polling\b|\binstead of polling\b"),
    ("events", _WEAK, r"\bwebhooks?\b|\bcallbacks?\b"),
    ("repeat", _SURE, r"\bidempoten\w+|\bsafe(?:ly)? (?:to )?(?:retry|repeat|resend)\b|\b(?:retry|repeat|resend"
     r"|send|call"
     r"|create|run|charge\w*|post\w*)\b.{0,40}\btwice\b|\bduplicate (?:requests?|calls?|posts?|charges?|payments?)\b"),
)  # fmt: skip
_PATTERNS = tuple((name, strength, re.compile(pattern, re.IGNORECASE)) for name, strength, pattern in _RULES)
_IDENTIFIER = re.compile(r"(?<![\w/{.])(?:[a-z][a-z0-9]*(?:_[a-z][a-z0-9]*)+|[a-z]+[A-Z][a-z]\w*)(?![\w}/])")
"""A name as specifications write them, which is hardly a value; case matters."""
_STATUS = re.compile(r"(?<![\w.,:$€£#-])([1-5]\d\d|[45]xx)(?![\w%]|[.,:]\d)", re.IGNORECASE)


class Reading(NamedTuple):
    """What kinds of answer a question may want, the likeliest first."""

    kinds: tuple[str, ...]
    """Those that anything speaks for: `do`, `workflow`, `field`, `enum`, `auth`, `errors`, `paging`, `compare`,
    `whole`, `unsaid`, `deprecation`, `events`, `repeat`."""
    confidence: float
    """How far the first is from the next, 0.5 to 1."""


@lru_cache(_CACHED)
def read(question: str) -> Reading:
    """Return what kind of answer a question wants; something to be done where nothing else is said."""
    text = question[:_LONGEST]
    strengths = {"do": _ANY}
    for name, strength, pattern in _PATTERNS:
        if pattern.search(text):
            strengths[name] = strengths.get(name, 0.0) + strength
    if _IDENTIFIER.search(text):
        strengths["field"] = strengths.get("field", 0.0) + _MOSTLY
    if topic := topic_of(text):
        strengths["unsaid"] = _SURE + _WEAK if topic.only else _WEAK
    if _acts(text):
        strengths["do"] += _ACTS
        if len([clause for clause in clauses(text) if asks_to_act(clause)]) > 1:
            strengths["workflow"] = strengths["do"] + _WEAK
    ranked = sorted(strengths, key=lambda name: -strengths[name])
    second = max(strengths[ranked[1]] if len(ranked) > 1 else 0.0, _UNHEARD)
    return Reading(tuple(ranked), strengths[ranked[0]] / (strengths[ranked[0]] + second))


def _acts(text: str) -> bool:
    """Tell whether a question begins with something to be done, or asks how it is done."""
    return without_preamble(text) != text.strip() or asks_to_act(text)


def statuses(question: str) -> Sequence[str]:
    """Return the statuses that a question names: `404`, `4XX`."""
    return tuple(dict.fromkeys(match.upper() for match in _STATUS.findall(question)))
