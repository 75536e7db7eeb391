"""What questions about a whole API say of the operations that are meant: rules that read conditions."""

import re
from typing import NamedTuple

from engine.english.whole import QUOTED

_NO_NAME = (
    r"(?!(?:that|which|who|in|of|for|from|is|are|as|at|on|to|with|without|and|or|nor|not|no|any|some|the|an?|by|do|does"
    r"|have|has|named?|called|all|each|every|there|it|its|their|what|how|when|where|but|also|than|exist\w*|defined"
    r"|using|can|should|must|marked|most|least|only|accepts?|takes?|returns?|required?|optional|query|header|path"
    r"|body|cookie|named?|per|more|other|different|names?|this|these|those|least|documented|available|operations?"
    r"|endpoints?|deprecated|whose|if|needs?|haves?|supports?|uses?|allows?|expects?|defines?|requires?"
    r"|status(?:es)?|codes?|errors?|https?"
    r"|oauth2?|permission|certain|particular|specific|special|single|extra|something|anything|nothing|many|several"
    r"|both|neither|either|be|was|were|will|specified|values?|input|output|request|response|form|url"
    r"|parameters?|params|fields?|arguments?|inputs?|properties|carry|carries|holds?|controls|tells|says|means"
    r"|specifies|determines|decides|lets|gives|goes|comes|makes|works)\b)"
)
VALUE = rf"(?<![\w$@.:/-])(?P<value>{QUOTED}\d+|{_NO_NAME}[^\s\"',;?!()]*[^\s\"',;?!().:])"
_ANY = r"(?P<value>[^\s\"',;?!()]*[^\s\"',;?!().:])"
_MARKED = (
    rf"(?<![\w$@.:/-])(?P<value>{QUOTED}\d+|(?=[^\s\"',;?!()]*(?-i:_|[a-z][A-Z]|\w[:.]\w|\[\]|\$|[A-Z]\w*-[A-Z]))"
    r"[^\s\"',;?!()]*[^\s\"',;?!().:])"
)
"""What is a name without being called one: `per_page`, `pageSize`, `repo:read`, or quoted."""
_PLACE = r"(?:(?P<place>query|header|path|body|url|request|response|form|input|output|cookie)[- ]?(?:string |body )?)?"
_FIELD = r"(?P<noun>parameters?|params?|arguments?|args?|fields?|property|properties|inputs?|attributes?|headers?)"
_CALLED = r"(?:,? (?:named|called|name))?:?"
_MUST = r"(?P<must>required|mandatory|compulsory|optional)"
_SURELY = r"(?:(?: (?:that|which))? (?:is|are|be|as) (?P<surely>not required|required|mandatory|optional)\b)?"


class Rule(NamedTuple):
    """How a condition is said."""

    kind: str
    pattern: re.Pattern[str]
    family: str
    """Conditions of one family are listed under one negation: `without a summary or a description`."""


def _rule(kind: str, *patterns: str, family: str = "", exactly: bool = False) -> tuple[Rule, ...]:
    flags = re.NOFLAG if exactly else re.IGNORECASE
    return tuple(Rule(kind, re.compile(pattern, flags), family) for pattern in patterns)


_AFTER = (
    r"(?P<gone> (?:is |are )?(?:missing|absent|lacking|empty|not (?:given|there|documented|described|set|present)))?"
)
_BY = r"(?:(?:authenti\w+|authori[sz]\w+|secured|protected) (?:with|by|via|using|through) (?:an? )?)?"
_STATUS_WORD = r"(?:status(?: codes?)?|codes?|https?|responses?|errors?)"

_REASON = (
    r"(?:no content|not found|too many requests|unauthori[sz]ed|forbidden|conflict|created|ok|accepted|bad request|gone"
    r"|unprocessable(?: entity| content)?|internal server error|not modified|service unavailable|method not allowed)\b"
)
"""Reason phrases (RFC 9110, 15), which say nothing beside their number."""

