"""Reads broken documents of one format and tells what happened: `python -m tests.specs.fuzz FORMAT COUNT [FIRST]`.

It is a process of its own, so that its memory can be limited and a crash be told from a refusal. Which document a
number stands for depends on the format, the number and the seeds alone; `mutant` makes it again.
"""

import faulthandler
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
import traceback
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import msgspec

from engine.answer.facts import operation_facts
from engine.calls.grpc import Messages
from engine.calls.nested import USUAL
from engine.calls.source import Source
from engine.errors import InputError
from engine.indexing.texts import Texts
from engine.intake.collect import collect
from engine.specs.describe import field_rows, in_words, type_name
from engine.specs.guides import pdf, pdf_text
from engine.specs.limits import Limits
from engine.specs.model import Operation, Schema, Spec
from engine.specs.overlay import parse
from engine.specs.read import read
from tests.specs.mutate import mutated
from tests.specs.seeds import RICH, SEEDS, seeds

LIMITS = Limits(max_document_mb=8, max_depth=200, max_parts=200_000, max_operations=20_000, max_seconds=10)
MAX_MEMORY = 2 << 30
"""Bytes of address space that reading any of these documents may take."""
_HANG_S = 120.0
"""Time after which a document is taken to be read without end: the process says where it is, and ends."""
_MOST_FAILURES = 40
_MOST_ENTRIES = 60
"""Operations, passages and schemas of one document that are looked at closely."""
_ARCHIVES = ("zip", "tar")
_NAMES = ("guide.md", "", "a/\x1b[31mb\u202e.json", "x" * 300, "[bold]/..")
_OVERLAID = json.dumps(RICH).encode()
"""What broken overlays change."""
_LISTED = b"a.bru\nb/folder.bru\nb/c.bru\nenvironments/d.bru\na.yml\nb/folder.yml\nb/c.yml\nenvironments/d.yml"
"""What a folder holds."""
_UNSAFE = re.compile(
    r"\\u00[01][0-9a-f]|\\[bfr]|[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff]"
)
"""In JSON, where a backslash that stands for itself was taken out before."""


class Failure(msgspec.Struct):
    """A document with which something went wrong."""

    number: int
    what: str


class Report(msgspec.Struct):
    """What became of the documents of one format."""

    form: str
    runs: int = 0
    refused: int = 0
    with_problems: int = 0
    seconds: float = 0.0
    slowest: int = -1
    slowest_s: float = 0.0
    """CPU time that reading it took."""
    peak_mb: int = 0
    """Resident memory of the whole process at its highest."""
    failures: list[Failure] = []


def mutant(form: str, number: int) -> bytes:
    """Return the broken document of this number."""
    random, documents = Random(f"{form}:{number}"), seeds(form)  # noqa: S311 - nothing secret
    others = documents if random.random() < 0.8 else SEEDS[random.choice(sorted(SEEDS))]
    return mutated(random.choice(documents), others, random)


def fuzz(form: str, numbers: range) -> Report:
    """Read documents and return what became of them."""
    report = Report(form)
    kinds: set[str] = set()
    for number in numbers:
        data = mutant(form, number)
        faulthandler.dump_traceback_later(_HANG_S, exit=True)
        _progress(form, number)
        try:
            _try(form, number, data, report)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what this looks for
            frame = traceback.extract_tb(error.__traceback__)[-1]
            kind = f"{type(error).__name__} at {Path(frame.filename).name}:{frame.lineno}"
            if kind not in kinds and len(report.failures) < _MOST_FAILURES:
                report.failures.append(Failure(number, "".join(traceback.format_exception(error))[-3000:]))
            kinds.add(kind)
        report.runs += 1
    faulthandler.cancel_dump_traceback_later()
    report.peak_mb = peak_mb()
    return report


def peak_mb() -> int:
    """Return the resident memory of this process, or of one that it started, at its highest."""
    both = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return max(both) // (1024 if sys.platform == "linux" else 1 << 20)  # kilobytes on Linux, bytes on macOS


def _cpu() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def forked(command: list[str], **options: Any) -> subprocess.CompletedProcess[bytes]:
    """Do what `subprocess.run` does for the process that reads a PDF, without the time that starting Python takes."""
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as answer:
        source.write(options["input"])
        source.seek(0)
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            os.dup2(source.fileno(), 0)
            os.dup2(answer.fileno(), 1)
            sys.argv = [pdf_text.__file__, *command[4:]]
            try:
                pdf_text.main()
                sys.stdout.flush()
            finally:
                os._exit(0)
        _, status = os.waitpid(child, 0)
        answer.seek(0)
        return subprocess.CompletedProcess(command, status, answer.read(), b"")


