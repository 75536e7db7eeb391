"""The names that secrets have."""

import re
from functools import lru_cache

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_SECRET_PARTS = re.compile(
    r"token(?!i[sz])|secret(?!ar)|passw(?:or)?d(?!less)|passphrase|passcode|pwd|credential|authorization|cookie"
    r"|signature|jwt|bearer|csrf|xsrf|assertion|codeverifier|samlre|sess(?:ion)?(?:id|key)"
    r"|(?:access|account|admin|api|app|auth|client|consumer|encryption|function|functions|host|licen[cs]e|master"
    r"|private|secret|security|server|service|shared|signing|ssh|storage|subscription)key|^x.*key$"
)
"""What the words of a secret's name, put together, hold."""
_SECRET_WORDS = frozenset("auth session sid sig hmac otp totp pin pass pw".split())
"""Names too short to be looked for inside other words."""
_HARMLESS_ENDINGS = frozenset(
    "age alg algorithm at count description disabled duration enabled endpoint expiration expire expired expires expiry"
    " field format header in kind label length limit max method min mode name on policy prefix provider required rules"
    " scope scopes size status time timeout title ttl type uri url usage used valid version".split()
)
"""Last words of names that say something about a secret: `token_type`, `password_changed_at`."""
_MAX_NAME = 100
"""Characters of a name that are looked at, its end: what it is stands last."""


@lru_cache(maxsize=4096)
def is_secret_name(name: str) -> bool:
    """Return whether a header, parameter, field or variable of this name holds a secret.

    Any spelling counts: `api_key`, `X-Api-Key`, `apiKey`, `APIKEY`, `user[password]`.
    """
    words = [word.lower() for word in _WORD.findall(name[-_MAX_NAME:])]
    if not words or words[-1] in _HARMLESS_ENDINGS or "idempotency" in words:
        return False
    return not _SECRET_WORDS.isdisjoint(words) or _SECRET_PARTS.search("".join(words)) is not None
