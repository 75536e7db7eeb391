"""Runs the process that plays Groq, and asks it what it saw."""

import base64
import json
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

_numbers = count()


class Groq:
    """The process, as a test sees it.

    Args:
        address: Where it serves.
        certificate: What it proves itself with; empty where it speaks plain HTTP.
    """

    def __init__(self, address: str, certificate: str) -> None:
        self.address = address
        self._tls = ssl.create_default_context(cafile=certificate) if certificate else None

    def url(self, scene: str) -> str:
        """Return a base address of its own where the server plays a scene; see `groq.py`."""
        return f"{self.address}/{scene}/{next(_numbers)}/v1"

    def saying(self, text: str) -> str:
        """Return a base address where the server answers with this text."""
        return f"{self.address}/say/{base64.urlsafe_b64encode(text.encode()).decode()}/v1"

    def sending(self, data: bytes) -> str:
        """Return a base address where the server sends these bytes, whatever they are."""
        return f"{self.address}/raw/{base64.urlsafe_b64encode(data).decode()}/v1"

    def seen(self, url: str) -> list[dict[str, Any]]:
        """Return the requests to a base address."""
        path = "/".join(url.removeprefix(self.address).split("/")[:3])
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=self._tls)
        )
        with opener.open(f"{self.address}/seen{path}", timeout=60) as answer:
            listed: list[dict[str, Any]] = json.load(answer)
        return listed

    def wait_until_left(self, url: str) -> None:
        """Wait until the client of the last request to a base address has left before its answer was complete."""
        while not self.seen(url)[-1]["left"]:
            pass  # each look is a request to another process


@contextmanager
def groq(certificate: Path | None = None) -> Iterator[Groq]:
    """Run the server; with a certificate (see `tests.net.https.make_certificate`) it speaks TLS."""
    command = [sys.executable, str(Path(__file__).with_name("groq.py")), *([str(certificate)] if certificate else [])]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        port = int(process.stdout.readline())
        host = "https://localhost" if certificate else "http://127.0.0.1"
        try:
            yield Groq(f"{host}:{port}", f"{certificate}.crt" if certificate else "")
        finally:
            process.stdin.close()
            process.wait()
