"""The text of a `.proto` file to tokens, each with the comments before it."""

import re
from collections.abc import Iterator
from inspect import cleandoc
from typing import NamedTuple

import msgspec

from engine.errors import SpecError
from engine.specs.limits import Budget
from engine.text import clean


class Comment(msgspec.Struct):
    """A block comment, or line comments that follow one another."""

    lines: list[str]
    first: int
    """Number of the line on which it begins, from 1."""
    last: int
    block: bool

    def text(self) -> str:
        """Return what it says, without the signs that make it a comment."""
        return "\n".join(map(str.rstrip, self.lines)).strip("\n")


class Token(NamedTuple):
    """A word, a number, a text, a sign, or the end of the file."""

    kind: str
    """`name`, `number`, `string`, `sign` or `end`."""
    text: str
    line: int
    column: int
    comments: list[Comment]
    """What stands between the token before and this one."""


_TOKEN = re.compile(
    r"""
      (?P<space>[ \t\n]++)
    | (?P<comment>//[^\n]*+|/\*.*?\*/)
    | (?P<string>"(?:[^"\\\n]++|\\[^\n])*+"|'(?:[^'\\\n]++|\\[^\n])*+')
    | (?P<number>\.?[0-9](?:[eE][+-]|[\w.])*+)
    | (?P<name>\.?[A-Za-z_]\w*+(?:\.[A-Za-z_]\w*+)*+)
    | (?P<sign>[{}()\[\]<>=;:,.+-]|/(?!\*))
    | (?P<wrong>.)
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_STAR = re.compile(r"[ \t]*+\*[ \t]?")
"""What block comments like to begin their lines with."""
_ESCAPE = re.compile(rb"\\(?:x([0-9a-fA-F]{1,2})|([0-7]{1,3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)
_SIGNS = {b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}


def tokens(text: str, budget: Budget) -> Iterator[Token]:
    """Yield the tokens of a file, and without end its end.

    Raises:
        SpecError: Something is no token, and says at which line and column; or they are more than the limits allow.
    """
    line, begin = 1, 0  # number of the line, and where it begins
    before = 0  # line of the token before
    comments: list[Comment] = []
    for match in _TOKEN.finditer(text):
        kind, found, column = match.lastgroup or "", match[0], match.start() - begin + 1
        if kind == "wrong":
            raise broken(_wrong(text, match.start()), line, column)
        if kind == "comment":
            budget.spend()
            _add(comments, found, line, before)
        elif kind != "space":
            budget.spend()
            yield Token(kind, found, line, column, comments)
            comments, before = [], line
        if newlines := found.count("\n"):
            line += newlines
            begin = match.start() + found.rindex("\n") + 1
    end = Token("end", "", line, len(text) - begin + 1, comments)
    while True:
        yield end


def attached(token: Token, before: int) -> tuple[str, str]:
    """Return what the comments before a token say of the statement that ended on the line `before`, and of the next.

    By protoc's rule (google/protobuf/io/tokenizer.h, NextWithComments): a comment is of the statement before when it is
    on its line, or on the one below and apart from what follows; it is of the next when there is no blank line between.
    """
    trailing = leading = ""
    comments = list(token.comments)
    if comments and before:
        first = comments[0]
        after = comments[1].first if len(comments) > 1 else token.line
        apart = token.text in ("}", "") or first.last + 1 < after
        if first.first == before or (first.first == before + 1 and apart):
            trailing = comments.pop(0).text()
    if comments and comments[-1].last + 1 >= token.line:
        leading = comments[-1].text()
    return trailing, leading


def unescaped(text: str) -> str:
    """Return what stands between quotation marks with its escapes replaced, cleaned."""
    return clean(_ESCAPE.sub(_character, text.encode()).decode(errors="replace"))


def broken(problem: str, line: int, column: int) -> SpecError:
    """Return the error for a file that breaks the grammar."""
    return SpecError(
        f"The protobuf file is broken at line {line}, column {column}: {problem}",
        hint="Correct it there; `protoc` and `buf build` check the whole file",
    )


def _character(match: re.Match[bytes]) -> bytes:
    code, octal, short, long, sign = match.groups()
    if code or octal:
        return bytes([int(code, 16) if code else int(octal, 8) & 0xFF])
    if short or long:
        number = int(short or long, 16)
        return chr(number).encode(errors="replace") if number < 0x110000 else b"?"
    return _SIGNS.get(sign, sign)


def _wrong(text: str, position: int) -> str:
    if text[position] in "\"'":
        return "a text has no closing quotation mark on its line"
    return "a comment is not closed" if text.startswith("/*", position) else f"{text[position]!r} cannot stand here"


def _add(comments: list[Comment], text: str, line: int, before: int) -> None:
    """Add a comment, to the one before where both are line comments and that one does not stand behind a token."""
    if text.startswith("/*"):
        comments.append(Comment(_block_lines(text), line, line + text.count("\n"), block=True))
        return
    said = text.lstrip("/").removeprefix(" ")
    last = comments[-1] if comments else None
    if last and not last.block and last.last == line - 1 and last.first != before:
        last.lines.append(said)
        last.last = line
    else:
        comments.append(Comment([said], line, line, block=False))


def _block_lines(text: str) -> list[str]:
    first, *others = text[2:-2].lstrip("*").split("\n")
    if all(_STAR.match(line) for line in others if line.strip()):
        return [first.strip(), *(_STAR.sub("", line, count=1) for line in others)]
    return cleandoc("\n".join((first, *others))).split("\n")
