"""Values that a workflow passes on: constants and expressions. A constant that is a secret does not stay."""

import re
from typing import Any

from engine.secrets.names import is_secret_name
from engine.secrets.redact import Redactor
from engine.specs.limits import Budget

_EXPRESSION = re.compile(
    r"\$(?:inputs|outputs|steps|workflows|components|sourceDescriptions|request|response|message|statusCode|url|method"
    r"|self)\b"
)
"""How a runtime expression begins (Arazzo 1.1, Runtime Expressions); a text may have some between its words."""


def is_expression(text: str) -> bool:
    """Tell whether a text is an expression, or has one in it."""
    return _EXPRESSION.search(text) is not None


def without_secrets(name: str, value: Any, budget: Budget) -> Any:
    """Return a value without the secrets in it: constants of secret names, and what looks like one anywhere.

    Args:
        name: Of the parameter or field.
        value: A decoded value.
        budget: What is left of the limits.

    Raises:
        SpecError: It is more than the limits allow.
    """
    return _walked(Redactor(), name, value, budget)


def _walked(redactor: Redactor, name: str, value: Any, budget: Budget) -> Any:
    budget.spend()
    if isinstance(value, dict):
        return {key: _walked(redactor, key, each, budget) for key, each in value.items()}
    if isinstance(value, list):
        return [_walked(redactor, name, each, budget) for each in value]
    if not isinstance(value, str) or is_expression(value):
        return value
    return redactor.hide(value) if is_secret_name(name) else redactor.text(value)
