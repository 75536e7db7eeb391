"""What went wrong with a connection, as a sentence with a next step."""

import os
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import httpcore2
import httpx2

from engine.errors import InputError, UnreachableError

_UNKNOWN_ISSUER = frozenset((2, 18, 19, 20, 21, 27))
"""OpenSSL's codes (`X509_V_ERR_…` in x509_vfy.h) for a chain of certificates that ends at nobody who is trusted."""


@contextmanager
def told(shown: str, *, begun: bool = False, cannot: str = "cannot be fetched") -> Iterator[None]:
    """Raise what happens to a connection as specdeck's own errors.

    Args:
        shown: The address, as it may be shown.
        begun: The answer has begun, so that a broken connection is no matter of the address.
        cannot: What the address cannot, then.

    Raises:
        InputError: The certificate is not trusted, or the address is none.
        UnreachableError: It cannot be reached, does not answer in time, breaks off, or speaks no HTTP.
    """
    try:
        yield
    except httpx2.InvalidURL as error:
        raise InputError(f"{shown} is no address", hint="Write it as https://host/path") from error
    except httpcore2.ProxyError as error:
        hint = "Correct the variable https_proxy; user and password are written before the host"
        raise UnreachableError(f"{shown} {cannot}: the proxy answers {error}", hint=hint) from error
    except httpcore2.TimeoutException as error:
        raise UnreachableError(f"{shown} {cannot}: it takes too long to answer") from error
    except (httpcore2.NetworkError, httpcore2.ProtocolError, OSError, ValueError) as error:
        causes = list(_causes(error))
        for cause in causes:
            if isinstance(cause, ssl.SSLCertVerificationError):
                raise _untrusted(shown, cause) from error
        if begun:
            raise UnreachableError(f"The connection to {shown} broke off", hint="Try again") from error
        reason = _reason(causes) or str(error) or "the connection broke off"
        raise UnreachableError(f"{shown} {cannot}: {reason}") from error


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and what led to it, the innermost last. httpcore cuts the cause and leaves the context."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _reason(causes: list[BaseException]) -> str:
    """Return what the system says: asyncio writes the address into the message instead of the reason."""
    for cause in reversed(causes):
        if isinstance(cause, OSError) and cause.strerror:
            is_own = isinstance(cause, ssl.SSLError | socket.gaierror)  # their numbers are not the system's
            return cause.strerror if is_own or not cause.errno else os.strerror(cause.errno)
    return ""


def _untrusted(shown: str, error: ssl.SSLCertVerificationError) -> InputError:
    hint = "Check the address and this machine's clock"
    if error.verify_code in _UNKNOWN_ISSUER:
        hint = "Name the file of your own authority's certificates in the setting `ca_bundle`, or in SSL_CERT_FILE"
    return InputError(f"The certificate of {shown} is not trusted: {error.verify_message}", hint=hint)
