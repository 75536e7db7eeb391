"""How much memory a chat model takes, and how much there is: looked at before native code reads the file.

The need follows from the file's header. It was compared with what a process really takes (SmolLM2-135M Q4_1 and
Qwen2.5-Coder-0.5B Q4_K_M, windows of 512 to 8,192 tokens, filled): between 0.98 and 1.06 of it.
"""

import enum
from pathlib import Path
from typing import NamedTuple

from engine.errors import ModelError
from engine.models.catalog import CATALOG
from engine.models.preflight import TENSOR_TYPES, ModelFile
from engine.models.tuning import Tuning, plain

TYPES = {"f16": 1, "q8_0": 8}
"""Types of the numbers in the KV cache, as ggml numbers them."""
MB = 1_000_000  # as sizes of files are told; memory is told in the same, so that the two can be compared

PADDING = 256
"""llama.cpp rounds windows up to this many tokens."""
SCORE_BYTES = 6
"""Of attention, for each pair of a token of the batch and one of the window, in each head: the product as 32 bits, and
once more as 16 for the multiplication with V. Flash attention makes neither."""
MASK_BYTES = 4
"""Of the mask, for each such pair."""
VOCABULARY_BYTES = 350
"""A token of the vocabulary in llama.cpp's tables; measured with vocabularies of 49,152 and 151,936."""
BASE_BYTES = 12 * MB
"""llama.cpp itself and its Python binding, measured."""
STATE_BYTES = 4
"""A number of a recurrent layer's state, 32 bits."""

SMALLEST_WINDOW = 1024
"""No smaller window is proposed: a prompt with the facts of an answer takes some hundred tokens."""

CGROUPS = Path("/sys/fs/cgroup")
MEMBERSHIP = Path("/proc/self/cgroup")


class Need(NamedTuple):
    """What a model takes, in bytes."""

    weights: int
    """Mapped from the file: the system may take these pages back, and reading them again takes a disk's time."""
    window: int
    """The KV cache, and the state of recurrent layers."""
    work: int
    """What is computed for one batch, and the vocabulary."""

    @property
    def total(self) -> int:
        """All of it."""
        return sum(self)


class Free(NamedTuple):
    """What there is for a model, in bytes."""

    bytes: int
    where: str
    """What sets that bound, as the middle of a sentence."""


AS_IT_IS = plain(1)
"""How a model is run where nobody says otherwise; threads take no memory worth counting."""
COMFORT = 0.75
"""Share of what is free that a model may take without other programs feeling it."""


class Fit(enum.Enum):
    """Whether a model finds room here."""

    FITS = "fits"
    TIGHT = "tight"
    NO = "no"


def fit(wanted: int, there: Free) -> Fit:
    """Tell whether so many bytes find room."""
    if wanted > there.bytes:
        return Fit.NO
    return Fit.FITS if wanted <= COMFORT * there.bytes else Fit.TIGHT


