"""Smithy's JSON AST, 1.0 and 2.0, to `Spec`. Source: https://smithy.io/2.0/spec/json-ast.html.

A service has operations of its own and of its resources; traits say how they are called over HTTP.
"""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from engine.errors import SpecError
from engine.specs.limits import Budget
from engine.specs.model import About, Grant, Operation, Schema, SecurityScheme, Server, ServerVariable, Spec, Tag
from engine.specs.nodes import items, line, mapping, text
from engine.specs.problems import Problems
from engine.specs.recordings.recorded import Keys
from engine.specs.smithy.operations import Operations, Service
from engine.specs.smithy.protocols import protocol_of, wire_name
from engine.specs.smithy.schemas import Schemas
from engine.specs.smithy.shapes import API, Shapes, Traits, local

_HINT = "Build the model with `smithy build`, and add the `model.json` that it writes"
_SIGNED = "aws.auth#sigv4"
_HTTP_AUTH = {"httpBearerAuth": "bearer", "httpBasicAuth": "basic", "httpDigestAuth": "digest"}
_ACTIONS = ("create", "put", "read", "update", "delete", "list")
"""What a resource calls its operations."""
_MAX_DEPTH = 30
"""Resources in resources."""
_HOST = re.compile(r"[a-z0-9][a-z0-9.-]{0,99}")
_REGION = "us-east-1"
"""Region of AWS that stands for the others: it has all services."""


def parse(tree: dict[str, Any], budget: Budget) -> Spec:
    """Read the decoded model.

    Raises:
        SpecError: It is of another version, has no operations, or is more than the limits allow.
    """
    version = text(tree.get("smithy"))
    if version.partition(".")[0] not in ("1", "2"):
        raise SpecError(f"Smithy {line(version)[:20]} is not supported", hint=_HINT)
    return _Reader(Shapes(tree, budget), budget).spec(f"smithy-{version if '.' in version else f'{version}.0'}")


class _Reader:
    def __init__(self, shapes: Shapes, budget: Budget) -> None:
        self._shapes = shapes
        self._budget = budget
        self._problem = Problems()
        self._keys = Keys()
        self._schemas: dict[str, Schema] = {}
        self._schemes: dict[str, SecurityScheme] = {}

    def spec(self, form: str) -> Spec:
        services = self._shapes.of_type("service")
        if not services:
            raise SpecError("The Smithy model has no service", hint=_HINT)
        operations = tuple(each for service in services for each in self._of_service(service, len(services) > 1))
        first = services[0]
        traits = self._shapes.traits(first)
        tags = dict.fromkeys(tag for operation in operations for tag in operation.tags)
        named = [*self._shapes.of_type("resource"), *services]
        described = {local(each): self._shapes.trait(each, "documentation") for each in reversed(named)}
        return Spec(
            about=About(
                title=line(traits.get(f"{API}title")) or local(first),
                format=form,
                version=line(self._shapes.node(first).get("version")),
                description=text(traits.get(f"{API}documentation")),
                servers=_servers(traits),
                tags=tuple(Tag(tag, text(described.get(tag))) for tag in tags),
                security_schemes=tuple(self._schemes.values()),
            ),
            operations=operations,
            schemas=self._schemas,
            problems=self._problem.kept,
        )

    def _of_service(self, shape_id: str, is_one_of_many: bool) -> Iterator[Operation]:
        node, traits = self._shapes.node(shape_id), self._shapes.traits(shape_id)
        protocol = protocol_of(traits)
        schemas = Schemas(self._shapes, lambda member: wire_name(protocol, member), protocol.timestamps, self._budget)
        service = Service(
            name=local(shape_id),
            version=line(node.get("version")),
            protocol=protocol,
            errors=tuple(self._shapes.targets(node.get("errors"))),
            security=self._security(traits, traits),
        )
        reader = Operations(self._shapes, schemas, service, self._budget, self._problem)
        tag = local(shape_id) if is_one_of_many else ""
        for operation_id, resource in dict(self._listed(node, tag, _MAX_DEPTH)).items():
            own = self._shapes.traits(operation_id)
            is_other = f"{API}auth" in own or f"{API}optionalAuth" in own
            security = self._security(traits, own) if is_other else None
            if operation := reader.read(operation_id, resource, security):
                path = self._keys.path(operation.method, operation.path, operation.operation_id)
                yield msgspec.structs.replace(operation, path=path)
        schemas.finish()
        self._schemas |= schemas.kept

    def _listed(self, node: dict[str, Any], tag: str, left: int) -> Iterator[tuple[str, str]]:
        """Yield the id of each operation of a service or resource, and of the resources in it, with what it is of."""
        own = [text(mapping(node.get(action)).get("target")) for action in _ACTIONS]
        many = [*self._shapes.targets(node.get("operations")), *self._shapes.targets(node.get("collectionOperations"))]
        for operation in (*own, *many):
            if self._shapes.node(operation).get("type") == "operation":
                yield operation, tag
        for resource in self._shapes.targets(node.get("resources")) if left else ():
            self._budget.spend()
            yield from self._listed(self._shapes.node(resource), local(resource), left - 1)

    def _security(self, service: Traits, own: Traits) -> tuple[tuple[Grant, ...], ...]:
        """Return the ways to authenticate, any of which is enough."""
        listed = own.get(f"{API}auth", service.get(f"{API}auth"))
        names = [text(each) for each in items(listed)] if listed is not None else sorted(service)
        grants = [(Grant(scheme.name),) for name in names if (scheme := self._scheme(name, mapping(service.get(name))))]
        is_open = f"{API}optionalAuth" in own or (listed == [] and not grants)
        return (*grants, *([()] if is_open else []))

    def _scheme(self, trait: str, given: dict[str, Any]) -> SecurityScheme | None:
        scheme = _scheme(trait, given)
        if scheme is not None:
            self._schemes.setdefault(scheme.name, scheme)
        return scheme


def _scheme(trait: str, given: dict[str, Any]) -> SecurityScheme | None:
    """Return the scheme that a trait of a service stands for; None where it is of something else."""
    name = trait.rpartition("#")[2]
    if trait == _SIGNED:
        signed = line(given.get("name"))
        said = f"AWS Signature Version 4, for the service `{signed}`" if signed else "AWS Signature Version 4"
        return SecurityScheme(name, "http", "aws4-hmac-sha256", description=said)
    if not trait.startswith(API):
        return None
    if name in _HTTP_AUTH:
        return SecurityScheme(name, "http", _HTTP_AUTH[name])
    if name == "httpApiKeyAuth":
        location = "query" if given.get("in") == "query" else "header"
        return SecurityScheme(name, "apiKey", location=location, parameter=line(given.get("name")))
    return None


def _servers(traits: Traits) -> tuple[Server, ...]:
    """Return the address of a service of AWS; other models have none."""
    prefix = line(mapping(traits.get("aws.api#service")).get("endpointPrefix"))
    if not _HOST.fullmatch(prefix):
        return ()
    region = ServerVariable(_REGION, description="Region of AWS")
    template = f"https://{prefix}.{{region}}.amazonaws.com"
    return (Server(url=template.replace("{region}", _REGION), template=template, variables={"region": region}),)
