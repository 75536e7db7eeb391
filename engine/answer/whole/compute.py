"""Exact answers about whole APIs: a question read, its conditions as one filter, counted and listed by the library."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from engine.answer.whole.changes import changes
from engine.answer.whole.conditions import Told, condition, is_operation, of_rest, test, together
from engine.answer.whole.records import MOST, WholeFacts, WholeRow
from engine.answer.whole.schemas import schemas
from engine.answer.whole.scope import Names, Scope
from engine.answer.whole.statuses import statuses
from engine.answer.whole.understand import BOTH, NOT, Part, Reading, Rest, begins, read
from engine.english.api_names import is_called, is_topic, names_api
from engine.english.whole import is_label
from engine.library import survey
from engine.library.attributes import SEPARATOR, Field
from engine.library.records import Kind
from engine.library.store import Library
from engine.search.filters.facets import Count, counted, values_of
from engine.search.filters.where import And, Comparison, Filter, Not, Operator, unparse
from engine.specs.describe import first_sentence

_ALL = 1_000_000
"""Operations that are put into an order by how many inputs they have: all there are."""
_NAMES = 2
"""Groups of words besides, such as names of APIs, that are looked up where a thing is called loosely."""
_NAMED_SPECS = 3
"""Specs that a sentence names; more are counted."""
_THINGS: dict[str, tuple[str, str]] = {
    "tag": ("tags", "tag"),
    "path": ("paths", "path"),
    "scope": ("scopes", "scope"),
    "status": ("statuses", "status"),
    "media": ("media types", "produces"),
    "method": ("methods", "method"),
    "scheme": ("ways to authenticate", "auth"),
    "parameter": ("parameters", "declared"),
    "spec": ("specs", "spec"),
}
"""Things that are values of a field, with their plural."""
_PER = (
    ("required", "required"),
    ("more|fewer", "spec"), ("tag", "tag"), ("method|verb", "method"), ("code|status|response", "status"),
    ("type", "produces"), ("api|spec", "spec"), ("scope", "scope"), ("query", "query"), ("param|argument", "declared"),
    ("input", "parameter"), ("field", "body"),
)  # fmt: skip
"""What stands in a word, and the field that it means."""
_COLUMNS_SAID = {
    "required": "required inputs", "tag": "tags", "status": "statuses", "produces": "media types", "scope": "scopes",
    "query": "query parameters", "declared": "parameters", "parameter": "inputs", "body": "fields in the body",
    "method": "methods", "spec": "specs",
}  # fmt: skip
_ABOUT_ALL = ("spec", "per", "most", "common")
"""Parts of a question that are no conditions."""
CAN = (
    "operations, webhooks, schemas, tags, paths, scopes, statuses, media types and specs, by method, tag, path, scope,"
    " authentication, parameters, fields, statuses, media types, paging, examples, deprecation, and since a version"
)


def whole(library: Library, question: str, spec: str | None) -> WholeFacts | None:
    """Return the exact answer to a question about whole APIs; None for any other question.

    Args:
        library: The library.
        question: What the user asked.
        spec: The only spec that it is about, where given.

    Raises:
        LibraryError: The library cannot be read.
    """
    if told := statuses(library, question, spec):
        return told
    if not begins(question):
        return None
    if not _may_be(question):
        return None
    names = {name.lower(): name for name in survey.names(library)}
    reading = read(_with_tags(library, question, spec), names)
    if reading is None or not names:
        return None
    return _Answering(library, reading, spec, names).answer()


def _may_be(question: str) -> bool:
    """Tell by the words alone whether a question may be about whole APIs: it asks for several, or has a condition."""
    reading = read(question, ())
    if reading is None:
        return False
    begun, kinds = reading.opening, reading.kinds
    return bool(kinds) or (begun.opened > 0 and begun.is_plural and (begun.is_strong or len(reading.rest) <= _NAMES))


def _with_tags(library: Library, question: str, spec: str | None) -> str:
    """Return a question whose tags of several words are quoted."""
    if not re.search(r"(?i)\b(?:tag|tagged|section|category|group|about|for)\b", question):
        return question
    found = {
        tag
        for text in survey.words(library, Field.TAG, None if spec is None else (spec,))
        for tag in text.split(SEPARATOR)
        if " " in tag and tag.casefold() in question.casefold()
    }
    longest = max(found, key=len, default="")
    alone = rf"(?i)(?<![\"'`“\w])({re.escape(longest)})(?![\"'`”\w])"
    return re.sub(alone, "“\\1”", question, count=1) if longest else question


class _Answering:
    """One question."""

    def __init__(self, library: Library, reading: Reading, spec: str | None, names: dict[str, str]) -> None:
        self._library = library
        self._reading = reading
        self._spec = spec
        self._names = names

    def answer(self) -> WholeFacts | None:
        """Return what is told; None where the question is not about whole APIs after all."""
        rest = [one for one in self._reading.rest if not is_label(one.text.lower(), self._reading.kinds)]
        scope, rest = self._scope(rest)
        if self._reading.opening.thing == "schema":
            return self._schemas(scope, rest)
        if any(is_operation(part, scope) for part in self._reading.parts):
            return None
        told, unread = self._conditions(scope, rest)
        if unread:
            return self._cannot(unread, has_told=bool(told))
        if self._reading.change is not None:
            return changes(scope, self._reading.change, self._reading.opening.asks)
        if not self._is_meant([one.is_firm for one, _ in told]):
            return None
        return self._told(scope, told)

    def _scope(self, rest: Sequence[Rest]) -> tuple[Scope, list[Rest]]:
        """Return the specs that are meant, and the words that call none."""
        specs = [self._names[part.value.lower()] for part in self._reading.parts if part.kind == "spec"]
        left = []
        every = Names(self._library)
        if self._spec is not None:
            # A spec that was chosen is the only one: of any other that is named nothing can be told.
            left = [Rest(name, 0, negated=False) for name in specs if name != self._spec]
            specs = [self._spec]
        for one in rest:
            text = re.sub(r"['\u2019]s?$", "", one.text)
            by_name = is_called(self._reading.text, one.start, one.start + len(text))
            found = every.called(text) if by_name else ()
            if self._spec in found:
                continue
            if found and not one.negated and self._spec is None:
                specs += found
            else:
                left.append(one)
        return Scope(self._library, tuple(dict.fromkeys(specs)) or None), left

    def _conditions(self, scope: Scope, rest: Sequence[Rest]) -> tuple[list[tuple[Told, bool]], list[str]]:
        """Return the conditions in their order, each with whether it is an alternative, and what is no condition."""
        told: list[tuple[int, Told, bool]] = []
        unread: list[str] = []
        for part in self._reading.parts:
            if part.kind in _ABOUT_ALL:
                continue
            if found := condition(part, scope):
                is_firm = part.is_sure or part.kind not in ("named", "returns", "sends")
                told.append((part.start, found.told(negated=part.negated)._replace(is_firm=is_firm), part.by_or))
            else:
                unread.append(part.value or part.kind)
        for one in rest:
            if more := of_rest(one, scope, is_topic=is_topic(self._reading.text, one.start, one.start + len(one.text))):
                held = more.told(negated=one.negated)._replace(
                    is_firm=bool(one.like and one.like.noun) or "scope" in more.said
                )
                told.append((one.start, held, bool(one.like and one.like.by_or)))
            else:
                unread.append(one.text)
        return [(one, by_or) for _, one, by_or in sorted(told, key=lambda each: each[0])], unread

    def _is_meant(self, told: Sequence[bool]) -> bool:
        """Tell whether a question that is wholly understood asks for what the API is, and not for what it is for.

        Args:
            told: For each condition whether it is firm.
        """
        begun, kinds = self._reading.opening, self._reading.kinds
        if not begun.is_plural and not kinds & {"per", "most", "common"}:
            return bool(told) and all(told)
        if begun.asks == "count" or any(told) or kinds & {"per", "most", "common"}:
            return True
        anchored = "spec" in kinds or names_api(self._reading.text)
        return begun.opened > 0 and (anchored or begun.is_strong or not begun.is_imperative)

    def _cannot(self, unread: Sequence[str], *, has_told: bool) -> WholeFacts | None:
        begun = self._reading.opening
        clear = begun.asks == "count" or has_told or {NOT, BOTH}.issuperset(unread)
        if not (begun.is_strong and begun.is_plural and begun.opened and clear):
            return None
        return WholeFacts(
            understood="",
            things=_many(begun.thing),
            cannot=f"{' and '.join(f'“{one}”' for one in unread)} is nothing that can be counted or listed by",
            notes=(f"What can be: {CAN}",),
            asks=begun.asks,
        )

    def _schemas(self, scope: Scope, rest: Sequence[Rest]) -> WholeFacts | None:
        parts = [part for part in self._reading.parts if part.kind not in _ABOUT_ALL]
        found = None if rest else schemas(scope, parts, self._of(scope), self._reading.opening.asks)
        if found is None:
            return self._cannot(
                [one.text for one in rest] or [part.value or part.kind for part in parts], has_told=False
            )
        return found if self._is_meant([True] * len(parts)) else None

    def _told(self, scope: Scope, told: Sequence[tuple[Told, bool]]) -> WholeFacts:
        thing = self._reading.opening.thing
        if thing in _THINGS:
            return self._values(scope, told)
        kind = Kind.WEBHOOK if thing == "webhook" else Kind.OPERATION
        conditions, said, notes = together(told)
        where = _and([test("kind", kind), *self._of_specs(scope), *conditions])
        per = _column(next((part.value for part in self._reading.parts if part.kind == "per"), ""))
        most = next((part for part in self._reading.parts if part.kind == "most"), None)
        ranked = _column(most.noun) if most else ""
        found = counted(self._library, where, self._one(scope), _ALL if ranked else MOST, per)
        counts: Counter[int] = Counter()
        rowids: Sequence[int] = found.rowids
        if most is not None and ranked:
            counts = values_of(self._library, rowids, ranked)
            few = most.value.startswith(("fewest", "least", "small", "low"))
            rowids = sorted(rowids, key=lambda rowid: (counts[rowid] if few else -counts[rowid], rowid))
        return WholeFacts(
            understood=self._understood(_many(thing), scope, said, most),
            things=_many(thing),
            total=found.total,
            among=self._among(scope, kind) if told else 0,
            rows=self._rows(rowids[:MOST], counts),
            groups=found.groups,
            grouped=per,
            where=unparse(where),
            spec=self._one(scope) or "",
            notes=(*notes, *self._notes(scope, said)),
            asks=self._reading.opening.asks,
        )

    def _values(self, scope: Scope, told: Sequence[tuple[Told, bool]]) -> WholeFacts:
        """Return the values of a field among some operations; what is denied must hold for none of them."""
        things, field = _THINGS[self._reading.opening.thing]
        alike = len({isinstance(one.where, Not) for one, _ in told}) == 1
        denied = [(one.where.part, by_or) for one, by_or in told if isinstance(one.where, Not)] if alike else []
        conditions, said, notes = together(told)
        base = [self._kinds(), *self._of_specs(scope)]
        where = _and([*base, *(() if denied else conditions)])
        counts = self._counts(where, scope, field) if told or field != "spec" else _by_size(scope)
        if denied:
            having: list[set[str]] = []
            for part, by_or in denied:
                values = {one.value.casefold() for one in self._counts(_and([*base, part]), scope, field)}
                if by_or and having:
                    having[-1] &= values
                else:
                    having.append(values)
            gone = set[str]().union(*having)
            counts = tuple(one for one in counts if one.value.casefold() not in gone)
            notes = (*notes, f"Of these no operation is such that it does, which is what {things} are listed for here")
        few = any(part.kind == "most" and part.value.startswith(("fewest", "least")) for part in self._reading.parts)
        counts = counts[::-1] if few else counts
        return WholeFacts(
            understood=self._understood(f"{things} of operations", scope, said, None),
            things=things,
            total=len(counts),
            rows=tuple(WholeRow(one.value, count=one.count) for one in counts[:MOST]),
            where=unparse(where),
            spec=self._one(scope) or "",
            notes=(*notes, *self._notes(scope, said)),
            asks=self._reading.opening.asks,
        )

    def _kinds(self) -> Filter:
        """Return what is looked at: operations, and of an API also its webhooks."""
        if self._reading.opening.thing == "spec":
            return Comparison("kind", Operator.NE, (Kind.PASSAGE,))
        return test("kind", Kind.OPERATION)

    def _counts(self, where: Filter, scope: Scope, field: str) -> tuple[Count, ...]:
        return counted(self._library, where, self._one(scope), 0, field).groups

    def _one(self, scope: Scope) -> str | None:
        return scope.specs[0] if scope.specs and len(scope.specs) == 1 else None

    def _of_specs(self, scope: Scope) -> list[Filter]:
        several = scope.specs is not None and len(scope.specs) > 1
        return [Comparison("spec", Operator.IN, scope.specs or ())] if several else []

    def _of(self, scope: Scope) -> str:
        if scope.specs is None:
            return "all specs" if len(self._names) > 1 else next(iter(self._names.values()))
        named = ", ".join(scope.specs[:_NAMED_SPECS])
        rest = len(scope.specs) - _NAMED_SPECS
        return f"{named} and {rest} more" if rest > 0 else " and ".join(named.rsplit(", ", 1))

    def _understood(self, things: str, scope: Scope, said: str, most: Part | None) -> str:
        order = f", by the number of their {_COLUMNS_SAID[column]}" if most and (column := _column(most.noun)) else ""
        return f"{things} of {self._of(scope)}" + (f" that {said}" if said else "") + order

    def _among(self, scope: Scope, kind: Kind) -> int:
        return sum(one.webhooks if kind is Kind.WEBHOOK else one.operations for one in scope.named)

    def _rows(self, rowids: Sequence[int], counts: Mapping[int, int]) -> tuple[WholeRow, ...]:
        return tuple(
            WholeRow(
                row.key,
                row.spec,
                f"{row.spec}:{row.key}",
                first_sentence(row.summary),
                counts.get(rowid, 0),
                row.deprecated,
            )
            for rowid, row in zip(rowids, survey.rows(self._library, rowids), strict=False)
        )

    def _notes(self, scope: Scope, said: str) -> Iterator[str]:
        if "credentials" in said:
            silent = [one.name for one in scope.named if not one.has_schemes] if scope.specs else []
            if silent:
                names = ", ".join(silent[:_NAMED_SPECS])
                yield f"No way to authenticate is declared by {names}, which does not say that none is needed"


def _by_size(scope: Scope) -> tuple[Count, ...]:
    """Return all specs, those with nothing to call too, the largest first."""
    counts = [Count(one.name, one.operations + one.webhooks) for one in scope.named]
    return tuple(sorted(counts, key=lambda one: -one.count))


def _and(parts: Sequence[Filter]) -> Filter:
    return parts[0] if len(parts) == 1 else And(tuple(parts))


def _many(thing: str) -> str:
    return _THINGS[thing][0] if thing in _THINGS else f"{thing}s"


def _column(said: str) -> str:
    """Return the field that a word of the question stands for; empty where none does."""
    return next((field for pattern, field in _PER if re.search(pattern, said, re.IGNORECASE)), "")
