"""Made-up specifications of any size, the same for the same seed."""

import hashlib
import json
import random
from functools import cache
from typing import NamedTuple

import msgspec

from engine.specs.model import Spec
from engine.specs.read import read

_WORDS = (
    "account archive author badge branch budget cargo channel city contract course delivery device draft event feature"
    " flight folder garden grade harbour hotel invoice island journal kitchen ledger letter library licence market"
    " meeting member message museum notice office order parcel payment people permit picture planet player"
).split()
_VERBS = {"get": "Fetch", "post": "Create", "put": "Replace", "patch": "Change", "delete": "Remove"}


class Made(NamedTuple):
    """A document and what it must be read as."""

    data: bytes

    @property
    def sha256(self) -> bytes:
        """Hash of the document."""
        return hashlib.sha256(self.data).digest()

    @property
    def spec(self) -> Spec:
        """What the library keeps of it."""
        return _read(self.data)


@cache
def _read(data: bytes) -> Spec:
    return msgspec.structs.replace(read(data), problems=())


def made(seed: int, operations: int, words: int = 40) -> Made:
    """Return an OpenAPI document; two of different seeds have about half of their operations' names in common.

    Args:
        seed: What it is made from.
        operations: How many.
        words: Words in each description.
    """
    draw = random.Random(seed)  # noqa: S311 - no secret
    paths: dict[str, dict[str, object]] = {}
    for number in range(operations):
        noun, method = _WORDS[number % len(_WORDS)], list(_VERBS)[number % len(_VERBS)]
        edition = f", edition {seed}" if draw.random() < 0.5 else ""
        paths.setdefault(f"/{noun}s/{number}/{{id}}", {})[method] = {
            "operationId": f"{method}{noun.title()}{number}",
            "summary": f"{_VERBS[method]} the {noun} number {number}{edition}",
            "description": " ".join(draw.choices(_WORDS, k=words)),
            "tags": [noun],
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
            "requestBody": {"content": {"application/json": {"schema": _ref(noun)}}},
            "responses": {"200": {"description": "Done", "content": {"application/json": {"schema": _ref(noun)}}}},
        }
    schemas = {
        noun.title(): {"type": "object", "properties": {word: {"type": "string"} for word in draw.sample(_WORDS, 8)}}
        for noun in _WORDS
    }
    tree = {
        "openapi": "3.0.3",
        "info": {"title": "Made up", "version": str(seed)},
        "paths": paths,
        "components": {"schemas": schemas},
    }
    return Made(json.dumps(tree).encode())


def _ref(noun: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{noun.title()}"}
