"""`python -m engine.models.export FOLDER`: write FOLDER/model.onnx from a sentence-transformers folder, and check it.

The graph of an embedding model holds the whole pipeline (transformer, pooling, L2 normalising), and gives the vectors
of tokens, too, where that of a text is their mean; the graph of a cross-encoder ends at its logit. Batch and length are
free, so that the worker needs neither torch nor sentence-transformers, which take ten seconds to import. The file
appears only if what it gives agrees with sentence-transformers. An embedding model is then quantised to 8 bits, which
makes it more than twice as fast, unless its vectors suffer. Exit status 0, or 1 with one sentence on stderr.
"""

import os
import sys
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.errors import ModelError
from engine.models.folders import kind

OPSET = 17
"""The first with a LayerNormalization operator of its own."""
MIN_COSINE = 0.9999
"""Agreement that is asked for; all-MiniLM-L6-v2 reaches 0.999999."""
MIN_QUANTISED_COSINE = 0.96
"""Agreement that is asked for of 8 bits; all-MiniLM-L6-v2 reaches 0.974, and finds the same operations."""
MAX_DIFFERENCE = 0.001
"""Largest difference of a relevance, from 0 to 1, that is let pass."""

SAMPLES = (
    "list users",
    "GET /repos/{owner}/{repo}/issues",
    "Create an issue in a repository, with a title, a body, labels and assignees.",
    "?",
    "",
    "créer un client, 顧客を作成する, создать клиента",
    *(" ".join(["Returns a page of invoices for the customer, newest first."] * n) for n in (1, 2, 4, 8, 16, 32, 64)),
    *(f"Operation {n}: update the {word} of a {thing}." for n, (word, thing) in enumerate(
        (word, thing) for word in ("status", "owner", "price") for thing in ("order", "project", "webhook", "key")
    )),
)  # fmt: skip
PAIRS = tuple((SAMPLES[number % 6], text) for number, text in enumerate(SAMPLES))


def export(folder: Path) -> None:
    """Write `model.onnx` into `folder`.

    Raises:
        ModelError: A library is missing, or what the exported graph gives is something else.
    """
    try:
        import sentence_transformers
        import torch
    except ImportError as error:
        raise ModelError("Exporting needs torch and sentence-transformers, which are not installed") from error
    options: dict[str, Any] = {
        "device": "cpu",
        "local_files_only": True,
        "model_kwargs": {"attn_implementation": "eager"},
    }
    aside = folder / f".model.onnx.{os.getpid()}"
    try:
        with torch.inference_mode():
            if kind(folder) == "rerank":
                _export_reranker(sentence_transformers.CrossEncoder(str(folder), **options).eval(), folder, aside)
            else:
                _export_embedder(
                    sentence_transformers.SentenceTransformer(str(folder), **options).eval(), folder, aside
                )
        aside.chmod(0o600)
        aside.replace(folder / "model.onnx")
    finally:
        aside.unlink(missing_ok=True)


def _export_embedder(model: Any, folder: Path, aside: Path) -> None:
    import torch

    from engine.models import embed

    def vectors(features: dict[str, Any]) -> Any:
        made = model(features)
        vector = torch.nn.functional.normalize(made["sentence_embedding"], dim=1)
        return (vector, made["token_embeddings"]) if of_tokens else vector

    def cosine(graph: Path) -> float:
        ours = embed.load_onnx(graph, folder, threads=2)(list(SAMPLES), "")
        return float((ours * theirs).sum(axis=1).min())

    theirs = model.encode(list(SAMPLES), prompt="", normalize_embeddings=True, show_progress_bar=False)
    features = model.tokenize(list(SAMPLES[:3]))
    of_tokens = _is_mean(model(features))
    _write(model, vectors, features, aside, ["output", "tokens"] if of_tokens else ["output"])
    if not (reached := cosine(aside)) >= MIN_COSINE:
        raise ModelError(f"The exported graph differs from sentence-transformers (cosine {reached:.4f})")
    quantised = aside.with_name(f"{aside.name}.8")
    try:
        _quantise(aside, quantised)
        if cosine(quantised) >= MIN_QUANTISED_COSINE:
            quantised.replace(aside)
    finally:
        quantised.unlink(missing_ok=True)


def _is_mean(made: Mapping[str, Any]) -> bool:
    """Tell whether a text's vector is the mean of those of its tokens: then so is that of a part of it."""
    import torch

    mask = made["attention_mask"].unsqueeze(-1).float()
    mean = (made["token_embeddings"] * mask).sum(dim=1) / mask.sum(dim=1)
    if mean.shape != made["sentence_embedding"].shape:
        return False
    return bool(torch.nn.functional.cosine_similarity(mean, made["sentence_embedding"]).min() >= MIN_COSINE)


def _export_reranker(model: Any, folder: Path, aside: Path) -> None:
    import torch

    from engine.models import rerank

    def logits(features: dict[str, Any]) -> Any:
        return model(features)["scores"]

    questions, texts = zip(*PAIRS[:3], strict=True)
    features = model.tokenizer(list(questions), list(texts), padding=True, return_tensors="pt")
    _write(model, logits, features, aside, ["output"])
    ours = torch.as_tensor(rerank.load_onnx(aside, folder, threads=2)(PAIRS))
    theirs = model.predict(list(PAIRS), activation_fn=torch.nn.Identity(), convert_to_tensor=True)
    difference = float((ours.sigmoid() - theirs.reshape(-1).sigmoid()).abs().max())
    if not difference <= MAX_DIFFERENCE:
        raise ModelError(f"The exported graph differs from sentence-transformers (by {difference:.4f})")


def _write(model: Any, compute: Any, features: Mapping[str, Any], aside: Path, outputs: list[str]) -> None:
    """Write the graph of `compute`, which takes features by name, uses the weights of `model` and gives `outputs`."""
    import torch

    names = [name for name in ("input_ids", "attention_mask", "token_type_ids") if name in features]

    class Pipeline(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *columns: Any) -> Any:
            return compute(dict(zip(names, columns, strict=True)))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Pipeline(),
            tuple(features[name] for name in names),
            str(aside),
            input_names=names,
            output_names=outputs,
            dynamic_axes={name: {0: "batch", 1: "length"} for name in (*names, "tokens")} | {"output": {0: "batch"}},
            opset_version=OPSET,
            dynamo=False,
        )


def _quantise(graph: Path, quantised: Path) -> None:
    """Write a graph anew with the weights of its layers, and what goes through them, as 8-bit integers.

    A scale for each channel; one for a whole matrix costs MiniLM a tenth of its cosine. Weights take 7 of the 8 bits,
    because processors without VNNI add up products of 8 bits in 16 and saturate.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(
        graph,
        quantised,
        op_types_to_quantize=["MatMul"],
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
        extra_options={"MatMulConstBOnly": True},
    )


def main() -> int:
    """Export the folder named on the command line."""
    os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1")
    folder = Path(sys.argv[1])
    try:
        export(folder)
    except ModelError as error:
        reason = str(error)
    # Whatever torch or the model's own code raises: this process has no other task than to say so.
    except Exception as error:  # noqa: BLE001
        reason = f"{folder.name} cannot be exported: {type(error).__name__}: {error}"
    else:
        return 0
    sys.stderr.write(reason.splitlines()[0] + "\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
