"""What a chat model has read of the beginning of every prompt is kept, and used only where it is whole and its own."""

import os
from collections.abc import Callable, Sequence
from contextlib import aclosing
from pathlib import Path

import pytest

from engine.answer.prompt import prefix
from engine.models import prefixes
from engine.models.client import WorkerClient
from engine.models.prefixes import Prefixes
from engine.models.protocol import Message, Options, Usage

NOTES = Message("user", "Borrow a book: call POST /loans. It needs copy_id in the body. On success it returns 201.")
SECRET = Message("user", "List loans: call GET /loans. It needs my-secret-word in the query.")


def states(folder: Path) -> list[Path]:
    """The files that are kept."""
    return sorted(folder.glob("*")) if folder.exists() else []


async def written(
    chat_model: Path, folder: Path, *last: Message, first: Sequence[Message] | None = None, keeps: bool = True
) -> tuple[str, list[Usage]]:
    """Let a worker of its own answer one prompt after another; return the texts and what each took."""
    options = Options(threads=2, prefixes=str(folder) if keeps else "")
    client = WorkerClient(log=folder.with_name("worker.log"), options=options)
    texts, usages = [], []
    try:
        for one in last:
            prompt = [*(prefix() if first is None else first), one]
            pieces = client.generate(chat_model, prompt, context_tokens=1024, max_tokens=16, first_token_s=60)
            async with aclosing(pieces):
                async for piece in pieces:
                    (usages if isinstance(piece, Usage) else texts).append(piece)  # type: ignore[arg-type]
    finally:
        await client.close()
    return "".join(texts), usages


@pytest.mark.slow
async def test_the_next_process_does_not_read_the_beginning_again(chat_model: Path, tmp_path: Path) -> None:
    """It reads the notes alone and writes the same; nothing of a question is kept, and a damaged file is not used."""
    folder = tmp_path / "cache" / "prefixes"
    first, [whole] = await written(chat_model, folder, SECRET)
    [file] = states(folder)
    assert (file.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)
    kept = file.read_bytes()
    assert whole.read_tokens == whole.prompt_tokens
    second, [short, again] = await written(chat_model, folder, SECRET, NOTES)
    assert second.startswith(first)
    assert short.read_tokens < whole.read_tokens / 2
    assert again.read_tokens < again.prompt_tokens / 2
    assert states(folder) == [file]
    assert file.read_bytes() == kept  # what came after the beginning has left no trace
    file.write_bytes(kept[:40] + bytes(len(kept) - 40))
    third, [anew] = await written(chat_model, folder, SECRET)
    assert (third, anew.read_tokens) == (first, whole.prompt_tokens)
    assert file.read_bytes() == kept
    assert (await written(chat_model, folder, SECRET, keeps=False))[0] == first


@pytest.mark.slow
async def test_what_is_not_fixed_is_not_kept(chat_model: Path, tmp_path: Path) -> None:
    """Words that are not the program's own are in no file, wherever they stand, nor is what stands behind them."""
    folder = tmp_path / "prefixes"
    system = Message("system", "You are helpful.", fixed=True)
    late = Message("assistant", "I see.", fixed=True)
    await written(chat_model, folder, NOTES, first=[SECRET, system, late])
    assert states(folder) == []
    _, [one] = await written(chat_model, folder, NOTES, first=[system, SECRET, late])
    _, [two] = await written(chat_model, folder, SECRET, first=[system])
    assert len(states(folder)) == 1
    assert 0 < two.prompt_tokens - two.read_tokens < one.prompt_tokens / 3


def test_a_state_is_out_of_its_place_while_it_is_tried(tmp_path: Path) -> None:
    """One that ends the process is not met again; one that was good is put back, and counts as used."""
    kept = Prefixes(tmp_path)
    assert kept.take("one") is None
    kept.keep("one", b"state")
    assert kept.take("one") == b"state"
    assert kept.take("one") is None
    kept.put_back("one")
    assert kept.take("one") == b"state"


@pytest.mark.parametrize(
    "damage", [lambda data: data[:-1], lambda data: data[:9], lambda _: b"", lambda data: data + b"x"]
)
def test_a_damaged_file_is_not_taken(damage: Callable[[bytes], bytes], tmp_path: Path) -> None:
    """What was cut, emptied or added to goes, and is as if it had never been."""
    kept = Prefixes(tmp_path)
    kept.keep("one", b"state")
    (file,) = states(tmp_path)
    file.write_bytes(damage(file.read_bytes()))
    assert kept.take("one") is None
    assert states(tmp_path) == []


def test_a_file_of_another_name_is_not_taken(tmp_path: Path) -> None:
    """The hash is of the name, too: what was renamed is foreign, and goes."""
    kept = Prefixes(tmp_path)
    kept.keep("one", b"state")
    (file,) = states(tmp_path)
    file.rename(tmp_path / "two.state")
    assert kept.take("two") is None
    assert states(tmp_path) == []


def test_what_is_kept_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In number and in bytes; those used longest ago go first, and what is left of a process that died, too."""
    kept = Prefixes(tmp_path)
    (tmp_path / ".zero.12345").write_bytes(b"left")
    os.utime(tmp_path / ".zero.12345", (1, 1))
    for number in range(prefixes.MOST_FILES + 1):
        kept.keep(str(number), b"state")
        os.utime(tmp_path / f"{number}.state", (10 + number, 10 + number))
    assert kept.take("1") == b"state"
    kept.put_back("1")
    kept.keep("last", b"state")
    assert {file.stem for file in states(tmp_path)} == {"1", "3", "4", "5", "6", "7", "8", "last"}
    monkeypatch.setattr(prefixes, "MOST_BYTES", 100)
    kept.keep("large", bytes(60))
    assert [file.stem for file in states(tmp_path)] == ["large"]
    kept.keep("too large", bytes(100))
    assert states(tmp_path) == []


def test_a_folder_that_cannot_be_used_is_no_trouble(tmp_path: Path) -> None:
    """Where a file stands in its place nothing is kept, and nothing raised."""
    (tmp_path / "prefixes").write_text("a file")
    kept = Prefixes(tmp_path / "prefixes")
    kept.keep("one", b"state")
    assert kept.take("one") is None
