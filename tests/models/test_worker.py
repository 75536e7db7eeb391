import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from engine.models.process import child_environment, worker_command
from engine.models.protocol import Decoder, Embed, Options, Ready, Reply, Request, Vectors, encode

NOISY = """
import os, sys
from engine.models import worker

class NoisyOwner(worker.EmbedOwner):
    def serve(self, request):
        os.write(1, b"native noise on descriptor 1")
        print("a library's print", flush=True)
        os.system("echo a child of a library")
        assert sys.stdin.read() == "", "descriptor 0 is not for libraries"
        super().serve(request)

worker.EmbedOwner = NoisyOwner
worker.main()
"""


def replies(process: "subprocess.Popen[bytes]", *requests: Request) -> Iterator[Reply]:
    """Send requests and yield what comes back."""
    assert process.stdin is not None
    assert process.stdout is not None
    for request in requests:
        process.stdin.write(encode(request))
    process.stdin.flush()
    decoder: Decoder[Reply] = Decoder(Reply)
    while data := process.stdout.read1(1 << 16):  # type: ignore[attr-defined]
        yield from decoder.feed(data)


def test_what_libraries_print_goes_to_the_log(embedding_model: Path, tmp_path: Path) -> None:
    """Prints of Python, of native code and of grandchildren land on stderr and never among the frames."""
    log = tmp_path / "log"
    with log.open("wb") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-c", NOISY, '{"threads":1}'],
            env=child_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
        )
    with process:
        answers = replies(process, *(Embed(id=n, path=str(embedding_model), texts=["a"]) for n in (1, 2)))
        assert isinstance(next(answers), Ready)
        for n in (1, 2):
            answer = next(answers)
            assert isinstance(answer, Vectors)
            assert answer.id == n
        process.kill()
    printed = log.read_text()
    assert all(part in printed for part in ("native noise", "a library's print", "a child of a library"))


def test_foreign_bytes_end_the_worker(tmp_path: Path) -> None:
    """A parent that does not speak the protocol is not guessed at: the worker logs why and ends."""
    done = subprocess.run(
        worker_command(Options(threads=1)),
        env=child_environment(),
        input=b"GET / HTTP/1.1\r\n\r\n",
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert b"out of step" in done.stderr


def test_the_end_of_the_channel_ends_the_worker() -> None:
    """A worker whose parent closes the channel ends by itself, without an error."""
    done = subprocess.run(
        worker_command(Options(threads=1)),
        env=child_environment(),
        input=b"",
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_the_client_loads_nothing_heavy() -> None:
    """The UI process gets its door to the models without any library that runs them."""
    check = (
        "import sys; import engine.models.client, engine.models.shelf; "
        "print(sorted({'torch', 'transformers', 'sentence_transformers', 'onnxruntime', 'llama_cpp', 'numpy', "
        "'tokenizers'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", check], env=child_environment(), capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
