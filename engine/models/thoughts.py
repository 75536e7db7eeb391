"""What a reasoning model thinks before it answers, where it writes that into the answer: `<think>…</think>`. Pure.

Qwen3, DeepSeek-R1 and others do, unless what serves them takes it out.
"""

import enum

_BEGIN, _END = "<think>", "</think>"


class _Part(enum.Enum):
    """Of an answer, where its reader is."""

    BEGINNING = enum.auto()
    THOUGHTS = enum.auto()
    SPACE = enum.auto()
    """Between the thoughts and the answer."""
    ANSWER = enum.auto()


class Thoughts:
    """Takes what a model thinks out of the pieces of its answer. Only an answer that begins with it has any."""

    def __init__(self) -> None:
        self._part = _Part.BEGINNING
        self._held = ""

    @property
    def last(self) -> bool:
        """Whether the last piece was, or ended in, what the model thinks."""
        return self._part is _Part.THOUGHTS

    def feed(self, piece: str) -> str:
        """Take the next piece and return what of it, and of what was held back, is answer."""
        text, self._held = self._held + piece, ""
        if self._part is _Part.BEGINNING:
            begun = text.lstrip()
            if begun != _BEGIN and _BEGIN.startswith(begun):
                self._held = text
                return ""
            self._part = _Part.THOUGHTS if begun.startswith(_BEGIN) else _Part.ANSWER
        if self._part is _Part.THOUGHTS:
            thought, end, text = text.partition(_END)
            if not end:
                self._held = thought[-len(_END) :]
                return ""
            self._part = _Part.SPACE
        if self._part is _Part.SPACE and (text := text.lstrip()):
            self._part = _Part.ANSWER
        return text

    def end(self) -> str:
        """Return what was held back and is answer after all, since nothing follows it."""
        return self._held if self._part is _Part.BEGINNING else ""
