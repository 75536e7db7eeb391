"""The language of filters: `method = DELETE and not deprecated and path starts with /repos`.

    filter   = all {"or" all}
    all      = one {"and" one}
    one      = "not" one | "(" filter ")" | test
    test     = FIELD OPERATOR value | FIELD ["not"] "in" "(" value {"," value} ")" | FIELD "matches" /regex/
             | "deprecated"

A value is a word, or anything in quotes. Upper and lower case are alike, in values too, but for `is`. A field with
several values passes a test if one of them does; `!=` and `not in` hold where `=` and `in` do not.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable
from difflib import get_close_matches
from typing import NamedTuple, NoReturn

import msgspec

from engine.errors import InputError
from engine.library.attributes import Field, Trait

MAX_CHARACTERS = 2000
"""Of a whole filter; what people and programs write has a hundred."""
MAX_PATTERN = 200
"""Characters of one regular expression."""
_PATTERN_BYTES = 1 << 20
"""Memory that one may take; the longest that was thought of take 0.2 MB."""
MAX_DEPTH = 50
"""Of parentheses and `not`, far below what Python's stack bears."""


class Operator(enum.StrEnum):
    """How a field is compared, as it is printed."""

    EQ = "="
    NE = "!="
    IN = "in"
    NOT_IN = "not in"
    CONTAINS = "contains"
    STARTS = "starts with"
    ENDS = "ends with"
    MATCHES = "matches"
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="
    IS = "is"
    """As `EQ`, but upper and lower case are two."""


class Comparison(msgspec.Struct, frozen=True):
    """One comparison. Only `IN` and `NOT_IN` have more than one value."""

    field: str
    operator: Operator
    values: tuple[str, ...]


class Not(msgspec.Struct, frozen=True):
    """What a filter leaves out."""

    part: Filter


class And(msgspec.Struct, frozen=True):
    """All of several filters."""

    parts: tuple[Filter, ...]


class Or(msgspec.Struct, frozen=True):
    """At least one of several filters."""

    parts: tuple[Filter, ...]


Filter = Comparison | Not | And | Or


class Meaning(NamedTuple):
    """What a field of the language stands for."""

    columns: tuple[str, ...]
    """Columns of the library of which any may pass the test; facets count the first. `SPEC` is none of them."""
    choices: tuple[str, ...] = ()
    """All values there are, where they are known."""


SPEC = "spec"
"""The name of the spec, which is kept elsewhere, because it may change."""
FIELDS = {
    SPEC: Meaning((SPEC,)),
    "tag": Meaning((Field.TAG,)),
    "method": Meaning((Field.METHOD,)),
    "path": Meaning((Field.PATH,)),
    "operation": Meaning((Field.OPERATION,)),
    "id": Meaning((Field.ID,)),
    "summary": Meaning((Field.SUMMARY,)),
    "deprecated": Meaning((Field.DEPRECATED,), ("true", "false")),
    "auth": Meaning((Field.AUTH, Field.SCHEME)),
    "format": Meaning((Field.FORMAT, Field.FAMILY)),
    "kind": Meaning((Field.KIND,), ("operation", "webhook", "passage")),
    "parameter": Meaning((Field.PARAMETER,)),
    "status": Meaning((Field.STATUS,)),
    "scope": Meaning((Field.SCOPE,)),
    "declared": Meaning((Field.DECLARED,)),
    "query": Meaning((Field.QUERY,)),
    "header": Meaning((Field.HEADER,)),
    "body": Meaning((Field.BODY,)),
    "required": Meaning((Field.REQUIRED,)),
    "response": Meaning((Field.RESPONSE,)),
    "inner": Meaning((Field.INNER,)),
    "returns": Meaning((Field.RETURNS,)),
    "sends": Meaning((Field.SENDS,)),
    "produces": Meaning((Field.PRODUCES,)),
    "consumes": Meaning((Field.CONSUMES,)),
    "has": Meaning((Field.HAS,), tuple(Trait)),
}
HINT = f"Fields: {', '.join(FIELDS)}; operators: {', '.join(Operator)}; joined by and, or, not, ( )"

