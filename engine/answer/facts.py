"""Facts first: what a caller must know of an operation, composed from the spec by code."""

import re
from collections.abc import Sequence

from engine.answer.intent import intent
from engine.answer.records import Facts, OperationFacts, ResponseFact
from engine.answer.steps import step_facts
from engine.calls.compose import call_of
from engine.calls.inputs import inputs, type_of
from engine.calls.languages.command import command
from engine.calls.records import Fields
from engine.calls.source import Source
from engine.search.records import Mode
from engine.specs.describe import first_sentence, plain, schema_name, sentences, summary_of
from engine.specs.model import RECORDED, About, Grant, Operation, Response, Schema, SecurityScheme

MAX_OPTIONAL = 40
"""Optional inputs that are listed; the browser shows all."""

_WAYS = {
    "oauth2": "OAuth 2.0 token",
    "openIdConnect": "OpenID Connect token",
    "mutualTLS": "TLS client certificate",
    "X509": "X.509 certificate",
    "userPassword": "User name and password",
    "symmetricEncryption": "Symmetric key",
    "asymmetricEncryption": "Key pair",
    "plain": "SASL PLAIN",
    "scramSha256": "SASL SCRAM-SHA-256",
    "scramSha512": "SASL SCRAM-SHA-512",
    "gssapi": "SASL GSSAPI",
}
"""Types of security schemes in words, those of brokers included (AsyncAPI 3.0, Security Scheme Object)."""
_AUTH = (
    r"\b(?:scopes?|permissions?|privileges?|access rights|credentials?|api[- ]?keys?"
    r"|(?:un)?authenticat(?:ed|ion|e)|authori[sz](?:ed|ation|e)(?! code)|(?:access|bearer|auth|oauth2?|api) tokens?)\b"
)
_DEMAND = (
    r"\b(?:requires?|(?:is|are|be|not) required|must|needs?|needed|ha(?:ve|s) to|has (?:the )?permission|without"
    r"|unless)\b"
)
_OF_THE_CALL = re.compile(f"{_DEMAND}.{{0,50}}{_AUTH}|{_AUTH}.{{0,50}}{_DEMAND}", re.IGNORECASE)
"""A sentence that tells how a caller proves who it is: it demands something, and that close by.

Access alone is given to data, and tokens are also what is returned, paged by or deleted: of 254 sentences of real
documents with a word of the kind, these are 33, and 27 of them are about the call.
"""
_QUOTED = 300
"""Characters of the longest sentence that is quoted; longer ones are tables and examples, without full stops."""


def compose(question: str, sources: Sequence[Source], *, search: Mode, note: str = "", understood: str = "") -> Facts:
    """Return the facts of an answer, operations in the order given.

    Args:
        question: What the user asked.
        sources: The operations that answer it, the closest first.
        search: How they were found.
        note: A sentence where there is something to say.
        understood: What was searched for, where that is not the question itself.
    """
    # The key of an operation says nothing of what is asked about it: there are tokens in `DELETE /tokens/{id}`.
    named = any(understood == source.operation.key for source in sources)
    return Facts(
        question=question,
        intent=intent(question if named else understood or question),
        operations=tuple(operation_facts(source, number) for number, source in enumerate(sources, 1)),
        search=search,
        note=note,
        understood=understood,
    )


def operation_facts(source: Source, citation: int, fields: Fields = "few", media_type: str = "") -> OperationFacts:
    """Return the facts of one operation, cited as `[citation]`; the last two say what its call sends, as in `call_of`.

    Raises:
        NotFoundError: The body is not sent in that media type.
    """
    operation = source.operation
    given = list(inputs(source))
    returns, errors = _outcomes(operation.responses)
    grants = [grant for alternative in operation.security for grant in alternative]
    call = call_of(source, fields, media_type)
    return OperationFacts(
        citation=citation,
        spec=source.spec,
        operation=operation.key,
        operation_id=operation.operation_id,
        summary=summary_of(operation),
        pointer=operation.pointer,
        deprecated=operation.deprecated,
        deprecation=first_sentence(operation.deprecation),
        needs=tuple(fact for fact in given if fact.required),
        accepts=tuple(fact for fact in given if not fact.required)[:MAX_OPTIONAL],
        auth=auth(operation, source.about),
        scopes=tuple(dict.fromkeys(scope for grant in grants for scope in grant.scopes)),
        returns=_response_fact(returns, source) if returns else None,
        errors=tuple(_response_fact(error, source) for error in errors),
        call=call,
        request=command(call),
        callbacks=tuple(map(_callback, operation.callbacks)),
        steps=step_facts(source),
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
    if operation.workflow:
        return ("As each operation that it calls needs it",)
    if about.format.startswith(RECORDED):
        return ("What was recorded shows no credentials, which does not tell whether any are needed",)
    if about.security_schemes and not operation.incoming:
        return ("The spec requires no credentials for this operation",)
    said = (plain(text) for text in sentences(operation.description))
    quotes = [text for text in said if len(text) <= _QUOTED and _OF_THE_CALL.search(text)]
    declared = "The spec declares no authentication"
    if operation.incoming:
        declared = "The spec does not say how to tell that a call is genuine"
    return (declared, *(f"Its description says: “{quote}”" for quote in quotes[:2]))


def _credential(grant: Grant, scheme: SecurityScheme | None) -> str:
    if scheme is None:
        return f"{grant.scheme} (which the spec does not define)"
    match scheme.type:
        case "apiKey" | "httpApiKey":
            where = f"in the {scheme.location} parameter {scheme.parameter}"
            way = f"API key {where if scheme.parameter else f'as the {scheme.location}'}"
        case "http":
            way = f"HTTP {scheme.scheme} authentication"
        case _:
            way = f"{_WAYS.get(scheme.type, scheme.type)} ({scheme.name})".strip()
    return f"{way} with scope {', '.join(grant.scopes)}" if grant.scopes else way


def _outcomes(responses: Sequence[Response]) -> tuple[Response | None, list[Response]]:
    """Return what comes back on success, and the errors. `default` is an error, unless there is nothing else.

    Formats without statuses say only what comes back.
    """
    success = [response for response in responses if response.status[:1] in ("2", "")]
    errors = [response for response in responses if response.status[:1] in ("4", "5")]
    default = [response for response in responses if response.status == "default"]
    if success:
        return success[0], errors + default
    return (default[0] if default else None), errors


def _response_fact(response: Response, source: Source) -> ResponseFact:
    protocol = source.operation.protocol
    contents = response.content if protocol == "message" else response.content[:1]
    if protocol == "workflow":
        contents = ()  # its description names the outputs, which says more than `object`
    return ResponseFact(
        status=response.status,
        description=first_sentence(response.description),
        type=" | ".join(dict.fromkeys(type_of(_named(content.schema, source), protocol) for content in contents)),
    )


def _named(schema: Schema, source: Source) -> Schema:
    """Return a schema that can be named: what is at a reference that tells only a place in the document."""
    return source.resolve(schema.ref) if schema.ref and not schema_name(schema.ref) else schema


def _callback(operation: Operation) -> str:
    said = summary_of(operation)
    return f"{operation.key}: {said}" if said else operation.key
