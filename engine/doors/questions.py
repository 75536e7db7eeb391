"""The door to what is asked: searching and answering.

Secrets in a question, such as a request that was pasted with its key, stay outside: nothing behind this door sees them.
"""

import asyncio
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING

from engine.answer.context import NOTHING, Context
from engine.answer.ladder import Agree, agreed
from engine.answer.parts import Parts
from engine.answer.records import Event, RungName
from engine.answer.told import Intent
from engine.search.records import Found
from engine.secrets.redact import redact_text

if TYPE_CHECKING:
    from engine.answer.planned import Planned
    from engine.search.filters.facets import Facet


class QuestionsDoor:
    """Searches and answers.

    Args:
        parts: What answers are made with.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def search(
        self, query: str, *, n: int = 10, spec: str | None = None, meaning: bool = True, where: str = ""
    ) -> Found:
        """Return the operations that fit a query.

        Args:
            query: Words, a question, an operationId or `METHOD /path`.
            n: How many.
            spec: Only in this spec.
            meaning: Also by meaning; when the embedder cannot, the hits are by words and `mode` says so.
            where: A filter; see `engine.search.filters.where`.

        Raises:
            InputError: The filter cannot be read.
        """
        from engine.search.filters.where import parse

        filtered = parse(where) if where else None
        return await self._parts.searcher.search(redact_text(query), n=n, spec=spec, meaning=meaning, where=filtered)

    def stream(
        self, query: str, *, n: int = 10, spec: str | None = None, where: str = ""
    ) -> AsyncGenerator[Found, None]:
        """Return what `search` finds in two steps: by words at once, then, once the next is asked for, by meaning too.

        Raises:
            InputError: The filter cannot be read.
        """
        from engine.search.filters.where import parse

        return self._parts.searcher.stream(redact_text(query), n=n, spec=spec, where=parse(where) if where else None)

    async def facets(self, query: str = "", *, spec: str | None = None, where: str = "") -> "tuple[Facet, ...]":
        """Return how often each value of what can be filtered by occurs among all matches of a query.

        Args:
            query: Words of which a match has at least one; every entry matches none.
            spec: Only in this spec.
            where: A filter; see `engine.search.filters.where`.

        Raises:
            InputError: The filter cannot be read.
        """
        from engine.search.filters.where import parse

        filtered = parse(where) if where else None
        return await self._parts.searcher.facets(query, spec=spec, where=filtered)

    async def examples(self, n: int) -> tuple[str, ...]:
        """Return questions that the library answers, at most so many: of several specs where there are several."""
        from engine.answer.offered import offered

        return await asyncio.to_thread(offered, self._parts.library, n)

    async def workflow(self, question: str, *, spec: str | None = None) -> "Planned":
        """Return what to call one after another to do what a question asks for, also as a document of Arazzo.

        Args:
            question: What is to be done.
            spec: Only by operations of this spec.

        Raises:
            NoWorkflowError: Nothing was found that would do it.
        """
        from engine.answer.planned import planned

        return await planned(self._parts, redact_text(question), spec)

    def ask(  # noqa: PLR0913 - each is a switch of the command or a key of the chat, and all have defaults
        self,
        question: str,
        *,
        spec: str | None = None,
        rung: RungName | None = None,
        context: Context = NOTHING,
        agree: Agree = agreed,
        anew: bool = False,
        prose: bool = False,
        intent: Intent | None = None,
        media_type: str = "",
    ) -> AsyncGenerator[Event, None]:
        """Answer a question: `Stage`, `FactsReady`, then `Prose`, perhaps `Notice` and `Offer`, and `Done` at the end.

        Closing the iterator, or cancelling the task, stops the model.

        Args:
            question: What the user wants to know.
            spec: Only from this spec.
            rung: Who alone may write prose: `local`, or `remote` even where that is switched off; `facts` does without.
                Otherwise the models that are on are asked in turn.
            context: What was answered before, by which a follow-up is understood; and what stays beside the questions
                of a session: operations that are told of after those that are found, and texts of which what speaks of
                the question is quoted.
            agree: Asked, with exactly what would be sent and to whom, before anything leaves this machine.
            anew: Let the model write even where it did before, for this question or one that asks the same. Else
                `Answer.cached` tells that it did.
            prose: Let a model write whatever the setting `prose` says, as a `rung` that is named does.
            intent: What kind of question it is, where the user says so; else that is told by its words.
            media_type: In which of its media types a body is sent, as `LibraryDoor.facts` takes it.

        Raises:
            NotFoundError: After the facts: none of their operations is sent in that media type.
        """
        from engine.answer.ask import Writing, ask

        writing = Writing(rung=rung, agree=agree, anew=anew, prose=prose)
        return ask(
            self._parts,
            redact_text(question),
            spec,
            writing=writing,
            context=context,
            intent=intent,
            media_type=media_type,
        )
