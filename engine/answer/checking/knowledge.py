"""What one operation says of its fields, statuses and credentials: what claims are looked up in."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from engine.calls.inputs import inputs
from engine.calls.source import Source
from engine.calls.values import allowed
from engine.specs.describe import Resolve, merged
from engine.specs.model import Operation, Schema, SecurityScheme, written

MAX_ROWS = 1_500
"""Fields of one body that are looked at, the outermost first; GitHub's longest answers have about as many."""
DEPTH = 6
"""Levels of a body that are looked at. What lies deeper is neither confirmed nor denied."""
IN_REQUEST = frozenset(("path", "query", "querystring", "header", "cookie", "body", "argument", "channel", "server"))
_CORE = frozenset(("string", "integer", "number", "boolean", "array", "object"))


class Occurrence(msgspec.Struct, frozen=True):
    """A field, in one of the places where it is."""

    name: str
    """Dotted, without `[]`: `labels.name`."""
    place: str
    """A `Location`, `body`, `response` or `response header`."""
    schema: Schema
    """With its reference followed."""
    required: bool | None
    """None where that depends: on the branch that is chosen, on the object around it being sent."""
    types: frozenset[str]
    """JSON types that it may have; empty where the source does not say."""
    item_types: frozenset[str]
    """Those of its items, if it is a list."""
    values: tuple[str, ...]
    """Its enum, or that of its items."""
    description: str

    @property
    def in_request(self) -> bool:
        """Whether the caller sends it."""
        return self.place in IN_REQUEST


class Knowledge(msgspec.Struct, frozen=True, kw_only=True):
    """All that prose may say of one operation."""

    ref: str
    """`SPEC:METHOD /path`."""
    method: str
    protocol: str
    names: frozenset[str]
    """Lower-case names that belong to it, as `Vocabulary.names` has them."""
    fields: Mapping[str, tuple[Occurrence, ...]]
    """Lower-case dotted name, or how one ends → its occurrences, those that it is the whole name of first."""
    statuses: frozenset[str]
    """`404`, `4xx`, `default`."""
    scopes: frozenset[str]
    """Of the grants that it asks for, as they are written."""
    ways: tuple[frozenset[str], ...]
    """Alternatives of credentials, each by the types of its schemes: `basic`, `bearer`, `apiKey`, `oauth2`, …; an empty
    one where none are needed; nothing where the source does not say."""
    key_places: frozenset[str]
    """Where API keys go."""
    open_request: bool
    """Whether more fields may be sent than were looked at."""
    open_response: bool
    """Whether more may come back."""

    def find(self, name: str) -> tuple[Occurrence, ...]:
        """Return the occurrences of a name as prose has it: `labels[0].name`, `filter[to]`."""
        lower = name.lower()
        return self.fields.get(lower) or self.fields.get(_plain(lower), ())

    @property
    def path(self) -> str:
        """`METHOD /path`."""
        return self.ref.partition(":")[2]


def knowledge(source: Source, names: Sequence[str]) -> Knowledge:
    """Return what is known of an operation.

    Args:
        source: The operation.
        names: Lower-case names that prose about it may use.
    """
    operation = source.operation
    rows = _Rows(source.resolve)
    for parameter in operation.parameters:
        rows.one(parameter.name, parameter.location, parameter.schema, parameter.required, parameter.description)
        rows.inside(parameter.schema, parameter.location, parameter.name, parameter.required)
    for fact in inputs(source):
        if fact.location == "server" or (fact.location == "path" and fact.name.lower() not in rows.found):
            rows.one(fact.name, fact.location, Schema(type=fact.type, enum=fact.enum), fact.required, fact.description)
    open_request = False
    if operation.body:
        for content in operation.body.content:
            open_request |= rows.inside(content.schema, "body", "", True)
    open_response = not any(response.content for response in operation.responses)
    for response in operation.responses:
        for header in response.headers:
            rows.one(header.name, "response header", header.schema, None, header.description)
        for content in response.content:
            open_response |= rows.inside(content.schema, "response", "", True)
    schemes = {scheme.name: scheme for scheme in source.about.security_schemes}
    grants = [grant for alternative in operation.security for grant in alternative]
    return Knowledge(
        ref=source.ref,
        method=operation.method,
        protocol=operation.protocol,
        names=frozenset(names),
        fields=rows.sorted(),
        statuses=frozenset(response.status.lower() for response in operation.responses) - {""},
        scopes=frozenset(scope for grant in grants for scope in grant.scopes),
        ways=_ways(operation, schemes),
        key_places=frozenset(
            scheme.location for grant in grants if (scheme := schemes.get(grant.scheme)) and scheme.type == "apiKey"
        ),
        open_request=open_request,
        open_response=open_response,
    )


