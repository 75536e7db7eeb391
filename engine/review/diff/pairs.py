"""Parts of two versions that belong together."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from engine.specs.model import Response

_PartT = TypeVar("_PartT")


def paired(
    old: Iterable[_PartT], new: Iterable[_PartT], key: Callable[[_PartT], str]
) -> Iterator[tuple[_PartT | None, _PartT | None]]:
    """Yield parts of both sides that have the same key, in the order of the newer side; then those that are gone.

    A part without a partner comes with None; of several with one key the last counts.
    """
    before, after = ({key(part): part for part in side} for side in (old, new))
    for name, part in after.items():
        yield before.get(name), part
    for name, part in before.items():
        if name not in after:
            yield part, None


def answers(old: tuple[Response, ...], new: tuple[Response, ...]) -> Iterator[tuple[Response | None, Response | None]]:
    """Yield the responses of one status; 200 and 2XX belong together where each is on one side only."""
    before, after = ({response.status.upper(): response for response in side} for side in (old, new))
    paired_off: set[str] = set()
    for status, response in before.items():
        if status not in after:
            for other, partner in after.items():
                if other not in before and (_covers(other, status) or _covers(status, other)):
                    paired_off |= {status, other}
                    yield response, partner
    for one, two in paired(before.values(), after.values(), lambda response: response.status.upper()):
        if (one or two or Response("")).status.upper() not in paired_off:
            yield one, two


def is_range(status: str) -> bool:
    """Tell whether a status stands for a hundred of them: `2XX`."""
    return status.upper().endswith("XX")


def _covers(status: str, other: str) -> bool:
    return is_range(status) and not is_range(other) and status[:1] == other[:1]
