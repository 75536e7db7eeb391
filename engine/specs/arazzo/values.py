"""Values that a workflow passes on: constants and expressions. A constant that is a secret does not stay."""

import re
from typing import Any

from engine.secrets.redact import redact_text
from engine.specs.limits import Budget
from engine.specs.recordings.redact import TreeRedactor

_EXPRESSION = re.compile(
    r"\$(?:inputs|outputs|steps|workflows|components|sourceDescriptions|request|response|message|statusCode|url|method"
    r"|self)\b"
)
"""How a runtime expression begins (Arazzo 1.1, Runtime Expressions); a text may have some between its words."""


class _Redactor(TreeRedactor):
    """Leaves expressions, which only say where a secret comes from."""

    def hide(self, value: str) -> str:
        return redact_text(value) if _EXPRESSION.search(value) else super().hide(value)


def without_secrets(name: str, value: Any, budget: Budget) -> Any:
    """Return a value without the secrets in it: constants of secret names, and what looks like one anywhere.

    Args:
        name: Of the parameter or field.
        value: A decoded value.
        budget: What is left of the limits.

    Raises:
        SpecError: It is more than the limits allow.
    """
    return _Redactor().tree({"name": name, "value": value}, budget)["value"]
