from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from engine.dialogue.followup import Shown, Turn, Understood, standalone
from engine.library.store import Library
from tests.dialogue.conversations import Person, fill

ISSUE = "tracker:{} /repos/{{repo}}/issues/{{number}}"
CREATE = "tracker:POST /repos/{repo}/issues"

THINGS = [
    ("How do I create an issue? | and how do I delete it?", "delete an issue", ISSUE.format("DELETE")),
    ("create an issue | Delete IT!!!", "Delete an issue", ISSUE.format("DELETE")),
    ("create an issue | how can I delete this", "delete an issue", ISSUE.format("DELETE")),
    ("create an issue | can you delete it for me?", "delete an issue for me", ISSUE.format("DELETE")),
    ("create an issue | how do I delete it with curl?", "delete an issue with curl", ISSUE.format("DELETE")),
    ("create an issue | and how do I delete it permanently?", "delete an issue permanently", ISSUE.format("DELETE")),
    ("create an issue | can it be deleted?", "can an issue be deleted", ISSUE.format("DELETE")),
    ("create an issue | and delete them all", "delete all issues", ISSUE.format("DELETE")),
    ("create an issue | what permissions do I need to delete it?", "what permissions do I need to delete an issue",
     ISSUE.format("DELETE")),
    ("create an issue | and then close it", "close an issue", ISSUE.format("PUT") + "/close"),
    ("create an issue | after that, close it", "close an issue", ISSUE.format("PUT") + "/close"),
    ("create an issue | lock this one please", "lock an issue", ISSUE.format("PUT") + "/lock"),
    ("create an issue | how would I update one of these", "update an issue", ISSUE.format("PATCH")),
    ("How do I get a list of issues? | delete one of those", "delete an issue", ISSUE.format("DELETE")),
    ("create an issue | how do I list its comments?", "list comments of an issue", ISSUE.format("GET") + "/comments"),
    ("create an issue | and its comments?", "comments of an issue", ISSUE.format("GET") + "/comments"),
    ("create an issue | how do I change its title?", "change title of an issue", ISSUE.format("PATCH")),
    ("create an issue | how do I add a comment to it?", "add a comment to an issue",
     ISSUE.format("POST") + "/comments"),
    ("add a comment to an issue | and update it", "update an issue comment",
     "tracker:PATCH /repos/{repo}/issues/comments/{id}"),
    ("Create a charge | and then refund it", "refund a charge", "pay:POST /v1/charges/{id}/refund"),
    ("create an invoice | and send it to the customer", "send an invoice to the customer",
     "pay:POST /v1/invoices/{id}/send"),
    ("create an invoice | how do I void that one?", "void an invoice", "pay:POST /v1/invoices/{id}/void"),
    ("Create an invoice | can it be sent by mail?", "can an invoice be sent by mail",
     "pay:POST /v1/invoices/{id}/send"),
    ("create a customer | and how do I remove them?", "remove customers", "pay:DELETE /v1/customers/{id}"),
    ("upload a file | how do I share it?", "share a file", "drive:POST /files/{id}/shares"),
    ("upload a file | how do I move it to another folder?", "move a file to another folder",
     "drive:POST /files/{id}/move"),
    ("upload a file | and its versions?", "versions of a file", "drive:GET /files/{id}/versions"),
    ("list users | how do I suspend one of them?", "suspend a user", "people:POST /users/{id}/suspend"),
    ("suspend a user | and reactivate them?", "reactivate users", "people:POST /users/{id}/reactivate"),
    ("send an invitation | and revoke it", "revoke an invitation", "people:DELETE /invitations/{id}"),
    ("list categories | delete one", "delete a category", "people:DELETE /categories/{id}"),
    ("create a token | and how do I revoke it?", "revoke a token", "people:DELETE /tokens/{id}"),
    ("POST /v1/charges | how do I capture it?", "capture a charge", "pay:POST /v1/charges/{id}/capture"),
]  # fmt: skip
VERBS = [
    ("create an issue | and deleting?", "delete an issue", ISSUE.format("DELETE")),
    ("create an issue | delete", "delete an issue", ISSUE.format("DELETE")),
    ("create an issue | how to close", "close an issue", ISSUE.format("PUT") + "/close"),
    ("create an issue | what about closing it?", "close an issue", ISSUE.format("PUT") + "/close"),
    ("create an issue | and update?", "update an issue", ISSUE.format("PATCH")),
]
OTHERS = [
    ("create an issue | what about pull requests?", "create pull requests", "tracker:POST /repos/{repo}/pulls"),
    ("create an issue | ok and for pull requests", "create pull requests", "tracker:POST /repos/{repo}/pulls"),
    ("create an issue | and how do I do the same for a pull request?", "create a pull request",
     "tracker:POST /repos/{repo}/pulls"),
    ("protect a tag | same but for a branch", "protect a branch",
     "tracker:PUT /repos/{repo}/branches/{branch}/protection"),
    ("create a repository for the authenticated user | what about for an org?", "create a repository for an org",
     "tracker:POST /orgs/{org}/repos"),
    ("list repositories for a user | what about an org?", "list repositories for an org",
     "tracker:GET /orgs/{org}/repos"),
    ("which scope do I need to create a repository for a user? | what about for an org?",
     "which scope do I need to create a repository for an org", "tracker:POST /orgs/{org}/repos"),
    ("add a comment to an issue | what about on a pull request?", "add a comment on a pull request",
     "tracker:POST /repos/{repo}/pulls/{number}/comments"),
    ("share a file | same for a folder", "share a folder", "drive:POST /folders/{id}/shares"),
    ("delete a file | and for a folder?", "delete a folder", "drive:DELETE /folders/{id}"),
    ("copy a file | the same for folders", "copy folders", "drive:POST /folders/{id}/copy"),
    ("create a user | what about a team?", "create a team", "people:POST /teams"),
    ("create an invoice | what about a subscription?", "create a subscription", "pay:POST /v1/subscriptions"),
]  # fmt: skip
OPERATION = [
    "which scope does that need?", "what does it return?", "show me the curl", "what are the required fields?",
    "in python?", "and the response?", "what about errors?", "is it deprecated?", "why does it fail with 422",
    "what does a 404 mean?", "explain it", "tell me more", "how do I call it?", "what do I send?",
    "can you give me an example?", "What\u2019s the URL?", "which permissions are needed", "and if it fails?",
    "what about the first one?",
]  # fmt: skip
CHAINS = [
    ("create an issue | how do I lock it? | and unlock?", "unlock an issue", ISSUE.format("DELETE") + "/lock"),
    ("create an issue | which scope does that need? | and how do I delete it?", "delete an issue",
     ISSUE.format("DELETE")),
    ("create an issue | how do I add a comment to it? | and how do I delete it?", "delete an issue comment",
     "tracker:DELETE /repos/{repo}/issues/comments/{id}"),
    ("create an issue | add labels to it | and remove one?", "remove an issue label",
     ISSUE.format("DELETE") + "/labels/{name}"),
    ("create an issue | same for a pull request | and how do I merge it?", "merge a pull request",
     "tracker:PUT /repos/{repo}/pulls/{number}/merge"),
    ("create a repo | and how do I star it? | and unstar it", "unstar a repo", "tracker:DELETE /user/starred/{repo}"),
    ("create a customer | what about a subscription? | how do I pause it? | and resume?", "resume a subscription",
     "pay:POST /v1/subscriptions/{id}/resume"),
    ("create an invoice | then finalize it | ok, and what does that return?", "POST /v1/invoices/{id}/finalize",
     "pay:POST /v1/invoices/{id}/finalize"),
    ("create a team | add a member to it | and remove them", "remove members",
     "people:DELETE /teams/{id}/members/{user}"),
    ("create an issue | zzz qqq | and how do I delete it?", "delete an issue", ISSUE.format("DELETE")),
]  # fmt: skip
STANDALONE = [
    ("and how do I delete a repository?", "how do I delete a repository?"),
    ("thanks, and how do I list milestones?", "how do I list milestones?"),
    *((question, question) for question in [
        "list users", "delete that issue", "issues that need review", "how do I reopen closed issues?",
        "how do I create a milestone and list them?", "how do I create a user and suspend them?",
        "create a board, then add a card to it", "is it possible to create a webhook?", "how do I authenticate?",
        "how do I get a token", "list errors", "what is the weather like", "thanks", "and then?", "it", "why?", "?", "",
        "can I undo that?", "what about the other one?", "the fourth one", "what about jira?", "POST /v1/charges",
        "does GET /v1/customers/{id} return it?", "und wie lösche ich es?", "how many are there",
        "I have a very long story to tell about it, which begins with a cat and goes on for some time",
    ]),
]  # fmt: skip


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A library with the four specifications."""
    library = Library(tmp_path_factory.mktemp("conversations") / "library.db")
    fill(library)
    yield library
    library.close()


@pytest.fixture
def person(library: Library, tmp_path: Path) -> Person:
    """Someone who has not asked anything yet."""
    return Person(library, tmp_path)


async def asked(person: Person, conversation: str) -> Understood:
    """Ask the questions of a conversation and return how the last one was understood."""
    return [await person.ask(question) for question in conversation.split(" | ")][-1]


@pytest.mark.parametrize(("conversation", "query", "first"), [*THINGS, *VERBS, *OTHERS, *CHAINS])
async def test_a_follow_up_is_understood_by_what_was_asked_before(
    person: Person, conversation: str, query: str, first: str
) -> None:
    """A follow-up becomes a question that stands for itself, and finds the operation that is meant."""
    understood = await asked(person, conversation)
    assert (understood.query, person.first) == (query, first)


@pytest.mark.parametrize("question", OPERATION)
async def test_what_an_operation_needs_and_gives_is_asked_of_the_one_that_was_shown(
    person: Person, question: str
) -> None:
    """A question that names no thing, only what every operation has, is about the operation that was shown first."""
    understood = await asked(person, f"create an issue | {question}")
    assert understood == Understood("POST /repos/{repo}/issues", "tracker", operation=True)
    assert person.first == CREATE


@pytest.mark.parametrize(
    ("question", "place"),
    [("the second one", 1), ("what about the 2nd?", 1), ("show me the last one", 2), ("[3]", 2), ("number 2", 1)],
)
async def test_an_ordinal_picks_an_operation(person: Person, question: str, place: int) -> None:
    """What was shown second is asked about by its place."""
    await person.ask("create an issue")
    shown = person.turns[-1].operations[place]
    assert await person.ask(question) == Understood(shown.key, shown.spec, operation=True)
    assert person.first == f"{shown.spec}:{shown.key}"


async def test_a_picked_operation_may_be_followed_up(person: Person) -> None:
    """`Delete the second one` is about the thing of the second operation."""
    turn = Turn("create", (Shown("drive", "POST /files", "Upload a file"), Shown("drive", "POST /folders", "")))
    assert standalone("how do I delete the second one?", [turn]) == Understood("delete a folder", "drive")


@pytest.mark.parametrize(("question", "query"), STANDALONE)
async def test_a_question_of_its_own_stays_as_it_is(person: Person, question: str, query: str) -> None:
    """What names its own thing, or what is not sure to be a follow-up, is left alone but for a leading `and`."""
    await person.ask("create an issue")
    assert await person.ask(question) == Understood(query)


@pytest.mark.parametrize(
    ("question", "spec"),
    [
        ("and delete it", "tracker"),
        ("how do I add a label to it?", None),
        ("and post it to the chat", None),
        ("what about in jira?", None),
        ("what about in a team?", "tracker"),
    ],
)
async def test_a_follow_up_stays_with_its_api_unless_another_may_be_meant(
    person: Person, question: str, spec: str | None
) -> None:
    """What is said of `it` alone is looked for where it was found; where more is named, everywhere."""
    await person.ask("create an issue")
    assert (await person.ask(question)).spec == spec


@pytest.mark.parametrize(
    ("shown", "query"),
    [
        (Shown("shop", "Mutation.createWishList", ""), "delete a wish list"),
        (Shown("shop", "RPC /shop.v1.Orders/CreateOrder", ""), "delete an order"),
        (Shown("shop", "POST /v2/users/{id}/api-keys", ""), "delete an api key"),
        (Shown("shop", "POST /orders/{id}/cancel", "Cancels the order"), "delete an order"),
        (Shown("shop", "POST /", ""), "how do I delete it?"),
    ],
)
def test_the_operation_names_the_thing_where_the_question_did_not(shown: Shown, query: str) -> None:
    """A sloppy question is followed up by the words of the API; where there are none, nothing is made up."""
    assert standalone("how do I delete it?", [Turn("qwertz", (shown,))]).query == query


def test_a_thing_that_the_operation_does_not_have_keeps_the_name_that_was_typed() -> None:
    """Where something else was found, its name is not put into the user's mouth, and other APIs are looked through."""
    turn = Turn("How do I create a payment intent?", (Shown("people", "POST /teams", "Create a team"),))
    assert standalone("and how do I confirm it?", [turn]) == Understood("confirm a payment intent", None)


