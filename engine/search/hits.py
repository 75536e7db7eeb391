"""Ranked entries as hits: what is said of each, and why it is there."""

from collections.abc import Iterable, Mapping, Sequence

from engine.english.lexicon import expand
from engine.english.words import query_words, whole, words
from engine.library.links import producers
from engine.library.records import Entry
from engine.library.stems import stems
from engine.library.store import Library
from engine.search.pipeline import Asked, Ranked
from engine.search.records import Evidence, Hit
from engine.specs.describe import summary_of
from engine.specs.model import Operation, Passage

_NEAR = 0.3
"""Share of the nearest hit's nearness from which on meaning is named as a reason."""


def hits(library: Library, asked: Asked, ranked: Sequence[Ranked]) -> tuple[Hit, ...]:
    """Return ranked entries as hits.

    Raises:
        LibraryError: The library cannot be read.
    """
    gives = _gives(library, ranked)
    nearest = max((one.near for one in ranked), default=0.0)
    typed = _with_stems(query_words(asked.question.text))
    meant = {part: _with_stems(expand(words(part))) for part in dict.fromkeys(one.part for one in ranked)}
    found = []
    for one in ranked:
        known = frozenset(stems(called_by(one.entry.item)))
        evidence = Evidence(
            part=one.part,
            words=tuple(word for word, its in typed if not known.isdisjoint(its)),
            meant=tuple(word for word, its in meant[one.part] if not known.isdisjoint(its)),
            near=round(one.near, 3),
            gives=gives.get(one.entry.rowid, ""),
        )
        why = "named in the question" if one.named else _why(evidence, one.near > _NEAR * nearest, one.api)
        found.append(_hit(one.entry, evidence, why, score=round(one.score, 6), relevance=round(one.relevance, 3)))
    return tuple(found)


def listed(entry: Entry) -> Hit:
    """Return an entry as a hit that nothing but a filter was asked for."""
    return _hit(entry, Evidence(part="", words=(), meant=(), near=0.0), "passes the filter", score=0.0, relevance=1.0)


def _hit(entry: Entry, evidence: Evidence, why: str, *, score: float, relevance: float) -> Hit:
    item = entry.item
    return Hit(
        kind=entry.kind,
        spec=entry.spec,
        operation=item.key,
        operation_id="" if isinstance(item, Passage) else item.operation_id,
        summary=item.title if isinstance(item, Passage) else summary_of(item),
        score=score,
        relevance=relevance,
        why=why,
        evidence=evidence,
        pointer="" if isinstance(item, Passage) else item.pointer,
        rowid=entry.rowid,
    )


def _with_stems(written: Iterable[str]) -> list[tuple[str, list[str]]]:
    return [(word, stems([word])) for word in written]


def _gives(library: Library, ranked: Sequence[Ranked]) -> Mapping[int, str]:
    """Return what entries that are there for what they give give to the best of the other hits."""
    helpers = {one.entry.rowid for one in ranked if one.giving > 0}
    keys = {one.entry.rowid: one.entry.item.key for one in ranked}
    order = {rowid: place for place, rowid in enumerate(keys)}
    edges = [edge for edge in producers(library, list(keys)) if edge.producer in helpers] if helpers else []
    edges.sort(key=lambda edge: (-order[edge.consumer], edge.weight))
    return {edge.producer: f"{edge.needs} to {keys[edge.consumer]}" for edge in edges}


def called_by(item: Operation | Passage) -> list[str]:
    """Return the words by which an entry is called: of its id, path, summary and tags, or of its heading."""
    if isinstance(item, Passage):
        return words(item.heading)
    text = " ".join([item.operation_id, item.path, item.summary, *item.tags])
    return [*words(text), whole(item.operation_id), whole(item.path)]


def _why(evidence: Evidence, near: bool, api: bool) -> str:
    reasons = ["its API is named"] if api else []
    if evidence.words:
        reasons.append(f"words: {', '.join(evidence.words)}")
    elif evidence.meant:
        reasons.append(f"words of the same meaning: {', '.join(evidence.meant)}")
    if near:
        reasons.append("meaning")
    if evidence.gives:
        reasons.append(f"gives {evidence.gives}")
    return "; ".join(reasons) or "words in its description or fields"
