"""gRPC services and protobuf messages, as a `.proto` file declares them, to `Spec`."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from engine.specs import nodes
from engine.specs.bundle import Neighbour
from engine.specs.limits import Budget
from engine.specs.model import (
    About,
    Body,
    Content,
    EnumValue,
    Grant,
    Operation,
    Response,
    Schema,
    SecurityScheme,
    Server,
    Spec,
    Tag,
)
from engine.specs.openapi.document import MAX_URL
from engine.specs.problems import Problems
from engine.specs.protobuf import http, syntax
from engine.specs.protobuf.declarations import Enum, Field, File, Message, Method, Scope, Service
from engine.specs.protobuf.imports import imported
from engine.specs.protobuf.tokens import broken
from engine.specs.refs import escape
from engine.specs.walk import references, schemas_of
from engine.text import clean_line

_MEDIA_TYPE = "application/grpc"
"""gRPC over HTTP/2, section Requests."""
_SCALARS = {
    "double": Schema(type="number", format="double"),
    "float": Schema(type="number", format="float"),
    "bool": Schema(type="boolean"),
    "string": Schema(type="string"),
    "bytes": Schema(type="string", format="byte"),
    **{
        name: Schema(type="integer", format=name)
        for name in "int32 int64 uint32 uint64 sint32 sint64 fixed32 fixed64 sfixed32 sfixed64".split()
    },
}
_WRAPPED = {"UInt32Value": "uint32", "UInt64Value": "uint64", "Int32Value": "int32", "Int64Value": "int64"} | {
    f"{name.title()}Value": name for name in ("double", "float", "bool", "string", "bytes")
}
_KNOWN = {
    "Any": Schema(type="object", properties={"@type": Schema(type="string")}, additional=Schema()),
    "Duration": Schema(type="string", format="duration", example="3.5s"),
    "Empty": Schema(type="object"),
    "FieldMask": Schema(type="string", format="field-mask", example="user.name,photo"),
    "ListValue": Schema(type="array", items=Schema()),
    "NullValue": Schema(type="null"),
    "Struct": Schema(type="object", additional=Schema()),
    "Timestamp": Schema(type="string", format="date-time"),
    "Value": Schema(),
    **{name: msgspec.structs.replace(_SCALARS[kind], nullable=True) for name, kind in _WRAPPED.items()},
}
"""Types of the package google.protobuf, as ProtoJSON writes them (https://protobuf.dev/programming-guides/json/)."""
_WELL_KNOWN = {
    f"google.protobuf.{name}": msgspec.structs.replace(schema, title=f"google.protobuf.{name}")
    for name, schema in _KNOWN.items()
}
_READ_IMPORTS = frozenset(
    f"google/protobuf/{name}.proto" for name in "any duration empty field_mask struct timestamp wrappers".split()
)
"""Files of which every type is in `_WELL_KNOWN`."""
_OPTION_IMPORTS = frozenset(
    "google/api/annotations.proto google/api/client.proto google/api/field_behavior.proto google/api/field_info.proto "
    "google/api/resource.proto google/api/routing.proto google/api/visibility.proto buf/validate/validate.proto "
    "validate/validate.proto gogoproto/gogo.proto protoc-gen-openapiv2/options/annotations.proto "
    "google/protobuf/cpp_features.proto google/protobuf/go_features.proto google/protobuf/java_features.proto".split()
)
"""Files that bring options alone, which are read without them."""
_BEHAVIOUR = "google.api.field_behavior"
"""Says which fields are required, and which go one way only (https://google.aip.dev/203)."""


_SCOPES = "google.api.oauth_scopes"
"""Of a service: the scopes of which a client needs one, with commas between them (google/api/client.proto)."""
_OAUTH = "oauth2"


def parse(text: str, budget: Budget, neighbour: Neighbour | None = None) -> Spec:
    """Read the cleaned text of a file.

    A message is kept under `/messages/` and its name, an enum under `/enums/`; the name is with the package. Types of
    files that are imported are read where these came along; others are shown by their names.

    Args:
        text: The text.
        budget: What is left of the limits.
        neighbour: Opens the files around it.

    Raises:
        SpecError: It breaks the grammar, or is more than the limits allow.
    """
    file = syntax.parse(text, budget)
    return _Reader(file, imported(file, _READ_IMPORTS | _OPTION_IMPORTS, neighbour, budget), budget).spec()


class _Reader:
    """Reads one file; holds what it and those it imports declare by name, and what accumulates."""

    def __init__(self, file: File, imports: dict[str, File], budget: Budget) -> None:
        self._file = file
        self._imports = imports
        self._foreign: dict[str, str] = {}
        """JSON pointer of a type of another file → its full name."""
        self._budget = budget
        self._problem = Problems()
        self._types: dict[str, Message | Enum] = {}
        """Full name → declaration."""
        self._missing: dict[str, int] = {}
        """Name of a type that is not declared here → line of the first use."""
        self._schemas: dict[str, Schema] = {}
        """JSON pointer → schema of each type of the file itself."""
        self._added: dict[str, dict[str, Schema]] = {}
        """See `_extensions`."""

    def spec(self) -> Spec:
        for name, scope in self._scopes():
            types: list[Message | Enum] = [*scope.messages, *scope.enums]
            for declared in types:
                full = _joined(name, declared.name)
                if len(full) > syntax.MAX_NAME:
                    raise broken(f"a name of more than {syntax.MAX_NAME} characters", declared.line, 1)
                if full in self._types:
                    self._problem(_pointer(full, declared), "is declared twice; the first is read", declared.line)
                self._types.setdefault(full, declared)
        own = [*self._types.items()]
        for file in self._imports.values():
            self._import(file)
        self._added = self._extensions()
        self._schemas = {_pointer(name, declared): self._schema(name, declared) for name, declared in own}
        operations = tuple(self._operations())
        schemas = {**self._schemas, **self._used(operations)}
        self._report_missing()
        return Spec(about=self._about(), operations=operations, schemas=schemas, problems=self._problem.kept)

    def _about(self) -> About:
        file, services = self._file, self._file.services
        return About(
            title=file.name or (services[0].name if services else "") or "Protobuf messages",
            format="protobuf",
            description=file.comment,
            tags=tuple(
                Tag(name=_joined(file.name, service.name), description=service.comment, extensions=service.options)
                for service in services
            ),
            security_schemes=self._schemes(),
            extensions={"syntax": file.syntax, **file.options} if file.syntax else file.options,
        )

    def _schemes(self) -> tuple[SecurityScheme, ...]:
        scopes = [scope for service in self._file.services for scope in _oauth_scopes(service)]
        return (SecurityScheme(_OAUTH, _OAUTH, scopes=dict.fromkeys(scopes, "")),) if scopes else ()

    def _import(self, file: File) -> None:
        """Take the types of another file, which are shown where something of this one refers to them."""
        for name, scope in self._scopes(file):
            types: list[Message | Enum] = [*scope.messages, *scope.enums]
            for declared in types:
                full = _joined(name, declared.name)
                if len(full) <= syntax.MAX_NAME and full not in self._types:
                    self._types[full] = declared
                    self._foreign[_pointer(full, declared)] = full

    def _used(self, operations: Iterable[Operation]) -> dict[str, Schema]:
        """Return the types of other files that are referred to, and those that these refer to."""
        pending = [schema for operation in operations for schema in schemas_of(operation)]
        pending += self._schemas.values()
        found: dict[str, Schema] = {}
        while pending:
            for ref in references(pending.pop()):
                if ref not in found and (schema := self._foreign_schema(ref)):
                    found[ref] = schema
                    pending.append(schema)
        return found

    def _foreign_schema(self, pointer: str) -> Schema | None:
        name = self._foreign.get(pointer)
        return self._schema(name, self._types[name]) if name else None

    def _resolved(self, pointer: str) -> Schema | None:
        return self._schemas.get(pointer) or self._foreign_schema(pointer)

    def _scopes(self, file: File | None = None) -> Iterator[tuple[str, Scope]]:
        """Yield each scope of types of a file with its name, the file's first."""
        file = file or self._file
        pending: list[tuple[str, Scope]] = [(file.name, file)]
        while pending:
            name, scope = pending.pop()
            yield name, scope
            pending += [(_joined(name, message.name), message) for message in reversed(scope.messages)]
            pending += [(name, Scope(messages=extend.messages)) for extend in scope.extends if extend.messages]

    # Types.

    def _resolve(self, name: str, scope: str, line: int) -> Schema:
        """Return what a type stands for: a reference, or a plain schema of a type from elsewhere."""
        if found := _SCALARS.get(name) or self._find(name, scope):
            return found
        self._missing.setdefault(name.removeprefix("."), line)
        return Schema(title=name.rpartition(".")[2])

    def _find(self, name: str, scope: str) -> Schema | None:
        """Look a name up from where it is written, in the innermost scope first, as C++ does."""
        candidate = name[1:] if name.startswith(".") else _joined(scope, name)
        while True:
            self._budget.spend()
            if declared := self._types.get(candidate):
                return Schema(ref=_pointer(candidate, declared))
            if candidate in _WELL_KNOWN:
                return _WELL_KNOWN[candidate]
            if name.startswith(".") or not scope:
                return None
            scope = scope.rpartition(".")[0]
            candidate = _joined(scope, name)

    def _report_missing(self) -> None:
        """Name the files that types are missing of; which type is of which file cannot be known without them."""
        known = {*_READ_IMPORTS, *_OPTION_IMPORTS, *self._imports}
        imports = [path for path in self._file.imports if path not in known]
        if not self._missing:
            return
        for path in imports:
            what = f"{path} is imported and not read; types from it are shown by their names"
            self._problem(f"/imports/{escape(path)}", what, self._file.imports[path])
        if not imports:
            for name, line in self._missing.items():
                self._problem("", f"{name} is not declared", line)

    def _schema(self, name: str, declared: Message | Enum) -> Schema:
        return self._message(name, declared) if isinstance(declared, Message) else _enum(declared)

    def _message(self, name: str, message: Message) -> Schema:
        properties = {field.name: self._field(field, name) for field in message.fields}
        members: dict[str, list[str]] = {oneof: [] for oneof in message.oneofs}
        for field in message.fields:
            if field.oneof:
                members[field.oneof].append(f"`{field.name}`")
        choices = [
            f"`{oneof}` is at most one of {', '.join(fields)}. {message.oneofs[oneof]}".strip()
            for oneof, fields in members.items()
        ]
        return Schema(
            type="object",
            description="\n\n".join(filter(None, (message.comment, *choices))),
            deprecated=message.options.get("deprecated") is True,
            properties=properties | self._added.get(_pointer(name, message), {}),
            required=tuple(field.name for field in message.fields if _is_required(field)),
            extensions={key: value for key, value in message.options.items() if key != "deprecated"},
        )

    def _extensions(self) -> dict[str, dict[str, Schema]]:
        """Return the fields that `extend` adds to messages of this file, by the pointer of the message.

        Those for messages of other files are left out: they are the options that the file invents.
        """
        added: dict[str, dict[str, Schema]] = {}
        for scope_name, scope in self._scopes():
            for extend in scope.extends:
                target = self._find(extend.name, scope_name)
                if target and target.ref:
                    fields = added.setdefault(target.ref, {})
                    for field in extend.fields:
                        name = f"[{_joined(scope_name, field.name)}]"  # as ProtoJSON and the text format write it
                        fields[name] = self._field(field, scope_name)
        return added

    def _field(self, field: Field, scope: str) -> Schema:
        schema = self._resolve(field.type, scope, field.line)
        if field.key:
            schema = Schema(type="object", additional=schema)
        elif field.label == "repeated":
            schema = Schema(type="array", items=schema)
        own: dict[str, Any] = {"number": field.number}
        own |= {name: said for name in ("oneof", "key") if (said := getattr(field, name))}
        behaviour = _behaviour(field)
        return msgspec.structs.replace(
            schema,
            description=field.comment,
            deprecated=field.options.get("deprecated") is True,
            default=field.options.get("default"),
            read_only="OUTPUT_ONLY" in behaviour,
            write_only="INPUT_ONLY" in behaviour,
            extensions={name: value for name, value in (own | field.options).items() if name not in _SAID},
        )

    # Services.

    def _operations(self) -> Iterator[Operation]:
        seen: dict[str, int] = {}
        for service in self._file.services:
            name = _joined(self._file.name, service.name)
            for method in service.methods:
                self._budget.spend_operation()
                path = f"/{name}/{method.name}"
                seen[path] = seen.get(path, 0) + 1
                if seen[path] > 1:
                    path += f"#{seen[path]}"
                operation = self._operation(path, name, service, method)
                yield operation
                if operation.body is not None and not (method.client_streams or method.server_streams):
                    request = operation.body.content[0].schema
                    yield from self._distinct(http.routes(operation, request, self._resolved, self._budget), seen)

    def _distinct(self, operations: Iterator[Operation], seen: dict[str, int]) -> Iterator[Operation]:
        """Yield operations, those with a key that another one has with a number behind their path."""
        for operation in operations:
            seen[operation.key] = seen.get(operation.key, 0) + 1
            number = seen[operation.key]
            path = operation.path if number == 1 else f"{operation.path}#{number}"
            yield msgspec.structs.replace(operation, path=path)

    def _operation(self, path: str, service_name: str, service: Service, method: Method) -> Operation:
        options = {**method.options}
        deprecated = options.pop("deprecated", service.options.get("deprecated"))
        request, sent = self._side(method.request, method.client_streams, method.line)
        response, returned = self._side(method.response, method.server_streams, method.line)
        return Operation(
            method="RPC",
            path=path,
            pointer=f"/services{path}",
            protocol="grpc",
            operation_id=f"{service_name}.{method.name}",
            description=method.comment,
            tags=(service_name,),
            deprecated=deprecated is True,
            body=Body(required=True, description=sent, content=(request,)),
            responses=(Response(status="", description=returned, content=(response,)),),
            security=tuple((Grant(_OAUTH, (scope,)),) for scope in _oauth_scopes(service)),
            servers=_servers(service),
            extensions=options,
        )

    def _side(self, name: str, streams: bool, line: int) -> tuple[Content, str]:
        """Return what goes one way, and what is said of it."""
        schema = self._resolve(name, self._file.name, line)
        if not streams:
            return Content(media_type=_MEDIA_TYPE, schema=schema), ""
        return (
            Content(media_type=_MEDIA_TYPE, schema=Schema(type="array", items=schema)),
            f"A stream of {name.rpartition('.')[2]} messages.",
        )


def _servers(service: Service) -> tuple[Server, ...]:
    """Return where a service is by default; gRPC takes port 443 where none is written (gRPC Name Resolution, dns)."""
    given = nodes.text(service.options.get("google.api.default_host"))
    host = clean_line(given) if len(given) <= MAX_URL else ""
    return (Server(url=host if ":" in host else f"{host}:443"),) if host else ()


def _oauth_scopes(service: Service) -> list[str]:
    """Return the scopes of a service, any of which will do."""
    return [clean_line(scope) for scope in nodes.text(service.options.get(_SCOPES)).split(",") if scope.strip()]


def _enum(enum: Enum) -> Schema:
    said = {
        value.name: EnumValue(description=value.comment, deprecated=value.options.get("deprecated") is True)
        for value in enum.values
    }
    numbers = {value.name: value.number for value in enum.values}
    return Schema(
        type="string",
        description=enum.comment,
        deprecated=enum.options.get("deprecated") is True,
        enum=tuple(said),
        enum_values={name: value for name, value in said.items() if value != EnumValue()},
        extensions={"numbers": numbers, **{key: value for key, value in enum.options.items() if key != "deprecated"}},
    )


_SAID = frozenset(("default", "deprecated"))
"""Options of a field that have a place of their own in `Schema`."""


def _behaviour(field: Field) -> list[Any]:
    said = field.options.get(_BEHAVIOUR, [])
    return said if isinstance(said, list) else [said]


def _is_required(field: Field) -> bool:
    presence = field.options.get("features.field_presence")
    return field.label == "required" or presence == "LEGACY_REQUIRED" or "REQUIRED" in _behaviour(field)


def _joined(scope: str, name: str) -> str:
    return f"{scope}.{name}" if scope else name


def _pointer(name: str, declared: Message | Enum) -> str:
    return f"/{'messages' if isinstance(declared, Message) else 'enums'}/{name}"
