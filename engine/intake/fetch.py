"""A document from an address: no larger than allowed, within the time allowed, from where it may come."""

import asyncio

from engine.errors import InputError
from engine.net.address import without_secrets
from engine.net.client import document
from engine.net.reach import Reach
from engine.specs.limits import Limits, exceeded


def fetch(address: str, limits: Limits, reach: Reach | None) -> bytes:
    """Return what is at an address. Blocks: call it from a thread without an event loop.

    Args:
        address: `https://…`.
        limits: Its size and time.
        reach: Which addresses may be asked; None where the user allows no network.

    Raises:
        InputError: It may not be fetched, cannot be reached, answers with an error or with too much.
    """
    if reach is None:
        raise InputError(
            f"{without_secrets(address)} is an address, and the network is off",
            hint="Allow it for once with --network, or for good with the setting `network`",
        )
    return asyncio.run(_fetched(address, limits, reach))


async def _fetched(address: str, limits: Limits, reach: Reach) -> bytes:
    shown = without_secrets(address)
    largest = limits.max_document_mb * 1024 * 1024
    data = bytearray()
    try:
        async with asyncio.timeout(limits.max_seconds), document(address, reach) as pieces:
            async for piece in pieces:
                data += piece
                if len(data) > largest:
                    raise exceeded(f"{shown} is larger than {limits.max_document_mb} MB", "max_document_mb")
    except TimeoutError as error:
        raise exceeded(f"Fetching {shown} takes longer than {limits.max_seconds:g} s", "max_seconds") from error
    return bytes(data)
