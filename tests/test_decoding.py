"""Types are learnt by one thread at a time."""

import threading
from contextlib import suppress

import msgspec

from engine.decoding import decode

TOGETHER_S = 0.5
"""Time for a second thread to come into the learning of a type, which it must not."""
met = threading.Barrier(2)
overlapped = threading.Event()


def asked_for() -> type[int]:
    """The type of the field below: msgspec evaluates the annotation while it learns the record."""
    with suppress(threading.BrokenBarrierError):
        met.wait(TOGETHER_S)
        overlapped.set()
    return int


class Record(msgspec.Struct):
    """A record whose learning takes a while."""

    number: "asked_for()" = 0  # type: ignore[valid-type]


def test_two_threads_do_not_learn_a_record_together() -> None:
    """Two threads that meet a record at the same moment read it, and one learns it after the other."""
    read: list[Record] = []
    data = msgspec.msgpack.encode(Record(number=7))
    threads = [threading.Thread(target=lambda: read.append(decode(data, Record))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.number for one in read] == [7, 7]
    assert not overlapped.is_set()
