import pytest

from engine.answer.facts import MAX_OPTIONAL, compose, operation_facts
from engine.answer.intent import intent
from engine.answer.records import OperationFacts
from tests.answer.spec import DOCUMENT, parse, source


def facts(operation_id: str) -> OperationFacts:
    """The facts of one operation of the small spec."""
    return operation_facts(source(operation_id), 1)


def test_needs_are_the_required_inputs_wherever_they_go() -> None:
    """Required headers and body fields are needed, with type, place, first sentence and the values they may have."""
    needs = {fact.name: fact for fact in facts("createParcel").needs}
    assert list(needs) == ["Idempotency-Key", "to", "size"]
    assert (needs["Idempotency-Key"].location, needs["to"].location) == ("header", "body")
    assert needs["to"].description == "Where it goes."
    assert needs["size"].type == "Size"
    assert needs["size"].description == "How large it is"
    assert needs["size"].enum == ("small", "large")


def test_accepts_are_the_optional_inputs() -> None:
    """Optional parameters and fields are listed; values are written as in JSON, those of an array's items too."""
    accepts = {fact.name: fact for fact in facts("createParcel").accepts}
    assert list(accepts) == ["dry_run", "fragile", "labels", "sender"]
    assert accepts["fragile"].enum == ("true", "false", "null")
    assert accepts["labels"].enum == ("small", "large")
    assert accepts["labels"].type == "array of Size"


def test_what_only_the_server_sets_is_no_input() -> None:
    """A read-only field is neither needed nor accepted, though the schema requires it."""
    one = facts("createParcel")
    assert "id" not in {fact.name for fact in (*one.needs, *one.accepts)}


def test_a_body_of_several_forms_shows_the_first_with_fields() -> None:
    """Where a body is an object or a list, the fields of the object are its inputs."""
    document = DOCUMENT.replace(
        "schema: {$ref: '#/components/schemas/NewParcel'}",
        "schema: {oneOf: [{type: array, items: {type: string}}, {properties: {sizes: {type: array}}}]}",
    )
    assert "sizes" in [fact.name for fact in operation_facts(source("createParcel", parse(document)), 1).accepts]


def test_optional_inputs_are_capped() -> None:
    """A body with very many optional fields lists a screenful."""
    fields = ", ".join(f"f{number}: {{type: string}}" for number in range(3 * MAX_OPTIONAL))
    spec = parse(
        f"""
openapi: 3.0.3
info: {{title: Wide, version: '1'}}
paths: {{/w: {{post: {{operationId: wide, responses: {{}}, requestBody: {{content: {{application/json:
  {{schema: {{type: object, properties: {{{fields}}}}}}}}}}}}}}}}}
"""
    )
    assert len(operation_facts(source("wide", spec), 1).accepts) == MAX_OPTIONAL


def test_each_way_to_sign_in_is_a_sentence() -> None:
    """Alternatives are separate sentences, schemes that go together are joined, and none at all is said so."""
    assert facts("createParcel").auth == (
        "OAuth 2.0 token (oauth) with scope parcels:write",
        "API key in the header parameter X-Badge and API key in the query parameter ticket",
        "No credentials are needed",
    )
    assert facts("createParcel").scopes == ("parcels:write",)


def test_every_kind_of_scheme_has_words() -> None:
    """OpenID Connect, client certificates, basic sign-in, cookies, and a scheme that the spec forgot to define."""
    assert facts("replaceParcel").auth == (
        "OpenID Connect token (oidc) with scope openid",
        "TLS client certificate (mtls)",
        "HTTP basic authentication",
        "API key in the cookie parameter crumb",
        "ghost (which the spec does not define)",
    )


def test_the_documents_own_rule_holds_where_an_operation_has_none() -> None:
    """Security declared for the whole document counts; an empty list takes it away."""
    assert facts("listParcels").auth == ("HTTP bearer authentication",)
    assert facts("getParcel").auth == ("The spec requires no credentials for this operation",)


def test_without_declared_security_the_description_is_quoted() -> None:
    """A spec that declares nothing lets its prose speak, marked as a quotation."""
    spec = parse(
        """
openapi: 3.0.3
info: {title: Silent, version: '1'}
paths: {/s: {get: {operationId: say, responses: {}, description: 'Says it. You need an access token. It is quick.'}}}
"""
    )
    assert operation_facts(source("say", spec), 1).auth == (
        "The spec declares no authentication",
        "Its description says: “You need an access token.”",
    )


def test_success_and_errors_are_told_apart() -> None:
    """The first 2xx is what comes back; 4xx, 5xx and, beside a success, `default` are errors."""
    one = facts("createParcel")
    assert one.returns is not None
    assert (one.returns.status, one.returns.description, one.returns.type) == ("201", "It was handed in.", "Parcel")
    assert [error.status for error in one.errors] == ["409", "4XX", "default"]
    listed = facts("listParcels").returns
    assert listed is not None
    assert listed.type == "array of Parcel"


def test_default_alone_is_what_comes_back() -> None:
    """An operation whose only response is `default` returns it, and has no errors."""
    one = facts("getParcel")
    assert one.returns is not None
    assert (one.returns.status, one.errors) == ("default", ())


def test_deprecated_operations_say_so() -> None:
    """The flag of the document is kept."""
    assert facts("listParcels").deprecated
    assert not facts("createParcel").deprecated


def test_facts_keep_the_order_and_number_the_operations() -> None:
    """Citations count from one in the order given; the note and the way of search are kept."""
    composed = compose("why 409?", [source("getParcel"), source("createParcel")], search="words", note="So it is")
    assert [(one.citation, one.ref) for one in composed.operations] == [
        (1, "depot:GET /parcels/{parcel_id}"),
        (2, "depot:POST /parcels"),
    ]
    assert (composed.intent, composed.search, composed.note) == ("errors", "words", "So it is")


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("create a parcel", "do"),
        ("why does it fail", "errors"),
        ("what does 404 mean here", "errors"),
        ("which scopes do I need", "auth"),
        ("log in", "auth"),
        ("give me a curl command", "do"),
        ("fields of a parcel", "field"),
        ("authors of a book", "do"),
        ("a parcel of 4040 grams", "do"),
        ("", "do"),
    ],
)
def test_the_words_of_a_question_tell_its_intent(question: str, expected: str) -> None:
    """Errors, signing in and fields are recognised by their words; the rest asks how to do it."""
    assert intent(question) == expected