_WORD = st.sampled_from(
    "and how do i delete it them its that one the same what about for an org second which scope need , ? / {x} 's issue"
    " all of with [2] #3 show me curl then".split()
)
TEXT = st.text(max_size=40) | st.lists(_WORD, max_size=12).map(" ".join)
SHOWN = st.builds(Shown, st.just("a"), TEXT | st.just("GET /issues/{id}"), TEXT)
TURN = st.builds(Turn, TEXT, st.lists(SHOWN, max_size=3).map(tuple))


@given(question=TEXT, previous=st.lists(TURN, max_size=3))
@settings(max_examples=300, deadline=None)
def test_any_question_after_any_conversation_is_understood_somehow(question: str, previous: list[Turn]) -> None:
    """Nothing that people type is an error, and something to search for remains."""
    understood = standalone(question, previous)
    assert understood.query or not question.strip() or understood.operation


@given(question=TEXT, turn=st.builds(Turn, TEXT, st.just(())))
@settings(deadline=None)
def test_the_first_question_is_returned_as_it_is(question: str, turn: Turn) -> None:
    """Without a conversation, or one in which nothing was found, a question stands for itself."""
    assert standalone(question, []) == standalone(question, [turn]) == Understood(question)


@pytest.mark.parametrize(
    ("question", "query"),
    [
        ("and how do I give it back?", "give a book back"),
        ("how do I return it?", "return a book"),
        ("what does it return?", "POST /loans"),
        ("give me the curl", "POST /loans"),
    ],
)
def test_who_gives_tells_what_is_asked(question: str, query: str) -> None:
    """`give` and `return` are something to do after `how do I`, and else what the operation does."""
    asked = Turn("How do I borrow a book?", (Shown("library", "POST /loans", "Borrow a book"),))
    assert standalone(question, [asked]).query == query
