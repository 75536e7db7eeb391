import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.observe.logging import log_to_file


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    """A log of its own; what the loggers were is restored afterwards."""
    loggers = [logging.getLogger(name) for name in ("engine", "tui")]
    before = [(logger, logger.handlers, logger.propagate, logger.level) for logger in loggers]
    for logger in loggers:
        logger.handlers = []
    log_to_file(tmp_path / "specdeck.log")
    yield tmp_path / "specdeck.log"
    for handler in loggers[0].handlers:
        handler.close()
    for logger, handlers, propagate, level in before:
        logger.handlers, logger.propagate = handlers, propagate
        logger.setLevel(level)


def test_no_secret_gets_into_the_log(log: Path) -> None:
    """Neither the message nor the error that came with it holds one; the rest of the line stays."""
    logger = logging.getLogger("engine.models.remote")
    try:
        int("api_key=4f9a8b7c6d5e")
    except ValueError:
        logger.exception("POST https://me:pw@a.example/x?token=a1b2c3 with %s", "Authorization: Bearer abc123def456")
    [line] = log.read_text().splitlines()
    event = json.loads(line)
    assert event["event"].startswith("POST https://REDACTED@a.example/x?token=REDACTED with Authorization: Bearer RED")
    assert "ValueError" in event["exception"]
    assert event["logger"] == "engine.models.remote"
    assert not [secret for secret in ("4f9a8b7c6d5e", "pw@", "a1b2c3", "abc123def456") if secret in line]
