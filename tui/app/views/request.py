"""The request of an operation as lines, with the fields and in the media type that the user has chosen."""

from textual.content import Content

from engine import Fields, OperationFacts
from tui.app.text import MUTED, plain
from tui.app.views.line import Line

CHOICES: dict[Fields, str] = {
    "few": "a few fields",
    "required": "required fields only",
    "all": "all fields",
}
"""Which fields of the body a request may send, in the order in which the key goes through them."""
_INSET = Content("  ")


def request_lines(facts: OperationFacts, fields: Fields, media_type: str) -> list[Line]:
    """Return the request of an operation: how its body is made, the request, and why it is a sketch."""
    call = facts.call
    said = (CHOICES[fields], media_type or next(iter(call.media_types), "")) if call.body_kind != "none" else ()
    heading = Content("  ").join([plain("Request", "bold"), *(plain(one, MUTED) for one in filter(None, said))])
    sketch = [Line(plain(call.sketch, "$text-warning"), plain("sketch  ", MUTED))] if call.sketch else []
    return [
        Line(heading),
        *(Line(plain(line, "$text-primary"), _INSET) for line in facts.request.splitlines()),
        *sketch,
    ]
