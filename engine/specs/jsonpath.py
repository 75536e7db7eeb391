"""JSONPath (RFC 9535) over a document of any size and a query of anybody: what is found, within limits.

A query may ask for much more than the document holds: `$..*..*..*` meets each part once for every way down to it, and
`$[?count(@[*,*][*,*][*,*]) > 9]` doubles with each bracket. So the library that knows the language walks over a view of
the document that counts every look at a part. Its two functions of regular expressions use RE2, whose time is linear.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast, overload

import re2
from jsonpath import JSONPathEnvironment, JSONPathError
from jsonpath.function_extensions import ExpressionType, FilterFunction

from engine.errors import SpecError
from engine.specs.limits import Budget
from engine.text import clean_line

Location = tuple[str | int, ...]
"""The keys and indexes that lead to a part; none for the whole."""
MAX_QUERY = 2000
"""Characters of a query; the longest that were seen have 200."""
_PATTERN_BYTES = 1 << 20
"""Memory that one regular expression may take, as in filters."""


def located(query: str, document: Any, budget: Budget) -> list[Location]:
    """Return where a query finds something, each place once, in the order of the document.

    Args:
        query: An expression such as `$.paths.*.get`.
        document: A decoded document.
        budget: What is left of the limits; every look at a part spends of it.

    Raises:
        SpecError: The query is no JSONPath, or takes more than the limits allow.
        RecursionError: The query, or the document, is nested too deep.
    """
    if len(query) > MAX_QUERY:
        raise SpecError(f"The JSONPath is longer than {MAX_QUERY:,} characters")
    if not query.startswith("$"):
        raise SpecError(f"{query!r} is no JSONPath, which begins with `$`")
    environment = _Environment(strict=True)
    environment.max_recursion_depth = budget.limits.max_depth + 1
    try:
        matches = environment.finditer(query, _view(document, budget.spend))
        return list(dict.fromkeys(match.parts for match in matches))
    except JSONPathError as error:
        raise SpecError(f"The JSONPath is wrong: {_reason(error)}") from error


def _reason(error: JSONPathError) -> str:
    place = f" at character {error.token.index + 1}" if error.token is not None else ""
    return clean_line(f"{error.message}{place}")


class _Environment(JSONPathEnvironment):
    def setup_function_extensions(self) -> None:
        """Put functions in the place of those that might take for ever."""
        super().setup_function_extensions()
        self.function_extensions["match"] = _Expression(whole=True)
        self.function_extensions["search"] = _Expression(whole=False)


class _Expression(FilterFunction):
    """`match` or `search`: false for what is no text, and for what is no regular expression (RFC 9535, 2.4.6)."""

    def __init__(self, *, whole: bool) -> None:
        self._whole = whole
        self._options = re2.Options()
        self._options.max_mem = _PATTERN_BYTES
        self._options.log_errors = False

    @property
    def arg_types(self) -> list[ExpressionType]:
        """A text, and the expression."""
        return [ExpressionType.VALUE, ExpressionType.VALUE]

    @property
    def return_type(self) -> ExpressionType:
        """Whether it fits."""
        return ExpressionType.LOGICAL

    def __call__(self, text: object, pattern: object) -> bool:
        if not isinstance(text, str) or not isinstance(pattern, str):
            return False
        try:
            expression = re2.compile(pattern, self._options)
        except re2.error:
            return False
        found = expression.fullmatch(text) if self._whole else expression.search(text)
        return found is not None


def _view(value: Any, spend: Callable[[], None]) -> Any:
    if isinstance(value, dict):
        return _Object(value, spend)
    return _Array(value, spend) if isinstance(value, list) else value


class _Object(Mapping[str, Any]):
    """A view of a mapping."""

    __slots__ = ("_spend", "_value")

    def __init__(self, value: dict[str, Any], spend: Callable[[], None]) -> None:
        self._value = value
        self._spend = spend

    def __getitem__(self, key: str) -> Any:
        self._spend()
        return _view(self._value[key], self._spend)

    def __iter__(self) -> Iterator[str]:
        return iter(self._value)

    def __len__(self) -> int:
        return len(self._value)


class _Array(Sequence[Any]):
    """A view of a list."""

    __slots__ = ("_spend", "_value")

    def __init__(self, value: list[Any], spend: Callable[[], None]) -> None:
        self._value = value
        self._spend = spend

    @overload
    def __getitem__(self, index: int) -> Any: ...
    @overload
    def __getitem__(self, index: slice) -> "_Array": ...
    def __getitem__(self, index: int | slice) -> Any:
        self._spend()
        found = self._value[index]
        return _Array(cast("list[Any]", found), self._spend) if isinstance(index, slice) else _view(found, self._spend)

    def __len__(self) -> int:
        return len(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Array) and len(self) == len(other) and all(map(_same, self, other))

    __hash__ = None  # type: ignore[assignment]  # as lists have it


def _same(one: Any, other: Any) -> bool:
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)
