"""A look at a GGUF file's header in Python, before native code sees the file.

llama.cpp's own parser has a record of overflows on files made by hand (for example CVE-2024-21802, CVE-2025-53630 and
CVE-2026-27940), so counts, lengths and offsets are checked here against the size of the file first.

Format: docs/gguf.md of the ggml project.
"""

import math
import struct
from pathlib import Path
from typing import BinaryIO

import msgspec

from engine.errors import ModelFileError
from engine.models.shape import Shape, Value, Weights, number, shape_of, text

MAGIC = b"GGUF"
VERSIONS = (2, 3)
"""Versions of GGUF that llama.cpp reads in the byte order of this machine; 1 had other sizes."""
DEFAULT_ALIGNMENT = 32
"""Both as the specification of GGUF has them."""

MAX_ENTRIES = 1 << 16
"""Most metadata entries, and most tensors; the largest models have some thousands."""
MAX_ITEMS = 1 << 22
"""Most items of an array; the largest vocabularies have some hundreds of thousands."""
MAX_NAME_BYTES = 1 << 16
"""Longest name of a key or tensor: the specification allows 65,535."""
MAX_TEXT_BYTES = 1 << 22
"""Longest text; chat templates, the longest there are, have some tens of thousands."""
MAX_CONTEXT = 1 << 24
"""Longest window that is believed: the longest of a model is ten million tokens, and for each text to tokenise four
bytes are reserved for every token of it."""
MAX_LAYERS = 512
"""As many as llama.cpp has room for (LLAMA_MAX_LAYERS); it ends the process where a file claims more, or none."""
TOKENS = "tokenizer.ggml.tokens"
"""The vocabulary. llama.cpp ends the process where two entries are the same, as it reads them: up to a zero byte."""
EMBEDDING = "token_embd.weight"
"""The tensor that has a row a token."""
MAX_DIMENSIONS = 4
"""As many as ggml has (GGML_MAX_DIMS)."""
MAX_ELEMENTS = 1 << 63
"""What a signed 64-bit count holds, in which ggml multiplies them."""
MAX_KEPT = 1 << 10
"""Longest array that is kept: some fields have one number a layer, and the deepest models have some hundred layers."""

UINT32, STRING, ARRAY = 4, 8, 9
"""Kinds of values, as the specification of GGUF numbers them."""
SCALARS = {
    kind: struct.Struct("<" + code)
    for kind, code in {
        0: "B",
        1: "b",
        2: "H",
        3: "h",
        4: "I",
        5: "i",
        6: "f",
        7: "B",
        10: "Q",
        11: "q",
        12: "d",
    }.items()
}
"""Metadata value type → its layout."""
_U32, _U64 = SCALARS[UINT32], SCALARS[10]

TENSOR_TYPES = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 9: (32, 36),
    10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 15: (256, 292),
    16: (256, 66), 17: (256, 74), 18: (256, 98), 19: (256, 50), 20: (32, 18), 21: (256, 110), 22: (256, 82),
    23: (256, 136), 24: (1, 1), 25: (1, 2), 26: (1, 4), 27: (1, 8), 28: (1, 8), 29: (256, 56), 30: (1, 2),
    34: (256, 54), 35: (256, 66), 39: (32, 17), 40: (64, 36), 41: (128, 18), 42: (64, 18),
}  # fmt: skip
"""Tensor type → (elements, bytes) of a block: GGML_QUANT_SIZES in llama.cpp's gguf-py/gguf/constants.py."""

FILE_TYPES = {
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K", 11: "Q3_K_S",
    12: "Q3_K_M", 13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S", 17: "Q5_K_M", 18: "Q6_K", 19: "IQ2_XXS",
    20: "IQ2_XS", 21: "Q2_K_S", 22: "IQ3_XS", 23: "IQ3_XXS", 24: "IQ1_S", 25: "IQ4_NL", 26: "IQ3_S", 27: "IQ3_M",
    28: "IQ2_S", 29: "IQ2_M", 30: "IQ4_XS", 31: "IQ1_M", 32: "BF16", 36: "TQ1_0", 37: "TQ2_0", 38: "MXFP4",
}  # fmt: skip
"""`general.file_type` → name: LlamaFileType in the same file."""


class ModelFile(msgspec.Struct, frozen=True, kw_only=True):
    """What the header of a sound GGUF file says."""

    architecture: str
    name: str
    """Empty where the file gives none."""
    context_length: int
    """Window that the model was trained on, in tokens; 0 where the file does not say."""
    quantisation: str
    """For example Q4_K_M; empty where unknown."""
    has_chat_template: bool
    bytes: int
    shape: Shape = Shape()


def check(path: Path) -> ModelFile:
    """Read and check the header of a GGUF file.

    Raises:
        ModelFileError: The file is missing, or not a whole and sound GGUF file.
    """
    try:
        with path.open("rb") as file:
            return _check(_Reader(file, path.stat().st_size))
    except OSError as error:
        raise ModelFileError(f"{path.name} cannot be read: {error.strerror}") from error
    except _UnsoundError as error:
        raise ModelFileError(
            f"{path.name} is damaged or not a GGUF model: {error}", hint="Fetch the file again and compare its size"
        ) from error


class _UnsoundError(Exception):
    """What is wrong with the file."""


