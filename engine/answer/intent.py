"""What kind of question it is, by its words."""

import re

from engine.answer.records import Intent

_RULES: tuple[tuple[Intent, str], ...] = (
    ("error", r"\b[45]\d\d\b|\berrors?\b|\bfail(s|ed|ing)?\b|\bwhy\b"),
    (
        "authentication",
        r"\bo?auth(ent\w*|ori[sz]\w*|2)?\b|\btokens?\b|\bscopes?\b|\bpermissions?\b|\blog ?in\b|\bapi keys?\b"
        r"|\bcredentials?\b",
    ),
    (
        "code",
        r"\b(curl|grpcurl)\b|\bcode\b|\bsnippets?\b|\bpython\b|\bjavascript\b|\brequest example\b|\bgraphql query\b",
    ),
    (
        "schema",
        r"\bfields?\b|\bschema\b|\bparameters?\b|\bbody\b|\bpayload\b|\bproperties\b|\breturns?\b"
        r"|\barguments?\b|\benums?\b|\binput type\b",
    ),
)


def intent(question: str) -> Intent:
    """Return `error`, `authentication`, `code`, `schema` or, when nothing else is asked for, `how-to`."""
    return next((name for name, pattern in _RULES if re.search(pattern, question, re.IGNORECASE)), "how-to")
