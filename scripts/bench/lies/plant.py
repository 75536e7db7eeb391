"""Sentences about real operations, half of them false in one known way, as the specification itself has it.

The wording is that of `tests/questions/claims`: one file to build by, one to check by, no sentence in both. What is
true is taken from the records of the specification, not from what the checker knows of it.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from engine.answer.checking.ground import Grounder
from engine.answer.checking.vocabulary import vocabulary
from engine.answer.records import SegmentKind
from engine.calls.source import Source
from engine.calls.values import allowed
from engine.library.records import OutlineRow
from engine.specs.describe import field_rows, merged
from engine.specs.model import Operation, Schema, Spec, written

WORDING = Path(__file__).resolve().parents[3] / "tests/questions/claims"
PLACES = {
    "query": ("query string", "query"), "path": ("path", "path"), "body": ("request body", "body"),
    "header": ("request headers", "header"),
}  # fmt: skip
TYPES = {
    "string": "a string", "integer": "an integer", "number": "a number", "boolean": "a boolean", "array": "an array",
    "object": "an object",
}  # fmt: skip
WAYS = {
    "basic": ("HTTP basic authentication", "basic auth"), "bearer": ("a bearer token",), "apiKey": ("an API key",),
    "oauth2": ("OAuth 2.0", "an OAuth 2.0 token"),
}  # fmt: skip
INVENTED = ("sort-order", "page-cursor", "expand_level", "retryPolicy", "include-hidden", "batch-mode", "ownerRef")
STATUSES = ("204", "301", "402", "406", "409", "410", "415", "418", "423", "451", "502", "504")
METHODS = ("GET", "PUT", "POST", "DELETE", "PATCH")


class Planted(NamedTuple):
    """A sentence about an operation."""

    kind: str
    text: str
    false: bool


class Field(NamedTuple):
    """An input of an operation, or a field of what it returns."""

    name: str
    place: str
    required: bool
    schema: Schema
    values: tuple[str, ...]


def wording(part: str) -> dict[str, list[str]]:
    """Return kind → sentences of one part, such as `build`."""
    found: dict[str, list[str]] = {}
    for line in (WORDING / f"{part}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            found[line[2:]] = kind = []
        elif line:
            kind.append(line)
    return found


def source_of(spec: Spec, operation: Operation) -> Source:
    """Return an operation as the library would give it."""
    return Source(
        spec="api",
        about=spec.about,
        operation=operation,
        resolve=lambda pointer: spec.schemas.get(pointer, Schema()),
        example=spec.examples.get,
    )


def check(spec: Spec, operation: Operation, texts: Sequence[str]) -> list[bool]:
    """Return of each text whether the checker marks anything in it, where an answer is about one operation."""
    sources = {f"api:{one.key}": source_of(spec, one) for one in spec.operations}
    rows = [
        OutlineRow(tag="", operation=one.key, operation_id=one.operation_id, summary="", deprecated=False)
        for one in spec.operations
    ]
    known = vocabulary([sources[f"api:{operation.key}"]], [("api", rows)], (), sources.get)
    found = []
    for text in texts:
        grounder = Grounder(known)
        segments = [*grounder.feed(text), *grounder.finish()]
        found.append(any(one.kind in (SegmentKind.FALSE, SegmentKind.UNVERIFIED) for one in segments))
    return found


def kinds(spec: Spec, operation: Operation) -> int:
    """Return of how many kinds lies can be told about an operation."""
    facts = _Facts(spec, operation, random.Random(0))  # noqa: S311 - nothing secret
    return sum(any(filling(facts, True)) for filling in _KINDS.values())


def plant(spec: Spec, operation: Operation, said: Mapping[str, Sequence[str]], chance: random.Random) -> list[Planted]:
    """Return sentences about one operation, of each kind that it has something for as many true as false ones."""
    facts = _Facts(spec, operation, chance)
    return [
        Planted(kind, _filled(sentence, filling), false)
        for kind, sentences in said.items()
        for false in (False, True)
        for filling in _KINDS[kind](facts, false)
        if (sentence := chance.choice([one for one in sentences if _fits(one, filling)] or [""]))
    ]


Filling = dict[str, str]


def _fits(sentence: str, filling: Filling) -> bool:
    there = {name for name in _NAMES if "{" + name + "}" in sentence}
    return there <= filling.keys() and filling.get("said", "") in ("", _said(there))


def _said(names: set[str]) -> str:
    """Return of what a sentence that denies something speaks."""
    marks = {"t": "type", "n": "type", "v": "value", "s": "status", "o": "owner", "p": "place", "k": "place"}
    return next((kind for name, kind in marks.items() if name in names), "required")


_NAMES = ("f", "p", "k", "r", "t", "n", "m", "ml", "path", "o", "s", "x", "g", "v", "vs", "d", "l", "z", "w")


def _filled(text: str, filling: Filling) -> str:
    sentence = text
    for name, value in filling.items():
        text = text.replace("{" + name + "}", value)
    return text[:1].upper() + text[1:] if sentence.startswith("{w}") else text


class _Facts:
    """What an operation is, and what other operations of its spec are."""

    def __init__(self, spec: Spec, operation: Operation, chance: random.Random) -> None:
        self.spec, self.operation, self.chance = spec, operation, chance
        self.source = source_of(spec, operation)
        self.inputs = list(_inputs(self.source))
        self.outputs = list(_outputs(self.source))
        self.others = [one for one in spec.operations if one.key != operation.key and one.protocol == "http"]

    def field(self, *wanted: Callable[[Field], bool]) -> Field | None:
        """Return any input that is all that is wanted, and has a name of its own."""
        names = [_leaf(one.name) for one in (*self.inputs, *self.outputs)]
        found = [
            one
            for one in self.inputs
            if "$" not in one.name and names.count(_leaf(one.name)) == 1 and all(each(one) for each in wanted)
        ]
        return self.chance.choice(found) if found else None

    def dressed(self, name: str) -> str:
        """Return a name as prose has it."""
        return f"`{name}`" if self.chance.random() < 0.7 or "_" not in name else name


def _leaf(name: str) -> str:
    return name.replace("[]", "").rpartition(".")[2].lower()


def _inputs(source: Source) -> Iterator[Field]:
    resolve = source.resolve
    for one in source.operation.parameters:
        if one.location in PLACES:
            yield Field(one.name, one.location, one.required, merged(one.schema, resolve), allowed(one.schema, resolve))
    for content in source.operation.body.content[:1] if source.operation.body else ():
        for row in field_rows(content.schema, resolve, 2):
            node = merged(row.schema, resolve)
            if not node.read_only and not (row.depth and row.required):
                yield Field(row.name, "body", row.required, node, allowed(row.schema, resolve))


def _outputs(source: Source) -> Iterator[Field]:
    for response in source.operation.responses:
        for content in response.content[:1]:
            for row in field_rows(content.schema, source.resolve, 2):
                yield Field(row.name, "response", row.required, merged(row.schema, source.resolve), ())


def _deep(source: Source) -> set[str]:
    """Return all names that are anywhere in what an operation takes or gives."""
    body = source.operation.body
    contents = [*(body.content if body else ()), *(one for each in source.operation.responses for one in each.content)]
    rows = (row for content in contents for row in field_rows(content.schema, source.resolve, 5))
    return {_leaf(row.name) for row in rows} | {one.name.lower() for one in source.operation.parameters}


def _place(facts: _Facts, false: bool) -> Iterator[Filling]:
    if field := facts.field():
        there = facts.chance.choice([one for one in PLACES if one != field.place]) if false else field.place
        yield _besides(field) | {"f": facts.dressed(field.name), "p": PLACES[there][0], "k": PLACES[there][1]}


def _type(facts: _Facts, false: bool) -> Iterator[Filling]:
    if field := facts.field(lambda one: one.schema.type in TYPES and not one.schema.one_of and not one.schema.any_of):
        near = {"integer", "number"} if field.schema.type in ("integer", "number") else {field.schema.type}
        type_ = facts.chance.choice([one for one in TYPES if one not in near]) if false else field.schema.type
        yield _besides(field) | {"f": facts.dressed(field.name), "t": TYPES[type_], "n": type_}


def _besides(field: Field, *wanted: str) -> Filling:
    """Return what is true of a field besides that of which a sentence is made."""
    (place, kind), type_ = PLACES[field.place], field.schema.type
    told = {"p": place, "k": kind, "r": "required" if field.required else "optional"}
    if type_ in TYPES and not field.schema.one_of and not field.schema.any_of:
        told |= {"t": TYPES[type_], "n": type_}
    return {name: told[name] for name in wanted or told if name in told}


def _needed(wanted: bool) -> Callable[[_Facts, bool], Iterator[Filling]]:
    def filling(facts: _Facts, false: bool) -> Iterator[Filling]:
        if field := facts.field(lambda one: one.required == (wanted != false)):
            yield _besides(field, "n", "t", "k", "p") | {"f": facts.dressed(field.name)}

    return filling


def _returned(facts: _Facts, false: bool) -> Iterator[Filling]:
    if not false:
        if field := facts.field(lambda one: one.place == "body"):
            yield {"f": facts.dressed(field.name)}
    elif any(one.place == "body" for one in facts.inputs):
        taken = {_leaf(one.name) for one in facts.inputs} | _taken(facts.source)
        if found := [one.name for one in facts.outputs if _leaf(one.name) not in taken and "[]" not in one.name]:
            yield {"f": facts.dressed(facts.chance.choice(found))}


def _taken(source: Source) -> set[str]:
    contents = source.operation.body.content if source.operation.body else ()
    return {_leaf(row.name) for one in contents for row in field_rows(one.schema, source.resolve, 5)}


def _method(facts: _Facts, false: bool) -> Iterator[Filling]:
    path = facts.operation.path
    there = {one.method for one in facts.spec.operations if one.path.rstrip("/") == path.rstrip("/")}
    if not (choice := [one for one in METHODS if one not in there] if false else [facts.operation.method]):
        return
    method = facts.chance.choice(choice)
    yield {"m": method, "path": f"`{path}`"} | ({"ml": method.lower()} if method in ("POST", "PUT") else {})


def _owner(facts: _Facts, false: bool) -> Iterator[Filling]:
    if not facts.others:
        return
    if not false:
        if field := facts.field():
            yield {"f": facts.dressed(field.name), "o": f"`{facts.operation.key}`"}
        return
    other = facts.chance.choice(facts.others)
    if other.path == facts.operation.path:
        return
    source = source_of(facts.spec, other)
    there = {_leaf(one.name) for one in (*_inputs(source), *_outputs(source))} | _deep(source)
    if field := facts.field(lambda one: _leaf(one.name) not in there):
        yield {"f": facts.dressed(field.name), "o": f"`{other.key}`"}


def _status(facts: _Facts, false: bool) -> Iterator[Filling]:
    there = [one.status for one in facts.operation.responses if one.status.isdigit()]
    if false:
        ranges = {one.status[:1] for one in facts.operation.responses if "x" in one.status.lower()}
        yield {"s": facts.chance.choice([one for one in STATUSES if one not in there and one[0] not in ranges])}
    elif failures := [one for one in there if one[0] in "345"]:
        yield {"s": facts.chance.choice(failures)}


def _path(facts: _Facts, false: bool) -> Iterator[Filling]:
    if not false:
        if real := [one.path for one in facts.spec.operations if one.method == "GET"]:
            yield {"x": facts.chance.choice(real)}
        return
    parents = [one.path.rstrip("/") for one in facts.spec.operations]
    base = facts.chance.choice(parents)
    invented = f"{base}/{facts.chance.choice(('new', 'search', 'all', 'bulk', 'export'))}"
    if invented not in parents:
        yield {"x": invented}


def _name(facts: _Facts, false: bool) -> Iterator[Filling]:
    if not false:
        if field := facts.field():
            yield {"g": field.name if facts.chance.random() < 0.5 else field.name.replace("[]", "")}
        return
    named = [one.name for one in facts.inputs if "$" not in one.name]
    nested, tops = [one for one in named if "." in one], [one for one in named if "." not in one]
    if nested and facts.chance.random() < 0.5:
        parent = nested[0].rpartition(".")[0].replace("[]", "")
        yield {"g": f"{parent}.{facts.chance.choice(('colour', 'origin_ref', 'tier'))}"}
    elif tops and "_" in tops[0] and facts.chance.random() < 0.5:
        yield {"g": tops[0].replace("_", "-")}
    else:
        yield {"g": facts.chance.choice(INVENTED)}


def _value(facts: _Facts, false: bool) -> Iterator[Filling]:
    if field := facts.field(lambda one: len(one.values) > 1 and all(value.isidentifier() for value in one.values)):
        values = list(field.values[:3])
        if false:
            value = facts.chance.choice(
                [one for one in ("archived", "weekly", "unknownish") if one not in field.values]
            )
            values[facts.chance.randrange(len(values))] = value
        else:
            value = values[0]
        row = ", ".join(f"`{one}`" for one in values[:-1]) + f" or `{values[-1]}`"
        yield _besides(field, "n") | {"f": facts.dressed(field.name), "v": value, "vs": row}


def _default(facts: _Facts, false: bool) -> Iterator[Filling]:
    def simple(one: Field) -> bool:
        return isinstance(one.schema.default, str | int | float) and written(one.schema.default).isalnum()

    if field := facts.field(simple):
        said = _other(field, facts) if false else written(field.schema.default)
        yield _besides(field, "n") | {"f": facts.dressed(field.name), "d": said}


def _other(field: Field, facts: _Facts) -> str:
    default: Any = field.schema.default
    if isinstance(default, bool):
        return written(not default)
    if isinstance(default, int | float):
        return written(int(default) + facts.chance.choice((1, 7, 50)))
    others = [one for one in field.values if one != default and one.isalnum()]
    return facts.chance.choice(others or ["nothing1"])


def _limit(*keywords: str) -> Callable[[_Facts, bool], Iterator[Filling]]:
    def filling(facts: _Facts, false: bool) -> Iterator[Filling]:
        def limited(one: Field) -> bool:
            return any(isinstance(one.schema.limits.get(word), int) for word in keywords)

        if field := facts.field(limited):
            limit = next(field.schema.limits[word] for word in keywords if word in field.schema.limits)
            other = limit * 2 + facts.chance.choice((1, 3, 50)) if false else limit
            yield _besides(field, "n") | {"f": facts.dressed(field.name), "l": str(other)}

    return filling


def _scope(facts: _Facts, false: bool) -> Iterator[Filling]:
    needed = {scope for way in facts.operation.security for grant in way for scope in grant.scopes}
    every = {scope for scheme in facts.spec.about.security_schemes for scope in scheme.scopes} | {"admin:all"}
    if needed:
        said = facts.operation.summary + facts.operation.description
        others = sorted(one for one in every - needed if one not in said and not any(one in each for each in needed))
        if choice := others if false else sorted(needed):
            yield {"z": facts.chance.choice(choice)}


def _credentials(facts: _Facts, false: bool) -> Iterator[Filling]:
    schemes = {one.name: one for one in facts.spec.about.security_schemes}
    kinds = {
        scheme.scheme.lower() if scheme.type == "http" else scheme.type
        for way in facts.operation.security
        for grant in way
        if (scheme := schemes.get(grant.scheme))
    }
    tokens = {"bearer"} if kinds & {"oauth2", "openIdConnect"} else set()
    tokens |= (
        {"bearer", "basic"} if any(one.parameter.lower() == "authorization" for one in schemes.values()) else set()
    )
    choice = [one for one in WAYS if one not in kinds | tokens] if false else [one for one in WAYS if one in kinds]
    if kinds and choice:
        yield {"w": facts.chance.choice(WAYS[facts.chance.choice(choice)])}


def _not(facts: _Facts, false: bool) -> Iterator[Filling]:
    there = [one.status for one in facts.operation.responses if one.status.isdigit()]
    kind = facts.chance.choice(("required", "type", "value", "status", "owner", "place"))
    if kind == "required" and (field := facts.field(lambda one: one.required == false)):
        yield {"f": facts.dressed(field.name), "said": kind}
    elif kind == "type":
        yield from ({"f": one["f"], "t": one["t"], "n": one["n"], "said": kind} for one in _type(facts, not false))
    elif kind == "value":
        yield from ({"f": one["f"], "v": one["v"], "said": kind} for one in _value(facts, not false))
    elif kind == "status" and there:
        other = [
            one
            for one in STATUSES
            if one not in there and not any("x" in each.status.lower() for each in facts.operation.responses)
        ]
        if choice := there if false else other:
            yield {"s": facts.chance.choice(choice), "said": kind}
    elif kind == "owner":
        yield from ({**one, "said": kind} for one in _owner(facts, not false))
    elif kind == "place":
        yield from ({"f": one["f"], "p": one["p"], "k": one["k"], "said": kind} for one in _place(facts, not false))


_KINDS: dict[str, Callable[[_Facts, bool], Iterator[Filling]]] = {
    "place": _place, "type": _type, "required": _needed(True), "optional": _needed(False), "returned": _returned,
    "method": _method, "owner": _owner, "status": _status, "path": _path, "name": _name, "value": _value,
    "default": _default, "most": _limit("maximum"), "least": _limit("minimum"), "length": _limit("maxLength"),
    "scope": _scope, "credentials": _credentials, "not": _not,
}  # fmt: skip
