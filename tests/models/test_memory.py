import subprocess
import sys
from pathlib import Path

import pytest

from engine.errors import ModelError
from engine.models import memory, preflight
from engine.models.memory import MB, Fit, Free, fit, free, need, require
from engine.models.preflight import ModelFile
from engine.models.process import child_environment
from engine.models.shape import Shape, Weights
from engine.models.tuning import BATCH_TOKENS, Memory, Tuning
from tests.models.gguf import METADATA, TENSORS, gguf

TAKES = """
import sys
import psutil
from pathlib import Path
import llama_cpp
path, window, batch = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
before = psutil.Process().memory_info().rss
threads = {"n_threads": 2, "n_threads_batch": 2}
llama = llama_cpp.Llama(path, n_ctx=window, n_batch=batch, n_ubatch=batch, verbose=False, **threads)
llama.eval([500] * (window - 1))
print(psutil.Process().memory_info().rss - before)
"""

WINDOW = 1024


def tuned(memory: Memory = "f16") -> Tuning:
    """A model that is run in this way."""
    return Tuning(threads=2, read_threads=2, memory=memory)


LARGE = ModelFile(
    architecture="llama",
    name="Large",
    context_length=32768,
    quantisation="Q4_K_M",
    has_chat_template=True,
    bytes=10**9,
    shape=Shape(embedding=2048, feed_forward=8192, heads=16, kv_numbers=32768, weights=Weights(10**9, 10**9, 100_000)),
)


@pytest.mark.slow
def test_the_need_is_what_a_process_takes(chat_model: Path) -> None:
    """What is reckoned from the header is what loading the model and filling its window takes, within a tenth."""
    done = subprocess.run(
        [sys.executable, "-c", TAKES, chat_model, str(WINDOW), str(BATCH_TOKENS)],
        env=child_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    reckoned = need(preflight.check(chat_model), WINDOW, tuned()).total
    assert 0.9 <= reckoned / int(done.stdout) <= 1.1


def test_a_cache_that_differs_by_layer(tmp_path: Path) -> None:
    """Each layer counts with its own heads; those without attention keep a state instead, whatever the window."""
    file = tmp_path / "m.gguf"
    hybrid = {
        "llama.block_count": 3,
        "llama.embedding_length": 64,
        "llama.attention.head_count": 4,
        "llama.attention.head_count_kv": [0, 2, 4],
        "llama.ssm.conv_kernel": 4,
        "llama.ssm.inner_size": 128,
        "llama.ssm.state_size": 16,
        "llama.ssm.group_count": 1,
    }
    file.write_bytes(gguf(METADATA | hybrid))
    shape = preflight.check(file).shape
    assert shape.kv_numbers == (2 + 4) * (16 + 16)
    assert shape.state_numbers == 3 * (128 + 2 * 16) + 128 * 16
    file.write_bytes(gguf(METADATA | hybrid | {"llama.attention.head_count_kv": 2, "llama.attention.key_length": 8}))
    assert preflight.check(file).shape.kv_numbers == 3 * 2 * (8 + 16)


@pytest.mark.parametrize(
    "wrong", [{"llama.block_count": 0}, {"llama.block_count": 2**31}, {"llama.context_length": 2**31}]
)
def test_claims_that_end_native_code_are_refused(tmp_path: Path, wrong: dict[str, object]) -> None:
    """More layers than llama.cpp has room for, and a window that is none, never reach it."""
    (tmp_path / "m.gguf").write_bytes(gguf(METADATA | wrong))
    with pytest.raises(ModelError, match="it claims"):
        preflight.check(tmp_path / "m.gguf")


@pytest.mark.parametrize("tokens", [["a", "b", "a"], ["a\0b", "c", "a"], [1, 2, 3]])
def test_a_vocabulary_that_ends_native_code_is_refused(tmp_path: Path, tokens: list[object]) -> None:
    """A token that is there twice, as llama.cpp reads it, would end the process."""
    (tmp_path / "m.gguf").write_bytes(gguf(METADATA | {"tokenizer.ggml.tokens": tokens}, TENSORS))
    with pytest.raises(ModelError, match="vocabulary"):
        preflight.check(tmp_path / "m.gguf")


def test_quantised_caches_take_less() -> None:
    """The cache of 8-bit numbers, in blocks of 32 with a scale, takes 34 bytes where that of 16 bits takes 64."""
    half, eighth = (need(LARGE, 4096, tuned(memory)) for memory in ("f16", "q8_0 flash"))
    assert eighth.window * 64 == half.window * 34
    assert eighth.work < half.work / 2
    assert need(LARGE, 4000) == need(LARGE, 4096)


def test_what_is_free_is_what_the_tightest_limit_leaves(tmp_path: Path) -> None:
    """A container's limit counts, of either version of control groups and any that encloses it; so does the setting."""
    membership, groups = tmp_path / "cgroup", tmp_path / "groups"
    membership.write_text("0::/slice/mine\n")

    def group(path: str, **files: str) -> None:
        (groups / path).mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (groups / path / name.replace("_in_", "\0").replace("_", ".", 1).replace("\0", "_in_")).write_text(text)

    stat = "anon 1\ninactive_file 30000000\nactive_file 20000000\n"
    group("slice/mine", memory_max="max\n", memory_current="5\n", memory_stat=stat)
    assert free(groups=groups, membership=membership).where == "of this machine's memory"
    group("slice", memory_max="200000000\n", memory_current="120000000\n", memory_stat=stat)
    assert free(groups=groups, membership=membership) == Free(130 * MB, "of the memory that this container may use")
    membership.write_text("4:cpu,memory:/docker/of-the-machine-around\n")
    limits = {"limit_in_bytes": "90000000", "usage_in_bytes": "100000000", "stat": "total_inactive_file 5000000\n"}
    (groups / "memory").mkdir()
    for name, text in limits.items():
        (groups / "memory" / f"memory.{name}").write_text(text)
    assert free(groups=groups, membership=membership).bytes == 0
    set_ = free(1_000, groups=tmp_path, membership=tmp_path / "none")
    assert 0 < set_.bytes < 1000 * MB
    assert "memory_mb" in set_.where


def test_what_does_not_fit_is_refused_with_what_would(monkeypatch: pytest.MonkeyPatch) -> None:
    """The numbers are told, and a smaller window that fits, else a smaller model, else that there is none."""

    def leave(mb: int) -> None:
        monkeypatch.setattr(memory, "free", lambda *_: Free(mb * MB, "of this machine's memory"))

    leave(5000)
    require(LARGE, 16384, tuned())
    leave(1500)
    with pytest.raises(
        ModelError, match=r"Large takes 2\.\d GB of memory \(1\.0 GB for its weights, 1\.1 GB"
    ) as caught:
        require(LARGE, 16384, tuned())
    assert "1.5 GB of this machine's memory are free" in str(caught.value)
    assert "`context_tokens` to 4096" in caught.value.hint
    require(LARGE, 4096, tuned())
    leave(1000)
    with pytest.raises(ModelError) as caught:
        require(LARGE, 16384, tuned())
    assert "specdeck models use qwen3-0.6b" in caught.value.hint
    leave(50)
    with pytest.raises(ModelError) as caught:
        require(LARGE, 16384, tuned())
    assert "--no-model" in caught.value.hint


def test_a_model_that_fills_the_memory_is_tight() -> None:
    """What takes most of what is free fits, but others feel it."""
    there = Free(1000 * MB, "")
    assert [fit(mb * MB, there) for mb in (700, 900, 1100)] == [Fit.FITS, Fit.TIGHT, Fit.NO]
