"""The steps of a workflow that a document describes, as facts: what is called in which order, and what is passed on."""

from collections.abc import Iterator, Sequence
from typing import Any

from engine.answer.records import StepFact
from engine.calls.source import Source
from engine.specs.describe import first_sentence
from engine.specs.model import written
from engine.specs.workflow import Branch, Passed, Step, called
from engine.text import clean_line

_LONGEST = 120
"""Characters of a value that is passed on; a whole body may be one."""
_DEEPEST = 6
"""Levels of a body in which values are looked for; what is further inside is shown whole."""
_MOST = 40
"""Values that are told of one step, as of the optional inputs of an operation."""


def step_facts(source: Source) -> tuple[StepFact, ...]:
    """Return the steps of a workflow; none of any other operation."""
    workflow = source.operation.workflow
    if workflow is None:
        return ()
    pairs = zip(workflow.steps, source.targets or ("",) * len(workflow.steps), strict=True)
    return tuple(_fact(number, step, ref) for number, (step, ref) in enumerate(pairs, 1))


def _fact(number: int, step: Step, ref: str) -> StepFact:
    passed = [*_passed(step.inputs, ""), *_of_body(step.payload, "body"), *_passed(step.replaced, "body")]
    then = [f"after {name}" for name in step.depends_on]
    then += [f"waits at most {step.timeout_ms:,} ms"] if step.timeout_ms else []
    then += [f"waits for the message with {step.correlation}"] if step.correlation else []
    then += [*_branches("on success", step.on_success), *_branches("on failure", step.on_failure)]
    return StepFact(
        number=number,
        name=step.name,
        calls=ref.partition(":")[2] or called(step),
        ref=ref,
        description=first_sentence(step.description),
        takes=tuple(passed[:_MOST]),
        gives=tuple(f"{name} ← {expression}" for name, expression in step.outputs.items())[:_MOST],
        holds=step.criteria[:_MOST],
        then=tuple(then[:_MOST]),
    )


def _passed(inputs: Sequence[Passed], place: str) -> Iterator[str]:
    for one in inputs:
        yield f"{one.location or place} {one.name} ← {_short(one.value)}".lstrip()


def _of_body(value: Any, name: str, depth: int = 0) -> Iterator[str]:
    """Yield where each value of a body comes from, by its dotted name."""
    if isinstance(value, dict) and value and "selector" not in value and depth < _DEEPEST:
        for key, inner in value.items():
            yield from _of_body(inner, f"{name}.{key}", depth + 1)
    elif value is not None:
        yield f"{name} ← {_short(value)}"


def _short(value: Any) -> str:
    if isinstance(value, dict) and {"context", "selector"} <= value.keys():  # what looks into what another one gives
        value = f"{written(value['context'])} {written(value['selector'])}"
    text = clean_line(written(value))
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _branches(when: str, branches: Sequence[Branch]) -> Iterator[str]:
    for one in branches:
        words = [when, f"if {' and '.join(one.criteria)}" if one.criteria else "", one.does]
        if one.to:
            words.append(one.to if one.does == "goto" else f"after {one.to}")
        words.append(f"after {one.after_s:g} s" if one.after_s else "")
        words.append(f"at most {one.limit:,} times" if one.limit else "")
        yield " ".join(filter(None, words))
