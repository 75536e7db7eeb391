import pytest
from hypothesis import given, settings, strategies as st

from engine.errors import SettingsError
from engine.models.remote.address import Endpoint, endpoint
from engine.settings import Settings


def judged(url: str, **others: object) -> Endpoint:
    """Return the endpoint of an address."""
    return endpoint(Settings(remote_url=url, **others))


@pytest.mark.parametrize(
    ("url", "posted", "host"),
    [
        ("https://api.groq.com/openai/v1", "https://api.groq.com/openai/v1/chat/completions", "api.groq.com"),
        ("https://api.groq.com/openai/v1/", "https://api.groq.com/openai/v1/chat/completions", "api.groq.com"),
        ("https://a.example/v1/chat/completions", "https://a.example/v1/chat/completions", "a.example"),
        ("http://localhost:11434", "http://localhost:11434/v1/chat/completions", "localhost:11434"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080/v1/chat/completions", "127.0.0.1:8080"),
        ("http://[::1]:8080/v1", "http://[::1]:8080/v1/chat/completions", "[::1]:8080"),
        ("http://llm.localhost/v1", "http://llm.localhost/v1/chat/completions", "llm.localhost"),
        (" https://A.example ", "https://A.example/v1/chat/completions", "a.example"),
    ],
)
def test_where_it_posts(url: str, posted: str, host: str) -> None:
    """The method is put behind the base address, and `/v1` before it where the address is a host alone."""
    at = judged(url)
    assert (at.url, at.host) == (posted, host)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://a.example/v1", "not encrypted"),
        ("http://10.0.0.5/v1", "not encrypted"),
        ("http://localhost.example/v1", "not encrypted"),
        ("https://10.0.0.5/v1", "no public address"),
        ("https://167772165/v1", "no public address"),
        ("https://[fd00::1]/v1", "no public address"),
        ("https://me:canary-s3cret@a.example/v1", "a user or a password"),
        ("https://canary-s3cret@a.example/v1", "a user or a password"),
        ("https://a.example/v1?key=canary-s3cret", "a query"),
        ("https://a.example/v1#canary-s3cret", "a query"),
        ("ftp://a.example/v1", "is no address"),
        ("a.example/v1", "is no address"),
        ("", "is no address"),
        ("https://", "is no address"),
        ("https://1.2.3.256/v1", "is no address"),
        ("https://a.example:99999/v1", "is no address"),
        ("https://[::1/v1", "is no address"),
        ("https://a..example/v1", "is no address"),
    ],
)
def test_where_it_does_not(url: str, reason: str) -> None:
    """What may not be asked is refused before anything connects, and no secret in it is repeated."""
    with pytest.raises(SettingsError, match=reason) as caught:
        judged(url)
    assert "canary" not in str(caught.value) + caught.value.hint


def test_a_private_address_is_allowed_by_its_setting() -> None:
    """Over TLS, as everywhere but on this machine."""
    at = judged("https://10.0.0.5/v1", private_addresses=True)
    assert at.reach.private
    assert not at.here
    assert not at.reach.plain_loopback
    with pytest.raises(SettingsError, match="not encrypted"):
        judged("http://10.0.0.5/v1", private_addresses=True)


def test_this_machine_needs_no_setting() -> None:
    """Nothing leaves it, so it may be asked over http, and over https with a certificate of its own."""
    assert judged("http://localhost/v1").reach.plain_loopback
    at = judged("https://127.0.0.1/v1", ca_bundle="own.pem")
    assert at.here
    assert at.reach.private
    assert not at.reach.plain_loopback
    assert at.reach.ca_bundle == "own.pem"


def test_which_key_goes_where() -> None:
    """Groq's key goes to Groq alone, unless a name is set: another address does not get it by being written down."""
    assert judged("https://api.groq.com/openai/v1").key_name == "GROQ_API_KEY"
    assert judged("https://eu.groq.com/v1").key_name == "GROQ_API_KEY"
    assert judged("https://groq.com.evil.example/v1").key_name == ""
    assert judged("https://notgroq.com/v1").key_name == ""
    assert judged("http://localhost:11434").key_name == ""
    assert judged("https://a.example/v1", remote_key_name="MY_KEY").key_name == "MY_KEY"


@given(st.text(alphabet="htps:/@[].a1%?#\\ é", max_size=30) | st.text(max_size=30))
@settings(deadline=None)
def test_any_text_is_an_endpoint_or_refused(text: str) -> None:
    """No address breaks the judge."""
    try:
        at = judged(text)
    except SettingsError:
        return
    assert at.url.startswith("https://") or at.here
