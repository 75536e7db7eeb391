"""Puts the rooms together: the only place where the parts of the engine are made."""

import logging
from contextlib import suppress
from functools import partial

import msgspec

from engine.answer.ladder import Rung
from engine.answer.parts import Parts
from engine.answer.remembered import Answers
from engine.doors.apart import Apart
from engine.doors.health import HealthDoor
from engine.doors.library import LibraryDoor
from engine.doors.models import ModelsDoor
from engine.doors.questions import QuestionsDoor
from engine.doors.review import ReviewDoor
from engine.doors.sessions import SessionsDoor
from engine.doors.views import Views
from engine.errors import LibraryError
from engine.library.index import outdated
from engine.library.sessions import Sessions
from engine.library.store import Library
from engine.models.client import WorkerClient, WorkerEvent, threads
from engine.models.protocol import Limits, Options
from engine.models.remote.use import RemoteInUse
from engine.models.roles import Language, model_of
from engine.models.sharing import Sharing
from engine.models.shelf import ModelShelf
from engine.models.tuning import Tunings, chosen
from engine.observe.health import BreakerChange, WorkerState
from engine.observe.logging import log_to_file
from engine.observe.metrics import Metrics
from engine.observe.running import Programs
from engine.search.embeddings import Embeddings
from engine.search.search import Searcher
from engine.search.vectors import VectorIndex
from engine.search.words.terms import TermIndex
from engine.settings import Folders, Settings

log = logging.getLogger(__name__)

REMOTE_PROMPT_TOKENS = 4000
"""Longest prompt for a remote model: with its answer it stays below the 6,000 tokens a minute of Groq's free tier."""


class Wired(msgspec.Struct, frozen=True, kw_only=True):
    """An open engine: its doors, and what is to be closed."""

    library_door: LibraryDoor
    questions: QuestionsDoor
    sessions: SessionsDoor
    models: ModelsDoor
    review: ReviewDoor
    health: HealthDoor
    library: Library
    worker: WorkerClient
    embeddings: Embeddings
    upgraded: int
    """Entries that an older specdeck had added and that were indexed anew."""


def wire(folders: Folders, settings: Settings, *, stays: bool) -> Wired:
    """Open the library and make the rest around it. No process is started and no model is read.

    What an older specdeck has added is indexed anew first, which takes a second for a thousand operations.

    Raises:
        LibraryError: The library cannot be opened.
    """
    log_to_file(folders.log)
    library = Library(folders.library)
    upgraded = _upgraded(library)
    sharing = (Sharing.HOST if stays else Sharing.JOIN) if settings.share_worker else Sharing.OWN
    worker = WorkerClient(
        log=folders.worker_log,
        options=Options(
            threads=threads(settings.threads, settings.cores),
            limits=Limits(memory_mb=settings.memory_mb, cores=settings.cores),
            prefixes=str(folders.prefixes),
        ),
        on_event=_log_worker,
        sharing=sharing,
        measured=partial(chosen, Tunings(folders.tunings), settings.threads),
    )
    metrics = Metrics()

    def note(change: BreakerChange) -> None:
        metrics.changes.append(change)
        _log_breaker(change)

    language = Language(worker, ModelShelf(folders.models), settings, note)
    elsewhere = RemoteInUse(settings, folders.config, note)
    kept_as = language.vectors_name()
    vectors = VectorIndex(library, kept_as, folders.data, lambda model: language.runs(model_of(model)))
    embeddings = Embeddings(
        library,
        lambda texts: language.embed_questions(texts, vectors.model),
        lambda: language.question_identity(vectors.model),
    )
    searcher = Searcher(
        library,
        TermIndex(library, folders.data),
        vectors,
        embeddings,
        language.rerank if settings.rerank_model else None,
        metrics,
    )
    if upgraded:
        searcher.prepare()
    views = Views(library, kept_as)
    library_door = LibraryDoor(
        library, views, language, settings, searcher.prepare, Apart(folders, settings) if stays else None
    )
    answers = Answers(embeddings, settings)
    answering = Parts(
        library=library,
        searcher=searcher,
        rungs=_rungs(language, elsewhere, settings),
        metrics=metrics,
        answers=answers,
        prose=settings.prose,
    )
    return Wired(
        library_door=library_door,
        questions=QuestionsDoor(answering),
        sessions=SessionsDoor(_sessions(library, settings)),
        models=ModelsDoor(language, searcher, elsewhere),
        review=ReviewDoor(library, library_door.read),
        health=HealthDoor(
            language,
            elsewhere,
            views,
            metrics,
            lambda: (*embeddings.health(), *answers.health()),
            Programs(folders.running, stays=stays),
        ),
        library=library,
        worker=worker,
        embeddings=embeddings,
        upgraded=upgraded,
    )


def _sessions(library: Library, settings: Settings) -> Sessions:
    """Return the sessions; those that are too old are gone."""
    sessions = Sessions(library)
    if settings.keep_sessions_days:
        with suppress(LibraryError):  # where that cannot be done now, the next one does it
            sessions.expire(settings.keep_sessions_days)
    return sessions


def _upgraded(library: Library) -> int:
    """Return how many entries of an older specdeck were indexed anew."""
    if not outdated(library):
        return 0
    from engine.indexing.index import upgrade  # and all that adding needs

    return upgrade(library)


def _rungs(language: Language, elsewhere: RemoteInUse, settings: Settings) -> tuple[Rung, ...]:
    """Return who can write prose, in the order that the user prefers."""
    local = Rung(
        name="local",
        model=settings.chat_model,
        breaker=language.local,
        load=language.load_chat,
        stream=language.write,
        prompt_tokens=language.prompt_tokens,
    )
    remote = Rung(
        name="remote",
        model=settings.remote_model,
        breaker=elsewhere.breaker,
        load=elsewhere.remote.load,
        stream=elsewhere.remote.stream,
        prompt_tokens=lambda: REMOTE_PROMPT_TOKENS,
        is_on=lambda: elsewhere.is_on,
        key_mark=elsewhere.remote.key_mark,
        outgoing=elsewhere.remote.outgoing,
        stages=("preparing the request", "waiting for the remote model"),
    )
    return (remote, local) if settings.remote_first else (local, remote)


def _log_breaker(change: BreakerChange) -> None:
    log.info(
        "breaker of %s: %s, then %s (next try in %.0f s) %s",
        change.name, change.before.value, change.after.value, change.retry_s, change.cause,
    )  # fmt: skip


def _log_worker(event: WorkerEvent) -> None:
    if event.state not in (WorkerState.READY, WorkerState.BUSY):  # these two change with every request
        log.info("worker %s (process %d) %s", event.state.value, event.pid, event.detail)
