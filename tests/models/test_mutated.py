"""Broken headers of the real chat model: each is refused, by us or by llama.cpp, or does no harm in a real child."""

import os
import shutil
import subprocess
import sys
from contextlib import aclosing
from pathlib import Path

import pytest

from engine.errors import ModelFileError
from engine.models import preflight
from engine.models.client import WorkerClient
from engine.models.process import child_environment
from engine.models.protocol import Message
from tests.models.headers import Header, mutated

COUNT = int(os.environ.get("SPECDECK_HEADERS", "50"))
HEADER_BYTES = 8 * 2**20
REFUSED = 3
CHILD_S = 60
"""A child that takes longer hangs: a sound file takes a second."""

CHILD = """
import os, sys
from pathlib import Path
from engine.errors import ModelError
from engine.models import chat, memory, preflight
from engine.models import proof
import resource

proof.TASK, proof.ANSWER_TOKENS = "Hello, who are you?", 2
resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
# A child for each line, that begins where all is imported already.
for line in sys.stdin:
    if not (child := os.fork()):
        try:
            path = Path(line.strip())
            memory.require(preflight.check(path), proof.CONTEXT_TOKENS, memory.AS_IT_IS)
            proof.prove(path)
        except ModelError:
            os._exit(3)
        except BaseException:
            os._exit(4)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    print(os.waitstatus_to_exitcode(status), flush=True)
"""


@pytest.mark.slow
async def test_a_template_without_end_is_an_error_and_the_worker_serves_on(
    client: WorkerClient, chat_model: Path, tmp_path: Path
) -> None:
    """The real file with another template of the same length: the answer is an error, and the same process goes on."""
    file = tmp_path / "m.gguf"
    shutil.copy(chat_model, file)
    header = Header(file.read_bytes()[:HEADER_BYTES])
    [field] = [field for field in header.fields if field.kind == "text of tokenizer.chat_template"]
    endless = b"{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}"
    with file.open("r+b") as stream:
        stream.seek(field.start)
        stream.write(endless.ljust(field.end - field.start))

    async def answered(model: Path) -> str:
        writing = client.generate(model, [Message("user", "Hello")], context_tokens=512, max_tokens=2, first_token_s=60)
        async with aclosing(writing) as pieces:
            return "".join([piece async for piece in pieces if isinstance(piece, str)])

    with pytest.raises(ModelFileError, match="chat template cannot be used: runs longer"):
        await answered(file)
    pid = client.pid
    assert await answered(chat_model)
    assert client.pid == pid


@pytest.mark.slow
@pytest.mark.timeout(CHILD_S * 2 + COUNT * 4)
@pytest.mark.skipif(not hasattr(os, "fork"), reason="a child for each file is forked")
def test_a_broken_header_does_no_harm(chat_model: Path, tmp_path: Path) -> None:
    """None of the headers, drawn by chance and always the same, ends a child but with an error or an answer."""
    file = tmp_path / "m.gguf"
    shutil.copy(chat_model, file)
    header = Header(file.read_bytes()[:HEADER_BYTES])
    sound = header.data[: header.end]
    outcomes: dict[str, list[str]] = {"refused by us": [], "refused by llama.cpp": [], "answered": []}
    with subprocess.Popen(
        [sys.executable, "-c", CHILD],
        env=child_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as children:
        assert children.stdin is not None
        assert children.stdout is not None
        for seed in range(COUNT):
            what, broken = mutated(header, seed)
            with file.open("r+b") as stream:
                stream.write(broken)
            try:
                preflight.check(file)
            except ModelFileError:
                outcome = "refused by us"
            else:
                children.stdin.write(f"{file}\n")
                children.stdin.flush()
                status = int(children.stdout.readline())
                outcome = {0: "answered", REFUSED: "refused by llama.cpp"}.get(status, f"ended with {status}")
            outcomes.setdefault(outcome, []).append(f"{seed}: {what}")
            with file.open("r+b") as stream:
                stream.write(sound)
        children.stdin.close()
    counts = {outcome: len(files) for outcome, files in outcomes.items()}
    assert set(counts) == {"refused by us", "refused by llama.cpp", "answered"}, {
        outcome: files for outcome, files in outcomes.items() if outcome.startswith("ended")
    }
    assert all(counts.values()), counts
    sys.stdout.write(f"{counts}\n")
