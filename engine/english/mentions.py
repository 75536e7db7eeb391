"""A question as a row of words and of what is said word for word: numbers, dates, addresses, quoted names."""

import re
from functools import lru_cache
from typing import Literal, NamedTuple

from engine.english.function_words import STOP_WORDS

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
    r"(?P<url>\b[a-z][a-z+]*://[^\s\"“”`<>]*[^\s\"“”`<>.,;:!?)])"
    r"|\"(?P<quoted>[^\"]*)\"|“(?P<curly>[^”]*)”|`(?P<code>[^`]*)`|(?<!\w)'(?P<single>[^'\n]+)'(?!\w)"
    rf"|(?P<date>\b(?:{_DATE})\b)"
    r"|(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<tag>[#@:][A-Za-z][\w-]*:?|#(?=\d*[A-Fa-f]|\d{6}\b)[0-9A-Fa-f]{3,8}\b)"
    r"|#?(?P<number>(?<![\w.+-])-?\d+(?:,\d{3})*(?:\.\d+)?(?![\w:/-]|\.\w|,\w))"
    r"|(?P<list>[\w.-]+(?:,[\w.-]+)+)"
    rf"|(?P<token>[\w+$](?:{_CHARACTER}*[\w+])?|=)"
    r"|(?P<mark>[,;?!():.%])",
    re.IGNORECASE,
)
_PAIR = re.compile(r"[A-Za-z0-9][\w.-]*(?:/[\w.-]+)+")
_DOTTED = re.compile(r"[A-Za-z][\w-]*(?:\.[\w-]{2,})+")
"""`example.com`, `mail.send`."""
_UNIT = re.compile(r"(\d+(?:\.\d+)?)([A-Za-z]{1,3})")
_BETWEEN = re.compile(r"\b(?:between|btwn?|b/w|among|across) (?:any |the |these |those )?$", re.IGNORECASE)
_THINGS = re.compile(r"\s+(?:(?!and\b|to\b)[a-z]+ ){0,2}(?!and\b)[a-z]+s\b", re.IGNORECASE)
"""Around a number that counts things: `between 2 dates`, `across 3 accounts`."""
_DIGITS = 18
"""Characters of the longest number: all integers of 64 bits that long are exact; what is longer is an id."""
_LONGEST = 4_000
"""Characters of a question that are read: values stand in what was typed, and a run of dashes takes time by its square.
"""
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
    """Return a question as a row of mentions, in order; of a long one its beginning."""
    return tuple(_read(match) for match in _MENTION.finditer(question[:_LONGEST]))


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
            text = text.replace(",", "")
            kind = "number" if len(text) <= _DIGITS else "id"
            if _BETWEEN.search(match.string, 0, match.start()) and _THINGS.match(match.string, match.end()):
                kind = "word"  # how many there are, and no value
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


_ERROR = re.compile(
    r"\b[45]\d\d [A-Z][a-z]+|\b[\w.]*(?:Error|Exception): "
    r"|[{,]\s*([\"'])(?:errors?|code|message|status|reason|ok|title)\1\s*:"
    r"|\b(?:(?:get(?:ting)?|got|receive) an?|returns?|returned) [1-5]\d\d(?= (?:when|if|on|for|from|after)\b|[?.]?$)",
)
"""A status line, the end of a traceback, the body of an answer that refuses, a status that is spoken of."""
_PASTED = re.compile(
    r"[{}<>]|://|(?:^|\s)/\w|\b(?:GET|POST|PUT|PATCH|DELETE)\b|\b[45]\d\d\b|\b(?:error|exception|traceback)",
    re.IGNORECASE,
)
"""What is in a text that was pasted, or that speaks of one: all of it may tell what is meant."""
_OF_APIS = frozenset(
    "call endpoint enum error event field header method operation parameter request schema scope type webhook".split()
)
"""Words behind a quoted text that is the name of a part of an API, and no value."""
_SAID = frozenset(("quoted", "number", "date", "email", "tag", "id", "list"))


@lru_cache(_CACHED)
def is_error(question: str) -> bool:
    """Tell whether an error was pasted: its numbers and words are what a server said, and no input takes them."""
    return _ERROR.search(question[:_LONGEST]) is not None


def spoken(question: str) -> str:
    """Return a question without the values in it, which say nothing of which operation is meant.

    `close issue 42 labelled "bug"` → `close issue labelled`. One that has something pasted stays as it is, and so
    does one with nothing else.
    """
    if _PASTED.search(question):
        return question
    row = mentions(question)
    telling = sum(one.kind == "word" and one.low not in STOP_WORDS for one in row)
    values = _SAID if telling > 1 else _SAID - {"quoted"}  # of little else a quoted text may be what is asked about
    kept, at = [], 0
    for place, one in enumerate(row):
        behind = row[place + 1].low if place + 1 < len(row) else ""
        is_file = _DOTTED.fullmatch(one.text) and not any(map(str.isdigit, one.text))  # it tells what kind of thing
        if one.kind in values and behind not in _OF_APIS and not is_file:
            kept.append(question[at : one.start])
            at = one.end
    return " ".join("".join([*kept, question[at:]]).split()) if kept and telling else question
