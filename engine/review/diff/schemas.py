"""How two versions of a schema differ, as deep as they go.

A schema is compared with another one once, however often the two are referred to: what is found in it is a `Compared`,
which lists the pairs of schemas that it refers to instead of what is in them. So circles end, and a change of a shared
schema is one change, whose operations `engine.review.diff.reach` finds.
"""

from collections import deque
from collections.abc import Callable, Hashable, Iterator
from typing import Any, NamedTuple, TypeAlias

import msgspec

from engine.review.diff.values import Finding, compare_types, compare_values, exact, listed, said, types
from engine.review.diff.wire import COMPOUND
from engine.specs.describe import merged, schema_name, type_name
from engine.specs.limits import Budget
from engine.specs.model import Schema, Spec

_ANYTHING = Schema()
_WRAPPER: dict[str, Any] = {
    **{name: getattr(_ANYTHING, name) for name in ("all_of", "any_of", "one_of", "nullable")},
    **dict.fromkeys(("title", "description", "type"), ""),
    "example": None,
    "extensions": {},
}
"""What a schema may have that only stands for another one."""


class Role(NamedTuple):
    """What a schema is part of, which decides who sends it."""

    base: str
    """What ids of rules about its fields begin with."""
    top: str
    """What ids of rules about the whole begin with."""
    is_sent: bool
    """True where the client sends it."""

    def subject(self, path: str, is_top: bool) -> str:
        """Return what the id of a rule begins with; the items of an array at the top are still the top."""
        return self.top if is_top and not path.strip("[]") else f"{self.base}-property"


BODY = Role("request", "request-body", True)
PARAMETER = Role("request-parameter", "request-parameter", True)
RESPONSE = Role("response", "response-body", False)
HEADER = Role("response-header", "response-header", False)


class Pair(NamedTuple):
    """Two schemas that are compared with one another."""

    old: str | int
    """JSON pointer of a shared schema; of another one its identity."""
    new: str | int
    role: Role
    is_top: bool
    """True where it is the whole body, parameter or header."""
    is_wrapped: bool
    """True where null is allowed by what refers to it, which is where that is compared."""

    @property
    def pointer(self) -> str:
        """JSON pointer of the newer schema where both are shared ones; else empty."""
        return self.new if isinstance(self.new, str) and isinstance(self.old, str) else ""

    @property
    def name(self) -> str:
        """Name of the shared schema, or both where another one took its place; else empty."""
        if not self.pointer:
            return ""
        old, new = (type_name(Schema(ref=str(side))) for side in (self.old, self.new))
        return new if old == new else f"{old} → {new}"


class Use(NamedTuple):
    """A place in a schema that refers to others."""

    pair: Pair
    path: str


class Compared(NamedTuple):
    """What was found in a pair of schemas."""

    findings: list[Finding]
    uses: list[Use]


_Key: TypeAlias = Callable[[Schema], Hashable]
_Item: TypeAlias = tuple[Schema, Schema, str]
"""Two schemas, as they are written, and the path to them."""


