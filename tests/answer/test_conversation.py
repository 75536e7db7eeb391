"""A session as a tree of JSON."""

import msgspec

from engine.answer.conversation import without_secrets
from engine.calls.records import Call, Part


def test_a_call_goes_out_without_the_values_of_secret_names() -> None:
    """They are known by their names, whatever they look like; placeholders and where values come from stay."""
    call = Call(
        transport="http",
        method="POST",
        url="https://a.example/login",
        headers={"X-Api-Key": "open sesame", "Authorization": "Bearer TOKEN"},
        body={"username": "bob", "password": "swordfish", "owner": {"pin": ["sesame"], "token": "OWNER_TOKEN"}},
        parts=(Part(name="password", value="swordfish"), Part(name="title", value="tea")),
        given={"username": "bob", "password": "swordfish"},
        sources={"username": "question", "password": "question", "token": "placeholder"},
    )
    written = without_secrets({"exchanges": ({"auth": ["Bearer of a key"], "call": msgspec.to_builtins(call)},)})
    assert written["exchanges"][0]["auth"] == ["Bearer of a key"]
    shown = written["exchanges"][0]["call"]
    assert shown["headers"] == {"X-Api-Key": "REDACTED", "Authorization": "Bearer TOKEN"}
    assert shown["body"] == {
        "username": "bob",
        "password": "REDACTED",
        "owner": {"pin": ["REDACTED"], "token": "OWNER_TOKEN"},
    }
    assert [one["value"] for one in shown["parts"]] == ["REDACTED", "tea"]
    assert shown["given"] == {"username": "bob", "password": "REDACTED"}
    assert shown["sources"] == call.sources
