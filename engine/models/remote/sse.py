"""Server-sent events: bytes, cut anywhere, into the data of events. Does no input or output.

The HTTP client has a reader of its own, which belongs to a response, and takes none that calls itself anything but a
stream of events; a test holds this one against it.

Source: https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation, with one leniency:
an event that the stream ends in counts, since some services send no blank line behind the last one.
"""

import re

from engine.errors import RemoteFailedError

MAX_EVENT_BYTES = 2**20
"""An event holds a few words and their figures; more is no answer, and must not fill the memory."""
_BREAK = re.compile(rb"\r\n|\r|\n")
_MARK = b"\xef\xbb\xbf"
"""The byte order mark, which may stand before the first line."""


class Events:
    """Takes the bytes of a stream and gives the data of each event; all else that a stream holds is left out."""

    def __init__(self) -> None:
        self._line = bytearray()
        self._data: list[bytes] = []
        self._size = 0
        self._first = True
        self._after_cr = False

    def feed(self, data: bytes) -> list[str]:
        """Take the next bytes and return the data of the events that they complete, in order.

        Raises:
            RemoteFailedError: An event is larger than `MAX_EVENT_BYTES`.
        """
        if self._after_cr and data.startswith(b"\n"):
            data = data[1:]
            self._after_cr = False
        if not data:
            return []
        self._after_cr = data.endswith(b"\r")
        events: list[str] = []
        *lines, rest = _BREAK.split(data)
        for line in lines:
            self._take(line)
            self._end_line(events)
        self._take(rest)
        return events

    def end(self) -> list[str]:
        """Return the data of the event that the stream ends in, if it ends in one."""
        events: list[str] = []
        self._end_line(events)
        self._dispatch(events)
        return events

    def _take(self, part: bytes) -> None:
        self._line += part
        self._size += len(part)
        if self._size > MAX_EVENT_BYTES:
            raise RemoteFailedError("The remote model sends an event of more than 1 MiB")

    def _end_line(self, events: list[str]) -> None:
        line, self._line = bytes(self._line), bytearray()
        if self._first:
            line, self._first = line.removeprefix(_MARK), False
        if not line:
            self._dispatch(events)
            return
        name, _, value = line.partition(b":")
        if name == b"data":
            self._data.append(value.removeprefix(b" "))
        else:
            self._size -= len(line)  # a comment says that the service is alive, however often

    def _dispatch(self, events: list[str]) -> None:
        if self._data:
            events.append(b"\n".join(self._data).decode("utf-8", errors="replace"))
        self._data, self._size = [], 0
