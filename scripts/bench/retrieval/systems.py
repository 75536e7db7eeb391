"""Who is asked: specdeck as it is, and by words alone; `parts` has it without others of its parts."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from engine import Engine, ModelShelf, Progress, folders, load_settings
from engine.models.client import WorkerClient, threads
from engine.models.protocol import Options
from engine.models.roles import Language
from scripts.bench.retrieval.report import say

DEPTH = 20
"""How many hits a system returns."""

Search = Callable[[str, str | None], Awaitable[Sequence[str]]]
"""From a question, and perhaps the one spec to search, to at most `DEPTH` hits, best first, as `SPEC:METHOD /path`."""


class System(NamedTuple):
    """Something that searches."""

    name: str
    search: Search


@asynccontextmanager
async def opened(home: Path, models: Path) -> AsyncGenerator[Engine]:
    """Open the library under a folder, with a folder of models."""
    where = folders({"SPECDECK_HOME": str(home), "SPECDECK_MODELS": str(models)})
    async with Engine(where, load_settings(where.config)) as engine:
        yield engine


@asynccontextmanager
async def own_embedder() -> AsyncGenerator[Language]:
    """Open the embedding model in a worker beside the engine's, to embed what the engine is not asked to."""
    where = folders()
    settings = load_settings(where.config)
    with TemporaryDirectory() as folder:
        worker = WorkerClient(log=Path(folder, "worker.log"), options=Options(threads=threads(settings.threads)))
        try:
            yield Language(worker, ModelShelf(where.models), settings)
        finally:
            await worker.close()


async def fill(engine: Engine, documents: dict[str, Path], *, vectors: bool = True) -> None:
    """Put documents into a library, by their names; what is there already is left as it is.

    Raises:
        SpecdeckError: One cannot be read, or there is no embedding model.
    """
    for name, document in documents.items():
        await engine.library.add(document, name=name)
    if vectors:
        await embed(engine)


async def embed(engine: Engine) -> None:
    """Give every operation its vectors."""

    def on_progress(progress: Progress) -> None:
        if progress.done % 1024 == 0 or progress.done == progress.total:
            say(f"embedded {progress.done:,} of {progress.total:,} texts, {progress.per_s:.0f} a second")

    await engine.library.embed(on_progress)


def variants(engine: Engine) -> list[System]:
    """Return specdeck, with meaning and by words alone."""

    def system(name: str, *, meaning: bool = True) -> System:
        async def search(question: str, spec: str | None) -> list[str]:
            found = await engine.questions.search(question, n=DEPTH, spec=spec, meaning=meaning)
            return [hit.ref for hit in found.hits]

        return System(name, search)

    return [system("specdeck"), system("  by words alone", meaning=False)]
