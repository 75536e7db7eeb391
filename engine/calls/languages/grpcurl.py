"""A call of a gRPC method as a grpcurl command (https://github.com/fullstorydev/grpcurl)."""

import shlex

from engine.calls.languages.shell import header, joined, json_text
from engine.calls.records import Call


def grpcurl(call: Call) -> str:
    """Return the command that calls a method."""
    address, _, method = call.url.partition("/")
    headers = (header(name, value) for name, value in call.headers.items())
    return joined(["grpcurl", *headers, f"-d {shlex.quote(json_text(call.body))}", f"{address} {shlex.quote(method)}"])
