import asyncio
import contextlib
import os
import shutil
import signal
import stat
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from engine.errors import ModelError, ModelFileError, WorkerError
from engine.models import client as client_module
from engine.models.client import WorkerClient, WorkerEvent, WorkerState, threads
from engine.models.process import child_environment
from engine.models.protocol import Message, Options, Usage
from tests.models.conftest import dot, until
from tests.models.gguf import gguf

CAPITAL = (Message("user", "What is the capital of France? Answer in one word."),)
STORY = (Message("user", "Write a long story about a lighthouse."),)
LONG = (Message("user", "Rewrite these notes. " + "Creates an issue in a repository; needs a title. " * 150),)


def generate(
    client: WorkerClient, model: Path, messages: tuple[Message, ...], *, max_tokens: int = 8, first_token_s: float = 60
) -> AsyncIterator[str | Usage]:
    """Generate in a window of 2,048 tokens."""
    return client.generate(model, messages, context_tokens=2048, max_tokens=max_tokens, first_token_s=first_token_s)


async def answer(client: WorkerClient, model: Path, messages: tuple[Message, ...] = CAPITAL) -> str:
    """Return a whole answer's text."""
    return "".join([part async for part in generate(client, model, messages) if isinstance(part, str)])


async def reading(client: WorkerClient) -> None:
    """Wait until the worker has worked on its request for a while: it is inside the prompt."""
    process = psutil.Process(client.pid)
    start = sum(process.cpu_times()[:2])
    await until(lambda: sum(process.cpu_times()[:2]) > start + 0.3)


# Embedding -------------------------------------------------------------------------------------------------------
async def test_vectors_come_in_the_order_of_the_texts(client: WorkerClient, embedding_model: Path) -> None:
    """Texts of mixed length, more than one batch, give normalised vectors: each the same as alone."""
    texts = [f"operation {n} " + "lists the open issues of a repository " * (n % 7) for n in range(40)]
    vectors = await client.embed(embedding_model, texts)
    assert {len(vector) for vector in vectors} == {384 * 4}
    assert all(dot(vector, vector) == pytest.approx(1, abs=1e-5) for vector in vectors)
    (alone,) = await client.embed(embedding_model, [texts[6]])
    assert alone == vectors[6]
    assert await client.embed(embedding_model, []) == []


async def test_meaning_is_near(client: WorkerClient, embedding_model: Path) -> None:
    """A question is nearer to the operation that answers it than to another."""
    question, right, wrong = await client.embed(
        embedding_model, ["how do I open a bug report", "Create an issue", "List payment methods of a customer"]
    )
    assert dot(question, right) > dot(question, wrong)


async def test_a_folder_without_a_model_is_a_file_error(
    client: WorkerClient, embedding_model: Path, tmp_path: Path
) -> None:
    """A wrong folder and a damaged graph are named in a sentence, and the worker goes on."""
    with pytest.raises(ModelFileError, match="no tokenizer"):
        await client.embed(tmp_path, ["a"])
    damaged = tmp_path / "damaged"
    shutil.copytree(embedding_model, damaged, ignore=shutil.ignore_patterns("*.safetensors", "*.onnx"))
    (damaged / "model.onnx").write_bytes(b"\x08\x07" + bytes(1000))
    with pytest.raises(ModelFileError, match="damaged"):
        await client.embed(damaged, ["a"])
    pid = client.pid
    assert len(await client.embed(embedding_model, ["a"])) == 1
    assert client.pid == pid


# Generating ------------------------------------------------------------------------------------------------------
async def test_an_answer_ends_with_its_usage(client: WorkerClient, chat_model: Path) -> None:
    """Pieces of text come first, then one usage with the counts of this answer; the same question repeats it."""
    first = [part async for part in generate(client, chat_model, CAPITAL)]
    *pieces, usage = first
    assert "Paris" in "".join(str(piece) for piece in pieces)
    assert isinstance(usage, Usage)
    assert 0 < usage.tokens <= 8
    assert usage.prompt_tokens > 10
    assert usage.prefill_ms > 0
    assert usage.finish in {"stop", "length"}
    again = [part async for part in generate(client, chat_model, CAPITAL)]
    assert again[:-1] == pieces


async def test_max_tokens_ends_an_answer(client: WorkerClient, chat_model: Path) -> None:
    """A long answer stops at its allowance and says so."""
    *_, usage = [part async for part in generate(client, chat_model, STORY, max_tokens=5)]
    assert isinstance(usage, Usage)
    assert (usage.tokens, usage.finish) == (5, "length")


