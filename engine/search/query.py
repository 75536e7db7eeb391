"""A question to operations: exact references first, then words and meaning fused."""

import re
from collections.abc import Sequence

from engine.library.records import Entry
from engine.library.store import Library
from engine.search.fuse import reciprocal_ranks
from engine.search.lexical import Ranked, by_words
from engine.search.records import Hit
from engine.search.tokens import alike, query_words, whole, words
from engine.specs.describe import first_sentence
from engine.specs.model import Operation, Passage

CANDIDATES = 50
"""How many operations each ranking gives to the fusion."""
WORDS_WEIGHT, MEANING_WEIGHT = 1.0, 1.0
VERB_WEIGHT = 0.1
"""How much more an operation counts whose method is what a verb of the question speaks of: `create` → POST."""
DEPRECATED_WEIGHT = 0.97
"""What a deprecated operation counts: about two ranks, to come after its replacement but before what fits less."""

_REFERENCE = re.compile(r"\b(GET|PUT|POST|DELETE|OPTIONS|HEAD|PATCH|TRACE|QUERY)\s+(/\S*)", re.IGNORECASE)
_PUNCTUATION = "?.,;:!\"'`\u2018\u2019\u201c\u201d«»()[]<>"
"""What stands around a reference in a sentence and is not part of it."""
_VERBS = {
    "POST": "add create make new open post publish register send start submit upload",
    "DELETE": "cancel delete drop remove revoke unfollow unlink unsubscribe",
    "PATCH": "change edit modify rename update",
    "PUT": "change replace set update",
    "GET": "count download export fetch find get list look read retrieve search see show view",
}
_METHODS_OF = {
    verb: {method for method, verbs in _VERBS.items() if verb in verbs.split()}
    for verb in " ".join(_VERBS.values()).split()
}


def exact(library: Library, question: str, spec: str | None) -> list[int]:
    """Return the entries that the question names outright: `METHOD /path`, or a key or operationId and nothing else."""
    found: list[int] = []
    for method, path in _REFERENCE.findall(question):
        for written in dict.fromkeys((path, path.rstrip(_PUNCTUATION))):
            found += library.matching(f"{method.upper()} {written}", spec)
    if name := question.strip().strip(_PUNCTUATION):
        found += library.matching(name, spec)
    return list(dict.fromkeys(found))


def rank(
    library: Library, question: str, vectors: Sequence[Ranked], n: int, spec: str | None
) -> list[tuple[Entry, float, str]]:
    """Return the `n` best entries with score and reason.

    Args:
        library: The library.
        question: What the user typed.
        vectors: The ranking by meaning; empty when there is none.
        n: How many.
        spec: Only operations of this spec, where given.
    """
    named = exact(library, question, spec)
    dense = [ranked.rowid for ranked in vectors]
    lexical = [ranked.rowid for ranked in by_words(library, question, CANDIDATES, spec)]
    fused = reciprocal_ranks([(WORDS_WEIGHT, lexical), (MEANING_WEIGHT, dense)])
    stored = {entry.rowid: entry for entry in library.entries([*named, *(rowid for rowid, _ in fused)])}
    wanted = _methods(question)
    scored = [(rowid, score * _weight(stored[rowid].item, wanted)) for rowid, score in fused if rowid in stored]
    scored.sort(key=lambda pair: (-pair[1], pair[0]))
    order = [(rowid, 1.0) for rowid in named if rowid in stored] + [pair for pair in scored if pair[0] not in named]
    terms = query_words(question)
    return [
        (stored[rowid], score, _why(stored[rowid], terms, rowid in named, rowid in dense)) for rowid, score in order[:n]
    ]


def hits(ranked: Sequence[tuple[Entry, float, str]]) -> tuple[Hit, ...]:
    """Return ranked entries as hits."""
    return tuple(
        Hit(
            kind=entry.kind.value,
            spec=entry.spec,
            operation=entry.item.key,
            operation_id="" if isinstance(entry.item, Passage) else entry.item.operation_id,
            summary=_called(entry.item),
            score=round(score, 6),
            why=why,
            pointer="" if isinstance(entry.item, Passage) else entry.item.pointer,
            rowid=entry.rowid,
        )
        for entry, score, why in ranked
    )


def _called(item: Operation | Passage) -> str:
    return item.title if isinstance(item, Passage) else item.summary or first_sentence(item.description)


def _weight(item: Operation | Passage, wanted: set[str]) -> float:
    if isinstance(item, Passage):
        return 1
    return (1 + VERB_WEIGHT * (item.method in wanted)) * (DEPRECATED_WEIGHT if item.deprecated else 1)


def _methods(question: str) -> set[str]:
    """Return the HTTP methods that the verbs of a question speak of."""
    return set().union(*(_METHODS_OF.get(word, set()) for word in words(question)))


def _why(entry: Entry, terms: Sequence[str], named: bool, near: bool) -> str:
    if named:
        return "named in the question"
    item = entry.item
    if isinstance(item, Passage):
        known = set(words(item.heading))
    else:
        text = " ".join([item.operation_id, item.path, item.summary, *item.tags])
        known = set(words(text)) | {whole(item.operation_id), whole(item.path)}
    matched = [term for term in terms if any(alike(term, word) for word in known)]
    reasons = ([f"words: {', '.join(matched)}"] if matched else []) + (["meaning"] if near else [])
    return "; ".join(reasons) or "words in its description or fields"
