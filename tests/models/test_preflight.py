import contextlib
import os
import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from engine.errors import ModelFileError
from engine.models import preflight
from engine.models.preflight import ModelFile
from engine.models.shape import Shape, Weights
from tests.models.gguf import DATA_BYTES, METADATA, TENSORS, gguf

SOUND = gguf()
REAL_HEADER_BYTES = 4 * 2**20
PER_FILE = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def written(folder: Path, data: bytes) -> Path:
    """Put `data` into a file."""
    file = folder / "model.gguf"
    file.write_bytes(data)
    return file


def test_a_sound_header_is_read(tmp_path: Path) -> None:
    """The record holds what the header says, whatever lies in arrays before it."""
    assert preflight.check(written(tmp_path, SOUND)) == ModelFile(
        architecture="llama",
        name="Tiny",
        context_length=4096,
        quantisation="Q4_K_M",
        has_chat_template=True,
        bytes=len(SOUND),
        shape=Shape(weights=Weights(parameters=1024, bytes=1456, vocabulary=3)),
    )


def test_the_real_model_passes(chat_model: Path) -> None:
    """The starter chat model is sound, and described as what it is."""
    model = preflight.check(chat_model)
    assert (model.architecture, model.context_length, model.quantisation) == ("llama", 8192, "Q4_1")
    assert model.has_chat_template
    assert model.bytes == chat_model.stat().st_size


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "ends too early"),
        (b"PK\x03\x04" + bytes(100), "does not begin with GGUF"),
        (gguf(version=1), "version 1"),
        (b"GGUF" + struct.pack(">I", 3) + bytes(100), "version"),
        (b"GGUF" + struct.pack("<IQQ", 3, 2**60, 1) + bytes(100), "too many"),
        (b"GGUF" + struct.pack("<IQQ", 3, 1, 2**60) + bytes(100), "too many"),
        (b"GGUF" + struct.pack("<IQQQ", 3, 1, 1, 2**63) + bytes(100), "too many"),
        (SOUND[:200], "ends too early"),
        (SOUND[:-1], "ends too early"),
        (gguf(METADATA | {"general.alignment": 24}), "power of two"),
        (gguf(METADATA | {"general.alignment": 0}), "power of two"),
        (gguf(METADATA | {"general.alignment": "32"}), "power of two"),
        (gguf({"a": 1}), "no architecture"),
        (gguf(METADATA | {"split.count": 2}), "one part of several"),
        (gguf(tensors=()), "no tensors"),
        (gguf(tensors=(*TENSORS, TENSORS[0])), "twice"),
        (gguf(tensors=(("t", (256,), 99, 0),)), "tensor type 99"),
        (gguf(tensors=(("t", (255, 3), 12, 0),)), "impossible shape"),
        (gguf(tensors=(("t", (0,), 0, 0),)), "impossible shape"),
        (gguf(tensors=(("t", (2**40, 2**40), 0, 0),)), "impossible shape"),
        (gguf(tensors=(("t", (1, 1, 1, 1, 1), 0, 0),)), "5 dimensions"),
        (gguf(tensors=(("t", (1,), 0, 4),)), "not aligned"),
        (gguf(tensors=(("t", (1,), 0, 2**63),)), "ends too early"),
        (gguf(tensors=(("t", (DATA_BYTES,), 0, 0),)), "ends too early"),
    ],
)
def test_an_unsound_file_is_refused(tmp_path: Path, data: bytes, reason: str) -> None:
    """Each kind of damage is named in a sentence about the file."""
    with pytest.raises(ModelFileError, match=reason) as caught:
        preflight.check(written(tmp_path, data))
    assert "model.gguf" in str(caught.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """A path without a file, and a folder, are errors about a model file too."""
    with pytest.raises(ModelFileError, match="cannot be read"):
        preflight.check(tmp_path / "none.gguf")
    with pytest.raises(ModelFileError, match="cannot be read"):
        preflight.check(tmp_path)


def test_names_from_the_file_are_cleaned(tmp_path: Path) -> None:
    """A terminal escape sequence in a model's name does not reach the screen."""
    model = preflight.check(written(tmp_path, gguf(METADATA | {"general.name": "\x1b]0;x\x07Tiny"})))
    assert "\x1b" not in model.name
    assert model.name.endswith("Tiny")


def mutations(length: int) -> st.SearchStrategy[list[tuple[int, bytes]]]:
    """Places in a file, and bytes to put there; some of them numbers that overflow."""
    numbers = st.sampled_from([0, 1, 8, 2**31, 2**32 - 1, 2**60, 2**63, 2**64 - 1]).map(lambda n: struct.pack("<Q", n))
    return st.lists(st.tuples(st.integers(0, length - 1), st.binary(min_size=1, max_size=8) | numbers), max_size=4)


def refused_or_read(file: Path) -> None:
    """Check the file; any error but ModelFileError goes through."""
    with contextlib.suppress(ModelFileError):
        assert isinstance(preflight.check(file), ModelFile)


@PER_FILE
@given(changes=mutations(len(SOUND)), end=st.integers(0, len(SOUND)))
def test_a_mutated_file_gives_a_record_or_its_error(tmp_path: Path, changes: list[tuple[int, bytes]], end: int) -> None:
    """Whatever is changed or cut off, the check ends in a record or a ModelFileError."""
    data = bytearray(SOUND)
    for place, part in changes:
        data[place : place + len(part)] = part
    refused_or_read(written(tmp_path, bytes(data[: end or len(data)])))


@pytest.mark.slow
@settings(PER_FILE, max_examples=50)
@given(data=st.data())
def test_a_mutated_real_header_gives_a_record_or_its_error(chat_model: Path, tmp_path: Path, data: Any) -> None:
    """The same holds for a real header, which is mostly vocabulary."""
    file = tmp_path / "model.gguf"
    with chat_model.open("rb") as source:
        header = bytearray(source.read(REAL_HEADER_BYTES))
    early, anywhere = mutations(2000), mutations(len(header))
    for place, part in data.draw(early | anywhere):
        header[place : place + len(part)] = part
    file.write_bytes(header)
    os.truncate(file, chat_model.stat().st_size)
    refused_or_read(file)
