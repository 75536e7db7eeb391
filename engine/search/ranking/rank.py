"""The order of candidates: how well each part of the question fits them, and what feeds what."""

from collections.abc import Mapping
from math import exp
from typing import TYPE_CHECKING, NamedTuple

from engine.english.clauses import asks_to_act
from engine.search.candidates import Candidates
from engine.search.question.parts import Question
from engine.search.ranking.weights import Form, Weights
from engine.search.words.features import FEATURES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Scores = NDArray[np.float32]
    Places = NDArray[np.int64]

_FLOOR = -40.0
"""Log-likelihood under which an entry has no part in a clause."""
_TINY = 1e-12
"""Keeps a likelihood of zero from having no logarithm."""
_SURE = 2.0
"""Log-odds from which on two clauses are taken for what is asked of one API. From 2 to 4 questions of two clauses over
two APIs of `choose`, and RestBench, are found equally well."""
_FED = 20
"""How soon being fed counts in full."""


class Scored(NamedTuple):
    """Candidates with their scores, by their positions in the index, best first."""

    entries: "Places"
    scores: "Scores"
    """Order the entries of one search only."""
    fits: "Scores"
    """[parts, entries] How well each part fits each entry; compares over questions."""
    near: "Scores"
    """[parts, entries] Inner products of their vectors."""
    api: "Scores"
    """How surely the question calls the API of each by its name, 0 to 1."""
    giving: "Scores"
    """What of the score each owes to what it gives to others, or takes from them; about 0 where it is neither."""
    one_api: float
    """How likely the question is about one API, and not each of its clauses about its own; 0 to 1."""

    def reordered(self, order: "Places") -> "Scored":
        """Return some of the entries in another order."""
        return Scored(
            self.entries[order],
            self.scores[order],
            self.fits[:, order],
            self.near[:, order],
            self.api[order],
            self.giving[order],
            self.one_api,
        )


def rank(question: Question, parts: Mapping[str, int], found: Candidates, weights: Weights) -> Scored:
    """Return entries in the order in which they answer a question.

    Each part of the question gives every entry a likelihood; they are mixed by the form of the question; then likely
    entries pass a share of theirs on to those that give what they need.

    Args:
        question: The question.
        parts: Where each of its parts is in the arrays of `found`.
        found: The candidates.
        weights: How much everything counts.
    """
    import numpy as np

    entries, near = found.entries, found.near
    if not len(entries):
        nothing = np.zeros(0, np.float32)
        return Scored(entries, nothing, near, near, nothing, nothing, 1.0)
    fit = weights.with_meaning if near.any() else weights.by_words
    standing = np.array([fit.deprecated, fit.incoming, fit.one], np.float32) @ found.standing
    fits = np.array([fit.features[name] for name in FEATURES], np.float32) @ found.features + near + standing
    clauses, phrases = ([parts[text] for text in texts] for texts in (question.clauses, question.phrases))
    by_name = weights.api * found.api
    several = len(question.clauses) > 1 and bool((found.api != found.api[0]).any())  # call APIs of their own
    behind, agreed = _route(fits[clauses] + several * by_name[clauses], found.specs)
    odds = fit.one_api[0] + fit.one_api[1] * agreed
    form = weights.forms[_form(question, odds)]
    counted = fits + (form.near - 1) * near
    clause_fits, phrase_fits = (
        _by_api(counted[places] + several * by_name[places], form.route * behind, odds) for places in (clauses, phrases)
    )
    scores = (
        form.whole * _likely(counted[parts[question.text]])
        + form.unnamed * _likely(counted[parts[question.unnamed]])
        + form.clauses * _any(clause_fits)
        + form.phrases * _any(phrase_fits)
    )
    scores = scores + weights.api * found.api[0] * (not several)
    scores = scores + question.mine * weights.mine * found.mine + bool(question.names) * weights.lookup * found.lookup
    own = _likely(weights.sharpness * scores)
    giving = _passed_on(found, own, scores, question, weights, form)
    scores = own + giving
    return Scored(entries, scores, fits, near, found.api[0], giving, 1 / (1 + exp(-odds))).reordered(
        np.lexsort((entries, -scores))
    )


