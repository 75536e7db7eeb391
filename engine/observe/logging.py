"""The log: JSON lines in a file that rotates. Nothing ever goes to stdout or stderr, which belong to the screen.

What looks like a secret is replaced before a line is written.

Modules log with `logging.getLogger(__name__)`; structlog gives a line its form, and is imported with the first one.
"""

import logging
import os
from collections.abc import Mapping, MutableMapping
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from engine.settings import private_folder

MAX_BYTES = 10 * 2**20
BACKUPS = 5
"""So a log takes 60 MB at most."""


def log_to_file(path: Path) -> None:
    """Send what `engine` and `tui` log to `path`, which is made with the first line. Calling it again moves the log."""
    handler = _PrivateFile(path, maxBytes=MAX_BYTES, backupCount=BACKUPS, delay=True, encoding="utf-8")
    handler.setFormatter(_JsonLine())
    for name in ("engine", "tui"):
        logger = logging.getLogger(name)
        for before in logger.handlers:
            before.close()
        logger.handlers = [handler]
        logger.propagate = False
        logger.setLevel(logging.INFO)


class _PrivateFile(RotatingFileHandler):
    def _open(self) -> TextIOWrapper:
        """Open the file so that only its owner can read it."""
        private_folder(Path(self.baseFilename).parent)
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return os.fdopen(descriptor, "a", encoding=self.encoding)


def _without_secrets(_logger: object, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    from engine.secrets.redact import redact_text

    return {key: redact_text(value) if isinstance(value, str) else value for key, value in event.items()}


class _JsonLine(logging.Formatter):
    _formatter: logging.Formatter | None = None

    def format(self, record: logging.LogRecord) -> str:
        """Return a record as one line of JSON."""
        if self._formatter is None:
            import structlog

            self._formatter = structlog.stdlib.ProcessorFormatter(
                foreign_pre_chain=[
                    structlog.stdlib.add_log_level,
                    structlog.stdlib.add_logger_name,
                    structlog.processors.TimeStamper(fmt="iso", utc=True),
                    structlog.processors.format_exc_info,
                    _without_secrets,
                ],
                processors=[
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.JSONRenderer(),
                ],
            )
        return self._formatter.format(record)
