"""A question about a whole API to its parts: what is counted, under which conditions, and what is left over."""

import re
from collections.abc import Container, Iterator
from typing import NamedTuple

from engine.english.api_names import is_called
from engine.english.conditions import RULES, Change, Rule, change, demands, direction
from engine.english.whole import QUOTED, Gap, Opening, gap, opening, plainly

MAX_CHARACTERS = 400
"""Of a question that is looked at: what asks to count or to list is a sentence."""
_QUOTES = re.compile(r"`([^`]+)`|\"([^\"]+)\"|“([^”]+)”|(?<![\w])'([^']+)'(?!\w)|\u2018([^\u2019]+)\u2019")
_TOKEN = re.compile(r"[^\s,;?!()\"]+")
_LISTED = ("scope", "tag", "returns", "sends", "path.contains")
"""Kinds of which a bare name may be one more: `the scopes repo and admin:org`."""
NOT, BOTH = "not", "both"
"""Words that are left over where they change what is meant and belong to nothing."""
_NO_CONDITIONS = ("spec", "per", "most", "common")
"""Kinds of parts that cannot be denied, nor be an alternative."""
_NUMBER = re.compile(rf"{QUOTED}(\d+)")


class Part(NamedTuple):
    """One condition of a question, or what it is grouped by."""

    kind: str
    """See `engine.english.conditions.RULES`; `spec` for an API by its name."""
    value: str
    start: int
    is_sure: bool
    """It is quoted, or looks like a name and like no word."""
    negated: bool = False
    by_or: bool = False
    """It is an alternative to the part before it."""
    place: str = ""
    """Where an input goes, or `out` for what comes back."""
    must: bool | None = None
    """Whether it has to be required, or optional."""
    noun: str = ""
    """What it is called: `parameter`, `field`, …"""
    is_called: bool = False
    """It is quoted, or the words around it say that it is something that is given: `take x`, `required x`."""


class Rest(NamedTuple):
    """Words that no rule has read."""

    text: str
    start: int
    negated: bool
    like: Part | None = None
    """The part before it that it goes on with: `repo` in `the parameters owner and repo`."""


