import copy
import json
import logging
import pickle  # noqa: TID251 - to see that it is refused
import string
import traceback
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given, strategies as st
from rich.pretty import pretty_repr

from engine.secrets.secret import Secret

VALUES = st.text(string.ascii_letters + string.digits, max_size=60).map("c4n4ry{}".format)


class Account(msgspec.Struct):
    """A record that holds a secret among other things."""

    name: str
    key: Secret


def logged(secret: Secret) -> str:
    """Return what the log says of a secret."""
    record = logging.LogRecord("x", logging.INFO, "x.py", 1, "key %s in %r", (secret, {"key": secret}), None)
    return logging.Formatter().format(record)


def failed(secret: Secret) -> str:
    """Return the traceback, values of variables included, of an error that a secret is in."""
    try:
        int(f"{secret} is no number")
    except ValueError as error:
        told = traceback.TracebackException.from_exception(error, capture_locals=True)
        return "".join(told.format())


PRINTED: list[Callable[[Secret], Any]] = [
    str,
    repr,
    ascii,
    lambda secret: f"{secret} {secret!r} {secret!s:>80} {secret=}",
    lambda secret: "%s %r" % (secret, secret),  # noqa: UP031 - as old code and the log do
    "{0} {0:<5}".format,
    lambda secret: repr([{"key": secret}, Account("me", secret)]),
    lambda secret: pretty_repr(Account("me", secret)),
    lambda secret: json.dumps({"key": secret}, default=str),
    lambda secret: msgspec.json.encode(Account("me", secret), enc_hook=str).decode(),
    lambda secret: msgspec.msgpack.encode(Account("me", secret), enc_hook=str).decode("latin-1"),
    logged,
    failed,
    dir,
]


@pytest.mark.parametrize("printed", PRINTED)
@given(value=VALUES)
def test_a_secret_is_printed_nowhere(printed: Callable[[Secret], Any], value: str) -> None:
    """Formatting, records, JSON, the log and tracebacks show dots; the value itself is had by asking for it."""
    secret = Secret(value)
    assert value not in str(printed(secret))
    assert secret.reveal() == value


@pytest.mark.parametrize(
    "written", [json.dumps, msgspec.json.encode, msgspec.to_builtins, pickle.dumps, copy.copy, copy.deepcopy, vars]
)
@given(value=VALUES)
def test_a_secret_is_written_nowhere_by_accident(written: Callable[[Any], object], value: str) -> None:
    """What was not told how to write a secret refuses to, and does not name it."""
    with pytest.raises(TypeError) as refused:
        written(Secret(value))
    assert value not in str(refused.value)


def test_a_secret_may_be_none() -> None:
    """An empty secret is none; both look the same when they are printed."""
    assert not Secret("")
    assert Secret("x")
    assert str(Secret("")) == str(Secret("x")) == "•••"
