"""Whether what a sentence claims of a field is so. What cannot be decided is no lie."""

import re
from collections.abc import Callable, Iterable, Sequence

from engine.answer.checking.claims import Claim
from engine.answer.checking.knowledge import Knowledge, Occurrence, default_of
from engine.english.statements import predicates

_AT = {
    "query": ("query", "querystring"),
    "path": ("path", "server"),
    "url": ("path", "query", "querystring", "server"),
    "body": ("body",),
    "request": ("path", "query", "querystring", "header", "cookie", "body", "argument", "server"),
    "header": ("header", "response header"),
    "request header": ("header",),
    "cookie": ("cookie",),
    "response": ("response", "response header"),
    "response header": ("response header",),
}
"""What prose calls a place → where a field then is."""
_LIMITS = {
    "most ": ("maximum", "exclusiveMaximum", "maxLength", "maxItems"),
    "most length": ("maxLength",),
    "most items": ("maxItems",),
    "least ": ("minimum", "exclusiveMinimum", "minLength", "minItems"),
    "least length": ("minLength",),
    "least items": ("minItems",),
}
"""What prose calls a limit → the keywords that it may stand for."""
_IN_WORDS = {"server": "server's address", "querystring": "query", "argument": "arguments", "channel": "channel"}

Told = str | None
"""What the specification says instead; None where a claim is so, or where that cannot be decided."""


def correction(claim: Claim, place: Claim | None, operations: Sequence[Knowledge]) -> str:
    """Return what the specification says instead of a claim; empty where nothing is wrong with it.

    Args:
        claim: What is said.
        place: What the same sentence says of where the same fields are, if it does.
        operations: Those that it may be said of. It is wrong if it is so of none that has the field.
    """
    wrong: dict[str, str] = {}
    for subject in claim.subjects:
        having = [(one, found) for one in operations if (found := one.find(subject.name))]
        sending = [both for both in having if any(one.in_request for one in both[1])]
        told = [
            _of_one(claim, place, subject.name, *both)
            for both in (sending if claim.kind != "place" and sending else having)
        ]
        if told and all(told):
            wrong[subject.name.strip("`\"'*")] = str(told[0])
    if len(claim.subjects) == 1:
        return next(iter(wrong.values()), "")
    return "; ".join(f"{name}: {told}" for name, told in wrong.items())


def _of_one(claim: Claim, place: Claim | None, subject: str, operation: Knowledge, found: Sequence[Occurrence]) -> Told:
    if claim.kind == "place":
        return _place(claim, operation, found) if operation.protocol == "http" else None
    if claim.kind == "there":
        there = [one for one in found if one.in_request != claim.returned and len(one.name) <= len(subject)]
        return f"there is one in the {_named(there[0])}" if there else None
    if claim.kind in ("type", "limit") and operation.protocol != "http":
        return None
    judge = _JUDGES[claim.kind]
    told = [judge(claim, one) for one in _meant(place, claim, found)]
    return None if None in told else next(iter(told), None)


def _meant(place: Claim | None, claim: Claim, found: Sequence[Occurrence]) -> Sequence[Occurrence]:
    """Return the occurrences that are meant: where the sentence says, else what is sent, and the outermost ones."""
    sent = [one for one in found if one.in_request]
    if place and not place.negated:
        found = [one for one in found if one.place in _AT[place.value]] or found
    elif sent and not (claim.returned and len(sent) < len(found)):
        found = sent
    whole = [one for one in found if one.name.count(".") == found[0].name.count(".")]
    return whole or found


def _place(claim: Claim, operation: Knowledge, found: Sequence[Occurrence]) -> Told:
    at = _AT[claim.value]
    if claim.value == "body" and claim.returned:
        at = ("body", "response")
    there = any(one.place in at for one in found)
    if claim.negated:
        if claim.value == "request":  # that it need not be sent is no place
            return None
        return _listed(f"in the {_named(one)}" for one in found if one.place in at) if there else None
    sent = any(one.in_request for one in found)
    if there or (claim.value in ("body", "request") and operation.open_request and not sent):
        return None
    if "response" in at and operation.open_response:
        return None
    if claim.value == "request":
        return "only in the response"
    return _listed(f"in the {_named(one)}" for one in found)


def _type(claim: Claim, one: Occurrence) -> Told:
    said = claim.value
    if not one.types:
        return None
    fits = said in one.types or (said == "number" and "integer" in one.types)
    if fits and claim.objects and one.item_types:
        item = claim.objects[0].lower().rstrip("s")
        fits = item in one.item_types or (item == "number" and "integer" in one.item_types)
    if fits == claim.negated:
        return f"{_article(_typed(one))} {_typed(one)}" if not claim.negated else f"it is {_article(said)} {said}"
    return None


def _required(claim: Claim, one: Occurrence) -> Told:
    if one.required is None or not one.in_request:
        return None
    said = (claim.value == "yes") != claim.negated
    return None if said == one.required else "required" if one.required else "optional"


