"""`python -m engine.models.export FOLDER`: write FOLDER/model.onnx from a sentence-transformers folder, and check it.

The graph holds the whole pipeline (transformer, pooling, L2 normalising), with batch and length free, so that the
worker needs neither torch nor sentence-transformers, which take ten seconds to import. The file appears only if its
vectors agree with those of sentence-transformers. Exit status 0, or 1 with one sentence on stderr.
"""

import os
import sys
import warnings
from pathlib import Path
from typing import Any

from engine.errors import ModelError

OPSET = 17
"""The first with a LayerNormalization operator of its own."""
MIN_COSINE = 0.9999
"""Agreement that is asked for; all-MiniLM-L6-v2 reaches 0.999999."""

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


def export(folder: Path) -> float:
    """Write `model.onnx` into `folder` and return the lowest cosine to sentence-transformers over `SAMPLES`.

    Raises:
        ModelError: A library is missing, or the exported graph gives other vectors.
    """
    try:
        import torch
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise ModelError("Exporting needs torch and sentence-transformers, which are not installed") from error
    from engine.models import embed

    model: Any = SentenceTransformer(
        str(folder), device="cpu", local_files_only=True, model_kwargs={"attn_implementation": "eager"}
    ).eval()
    features = model.tokenize(list(SAMPLES[:3]))
    names = [name for name in ("input_ids", "attention_mask", "token_type_ids") if name in features]

    class Pipeline(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *columns: Any) -> Any:
            vectors = self.model(dict(zip(names, columns, strict=True)))["sentence_embedding"]
            return torch.nn.functional.normalize(vectors, dim=1)

    aside = folder / f".model.onnx.{os.getpid()}"
    try:
        with torch.inference_mode(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.onnx.export(
                Pipeline(),
                tuple(features[name] for name in names),
                str(aside),
                input_names=names,
                output_names=["embedding"],
                dynamic_axes={name: {0: "batch", 1: "length"} for name in names} | {"embedding": {0: "batch"}},
                opset_version=OPSET,
                dynamo=False,
            )
        ours = embed.load_onnx(aside, folder, threads=2)(list(SAMPLES))
        theirs = model.encode(list(SAMPLES), normalize_embeddings=True, show_progress_bar=False)
        cosine = float((ours * theirs).sum(axis=1).min())
        if not cosine >= MIN_COSINE:
            raise ModelError(f"The exported graph differs from sentence-transformers (cosine {cosine:.4f})")
        aside.chmod(0o600)
        aside.replace(folder / "model.onnx")
        return cosine
    finally:
        aside.unlink(missing_ok=True)


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
