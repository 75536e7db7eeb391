"""How well entries match one part of a question, told in a few numbers: the words they share, and what they are for."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from engine.english.lexicon import expand
from engine.english.verbs import methods
from engine.english.words import identifiers, query_words, words
from engine.library.stems import stems
from engine.search.words.terms import Terms

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FEATURES = (
    "names", "precision", "f1", "summary_f1", "prose", "fields", "expanded_names", "expanded_fields", "tail",
    "expanded_tail", "method", "other_method", "expanded_method", "identifiers",
)  # fmt: skip
"""What is told of an entry and a part, in order; see `Match.features`."""
_SCORED, _ADDED, _TOLD = ("names", "prose", "fields"), ("names", "fields"), ("names", "summary", "tail")
_TINY = 1e-6
"""Keeps what nothing is told of from being divided by."""


class Sought(NamedTuple):
    """A part of a question as the index has it."""

    asked: dict[str, float]
    """Its words, as stems, with how much they count."""
    added: dict[str, float]
    """What the lexicon adds to them."""
    methods: frozenset[str]
    """What its verbs ask for."""
    added_methods: dict[str, float]
    """What the verbs ask for that the lexicon adds."""
    identifiers: tuple[list[str], ...]
    """Names as documents write them, each as stems: an entry that has one has all of its words."""


class Match(NamedTuple):
    """How well the words of a part match all entries of the index; see `Terms.scores`."""

    part: Sought
    worth: float
    """How much the words of the part tell together."""
    scores: "tuple[NDArray[np.float32], ...]"
    """In names, prose and fields; then in names and fields by the words that the lexicon adds."""
    told: "tuple[NDArray[np.float32], ...]"
    """In names, summary and tail; then in the tail by the words that the lexicon adds."""
    identifiers: "NDArray[np.float32]"
    """How many identifiers of the part are among the fields of an entry."""

    def rough(self, terms: Terms) -> "NDArray[np.float32]":
        """Return how well the words fit all entries: the sum by which candidates are chosen."""
        names, prose, fields, added, _ = self.scores
        rough: NDArray[np.float32] = (
            names
            + added
            + 0.3 * (prose + fields)
            + self.worth * self.told[0] / terms.all_told["names"]
            + self.worth * self.identifiers
        )
        return rough

    def features(self, terms: Terms, entries: "NDArray[np.int64]") -> "NDArray[np.float32]":
        """Return the features of some entries: [features, entries], most of them between 0 and 1."""
        import numpy as np

        part, worth = self.part, self.worth
        names, prose, fields, *added = (each[entries] / worth for each in self.scores)
        told, summary, tail, added_tail = (each[entries] for each in self.told)
        precision, recall = told / terms.all_told["names"][entries], told / worth
        methods = terms.methods[entries]
        own = np.array([method in part.methods for method in terms.method_names], np.float32)[methods]
        also = np.array([part.added_methods.get(method, 0.0) for method in terms.method_names], np.float32)[methods]
        return np.stack(
            [
                names,
                precision,
                _f1(precision, recall),
                _f1(summary / terms.all_told["summary"][entries], summary / worth),
                prose,
                fields,
                *added,
                tail / terms.all_told["tail"][entries],
                added_tail / terms.all_told["tail"][entries],
                own,
                1 - own if part.methods else own,
                also,
                self.identifiers[entries],
            ]
        )


def _f1(precision: "NDArray[np.float32]", recall: "NDArray[np.float32]") -> "NDArray[np.float32]":
    """Return the harmonic mean."""
    return 2 * precision * recall / (precision + recall + _TINY)


def match(part: Sought, terms: Terms) -> Match:
    """Return how well the words of a part match all entries."""
    return Match(
        part=part,
        worth=sum(weight * terms.worth(word) for word, weight in part.asked.items()) + _TINY,
        scores=(
            *(terms.scores(group, part.asked) for group in _SCORED),
            *(terms.scores(group, part.added) for group in _ADDED),
        ),
        told=(*(terms.told(group, part.asked) for group in _TOLD), terms.told("tail", part.added)),
        identifiers=_having(part.identifiers, terms),
    )


def _having(identifiers: Sequence[list[str]], terms: Terms) -> "NDArray[np.float32]":
    """Return how many identifiers are among the fields of each entry, all words of each."""
    import numpy as np

    found = np.zeros(len(terms.rowids), np.float32)
    for parts in identifiers:
        found += np.logical_and.reduce([terms.scores("fields", {part: 1.0}) > 0 for part in parts])
    return found


def sought_in(text: str, terms: Terms) -> Sought:
    """Return a part of a question, in which nothing is misspelt, as the index has it."""
    asked = dict.fromkeys(stems(query_words(text)), 1.0)
    typed = words(text)
    extra = expand(typed)
    own = methods(typed)
    # What is added tells no more than what it stands for: `project` is rarer than `repository` in many libraries.
    most = max((terms.worth(word) for word in asked), default=0.0)
    added = {stem: weight * min(1.0, most / terms.worth(stem)) for stem, weight in _stemmed(extra, asked).items()}
    return Sought(asked, added, own, _methods(extra, own), tuple(map(stems, map(words, identifiers(text)))))


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