def _form(question: Question, odds: float) -> int:
    """Return which form a question has: its place in `Weights.forms`.

    Two things that are asked of two APIs are like more: their words together are of neither.

    Args:
        question: The question.
        odds: Logarithm of how much likelier it is about one API.
    """
    several = len(question.clauses)
    if several > 1:
        of_two = odds < _SURE and all(map(asks_to_act, question.clauses))
        return 2 if several == 2 and not of_two else 3
    return 1 if len(question.phrases) > 1 else 0


def _route(fits: "Scores", specs: "Places") -> "tuple[Scores, float]":
    """Return how far the spec of each entry is behind the best one, by the mean of its best entries for all clauses.

    And how far this best one is behind what each clause has in any spec: 0 where all their best entries are its own.
    """
    import numpy as np

    _, spec = np.unique(specs, return_inverse=True)
    best = np.full((len(fits), spec.max() + 1), -np.inf, np.float32)
    for clause, scores in zip(best, fits - fits.max(axis=1, keepdims=True), strict=True):
        np.maximum.at(clause, spec, scores)
    mean = best.mean(axis=0)
    behind: Scores = (mean - mean.max())[spec]
    return behind, float(mean.max())


def _by_api(fits: "Scores", route: "Scores", odds: float) -> "Scores":
    """Return how likely each entry is for each part, where all parts are about one API, or else each about its own.

    Args:
        fits: [parts, entries].
        route: [entries] How far their APIs are behind, should it be one.
        odds: Logarithm of how much likelier it is one.
    """
    import numpy as np

    one, own = -np.logaddexp(0, -odds), -np.logaddexp(0, odds)
    likely: Scores = np.logaddexp(one + _likely(fits + route), own + _likely(fits))
    return likely


def _likely(scores: "Scores") -> "Scores":
    """Return scores as log-likelihoods, along the last axis."""
    import numpy as np

    top = scores - scores.max(axis=-1, keepdims=True)
    likely: Scores = top - np.log(np.exp(top).sum(axis=-1, keepdims=True))
    return likely


def _any(fits: "Scores") -> "Scores":
    """Return how likely each entry is for any of some parts, of which each has the same say.

    Args:
        fits: [parts, entries].
    """
    import numpy as np

    likely: Scores = np.maximum(np.logaddexp.reduce(_likely(fits), axis=0), _FLOOR)
    return likely


def _passed_on(
    found: Candidates, own: "Scores", scores: "Scores", question: Question, weights: Weights, form: Form
) -> "Scores":
    """Return what entries gain when likely ones pass a share on to those that give what they need, and these again.

    For each need the share is divided among those that can give it.

    Args:
        found: The candidates.
        own: Their log-likelihoods.
        scores: What these were made of.
        question: The question.
        weights: All weights.
        form: Those for the form of the question.
    """
    import numpy as np

    producers, consumers, strengths, needs = found.edges
    if not len(needs):
        return np.zeros_like(own)
    scores = scores - scores.max()
    count = len(scores)
    likely = np.exp(own)
    choice = weights.giver_weight * np.log(strengths) + weights.giver_score * scores[producers]
    if question.names:
        choice = choice + weights.giver_lookup * found.lookup[producers]
    best = np.full(needs.max() + 1, -np.inf)
    np.maximum.at(best, needs, choice)
    chosen = np.exp(choice - best[needs])
    share = chosen / np.bincount(needs, chosen)[needs]
    first = np.bincount(producers, likely[consumers] * share, count)
    second = np.bincount(producers, first[consumers] * share, count)
    sought = question.particular
    passed = np.exp(form.helper + sought * form.helper_sought) * (first + np.exp(weights.second) * second)
    fed = np.bincount(consumers, likely[producers] * strengths, count)
    gain: Scores = np.log(likely + passed + _TINY) - own + sought * form.fed * np.log1p(_FED * fed)
    return gain.astype(np.float32)
