"""Two specifications to what differs between them."""

from collections import deque
from collections.abc import Callable, Iterable
from functools import reduce
from operator import or_

from engine.errors import SpecError
from engine.review.diff.found import Found, Spot
from engine.review.diff.operations import PLACEHOLDER, OperationComparer, Root, compare_servers
from engine.review.diff.pairs import paired
from engine.review.diff.reach import members, reach
from engine.review.diff.schemas import Pair, SchemaComparer, Use
from engine.review.diff.types import TYPE_COMPARERS
from engine.review.diff.values import Finding, said
from engine.review.records import Change, Diff, Level, Side, Summary
from engine.specs.limits import Budget, Limits
from engine.specs.model import Operation, Passage, SecurityScheme, Spec

LIMITS = Limits(max_parts=20_000_000, max_seconds=60)
"""How much is compared: as many fields as ten of the largest documents known have, for a minute at most."""


def compare(old: Spec, new: Spec) -> Diff:
    """Return how `new` differs from `old`; where that takes too long, `Diff.cut` says that the rest is left out."""
    comparison = _Comparison(old, new)
    cut = ""
    try:
        comparison.run()
    except SpecError:
        cut = "The specifications are too large to be compared whole; what was found by then is listed"
    return comparison.diff(cut)


class _Comparison:
    """One comparison; holds what accumulates while it runs."""

    def __init__(self, old: Spec, new: Spec) -> None:
        self._old = old
        self._new = new
        self._budget = Budget(LIMITS)
        self._found = Found()
        self._schemas = SchemaComparer(old, new, self._budget)
        self._operations = OperationComparer(self._found, self._schemas, (old.examples, new.examples))
        self._added = 0
        self._removed = 0

    def run(self) -> None:
        """Compare everything.

        Raises:
            SpecError: It is more than `LIMITS` allow.
        """
        self._about()
        self._pair_operations()
        for before, after in paired(self._old.webhooks, self._new.webhooks, lambda webhook: webhook.key):
            self._webhook(before, after)
        self._passages()
        if comparer := TYPE_COMPARERS.get(self._new.about.format):
            comparer(self._old, self._new, self._found, self._budget).compare()
        self._schemas.settle()
        self._shared_schemas()

    def diff(self, cut: str) -> Diff:
        """Return what was found."""
        changes = tuple(sorted(self._found.changes, key=self._order()))
        counts = self._found.counts
        if left_out := counts.total() - len(changes):
            cut = cut or f"{left_out:,} more changes are not listed"
        return Diff(
            old=_side(self._old),
            new=_side(self._new),
            summary=Summary(
                breaking=counts[Level.ERR],
                warnings=counts[Level.WARN],
                other=counts[Level.INFO],
                operations_added=self._added,
                operations_removed=self._removed,
                operations_changed=len(self._found.reached.intersection(self._operations.keys)),
                documentation=self._operations.documentation,
            ),
            changes=changes,
            cut=cut,
        )

    def _order(self) -> Callable[[Change], tuple[int, int, int]]:
        """Return what changes are sorted by: level; the whole, operations, types; order of the operations."""
        levels = {level: index for index, level in enumerate(Level)}
        operations = [*self._new.operations, *self._old.operations]
        places = {key: index for index, key in enumerate(dict.fromkeys(each.key for each in operations))}
        return lambda change: (
            levels[change.level],
            2 if change.schema and not change.operation else 1 if change.operation else 0,
            places.get(change.operation, len(places)),
        )

    # The whole -----------------------------------------------------------------------------------------------------
    def _about(self) -> None:
        old, new = self._old.about, self._new.about
        compare_servers(self._found, old.servers, new.servers, Spot())
        for before, after in paired(old.security_schemes, new.security_schemes, lambda scheme: scheme.name):
            spot = Spot(where=f"security scheme {said((after or before or SecurityScheme('', '')).name)}")
            if before and after:
                self._security_scheme(before, after, spot)
            else:
                self._found.add(f"api-security-component-{'added' if after else 'removed'}", spot)

    def _security_scheme(self, old: SecurityScheme, new: SecurityScheme, spot: Spot) -> None:
        before, after = (
            " ".join(filter(None, (each.type, each.scheme.lower(), each.location, each.parameter)))
            for each in (old, new)
        )
        if before != after:
            self._found.add("api-security-component-type-changed", spot, said(before), said(after))
        for one, other in paired(old.scopes, new.scopes, str):
            if one is None:
                self._found.add("api-security-component-oauth-scope-added", spot, "", said(other))
            elif other is None:
                self._found.add("api-security-component-oauth-scope-removed", spot, said(one), "")
        if old.authorization_url != new.authorization_url:
            texts = said(old.authorization_url), said(new.authorization_url)
            self._found.add("api-security-component-oauth-url-changed", spot, *texts)
        for url in ("device_url", "openid_url", "metadata_url"):
            before, after = getattr(old, url), getattr(new, url)
            if before != after:
                self._found.add("api-security-component-url-changed", spot, said(before), said(after))
        if old.token_url != new.token_url:
            texts = said(old.token_url), said(new.token_url)
            self._found.add("api-security-component-oauth-token-url-changed", spot, *texts)

    def _passages(self) -> None:
        """Compare the sections of guides; one with several passages, or several of one name, are taken together."""
        before, after = (_sections(spec.passages) for spec in (self._old, self._new))
        for name in after | before:
            self._budget.spend()
            spot = Spot(where=f"section {said(name)}" if name else "beginning")
            if name not in before:
                self._found.add("guide-section-added", spot)
            elif name not in after:
                self._found.add("guide-section-removed", spot)
            elif before[name] != after[name]:
                self._found.add("guide-section-changed", spot)

    # Operations ----------------------------------------------------------------------------------------------------
    def _pair_operations(self) -> None:
        before = {operation.key: operation for operation in self._old.operations}
        after = {operation.key: operation for operation in self._new.operations}
        renamed = _renamed(
            [each for key, each in before.items() if key not in after],
            [each for key, each in after.items() if key not in before],
        )
        for key, operation in after.items():
            self._budget.spend()
            partner = before.get(key) or renamed.get(key)
            if partner:
                self._operations.compare(partner, operation, key)
            else:
                self._added += 1
                self._found.add("endpoint-added", Spot((key,), "", operation.pointer))
        kept = {each.key for each in renamed.values()}
        for key, operation in before.items():
            if key not in after and key not in kept:
                self._removed += 1
                rule = f"api-removed-{'with' if operation.deprecated else 'without'}-deprecation"
                self._found.add(rule, Spot((key,), "", operation.pointer))

    def _webhook(self, old: Operation | None, new: Operation | None) -> None:
        webhook = new or old
        assert webhook is not None  # noqa: S101 - a pair has at least one side
        key = f"webhook {webhook.key}"
        if old and new:
            self._operations.compare(old, new, key)
        else:
            self._found.add("webhook-added" if new else "webhook-removed", Spot((key,), "", webhook.pointer))

    # Shared schemas ------------------------------------------------------------------------------------------------
    def _shared_schemas(self) -> None:
        pairs, roots = self._schemas.pairs, self._operations.roots
        masks: dict[Pair, int] = {}
        for root in roots:
            masks[root.pair] = masks.get(root.pair, 0) | 1 << root.operation
        masks = reach(masks, lambda pair: [use.pair for use in pairs[pair].uses], self._budget)
        places = _Places(roots, {pair: compared.uses for pair, compared in pairs.items()})
        lists: dict[int, tuple[str, ...]] = {}
        for same in _by_schemas(pair for pair in masks if pairs[pair].findings):
            whole = reduce(or_, (masks[pair] for pair in same))
            met: set[Finding] = set()
            for pair in same:
                for finding in pairs[pair].findings:
                    self._budget.spend()
                    is_top = not finding.path.strip("[]")  # named after what it is the whole of
                    if not is_top and finding in met:
                        continue
                    met.add(finding)
                    mask = masks[pair] if is_top else whole
                    if mask not in lists:
                        lists[mask] = tuple(self._operations.keys[index] for index in members(mask))
                    spot, path = places.spot(pair, lists[mask])
                    inner = finding._replace(path=_joined(path, finding.path))
                    self._found.add_in_schema(inner, pair.role, pair.is_top, spot)


