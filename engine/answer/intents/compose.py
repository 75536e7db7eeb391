"""From a question and what was found for it to what is told first: each kind of question has its composer."""

from collections.abc import Callable, Mapping

from engine.answer.intents import auth, compare, errors, fields, lifecycle, paging, topics
from engine.answer.intents.asking import Asking, quotes
from engine.answer.told import Intent, SaidTold, Told
from engine.english.topics import topic_of

_COMPOSERS: Mapping[Intent, Callable[[Asking], Told | None]] = {
    "field": fields.compose,
    "enum": fields.compose,
    "auth": auth.compose,
    "errors": errors.compose,
    "paging": paging.compose,
    "compare": compare.compose,
    "unsaid": topics.compose,
    "deprecation": lifecycle.deprecation,
    "events": lifecycle.events,
    "repeat": lifecycle.repeat,
}


def told(asking: Asking) -> Told | None:
    """Return what is told of the asked thing before all else; None where the facts of the operations tell it."""
    if composer := _COMPOSERS.get(asking.kind):
        topic = topic_of(asking.question)
        found = composer(asking)
        if found is None and topic is not None:
            return topics.compose(asking)
        return found
    if not asking.sources and asking.about:
        return topics.compose(asking)
    said = quotes(asking) if asking.source else ()
    return SaidTold(said) if said else None
