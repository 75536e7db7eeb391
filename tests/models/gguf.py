"""Writes small GGUF files, so that the header check can be tested without a model."""

import struct
from collections.abc import Mapping, Sequence

TYPES = {int: (4, "I"), float: (6, "f"), bool: (7, "?")}

Tensor = tuple[str, tuple[int, ...], int, int]
"""Name, shape, type and offset."""

METADATA: dict[str, object] = {
    "general.architecture": "llama",
    "general.name": "Tiny",
    "general.file_type": 15,
    "llama.context_length": 4096,
    "tokenizer.ggml.tokens": ["<s>", "</s>", "a"],
    "tokenizer.ggml.scores": [0.0, 0.5, 1.0],
    "tokenizer.chat_template": "{{ messages }}",
}
TENSORS: tuple[Tensor, ...] = (("token_embd.weight", (256, 3), 12, 0), ("output_norm.weight", (256,), 0, 448))
DATA_BYTES = 448 + 1024


def text(value: str) -> bytes:
    """A length and UTF-8."""
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


def value(item: object) -> bytes:
    """A type and a value."""
    if isinstance(item, str):
        return struct.pack("<I", 8) + text(item)
    if isinstance(item, list):
        body = [value(member) for member in item]
        return struct.pack("<I", 9) + body[0][:4] + struct.pack("<Q", len(body)) + b"".join(part[4:] for part in body)
    kind, code = TYPES[type(item)]
    return struct.pack("<I" + code, kind, item)


def gguf(
    metadata: Mapping[str, object] = METADATA,
    tensors: Sequence[Tensor] = TENSORS,
    *,
    version: int = 3,
    alignment: int = 32,
    data_bytes: int = DATA_BYTES,
) -> bytes:
    """Return a GGUF file; sound unless an argument makes it otherwise."""
    head = b"GGUF" + struct.pack("<IQQ", version, len(tensors), len(metadata))
    head += b"".join(text(key) + value(item) for key, item in metadata.items())
    for name, shape, kind, offset in tensors:
        head += text(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, kind, offset)
    return head + bytes(-len(head) % alignment) + bytes(data_bytes)
