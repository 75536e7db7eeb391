"""A real server of large files on loopback: it knows ranges, or not, and breaks off where it is told to."""

import re
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple


class Asked(NamedTuple):
    """One request."""

    path: str
    range: str
    version: str
    """Of `If-Range`."""


class Handler(BaseHTTPRequestHandler):
    """Serves the files of its server."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer with a file, or a part of it."""
        server = self.server
        assert isinstance(server, Files)
        self.close_connection = True
        asked = Asked(self.path, self.headers.get("Range", ""), self.headers.get("If-Range", ""))
        server.asked.append(asked)
        if self.path not in server.files:
            self.send_error(404)
            return
        body, tag = server.files[self.path], f'"{server.version}"'
        begin = 0
        if server.ranges and (found := re.fullmatch(r"bytes=(\d+)-", asked.range)) and asked.version == tag:
            begin = int(found[1])
            if begin >= len(body):
                self.send_error(416)
                return
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {begin}-{len(body) - 1}/{len(body)}")
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(len(body) - begin))
        self.send_header("ETag", tag)
        self.end_headers()
        end = begin + server.breaks.pop(0) if server.breaks else len(body)
        self.wfile.write(body[begin:end])

    def handle(self) -> None:
        """Answer, and let go of clients that have left."""
        try:
            super().handle()
        except OSError:
            return

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


class Files(ThreadingHTTPServer):
    """What it has, and what it was asked.

    Attributes:
        files: Path → content.
        ranges: Whether it gives parts.
        version: Of all files.
        breaks: After how many bytes each of the next answers breaks off.
        asked: The requests.
    """

    daemon_threads = False

    def __init__(self, certificate: Path) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.files: dict[str, bytes] = {}
        self.ranges = True
        self.version = "1"
        self.breaks: list[int] = []
        self.asked: list[Asked] = []

    @property
    def address(self) -> str:
        """Where it is."""
        return f"https://localhost:{self.server_port}"

    def handle_error(self, *_: object) -> None:
        """Keep quiet."""


@contextmanager
def serving(certificate: Path) -> Iterator[Files]:
    """Run a server."""
    with Files(certificate) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield running
        running.shutdown()
        thread.join()
