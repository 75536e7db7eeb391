"""Proof that native code runs on this machine: `python -m engine.models.proof MODEL` lets a model work once.

Set-up runs it in a process of its own and reads how it ends: a signal where the code is made for another CPU, else an
exit status.
"""

import os
import sys
from pathlib import Path

from engine.errors import ModelError, SpecdeckError
from engine.models.client import threads
from engine.models.process import CHILD_ENVIRONMENT
from engine.models.protocol import Message, Usage
from engine.models.shelf import ModelShelf
from engine.models.stop import StopFlag
from engine.models.tuning import plain
from engine.settings import folders

TASK = "Say in a few words what an API is, and name one that you know. " * 4
"""Some eighty tokens: a prompt is read by other code, for many tokens at a time, than the answer is written by."""
ANSWER_TOKENS = 8
CONTEXT_TOKENS = 512
"""A few words and a small window show that the code runs, in a second or two."""


def prove(path: Path) -> str:
    """Let a model work in this process, and return what it did.

    Args:
        path: A GGUF file, which writes, or a sentence-transformers folder, which embeds.

    Raises:
        ModelError: It cannot be loaded, or gives nothing.
    """
    if path.is_file():
        from engine.models.chat import Chat

        chat = Chat(path, CONTEXT_TOKENS, plain(threads(0)), StopFlag())
        for part in chat.generate([Message("user", TASK)], ANSWER_TOKENS):
            if isinstance(part, Usage) and part.tokens:
                return f"{part.prompt_tokens} tokens read, {part.tokens} written"
        raise ModelError("The model wrote nothing")
    from engine.models.embed import load

    (vector,) = load(path, threads(0))([TASK], "")
    if not abs(float(vector @ vector) - 1) < 0.01:  # turned round for what is not a number
        raise ModelError("The model gave a vector that is not normalised")
    return f"a vector of {len(vector)} numbers"


def main() -> int:
    """Prove the model that the command line names, and return the exit status."""
    # Before a native library reads it.
    os.environ.update(CHILD_ENVIRONMENT)
    try:
        did = prove(ModelShelf(folders().models).path(sys.argv[1]))
    except SpecdeckError as error:
        sys.stderr.write(f"{error}. {error.hint}.\n")
        return 1
    sys.stdout.write(f"{did}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
