"""The authorities that are trusted: the system's, or those of SSL_CERT_FILE; and the user's own beside them."""

import os
import ssl
from pathlib import Path

import httpcore2

from engine.errors import SettingsError


def trusting(ca_bundle: str) -> ssl.SSLContext:
    """Return what checks a server's certificate and its name.

    Args:
        ca_bundle: File (PEM) of more authorities, empty for none.

    Raises:
        SettingsError: A file of certificates cannot be read.
    """
    try:
        context = httpcore2.default_ssl_context()
    except (OSError, ValueError) as error:
        named = "SSL_CERT_FILE" if os.environ.get("SSL_CERT_FILE") else "SSL_CERT_DIR"
        raise _unreadable(f"that the variable {named} names", error, f"Correct {named}") from error
    if ca_bundle:
        try:
            context.load_verify_locations(Path(ca_bundle).expanduser())
        except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
            hint = "Correct the setting `ca_bundle`: a file with one certificate or more, PEM"
            raise _unreadable(f"in {ca_bundle}", error, hint) from error
    return context


def _unreadable(where: str, error: OSError | ValueError, hint: str) -> SettingsError:
    reason = error.strerror if isinstance(error, OSError) and not isinstance(error, ssl.SSLError) else "no certificate"
    return SettingsError(f"The certificates {where} cannot be read: {reason}", hint=hint)