def _default(claim: Claim, one: Occurrence) -> Told:
    said = claim.objects[0]
    known = [default_of(one)] if default_of(one) else _described(one, "default")
    if not known:
        return None
    fits = _same(said, known)
    return None if fits != claim.negated else f"the default is {known[0]}"


def _limit(claim: Claim, one: Occurrence) -> Told:
    if claim.negated:
        return None
    kind, _, unit = claim.value.partition(" ")
    if kind in ("under", "over"):
        return _beyond("most" if kind == "under" else "least", unit, claim.objects[0], one)
    wanted = [("most", claim.objects[-1])] if kind != "least" else []
    if kind != "most":
        wanted.append(("least", claim.objects[0]))
    for way, number in wanted:
        told = _one_limit(f"{way} {unit}", _number(number), one)
        if told:
            return told
    return None


def _beyond(way: str, unit: str, number: str, one: Occurrence) -> Told:
    """Judge `less than 100`: the limit is 100 where it is meant loosely, 99 where it is not."""
    said = _number(number)
    if said is None:
        return None
    told = [_one_limit(f"{way} {unit}", near, one) for near in (said - 1, said, said + 1)]
    return None if None in told else told[0]


def _one_limit(what: str, said: float | None, one: Occurrence) -> Told:
    limits = {
        word: float(value)
        for word in _LIMITS[what]
        if isinstance(value := one.schema.limits.get(word), int | float) and not isinstance(value, bool)
    }
    if not limits:
        described = [_number(value) for value in _described(one, f"limit {what}")]
        limits = {f"{what.partition(' ')[0]} said": value for value in described if value is not None}
    if not limits or said is None or said in limits.values():
        return None
    return " or ".join(f"{_words(word)} {value:g}" for word, value in limits.items())


def _values(claim: Claim, one: Occurrence) -> Told:
    known = one.values or (("true", "false") if one.types == {"boolean"} else ())
    if not known:
        return None
    lower = {value.lower() for value in known} | {"null"}
    named = [value for value in claim.objects if value.lower() in lower or value.lower() not in one.types]
    said = [value for value in named if value.lower() in lower or not _placeholder(value, one.name)]
    bare = claim.value == "some" and not any(value.lower() in lower for value in said)
    if claim.value == "not" or claim.negated:
        inside = [value for value in said if value.lower() in lower]
        return f"{inside[0]} is one of its values" if inside else None
    if not said or (bare and one.types == {"boolean"} and not one.values):
        return None
    return None if all(value.lower() in lower for value in said) else f"one of {_few(known)}"


_JUDGES: dict[str, Callable[[Claim, Occurrence], Told]] = {
    "type": _type, "required": _required, "default": _default, "limit": _limit, "values": _values,
}  # fmt: skip


def _described(one: Occurrence, what: str) -> list[str]:
    """Return the values that the description of a field names as its default, or as a limit."""
    text = one.description[:_SAID]
    return [
        text[first:last].strip("`\"'.")
        for said in predicates(text)
        if f"{said.kind} {said.value}".strip() == what.strip() or (what == "default" and said.kind == what)
        for first, last in said.objects[:1]
    ]


_SAID = 600
"""Characters of a description in which defaults and limits are looked for: they stand at its beginning or nowhere."""
_PLACEHOLDER = re.compile(r"[<{].*|your.*|[A-Z][A-Z\d]*(?:_[A-Z\d]+)+|\.\.\.|…", re.IGNORECASE)


def _placeholder(value: str, name: str) -> bool:
    shouted = value.isupper() and value.lower() == name.rpartition(".")[2].lower()
    return shouted or (_PLACEHOLDER.fullmatch(value) is not None and not value.islower())


def _same(said: str, known: Iterable[str]) -> bool:
    number = _number(said)
    return any(said.lower() == one.lower() or (number is not None and number == _number(one)) for one in known)


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", "").replace("_", ""))
    except ValueError:
        return None


def _words(limit: str) -> str:
    return "at most" if limit.lower().startswith(("max", "exclusivemax", "most")) else "at least"


def _named(one: Occurrence) -> str:
    return _IN_WORDS.get(one.place, one.place)


def _listed(texts: Iterable[str]) -> str:
    return " or ".join(dict.fromkeys(texts))


def _typed(one: Occurrence) -> str:
    types = " or ".join(sorted(one.types))
    items = " or ".join(sorted(one.item_types))
    return f"{types} of {items}s" if types == "array" and items else types


def _article(word: str) -> str:
    return "an" if word[:1] in "aeio" else "a"


def _few(values: Sequence[str]) -> str:
    shown = ", ".join(values[:_MOST_SHOWN])
    return f"{shown}, …" if len(values) > _MOST_SHOWN else shown


_MOST_SHOWN = 6
"""Values of an enum that a correction names: it stands in the middle of a sentence."""
