"""The process that reads documents for the app: `python -m engine.reader`. What it is told is in `engine.doors.wire`.

It is an engine of its own on the same library. It ends with the app, in whatever it is doing: SQLite keeps all of a
document or nothing. What any library prints goes to stderr, which the app points at a log.
"""

import asyncio
import faulthandler
import logging
import os
import threading
from contextlib import aclosing, suppress
from pathlib import Path
from typing import BinaryIO

from engine.children import be_nice, die_with_parent, private_channel
from engine.decoding import decode
from engine.doors.wire import GO, HEADER_BYTES, Failure, Frame, Order, framed
from engine.errors import ReaderError, SpecdeckError
from engine.facade import Engine

FIRST_TO_GO = 500
"""Half of all memory (proc_pid_oom_score_adj(5)): by so much larger the kernel takes this process to be when memory
runs out, so that it ends the one that asked for it, and not the app."""

log = logging.getLogger(__name__)


async def carry_out(order: Order, go: threading.Semaphore, replies: BinaryIO) -> None:
    """Take the steps, each when it is asked for, and tell of them and of the end."""
    try:
        async with (
            Engine(order.places, order.settings) as engine,
            aclosing(
                engine.library.add_all(order.given, name=order.name, network=order.network, overlays=order.laid_over)
            ) as steps,
        ):
            go.acquire()
            async for step in steps:
                _tell(replies, Frame.of(step))
                go.acquire()
        end = Frame()
    except SpecdeckError as error:
        end = Frame(failed=Failure.of(error))
    # The edge of the process: anything else is a fault of specdeck's, which the app tells and survives.
    except Exception as error:
        log.exception("reading failed")
        hint = f"See {order.places.log}"
        end = Frame(failed=Failure.of(ReaderError(f"Reading failed: {type(error).__name__}: {error}", hint=hint)))
    _tell(replies, end)


def _tell(replies: BinaryIO, frame: Frame) -> None:
    replies.write(framed(frame))
    replies.flush()


def _listen(requests: BinaryIO, go: threading.Semaphore) -> None:
    """Count the steps that are asked for; where the app is gone, end at once."""
    while requests.read(len(GO)):
        go.release()
    os._exit(0)


def _be_first_to_go() -> None:
    score = Path("/proc/self/oom_score_adj")
    with suppress(OSError):  # Only Linux has it.
        # A container may have set more for all that runs in it.
        score.write_text(str(max(int(score.read_text(encoding="ascii")), FIRST_TO_GO)), encoding="ascii")


def main() -> None:
    """Serve one order."""
    asked, told = private_channel()
    requests, replies = os.fdopen(asked, "rb"), os.fdopen(told, "wb")
    faulthandler.enable()
    be_nice()
    die_with_parent()
    _be_first_to_go()
    order = decode(requests.read(int.from_bytes(requests.read(HEADER_BYTES), "big")), Order)
    go = threading.Semaphore(0)
    threading.Thread(target=_listen, args=(requests, go), daemon=True).start()
    asyncio.run(carry_out(order, go, replies))
    # At once: the other thread waits for the app.
    os._exit(0)


if __name__ == "__main__":
    main()
