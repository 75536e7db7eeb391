"""Secrets in what people record and share: replaced by a visible word before anything is kept or sent.

A secret is known by its name (`password`, `X-Api-Key`), by its shape (`ghp_…`, a JWT, `Bearer …`), or because the same
document showed it elsewhere under such a name. Placeholders that people write (`{{token}}`, `<token>`) stay.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

import msgspec

from engine.specs.limits import Budget
from engine.specs.nodes import embedded

REDACTED = "REDACTED"
"""What stands in the place of a secret. Upper-case letters are fit for a URL, a header, JSON and XML as they are."""

Keep = Callable[[Any], Any]
"""Returns what may stay of a value that is otherwise secret."""

_PLACEHOLDER = re.compile(
    r"(?:\{\{[^{}]{1,80}\}\}[ :./-]?)+|\$\{[A-Za-z_.]{1,60}\}|\{[A-Za-z_ .-]{1,60}\}|<[A-Za-z_ .:-]{1,60}>"
    r"|\[[A-Za-z_ -]{1,60}\]|(?i:your)[_ -][A-Za-z_ -]{1,60}|[xX]{3,}|[*•.]{3,}|" + REDACTED
)
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
_MAX_INSIDE = 3
"""JSON in a text of JSON in a text … that is looked into; deeper, it is searched as text."""
_SMALLEST_NUMBER = 1000
"""Numbers below it are counts; a PIN has four digits at least."""

_SHAPES = re.compile(
    r"(?<![A-Za-z0-9])(?:eyJ[\w-]{16,}(?:\.[\w-]*){0,4}|(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}"
    r"|SG\.[\w-]{16,}\.[\w-]{16,}|(?:dapi|key-|SK)[0-9a-f]{32}|(?:gh[pousr]_|github_pat_|gl[a-z]{2,5}-|sk-|whsec_"
    r"|[prs]k_(?:live|test)_|xox[a-z]-|xapp-|AIza|ya29\.|GOCSPX-|npm_|pypi-|do[opr]_v1_|hf_|gsk_|xai-|r8_|PMAK-"
    r"|shp(?:at|ca|pa|ss)_|sq0[a-z]{3}-|lin_api_|ntn_|secret_|hv[sb]\.|glsa_|ATATT3|AGE-SECRET-KEY-1|LTAI)[\w=-]{16,})"
    r"|hooks\.slack\.com/(?:services|workflows)/[\w/-]{10,}"
)
"""Prefixes that issuers give their tokens, shorter than issued so that cut ones count too.

Source: the default rules of gitleaks (https://github.com/gitleaks/gitleaks, config/gitleaks.toml)."""
_PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,10}-----(?:[^-]|-(?!----))*+(?:-----END [A-Z0-9 ]{0,60}-----)?"
)
_SCHEMED = re.compile(r"(?i)\b(?P<kept>(?:bearer|basic|token)\s{1,4})(?P<value>[\w~+/.=-]{8,})")
_USER_OPTION = re.compile(r"(?<!\S)(?P<kept>(?:-u|--user)[ =]{1,4}[\"']?)(?P<value>[^\s\"':]{1,200}:[^\s\"']{1,500})")
_USER_INFO = re.compile(r"(?P<kept>://)(?P<value>[^/?#@\s\"'<>]{1,500})(?=@)")
_ELEMENT = re.compile(
    r"(?P<kept><(?:[\w-]{1,40}:)?(?P<name>[\w.-]{1,64})(?:\s[^<>]{0,500})?>)(?P<value>(?:<!\[CDATA\[)?[^<]+)(?=</)"
)
_NAMED = re.compile(
    r"(?<![\w%.\[\]-])(?P<name>[\w%.\[\]-]{2,64})(?P<between>(?:\\{0,3}[\"'])?\s{0,8}(?:=>|[:=])\s{0,8})"
)
"""A name and what assigns: in JSON that is broken, in a URL, a form, a header, a shell, a program or prose."""
_QUOTED = re.compile(r"(?P<quote>\\{0,3}[\"'])(?P<value>(?:\\.|[^\\\n])*?)(?P=quote)")
_IN_QUERY = re.compile(r"(?P<value>[^&#\s]*)")
_BARE = re.compile(r"(?P<value>[^&\s\"'<>]*)")
_PROSE = re.compile(r"(?P<value>[^\s\"'<>,;]+)")
_LINE = re.compile(r"(?P<value>[^\n]*)")
_LINE_IN_QUOTES = {quote: re.compile(rf"(?P<value>[^\n{quote}]*)") for quote in "\"'"}
_LINE_NAMES = ("cookie", "cookie2", "authorization")
"""Headers of several words; elsewhere a value is one."""
_AUTH_SCHEME = re.compile(
    r"(?i)(apikey|aws4-hmac-sha256|basic|bearer|digest|eg1-hmac-sha256|hawk|negotiate|ntlm|oauth|token)\s+(\S.*)",
    re.DOTALL,
)
_RANDOM = re.compile(r"(?=[^\s]{0,200}(?:[0-9=]|[a-z][A-Z]))[\w~+/.=%-]{8,}|[\w~+/.=%-]{24,}")
"""What is no word of a sentence."""
_HEADER_VALUE = re.compile(rf"(?:[\w-]{{1,40}} )?(?:[^\s=]{{1,200}}=|{_RANDOM.pattern})")
"""How what follows `Cookie:` or `Authorization:` begins when it is a value of it, not a sentence about it."""
_PIECE = re.compile(r"[A-Za-z0-9_-]{12,}")
"""Part of a secret that is looked for elsewhere; shorter ones are often ordinary words."""
_UNMISTAKABLE = re.compile(r"(?!\d{4}-\d\d-\d\d)(?=.*[0-9])(?=.*[A-Za-z]).*|(?=.*[a-z])(?=.*[A-Z]).{24,}")


