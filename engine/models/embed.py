"""Texts to vectors. Runs in the worker only: its imports are heavy.

The exported graph (`model.onnx`, see `export.py`) is the whole sentence-transformers pipeline, pooling and normalising
included. Without it sentence-transformers itself runs the folder: slower to start, same vectors.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import ModelFileError
from engine.models.onnx import Outcome, graph_of, open_graph
from engine.models.protocol import Within

Encode = Callable[[Sequence[str | Within], str], NDArray[np.float32]]
"""From n texts, or parts of texts, and what is put before each, to their vectors, [n, dims]."""

_TINY = 1e-12
"""Keeps a vector of zeros from being divided by its length."""

DEFAULT_MAX_TOKENS = 256
"""Where a folder names no `max_seq_length`: the value of all-MiniLM-L6-v2."""


def load(folder: Path, threads: int) -> Encode:
    """Load an embedding model.

    Args:
        folder: A sentence-transformers folder.
        threads: How many texts, or pairs, are run at a time.

    Returns:
        A function from n texts and a prompt to an array [n, dims] of L2-normalised float32. It is for one thread at a
        time. Where the graph has the vectors of tokens, the vector of a part of a text is the mean of those of its
        tokens, which know of the prompt and the text around them ("late chunking", Günther et al., 2024); else a part
        is a text like any other.

    Raises:
        ModelFileError: The folder is missing, damaged or not such a folder.
    """
    graph = graph_of(folder, "an embedding model")
    return load_onnx(graph, folder, threads) if graph else _sentence_transformers(folder)


def load_onnx(graph: Path, folder: Path, threads: int) -> Encode:
    """Load an exported graph with the tokenizer of its folder; see `load`.

    Raises:
        ModelFileError: One of the two is damaged.
    """
    run = open_graph(graph, folder, threads, _max_tokens(folder))

    def encode(texts: Sequence[str | Within], prompt: str) -> NDArray[np.float32]:
        wholes = list(dict.fromkeys(text if isinstance(text, str) else text[0] for text in texts))
        outcomes = dict(zip(wholes, run([prompt + whole for whole in wholes]), strict=True))
        vectors = []
        for text in texts:
            if isinstance(text, str):
                vectors.append(outcomes[text].outputs[0][0])
                continue
            whole, start, end = text
            vector = _within(outcomes[whole], len(prompt) + start, len(prompt) + end)
            vectors.append(run([prompt + _cut(text)])[0].outputs[0][0] if vector is None else vector)
        return np.stack(vectors)

    return encode


def _within(whole: Outcome, start: int, end: int) -> NDArray[np.float32] | None:
    """Return the vector of a part of a text; None where there are no vectors of tokens, or it has no token."""
    inside = [place for place, (first, last) in enumerate(whole.offsets) if start <= first < last <= end]
    if len(whole.outputs) == 1 or not inside:
        return None
    mean: NDArray[np.float32] = whole.outputs[1][0][inside].mean(axis=0)
    return mean / max(float(np.linalg.norm(mean)), _TINY)


def _cut(text: str | Within) -> str:
    return text if isinstance(text, str) else text[0][text[1] : text[2]]


def _sentence_transformers(folder: Path) -> Encode:
    from sentence_transformers import SentenceTransformer

    try:
        model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise ModelFileError(f"The embedding model in {folder} cannot be loaded: {error}") from error

    def encode(texts: Sequence[str | Within], prompt: str) -> NDArray[np.float32]:
        vectors: Any = model.encode(
            [_cut(text) for text in texts], prompt=prompt, normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(vectors, dtype=np.float32)

    return encode


def _max_tokens(folder: Path) -> int:
    try:
        config = json.loads((folder / "sentence_bert_config.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return DEFAULT_MAX_TOKENS
    except ValueError as error:
        raise ModelFileError(f"The embedding model in {folder} is damaged: {error}") from error
    return int(config.get("max_seq_length") or DEFAULT_MAX_TOKENS)
