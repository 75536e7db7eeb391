"""How many and which page, from when to when, and how much of which money."""

import re

from engine.calls.given.reading import SURE, Reading
from engine.calls.given.slots import Slot
from engine.english.giving import AT_MOST, COUNTS, EACH, FROM_ON, LEADS, ORDINALS, UP_TO
from engine.english.inflection import is_plural

_SIZES = (
    "perpage", "pagesize", "pagelimit", "limit", "maxresults", "maxitems", "maxrecords", "numresults", "resultsperpage",
    "itemsperpage", "first", "count", "top", "take", "max", "rows", "size", "last", "n",
)  # fmt: skip
"""Names of inputs that say how many are wanted, as one word, the likeliest first."""
_PAGES = ("page", "pagenumber", "pageno", "pagenum", "pageindex", "currentpage", "p")
_STARTS = ("offset", "startat", "startindex", "skip", "start", "from", "startingafter")
"""Names of inputs that say where to begin."""
_ENOUGH = frozenset("each every only will".split())
"""Words behind how many are wanted: `5 only`."""
_NAMED = 8.0
"""How well an input fits that is named by what is counted and the word before the number: `max 5 attendees`."""
_OF_LISTS = frozenset(("query", "argument"))
_MONEY = re.compile(r"[A-Za-z]{3}")
_CURRENCIES = frozenset(
    "aed ars aud bgn brl cad chf clp cny cop czk dkk egp eur gbp hkd huf idr ils inr jpy krw mxn myr nok nzd pen php"
    " pln ron rub sar sek sgd thb try twd uah usd vnd zar".split()
)
"""Codes of the currencies in widest use (ISO 4217)."""
_AMOUNTS = ("amount", "unitamount", "total", "price", "value", "sum")
_DATED = frozenset("at on date time day since until when timestamp created updated modified due".split())
"""Words of the names of inputs that take a moment."""
_SPAN = frozenset("before after start end from to min max begin".split())
"""The same of what may also be another kind of place: where a page starts, the least of a price."""
_MOMENT = re.compile(r"\b(?:dates?|time|days?|moment|timestamp|ISO|RFC)\b", re.IGNORECASE)
"""What is said of an input that takes a moment."""
_DATED_FIT = 2.0
"""How well an input for moments fits at least: it is named, or for the end of a span that is said."""
_BEGINS = frozenset("start begin when day date".split())
"""Words of the names of inputs that take the moment of what is arranged: `on 2026-05-04`."""
_DATE_FORMATS = frozenset(("date", "date-time", "datetime", "unix-time", "timestamp"))


def pages(reading: Reading) -> None:
    """Take how many are wanted, which page, and where to begin."""
    lists = [slot for slot in reading.open() if slot.place in _OF_LISTS or reading.operation.method != "GET"]
    sizes = _by_name([slot for slot in lists if slot.place in _OF_LISTS], _SIZES)
    sizes = sizes or _by_name(lists, (*_SIZES[:7], "n", "count", "quantity"))
    numbers, starts = _by_name(lists, _PAGES), _by_name(lists, _STARTS)
    for at, one in enumerate(reading.said):
        if at in reading.used:
            continue
        before, behind = reading.before(at), reading.behind(at)
        if one.kind == "number" and not one.text.startswith("-"):
            if before == "page" and numbers:
                reading.take(numbers[0], at)
            elif before in ("offset", "from", "at") and starts and reading.label(at)[:1] != ["page"]:
                reading.take(starts[0], at)
            elif sizes and _counts(reading, at, before, behind):
                reading.take(sizes[0], at)
        elif one.low in COUNTS and sizes and _counts(reading, at, before, behind):
            reading.take(sizes[0], at, value=_as_sent(sizes[0], COUNTS[one.low]))
        elif one.low in ORDINALS and behind[:1] == ["page"] and numbers:
            reading.take(numbers[0], at, value=_as_sent(numbers[0], ORDINALS[one.low]))


def _as_sent(slot: Slot, number: int) -> int | str:
    return str(number) if slot.node.type == "string" else number


