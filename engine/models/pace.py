"""How long a prompt may be, so that the first word comes in time on this very machine.

A prompt is read token by token, and how fast depends on the model and on the machine: what was read last tells. Before
anything was read the model's size does, as reading a token takes every weight once.
"""

import re
from collections.abc import Sequence

from engine.models.protocol import Message, Usage
from engine.models.tuning import Measured

UNMEASURED_BYTES_PER_S = 8e9
"""Bytes of weights per second: three quarters of what a 98 MB and a 491 MB model showed while they read a prompt on two
cores of a server (100 and 42 tokens a second)."""
MEASURED_TOKENS = 32
"""Fewest tokens that tell a speed: a call into llama.cpp takes a while however few it reads."""
WEIGHT = 0.5
"""Of the newest measure against all before it: a neighbour that takes a core shows at once, and is soon forgotten."""
MESSAGE_TOKENS = 8
"""What a chat template puts around a message: 4 to 6 tokens in those of SmolLM2, Qwen and Llama."""
_LETTERS = 4
"""Small letters of a token, at least on average, in words of specifications; a test asks a real tokenizer."""
_PIECE = re.compile(r"[a-z]+|[^a-z ]")


def estimated_tokens(messages: Sequence[Message]) -> int:
    """Return how many tokens a prompt has at most, without its model's tokenizer."""
    return sum(MESSAGE_TOKENS + text_tokens(message.content) for message in messages)


def text_tokens(text: str) -> int:
    """Return how many tokens a text has at most: words are cut into pieces, of all else each byte may be a token."""
    return sum(
        -(-len(piece) // _LETTERS) if "a" <= piece[0] <= "z" else len(piece.encode()) for piece in _PIECE.findall(text)
    )


class Pace:
    """How fast the chat model reads.

    Args:
        model_bytes: Size of its file.
        measured: What `specdeck models tune` found, if it was run.
    """

    def __init__(self, model_bytes: int, measured: Measured | None = None) -> None:
        self.tokens_per_s = measured.speed.read if measured else UNMEASURED_BYTES_PER_S / max(1, model_bytes)
        """Tokens of a prompt that are read in a second."""
        self._measured = False

    def measure(self, usage: Usage) -> None:
        """Learn from an answer."""
        if usage.read_tokens < MEASURED_TOKENS or usage.prefill_ms < 1:
            return
        newest = usage.read_tokens / usage.prefill_ms * 1000
        weight = WEIGHT if self._measured else 1.0
        self.tokens_per_s += weight * (newest - self.tokens_per_s)
        self._measured = True

    def tokens(self, seconds: float) -> int:
        """Return how many tokens are read in this time."""
        return int(self.tokens_per_s * seconds)
