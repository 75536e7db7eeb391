"""Breaks documents: their bytes, the words of a text, the values of a tree. All of it follows from a `Random`."""

import copy
import io
import json
import re
import zipfile
from collections.abc import Callable
from random import Random
from typing import Any

import yaml

HOSTILE = (
    "\x1b]52;c;aGk=\x07",
    "\x1b[31m\x9b1m",
    "\u202e\u2066\u200f",
    "\0",
    "[/]",
    "[link=file:///etc/passwd]",
    "&#27;[2J&#x9b;",
    "\\u001b\\u202e",
    "\ud800",
    "\ufeff\u2028",
    "\r",
    '"',
    "'",
    "\\",
    "{",
    "[",
    "<",
    "(",
    "*",
    "&a ",
    "*a",
    "- ",
    "? ",
    "#",
    "/*",
    '"""',
    "```",
    "<!--",
    "<![CDATA[",
    "%PDF-1.4",
    "PK\3\4",
    "$ref",
    "file:///etc/passwd",
    "../../etc/passwd#/a",
    "1" * 400,
    "1e999",
    "-0",
    "NaN",
    "\t",
    "\n",
    " " * 40,
    "~1~0%25%00",
)
"""Pieces of text that readers may trip over."""
REFS = (
    "#",
    "#/",
    "#/paths",
    "#/components",
    "#/components/schemas/Base",
    "#/definitions",
    "#base",
    "#/paths/~1a%2Fb",
    "#/%1b%5b31m",
    "other.yaml#/item",
    "../up.yaml",
    "file:///etc/passwd",
    "http://169.254.169.254/latest",
    "\0",
    "x" * 300,
)
_MOST_BYTES = 200_000
"""A document that grew beyond is cut, for the time that it takes."""
_WORD = re.compile(r"\w+|\s+|.", re.DOTALL)
_NESTS = (
    "[]",
    "{}",
    "()",
    "<>",
    ("<div>", "</div>"),
    ("{a:", "}"),
    ('{"a":', "}"),
    ("> ", ""),
    ("- ", ""),
    ("[a](", ")"),
)


def mutated(seed: bytes, others: list[bytes], random: Random) -> bytes:
    """Return a broken document: its bytes, its words or, where it is JSON or YAML, its values are changed.

    Args:
        seed: A document.
        others: Documents from which pieces are taken.
        random: What decides.
    """
    kinds: list[Callable[[bytes, list[bytes], Random], bytes]] = [of_bytes, of_words, of_values, of_values, of_values]
    if seed.startswith(b"PK"):
        kinds = [of_bytes, of_members, of_members, of_members]
    try:
        data = random.choice(kinds)(seed, others, random)
    except RecursionError:  # several nestings in one another, which cannot be copied or written
        data = of_words(seed, others, random)
    if random.random() < 0.1:
        data = of_bytes(data, others, random)
    return data[:_MOST_BYTES]


def of_bytes(data: bytes, others: list[bytes], random: Random) -> bytes:
    """Return the document with a few bytes flipped, cut out, repeated, taken from another one, or put in."""
    changed = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 3, 8))):
        start = random.randrange(len(changed) + 1)
        end = min(len(changed), start + random.choice((1, 4, 30, 300)))
        match random.randrange(7):
            case 0 if start < len(changed):
                changed[start] ^= 1 << random.randrange(8)
            case 1:
                del changed[start:end]
            case 2:
                changed[start:start] = changed[start:end] * random.choice((1, 2, 50, 2000))
            case 3:
                other = random.choice(others)
                place = random.randrange(len(other))
                changed[start:end] = other[place : place + random.choice((8, 100, 1000))]
            case 4:
                changed[start:start] = _hostile(random).encode(errors="surrogatepass") * random.choice((1, 1, 3, 1000))
            case 5:
                changed[start:start] = random.randbytes(random.choice((1, 4, 40)))
            case 6 if random.random() < 0.2:
                del changed[start:]
        del changed[_MOST_BYTES:]
    return bytes(changed)


