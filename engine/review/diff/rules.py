"""Which difference is called what, and what it does to a client: the whole policy on one page.

Ids and levels are those of oasdiff 1.31 (https://www.oasdiff.com, checker/rules.go), of graphql-js 17
(findSchemaChanges) and of buf (https://buf.build/docs/breaking/rules), except where a comment says so. A level is what
the change does to somebody who calls the API, or is called by it, with a client written for the older version.

Sentences are put behind the place of the change; `{old}` and `{new}` are what stood and stands there.
"""

from typing import NamedTuple

from engine.review.records import Level

ERR, WARN, INFO = Level.ERR, Level.WARN, Level.INFO


class Rule(NamedTuple):
    """A rule whose id does not depend on the place."""

    level: Level
    sentence: str


RULES = {
    # Operations
    "endpoint-added": Rule(INFO, "operation added"),
    "api-removed-without-deprecation": Rule(ERR, "operation removed"),
    # oasdiff: INFO, because the publisher kept the rules. The client breaks all the same.
    "api-removed-with-deprecation": Rule(ERR, "operation removed, after it was deprecated"),
    "endpoint-deprecated": Rule(INFO, "deprecated"),
    "endpoint-reactivated": Rule(INFO, "no longer deprecated"),
    # oasdiff: INFO and two rules. Names in generated clients come from it.
    "api-operation-id-changed": Rule(WARN, "operationId changed from {old} to {new}"),
    "api-operation-id-added": Rule(INFO, "operationId {new} added"),
    "api-operation-id-removed": Rule(WARN, "operationId {old} removed"),
    "api-tag-added": Rule(INFO, "tag {new} added"),
    "api-tag-removed": Rule(INFO, "tag {old} removed"),
    "webhook-added": Rule(INFO, "webhook added"),
    "webhook-removed": Rule(ERR, "webhook removed"),
    "callback-added": Rule(INFO, "callback added"),  # not in oasdiff
    "callback-removed": Rule(ERR, "callback removed"),  # not in oasdiff
    # Workflows, which oasdiff does not compare. Who follows the old one makes other calls.
    "workflow-steps-changed": Rule(WARN, "steps changed from {old} to {new}"),
    "workflow-step-changed": Rule(WARN, "is given, gives or is followed by something else"),
    # Parameters
    "new-required-request-parameter": Rule(ERR, "required parameter added"),
    "new-optional-request-parameter": Rule(INFO, "optional parameter added"),
    "request-parameter-removed": Rule(WARN, "parameter removed"),
    "request-parameter-became-required": Rule(ERR, "became required"),
    "request-parameter-became-optional": Rule(INFO, "became optional"),
    "request-parameter-deprecated": Rule(INFO, "deprecated"),
    "request-parameter-reactivated": Rule(INFO, "no longer deprecated"),
    "request-parameter-location-changed": Rule(ERR, "moved from {old} to {new}"),  # oasdiff: one removed, one added
    "request-parameter-serialization-changed": Rule(ERR, "is written as {new}, no longer as {old}"),  # not in oasdiff
    # not in oasdiff; most servers take both
    "request-parameter-reserved-changed": Rule(WARN, "signs such as `/` and `?` are sent {new}, no longer {old}"),
    "request-path-parameter-renamed": Rule(INFO, "path parameter renamed from {old} to {new}"),  # oasdiff: no change
    # Request body
    "request-body-added-required": Rule(ERR, "required body added"),
    "request-body-added-optional": Rule(INFO, "optional body added"),
    "request-body-removed": Rule(ERR, "body removed"),
    "request-body-became-required": Rule(ERR, "became required"),
    "request-body-became-optional": Rule(INFO, "became optional"),
    "request-body-media-type-added": Rule(INFO, "media type {new} added"),
    "request-body-media-type-removed": Rule(ERR, "media type {old} removed"),
    "request-body-encoding-changed": Rule(ERR, "is written as {new}, no longer as {old}"),  # not in oasdiff
    "response-encoding-changed": Rule(ERR, "is written as {new}, no longer as {old}"),  # not in oasdiff
    # Responses
    "response-success-status-added": Rule(INFO, "status added"),
    "response-success-status-removed": Rule(ERR, "status removed"),
    "response-non-success-status-added": Rule(INFO, "status added"),
    "response-non-success-status-removed": Rule(INFO, "status removed"),
    # oasdiff: one removed, one added.
    "response-status-widened": Rule(INFO, "status {old} became one of {new}"),
    "response-status-narrowed": Rule(INFO, "of the statuses {old}, {new} is left"),
    "response-link-added": Rule(INFO, "link {new} added"),  # not in oasdiff
    "response-link-changed": Rule(WARN, "link changed from {old} to {new}"),  # not in oasdiff
    "response-link-removed": Rule(WARN, "link {old} removed"),  # not in oasdiff
    "example-added": Rule(INFO, "example {new} added"),  # not in oasdiff
    "example-changed": Rule(INFO, "example changed from {old} to {new}"),  # not in oasdiff
    "example-removed": Rule(INFO, "example {old} removed"),  # not in oasdiff
    "response-media-type-added": Rule(INFO, "media type {new} added"),
    "response-media-type-removed": Rule(ERR, "media type {old} removed"),
    "response-header-added": Rule(INFO, "header added"),
    "required-response-header-removed": Rule(ERR, "header removed"),
    "optional-response-header-removed": Rule(WARN, "header removed"),
    "response-header-serialization-changed": Rule(ERR, "is written as {new}, no longer as {old}"),  # not in oasdiff
    "response-header-reserved-changed": Rule(WARN, "signs such as `/` and `?` come {new}, no longer {old}"),
    "response-header-became-optional": Rule(ERR, "may now be missing"),
    "response-header-became-required": Rule(INFO, "is now always there"),  # not in oasdiff
    # Security and servers
    "api-security-added": Rule(INFO, "credentials accepted: {new}"),
    "api-security-removed": Rule(ERR, "credentials no longer accepted: {old}"),
    "api-security-optional-removed": Rule(INFO, "credentials, which were optional, no longer accepted: {old}"),
    "api-security-anonymous-access-added": Rule(INFO, "no credentials needed any more"),
    "api-security-anonymous-access-removed": Rule(ERR, "credentials needed: {new}"),
    "api-security-scope-added": Rule(ERR, "scope needed: {new}"),
    "api-security-scope-removed": Rule(INFO, "scope no longer needed: {old}"),
    "api-security-component-added": Rule(INFO, "added"),
    "api-security-component-removed": Rule(INFO, "removed"),
    # oasdiff: INFO. Whoever sends credentials the old way is refused.
    "api-security-component-type-changed": Rule(ERR, "changed from {old} to {new}"),
    "api-security-component-oauth-scope-added": Rule(INFO, "scope {new} added"),
    "api-security-component-oauth-scope-removed": Rule(INFO, "scope {old} removed"),
    "api-security-component-oauth-url-changed": Rule(INFO, "authorization address changed from {old} to {new}"),
    "api-security-component-oauth-token-url-changed": Rule(INFO, "token address changed from {old} to {new}"),
    "api-security-component-url-changed": Rule(INFO, "address changed from {old} to {new}"),  # not in oasdiff
    "api-server-added": Rule(INFO, "server {new} added"),  # not in oasdiff
    "api-server-removed": Rule(WARN, "server {old} removed"),  # not in oasdiff
    # Guides
    "guide-section-added": Rule(INFO, "section added"),
    "guide-section-changed": Rule(INFO, "section changed"),
    "guide-section-removed": Rule(INFO, "section removed"),
    # GraphQL: ids of graphql-js
    "TYPE_ADDED": Rule(INFO, "type added"),
    "TYPE_REMOVED": Rule(ERR, "type removed"),
    "TYPE_CHANGED_KIND": Rule(ERR, "changed from {old} to {new}"),
    "TYPE_ADDED_TO_UNION": Rule(WARN, "union gained {new}"),
    "TYPE_REMOVED_FROM_UNION": Rule(ERR, "union lost {old}"),
    "IMPLEMENTED_INTERFACE_ADDED": Rule(WARN, "now implements {new}"),
    "IMPLEMENTED_INTERFACE_REMOVED": Rule(ERR, "no longer implements {old}"),
    "VALUE_ADDED_TO_ENUM": Rule(WARN, "enum gained {new}"),
    "VALUE_REMOVED_FROM_ENUM": Rule(ERR, "enum lost {old}"),
    "FIELD_ADDED": Rule(INFO, "field added"),
    "FIELD_REMOVED": Rule(ERR, "field removed"),
    "FIELD_CHANGED_KIND": Rule(ERR, "type changed from {old} to {new}"),
    "FIELD_CHANGED_KIND_SAFE": Rule(INFO, "type changed from {old} to {new}"),
    "FIELD_DEPRECATED": Rule(INFO, "deprecated"),  # not in graphql-js
    "FIELD_REACTIVATED": Rule(INFO, "no longer deprecated"),  # not in graphql-js
    "REQUIRED_INPUT_FIELD_ADDED": Rule(ERR, "required input field added"),
    "OPTIONAL_INPUT_FIELD_ADDED": Rule(WARN, "optional input field added"),
    "INPUT_FIELD_DEFAULT_VALUE_CHANGE": Rule(WARN, "default changed from {old} to {new}"),  # not in graphql-js
    "REQUIRED_ARG_ADDED": Rule(ERR, "required argument added"),
    "OPTIONAL_ARG_ADDED": Rule(WARN, "optional argument added"),
    "ARG_REMOVED": Rule(ERR, "argument removed"),
    "ARG_CHANGED_KIND": Rule(ERR, "type changed from {old} to {new}"),
    "ARG_CHANGED_KIND_SAFE": Rule(INFO, "type changed from {old} to {new}"),
    "ARG_DEFAULT_VALUE_CHANGE": Rule(WARN, "default changed from {old} to {new}"),
    "DIRECTIVE_ADDED": Rule(INFO, "directive added"),
    "DIRECTIVE_REMOVED": Rule(ERR, "directive removed"),
    "DIRECTIVE_ARG_REMOVED": Rule(ERR, "argument removed"),
    "REQUIRED_DIRECTIVE_ARG_ADDED": Rule(ERR, "required argument added"),
    "OPTIONAL_DIRECTIVE_ARG_ADDED": Rule(INFO, "optional argument added"),
    "DIRECTIVE_REPEATABLE_REMOVED": Rule(ERR, "may no longer be repeated"),
    "DIRECTIVE_LOCATION_REMOVED": Rule(ERR, "no longer allowed at {old}"),
    # gRPC: ids of buf; what is added it does not report
    "MESSAGE_ADDED": Rule(INFO, "message added"),
    "MESSAGE_NO_DELETE": Rule(ERR, "message removed"),
    "ENUM_ADDED": Rule(INFO, "enum added"),
    "ENUM_NO_DELETE": Rule(ERR, "enum removed"),
    "MESSAGE_FIELD_ADDED": Rule(INFO, "field added"),
    "MESSAGE_SAME_REQUIRED_FIELDS": Rule(ERR, "required in one of the versions only"),
    "FIELD_NO_DELETE": Rule(ERR, "field removed"),
    "FIELD_SAME_TYPE": Rule(ERR, "type changed from {old} to {new}"),
    "FIELD_SAME_NAME": Rule(ERR, "renamed from {old} to {new}"),
    "FIELD_SAME_NUMBER": Rule(ERR, "field number changed from {old} to {new}"),  # buf: one deleted, one added
    "FIELD_SAME_ONEOF": Rule(ERR, "oneof changed from {old} to {new}"),
    "ENUM_VALUE_ADDED": Rule(WARN, "enum gained {new}"),
    "ENUM_VALUE_NO_DELETE": Rule(ERR, "enum lost {old}"),
    "ENUM_VALUE_SAME_NUMBER": Rule(ERR, "number changed from {old} to {new}"),  # buf: ENUM_VALUE_SAME_NAME
    "RPC_SAME_REQUEST_TYPE": Rule(ERR, "request changed from {old} to {new}"),
    "RPC_SAME_RESPONSE_TYPE": Rule(ERR, "response changed from {old} to {new}"),
}
"""Rules by id."""


