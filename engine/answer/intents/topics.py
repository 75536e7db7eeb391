"""What most specifications leave out: prices, availability, how long things are kept."""

from collections.abc import Iterator

from engine.answer.finding import headers, sent
from engine.answer.intents.asking import Asking
from engine.answer.told import Quote, SaidTold, Told, UnsaidTold
from engine.answer.wording import LONGEST, covered, lines_of
from engine.english.asking import asks_how_much, tells_how_much
from engine.english.topics import Topic, topic_of

_SAID = 3
"""Sentences that are quoted."""


def compose(asking: Asking) -> Told | None:
    """Return the sentences that tell it, wherever they stand; else that the specification does not say it."""
    topic = topic_of(asking.question)
    if topic is None:
        return None
    want = asking.want(asking.source)
    found = [(covered(stems, want), quote) for quote, stems in _sentences(asking, topic)]
    found.sort(key=lambda one: -one[0])
    said = tuple(dict.fromkeys(quote for _, quote in found))
    telling = tuple(quote for quote in said if tells_how_much(quote.text)) if asks_how_much(asking.question) else said
    if telling:
        return SaidTold(telling[:_SAID])
    return UnsaidTold(topic.name, topic.stands, said=said[:_SAID]) if asking.about or topic.only else None


def _sentences(asking: Asking, topic: Topic) -> Iterator[tuple[Quote, frozenset[str]]]:
    for text, of in _texts(asking, topic):
        if topic.told.search(text):
            for line, stems in lines_of(text):
                if topic.told.search(line) and len(line) <= LONGEST:
                    yield Quote(line, of), stems


def _texts(asking: Asking, topic: Topic) -> Iterator[tuple[str, str]]:
    """Yield the texts that may tell it, with what each is of; only of the operation where that alone may tell it."""
    for source in asking.sources[: None if topic.only else 1]:
        yield source.operation.description, "" if source is asking.source else source.operation.key
        for one in (*sent(source), *headers(source)):
            yield f"{one.name}: {one.text}", ""
    if about := asking.about:
        yield about.description, about.title
        for scheme in about.security_schemes:
            yield scheme.description, f"the scheme {scheme.name}"
        for tag in about.tags:
            yield tag.description, f"the tag {tag.name}"
    if topic.only:
        for operation in asking.near:
            yield operation.description, operation.key