def of_words(data: bytes, others: list[bytes], random: Random) -> bytes:
    """Return the document with a few of its words dropped, repeated, moved, replaced, or nested deep."""
    words = _WORD.findall(data.decode(errors="replace"))
    more = _WORD.findall(random.choice(others).decode(errors="replace"))
    for _ in range(random.choice((1, 2, 4, 10))):
        start = random.randrange(len(words) + 1)
        end = start + random.choice((1, 1, 3, 20))
        match random.randrange(6):
            case 0:
                del words[start:end]
            case 1:
                fits = _MOST_BYTES // max(1, sum(map(len, words[start:end])))
                words[start:start] = words[start:end] * min(fits, random.choice((1, 2, 100, 10_000)))
            case 2:
                place = random.randrange(len(words) + 1)
                words[place:place] = words[start:end]
            case 3:
                words[start:end] = [_hostile(random)] * random.choice((1, 1, 2, 1000))
            case 4 if more:
                place = random.randrange(len(more))
                words[start:end] = more[place : place + random.choice((1, 5, 50))]
            case 5:
                opening, closing = random.choice(_NESTS)
                depth = random.choice((1, 3, 150, 5000))
                words[start:end] = [opening * depth, *words[start:end], closing * random.choice((depth, 0))]
        del words[_MOST_BYTES // 4 :]
    return "".join(words)[:_MOST_BYTES].encode(errors="surrogatepass")


def of_values(data: bytes, others: list[bytes], random: Random) -> bytes:
    """Return a document in JSON or YAML with a few of its values replaced, moved, renamed or nested; else its words."""
    tree = tree_of(data)
    if not isinstance(tree, dict | list):
        return of_words(data, others, random)
    donor = tree_of(random.choice(others))
    for _ in range(random.choice((1, 1, 2, 4, 12))):
        _change(tree, donor, random)
    if data.lstrip()[:1] in b"{[":
        return json.dumps(tree, ensure_ascii=random.random() < 0.5).encode(errors="surrogatepass")
    try:
        return yaml.dump(tree, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True).encode()
    except (yaml.YAMLError, UnicodeError, RecursionError):  # it cannot write what some readers would take
        return json.dumps(tree).encode()


def of_members(data: bytes, others: list[bytes], random: Random) -> bytes:
    """Return a zip archive with the words of one of its files changed, sometimes the file's name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {member.filename: archive.read(member) for member in archive.infolist()}
    changed = random.choice(list(members))
    name = changed
    if random.random() < 0.2:
        name = (
            random.choice(("../", "/", "a/../../", "\x1b[31m", "C:", "")) + changed + random.choice(("", ".md", "/x"))
        )
    members[name] = random.choice((of_words, of_values))(members.pop(changed), [*members.values()] or others, random)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, content in members.items():
            archive.writestr(zipfile.ZipInfo(each or "x"), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def tree_of(data: bytes) -> Any:
    """Return what a document in JSON or YAML holds; None for another one."""
    try:
        text = data.decode()
        return json.loads(text) if text.lstrip()[:1] in ("{", "[") else yaml.load(text, yaml.CSafeLoader)
    except (ValueError, yaml.YAMLError):
        return None


def _hostile(random: Random) -> str:
    return random.choice(HOSTILE)


def _collections(tree: Any) -> list[Any]:
    found = [tree]
    for value in found:
        children = value.values() if isinstance(value, dict) else value
        found += [child for child in children if isinstance(child, dict | list) and len(found) < 20_000]
    return found


def _change(tree: Any, donor: Any, random: Random) -> None:
    """Change one place of a tree."""
    places = [(holder, key) for holder in _collections(tree) for key in _keys(holder)]
    if not places:
        return
    holder, key = random.choice(places)
    other, other_key = random.choice(places)
    match random.randrange(9):
        case 0:
            del holder[key]
        case 1:
            holder[key] = copy.deepcopy(other[other_key])
        case 2 if isinstance(donor, dict | list):
            holder[key] = copy.deepcopy(random.choice(_collections(donor)))
        case 3 if isinstance(holder, dict):
            holder[_name(places, random)] = holder.pop(key)
        case 4:
            holder[key] = _nested(holder[key], random)
        case 5:
            holder[key] = {"$ref": _reference(places, random)}
        case 6 if isinstance(holder[key], dict):
            holder[key]["$ref"] = _reference(places, random)
        case 7 if isinstance(holder[key], str):
            at = random.randrange(len(holder[key]) + 1)
            holder[key] = holder[key][:at] + _hostile(random) * random.choice((1, 1, 500)) + holder[key][at:]
        case _:
            holder[key] = _value(random)


def _keys(holder: Any) -> list[Any]:
    return list(holder) if isinstance(holder, dict) else list(range(len(holder)))


def _name(places: list[tuple[Any, Any]], random: Random) -> str:
    return str(random.choice(places)[1]) if random.random() < 0.6 else random.choice((*HOSTILE, *REFS, "", "x" * 5000))


def _reference(places: list[tuple[Any, Any]], random: Random) -> str:
    if random.random() < 0.4:
        names = [str(random.choice(places)[1]).replace("/", "~1") for _ in range(random.choice((1, 2, 3)))]
        return f"#/components/schemas/{names[0]}" if random.random() < 0.5 else "#/" + "/".join(names)
    return random.choice(REFS)


def _nested(value: Any, random: Random) -> Any:
    for _ in range(random.choice((1, 3, 50, 190, 300))):
        value = [value] if random.random() < 0.3 else {random.choice(("a", "items", "allOf", "item", "schema")): value}
    return value


def _value(random: Random) -> Any:
    numbers = (0, -1, 2**63, 2**70, -(10**30), 1e308, float("nan"), float("inf"))
    texts = ("", "x" * 20_000, "true", "1.0", *HOSTILE)
    collections = ([], {}, [[]], [None] * 300, {"": {}}, [{}] * 50, {str(number): number for number in range(300)})
    return random.choice((None, True, False, *numbers, *texts, *collections))
