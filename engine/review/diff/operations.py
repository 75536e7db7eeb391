"""How two versions of an operation differ."""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from engine.review.diff.found import Found, Spot
from engine.review.diff.pairs import answers, is_range, paired
from engine.review.diff.schemas import BODY, HEADER, PARAMETER, RESPONSE, Pair, Role, SchemaComparer
from engine.review.diff.steps import compare_steps
from engine.review.diff.values import exact, said
from engine.review.diff.wire import effective, written_in_form
from engine.specs.describe import type_name
from engine.specs.model import (
    Body,
    Content,
    Example,
    Grant,
    Link,
    Operation,
    Parameter,
    Response,
    Schema,
    Serialization,
    Server,
)

PLACEHOLDER = re.compile(r"\{([^{}/]*)\}")
"""A path parameter in a path."""

_Grants = tuple[Grant, ...]
_Key = tuple[str, str]


class Root(NamedTuple):
    """A place in an operation that refers to a pair of schemas."""

    operation: int
    """Index in `OperationComparer.keys`."""
    pair: Pair
    spot: Spot
    path: str
    """Path from there to the schemas."""


class OperationComparer:
    """Compares operations and keeps which schemas they refer to.

    Args:
        found: Takes the differences.
        schemas: Compares their schemas.
        examples: The shared examples of both sides.
    """

    def __init__(self, found: Found, schemas: SchemaComparer, examples: tuple[dict[str, Any], dict[str, Any]]) -> None:
        self._found = found
        self._schemas = schemas
        self._examples = examples
        self.keys: list[str] = []
        """Keys of the operations that were compared."""
        self.roots: list[Root] = []
        self.documentation = 0
        """Operations whose texts differ."""

    def compare(self, old: Operation, new: Operation, key: str) -> None:
        """Compare two versions of an operation.

        Raises:
            SpecError: It is more than the limits allow.
        """
        self.keys.append(key)
        self.documentation += _texts(old) != _texts(new)
        self._operation(old, new, Spot((key,), "", new.pointer))

    def _operation(self, old: Operation, new: Operation, spot: Spot) -> None:
        self._facts(old, new, spot)
        compare_steps(old, new, self._found, spot)
        if new.protocol not in ("graphql", "grpc"):  # whose types are compared by name
            self._parameters(old, new, spot)
            if _is_received(new):
                self._headers(_beside(old), _beside(new), spot)
            self._bodies(old, new, spot)
            self._responses(old, new, spot)
        self._security(old.security, new.security, spot)
        self._servers(old.servers, new.servers, spot)
        for before, after in paired(old.callbacks, new.callbacks, lambda callback: callback.key):
            here = (before or after or new).key
            inner = spot.within(f"callback {said(here)}")
            if before and after:
                self._operation(before, after, inner)
            else:
                self._found.add("callback-added" if after else "callback-removed", inner)

    def _facts(self, old: Operation, new: Operation, spot: Spot) -> None:
        if old.deprecated != new.deprecated:
            self._found.add("endpoint-deprecated" if new.deprecated else "endpoint-reactivated", spot)
        if old.operation_id != new.operation_id:
            what = "added" if not old.operation_id else "removed" if not new.operation_id else "changed"
            self._found.add(f"api-operation-id-{what}", spot, said(old.operation_id), said(new.operation_id))
        for tag in dict.fromkeys(new.tags):
            if tag not in old.tags:
                self._found.add("api-tag-added", spot, "", said(tag))
        for tag in dict.fromkeys(old.tags):
            if tag not in new.tags:
                self._found.add("api-tag-removed", spot, said(tag), "")

    # Parameters ----------------------------------------------------------------------------------------------------
    def _parameters(self, old: Operation, new: Operation, spot: Spot) -> None:
        names = dict(zip(PLACEHOLDER.findall(old.path), PLACEHOLDER.findall(new.path), strict=False))
        for before, after in names.items():
            if before != after:
                self._found.add("request-path-parameter-renamed", spot, said(before), said(after))
        renamed = [
            (
                _parameter_key(
                    each, names.get(each.name, each.name) if each.location in ("path", "channel") else each.name
                ),
                each,
            )
            for each in _sent(old)
        ]
        self._inputs(dict(renamed), {_parameter_key(each, each.name): each for each in _sent(new)}, spot)

    def _inputs(self, before: dict[_Key, Parameter], after: dict[_Key, Parameter], spot: Spot) -> None:
        """Compare what is sent beside a body, or beside a part of one."""
        gone = {each.name: each for key, each in before.items() if key not in after}
        for key, parameter in after.items():
            here = spot.within(f"{parameter.location} parameter {said(parameter.name)}")
            if key in before:
                self._parameter(before[key], parameter, here)
            elif moved := gone.pop(parameter.name, None):
                self._found.add("request-parameter-location-changed", here, moved.location, parameter.location)
                self._parameter(moved, parameter, here)
            else:
                rule = "new-required-request-parameter" if parameter.required else "new-optional-request-parameter"
                self._found.add(rule, here, "", said(type_name(parameter.schema)))
        for parameter in gone.values():
            here = spot.within(f"{parameter.location} parameter {said(parameter.name)}")
            self._found.add("request-parameter-removed", here, said(type_name(parameter.schema)), "")

    def _parameter(self, old: Parameter, new: Parameter, spot: Spot) -> None:
        if old.required != new.required:
            self._found.add(f"request-parameter-became-{'required' if new.required else 'optional'}", spot)
        if old.deprecated != new.deprecated:
            self._found.add(f"request-parameter-{'deprecated' if new.deprecated else 'reactivated'}", spot)
        self._writing(old, new, "request-parameter", spot)
        self._schema(old.schema, new.schema, PARAMETER, spot)
        self._example(old, new, spot)

    def _writing(self, old: Parameter, new: Parameter, rule: str, spot: Spot) -> None:
        """Compare how values are written."""
        compound = self._schemas.compound(old.schema, new.schema)
        before, after = (effective(each.serialization, new.location, compound) for each in (old, new))
        if before != after:
            self._found.add(f"{rule}-serialization-changed", spot, before, after)
        elif old.serialization.allow_reserved != new.serialization.allow_reserved:
            texts = ("encoded", "as they are")
            one, other = texts if new.serialization.allow_reserved else reversed(texts)
            self._found.add(f"{rule}-reserved-changed", spot, one, other)

    def _headers(self, old: Iterable[Parameter], new: Iterable[Parameter], spot: Spot) -> None:
        """Compare what comes beside a body that the client receives."""
        for before, after in paired(old, new, lambda header: header.name.lower()):
            header = after or before
            assert header is not None  # noqa: S101 - a pair has at least one side
            here = spot.within(f"{header.location} {said(header.name)}")
            if before and after:
                if before.required != after.required:
                    self._found.add(f"response-header-became-{'required' if after.required else 'optional'}", here)
                self._writing(before, after, "response-header", here)
                self._schema(before.schema, after.schema, HEADER, here)
                self._example(before, after, here)
            elif after:
                self._found.add("response-header-added", here, "", said(type_name(after.schema)))
            else:
                rule = f"{'required' if header.required else 'optional'}-response-header-removed"
                self._found.add(rule, here, said(type_name(header.schema)), "")

    # Bodies and responses ------------------------------------------------------------------------------------------
    def _bodies(self, old: Operation, new: Operation, spot: Spot) -> None:
        here = spot.within("message" if new.protocol == "message" else "request body")
        if old.body and new.body:
            if old.body.required != new.body.required:
                self._found.add(f"request-body-became-{'required' if new.body.required else 'optional'}", here)
            rule, role = ("response", RESPONSE) if _is_received(new) else ("request-body", BODY)
            self._contents(old.body.content, new.body.content, rule, role, here)
        elif new.body:
            rule = "request-body-added-required" if new.body.required else "request-body-added-optional"
            self._found.add(rule, here, "", _body_text(new.body))
        elif old.body:
            self._found.add("request-body-removed", here, _body_text(old.body), "")

    def _responses(self, old: Operation, new: Operation, spot: Spot) -> None:
        for before, after in answers(old.responses, new.responses):
            status = (after or before or Response("")).status
            here = spot.within(f"response {said(status)}".strip())
            if before and after:
                if before.status.upper() != after.status.upper():
                    what = "widened" if is_range(after.status) else "narrowed"
                    self._found.add(f"response-status-{what}", here, said(before.status), said(after.status))
                self._headers(before.headers, after.headers, here)
                rule, role = ("request-body", BODY) if _is_received(new) else ("response", RESPONSE)
                self._contents(before.content, after.content, rule, role, here)
                self._links(before.links, after.links, here)
            else:
                success = "success" if status.startswith("2") or not status else "non-success"
                self._found.add(f"response-{success}-status-{'added' if after else 'removed'}", here)

    def _links(self, old: Iterable[Link], new: Iterable[Link], spot: Spot) -> None:
        for before, after in paired(old, new, lambda link: link.name):
            if before is None or after is None:
                texts = (said(before.name), "") if before else ("", said(after.name) if after else "")
                self._found.add(f"response-link-{'removed' if before else 'added'}", spot, *texts)
            elif (before.operation, before.parameters, before.body) != (after.operation, after.parameters, after.body):
                here = spot.within(f"link {said(after.name)}")
                self._found.add("response-link-changed", here, _link_text(before), _link_text(after))

    def _encoding(self, old: Content, new: Content, rule: str, spot: Spot) -> None:
        """Report the fields of a form that are written in another way; new fields and lost ones are told as such."""
        for name in dict.fromkeys((*old.encoding, *new.encoding)):
            one, other = self._schemas.fields(old.schema, new.schema, name)
            if one is None or other is None:
                continue
            here = spot.within(said(name))
            was, how = (side.encoding.get(name, Serialization()) for side in (old, new))
            before = written_in_form(was, one, self._schemas.old.whole)
            after = written_in_form(how, other, self._schemas.new.whole)
            if before != after:
                self._found.add(f"{rule}-encoding-changed", here, before, after)
            if not _kind(new.media_type).startswith("multipart"):
                continue  # where parts have no headers
            if rule == "response":
                self._headers(was.headers, how.headers, here)
            else:
                one_side, other_side = (
                    {_parameter_key(header, header.name): header for header in side.headers} for side in (was, how)
                )
                self._inputs(one_side, other_side, here)

    def _example(self, old: Parameter | Content, new: Parameter | Content, spot: Spot) -> None:
        self._shown(self._value(old, 0), self._value(new, 1), spot)
        if isinstance(old, Content) and isinstance(new, Content):
            for one, other in paired(old.examples[1:], new.examples[1:], lambda example: example.name):
                before = None if one is None else self._examples[0].get(one.ref) if one.ref else one.value
                after = None if other is None else self._examples[1].get(other.ref) if other.ref else other.value
                self._shown(before, after, spot.within(f"example {said((other or one or Example('')).name)}"))

    def _shown(self, before: Any, after: Any, spot: Spot) -> None:
        if exact(before) != exact(after):
            what = "added" if before is None else "removed" if after is None else "changed"
            self._found.add(f"example-{what}", spot, said(before), said(after))

    def _value(self, part: Parameter | Content, side: int) -> Any:
        if isinstance(part, Content) and part.example_ref:
            return self._examples[side].get(part.example_ref)
        return part.example

    def _contents(self, old: tuple[Content, ...], new: tuple[Content, ...], rule: str, role: Role, spot: Spot) -> None:
        is_only = len(old) == len(new) == 1
        for before, after in paired(old, new, lambda content: _kind(content.media_type)):
            media_type = said((after or before or Content("")).media_type)
            if before and after:
                here = spot if is_only else spot._replace(where=f"{spot.where} ({media_type})")
                self._encoding(before, after, rule, here)
                self._schema(before.schema, after.schema, role, here)
                self._example(before, after, here)
            else:
                texts = ("", media_type) if after else (media_type, "")
                self._found.add(f"{rule}-media-type-{'added' if after else 'removed'}", spot, *texts)

    def _schema(self, old: Schema, new: Schema, role: Role, spot: Spot) -> None:
        compared = self._schemas.compare(old, new, role)
        for finding in compared.findings:
            self._found.add_in_schema(finding, role, True, spot)
        index = len(self.keys) - 1
        self.roots.extend(Root(index, pair, spot, path) for pair, path in compared.uses)

    # Security and servers ------------------------------------------------------------------------------------------
    def _security(self, old: tuple[_Grants, ...], new: tuple[_Grants, ...], spot: Spot) -> None:
        before, after = list(old or ((),)), list(new or ((),))
        same = [grants for grants in after if grants in before]
        before, after = ([grants for grants in side if grants not in same] for side in (before, after))
        for alternative in list(after):
            partner = next((one for one in before if _schemes(one) == _schemes(alternative)), None)
            if partner is not None:
                before.remove(partner)
                after.remove(alternative)
                self._scopes(partner, alternative, spot)
        for grants in after:
            if grants:
                self._found.add("api-security-added", spot, "", _grants_text(grants))
            else:
                self._found.add("api-security-anonymous-access-added", spot, _all_grants_text(old), "")
        needed_none, needs_none = (() in (side or ((),)) for side in (old, new))
        for grants in before:
            if not grants:
                self._found.add("api-security-anonymous-access-removed", spot, "", _all_grants_text(new))
            elif not needs_none:
                self._found.add("api-security-removed", spot, _grants_text(grants), "")
            elif needed_none:
                self._found.add("api-security-optional-removed", spot, _grants_text(grants), "")

    def _scopes(self, old: _Grants, new: _Grants, spot: Spot) -> None:
        before, after = (
            {(grant.scheme, scope): None for grant in side for scope in grant.scopes} for side in (old, new)
        )
        for scheme, scope in after:
            if (scheme, scope) not in before:
                self._found.add("api-security-scope-added", spot, "", said(f"{scope} ({scheme})"))
        for scheme, scope in before:
            if (scheme, scope) not in after:
                self._found.add("api-security-scope-removed", spot, said(f"{scope} ({scheme})"), "")

    def _servers(self, old: tuple[Server, ...], new: tuple[Server, ...], spot: Spot) -> None:
        compare_servers(self._found, old, new, spot)


