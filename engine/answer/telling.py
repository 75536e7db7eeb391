"""What an operation says of itself beside its summary that answers a question: the closest sentences, word for word."""

from engine.english.explaining import tells_a_condition
from engine.english.function_words import STOP_WORDS
from engine.english.inflection import singular
from engine.english.words import query_words, words
from engine.specs.describe import plain, sentences, summary_of
from engine.specs.model import Operation
from engine.specs.suspects import suspicion

_MOST = 3
"""Sentences that are told: a small model loses its way in more."""
_CODE = ("```", "~~~", '{"', "[{")
"""Signs of examples, which a small model takes apart."""
_LENGTHS = range(20, 260)
"""Characters of a sentence that is told: shorter ones are headings, longer ones tables and examples."""


def telling(operation: Operation, question: str) -> tuple[str, ...]:
    """Return the sentences of a description that are about the question, else those that tell a condition.

    In the order of the description, without what only repeats the summary. Nothing where some of it is meant for
    models: who gives these orders may have written the rest for them, too.
    """
    if suspicion(operation.description):
        return ()
    asked = {singular(word) for word in query_words(question)} - STOP_WORDS
    summary = set(words(summary_of(operation)))
    ranked: list[tuple[int, int, str]] = []
    for number, sentence in enumerate(sentences(operation.description)):
        if any(sign in sentence for sign in _CODE):
            continue
        text = plain(sentence).strip()
        said = set(words(text))
        if len(text) in _LENGTHS and not said - STOP_WORDS <= summary:
            closeness = 2 * len(asked & {singular(word) for word in said}) + tells_a_condition(text)
            if closeness:
                ranked.append((-closeness, number, text))
    return tuple(text for _, _, text in sorted(sorted(ranked)[:_MOST], key=lambda each: each[1]))
