"""A call as the command that its transport is commonly tried out with."""

from collections.abc import Callable

from engine.calls.languages.curl import curl
from engine.calls.languages.grpcurl import grpcurl
from engine.calls.languages.printf import printf
from engine.calls.languages.shown import shown
from engine.calls.records import Call, Transport

_WRITERS: dict[Transport, Callable[[Call], str]] = {"http": curl, "grpc": grpcurl, "message": printf, "workflow": shown}


def command(call: Call) -> str:
    """Return a call as a shell command; what only the caller knows is an upper-case placeholder."""
    return _WRITERS[call.transport](call)
