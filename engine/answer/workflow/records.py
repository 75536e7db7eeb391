"""What the steps of a workflow pass on, and where they are repeated."""

from __future__ import annotations

from typing import Literal

import msgspec

from engine.calls.records import Place

Repeats = Literal["paging", "polling"]
"""Why a step is called again: there is another page, or what was begun is not done."""


class Pass(msgspec.Struct, frozen=True):
    """A value that one step gives and a later one takes. Steps are told by the numbers by which they are cited."""

    giver: int
    gives: str
    """Where the giver's answer has it, as Arazzo writes it: `$response.body#/items/0/id`, `$response.header.Location`;
    `$response.body` where the specification does not say what is in it."""
    taker: int
    needs: str
    """The taker's input, as `FieldFact` has it."""
    location: Place
    alternatives: tuple[str, ...] = ()
    """Other operations that give it: `GET /issues`."""

    @property
    def said(self) -> str:
        """It in words: `issue_number (path) ← [1] $.number, or of GET /issues`."""
        place = self.gives.removeprefix("$response.").removeprefix("body#").replace("/", ".") or "body"
        given = f"${place}" if place.startswith(".") else place
        others = f", or of {' or '.join(self.alternatives)}" if self.alternatives else ""
        return f"{self.needs} ({self.location}) ← [{self.giver}] {given}{others}"


class Repeat(msgspec.Struct, frozen=True):
    """A step that is called again and again."""

    step: int
    """By which it is cited."""
    why: Repeats
    field: str
    """What tells whether it is enough, as Arazzo writes it: `$response.body#/status`, `$response.body#/next_cursor`."""
    value: str
    """It is enough where the field is this: `'completed'`, `null`."""
    takes: str = ""
    """Of paging: the input that takes the field's value, such as `cursor`."""

    @property
    def until(self) -> str:
        """When it is enough, as a condition of Arazzo: `$response.body#/status == 'completed'`."""
        return f"{self.field} == {self.value}"

    @property
    def going(self) -> str:
        """While it is not."""
        return f"{self.field} != {self.value}"

    @property
    def said(self) -> str:
        """It in words: `again with cursor until $.next_cursor is null`."""
        place = self.field.removeprefix("$response.body#").replace("/", ".")
        return f"again{f' with {self.takes}' if self.takes else ''} until ${place} is {self.value}"
