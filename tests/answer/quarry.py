"""A small specification of what comes back: streams, headers, errors, links, and fields within fields."""

DOCUMENT = """
openapi: 3.2.0
info: {title: Quarry, version: '1'}
components:
  headers:
    Left: {description: Calls that are left. Then wait., schema: {type: integer, minimum: 0}}
  schemas:
    Fault:
      type: object
      required: [code]
      properties: {code: {type: string, enum: [too_heavy, too_wet]}, hint: {type: string, nullable: true}}
    Person:
      type: object
      required: [login]
      properties:
        login: {type: string, maxLength: 39, description: How they sign in.}
        boss: {$ref: '#/components/schemas/Person'}
        secret: {type: object, writeOnly: true, properties: {word: {type: string}}}
    Stone:
      type: object
      required: [id, owner]
      properties:
        id: {type: integer, readOnly: true}
        owner: {$ref: '#/components/schemas/Person'}
        grain: {type: string, enum: [fine, coarse], default: fine}
        parts: {type: array, items: {$ref: '#/components/schemas/Stone'}}
        prices: {type: object, additionalProperties: {type: object, properties: {amount: {type: number}}}}
        origin: {anyOf: [{$ref: '#/components/schemas/Pit'}, {$ref: '#/components/schemas/River'}, {type: 'null'}]}
    Pit: {type: object, required: [depth, name], properties: {depth: {type: number}, name: {type: string}}}
    River: {type: object, required: [name], properties: {bank: {type: string}, name: {type: string}}}
paths:
  /stones:
    post:
      operationId: addStone
      summary: Add a stone
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/Stone'}}}
      responses:
        '202': {description: It will be looked at}
        '201':
          description: There it is.
          headers:
            X-RateLimit-Left: {$ref: '#/components/headers/Left'}
            Place: {content: {application/json: {schema: {type: object, properties: {row: {type: integer}}}}}}
          content:
            text/csv: {schema: {type: string}}
            application/json: {schema: {$ref: '#/components/schemas/Stone'}}
            application/xml: {schema: {type: object, properties: {block: {type: string}}}}
          links:
            read: {operationId: readStone, parameters: {id: $response.body#/id}}
            see: {operationRef: '#/paths/~1stones~1{id}/get', requestBody: $response.body#/owner}
        '303': {description: It was there}
        '400':
          description: Refused
          content: {application/problem+json: {schema: {$ref: '#/components/schemas/Fault'}}}
        default:
          description: Anything else
          content: {application/json: {schema: {$ref: '#/components/schemas/Fault'}}}
  /stones/{id}:
    get:
      operationId: readStone
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses: {'200': {description: OK, content: {application/json: {schema: {$ref: '#/components/schemas/Stone'}}}}}
  /stones/new:
    get:
      operationId: watchStones
      responses:
        '200':
          description: OK
          content:
            application/jsonl: {itemSchema: {$ref: '#/components/schemas/Person'}}
            text/event-stream: {schema: {type: string}}
"""
