import json
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from engine.errors import RemoteError, RemoteFailedError
from engine.models.protocol import Message, Usage
from engine.models.remote.wire import Answer, Dialect, body, estimated_tokens, sentence
from engine.secrets.secret import Secret

NONE = Secret("")
HELLO = [Message("system", "Be short."), Message("user", "Hello")]


def asked(dialect: Dialect | None = None, effort: str = "low") -> dict[str, Any]:
    """Return the fields of a request."""
    raw = body("m", HELLO, max_tokens=100, effort=effort, dialect=dialect or Dialect())
    fields: dict[str, Any] = json.loads(raw)
    return fields


def answer(key: Secret = NONE) -> Answer:
    """Return the reader of an answer that was asked for at second 10."""
    return Answer("api.example", max_tokens=100, prompt_tokens=7, asked_at=10.0, key=key)


def event(**chunk: Any) -> bytes:
    """Return the bytes of an event."""
    return f"data: {json.dumps(chunk)}\n\n".encode()


def said(text: str | None, finish: str | None = None, **more: Any) -> bytes:
    """Return the bytes of an event with words."""
    return event(choices=[{"delta": {"content": text}, "finish_reason": finish}], **more)


def test_a_request_has_the_fields_that_all_services_know() -> None:
    """A stream, its counts at the end, the same words each time, and an end."""
    assert asked() == {
        "model": "m",
        "messages": [{"role": "system", "content": "Be short."}, {"role": "user", "content": "Hello"}],
        "stream": True,
        "stream_options": {"include_usage": True},
        "temperature": 0,
        "max_tokens": 100,
        "reasoning_effort": "low",
    }
    assert "reasoning_effort" not in asked(effort="")


@pytest.mark.parametrize(
    ("said", "without"),
    [
        ("Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.", "max_tokens"),
        ("`reasoning_effort` is not supported with this model", "reasoning_effort"),
        ("`reasoning_effort` must be one of `none` or `default`", "reasoning_effort"),
        ("Model grok-4.20-0309-reasoning does not support parameter reasoningEffort.", "reasoning_effort"),
        ('"llama3.1:8b" does not support thinking', "reasoning_effort"),
        ('think value "low" is not supported for this model', "reasoning_effort"),
        ("Extra inputs are not permitted: stream_options", "stream_options"),
        ("Unsupported value: 'temperature' does not support 0", "temperature"),
    ],
)
def test_a_field_that_is_refused_is_left_out(said: str, without: str) -> None:
    """Each service leaves some fields out; the length of the answer has a newer name then."""
    dialect = Dialect().without(said)
    assert dialect is not None
    fields = asked(dialect)
    assert without not in fields
    assert ("max_completion_tokens" in fields) == (without == "max_tokens")
    assert dialect.without(said) is None
    assert Dialect().without("no such model") is None


def test_pieces_and_counts() -> None:
    """Words as they come, cleaned; the counts are the service's own, the times those of this side."""
    reader = answer()
    assert reader.feed(said("") + said("a\x1b["), 12.0) == ["a\u241b["]
    assert reader.feed(said("b") + said(None), 14.0) == ["b"]
    assert reader.feed(said(None, "stop", usage={"prompt_tokens": 50, "completion_tokens": 5}), 15.0) == []
    assert not reader.complete
    assert reader.feed(b"data: [DONE]\n\n", 16.0) == []
    assert reader.complete
    assert reader.end(16.0) == [
        Usage(prompt_tokens=50, tokens=5, prefill_ms=2000.0, tokens_per_s=2.0, finish="stop", estimated=False)
    ]


@pytest.mark.parametrize("where", ["usage", "x_groq"])
def test_where_the_counts_stand(where: str) -> None:
    """In the chunk itself, as OpenAI has them, or in Groq's own part; all zero is no count."""
    counts = {"prompt_tokens": 50, "completion_tokens": 5, "prompt_tokens_details": None}
    reader = answer()
    reader.feed(said("a", "stop", **({"usage": counts} if where == "usage" else {"x_groq": {"usage": counts}})), 11.0)
    reader.feed(event(choices=[], usage={"prompt_tokens": 0, "completion_tokens": 0}), 11.0)
    (usage,) = reader.end(12.0)
    assert isinstance(usage, Usage)
    assert (usage.prompt_tokens, usage.tokens, usage.estimated) == (50, 5, False)


def test_without_counts_pieces_are_counted() -> None:
    """What nobody counted is estimated, and says so."""
    reader = answer()
    reader.feed(said("a") + said("b") + said("", "length"), 11.0)
    (usage,) = reader.end(12.0)
    assert isinstance(usage, Usage)
    assert (usage.prompt_tokens, usage.tokens, usage.finish, usage.estimated) == (7, 2, "length", True)
    assert estimated_tokens(HELLO) == 4


