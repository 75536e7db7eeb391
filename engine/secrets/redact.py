"""Secrets in texts: replaced by a visible word before anything is kept, logged or sent.

A secret is known by its name (`password`, `X-Api-Key`), by its shape (`ghp_…`, a JWT, `Bearer …`), or because the same
source showed it elsewhere under such a name. Placeholders that people write (`{{token}}`, `<token>`) stay.
"""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from engine.secrets.names import is_secret_name

REDACTED = "REDACTED"
"""What stands in the place of a secret. Upper-case letters are fit for a URL, a header, JSON and XML as they are."""

_PLACEHOLDER = re.compile(
    r"(?:\{\{[^{}]{1,80}\}\}[ :./-]?)+|\$\{[A-Za-z_.]{1,60}\}|\{[A-Za-z_ .-]{1,60}\}|<[A-Za-z_ .:-]{1,60}>"
    r"|\[[A-Za-z_ -]{1,60}\]|(?i:your)[_ -][A-Za-z_ -]{1,60}|[xX]{3,}|[*•.]{3,}|" + REDACTED
)
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
_SCHEMED = re.compile(r"(?i)\b(?P<kept>(?:bearer|basic|token|api[ -]?key)\s{1,4})(?P<value>[\w~+/.=-]{8,})")
_PASSWORD = re.compile(
    r"(?P<kept>\b(?i:pass(?:word|wd|phrase|code)|pwd)(?:\s{0,4}:|\s{1,4}(?:is|to|as|of))?\s{1,4}[\"'\u201c\u2018]?)"
    r"(?!\w{1,20}://|(?i:aes|argon|base|md|oauth|pbkdf|rfc|sha|utf|v)-?\d{1,4}(?:id|url)?(?![^\W_]))"
    r"(?=[^\s\"'\u201c\u201d\u2018\u2019<>,;`]{0,200}[0-9])(?=[^\s\"'\u201c\u201d\u2018\u2019<>,;`]{0,200}[a-z])"
    r"(?P<value>[^\s\"'<>(){}\[\]/^`*][^\s\"'\u201c\u201d\u2018\u2019<>,;`]{3,}[^\W_])"
)
"""A password as it is said: `password hunter2`. It has a letter and a digit, unlike the word `field`, and is no name of
an encoding."""
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
_IN_QUERY = re.compile(r"(?P<value>(?:[^&#\s]*[^&#\s\"'`),;])?)")
"""Up to the end of the word; quotes and brackets at its end are those of the text around the address."""
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


def is_placeholder(value: str) -> bool:
    """Return whether a value only marks where one goes: `{{token}}`, `<token>`, `YOUR_API_KEY`, `***`."""
    return _PLACEHOLDER.fullmatch(value.strip()) is not None


def redact_text(text: str) -> str:
    """Return a text without the secrets that stand in it. What the text is does not matter.

    Doing so twice gives the same text.
    """
    return Redactor().text(text)


class Redactor:
    """Takes the secrets out of the texts of one source, and remembers them to find them in other places of it."""

    def __init__(self) -> None:
        self._met: set[str] = set()

    def text(self, text: str) -> str:
        """Return a text without the secrets that stand in it; see `redact_text`."""
        if "PRIVATE KEY" in text:
            text = _PRIVATE_KEY.sub(self._shaped, text)
        text = _SHAPES.sub(self._shaped, text)
        if " " in text:
            text = _USER_OPTION.sub(self._kept_and_hidden, _SCHEMED.sub(self._schemed, text))
            text = _PASSWORD.sub(self._kept_and_hidden, text)
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
        self.remember(secret)
        return scheme + REDACTED

    def remember(self, value: str) -> None:
        """Note a secret, so that `without_met` finds it where nothing else tells that it is one."""
        for form in {value, unquote(value)}:
            self._met.update(piece for piece in _PIECE.findall(form) if _UNMISTAKABLE.fullmatch(piece))

    def without_met(self, text: str) -> str:
        """Return a text without the secrets that were met so far."""
        if not self._met:
            return text
        return _PIECE.sub(lambda match: REDACTED if match[0] in self._met else match[0], text)

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
