"""The conditions of a question to filters, each with how it is said."""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from engine.answer.whole.scope import Scope
from engine.answer.whole.understand import Part, Rest
from engine.english.inflection import singular
from engine.english.whole import without_demand
from engine.library.attributes import Field, Trait
from engine.search.filters.where import And, Comparison, Filter, Not, Operator, Or

_SAID: dict[str, tuple[str, str]] = {
    Trait.SUMMARY: ("have a summary", "have no summary"),
    Trait.DESCRIPTION: ("have a description", "have no description"),
    Trait.ID: ("have an operationId", "have no operationId"),
    Trait.TAG: ("have a tag", "have no tag"),
    Trait.PARAMETER: ("take parameters", "take no parameters"),
    Trait.BODY: ("take a body", "take no body"),
    Trait.OUTPUT: ("return a body on success", "return no body on success"),
    Trait.EXAMPLE: ("have an example", "have no example"),
    Trait.ERROR: ("document an error (4xx or 5xx)", "document no error (4xx or 5xx)"),
    Trait.PAGING: ("are paged", "are not paged"),
    Trait.CREDENTIALS: ("need credentials", "do not need credentials"),
    Trait.SCOPE: ("need a scope", "need no scope"),
    Trait.CALLBACK: ("have a callback", "have no callback"),
    Trait.LINK: ("have a link", "have no link"),
}
NOTES = {
    Trait.PAGING: "Paged is what takes an input that goes to another page, such as page, cursor or offset",
    Trait.EXAMPLE: "Examples of parameters, bodies and responses count, and of their schemas; not of single fields",
    Trait.CREDENTIALS: "Needing none includes what may be called with or without",
}
"""What is counted as what, where that could be meant otherwise."""
_TELLING = 4
"""Letters of a word that is looked for within the segments of paths; shorter ones are parts of other words."""
_EXISTS = ""
"""What every value contains."""


class Condition(NamedTuple):
    """A condition as a filter and in words."""

    where: Filter
    said: str
    """`document 404`."""
    unsaid: str
    """`do not document 404`."""
    note: str = ""

    def told(self, *, negated: bool) -> "Told":
        """Return it as it holds."""
        return Told(Not(self.where) if negated else self.where, self.unsaid if negated else self.said, self.note)


class Told(NamedTuple):
    """A condition with what it says, or that it does not."""

    where: Filter
    said: str
    note: str = ""
    is_firm: bool = True
    """The question says it in words that mean nothing else."""


def test(field: str, value: str, operator: Operator = Operator.EQ) -> Comparison:
    """Return one comparison."""
    return Comparison(field, operator, (value,))


def _name(field: str, value: str, scope: Scope) -> Comparison:
    """Return the test for a name, which tells its spelling from others where there are such."""
    if scope.is_ambiguous(value, Field(field)):
        return test(field, value, Operator.IS)
    return test(field, value)


def condition(part: Part, scope: Scope) -> Condition | None:
    """Return the filter of a part of a question; None where nothing in these specs can be meant by it."""
    kind, _, which = part.kind.partition(".")
    return _READERS[kind](part, which, scope)


def _has(_part: Part, which: str, _scope: Scope) -> Condition:
    return Condition(test("has", which), *_SAID[which], NOTES.get(Trait(which), ""))


def _marked(part: Part, _which: str, _scope: Scope) -> Condition:
    """Return what is marked so in the document."""
    match part.kind:
        case "deprecated":
            return Condition(test("deprecated", "true"), "are deprecated", "are not deprecated")
        case "webhook":
            return Condition(test("kind", "webhook"), "are webhooks", "are no webhooks")
        case "public":
            said, unsaid = _SAID[Trait.CREDENTIALS]
            return Condition(Not(test("has", Trait.CREDENTIALS)), unsaid, said, NOTES[Trait.CREDENTIALS])
    where = test("format", part.value.lower().replace("grpc", "protobuf"))
    return Condition(where, f"are of {part.value}", f"are not of {part.value}")


def _auth(part: Part, which: str, _scope: Scope) -> Condition:
    if part.kind == "scope":
        where = test("scope", part.value)
        return Condition(where, f"need the scope {part.value}", f"do not need the scope {part.value}")
    return Condition(test("auth", which), f"accept {which} authentication", f"do not accept {which} authentication")