class _Reader:
    """Reads values one after another, never beyond the file."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self.size = size
        self.position = 0

    def _advance(self, count: int) -> None:
        self.position += count
        if self.position > self.size:
            raise _UnsoundError("it ends too early")

    def take(self, count: int) -> bytes:
        self._advance(count)
        data = self._file.read(count)
        if len(data) < count:
            raise _UnsoundError("it ends too early")
        return data

    def skip(self, count: int) -> None:
        self._advance(count)
        self._file.seek(count, 1)

    def u32(self) -> int:
        return int(_U32.unpack(self.take(4))[0])

    def u64(self) -> int:
        return int(_U64.unpack(self.take(8))[0])

    def count(self, limit: int, what: str) -> int:
        number = self.u64()
        if number > limit:
            raise _UnsoundError(f"{number} {what} are too many")
        return number

    def text(self, limit: int) -> str:
        return self.take(self.count(limit, "bytes of text")).decode("utf-8", errors="replace")

    def value(self, key: str) -> Value:
        """Read a metadata value; an array of texts, or a long one, is looked at and gives None."""
        kind = self.u32()
        if kind == STRING:
            return self.text(MAX_TEXT_BYTES)
        if kind == ARRAY:
            kind, items = self.u32(), self.count(MAX_ITEMS, "items of an array")
            if key == TOKENS:
                self.vocabulary(kind, items)
            elif kind == STRING:
                for _ in range(items):
                    self.take(self.count(MAX_TEXT_BYTES, "bytes of text"))
            elif items <= MAX_KEPT:
                layout = _layout(kind)
                return tuple(number for (number,) in layout.iter_unpack(self.take(items * layout.size)))
            else:
                self.skip(items * _layout(kind).size)
            return None
        layout = _layout(kind)
        value: Value = layout.unpack(self.take(layout.size))[0]
        return value

    def vocabulary(self, kind: int, items: int) -> None:
        """Look at the tokens of a vocabulary."""
        if kind != STRING:
            raise _UnsoundError("its vocabulary has no texts")
        tokens = {self.take(self.count(MAX_NAME_BYTES, "bytes of a token")).partition(b"\0")[0] for _ in range(items)}
        if len(tokens) < items:
            raise _UnsoundError("its vocabulary has a token twice")


def _layout(kind: int) -> struct.Struct:
    if kind not in SCALARS:
        raise _UnsoundError(f"there is no value type {kind}")
    return SCALARS[kind]


def _check(reader: _Reader) -> ModelFile:
    if reader.take(4) != MAGIC:
        raise _UnsoundError("it does not begin with GGUF")
    if (version := reader.u32()) not in VERSIONS:
        raise _UnsoundError(f"version {version} is not supported")
    tensors = reader.count(MAX_ENTRIES, "tensors")
    entries = reader.count(MAX_ENTRIES, "metadata entries")
    metadata: dict[str, Value] = {}
    for _ in range(entries):
        key = reader.text(MAX_NAME_BYTES)
        if key in metadata:
            raise _UnsoundError("a metadata key appears twice")
        metadata[key] = reader.value(key)
    alignment = metadata.get("general.alignment", DEFAULT_ALIGNMENT)
    if not isinstance(alignment, int) or alignment <= 0 or alignment & (alignment - 1):
        raise _UnsoundError("its alignment is not a power of two")
    weights = _check_tensors(reader, tensors, alignment)
    architecture = text(metadata, "general.architecture")
    if not architecture:
        raise _UnsoundError("it names no architecture")
    if number(metadata, "split.count") > 1:
        raise _UnsoundError("it is one part of several; merge them first")
    window = number(metadata, f"{metadata['general.architecture']}.context_length")
    if not 0 <= window <= MAX_CONTEXT:
        raise _UnsoundError(f"it claims a window of {window} tokens")
    layers = number(metadata, f"{metadata['general.architecture']}.block_count", 1)
    if not 1 <= layers <= MAX_LAYERS:
        raise _UnsoundError(f"it claims {layers} layers")
    return ModelFile(
        architecture=architecture,
        name=text(metadata, "general.name"),
        context_length=window,
        quantisation=FILE_TYPES.get(number(metadata, "general.file_type", -1), ""),
        has_chat_template=bool(text(metadata, "tokenizer.chat_template")),
        bytes=reader.size,
        shape=shape_of(metadata, weights),
    )


def _check_tensors(reader: _Reader, tensors: int, alignment: int) -> Weights:
    """Check that the data of every tensor lies inside the file, aligned."""
    if not tensors:
        raise _UnsoundError("it holds no tensors")
    names: set[str] = set()
    end = numbers = total = vocabulary = 0
    for _ in range(tensors):
        names.add(name := reader.text(MAX_NAME_BYTES))
        dimensions = reader.u32()
        if not 1 <= dimensions <= MAX_DIMENSIONS:
            raise _UnsoundError(f"a tensor has {dimensions} dimensions")
        shape = [reader.u64() for _ in range(dimensions)]
        kind, offset = reader.u32(), reader.u64()
        if kind not in TENSOR_TYPES:
            raise _UnsoundError(f"tensor type {kind} is not known")
        block, size = TENSOR_TYPES[kind]
        elements = math.prod(shape)
        if not 0 < elements < MAX_ELEMENTS or shape[0] % block:
            raise _UnsoundError("a tensor has an impossible shape")
        if offset % alignment:
            raise _UnsoundError("a tensor is not aligned")
        end = max(end, offset + elements // block * size)
        numbers += elements
        total += elements // block * size
        if name == EMBEDDING:
            vocabulary = shape[-1]
    if len(names) < tensors:
        raise _UnsoundError("a tensor name appears twice")
    start = -(-reader.position // alignment) * alignment
    if start + end > reader.size:
        raise _UnsoundError("it ends too early")
    return Weights(numbers, total, vocabulary)
