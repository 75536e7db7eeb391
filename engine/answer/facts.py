"""Facts first: what a caller must know of an operation, composed from the spec by code."""

import re
from collections.abc import Mapping, Sequence

import msgspec

from engine.answer.asked import Asked, asked
from engine.answer.given import left_over, with_values
from engine.answer.intent import intent
from engine.answer.records import Facts, OperationFacts, ResponseFact
from engine.answer.responses import outcomes, response_fact
from engine.answer.steps import step_facts
from engine.answer.told import Intent
from engine.calls.compose import call_of
from engine.calls.inputs import inputs
from engine.calls.languages.command import command
from engine.calls.nested import NONE, USUAL, Extent, returned_rows, sent_rows, told
from engine.calls.records import Fields
from engine.calls.source import Source
from engine.search.records import Mode
from engine.specs.describe import MAX_FIELDS, first_sentence, plain, sentences, summary_of
from engine.specs.model import RECORDED, About, Grant, Operation, Response, SecurityScheme

MAX_OPTIONAL = 40
"""Optional inputs that are listed at first; `show` and the browser have all."""

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
_ABOUT_FIELDS: tuple[Intent, ...] = ("field", "errors")
"""Intents that ask for fields, so that these belong to the first facts."""
_ABOUT_CALLS: tuple[Intent, ...] = ("do", "workflow")
"""Intents of which what the user said goes into the call."""
_QUOTED = 300
"""Characters of the longest sentence that is quoted; longer ones are tables and examples, without full stops."""


def compose(  # noqa: PLR0913 - what the question asks for, and how it was found
    question: str,
    sources: Sequence[Source],
    *,
    search: Mode,
    note: str = "",
    understood: str = "",
    kind: Intent | None = None,
    media_type: str = "",
) -> Facts:
    """Return the facts of an answer, operations in the order given.

    Args:
        question: What the user asked.
        sources: The operations that answer it, the closest first.
        search: How they were found.
        note: A sentence where there is something to say.
        understood: What was searched for, where that is not the question itself.
        kind: What kind of question it is, where that is known.
        media_type: In which of its media types each body is sent that has it; JSON before others without.
    """
    # The key of an operation says nothing of what is asked about it: there are tokens in `DELETE /tokens/{id}`.
    named = any(understood == source.operation.key for source in sources)
    said = question if named else understood or question
    kind = kind or intent(said)
    extent = USUAL if kind in _ABOUT_FIELDS else NONE
    first = [operation_facts(source, 1, extent=extent, question=question) for source in sources[:1]]
    others = [operation_facts(source, number) for number, source in enumerate(sources[1:], 2)]
    operations = with_values([*first, *others], sources, said if kind in _ABOUT_CALLS else "", media_type)
    return Facts(
        question=question,
        intent=kind,
        operations=operations,
        unplaced=left_over(operations[:1]),
        search=search,
        note=note,
        understood=understood,
    )


def in_full(facts: Facts, sources: Sequence[Source]) -> Facts:
    """Return facts whose operations, which are those of `sources`, have their fields."""
    pairs = zip(facts.operations, sources, strict=True)
    return msgspec.structs.replace(facts, operations=tuple(with_fields(one, source) for one, source in pairs))


def operation_facts(
    source: Source,
    citation: int,
    fields: Fields = "few",
    media_type: str = "",
    *,
    extent: Extent = NONE,
    question: str = "",
) -> OperationFacts:
    """Return the facts of one operation.

    Args:
        source: The operation.
        citation: It is cited as `[citation]`.
        fields: Those of the body that the call sends.
        media_type: In which it sends it; see `call_of`.
        extent: How many nested fields, and fields of what comes back, are told.
        question: What the user asked of it, where that is to be told first.

    Raises:
        NotFoundError: The body is not sent in that media type.
    """
    operation = source.operation
    given = list(inputs(source))
    returns, also, errors = outcomes(operation.responses)
    grants = [grant for alternative in operation.security for grant in alternative]
    call = call_of(source, fields, media_type)
    meant = asked(question, given, source) if question else Asked()
    facts = OperationFacts(
        citation=citation,
        spec=source.spec,
        operation=operation.key,
        operation_id=operation.operation_id,
        summary=summary_of(operation),
        pointer=operation.pointer,
        deprecated=operation.deprecated,
        deprecation=first_sentence(operation.deprecation),
        needs=tuple(fact for fact in given if fact.required),
        accepts=tuple(fact for fact in given if not fact.required)[: MAX_OPTIONAL if extent == NONE else MAX_FIELDS],
        auth=auth(operation, source.about),
        scopes=tuple(dict.fromkeys(scope for grant in grants for scope in grant.scopes)),
        returns=msgspec.structs.replace(response_fact(returns, source), more=meant.returned) if returns else None,
        also=tuple(response_fact(one, source) for one in also),
        errors=tuple(response_fact(error, source) for error in errors),
        call=call,
        request=command(call),
        callbacks=tuple(map(_callback, operation.callbacks)),
        steps=step_facts(source),
        asked=meant.fields,
    )
    return facts if extent == NONE else with_fields(facts, source, extent)


def with_fields(facts: OperationFacts, source: Source, extent: Extent = USUAL) -> OperationFacts:
    """Return facts with the fields of what comes back, and the nested ones of what is sent."""
    given = {fact.name for fact in (*facts.needs, *facts.accepts)}
    nested = told(sent_rows(source, extent.levels), source, extent.most, but=given)
    responses = {response.status: response for response in source.operation.responses}
    return msgspec.structs.replace(
        facts,
        returns=_with_fields(facts.returns, responses, source, extent) if facts.returns else None,
        also=tuple(_with_fields(one, responses, source, extent) for one in facts.also),
        errors=tuple(_with_fields(error, responses, source, extent) for error in facts.errors),
        nested=nested.fields,
        more=nested.more,
    )


def _with_fields(fact: ResponseFact, responses: Mapping[str, Response], source: Source, extent: Extent) -> ResponseFact:
    fields, more = told(returned_rows(responses[fact.status], source, extent.levels), source, extent.most)
    return msgspec.structs.replace(fact, fields=fields, more=more)


def auth(operation: Operation, about: About) -> tuple[str, ...]:
    """Return how a caller proves who it is, as sentences: the declared ways, else what the description says of it."""
    schemes = {scheme.name: scheme for scheme in about.security_schemes}
    ways = []
    for alternative in operation.security:
        needed = [credential(grant, schemes.get(grant.scheme)) for grant in alternative]
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


def credential(grant: Grant, scheme: SecurityScheme | None) -> str:
    """Return one thing that proves who a caller is, in words: `API key in the header parameter X-Key`."""
    if scheme is None:
        return f"{grant.scheme} (which the spec does not define)"
    match scheme.type:
        case "apiKey" | "httpApiKey":
            where = f"in the {scheme.location} parameter {scheme.parameter}"
            way = f"API key {where if scheme.parameter else f'as the {scheme.location}'}"
        case "http":
            made = f" ({scheme.bearer_format})" if scheme.bearer_format else ""
            way = f"HTTP {scheme.scheme} authentication{made}"
        case _:
            way = f"{_WAYS.get(scheme.type, scheme.type)} ({scheme.name})".strip()
    return f"{way} with scope {', '.join(grant.scopes)}" if grant.scopes else way


def _callback(operation: Operation) -> str:
    said = summary_of(operation)
    return f"{operation.key}: {said}" if said else operation.key
