import pytest
from hypothesis import given, settings, strategies as st

from engine.models.protocol import Message
from engine.models.remote.scrub import outgoing, scrubbed


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("curl https://jenkins/job/1", "curl https://private-host.example/job/1"),
        ("curl https://jenkins:8080/job/1", "curl https://private-host.example:8080/job/1"),
        ("see https://api.acme.internal/v1?a=1", "see https://private-host.example/v1?a=1"),
        ("https://db.corp.", "https://private-host.example"),
        ("postgres://10.1.2.3:5432/x", "postgres://private-host.example:5432/x"),
        ("http://[fd00::1]:80/", "http://private-host.example:80/"),
        ('{"url": "http:\\/\\/wiki.lan\\/x"}', '{"url": "http:\\/\\/private-host.example\\/x"}'),
        ("ask nas.local or db01.eu.corp now", "ask private-host.example or private-host.example now"),
        ("mail ops@mail.acme.internal", "mail ops@private-host.example"),
        ("it runs at 192.168.1.7, port 80", "it runs at private-host.example, port 80"),
        ("https://{tenant}.acme.internal/v1", "https://private-host.example/v1"),
        ("see (https://wiki.home/x)", "see (https://private-host.example/x)"),
    ],
)
def test_private_hosts_are_taken_out(text: str, sent: str) -> None:
    """Names that only one network knows, and its numbers; the rest of an address stays."""
    assert scrubbed(text) == sent


@pytest.mark.parametrize(
    "text",
    [
        "https://api.github.com/repos/{owner}/{repo}",
        "https://{host}/v1 and https://{region}.example.com",
        "http://localhost:8080/v1 and http://127.0.0.1/x",
        "GET /users/{id}/local with address.home and user.private",
        "version 10.2 of com.acme.internals, api.internal_id, 1.2.3.4.5",
        "8.8.8.8 answers",
        "on success it returns 204 and no body.",
        "a://",
    ],
)
def test_all_else_stays(text: str) -> None:
    """Public names, this very machine, variables, fields and versions are no secret."""
    assert scrubbed(text) == text


def test_secrets_are_taken_out() -> None:
    """A pasted command goes without its key, its password and its host."""
    pasted = "curl -u me:hunter2secret -H 'Authorization: Bearer sk-canary0123456789abcdef' https://me:pw@ci.corp/x"
    sent = outgoing([Message("system", "Be short."), Message("user", pasted)], host="api.example", model="m")
    text = sent.messages[1].content
    assert "canary" not in text
    assert "hunter2" not in text
    assert "ci.corp" not in text
    assert ":pw@" not in text
    assert sent.messages[0] == Message("system", "Be short.")
    assert sent.taken_out == text.count("REDACTED") + text.count("private-host.example")
    assert (sent.host, sent.model) == ("api.example", "m")


def test_what_was_there_is_not_counted() -> None:
    """A document may use the stand-ins itself."""
    sent = outgoing([Message("user", "REDACTED at https://private-host.example")], host="h", model="m")
    assert sent.taken_out == 0


@given(st.text(alphabet='htp:/@[].a1corpinternal{}<>\\" 0', max_size=60) | st.text(max_size=60))
@settings(deadline=None)
def test_twice_is_once(text: str) -> None:
    """What was scrubbed holds nothing more to take out."""
    assert scrubbed(scrubbed(text)) == scrubbed(text)
