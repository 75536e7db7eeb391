"""A model's chat template, rendered so that it can do no harm. Runs in the worker.

The template comes with the model's file, and is a program: Jinja's sandbox keeps it from Python's inner parts (without
it a file could run code, CVE-2024-34359), and here it gets little time and room as well.
"""

import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any

import jinja2
import psutil
from jinja2.ext import Extension
from jinja2.nodes import Node
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

from engine.errors import ModelFileError

MAX_SECONDS = 2.0
"""Longest time for a prompt. Real templates take about a millisecond."""
MAX_CHARACTERS = 1 << 22
"""Longest prompt, and longest text on the way to it; a window of a million tokens is about as long."""
MAX_GROWTH = 512 * 2**20
"""Bytes that the process may grow by meanwhile, which leaves room for a model that another thread loads."""
LOOK_S = 0.02
"""How often its size is looked at."""
MAX_BASE, MAX_EXPONENT = 1 << 64, 64
"""Largest numbers of a power: what comes out stays within some hundred bytes."""

OTHER = "Import another build of the model; see `specdeck models list`"


class _LimitError(Exception):
    """A template took too much, or gave nothing."""


class _Environment(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, in which no single operation takes long or makes something huge."""

    intercepted_binops = frozenset(("*", "**", "%"))

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Carry out an operation of two values unless it is one of those."""
        if operator == "*" and any(isinstance(side, str | list | tuple) for side in (left, right)):
            sizes = [side if isinstance(side, int) else len(side) for side in (left, right)]
            if sizes[0] * sizes[1] > MAX_CHARACTERS:
                raise _LimitError("makes a text that is too long")
        is_large = operator == "**" and not (abs(left) <= MAX_BASE and abs(right) <= MAX_EXPONENT)
        if is_large or (operator == "%" and isinstance(left, str)):
            raise _LimitError(f"uses {operator} in a way that is refused")
        return super().call_binop(context, operator, left, right)


class _Generation(Extension):
    """The tag around what the model has written, which matters for training only."""

    tags = {"generation"}  # noqa: RUF012 - Jinja declares it so

    def parse(self, parser: Parser) -> list[Node]:
        """Return what is inside."""
        parser.stream.skip(1)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


def _json(value: Any, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent)


class ChatTemplate:
    """A chat template.

    Args:
        source: As the model's file has it.
        bos: What a text begins with for this model.
        eos: What it ends with.

    Raises:
        ModelFileError: It is no template.
    """

    def __init__(self, source: str, *, bos: str, eos: str) -> None:
        environment = _Environment(
            loader=jinja2.BaseLoader(),
            # These, and the filter below, as Transformers has it, for which templates are written.
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=[_Generation, "jinja2.ext.loopcontrols"],
        )
        environment.filters["tojson"] = _json
        environment.globals.update(
            bos_token=bos,
            eos_token=eos,
            raise_exception=_refuse,
            strftime_now=time.strftime,
        )
        try:
            with _limited():
                self._template = environment.from_string(source)
        except (jinja2.TemplateError, _LimitError, RecursionError, ValueError) as error:
            raise ModelFileError(f"The model's chat template cannot be read: {error}", hint=OTHER) from error

    def render(self, messages: Sequence[dict[str, str]], *, answer: bool) -> str:
        """Return a conversation as the model reads it.

        Args:
            messages: Each with `role` and `content`.
            answer: Whether the answer begins behind them.

        Raises:
            ModelFileError: The template fails, or takes too long.
        """
        try:
            with _limited():
                return _joined(self._template.generate(messages=list(messages), add_generation_prompt=answer))
        # The template is a program, which may fail in any way that a program can.
        except Exception as error:
            raise ModelFileError(f"The model's chat template cannot be used: {error}", hint=OTHER) from error


def _joined(pieces: Iterator[str]) -> str:
    text = []
    room = MAX_CHARACTERS
    for piece in pieces:
        text.append(piece)
        room -= len(piece)
        if room < 0:
            raise _LimitError("writes without end")
    if room == MAX_CHARACTERS:
        raise _LimitError("writes nothing")
    return "".join(text)


def _refuse(message: str) -> None:
    raise ModelFileError(f"it says {message!r}")


@contextmanager
def _limited() -> Iterator[None]:
    """End what runs here, on this thread, when it takes too much: Python asks between any two lines of it."""
    process = psutil.Process()
    most = process.memory_info().rss + MAX_GROWTH
    end = time.monotonic() + MAX_SECONDS
    next_look = 0.0

    def look(_frame: FrameType, _event: str, _argument: Any) -> Any:
        nonlocal next_look
        if (now := time.monotonic()) > end:
            raise _LimitError(f"runs longer than {MAX_SECONDS:g} s")
        if now > next_look:
            next_look = now + LOOK_S
            if process.memory_info().rss > most:
                raise _LimitError("takes too much memory")
        return look

    before = sys.gettrace()
    sys.settrace(look)
    try:
        yield
    finally:
        sys.settrace(before)