def of_rest(rest: Rest, scope: Scope, *, is_topic: bool) -> Condition | None:
    """Return what words may mean that no rule has read: more of the kind before, a tag, or a part of the path.

    Args:
        rest: The words.
        scope: Some specs.
        is_topic: Whether they stand where the name of a group of operations does.
    """
    like = rest.like
    goes_on = like is not None and _goes_on(like, rest.text, scope)
    more = condition(like._replace(value=rest.text, is_sure=bool(like.noun)), scope) if like and goes_on else None
    if more is not None:
        return more
    if as_scope := scope.written(without_demand(rest.text), Field.SCOPE):
        return Condition(test("scope", as_scope), f"need the scope {as_scope}", f"do not need the scope {as_scope}")
    if not is_topic:
        return None
    if found := scope.spelled(rest.text, Field.TAG):
        return Condition(test("tag", found), f"have the tag {found}", f"do not have the tag {found}")
    segment = rest.text.strip("/")
    if not re.fullmatch(r"[\w.-]+", segment):
        return None
    for form in dict.fromkeys((segment, segment.rstrip("s"), f"{segment}s")):
        pattern = rf"(?i)/{re.escape(form)}(/|$)"
        if any(re.search(pattern, path) for path in scope.known(Field.PATH)):
            where = test("path", rf"/{re.escape(form)}(/|$)", Operator.MATCHES)
            return Condition(where, f"have {form} in the path", f"do not have {form} in the path")
    word = singular(segment.lower())
    if len(word) >= _TELLING and any(word in path for path in scope.known(Field.PATH)):
        return Condition(
            test("path", word, Operator.CONTAINS), f"have {word} in the path", f"do not have {word} in the path"
        )
    return None


def _goes_on(like: Part, text: str, scope: Scope) -> bool:
    """Tell whether words may be one more value of the part before."""
    if like.kind == "scope":
        return bool(scope.spelled(text, Field.SCOPE))
    return like.kind in ("named", "tag", "returns", "sends")


def _status(part: Part, which: str, _scope: Scope) -> Condition:
    value = part.value
    classes = {"client": "4", "server": "5"}
    if which == "default":
        return Condition(test("status", "default"), "have a default response", "have no default response")
    if which in classes or value.lower().endswith("xx"):
        digit = classes.get(which) or value[0]
        where = test("status", f"^{digit}", Operator.MATCHES)
        return Condition(where, f"document a {digit}xx response", f"document no {digit}xx response")
    return Condition(test("status", value), f"document {value}", f"do not document {value}")


def _method(part: Part, _which: str, _scope: Scope) -> Condition:
    value = part.value.lower()
    name = {"quer": "Query", "mutation": "Mutation", "subscription": "Subscription"}.get(value, value.upper())
    return Condition(test("method", name), f"use {name}", f"do not use {name}")


def _path(part: Part, which: str, _scope: Scope) -> Condition:
    value = part.value
    match which:
        case "starts":
            return Condition(test("path", value, Operator.STARTS), f"have a path that starts with {value}",
                             f"have a path that does not start with {value}")  # fmt: skip
        case "ends":
            return Condition(test("path", value, Operator.ENDS), f"have a path that ends with {value}",
                             f"have a path that does not end with {value}")  # fmt: skip
        case "parameter":
            value = value.strip("{}")
            return Condition(test("path", f"{{{value}}}", Operator.CONTAINS), f"take the path parameter {value}",
                             f"do not take the path parameter {value}")  # fmt: skip
    return Condition(
        test("path", value, Operator.CONTAINS), f"have {value} in the path", f"do not have {value} in the path"
    )


def _media(part: Part, _which: str, _scope: Scope) -> Condition:
    operator = Operator.EQ if "/" in part.value and not part.value.endswith("*") else Operator.CONTAINS
    value = part.value.rstrip("*").lower()
    sent, got = test("consumes", value, operator), test("produces", value, operator)
    sides: dict[str, tuple[Filter, str]] = {"in": (sent, "accept"), "out": (got, "return")}
    where, verb = sides.get(_side(part.place), (Or((sent, got)), "accept or return"))
    return Condition(where, f"{verb} {part.value}", f"do not {verb} {part.value}")


def _side(place: str) -> str:
    if place in ("out", "response", "output"):
        return "out"
    return "in" if place in ("in", "request", "body", "input", "form") else ""


def _some(part: Part, _which: str, _scope: Scope) -> Condition | None:
    place = part.place
    if place in ("path", "url"):
        return Condition(test("path", "{", Operator.CONTAINS), "take a path parameter", "take no path parameter")
    field = {"query": "query", "header": "header", "required": "required", "mandatory": "required"}.get(place)
    if field is None:
        return None
    where = test(field, _EXISTS, Operator.CONTAINS)
    kind = "required input" if field == "required" else f"{field} parameter"
    return Condition(where, f"take a {kind}", f"take no {kind}")


_BODY = (("body", Field.BODY), "take the field {} in the body")
_RESPONSE = (("response", Field.RESPONSE), "return the field {}")
_NAMED: dict[str, tuple[tuple[str, Field], str]] = {
    "query": (("query", Field.QUERY), "take the query parameter {}"),
    "header": (("header", Field.HEADER), "take the header {}"),
    "body": _BODY,
    "request": _BODY,
    "form": _BODY,
    "out": _RESPONSE,
    "response": _RESPONSE,
    "output": _RESPONSE,
    "declared": (("declared", Field.DECLARED), "take the parameter {}"),
    "in": (("parameter", Field.PARAMETER), "take the input {}"),
}
_NOUNS = {"header": "header", "parameter": "declared", "param": "declared", "argument": "declared", "arg": "declared"}


