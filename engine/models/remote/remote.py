"""The rung that asks a remote model: opens a stream, again where that may help, and reads it to its end."""

import asyncio
import logging
import math
import os
import time
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from engine.errors import (
    InputError,
    KeyRefusedError,
    PromptTooLargeError,
    RateLimitedError,
    RemoteError,
    RemoteFailedError,
    SettingsError,
    UnreachableError,
)
from engine.models.protocol import Message, Usage
from engine.models.remote import wire
from engine.models.remote.address import Endpoint, endpoint
from engine.models.remote.budget import Budget
from engine.models.remote.key import SERVICE, Key, find
from engine.models.remote.limits import allowances
from engine.models.remote.refusals import PATIENCE_S, Refusal, refused, said
from engine.models.remote.scrub import Outgoing, outgoing
from engine.observe.health import RemoteHealth
from engine.secrets.frames import Unframed
from engine.secrets.secret import Secret
from engine.settings import Settings

if TYPE_CHECKING:
    from stamina.instrumentation import RetryDetails

    from engine.net.client import Reply

log = logging.getLogger(__name__)

_ATTEMPTS = 3
"""A service that fails three times within a second or two is down, and the next rung waits."""
_WAIT_S, _JITTER_S = 0.25, 0.25
"""Before the second attempt; twice that before the third. The jitter keeps programs that failed together apart."""
_OF_A_FIELD = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY)
"""How a service answers that does not take a field: OpenAI and Groq, and those of FastAPI."""
_REFUSAL_BYTES = 65_536
"""Of a refusal that are read: a sentence, or the page of a proxy."""


class _Call(msgspec.Struct, frozen=True, kw_only=True):
    """One question."""

    at: Endpoint
    key: Key
    messages: tuple[Message, ...]
    """As they are sent."""
    asked_at: float
    tokens: int
    """Of prompt and answer, as the service counts them against its limits before it begins."""


class _Open(msgspec.Struct, frozen=True, kw_only=True):
    """An answer that has begun."""

    closing: AsyncExitStack
    reply: "Reply"
    answer: wire.Answer
    first: Sequence[str | Usage]


