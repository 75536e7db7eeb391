"""Secrets in recordings and samples: in a decoded document, by its keys, its pairs of name and value, and its texts."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from engine.secrets.names import is_secret_name
from engine.secrets.redact import Redactor
from engine.specs.limits import Budget
from engine.specs.nodes import embedded

Keep = Callable[[Any], Any]
"""Returns what may stay of a value that is otherwise secret."""

_MAX_INSIDE = 3
"""JSON in a text of JSON in a text … that is looked into; deeper, it is searched as text."""
_SMALLEST_NUMBER = 1000
"""Numbers below it are counts; a PIN has four digits at least."""


class TreeRedactor(Redactor):
    """Takes the secrets out of one decoded document.

    Args:
        keeps: Key of a mapping → what may stay of its value; the rest of it is secret. JSON inside a text has no such
            keys.
    """

    def __init__(self, keeps: Mapping[str, Keep] = {}) -> None:
        super().__init__()
        self._keeps = keeps
        self._inside_text = 0

    def tree(self, value: Any, budget: Budget) -> Any:
        """Return a copy of a decoded document without its secrets, JSON inside its texts included.

        Raises:
            SpecError: It is more than the limits allow.
        """
        hidden = self._walked(value, False, budget)
        return self._without_met(hidden) if self._met else hidden

    def _walked(self, value: Any, secret: bool, budget: Budget) -> Any:
        budget.spend()
        if isinstance(value, str):
            return self._string(value, secret, budget)
        if isinstance(value, dict):
            return self._mapping(value, secret, budget)
        if isinstance(value, list):
            return [self._walked(item, secret, budget) for item in value]
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return 0 if secret and is_number and abs(value) >= _SMALLEST_NUMBER else value

    def _mapping(self, value: dict[str, Any], secret: bool, budget: Budget) -> dict[str, Any]:
        names_secret = "value" in value and _names_secret(value)
        result = {}
        for key, item in value.items():
            if key in self._keeps and not self._inside_text:
                kept = self._keeps[key](item)
                for text in set(_texts(item)) - set(_texts(kept)):
                    self.remember(text)
                result[key] = self._walked(kept, False, budget)
                continue
            hide = secret or (names_secret and key == "value") or _is_secret_field(key, item)
            result[self.text(key)] = self._walked(item, hide, budget)
        return result

    def _string(self, value: str, secret: bool, budget: Budget) -> str:
        if secret:
            return self.hide(value)
        may_hold_json = self._inside_text < _MAX_INSIDE and value.lstrip()[:1] in ("{", "[")
        if may_hold_json and isinstance(tree := embedded(value), dict | list):
            self._inside_text += 1
            hidden = self._walked(tree, False, budget)
            self._inside_text -= 1
            return value if hidden == tree else msgspec.json.format(msgspec.json.encode(hidden), indent=2).decode()
        return self.text(value)

    def _without_met(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.without_met(value)
        if isinstance(value, dict):
            return {self._without_met(key): self._without_met(item) for key, item in value.items()}
        return [self._without_met(item) for item in value] if isinstance(value, list) else value


def _names_secret(pair: dict[str, Any]) -> bool:
    """Return whether a pair like `{"key": …, "value": …}` has a secret name or says that it is secret."""
    if pair.get("type") == "secret":
        return True
    return any(isinstance(name := pair.get(key), str) and is_secret_name(name) for key in ("key", "name", "id"))


def _is_secret_field(key: str, value: Any) -> bool:
    if isinstance(value, int | float) and key.lower().endswith("tokens"):  # a count, of a language model
        return False
    return is_secret_name(key)


def _texts(value: Any) -> Iterator[str]:
    """Yield every text below a value, keys left out."""
    pending = [value]
    while pending:
        value = pending.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict | list):
            pending.extend(value.values() if isinstance(value, dict) else value)
