"""What guides say, as it is quoted."""

from collections.abc import Iterator, Sequence

from engine.answer.records import PassageFact
from engine.library.records import Entry
from engine.specs.model import Passage


def quoted(passages: Sequence[Entry], before: int) -> Iterator[PassageFact]:
    """Yield passages word for word.

    Args:
        passages: The closest first.
        before: How many numbers are taken by what is cited before them.
    """
    for number, entry in enumerate(passages, before + 1):
        if isinstance(passage := entry.item, Passage):
            yield PassageFact(
                citation=number, spec=entry.spec, place=passage.key, heading=passage.heading, text=passage.text
            )
