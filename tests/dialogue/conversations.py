"""Small specifications for conversations about issues, payments, files and people, and a person who has them."""

from collections.abc import Sequence
from pathlib import Path

from engine.dialogue.followup import Shown, Turn, Understood, standalone
from engine.errors import ModelError
from engine.library.store import Library
from engine.observe.metrics import Metrics
from engine.search.embeddings import Embeddings
from engine.search.search import Searcher
from engine.search.vectors import VectorIndex
from engine.search.words.terms import TermIndex
from engine.specs.model import Operation
from tests.library.builders import JSON, add
from tests.specs.builders import document

SPECS = {
    "tracker": """
        GET /repos/{repo}/issues: List repository issues
        POST /repos/{repo}/issues: Create an issue
        GET /repos/{repo}/issues/{number}: Get an issue
        PATCH /repos/{repo}/issues/{number}: Update an issue
        DELETE /repos/{repo}/issues/{number}: Delete an issue
        PUT /repos/{repo}/issues/{number}/close: Close an issue
        PUT /repos/{repo}/issues/{number}/lock: Lock an issue
        DELETE /repos/{repo}/issues/{number}/lock: Unlock an issue
        GET /repos/{repo}/issues/{number}/comments: List comments of an issue
        POST /repos/{repo}/issues/{number}/comments: Add a comment to an issue
        PATCH /repos/{repo}/issues/comments/{id}: Update an issue comment
        DELETE /repos/{repo}/issues/comments/{id}: Delete an issue comment
        POST /repos/{repo}/pulls/{number}/comments: Add a comment to a pull request
        POST /repos/{repo}/issues/{number}/labels: Add labels to an issue
        DELETE /repos/{repo}/issues/{number}/labels/{name}: Remove a label from an issue
        GET /repos/{repo}/pulls: List pull requests
        POST /repos/{repo}/pulls: Create a pull request
        PUT /repos/{repo}/pulls/{number}/merge: Merge a pull request
        PUT /repos/{repo}/branches/{branch}/protection: Protect a branch
        DELETE /repos/{repo}/branches/{branch}/protection: Remove protection of a branch
        PUT /repos/{repo}/tags/{tag}/protection: Protect a tag
        POST /user/repos: Create a repository for the authenticated user
        POST /orgs/{org}/repos: Create an organization repository
        GET /users/{name}/repos: List repositories for a user
        GET /orgs/{org}/repos: List organization repositories
        DELETE /repos/{repo}: Delete a repository
        PUT /user/starred/{repo}: Star a repository
        DELETE /user/starred/{repo}: Unstar a repository
        GET /repos/{repo}/milestones: List milestones
        POST /repos/{repo}/milestones: Create a milestone
    """,
    "pay": """
        GET /v1/customers: List all customers
        POST /v1/customers: Create a customer
        GET /v1/customers/{id}: Retrieve a customer
        DELETE /v1/customers/{id}: Delete a customer
        POST /v1/charges: Create a charge
        GET /v1/charges: List all charges
        POST /v1/charges/{id}/capture: Capture a charge
        POST /v1/charges/{id}/refund: Refund a charge
        GET /v1/refunds: List all refunds
        POST /v1/invoices: Create an invoice
        POST /v1/invoices/{id}/send: Send an invoice for manual payment
        POST /v1/invoices/{id}/finalize: Finalize an invoice
        POST /v1/invoices/{id}/void: Void an invoice
        GET /v1/invoices/{id}/lines: Retrieve an invoice's line items
        POST /v1/subscriptions: Create a subscription
        DELETE /v1/subscriptions/{id}: Cancel a subscription
        POST /v1/subscriptions/{id}/resume: Resume a subscription
        POST /v1/subscriptions/{id}/pause: Pause a subscription
    """,
    "drive": """
        POST /files: Upload a file
        GET /files/{id}: Get a file's metadata
        GET /files/{id}/content: Download a file
        DELETE /files/{id}: Delete a file
        POST /files/{id}/copy: Copy a file
        POST /files/{id}/move: Move a file to another folder
        POST /files/{id}/shares: Share a file
        GET /files/{id}/versions: List the versions of a file
        POST /folders: Create a folder
        DELETE /folders/{id}: Delete a folder
        POST /folders/{id}/copy: Copy a folder
        POST /folders/{id}/shares: Share a folder
    """,
    "people": """
        GET /users: List users
        POST /users: Create a user
        PATCH /users/{id}: Update a user
        POST /users/{id}/suspend: Suspend a user
        POST /users/{id}/reactivate: Reactivate a user
        POST /teams: Create a team
        DELETE /teams/{id}: Delete a team
        GET /teams/{id}/members: List members of a team
        POST /teams/{id}/members: Add a member to a team
        DELETE /teams/{id}/members/{user}: Remove a member from a team
        POST /invitations: Send an invitation
        DELETE /invitations/{id}: Revoke an invitation
        GET /categories: List categories
        DELETE /categories/{id}: Delete a category
        POST /tokens: Create a token
        DELETE /tokens/{id}: Revoke a token
    """,
}


def fill(library: Library) -> None:
    """Put the specifications into a library."""
    for name, text in SPECS.items():
        paths: dict[str, JSON] = {}
        for line in text.strip().splitlines():
            key, summary = line.strip().split(": ", 1)
            method, path = key.split()
            paths.setdefault(path, {})[method.lower()] = {"summary": summary}
        add(library, document(paths), source=name, name=name)


async def none(_texts: Sequence[str]) -> list[bytes]:
    """Embed nothing."""
    raise ModelError("There is no model here")


class Person:
    """Asks one question after the other, as the chat does."""

    def __init__(self, library: Library, folder: Path) -> None:
        self._searcher = Searcher(
            library,
            TermIndex(library, folder),
            VectorIndex(library, "none", folder),
            Embeddings(library, none, bytes),
            None,
            Metrics(),
        )
        self.turns: list[Turn] = []

    async def ask(self, question: str) -> Understood:
        """Ask a question and remember what was found."""
        understood = standalone(question, self.turns)
        ranking = await self._searcher.rank(understood.query, n=3, spec=understood.spec, meaning=False)
        shown = tuple(
            Shown(entry.spec, entry.item.key, entry.item.summary)
            for entry in (ranked.entry for ranked in ranking.entries)
            if isinstance(entry.item, Operation)
        )
        self.turns.append(Turn(understood.query, shown))
        return understood

    @property
    def first(self) -> str:
        """What was found first for the last question."""
        shown: Sequence[Shown] = self.turns[-1].operations
        return f"{shown[0].spec}:{shown[0].key}" if shown else ""
