"""How a service of Smithy is spoken to over HTTP.

Sources: https://smithy.io/2.0/spec/http-bindings.html and https://smithy.io/2.0/aws/protocols/index.html.
"""

from typing import Literal, NamedTuple

from engine.specs.nodes import text
from engine.specs.smithy.shapes import API, Member, Traits

FORM = "application/x-www-form-urlencoded"


class Protocol(NamedTuple):
    """A protocol, as far as a request shows it."""

    style: Literal["rest", "target", "action", "rpc"]
    """Where the operation is named: by method and path, in the header `X-Amz-Target`, in the field `Action` of a form,
    or in a path that all protocols of this kind have alike."""
    media_type: str
    timestamps: str
    """How a timestamp is written in a body, where the model says nothing."""
    names: str = ""
    """Trait that has the name of a member on the wire."""
    answer: str = ""
    """Media type of what comes back, where it is another one."""


REST = Protocol("rest", "application/json", "epoch-seconds", "jsonName")
PROTOCOLS = {
    "aws.protocols#restJson1": REST,
    "alloy#simpleRestJson": REST,
    "aws.protocols#restXml": Protocol("rest", "application/xml", "date-time", "xmlName"),
    "aws.protocols#awsJson1_1": Protocol("target", "application/x-amz-json-1.1", "epoch-seconds"),
    "aws.protocols#awsJson1_0": Protocol("target", "application/x-amz-json-1.0", "epoch-seconds"),
    "aws.protocols#awsQuery": Protocol("action", FORM, "date-time", "xmlName", "text/xml"),
    "aws.protocols#ec2Query": Protocol("action", FORM, "date-time", "xmlName", "text/xml"),
    "smithy.protocols#rpcv2Cbor": Protocol("rpc", "application/cbor", "epoch-seconds"),
}
"""Trait of a service → its protocol; of several the first one here is told, which is the easiest to write by hand."""


def protocol_of(traits: Traits) -> Protocol:
    """Return the protocol of a service; that of plain bindings to HTTP where it names none that is known."""
    return next((protocol for name, protocol in PROTOCOLS.items() if name in traits), REST)


def wire_name(protocol: Protocol, member: Member) -> str:
    """Return what a member is called in a body."""
    ec2 = text(member.traits.get("aws.protocols#ec2QueryName"))
    return ec2 or text(member.traits.get(API + protocol.names) if protocol.names else None) or member.name