class _Rows:
    """Collects the fields of an operation."""

    def __init__(self, resolve: Resolve) -> None:
        self._resolve = resolve
        self.found: dict[str, dict[int, list[Occurrence]]] = {}
        """Lower-case name → how many levels stand before it → occurrences."""

    def one(self, name: str, place: str, schema: Schema, required: bool | None, description: str = "") -> Schema:
        """Take one field, and return what it is."""
        node = merged(schema, self._resolve)
        plain = _plain(name)
        occurrence = Occurrence(
            plain,
            place,
            node,
            required,
            _types(node, self._resolve),
            _types(merged(node.items, self._resolve), self._resolve) if node.items else frozenset(),
            allowed(schema, self._resolve),
            description or node.description,
        )
        self._keep(name.lower(), 0, occurrence)
        parts = plain.lower().split(".")
        for level in range(len(parts)):
            self._keep(".".join(parts[level:]), level, occurrence)
        return node

    def inside(self, schema: Schema, place: str, prefix: str, required: bool) -> bool:
        """Take the fields of an object, the outermost first, and return whether there may be more of them."""
        pending: deque[tuple[Schema, str, int, bool, bool, frozenset[str]]] = deque(
            [(schema, prefix, 0, required, False, frozenset())]
        )
        count, more = 0, False
        while pending:
            at, before, depth, sure, branch, seen = pending.popleft()
            if at.ref in seen or depth > DEPTH:
                continue
            if count > MAX_ROWS:
                return True
            inner = seen | {at.ref} if at.ref else seen
            node = merged(at, self._resolve)
            pending += [(each, before, depth, sure, True, inner) for each in _branches(at, node)]
            if node.items is not None:
                pending.append((node.items, before, depth, sure, branch, inner))
            more |= depth == 0 and (node.additional is not None or _says_nothing(node))
            for name, child in node.properties.items():
                count += 1
                needed = name in node.required
                path = f"{before}.{name}" if before else name
                known = self.one(path, _side(place, child, self._resolve), child, _sure(needed, sure, branch))
                if prefix and before == prefix and place != "body":
                    self._keep(f"{prefix}[{name}]".lower(), 0, self.found[path.lower()][0][-1])
                if known.properties or known.items or known.one_of or known.any_of or known.all_of or child.all_of:
                    pending.append((child, path, depth + 1, needed and sure, branch, inner))
        return more

    def sorted(self) -> dict[str, tuple[Occurrence, ...]]:
        """Return what was found, of each name the occurrences with the fewest levels before it first."""
        return {
            name: tuple(one for _, ones in sorted(levels.items()) for one in ones)
            for name, levels in self.found.items()
        }

    def _keep(self, name: str, level: int, occurrence: Occurrence) -> None:
        kept = self.found.setdefault(name, {}).setdefault(level, [])
        if occurrence not in kept:
            kept.append(occurrence)


def _branches(at: Schema, node: Schema) -> Iterator[Schema]:
    """Yield what a schema may be instead; `node` is `at` with its reference followed."""
    for one in (node, *(at.all_of or node.all_of)):
        yield from one.one_of
        yield from one.any_of


def _plain(name: str) -> str:
    """Return a name without indices: `labels[].name`, `labels[0].name` → `labels.name`."""
    name = name.removeprefix("[].")
    at, plain = 0, []
    while (opening := name.find("[", at)) > 0 and (closing := name.find("]", opening)) > 0:
        plain.append(name[at:opening])
        at = closing + 1
    return "".join([*plain, name[at:]])


def _side(place: str, schema: Schema, resolve: Resolve) -> str:
    """Return where a field of a body is: what only the server sets is not sent."""
    return "response" if place == "body" and (schema.read_only or merged(schema, resolve).read_only) else place


def _sure(needed: bool, around: bool, branch: bool) -> bool | None:
    """Return whether a field is required; None where that depends on what is around it."""
    return (None if branch or not around else True) if needed else False


def _says_nothing(schema: Schema) -> bool:
    objects = schema.type in ("", "object")
    return objects and not (
        schema.properties or schema.items or schema.one_of or schema.any_of or schema.all_of or schema.enum
    )


def _types(node: Schema, resolve: Resolve) -> frozenset[str]:
    """Return the JSON types of a schema whose reference is followed; nothing where one of them is not known."""
    if branches := (*node.one_of, *node.any_of):
        found = [_types_of_branch(branch, resolve) for branch in branches]
        return frozenset().union(*found) if all(found) else frozenset()
    if node.type:
        names = frozenset(node.type.split(" | ")) - {"null"}
        return names if names <= _CORE else frozenset()
    if node.properties or node.additional is not None:
        return frozenset(("object",))
    if node.items is not None:
        return frozenset(("array",))
    return frozenset(("string",)) if node.enum and all(isinstance(one, str) for one in node.enum) else frozenset()


def _types_of_branch(branch: Schema, resolve: Resolve) -> frozenset[str]:
    node = merged(branch, resolve)
    return _types(msgspec.structs.replace(node, one_of=(), any_of=()), resolve)


def _ways(operation: Operation, schemes: Mapping[str, SecurityScheme]) -> tuple[frozenset[str], ...]:
    if not operation.security:
        return (frozenset(),) if schemes and not operation.incoming else ()
    return tuple(
        frozenset(kind for grant in alternative for kind in _kinds(schemes.get(grant.scheme)))
        for alternative in operation.security
    )


def _kinds(scheme: SecurityScheme | None) -> Iterator[str]:
    """Yield what a scheme may be called; `any` where that cannot be told."""
    if scheme is None:
        yield "any"
    elif scheme.type == "http":
        yield scheme.scheme.lower()
    elif scheme.type == "apiKey":
        yield "apiKey"
        if scheme.parameter.lower() == "authorization":  # what is in that header can be a token of any kind
            yield from ("bearer", "basic")
    else:
        yield scheme.type
        yield "bearer"  # RFC 6750: what OAuth and OpenID Connect give is sent as one


def default_of(one: Occurrence) -> str:
    """Return the default of a field as it is written, or an empty text."""
    return "" if one.schema.default is None else written(one.schema.default)
