import pytest
from hypothesis import given, strategies as st

from engine.secrets.names import is_secret_name
from engine.secrets.redact import REDACTED, is_placeholder, redact_text
from tests.test_text import ANY_TEXT

SHAPED = [
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N",
    "ghp_" + "a1B2" * 9,
    "github_pat_" + "11ABCDE0Y0" * 4,
    "sk-" + "proj-abcDEF123456" * 2,
    "sk_" + "live_" + "4eC39HqLyjWDarjtT1",
    "xoxb-" + "123456789012-abcdefGHIJKL",
    "AKIA" + "IOSFODNN7EXAMPLE",
    "AIza" + "SyA1234567890abcdefghijklmnopqrstuv",
    "glpat-" + "a1b2c3d4e5f6g7h8i9j0",
    "npm_" + "a1B2c3D4e5" * 4,
    "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nMIIEpAIBAAKCAQ\nabc\n-----END RSA PRIVATE KEY-----",
]
"""What issuers mark as theirs."""

FRAGMENTS = [
    *"token password Bearer Basic a1b2c3d4e5 = : \" ' \\ { } {{ }} < > </ & ? # , ; @ :// curl -u Cookie:".split(),
    *"Authorization: eyJhbGciOiJIUzI1NiJ9 [ ] x=y REDACTED".split(),
    *("password hunter2", "-----BEGIN PRIVATE KEY-----", " ", "\n"),
]
"""What texts with secrets are made of."""


@pytest.mark.parametrize(
    "name",
    "token access_token accessToken ACCESS_TOKEN X-Auth-Token password Passwd user[password] new-password pwd apiKey"
    " APIKEY x-api-key Ocp-Apim-Subscription-Key client_secret secretKey privateKey Authorization Proxy-Authorization"
    " Cookie set-cookie JSESSIONID session session_id sid signature sig X-Amz-Signature X-Amz-Security-Token csrf_token"
    " otp auth jwt assertion code_verifier X-Whatever-Key credentials password2".split(),
)
def test_names_of_secrets_are_known_in_any_spelling(name: str) -> None:
    """Headers, parameters, fields and variables are judged by the words in their name."""
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    "author authors tokenizer token_type token_url tokenUrl expires_in password_changed_at session_count"
    " Idempotency-Key key name id secretary design sight passing passwordless monkey signature_version state code user"
    " page".split(),
)
def test_other_names_are_left_alone(name: str) -> None:
    """Words that only look like the name of a secret, and what is said of one, count as ordinary."""
    assert not is_secret_name(name)


@pytest.mark.parametrize(
    "secret",
    SHAPED,
)
def test_secrets_are_known_by_their_shape(secret: str) -> None:
    """What issuers mark as theirs is replaced wherever it stands, and the words around it stay."""
    assert redact_text(f"Send {secret} with it") == f"Send {REDACTED} with it"


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Authorization: Bearer abc123def", f"Authorization: Bearer {REDACTED}"),
        ("use Basic dXNlcjpwYXNz here", f"use Basic {REDACTED} here"),
        ('Authorization: Digest username="x", response="d1"', f"Authorization: Digest {REDACTED}"),
        ("-H 'Cookie: a=b; c=d' -X GET", f"-H 'Cookie: {REDACTED}' -X GET"),
        ("X-Api-Key: 8f7a9b2c3d", f"X-Api-Key: {REDACTED}"),
        ("https://me:pw@a.example/x", f"https://{REDACTED}@a.example/x"),
        ("https://a.example/?page=2&access_token=a'b#sid=q", f"https://a.example/?page=2&access_token={REDACTED}#sid={REDACTED}"),
        ("user=me&user%5Bpassword%5D=a,b", f"user=me&user%5Bpassword%5D={REDACTED}"),
        ("curl -u me:pw https://a.example", f"curl -u {REDACTED} https://a.example"),
        ('{"password": "a\\"b", x: {{y}}}', f'{{"password": "{REDACTED}", x: {{{{y}}}}}}'),
        ('-d "{\\"token\\": \\"a b\\"}"', f'-d "{{\\"token\\": \\"{REDACTED}\\"}}"'),
        ("<x:Password Type='t'>a b</x:Password>", f"<x:Password Type='t'>{REDACTED}</x:Password>"),
        ('login(password: "pw", name: "n")', f'login(password: "{REDACTED}", name: "n")'),
        ("log in as bob with password hunter2, then list", f"log in as bob with password {REDACTED}, then list"),
        ("the passphrase is 'tr0ub4dor'.", f"the passphrase is '{REDACTED}'."),
        ("set the password to Passw0rd!", f"set the password to {REDACTED}!"),
        ("password: hunter2", f"password: {REDACTED}"),
        ("password v1k1ng is mine", f"password {REDACTED} is mine"),
        ("with api key a1b2c3d4e5", f"with api key {REDACTED}"),
    ],
)  # fmt: skip
def test_secrets_in_texts_are_known_by_what_stands_before_them(text: str, hidden: str) -> None:
    """Headers, URLs, forms, commands, XML and broken JSON are understood without knowing which of them a text is."""
    assert redact_text(text) == hidden


@pytest.mark.parametrize(
    "text",
    [
        "Bearer authentication is required, or Basic authentication",
        "Authorization: required for all calls",
        "Cookie: a small file that a browser keeps",
        "the token: a long text",
        "password field is required, reset my password, password is required, then list",
        "A password of 8 characters, or password SHA256-hashed, password base64url and password OAuth2 flow",
        "the password /reset2 and password https://a.example/x1 and password {pass1}, password field,v1",
        "Authorization: Bearer {{token}}",
        "Use X-Api-Key: YOUR_API_KEY",
        "https://a.example/?token=<token>&key={key}",
        "https://{{user}}:{{password}}@a.example/",
        '{"password": "{{password}}", "secret": ""}',
        "commit 9fceb02d0ae598e95dc970b74767f19372d61af8 of 2024-05-01T00:00:00Z",
    ],
)
def test_prose_and_placeholders_stay(text: str) -> None:
    """A sentence about a secret holds none, and `{{token}}` or `<token>` says where one goes."""
    assert redact_text(text) == text


@given(st.lists(st.sampled_from(FRAGMENTS) | ANY_TEXT, max_size=8).map("".join))
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    """Any text can be redacted, and the result holds nothing more to hide."""
    once = redact_text(text)
    assert redact_text(once) == once


@pytest.mark.parametrize(
    "part",
    [
        'token="',
        'token=\\"',
        "token:",
        "Cookie: a",
        "-----BEGIN PRIVATE KEY-----",
        "://a",
        "<token>",
        "eyJ",
        "-u a",
        "password a1!",
        "password: ",
    ],
)
def test_no_text_takes_longer_than_its_length_allows(part: str) -> None:
    """Texts that begin many secrets and end none are read at once; the test's own limit would stop it."""
    redact_text(part * (300_000 // len(part)))


@pytest.mark.parametrize(
    "value", ["{{token}}", "{{a}}:{{b}}", "<your token>", "${TOKEN}", "YOUR_API_KEY", "***", "xxxx"]
)
def test_placeholders_are_known(value: str) -> None:
    """The ways in which people mark where a secret goes."""
    assert is_placeholder(value)
    assert not is_placeholder(value + "7f3")