def need(model: ModelFile, window: int, tuning: Tuning = AS_IT_IS) -> Need:
    """Return what a model takes.

    Args:
        model: The file, as `preflight.check` read it.
        window: Tokens, prompt and answer together.
        tuning: How it is run.
    """
    shape = model.shape
    tokens = -(-window // PADDING) * PADDING
    kind, _, flash = tuning.memory.partition(" ")
    block, size = TENSOR_TYPES[TYPES[kind]]
    attention = tokens * (MASK_BYTES + (0 if flash else SCORE_BYTES * shape.heads))
    activations = 4 * (4 * shape.embedding + 2 * shape.feed_forward)
    return Need(
        weights=shape.weights.bytes,
        window=tokens * shape.kv_numbers * size // block + STATE_BYTES * shape.state_numbers,
        work=tuning.batch_tokens * (attention + activations) + VOCABULARY_BYTES * shape.weights.vocabulary + BASE_BYTES,
    )


def free(memory_mb: int = 0, groups: Path = CGROUPS, membership: Path = MEMBERSHIP) -> Free:
    """Return the memory that this process can still have.

    The least counts of: what the machine has left, what is left to the container or slice that this runs in, and what
    the setting `memory_mb` leaves.

    Args:
        memory_mb: Most that this process may have, in MB; 0 for no limit.
        groups: Where the control groups are mounted.
        membership: The file that says in which of them this process is.
    """
    import psutil  # which no command needs, and each would wait for

    bounds = [Free(psutil.virtual_memory().available, "of this machine's memory")]
    if (left := _left_to_group(groups, membership)) is not None:
        bounds.append(Free(left, "of the memory that this container may use"))
    if memory_mb:
        taken = psutil.Process().memory_info().rss
        bounds.append(Free(memory_mb * MB - taken, f"of the {memory_mb} MB that `memory_mb` allows"))
    least = min(bounds)
    return least._replace(bytes=max(0, least.bytes))


def _left_to_group(groups: Path, membership: Path) -> int | None:
    """Return what the control groups of this process leave it, the tightest of all that enclose it."""
    try:
        lines = [line.split(":", 2) for line in membership.read_text(encoding="utf-8").splitlines()]
    except OSError:  # No Linux.
        return None
    left = []
    for _, controllers, path in lines:
        if not controllers:
            names, root = ("memory.max", "memory.current", ""), groups
        elif "memory" in controllers.split(","):
            names, root = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_"), groups / "memory"
        else:
            continue
        # Inside a container the path may be one of the machine around it; the root is then the container's own.
        place = root / path.lstrip("/")
        for group in (place, *place.parents):
            if (here := _left(group, *names)) is not None:
                left.append(here)
            if group == root:
                break
    return min(left, default=None)


def _left(group: Path, limit: str, usage: str, prefix: str) -> int | None:
    try:
        most, taken = (group / limit).read_text(), int((group / usage).read_text())
        lines = (group / "memory.stat").read_text().splitlines()
    except (OSError, ValueError):
        return None
    if most.strip() == "max":
        return None
    stat = dict(line.split(" ", 1) for line in lines)
    files = sum(int(stat.get(f"{prefix}{kind}_file", 0)) for kind in ("active", "inactive"))
    return int(most) - taken + files  # what is read of files goes when memory is short


def require(model: ModelFile, window: int, tuning: Tuning, *, memory_mb: int = 0) -> None:
    """Look whether a model fits into the memory that is free.

    Args:
        model: The file, as `preflight.check` read it.
        window: See `need`.
        tuning: The same.
        memory_mb: See `free`.

    Raises:
        ModelError: It does not; the hint names a smaller window or model that would.
    """
    wanted, there = need(model, window, tuning), free(memory_mb)
    if wanted.total <= there.bytes:
        return
    smaller = window
    while smaller > SMALLEST_WINDOW:
        smaller = max(smaller // 2, SMALLEST_WINDOW)
        if need(model, smaller, tuning).total <= there.bytes:
            hint = f"Set `context_tokens` to {smaller}, or choose a smaller model with `specdeck models use`"
            break
    else:
        hint = _smaller_model(there)
    raise ModelError(
        f"{model.name or 'The model'} takes {shown(wanted.total)} of memory ({shown(wanted.weights)} for its weights,"
        f" {shown(wanted.window)} for a window of {window} tokens, {shown(wanted.work)} to work), and"
        f" {shown(there.bytes)} {there.where} are free",
        hint=hint,
    )


def _smaller_model(there: Free) -> str:
    fitting = [entry for entry in CATALOG if entry.role == "chat" and 0 < entry.memory_mb * MB <= there.bytes]
    if not fitting:
        return "End other programs, or answer without a model: `specdeck ask --no-model`"
    best = max(fitting, key=lambda entry: entry.memory_mb)
    return f"Choose {best.name}, which takes {shown(best.memory_mb * MB)}: `specdeck models use {best.name}`"


def shown(count: int) -> str:
    """Return a number of bytes as people read it: `950 MB`, `5.3 GB`."""
    return f"{count / MB:.0f} MB" if count < 1000 * MB else f"{count / MB / 1000:.1f} GB"
