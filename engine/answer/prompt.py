"""What the chat model is asked: to put the facts into sentences, and nothing else.

Small models invent when they are asked a question over a reference, but stay close to notes that they are asked to
rewrite. So the notes hold what the answer must say, and the question only sets the aim.
"""

from engine.answer.records import Facts, FieldFact, OperationFacts
from engine.models.protocol import Message

_SYSTEM = (
    "You rewrite notes about an API as a short, clear explanation for a developer, in two to four sentences."
    " Use only what the notes say. Write names exactly as the notes do. Do not write code."
)
"""It stays the same from question to question, so that its part of the KV cache is reused."""
_MAX_FIELDS = 8


def messages(facts: Facts) -> list[Message]:
    """Return the prompt for facts that name at least one operation."""
    notes = "\n".join(_notes(facts.operations[0]))
    user = f"Question: {facts.question}\n\nNotes:\n{notes}\n\nRewrite the notes as an answer to the question."
    return [Message("system", _SYSTEM), Message("user", user)]


def _notes(operation: OperationFacts) -> list[str]:
    notes = [f"- {operation.summary or 'The operation'}: call {operation.operation}."]
    if operation.needs:
        notes.append(f"- Required: {_named(operation.needs)}.")
    if operation.accepts:
        notes.append(f"- Optional: {_named(operation.accepts)}.")
    notes.append(f"- Authentication: {operation.auth[0]}.")
    if operation.returns:
        returned = operation.returns
        notes.append(f"- Success: {returned.status} {returned.type or returned.description}.")
    return notes


def _named(fields: tuple[FieldFact, ...]) -> str:
    names = [f"{field.name} ({field.location})" for field in fields[:_MAX_FIELDS]]
    return ", ".join(names) + (f" and {len(fields) - _MAX_FIELDS} more" if len(fields) > _MAX_FIELDS else "")
