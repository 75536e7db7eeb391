"""What somebody would ask who wants what an operation does."""

from engine.english.verbs import verb_of

_LONGEST = 60
"""Characters of a question that is offered; a longer one is not read at a glance."""


def asked_for(summary: str) -> str:
    """Return the question that an operation answers by its summary: `How do I create an issue?` for `Create an issue`.

    Nothing where the summary does not begin with what is done, or is long.
    """
    first, _, rest = " ".join(summary.split()).rstrip(".").partition(" ")
    if not rest or verb_of(first) != first.lower():
        return ""
    question = f"How do I {first.lower()} {rest}?"
    return question if len(question) <= _LONGEST else ""
