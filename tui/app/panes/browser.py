"""The browser pane: what the library holds, operation by operation, schema by schema, passage by passage."""

from functools import partial

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Tree

from engine import (
    Engine,
    NotFoundError,
    OutlineRow,
    Problem,
    SchemaRow,
    SchemaView,
    SpecdeckError,
    SpecInfo,
)
from tui.app.text import plain
from tui.app.trail import Trail
from tui.app.views.entry import View, counted, found_line, key_of, note_lines, question_about
from tui.app.views.grouping import Entry, Group
from tui.app.widgets.citing import Citing
from tui.app.widgets.detail import Detail
from tui.app.widgets.field import Field
from tui.app.widgets.lines import Lines
from tui.app.widgets.operation import OperationDetail
from tui.app.widgets.outline import SHOWN, Outline
from tui.app.widgets.specs import Specs
from tui.app.work import start


class BrowserPane(Vertical):
    """Shows one spec as a tree with a filter, and one operation, schema or passage in full.

    Args:
        engine: Reads the specs.
    """

    BORDER_TITLE = "F3 Specs"
    BINDING_GROUP_TITLE = "Specs"
    BINDINGS = [
        Binding("slash", "filter", "Filter", key_display="/", id="browser.filter",
                tooltip="Filter by method, path, operationId, summary, tag, heading, and names of inputs and schemas"),
        Binding("a", "ask", "Ask", id="browser.ask", tooltip="Ask in the chat about this operation, schema or passage"),
        Binding("c,y", "copy", "Copy", id="browser.copy",
                tooltip="Copy the request of this operation as curl, or the text of this passage"),
        Binding("left_square_bracket,alt+left", "step(-1)", "Back", show=False, id="browser.before", key_display="[",
                tooltip="Go back to what was open before"),
        Binding("right_square_bracket,alt+right", "step(1)", "Forward", show=False, id="browser.after",
                key_display="]", tooltip="Go forward again to what was open after it"),
        Binding("s", "choose_spec", "Spec", id="browser.spec", tooltip="Choose another spec"),
        Binding("p", "problems", "Problems", id="browser.problems", tooltip="List what could not be read of the spec"),
        Binding("down", "hits", "To the list", show=False, id="browser.hits", tooltip="Go from the filter to the list"),
        Binding("escape", "back", "Back", show=False, id="browser.back",
                tooltip="Close what is open, or the filter; go back to the chat from what it opened"),
    ]  # fmt: skip

    class AskAbout(Message):
        """The user wants to ask about what is open or under the cursor."""

        def __init__(self, question: str) -> None:
            super().__init__()
            self.question = question

    class ListProblems(Message):
        """The user wants to read what could not be read of a spec."""

        def __init__(self, spec: str, problems: tuple[Problem, ...]) -> None:
            super().__init__()
            self.spec = spec
            self.problems = problems

    class Failed(Message):
        """Something could not be read."""

        def __init__(self, error: SpecdeckError) -> None:
            super().__init__()
            self.error = error

    def __init__(self, engine: Engine) -> None:
        super().__init__(id="browser", classes="pane")
        self._engine = engine
        self._infos: list[SpecInfo] | None = None
        self._spec = ""
        self._problems: tuple[Problem, ...] = ()
        self._trail = Trail()
        self._from_chat = False
        """Whether Escape leads back to the chat."""
        self._reader: Widget | None = None
        """What had the cursor in the chat when that opened what is open."""
        self._specs = Specs()
        self._filter = Field("Filter", id="filter")
        self._outline = Outline()
        self._counts = Lines(id="counts")
        self._note = Lines(id="note")
        self._detail = Detail(engine)

    def compose(self) -> ComposeResult:
        # The details are mounted when there is something to show: the first frame waits for nothing that it does not
        # show.
        yield self._specs
        yield self._filter
        yield self._counts
        yield self._outline
        yield self._note

    @property
    def spec(self) -> str:
        """The name of the spec that is shown."""
        return self._spec

    # What the app tells it -----------------------------------------------------------------------------------------

    def focus_pane(self) -> None:
        """Put the cursor into what is open, else into the tree; another program may have changed the library."""
        start(self.app, self._follow_library, "library", exclusive=True)
        if self.has_class("-open"):
            self._detail.focus_parts()
        else:
            self._outline.focus()

    async def show_library(self, specs: list[SpecInfo], spec: str = "") -> None:
        """Offer the specs, and show `spec`, or the one shown now, or the first."""
        self._infos = specs
        names = [info.name for info in specs]
        chosen = next((name for name in (spec, self._spec, *names) if name in names), "")
        await self._specs.offer(names, chosen)
        self._show_spec(chosen)

    def open_entry(self, ref: str) -> None:
        """Show an operation, a schema or a passage: `SPEC:METHOD /path`, `SPEC:/types/User`, `SPEC:guide.md:12`."""
        start(self.app, partial(self._open, ref), "entry", exclusive=True)

    def open_cited(self, ref: str, reader: Widget | None) -> None:
        """Show what the chat cites; see `open_entry`.

        Args:
            ref: What is cited.
            reader: What had the cursor in the chat.
        """
        self._from_chat, self._reader = True, reader
        self.open_entry(ref)

    def open_place(self, problem: Problem | None) -> None:
        """Show the operation or schema in which something could not be read; nothing for none."""
        if problem is not None:
            start(self.app, partial(self._open_place, problem), "entry", exclusive=True)

    # What happens in it --------------------------------------------------------------------------------------------

    def action_filter(self) -> None:
        """Go to the filter, and have ready what it looks through."""
        self._close()
        self._filter.focus()
        start(self.app, partial(self._filtered, self._spec, self._filter.value.strip()), "filter", exclusive=True)

    @property
    def _about(self) -> View | Entry | None:
        """What is open, else the entry under the cursor."""
        return self._detail.view if self.has_class("-open") else self._outline.about

    def action_ask(self) -> None:
        """Ask about what is open, or about the line under the cursor."""
        if about := self._about:
            self.post_message(self.AskAbout(question_about(about)))

    def action_copy(self) -> None:
        """Copy the request of an operation, or a passage."""
        start(self.app, partial(self._copy, self._about), "copy", exclusive=True)

    async def _copy(self, about: View | Entry | None) -> None:
        try:
            text = await self._detail.source(self._spec, about) if about else ""
        except SpecdeckError as error:
            self.post_message(self.Failed(error))
        else:
            self.post_message(Citing.Copied(text))

    def action_step(self, places: int) -> None:
        """Go back to what was open before, or forward; from the list to what was open last."""
        ref = self._trail.here if places < 0 and not self.has_class("-open") else self._trail.step(places)
        if ref:
            self.open_entry(ref)

    def action_problems(self) -> None:
        """List what could not be read of the spec."""
        self.post_message(self.ListProblems(self._spec, self._problems))

    def action_choose_spec(self) -> None:
        """Go to the list of specs."""
        self._specs.unfold()

    def action_hits(self) -> None:
        """Go to the first line of the list."""
        self._outline.focus()
        self._outline.cursor_line = 0

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the list of specs only when there is a choice, and that of problems when there are some."""
        offered = {
            "choose_spec": self._specs.has_choice,
            "problems": bool(self._problems),
            "copy": not isinstance(self._about, SchemaRow | SchemaView | None),
        }
        return offered.get(action, True)

    async def action_back(self) -> None:
        """Close what is open, or empty the filter; from what the chat opened go back there."""
        if self.has_class("-open") and self._from_chat:
            self._from_chat = False
            await self.run_action("app.show_pane('chat')")
            if self._reader is not None and self._reader.is_attached:
                self._reader.focus(scroll_visible=False)
            return
        if self._filter.has_focus or not self.has_class("-open"):
            self._filter.clear()
        self._close()
        self._outline.focus()

    @on(Specs.Chosen)
    def _chosen(self, event: Specs.Chosen) -> None:
        event.stop()
        self._close()
        self._show_spec(event.name)

    @on(Input.Changed, "#filter")
    def _narrow(self, event: Input.Changed) -> None:
        event.stop()
        query = event.value.strip()
        start(self.app, partial(self._filtered, self._spec, query), "filter", exclusive=True)
        if not query:
            self._outline.show_groups()
            self._note.show([])

    async def _filtered(self, spec: str, query: str) -> None:
        try:
            narrowed = await self._engine.library.narrow(spec, query, SHOWN)
        except SpecdeckError as error:
            self.post_message(self.Failed(error))
            return
        if spec == self._spec and query:
            self._outline.show_hits(narrowed.rows)
            if self._outline.has_focus:
                self._outline.cursor_line = 0
            self._note.show([found_line(narrowed)])

    @on(Input.Submitted, "#filter")
    async def _search(self, event: Input.Submitted) -> None:
        event.stop()
        if words := event.value.strip():
            await self.run_action(f"app.search({words!r})")
        else:
            self.action_hits()

    @on(Tree.NodeHighlighted, "#outline")
    def _highlighted(self, event: Tree.NodeHighlighted[Entry | Group]) -> None:
        self.refresh_bindings()
        if row := self._outline.about:
            self._note.show(note_lines(row))

    @on(Tree.NodeSelected, "#outline")
    def _selected(self, event: Tree.NodeSelected[Entry | Group]) -> None:
        row = event.node.data
        if isinstance(row, OutlineRow | SchemaRow):
            self._from_chat = False
            self.open_entry(f"{self._spec}:{row.operation if isinstance(row, OutlineRow) else row.pointer}")

    @on(OperationDetail.Follow)
    def _follow(self, event: OperationDetail.Follow) -> None:
        event.stop()
        self.open_entry(event.ref)

    @on(OperationDetail.Failed)
    def _part_failed(self, event: OperationDetail.Failed) -> None:
        event.stop()
        self.post_message(self.Failed(event.error))

    def _show_spec(self, name: str) -> None:
        start(self.app, partial(self._load, name), "outline", exclusive=True)

    async def _follow_library(self) -> None:
        """Show what is in the library now, where another program has changed it."""
        if self._infos is None:
            return  # the library is not open yet
        try:
            specs = await self._engine.library.specs()
        except SpecdeckError as error:
            self.post_message(self.Failed(error))
            return
        before, now = _stamps(self._infos), _stamps(specs)
        if before == now:
            return
        if self._spec and before.get(self._spec) == now.get(self._spec):
            self._infos = specs
            await self._specs.offer([info.name for info in specs], self._spec)
            self.border_subtitle = "" if self._specs.has_choice else plain(self._spec)
        else:
            await self.show_library(specs)

    async def _load(self, name: str) -> None:
        if not name:
            self._clear()
            return
        try:
            overview = await self._engine.library.overview(name)
            schemas = await self._engine.library.schemas(name)
        except SpecdeckError as error:
            self.post_message(self.Failed(error))
            if isinstance(error, NotFoundError):
                await self._follow_library()
            return
        self._spec = name
        self._problems = overview.problems
        self.refresh_bindings()
        self.border_subtitle = "" if self._specs.has_choice else plain(name)
        self._counts.show([counted(overview)])
        self._empty_filter()
        self._note.show([])
        self._outline.load(overview.operations, schemas)

    async def _open(self, ref: str) -> None:
        try:
            view = await self._engine.library.show(ref)
        except SpecdeckError as error:
            self.post_message(self.Failed(error))
            if isinstance(error, NotFoundError):
                await self._follow_library()
            return
        if not isinstance(view, View):
            return  # a spec, which nothing here refers to
        if view.spec != self._spec:
            self._infos = await self._engine.library.specs()
            await self._specs.offer([info.name for info in self._infos], view.spec)
            await self._load(view.spec)
        if not self._detail.is_attached:
            await self.mount(self._detail)
        self._trail.go(ref)
        self._show(view)

    async def _open_place(self, problem: Problem) -> None:
        try:
            ref = await self._engine.library.standing_at(self._spec, problem.pointer)
        except SpecdeckError as error:
            self.post_message(self.Failed(error))
            return
        if ref:
            await self._open(ref)
        else:
            where = f"line {problem.line:,}" if problem.line else problem.pointer or "the whole document"
            hint = "Look for it in the document itself"
            self.post_message(self.Failed(NotFoundError(f"Nothing of this place was read: {where}", hint=hint)))

    def _show(self, view: View) -> None:
        """Show an entry of the spec that is shown."""
        self._set_open(True)
        key = key_of(view)
        if not self._outline.reveal(key):
            self._empty_filter()
            self._outline.show_groups()
            self._outline.reveal(key)
        ways = ["[ back"] * self._trail.leads(-1) + ["] forward"] * self._trail.leads(1)
        self._detail.open(view, [view.spec, *self._outline.groups_of(key)], ways)
        self.focus_pane()

    def _clear(self) -> None:
        """Show that there is nothing."""
        self._close()
        self._spec, self._problems, self.border_subtitle = "", (), ""
        self._counts.show([])
        self._empty_filter()
        self._note.show([])
        self._outline.load([])

    def _empty_filter(self) -> None:
        """Empty the field without filtering: the list is about to be filled anew."""
        with self._filter.prevent(Input.Changed):
            self._filter.clear()

    def _close(self) -> None:
        self._from_chat = False
        self._set_open(False)

    def _set_open(self, is_open: bool) -> None:
        """Say whether something is open: to read it, more of the screen is taken."""
        self.set_class(is_open, "-open")
        if isinstance(self.parent, Widget):
            self.parent.set_class(is_open, "-reading")
        self.refresh_bindings()


def _stamps(specs: list[SpecInfo]) -> dict[str, str]:
    """Return when each spec was added, by its name: what tells whether the library has changed."""
    return {info.name: info.added for info in specs}