class Remote:
    """Asks a remote model, where the user allows it.

    Args:
        settings: Whom, for what, and how long it may take.
        config: The configuration folder, which may hold the key's file.
        env: The environment, which may hold the key.
        clock: Monotonic seconds.
    """

    def __init__(
        self,
        settings: Settings,
        config: Path,
        env: Mapping[str, str] = os.environ,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._config = config
        self._env = env
        self._clock = clock
        self._dialect = wire.Dialect()
        self._budget = Budget(settings.remote_per_minute)
        self._budget_of = ""

    async def load(self) -> None:
        """Look whether it may be asked and has what it needs. Nothing is sent.

        Raises:
            KeyRefusedError: There is no key, or none that can be used.
            RemoteError: It is switched off, or a setting is wrong.
        """
        await self._key(self._allowed())
        await asyncio.to_thread(_import_what_connects)

    async def key_mark(self) -> str:
        """Return what stands for the key in this process: the same for the same key; empty where there is none."""
        return (await self._found(self._endpoint())).mark

    def outgoing(self, messages: Sequence[Message]) -> Outgoing:
        """Return what `stream` would send for these messages, exactly, and to whom.

        Raises:
            RemoteError: A setting is wrong.
        """
        return outgoing(messages, host=self._endpoint().host, model=self._settings.remote_model)

    async def stream(self, messages: Sequence[Message]) -> AsyncGenerator[str | Usage, None]:
        """Let the remote model answer; closing the generator closes the connection.

        Yields:
            Pieces of text, cleaned for a terminal, and at the end one `Usage`.

        Raises:
            KeyRefusedError: There is no key, or it is not accepted.
            RateLimitedError: The service, or the budget of requests, asks to wait.
            PromptTooLargeError: The prompt is more than the service takes.
            RemoteFailedError: It cannot be reached, fails, stalls or breaks off, before its first word or after.
            RemoteError: It refuses the request otherwise, or may not be asked.
        """
        at = self._allowed()
        sent = self.outgoing(messages).messages
        tokens = wire.estimated_tokens(sent) + self._settings.remote_answer_tokens
        key = await self._key(at)
        opened = await self._begun(_Call(at=at, key=key, messages=sent, asked_at=self._clock(), tokens=tokens))
        async with opened.closing:
            pieces = opened.first
            while True:
                for piece in pieces:
                    yield piece
                if isinstance(pieces[-1], Usage):
                    return
                pieces = await self._more(opened, at)

    async def health(self) -> RemoteHealth:
        """Return how it is, without asking it."""
        now = self._clock()
        health = RemoteHealth(
            enabled=self._settings.remote_enabled,
            model=self._settings.remote_model,
            wait_s=self._budget.wait_s(now),
            requests_left=self._budget.left("requests", now),
            tokens_left=self._budget.left("tokens", now),
        )
        try:
            at = self._endpoint()
            health = msgspec.structs.replace(health, host=at.host)
            return msgspec.structs.replace(health, key=(await self._key(at)).origin)
        except RemoteError as error:
            return msgspec.structs.replace(health, detail=str(error))

    async def _begun(self, call: _Call) -> _Open:
        """Return an answer with its first words; a failure before them is tried again where that may help."""
        await asyncio.to_thread(_import_what_connects)
        import stamina

        trying = stamina.AsyncRetryingCaller(
            attempts=_ATTEMPTS, timeout=None, wait_initial=_WAIT_S, wait_jitter=_JITTER_S
        )
        first_s = self._settings.first_token_s
        with Unframed():
            try:
                async with asyncio.timeout(first_s):
                    return await trying(lambda error: self._may_help(error, call), self._tried, call)
            except TimeoutError as error:
                raise RemoteFailedError(f"{call.at.host} has no first word within {first_s:g} s") from error

    def _may_help(self, error: Exception, call: _Call) -> bool | float:
        """Tell whether to try again after an error: after seconds, as the service asks, or after a moment."""
        if self._clock() - call.asked_at > PATIENCE_S:
            return False
        if isinstance(error, RateLimitedError):
            return error.retry_s if 0 < error.retry_s <= PATIENCE_S else False
        return isinstance(error, RemoteFailedError) and error.again

    async def _tried(self, call: _Call) -> _Open:
        """Post the question once, or anew where the service does not take a field of it."""
        from engine.net.client import posted

        while True:
            await self._turn(call)
            async with AsyncExitStack() as stack:
                with _told(call.at):
                    reply = await stack.enter_async_context(
                        posted(call.at.url, self._body(call), _headers(call.key), call.at.reach, shown=call.at.host)
                    )
                self._budget.learn(allowances(reply.headers), self._clock())
                if reply.status != HTTPStatus.OK:
                    await self._adapt(reply, call)
                    continue
                answer = wire.Answer(
                    call.at.host,
                    max_tokens=self._settings.remote_answer_tokens,
                    prompt_tokens=wire.estimated_tokens(call.messages),
                    asked_at=call.asked_at,
                    key=call.key.secret,
                )
                first = await self._next(reply, answer, call.at)
                return _Open(closing=stack.pop_all(), reply=reply, answer=answer, first=first)

    async def _turn(self, call: _Call) -> None:
        """Wait until a request may go out.

        Raises:
            RateLimitedError: That takes longer than a person waits.
        """
        wait_s = self._budget.reserve(call.tokens, self._clock(), PATIENCE_S)
        if wait_s > PATIENCE_S:
            raise RateLimitedError(f"{call.at.host} takes the next question in {math.ceil(wait_s)} s", retry_s=wait_s)
        try:
            await asyncio.sleep(wait_s)
        except asyncio.CancelledError:
            self._budget.give_back(call.tokens, self._clock())
            raise

    def _body(self, call: _Call) -> bytes:
        return wire.body(
            self._settings.remote_model,
            call.messages,
            max_tokens=self._settings.remote_answer_tokens,
            effort=self._settings.remote_effort,
            dialect=self._dialect,
        )

    async def _adapt(self, reply: "Reply", call: _Call) -> None:
        """Leave out what the service refuses, from now on.

        Raises:
            RemoteError: It refuses the question itself.
        """
        body = bytearray()
        with _told(call.at):
            async for piece in reply.pieces:
                body += piece
                if len(body) > _REFUSAL_BYTES:
                    break
        refusal = Refusal(reply.status, reply.headers, bytes(body), call.key.secret)
        error = refused(refusal, call.at.host, datetime.now(UTC))
        if isinstance(error, RateLimitedError):
            now = self._clock()
            error.retry_s = error.retry_s or self._budget.wait_s(now, call.tokens)
            self._budget.close(error.retry_s, now)
        dialect = self._dialect.without(said(refusal)) if reply.status in _OF_A_FIELD else None
        if dialect is None or isinstance(error, PromptTooLargeError):
            raise error
        self._dialect = dialect

    async def _more(self, opened: _Open, at: Endpoint) -> Sequence[str | Usage]:
        stall_s = self._settings.remote_stall_s
        with Unframed():
            try:
                async with asyncio.timeout(stall_s):
                    return await self._next(opened.reply, opened.answer, at)
            except TimeoutError as error:
                raise RemoteFailedError(f"{at.host} stopped in the middle of the answer for {stall_s:g} s") from error

    async def _next(self, reply: "Reply", answer: wire.Answer, at: Endpoint) -> Sequence[str | Usage]:
        """Return the next words of an answer, one at least; at its end the last of them and what it took."""
        if not answer.complete:
            with _told(at):
                async for data in reply.pieces:
                    if pieces := answer.feed(data, self._clock()):
                        return pieces
                    if answer.complete:
                        break
        return answer.end(self._clock())

    def _allowed(self) -> Endpoint:
        if not self._settings.remote_enabled:
            raise RemoteError("The remote model is switched off", hint="Allow it with the setting `remote_enabled`")
        return self._endpoint()

    def _endpoint(self) -> Endpoint:
        try:
            return endpoint(self._settings)
        except SettingsError as error:
            raise RemoteError(str(error), hint=error.hint) from error

    async def _found(self, at: Endpoint) -> Key:
        in_environment = Secret(self._env.get(at.key_name, ""))
        key = await asyncio.to_thread(find, at.key_name, self._config, in_environment)
        if key.mark != self._budget_of:  # limits are those of a key
            self._budget, self._budget_of = Budget(self._settings.remote_per_minute), key.mark
        return key

    async def _key(self, at: Endpoint) -> Key:
        key = await self._found(at)
        if at.key_name and not (key.secret or at.here):
            places = f"the system's keyring (`keyring set {SERVICE} {at.key_name}`), or {self._config / at.key_name}"
            raise KeyRefusedError(
                f"There is no key for {at.host}", hint=f"Put it into the variable {at.key_name}, {places}"
            )
        return key


def _headers(key: Key) -> dict[str, str]:
    headers = {"Content-Type": "application/json", "Accept": "text/event-stream"}
    return headers | ({"Authorization": f"Bearer {key.secret.reveal()}"} if key.secret else {})


@contextmanager
def _told(at: Endpoint) -> Iterator[None]:
    """Raise what happens to a connection as an error of the remote model."""
    try:
        yield
    except UnreachableError as error:
        hint = error.hint
        if hint == UnreachableError.hint:
            hint = (
                "Start the server there, or correct `remote_url`" if at.here else "Check `remote_url` and the network"
            )
        raise RemoteFailedError(str(error), hint=hint, again=True) from error
    except InputError as error:
        raise RemoteError(str(error), hint=error.hint) from error


def _log_retry(details: "RetryDetails") -> None:
    log.info("remote: %s; asked again in %.1f s", details.caused_by, details.wait_for)


def _import_what_connects() -> None:
    """Import in a thread what takes 0.2 s; who asks no remote model never does."""
    import stamina.instrumentation

    import engine.net.client  # noqa: F401 - is found loaded where it is used

    stamina.instrumentation.set_on_retry_hooks([_log_retry])  # its own would print what is sent
