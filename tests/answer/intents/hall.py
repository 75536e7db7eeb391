"""A small specification with what people ask about besides how to do something."""

DOCUMENT = """
openapi: 3.1.0
info:
  title: Hall
  version: '1'
  description: |
    Books seats. Each key may make 90 requests per minute; then wait.

    When a body is larger than 1 MB you get a 413. Send it in parts.
servers: [{url: 'https://hall.example'}]
tags: [{name: Seats, description: Seats are numbered from the stage. A seat is held for ten minutes.}]
security: [{login: ['seats:read']}]
components:
  securitySchemes:
    login:
      type: oauth2
      description: 'Ask [the office](https://hall.example/office) for a client.'
      flows:
        authorizationCode:
          authorizationUrl: https://hall.example/authorize
          tokenUrl: https://hall.example/token
          scopes: {'seats:read': See seats, 'seats:write': Hold seats}
  schemas:
    Fault: {type: object, required: [code], properties: {code: {type: string, enum: [taken, closed]}}}
    Seat:
      type: object
      properties:
        number: {type: integer, minimum: 1, maximum: 900}
        state:
          type: string
          enum: [free, held, sold]
        holder: {type: object, properties: {name: {type: string, maxLength: 60}}}
paths:
  /seats:
    get:
      operationId: listSeats
      summary: List seats
      description: Seats of one evening. Pages begin with the stage. Blocked seats come last.
      tags: [Seats]
      parameters:
        - name: limit
          in: query
          description: How many come at a time. Larger pages are slower.
          schema: {type: integer, default: 20, maximum: 100}
        - {name: cursor, in: query, description: Where the page begins., schema: {type: string}}
        - name: colour
          in: query
          description: |
            The colour of the block.
            - `red`: by the stage
            - `blue`: on the balcony
          schema: {type: string}
        - {name: note, in: query, description: Free text., schema: {type: string}}
      responses:
        '200':
          description: Seats
          headers: {X-RateLimit-Remaining: {description: Calls that are left., schema: {type: integer}}}
          content:
            application/json:
              schema:
                type: object
                properties:
                  seats: {type: array, items: {$ref: '#/components/schemas/Seat'}}
                  next_cursor: {type: [string, 'null'], description: Where the next page begins. Null on the last.}
        '404': {description: There is no such evening}
  /seats/{number}/hold:
    post:
      operationId: holdSeat
      summary: Hold a seat
      description: Holds it for ten minutes. Only the box office may hold more than one seat.
      tags: [Seats]
      security: [{login: ['seats:write']}]
      parameters:
        - {name: number, in: path, required: true, schema: {type: integer}}
        - {name: Idempotency-Key, in: header, description: Makes it safe to send again., schema: {type: string}}
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
                minutes: {type: integer, default: 10, maximum: 30, description: How long it is held.}
                mail: {type: string, format: email}
                ticket: {type: string, pattern: '^T[0-9]{4}$'}
      callbacks: {freed: {'{$request.body#/url}': {post: {summary: The hold ended, responses: {}}}}}
      responses:
        '201': {description: It is held}
        '409':
          description: Somebody has it. Choose another one.
          content: {application/json: {schema: {$ref: '#/components/schemas/Fault'}}}
  /chairs:
    get:
      operationId: listChairs
      summary: List chairs
      deprecated: true
      description: Use `GET /seats` instead.
      responses: {'200': {description: Chairs}}
"""