RULES: tuple[Rule, ...] = (
    *_rule("per", r"\b(?:per|by|for each|for every|in each|in every|of each|grouped by|broken down by|split by|each"
           r"|every)"
           r" (?:(?:http|status|response|media|content|individual|single) )?(?P<value>tags?|methods?|verbs?|codes?"
           r"|status(?:es)?|types?|apis?|specs?|specifications?|scopes?)\b"),
    *_rule("per", r"\b(?:has|have|with) (?P<value>more|fewer)\b(?! than)"),
    *_rule("most", r"\b(?:has|have|with|having|takes?|accepts?|defines?|uses?|needs?|requires?|is|are)? ?(?:the )?"
           r"(?P<value>most|fewest|least|largest number of|highest number of|greatest number of|smallest number of"
           r"|lowest"
           r" number of)(?: of)?(?: the)?\b(?! common| used| frequent| popular)(?: (?P<noun>(?:query |different"
           r" )?param(?:eter)?s?|arguments|tags?"
           r"|scopes?|(?:status|response|error) codes?|status(?:es)?|responses?|(?:required )?inputs?|operations?"
           r"|endpoints?|fields?"
           r"|calls|required param(?:eter)?s?|required fields|methods?))?"),
    *_rule("common", r"\b(?P<value>most|least) (?:commonly |often |frequently |widely )?(?:common|used|frequent"
           r"|popular|often"
           r" used)\b"),
    *_rule("has.id", rf"\b(?:an? |any )?operation[- ]?ids?{_AFTER}", family="has"),
    # Paths, before names: they have slashes
    *_rule("path.starts", rf"\b(?:(?:whose|with|in) )?(?:an? |the )?(?:paths?|urls?|routes?) (?:that |which"
           rf" )?(?:starts?|begins?"
           rf"|starting|beginning)(?: with| in| by)? {VALUE}",
           rf"\b(?:starts?|begins?|starting|beginning) with {VALUE}", r"\b(?:under|below|beneath)"
           r" (?P<value>/[^\s,;?!]*)"),
    *_rule("path.ends", rf"\b(?:(?:paths?|urls?|routes?) )?(?:that |which )?(?:ends?|ending) (?:with|in|on) {VALUE}"),
    *_rule("path.parameter", rf"\bpath {_FIELD}{_CALLED} {VALUE}", rf"{VALUE} path {_FIELD}\b",
           rf"{VALUE} {_FIELD} in (?:the|its|their) (?:paths?|url)\b"),
    *_rule("path.contains", rf"\b(?:paths?|urls?|routes?) (?:that |which )?(?:contains?|includes?|mentions?|has|have"
           rf"|containing"
           rf"|including|with|matching) (?:the (?:word|segment|text|part) )?{VALUE}",
           rf"{VALUE} (?:is |appears? |occurs? )?in (?:the|its|their) (?:paths?|urls?)\b",
           r"(?:\b(?:on|at|for|of|with|contain(?:s|ing)?) )?(?<![\w])(?P<value>/[\w{][^\s,;?!]*)"),
    # Scopes
    *_rule("scope", rf"\b(?:oauth2? )?(?:permission )?scopes?{_CALLED} (?:of )?{VALUE}",
           rf"{VALUE} (?:oauth2? |permission )?scope\b"),
    *_rule("has.scope", r"\b(?:oauth2? |any |an? |some )*scopes?\b", family="has"),
    *_rule("tag", rf"\btagged(?: with| as)? {VALUE}", rf"\b(?:with |in |under )?(?:the )?tag{_CALLED} {VALUE}",
           rf"{VALUE} (?:tag|category|section|group)\b"),
    # Media types
    *_rule("media", r"(?<!\S)(?P<value>\*/\*)", r"\b(?P<value>(?:application|text|image|audio|video|multipart"
           r"|font)/[\w.+*-]*[\w*])"),
    *_rule("media", r"\b(?P<value>json|xml|csv|yaml|html|pdf|multipart|octet-stream|form-data|x-www-form-urlencoded)\b"
           r"(?: (?:format|bodies|body|payloads?|content|documents?|data|responses?))?"),
    # Statuses
    *_rule("status", r"(?<!first )(?<!top )(?<!last )(?<!than )(?<!limit )(?<![\w./-])"
           rf"(?:(?:an? |the )?{_STATUS_WORD} )?(?P<value>[1-5](?:\d\d|xx))(?![\w/-]|\.\d)(?: {_REASON})?(?:"
           rf" {_STATUS_WORD})?", family="status"),
    *_rule("status.client", r"\bclient errors?(?: (?:responses?|codes?))?\b", family="status"),
    *_rule("status.server", r"\bserver errors?(?: (?:responses?|codes?))?\b", family="status"),
    *_rule("status.default", r"\b(?:a )?default (?:error |)responses?\b", family="status"),
    *_rule("has.error", rf"\b(?:an? |any )?(?:error|failure)s? (?:responses?|codes?|status(?:es)?(?: codes?)?){_AFTER}",
           rf"(?<=document )(?:any )?errors?{_AFTER}", rf"(?<=documented )errors?{_AFTER}", r"\bany errors?\b",
           family="has"),
    # What is marked so
    *_rule("deprecated", r"\b(?:deprecated|obsolete|sunset(?:ted)?|deprecation)\b"),
    # Inputs and outputs by name
    *_rule("named", rf"\b{_PLACE}{_FIELD},? (?:called|named) {_ANY}{_SURELY}",
           rf"\b{_PLACE}(?:{_MUST} )?{_PLACE.replace('?P<place>', '?P<place2>')}{_FIELD}{_CALLED} {VALUE}{_SURELY}",
           rf"(?:\b{_MUST} )?{VALUE} (?:as an? )?{_PLACE}{_FIELD}\b{_SURELY}",
           rf"{VALUE} (?:in|as part of|inside|within) (?:the|its|their|an?) (?P<place>request|response|body|query"
           rf"|header|form)s?"
           r"(?: body| string)?\b", family="named"),
    *_rule("some", rf"\b(?:an? |any )?(?P<place>query|header|path|cookie|required|mandatory|optional|url) {_FIELD}"
           r"(?=\W*$|\W*\b(?:and|or|but|in|of|at)\b)", family="has"),
    # Who may call
    *_rule("optional.auth", r"\boptional (?:auth\w*|credentials)\b"),
    *_rule("auth.oauth2", rf"\b{_BY}oauth ?(?:2(?:\.0)?)?(?: (?:tokens?|auth\w*|security))?(?![\w-])", family="auth"),
    *_rule("auth.apiKey", rf"\b{_BY}(?:an? )?api[- ]?keys?(?: auth\w*)?\b", family="auth"),
    *_rule("auth.bearer", rf"\b{_BY}(?:a )?bearer(?: (?:tokens?|auth\w*))?\b", family="auth"),
    *_rule("auth.basic", rf"\b{_BY}(?:http )?basic (?:auth\w*|credentials)\b", family="auth"),
    *_rule("auth.openIdConnect", rf"\b{_BY}openid(?: ?connect)?\b", family="auth"),
    *_rule("public", r"\b(?:public(?:ly)?(?: (?:accessible|available|callable))?|anonymous(?:ly)?|unauthenticated"
           r"|unsecured"
           r"|unprotected|open to (?:everyone|anyone))\b"),
    *_rule("has.credentials", r"\b(?:any |some |an? |user )?(?:authenti\w+|authori[sz]\w+|auth|credentials?"
           r"|log(?:ging)?[- ]?in"
           r"|logged in|sign(?:ing)?[- ]in|secured|protected|security|access tokens?|tokens?)\b"
           r"(?: (?:requirements?|at all))?", family="has"),
    # What is there at all
    *_rule("has.summary", rf"\b(?:an? |any )?summar(?:y|ies){_AFTER}", family="has"),
    *_rule("has.description", rf"\b(?:an? |any )?(?:long )?descriptions?{_AFTER}", r"\bdescribed\b", family="has"),
    *_rule("has.tag", rf"\b(?:an? |any )?tags?(?=\W*$|\W*\b(?:and|or|but|in|of)\b){_AFTER}", r"\buntagged\b",
           r"\btagged(?=\W*$|\W*\b(?:and|or|but|at all)\b)", family="has"),
    *_rule("has.example", rf"\b(?:an? |any )?(?:request |response )?(?:examples?|samples?){_AFTER}", family="has"),
    *_rule("has.output", rf"\b(?:an? |any )?(?:response|returned) (?:body|bodies|content|payload|schemas?){_AFTER}",
           r"\b(?:anything|something|nothing) back\b", r"\bcontent\b", family="has"),
    *_rule("has.body", rf"\b(?:an? |any )?(?:request )?(?:body|bodies|payload){_AFTER}", family="has"),
    *_rule("has.parameter", rf"\b(?:any )?(?:parameters|params){_AFTER}(?=\W*$|\W*\b(?:and|or|but|in|of|at)\b)",
           r"\b(?:a|any) parameters?\b", family="has"),
    *_rule("has.paging", r"\b(?:paginat\w+|paged|paging|page through|(?:in )?pages)\b", family="has"),
    *_rule("webhook", r"\bweb ?hooks?\b"),
    *_rule("has.callback", r"\b(?:an? |any )?callbacks?\b", family="has"),
    *_rule("has.link", r"\b(?:an? |any )?links?\b", family="has"),
    # Methods and kinds
    *_rule("method", r"\b(?P<value>GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|TRACE)s?\b", family="method", exactly=True),
    *_rule("method", r"\b(?P<value>get|post|put|patch|delete|head|options|trace)(?= (?:operations?|endpoints?"
           r"|requests?|calls?"
           r"|methods?|routes?|or|and)\b)",
           r"(?<=use )(?P<value>get|post|put|patch|delete|head|options|trace)\b",
           r"(?<=uses )(?P<value>get|post|put|patch|delete|head|options|trace)\b",
           r"(?<=http )(?P<value>get|post|put|patch|delete|head|options|trace)\b",
           r"\b(?P<value>mutation|subscription)s?\b", r"\b(?P<value>quer)(?:y|ies)\b", family="method"),
    *_rule("format", r"\b(?P<value>graphql|openapi|swagger|asyncapi|postman|grpc|protobuf|arazzo|smithy)\b"
           r"(?: (?:apis?|specs?|format))?"),
    # What comes back, and is sent, by the name of its schema
    *_rule("returns", r"\b(?:returns?|returning|respond(?:s|ing)? with|gives? back|yields?|produces?|outputs?)"
           r" (?:(?:an?|the|any|some|lists?|arrays?|collections?|of|several|multiple|single|many) )*"
           rf"{VALUE}(?: (?:objects?|schemas?|models?|types?|entit(?:y|ies)|records?))?"),
    *_rule("sends", r"\b(?:accepts?|accepting|takes?|taking|sends?|sending|expects?) (?:(?:an?|the|any|as|input) )*"
           rf"{VALUE} (?:objects?|schemas?|models?|entit(?:y|ies)|records?|bod(?:y|ies))\b"),
    *_rule("named", rf"\b(?P<verb>accepts?|accepting|takes?|taking|supports?|supporting|allows?|allowing)"
           rf" (?:(?:an?|the|both|either) )*{VALUE}"),
    *_rule("named", rf"\b(?:{_MUST} ){_MARKED}", rf"{_MARKED}{_SURELY}", family="named"),
)  # fmt: skip
"""Read in this order; what one has read the next does not see."""

