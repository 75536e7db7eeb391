"""What is said to a person and asks for nothing: greetings, thanks, a cry for help."""

from engine.english.words import words

_TALK = frozenset(
    "afternoon alright awesome bye cheers cool evening goodbye great greetings hello help hey hi hiya howdy lol morning"
    " night ok okay perfect sorry sup thank thanks thx welcome wow yes yo you".split()
)
_BESIDE = frozenset(
    "a again all are can could do everyone everything for good how i is it later lot me much my need nice no now please"
    " s see so that there this to today up very was well what who world your".split()
)
"""Words that make no other of what they stand beside: `see you later`, `what can you do`."""


def is_small_talk(question: str) -> bool:
    """Tell whether a question asks for nothing that an API could do: `thanks!`, `/help`, `?`, `what can you do`."""
    said = set(words(question))
    return said <= _TALK | _BESIDE and not (said and said.isdisjoint(_TALK))
