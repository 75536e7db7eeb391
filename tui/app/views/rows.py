"""An operation as rows of a tree: what goes in, what comes back, who may call it and where."""

from collections.abc import Sequence

from engine import (
    Body,
    Content,
    How,
    Linked,
    Operation,
    OperationView,
    Response,
    SecurityScheme,
    Server,
    StepFact,
    first_sentence,
    summary_of,
    type_name,
)
from tui.app.views.entry import INCOMING
from tui.app.views.fields import field_row, parameter_row
from tui.app.views.row import Row, extension_facts, shortened
from tui.app.views.steps import step_section


def operation_rows(view: OperationView) -> list[Row]:
    """Return the sections of an operation; what it does not have is left out, except for security."""
    operation = view.operation
    servers = operation.servers or (() if operation.incoming else view.about.servers)
    sections = [
        *_sections(operation, view.steps),
        Row("Callbacks", note=str(len(operation.callbacks)), rows=tuple(map(_callback, operation.callbacks))),
        *([] if operation.workflow else [_security(view)]),
        Row("Servers", rows=tuple(map(_server, servers))),
        Row("Needs", note=_found_by(view.needs), rows=tuple(_giver(link, view.spec) for link in view.needs)),
        Row("Feeds", note=_found_by(view.feeds), rows=tuple(_taker(link, view.spec) for link in view.feeds)),
    ]
    return [section for section in sections if section.rows or section.text or section.schema]


def operation_facts(operation: Operation) -> tuple[tuple[str, str], ...]:
    """Return label and value of what is said of an operation besides its description."""
    said = {
        "id": operation.operation_id,
        "tags": ", ".join(operation.tags),
        "deprecated": operation.deprecation,
        "incoming": "the API makes this call, to an address of yours" if operation.incoming else "",
    }
    return (*((name, value) for name, value in said.items() if value), *extension_facts(operation.extensions))


def _sections(operation: Operation, steps: Sequence[StepFact] = ()) -> list[Row]:
    """Return what goes in, what is done and what comes back."""
    parameters = tuple(map(parameter_row, operation.parameters))
    name = {"graphql": "Arguments", "workflow": "Inputs"}.get(operation.protocol, "Parameters")
    return [
        Row(name, note=str(len(parameters)), rows=parameters),
        *([_body(operation.body, operation.protocol)] if operation.body else []),
        step_section(steps),
        _responses(operation.responses, operation.protocol),
    ]


def _body(body: Body, protocol: str) -> Row:
    if protocol == "http":
        section = Row("Body", note="required" if body.required else "optional", text=body.description)
    else:
        section = Row("Message", text=body.description)
    return _holding(section, body.content, protocol)


def _holding(section: Row, contents: tuple[Content, ...], protocol: str) -> Row:
    """Return a section with what it holds: one form in each media type, or the one type that the protocol has."""
    if protocol in ("graphql", "grpc", "workflow") and len(contents) == 1:
        return section._replace(type=type_name(contents[0].schema), schema=contents[0].schema)
    return section._replace(rows=tuple(map(_content, contents)))


def _content(content: Content) -> Row:
    row = field_row(content.media_type, content.schema)
    names = [example.name for example in content.examples[:1]]
    facts = [(" ".join(["example", *names]), shortened(content.example))] if content.example else []
    others = [(f"example {one.name}", shortened(one.summary if one.ref else one.value)) for one in content.examples[1:]]
    return row._replace(facts=(*row.facts, *facts, *others))


def _responses(responses: tuple[Response, ...], protocol: str) -> Row:
    """Return what comes back. Where there are no statuses there is one answer, and the section is about it."""
    if len(responses) == 1 and not responses[0].status:
        return _response(responses[0], protocol)._replace(name="Returns", note="")
    rows = tuple(_response(response, protocol) for response in responses)
    return Row("Responses", note=str(len(responses)), rows=rows)


def _response(response: Response, protocol: str) -> Row:
    headers = tuple(map(parameter_row, response.headers))
    links = tuple(
        Row(
            link.name,
            type=f"→ {link.operation}",
            text=link.description,
            rows=tuple(Row(name, note=value) for name, value in link.parameters.items()),
        )
        for link in response.links
    )
    beside = tuple(
        Row(name, note=str(len(rows)), rows=rows) for name, rows in (("Headers", headers), ("Links", links)) if rows
    )
    row = Row(
        response.status,
        type=type_name(response.content[0].schema) if response.content else "",
        note=first_sentence(response.description),
        text=response.description,
        facts=extension_facts(response.extensions),
    )
    if beside:
        return row._replace(rows=(*map(_content, response.content), *beside))
    return _holding(row, response.content, protocol)


def _callback(operation: Operation) -> Row:
    return Row(
        f"{INCOMING}{operation.key}",
        note=summary_of(operation),
        text=operation.description,
        facts=operation_facts(operation),
        rows=tuple(section for section in _sections(operation) if section.rows),
    )


def _security(view: OperationView) -> Row:
    schemes = {scheme.name: scheme for scheme in view.about.security_schemes}
    rows = []
    for alternative in view.operation.security:
        rows += [_grant(grant.scheme, grant.scopes, schemes.get(grant.scheme)) for grant in alternative]
        if not alternative:
            rows.append(Row("no credentials"))
    if not rows:
        return Row("Security", note="none declared", text="The spec says nothing about credentials here.")
    return Row("Security", note="one of these" if len(view.operation.security) > 1 else "", rows=tuple(rows))


def _grant(name: str, scopes: tuple[str, ...], scheme: SecurityScheme | None) -> Row:
    if scheme is None:
        return Row(name, type="not declared", note=", ".join(scopes))
    said = {
        "in": f"{scheme.location} {scheme.parameter}" if scheme.parameter else "",
        "token from": scheme.token_url,
        "authorize at": scheme.authorization_url,
        "device sign-in at": scheme.device_url,
        "described at": scheme.openid_url or scheme.metadata_url,
    }
    return Row(
        name,
        type=" ".join(filter(None, [scheme.type, scheme.scheme])),
        note=", ".join(scopes),
        text=scheme.description,
        facts=tuple((label, value) for label, value in said.items() if value),
    )


def _found_by(links: Sequence[Linked]) -> str:
    """Return how links came about, where the specification does not say them all."""
    return "" if all(link.how == How.LINK for link in links) else "by paths, names and schemas"


def _giver(link: Linked, spec: str) -> Row:
    """Return an operation that gives what the one on the screen takes."""
    said = f"{link.operation} gives what {link.needs} takes. Enter opens it."
    return Row(link.needs, type=f"← {link.operation}", note=link.gives, text=said, ref=f"{spec}:{link.operation}")


def _taker(link: Linked, spec: str) -> Row:
    """Return an operation that takes what the one on the screen gives."""
    said = f"{link.operation} takes {link.gives or 'the response'} as {link.needs}. Enter opens it."
    note = " ← ".join(filter(None, [link.needs, link.gives]))
    return Row(link.operation, note=note, text=said, ref=f"{spec}:{link.operation}")


def _server(server: Server) -> Row:
    """Return a base address; one that has parts to choose shows them when it is opened."""
    rows = tuple(
        Row(name, type=" | ".join(variable.values), note=f"default {variable.default}", text=variable.description)
        for name, variable in server.variables.items()
    )
    return Row(server.template or server.url, text=server.description, rows=rows)