def _place(part: Part, scope: Scope) -> str:
    """Return which column a name is looked up in; empty where none has it."""
    noun = part.noun.removesuffix("s")
    if noun == "header":
        return "" if _side(part.place) == "out" else "header"
    if part.place in _NAMED and part.place not in ("in", "out"):
        return part.place
    if part.place == "out":
        return "out" if noun not in ("parameter", "param") else "declared"
    if noun in _NOUNS:
        return _NOUNS[noun]
    is_field = bool(noun) and noun != "input" and part.value.casefold() in scope.known(Field.BODY)
    return "body" if is_field else "in"


def is_operation(part: Part, scope: Scope) -> bool:
    """Tell whether a name is that of an operation, and neither of an input nor called one."""
    if part.kind != "named" or part.noun or not scope.written(part.value, Field.ID):
        return False
    return not any(scope.written(part.value, field) for field in (Field.PARAMETER, Field.RESPONSE))


def _named(part: Part, _which: str, scope: Scope) -> Condition | None:
    """Return that something is taken or returned by its name."""
    if part.place in ("path", "url"):
        return _path(part, "parameter", scope)
    place = _place(part, scope)
    if not place:
        return None
    (name, field), said = _NAMED[place]
    value = scope.written(part.value, field)
    if not value and not part.noun and (as_scope := scope.written(part.value, Field.SCOPE)):
        return _auth(part._replace(kind="scope", value=as_scope), "", scope)
    if not value and not (part.is_sure and part.is_called):
        return None
    value = value or part.value
    where: Filter = _name(name, value, scope)
    said = said.format(value)
    unsaid = f"do not {said}"
    if part.must is not None:
        required = _name("required", value, scope)
        where = And((where, required)) if part.must else And((where, Not(required)))
        said = said.replace("take", "require") if part.must else f"{said} optionally"
        unsaid = f"do not {said}"
    note = ""
    if field is Field.RESPONSE:
        note = f"Fields count on the first level, in lists those of an item; further inside: `inner = {value}`"
    return Condition(where, said, unsaid, note)


def _schema(part: Part, _which: str, scope: Scope) -> Condition | None:
    """Return that a schema, or else a field of that name, comes back or is sent."""
    kind = part.kind
    column = Field.RETURNS if kind == "returns" else Field.SENDS
    verb = "return" if kind == "returns" else "send"
    if name := scope.spelled(part.value, column):
        note = "A schema counts by itself, in a list, or as one form of a choice"
        return Condition(_name(kind, name, scope), f"{verb} {name}", f"do not {verb} {name}", note)
    field = Field.RESPONSE if kind == "returns" else Field.BODY
    if name := scope.written(part.value, field):
        return Condition(_name(field, name, scope), f"{verb} the field {name}", f"do not {verb} the field {name}")
    if not part.is_sure:
        return None
    return Condition(test(kind, part.value), f"{verb} {part.value}", f"do not {verb} {part.value}")


def _tag(part: Part, _which: str, scope: Scope) -> Condition | None:
    value = scope.spelled(part.value, Field.TAG)
    if not value and not part.is_sure:
        return None
    value = value or part.value
    return Condition(test("tag", value), f"have the tag {value}", f"do not have the tag {value}")


_READERS: dict[str, Callable[[Part, str, Scope], Condition | None]] = {
    "has": _has, "status": _status, "deprecated": _marked, "webhook": _marked, "public": _marked, "format": _marked,
    "auth": _auth, "scope": _auth, "method": _method, "path": _path, "media": _media, "some": _some, "named": _named,
    "returns": _schema, "sends": _schema, "tag": _tag, "optional": lambda *_: None,
}  # fmt: skip


def together(told: Sequence[tuple[Told, bool]]) -> tuple[tuple[Filter, ...], str, tuple[str, ...]]:
    """Return conditions as the parts of one filter, how they are said, and what there is to note.

    Args:
        told: Each condition, and whether it is an alternative to the one before.
    """
    groups: list[list[Told]] = []
    for one, by_or in told:
        if by_or and groups:
            groups[-1].append(one)
        else:
            groups.append([one])
    filters: list[Filter] = []
    said: list[str] = []
    for group in groups:
        filters.append(group[0].where if len(group) == 1 else Or(tuple(one.where for one in group)))
        said.append(" or ".join(one.said for one in group))
    notes = tuple(dict.fromkeys(one.note for one, _ in told if one.note))
    return tuple(filters), _sentence(said), notes


def _sentence(said: Sequence[str]) -> str:
    if len(said) <= 1:
        return "".join(said)
    return f"{', '.join(said[:-1])} and {said[-1]}"
