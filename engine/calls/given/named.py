"""Values whose input is named: by the words before or behind them, or by what kind of thing they are."""

import re
from collections.abc import Iterator

from engine.calls.given.amounts import takes_dates
from engine.calls.given.reading import SURE, Reading
from engine.calls.given.slots import GENERIC, Slot
from engine.english.function_words import PREPOSITIONS
from engine.english.giving import EACH, LEADS, NAMED, UNITS
from engine.english.inflection import is_plural
from engine.english.mentions import measured
from engine.english.verbs import verb_of

_LOOKS = {
    "email": frozenset(("email", "mail")),
    "url": frozenset("url uri link href target callback endpoint website homepage webhook hook".split()),
    "address": frozenset(("ip", "ips", "ipv4", "cidr")),
    "colour": frozenset(("color", "colour")),
    "phone": frozenset(("phone", "mobile", "telephone", "tel")),
}
"""Kind of a value by its look → words in the names of inputs that take it."""
_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2})?")
_COLOUR = re.compile(r"#(?:[0-9A-Fa-f]{3}|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})")
_PREFIXED = re.compile(r"([A-Za-z]{3,})_(?=\w*\d)\w+")
"""An id that begins with what it is of."""
_PHONE = re.compile(r"\+[\d-]{7,}")
_LOOKING = 6.0
"""How well an input fits whose name says the look of a value."""
_AS = 6.0
"""The least fit of what something is added as: `x as a collaborator`."""
_WITH = frozenset("with the a an in using and ,".split())
"""What stands before a value that stands before the name of its input."""
_LABELLED = 8.0
"""The least fit of a word that does not look like a value."""
_SIZES_OF = dict.fromkeys(("gigabytes", "megabytes"), "size") | dict.fromkeys(
    ("seconds", "minutes", "hours"), "duration"
)
"""Unit → what is measured in it."""
_SAID = frozenset(("quoted", "name", "id", "word"))
"""Kinds of what may be a name."""
_JOINTS = frozenset("= : is are to as by called named titled set be equals".split())
"""What may stand between an input and a plain word that is its value."""
_NAMING = NAMED | {"=", ":"}
"""Those behind which a plain word may tell which one is meant: `member called bob`, not `members are deleted`."""
_LISTS = frozenset(("and", ","))
"""What goes on with what a preposition led to: `in owner acme and repo web`."""


def pairs(reading: Reading) -> None:
    """Take `octocat/hello-world` where two inputs stand together so: `/repos/{owner}/{repo}`."""
    slots = {slot.name: slot for slot in reading.slots}
    together = re.findall(r"\{([^{}]+)\}/\{([^{}]+)\}", reading.operation.path)
    arguments = [slot for slot in reading.slots if slot.place == "argument" and slot.words[-1] == "owner"]
    names = [slot for slot in reading.slots if slot.place == "argument" and slot.words[-1] in ("name", "repo")]
    found = [(slots[one], slots[other]) for one, other in together if one in slots and other in slots]
    found += zip(arguments, names, strict=False)
    for at in reading.values():
        one = reading.said[at]
        if one.kind != "pair" or one.text.count("/") != 1:
            continue
        for owner, name in found:
            left, right = one.text.split("/")
            if reading.fit_any(at, but=(owner, name)) >= _LABELLED:
                continue
            if reading.is_open(owner) and reading.is_open(name):
                reading.take(owner, at, value=left)
                reading.take(name, at, value=right)
                break


def labelled(reading: Reading) -> None:
    """Take what is named by the words around it, the best fit first."""
    found = [*_values(reading), *_words(reading), *_before_names(reading)]
    found.sort(key=lambda each: (-each[0], each[1]))
    for _, at, slot in found:
        if at not in reading.used and reading.is_open(slot):
            several = reading.listed(at) if slot.many else [at]
            if not any(reading.take(slot, *several[:count]) for count in range(len(several), 0, -1)):
                _measured(reading, slot, at)


def _measured(reading: Reading, slot: Slot, at: int) -> None:
    """Take the number of what is written with its unit: `42GB`."""
    number, unit = measured(reading.said[at].text)
    if number and unit.lower() in UNITS:
        value = int(number) if number.isdigit() else float(number)
        if slot.node.type in ("integer", "number"):
            reading.take(slot, at, value=value)


