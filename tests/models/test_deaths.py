"""What is told of a worker that dies: of real ones, killed in the middle of real work."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.errors import CrashError, ModelFileError, WorkerError
from engine.models.client import WorkerClient, WorkerState
from engine.models.deaths import Deaths
from engine.models.protocol import (
    Done,
    Embed,
    Failed,
    Generate,
    LoadChat,
    Loaded,
    Message,
    Options,
    Rerank,
    Usage,
    Work,
)
from engine.models.roles import Language
from engine.models.shelf import ModelShelf
from engine.settings import Settings
from tests.models.conftest import until

STORY = (Message("user", "Write a long story about a lighthouse."),)
CHAT = LoadChat(id=1, path="/models/smollm2-135m-instruct/model.gguf", context_tokens=512)
OTHER = LoadChat(id=1, path="/models/mine/model.gguf", context_tokens=512)
WRITE = Generate(id=2, path=CHAT.path, context_tokens=512, messages=[], max_tokens=1)
EMBED = Embed(id=3, path="/models/all-minilm-l6-v2", texts=["a"])
RERANK = Rerank(id=4, path="/models/tiny", question="", texts=[])
USAGE = Usage(prompt_tokens=1, tokens=1, prefill_ms=1, tokens_per_s=1, finish="stop")


def story(client: WorkerClient, model: Path) -> AsyncIterator[str | Usage]:
    """A long answer."""
    return client.generate(model, STORY, context_tokens=2048, max_tokens=500, first_token_s=60)


async def die(client: WorkerClient, model: Path, signum: int) -> CrashError:
    """Let the worker die of a signal while it writes, and return what is told."""
    stream = story(client, model)
    await anext(stream)
    os.kill(client.pid, signum)
    with pytest.raises(CrashError) as caught:
        async for _ in stream:
            pass
    return caught.value


async def test_the_second_death_while_writing_is_not_told_to_ask_again(
    client: WorkerClient, chat_model: Path, tmp_path: Path
) -> None:
    """Two segmentation faults in two processes of the program: the second names the cause and the command."""
    first = await die(client, chat_model, signal.SIGSEGV)
    assert (first.twice, first.hint) == (False, WorkerError.hint)
    later = WorkerClient(log=tmp_path / "state" / "worker.log", options=Options(threads=2))
    try:
        second = await die(later, chat_model, signal.SIGSEGV)
    finally:
        await later.close()
    assert second.twice
    assert second.rebuild
    assert "died twice when it wrote (signal 11" in str(second)
    assert "instructions" in str(second)
    assert second.hint == "Run `specdeck doctor --fix`"


async def test_an_answer_between_two_deaths_makes_them_chance(client: WorkerClient, chat_model: Path) -> None:
    """What has worked since it died is not held to be broken."""
    await die(client, chat_model, signal.SIGSEGV)
    stream = client.generate(chat_model, STORY, context_tokens=2048, max_tokens=3, first_token_s=60)
    assert [part async for part in stream]
    assert not (await die(client, chat_model, signal.SIGSEGV)).twice


async def test_two_ways_to_die_are_not_one(client: WorkerClient, chat_model: Path) -> None:
    """A crash after a kill is a first crash."""
    await die(client, chat_model, signal.SIGKILL)
    assert not (await die(client, chat_model, signal.SIGSEGV)).twice


async def test_a_worker_killed_twice_is_told_to_need_less_memory(client: WorkerClient, chat_model: Path) -> None:
    """What the out-of-memory killer does twice is named as such, with a smaller model as the remedy."""
    await die(client, chat_model, signal.SIGKILL)
    error = await die(client, chat_model, signal.SIGKILL)
    assert (error.twice, error.rebuild) == (True, False)
    assert "killed" not in error.hint
    assert "not enough memory" in str(error)
    assert "specdeck models use" in error.hint


async def test_embedding_that_died_twice_is_left_alone(client: WorkerClient, shelf: ModelShelf, tmp_path: Path) -> None:
    """Its breaker opens at once, so that searches no longer end the worker, and each refusal names the remedy."""
    language = Language(client, shelf, Settings())
    for twice in (False, True):
        with pytest.raises(ModelFileError):  # The worker is there, and has embedded nothing.
            await client.load_reranker(tmp_path)
        os.kill(client.pid, signal.SIGSTOP)  # so that it cannot have answered before it dies
        texts = asyncio.create_task(language.embed(["a"]))
        await until(lambda: client.state is WorkerState.BUSY)
        os.kill(client.pid, signal.SIGILL)
        os.kill(client.pid, signal.SIGCONT)
        with pytest.raises(CrashError) as caught:
            await texts
        assert caught.value.twice is twice
    starts = client.restarts
    with pytest.raises(WorkerError, match="the next try is in") as refused:
        await language.embed(["a"])
    assert "-m pip install 'onnxruntime<" in refused.value.hint
    assert client.restarts == starts


@pytest.mark.parametrize(
    ("request_", "status", "cause", "remedy", "rebuild"),
    [
        (CHAT, -signal.SIGILL, "does not run the instructions", "specdeck doctor --fix", True),
        (CHAT, -signal.SIGABRT, f"most likely {CHAT.path} is damaged", "models pull smollm2-135m-instruct", False),
        (OTHER, -signal.SIGSEGV, f"most likely {OTHER.path} is damaged", "Import the file again", False),
        (WRITE, -signal.SIGBUS, "does not run the instructions", "specdeck doctor --fix", True),
        (WRITE, -signal.SIGABRT, "signal 6", "worker.log", False),
        (RERANK, -signal.SIGILL, "does not run the instructions", "pip install 'onnxruntime<", False),
        (EMBED, -signal.SIGKILL, "not enough memory", "models use", False),
        (WRITE, 3, "exit status 3", "worker.log", False),
    ],
)
def test_cause_and_remedy_of_each_way_to_die_twice(
    tmp_path: Path, request_: Work, status: int, cause: str, remedy: str, rebuild: bool
) -> None:
    """The table of the module."""
    deaths = Deaths(tmp_path / "worker.log")
    assert not deaths.died(request_, status).twice
    error = deaths.died(request_, status)
    assert (error.twice, error.rebuild) == (True, rebuild)
    assert cause in str(error)
    assert remedy in error.hint


@pytest.mark.parametrize("printed", [b"GGML_ASSERT(ctx->mem_buffer != NULL) failed", b"terminate: std::bad_alloc"])
def test_an_abort_for_want_of_memory_is_told_as_such(tmp_path: Path, printed: bytes) -> None:
    """What native code prints before it aborts tells it from a damaged file, at the first time already."""
    deaths = Deaths(tmp_path / "worker.log")
    first, second = (deaths.died(CHAT, -signal.SIGABRT, printed) for _ in range(2))
    assert "memory" in first.hint
    assert "not enough memory" in str(second)
    assert "context_tokens" in second.hint


def test_a_damaged_note_is_none(tmp_path: Path) -> None:
    """A note that cannot be read counts as no earlier death, and is private."""
    deaths = Deaths(tmp_path / "worker.log")
    deaths.died(WRITE, -11)
    (note,) = tmp_path.iterdir()
    assert note.stat().st_mode & 0o777 == 0o600
    note.write_bytes(b"\xff\xfe")
    assert not deaths.died(WRITE, -11).twice
    assert deaths.died(WRITE, -11).twice


def test_what_failed_or_was_cancelled_before_a_word_proves_nothing(tmp_path: Path) -> None:
    """Only work that was done takes an earlier death back."""
    deaths = Deaths(tmp_path / "worker.log")
    deaths.died(WRITE, -11)
    deaths.survived(WRITE, Failed(id=2, kind="request", message="It is too long"))
    nothing = Usage(prompt_tokens=1, tokens=0, prefill_ms=1, tokens_per_s=0, finish="cancelled")
    deaths.survived(WRITE, Done(id=2, usage=nothing))
    assert deaths.died(WRITE, -11).twice
    deaths.survived(WRITE, Done(id=2, usage=USAGE))
    assert not deaths.died(WRITE, -11).twice


def test_what_has_worked_is_not_blamed_for_what_has_not(tmp_path: Path) -> None:
    """Of several requests that were open when the worker died, those whose kind had worked are beyond suspicion."""
    deaths = Deaths(tmp_path / "worker.log")
    assert deaths.suspects([EMBED, CHAT]) == [EMBED, CHAT]
    deaths.survived(EMBED, Failed(id=3, kind="run", message="no"))
    assert deaths.suspects([EMBED, CHAT]) == [EMBED, CHAT]
    deaths.survived(CHAT, Loaded(id=1, context_tokens=512))
    assert deaths.suspects([EMBED, CHAT]) == [EMBED]
    assert deaths.suspects([CHAT]) == [CHAT]
