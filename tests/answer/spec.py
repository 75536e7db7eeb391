"""A small specification with one of everything that an answer speaks of."""

from engine.calls.source import Source
from engine.specs.model import About, Operation, Schema, Spec
from engine.specs.read import read

DOCUMENT = """
openapi: 3.0.3
info: {title: Depot, version: '2'}
servers: [{url: 'https://depot.example/v2'}]
tags: [{name: Parcels}]
security: [{token: []}]
components:
  securitySchemes:
    token: {type: http, scheme: bearer}
    login: {type: http, scheme: basic}
    digest: {type: http, scheme: digest}
    badge: {type: apiKey, in: header, name: X-Badge}
    ticket: {type: apiKey, in: query, name: ticket}
    crumb: {type: apiKey, in: cookie, name: crumb}
    oauth: {type: oauth2, flows: {clientCredentials: {tokenUrl: /t, scopes: {'parcels:write': w, 'parcels:read': r}}}}
    oidc: {type: openIdConnect, openIdConnectUrl: /o}
    mtls: {type: mutualTLS}
  schemas:
    Size: {type: string, description: How large it is, enum: [small, large]}
    NewParcel:
      type: object
      required: [id, to, size]
      properties:
        id: {type: string, readOnly: true, description: Set by the depot}
        to: {type: string, description: 'Where it goes. A street and a town.'}
        size: {$ref: '#/components/schemas/Size'}
        fragile: {type: boolean, nullable: true, enum: [true, false, null]}
        labels: {type: array, items: {$ref: '#/components/schemas/Size'}}
        sender: {type: object, properties: {street: {type: string}}}
    Parcel: {allOf: [{$ref: '#/components/schemas/NewParcel'}, {properties: {weight: {type: number}}}]}
  examples:
    box: {value: {to: Main Street 1, size: large}}
paths:
  /parcels:
    post:
      operationId: createParcel
      summary: Hand in a parcel
      tags: [Parcels]
      security: [{oauth: ['parcels:write']}, {badge: [], ticket: []}, {}]
      parameters:
        - {name: Idempotency-Key, in: header, required: true, schema: {type: string}}
        - {name: dry_run, in: query, schema: {type: boolean, default: false}}
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: '#/components/schemas/NewParcel'}
      responses:
        '201':
          description: 'It was handed in. The number is in the answer.'
          headers: {Location: {schema: {type: string}}}
          content: {application/json: {schema: {$ref: '#/components/schemas/Parcel'}}}
        '409': {description: It is there already}
        '4XX': {description: Something is wrong}
        default: {description: Anything else}
    get:
      operationId: listParcels
      summary: List parcels
      deprecated: true
      parameters:
        - {name: size, in: query, required: true, schema: {$ref: '#/components/schemas/Size'}}
        - {name: 'filter[to]', in: query, required: true, schema: {type: string}, example: 'a b&c=d'}
      responses:
        '200':
          description: Parcels
          content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Parcel'}}}}
  /parcels/{parcel_id}:
    get:
      operationId: getParcel
      security: []
      parameters: [{name: parcel_id, in: path, required: true, schema: {type: integer}}]
      responses: {default: {description: The parcel}}
    put:
      operationId: replaceParcel
      security: [{oidc: [openid]}, {mtls: []}, {login: []}, {crumb: []}, {ghost: []}]
      parameters: [{name: parcel_id, in: path, required: true, schema: {type: integer}}]
      requestBody: {content: {application/json: {examples: {one: {$ref: '#/components/examples/box'}}}}}
      responses: {'204': {description: Done}}
"""


def parse(text: str = DOCUMENT) -> Spec:
    """Read a document that has no faults."""
    spec = read(text.encode())
    assert spec.problems == ()
    return spec


def source(operation_id: str, spec: Spec | None = None) -> Source:
    """Return an operation as the library would give it."""
    spec = spec or parse()
    return Source(
        spec="depot",
        about=spec.about,
        operation=next(one for one in spec.operations if one.operation_id == operation_id),
        resolve=lambda pointer: spec.schemas.get(pointer, Schema()),
        example=spec.examples.__getitem__,
    )


def alone(operation: Operation, about: About, schema: Schema | None = None) -> Source:
    """Return an operation of no document; each of its references leads to the one schema."""
    return Source(
        spec="s", about=about, operation=operation, resolve=lambda _: schema or Schema(), example={}.__getitem__
    )
