"""What the chat model is asked: to put the facts into sentences, and nothing else.

Small models invent when they are asked a question over a reference, and even when they are asked to explain notes.
Shown twice how notes become sentences, they stay close to them. So the notes hold what the answer must say, the intent
of the question decides what is in them, and all before them is the same each time, which keeps it in the KV cache. So
are the notes of one operation, up to what only some questions ask for.

A prompt is packed into a budget of tokens: what does not fit is left out, what matters least first. So is what a
document says to models rather than to people (`engine.specs.suspects`): it stands in the facts, and nowhere in here.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

import msgspec

from engine.answer.records import Facts
from engine.calls.inputs import BODY
from engine.calls.records import FieldFact
from engine.models.pace import estimated_tokens
from engine.models.protocol import Message
from engine.specs.suspects import suspicion

_SYSTEM = (
    "You put notes about an API operation into one or two plain sentences for a developer."
    " You use only what the notes say."
)
_EXAMPLES = (
    (
        "Add a book: call POST /shelves/{shelf}/books. It needs shelf in the path; title and author in the body."
        " It also accepts year, language. On success it returns 201 with book.",
        "To add a book, call POST /shelves/{shelf}/books with the shelf in the path and its title and author in the"
        " body. You may also send year and language; on success you get 201 with the new book.",
    ),
    (
        "Delete a loan: call DELETE /loans/{loan_id}. It needs loan_id in the path. On success it returns 204.",
        "To delete a loan, call DELETE /loans/{loan_id} with the loan_id in the path. On success you get 204 and"
        " nothing else.",
    ),
)
_PLACES = {"argument": "as arguments", "server": "in the server's address"}
WHOLE = 1 << 30
"""A budget that no prompt needs: with it nothing is left out."""
_MAX_OPTIONAL = 5
"""Optional inputs that are named: a small model repeats what it is given, and reads a token in some milliseconds."""

_JOINTS = re.compile(r"[-_/.]+")
"""What joins the words of a name."""


class _Notes(msgspec.Struct, frozen=True):
    """What is said of an operation, as far as there is room."""

    summary: str
    operation: str
    steps: str
    needs: tuple[FieldFact, ...]
    accepts: tuple[str, ...]
    returns: str
    errors: tuple[str, ...]
    auth: tuple[str, ...]
    told: tuple[str, ...]
    """Sentences of the specification that are about the question."""
    beside: tuple[str, ...]
    """What the user attached says of it."""

    def text(self) -> str:
        """Return the notes as the model reads them."""
        notes = [f"{self.summary or 'The operation'}: call {self.operation}."]
        if self.steps:
            notes.append(f"It calls {self.steps}.")
        places: dict[str, list[FieldFact]] = {}
        for field in self.needs:
            places.setdefault(field.location, []).append(field)
        if places:
            notes.append(f"It needs {'; '.join(_needed(place, fields) for place, fields in places.items())}.")
        if self.accepts:
            notes.append(f"It also accepts {', '.join(self.accepts)}.")
        if self.returns:
            notes.append(f"On success it returns {self.returns}.")
        if self.errors:
            notes.append(f"Errors: {'; '.join(self.errors)}.")
        notes += [f"{sentence}." for sentence in self.auth]
        if self.told:
            notes.append(f"Good to know: {' '.join(self.told)}")
        if self.beside:
            notes.append(f"The user's own notes say: {' / '.join(self.beside)}")
        return " ".join(notes)

    def without(self, *names: str) -> "Iterator[_Notes]":
        """Yield the notes with one thing less each time, from the end of the first that is named on."""
        notes = self
        for name in names:
            while kept := getattr(notes, name):
                notes = msgspec.structs.replace(notes, **{name: "" if isinstance(kept, str) else kept[:-1]})
                yield notes


def prefix() -> list[Message]:
    """Return what prompts begin with: all but the notes."""
    prompt = [Message("system", _SYSTEM, fixed=True)]
    for notes, sentences in _EXAMPLES:
        prompt += [Message("user", notes, fixed=True), Message("assistant", sentences, fixed=True)]
    return prompt


def messages(facts: Facts, budget_tokens: int, told: Sequence[str] = ()) -> list[Message]:
    """Return the prompt for facts that name at least one operation.

    Args:
        facts: What the prose is about.
        budget_tokens: Tokens that the prompt may have, as `estimated_tokens` counts them. As far as they do not fit,
            these are left out, in this order: what was attached, optional inputs, errors, ways to sign in, what is
            told, the examples; then the steps of a workflow, required inputs, what comes back and the summary. What is
            to be called stays, even where it alone is longer.
        told: Sentences of the specification that are about the question.
    """
    choices = list(_ever_shorter(_notes(facts, tuple(told))))
    place = bisect_left(choices, True, key=lambda choice: estimated_tokens(_prompt(*choice)) <= budget_tokens)
    return _prompt(*choices[min(place, len(choices) - 1)])


def _ever_shorter(notes: _Notes) -> Iterator[tuple[list[Message], _Notes]]:
    shown = prefix()
    least = [notes, *notes.without("beside", "accepts", "errors", "auth", "told")]
    yield from ((shown, notes) for notes in least)
    yield from ((shown[:1], notes) for notes in [least[-1], *least[-1].without("steps", "needs", "returns", "summary")])


def _prompt(before: list[Message], notes: _Notes) -> list[Message]:
    return [*before, Message("user", notes.text())]


def _notes(facts: Facts, told: tuple[str, ...]) -> _Notes:
    operation, intent = facts.operations[0], facts.intent
    returned = operation.returns
    host = urlsplit(operation.call.url).hostname or ""
    accepts = [field.name for field in operation.accepts if _harmless(field.name, host)]
    return _Notes(
        summary=operation.summary if _harmless(operation.summary, host) else "",
        operation=operation.operation,
        steps=", then ".join(step.calls for step in operation.steps if _harmless(step.calls, host)),
        needs=tuple(field for field in operation.needs if _harmless(field.name, host)),
        accepts=tuple(accepts[:_MAX_OPTIONAL]),
        returns=" with ".join(filter(None, [returned.status, returned.type])) or "nothing" if returned else "",
        errors=tuple(
            f"{error.status} means {error.description}"
            for error in operation.errors
            if _harmless(error.description, host)
        )
        if intent == "errors"
        else (),
        auth=tuple(way for way in operation.auth if _harmless(way, host)) if intent == "auth" else (),
        told=tuple(sentence for sentence in told if _harmless(sentence, host)),
        beside=tuple(line for one in facts.attached for line in one.lines if _harmless(line, host)),
    )


def safe(facts: Facts) -> bool:
    """Tell whether a model may read of facts at all: what is to be called has to be in its prompt, whatever it says."""
    return _harmless(facts.operations[0].operation, "")


def _harmless(text: str, host: str) -> bool:
    """Tell whether a text says nothing to a model; a name may, too: `ignore_all_previous_instructions`.

    Nor may signs have stood in it that turn it around (`engine.text.clean`): a model reads such letters as they come.
    """
    own = [host] if host else []
    return "\ufffd" not in text and not any(suspicion(form, own) for form in (text, _JOINTS.sub(" ", text)))


def _needed(place: str, fields: list[FieldFact]) -> str:
    if [field.name for field in fields] == [BODY]:
        return f"a body of the type {fields[0].type}"
    return f"{_row(fields)} {_PLACES.get(place, f'in the {place}')}"


def _row(fields: list[FieldFact]) -> str:
    names = [field.name for field in fields]
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
