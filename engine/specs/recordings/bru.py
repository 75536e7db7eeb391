"""The files of Bruno: blocks of names and values, and blocks of text. Source: https://docs.usebruno.com/bru-lang/overview.

A file that is added alone is a collection of one request; `engine.specs.recordings.bruno` reads a folder of them.
"""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import NamedTuple

from engine.errors import SpecError
from engine.specs.limits import Budget
from engine.specs.model import Spec
from engine.specs.recordings.compose import spec
from engine.specs.recordings.requests import FILE, SECRET, Access, Folder, Pair, Payload, Request, Sheet, hidden

_BEGINS = re.compile(r"([\w:-]+)[ \t]*([{\[])[ \t]*")
_PAIR = re.compile(r"(~?)[ \t]*+(?:\"((?:\\.|[^\"\\])*+)\"[ \t]*+|([^:\s][^:]*+)):[ \t]*+(.*)")
_QUOTES = "'''"
_FILE_VALUE = re.compile(r"@file\([^)]*\)(?:[ \t].*)?")
_ABOUT = re.compile(r"@description\((?:''')?(.*)")
"""What is said of the pair after it."""
_METHODS = frozenset("get post put delete patch options head connect trace".split())
_TEXTS = {"body": "application/json", "body:json": "application/json", "body:xml": "application/xml"}
_KINDS = {**_TEXTS, "body:text": "text/plain", "body:sparql": "application/sparql-query"}
"""Blocks that hold a body as it is sent → its media type."""
_PROSE = frozenset(("docs", "tests", "body:graphql", "body:graphql:vars", *_KINDS))
"""Blocks that hold a text; scripts do, too."""
_AUTH = "auth:"
_PLACEMENT = {"queryparams": "query"}
"""What Bruno calls the place of an API key, where it is no header."""
_MAX_SAID = 20
"""Values that an answer gives on which are told."""


class Block(NamedTuple):
    """A block: names and values, or a text."""

    pairs: tuple[Pair, ...]
    text: str
    line: int
    """On which it begins, from 1."""

    def value(self, name: str) -> str:
        """Return the value of a name; empty where it is not there."""
        return next((pair.value for pair in self.pairs if pair.name == name), "")


Blocks = dict[str, Block]
_NONE = Block((), "", 0)


def parse(source: str, budget: Budget, name: str) -> Spec:
    """Read one request.

    Args:
        source: The text.
        budget: What is left of the limits.
        name: Name of the file; empty where it is not known.

    Raises:
        SpecError: It has no request, or is more than the limits allow.
    """
    found = blocks(source, budget)
    request = request_of(found, "", 0)
    if request is None:
        raise SpecError("The file of Bruno has no request over HTTP", hint="Add the folder with its bruno.json")
    title = request.name or PurePosixPath(name).stem or "Request"
    return spec(hidden(Sheet(title, "bru", (request,)), budget), budget)


def blocks(source: str, budget: Budget) -> Blocks:
    """Return the blocks of a file by their names, the first one of a name.

    Raises:
        SpecError: It is more than the limits allow.
    """
    found: Blocks = {}
    name, closing, start, lines = "", "", 0, list[str]()
    for number, line in enumerate(source.split("\n"), 1):
        budget.spend()
        if closing and line.rstrip() == closing:
            found.setdefault(name, _block(name, closing, lines, start))
            closing = ""
        elif closing:
            lines.append(line)
        elif begins := _BEGINS.fullmatch(line):
            name, closing, start, lines = begins[1], "}" if begins[2] == "{" else "]", number, []
    return found


def _block(name: str, closing: str, lines: list[str], line: int) -> Block:
    if closing == "]":
        return Block(tuple(Pair(item) for each in lines if (item := each.strip(" \t,~"))), "", line)
    if name in _PROSE or name.startswith("script:"):
        return Block((), "\n".join(each.removeprefix("  ") for each in lines).strip("\n"), line)
    return Block(tuple(_pairs(lines)), "", line)


def _pairs(lines: list[str]) -> Iterator[Pair]:
    """Yield the names and values of a block; values and descriptions of several lines are in quotes of three."""
    said, left = "", iter(lines)
    for line in left:
        bare = line.strip()
        if about := _ABOUT.fullmatch(bare):
            said = about[1][:-2] if about[1].endswith("')") else _quoted(about[1], left, f"{_QUOTES})")
            said = said.removesuffix(_QUOTES).strip("'\"")
        elif match := _PAIR.fullmatch(bare):
            name, value = match[2] if match[2] is not None else match[3].rstrip(), match[4]
            is_file = _FILE_VALUE.fullmatch(value) is not None
            if value == _QUOTES:
                value = _quoted("", left, _QUOTES)
            yield Pair(name, "" if is_file else value, match[1] == "", said, FILE if is_file else "")
            said = ""


