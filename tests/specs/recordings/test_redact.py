import base64
import json
import string
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, strategies as st

from engine.errors import SpecError
from engine.secrets.redact import REDACTED
from engine.specs.limits import Budget, Limits
from engine.specs.recordings.redact import TreeRedactor
from tests.secrets.test_redact import SHAPED

SECRETS = st.text(string.ascii_letters + string.digits, min_size=24, max_size=60)
"""What issuers give out."""


def redacted(tree: Any) -> Any:
    """Return a tree without its secrets."""
    return TreeRedactor().tree(tree, Budget())


@pytest.mark.parametrize("secret", SHAPED)
def test_secrets_are_known_by_their_shape(secret: str) -> None:
    """What issuers mark as theirs is replaced in the texts of a document, and the words around it stay."""
    assert redacted({"note": [f"({secret})"]}) == {"note": [f"({REDACTED})"]}


def test_fields_of_secret_names_are_hidden_whatever_they_hold() -> None:
    """Pairs, nested values and JSON inside a text count; truth values, counts and other fields stay."""
    tree = {
        "header": [{"key": "X-Api-Key", "value": "a"}, {"key": "Accept", "value": "b"}],
        "variable": [{"key": "mine", "value": "c", "type": "secret"}, {"id": "pwd", "value": "d"}],
        "session": {"id": "e", "open": True, "pin": 1234, "age": 12},
        "max_tokens": 4096,
        "token_type": "bearer",
        "raw": json.dumps({"user": {"password": "f", "name": "g"}}),
    }
    hidden = redacted(tree)
    assert hidden["header"] == [{"key": "X-Api-Key", "value": REDACTED}, {"key": "Accept", "value": "b"}]
    assert [pair["value"] for pair in hidden["variable"]] == [REDACTED, REDACTED]
    assert hidden["session"] == {"id": REDACTED, "open": True, "pin": 0, "age": 12}
    assert (hidden["max_tokens"], hidden["token_type"]) == (4096, "bearer")
    assert json.loads(hidden["raw"]) == {"user": {"password": REDACTED, "name": "g"}}


def test_what_is_kept_of_a_value_is_said_by_its_reader() -> None:
    """All else of it is secret wherever it stands, and JSON inside a text has no such keys."""
    tree = {"auth": {"type": "t", "x": "abcdef123456"}, "path": "/a/abcdef123456", "raw": '{"auth": {"type": "t"}}'}
    hidden = TreeRedactor(keeps={"auth": lambda auth: {"type": auth["type"]}}).tree(tree, Budget())
    assert hidden["auth"] == {"type": "t"}
    assert hidden["path"] == f"/a/{REDACTED}"
    assert json.loads(hidden["raw"]) == {"auth": {"type": REDACTED}}


@given(SECRETS.filter(lambda secret: any(map(str.isdigit, secret)) and any(map(str.isalpha, secret))))
def test_a_secret_is_found_in_other_places_too(secret: str) -> None:
    """What a secret name gave away once is hidden where nothing else tells, also as a key."""
    tree = {"token": secret, "url": f"/sessions/{secret}/items", "by": {secret: f"x {quote(secret)}"}}
    assert secret not in json.dumps(redacted(tree))


@given(SECRETS, st.text(string.ascii_letters + string.digits + "!$%,;'\"@:/ ", min_size=1, max_size=40))
def test_basic_credentials_are_hidden_in_base64(user: str, password: str) -> None:
    """The header of user and password is hidden, in a header and in prose."""
    encoded = base64.b64encode(f"{user}:{password}".encode()).decode()
    tree = {"headers": [{"name": "Authorization", "value": f"Basic {encoded}"}], "text": f"send Basic {encoded} now"}
    assert encoded not in json.dumps(redacted(tree))


def test_a_tree_is_counted() -> None:
    """Values, also those of JSON inside a text, are parts of the document."""
    with pytest.raises(SpecError, match="more than 100 parts"):
        TreeRedactor().tree({"raw": json.dumps(list(range(200)))}, Budget(Limits(max_parts=100)))
