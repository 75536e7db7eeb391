"""Search by words: BM25 over names and prose, and how well the question covers what an operation is called."""

from collections.abc import Sequence
from typing import NamedTuple

from engine.library.store import Library
from engine.search.tokens import alike, query_words, telling_words

TABLES = {"names": (1.0, (2.0, 1.0, 3.0)), "prose": (0.3, (1.0, 1.0))}
"""FTS5 tables: weight of the table, BM25 weights of its columns (identifier, path, summary; description, fields)."""
SUMMARY_WEIGHT = 1.0
"""How much a summary adds that says what the question says and nothing else: `Create an issue`, not `Create a reaction
for an issue`."""


class Ranked(NamedTuple):
    """An entry in one ranking, best first; scores of different rankings do not compare."""

    rowid: int
    score: float


def by_words(library: Library, question: str, n: int, spec: str | None) -> list[Ranked]:
    """Return the `n` entries whose words fit the question best.

    Args:
        library: The library.
        question: What the user typed.
        n: How many.
        spec: Only entries of this spec, where given.

    Raises:
        LibraryError: The library cannot be read.
    """
    terms = query_words(question)
    if not terms:
        return []
    match = " OR ".join(f'"{term}"' for term in terms)
    first, last = library.rowid_range(spec)
    scores: dict[int, float] = {}
    for table, (weight, columns) in TABLES.items():
        # Nothing is joined here: a common word is in tens of thousands of rows, of which a hundred are wanted.
        rows = library.rows(
            f"SELECT rowid, -bm25({table}, {', '.join(map(str, columns))}) AS score FROM {table}"  # noqa: S608
            f" WHERE {table} MATCH ? AND rowid BETWEEN ? AND ? ORDER BY score DESC, rowid LIMIT ?",
            (match, first, last, 2 * n),
        )
        for rowid, score in rows:
            scores[rowid] = scores.get(rowid, 0.0) + weight * score
    summaries = library.summaries(list(scores))
    ranking = [
        Ranked(rowid, score * (1 + SUMMARY_WEIGHT * agreement(terms, telling_words(summaries[rowid]))))
        for rowid, score in scores.items()
        if rowid in summaries  # Another process may have removed it since.
    ]
    return sorted(ranking, key=lambda ranked: (-ranked.score, ranked.rowid))[:n]


def agreement(terms: Sequence[str], summary: Sequence[str]) -> float:
    """Return the harmonic mean (F1) of how much of each of two lists of words is in the other."""
    of_summary = sum(any(alike(word, term) for term in terms) for word in summary)
    of_terms = sum(any(alike(word, term) for word in summary) for term in terms)
    if not of_summary or not of_terms:
        return 0.0
    precision, recall = of_summary / len(summary), of_terms / len(terms)
    return 2 * precision * recall / (precision + recall)