def _quoted(first: str, left: Iterator[str], end: str) -> str:
    """Return a text of several lines, which begins with `first` and ends where a line ends with `end`."""
    found = [first] if first else []
    for line in left:
        bare = line.removeprefix("    ").rstrip()
        if bare.endswith(end):
            found += [last] if (last := bare.removesuffix(end).rstrip()) else []
            break
        found.append(bare)
    return "\n".join(found)


def request_of(found: Blocks, pointer: str, folder: int) -> Request | None:
    """Return the request of a file; None where it has none over HTTP.

    Args:
        found: Its blocks.
        pointer: Where it is; the line follows.
        folder: Place of the folder that it is in.
    """
    method = next((name for name in found if name in _METHODS), "http" if "http" in found else "")
    if not method:
        return None
    block = found[method]
    query, path = found.get("params:query", found.get("query", _NONE)), found.get("params:path", _NONE)
    kept = [
        f"Keeps {pair.value} of the answer as {{{{{pair.name}}}}}."
        for pair in found.get("vars:post-response", _NONE).pairs
        if pair.enabled
    ]
    return Request(
        pointer=f"{pointer}/lines/{block.line}",
        method=block.value("method") if method == "http" else method,
        url=block.value("url"),
        name=found.get("meta", _NONE).value("name"),
        description="\n\n".join(part for part in (found.get("docs", _NONE).text, *kept[:_MAX_SAID]) if part),
        folder=folder,
        query=query.pairs,
        path=path.pairs,
        headers=found.get("headers", _NONE).pairs,
        payload=_payload(found, block.value("body")),
        access=access_of(found, block.value("auth")),
        variables=variables_of(found),
        line=block.line,
    )


def variables_of(found: Blocks) -> tuple[Pair, ...]:
    """Return the variables that a file sets: of a request, a folder, a collection or an environment."""
    secret = (Pair(pair.name, type=SECRET) for pair in found.get("vars:secret", _NONE).pairs)
    return (*found.get("vars", _NONE).pairs, *found.get("vars:pre-request", _NONE).pairs, *secret)


def folder_of(found: Blocks, name: str, parent: int) -> Folder:
    """Return what the requests of a folder share.

    Args:
        found: Blocks of its `folder.bru` or `collection.bru`.
        name: Its name; see `Folder.name`.
        parent: Place of the folder around it.
    """
    return Folder(
        name,
        description=found.get("docs", _NONE).text,
        variables=variables_of(found),
        headers=found.get("headers", _NONE).pairs,
        access=access_of(found, found.get("auth", _NONE).value("mode")),
        parent=parent,
    )


def access_of(found: Blocks, mode: str) -> Access | None:
    """Return how a request proves who sends it; None where the folder around says so.

    Args:
        found: Blocks, of which `auth:MODE` has the settings.
        mode: What it says, `bearer` or `none`; where it says nothing the settings tell it.
    """
    mode = mode or next((name.removeprefix(_AUTH) for name in found if name.startswith(_AUTH)), "")
    if mode in ("", "inherit"):
        return None
    given = found.get(_AUTH + mode, _NONE)
    said = {pair.name: pair.value for pair in given.pairs}
    return access(mode, said)


def access(mode: str, said: dict[str, str]) -> Access:
    """Return how a request proves who sends it, from Bruno's name for it and its settings."""
    open_ones = ("key", "placement", "access_token_url", "authorization_url", "scope")
    place = said.get("placement", "").lower()
    return Access(
        mode,
        parameter=said.get("key", ""),
        location=_PLACEMENT.get(place, place),
        scopes=said.get("scope", ""),
        token_url=said.get("access_token_url", ""),
        authorization_url=said.get("authorization_url", ""),
        secrets=tuple(value for name, value in said.items() if name not in open_ones),
    )


def _payload(found: Blocks, mode: str) -> Payload | None:
    if mode == "none":
        return None
    if form := found.get("body:form-urlencoded"):
        return Payload("form", form=form.pairs)
    if form := found.get("body:multipart-form"):
        return Payload("multipart", form=form.pairs)
    if query := found.get("body:graphql"):
        return Payload("graphql", text=query.text, inputs=found.get("body:graphql:vars", _NONE).text)
    if "body:file" in found:
        return Payload("file")
    kept = next((name for name in _KINDS if name in found), "")
    return Payload("text", _KINDS[kept], found[kept].text) if kept else None
