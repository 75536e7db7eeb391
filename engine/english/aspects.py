"""What a question asks of a field: its default, its values, how long it may be, and how a text speaks of these."""

import re
from collections.abc import Collection
from typing import NamedTuple

_COUNTED = ("most", "least")
_COUNT = r"(?:\d|one|two|three|four|five|six|seven|eight|nine|ten|zero|none|unlimited|any number)"
_NUMBER = re.compile(rf"\b{_COUNT}", re.IGNORECASE)


class Aspect(NamedTuple):
    """One thing that is said of fields."""

    name: str
    """`values`, `default`, `most`, `least`, `format`, `unit`, `null`, `example`."""
    phrase: str
    """As it stands before `of NAME`: `the default`."""
    asked: re.Pattern[str]
    """How a question asks for it."""
    told: re.Pattern[str]
    """How a sentence tells it, where the schema has no place for it or leaves it empty."""

    def tells(self, sentence: str) -> bool:
        """Tell whether a sentence tells it; a limit is told with a number."""
        return self.told.search(sentence) is not None and (
            self.name not in _COUNTED or _NUMBER.search(sentence) is not None
        )


def _aspect(name: str, phrase: str, asked: str, told: str) -> Aspect:
    return Aspect(name, phrase, re.compile(asked, re.IGNORECASE), re.compile(told, re.IGNORECASE))