def _values(reading: Reading) -> Iterator[tuple[float, int, Slot]]:
    for at in reading.values():
        label = reading.label(at)
        behind = _behind(reading, at)
        looks = _looks(reading, at)
        kind = _kind(reading.said[at].text)
        for slot in reading.open():
            if reading.said[at].kind == "date" and not takes_dates(slot):
                continue
            fit = max(reading.fit(slot, label), reading.fit(slot, behind))
            if (
                fit < _LABELLED
                and reading.said[at].kind in _SAID
                and label
                and reading.is_known(label[0])
                and slot.place != "path"
                and slot.core
            ):
                fit = 0.0  # `an event called x` has no event type x.
            if kind and any(word.startswith(kind) for word in slot.core):
                fit = max(fit, _LOOKING - 0.5)
            if looks and not looks.isdisjoint(slot.words):
                fit = max(fit + 2, _LOOKING)
            if fit >= SURE:
                yield fit, at, slot


def _behind(reading: Reading, at: int) -> list[str]:
    """Return what is counted, or what something is added as, the nearest first: `2 nodes`, `x as a collaborator`."""
    one, words = reading.said[at], reading.behind(at)
    if one.kind == "number" and reading.said[at + 1 : at + 2] and reading.said[at + 1].text == "%":
        return ["percent", *reading.behind(at + 1)[:1]]
    if one.kind == "number" and words and (words[0] in UNITS or is_plural(words[0]) or one.text == "1"):
        unit = UNITS.get(words[0], words[0])
        return [unit, _SIZES_OF.get(unit, reading.before(at))]
    if words[:1] == ["as"]:
        return [word for word in words[1:3] if word not in ("a", "an", "the")][:1]
    return []


def _looks(reading: Reading, at: int) -> frozenset[str]:
    one = reading.said[at]
    if one.kind in _LOOKS:
        return _LOOKS[one.kind]
    for pattern, look in ((_ADDRESS, "address"), (_COLOUR, "colour"), (_PHONE, "phone")):
        if pattern.fullmatch(one.text):
            return _LOOKS[look]
    return frozenset()


def _kind(text: str) -> str:
    """Return what an id says that it is of: `cus` of `cus_9s6XK`."""
    match = _PREFIXED.fullmatch(text)
    return match[1].lower() if match else ""


def _words(reading: Reading) -> Iterator[tuple[float, int, Slot]]:
    """Yield plain words right behind the name of an input: `role reader`."""
    for at in range(1, len(reading.said)):
        if not reading.plain(at) or reading.said[at].low in EACH | LEADS:
            continue
        place = at - 1
        while place >= 0 and reading.said[place].low in _JOINTS:
            place -= 1
        changed = reading.said[at - 1].low == "to"
        if place < 0 or (reading.said[place].kind not in ("word", "name") and not changed):
            continue
        label = reading.label(at)
        for slot in reading.open() if label and reading.kin(label[0]) else ():
            which = (slot.place == "path" or slot.words[-1] in GENERIC) and label[0] not in GENERIC
            if which and not _tells_which(reading, slot, at):
                continue
            if not slot.orders and (fit := reading.fit(slot, label)) >= _LABELLED:
                yield fit - 1, at, slot


def _tells_which(reading: Reading, slot: Slot, at: int) -> bool:
    """Tell whether a plain word beside a thing may be the name of one: `in calendar primary`, not `member details`."""
    one, nearest = reading.said[at], reading.said[at - 1].low
    if one.kind == "name" or nearest in _NAMING:
        return True
    if nearest in _JOINTS or is_plural(nearest) or is_plural(one.low) or one.low.endswith("ed"):
        return False
    led = reading.before(at - 1) in PREPOSITIONS | _LISTS
    return led or (slot.words[-1] not in GENERIC and not verb_of(one.low))


def _before_names(reading: Reading) -> Iterator[tuple[float, int, Slot]]:
    """Yield plain words right before the name of an input, or before what they are added as: `push permission`."""
    for at in range(1, len(reading.said) - 1):
        if not reading.plain(at):
            continue
        behind = reading.behind(at)
        for slot in reading.open():
            count = len(slot.words)
            named = slot.core and tuple(behind[:count]) == slot.words and reading.before(at) in _WITH
            if (named and not reading.is_value(at + count + 1)) or (
                behind[:1] == ["as"] and reading.fit(slot, _behind(reading, at)) >= _AS
            ):
                yield _LABELLED, at, slot