@given(st.text(alphabet="ab\r\n\x1b\u202e😀", max_size=30), st.data())
@settings(deadline=None)
def test_pieces_are_clean_together(text: str, data: st.DataObject) -> None:
    """However a model cuts its text, also between CR and LF, what is shown is the text cleaned."""
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=5)))
    parts = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    reader = answer()
    pieces = [
        *(piece for part in parts for piece in reader.feed(said(part), 11.0)),
        *reader.feed(said("", "stop"), 12.0),
    ]
    shown = "".join(piece for piece in [*pieces, *reader.end(13.0)] if isinstance(piece, str))
    whole = text.replace("\r\n", "\n").removesuffix("\r")
    assert shown == "".join({"\r": "\u240d", "\x1b": "\u241b", "\u202e": "\ufffd"}.get(sign, sign) for sign in whole)


@pytest.mark.parametrize(
    "sent", [b"data: {\n\n", b"data: []\n\n", b'data: {"choices": [{"delta": {"content": 5}}]}\n\n', b"data: oops\n\n"]
)
def test_what_is_no_answer(sent: bytes) -> None:
    """Anything but JSON of the right form ends it."""
    with pytest.raises(RemoteFailedError, match="sends what is no answer of a model"):
        answer().feed(sent, 11.0)


@given(st.binary(max_size=200))
@settings(deadline=None)
def test_any_bytes_are_an_answer_or_an_error(data: bytes) -> None:
    """Nothing but specdeck's own errors comes out."""
    reader = answer()
    try:
        reader.feed(data, 11.0)
        reader.end(12.0)
    except RemoteError:
        pass


def test_an_answer_must_end() -> None:
    """With a reason or with `[DONE]`; a stream that stops in between broke off, and none at all is no stream."""
    reader = answer()
    reader.feed(said("a"), 11.0)
    with pytest.raises(RemoteFailedError, match=r"api\.example broke off in the middle") as caught:
        reader.end(12.0)
    assert not caught.value.again
    with pytest.raises(RemoteFailedError, match="no stream of words") as caught:
        answer().end(12.0)
    assert "remote_url" in caught.value.hint
    reader = answer()
    reader.feed(b": alive\n\n" + event(choices=[]), 11.0)
    with pytest.raises(RemoteFailedError) as caught:
        reader.end(12.0)
    assert caught.value.again


def test_a_service_that_fails_in_the_stream_is_quoted() -> None:
    """Its sentence is cleaned and shortened, and what it repeats of the key is not shown."""
    error = {"message": f"Wrong key canary-0123456789 \x1b[31m{'x ' * 400}", "code": 500}
    with pytest.raises(RemoteFailedError, match="Wrong key •••") as caught:
        answer(Secret("canary-0123456789")).feed(event(error=error), 11.0)
    assert "\x1b" not in str(caught.value)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("delta", [{"reasoning": "Hm"}, {"reasoning_content": "Hm"}, {"content": "<think>Hm"}])
def test_a_model_that_only_thinks(delta: dict[str, str]) -> None:
    """It says which settings help."""
    reader = answer()
    reader.feed(event(choices=[{"delta": delta, "finish_reason": "length"}]), 11.0)
    with pytest.raises(RemoteError, match="used all 100 tokens for thinking") as caught:
        reader.end(12.0)
    assert "remote_effort" in caught.value.hint


def test_thoughts_in_the_answer_are_no_words() -> None:
    """The first word is the first one of the answer, and what looked like a thought and is none is not lost."""
    reader = answer()
    assert reader.feed(said("<think>") + said("Hm") + said("</think>\n"), 11.0) == []
    assert reader.feed(said("\nYes"), 13.0) == ["Yes"]
    reader.feed(said(None, "stop"), 14.0)
    (usage,) = reader.end(14.0)
    assert isinstance(usage, Usage)
    assert (usage.prefill_ms, usage.tokens) == (3000.0, 3)
    reader = answer()
    assert reader.feed(said("<thi", "stop"), 11.0) == []
    assert reader.end(12.0)[0] == "<thi"


def test_a_service_that_keeps_no_limit_is_cut() -> None:
    """One that writes far more than it was asked for is left in the middle."""
    reader = answer()
    while not reader.complete:
        reader.feed(said("word " * 50), 11.0)
    (usage,) = reader.end(12.0)
    assert isinstance(usage, Usage)
    assert usage.finish == "length"


@pytest.mark.parametrize(
    ("error", "text"),
    [
        ({"error": {"message": "of OpenAI", "type": "x", "code": None}}, "of OpenAI"),
        ({"error": "of Ollama"}, "of Ollama"),
        ({"object": "error", "message": "of vLLM", "code": 400}, "of vLLM"),
        ({"detail": [{"loc": ["body"], "msg": "of FastAPI", "type": "missing"}]}, "of FastAPI"),
        ({"detail": "of FastAPI"}, "of FastAPI"),
        ({}, ""),
        (None, ""),
        (5, ""),
        ([], ""),
        ("two\n lines", "two lines"),
        ({"error": {"message": "key gsk_0123456789abcdefghij"}}, "key REDACTED"),
    ],
)
def test_the_sentence_of_an_error(error: Any, text: str) -> None:
    """Each service puts it elsewhere; what looks like a secret is not repeated."""
    assert sentence(error, NONE) == text