async def test_a_prompt_longer_than_the_window_is_refused(client: WorkerClient, chat_model: Path) -> None:
    """The sentence names both lengths, and the next answer is right."""
    stream = client.generate(chat_model, LONG, context_tokens=256, max_tokens=5, first_token_s=60)
    with pytest.raises(ModelError, match=r"has \d+ tokens .* holds 256"):
        await anext(stream)
    assert "Paris" in await answer(client, chat_model)


async def test_content_cannot_speak_the_models_control_language(client: WorkerClient, chat_model: Path) -> None:
    """The spelling of a control token in a message is text of several tokens, not the end of the turn."""
    used = []
    for content in ("a", "a<|im_end|>"):
        *_, usage = [part async for part in generate(client, chat_model, (Message("user", content),), max_tokens=1)]
        assert isinstance(usage, Usage)
        used.append(usage.prompt_tokens)
    assert used[1] > used[0] + 2


async def test_texts_are_embedded_while_an_answer_is_written(
    client: WorkerClient, chat_model: Path, embedding_model: Path
) -> None:
    """A question's vector does not wait for the end of an answer."""
    async with contextlib.aclosing(generate(client, chat_model, STORY, max_tokens=400)) as stream:
        await anext(stream)
        assert len(await client.embed(embedding_model, ["where are users listed"])) == 1
        assert client.state is WorkerState.BUSY
        assert isinstance(await anext(stream), str)
    assert set(client.loaded) == {chat_model, embedding_model}


async def test_a_second_answer_waits_for_the_first(client: WorkerClient, chat_model: Path) -> None:
    """Two questions at once are both answered, as if asked one after the other."""
    assert (
        await asyncio.gather(answer(client, chat_model), answer(client, chat_model))
        == [await answer(client, chat_model)] * 2
    )


# Cancelling ------------------------------------------------------------------------------------------------------
async def test_closing_stops_the_model_between_tokens(client: WorkerClient, chat_model: Path) -> None:
    """After the iterator is closed the same worker is free at once and answers the next question rightly."""
    stream = generate(client, chat_model, STORY, max_tokens=1000)
    for _ in range(3):
        await anext(stream)
    pid = client.pid
    await stream.aclose()  # type: ignore[attr-defined]
    assert client.state is WorkerState.READY
    assert client.pid == pid
    assert "Paris" in await answer(client, chat_model)


async def test_what_was_read_ahead_is_not_read_again(client: WorkerClient, chat_model: Path) -> None:
    """A prompt that begins with what was read ahead reads its rest only, and its answer is the same as ever."""
    notes = "Creates an issue in a repository; needs a title. " * 10
    beginning = [Message("user", notes), Message("assistant", "It creates an issue.")]
    whole = (*beginning, *CAPITAL)
    text = await answer(client, chat_model, whole)
    (cold,) = [part async for part in generate(client, chat_model, STORY) if isinstance(part, Usage)]
    ahead = await client.read_ahead(chat_model, beginning, context_tokens=2048)
    assert ahead.tokens == 0
    assert ahead.read_tokens > 2 * cold.prompt_tokens
    parts = [part async for part in generate(client, chat_model, whole)]
    (usage,) = [part for part in parts if isinstance(part, Usage)]
    assert "".join(part for part in parts if isinstance(part, str)) == text
    assert usage.prompt_tokens > ahead.prompt_tokens
    assert usage.read_tokens <= cold.prompt_tokens
    again = await client.read_ahead(chat_model, beginning, context_tokens=2048)
    assert again.read_tokens == 0


async def test_a_question_ends_what_is_read_ahead(client: WorkerClient, chat_model: Path) -> None:
    """The model stops inside what it reads ahead when an answer is wanted, and nothing is killed."""
    await client.load_chat(chat_model, context_tokens=2048)
    pid = client.pid
    ahead = asyncio.create_task(client.read_ahead(chat_model, LONG, context_tokens=2048))
    await reading(client)
    assert "Paris" in await answer(client, chat_model)
    assert (await ahead).finish == "cancelled"
    assert client.pid == pid


async def test_nobody_has_to_wait_for_what_is_read_ahead(client: WorkerClient, chat_model: Path) -> None:
    """A task that is cancelled while it lets the model read ahead ends, and so does the reading."""
    await client.load_chat(chat_model, context_tokens=2048)
    ahead = asyncio.create_task(client.read_ahead(chat_model, LONG, context_tokens=2048))
    await reading(client)
    ahead.cancel()
    with pytest.raises(asyncio.CancelledError):
        await ahead
    await until(lambda: client.state is WorkerState.READY)
    assert "Paris" in await answer(client, chat_model)


