"""Sentences as models write them, true ones and lies, in wording that the rules were not made for."""

import pytest

from engine.answer.records import SegmentKind
from tests.answer.checking.test_claims import check

TRUE = """
You cannot set `estimate` to more than 40, nor to less than 1.
Here is the list of urgent tickets, and of all state changes.
To create a ticket, send a POST request to `/tickets` with a JSON body that has a `title`.
The response is an object that holds the new ticket, with its `id` as an integer.
The title tells people what the ticket is about, in a string of up to 80 characters.
You can pass a list of `labels`, each of which is an object with a name and a color.
Whether the ticket is urgent is told by a boolean.
The server returns the ticket as a JSON object, and its `created_at` is a string.
A header named Idempotency-Key is required, so that the call can be repeated.
The `dry_run` query parameter is a boolean; set it to true to try things out.
Set `state` to `closed` to make a ticket that is already done.
If you leave out `state`, the ticket is open.
The estimate says how many hours the work takes, from 1 to 40.
Pay with a card by its `payment.number`, or with a bank account by its `payment.iban`.
The id of the ticket comes back in the body of the response.
In the request body, `title` is the only required field.
The number of labels is not limited.
The title is required because a ticket without a title is of no use to anybody.
You need not give an estimate, but a title is required.
Use the `id` from the response as the `number` in the path of GET /tickets/{number}.
The ticket's title must be a string, unlike its labels, which are a list.
A string of 90 characters is too long for the title.
Titles longer than 80 characters are rejected.
The ticket needs a title, which is a string, and may have a state, which is one of two values.
`state` is a string with two values, open and closed.
An integer is what you get back as `id`.
The call returns 201 with the new ticket, or 422 when the title is missing.
A 422 tells you that something in the body is wrong, for example that the title is an empty string.
Send the token in the Authorization header, and the title in the body.
Your token needs the `tickets:write` scope, not `tickets:read`.
The key in the header can be any string, for example a UUID.
Every label has a color, which is a string such as `red`.
If `urgent` is true, the ticket goes to the top of the list.
`urgent` is false unless someone sets it, as far as the documentation tells.
Put the labels into an array, even if there is only one label.
Convert the number to a string before you send it as `payment.number`.
Parse the response as JSON and read `id` from it.
The `id` is read-only, so it is not sent in the request.
You cannot set `id` or `created_at`; both come back in the response.
The fields `urgent`, `labels` and `estimate` are all optional, and so is `state`.
Only `title` is required in the body; all others may be left out.
There are three optional fields beside `state`: `urgent`, `labels` and `estimate`.
For the estimate give a number, for the title a string.
Both `title` and `state` are strings, while `urgent` is a boolean and `labels` an array.
`dry_run` goes into the query string, and everything else into the body.
Everything except `dry_run` and the Idempotency-Key is sent in the body.
Do not confuse `state` with `urgent`, which is a boolean.
As an example, `{"title": "Broken lamp", "urgent": true}` makes an urgent ticket.
- `title` (string, required): what is wrong
- `state` (string, optional): `open` or `closed`, by default `open`
- `estimate`: a number, at least 1 and at most 40
- `labels` (array of objects): each with `name` and `color`
| `dry_run` | boolean | query | optional |
| `Idempotency-Key` | string | header | required |
1. Get a token with the `tickets:write` scope. 2. Call POST /tickets with the title.
Then list them with `GET /tickets`, where `per_page` says how many come at once.
In contrast to POST /tickets, `GET /tickets` takes no body and accepts an API key.
A ticket is deleted with `DELETE /tickets/{number}`, which answers 204.
The title should describe the problem in a few words, e.g. "Printer is on fire".
The documentation does not say how many labels a ticket may have.
It is not possible to say from the specification what a token costs.
""".strip().splitlines()
FALSE = """
You cannot set `estimate` to more than 60.
The default `state` is closed.
PUT requests are sent to `/tickets`.
The API will not accept the request without `urgent`.
The type of the `title` field is `integer`.
`boolean` is the type of `title`.
`title` does not accept a string.
`title` (string). Must be an integer.
- `state`: the state of the ticket. Default: closed.
- `estimate` (number, max 60)
| `title` | integer | body | required |
| `Idempotency-Key` | string | query | required |
| DELETE | `/tickets` | makes a ticket |
Use `/tickets` with the HTTP verb PUT.
- 409: the ticket is there already
| 409 | the ticket is there already |
The documented status codes include 409.
You might see `409` here.
Return code 409 indicates failure.
The server rejects requests that lack `urgent`.
If you don't provide `urgent`, the request will fail.
The server will return an error if `urgent` is missing.
Not sending `urgent` results in an error.
This won't work unless you provide `urgent`.
`urgent` must be set by the caller.
The request succeeds even without `title`.
If `title` isn't given, the call still works.
`title` is accepted but not needed.
`title` may be included, but it doesn't have to be.
The default value is closed if you omit `state`.
When you leave out `state`, the server uses `closed`.
`closed` is what `state` is by default.
The server defaults `state` to `closed`.
The lowest value `estimate` accepts is 5.
The maximum allowed value for `estimate` is 60.
The API limits `estimate` to 60.
`estimate` tolerates at most 60.
`title` is truncated to 200 characters.
Basic auth must be provided.
Without HTTP basic authentication the call is refused.
The request payload is made of `created_at` and more.
To use `urgent`, call `GET /people/{name}`.
`POST /tickets` cannot be called with `urgent`.
""".strip().splitlines()


@pytest.mark.parametrize("text", TRUE)
def test_what_is_so_is_left_alone_however_it_is_said(text: str) -> None:
    """No true sentence is struck, and none of its names is doubted."""
    assert _marked(text) == []


@pytest.mark.parametrize("text", FALSE)
def test_a_lie_is_marked_however_it_is_said(text: str) -> None:
    """Tables, lists, conditions and sentences that are cut short say something, too."""
    assert _marked(text) != []


def test_a_heading_says_nothing_of_the_field_before_it() -> None:
    """`Optional fields:` is no sentence about what was named last."""
    assert _marked("Send `title`.\nOptional fields:\n- `state`\n- `urgent`\n") == []


def _marked(text: str) -> list[str]:
    return [one.text for one in check(text) if one.kind in (SegmentKind.FALSE, SegmentKind.UNVERIFIED)]
