from engine.answer.checking.vocabulary import vocabulary
from engine.library.records import OutlineRow
from tests.answer.spec import parse, source

OUTLINE = [
    OutlineRow(tag="", operation=one.key, operation_id=one.operation_id, summary="", deprecated=False)
    for one in parse().operations
]
CREATE = vocabulary([source("createParcel")], [("depot", OUTLINE)])


def test_operations_of_the_whole_spec_count() -> None:
    """Every call, path and operationId of the spec is known, in lower case, and leads to its operation."""
    assert CREATE.calls["put /parcels/{parcel_id}"] == "depot:PUT /parcels/{parcel_id}"
    assert CREATE.paths["/parcels/{parcel_id}"] == "depot:GET /parcels/{parcel_id}"
    assert CREATE.names["replaceparcel"] == "depot:PUT /parcels/{parcel_id}"
    assert CREATE.servers == ("https://depot.example/v2",)


def test_a_path_leads_to_the_operation_that_the_text_is_about() -> None:
    """Of two operations with one path, the one in the facts is cited."""
    known = vocabulary([source("replaceParcel")], [("depot", OUTLINE)])
    assert known.paths["/parcels/{parcel_id}"] == "depot:PUT /parcels/{parcel_id}"
    assert CREATE.paths["/parcels"] == "depot:POST /parcels"


def test_fields_parameters_and_values_count_where_they_belong() -> None:
    """What the operation takes and gives is known: nested fields, values behind references, headers, media types."""
    known = set(CREATE.names)
    assert {"to", "size", "small", "large", "labels", "sender.street", "street", "weight", "dry_run"} <= known
    assert {"idempotency-key", "location", "application/json", "newparcel", "parcel", "parcels", "id"} <= known
    assert "" not in known
    other = set(vocabulary([source("getParcel")], [("depot", OUTLINE)]).names)
    assert "parcel_id" in other
    assert not other & {"to", "size", "small", "dry_run", "idempotency-key", "parcels:write"}


def test_what_the_operations_own_words_name_counts() -> None:
    """Names and addresses in its summary and descriptions are known; calls and statuses there are no promise."""
    spec = parse(
        """
openapi: 3.0.3
info: {title: Prose, version: '1'}
paths: {/p: {get: {operationId: p, summary: Get the partNumber, responses: {'200': {description: An `eTag`}},
  description: 'See https://docs.example/x. Use GET /other first, or status 418.'}}}
"""
    )
    known = vocabulary([source("p", spec)], [])
    assert {"partnumber", "etag", "https://docs.example/x"} <= set(known.names)
    assert (set(known.calls), known.statuses) == ({"get /p"}, {"200"})
    assert not {"get /other", "418"} & set(known.names)


def test_credentials_count_where_they_belong() -> None:
    """Schemes, their parameters and scopes are known only for operations that need them."""
    known = set(CREATE.names)
    assert {"oauth", "oauth2", "parcels:write", "badge", "x-badge", "ticket"} <= known
    assert not known & {"parcels:read", "oidc", "crumb", "mutualtls", "login"}
    assert {"authorization", "accept", "content-type"} <= known


def test_statuses_count_where_they_belong() -> None:
    """Statuses are those of the operations that the text is about, in lower case."""
    assert CREATE.statuses == {"201", "409", "4xx", "default"}
    assert vocabulary([source("replaceParcel")], [("depot", OUTLINE)]).statuses == {"204"}


def test_without_operations_nothing_is_known() -> None:
    """A text about nothing may name nothing but the standard words."""
    known = vocabulary([], [])
    assert (known.calls, known.paths, known.names, known.statuses) == ({}, {}, {}, frozenset())
