"""A question as a row of words and of what is said word for word: numbers, dates, addresses, quoted names."""

import re
from functools import lru_cache
from typing import Literal, NamedTuple

Kind = Literal["word", "mark", "quoted", "number", "date", "email", "url", "tag", "pair", "id", "name", "list"]
"""`tag` is `#general`, `pair` is `octocat/hello-world`, `id` has digits (`web-1`), `name` has none (`light-green`),
`list` is `U1,U2`."""

_MONTHS = "january february march april may june july august september october november december".split()
_MONTH = rf"(?:{'|'.join(f'{month[:3]}(?:{month[3:]})?' for month in _MONTHS)})"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_ISO = r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?"
_DATE = rf"{_DAY} (?:of )?{_MONTH},? \d{{4}}|{_MONTH} {_DAY},? \d{{4}}|{_ISO}"
_CHARACTER = r"[^\s\"“”`,;?!()]"
_MENTION = re.compile(
    rf"(?P<url>\b[a-z][a-z+]*://{_CHARACTER}+)"
    r"|\"(?P<quoted>[^\"]*)\"|“(?P<curly>[^”]*)”|`(?P<code>[^`]*)`|(?<!\w)'(?P<single>[^'\n]+)'(?!\w)"
    rf"|(?P<date>\b(?:{_DATE})\b)"
    r"|(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<tag>[#@:][A-Za-z][\w-]*:?|#(?=\d*[A-Fa-f]|\d{6}\b)[0-9A-Fa-f]{3,8}\b)"
    r"|#?(?P<number>(?<![\w.+-])-?\d+(?:,\d{3})*(?:\.\d+)?(?![\w:/-]|\.\w|,\w))"
    r"|(?P<list>[\w.-]+(?:,[\w.-]+)+)"
    rf"|(?P<token>[\w+$](?:{_CHARACTER}*[\w+])?|=)"
    r"|(?P<mark>[,;?!():.])",
    re.IGNORECASE,
)
_PAIR = re.compile(r"[A-Za-z0-9][\w.-]*(?:/[\w.-]+)+")
_DOTTED = re.compile(r"[A-Za-z][\w-]*(?:\.[\w-]{2,})+")
"""`example.com`, `mail.send`."""
_UNIT = re.compile(r"(\d+(?:\.\d+)?)([A-Za-z]{1,3})")
_CACHED = 256
"""Questions whose words are remembered: each operation that is shown asks for those of the same one."""


class Mention(NamedTuple):
    """One word, or one thing that is said word for word."""

    kind: Kind
    text: str
    """As it is meant: without quotes, a date as in ISO 8601, a number without commas."""
    start: int
    end: int

    @property
    def low(self) -> str:
        """The text in small letters."""
        return self.text.lower()


@lru_cache(_CACHED)
def mentions(question: str) -> tuple[Mention, ...]:
    """Return a question as a row of mentions, in order."""
    return tuple(_read(match) for match in _MENTION.finditer(question))


def _read(match: re.Match[str]) -> Mention:
    name = match.lastgroup or "mark"
    text = match[name]
    kind: Kind = "word"
    match name:
        case "quoted" | "curly" | "code" | "single":
            kind = "quoted"
        case "date":
            kind, text = "date", _iso(text)
        case "number":
            kind, text = "number", text.replace(",", "")
        case "url" | "email" | "tag" | "list" | "mark":
            kind = name
        case _:
            text = text.rstrip(":'").removesuffix("'s").removesuffix("\u2019s")
            kind = _kind_of(text)
    return Mention(kind, text, match.start(), match.end())


def _kind_of(text: str) -> Kind:
    if _PAIR.fullmatch(text):
        return "pair"
    if any(letter.isdigit() for letter in text) or _DOTTED.fullmatch(text):
        return "id"
    if not text.isalpha() and any(letter.isalpha() for letter in text) and "'" not in text:
        return "name"
    return "word" if text != "=" else "mark"


def _iso(text: str) -> str:
    """Return a date as in ISO 8601."""
    if text[4:5] == "-":
        return text.replace(" ", "T")
    parts = re.findall(r"[A-Za-z]+|\d+", text)
    month = next(part for part in parts if part[:3].lower() in {name[:3] for name in _MONTHS})
    numbers = [part for part in parts if part.isdigit()]
    at = next(place for place, name in enumerate(_MONTHS, 1) if name[:3] == month[:3].lower())
    return f"{numbers[1]}-{at:02}-{int(numbers[0]):02}"


def measured(text: str) -> tuple[str, str]:
    """Return number and unit of what is written as one: `42GB` → `42`, `GB`; two empty texts of anything else."""
    match = _UNIT.fullmatch(text)
    return (match[1], match[2]) if match else ("", "")
