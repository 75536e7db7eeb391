"""An engine that searches its fixed data: by words as they are, by meaning as a test says."""

import asyncio
from collections import Counter

import msgspec

from engine import Count, Evidence, Facet, Found, Hit, SpecInfo
from engine.search.filters.where import And, Comparison, Operator, parse
from tests.tui.fake_engine import GITHUB, ISSUES, LIBRARY, FakeEngine


class SearchingEngine(FakeEngine):
    """Finds rows of the outlines that have every word of the query in them.

    Attributes:
        meant: What a search by meaning finds before all others.
        late: When set by the test, a search by meaning waits for it.
        busy: When set by the test, the list of specs waits for it.
        note: Why meaning has no part, where it has none.
        searches: Query, filter and spec of every search, and whether it was by meaning.
    """

    def __init__(self, specs: tuple[SpecInfo, ...] = (GITHUB,)) -> None:
        super().__init__(specs)
        self.meant: list[Hit] = []
        self.late: asyncio.Event | None = None
        self.note = ""
        self.searches: list[tuple[str, str, str | None, bool]] = []
        self.busy: asyncio.Event | None = None

    async def specs(self) -> list[SpecInfo]:
        if self.busy is not None:
            await self.busy.wait()
        return await super().specs()

    async def search(
        self, query: str, *, n: int = 10, spec: str | None = None, meaning: bool = True, where: str = ""
    ) -> Found:
        self.searches.append((query, where, spec, meaning))
        self._fail("search")
        hits = self._matching(query, spec, where)
        if meaning and self.late is not None:
            await self.late.wait()
        if not meaning or self.note:
            return Found(query=query, hits=tuple(hits[:n]), mode="words", ms=8.4, note=self.note if meaning else "")
        found = [*self.meant, *(hit for hit in hits if hit not in self.meant)]
        return Found(query=query, hits=tuple(found[:n]), mode="words and meaning", ms=21.7)

    async def facets(self, query: str = "", *, spec: str | None = None, where: str = "") -> tuple[Facet, ...]:
        hits = self._matching(query, spec, where)
        columns = {
            "spec": Counter(one.spec for one in hits),
            "tag": Counter(one.pointer for one in hits),
            "method": Counter(one.operation.split()[0] for one in hits),
        }
        return tuple(
            Facet(field, tuple(Count(value, number) for value, number in values.most_common(10)))
            for field, values in columns.items()
        )

    def _matching(self, query: str, spec: str | None, where: str) -> list[Hit]:
        """Return the rows with all words, of the method that the filter asks for."""
        test = parse(where) if where else And(())
        tests = [one for one in (test.parts if isinstance(test, And) else (test,)) if isinstance(one, Comparison)]
        methods = {one.values[0] for one in tests if one.field == "method" and one.operator is Operator.EQ}
        return [
            hit(row.operation, row.summary, row.operation_id, spec=info.name, tag=row.tag, words=tuple(query.split()))
            for info in self.infos
            if spec in (None, info.name)
            for row in self.rows[info.name]
            if all(word in f"{row.operation} {row.operation_id} {row.summary}".casefold() for word in query.split())
            and all(row.operation.startswith(method) for method in methods)
        ]


def hit(
    operation: str, summary: str, name: str = "", *, spec: str = "github", tag: str = "", words: tuple[str, ...] = ()
) -> Hit:
    """Return a hit; its pointer tells the tag, which a hit has no place for."""
    evidence = Evidence(part=" ".join(words), words=words, meant=(), near=0.0)
    return Hit(
        spec=spec, operation=operation, operation_id=name, summary=summary, score=1.0, relevance=0.83,
        why=f"words: {', '.join(words)}" if words else "meaning", evidence=evidence, pointer=tag, rowid=1,
    )  # fmt: skip


LOCK = hit(f"PUT {ISSUES}/{{issue_number}}/lock", "Lock an issue", tag="issues")
BOTH = (GITHUB, LIBRARY)
OTHER_HITS = [
    LOCK,
    msgspec.structs.replace(hit("POST issues-closed", f"An issue was closed. {'More of it. ' * 20}"), kind="webhook"),
    msgspec.structs.replace(hit("guide.md:42", "Labels of an issue", spec="guide"), kind="passage"),
    hit("GET /版本/{id}[draft]", "议题的版本 [of an issue]"),
]
