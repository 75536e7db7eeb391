"""A question and a text to how well the text answers it. Runs in the worker only: its imports are heavy.

The exported graph (`model.onnx`, see `export.py`) is the cross-encoder up to its logit. Without it
sentence-transformers itself runs the folder: slower to start, same numbers.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import ModelFileError
from engine.models.onnx import graph_of, open_graph

Score = Callable[[Sequence[tuple[str, str]]], NDArray[np.float32]]

MAX_TOKENS = 512
"""Longest pair: what BERT has positions for. Some tokenizers claim 10^30."""


def load(folder: Path, threads: int) -> Score:
    """Load a cross-encoder.

    Args:
        folder: A sentence-transformers CrossEncoder folder.
        threads: How many texts, or pairs, are run at a time.

    Returns:
        A function from n pairs (question, text) to n logits, float32; the sigmoid of one is a relevance. It is for one
        thread at a time.

    Raises:
        ModelFileError: The folder is missing, damaged or not such a folder.
    """
    graph = graph_of(folder, "a reranker")
    return load_onnx(graph, folder, threads) if graph else _sentence_transformers(folder)


def load_onnx(graph: Path, folder: Path, threads: int) -> Score:
    """Load an exported graph with the tokenizer of its folder; see `load`.

    Raises:
        ModelFileError: One of the two is damaged.
    """
    run = open_graph(graph, folder, threads, _max_tokens(folder))

    def score(pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        return _one_each(np.concatenate([one.outputs[0] for one in run(pairs)]), folder)

    return score


def _sentence_transformers(folder: Path) -> Score:
    import torch
    from sentence_transformers import CrossEncoder

    try:
        model = CrossEncoder(str(folder), device="cpu", local_files_only=True)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise ModelFileError(f"The reranker in {folder} cannot be loaded: {error}") from error
    as_it_is = torch.nn.Identity()

    def score(pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        logits: Any = model.predict(list(pairs), activation_fn=as_it_is, show_progress_bar=False)
        return _one_each(np.asarray(logits, dtype=np.float32), folder)

    return score


def _one_each(logits: NDArray[np.float32], folder: Path) -> NDArray[np.float32]:
    """Return logits as a list; an embedding model, or a classifier with several labels, gives more than one a pair."""
    if logits.size != len(logits):
        raise ModelFileError(f"The model in {folder} is not a reranker: it gives more than one number for a text")
    return logits.reshape(-1)


def _max_tokens(folder: Path) -> int:
    try:
        config = json.loads((folder / "tokenizer_config.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return MAX_TOKENS
    except ValueError as error:
        raise ModelFileError(f"The reranker in {folder} is damaged: {error}") from error
    return int(min(config.get("model_max_length") or MAX_TOKENS, MAX_TOKENS))
