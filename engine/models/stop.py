"""Stopping native code that works: it asks whether to stop after every step, far too often for Python.

llama.cpp calls a function with a pointer between any two steps of a graph, some hundred times for a token. A function
of Python would wait for the interpreter's lock each time, which costs a twentieth of the speed and is late when another
thread computes. `strlen` takes a pointer and returns whether there is anything: nothing in a text of no characters, and
something as soon as the text has one.
"""

import ctypes
import sys

_strlen = (ctypes.cdll.msvcrt if sys.platform == "win32" else ctypes.CDLL(None)).strlen


class StopFlag:
    """Whether to stop, for llama.cpp and for Python. Any thread may set it."""

    def __init__(self) -> None:
        self._text = ctypes.create_string_buffer(2)

    @property
    def function(self) -> int:
        """Address of the function that native code is to call with `data`; it returns true to stop."""
        return ctypes.cast(_strlen, ctypes.c_void_p).value or 0

    @property
    def data(self) -> int:
        """Address that is good as long as this object lives."""
        return ctypes.addressof(self._text)

    @property
    def is_set(self) -> bool:
        """Whether to stop."""
        return self._text[0] != b"\0"

    def set(self) -> None:
        """Say stop."""
        self._text[0] = b"\1"

    def clear(self) -> None:
        """Say go on."""
        self._text[0] = b"\0"
