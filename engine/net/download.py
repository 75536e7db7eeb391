"""A large file from an address: what has come is kept, so that a connection that breaks costs no more than the rest.

The file grows aside, with what the server calls this version of it (its ETag) in a file beside; the next try asks for
the rest of that very version (RFC 9110, sections 13.1.5 and 14). Only a file that is whole, and has its hash where one
is known, gets its name.
"""

import asyncio
import hashlib
import re
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from pathlib import Path

import httpx2
import msgspec

from engine.errors import InputError, UnreachableError
from engine.net.address import without_secrets
from engine.net.client import checked, client, followed, pieces
from engine.net.reach import Reach

MAX_BREAKS = 20
"""Broken connections after which it is given up for now; each must have brought something."""
PAUSE_S = 1.0
"""Between two tries, so that a server that is starting is not pressed."""
PARTIAL, UNSATISFIABLE = 206, 416
"""Status codes: a part of the file; there is no such part."""
CHUNK_BYTES = 1 << 20
"""Bytes that are hashed at a time."""

OnBytes = Callable[[int, int], None]
"""Told how many bytes are there, and how many there will be, 0 where that is not known."""


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a file before it comes."""

    bytes: int = 0
    """0 where unknown."""
    sha256: str = ""


async def download(address: str, target: Path, reach: Reach, expected: Expected, on_bytes: OnBytes) -> None:
    """Fetch a file, going on from where an earlier try has ended.

    Args:
        address: `https://…`.
        target: Where it goes, in a folder that is there; mode 0600.
        reach: Which addresses may be asked.
        expected: What is known of it.
        on_bytes: Told of each piece.

    Raises:
        InputError: It may not be fetched, or is not the file that is expected; then nothing of it is left.
        UnreachableError: It cannot be reached, or breaks off; what has come stays for the next try.
    """
    aside = target.with_name(f"{target.name}.part")
    aside.touch(mode=0o600)
    for left in reversed(range(MAX_BREAKS)):
        before = aside.stat().st_size
        try:
            if await _go_on(address, aside, reach, expected, on_bytes):
                break
        except UnreachableError:
            if not left or aside.stat().st_size <= before:
                raise
        await asyncio.sleep(PAUSE_S)
    if expected.sha256 and await asyncio.to_thread(_hash, aside) != expected.sha256:
        _forget(aside)
        raise InputError(
            f"What {without_secrets(address)} sends is not the file that is expected: its SHA-256 is another",
            hint="Try again; should it stay so, the address has another version now",
        )
    aside.replace(target)
    _forget(aside)


async def _go_on(address: str, aside: Path, reach: Reach, expected: Expected, on_bytes: OnBytes) -> bool:
    """Ask for what is missing and add it; tell whether the file is whole."""
    have, version = _begun(aside)
    if have and have == expected.bytes:
        return True
    asked = {"Range": f"bytes={have}-", "If-Range": version} if have and version else {}
    async with client(reach) as http:
        response = await followed(http, address, asked)
        shown = without_secrets(str(response.url))
        async with aclosing(response):
            if response.status_code == UNSATISFIABLE and version:
                _begin_anew(aside, "")
                return False
            if response.status_code != PARTIAL:
                checked(response, shown)
                have = 0
            elif _place(response) != have:
                raise InputError(f"{shown} sends another part than it was asked for")
            total = expected.bytes or have + int(response.headers.get("Content-Length", 0))
            etag = response.headers.get("ETag", "")
            if have == 0:
                _begin_anew(aside, "" if etag.startswith("W/") else etag)
            async with aclosing(pieces(response, shown)) as coming:
                have = await _add(coming, aside, have, total, on_bytes)
    if total and have < total:
        raise UnreachableError(f"The connection to {shown} broke off", hint="Try again; it goes on from there")
    return True


async def _add(coming: AsyncGenerator[bytes, None], aside: Path, have: int, total: int, on_bytes: OnBytes) -> int:
    """Write what comes behind the first `have` bytes, and return how many there are then."""
    with aside.open("r+b") as file:
        file.seek(have)
        on_bytes(have, total)
        async for piece in coming:
            have += len(piece)
            if total and have > total:
                file.truncate(0)
                raise InputError(f"More comes than the {total} bytes that are expected")
            file.write(piece)
            on_bytes(have, total)
    return have


def _place(response: httpx2.Response) -> int:
    """Return where the part begins that came; -1 where the answer does not say."""
    found = re.match(r"bytes (\d+)-", response.headers.get("Content-Range", ""))
    return int(found[1]) if found else -1


def _begun(aside: Path) -> tuple[int, str]:
    """Return how much of a file is there, and of which version; empty where that is not known."""
    tag = _tag(aside)
    return aside.stat().st_size, tag.read_text(encoding="latin-1") if tag.is_file() else ""


def _begin_anew(aside: Path, version: str) -> None:
    with aside.open("r+b") as file:
        file.truncate(0)
    _tag(aside).write_text(version, encoding="latin-1")


def _tag(aside: Path) -> Path:
    return aside.with_name(f"{aside.name}.tag")


def _forget(aside: Path) -> None:
    aside.unlink(missing_ok=True)
    _tag(aside).unlink(missing_ok=True)


def _hash(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
