"""Facts first: what a caller must know of an operation, composed from the spec by code."""

import re
from collections.abc import Sequence

from engine.answer.intent import intent
from engine.answer.records import Facts, FieldFact, OperationFacts, ResponseFact
from engine.answer.request import curl
from engine.answer.source import Source
from engine.answer.values import allowed
from engine.specs.describe import Resolve, field_rows, first_sentence, merged, plain, sentences, type_name
from engine.specs.model import About, Grant, Operation, Response, Schema, SecurityScheme

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
    inputs = [
        _field(parameter.name, parameter.location, parameter.schema, resolve, parameter.required, parameter.description)
        for parameter in operation.parameters
    ]
    inputs += _body_facts(operation, resolve)
    returns, errors = _outcomes(operation.responses)
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
        returns=_response_fact(returns) if returns else None,
        errors=tuple(map(_response_fact, errors)),
        request=curl(operation, source.about, resolve, source.example),
    )


def auth(operation: Operation, about: About) -> tuple[str, ...]:
    """Return how a caller proves who it is, as sentences: the declared ways, else what the description says of it."""
    schemes = {scheme.name: scheme for scheme in about.security_schemes}
    ways = []
    for alternative in operation.security:
        needed = [_credential(grant, schemes.get(grant.scheme)) for grant in alternative]
        ways.append(" and ".join(needed) or "No credentials are needed")
    if ways:
        return tuple(ways)
    if about.security_schemes:
        return ("The spec requires no credentials for this operation",)
    quotes = [plain(text) for text in sentences(operation.description) if _ABOUT_ACCESS.search(text)]
    declared = "The spec declares no authentication"
    return (declared, *(f"Its description says: “{quote}”" for quote in quotes[:2]))


def _credential(grant: Grant, scheme: SecurityScheme | None) -> str:
    if scheme is None:
        return f"{grant.scheme} (which the spec does not define)"
    match scheme.type:
        case "apiKey":
            way = f"API key in the {scheme.location} parameter {scheme.parameter}"
        case "http":
            way = f"HTTP {scheme.scheme} authentication"
        case "oauth2":
            way = f"OAuth 2.0 token ({scheme.name})"
        case "openIdConnect":
            way = f"OpenID Connect token ({scheme.name})"
        case "mutualTLS":
            way = f"TLS client certificate ({scheme.name})"
        case _:
            way = f"{scheme.type} ({scheme.name})".strip()
    return f"{way} with scope {', '.join(grant.scopes)}" if grant.scopes else way


def _outcomes(responses: Sequence[Response]) -> tuple[Response | None, list[Response]]:
    """Return what comes back on success, and the errors. `default` is an error, unless there is nothing else."""
    success = [response for response in responses if response.status[:1] == "2"]
    errors = [response for response in responses if response.status[:1] in ("4", "5")]
    default = [response for response in responses if response.status == "default"]
    if success:
        return success[0], errors + default
    return (default[0] if default else None), errors


def _body_facts(operation: Operation, resolve: Resolve) -> list[FieldFact]:
    """Return the top-level fields of the request body, or the body itself when it has none.

    Of a body that takes several forms it is the first form with fields: the one that a caller can name.
    """
    if operation.body is None or not operation.body.content:
        return []
    content, body = operation.body.content[0], operation.body
    node = merged(content.schema, resolve)
    forms = (content.schema, *node.one_of, *node.any_of)
    rows = next(filter(None, (field_rows(form, resolve) for form in forms)), [])
    if not rows:
        return [_field(content.media_type, "body", content.schema, resolve, body.required, body.description)]
    return [
        _field(row.name, "body", row.schema, resolve, row.required, row.schema.description)
        for row in rows
        if not merged(row.schema, resolve).read_only
    ]


def _field(name: str, location: str, schema: Schema, resolve: Resolve, required: bool, description: str) -> FieldFact:
    return FieldFact(
        name=name,
        location=location,
        type=type_name(schema),
        required=required,
        description=first_sentence(description or merged(schema, resolve).description),
        enum=allowed(schema, resolve),
    )


def _response_fact(response: Response) -> ResponseFact:
    return ResponseFact(
        status=response.status,
        description=first_sentence(response.description),
        type=type_name(response.content[0].schema) if response.content else "",
    )
