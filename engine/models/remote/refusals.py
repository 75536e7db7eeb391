"""What a refusal means: which error it is, by what can be done about it. Pure."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

import msgspec

from engine.errors import KeyRefusedError, PromptTooLargeError, RateLimitedError, RemoteError, RemoteFailedError
from engine.models.remote.limits import wait_asked
from engine.models.remote.wire import sentence
from engine.secrets.secret import Secret
from engine.text import clean_line

PATIENCE_S = 5.0
"""What a person takes for work going on. A longer wait is told, so that another model or the facts need not wait."""
_WITHOUT_QUOTA = "insufficient_quota"
"""OpenAI's code for an account without money, which no waiting helps."""
_TOO_LARGE = ("context_length_exceeded", "exceed_context_size_error")
"""Code of OpenAI and Groq, type of llama-server."""
_TOO_LARGE_WORDS = ("maximum context length", "request too large", "context window", "reduce the length")
"""What they say, and vLLM, which has no code for it. Groq and OpenAI call a prompt that is more than the tokens of a
minute "Request too large", OpenAI with a 429."""


class Refusal(msgspec.Struct, frozen=True):
    """An answer that is none."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    key: Secret
    """What was asked with, which the body may repeat."""


def said(refusal: Refusal) -> str:
    """Return the service's own sentence; empty where it has none."""
    return sentence(_decoded(refusal.body), refusal.key)


def refused(refusal: Refusal, host: str, now: datetime) -> RemoteError:
    """Return the error that a refusal is.

    Args:
        refusal: The answer.
        host: Who gave it, as it may be shown.
        now: The time, with its zone.
    """
    status, decoded = refusal.status, _decoded(refusal.body)
    why = said(refusal)
    told = f"{host} answers {status} {_phrase(status)}".rstrip() + (f": {why}" if why else "")
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE or (status < 500 and _is_too_large(decoded, why)):
        return PromptTooLargeError(f"The prompt is more than {host} takes" + (f": {why}" if why else ""))
    wait_s = wait_asked(refusal.headers, why, now)
    match status:
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN if not refusal.key:
            hint = "Name the variable that holds it in the setting `remote_key_name`"
            return KeyRefusedError(f"{host} asks for a key" + (f": {why}" if why else ""), hint=hint)
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            return KeyRefusedError(f"{host} does not accept the key" + (f": {why}" if why else ""))
        case HTTPStatus.TOO_MANY_REQUESTS if _WITHOUT_QUOTA in _words(decoded):
            return RemoteError(told, hint="Look at the account there")
        case HTTPStatus.TOO_MANY_REQUESTS:
            return RateLimitedError(told, retry_s=wait_s or 0.0)
        case HTTPStatus.REQUEST_TIMEOUT:
            return RemoteFailedError(told, again=True)
        case HTTPStatus.NOT_FOUND:
            return RemoteError(told)
    if status >= 500:
        return RemoteFailedError(told, again=(wait_s or 0.0) <= PATIENCE_S)
    if 300 <= status < 400:
        return RemoteError(f"{told}, which leads elsewhere", hint="Write where it leads to into `remote_url`")
    return RemoteError(told)


def _is_too_large(decoded: Any, why: str) -> bool:
    words = _words(decoded)
    return any(code in words for code in _TOO_LARGE) or any(part in why.lower() for part in _TOO_LARGE_WORDS)


def _words(decoded: Any) -> tuple[Any, ...]:
    """Return the code and the type of an error, which one of them is where."""
    inner = decoded.get("error", decoded) if isinstance(decoded, dict) else None
    return (inner.get("code"), inner.get("type")) if isinstance(inner, dict) else ()


def _decoded(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        text = body.decode("utf-8", errors="replace")
        return "" if "<" in text else text  # a proxy's page says nothing in a sentence


def _phrase(status: int) -> str:
    try:
        return clean_line(HTTPStatus(status).phrase)
    except ValueError:
        return ""