def _by_name(found: list[Slot], names: tuple[str, ...]) -> list[Slot]:
    return sorted(
        (slot for slot in found if slot.whole in names and slot.node.type in ("integer", "number", "string", "")),
        key=lambda slot: names.index(slot.whole),
    )


def _counts(reading: Reading, at: int, before: str, behind: list[str]) -> bool:
    """Tell whether a number says how many are wanted: `first 20`, `50 per page`, `100 customers`."""
    if behind and any(reading.fit(slot, [behind[0], before]) >= _NAMED for slot in reading.open()):
        return False
    if before in AT_MOST | LEADS or (reading.said[at - 1].low in ("limit", "to") and before == "up"):
        return True
    if (behind[:1] and behind[0] in EACH) or behind[:2] == ["a", "page"] or behind[:2] == ["at", "a"]:
        return True
    if before == "me" or behind[:2] == ["of", "them"] or (behind[:1] and behind[0] in AT_MOST | _ENOUGH):
        return True
    label = reading.label(at)
    if before not in ("", "list", "get", "show", "fetch", "find", "return", ",") and reading.fit_any(at) >= SURE:
        return False
    start = not label or at <= 2
    return bool(start and any(is_plural(word) and word in _telling(reading) for word in behind[:4]))


def _telling(reading: Reading) -> frozenset[str]:
    return frozenset(word for word in (one.low for one in reading.said) if reading.is_known(word))


def dates(reading: Reading) -> None:
    """Take moments by the words before them: `since`, `until`, `between … and …`, `due`."""
    found = [at for at in reading.values() if reading.said[at].kind == "date"]
    for number, at in enumerate(found):
        slots = [slot for slot in reading.open() if takes_dates(slot)]
        before = reading.before(at)
        second = before == "and" and number > 0
        ends = UP_TO if before in UP_TO or second else FROM_ON if before in FROM_ON else frozenset[str]()
        label = reading.label(at)
        whole = "T" not in reading.said[at].text
        fits = [
            (reading.fit(slot, label) + 2 * _ends(slot, ends) + (slot.node.format == "date") * whole / 2, -place)
            for place, slot in enumerate(slots)
        ]
        if fits and max(fits)[0] >= _DATED_FIT:
            reading.take(slots[-max(fits)[1]], at)
        elif before in ("on", "at", "for") and (
            begins := [slot for slot in slots if not _BEGINS.isdisjoint(slot.words)]
        ):
            reading.take(begins[0], at)


def _ends(slot: Slot, ends: frozenset[str]) -> int:
    """Return whether an input is for one end of a span: the last word says so before others."""
    return (2 if slot.words[-1] in ends else 1) if not ends.isdisjoint(slot.words) else 0


def takes_dates(slot: Slot) -> bool:
    """Tell whether an input takes a moment: by its format, its name, or what is said of it."""
    dated = slot.node.format in _DATE_FORMATS or not _DATED.isdisjoint(slot.words)
    dated = dated or (not _SPAN.isdisjoint(slot.words) and _MOMENT.search(slot.description) is not None)
    return dated and (slot.node.type in ("string", "integer", "number", "scalar", "") or bool(slot.node.any_of))


def money(reading: Reading) -> None:
    """Take amounts with their currency: `2000 usd`."""
    for at in reading.values():
        one, behind = reading.said[at], reading.said[at + 1 : at + 2]
        if one.kind != "number" or not behind or behind[0].low not in _CURRENCIES:
            continue
        for slot in reading.open():
            if slot.words[-1:] != ("currency",):
                continue
            beside = [
                other
                for other in reading.open()
                if other.keys[:-1] == slot.keys[:-1] and (other.whole in _AMOUNTS or other.words[-1] == "amount")
            ]
            beside.sort(
                key=lambda other: (not other.required, _AMOUNTS.index(other.whole) if other.whole in _AMOUNTS else 9)
            )
            if beside and reading.take(beside[0], at):
                if not reading.take(slot, at + 1):
                    reading.refused.add(at + 1)
                break
