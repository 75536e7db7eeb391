"""`specdeck ask` with a remote model: a real service on this machine, another process, which plays what it is told."""

from collections.abc import Iterator

import pytest

from tests.cli.conftest import Ran, Specdeck
from tests.conftest import CHAT
from tests.remote.serving import Groq, groq

QUESTION = "how do I borrow a book"
MODEL = "openai/gpt-oss-20b"
SWITCH = ("ask", "--rung", "remote")


@pytest.fixture(scope="module")
def server() -> Iterator[Groq]:
    """The process that plays Groq."""
    with groq() as running:
        yield running


def at(url: str, **settings: str) -> dict[str, str]:
    """The environment in which the remote model is there."""
    no_keyring = {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
    return (
        no_keyring | {"SPECDECK_REMOTE_URL": url, "SPECDECK_REMOTE_KEY_NAME": "MY_KEY", "MY_KEY": "canary"} | settings
    )


def first_lines(ran: Ran) -> list[str]:
    """What is told below the facts, which every answer begins with."""
    assert ran.out.startswith("[1] POST /loans\n")
    return ran.out.partition("asks otherwise.\n")[2].strip().splitlines()


def test_the_switch_is_the_consent_for_one_question(stocked: Specdeck, server: Groq) -> None:
    """The remote model writes where it is off, its prose is checked, and stderr says what goes where."""
    url = server.url("well")
    ran = stocked(*SWITCH, QUESTION, **at(url))
    assert first_lines(ran) == [
        "To add a book, call POST /books [6] with its title in the body.",
        "",
        "[6] town-library:POST /books",
        f"Written by {MODEL}, a remote model; names and claims checked against the specification.",
    ]
    assert ran.err == f"The question goes with its facts to {MODEL} at {server.address.removeprefix('http://')}.\n"
    assert len(server.seen(url)) == 1


def test_names_that_the_remote_model_invents_are_marked(stocked: Specdeck, server: Groq) -> None:
    """Planted names of an operation, a field and a status are unverified; the true ones are cited; usage is counted."""
    said = "Call POST /loans with member_id and loan_priority. See GET /loans/{id}/fees for 418 errors."
    ran = stocked(*SWITCH, "--json", QUESTION, **at(server.saying(said)))
    answer = ran.document
    assert (answer["rung"], answer["model"]) == ("remote", MODEL)
    assert set(answer["unverified"]) >= {"loan_priority", "GET /loans/{id}/fees"}
    assert answer["citations"] == {"1": "town-library:POST /loans"}
    assert "POST /loans [1] with member_id and loan_priority [?]" in answer["prose"]
    assert "GET /loans/{id}/fees [?]" in answer["prose"]
    assert answer["usage"]["prompt_tokens"] == 120
    assert answer["usage"]["tokens"] == 9
    assert answer["notice"] == ""


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"MY_KEY": "", "SPECDECK_REMOTE_URL": "https://api.groq.com/openai/v1"}, "There is no key for api.groq.com"),
        ({"SPECDECK_REMOTE_URL": "http://far.example/v1"}, "`remote_url` is not encrypted"),
        ({"SPECDECK_REMOTE_URL": "nonsense"}, "`remote_url` is no address"),
    ],
)
def test_what_cannot_be_asked_is_an_error(stocked: Specdeck, settings: dict[str, str], said: str) -> None:
    """Who asks for the remote model and has not set it up reads what is missing and what to do, and nothing else."""
    ran = stocked(*SWITCH, QUESTION, code=1, **at("", **settings))
    assert (ran.out, said in ran.err, len(ran.err.splitlines())) == ("", True, 2)
    failed = stocked(*SWITCH, "--json", QUESTION, code=1, **at("", **settings)).document
    assert said in failed["error"]
    assert failed["hint"]


def test_without_the_switch_nothing_is_sent(stocked: Specdeck, server: Groq) -> None:
    """However well the remote model is set up: it is off until the setting allows it."""
    url = server.url("well")
    for rung in ([], ["--rung", "local"]):
        ran = stocked("ask", *rung, QUESTION, **at(url))
        assert "remote" not in ran.out + ran.err
    assert server.seen(url) == []


