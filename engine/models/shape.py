"""What a GGUF file's metadata says of the size of a running model. Pure; `preflight` reads the file.

The keys are those of llama.cpp's gguf-py/gguf/constants.py, which begin with the name of the architecture.
"""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from engine.text import clean_line

Value = int | float | str | tuple[int | float, ...] | None
"""A value of the metadata; None for an array that was not kept."""


class Weights(NamedTuple):
    """All tensors of a file."""

    parameters: int
    """Numbers in them."""
    bytes: int
    vocabulary: int
    """Tokens that have a row in the embedding."""


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """What the memory of a running model follows from; see `engine.models.memory`. 0 where the file does not say."""

    embedding: int = 0
    feed_forward: int = 0
    """Of the widest layer."""
    heads: int = 0
    """Of attention, in the layer that has most."""
    kv_numbers: int = 0
    """Numbers that the KV cache keeps for one token, all layers together."""
    state_numbers: int = 0
    """Numbers that recurrent layers keep, whatever the window."""
    weights: Weights = Weights(0, 0, 0)


def shape_of(metadata: Mapping[str, Value], weights: Weights) -> Shape:
    """Return the shape of a model from its file's metadata and tensors."""
    architecture = text(metadata, "general.architecture")

    def each(key: str, default: int = 0) -> tuple[int, ...]:
        """Return a number that may be given once for all layers, or for each."""
        value = metadata.get(f"{architecture}.{key}")
        if isinstance(value, tuple):
            return tuple(max(0, int(one)) for one in value) or (0,)
        return (max(0, value),) if isinstance(value, int) else (default,)

    def one(key: str, default: int = 0) -> int:
        return max(each(key, default))

    layers, embedding, heads = one("block_count"), one("embedding_length"), one("attention.head_count")
    head = embedding // heads if heads else 0
    kv_heads = each("attention.head_count_kv", heads)
    attending = sum(kv_heads) if len(kv_heads) > 1 else layers * kv_heads[0]
    # Mamba keeps of each layer the last inputs of its convolution and its state.
    inner, groups, state = one("ssm.inner_size"), one("ssm.group_count"), one("ssm.state_size")
    recurrent = sum(not count for count in kv_heads) if len(kv_heads) > 1 else layers
    kept = max(0, one("ssm.conv_kernel") - 1) * (inner + 2 * groups * state) + inner * state
    return Shape(
        embedding=embedding,
        feed_forward=one("feed_forward_length"),
        heads=heads,
        kv_numbers=attending * (one("attention.key_length", head) + one("attention.value_length", head)),
        state_numbers=recurrent * kept,
        weights=weights,
    )


def text(metadata: Mapping[str, Value], key: str) -> str:
    """Return a text of the metadata, cleaned; empty where there is none."""
    value = metadata.get(key)
    return clean_line(value) if isinstance(value, str) else ""


def number(metadata: Mapping[str, Value], key: str, default: int = 0) -> int:
    """Return a whole number of the metadata."""
    value = metadata.get(key)
    return value if isinstance(value, int) else default