_OUTPUT = re.compile(
    r"\b(?:return\w*|respon[ds]\w*|outputs?|gives?|yields?|produces?|results?|come back|receive)\b", re.IGNORECASE
)
_INPUT = re.compile(
    r"\b(?:accept\w*|tak(?:e|es|ing)|consum\w+|sends?|sending|supports?|allows?|needs?|requir\w+|pass\w*|inputs?"
    r"|requests?|body|must|upload\w*|expects?|submit\w*)\b", re.IGNORECASE
)  # fmt: skip
_DEMAND = re.compile(
    r"\b(?:requir(?:e|es|ing)|must (?:have|be|get)|needs?|insists?|demands?|mandatory)\b", re.IGNORECASE
)


def direction(before: str, after: str) -> str:
    """Return whether a name is of what goes `in` or comes `out`, by the words around it; or empty."""
    out = max((match.end() for match in _OUTPUT.finditer(before)), default=-1)
    into = max((match.end() for match in _INPUT.finditer(before)), default=-1)
    if out > into:
        return "out"
    if into > out:
        return "in"
    near = after[:40]
    return "out" if _OUTPUT.search(near) else "in" if _INPUT.search(near) else ""


def demands(before: str) -> bool:
    """Tell whether what stands before a name says that it is required."""
    return bool(_DEMAND.search(before))


