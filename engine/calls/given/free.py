"""Values whose input is not named: names of things, what is said to somebody, what is looked for, ids."""

from collections.abc import Iterator, Sequence

from engine.calls.given.reading import GLUED, SURE, Reading
from engine.calls.given.slots import Slot
from engine.english.function_words import ARTICLES, GLUE
from engine.english.giving import CHANGES, NAMED, RENAMES, SAYS, SEEKS, kin
from engine.english.inflection import singular

_NAMES = (
    "name",
    "title",
    "topic",
    "summary",
    "label",
    "displayname",
    "subject",
    "username",
    "domain",
    "value",
    "description",
)
"""Names of inputs that hold the name of a thing, as one word, the likeliest first."""
_TEXTS = ("text", "body", "message", "content", "comment", "note", "value")
"""The same of what is said to somebody."""
_SEARCHES = ("q", "query", "search", "text", "keyword", "keywords", "term", "searchterm", "name")
"""The same of what is looked for."""
_LOOSE = frozenset("name code number".split())
_FROM = frozenset("from head source src origin sender start".split())
_TO = frozenset("to base target destination dest dst recipient recipients channel".split())
_IN = frozenset("region location zone datacenter cluster city country channel workspace organization".split())
_DOERS = ("author", "creator", "actor", "user", "owner", "username")
_SECRETS = frozenset("token secret password authorization apikey key".split())


def ways(reading: Reading) -> None:
    """Take what comes from where and goes where: `from feature-x to main`, `by alice`."""
    for at, one in enumerate(reading.said):
        if at in reading.used or one.kind == "mark" or (one.kind == "word" and not reading.plain(at)):
            continue
        before = reading.said[at - 1].low if at else ""
        names = _FROM if before == "from" else _TO if before in ("to", "into") else frozenset[str]()
        if before in ("in", "at", "on"):
            names = _IN
            if one.kind not in ("id", "name", "tag"):
                continue
        if before == "by":
            names = frozenset(_DOERS)
            if one.kind not in ("word", "name", "id", "quoted"):
                continue
        slots = [
            slot for slot in reading.open() if (slot.core or slot.words)[-1] in names and slot.node.type != "boolean"
        ]
        if slots and not (before == "to" and one.kind == "word" and not _has_from(reading)):
            reading.take(slots[0], at)


def _has_from(reading: Reading) -> bool:
    return any(one.low == "from" for one in reading.said)


def names(reading: Reading) -> None:
    """Take quoted texts and names by what is done: named, said or looked for."""
    for at, one in enumerate(reading.said):
        if at in reading.used:
            continue
        label = reading.label(at)
        named = _is_named(reading, at)
        if one.kind == "quoted" or (named and one.kind != "mark" and (one.kind != "word" or _may_be_name(reading, at))):
            run = _run(reading, at)
            value = " ".join(reading.said[place].text for place in run) if len(run) > 1 else None
            for slot in _slots_for(reading, at, label, named=named):
                if reading.take(slot, *run, value=value if slot.node.type == "string" else None):
                    break
        elif _names_thing(reading, at, label):
            run = _run(reading, at)
            value = " ".join(reading.said[place].text for place in run)
            for slot in _holding(reading, _NAMES[:7]):
                if reading.take(slot, *run, value=value if len(run) > 1 else None):
                    break


def _run(reading: Reading, at: int) -> list[int]:
    """Return a name with the words that go on with it, each with a capital: `Summer Hits`."""
    run = [at]
    if reading.said[at].kind == "word" and reading.said[at].text[:1].isupper():
        for place in range(at + 1, len(reading.said)):
            one = reading.said[place]
            if place in reading.used or one.kind not in ("word", "id") or not one.text[:1].isupper():
                break
            run.append(place)
    return run


def _names_thing(reading: Reading, at: int, label: Sequence[str]) -> bool:
    """Tell whether something like a name follows the thing that is made: `create cluster prod-1`."""
    one = reading.said[at]
    if reading.operation.method in ("GET", "DELETE", "Query") or not label:
        return False
    if one.kind in ("id", "email") or (one.kind == "name" and at) or (one.kind == "word" and reading.plain(at)):
        makes = reading.said[0].low in ("create", "add", "make", "new", "open")
        return makes and reading.is_known(label[0]) and reading.said[at - 1].low == label[0]
    return False


