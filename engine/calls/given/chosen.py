"""Values that are chosen among a few: of an enum by its words, yes or no by the name of the input, an order."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from engine.calls.given.reading import SURE, Reading
from engine.calls.given.slots import Slot
from engine.english.function_words import ARTICLES, GLUE, STOP_WORDS
from engine.english.giving import (
    BETWEEN,
    BY_AGE,
    DENIED_AFTER,
    DENIES,
    DOWNWARD,
    LEAVES_OUT,
    ORDERS,
    SWITCHED_OFF,
    SWITCHED_ON,
    SWITCHES,
    TELLS_OF_FLAGS,
    UPWARD,
    kin,
)
from engine.english.words import words
from engine.specs.model import written

_MOST = 80
"""Values of one enum that are looked for: one with more lists things, such as countries, and is named by its input."""
_UNSAID = frozenset("any custom default id name none null other true false unknown unspecified".split())
"""Values that say nothing where the input is not named."""
_WAYS = frozenset("direction dir".split())
_UP, _DOWN = ("asc", "ascending"), ("desc", "descending")
_LABELLED, _EXACT, _AKIN, _FLAG = 11.0, 6.0, 5.0, 7.0
"""How well a value fits: its input is named; its words are there; words of their family; all words of a flag."""
_BESIDE = 2
"""Words between what is sorted by and `newest`."""
_REACH = 4
"""Words within which those of one flag stand."""
_CHANGING = frozenset(("PATCH", "PUT", "Mutation"))


class _Word(NamedTuple):
    text: str
    at: int
    """The mention that it is of."""


class _Choice(NamedTuple):
    fit: float
    slot: Slot
    value: Any
    at: tuple[int, ...]


def chosen(reading: Reading) -> None:
    """Take the values that are chosen, the best fit first."""
    spoken = [
        _Word(word, at)
        for at, one in enumerate(reading.said)
        if at not in reading.used and one.kind in ("word", "name", "id")
        for word in (words(one.low) or [one.low])
    ]
    found = [*_orders(reading, spoken)]
    for slot in reading.open():
        if slot.node.type == "boolean":
            found += _flag(reading, slot, spoken)
        elif values := _values(slot):
            found += _enum(reading, slot, values, spoken)
    for one in sorted(found, key=lambda each: -each.fit):
        if reading.used.isdisjoint(one.at) and reading.is_open(one.slot):
            reading.take(one.slot, *one.at, value=[one.value] if one.slot.many else one.value)


def switched(reading: Reading) -> None:
    """Take `on` and `off` for the one thing that a call switches: `turn shuffle on`."""
    slots = [slot for slot in reading.open() if slot.required and slot.node.type == "boolean"]
    words = [one.low for one in reading.said]
    if len(slots) == 1 and words[:1] and words[0] in SWITCHES:
        on = next((word in SWITCHED_ON for word in words if word in SWITCHED_ON | SWITCHED_OFF), None)
        if on is not None:
            reading.take(slots[0], value=on)


def _values(slot: Slot) -> Sequence[Any]:
    items = slot.node.items
    return slot.node.enum or (items.enum if items is not None else ())


def _enum(reading: Reading, slot: Slot, values: Sequence[Any], spoken: Sequence[_Word]) -> Iterator[_Choice]:
    if slot.orders or len(values) > _MOST:
        return
    for value in values:
        parts = words(written(value)) if isinstance(value, str) else []
        for at, exact in _met(parts, spoken):
            first, last = spoken[at], spoken[at + len(parts) - 1]
            named = max(reading.fit(slot, reading.label(first.at)), reading.fit(slot, reading.behind(last.at)[:1]))
            if named >= SURE:
                fit = _LABELLED + exact
            elif _said_by_chance(reading, slot, parts, first, last, exact=exact):
                continue
            else:
                fit = (_EXACT if exact else _AKIN) + len(parts)
            yield _Choice(fit, slot, value, tuple({one.at for one in spoken[at : at + len(parts)]}))


def _said_by_chance(
    reading: Reading, slot: Slot, parts: Sequence[str], first: _Word, last: _Word, *, exact: bool
) -> bool:
    """Tell whether words that are a value are there for something else."""
    if parts == ["all"]:
        behind = reading.behind(first.at)
        return slot.words[-1] not in ("state", "status") or not behind or not reading.is_known(behind[0])
    if len(parts) == 1 and (parts[0] in _UNSAID | STOP_WORDS | GLUE):
        return True
    if reading.before(first.at) in DENIES:
        return True
    if all(reading.is_known(part) for part in parts):
        return not (first.at == 0 and slot.required and exact)
    if first.at == 0 and not (slot.required or reading.operation.method in _CHANGING):
        return True  # `open an issue` opens none that is there.
    return _names_another(reading, slot, last)


def _names_another(reading: Reading, slot: Slot, word: _Word) -> bool:
    """Tell whether a word is the name of another input, with its value behind it."""
    after = reading.said[word.at + 1 : word.at + 2]
    if not after or after[0].kind in ("word", "mark"):
        return False
    return any(reading.fit(other, [word.text]) > SURE for other in reading.slots if other is not slot)


def _met(parts: Sequence[str], spoken: Sequence[_Word]) -> Iterator[tuple[int, bool]]:
    """Yield where words stand one after the other, and whether just so; others are of one family with them."""
    count = len(parts)
    for at in range(len(spoken) - count + 1) if parts else ():
        row = [one.text for one in islice(spoken, at, at + count)]
        if row == list(parts):
            yield at, True
        elif row[0][:1] == parts[0][:1] and all(map(kin, row, parts)):
            yield at, False


def _flag(reading: Reading, slot: Slot, spoken: Sequence[_Word]) -> Iterator[_Choice]:
    telling = [word for word in slot.words if word not in TELLS_OF_FLAGS | LEAVES_OUT] or list(slot.words)
    inverse = not LEAVES_OUT.isdisjoint(slot.words)
    places: list[int] = []
    against = False
    for word in telling:
        found = next((at for at, one in enumerate(spoken) if kin(one.text, word)), None)
        if found is None and len(telling) == 1:
            found = next((at for at, one in enumerate(spoken) if _opposite(one.text, word)), None)
            against = found is not None
        if found is None:
            return
        places.append(found)
    if max(places) - min(places) > _REACH + len(places):
        return
    first, last = spoken[min(places)], spoken[max(places)]
    start = min(places)
    inside = start > 0 and spoken[start - 1].at == first.at and spoken[start - 1].text in DENIES
    denied = inside or _denied(reading, first.at, last.at)
    alone = len(telling) == 1
    if alone and _behind_is_value(reading, last):
        return
    if alone and not denied and not against and reading.is_known(telling[0]) and not _switched(reading, first.at):
        return
    if alone and first.at == 0 and reading.operation.method == "GET":
        return
    if inverse and not denied:
        return
    value = denied if inverse else denied == against
    yield _Choice(_FLAG + len(telling), slot, value, tuple({spoken[at].at for at in places}))


def _behind_is_value(reading: Reading, word: _Word) -> bool:
    after = reading.said[word.at + 1 : word.at + 2]
    return bool(after) and after[0].kind in ("quoted", "date", "email", "url") and _is_label(reading, word)


def _is_label(reading: Reading, word: _Word) -> bool:
    return any(reading.fit(slot, [word.text]) > SURE for slot in reading.slots if slot.node.type != "boolean")


def _switched(reading: Reading, at: int) -> bool:
    """Tell whether a thing is said to be on: `enable the wiki`, `with issues enabled`."""
    before = [one.low for one in reading.said[max(0, at - 2) : at]]
    behind = reading.behind(at)[:1]
    return any(word.startswith(("enabl", "allow", "includ")) for word in (*before, *behind)) or "only" in before


def _opposite(one: str, word: str) -> bool:
    return any(one.startswith(start) and kin(one.removeprefix(start), word) for start in ("in", "un", "non"))


def _denied(reading: Reading, first: int, last: int) -> bool:
    """Tell whether something is denied: `without`, `not`, `disabled` close by."""
    for one in reversed(reading.said[max(0, first - 3) : first]):
        if one.kind not in ("word", "name"):
            break
        if one.low in DENIES:
            return True
    behind = [one.low for one in reading.said[last + 1 : last + 3] if one.low not in BETWEEN | ARTICLES]
    return bool(behind) and behind[0] in DENIED_AFTER


def _orders(reading: Reading, spoken: Sequence[_Word]) -> Iterator[_Choice]:
    """Yield what results are sorted by, and which way: `sorted by name descending`, `newest first`."""
    at = next((place for place, one in enumerate(spoken) if one.text in ORDERS), None)
    way = next((one for one in spoken if one.text in UPWARD | DOWNWARD), None)
    aged = next((one for one in spoken if one.text in BY_AGE), None)
    if at is None and not (way or aged):
        return
    asked = _ordered_by(reading, spoken, at, way or aged)
    for slot in reading.open():
        if not slot.orders:
            continue
        values = [value for value in _values(slot) if isinstance(value, str)]
        ways = {value: _way(value) for value in values}
        down = way is not None and way.text in DOWNWARD
        if (values and all(ways.values())) or (not values and _only_ways(slot)):
            if way is not None:
                fitting = [value for value in values if ways[value] == (_DOWN if down else _UP)]
                yield _Choice(_LABELLED, slot, fitting[0] if fitting else ("DESC" if down else "ASC"), ())
        elif values:
            yield from _order(slot, values, asked, way, aged)
        elif asked and _WAYS.isdisjoint(slot.words):
            yield _Choice(_LABELLED, slot, asked[0].text, (asked[0].at,))


def _ordered_by(reading: Reading, spoken: Sequence[_Word], at: int | None, near: _Word | None) -> list[_Word]:
    """Return the words that may tell what is sorted by: behind `sorted by`, else beside `newest`."""
    if at is None:
        return [one for one in spoken if near is not None and 0 < abs(one.at - near.at) <= _BESIDE]
    found: list[_Word] = []
    for one in spoken[at + 1 :]:
        if any(other.kind == "mark" for other in reading.said[spoken[at].at : one.at]):
            break
        if one.text not in ("by", "in", "order", "the"):
            found.append(one)
    return found


def _only_ways(slot: Slot) -> bool:
    return slot.words[-1] in ("order", "direction", "dir") and "ASC" in slot.description


def _way(value: str) -> tuple[str, ...]:
    low = value.lower()
    return _UP if low in _UP else _DOWN if low in _DOWN else ()


def _order(
    slot: Slot, values: Sequence[str], asked: Sequence[_Word], way: _Word | None, aged: _Word | None
) -> Iterator[_Choice]:
    """Yield the value of an enum that has what is sorted by, and maybe the way in it: `created:desc`, `-created`."""
    down = way is not None and way.text in DOWNWARD
    best: tuple[float, str, tuple[int, ...]] | None = None
    for value in values:
        parts = [part for part in words(value) if part not in (*_UP, *_DOWN)]
        hits = [one for one in asked[: len(parts) + 1] if any(kin(one.text, part) for part in parts)]
        if not hits and aged is not None and any(kin(part, word) for part in parts for word in ("created", "pushed")):
            hits = [aged] if not asked or aged in asked else []
        if not hits or not parts:
            continue
        turned = value.startswith("-") or any(part in _DOWN for part in words(value))
        upright = not turned and any(part in _UP for part in words(value))
        fit = len(hits) / len(parts) + (0.5 * (turned == down) if turned or way else 0) - 0.1 * upright * (way is None)
        fit += 0.2 * (hits[0].text in parts)
        if best is None or fit > best[0]:
            best = (fit, value, tuple({one.at for one in hits}))
    if best is not None:
        yield _Choice(_LABELLED + 1, slot, best[1], best[2])
