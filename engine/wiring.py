"""Puts the rooms together: the only place where the parts of the engine are made."""

import logging

import msgspec

from engine.answer.ladder import Rung
from engine.answer.parts import Parts
from engine.documents import Documents
from engine.library.store import Library
from engine.models.breaker import Breaker
from engine.models.client import WorkerClient, WorkerEvent, WorkerState, threads
from engine.models.roles import Language
from engine.models.shelf import ModelShelf
from engine.observe.logging import log_to_file
from engine.observe.metrics import Metrics
from engine.search.search import Searcher
from engine.search.terms import TermIndex
from engine.search.vectors import VectorIndex
from engine.settings import Folders, Settings

log = logging.getLogger(__name__)


class Wired(msgspec.Struct, frozen=True, kw_only=True):
    """The parts of an open engine."""

    library: Library
    documents: Documents
    worker: WorkerClient
    language: Language
    searcher: Searcher
    breaker: Breaker
    metrics: Metrics
    answering: Parts


def wire(folders: Folders, settings: Settings) -> Wired:
    """Open the library and make the rest around it. No process is started and no model is read.

    Raises:
        LibraryError: The library cannot be opened.
    """
    log_to_file(folders.log)
    library = Library(folders.library)
    worker = WorkerClient(log=folders.worker_log, threads=threads(settings.threads), on_event=_log_worker)
    language = Language(worker, ModelShelf(folders.models), settings)
    metrics = Metrics()
    searcher = Searcher(
        library,
        TermIndex(library, folders.data),
        VectorIndex(library, settings.embedding_model, folders.data),
        language.embed,
        language.rerank if settings.rerank_model else None,
        metrics,
    )
    breaker = Breaker(settings.breaker_failures, settings.breaker_reset_s)
    return Wired(
        library=library,
        documents=Documents(library, settings),
        worker=worker,
        language=language,
        searcher=searcher,
        breaker=breaker,
        metrics=metrics,
        answering=Parts(
            library=library,
            searcher=searcher,
            rungs=(Rung(name="local", breaker=breaker, load=language.load_chat, stream=language.write),),
            model=settings.chat_model,
            metrics=metrics,
        ),
    )


def _log_worker(event: WorkerEvent) -> None:
    if event.state not in (WorkerState.READY, WorkerState.BUSY):  # these two change with every request
        log.info("worker %s (process %d) %s", event.state.value, event.pid, event.detail)
