"""Routes: paths with what varies left open, so that the path of a request can be compared with them."""

import re
from urllib.parse import unquote

OPEN = "{}"
"""What stands in a route for a parameter."""
_PARAMETER = re.compile(r"\{[^{}]*\}")
_EXTRA = re.compile(r"[?#]")


def route(path: str) -> str:
    """Return a path in lower case, its parameters left open and no slash at its end; empty for what is no path.

    `/Repos/{owner}/{repo}.json/` → `/repos/{}/{}.json`. A query or fragment that belongs to the path comes after a
    question mark: `/#Action=Run` → `/?action=run`.
    """
    if "/" not in path:
        return ""
    segments, extra = split(path)
    return f"/{'/'.join(segments)}" + (extra and f"?{extra}")


def route_of_key(key: str) -> str:
    """Return the route of an operation by its key, `METHOD /path`."""
    return route(key.partition(" ")[2])


def split(path: str) -> tuple[list[str], str]:
    """Return the segments of a path as they stand in its route, and what comes after `?` or `#`."""
    place, *extra = _EXTRA.split(_PARAMETER.sub(OPEN, path), maxsplit=1)
    return [_decoded(segment).lower() for segment in place.split("/") if segment], "".join(extra).lower()


def fills(text: str, template: str) -> bool:
    """Tell whether a text is a template, such as `{}.json`, with something in the place of each parameter."""
    first, *between = template.split(OPEN)
    if not between:
        return text == template
    # The nearest end of each parameter but the last is as good as any other: nothing has to be tried twice.
    middle = "".join(f"(?>.+?{re.escape(part)})" for part in between[:-1])
    return re.fullmatch(f"{re.escape(first)}{middle}.+{re.escape(between[-1])}", text, re.DOTALL) is not None


def _decoded(segment: str) -> str:
    decoded = unquote(segment)
    return segment if "/" in decoded else decoded
