"""A process that plays Groq, well and badly: `python groq.py [CERTIFICATE]` prints its port, serves until stdin ends.

What it does is the first part of the path, so that one process serves every test: `http://127.0.0.1:PORT/SCENE/ANY/v1`
is a base address, and each scene counts its requests by the whole path. `GET /seen/SCENE/ANY` lists the requests of a
path as JSON: their headers, their bodies, and whether the client left before the answer was complete.
"""

import asyncio
import base64
import json
import ssl
import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

WORDS = ["To add a book", ", call POST /books", " with its title", " in the body."]
MODEL = "openai/gpt-oss-20b"
COUNTS = {"prompt_tokens": 120, "completion_tokens": 9, "total_tokens": 129, "queue_time": 0.01}
LIMITS = {
    "x-ratelimit-limit-requests": "1000",
    "x-ratelimit-limit-tokens": "8000",
    "x-ratelimit-remaining-requests": "999",
    "x-ratelimit-remaining-tokens": "7000",
    "x-ratelimit-reset-requests": "1m26.4s",
    "x-ratelimit-reset-tokens": "7.5s",
}
"""As Groq's free plan has them for this model: so many requests a day, and tokens a minute."""
PAUSE_S = 0.01
FOREVER_S = 3600.0


@dataclass
class Request:
    """What a client sent."""

    path: str
    headers: dict[str, str]
    body: str
    left: bool = False
    """The client closed the connection before the answer was complete."""


