"""Facts first: what a caller must know of an operation, composed from the spec by code."""

import re
from collections.abc import Sequence

from engine.answer.intent import intent
from engine.answer.records import Facts, FieldFact, OperationFacts, ResponseFact
from engine.answer.request import curl
from engine.answer.source import Source
from engine.specs.describe import Resolve, field_rows, first_sentence, merged, plain, sentences, type_name
from engine.specs.model import About, Operation, Parameter, Response, Schema

MAX_OPTIONAL = 40
"""Optional inputs that are listed; the browser shows all."""

_ABOUT_ACCESS = re.compile(
    r"\b(scopes?|tokens?|permissions?|access|authenticat\w*|authoriz\w*|credentials?|api keys?)\b", re.IGNORECASE
)


def compose(question: str, sources: Sequence[Source], *, search: str, note: str = "") -> Facts:
    """Return the facts of an answer, operations in the order given.

    Args:
        question: What the user asked.
        sources: The operations that answer it, the closest first.
        search: How they were found.
        note: A sentence where there is something to say.
    """
    return Facts(
        question=question,
        intent=intent(question),
        operations=tuple(operation_facts(source, number) for number, source in enumerate(sources, 1)),
        search=search,
        note=note,
    )


def operation_facts(source: Source, citation: int) -> OperationFacts:
    """Return the facts of one operation, cited as `[citation]`."""
    operation, resolve = source.operation, source.resolve
    inputs = [_parameter_fact(parameter) for parameter in operation.parameters] + _body_facts(operation, resolve)
    success = [response for response in operation.responses if response.status[:1] == "2"]
    failed = [response for response in operation.responses if response.status[:1] in ("4", "5")]
    grants = [grant for alternative in operation.security for grant in alternative]
    return OperationFacts(
        citation=citation,
        spec=source.spec,
        operation=operation.key,
        operation_id=operation.operation_id,
        summary=operation.summary or first_sentence(operation.description),
        pointer=operation.pointer,
        deprecated=operation.deprecated,
        needs=tuple(fact for fact in inputs if fact.required),
        accepts=tuple(fact for fact in inputs if not fact.required)[:MAX_OPTIONAL],
        auth=auth(operation, source.about),
        scopes=tuple(dict.fromkeys(scope for grant in grants for scope in grant.scopes)),
        returns=_response_fact(success[0]) if success else None,
        errors=tuple(_response_fact(response) for response in failed),
        request=curl(operation, source.about, resolve, source.example),
    )


def auth(operation: Operation, about: About) -> tuple[str, ...]:
    """Return how a caller proves who it is, as sentences: the declared ways, else what the description says of it."""
    schemes = {scheme.name: scheme for scheme in about.security_schemes}
    ways = []
    for alternative in operation.security:
        if not alternative:
            ways.append("No credentials are needed")
            continue
        parts = []
        for grant in alternative:
            scheme = schemes.get(grant.scheme)
            if scheme is None:
                parts.append(f"{grant.scheme} (which the spec does not define)")
            elif scheme.type == "apiKey":
                parts.append(f"API key in the {scheme.location} parameter {scheme.parameter}")
            elif scheme.type == "http":
                parts.append(f"HTTP {scheme.scheme} authentication")
            elif scheme.type == "oauth2":
                scopes = f" with scope {', '.join(grant.scopes)}" if grant.scopes else ""
                parts.append(f"OAuth 2.0 token ({scheme.name}){scopes}")
            else:
                parts.append(f"{scheme.type} ({scheme.name})")
        ways.append(" and ".join(parts))
    if ways:
        return tuple(ways)
    if about.security_schemes:
        return ("The spec requires no credentials for this operation",)
    quotes = [plain(text) for text in sentences(operation.description) if _ABOUT_ACCESS.search(text)]
    declared = "The spec declares no authentication"
    return (declared, *(f"Its description says: “{quote}”" for quote in quotes[:2]))


def _parameter_fact(parameter: Parameter) -> FieldFact:
    return _field(parameter.name, parameter.location, parameter.schema, parameter.required, parameter.description)


def _body_facts(operation: Operation, resolve: Resolve) -> list[FieldFact]:
    """Return the top-level fields of the request body, or the body itself when it has none."""
    if operation.body is None or not operation.body.content:
        return []
    content = operation.body.content[0]
    rows = field_rows(content.schema, resolve)
    if not rows:
        required = operation.body.required
        return [_field(content.media_type, "body", content.schema, required, operation.body.description)]
    return [
        _field(row.name, "body", row.schema, row.required, row.schema.description or _described(row.schema, resolve))
        for row in rows
        if not merged(row.schema, resolve).read_only
    ]


def _described(schema: Schema, resolve: Resolve) -> str:
    return merged(schema, resolve).description


def _field(name: str, location: str, schema: Schema, required: bool, description: str) -> FieldFact:
    return FieldFact(
        name=name,
        location=location,
        type=type_name(schema),
        required=required,
        description=first_sentence(description or schema.description),
        enum=tuple("null" if value is None else str(value) for value in schema.enum),
    )


def _response_fact(response: Response) -> ResponseFact:
    return ResponseFact(
        status=response.status,
        description=first_sentence(response.description),
        type=type_name(response.content[0].schema) if response.content else "",
    )
