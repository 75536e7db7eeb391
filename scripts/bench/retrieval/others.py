"""What a user would pick instead: a vector database with the same embedding model, and plain BM25.

Both get what one would give them: method, path, summary and description of each operation.
"""

import hashlib
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from engine.search.search import Embed
from engine.specs.read import read
from scripts.bench.retrieval.questions import Api
from scripts.bench.retrieval.report import say
from scripts.bench.retrieval.systems import DEPTH, System

_BATCH = 256
_ADD = 5000
"""Most that Chroma takes at a time is 5,461."""


class Document(NamedTuple):
    """An operation as the others get it."""

    ref: str
    spec: str
    text: str


def documents(apis: Sequence[Api]) -> list[Document]:
    """Return all operations of some APIs."""
    return [
        Document(
            ref=f"{api.name}:{operation.key}",
            spec=api.name,
            text="\n".join(filter(None, (operation.key, operation.summary, operation.description))),
        )
        for api in apis
        for operation in read(api.document.read_bytes()).operations
        if not operation.incoming
    ]


async def others(apis: Sequence[Api], embed: Embed, keep: Path) -> list[System]:
    """Return those that are installed, filled with the operations of some APIs.

    Args:
        apis: What they can find.
        embed: The embedding model.
        keep: Folder for the vectors of the texts, which take minutes.
    """
    texts = documents(apis)
    systems = []
    if installed("bm25s"):
        systems.append(bm25(texts))
    if installed("chromadb"):
        systems.append(await chroma(texts, embed, keep))
    return systems


def installed(package: str) -> bool:
    """Tell whether a package is there; if not, say how to get it."""
    if find_spec(package) is not None:
        return True
    say(
        f"{package} is missing and left out; to compare with it: .venv/bin/pip install -c constraints.txt -e '.[bench]'"
    )
    return False


def bm25(texts: Sequence[Document]) -> System:
    """Return bm25s as it comes: its tokens, English stop words left out, Lucene's BM25."""
    import numpy as np

    bm25s: Any = import_module("bm25s")
    index = bm25s.BM25()
    index.index(bm25s.tokenize([text.text for text in texts], stopwords="en", show_progress=False), show_progress=False)
    specs = np.array([text.spec for text in texts])

    async def search(question: str, spec: str | None) -> list[str]:
        tokens = bm25s.tokenize([question], stopwords="en", show_progress=False)
        mask = None if spec is None else (specs == spec).astype("float32")
        found, scores = index.retrieve(tokens, k=min(DEPTH, len(texts)), weight_mask=mask, show_progress=False)
        return [
            texts[number].ref for number, score in zip(found[0].tolist(), scores[0].tolist(), strict=True) if score > 0
        ]

    return System("BM25 (bm25s)", search)


async def chroma(texts: Sequence[Document], embed: Embed, keep: Path) -> System:
    """Return Chroma in memory, with vectors from specdeck's embedding model, compared by cosine."""
    import numpy as np

    vectors = np.frombuffer(b"".join(await _embedded(texts, embed, keep)), dtype="<f4").reshape(len(texts), -1)
    chromadb: Any = import_module("chromadb")
    client = chromadb.EphemeralClient(chromadb.Settings(anonymized_telemetry=False))
    # Its own embedding function would be fetched from the network. One thread makes the same graph each time.
    collection = client.get_or_create_collection(
        f"operations-{len(texts)}",
        embedding_function=None,
        configuration={"hnsw": {"space": "cosine", "num_threads": 1}},
    )
    for first in range(0, len(texts), _ADD):
        part = range(first, min(first + _ADD, len(texts)))
        collection.add(
            ids=[str(number) for number in part],
            embeddings=vectors[part.start : part.stop],
            metadatas=[{"spec": texts[number].spec} for number in part],
        )

    async def search(question: str, spec: str | None) -> list[str]:
        vector = np.frombuffer((await embed([question]))[0], dtype="<f4")
        where = None if spec is None else {"spec": spec}
        found = collection.query(query_embeddings=[vector], n_results=DEPTH, where=where, include=[])
        return [texts[int(number)].ref for number in found["ids"][0]]

    return System("Chroma, the same embedding model", search)


async def _embedded(texts: Sequence[Document], embed: Embed, keep: Path) -> list[bytes]:
    """Return the vectors of texts, from the file of the last time where they are the same texts."""
    digest = hashlib.sha256("\0".join(text.text for text in texts).encode()).hexdigest()
    file = keep / f"others-{digest[:16]}.f32"
    if not file.exists():
        by_length = sorted(range(len(texts)), key=lambda number: len(texts[number].text))  # A batch is padded.
        vectors: dict[int, bytes] = {}
        for first in range(0, len(by_length), _BATCH):
            numbers = by_length[first : first + _BATCH]
            found = await embed([texts[number].text for number in numbers])
            vectors.update(zip(numbers, found, strict=True))
            say(f"embedded {len(vectors):,} of {len(texts):,} texts for Chroma")
        file.write_bytes(b"".join(vectors[number] for number in range(len(texts))))
    data = file.read_bytes()
    size = len(data) // len(texts)
    return [data[first : first + size] for first in range(0, len(data), size)]
