"""Folders as sentence-transformers writes them: of which kind one is, and what of it is kept."""

import json
import re
from pathlib import Path, PurePosixPath
from typing import Any, Literal

import msgspec

from engine.errors import ModelFileError

KEPT = frozenset(
    "config.json config_sentence_transformers.json model.safetensors modules.json sentence_bert_config.json "
    "special_tokens_map.json tokenizer.json tokenizer_config.json vocab.txt".split()
)
"""Files that running a model needs. No pickled weights (`pytorch_model.bin`)."""

FolderRole = Literal["embedding", "rerank"]


class Prompts(msgspec.Struct, frozen=True, kw_only=True):
    """What an embedding model was trained to find before a text; empty where it was not."""

    query: str = ""
    """Before a question."""
    document: str = ""
    """Before what is to be found."""


def kind(folder: Path) -> FolderRole | None:
    """Return what the model in a folder is for; None where there is no model that specdeck can use.

    A cross-encoder says so where it is made of modules; else it is told by its architecture.
    """
    architectures = _read(folder / "config.json").get("architectures")
    names = architectures if isinstance(architectures, list) else []
    is_classifier = any(str(name).endswith("ForSequenceClassification") for name in names)
    if is_classifier or _read(folder / "config_sentence_transformers.json").get("model_type") == "CrossEncoder":
        return "rerank"
    return "embedding" if (folder / "modules.json").is_file() else None


def prompts(folder: Path) -> Prompts | None:
    """Return the prompts of an embedding model; None where its folder names none.

    They are chosen by name as `encode_query` and `encode_document` of sentence-transformers choose them.
    """
    named = _read(folder / "config_sentence_transformers.json").get("prompts")
    if not isinstance(named, dict):
        return None

    def first(*names: str) -> str:
        return next((text for name in names if isinstance(text := named.get(name), str)), "")

    return Prompts(query=first("query"), document=first("document", "passage", "corpus"))


def is_kept(file: PurePosixPath) -> bool:
    """Tell whether a file of such a folder is needed: known names, at the top or in a module's folder."""
    if file.is_absolute() or ".." in file.parts or file.name not in KEPT:
        return False
    return len(file.parts) == 1 or (len(file.parts) == 2 and re.fullmatch(r"\d+_\w+", file.parts[0]) is not None)


def files_to_keep(folder: Path) -> list[PurePosixPath]:
    """Return the files to keep of a folder, after a look at what it would run.

    Raises:
        ModelFileError: It is not such a folder, wants to run code of its own, or is a classifier that ranks nothing.
    """
    role = kind(folder)
    modules = _modules(folder, required=role != "rerank")
    if role == "rerank":
        _check_reranker(folder, modules)
    files = [PurePosixPath(file.relative_to(folder).as_posix()) for file in folder.rglob("*") if file.is_file()]
    kept = [file for file in files if is_kept(file)]
    for needed in ("model.safetensors", "tokenizer.json"):
        if PurePosixPath(needed) not in kept:
            raise ModelFileError(f"{folder.name} has no {needed}")
    return kept


def _modules(folder: Path, *, required: bool) -> list[str]:
    """Return the folders of the modules that `modules.json` names, the transformer's own being empty.

    Raises:
        ModelFileError: It names classes to import other than the libraries' own, or is none.
    """
    if not required and not (folder / "modules.json").exists():
        return []
    try:
        modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
        classes = [str(module["type"]) for module in modules]
        places = [str(module["path"]) for module in modules]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ModelFileError(f"{folder.name} is not a sentence-transformers folder: {error}") from error
    foreign = [name for name in classes if not name.startswith("sentence_transformers.")]
    for place in places:
        config = _read(folder / place / "config.json") if is_kept(PurePosixPath(place, "config.json")) else {}
        functions = [str(value) for key, value in config.items() if key.startswith("activation_f")]
        foreign += [name for name in functions if not name.startswith("torch.nn.")]
    if foreign:
        raise ModelFileError(f"{folder.name} wants to run code of its own ({foreign[0]}), which is refused")
    return places


def _check_reranker(folder: Path, modules: list[str]) -> None:
    config = _read(folder / "config.json")
    if "auto_map" in config:
        raise ModelFileError(f"{folder.name} wants to run code of its own (auto_map), which is refused")
    if len(modules) > 1:
        count = _read(folder / modules[-1] / "config.json").get("out_features")
    else:
        labels = config.get("id2label")
        count = len(labels) if isinstance(labels, dict) else 2  # what transformers takes where no label is named
    if count != 1:
        raise ModelFileError(
            f"{folder.name} is a classifier with {count} labels, not a reranker",
            hint="Import a cross-encoder that gives one score, such as those trained on MS MARCO",
        )


def _read(file: Path) -> dict[str, Any]:
    try:
        config = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # What is wrong with it is told by whoever loads the model.
        return {}
    return config if isinstance(config, dict) else {}
