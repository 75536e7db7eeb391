import contextlib
import itertools

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from engine.errors import ModelError, ModelFileError, WorkerError
from engine.models.protocol import (
    MAX_FRAME_BYTES,
    Begun,
    Cancel,
    Decoder,
    Done,
    Embed,
    Failed,
    Generate,
    LoadChat,
    Loaded,
    Logits,
    Message,
    Ping,
    Pong,
    Ready,
    Reply,
    Request,
    Rerank,
    Status,
    Text,
    Usage,
    Vectors,
    encode,
)

patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""The first text that is drawn needs tables which take seconds to make on a busy machine."""
ids = st.integers(0, 2**53)
words = st.text(max_size=40)
seconds = st.floats(0, 1e9)
messages = st.builds(Message, st.sampled_from(["system", "user", "assistant"]), words)
usages = st.builds(
    Usage,
    prompt_tokens=ids,
    tokens=ids,
    prefill_ms=st.floats(0, 1e9),
    tokens_per_s=st.floats(0, 1e9),
    finish=st.sampled_from(["stop", "length", "cancelled"]),
)
requests = st.one_of(
    st.builds(LoadChat, id=ids, path=words, context_tokens=ids, within_s=seconds),
    st.builds(Embed, id=ids, path=words, texts=st.lists(words), within_s=seconds),
    st.builds(Rerank, id=ids, path=words, question=words, texts=st.lists(words), within_s=seconds),
    st.builds(Generate, id=ids, path=words, context_tokens=ids, messages=st.lists(messages), max_tokens=ids),
    st.builds(Cancel, id=ids),
    st.builds(Ping, id=ids),
)
replies = st.one_of(
    st.builds(Ready, id=ids, limits=st.lists(words)),
    st.builds(Status, id=ids, pid=ids, clients=ids, ready=st.booleans(), loaded=st.lists(words), ended=words),
    st.builds(Pong, id=ids),
    st.builds(Begun, id=ids),
    st.builds(Logits, id=ids, values=st.lists(seconds)),
    st.builds(Loaded, id=ids, context_tokens=ids),
    st.builds(Vectors, id=ids, dims=ids, data=st.binary(max_size=200)),
    st.builds(Text, id=ids, text=words),
    st.builds(Done, id=ids, usage=usages),
    st.builds(Failed, id=ids, kind=st.sampled_from(["file", "request", "run"]), message=words, hint=words),
)


def in_pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    """Cut `data` at these places, wherever they fall."""
    places = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    return [data[start:end] for start, end in itertools.pairwise(places)]


@patient
@given(frames=st.lists(requests), cuts=st.lists(ids))
def test_requests_arrive_whole_however_the_bytes_are_cut(frames: list[Request], cuts: list[int]) -> None:
    """Decoding any chunking of encoded requests gives those requests, in order."""
    decoder: Decoder[Request] = Decoder(Request)
    stream = b"".join(map(encode, frames))
    assert [frame for piece in in_pieces(stream, cuts) for frame in decoder.feed(piece)] == frames


@patient
@given(frames=st.lists(replies), cuts=st.lists(ids))
def test_replies_arrive_whole_however_the_bytes_are_cut(frames: list[Reply], cuts: list[int]) -> None:
    """Decoding any chunking of encoded replies gives those replies, in order."""
    decoder: Decoder[Reply] = Decoder(Reply)
    stream = b"".join(map(encode, frames))
    assert [frame for piece in in_pieces(stream, cuts) for frame in decoder.feed(piece)] == frames


@patient
@given(st.binary(max_size=300))
def test_foreign_bytes_are_refused_or_waited_for(data: bytes) -> None:
    """Bytes that are no frames give a WorkerError or nothing yet, never another error."""
    with contextlib.suppress(WorkerError):
        Decoder(Reply).feed(data)


def test_a_frame_that_is_too_large_is_refused_on_both_sides() -> None:
    """Neither a huge message nor a huge announced length is accepted."""
    with pytest.raises(WorkerError, match="too large"):
        encode(Text(id=1, text="x" * MAX_FRAME_BYTES))
    with pytest.raises(WorkerError, match="out of step"):
        Decoder(Reply).feed((MAX_FRAME_BYTES + 1).to_bytes(4, "big"))


def test_a_reply_is_no_request() -> None:
    """The two directions have vocabularies of their own."""
    with pytest.raises(WorkerError, match="out of step"):
        Decoder(Request).feed(encode(Ready(id=0)))


@pytest.mark.parametrize(("kind", "error"), [("file", ModelFileError), ("request", ModelError), ("run", WorkerError)])
def test_a_failure_becomes_its_error(kind: str, error: type[ModelError]) -> None:
    """Each kind of failure has its class, its sentence and its hint; without one the hint of the class."""
    failed = Failed(id=1, kind=kind, message="It failed", hint="Do this").error()  # type: ignore[arg-type]
    assert type(failed) is error
    assert (str(failed), failed.hint) == ("It failed", "Do this")
    assert Failed(id=1, kind=kind, message="It failed").error().hint == error.hint  # type: ignore[arg-type]
