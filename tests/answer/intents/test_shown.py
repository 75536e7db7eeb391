"""What must be read without looking further, and that a specification does not say what it does not say."""

import msgspec
import pytest

from engine.answer.intent import route
from engine.answer.intents.asking import Asking
from engine.answer.intents.compose import told
from engine.answer.rows import told_rows
from tests.answer.spec import parse, source

DEPOT = """
openapi: 3.1.0
info:
  title: Depot
  version: '1'
  description: |
    Stores parcels. Parcels larger than 2 metres are refused at the counter.

    Each key sends at most 40 requests every 5 minutes. Receivers see their parcels in real time.

    ```
    {"parcel": {"state": "lost"}, "priority": 7}
    ```
security: [{key: []}]
components:
  securitySchemes:
    key:
      type: http
      scheme: bearer
      bearerFormat: PASETO
      description: Send it with each call. It is secret. It is long. Make one at https://depot.example/keys and keep it.
  schemas:
    Said: {properties: {speed: {description: How fast it goes. Express is not for Sundays.}}}
    Held: {properties: {speed: {type: string, enum: [slow, express], default: slow}}}
    Parcel:
      type: object
      properties:
        state: {type: string, enum: [stored, gone]}
        weight: {type: number, description: What the scales say in grams.}
paths:
  /parcels:
    get:
      operationId: listParcels
      summary: List parcels
      parameters:
        - {name: page, in: query, schema: {type: integer}}
        - {name: length, in: query, description: How many come per page., schema: {type: integer, default: 30}}
      responses:
        '200':
          description: Parcels
          headers: {Retry-After: {description: How many seconds to wait., schema: {type: integer}}}
          content:
            application/json:
              schema:
                type: object
                properties:
                  parcels: {type: array, items: {$ref: '#/components/schemas/Parcel'}}
                  next_page_url: {type: string}
        '429': {description: Too many requests}
  /parcels/{label}:
    put:
      operationId: storeParcel
      summary: Store a parcel
      description: Stores a parcel. One call takes up to 12 parcels.
      parameters: [{name: label, in: path, required: true, schema: {type: string, maxLength: 24}}]
      requestBody:
        content:
          application/json:
            schema:
              allOf:
                - {$ref: '#/components/schemas/Said'}
                - {$ref: '#/components/schemas/Held'}
                - properties: {maximumLayerCount: {type: integer, maximum: 9}, colour: {type: string}}
      responses:
        '201': {description: It is stored}
        '202': {description: The scales are still busy. Look for it later.}
        '409': {description: There is no room. A heavy parcel with a label on a Sunday needs room.}
"""
SPEC = parse(DEPOT)


def shown(question: str, *operation_ids: str) -> str:
    """What is read first of an answer about some operations."""
    sources = [msgspec.structs.replace(source(one, SPEC), spec="depot") for one in operation_ids]
    answer = told(Asking(question, route(question).intent, sources, "depot", SPEC.about))
    return " ".join(" ".join(" ".join(filter(None, row)) for row in told_rows(answer)).split())


UNSAID = "The specification does not say"


@pytest.mark.parametrize(
    ("question", "operation", "value"),
    [
        ("what does speed mean when I store a parcel", "storeParcel", "Express is not for Sundays."),
        ("default of speed", "storeParcel", "default slow"),
        ("how long can the label be", "storeParcel", "at most 24 characters"),
        ("how many layers can a parcel have at most", "storeParcel", "at most 9"),
        ("how many parcels may one call have", "storeParcel", "One call takes up to 12 parcels."),
        ("what happens if the scales are busy", "storeParcel", "202: The scales are still busy."),
        ("possible statuses: what are the states of a parcel", "listParcels", "stored | gone"),
        ("in which unit is the weight", "listParcels", "in grams"),
        ("which field leads to the next page", "listParcels", "next_page_url"),
        ("how many come per page by default", "listParcels", "length query, integer, default 30"),
        ("how many requests may I send in five minutes", "listParcels", "at most 40 requests every 5 minutes"),
        ("how long do I have to wait after too many requests", "listParcels", "Retry-After"),
        ("which header carries the key and where do I make one", "listParcels", "https://depot.example/keys"),
        ("how are requests signed", "listParcels", "HTTP bearer authentication (PASETO)"),
    ],
)
def test_the_asked_value_is_read_first(question: str, operation: str, value: str) -> None:
    """Wherever it stands: in two parts of a schema, in a path, in prose, in an answer, in the overview."""
    said = shown(question, operation)
    assert value in said
    assert UNSAID not in said


def test_how_a_call_fails_is_told_to_who_asks_for_that() -> None:
    """A description of an error has the words of the call too, and is no answer to how it is made."""
    assert "needs room" not in shown("store a heavy parcel with a label on a Sunday", "storeParcel")
    assert "needs room" in shown("what happens if a heavy parcel with a label comes on a Sunday", "storeParcel")


@pytest.mark.parametrize(
    ("question", "operation"),
    [
        ("how large may a parcel's photo be in megabytes", "storeParcel"),
        ("what is the default of the priority field", "storeParcel"),
        ("what is the insurance premium for a parcel", "storeParcel"),
        ("is there a webhook when a parcel is gone", "listParcels"),
        ("how often is the stock counted again", "listParcels"),
        ("how long does storing a parcel take", "storeParcel"),
        ("are the events delivered exactly once or at least once", "listParcels"),
        ("maximum length of colour", "storeParcel"),
        ("how long are parcels kept", "listParcels"),
        ("what does storing a parcel cost", "storeParcel"),
        ("how can I verify that a webhook call is genuine", "storeParcel"),
        ("which scopes does the key need", "storeParcel"),
    ],
)
def test_what_stands_nowhere_is_not_said(question: str, operation: str) -> None:
    """Words that only sound like it, and samples of calls, are no evidence; where it would stand is told."""
    said = shown(question, operation)
    assert UNSAID in said
    assert "It would stand" in said


def test_samples_are_not_quoted_as_sentences() -> None:
    """What stands in a block of code says nothing."""
    assert "priority" not in shown("what is the priority of a parcel that is lost", "storeParcel").partition(UNSAID)[0]
