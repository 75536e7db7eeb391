"""From a question and what was found for it to what is told first: each kind of question has its composer."""

from collections.abc import Callable, Mapping

from engine.answer.intents import auth, compare, errors, fields, lifecycle, paging, topics, unsaid
from engine.answer.intents.asking import Asking, quotes
from engine.answer.told import Intent, SaidTold, Told
from engine.english.asking import asks_how_much
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
        found = composer(asking)
        if found is None and topic_of(asking.question) is not None:
            return topics.compose(asking)
        return unsaid.compose(asking, found)
    if not asking.sources and asking.about:
        return unsaid.compose(asking, topics.compose(asking))
    if asks_how_much(asking.question) and (found := fields.compose(asking)):
        return unsaid.compose(asking, found)
    said = quotes(asking) if asking.source else ()
    return unsaid.compose(asking, SaidTold(said) if said else None)
