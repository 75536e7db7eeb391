"""Runs an exported graph (`model.onnx`, see `export.py`) with the tokenizer of its folder.

Runs in the worker only: its imports are heavy.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import ModelFileError

Run = Callable[[Sequence[str] | Sequence[tuple[str, str]]], NDArray[np.float32]]
"""From n texts, or n pairs of texts, to an array whose first axis is n. It is for one thread at a time."""


def open_graph(graph: Path, folder: Path, threads: int, max_tokens: int) -> Run:
    """Load an exported graph and the tokenizer of its folder.

    Args:
        graph: The ONNX file.
        folder: The sentence-transformers folder.
        threads: Threads of one run.
        max_tokens: Where a text, or a pair, is cut.

    Raises:
        ModelFileError: One of the two is damaged.
    """
    import onnxruntime
    from tokenizers import Tokenizer

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Threads that wait spinning take the cores that the screen and the chat model need.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        session = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    # Both libraries raise bare exceptions, or classes of their own that have no common base.
    except Exception as error:
        raise ModelFileError(f"The model in {folder} is damaged: {error}") from error
    # Set anew: a tokenizer.json often carries the length that its author happened to train with.
    tokenizer.enable_truncation(max_tokens)
    padding = tokenizer.padding or {}
    tokenizer.enable_padding(pad_id=padding.get("pad_id", 0), pad_token=padding.get("pad_token", "[PAD]"))
    inputs = [node.name for node in session.get_inputs()]

    def run(texts: Sequence[str] | Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        encodings = tokenizer.encode_batch(texts)
        columns = {
            "input_ids": [encoding.ids for encoding in encodings],
            "attention_mask": [encoding.attention_mask for encoding in encodings],
            "token_type_ids": [encoding.type_ids for encoding in encodings],
        }
        feed = {name: np.asarray(columns[name], dtype=np.int64) for name in inputs}
        output: NDArray[np.float32] = session.run(None, feed)[0]
        return output

    return run