def compare_servers(found: Found, old: tuple[Server, ...], new: tuple[Server, ...], spot: Spot) -> None:
    """Compare the servers of a specification or an operation."""
    for before, after in paired(old, new, lambda server: server.template or server.url):
        if before is None and after is not None:
            found.add("api-server-added", spot, "", said(after.template or after.url))
        elif after is None and before is not None:
            found.add("api-server-removed", spot, said(before.template or before.url), "")


def _kind(media_type: str) -> str:
    """Return a media type as it is compared: JSON is in UTF-8 anyway (RFC 8259, 8.1), and text usually."""
    return media_type.lower().replace(" ", "").removesuffix(";charset=utf-8")


def _link_text(link: Link) -> str:
    given = {**link.parameters, "body": link.body} if link.body else link.parameters
    return said(f"{link.operation} ({', '.join(f'{name}: {value}' for name, value in given.items())})")


def _is_received(operation: Operation) -> bool:
    """Tell whether it is the client that gets the request: of a webhook, or a message that the application sends."""
    return operation.incoming or (operation.protocol == "message" and operation.method in ("SEND", "SUBSCRIBE"))


def _beside(operation: Operation) -> list[Parameter]:
    """Return what comes with the body; parameters of a channel are those of its address."""
    return [parameter for parameter in operation.parameters if parameter.location != "channel"]


