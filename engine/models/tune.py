"""`specdeck models tune`: lets a child find how a chat model runs fastest on this machine, and keeps that."""

import os
import subprocess
from collections.abc import Iterator

import msgspec

from engine.children import python_module
from engine.errors import WorkerError
from engine.models import preflight
from engine.models.client import threads
from engine.models.deaths import describe_exit
from engine.models.process import child_environment
from engine.models.protocol import Limits
from engine.models.shelf import ModelShelf
from engine.models.tuning import Measured, Trial, Tunings, identity, machine
from engine.settings import Folders, private_folder

_decoder = msgspec.json.Decoder(Trial)


SECONDS = 45.0
"""For how long rounds of measures begin: with loading the model and the last round it stays within a minute."""


def tune(name: str, where: Folders, most_cores: int = 0, seconds: float = SECONDS) -> Iterator[Trial]:
    """Yield each way to run a chat model that was tried, the best one last, which is kept.

    Args:
        name: The model's name on the shelf.
        where: Where models, logs and what is found are kept.
        most_cores: Cores that it may keep busy; 0 for no limit. Memory has none: several ways to run the model stand
            side by side, of which the worker has one.
        seconds: Time for it; more of it is more certain.

    Raises:
        ModelFileError: The file is missing, damaged or no chat model.
        WorkerError: The child failed, or what was found cannot be kept.
    """
    model, log = ModelShelf(where.models).path(name), where.worker_log
    preflight.check(model)
    private_folder(log.parent)
    limits = msgspec.json.encode(Limits(cores=most_cores)).decode()
    command = python_module("engine.models.tuner", str(model), limits, str(threads(0, most_cores)), str(seconds))
    trial: Trial | None = None
    try:
        with os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "wb") as printed:
            child = subprocess.Popen(  # noqa: S603 # our own module, and a path as an argument of its own
                command, env=child_environment(), stdout=subprocess.PIPE, stderr=printed
            )
        with child:
            try:
                for line in child.stdout or ():
                    trial = _decoder.decode(line)
                    yield trial
            finally:
                child.kill()
    except OSError as error:
        raise WorkerError(f"The model cannot be measured: {error}") from error
    if trial is None or trial.step != "best":
        raise WorkerError(
            f"The model cannot be measured: {describe_exit(child.returncode)}", hint=f"See what it printed in {log}"
        )
    try:
        Tunings(where.tunings).keep(
            Measured(machine=machine(), model=identity(model), tuning=trial.tuning, speed=trial.speed)
        )
    except OSError as error:
        raise WorkerError(f"What was measured cannot be kept: {error}") from error