class SchemaComparer:
    """Compares the schemas of two specifications.

    Args:
        old: The older one.
        new: The newer one.
        budget: What is left of the limits.
    """

    def __init__(self, old: Spec, new: Spec, budget: Budget) -> None:
        self.old = _Side(old, budget)
        """The older specification; `whole` follows its references."""
        self.new = _Side(new, budget)
        self._budget = budget
        self._pending: list[tuple[Pair, Schema, Schema]] = []
        self.pairs: dict[Pair, Compared] = {}
        """What was found in each pair that something refers to; complete after `settle`."""

    def compare(self, old: Schema, new: Schema, role: Role) -> Compared:
        """Compare the schemas of a body, a parameter or a header.

        Raises:
            SpecError: It is more than the limits allow.
        """
        found = Compared([], [])
        self._walk(deque([(old, new, "")]), role, True, found)
        return found

    def compound(self, old: Schema, new: Schema) -> frozenset[str]:
        """Return of lists and objects, which are written in many ways, those that both may be."""
        return _compound(old, self.old) & _compound(new, self.new)

    def fields(self, old: Schema, new: Schema, name: str) -> tuple[Schema | None, Schema | None]:
        """Return a field of both; None where there is none."""
        return self.old.whole(old).properties.get(name), self.new.whole(new).properties.get(name)

    def settle(self) -> None:
        """Compare all pairs that something refers to.

        Raises:
            SpecError: It is more than the limits allow.
        """
        while self._pending:
            pair, old, new = self._pending.pop()
            found = self.pairs[pair]
            self._budget.spend()
            queue: deque[_Item] = deque()
            whole = (self.old.whole(old), self.new.whole(new))
            self._node(*whole, "", pair.role, found, queue)
            if not pair.is_wrapped:
                found.findings.extend(_nullability(_allows_null(whole[0]), _allows_null(whole[1]), ""))
            self._unions((old, whole[0]), (new, whole[1]), "", found, queue)
            self._walk(queue, pair.role, pair.is_top, found)

    def _walk(self, queue: deque[_Item], role: Role, is_top: bool, found: Compared) -> None:
        """Compare what is in the queue and below it, up to references."""
        while queue:
            self._budget.spend()
            old, new, path = queue.popleft()
            (old, old_null), (new, new_null) = _unwrapped(old), _unwrapped(new)
            if _refers(old) or _refers(new):
                is_wrapped = old_null or new_null
                pair = Pair(_key(old), _key(new), role, is_top and not path.strip("[]"), is_wrapped)
                found.uses.append(Use(pair, path))
                if pair not in self.pairs:
                    self.pairs[pair] = Compared([], [])
                    self._pending.append((pair, old, new))
                if is_wrapped:
                    nulls = (
                        old_null or _allows_null(self.old.whole(old)),
                        new_null or _allows_null(self.new.whole(new)),
                    )
                    found.findings.extend(_nullability(*nulls, path))
                continue
            if _is_choice(old) != _is_choice(new):
                old, new = _as_types(old), _as_types(new)
            self._node(old, new, path, role, found, queue)
            found.findings.extend(_nullability(old_null or _allows_null(old), new_null or _allows_null(new), path))
            self._unions((old, old), (new, new), path, found, queue)

    def _node(self, old: Schema, new: Schema, path: str, role: Role, found: Compared, queue: deque[_Item]) -> None:
        """Compare one node apart from null and alternatives, and put into the queue what is below it."""
        if _is_choice(old) != _is_choice(new):
            return  # What the one is, the other is as an alternative.
        changes = list(compare_types(old, new))
        findings = [*changes, *compare_values(old, new)]
        found.findings.extend(finding._replace(path=path) for finding in findings)
        if changes and not types(old) & types(new):
            return  # What is within has nothing in common either.
        self._properties(old, new, path, role, found, queue)
        if old.items is not None or new.items is not None:
            queue.append((old.items or _ANYTHING, new.items or _ANYTHING, f"{path}[]"))
        if old.additional is not None and new.additional is not None:
            queue.append((old.additional, new.additional, _joined(path, "*")))
        if old.discriminator != new.discriminator:
            kind = "discriminator-property-name-changed"
            found.findings.append(Finding(kind, path, said(old.discriminator), said(new.discriminator)))
        elif old.discriminator:
            before, after = _discriminating(old), _discriminating(new)
            if gone := [value for value in before if value not in after]:
                found.findings.append(Finding("discriminator-mapping-removed", path, listed(gone), ""))
            if came := [value for value in after if value not in before]:
                found.findings.append(Finding("discriminator-mapping-added", path, "", listed(came)))

    def _properties(
        self, old: Schema, new: Schema, path: str, role: Role, found: Compared, queue: deque[_Item]
    ) -> None:
        before, after = self.old.visible(old, role), self.new.visible(new, role)
        was, now = set(old.required), set(new.required)
        for name, schema in after.items():
            self._budget.spend()
            place = _joined(path, name)
            if name in before:
                if (name in was) != (name in now):
                    found.findings.append(Finding("became-required" if name in now else "became-optional", place))
                queue.append((before[name], schema, place))
            else:
                kind = f"{'required' if name in now else 'optional'}-property-added"
                found.findings.append(Finding(kind, place, "", said(type_name(schema))))
        for name, schema in before.items():
            if name not in after:
                kind = f"{'required' if name in was else 'optional'}-property-removed"
                found.findings.append(Finding(kind, _joined(path, name), said(type_name(schema)), ""))

    def _unions(
        self,
        old: tuple[Schema, Schema],
        new: tuple[Schema, Schema],
        path: str,
        found: Compared,
        queue: deque[_Item],
    ) -> None:
        """Compare alternatives; each side is a schema as written and as a whole.

        A schema that is no choice, beside one that is, counts as its own only alternative.
        """
        if _is_choice(old[1]) != _is_choice(new[1]):
            before, after = (_choices(whole) if _is_choice(whole) else [written] for written, whole in (old, new))
        else:
            before, after = _choices(old[1]), _choices(new[1])
        if not before or not after:
            return
        self._budget.spend(len(before) + len(after))
        matched, gone, came = self._matched(before, after)
        keyword = "one-of" if new[1].one_of or old[1].one_of else "any-of"
        queue.extend((one, other, path) for one, other in matched)
        for schema in gone:
            found.findings.append(Finding(f"{keyword}-removed", path, said(type_name(schema)), ""))
        for schema in came:
            found.findings.append(Finding(f"{keyword}-added", path, "", said(type_name(schema))))

    def _matched(
        self, old: list[Schema], new: list[Schema]
    ) -> tuple[list[tuple[Schema, Schema]], list[Schema], list[Schema]]:
        """Pair alternatives.

        First those that are the same, then those of one name, then, by their types, those that came to be written in
        place or were before: two references with different names are different alternatives.

        Returns:
            Pairs, those without a partner in `new`, those without one in `old`.
        """
        pairs, old, new = _match(old, new, exact, exact)
        named, old, new = _match(old, new, _label, _label)
        mine, theirs = (lambda schema: types(self.old.whole(schema))), (lambda schema: types(self.new.whole(schema)))
        put_out, left, new = _match([one for one in old if not one.ref], new, mine, theirs)
        put_in, gone, came = _match([one for one in old if one.ref], [one for one in new if not one.ref], mine, theirs)
        return [*pairs, *named, *put_out, *put_in], [*left, *gone], [*(one for one in new if one.ref), *came]