def _may_be_name(reading: Reading, at: int) -> bool:
    return reading.said[at].low not in GLUE | NAMED | ARTICLES


def _is_named(reading: Reading, at: int) -> bool:
    before = [one.low for one in reading.said[max(0, at - 2) : at] if one.low not in ("is", ":", "=", "as", "the")]
    return bool(before) and before[-1] in NAMED


def _slots_for(reading: Reading, at: int, label: Sequence[str], *, named: bool) -> Iterator[Slot]:
    if label and len(label[0]) >= GLUED:
        thing = singular(label[0])
        yield from (
            slot for slot in reading.open() if slot.whole.startswith(thing) and slot.whole[len(thing) :] in _LOOSE
        )
    said = [one.low for one in reading.said[:at]]
    verbs = {word for word in said if word in SAYS | CHANGES}
    nearest = next((word for word in reversed(said) if word in SAYS | SEEKS | NAMED | CHANGES), "")
    reads = reading.operation.method in ("GET", "Query")
    if reads or reading.is_known("search"):
        if not named or nearest in SEEKS:
            yield from _holding(reading, _SEARCHES)
        if named:
            yield from _holding(reading, ("name", *_SEARCHES[:4]))
    elif not named and (nearest in SAYS or (verbs & SAYS and nearest in SEEKS)):
        yield from _holding(reading, _TEXTS)
    elif verbs & RENAMES or named or not verbs & CHANGES or (label and reading.is_known(label[0])):
        yield from _holding(reading, _NAMES)
    if not reads:
        yield from _holding(reading, ("value", *_TEXTS))


def _holding(reading: Reading, names: Sequence[str]) -> list[Slot]:
    """Return the inputs that hold something under one of some names, the likeliest first."""
    found = [slot for slot in reading.open() if slot.whole in names and slot.place != "path"]
    return sorted(found, key=lambda slot: (names.index(slot.whole), len(slot.keys), not slot.required))


def changed(reading: Reading) -> None:
    """Take what something is changed to where the call takes one value alone: `set the due date of x to y`."""
    slots = [slot for slot in reading.open() if slot.whole == "value"]
    for at in range(1, len(reading.said) if slots else 0):
        if at not in reading.used and reading.said[at - 1].low in ("to", "position") and slots:
            reading.take(slots.pop(0), at)


def ids(reading: Reading) -> None:
    """Take what is left for inputs that are required and still open, where it may be an id."""
    for at in reading.values():
        one = reading.said[at]
        if one.kind not in ("number", "id", "email", "quoted", "tag", "url", "pair") or reading.fit_any(at) >= SURE:
            continue
        if one.kind == "number" and reading.before(at) in ("page", "limit", "first", "last", "top"):
            continue
        needed = [slot for slot in reading.open() if slot.required and _SECRETS.isdisjoint(slot.words)]
        slots = [slot for slot in needed if _identifies(slot)] or (needed if len(needed) == 1 else [])
        if one.kind == "number":
            slots.sort(key=lambda slot: (slot.node.type != "integer", slot.words == slot.core))
        if one.kind in ("email", "quoted", "url") and len(slots) > 1:
            continue
        for slot in slots:
            if reading.take(slot, at):
                break


def _identifies(slot: Slot) -> bool:
    """Tell whether an input says which one is meant."""
    return slot.place == "path" or (
        slot.place in ("argument", "query", "body") and slot.words[-1:] in (("id",), ("gid",))
    )


def called(reading: Reading) -> None:
    """Take `acme` of `the acme org` for the part of a path that is an org."""
    for slot in reading.open():
        if slot.place != "path" or not slot.required:
            continue
        nouns = (*(slot.core or slot.above)[-1:], *slot.above[-1:])
        for at in range(1, len(reading.said) - 1):
            one, after, before = reading.said[at], reading.said[at + 1].low, reading.said[at - 1].low
            of_it = any(kin(after, noun) for noun in nouns)
            is_name = at not in reading.used and one.kind in ("word", "name", "id") and one.low not in GLUE | ARTICLES
            if of_it and is_name and before == "the" and not reading.is_known(one.low) and reading.take(slot, at):
                break
