"""What developers ask that no specification has a place for, or that most leave out, and how a text speaks of it."""

import re
from typing import NamedTuple


class Topic(NamedTuple):
    """Something that is asked about an API as such."""

    name: str
    """As it stands in `The specification does not say …`."""
    asked: re.Pattern[str]
    """How a question asks for it."""
    told: re.Pattern[str]
    """How a sentence that tells it speaks."""
    stands: str
    """Where a specification would tell it."""
    only: bool = True
    """Whether a question with these words asks for nothing else."""


def _topic(name: str, asked: str, told: str, stands: str, *, only: bool = True) -> Topic:
    return Topic(name, re.compile(asked, re.IGNORECASE), re.compile(told, re.IGNORECASE), stands, only)


_WORDS = "in the description of the API or of the operation"
_PERIOD = r"(?:second|minute|hour|day|week|month|year|sec|min)s?"

TOPICS = (
    _topic(
        "how many calls are allowed in which time",
        rf"\brate[- ]?limit|\bthrottl|\b(?:requests?|calls?|times|posts?|messages)\b.{{0,40}}\b(?:per|a|an|each|every)"
        rf" {_PERIOD}\b|\bhow (?:often|frequently) (?:can|may|am) i\b|\bquotas?\b|\brequest limit",
        rf"\brate[- ]?limit|\bthrottl|\b\d[\d,.]* (?:\w+ ){{0,2}}(?:requests?|calls?)\b.{{0,20}}\b(?:per|a|an|each"
        rf"|every)"
        rf"\b|\b(?:requests?|calls?|queries)(?: are allowed)? (?:per|a|an|each|every) (?:\d+ )?{_PERIOD}\b|\bquotas?\b",
        "in a header of the responses (X-RateLimit-…, Retry-After), at the status 429, or in a description",
        only=False,
    ),
    _topic(
        "what it costs",
        r"\b(?:how much|what) (?:does|do|is|are|will) .{0,60}\b(?:cost|charged?|price|pay)\b"
        r"|\bcosts?\b.{0,30}\b(?:per|in"
        r"|euros?|dollars?|cents?)\b|\bpric(?:e|es|ing) (?:of|for|per|plans?)\b.{0,20}\b(?:api|call|request|plan)\b"
        r"|\bfree (?:tier|plan|requests|calls|quota)\b|\bfor free\b|\bwithout paying\b|\bpaid (?:plan|tier)\b"
        r"|\bbilled (?:per|for each|by)\b",
        r"\b(?:pric(?:e|ing)|free of charge|for free|costs?|credits?|billed|charged)\b|[$€£] ?\d"
        r"|\b\d[\d.,]* ?(?:usd|eur|gbp|dollars?|euros?|cents?)\b",
        _WORDS,
    ),
    _topic(
        "how long a token is valid",
        r"\b(?:tokens?|sessions?|keys?|credentials?)\b.{0,40}\b(?:expir\w+|valid|lifetime|ttl|run out)\b"
        r"|\b(?:do|does|will|can) .{0,30}\b(?:tokens?|sessions?|keys?|credentials?)\b.{0,20} (?:last|live)\b(?!-)"
        r"|\bhow (?:long|soon|many (?:minutes|hours|days))\b.{0,40}\b(?:tokens?|sessions?|keys?|login)\b"
        r"|\b(?:lifetime|expiry|expiration|ttl) of .{0,20}\b(?:tokens?|keys?|sessions?)\b",
        rf"\b(?:tokens?|sessions?|keys?)\b.{{0,80}}\b(?:expir\w+|valid for|lifetime|ttl)\b|\bexpires? (?:in|after) \d|"
        rf"\bvalid for \d+ {_PERIOD}",
        "in the description of the security scheme",
    ),
    _topic(
        "how available the service is",
        r"\bsla\b|\buptime\b|\bavailability (?:guarantee|of the (?:api|service))|\bmaintenance windows?\b"
        r"|\bstatus page\b"
        r"|\bis the api down\b",
        r"\bsla\b|\buptime\b|\bmaintenance window|\bstatus page\b"
        r"|\bguarantee\w*.{0,40}\b(?:availab|uptime|service level)",
        _WORDS,
    ),
    _topic(
        "how fast the answer comes",
        r"\b(?:response time|latency|how (?:fast|quick(?:ly)?) (?:does|do|is|will|can)|time ?outs? (?:after|of"
        r"|in seconds)"
        r"|how long (?:does|do|until|before|will) .{0,60}\b(?:take|answer|respond|time ?out|visible|show up|appear"
        r"|propagate|process(?:ed)?|finish))",
        rf"\blatency\b|\bresponse time|\btime ?outs?\b|\b(?:takes?|within|up to|after) (?:about |around "
        rf"|a few )?(?:\d+ )?"
        rf"{_PERIOD}\b|\bimmediately\b|\breal[- ]?time\b|\basynchronous",
        _WORDS,
    ),
    _topic(
        "whether something arrives once, more than once, or in order",
        r"\b(?:exactly|at least|at most) once\b|\b(?:delivery|ordering|order) guarantees?\b|\bguaranteed (?:to "
        r"|delivery"
        r"|order)|\bdeliver\w* (?:twice|in order|more than once)\b|\b(?:arrive|come|delivered|sent|processed) in"
        r" (?:the )?(?:same |right )?order\b",
        r"\b(?:exactly|at least|at most|more than) once\b|\bguarantee\w*.{0,60}\b(?:deliver|order)|\bduplicate deliver"
        r"|\bin order\b(?! to)",
        _WORDS,
    ),
    _topic(
        "how to tell that a call of a webhook is genuine",
        r"\b(?:webhooks?|callbacks?|notifications?)\b.{0,60}\b(?:genuine|authentic|really|signed|signatures?|verif\w+"
        r"|secret|trust\w*|come from)\b|\b(?:verify|validate|check|trust)\b.{0,40}\b(?:webhooks?|callbacks?)\b",
        r"\b(?:webhook|callback|notification|payload)\w*\b.{0,100}\b(?:signatures?|signed|hmac|secret)\b"
        r"|\b(?:signatures?|signed|hmac|secret)\b.{0,100}\b(?:webhook|callback|notification|payload)",
        _WORDS,
    ),
    _topic(
        "how long it is kept",
        r"\bretention\b|\bhow long (?:is|are|do|does|will) .{0,60}\b(?:kept|keep|stored?|retained?|saved?|available"
        r"|remain"
        r"|stay|cached)\b|\b(?:backups?|data) (?:kept|stored)\b.{0,20}\bhow long\b|\bpurged after\b",
        rf"\bretention\b|\bretained\b|\b(?:kept|stored|available|saved|deleted|purged|cached|expires?) (?:for|after"
        rf"|within|"
        rf"up to)\b.{{0,20}}\b{_PERIOD}\b",
        _WORDS,
    ),
    _topic(
        "where the data is kept and how it is protected",
        r"\b(?:gdpr|hipaa|soc ?2|iso ?27001|pci[- ]dss|compliant|compliance)\b|\bencrypted at rest\b"
        r"|\bencryption at rest\b"
        r"|\b(?:which|what) (?:country|countries|region|data ?cent(?:er|re)s?) .{0,40}\b(?:data|stored|hosted|kept"
        r"|servers?)\b|\bwhere (?:is|are) .{0,30}\b(?:data|servers) (?:stored|hosted|kept)\b",
        r"\bgdpr\b|\bhipaa\b|\bsoc ?2\b|\biso ?27001\b|\bcompliant\b|\bencrypted at rest\b|\bdata ?cent(?:er|re)",
        _WORDS,
    ),
    _topic(
        "whom to ask for support",
        r"\b(?:support|help ?desk) (?:e-?mail|phone|address|number|team|hotline|hours)\b|\b(?:contact|reach"
        r"|call) (?:the )?"
        r"(?:support|sales|vendor|developers|a human)\b|\bphone number of (?:the )?(?:support|company|vendor)\b",
        r"\b(?:contact|support)\b.{0,40}(?:@|https?://)|\bsupport@",
        "under `info.contact`, or in a description",
    ),
    _topic(
        "which libraries there are for it",
        r"\bsdks?\b|\b(?:client|official) librar(?:y|ies)\b|\b(?:library|package) for"
        r" (?:python|java|javascript|typescript|php|ruby|go|rust|swift|kotlin|c#|\.net|node)\b",
        r"\bsdks?\b|\bclient librar|\bnpm (?:i|install)\b|\bpip install\b",
        _WORDS,
    ),
    _topic(
        "how large it may be",
        r"\bhow many (?:(?:kilo|mega|giga)?bytes|[kmg]i?b)\b"
        r"|\b(?:how (?:big|large|heavy)|max(?:imum)? (?:size|weight)|size limit|(?:megabytes?|mb|gb"
        r"|kb))\b.{0,60}\b(?:files?"
        r"|uploads?|images?|pictures?|photos?|videos?|attachments?|avatars?|documents?|logos?|audio|body|payload"
        r"|request"
        r"|megabytes?|mb|gb)\b|\b(?:files?|uploads?|images?|pictures?|photos?|videos?|attachments?|avatars?|logos?)\b"
        r".{0,30}\b(?:how (?:big|large)|max(?:imum)? size|size limit|megabytes?|mb)\b",
        r"\b\d[\d.,]* ?(?:[kmg]i?b|bytes|kilobytes|megabytes|gigabytes)\b|\b(?:max\w*"
        r"|limit\w*) (?:\w+ )?(?:file )?size\b",
        "in the description of the body or of its field",
        only=False,
    ),
    _topic(
        "how to try it without consequences",
        r"\bsandbox\b|\btest (?:mode|environment|account|data|server|keys?)\b|\bstaging\b|\bdry[- ]run\b",
        r"\bsandbox\b|\btest (?:mode|environment|account|server|key)|\bstaging\b|\bdry[_ -]?run\b"
        r"|\bvalidate[_ -]?only\b",
        "among the servers, as an input, or in a description",
        only=False,
    ),
)


def topic_of(question: str) -> Topic | None:
    """Return what a question asks about an API as such; None where it asks for what specifications tell."""
    return next((topic for topic in TOPICS if topic.asked.search(question)), None)