@dataclass
class Exchange:
    """One request that is being answered."""

    request: Request
    number: int
    """Of the requests to this path, from 1."""
    writer: asyncio.StreamWriter
    chunked: bool = field(default=False)

    async def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self.writer.write(data)
        await self.writer.drain()

    async def begin(self, status: int = 200, headers: dict[str, str] | None = None) -> None:
        """Send the head of a stream."""
        fields = {"content-type": "text/event-stream", "transfer-encoding": "chunked", **LIMITS, **(headers or {})}
        await self.send(head(status, fields))

    async def part(self, data: str | bytes) -> None:
        """Send a part of a stream."""
        raw = data.encode() if isinstance(data, str) else data
        await self.send(f"{len(raw):x}\r\n".encode() + raw + b"\r\n")

    async def end(self) -> None:
        """End a stream as it should."""
        await self.send(b"0\r\n\r\n")

    async def events(self, events: Iterator[str]) -> None:
        """Send events one by one."""
        for event in events:
            await self.part(event)
            await asyncio.sleep(PAUSE_S)

    async def whole(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        """Send an answer that is no stream."""
        raw = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        fields = {"content-type": "application/json", "content-length": str(len(raw)), **(headers or {})}
        await self.send(head(status, fields) + raw)

    async def refuse(self, status: int, message: str, code: str = "", headers: dict[str, str] | None = None) -> None:
        """Send an error as Groq writes it."""
        error = {"message": message, "type": "invalid_request_error", **({"code": code} if code else {})}
        await self.whole(status, {"error": error}, headers)


def head(status: int, fields: dict[str, str]) -> bytes:
    """Return the head of an answer."""
    lines = [f"HTTP/1.1 {status} {'OK' if status == 200 else 'No'}", "connection: close"]
    lines += [f"{name}: {value}" for name, value in fields.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def chunk(delta: dict[str, Any], finish: str | None = None, **more: Any) -> str:
    """Return one event of an answer."""
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    return event({"id": "chatcmpl-1", "object": "chat.completion.chunk", "model": MODEL, "choices": [choice], **more})


def event(value: Any) -> str:
    """Return an event that holds a value as JSON."""
    return f"data: {json.dumps(value)}\n\n"


def answer(words: list[str]) -> Iterator[str]:
    """Yield the events of an answer, without its end."""
    yield chunk({"role": "assistant", "content": ""}, x_groq={"id": "req_1"})
    for word in words:
        yield chunk({"content": word})


def ending(finish: str = "stop", *, counts: bool = True, done: bool = True) -> Iterator[str]:
    """Yield the events that end an answer."""
    yield chunk({}, finish, **({"x_groq": {"id": "req_1", "usage": COUNTS}} if counts else {}))
    if counts:
        yield event({"id": "chatcmpl-1", "object": "chat.completion.chunk", "choices": [], "usage": COUNTS})
    if done:
        yield "data: [DONE]\n\n"


async def well(exchange: Exchange, words: list[str] | None = None) -> None:
    """Answer as Groq does."""
    await exchange.begin()
    await exchange.events(answer(WORDS if words is None else words))
    await exchange.events(ending())
    await exchange.end()


async def say(exchange: Exchange) -> None:
    """Answer with the words that the path names in base64, so that a test has them written whatever it likes."""
    text = base64.urlsafe_b64decode(exchange.request.path.split("/")[2]).decode()
    await well(exchange, [f"{word} " for word in text.split(" ")])


async def raw(exchange: Exchange) -> None:
    """Send the bytes that the path names in base64, which need not be HTTP."""
    await exchange.send(base64.urlsafe_b64decode(exchange.request.path.split("/")[2]))


async def think(exchange: Exchange) -> None:
    """Think first, as a reasoning model does."""
    await exchange.begin()
    await exchange.events(chunk({"reasoning": "Hm. ", "channel": "analysis"}) for _ in range(3))
    await exchange.events(answer(WORDS))
    await exchange.events(ending())
    await exchange.end()


async def only_think(exchange: Exchange) -> None:
    """Use all tokens for thinking."""
    await exchange.begin()
    await exchange.events(chunk({"reasoning": "Hm. "}) for _ in range(3))
    await exchange.events(ending("length"))
    await exchange.end()


async def limited(exchange: Exchange) -> None:
    """Ask to wait, by the header."""
    await exchange.refuse(429, "Rate limit reached", "rate_limit_exceeded", {"retry-after": "7", **LIMITS})


async def limited_for_a_moment(exchange: Exchange) -> None:
    """Ask the first client to wait for a moment."""
    if exchange.number == 1:
        await exchange.refuse(429, "Rate limit reached", "rate_limit_exceeded", {"retry-after": "0.2"})
    else:
        await well(exchange)


async def limited_by_sentence(exchange: Exchange) -> None:
    """Ask to wait, in words alone."""
    await exchange.refuse(429, "Rate limit reached: Limit 6000, Used 5034. Please try again in 1m4.77s.")


async def limited_without_end(exchange: Exchange) -> None:
    """Ask to wait and do not say how long."""
    await exchange.refuse(429, "Too many requests")


async def used_up(exchange: Exchange) -> None:
    """Answer, and say that nothing is left of the tokens."""
    await exchange.begin(headers={"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "1m0s"})
    await exchange.events(answer(WORDS))
    await exchange.events(ending())
    await exchange.end()


async def too_large(exchange: Exchange) -> None:
    """Find the prompt too large, as Groq does."""
    message = "Request too large for model `m` on tokens per minute (TPM): Limit 8000, Requested 12328"
    await exchange.whole(413, {"error": {"message": message, "type": "tokens", "code": "rate_limit_exceeded"}})


async def too_large_at_first(exchange: Exchange) -> None:
    """Find the first prompt too large."""
    await (too_large(exchange) if exchange.number == 1 else well(exchange))


async def too_long(exchange: Exchange) -> None:
    """Find the prompt longer than the model's window."""
    await exchange.refuse(400, "Please shorten your messages", "context_length_exceeded")


async def burst(exchange: Exchange) -> None:
    """Fail twice, then answer."""
    await (exchange.refuse(500, "Internal error") if exchange.number < 3 else well(exchange))


async def fail(exchange: Exchange) -> None:
    """Fail always."""
    await exchange.refuse(503, "Overloaded \x1b[31m")


async def no_key(exchange: Exchange) -> None:
    """Refuse a key, and say which: no server should, and some do."""
    given = exchange.request.headers.get("authorization", "none")
    await exchange.refuse(401, f"Invalid API key: {given}", "invalid_api_key")


async def forbidden(exchange: Exchange) -> None:
    """Refuse the key for this."""
    await exchange.refuse(403, "Not for you")


async def unknown(exchange: Exchange) -> None:
    """Know no such model."""
    await exchange.refuse(404, "The model `x` does not exist or you do not have access to it.", "model_not_found")


async def newer(exchange: Exchange) -> None:
    """Take the newest fields only, as OpenAI's reasoning models do."""
    sent = json.loads(exchange.request.body)
    if "max_tokens" in sent:
        await exchange.refuse(400, "'max_tokens' is not supported. Use 'max_completion_tokens' instead.")
    elif "temperature" in sent:
        await exchange.refuse(400, "Unsupported value: 'temperature' does not support 0 with this model.")
    else:
        await well(exchange)


async def page(exchange: Exchange) -> None:
    """Answer with a page, as a portal does."""
    await exchange.whole(200, "<html><title>Log in</title></html>", {"content-type": "text/html"})


async def moved(exchange: Exchange) -> None:
    """Lead elsewhere."""
    await exchange.whole(307, "", {"location": "https://elsewhere.example/v1"})


async def silent(exchange: Exchange) -> None:
    """Take the question and say nothing."""
    await asyncio.sleep(FOREVER_S)


async def stall(exchange: Exchange) -> None:
    """Begin the stream, show signs of life, and write no word."""
    await exchange.begin()
    while True:
        await exchange.part(": still here\n\n")
        await asyncio.sleep(PAUSE_S)


async def stall_inside(exchange: Exchange) -> None:
    """Stop in the middle of the answer, and show signs of life."""
    await exchange.begin()
    await exchange.events(answer(WORDS[:2]))
    while True:
        await exchange.part(": still here\n\n")
        await asyncio.sleep(PAUSE_S)


async def cut(exchange: Exchange) -> None:
    """Close the connection in the middle of an event."""
    await exchange.begin()
    await exchange.events(answer(WORDS[:2]))
    await exchange.part('data: {"choices": [{"delta": {"cont')


async def short(exchange: Exchange) -> None:
    """End the stream as one should, in the middle of the answer."""
    await exchange.begin()
    await exchange.events(answer(WORDS[:2]))
    await exchange.end()


async def cut_at_once(exchange: Exchange) -> None:
    """Close the connection before the first word, the first time."""
    if exchange.number == 1:
        await exchange.begin()
        await exchange.events(answer([]))
    else:
        await well(exchange)


async def invalid(exchange: Exchange) -> None:
    """Write words, then what is no JSON."""
    await exchange.begin()
    await exchange.events(answer(WORDS[:1]))
    await exchange.part("data: {'content': oops}\n\n")
    await exchange.end()


async def fault_inside(exchange: Exchange) -> None:
    """Fail in the middle, and say so in the stream."""
    await exchange.begin()
    await exchange.events(answer(WORDS[:1]))
    await exchange.part(event({"error": {"message": "The server had an error", "code": 500}}))
    await exchange.end()


async def drip(exchange: Exchange) -> None:
    """Write byte by byte."""
    await exchange.begin()
    for byte in "".join([*answer(WORDS), *ending()]).encode():
        await exchange.part(bytes([byte]))
        await asyncio.sleep(0)
    await exchange.end()


async def no_done(exchange: Exchange) -> None:
    """Leave out the last event."""
    await exchange.begin()
    await exchange.events(answer(WORDS))
    await exchange.events(ending(done=False))
    await exchange.end()


async def no_usage(exchange: Exchange) -> None:
    """Leave out the counts."""
    await exchange.begin()
    await exchange.events(answer(WORDS))
    await exchange.events(ending(counts=False))
    await exchange.end()


async def endless(exchange: Exchange) -> None:
    """Write without end."""
    await exchange.begin()
    while True:
        await exchange.part(chunk({"content": "word " * 20}))


async def hostile(exchange: Exchange) -> None:
    """Write what would act on a terminal."""
    await well(exchange, ["a\x1b]52;c;eA==\x07", "b\r", "\nc", "\u202ed"])


async def linger(exchange: Exchange) -> None:
    """Write a word now and then, without end."""
    await exchange.begin()
    while True:
        await exchange.part(chunk({"content": "word "}))
        await asyncio.sleep(PAUSE_S)


SCENES: dict[str, Callable[[Exchange], Awaitable[None]]] = {
    scene.__name__: scene
    for scene in (
        *(well, say, raw, think, only_think, limited, limited_for_a_moment, limited_by_sentence, limited_without_end),
        *(used_up, too_large, too_large_at_first, too_long, burst, fail, no_key, forbidden, unknown, newer, page),
        *(
            moved,
            silent,
            stall,
            stall_inside,
            cut,
            short,
            cut_at_once,
            invalid,
            fault_inside,
            drip,
            no_done,
            no_usage,
            endless,
            hostile,
        ),
        linger,
    )
}


class Groq:
    """The server."""

    def __init__(self) -> None:
        self.seen: dict[str, list[Request]] = defaultdict(list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection, and let go of a client that has left."""
        try:
            top = (await reader.readuntil(b"\r\n\r\n")).decode()
            line, *fields = top.split("\r\n")
            headers = {name.lower(): value for name, _, value in (one.partition(": ") for one in fields) if name}
            body = (await reader.readexactly(int(headers.get("content-length", 0)))).decode()
            await self._answer(Request(line.split()[1], headers, body), reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the client has left, or this process ends
        finally:
            writer.close()

    async def _answer(self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, first, *rest = request.path.split("/")
        if first == "seen":
            listed = [vars(one) for one in self.seen["/".join(["", *rest])]]
            await Exchange(request, 0, writer).whole(200, listed)
            return
        base = "/".join(request.path.split("/")[:3])
        self.seen[base].append(request)
        work = asyncio.ensure_future(SCENES[first](Exchange(request, len(self.seen[base]), writer)))
        left = asyncio.ensure_future(reader.read(1))  # clients send nothing more, so this ends when they leave
        await asyncio.wait((work, left), return_when=asyncio.FIRST_COMPLETED)
        request.left = not work.done()
        for task in (work, left):
            task.cancel()
        for ended in await asyncio.gather(work, left, return_exceptions=True):
            if isinstance(ended, OSError):
                request.left = True


async def _standard_input() -> AsyncIterator[bytes]:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async for line in reader:
        yield line


async def main(certificate: str) -> None:
    """Serve until standard input ends."""
    tls = None
    if certificate:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate)
    server = await asyncio.start_server(Groq().serve, "127.0.0.1", 0, ssl=tls)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    async for _ in _standard_input():
        pass
    server.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:] or [""]))
