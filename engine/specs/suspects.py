"""What of a document is meant for a model that reads along: orders, lures to other hosts, false marks, hidden text.

It is told as a problem of the document, shown as what it is, and never given to a model (`engine.answer.prompt`).
"""

import base64
import binascii
import html
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Any
from urllib.parse import urlsplit

import msgspec

from engine.english.orders import RULES, Kind, Rule, meant_for_models
from engine.specs.limits import Budget
from engine.specs.model import Passage, Spec
from engine.specs.problems import Problems
from engine.text import clean_line

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u180e\u200b-\u200d\u2060-\u2064\ufe00-\ufe0f\ufffd\U000e0000-\U000e007f\U000e0100-\U000e01ef]"
)
"""Signs without a shape of their own (Unicode, Default_Ignorable_Code_Point), and what `engine.text.clean` leaves of
those that turn text around."""
_MESSAGE = re.compile(
    "[\u200b-\u200d\u2060-\u2064]{12,}|[\ufe00-\ufe0f\U000e0100-\U000e01ef]{6,}"  # bits as signs without a shape
    "|(?<![\U0001f3f4\U000e0020-\U000e007e])[\U000e0020-\U000e007e]{3,}"  # letters as tags, but for flags of regions
)
_TAGS = dict(zip(range(0xE0020, 0xE007F), range(0x20, 0x7F), strict=True))
"""Tag characters → the ASCII letters that they repeat (Unicode, Tags block)."""
_TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_TURNING_WRITTEN = re.compile(r"\\u20(?:2[a-e]|6[6-9])", re.IGNORECASE)
"""Signs that turn text around, as they are and as JSON and YAML write them."""
_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]|\\u0[5-8][\da-f]{2}", re.IGNORECASE)
"""Letters of scripts that need such signs."""
_UNSEEN = re.compile(
    r"<!--(?P<comment>(?:(?!<!--).){0,4000}?)-->|<[a-z]+\b[^<>]{0,300}"
    r"\b(?:display:\s*none|visibility:\s*hidden|font-size:\s*0(?!\.?[1-9])"
    r"|opacity:\s*0(?!\.?[1-9])|(?<!-)color:\s*(?:white|#fff(?:fff)?|transparent)\b(?![^<>]*background))[^<>]{0,300}>"
    r"(?P<styled>[^<]{12,})",
    re.IGNORECASE | re.DOTALL,
)
"""What HTML does not draw: comments, and words in a style that hides them."""
_ENCODED = re.compile(r"(?<![\w+/-])[\w+/-]{24,4000}+={0,2}", re.ASCII)
_ENCODED_HINTS = tuple(
    base64.b64encode(b" " * shift + word)[-(-shift * 8 // 6) : (shift + len(word)) * 8 // 6].lower()
    for word in (b"ignore ", b"Ignore ", b"instruction", b"disregard ", b"you are ", b"assistant")
    for shift in range(3)
)
"""How base64 writes the words that orders are made of, wherever they begin among its groups of three."""
_SIGNS = (b"<!--", b"display:", b"visibility:", b"font-size", b"opacity:", b"color:", b"&#")
"""What a text has in which something is not drawn, or written otherwise."""
_HINTS = (
    *dict.fromkeys(hint.encode() for rule in RULES for hint in rule.hints if "://" not in hint),
    *_SIGNS,
    *_ENCODED_HINTS,
)
_ESCAPES = ((b"\\\\", b"\0"), (b'\\"', b"\1"))
"""Escapes of JSON in which a sign stands that ends a string or an escape, and what stands for each while texts are cut
at quotation marks: bytes that JSON itself never has."""
_UNQUOTED = msgspec.json.Decoder(str)
_MARKS = str.maketrans("", "", "*`~")
"""Marks of Markdown, which are left out."""
_JOINED = re.compile(r"(?<=\w)_(?=\w)")
_SPACES = re.compile(r"\s(?:\s+#?|#)|[^\S ]")
"""White space that is no single blank, with the `#` after it: each run once, since looking ahead from all its ends
takes time by its square."""
_REPLACED = "\ufffd".encode()
_SHORTEST = 12
"""Bytes of a text that may say something to a model: the shortest is `[INST]` and a word."""
_NAMED = 40
"""Characters of a name that tell where a text is."""
_LONGEST = 40_000
"""Characters of a text that are looked at together."""
_OVERLAP = 400
"""Characters that two pieces of a longer text share: more than any order has."""
_QUOTED = 90
"""Characters of a text that are quoted: enough to see what it wants."""
_SAID: dict[Kind | str, str] = {
    "orders": "gives orders to a model that reads it",
    "lure": "leads to another host",
    "fake": "looks as if it had been checked",
    "hidden": "hides text",
}


class Suspicion(msgspec.Struct, frozen=True):
    """What a text tries."""

    reason: str
    words: str

    @property
    def told(self) -> str:
        """As a sentence has it: `gives orders to a model that reads it: “ignore all previous instructions”`."""
        return f"{self.reason}: “{clean_line(self.words)[:_QUOTED]}”"


def suspicion(text: str, hosts: Iterable[str] = ()) -> Suspicion | None:
    """Return what a text tries, where it is not meant for the people who read it.

    Args:
        text: As it is shown.
        hosts: Names of the API's own hosts; without any, an address alone is no lure.
    """
    return _suspicion(text, frozenset(map(_domain, hosts)))


def _suspicion(text: str, own: frozenset[str]) -> Suspicion | None:
    for start in range(0, max(len(text), 1), _LONGEST):
        piece = text[max(0, start - _OVERLAP) : start + _LONGEST]
        if found := next(_suspicions(piece, own), None):
            return found
    return None


def _suspicions(text: str, own: frozenset[str]) -> Iterator[Suspicion]:
    if not text.isascii() and (message := _MESSAGE.search(text)):
        yield Suspicion(_SAID["hidden"], _INVISIBLE.sub("", message[0].translate(_TAGS)) or "signs without a shape")
    unescaped = html.unescape(text) if "&" in text else text
    for unseen in _UNSEEN.finditer(unescaped) if "<" in unescaped else ():
        inside = unseen["comment"] or unseen["styled"] or ""
        if any(_tries(_folded(inside), own, RULES)) or (unseen["styled"] and len(inside.split()) > 3):
            yield Suspicion(_SAID["hidden"], inside)
    folded = _folded(unescaped)
    seen = (
        _folded(_INVISIBLE.sub(" ", unescaped)) if not unescaped.isascii() and _INVISIBLE.search(unescaped) else folded
    )
    for kind, words in _tries(folded, own, RULES):
        yield Suspicion(_SAID[kind if words in seen else "hidden"], words)
    low = text.lower().encode()
    for run in _ENCODED.finditer(text) if any(hint in low for hint in _ENCODED_HINTS) else ():
        if said := _decoded(run[0]):
            for _, words in _tries(_folded(said), own, RULES):
                yield Suspicion(_SAID["hidden"], words)


def _tries(folded: str, own: frozenset[str], rules: tuple[Rule, ...]) -> Iterator[tuple[Kind, str]]:
    for kind, words, host in meant_for_models(folded, rules):
        if not host or "|" in words or (own and not _is_own(_domain(host), own)):
            yield kind, words


def _is_own(domain: str, own: frozenset[str]) -> bool:
    """Tell whether a host is of those who offer the API: `google` documents `googleapis`."""
    return any(one.startswith(domain) or domain.startswith(one) for one in own)


def _folded(text: str) -> str:
    """Return a text in lower case, without marks and what cannot be seen, its paragraphs on lines of their own."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text.translate(_TAGS))).replace("\u2019", "'")
    text = text.lower()
    if "_" in text:
        text = _JOINED.sub(" ", text)
    return _SPACES.sub(_space, text.translate(_MARKS))


def _space(run: re.Match[str]) -> str:
    """Return white space, with the `#` after it, as a space; as the end of a line before a paragraph or a heading."""
    heading = "#" if run[0].endswith("#") else ""
    return ("\n" if run[0].count("\n") + len(heading) > 1 else " ") + heading


def _decoded(run: str) -> str:
    try:
        said = base64.b64decode(run.translate({45: 43, 95: 47}) + "=" * (-len(run) % 4), validate=True)
    except (binascii.Error, ValueError):
        return ""
    return said.decode() if said.isascii() and said.translate(None, b"\t\n\r").decode().isprintable() else ""


def _domain(host: str) -> str:
    """Return what names the owner of a host: `example` of `api.example.co.uk`."""
    labels = host.lower().strip(".").split(".")
    short = [label for label in labels[:-1] if len(label) > 3] or labels[:-1] or labels
    return short[-1]


def with_suspects(spec: Spec, text: str, budget: Budget) -> Spec:
    """Return a spec whose problems tell of the texts that are not meant for people.

    Args:
        spec: As read.
        text: The document that it was read from, before it was cleaned; empty where it is none.
        budget: What may be spent.

    Raises:
        SpecError: The budget is spent.
    """
    noted = Problems()
    servers = (*spec.about.servers, *(server for one in spec.operations for server in one.servers))
    own = frozenset(map(_domain, {host for server in servers if (host := _host(server.url))}))
    items = list(_items(spec))
    strings: set[bytes] = set()
    for _, item in items:
        budget.spend()
        strings.update(_strings(item))
    suspects: dict[str, str] = {}
    for string in _hinted([string for string in strings if len(string) >= _SHORTEST]):
        budget.spend()
        said = _unquoted(string)
        if found := _suspicion(said, own):
            suspects[said] = found.told
    turned = [string for string in strings if _REPLACED in string]
    if turned and _turns(text):
        suspects |= dict.fromkeys(map(_unquoted, turned), "hides text: signs in it turn text around")
    for pointer, item in items if suspects else ():
        line = item.line if isinstance(item, Passage) else 0
        for place, said in _texts(msgspec.to_builtins(item)):
            if said in suspects:
                noted(pointer, f"{place} {suspects[said]}".lstrip(), line)
    flagged = tuple(msgspec.structs.replace(one, suspect=True) for one in noted.kept)
    return msgspec.structs.replace(spec, problems=(*flagged, *spec.problems)) if flagged else spec


def _turns(text: str) -> bool:
    """Tell whether a document has signs that turn text around, and no script that needs them."""
    turns = any(sign in text for sign in _TURNING) or ("\\u20" in text and _TURNING_WRITTEN.search(text) is not None)
    return turns and _RIGHT_TO_LEFT.search(text) is None


def _strings(item: Any) -> list[bytes]:
    """Return all texts in an item as JSON has them, but for `_ESCAPES`, and without their quotation marks."""
    encoded = msgspec.json.encode(item)
    for escape, byte in _ESCAPES:
        encoded = encoded.replace(escape, byte)
    return encoded.split(b'"')[1::2]


def _unquoted(string: bytes) -> str:
    for escape, byte in _ESCAPES:
        string = string.replace(byte, escape)
    return _UNQUOTED.decode(b'"%s"' % string)


def _hinted(strings: Sequence[bytes]) -> list[bytes]:
    """Return the strings that may be suspect at all: most are not, and need no second look.

    Each hint is looked for in all of them at once.
    """
    starts = list(accumulate((len(string) + 1 for string in strings), initial=0))
    together = b"\n".join(strings).lower()
    found = set()
    for hint in _HINTS:
        at = together.find(hint)
        while at >= 0:
            number = bisect_right(starts, at) - 1
            found.add(number)
            at = together.find(hint, starts[number + 1])
    found |= {
        number
        for number, string in enumerate(strings)
        if (b"://" in string and b" " in string)  # an address in words: alone it is an example
        or (not string.isascii() and _INVISIBLE.search(string.decode()) is not None)
    }
    return [strings[number] for number in sorted(found)]


def _items(spec: Spec) -> Iterator[tuple[str, Any]]:
    """Yield the parts of a spec, and their JSON pointers."""
    yield "", spec.about
    for operation in (*spec.operations, *spec.webhooks):
        yield operation.pointer, operation
    yield from spec.schemas.items()
    yield from spec.examples.items()
    for passage in spec.passages:
        yield "", passage


def _texts(item: Any) -> Iterator[tuple[str, str]]:
    """Yield all texts in an item, keys of what the source names included, and where in it they are."""
    pending: list[tuple[str, Any]] = [("", item)]
    while pending:
        place, value = pending.pop()
        if isinstance(value, str):
            yield place, value
        elif isinstance(value, dict):
            named = str(value.get("name", ""))[:_NAMED]
            for key, child in value.items():
                yield place, key
                pending.append((f"{place} {named}.{key}".lstrip(" ."), child))
        elif isinstance(value, list | tuple):
            pending += [(place, child) for child in value]


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # brackets that hold no IPv6 address
        return ""