_CHANGE = re.compile(
    r"\b(?P<what>what(?:'s| is| has| have| was| were)? (?:changed|new|different)|changed?|changes|differences?"
           r"|differ|added|new"
    r"|introduced|removed|dropped|deleted|(?:newly |been |got )deprecated|deprecated)\b", re.IGNORECASE
)  # fmt: skip
_VERSION = r"(?:version |release |v(?=\d))?(?P<{0}>[\w@.+-]*[\w+-])"
_SINCE = re.compile(
    r"\b(?:since|after|from|compared (?:to|with)|over|versus|vs\.?|than) (?:the )?(?P<last>last|previous|old|older"
           r"|prior|"
    r"earlier)(?: (?:version|release|one|update|import|spec))?\b"
    r"|\b(?:in|with|by) the (?P<latest>latest|new|newest|current|last) (?:version|release|update)\b"
    rf"|\b(?:between|from) {_VERSION.format('old')} (?:and|to) {_VERSION.format('new')}"
    rf"|\b(?:since|after|compared (?:to|with)) {_VERSION.format('since')}", re.IGNORECASE
)  # fmt: skip
_KINDS = (
    ("added", r"add|new|introduc"),
    ("removed", r"remov|drop|delet"),
    ("deprecated", r"deprecat"),
)


class Change(NamedTuple):
    """That a question asks what changed."""

    what: str
    """`added`, `removed`, `deprecated`, or empty for all."""
    old: str
    """As it is written: a version or a spec; empty for the one before."""
    new: str
    """Empty for the spec as it is."""
    spans: tuple[tuple[int, int], ...]


def change(question: str) -> Change | None:
    """Return between what a question asks for changes; None where it does not."""
    since = _SINCE.search(question)
    told = list(_CHANGE.finditer(question))
    if since is None or not told:
        return None
    word = told[0]["what"].lower()
    kind = "" if word.startswith("what") else next((name for name, part in _KINDS if re.search(part, word)), "")
    return Change(
        kind, since["old"] or since["since"] or "", since["new"] or "", (since.span(), *(one.span() for one in told))
    )
