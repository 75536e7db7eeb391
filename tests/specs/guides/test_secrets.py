"""Secrets in what is read as a guide: replaced before anything is kept, in every format."""

import pytest

from engine.secrets.redact import REDACTED
from engine.specs.read import read

CANARY = "CANARY77abcdef0123456789"
HURL = f"""\
# Signs in
POST https://seals.test/v1/login
{{"user": "me", "password": "{CANARY}"}}
HTTP 200

GET https://seals.test/v1/seals
Authorization: Bearer {CANARY}
"""
BRU = (
    f"meta {{\n  name: Sign in\n}}\nget {{\n  url: https://seals.test/?token={CANARY}\n}}\n"
    f"auth:bearer {{\n  token: {CANARY}\n}}\n"
)
MARKDOWN = (
    f"# Sign in with token={CANARY}\n\nSend it.\n\n```sh\ncurl -u me:{CANARY} https://a.test\n```\n\nLater {CANARY}.\n"
)
HTML = f"<html><body><h1>Keys</h1><pre>X-Api-Key: {CANARY}</pre><p>password={CANARY}</p></body></html>"
CSV = f"name,note\nlogin,token={CANARY}\nlogout,none\n"
SAMPLE = f'{{"session": {{"access_token": "{CANARY}"}}, "note": "Bearer {CANARY}"}}'


@pytest.mark.parametrize("text", [MARKDOWN, HTML, CSV, SAMPLE, f"Just words: api_key={CANARY}\n"])
def test_a_secret_in_a_guide_is_hidden(text: str) -> None:
    """By its name, by how it is sent, and wherever else the same one stands."""
    spec = read(text.encode(), name="a.txt")
    assert spec.passages
    assert CANARY not in repr(spec)
    assert REDACTED in repr(spec)


@pytest.mark.parametrize("text", [HURL, BRU])
def test_a_secret_in_requests_is_hidden(text: str) -> None:
    """What was read as a guide once is a collection of requests now, which keeps none either."""
    spec = read(text.encode(), name="a.txt")
    assert spec.operations
    assert CANARY not in repr(spec)


def test_words_about_secrets_stay() -> None:
    """What a guide says about tokens and passwords, and its placeholders, is what it is read for."""
    text = (
        "# Authentication\n\nThe token: it expires after an hour. Set `password`, use `X-Api-Key: <token>`.\n\n"
        "```sh\ncurl -H 'X-Api-Key: YOUR_API_KEY' 'https://a.test?api_key={{key}}'\n```\n"
    )
    assert REDACTED not in repr(read(text.encode(), name="a.md"))
