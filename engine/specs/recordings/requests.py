"""What every collection of requests comes to, Postman's and those of other tools: folders, and requests in them.

A reader of one format writes these records; `engine.specs.recordings.compose` makes operations of them.
"""

import posixpath
import re
from collections.abc import Callable
from typing import Any, Literal

import msgspec

from engine.specs.limits import Budget
from engine.specs.model import Problem
from engine.specs.nodes import items, line, mapping
from engine.specs.recordings.redact import TreeRedactor
from engine.specs.refs import PART_BYTES
from engine.text import clean_line

Mode = Literal["text", "form", "multipart", "graphql", "file"]
"""How a body is kept: as it is sent, as the fields of a form, as a query with its variables, or in a file."""
SECRET = "secret"  # noqa: S105 - what a pair is, not one
FILE = "file"
_NUMBER = re.compile(r"\d{1,3}[.)]\s+")
_MAX_NAME = 100
"""Characters of a folder's name; each request below repeats it."""


class Pair(msgspec.Struct, frozen=True, omit_defaults=True):
    """A name and a value: of a query, a header, a form, an input of the path, or a variable."""

    name: str
    value: str = ""
    enabled: bool = True
    description: str = ""
    type: str = ""
    """`FILE` where the value is the content of one, `SECRET` where the tool keeps it as one."""


class Payload(msgspec.Struct, frozen=True, omit_defaults=True):
    """A body."""

    mode: Mode
    kind: str = ""
    """Media type, where the tool says it beside the headers."""
    text: str = ""
    """Of a query in GraphQL, the query."""
    inputs: str = ""
    """Of a query in GraphQL, its variables as JSON."""
    name: str = ""
    """Of a query in GraphQL, the operation in it that is meant."""
    form: tuple[Pair, ...] = ()


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """A response that was saved, or is expected."""

    status: str = ""
    """Empty where it is not said."""
    name: str = ""
    headers: tuple[Pair, ...] = ()
    kind: str = ""
    """Media type, where the tool says it beside the headers."""
    body: str = ""


class Access(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a request proves who sends it."""

    kind: str
    """As Postman calls it: `bearer`, `basic`, `apikey`, …; `noauth` where none is needed. Others say nothing."""
    parameter: str = ""
    """Of an API key, its name."""
    location: str = ""
    """Of an API key, where it goes: `query`, else a header."""
    scopes: str = ""
    token_url: str = ""
    authorization_url: str = ""
    secrets: tuple[str, ...] = ()
    """What was written of it, so that it is found elsewhere in the document and goes away there, too."""


class Folder(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the requests in it share."""

    name: str = ""
    """With the names of the folders around it; empty for the whole collection."""
    description: str = ""
    variables: tuple[Pair, ...] = ()
    headers: tuple[Pair, ...] = ()
    access: Access | None = None
    """None where it is that of the folder around it."""
    parent: int = -1
    """Place of the folder around it, which comes before it; -1 where there is none."""


class Request(msgspec.Struct, frozen=True, omit_defaults=True):
    """One request."""

    pointer: str
    """Where it stands in the source; see `Operation.pointer`."""
    method: str
    url: str
    """As it is written: `{{baseUrl}}/users/:id?page=1`."""
    name: str = ""
    identifier: str = ""
    """A name by which other requests refer to it."""
    description: str = ""
    folder: int = 0
    query: tuple[Pair, ...] = ()
    """Where it is empty, that of the address counts."""
    path: tuple[Pair, ...] = ()
    """What is said of the inputs in the path."""
    headers: tuple[Pair, ...] = ()
    jar: tuple[Pair, ...] = ()
    """Cookies; by this name, because what is called a cookie counts as a secret as a whole."""
    payload: Payload | None = None
    access: Access | None = None
    variables: tuple[Pair, ...] = ()
    answers: tuple[Answer, ...] = ()
    line: int = 0
    """Line in the source, from 1; 0 where it is not known."""


class Sheet(msgspec.Struct, frozen=True, omit_defaults=True):
    """A collection of requests."""

    title: str
    format: str
    requests: tuple[Request, ...]
    folders: tuple[Folder, ...] = (Folder(),)
    """The first one is the whole collection."""
    version: str = ""
    problems: tuple[Problem, ...] = ()


def folder_name(outer: str, name: str, budget: Budget) -> str:
    """Return the name of a folder with those of the folders around it, which each of the folders in it repeats.

    Raises:
        SpecError: It is more than the limits allow.
    """
    budget.spend(len(outer) // PART_BYTES)
    own = name[:_MAX_NAME] or "Untitled folder"
    return f"{outer} / {own}" if outer else own


def pairs_of(raw: Any, value: Callable[[Any], str], said: Callable[[Any], str]) -> tuple[Pair, ...]:
    """Return a list of names and values as Insomnia and OpenCollection have them.

    Args:
        raw: The list.
        value: Reads what a pair has as its value.
        said: Reads its description.
    """
    return tuple(
        Pair(
            line(node.get("name")),
            "" if node.get("type") == FILE else value(node.get("value")),
            enabled=node.get("disabled") is not True,
            description=said(node.get("description")),
            type=FILE if node.get("type") == FILE else SECRET if node.get("secret") is True else "",
        )
        for node in map(mapping, items(raw))
    )


class Places:
    """The folders of a collection that is a folder of files, each after the one around it.

    Args:
        root: What stands for the whole.
        make: Makes the folder at a path, of which the name of the one around it, and that one's place, are given.
    """

    def __init__(self, root: Folder, make: Callable[[str, str, int], Folder]) -> None:
        self.folders = [root]
        self._make = make
        self._known = {"": 0}

    def of(self, path: str) -> int:
        """Return the place of a folder among all."""
        if path not in self._known:
            parent = self.of(posixpath.dirname(path))
            self.folders.append(self._make(path, self.folders[parent].name, parent))
            self._known[path] = len(self.folders) - 1
        return self._known[path]


def heading(comment: str) -> str:
    """Return the name of a request from the comment above it, without the number before it."""
    return _NUMBER.sub("", clean_line(comment))


def hidden(sheet: Sheet, budget: Budget) -> Sheet:
    """Return a collection without the secrets in it.

    Raises:
        SpecError: It is more than the limits allow.
    """
    tree = msgspec.json.decode(msgspec.json.encode(sheet))
    return msgspec.convert(TreeRedactor().tree(tree, budget), Sheet)
