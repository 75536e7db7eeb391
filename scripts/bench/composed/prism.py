"""Stoplight Prism at work for one document, and what it says of a request."""

import asyncio
import base64
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from engine.calls.languages.curl import curl
from engine.calls.records import Call

START_S = 120.0
"""Seconds after which a document counts as one that Prism cannot load."""
_LISTENING = b"Prism is listening"
_SECONDS = 60
"""Seconds for one request."""
_REFUSALS = frozenset(
    "UNPROCESSABLE_ENTITY UNAUTHORIZED INVALID_CONTENT_TYPE NO_PATH_MATCHED_ERROR NO_METHOD_MATCHED_ERROR".split()
)
"""Kinds of Prism's own errors that say something against a request (its errors.ts); others are about the response that
it would make up."""
_ITS_OWN = "VIOLATIONS"
"""What Prism calls it when the response that it made up does not fit, while it has nothing against the request."""
_DIGEST = 'username="user", realm="api", nonce="abc123", uri="/", response="abc123"'
_CREDENTIALS = {
    "BASE64_OF_USER_COLON_PASSWORD": base64.b64encode(b"user:password").decode(),
    "Digest CREDENTIALS": f"Digest {_DIGEST}",
}
"""What stands for credentials → some that have the form."""


class NotServedError(Exception):
    """Prism does not serve a document."""


class Verdict(NamedTuple):
    """What became of a request."""

    kind: str
    """`accepted`, `refused`, or `failed` where Prism could not make a response up."""
    why: str
    command: str
    complaints: list[tuple[str, str]]
    """Place and message of each thing that Prism has against it: `body.name`, `must be string`."""


@asynccontextmanager
async def serving(program: Path, document: Path) -> AsyncIterator[str]:
    """Serve a document while the context lasts; gives the address.

    Raises:
        NotServedError: Prism ended, or was not ready in time.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ("node", program, "mock", "--errors", "-m", "false", "-h", "127.0.0.1", "-p", str(port), document)
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, limit=2**24
    )
    output = process.stdout or asyncio.StreamReader()
    try:
        async with asyncio.timeout(START_S):
            await _ready(output)
        reading = asyncio.create_task(_drained(output))
        yield f"http://127.0.0.1:{port}"
        reading.cancel()
    except TimeoutError as error:
        raise NotServedError("not ready in time") from error
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _ready(output: asyncio.StreamReader) -> None:
    last = b""
    while line := await output.readline():
        if _LISTENING in line:
            return
        last = line.strip() or last
    raise NotServedError(last.decode(errors="replace")[-300:])


async def _drained(output: asyncio.StreamReader) -> None:
    while await output.read(2**16):
        pass


async def sent(call: Call, folder: Path) -> Verdict:
    """Run the curl command of a call in a folder that has a file called FILE."""
    headers = {name: _credentials(value) for name, value in call.headers.items()}
    command = curl(msgspec.structs.replace(call, headers=headers))
    options = f"-sS --noproxy '*' --max-time {_SECONDS} -D headers -o body"
    process = await asyncio.create_subprocess_shell(
        f"{command} {options}", cwd=folder, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    _, complaint = await process.communicate()
    if process.returncode:
        return Verdict("refused", f"curl: {complaint.decode(errors='replace').strip()[:200]}", command, [])
    kind, why, complaints = _said((folder / "headers").read_text(errors="replace"), (folder / "body").read_bytes())
    return Verdict(kind, why, command, complaints)


def _credentials(value: str) -> str:
    for stands, known in _CREDENTIALS.items():
        value = value.replace(stands, known)
    return value


def _said(head: str, body: bytes) -> tuple[str, str, list[tuple[str, str]]]:
    """Return kind, reason and complaints."""
    status, *lines = head.rpartition("HTTP/1.1 ")[2].splitlines()
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    found = headers.get("sl-violations", "[]")
    complaints = [
        (".".join(map(str, one["location"][1:])), one["message"])
        for one in _decoded(found.encode()) or ()
        if one["severity"] == "Error" and one["location"][:1] == ["request"]
    ]
    if complaints or found.startswith("Too many"):
        return "refused", _told(complaints) or found[:300], complaints
    problem = _decoded(body) if "problem+json" in headers.get("content-type", "") else None
    name = str(problem.get("type", "")).partition("#")[2] if isinstance(problem, dict) else ""
    if isinstance(problem, dict) and name and name != _ITS_OWN:
        listed = problem.get("validation", ())
        complaints = [(".".join(map(str, one["location"])), one["message"]) for one in listed]
        kind = "refused" if name in _REFUSALS else "failed"
        return kind, f"{name} {_told(complaints) or problem.get('detail', '')}", complaints
    if status.startswith("400") and headers.get("content-type", "").startswith("text/plain"):
        return "refused", f"{status} {body[:200].decode(errors='replace')}", []  # the body could not be parsed
    return "accepted", status, []


def _told(complaints: list[tuple[str, str]]) -> str:
    return "; ".join(f"{place}: {message}" for place, message in complaints)[:300]


def _decoded(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        return None