ASPECTS = (
    _aspect(
        "default",
        "the default",
        r"\bdefaults?\b|\bif (?:i |it(?:'s| is) |they are |the (?:field|parameter|value|argument"
        r"|option) is )?(?:leave|left|omit\w*"
        r"|missing|say nothing|not (?:set|given|sent|passed)|don't (?:set|send|pass|give))\b|\bwithout (?:asking"
        r"|setting|giving|passing)\b",
        r"\bdefaults?\b|\bif (?:not|none|omitted|unset|left|absent|unspecified|missing)\b|\bwhen (?:not|omitted"
        r"|absent)\b"
        r"|\bby default\b|\botherwise\b",
    ),
    _aspect(
        "most",
        "the maximum",
        r"\bmax(?:imum)?\b|\bat most\b|\bupper (?:limit|bound)\b|\bhow (?:many|long|big|large|high|much|far|wide|old)\b"
        r".{0,40}\b(?:can|may|could|is allowed|are allowed|allowed|at most|be)\b|\b(?:longest|largest|highest"
        r"|biggest)\b"
        r"|\blength limit\b|\brange\b|\bno more than\b|\bup to how many\b",
        rf"\bmax(?:imum|imal)?\b|\bat most\b|\bup to\b|\bno (?:more|longer|larger|greater) than\b|\blimit(?:ed"
        rf"|s)?\b|\bless"
        rf" than\b|\bbetween\b.{{0,12}}{_COUNT}|\bcannot exceed\b|\bmust not exceed\b|\bexceed\w*|\brange\b"
        rf"|\bor (?:less"
        rf"|fewer)\b|{_COUNT}(?: ?[-\u2013] ?| to ){_COUNT}|\b(?:as many|any number|unlimited)\b|{_COUNT} (?:characters"
        rf"|items)",
    ),
    _aspect(
        "least",
        "the minimum",
        r"\bmin(?:imum)?\b|\bat least\b|\blower (?:limit|bound)\b|\b(?:shortest|smallest|lowest)\b|\brange\b",
        rf"\bmin(?:imum|imal)?\b|\bat least\b|\bno (?:less|fewer|shorter|smaller) than\b|\bgreater than\b|\bmore than\b"
        rf"|\bbetween\b.{{0,12}}{_COUNT}|\brange\b|\bor (?:more|greater)\b|{_COUNT}(?: ?[-\u2013] ?| to ){_COUNT}",
    ),
    _aspect(
        "values",
        "the values",
        r"\b(?:which|what|allowed|possible|valid|supported|accepted|available|permitted) (?:\w+ ){0,3}(?:values?"
        r"|options?"
        r"|kinds?|types|stat(?:e|us)(?:e?s)?|modes?|categor(?:y|ies)|choices)\b|\bvalues (?:of|for|can|may|does|are)\b"
        r"|\benum\w*\b|\bvalues\??$|\bkinds of\b|\bwhat (?:can|may|could) .{1,40} be\b",
        r"\bone of\b|\b(?:can|may|must|could|should) be\b|\b(?:possible|allowed|valid|supported"
        r"|accepted) (?:\w+ )?(?:values?"
        r"|options?|types?)\b|\bvalues?(?: are| is)?:|\beither\b|\bsuch as\b|\be\.g\.|`[^`]+`(?:,| or| and|/|\|)"
        r"|\bany of\b"
        r"|\bpossible\b|\bsupports?\b|\w, \w+(?:,| or| and) \w|\"[^\"]+\"(?:,| or)|'[^']+'(?:,| or)",
    ),
    _aspect(
        "format",
        "the format",
        r"\bformat\b|\bpattern\b|\bregex\b|\bhow (?:is|are|do i) .{1,40}\b(?:written|formatted|encoded|spelled)\b",
        r"\bformat\w*\b|\biso\b|\brfc\b|\bpattern\b|\bencod\w+|\bexample\b|\be\.g\.|\bcomma\b|\bseparated\b|\butc\b"
        r"|\bunix\b"
        r"|\btimestamp\b|\buuid\b|\burl\b|\bbase ?64\b|\bseconds\b|\bmilliseconds\b|\bstring of\b|\bcodes?\b"
        r"|\bmust be\b",
    ),
    _aspect(
        "unit",
        "the unit",
        r"\bunits?\b|\b(?:in|are|is it) (?:seconds|milliseconds|minutes|cents|dollars|bytes|meters|metres|percent"
        r"|pixels)\b"
        r"|\bseconds or\b|\b(?:which|what) (?:unit|currency)\b",
        r"\b(?:milli|micro|nano)?seconds?\b|\bms\b|\bminutes?\b|\bhours?\b|\bdays?\b|\bcents?\b|\bdollars?\b|\bbytes?\b"
        r"|\b(?:kilo|mega|giga)bytes?\b|\b[kmg]i?b\b|\b(?:kilo|centi|milli)?met(?:er|re)s?\b|\bmiles?\b|\bpercent\w*|%"
        r"|\bpixels?\b|\bpx\b|\bdegrees?\b|\bgrams?\b|\b(?:smallest )?currency unit\b|\bunix\b|\bepoch\b|\butc\b"
        r"|\b(?:k|c)?m\b"
        r"|\bcurrency\b|\b(?:usd|eur|gbp)\b|\bdecibels?\b|\bdb\b|\bbpm\b|\bunits?\b",
    ),
    _aspect(
        "zone",
        "the time zone",
        r"\btime ?zones?\b",
        r"\btime ?zones?\b|\butc\b|\bgmt\b|\blocal time\b|\boffset\b|\biso[- ]?8601\b|\brfc ?3339\b",
    ),
    _aspect(
        "example",
        "an example",
        r"\bexamples? (?:of|for|value)\b|\bsample value\b",
        r"\bexamples?\b|\be\.g\.|\bfor instance\b|\bsuch as\b|\blike\b",
    ),
)  # fmt: skip
_COMES_BACK = re.compile(
    r"\b(?:return(?:s|ed)?|comes? back|respon(?:se|ds?)|result|answer|output|get back|receive[sd]?|gives? back)\b",
    re.IGNORECASE,
)
_SHAPE = re.compile(
    r"\b(?:what|which|all|the|list(?: of)?) (?:\w+ )?(?:fields|properties|attributes|parameters|inputs|columns|keys)\b"
    r"|\b(?:fields|properties|attributes|schema|shape|structure|layout) (?:of|for|does|do|in)\b|\bcomes? back\b"
    r"|\bwhat (?:is|gets) returned\b|\bwhat does .{1,60} (?:return|give back|respond with|look like|contain)\b"
    r"|\bresponse (?:body|schema|look|contain\w*|structure|format)\b|\b(?:request )?(?:body|payload) (?:look"
    r"|contain|of|for"
    r"|need)\w*|\blook like\b",
    re.IGNORECASE,
)


def aspects_of(question: str) -> tuple[Aspect, ...]:
    """Return what a question asks of a field; nothing where it asks what it means."""
    return tuple(aspect for aspect in ASPECTS if aspect.asked.search(question))


def tells(names: Collection[str], sentence: str) -> bool:
    """Tell whether a sentence tells any of some aspects, by their names."""
    return any(aspect.name in names and aspect.tells(sentence) for aspect in ASPECTS)


def asks_for_shape(question: str) -> bool:
    """Tell whether a question asks for all fields of something rather than for one."""
    return _SHAPE.search(question) is not None


def asks_for_what_comes_back(question: str) -> bool:
    """Tell whether a question speaks of the answer to a call, and not of what is sent."""
    return _COMES_BACK.search(question) is not None


GENERIC = frozenset(
    "allowed argument arguments attribute attributes back body called can come comes contain contains default"
    " defaults describe described do does enum enums exactly example examples expect field fields format given"
    " good header headers input inputs kind kinds leave left look mandatory max maximum mean meaning means min"
    " minimum missing name named nullable omit option optional options parameter parameters parse passed payload"
    " possible properties property purpose query range required response responses result returned returns say"
    " schema send sent set shape stand support supported take takes type types unit units use used valid value"
    " values work works".split()
)
"""Words that ask for something about a field, and name none."""