LISTS = (Operator.IN, Operator.NOT_IN)
ORDERS = (Operator.LT, Operator.LE, Operator.GT, Operator.GE)
_WHOLE = (Operator.EQ, Operator.IS, Operator.NE, *LISTS)
_SPELLINGS = {"eq": "=", "==": "=", "ne": "!=", "notin": "not in", "startswith": "starts with", "endswith": "ends with"}

_WORD = re.compile(r"\w+")
_OPERATOR = re.compile(
    r"!=|<=|>=|==?|<|>|(?:not\s+in|in|is|eq|ne|contains|starts\s*with|ends\s*with|matches)\b", re.IGNORECASE
)
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"' + r"|'((?:[^'\\]|\\.)*)'", re.DOTALL)
_BARE = re.compile(r"""[^\s()"',]+""")
_SLASHED = re.compile(r"/((?:[^/\\]|\\.)+)/", re.DOTALL)
_SPACE = re.compile(r"\s*")


def parse(text: str) -> Filter:
    """Return the filter that a text says.

    Raises:
        InputError: It says none; the message names the column, from 1.
    """
    return _Parser(text).whole()


def expression(pattern: str) -> Callable[[str], bool]:
    """Return what tells whether a regular expression, in the syntax of RE2, fits anywhere in a text.

    RE2 takes time linear in the text and bounded memory for any pattern; backtracking engines can be made to take
    hours, or, for `x{1000000000}`, all memory before they begin.

    Raises:
        ValueError: The pattern is no regular expression, or too large.
    """
    import re2

    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.never_capture = True
    options.max_mem = _PATTERN_BYTES
    try:
        search = re2.compile(pattern, options).search
    except re2.error as error:
        raise ValueError(error.args[0].decode(errors="replace")) from error
    # Bytes, because for text the library counts characters that nobody asks for.
    return lambda text: search(text.encode()) is not None


def unparse(where: Filter) -> str:
    """Return a filter as text from which `parse` makes the same one."""
    match where:
        case Comparison(field, operator, values):
            listed = ", ".join(_value(operator, value) for value in values)
            return f"{field} {operator} ({listed})" if operator in LISTS else f"{field} {operator} {listed}"
        case Not(part):
            return f"not {_inner(part)}"
        case And(parts):
            return " and ".join(map(_inner, parts))
        case Or(parts):
            return " or ".join(map(_inner, parts))


def narrowed(text: str, field: str, value: str) -> str:
    """Return a filter that asks for a value of a field besides; one that asks for it already, without that.

    Args:
        text: The filter so far, perhaps empty.
        field: A field of the language.
        value: Any text.

    Raises:
        InputError: The text is no filter.
    """
    test = Comparison(field, Operator.EQ, (value,))
    before = parse(text) if text.strip() else And(())
    parts = before.parts if isinstance(before, And) else (before,)
    after = tuple(part for part in parts if part != test) if test in parts else (*parts, test)
    return unparse(after[0] if len(after) == 1 else And(after))


def _inner(part: Filter) -> str:
    return f"({unparse(part)})" if isinstance(part, And | Or) else unparse(part)


def _value(operator: Operator, value: str) -> str:
    if operator is Operator.MATCHES:
        escaped = re.sub(r"\\.|/", lambda found: r"\/" if found[0] == "/" else found[0], value, flags=re.DOTALL)
        return f"/{escaped}/"
    if _BARE.fullmatch(value):
        return value
    return '"' + re.sub(r'(["\\])', r"\\\1", value) + '"'


