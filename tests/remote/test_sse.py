import json

import httpx2
import pytest
from hypothesis import given, settings, strategies as st

from engine.errors import RemoteFailedError
from engine.models.remote.sse import MAX_EVENT_BYTES, Events

LINES = st.sampled_from(
    [
        *("data: a", "data:b", "data", "data:", "data:  two", ": comment", ":", "event: message", "id: 1", "retry: 5"),
        *("data: ä€😀", "datax: no", " data: no", 'data: {"a": 1}', "", "", ""),
    ]
)
STREAMS = st.lists(st.tuples(LINES, st.sampled_from(["\n", "\r", "\r\n"])), max_size=20).map(
    lambda lines: "".join(line + ending for line, ending in lines).encode()
)


def read(parts: list[bytes]) -> list[str]:
    """Return the events of a stream that comes in these parts."""
    events = Events()
    return [event for part in parts for event in events.feed(part)] + events.end()


@given(STREAMS, st.data())
@settings(deadline=None)
def test_any_split_gives_the_same_events(stream: bytes, data: st.DataObject) -> None:
    """However the network cuts a stream, in a character or between CR and LF, its events are the same."""
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=10)))
    parts = [stream[start:end] for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert read(parts) == read([stream]) == read([bytes([byte]) for byte in stream])


@given(STREAMS)
@settings(max_examples=50, deadline=None)
def test_events_are_what_httpx_reads(stream: bytes) -> None:
    """The HTTP client's own reader gives the same events, of streams that end as they should."""
    whole = stream + b"\n\n"
    request = httpx2.Request("POST", "https://a.example/")
    answer = httpx2.Response(200, headers={"content-type": "text/event-stream"}, content=whole, request=request)
    # Theirs gives an event without data too, where it has a name or a number.
    assert [event for event in read([whole]) if event] == [
        event.data for event in httpx2.EventSource(answer) if event.data
    ]


def test_a_stream_that_ends_without_a_blank_line() -> None:
    """The last event counts, whole or not: what it means is for the reader to say."""
    assert read([b"data: a\n\ndata: [DONE]"]) == ["a", "[DONE]"]
    assert read([b"data: a\n"]) == ["a"]
    assert read([b""]) == []


def test_a_byte_order_mark_is_no_part_of_the_first_line() -> None:
    """Some servers on Windows write one."""
    assert read([b"\xef\xbb", b"\xbfdata: a\n\n"]) == ["a"]


def test_bytes_that_are_no_text() -> None:
    """They are replaced, and nothing breaks."""
    assert read([b"data: \xff\n\n"]) == ["\ufffd"]


def test_an_event_has_a_limit_and_comments_have_none() -> None:
    """A server that fills the memory with one event is left; one that says for long that it is alive is not."""
    events = Events()
    with pytest.raises(RemoteFailedError, match="more than 1 MiB"):
        for _ in range(MAX_EVENT_BYTES // 1000 + 2):
            events.feed(b"x" * 1000)
    events = Events()
    for _ in range(MAX_EVENT_BYTES // 1000 + 2):
        assert events.feed(b":" + b"x" * 1000 + b"\n") == []
    assert events.feed(b"data: a\n\n") == ["a"]


@given(st.text())
@settings(deadline=None)
def test_an_event_keeps_its_text(text: str) -> None:
    """JSON in one line comes back as it was."""
    assert [json.loads(event) for event in read([f"data: {json.dumps(text)}\n\n".encode()])] == [text]
