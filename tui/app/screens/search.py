"""The dialog that finds operations and passages over all specs, as you type."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from functools import partial
from typing import NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.events import DescendantFocus, ScreenResume, ScreenSuspend
from textual.widgets import Input, OptionList, Static

from engine import Engine, Found, InputError, SpecdeckError, clean_line, narrowed
from tui.app.screens.dialog import Dialog
from tui.app.text import MUTED, count, plain
from tui.app.views.line import Line
from tui.app.widgets.counts import Counts
from tui.app.widgets.field import Field
from tui.app.widgets.hits import Hits
from tui.app.widgets.lines import Lines
from tui.app.work import start

SHOWN = 50
"""Hits that are listed: who has not found it among them types another word."""
PAUSE_S = 0.15
"""Rest of the keys after which the search by meaning begins; who types steadily presses a key sooner."""
HELP = "Words, a question, an operationId or METHOD /path"
FILTER_HELP = "Filter (Tab), such as method = DELETE and not deprecated"
EMPTY = "The library is empty. Esc closes this, Ctrl+O adds a specification."


class Choice(NamedTuple):
    """What the user takes from the search."""

    ref: str = ""
    """Of what is to be opened; or"""
    question: str = ""
    """what is to be asked."""


class Asked(NamedTuple):
    """What is looked for."""

    query: str
    where: str
    spec: str | None


class SearchScreen(Dialog[Choice]):
    """Shows the hits by words with every key, and those by meaning when the keys rest. Kept while it is closed.

    Args:
        engine: Searches.
        opened: Set once the engine is open.
        spec: Tells which spec the browser shows.
    """

    AUTO_FOCUS = "#query"
    BINDING_GROUP_TITLE = "Search"
    BINDINGS = [
        Binding("down", "move('cursor_down')", "Down", show=False, id="search.down",
                tooltip="Go to the next hit, also while words are typed"),
        Binding("up", "move('cursor_up')", "Up", show=False, id="search.up",
                tooltip="Go to the hit before, also while words are typed"),
        Binding("pagedown", "move('page_down')", "Page down", show=False, id="search.page_down",
                tooltip="Go down the hits by a page"),
        Binding("pageup", "move('page_up')", "Page up", show=False, id="search.page_up",
                tooltip="Go up the hits by a page"),
        Binding("ctrl+s", "scope", "Scope", show=False, id="search.scope",
                tooltip="Search all specs, or only the one that is shown"),
        Binding("escape", "leave", "Close", show=False, id="search.close", tooltip="Close the search"),
    ]  # fmt: skip

    def __init__(self, engine: Engine, opened: asyncio.Event, spec: Callable[[], str]) -> None:
        super().__init__()
        self._engine = engine
        self._opened = opened
        self._shown_spec = spec
        self._specs = 0
        """How many there are; 0 until the library has said it."""
        self._only = ""
        """The spec that the search is confined to."""
        self._moved = False
        """Whether the user has put the cursor somewhere since the last key."""
        self._answered: Asked | None = None
        self._opening = False
        """Whether Enter waits for the hits of what was typed."""
        self._query = Field(HELP, id="query")
        self._where = Field(FILTER_HELP, id="where")
        self._refusal = Lines(id="search-refusal")
        self._hits = Hits()
        self._counts = Counts()
        self._why = Static(id="search-why", markup=False)
        self._state = Static(plain("Opening the library", MUTED), id="search-state", markup=False)
        self._dialog = Vertical(classes="dialog", id="search")

    def compose(self) -> ComposeResult:
        with self._dialog:
            yield self._query
            yield self._where
            yield self._refusal
            with Horizontal(id="search-found"):
                yield self._hits
                yield self._counts
            yield self._why
            yield self._state

    def look_for(self, words: str, spec: str) -> None:
        """Look for words in one spec, when the search is opened next."""
        self._query.value, self._where.value, self._only = words, "", spec

    # Opening and closing -------------------------------------------------------------------------------------------

    @on(ScreenResume)
    def _resumed(self) -> None:
        self._query.focus()
        self._query.action_select_all()
        if self._only:
            self._only = self._shown_spec()
        self._specs = 0
        self._look()

    @on(ScreenSuspend)
    def _suspended(self) -> None:
        self.workers.cancel_group(self, "search")

    def action_leave(self) -> None:
        """Close the search."""
        self.dismiss()

    @on(OptionList.OptionSelected, "#hits")
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._open()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._opening = self._answered != self._asked
        if not self._opening:
            self._open()

    def _open(self) -> None:
        if hit := self._hits.hit:
            self.dismiss(Choice(ref=hit.ref))

    @on(Hits.AskAbout)
    def _ask(self, event: Hits.AskAbout) -> None:
        event.stop()
        self.dismiss(Choice(question=event.question))

    # Looking -------------------------------------------------------------------------------------------------------

    @property
    def _asked(self) -> Asked:
        return Asked(clean_line(self._query.value), self._where.value.strip(), self._only or None)

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self._moved = False
        self._hits.scroll_home(animate=False, immediate=True)
        self._look()

    @on(Counts.Chosen)
    def _narrow(self, event: Counts.Chosen) -> None:
        try:
            self._where.value = narrowed(self._where.value, event.field, event.value)
        except InputError as error:
            self._refuse(error)

    def action_scope(self) -> None:
        """Search only the spec that the browser shows, or all again."""
        self._only = "" if self._only or self._specs < 2 else self._shown_spec()
        self._title()
        self._look()

    def _look(self) -> None:
        self._opening = False
        start(self, partial(self._find, self._asked), "search", exclusive=True)

    async def _find(self, asked: Asked) -> None:
        """Search by words, then, if no key has come meanwhile, count the matches and search by meaning."""
        query, where, spec = asked
        blank = not (query or where)
        try:
            if not self._specs:
                await self._opened.wait()
                self._specs = len(await self._engine.library.specs())
                self._title()
            steps = self._engine.questions.stream(query, n=SHOWN, spec=spec, where=where)
            async with aclosing(steps):
                if not blank:
                    self._show(asked, await anext(steps))
                await asyncio.sleep(PAUSE_S)
                self._counts.show(await self._engine.questions.facets(query, spec=spec, where=where))
                if not blank:
                    self._show(asked, await anext(steps))
        except InputError as error:
            self._refuse(error)
        except SpecdeckError as error:
            self._say(f"! {error}")
        else:
            if blank:
                self._clear(asked)

    def _show(self, asked: Asked, found: Found) -> None:
        """Show an answer. The cursor stays where the user has put it, else it is on the best hit."""
        self._answered = asked
        self._refusal.display = False
        placed = self._moved or self._hits.has_focus or self._hits.scroll_y > 0
        self._hits.show(found.hits, keep=placed, named_specs=self._specs > 1 and not self._only)
        self._explain()
        number = "Best " * (len(found.hits) == SHOWN) + count(len(found.hits), "hit") if found.hits else "Nothing found"
        self._say(" · ".join(filter(None, [number, found.mode, f"{found.ms:.0f} ms", found.note])))
        if self._opening:
            self._opening = False
            self._open()

    def _clear(self, asked: Asked) -> None:
        self._answered = asked
        self._refusal.display = False
        self._hits.show((), keep=False, named_specs=False)
        self._explain()
        self._say("" if self._specs else EMPTY)

    def _refuse(self, error: InputError) -> None:
        """Say what is wrong with the filter. The hits of the last one that was right stay."""
        self._opening = False
        self._refusal.show([Line(plain(clean_line(str(error))), plain("! ", "bold $text-warning"))])
        self._refusal.display = True

    # The cursor and the lines around -------------------------------------------------------------------------------

    async def action_move(self, how: str) -> None:
        """Move the cursor of the hits."""
        self._moved = True
        await self.app.run_action(how, self._hits)

    @on(OptionList.OptionHighlighted, "#hits")
    def _explain(self) -> None:
        hit = self._hits.hit
        said = f"{hit.relevance:.0%} · {clean_line(hit.why)}" if hit else ""
        self._why.update(plain(said, MUTED))

    def _say(self, text: str) -> None:
        self._state.update(plain(clean_line(text), MUTED))

    def _title(self) -> None:
        scope = f"in {self._only}" if self._only else f"in {self._specs} specs" if self._specs > 1 else ""
        self._dialog.border_title = plain(f"Find {scope}".strip())
        self._hint()

    @on(DescendantFocus)
    def _hint(self) -> None:
        """Say which keys there are here."""
        here = {self._query: "Tab filter", self._where: "Tab hits", self._hits: "a asks"}
        key = next((hint for field, hint in here.items() if field.has_focus), "")
        scope = ("^s all specs" if self._only else "^s this spec") if self._specs > 1 else ""
        enter = "Enter narrows" if self._counts.has_focus else "Enter opens"
        self._dialog.border_subtitle = " · ".join(filter(None, [enter, key, scope, "Esc closes"]))
