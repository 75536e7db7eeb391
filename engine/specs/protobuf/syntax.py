"""The text of a `.proto` file to its declarations, with their options and comments.

proto2, proto3 and the editions share one grammar (https://protobuf.com/docs/language-spec). The code is our own: the
one kept parser in Python (proto-schema-parser, over ANTLR) gives no lines, refuses comments inside a statement, and
answers broken or deep input with AttributeError and RecursionError.
"""

import re
from collections.abc import Callable
from typing import Any, ClassVar, NoReturn

from engine.specs.limits import Budget, exceeded
from engine.specs.protobuf.declarations import Declared, Enum, Field, File, Message, Method, Scope, Service, Value
from engine.specs.protobuf.tokens import Token, attached, broken, tokens, unescaped
from engine.specs.yaml12 import scalar
from engine.text import clean_tree

MAX_NAME = 512
"""Characters of a name; the longest of Google's APIs has 110, with all that it stands in."""
_Reader = Callable[..., None]
_Readers = dict[str, _Reader]
_LICENCE = re.compile(r"(?:[^\n]*\n){0,2}[^\n]*(?:copyright|licensed under|spdx-license)", re.IGNORECASE)
"""A comment that says in its first three lines that it is a licence says nothing of the API."""


def parse(text: str, budget: Budget) -> File:
    """Return what a file declares.

    Raises:
        SpecError: It breaks the grammar, and says at which line and column; or it is more than the limits allow.
    """
    return _Parser(text, budget).file()


