"""`specdeck --plain`: a conversation line by line, here through a pipe."""

import subprocess

from tests.cli.conftest import Specdeck, command
from tests.cli.test_remote import QUESTION, at, server
from tests.remote.serving import Groq

__all__ = ["server"]


def talk(specdeck: Specdeck, *lines: str, **environment: str) -> tuple[str, str]:
    """Type lines, and return what is printed, and what is said beside it."""
    env = specdeck.environment | environment
    process = subprocess.Popen(
        command("--plain"), env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    out, err = process.communicate("".join(f"{line}\n" for line in lines).encode(), timeout=240)
    assert process.returncode == 0
    return out.decode(), err.decode()


def test_questions_follow_each_other_and_are_kept(stocked: Specdeck) -> None:
    """A follow-up is understood, options are those of `ask`, and the next time it goes on."""
    out, _ = talk(
        stocked,
        "how do I place a hold?",
        "and how do I cancel it?",
        "--intent auth",
        "--spec town-library what is a loan?",
    )
    first, second, third = out.split("You: ")[1:4]
    assert "[1] POST /holds" in first
    assert "Understood as: cancel a hold" in second
    assert "DELETE /holds/{hold_id}" in second
    assert "Taken as: signing in and scopes" in third
    again, _ = talk(stocked, "--rung facts")
    assert "Going on after: what is a loan?" in again


def test_what_cannot_be_done_is_said_and_it_goes_on(specdeck: Specdeck) -> None:
    """An empty library, commands, and options that cannot be meant."""
    out, err = talk(specdeck, "/help", "/attach", "--rung nobody", "", "how?", "/quit", "never read")
    assert "The library is empty: add a specification by `specdeck add FILE`." in out
    assert "  /attach FILE: Lay a text file beside the questions" in out
    assert "/attach says nothing by itself" in err
    assert "'nobody' is not one of" in err
    assert out.count("You: ") == 6


def test_it_goes_without_a_command(specdeck: Specdeck) -> None:
    """Nothing else is done beside it."""
    assert "--plain goes without a command" in specdeck("--plain", "list", code=2).err


def test_options_are_obeyed_or_refused(stocked: Specdeck) -> None:
    """None is passed over in silence, and `--help` is not the end of the conversation."""
    out, err = talk(stocked, "--help", "--no-model how do I place a hold?", "--json how?", "--type text/plain", "/quit")
    helped, asked, refused, other = out.split("You: ")[1:5]
    assert "--type MEDIA_TYPE" in helped
    assert "[1] POST /holds" in asked
    assert "specdeck:" not in refused
    assert "Not all of these options go with a conversation" in err
    assert "[1] POST /holds" in other


def test_nothing_is_sent_before_a_yes(stocked: Specdeck, server: Groq) -> None:
    """What would leave this machine is shown, with the host; a no sends nothing."""
    url = server.url("well")
    out, _ = talk(stocked, f"--rung remote {QUESTION}", "n", **at(url))
    assert f"at {server.address.removeprefix('http://')}.\nSend it? [y/N] " in out
    assert server.seen(url) == []
    out, _ = talk(stocked, f"--rung remote {QUESTION}", "y", **at(url))
    assert "To add a book, call POST /books" in out
    assert len(server.seen(url)) == 1
