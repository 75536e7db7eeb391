"""A model from the Hugging Face hub, or a mirror of it, by its plain addresses.

    ADDRESS/REPOSITORY/resolve/REVISION/FILE             a file
    ADDRESS/api/models/REPOSITORY/tree/REVISION          what there is, with sizes and hashes

Source: docs/hub/en/api and docs/hub/en/models-downloading of the hub's documentation.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from urllib.parse import quote

import msgspec

from engine.errors import InputError, ModelFileError
from engine.models.catalog import CatalogEntry, Hub
from engine.models.folders import is_kept
from engine.net.address import without_secrets
from engine.net.reach import Reach
from engine.settings import Settings, private_folder

MAX_LISTING_BYTES = 4 * 2**20
"""Of the list of a repository; that of a model with a hundred files has some tens of thousands."""
WEIGHTS = "model.safetensors"

OnBytes = Callable[[str, int, int], None]
"""Told of a file how many bytes of it are there, and how many there will be, 0 where that is not known."""


class _Large(msgspec.Struct, frozen=True):
    oid: str = ""
    """SHA-256."""


class _Listed(msgspec.Struct, frozen=True):
    path: str
    type: str = "file"
    size: int = 0
    lfs: _Large = _Large()


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One file to fetch."""

    file: str
    """Its place in the repository, and in the model's folder."""
    bytes: int = 0
    """0 where unknown."""
    sha256: str = ""
    """Empty where unknown."""


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """Where models are fetched from."""

    address: str
    reach: Reach


def source_of(settings: Settings, *, network: bool = False) -> Source | None:
    """Return where models may be fetched from; None where the network is not allowed.

    Args:
        settings: The settings.
        network: Allow the network for this once.
    """
    if not (network or settings.network):
        return None
    reach = Reach(private=settings.private_addresses, ca_bundle=settings.ca_bundle)
    return Source(address=settings.hub_url, reach=reach)


def address_of(hub: Hub, file: str, address: str) -> str:
    """Return the address of a file."""
    return f"{address.rstrip('/')}/{hub.repository}/resolve/{hub.revision}/{quote(file)}"


def fetch(entry: CatalogEntry, hub: Hub, folder: Path, source: Source, on_bytes: OnBytes) -> None:
    """Fetch the files of a model into a folder, those that are there already excepted. Blocks.

    Args:
        entry: The model.
        hub: Where it is.
        folder: Where its files go; what is there half is gone on with.
        source: Where to ask.
        on_bytes: Told how it goes.

    Raises:
        InputError: The network refuses, or what comes is not what is expected.
        ModelFileError: The repository is not such a folder.
    """
    asyncio.run(_fetch(entry, hub, folder, source, on_bytes))


async def _fetch(entry: CatalogEntry, hub: Hub, folder: Path, source: Source, on_bytes: OnBytes) -> None:
    from engine.net.download import Expected, download  # what connects is loaded when something is fetched

    if hub.file:
        parts = [Part(file=hub.file, bytes=entry.file_bytes, sha256=hub.sha256)]
    else:
        parts = await _listed(hub, source)
    for part in parts:
        target = folder / part.file
        if target.is_file():
            continue
        private_folder(target.parent)
        expected = Expected(bytes=part.bytes, sha256=part.sha256)
        address = address_of(hub, part.file, source.address)

        def tell(done: int, total: int, part: Part = part) -> None:
            on_bytes(part.file, done, total)

        await download(address, target, source.reach, expected, tell)


async def _listed(hub: Hub, source: Source) -> list[Part]:
    """Return the files of a repository that a model needs, the weights last."""
    from engine.net.client import document

    address = f"{source.address.rstrip('/')}/api/models/{hub.repository}/tree/{hub.revision}?recursive=true"
    data = bytearray()
    async with document(address, source.reach) as pieces:
        async for piece in pieces:
            data += piece
            if len(data) > MAX_LISTING_BYTES:
                raise InputError(f"The list of files at {without_secrets(address)} does not end")
    try:
        listed = msgspec.json.decode(data, type=list[_Listed])
    except msgspec.DecodeError as error:
        raise InputError(f"{without_secrets(address)} is not the list of a repository") from error
    kept = [each for each in listed if each.type == "file" and is_kept(PurePosixPath(each.path))]
    if not any(each.path == WEIGHTS for each in kept):
        raise ModelFileError(f"{hub.repository} has no {WEIGHTS}")
    pinned = {WEIGHTS: hub.sha256} if hub.sha256 else {}
    parts = [Part(file=each.path, bytes=each.size, sha256=pinned.get(each.path, each.lfs.oid)) for each in kept]
    return sorted(parts, key=lambda part: (part.bytes, part.file))
