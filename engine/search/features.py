"""How well entries match one part of a question, told in a few numbers: the words they share, and what they are for."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from engine.search.lexicon import expand
from engine.search.question import methods
from engine.search.stems import stems
from engine.search.terms import Terms
from engine.search.tokens import query_words, words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FEATURES = (
    "names", "precision", "f1", "summary_f1", "prose", "fields", "expanded_names", "expanded_prose", "expanded_fields",
    "tail", "expanded_tail", "method", "other_method", "expanded_method",
)  # fmt: skip
"""What is told of an entry and a part, in order; see `Match.features`."""
_TINY = 1e-6


class Part(NamedTuple):
    """A part of a question as the index has it."""

    asked: dict[str, float]
    """Its words, as stems, with how much they count."""
    added: dict[str, float]
    """What the lexicon adds to them."""
    methods: frozenset[str]
    """What its verbs ask for."""
    added_methods: dict[str, float]
    """What the verbs ask for that the lexicon adds."""


class Match(NamedTuple):
    """How well the words of a part match all entries of the index; see `Terms.scores`."""

    part: Part
    worth: float
    """How much the words of the part tell together."""
    names: "NDArray[np.float32]"
    added: "NDArray[np.float32]"
    """By the words that the lexicon adds, in names."""
    prose: "NDArray[np.float32]"
    fields: "NDArray[np.float32]"
    told: "NDArray[np.float32]"

    def rough(self, terms: Terms) -> "NDArray[np.float32]":
        """Return how well the words fit all entries: the sum by which candidates are chosen."""
        rough: NDArray[np.float32] = (
            self.names
            + self.added
            + 0.3 * (self.prose + self.fields)
            + self.worth * self.told / terms.all_told["names"]
        )
        return rough

    def features(self, terms: Terms, entries: "NDArray[np.int64]") -> "NDArray[np.float32]":
        """Return the features of some entries: [features, entries], most of them between 0 and 1."""
        import numpy as np

        part, worth = self.part, self.worth
        told, summary = self.told[entries], terms.told("summary", part.asked)[entries]
        precision, recall = told / terms.all_told["names"][entries], told / worth
        method_of = terms.methods[entries]
        sought = np.isin(method_of, list(part.methods)) if part.methods else np.zeros(len(entries), bool)
        also = np.zeros(len(entries), np.float32)
        for method, weight in part.added_methods.items():
            also += weight * (method_of == method)
        return np.stack(
            [
                self.names[entries] / worth,
                precision,
                _f1(precision, recall),
                _f1(summary / terms.all_told["summary"][entries], summary / worth),
                self.prose[entries] / worth,
                self.fields[entries] / worth,
                self.added[entries] / worth,
                *(terms.scores(group, part.added)[entries] / worth for group in ("prose", "fields")),
                terms.covered("tail", part.asked)[entries],
                terms.covered("tail", part.added)[entries],
                sought,
                ~sought if part.methods else sought,
                also,
            ]
        ).astype(np.float32)


def _f1(precision: "NDArray[np.float32]", recall: "NDArray[np.float32]") -> "NDArray[np.float32]":
    """Return the harmonic mean."""
    return 2 * precision * recall / (precision + recall + _TINY)


def match(part: Part, terms: Terms) -> Match:
    """Return how well the words of a part match all entries."""
    return Match(
        part=part,
        worth=sum(weight * terms.worth(word) for word, weight in part.asked.items()) + _TINY,
        names=terms.scores("names", part.asked),
        added=terms.scores("names", part.added),
        prose=terms.scores("prose", part.asked),
        fields=terms.scores("fields", part.asked),
        told=terms.told("names", part.asked),
    )


def part_of(text: str, terms: Terms) -> Part:
    """Return a part of a question, in which nothing is misspelt, as the index has it."""
    asked = dict.fromkeys(stems(query_words(text)), 1.0)
    typed = words(text)
    extra = expand(typed)
    own = methods(typed)
    # What is added tells no more than what it stands for: `project` is rarer than `repository` in many libraries.
    most = max((terms.worth(word) for word in asked), default=0.0)
    added = {stem: weight * min(1.0, most / terms.worth(stem)) for stem, weight in _stemmed(extra, asked).items()}
    return Part(asked, added, own, _methods(extra, own))


def _stemmed(extra: Mapping[str, float], asked: Mapping[str, float]) -> dict[str, float]:
    added: dict[str, float] = {}
    for word, weight in extra.items():
        for stem in stems([word]):
            if stem not in asked:
                added[stem] = max(added.get(stem, 0.0), weight)
    return added


def _methods(extra: Mapping[str, float], own: frozenset[str]) -> dict[str, float]:
    found: dict[str, float] = {}
    for verb, weight in extra.items():
        for method in methods([verb]) - own:
            found[method] = max(found.get(method, 0.0), weight)
    return found