class _Parser:
    """Takes one token after another; `_token` is the one that comes next."""

    def __init__(self, text: str, budget: Budget) -> None:
        self._tokens = tokens(text, budget)
        self._token: Token = next(self._tokens)
        self._leading = attached(self._token, 0)[1]
        """Comment of the statement that comes next."""
        self._max_depth = budget.limits.max_depth
        self._depth = 0

    def file(self) -> File:
        file = File()
        above = [comment.text() for comment in self._token.comments]
        if self._token.text in ("message", "enum", "service", "extend"):
            above = above[:-1] if self._leading else above
        else:
            self._leading = ""
        file.comment = "\n\n".join(comment for comment in above if not _LICENCE.match(comment))
        while self._token.kind != "end":
            self._statement(file, self._IN_FILE)
        return file

    # What statements have in common.

    def _statement(self, holder: Any, readers: _Readers, other: _Reader | None = None) -> None:
        reader = readers.get(self._token.text, other)
        if reader is None:
            self._expected(", ".join(filter(str.isalpha, readers)))
        reader(self, holder)

    def _head(self) -> dict[str, Any]:
        """Take the keyword that a declaration begins with; return its line and the comment above."""
        head = {"line": self._token.line, "comment": self._leading}
        self._take()
        return head

    def _block(self, holder: Declared, readers: _Readers, other: _Reader | None = None) -> None:
        """Read `{ … }` into `holder`."""
        self._deeper()
        self._end("{", holder)
        while self._token.text != "}":
            self._statement(holder, readers, other)
        self._depth -= 1
        self._end("}", holder if isinstance(holder, Method) else None)  # `} // Name` says nothing of others

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > self._max_depth:
            raise exceeded(f"The document is nested deeper than {self._max_depth} levels", "max_depth")

    def _end(self, sign: str, declared: Declared | None = None) -> None:
        """Take the sign that a statement or its head ends with; the comment behind it is of what was declared."""
        line = self._token.line
        self._expect(sign)
        trailing, self._leading = attached(self._token, line)
        if declared and trailing:
            declared.comment = f"{declared.comment}\n\n{trailing}".strip()

    # Tokens.

    def _take(self) -> Token:
        token = self._token
        if token.kind == "end":
            self._expected("more")
        self._token = next(self._tokens)
        return token

    def _accept(self, *texts: str) -> str:
        return self._take().text if self._token.text in texts else ""

    def _expect(self, sign: str) -> None:
        if not self._accept(sign):
            self._expected(repr(sign))

    def _expected(self, what: str) -> NoReturn:
        token = self._token
        found = repr(token.text[:40]) if token.text else "the end"
        raise broken(f"found {found} where there should be {what}", token.line, token.column)

    def _name(self, what: str = "a name") -> str:
        if self._token.kind != "name":
            self._expected(what)
        if len(self._token.text) > MAX_NAME:
            self._expected(f"a name of at most {MAX_NAME} characters")
        return self._take().text

    def _dotted(self, name: str) -> str:
        """Return a name with what follows of it: `protoc` takes blanks and new lines between its parts."""
        while self._token.kind in ("name", "sign") and self._token.text.startswith("."):
            name += self._take().text
            name += self._name() if name.endswith(".") else ""
            if len(name) > MAX_NAME:
                self._expected(f"the end of a name of at most {MAX_NAME} characters")
        return name

    def _simple_name(self) -> str:
        if "." in self._token.text:
            self._expected("a name without dots")
        return self._name()

    def _string(self) -> str:
        if self._token.kind != "string":
            self._expected("a text in quotation marks")
        parts = []
        while self._token.kind == "string":
            parts.append(self._take().text[1:-1])
        return unescaped("".join(parts))

    def _integer(self) -> int:
        sign = -1 if self._accept("-") else 1
        value = scalar(self._token.text) if self._token.kind == "number" else None
        if not isinstance(value, int) or value >= 2**32:
            self._expected("a whole number of 32 bits")
        self._take()
        return sign * value

    # Options.

    def _options(self, options: dict[str, Any]) -> None:
        """Read `[name = value, …]`, where it stands."""
        if self._accept("["):
            self._option(options)
            while self._accept(","):
                self._option(options)
            self._expect("]")

    def _option(self, options: dict[str, Any]) -> None:
        parts = []
        while self._token.text != "=":
            if self._accept("("):
                parts.append(self._name())
                self._expect(")")
            elif not self._accept("."):
                parts.append(self._name("the name of an option"))
        self._expect("=")
        _put(options, ".".join(part.strip(".") for part in parts), self._value())

    def _value(self) -> Any:
        sign = self._accept("-", "+")
        if self._token.kind == "string":
            return self._string()
        if opening := self._accept("{", "<", "["):
            return self._collection(opening)
        if self._token.kind not in ("name", "number"):
            self._expected("a value")
        token = self._take()
        if token.kind == "name":
            return {"true": True, "false": False}.get(token.text, sign + token.text)
        value = scalar(token.text)
        return clean_tree(-value if sign == "-" and isinstance(value, int | float) else value)

    def _collection(self, opening: str) -> Any:
        """Return a message in the text format (https://protobuf.dev/reference/protobuf/textformat-spec/), or a list."""
        self._deeper()
        fields: dict[str, Any] = {}
        values: list[Any] = []
        closing = {"{": "}", "<": ">", "[": "]"}[opening]
        while not self._accept(closing):
            if opening == "[":
                values.append(self._value())
            else:
                key = self._key()
                self._accept(":")
                _put(fields, key, self._value())
            self._accept(",", ";")
        self._depth -= 1
        return values if opening == "[" else fields

    def _key(self) -> str:
        if not self._accept("["):
            return self._name("the name of a field")
        parts = []
        while not self._accept("]"):
            parts.append(self._take().text)
        return f"[{''.join(parts)}]"

    # Statements: each reads one, and puts it into what holds it.

    def _empty(self, _holder: Declared) -> None:
        self._end(";")

    def _skip(self, _holder: Declared) -> None:
        """Leave out `reserved` and `extensions`, which say what may not be used."""
        while self._token.text != ";":
            self._take()
        self._end(";")

    def _visibility(self, _holder: Declared) -> None:
        """Leave out `export` and `local` of edition 2024, which stand before `message` and `enum`."""
        self._take()

    def _syntax(self, file: File) -> None:
        self._take()
        self._expect("=")
        file.syntax = self._string()
        self._end(";", file)

    def _package(self, file: File) -> None:
        file.comment = f"{file.comment}\n\n{self._head()['comment']}".strip()
        file.name = self._dotted(self._name())
        self._end(";", file)

    def _import(self, file: File) -> None:
        line = self._take().line
        self._accept("public", "weak", "option")
        file.imports[self._string()] = line
        self._end(";")

    def _set_option(self, holder: Declared) -> None:
        self._take()
        self._option(holder.options)
        self._end(";")

    def _enum(self, scope: Scope) -> None:
        enum = Enum(**self._head(), name=self._simple_name())
        scope.enums.append(enum)
        self._block(enum, self._IN_ENUM, _Parser._enum_value)

    def _enum_value(self, enum: Enum) -> None:
        value = Value(line=self._token.line, comment=self._leading, name=self._simple_name())
        self._expect("=")
        value.number = self._integer()
        self._options(value.options)
        self._end(";", value)
        enum.values.append(value)

    def _message(self, scope: Scope) -> None:
        message = Message(**self._head(), name=self._simple_name())
        scope.messages.append(message)
        self._block(message, self._IN_MESSAGE, _Parser._field)

    def _extend(self, scope: Scope) -> None:
        extend = Message(**self._head(), name=self._dotted(self._name()))
        scope.extends.append(extend)
        self._block(extend, self._EVERYWHERE, _Parser._field)

    def _oneof(self, message: Message) -> None:
        oneof = Message(**self._head(), name=self._simple_name())
        self._block(oneof, self._EVERYWHERE, _Parser._field)
        message.oneofs[oneof.name] = oneof.comment
        message.messages += oneof.messages  # groups
        for field in oneof.fields:
            field.oneof = oneof.name
            message.fields.append(field)

    def _field(self, message: Message) -> None:
        field = Field(line=self._token.line, comment=self._leading)
        field.label = self._accept("optional", "required", "repeated")
        field.type = self._dotted(self._name("a field"))
        if field.type == "map" and self._accept("<"):
            field.key = self._name()
            self._expect(",")
            field.type = self._dotted(self._name())
            self._expect(">")
        field.name = self._simple_name()
        self._expect("=")
        field.number = self._integer()
        self._options(field.options)
        message.fields.append(field)
        if field.type != "group":
            self._end(";", field)
            return
        group = Message(name=field.name, line=field.line, comment=field.comment)
        field.name, field.type = field.name.lower(), field.name
        message.messages.append(group)
        self._block(group, self._IN_MESSAGE, _Parser._field)

    def _service(self, file: File) -> None:
        service = Service(**self._head(), name=self._simple_name())
        file.services.append(service)
        self._block(service, self._IN_SERVICE)

    def _rpc(self, service: Service) -> None:
        method = Method(**self._head(), name=self._simple_name())
        service.methods.append(method)
        method.client_streams, method.request = self._side()
        self._expect("returns")
        method.server_streams, method.response = self._side()
        if self._token.text == "{":
            self._block(method, self._EVERYWHERE)
        else:
            self._end(";", method)

    def _side(self) -> tuple[bool, str]:
        """Return whether a side of a method is a stream, and its type."""
        self._expect("(")
        name = self._name()
        streams = name == "stream" and self._token.kind == "name"
        name = self._dotted(self._name() if streams else name)
        self._expect(")")
        return streams, name

    # Keyword → what reads the statement that begins with it.
    _EVERYWHERE: ClassVar[_Readers] = {"option": _set_option, ";": _empty}
    _TYPES: ClassVar[_Readers] = {"message": _message, "enum": _enum, "extend": _extend}
    _VISIBLE: ClassVar[_Readers] = {"export": _visibility, "local": _visibility}
    _IN_FILE: ClassVar[_Readers] = {
        "syntax": _syntax,
        "edition": _syntax,
        "package": _package,
        "import": _import,
        "service": _service,
        **_TYPES,
        **_VISIBLE,
        **_EVERYWHERE,
    }
    _IN_MESSAGE: ClassVar[_Readers] = {
        "oneof": _oneof,
        "reserved": _skip,
        "extensions": _skip,
        **_TYPES,
        **_VISIBLE,
        **_EVERYWHERE,
    }
    _IN_ENUM: ClassVar[_Readers] = {"reserved": _skip, **_EVERYWHERE}
    _IN_SERVICE: ClassVar[_Readers] = {"rpc": _rpc, **_EVERYWHERE}


def _put(values: dict[str, Any], name: str, value: Any) -> None:
    """Set a value; where one is given several times, they become a list."""
    if name not in values:
        values[name] = value
        return
    if not isinstance(values[name], list):
        values[name] = [values[name]]
    values[name] += value if isinstance(value, list) else [value]