class _Places:
    """Where pairs of schemas are: the first place that leads to each, by the shortest way."""

    def __init__(self, roots: Iterable[Root], uses: dict[Pair, list[Use]]) -> None:
        self._from: dict[Pair, tuple[Root | Pair, str]] = {}
        queue: deque[Pair] = deque()
        for root in roots:
            if root.pair not in self._from:
                self._from[root.pair] = (root, root.path)
                queue.append(root.pair)
        while queue:
            origin = queue.popleft()
            for pair, path in uses[origin]:
                if pair not in self._from:
                    self._from[pair] = (origin, path)
                    queue.append(pair)

    def spot(self, pair: Pair, operations: tuple[str, ...]) -> tuple[Spot, str]:
        """Return where a pair is, and the path to it from there.

        That is within the one operation that it reaches, or within the shared schema that it is or belongs to.
        """
        steps: list[str] = []
        place: Root | Pair = pair
        while isinstance(place, Pair) and (len(operations) == 1 or not place.pointer):
            place, step = self._from[place]
            steps.append(step)
        path = reduce(_joined, reversed(steps), "")
        if isinstance(place, Pair):
            return Spot(operations, "", place.pointer, place.name), path
        return Spot(operations, place.spot.where, pair.pointer or place.spot.pointer, pair.name), path


def _by_schemas(pairs: Iterable[Pair]) -> Iterable[list[Pair]]:
    """Return pairs of the same schemas together, whether they are the whole of something or a part."""
    groups: dict[Pair, list[Pair]] = {}
    for pair in pairs:
        groups.setdefault(pair._replace(is_top=False, is_wrapped=False), []).append(pair)
    return groups.values()


def _joined(path: str, rest: str) -> str:
    """Return a path that goes on."""
    return f"{path}{'' if not path or not rest or rest.startswith('[') else '.'}{rest}"


def _side(spec: Spec) -> Side:
    return Side(title=spec.about.title, version=spec.about.version, format=spec.about.format)


def _renamed(gone: list[Operation], came: list[Operation]) -> dict[str, Operation]:
    """Return the operations of which only path parameters were renamed: key of the newer one → the older one."""
    before, after = (_by_shape(side) for side in (gone, came))
    return {
        after[shape][0].key: operations[0]
        for shape, operations in before.items()
        if len(operations) == 1 == len(after.get(shape, ()))
    }


def _by_shape(operations: list[Operation]) -> dict[str, list[Operation]]:
    shapes: dict[str, list[Operation]] = {}
    for operation in operations:
        shapes.setdefault(PLACEHOLDER.sub("{}", operation.key), []).append(operation)
    return shapes


def _sections(passages: Iterable[Passage]) -> dict[str, list[str]]:
    sections: dict[str, list[str]] = {}
    for passage in passages:
        sections.setdefault(passage.heading, []).append(passage.text)
    return sections