class SchemaRule(NamedTuple):
    """A rule for what is within a body, a parameter or a header.

    What narrows the values that are allowed breaks who sends them, what widens them breaks who receives them. In a
    webhook or callback the client receives the request and sends the response, so the two change places.
    """

    sent: Level
    """Where the client sends it."""
    received: Level
    """Where the client receives it."""
    sentence: str
    sent_id: str = "{subject}-{kind}"
    received_id: str = "{subject}-{kind}"
    """Patterns of the id; `{subject}` is one of `request-body`, `request-parameter`, `response-body` and
    `response-header`, or, below its top, `request-property` and so on; `{base}` is that without `-body`."""


SCHEMA_RULES = {
    "type-changed": SchemaRule(ERR, ERR, "type changed from {old} to {new}"),
    "type-generalized": SchemaRule(INFO, ERR, "type widened from {old} to {new}"),
    "type-specialized": SchemaRule(ERR, INFO, "type narrowed from {old} to {new}"),
    "became-nullable": SchemaRule(INFO, ERR, "may now be null"),
    "became-not-nullable": SchemaRule(ERR, INFO, "may no longer be null"),
    "became-enum": SchemaRule(ERR, INFO, "limited to {new}"),
    "became-non-enum": SchemaRule(INFO, WARN, "no longer limited to {old}"),  # not in oasdiff
    "enum-value-added": SchemaRule(INFO, WARN, "enum gained {new}"),
    "enum-value-removed": SchemaRule(ERR, INFO, "enum lost {old}"),
    "default-value-added": SchemaRule(INFO, INFO, "default {new} added"),
    "default-value-changed": SchemaRule(INFO, INFO, "default changed from {old} to {new}"),
    "default-value-removed": SchemaRule(INFO, INFO, "default {old} removed"),
    "example-added": SchemaRule(INFO, INFO, "example {new} added"),  # not in oasdiff
    "example-changed": SchemaRule(INFO, INFO, "example changed from {old} to {new}"),  # not in oasdiff
    "example-removed": SchemaRule(INFO, INFO, "example {old} removed"),  # not in oasdiff
    # Not in oasdiff: fields that are not named.
    "additional-properties-forbidden": SchemaRule(ERR, INFO, "no fields may be added any more"),
    "additional-properties-allowed": SchemaRule(INFO, INFO, "fields may be added: {new}"),
    "additional-properties-limited": SchemaRule(ERR, INFO, "fields that are added are limited to {new}"),
    "additional-properties-unlimited": SchemaRule(INFO, WARN, "fields that are added are no longer limited to {old}"),
    "pattern-added": SchemaRule(ERR, INFO, "pattern {new} added"),
    "pattern-changed": SchemaRule(WARN, WARN, "pattern changed from {old} to {new}"),
    "pattern-removed": SchemaRule(INFO, ERR, "pattern {old} removed"),
    # `{part}` is the keyword and what happened: `max-length-decreased`, `min-set`, `unique-items-unset`.
    "limit-tightened": SchemaRule(ERR, INFO, "{old} → {new}", "{subject}-{part}", "{subject}-{part}"),
    "limit-loosened": SchemaRule(INFO, ERR, "{old} → {new}", "{subject}-{part}", "{subject}-{part}"),
    "limit-changed": SchemaRule(ERR, ERR, "{old} → {new}", "{subject}-{part}", "{subject}-{part}"),
    "one-of-added": SchemaRule(INFO, ERR, "alternative {new} added"),
    "one-of-removed": SchemaRule(ERR, INFO, "alternative {old} removed"),
    "any-of-added": SchemaRule(INFO, ERR, "alternative {new} added"),
    "any-of-removed": SchemaRule(ERR, INFO, "alternative {old} removed"),
    # oasdiff: INFO, and `deleted`. A value that is gone is refused, as of an enum.
    "discriminator-mapping-added": SchemaRule(INFO, WARN, "discriminator gained {new}"),
    "discriminator-mapping-removed": SchemaRule(ERR, INFO, "discriminator lost {old}"),
    "discriminator-property-name-changed": SchemaRule(INFO, INFO, "discriminator changed from {old} to {new}"),
    "required-property-added": SchemaRule(
        ERR, INFO, "required field added", "new-required-{subject}", "{base}-required-property-added"
    ),
    "optional-property-added": SchemaRule(
        INFO, INFO, "optional field added", "new-optional-{subject}", "{base}-optional-property-added"
    ),
    "required-property-removed": SchemaRule(
        WARN, ERR, "field removed", "{subject}-removed", "{base}-required-property-removed"
    ),
    # oasdiff: INFO where received (WARN before 1.30). A client that reads it gets it no more.
    "optional-property-removed": SchemaRule(
        WARN, WARN, "field removed", "{subject}-removed", "{base}-optional-property-removed"
    ),
    "became-required": SchemaRule(ERR, INFO, "became required"),
    "became-optional": SchemaRule(INFO, ERR, "became optional"),
    "deprecated": SchemaRule(INFO, INFO, "deprecated"),
    "reactivated": SchemaRule(INFO, INFO, "no longer deprecated"),
}
"""Rules by kind of change."""