def test_the_setting_lets_it_write_what_the_local_model_cannot(stocked: Specdeck, server: Groq) -> None:
    """The local model is not there: that is said, and the remote one writes without a switch."""
    url = server.url("well")
    answer = stocked("ask", "--json", QUESTION, **at(url, SPECDECK_REMOTE_ENABLED="true")).document
    assert (answer["rung"], answer["notice"].startswith(f"The model {CHAT} is not installed")) == ("remote", True)


def test_prose_that_breaks_off_is_kept_and_the_local_model_offered(stocked: Specdeck, server: Groq) -> None:
    """What came stands above the reason, and the switch that asks the other is named."""
    lines = first_lines(stocked(*SWITCH, QUESTION, **at(server.url("cut"))))
    assert lines[:2] == ["To add a book, call POST /books [6]", ""]
    assert "broke off; what it wrote until then is kept" in lines[2]
    assert lines[3] == "Ask again with `--rung local` to let the local model write it."


def test_the_local_model_writes_where_the_remote_one_fails(equipped: Specdeck, server: Groq) -> None:
    """Remote first, which fails before its first word: the local model writes, and the reason is told."""
    first = {"SPECDECK_REMOTE_ENABLED": "true", "SPECDECK_REMOTE_FIRST": "true"}
    answer = equipped("ask", "--json", QUESTION, **at(server.url("limited"), **first)).document
    assert (answer["rung"], answer["model"]) == ("local", CHAT)
    assert answer["prose"]
    assert "429 Too Many Requests" in answer["notice"]
    assert "It can be asked again in 7 s." in answer["notice"]


def test_doctor_says_where_the_key_was_found(stocked: Specdeck, server: Groq) -> None:
    """Of a remote model that is on it is told whether it could be asked; nothing is sent for that."""
    url = server.url("well")
    checks = stocked("doctor", "--json", code=1, **at(url, SPECDECK_REMOTE_ENABLED="true")).document["checks"]
    (remote,) = [one for one in checks if one["name"] == "remote model"]
    assert (remote["ok"], "with the key in the variable MY_KEY" in remote["detail"]) == (True, True)
    assert server.seen(url) == []


# Health --------------------------------------------------------------------------------------------------------------
def test_health_of_a_whole_installation(equipped: Specdeck) -> None:
    """Exit code 0, each rung with its breaker, and as JSON the whole snapshot."""
    ran = equipped("health")
    lines = [line.split() for line in ran.out.splitlines()]
    assert lines[0] == ["specdeck", "is", "healthy"]
    assert ["breaker", "of", "local", "closed"] in lines
    assert ["remote", "model", "off", MODEL, "at", "api.groq.com"] in lines
    document = equipped("health", "--json").document
    assert document["verdict"] == "healthy"
    assert {one["name"]: one["state"] for one in document["health"]["breakers"]} == {
        "local": "closed",
        "embedding": "closed",
        "remote": "closed",
    }
    assert document["health"]["library"]["specs"] == 1


def test_health_without_models(stocked: Specdeck) -> None:
    """What is missing makes it degraded, exit code 1: the facts still come."""
    ran = stocked("health", code=1)
    assert ran.out.startswith("specdeck is degraded\n")
    assert f"The model {CHAT} is not installed" in ran.out


def test_health_without_a_key(equipped: Specdeck) -> None:
    """A remote model that is on and cannot be asked makes it degraded."""
    settings = {"SPECDECK_REMOTE_ENABLED": "true", "MY_KEY": "", "SPECDECK_REMOTE_URL": "https://api.groq.com/v1"}
    document = equipped("health", "--json", code=1, **at("", **settings)).document
    assert document["verdict"] == "degraded"
    assert "There is no key" in document["health"]["remote"]["detail"]


def test_health_without_a_library(specdeck: Specdeck) -> None:
    """A library that cannot be opened answers nothing: exit code 2, with the reason."""
    (specdeck.home / "data").mkdir()
    (specdeck.home / "data" / "library.db").write_bytes(b"no database" * 1000)
    ran = specdeck("health", code=2)
    assert ran.out == "specdeck is unhealthy\n"
    assert "library.db" in ran.err
    document = specdeck("health", "--json", code=2).document
    assert document["verdict"] == "unhealthy"
    assert "library.db" in document["error"]
