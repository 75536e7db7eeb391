"""What the rules are made of by which statements are found: signs for names, words for fields, values and sending."""

import re
from enum import Enum
from typing import NamedTuple

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


class Rule(NamedTuple):
    """How a predicate is found."""

    kind: str
    value: str
    way: Way
    hints: tuple[str, ...]
    """Texts in small letters, one of which is in each sentence that has it: most sentences have few."""
    pattern: re.Pattern[str]


def rules(kind: str, value: str, way: Way, hints: str, *patterns: str) -> list[Rule]:
    """Return a rule for each pattern; `hints` are joined by `|`."""
    hinted = tuple(hints.split("|"))
    return [Rule(kind, value, way, hinted, re.compile(pattern, re.IGNORECASE)) for pattern in patterns]


A_NAME = f"{NAME}{NAME_ON}*"
NOUN = (
    r"(?:(?:param(?:eter)?|field|property|propertie|argument|attribute|key|input|option|variable|member|setting"
    r"|value)s?)"
)
SENT = (
    r"(?:sent|given|provided|supplied|specified|passed|included|set|present|submitted|filled in|added|put|placed|there)"
)
SEND = r"(?:send|give|provide|supply|specify|pass|include|set|submit|fill in|add|put)"
LEFT_OUT = r"(?:omitted|left out|left off|left unset|left empty|left blank|skipped|absent|missing|dropped)"
UNGIVEN = (
    r"(?:(?:if|when|whenever|where|unless|should|in case) (?:(?:you|it|the|an?|no|one|client|caller|do|does|not|don't"
    r"|doesn't|choose|decide|to|leave|leaves|out|omit|omits|skip|skips|pass|send|give|specify|provide|set|supply"
    r"|include|your|value|for|of|parameter|field) )*|(?:without|omitting|leaving out|in the absence of) (?:the |an? )?)"
)
"""What stands before a name that is not given: `if you omit`, `when the`."""
IS_UNGIVEN = (
    r"(?: (?:out|off|unset|empty|away|is|are|not|isn't|aren't|n't|given|sent|set|provided|specified|passed|supplied"
    r"|included|missing|absent|omitted|there|present|left|blank))*"
)
"""What stands behind it: `is not sent`."""
LEAVING_OUT = (
    r"(?:omitting|skipping|leaving out|leaving off|dropping"
    r"|not (?:sending|giving|providing|passing|specifying|including|setting|supplying))"
)
LEAVE_OUT = r"(?:omit|leave out|leave off|skip|drop)"
NUMBER = r"-?\d[\d,_]*(?:\.\d+)?"
A_VALUE = (
    rf"(?:{A_NAME}|{VALUE}{VALUE_ON}*|{NUMBER}\b|[A-Za-z][\w-]*(?:[.:/][\w-]+)*)"  # a bare word too: `defaults to open`
)
SURE = rf"(?:{A_NAME}|{VALUE}{VALUE_ON}*)"
_ENDS = r"(?=\s*(?:[.,;:!?)|/]|$)|\s+(?:or|and|to|for|when|if|in|as|only|by|but|while)\b)"
ITEM = rf"(?:{A_NAME}|{VALUE}{VALUE_ON}*|{NUMBER}\b|[A-Za-z][\w-]*(?:[.:/][\w-]+)*{_ENDS})"
OR = r"(?:\s*,\s*(?:or |and )?|\s+or\s+|\s+and\s+|\s*[|/]\s*)(?:an? |the )?"
THE = r"(?:the |its |your |an? |this |that )?"
