from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given, settings, strategies as st

from engine.models.remote.limits import Allowance, allowances, duration, retry_after, wait_asked

NOW = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7.66s", 7.66),
        ("2m59.56s", 179.56),
        ("1h0m0s", 3600),
        ("17ms", 0.017),
        ("6m0s", 360),
        ("1d2h", 93_600),
        ("12", 12),
        (" 1.5 ", 1.5),
        ("0s", 0),
    ],
)
def test_a_duration(text: str, seconds: float) -> None:
    """Groq's and OpenAI's forms, and a bare number of seconds."""
    assert duration(text) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "s", "m", "-1", "soon", "1s2h", "1e9", "nan", "inf", "7.66s!", "1 s", "."])
def test_no_duration(text: str) -> None:
    """What is none is not guessed at."""
    assert duration(text) is None


@given(st.text(alphabet="0123456789.dhms ", max_size=30) | st.text(max_size=30))
@settings(deadline=None)
def test_any_text_is_a_duration_or_none(text: str) -> None:
    """Nothing raises, and no wait is negative."""
    seconds = duration(text)
    assert seconds is None or seconds >= 0
    wait = retry_after(text, NOW)
    assert wait is None or wait >= 0


def test_retry_after_is_seconds_or_a_date() -> None:
    """Both forms of RFC 9110; a date that has passed asks for no wait."""
    assert retry_after("7", NOW) == 7
    assert retry_after(format_datetime(NOW + timedelta(seconds=90), usegmt=True), NOW) == 90
    assert retry_after("Mon, 30 Nov 2026 09:59:00 GMT", NOW) == 0
    assert retry_after("Mon, 30 Nov 2026 10:01:00 -0000", NOW) == 60
    assert retry_after("later", NOW) is None


def test_a_date_is_taken_by_the_clock_that_wrote_it() -> None:
    """A machine whose clock is an hour late waits as long as the service meant."""
    headers = {"retry-after": "Mon, 30 Nov 2026 11:00:30 GMT", "date": "Mon, 30 Nov 2026 11:00:00 GMT"}
    assert wait_asked(headers, "", NOW) == 30
    assert wait_asked({**headers, "date": "no date"}, "", NOW) == 3630


def test_the_sentence_counts_where_there_is_no_header() -> None:
    """Groq and OpenAI write the time into the sentence."""
    assert wait_asked({}, "Limit 6000, Used 5034. Please try again in 1m4.77s. Need more?", NOW) == pytest.approx(64.77)
    assert wait_asked({"retry-after": "2"}, "Please try again in 9s.", NOW) == 2
    assert wait_asked({}, "Please try again later", NOW) is None


def test_what_is_left_is_read_where_it_is_said_in_full() -> None:
    """A limit counts when the service says what is left of it and when it is back."""
    headers = {
        "x-ratelimit-limit-requests": "14400",
        "x-ratelimit-remaining-requests": "14370",
        "x-ratelimit-reset-requests": "2m59.56s",
        "x-ratelimit-remaining-tokens": "17997",
        "x-ratelimit-reset-tokens": "7.66s",
    }
    assert allowances(headers) == {
        "requests": Allowance(left=14_370, limit=14_400, reset_s=pytest.approx(179.56)),
        "tokens": Allowance(left=17_997, limit=None, reset_s=7.66),
    }
    assert allowances({"x-ratelimit-remaining-tokens": "many", "x-ratelimit-reset-tokens": "7s"}) == {}
    assert allowances({}) == {}
