"""What the chat model is asked: to put the facts into sentences, and nothing else.

Small models invent when they are asked a question over a reference, and even when they are asked to explain notes.
Shown twice how notes become sentences, they stay close to them. So the notes hold what the answer must say, the intent
of the question decides what is in them, and all before them is the same each time, which keeps it in the KV cache.
"""

from engine.answer.records import Facts, Intent, OperationFacts
from engine.calls.inputs import BODY
from engine.calls.records import FieldFact
from engine.models.protocol import Message

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
_MAX_OPTIONAL = 5
"""Optional inputs that are named: a small model repeats what it is given, and reads a token in some milliseconds."""


def messages(facts: Facts) -> list[Message]:
    """Return the prompt for facts that name at least one operation."""
    prompt = [Message("system", _SYSTEM)]
    for notes, sentences in _EXAMPLES:
        prompt += [Message("user", notes), Message("assistant", sentences)]
    return [*prompt, Message("user", _notes(facts.operations[0], facts.intent))]


def _notes(operation: OperationFacts, intent: Intent) -> str:
    notes = [f"{operation.summary or 'The operation'}: call {operation.operation}."]
    places: dict[str, list[FieldFact]] = {}
    for field in operation.needs:
        places.setdefault(field.location, []).append(field)
    if places:
        needs = (_needed(place, fields) for place, fields in places.items())
        notes.append(f"It needs {'; '.join(needs)}.")
    if operation.accepts:
        notes.append(f"It also accepts {', '.join(field.name for field in operation.accepts[:_MAX_OPTIONAL])}.")
    if operation.returns:
        returned = " with ".join(filter(None, [operation.returns.status, operation.returns.type]))
        notes.append(f"On success it returns {returned or 'nothing'}.")
    if intent == "error" and operation.errors:
        errors = "; ".join(f"{error.status} means {error.description}" for error in operation.errors)
        notes.append(f"Errors: {errors}.")
    if intent == "authentication":
        notes += [f"{sentence}." for sentence in operation.auth]
    return " ".join(notes)


def _needed(place: str, fields: list[FieldFact]) -> str:
    if [field.name for field in fields] == [BODY]:
        return f"a body of the type {fields[0].type}"
    return f"{_row(fields)} {_PLACES.get(place, f'in the {place}')}"


def _row(fields: list[FieldFact]) -> str:
    names = [field.name for field in fields]
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