class _Side:
    """One of the two specifications, with schemas that were put together kept."""

    def __init__(self, spec: Spec, budget: Budget) -> None:
        self._schemas = spec.schemas
        self._budget = budget
        self._wholes: dict[str | int, Schema] = {}

    def whole(self, schema: Schema) -> Schema:
        """Return a schema with its reference followed and its `allOf` taken in."""
        if not _refers(schema):
            return schema
        key = _key(schema)
        if key not in self._wholes:
            whole = merged(schema, self._resolve)
            if whole.nullable and self._forbids_null(schema):
                whole = msgspec.structs.replace(whole, nullable=False)
            self._wholes[key] = whole
            self._budget.spend(len(whole.properties))
            self._budget.check_time()
        return self._wholes[key]

    def _resolve(self, pointer: str) -> Schema:
        return self._schemas.get(pointer, _ANYTHING)

    def _forbids_null(self, schema: Schema) -> bool:
        """Tell whether a part of an `allOf` has a type and no null; what the whole itself says comes first."""
        if schema.ref:
            schema = self._resolve(schema.ref)
        parts = [self._resolve(part.ref) if part.ref else part for part in schema.all_of]
        return not schema.nullable and any(part.type and not part.nullable for part in parts)

    def visible(self, schema: Schema, role: Role) -> dict[str, Schema]:
        """Return the fields that are really sent: a request has none that is read-only, a response none write-only."""
        hidden = "read_only" if role.is_sent else "write_only"
        return {name: child for name, child in schema.properties.items() if not getattr(self.whole(child), hidden)}


def _refers(schema: Schema) -> bool:
    return bool(schema.ref or schema.all_of)


def _key(schema: Schema) -> str | int:
    """Return what tells a schema from others of its specification, which keeps it alive meanwhile."""
    return schema.ref or id(schema)


def _label(schema: Schema) -> str:
    return schema.title or type_name(schema)


def _choices(schema: Schema) -> list[Schema]:
    """Return the alternatives but null."""
    return [one for one in (*schema.one_of, *schema.any_of) if one.type != "null"]


def _allows_null(schema: Schema) -> bool:
    return schema.nullable or any(one.type == "null" for one in (*schema.one_of, *schema.any_of))


def _is_choice(schema: Schema) -> bool:
    """Tell whether a schema is one of several, rather than something of its own that has alternatives as well."""
    return bool(_choices(schema)) and not schema.properties


def _as_types(schema: Schema) -> Schema:
    """Return a choice of nothing but types as one schema of several types, which says the same."""
    choices = _choices(schema)
    if not choices or any(not one.type or one != Schema(type=one.type) for one in choices):
        return schema
    kinds = " | ".join(dict.fromkeys(one.type for one in choices))
    return msgspec.structs.replace(schema, type=kinds, nullable=_allows_null(schema), one_of=(), any_of=())


def _compound(schema: Schema, side: _Side) -> frozenset[str]:
    whole = side.whole(schema)
    return COMPOUND & types(whole).union(*(types(side.whole(one)) for one in _choices(whole)))


def _discriminating(schema: Schema) -> list[str]:
    """Return the values that tell alternatives apart: those that are listed, and the names of the alternatives."""
    return list(dict.fromkeys([*schema.mapping, *(schema_name(one.ref) for one in _choices(schema) if one.ref)]))


def _unwrapped(schema: Schema) -> tuple[Schema, bool]:
    """Return what a schema stands for, and whether it adds null, where it does nothing else.

    That is how null is written beside a reference: `anyOf: [X, {type: null}]` or `nullable: true, allOf: [X]`.
    """
    adds_null = False
    while len(parts := (*schema.all_of, *_choices(schema))) == 1:
        if msgspec.structs.replace(schema, **_WRAPPER) != _ANYTHING:
            break
        adds_null = adds_null or _allows_null(schema)
        schema = parts[0]
    return schema, adds_null


def _nullability(old: bool, new: bool, path: str) -> Iterator[Finding]:
    if old != new:
        yield Finding("became-nullable" if new else "became-not-nullable", path)


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _match(
    old: list[Schema], new: list[Schema], old_key: _Key, new_key: _Key
) -> tuple[list[tuple[Schema, Schema]], list[Schema], list[Schema]]:
    """Return pairs of schemas with the same key, in their order, and those of both sides that are left."""
    waiting: dict[Hashable, deque[Schema]] = {}
    for schema in new:
        waiting.setdefault(new_key(schema), deque()).append(schema)
    pairs, left = [], []
    for schema in old:
        if partners := waiting.get(old_key(schema)):
            pairs.append((schema, partners.popleft()))
        else:
            left.append(schema)
    return pairs, left, [schema for schemas in waiting.values() for schema in schemas]
