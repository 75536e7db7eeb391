"""Runs an exported graph (`model.onnx`, see `export.py`) with the tokenizer of its folder.

Runs in the worker only: its imports are heavy.
"""

import importlib.util
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.errors import ModelError, ModelFileError

Text = str | tuple[str, str]
"""A text, or a pair of them."""


class Outcome(NamedTuple):
    """What a graph gives for one text, or one pair."""

    outputs: list[NDArray[np.float32]]
    """The first axis of each is of length 1."""
    offsets: list[tuple[int, int]]
    """Where each token begins and ends in the text, in characters."""


Run = Callable[[Sequence[Text]], list[Outcome]]
"""From texts to what the graph gives for each. It is for one thread at a time."""


def graph_of(folder: Path, what: str) -> Path | None:
    """Return the exported graph of a model; None where there is none and sentence-transformers has to run the model.

    Args:
        folder: The sentence-transformers folder.
        what: What it should be, with its article.

    Raises:
        ModelFileError: The folder is none of a model, or nothing here can run it.
    """
    if not (folder / "tokenizer.json").is_file():
        raise ModelFileError(f"{folder} is not {what}: it has no tokenizer.json")
    graph = folder / "model.onnx"
    if graph.is_file():
        return graph
    if importlib.util.find_spec("sentence_transformers"):
        return None
    raise ModelFileError(f"{folder} has no model.onnx, and sentence-transformers is not installed to run it without")


def open_graph(graph: Path, folder: Path, threads: int, max_tokens: int) -> Run:
    """Load an exported graph and the tokenizer of its folder.

    Args:
        graph: The ONNX file.
        folder: The sentence-transformers folder.
        threads: How many texts, or pairs, are run at a time.
        max_tokens: Where a text, or a pair, is cut.

    Raises:
        ModelFileError: One of the two is damaged.
        ModelError: There is not enough memory.
    """
    import onnxruntime
    from tokenizers import Tokenizer

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    try:
        session = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    # Both libraries raise bare exceptions, or classes of their own that have no common base.
    except Exception as error:
        if "bad_alloc" in str(error):
            hint = "Raise `memory_mb` in the settings, or choose a smaller model"
            raise ModelError(f"There is not enough memory for the model in {folder}", hint=hint) from error
        raise ModelFileError(f"The model in {folder} is damaged: {error}") from error
    # Set anew: a tokenizer.json often carries the length that its author happened to train with.
    tokenizer.enable_truncation(max_tokens)
    tokenizer.no_padding()
    inputs = [node.name for node in session.get_inputs()]
    pool = ThreadPoolExecutor(threads)

    def run_some(texts: Sequence[Text]) -> list[Outcome]:
        outcomes = []
        for text in texts:
            [encoding] = tokenizer.encode_batch([text])
            columns = {
                "input_ids": encoding.ids,
                "attention_mask": encoding.attention_mask,
                "token_type_ids": encoding.type_ids,
            }
            feed = {name: np.array([columns[name]], np.int64) for name in inputs}
            outcomes.append(Outcome(session.run(None, feed), encoding.offsets))
        return outcomes

    def run(texts: Sequence[Text]) -> list[Outcome]:
        # Each by itself and several at a time: a batch, padded to its longest, takes longer. And a quantised graph has
        # one scale for all that goes through a layer at once, so a text would get another vector in other company.
        others = [pool.submit(run_some, texts[place::threads]) for place in range(1, min(threads, len(texts)))]
        shares = [run_some(texts[::threads]), *(other.result() for other in others)]
        return [shares[place % threads][place // threads] for place in range(len(texts))]

    return run