@lru_cache(maxsize=4096)
def is_secret_name(name: str) -> bool:
    """Return whether a header, parameter, field or variable of this name holds a secret.

    Any spelling counts: `api_key`, `X-Api-Key`, `apiKey`, `APIKEY`, `user[password]`.
    """
    words = [word.lower() for word in _WORD.findall(name[-_MAX_NAME:])]
    if not words or words[-1] in _HARMLESS_ENDINGS or "idempotency" in words:
        return False
    return not _SECRET_WORDS.isdisjoint(words) or _SECRET_PARTS.search("".join(words)) is not None


def is_placeholder(value: str) -> bool:
    """Return whether a value only marks where one goes: `{{token}}`, `<token>`, `YOUR_API_KEY`, `***`."""
    return _PLACEHOLDER.fullmatch(value.strip()) is not None


def redact_text(text: str) -> str:
    """Return a text without the secrets that stand in it. What the text is does not matter.

    Doing so twice gives the same text.
    """
    return Redactor().text(text)


class Redactor:
    """Takes the secrets out of one document, and remembers them to find them in other places of it.

    Args:
        keeps: Key of a mapping → what may stay of its value; the rest of it is secret. JSON inside a text has no such
            keys.
    """

    def __init__(self, keeps: Mapping[str, Keep] = {}) -> None:
        self._keeps = keeps
        self._inside_text = 0
        self._met: set[str] = set()

    def tree(self, value: Any, budget: Budget) -> Any:
        """Return a copy of a decoded document without its secrets, JSON inside its texts included.

        Raises:
            SpecError: It is more than the limits allow.
        """
        hidden = self._walked(value, False, budget)
        return self._without_met(hidden) if self._met else hidden

    def text(self, text: str) -> str:
        """Return a text without the secrets that stand in it; see `redact_text`."""
        if "PRIVATE KEY" in text:
            text = _PRIVATE_KEY.sub(self._shaped, text)
        text = _SHAPES.sub(self._shaped, text)
        if " " in text:
            text = _USER_OPTION.sub(self._kept_and_hidden, _SCHEMED.sub(self._schemed, text))
        if "://" in text:
            text = _USER_INFO.sub(self._kept_and_hidden, text)
        if "</" in text:
            text = _ELEMENT.sub(self._element, text)
        return "".join(self._assigned(text)) if "=" in text or ":" in text else text

    def hide(self, value: str) -> str:
        """Return what stands for a secret value. Placeholders stay, and so does `Bearer` before the value."""
        scheme, secret = "", value.strip()
        if schemed := _AUTH_SCHEME.fullmatch(secret):
            scheme, secret = f"{schemed[1]} ", schemed[2]
        if not secret or is_placeholder(secret):
            return scheme + secret
        self._remember(secret)
        return scheme + REDACTED

    def _remember(self, value: str) -> None:
        for form in {value, unquote(value)}:
            self._met.update(piece for piece in _PIECE.findall(form) if _UNMISTAKABLE.fullmatch(piece))

    def _shaped(self, match: re.Match[str]) -> str:
        return self.hide(match[0])

    def _kept_and_hidden(self, match: re.Match[str]) -> str:
        return match["kept"] + self.hide(match["value"])

    def _schemed(self, match: re.Match[str]) -> str:
        return self._kept_and_hidden(match) if _RANDOM.fullmatch(match["value"]) else match[0]

    def _element(self, match: re.Match[str]) -> str:
        return self._kept_and_hidden(match) if is_secret_name(match["name"]) else match[0]

    def _assigned(self, text: str) -> Iterator[str]:
        """Yield a text in pieces, the values of secret names hidden."""
        done = 0
        for named in _NAMED.finditer(text):
            if named.start() < done or not is_secret_name(unquote(named["name"])):
                continue
            if value := _value(text, named):
                yield text[done : value.start("value")]
                yield self.hide(value["value"])
                done = value.end("value")
        yield text[done:]

    def _walked(self, value: Any, secret: bool, budget: Budget) -> Any:
        budget.spend()
        if isinstance(value, str):
            return self._string(value, secret, budget)
        if isinstance(value, dict):
            return self._mapping(value, secret, budget)
        if isinstance(value, list):
            return [self._walked(item, secret, budget) for item in value]
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return 0 if secret and is_number and abs(value) >= _SMALLEST_NUMBER else value

    def _mapping(self, value: dict[str, Any], secret: bool, budget: Budget) -> dict[str, Any]:
        names_secret = "value" in value and _names_secret(value)
        result = {}
        for key, item in value.items():
            if key in self._keeps and not self._inside_text:
                kept = self._keeps[key](item)
                for text in set(_texts(item)) - set(_texts(kept)):
                    self._remember(text)
                result[key] = self._walked(kept, False, budget)
                continue
            hide = secret or (names_secret and key == "value") or _is_secret_field(key, item)
            result[self.text(key)] = self._walked(item, hide, budget)
        return result

    def _string(self, value: str, secret: bool, budget: Budget) -> str:
        if secret:
            return self.hide(value)
        may_hold_json = self._inside_text < _MAX_INSIDE and value.lstrip()[:1] in ("{", "[")
        if may_hold_json and isinstance(tree := embedded(value), dict | list):
            self._inside_text += 1
            hidden = self._walked(tree, False, budget)
            self._inside_text -= 1
            return value if hidden == tree else msgspec.json.format(msgspec.json.encode(hidden), indent=2).decode()
        return self.text(value)

    def _without_met(self, value: Any) -> Any:
        if isinstance(value, str):
            return _PIECE.sub(lambda match: REDACTED if match[0] in self._met else match[0], value)
        if isinstance(value, dict):
            return {self._without_met(key): self._without_met(item) for key, item in value.items()}
        return [self._without_met(item) for item in value] if isinstance(value, list) else value