def _progress(form: str, number: int) -> None:
    if number % 1000 == 0:
        sys.stderr.write(f"{form} {number}\n")


def _try(form: str, number: int, data: bytes, report: Report) -> None:
    began, refused, specs = _cpu(), True, []
    try:
        for spec in _specs(form, number, data):
            refused = False
            specs.append(spec)
    except InputError as error:
        assert _UNSAFE.search(_plain(msgspec.json.encode(str(error)).decode())) is None, (
            "the refusal is not safe to show"
        )
        assert error.hint
    seconds = _cpu() - began
    report.seconds += seconds
    if seconds > report.slowest_s:
        report.slowest, report.slowest_s = number, seconds
    report.refused += refused
    report.with_problems += any(spec.problems for spec in specs)
    for spec in specs:
        check(spec)
    assert seconds <= 2 * LIMITS.max_seconds, f"reading took {seconds:.1f} s"


def _specs(form: str, number: int, data: bytes) -> Iterator[Spec]:
    """Read a document, or the first ones of an archive."""
    if form == "overlay":
        yield read(_OVERLAID, LIMITS, overlays=[parse(data, _NAMES[number % len(_NAMES)], LIMITS)])
        return
    if form not in _ARCHIVES:
        yield read(data, LIMITS, name=_NAMES[number % len(_NAMES)], neighbour=_neighbour(form))
        return
    for document in list(collect(data, LIMITS))[:10]:
        yield read(document.load(), LIMITS, name=document.name, neighbour=document.neighbour)


def _neighbour(form: str) -> Callable[[str], bytes]:
    """Return what gives some file for each name, or none."""

    def opened(name: str) -> bytes:
        if name.endswith("/"):
            return _LISTED
        number = zlib.crc32(name.encode())
        if number % 4 == 0:
            raise InputError("There is no such file")
        return SEEDS[form][number % len(SEEDS[form])]

    return opened


def check(spec: Spec) -> None:
    """Check that what was read can be kept, found, told and shown.

    Raises:
        AssertionError: It cannot.
    """
    kept = msgspec.msgpack.encode(spec)
    assert msgspec.msgpack.encode(msgspec.msgpack.decode(kept, type=Spec)) == kept, "what is kept is another spec"
    unsafe = _UNSAFE.search(_plain(msgspec.json.encode(spec).decode()))
    assert unsafe is None, f"{unsafe!r} is not safe to show"
    entries = [*spec.operations, *spec.webhooks, *spec.passages]
    assert len({entry.key for entry in entries}) == len(entries), "two entries have one key"
    about = msgspec.msgpack.encode(spec.about)
    assert spec.about.title
    assert spec.about.format
    assert about
    for entry in entries[:_MOST_ENTRIES]:
        Texts(spec).of(entry)
        if isinstance(entry, Operation):
            _describe(entry, spec)
    for schema in list(spec.schemas.values())[:_MOST_ENTRIES]:
        _tell(schema, spec)


def _plain(text: str) -> str:
    r"""Return a JSON text without `\\`, and without the escapes of a tab and a newline."""
    return text.replace("\\\\", "").replace("\\n", "").replace("\\t", "")


def _describe(operation: Operation, spec: Spec) -> None:
    facts = operation_facts(
        Source(
            spec="a",
            about=spec.about,
            operation=operation,
            resolve=lambda pointer: spec.schemas.get(pointer, Schema()),
            example=spec.examples.get,
        ),
        1,
        extent=USUAL,
        question="which status and id has its owner",
    )
    msgspec.json.encode(facts)
    for content in operation.body.content[:3] if operation.body else ():
        _tell(content.schema, spec)


def _tell(schema: Schema, spec: Spec) -> None:
    def resolve(pointer: str) -> Schema:
        return spec.schemas.get(pointer, Schema())

    type_name(schema)
    in_words(schema, resolve)
    field_rows(schema, resolve, depth=4)
    msgspec.json.encode(Messages(resolve).sample(schema))


def main() -> None:
    """Run it, and print the report as JSON."""
    form, count, *first = sys.argv[1:]
    start = int(first[0]) if first else 0
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    pdf.subprocess.run = forked
    report = fuzz(form, range(start, start + int(count)))
    sys.stdout.buffer.write(msgspec.json.encode(report) + b"\n")


if __name__ == "__main__":
    main()
