"""A cross-encoder made of modules, as Ettin's rerankers are: imported, exported, beside the real library's numbers."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from engine.errors import ModelFileError
from engine.models.client import WorkerClient
from engine.models.process import child_environment
from engine.models.shelf import ModelShelf

BUILD = """
import json, sys, torch
from sentence_transformers import CrossEncoder
from sentence_transformers.base.modules import Dense, Transformer
from sentence_transformers.sentence_transformer.modules import LayerNorm, Pooling
from transformers import AutoTokenizer, ModernBertConfig, ModernBertModel

tokenizer, base, folder, pairs = sys.argv[1:]
torch.manual_seed(7)
tokens = AutoTokenizer.from_pretrained(tokenizer)
config = ModernBertConfig(
    vocab_size=len(tokens), hidden_size=32, intermediate_size=48, num_hidden_layers=3, num_attention_heads=4,
    global_attn_every_n_layers=2, local_attention=16, initializer_range=0.3, pad_token_id=tokens.pad_token_id,
    cls_token_id=tokens.cls_token_id, sep_token_id=tokens.sep_token_id,
)
ModernBertModel(config).save_pretrained(base)
tokens.save_pretrained(base)
between = {"module_input_name": "sentence_embedding", "module_output_name": "sentence_embedding"}
last = {"module_input_name": "sentence_embedding", "module_output_name": "scores"}
model = CrossEncoder(
    device="cpu",
    modules=[
        Transformer(base, transformer_task="feature-extraction"),
        Pooling(32, "cls"),
        Dense(32, 32, bias=False, activation_function=torch.nn.GELU(), **between),
        LayerNorm(32),
        Dense(32, 1, activation_function=torch.nn.Identity(), **last),
    ],
)
torch.nn.init.normal_(model[4].linear.weight)
model.save(folder)
logits = CrossEncoder(folder, device="cpu").predict(json.loads(pairs), activation_fn=torch.nn.Identity())
print(json.dumps(logits.reshape(-1).tolist()))
"""
QUESTION = "how do I close an issue"
TEXTS = [
    "Close an issue in a repository",
    "",
    "GET /users/{id}",
    "Füge einen Kommentar hinzu",
    *(f"The {what} of an order, " * n for n in (1, 3, 9, 27) for what in ("status", "price", "owner")),
]


class Modular(NamedTuple):
    """A folder, and what the real library says of the pairs."""

    folder: Path
    logits: list[float]


@pytest.fixture(scope="module")
def modular(embedding_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Modular:
    """A tiny one with random weights: a transformer, its first token, Dense, LayerNorm, Dense."""
    made = tmp_path_factory.mktemp("modular")
    pairs = json.dumps([(QUESTION, text) for text in TEXTS])
    # In a process of its own: torch and FAISS in one bring two OpenMP runtimes.
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", BUILD, embedding_model, made / "base", made / "tiny", pairs],
        env=child_environment(),
        check=True,
        capture_output=True,
    )
    return Modular(made / "tiny", json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.slow
async def test_a_head_of_modules_is_imported_and_agrees(client: WorkerClient, modular: Modular, tmp_path: Path) -> None:
    """The graph has the whole head: its logits in the worker are those of the real CrossEncoder."""
    entry = ModelShelf(tmp_path / "models").import_file(modular.folder)
    assert (entry.name, entry.role) == ("tiny", "rerank")
    assert entry.path is not None
    assert (entry.path / "model.onnx").is_file()
    ours = await client.rerank(entry.path, QUESTION, TEXTS, budget_s=60)
    assert ours == pytest.approx(modular.logits, abs=1e-3)
    assert np.corrcoef(np.array(ours, float), np.array(modular.logits))[0, 1] > 0.9999
    assert np.std(modular.logits) > 0.1


@pytest.mark.slow
def test_a_head_that_brings_code_or_gives_no_score_is_refused(modular: Modular, tmp_path: Path) -> None:
    """A function of others in a module's settings would be imported and called; several numbers are no score."""

    def refused(module: str, reason: str, **changes: object) -> None:
        folder = shutil.copytree(modular.folder, tmp_path / "copy")
        config = folder / module / "config.json"
        config.write_text(json.dumps(json.loads(config.read_text()) | changes))
        with pytest.raises(ModelFileError, match=reason):
            ModelShelf(tmp_path / "models").import_file(folder)
        shutil.rmtree(folder)

    refused("2_Dense", "code of its own", activation_function="os.abort")
    refused("4_Dense", "classifier with 3 labels", out_features=3)
    refused("", "auto_map", auto_map={})
    assert not (tmp_path / "models").exists()
