r"""A text that matches a regular expression, as JSON Schema's `pattern` has them (ECMA-262), made of plain characters.

Python's own parser reads the expression. What it reads otherwise than ECMA-262, such as `\p{L}`, is rewritten first;
looks ahead and behind are passed over. So a text that comes out may not match: whoever needs one that does, checks it.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from itertools import product
from typing import Any

_MAX_STEPS = 10_000
"""Parts of one text: no field in use asks for a longer one, and nested repetitions would have no end."""
_LIKED = "a1A0-_ .x@/:"
"""Characters that are taken first, of those that a part allows."""
_MIXED = 2
"""The turn in which repeated parts differ: `aA1!` for what must hold a digit, a capital and a sign."""
_AHEAD = 3
"""The turn in which what is looked for ahead is written, in the place of all that follows it."""
_TURNS = ("aA1-", "A1-a", "1-aA", "!aA1")
_PRINTABLE = "".join(map(chr, (*range(0x20, 0x7F), 0xE9, 0x4E00)))
_CATEGORIES = {
    "CATEGORY_DIGIT": "1",
    "CATEGORY_NOT_DIGIT": "a",
    "CATEGORY_SPACE": " ",
    "CATEGORY_NOT_SPACE": "a",
    "CATEGORY_WORD": "a",
    "CATEGORY_NOT_WORD": "-",
}
_MATCHES: dict[str, Callable[[str], bool]] = {
    "CATEGORY_DIGIT": str.isdigit,
    "CATEGORY_NOT_DIGIT": lambda mark: not mark.isdigit(),
    "CATEGORY_SPACE": str.isspace,
    "CATEGORY_NOT_SPACE": lambda mark: not mark.isspace(),
    "CATEGORY_WORD": lambda mark: mark.isalnum() or mark == "_",
    "CATEGORY_NOT_WORD": lambda mark: not (mark.isalnum() or mark == "_"),
}
_TOKEN = re.compile(
    r"\\[pP]\{(?P<property>[^}]*)\}|\\u\{(?P<code>[0-9a-fA-F]{1,6})\}|(?P<escape>\\.)"
    r"|(?P<group>\(\?<(?=[A-Za-z]))|(?P<mark>.)",
    re.DOTALL,
)
_LITERAL = re.compile(r"/(\^.*\$)/[a-z]*", re.DOTALL)
"""An expression as JavaScript writes it in code: a mistake that is often made."""
_ESCAPES = {r"\/": "/", r"\z": "$", r"\Z": "$", r"\h": " "}


def matching(pattern: str, shortest: int = 0, longest: int | None = None) -> Iterator[str]:
    """Yield texts that should match a pattern, the shortest first, at least `shortest` and at most `longest` long.

    Nothing comes out of what is no regular expression.
    """
    try:
        tree = import_module("re._parser").parse(_rewritten(pattern))
    except (re.error, RecursionError, OverflowError):
        return
    made: set[str] = set()
    missing = max(0, shortest - len(_Writer(0, 0).text(tree)))  # as many as one repetition must make up for
    extras = dict.fromkeys((0, 1, missing, shortest, max(0, shortest - 1), 2, 5, shortest // 2))
    turns = (0, 1, _MIXED, _AHEAD) if "(?=" in pattern else (0, 1, _MIXED)
    for extra, turn in product(extras, turns):
        writer = _Writer(extra, turn)
        text = _filled(writer.text(tree), pattern, shortest)
        if writer.ended:
            return
        if text not in made and len(text) >= shortest and (longest is None or len(text) <= longest):
            made.add(text)
            yield text


def _rewritten(pattern: str) -> str:
    """Return a pattern as Python has it: what ECMA-262 and other dialects have besides is replaced by what is close."""
    if literal := _LITERAL.fullmatch(pattern):
        pattern = literal[1]
    parts: list[str] = []
    inside = False
    last = ""
    for token in _TOKEN.finditer(pattern):
        text = token[0]
        match token.lastgroup:
            case "property":
                text = _property(token["property"])
                text = text if inside else f"[{text}]"
            case "code":
                text = re.escape(chr(min(int(token["code"], 16), 0x10FFFF)))
            case "escape":
                text = _ESCAPES.get(text, text)
            case "group":
                text = "(?P<"
            case "mark" if inside:
                inside = text != "]"
                if text == "[" or (text == last and text in "&~|-"):  # Python warns that it may mean sets by them.
                    text = f"\\{text}"
            case "mark":
                inside = text == "["
        parts.append(text)
        last = token[0]
    return "".join(parts)


def _property(name: str) -> str:
    """Return some characters of those that a property stands for: Unicode's `Lu`, `Nd`, or POSIX's `Upper`, `Digit`."""
    if name.startswith(("Lu", "Upper")):
        return "A-Z"
    if name.startswith(("Ll", "Lower")):
        return "a-z"
    return "A-Za-z" if name[:1] in ("L", "A", "I") else "0-9" if name[:1] in ("N", "D") else " -"


def _filled(text: str, pattern: str, shortest: int) -> str:
    """Return a text made longer where the pattern is not anchored at its end, so that anything may follow."""
    if text and len(text) < shortest and not pattern.rstrip(")").endswith("$"):
        return text + "a" * (shortest - len(text))
    return text


class _Writer:
    """Writes one text: each part that may be repeated `extra` times more than it must, choices by turn."""

    def __init__(self, extra: int, turn: int) -> None:
        self._extra = extra
        self._turn = turn
        self._groups: dict[int, str] = {}
        self._steps = 0

    @property
    def ended(self) -> bool:
        """Whether the text has more parts than are written."""
        return self._steps >= _MAX_STEPS

    def text(self, tree: Iterable[tuple[Any, Any]]) -> str:
        """Return what stands for a part of the expression."""
        self._steps += 1
        parts: list[str] = []
        for kind, value in tree:
            if self._turn == _AHEAD and str(kind) == "ASSERT" and value[0] > 0:
                return "".join((*parts, self.text(value[1])))
            parts.append(self._part(str(kind), value))
        return "".join(parts)

    def _part(self, kind: str, value: Any) -> str:
        match kind:
            case "BRANCH":
                branches = value[1]
                return self.text(branches[self._turn % len(branches)])
            case "SUBPATTERN":
                number, _, _, inner = value
                text = self.text(inner)
                if number is not None:
                    self._groups[number] = text
                return text
            case "ATOMIC_GROUP":
                return self.text(value)
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                least, most, inner = value
                return self._repeated(inner, int(least), min(int(least) + self._extra, int(most)))
        return self._mark(kind, value)

    def _repeated(self, inner: Any, least: int, times: int) -> str:
        parts: list[str] = []
        while len(parts) < max(least, times) and not self.ended:
            parts.append(self.text(inner))
        return "".join(parts)

    def _mark(self, kind: str, value: Any) -> str:
        """Return what stands for a part that is one character, or a group again; nothing for an anchor or a look."""
        match kind:
            case "LITERAL":
                return chr(value)
            case "NOT_LITERAL":
                return next((mark for mark in _LIKED if ord(mark) != value), "")
            case "ANY":
                return self._first("a")
            case "IN":
                return self._one_of(value)
            case "CATEGORY":
                return _CATEGORIES.get(str(value), "a")
            case "GROUPREF":
                return self._groups.get(value, "")
        return ""

    def _first(self, plain: str) -> str:
        """Return what is taken first, and in the turn for it each time another."""
        return _TURNS[self._steps % len(_TURNS)][: 1 if plain else None] if self._turn == _MIXED else plain

    def _one_of(self, members: list[tuple[Any, Any]]) -> str:
        negated = bool(members) and str(members[0][0]) == "NEGATE"
        listed = members[1:] if negated else members
        for mark in self._first("") + _LIKED + _PRINTABLE:
            if any(_is_in(mark, member) for member in listed) != negated:
                return mark
        kind, value = str(listed[0][0]), listed[0][1]
        code: int = value[0] if kind == "RANGE" else value if kind == "LITERAL" else ord("a")
        return "" if negated or 0xD800 <= code <= 0xDFFF else chr(code)  # Half a character is none in JSON.


def _is_in(mark: str, member: tuple[Any, Any]) -> bool:
    kind, value = str(member[0]), member[1]
    if kind == "LITERAL":
        return bool(ord(mark) == value)
    if kind == "RANGE":
        return bool(value[0] <= ord(mark) <= value[1])
    matches = _MATCHES.get(str(value))
    return kind == "CATEGORY" and matches is not None and matches(mark)
