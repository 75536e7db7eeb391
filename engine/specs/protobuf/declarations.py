"""What a `.proto` file declares, as it is written: names are not looked up, options not understood."""

from typing import Any

import msgspec


class Declared(msgspec.Struct, kw_only=True):
    """What every declaration has."""

    name: str = ""
    line: int = 0
    comment: str = ""
    options: dict[str, Any] = {}
    """`google.api.http`, `deprecated`, … → value; a list where one is given several times."""


class Field(Declared):
    """A field of a message."""

    type: str = ""
    """As written: `int32`, `Outer.Inner`, `.package.Message`; of a map, the type of its values."""
    number: int = 0
    label: str = ""
    """`optional`, `required`, `repeated` or empty."""
    key: str = ""
    """Of a map: the type of its keys."""
    oneof: str = ""
    """Name of the `oneof` that it is in."""


class Value(Declared):
    """A value of an enum."""

    number: int = 0


class Enum(Declared):
    """An enum."""

    values: list[Value] = []


class Scope(Declared):
    """What types are declared in: the file or a message."""

    messages: list["Message"] = []
    enums: list[Enum] = []
    extends: list["Message"] = []
    """Fields that are added to other messages; the name is that of the other."""


class Message(Scope):
    """A message."""

    fields: list[Field] = []
    oneofs: dict[str, str] = {}
    """Name → comment."""


class Method(Declared):
    """A method of a service."""

    request: str = ""
    response: str = ""
    client_streams: bool = False
    server_streams: bool = False


class Service(Declared):
    """A service."""

    methods: list[Method] = []


class File(Scope):
    """A whole file; its name is the package, its comment what stands above everything else."""

    syntax: str = ""
    """`proto2`, `proto3`, or an edition such as `2023`; empty where the file does not say."""
    imports: dict[str, int] = {}
    """Path → line."""
    services: list[Service] = []
