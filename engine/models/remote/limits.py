"""What a service says of its limits, in headers and sentences: durations, and how much is left. Pure."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import msgspec

_NUMBER = r"\d{1,9}(?:\.\d{0,9})?"
_DURATION = re.compile(
    rf"(?=\d)(?:(?P<d>\d{{1,9}})d)?(?:(?P<h>\d{{1,9}})h)?(?:(?P<m>\d{{1,9}})m(?!s))?(?:(?P<s>{_NUMBER})s)?"
    rf"(?:(?P<ms>{_NUMBER})ms)?|(?P<bare>{_NUMBER})"
)
"""As Go writes durations: `7.66s`, `2m59.56s`, `17ms`; or a bare number of seconds."""
_SECONDS = {"d": 86_400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001, "bare": 1.0}
_AGAIN = re.compile(r"(?i)\btry again in (?P<wait>[0-9hms.]{1,40}[hms])")
"""How Groq and OpenAI say it in the sentence of a 429."""


def duration(text: str) -> float | None:
    """Return the seconds that a duration stands for, None where it is none."""
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        return None
    return sum(float(number) * _SECONDS[unit] for unit, number in match.groupdict().items() if number)


def retry_after(value: str, now: datetime) -> float | None:
    """Return the seconds that `retry-after` asks to wait: a number of seconds, or a date (RFC 9110, 10.2.3).

    Args:
        value: Of the header.
        now: The date that the service gave its answer, or that of this machine.

    Returns:
        0 where the date has passed; None where it is neither.
    """
    if (seconds := duration(value)) is not None:
        return seconds
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    aware = date if date.tzinfo else date.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())


def wait_asked(headers: Mapping[str, str], sentence: str, now: datetime) -> float | None:
    """Return the seconds that a refusal asks to wait, by its header or else by its sentence; None where it says none.

    Args:
        headers: Of the answer, names in lower case.
        sentence: What the service says.
        now: This machine's time; the answer's own counts where it has one.
    """
    if value := headers.get("retry-after"):
        try:
            given = parsedate_to_datetime(headers["date"])
        except (KeyError, ValueError, OverflowError):
            given = now
        if (seconds := retry_after(value, given if given.tzinfo else given.replace(tzinfo=UTC))) is not None:
            return seconds
    again = _AGAIN.search(sentence)
    return duration(again["wait"]) if again else None


class Allowance(msgspec.Struct, frozen=True, kw_only=True):
    """What is left of one limit, as the service said it."""

    left: float
    limit: float | None
    """All there is when nothing was used; None where it was not said."""
    reset_s: float
    """Seconds until all of it is there again."""


def allowances(headers: Mapping[str, str]) -> dict[str, Allowance]:
    """Return what `x-ratelimit-*` says of `requests` and `tokens`, where it says what is left and when it is back.

    Groq: the limit of requests is one of a day, that of tokens one of a minute
    (https://console.groq.com/docs/rate-limits). Both come back bit by bit.
    """
    found = {}
    for what in ("requests", "tokens"):
        left = _number(headers.get(f"x-ratelimit-remaining-{what}", ""))
        reset_s = duration(headers.get(f"x-ratelimit-reset-{what}", ""))
        if left is not None and reset_s is not None:
            limit = _number(headers.get(f"x-ratelimit-limit-{what}", ""))
            found[what] = Allowance(left=left, limit=limit, reset_s=reset_s)
    return found


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(_NUMBER, text.strip()) else None