def _value(text: str, named: re.Match[str]) -> re.Match[str] | None:
    """Return the match of the value that is assigned to a secret name, None where it is no value."""
    between, before = named["between"], text[named.start() - 1 : named.start()]
    if quoted := _QUOTED.match(text, named.end()):
        return quoted
    if between.strip() == ":" and named["name"].lower().rpartition("-")[2] in _LINE_NAMES:
        is_value = _HEADER_VALUE.match(text, named.end())
        return _LINE_IN_QUOTES.get(before, _LINE).match(text, named.end()) if is_value else None
    if between == "=":
        return (_BARE if before and before not in "?&#" else _IN_QUERY).match(text, named.end())
    return _PROSE.match(text, named.end()) if _RANDOM.match(text, named.end()) else None


def _names_secret(pair: dict[str, Any]) -> bool:
    """Return whether a pair like `{"key": …, "value": …}` has a secret name or says that it is secret."""
    if pair.get("type") == "secret":
        return True
    return any(isinstance(name := pair.get(key), str) and is_secret_name(name) for key in ("key", "name", "id"))


def _is_secret_field(key: str, value: Any) -> bool:
    if isinstance(value, int | float) and key.lower().endswith("tokens"):  # a count, of a language model
        return False
    return is_secret_name(key)


def _texts(value: Any) -> Iterator[str]:
    """Yield every text below a value, keys left out."""
    pending = [value]
    while pending:
        value = pending.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict | list):
            pending.extend(value.values() if isinstance(value, dict) else value)