def _sent(operation: Operation) -> list[Parameter]:
    """Return what a client has to give."""
    is_received = _is_received(operation)
    return [parameter for parameter in operation.parameters if not is_received or parameter.location == "channel"]


def _parameter_key(parameter: Parameter, name: str) -> _Key:
    return parameter.location, name.lower() if parameter.location == "header" else name


def _body_text(body: Body) -> str:
    return said(", ".join(content.media_type for content in body.content))


def _schemes(grants: _Grants) -> list[str]:
    return sorted(grant.scheme for grant in grants)


def _grants_text(grants: _Grants) -> str:
    """Return what an alternative needs: `oauth (read, write) and key`."""
    needs = (f"{grant.scheme} ({', '.join(grant.scopes)})" if grant.scopes else grant.scheme for grant in grants)
    return said(" and ".join(needs))


def _all_grants_text(security: tuple[_Grants, ...]) -> str:
    return said(" or ".join(map(_grants_text, filter(None, security))))


def _texts(operation: Operation) -> list[str]:
    """Return what an operation says in words, outside its schemas."""
    body = operation.body.description if operation.body else ""
    parameters = (parameter.description for parameter in operation.parameters)
    responses = (response.description for response in operation.responses)
    return [operation.summary, operation.description, body, *parameters, *responses]