class Reading(NamedTuple):
    """A question, read."""

    text: str
    """The question, with numbers for what is quoted."""
    opening: Opening
    parts: tuple[Part, ...]
    rest: tuple[Rest, ...]
    change: Change | None

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of all its parts."""
        return frozenset(part.kind for part in self.parts) | ({"change"} if self.change else set())


class _Found(NamedTuple):
    kind: str
    family: str
    start: int
    end: int
    groups: dict[str, str | None]
    marked: bool


def begins(question: str) -> bool:
    """Tell, in microseconds, whether a question may be about a whole API."""
    return len(question) <= MAX_CHARACTERS and opening(plainly(question), is_change=True) is not None


def read(question: str, specs: Container[str]) -> Reading | None:
    """Return a question about a whole API in its parts; None for any other question.

    Args:
        question: What the user typed, on one line.
        specs: The names of all specs in small letters.
    """
    if len(question) > MAX_CHARACTERS:
        return None
    quoted: list[str] = []

    def kept(match: re.Match[str]) -> str:
        quoted.append(next(group for group in match.groups() if group is not None))
        return f"{QUOTED}{len(quoted) - 1}"

    text = plainly(_QUOTES.sub(kept, question))
    told = change(text)
    found = []
    masked = text
    for start, end in _specs(text, specs):
        found.append(_Found("spec", "", start, end, {"value": text[start:end]}, marked=True))
        masked = _without(masked, start, end)
    begun = opening(masked, is_change=told is not None)
    if begun is None:
        return None
    masked = _without(masked, 0, begun.opened)
    masked = _without(masked, begun.start, begun.end)
    if told is not None:
        for start, end in told.spans:
            masked = _without(masked, start, end)
    for rule in RULES:
        for match in rule.pattern.finditer(masked):
            if match[0].strip():
                found.append(_of(rule, match))
                masked = _without(masked, *match.span())
    found.sort(key=lambda one: one.start)
    parts, rest = _joined(text, masked, found, quoted)
    return Reading(text, begun, tuple(parts), tuple(rest), told)


def _without(text: str, start: int, end: int) -> str:
    return text[:start] + " " * (end - start) + text[end:]


def _specs(text: str, names: Container[str]) -> Iterator[tuple[int, int]]:
    """Yield where names of specs stand as they are; what is a word, too, only where such a name does."""
    for match in _TOKEN.finditer(text):
        token = re.sub(r"(?:['\u2019]s?|[.:]+)$", "", match[0])
        start, end = match.start(), match.start() + len(token)
        if token.lower() in names and (re.search(r"[._-]", token) or is_called(text, start, end)):
            yield start, end


def _of(rule: Rule, match: re.Match[str]) -> _Found:
    groups = match.groupdict()
    value = groups.get("value") or ""
    marked = value.startswith(QUOTED) or bool(re.search(r"_|[a-z][A-Z]|\w[:.]\w|\[\]|\$|[A-Z]\w*-[A-Z]|\d", value))
    noun = groups.get("noun") or ""
    if noun and value and match.start("noun") < match.start("value") and not noun.endswith("s"):
        marked = True  # `the parameter owner` names it; `many parameters` does not.
    if rule.kind == "named" and not groups.get("place"):
        groups["place"] = groups.get("place2") or ""
    groups["must"] = groups.get("must") or groups.get("surely")
    return _Found(rule.kind, rule.family, match.start(), match.end(), groups, marked)


def _joined(text: str, masked: str, found: list[_Found], quoted: list[str]) -> tuple[list[Part], list[Rest]]:
    """Return the parts with how they are joined and negated, and what is left between them."""
    parts: list[Part] = []
    rest: list[Rest] = []
    end = listed = 0
    before: _Found | None = None
    for each in found:
        one = each
        between = gap(masked, end, one.start)
        rest += _rest(masked, end, one.start, parts)
        if one.kind in _NO_CONDITIONS:
            rest += _unheld(between, masked[end : one.start], end)
        same = bool(before and before.family and before.family == one.family)
        if before and between.joins and one.kind == "named" and before.kind in _LISTED and not _is_explicit(one):
            one = one._replace(kind=before.kind, family=before.family)
            same = True
        gone = bool(one.groups.get("gone"))
        goes_on = same and between.joins
        inherits = goes_on and parts[-1].negated and not between.negates and not gone
        negated = between.negates or inherits
        # An operation has one method: `GET and POST operations` are those of either.
        alternative = between.by_or or (goes_on and not negated and one.kind in ("method", "format"))
        # What is denied once is denied of each: `no summary or description` is neither; `no summary or no …` is either.
        by_or = alternative and not inherits and bool(before) and one.kind not in _NO_CONDITIONS
        if by_or and goes_on:
            _by_or_too(parts, listed)
        listed = listed + 1 if goes_on and between.is_list else 0
        must = parts[-1].must if goes_on else demands(text[end : one.start]) or None
        flipped = negated != gone
        parts.append(
            _part(one, quoted, (text[: one.start], text[one.end :]), must)._replace(negated=flipped, by_or=by_or)
        )
        end, before = one.end, one if one.kind not in ("per", "most") else before
    rest += _rest(masked, end, len(masked), parts)
    rest += _unheld(gap(masked, end, len(masked)), "", end)
    return parts, rest


def _by_or_too(parts: list[Part], listed: int) -> None:
    """Make the last parts alternatives, which are only listed before an `or`: `404, 409 or 429`."""
    for place in range(len(parts) - listed, len(parts)):
        parts[place] = parts[place]._replace(by_or=True)


def _unheld(between: Gap, text: str, start: int) -> Iterator[Rest]:
    """Yield what would be lost: a negation with nothing to deny, and that something holds for both of two APIs."""
    if between.negates and not between.rest:
        yield Rest(NOT, start, negated=True)
    if "both" in text.lower().split():
        yield Rest(BOTH, start, negated=False)


def _is_explicit(one: _Found) -> bool:
    return bool(one.groups.get("noun") or one.groups.get("place"))


def _rest(text: str, begin: int, end: int, parts: list[Part]) -> Iterator[Rest]:
    """Yield what a gap says besides, words that stand together as one."""
    spans: list[tuple[int, int]] = []
    for start, stop in gap(text, begin, end).rest:
        if spans and text[spans[-1][1] : start] in (" ", "-", "_", "/"):
            spans[-1] = spans[-1][0], stop
        else:
            spans.append((start, stop))
    like = parts[-1] if parts else None
    for start, stop in spans:
        between = gap(text, begin, start)
        like = like if between.joins else None
        inherits = bool(like and like.negated) and not between.negates
        negated, by_or = between.negates or inherits, between.by_or and not inherits
        yield Rest(text[start:stop], start, negated, like and like._replace(negated=negated, by_or=by_or))
        begin = stop


def _part(one: _Found, quoted: list[str], around: tuple[str, str], must: bool | None) -> Part:
    """Return what was found as a part.

    Args:
        one: What was found.
        quoted: What is quoted in the question.
        around: The question before it, and behind it.
        must: Whether a name in its place is required.
    """
    value = one.groups.get("value") or ""
    if number := _NUMBER.fullmatch(value):
        value = quoted[int(number[1])]
    place = (one.groups.get("place") or "").lower()
    if one.kind in ("named", "media") and not place:
        place = direction(*around)
    said = one.groups.get("must")
    if said is not None:
        must = said.lower() not in ("optional", "not required")
    elif one.kind != "named" or place in ("out", "response", "output"):
        must = None
    return Part(
        one.kind, value, one.start, one.marked, place=place, must=must, noun=(one.groups.get("noun") or "").lower(),
        is_called=bool(number) or any(one.groups.get(name) for name in ("noun", "place", "must", "verb")),
    )  # fmt: skip