class _Parser:
    """Recursive descent over one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0

    def whole(self) -> Filter:
        if len(self._text) > MAX_CHARACTERS:
            self._fail(f"the filter is longer than {MAX_CHARACTERS:,} characters")
        where = self._any()
        if self._at < len(self._text):
            self._fail(f"`and`, `or` or the end is expected, not {self._rest()}")
        return where

    def _any(self) -> Filter:
        parts = [self._all()]
        while self._keyword("or"):
            parts.append(self._all())
        return Or(tuple(parts)) if len(parts) > 1 else parts[0]

    def _all(self) -> Filter:
        parts = [self._one()]
        while self._keyword("and"):
            parts.append(self._one())
        return And(tuple(parts)) if len(parts) > 1 else parts[0]

    def _one(self) -> Filter:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._fail(f"parentheses and `not` are nested deeper than {MAX_DEPTH}")
        where: Filter
        if self._keyword("not"):
            where = Not(self._one())
        elif self._symbol("("):
            where = self._any()
            self._expect(")")
        else:
            where = self._test()
        self._depth -= 1
        return where

    def _test(self) -> Comparison:
        self._skip()
        start = self._at
        field = self._field()
        self._skip()
        found = _OPERATOR.match(self._text, self._at)
        if found is None:
            if field == "deprecated":
                return Comparison(field, Operator.EQ, ("true",))
            self._fail(f"an operator is expected after {field}, not {self._rest()}")
        self._at = found.end()
        spelling = "".join(found[0].casefold().split())
        operator = Operator(_SPELLINGS.get(spelling, spelling))
        values = self._values(field, operator)
        if operator in ORDERS and FIELDS[field].choices:
            self._fail(f"{field} has no order", start)
        return Comparison(field, operator, values)

    def _field(self) -> str:
        found = _WORD.match(self._text, self._at)
        if found is None:
            self._fail(f"a field is expected, not {self._rest()}")
        field = found[0].casefold()
        if field not in FIELDS:
            near = get_close_matches(field[:20], FIELDS, 1)
            self._fail(f"there is no field {_short(found[0])}" + (f"; did you mean {near[0]}?" if near else ""))
        self._at = found.end()
        return field

    def _values(self, field: str, operator: Operator) -> tuple[str, ...]:
        if operator is Operator.MATCHES:
            return (self._pattern(),)
        if operator not in LISTS:
            return (self._checked(field, operator),)
        self._expect("(")
        values = [self._checked(field, operator)]
        while self._symbol(","):
            values.append(self._checked(field, operator))
        self._expect(")")
        return tuple(values)

    def _checked(self, field: str, operator: Operator) -> str:
        self._skip()
        start = self._at
        value = self._literal()
        choices = FIELDS[field].choices
        if operator in _WHOLE and choices and value.casefold() not in choices:
            self._fail(f"{field} is {' or '.join(choices)}, not {_short(value)}", start)
        if field == "status" and operator in ORDERS and not re.fullmatch(r"[0-9]{1,9}", value):
            self._fail(f"a number is expected, not {_short(value)}", start)
        return value

    def _literal(self) -> str:
        self._skip()
        if found := _QUOTED.match(self._text, self._at):
            value = re.sub(r"\\(.)", r"\1", found[1] or found[2] or "", flags=re.DOTALL)
        elif found := _BARE.match(self._text, self._at):
            value = found[0]
        else:
            self._fail(f"a value is expected, not {self._rest()}")
        self._at = found.end()
        return value

    def _pattern(self) -> str:
        self._skip()
        start = self._at
        if found := _SLASHED.match(self._text, start):
            self._at = found.end()
        written_ = found[1] if found else self._literal()
        if len(written_) > MAX_PATTERN:
            self._fail(f"the expression is longer than {MAX_PATTERN} characters", start)
        # A slash needs its backslash only between slashes.
        pattern = re.sub(r"\\(.)", lambda pair: "/" if pair[1] == "/" else pair[0], written_, flags=re.DOTALL)
        try:
            expression(pattern)
        except ValueError as error:
            self._fail(f"the regular expression is wrong: {error}", start, error)
        return pattern

    def _keyword(self, word: str) -> bool:
        self._skip()
        found = _WORD.match(self._text, self._at)
        if found is None or found[0].casefold() != word:
            return False
        self._at = found.end()
        return True

    def _symbol(self, sign: str) -> bool:
        self._skip()
        if not self._text.startswith(sign, self._at):
            return False
        self._at += len(sign)
        return True

    def _expect(self, sign: str) -> None:
        if not self._symbol(sign):
            self._fail(f"{sign} is expected, not {self._rest()}")

    def _skip(self) -> None:
        space = _SPACE.match(self._text, self._at)
        self._at = space.end() if space else self._at

    def _rest(self) -> str:
        found = re.compile(r"\w+|.", re.DOTALL).match(self._text, self._at)
        return _short(found[0]) if found else "the end"

    def _fail(self, what: str, at: int | None = None, cause: Exception | None = None) -> NoReturn:
        column = (self._at if at is None else at) + 1
        raise InputError(f"The filter is wrong at column {column}: {what}", hint=HINT) from cause


def _short(text: str) -> str:
    return repr(text if len(text) <= 30 else text[:30] + "…")