async def test_cancelling_stops_the_model_inside_the_prompt(client: WorkerClient, chat_model: Path) -> None:
    """A cancelled task ends while the prompt is read: the worker obeys, so it is not killed, and its state is sound."""
    await client.load_chat(chat_model, context_tokens=2048)
    pid = client.pid
    task = asyncio.create_task(answer(client, chat_model, LONG))
    await reading(client)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert client.state is WorkerState.READY
    assert client.pid == pid
    assert "Paris" in await answer(client, chat_model)


async def test_no_first_token_in_time_is_an_error(client: WorkerClient, chat_model: Path) -> None:
    """A prompt that takes too long is given up, by a worker that obeys."""
    await client.load_chat(chat_model, context_tokens=2048)
    pid = client.pid
    with pytest.raises(WorkerError, match="wrote nothing"):
        await anext(generate(client, chat_model, LONG, first_token_s=0.2))
    assert client.pid == pid


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="needs SIGSTOP")
async def test_a_worker_that_does_not_obey_is_killed(client: WorkerClient, chat_model: Path) -> None:
    """A frozen worker is killed when its answer is closed, and the next question gets a new one."""
    stream = generate(client, chat_model, STORY, max_tokens=1000)
    await anext(stream)
    frozen = client.pid
    os.kill(frozen, signal.SIGSTOP)
    await stream.aclose()  # type: ignore[attr-defined]
    await until(lambda: client.state is WorkerState.STOPPED)
    assert "Paris" in await answer(client, chat_model)
    assert client.pid != frozen


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="needs SIGSTOP")
async def test_a_worker_that_hangs_is_killed(
    client: WorkerClient, embedding_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request that is not answered in time fails with a sentence."""
    await client.embed(embedding_model, ["a"])
    os.kill(client.pid, signal.SIGSTOP)
    monkeypatch.setattr(client_module, "EMBED_S", 0.2)
    with pytest.raises(WorkerError, match="did not answer"):
        await client.embed(embedding_model, ["b"])


# Dying -----------------------------------------------------------------------------------------------------------
async def test_a_killed_worker_fails_its_requests_and_a_new_one_serves(
    chat_model: Path, embedding_model: Path, tmp_path: Path
) -> None:
    """SIGKILL in the middle of an answer: a WorkerError says so at once, the state is told, the next call works."""
    events: list[WorkerEvent] = []
    client = WorkerClient(log=tmp_path / "worker.log", options=Options(threads=2), on_event=events.append)
    assert client.state is WorkerState.OFF
    try:
        stream = generate(client, chat_model, STORY, max_tokens=1000)
        await anext(stream)
        os.kill(client.pid, signal.SIGKILL)
        with pytest.raises(WorkerError, match=r"killed \(signal 9\)") as caught:
            async for _ in stream:
                pass
        assert "memory" in caught.value.hint
        assert (client.state, client.pid, client.loaded) == (WorkerState.STOPPED, 0, ())
        assert events[-1].detail == "The model worker was killed (signal 9)"
        assert len(await client.embed(embedding_model, ["a"])) == 1
        assert client.restarts == 1
        assert (await client.stats()).rss_mb > 10
    finally:
        await client.close()
    states = [event.state for event in events]
    assert (states[0], states[-1]) == (WorkerState.STARTING, WorkerState.OFF)
    assert states.count(WorkerState.STOPPED) == 1
    assert states.count(WorkerState.STARTING) == 2


async def test_a_crash_is_named(client: WorkerClient, chat_model: Path) -> None:
    """A segmentation fault is told apart from a kill."""
    stream = generate(client, chat_model, STORY, max_tokens=1000)
    await anext(stream)
    os.kill(client.pid, signal.SIGSEGV)
    with pytest.raises(WorkerError, match=r"crashed \(signal 11"):
        async for _ in stream:
            pass
    assert "Paris" in await answer(client, chat_model)


async def test_a_worker_that_keeps_crashing_is_left_alone(client: WorkerClient, embedding_model: Path) -> None:
    """After three crashes within a minute a request is told the likely cause and the time of the next try."""
    for _ in range(3):
        await client.embed(embedding_model, ["a"])
        os.kill(client.pid, signal.SIGKILL)
        await until(lambda: client.state is WorkerState.STOPPED)
    with pytest.raises(
        WorkerError, match=r"3 times within a minute \(signal 9\): .*not enough memory; the next try is in"
    ) as refused:
        await client.embed(embedding_model, ["a"])
    assert "models use" in refused.value.hint
    assert client.restarts == 2


async def test_close_ends_the_worker(client: WorkerClient, embedding_model: Path) -> None:
    """After close no process is left, and closing twice is no error."""
    await client.embed(embedding_model, ["a"])
    process = psutil.Process(client.pid)
    await client.close()
    assert not process.is_running()
    assert client.state is WorkerState.OFF
    await client.close()


PARENT = """
import asyncio, sys
from pathlib import Path
from engine.models.client import WorkerClient
from engine.models.protocol import Message, Options

async def main():
    client = WorkerClient(log=Path(sys.argv[2]), options=Options(threads=2))
    await client.load_chat(Path(sys.argv[1]), context_tokens=2048)
    print(client.pid, flush=True)
    messages = [Message("user", "Rewrite these notes. " + "Creates an issue; needs a title. " * 200)]
    async for part in client.generate(
        Path(sys.argv[1]), messages, context_tokens=2048, max_tokens=500, first_token_s=60
    ):
        pass

asyncio.run(main())
"""


async def test_the_worker_dies_with_its_parent(chat_model: Path, tmp_path: Path) -> None:
    """When the parent is killed while the worker is inside native code, no orphan stays."""
    parent = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", PARENT, str(chat_model), str(tmp_path / "worker.log")),
        env=child_environment(),
        stdout=asyncio.subprocess.PIPE,
    )
    assert parent.stdout is not None
    worker = psutil.Process(int(await parent.stdout.readline()))
    start = sum(worker.cpu_times()[:2])
    await until(lambda: sum(worker.cpu_times()[:2]) > start + 0.3)
    parent.kill()
    await parent.wait()
    killed = time.monotonic()
    # As an orphan it is waited for by whoever adopts it; a zombie has ended.
    await until(lambda: not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE, limit_s=5)
    assert time.monotonic() - killed < 5


# Files -----------------------------------------------------------------------------------------------------------
async def test_a_damaged_chat_model_is_refused_before_native_code(client: WorkerClient, tmp_path: Path) -> None:
    """A file that is no sound GGUF is refused by the check of its header."""
    file = tmp_path / "bad.gguf"
    file.write_bytes(gguf()[:-1])
    with pytest.raises(ModelFileError, match="ends too early"):
        await client.load_chat(file, context_tokens=512)


async def test_a_model_that_llama_cpp_refuses_leaves_the_worker_alive(
    client: WorkerClient, chat_model: Path, embedding_model: Path, tmp_path: Path
) -> None:
    """A sound header over a model that is none: an error about the file, and the same worker serves on."""
    await client.embed(embedding_model, ["a"])
    pid = client.pid
    file = tmp_path / "empty.gguf"
    file.write_bytes(gguf())
    with pytest.raises(ModelFileError, match=r"cannot load empty\.gguf"):
        await client.load_chat(file, context_tokens=512)
    assert "Paris" in await answer(client, chat_model)
    assert client.pid == pid


async def test_a_model_without_a_chat_template_is_refused(
    client: WorkerClient, chat_model: Path, tmp_path: Path
) -> None:
    """No guessed template stands in for one that is missing."""
    file = tmp_path / "base.gguf"
    shutil.copyfile(chat_model, file)
    with file.open("r+b") as model:
        model.seek(model.read(4 * 2**20).index(b"tokenizer.chat_template"))
        model.write(b"tokenizer.some_template")
    with pytest.raises(ModelFileError, match="no chat template"):
        await client.load_chat(file, context_tokens=512)


async def test_the_log_is_private_and_does_not_grow_for_ever(embedding_model: Path, tmp_path: Path) -> None:
    """The worker's log has mode 0600, and one of more than 10 MB is emptied at the start."""
    log = tmp_path / "state" / "worker.log"
    log.parent.mkdir()
    with log.open("wb") as file:
        file.truncate(11 * 2**20)
    log.chmod(0o600)
    client = WorkerClient(log=log, options=Options(threads=1))
    await client.embed(embedding_model, ["a"])
    await client.close()
    assert log.stat().st_size < 10 * 2**20
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_threads_leave_the_screen_a_core_from_four_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """All cores up to three, then all but one; a setting is taken as it is."""
    counts = []
    for cores in (1, 2, 3, 4, 8):
        monkeypatch.setattr(os, "sched_getaffinity", lambda _, cores=cores: set(range(cores)), raising=False)
        counts.append(threads(0))
    assert counts == [1, 2, 3, 3, 7]
    assert threads(5) == 5
