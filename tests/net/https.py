"""Real servers on loopback: one that speaks HTTPS with a certificate made for the test, and a proxy."""

import base64
import select
import socket
import socketserver
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

LARGE = b"0" * (3 * 1024 * 1024)
BODIES = {"/spec.json": b'{"a": 1}', "/large": LARGE, "/short": b"{", "/compressed": b"\x1f\x8b"}


def make_certificate(folder: Path) -> Path:
    """Make a certificate for localhost that vouches for itself.

    Returns:
        A file with both key and certificate; the certificate alone is in the file of the same name with `.crt` behind.
    """
    path = folder / "both.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
    subprocess.run(
        [
            *command.split(),
            "-addext",
            "subjectAltName=DNS:localhost,DNS:outside.example",
            "-keyout",
            path,
            "-out",
            f"{path}.crt",
        ],
        check=True,
        capture_output=True,
    )
    path.write_bytes(path.read_bytes() + Path(f"{path}.crt").read_bytes())
    return path


class Handler(BaseHTTPRequestHandler):
    """Behaves well and badly, by path."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer."""
        path = self.path.partition("?")[0]
        self.close_connection = True
        server = self.server
        assert isinstance(server, Server)
        if path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", self.path.partition("?")[2])
            self.end_headers()
        elif path == "/closed":
            known = self.headers["Authorization"] == f"Basic {base64.b64encode(b'me:s3cret').decode()}"
            self._body("/spec.json" if known else "/none", server.bodies)
        elif path == "/silent":
            server.over.wait()
        elif path == "/drip":
            self._drip(server.over, b"HTTP/1.1 200 OK\r\nX-Slow: ", b"0")
        elif path == "/dripping-body":
            self._drip(server.over, b"HTTP/1.1 200 OK\r\n\r\n", b"0")
        elif path == "/endless":
            self._flood(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b"0" * 65536 + b"\r\n")
        elif path == "/endless-headers":
            self._flood(b"HTTP/1.1 200 OK\r\n", b"X-More: " + b"0" * 1000 + b"\r\n")
        elif path == "/no-http":
            self.wfile.write(b"\x00\x01\x02\x03 220 mail.example ESMTP\r\n\r\n")
        else:
            self._body(path, server.bodies)

    def _body(self, path: str, bodies: dict[str, bytes]) -> None:
        self.send_response(200 if path in bodies else 404)
        body = bodies.get(path, b"nothing here")
        self.send_header("Content-Length", str(len(body) + 100 * (path == "/short")))
        if path == "/compressed":
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(body)

    def _drip(self, over: threading.Event, head: bytes, drop: bytes) -> None:
        """Send a byte now and then, so that no read waits for long and none is the last."""
        self.wfile.write(head)
        while not over.wait(0.02):
            self.wfile.write(drop)

    def _flood(self, head: bytes, more: bytes) -> None:
        self.wfile.write(head)
        while True:
            self.wfile.write(more)

    def handle(self) -> None:
        """Answer, and let go of clients that have left."""
        try:
            super().handle()
        except OSError:
            return

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


class Server(ThreadingHTTPServer):
    """A server whose clients may leave in the middle of a handshake; closing it waits for their threads."""

    daemon_threads = False
    over: threading.Event
    bodies: dict[str, bytes]

    def handle_error(self, *_: object) -> None:
        """Keep quiet."""


@contextmanager
def https(certificate: Path | None, served: bytes = b"") -> Iterator[str]:
    """Run a server; yields its address. Without a certificate it speaks plain HTTP; `served` is at `/served`."""
    with Server(("127.0.0.1", 0), Handler) as running:
        running.over, running.bodies = threading.Event(), BODIES | {"/served": served}
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            running.socket = context.wrap_socket(running.socket, server_side=True, do_handshake_on_connect=False)
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"http{'s' * bool(certificate)}://localhost:{running.server_port}"
        running.over.set()
        running.shutdown()
        thread.join()


class Tunnel(socketserver.StreamRequestHandler):
    """Takes CONNECT, and leads every name to this machine."""

    def handle(self) -> None:
        """Answer a client: 407 without the right password, else a tunnel."""
        server = self.server
        assert isinstance(server, Proxy)
        head = b""
        while not head.endswith(b"\r\n\r\n") and (line := self.rfile.readline()):
            head += line
        if not head:  # a client that did not believe the certificate
            return
        server.asked.append(head.decode())
        if server.password and f"Basic {base64.b64encode(server.password.encode()).decode()}" not in head.decode():
            self.wfile.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            return
        port = int(head.split()[1].rpartition(b":")[2])
        with socket.socket() as there:  # which asks no name server, that a test may have replaced
            there.connect(("127.0.0.1", port))
            self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
            ways = {self.connection: there, there: self.connection}
            while ready := select.select(list(ways), [], [])[0]:
                for end in ready:
                    if not (data := end.recv(65536)):
                        return
                    ways[end].sendall(data)


class Proxy(socketserver.ThreadingTCPServer):
    """A proxy on loopback.

    Args:
        password: `user:password` that it asks for; any may use it where empty.
        certificate: It speaks TLS itself.
    """

    def __init__(self, password: str = "", certificate: Path | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Tunnel)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.password = password
        self.asked: list[str] = []
        """The head of each request."""

    def handle_error(self, *_: object) -> None:
        """Keep quiet."""


@contextmanager
def proxy(password: str = "", certificate: Path | None = None) -> Iterator[Proxy]:
    """Run a proxy."""
    with Proxy(password, certificate) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield running
        running.shutdown()
        thread.join()
