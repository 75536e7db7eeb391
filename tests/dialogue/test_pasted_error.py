import pytest
from hypothesis import given, strategies as st

from engine.dialogue.pasted_error import pasted_error

PASTED = [
    (
        'HTTP/1.1 422 Unprocessable Entity\nContent-Type: application/json\n\n{"message": "Validation Failed"}',
        ("422", "", "", "Validation Failed"),
    ),
    (
        "requests.exceptions.HTTPError: 404 Client Error: Gone for url: https://api.example/pets/12?page=2",
        ("404", "", "/pets/12", "Gone for url: https://api.example/pets/12?page=2"),
    ),
    ("curl: (22) The requested URL returned error: 401", ("401", "", "", "")),
    ("POST /v1/holds 409 Conflict", ("409", "POST", "/v1/holds", "Conflict")),
    (
        '{"title": "Not allowed", "status": 403, "instance": "/v1/holds"}',
        ("403", "", "/v1/holds", "Not allowed"),
    ),
    (
        "2026-11-30 17:12:44 ERROR client DELETE https://x.example/loans/17 failed with status 500: at foo.py:512",
        ("500", "DELETE", "/loans/17", ""),
    ),
    ("Error: Request failed with status code 429", ("429", "", "", "Request failed with status code 429")),
    ("axios.post('https://api.example/pets') failed: status code 400", ("400", "POST", "/pets", "")),
    ('127.0.0.1 - - [30/Nov/2026] "PUT /a/b HTTP/1.1" 412 -', ("412", "PUT", "/a/b", "")),
    ("it does not work", ("", "", "", "")),
]


@pytest.mark.parametrize(("text", "said"), PASTED)
def test_an_error_says_what_failed(text: str, said: tuple[str, str, str, str]) -> None:
    """Status, method, path and message are found in what people paste; what is not there is empty."""
    found = pasted_error(text)
    assert (found.status, found.method, found.path, found.message) == said


def test_what_an_error_asks_for() -> None:
    """With a call it asks for that; with a status alone, of whatever was asked before; with nothing, nothing."""
    assert pasted_error("POST /v1/holds 409 Conflict").question == "why error 409 from POST /v1/holds: Conflict"
    assert pasted_error("returned error: 401").question == "what does 401 mean"
    assert pasted_error("Error: no such loan").question == "why the error: no such loan"
    assert pasted_error("it does not work").question == ""


@given(st.text(alphabet=st.sampled_from('GET POST/:"{}45012 statuserror\n.https'), max_size=300))
def test_any_text_may_be_pasted(text: str) -> None:
    """Whatever it is, the question is one line."""
    assert "\n" not in pasted_error(text).question
