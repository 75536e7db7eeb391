"""The browser pane: what the library holds, operation by operation."""

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input, Select, Tree

from engine import Engine, OutlineRow, SpecdeckError, SpecInfo
from tui.text import MUTED, plain
from tui.widgets.field import Field
from tui.widgets.lines import Line, Lines
from tui.widgets.operation import OperationDetail
from tui.widgets.outline import Outline


class BrowserPane(Vertical):
    """Shows one spec as a tree with a filter, and one operation in full.

    Args:
        engine: Reads the specs.
    """

    BORDER_TITLE = "F3 Specs"
    BINDING_GROUP_TITLE = "Specs"
    BINDINGS = [
        Binding("slash", "filter", "Filter", key_display="/", id="browser.filter",
                tooltip="Filter by method, path, operationId, summary and tag"),
        Binding("a", "ask", "Ask", id="browser.ask", tooltip="Ask in the chat how to use this operation"),
        Binding("s", "choose_spec", "Spec", id="browser.spec", tooltip="Choose another spec"),
        Binding("down", "hits", "To the list", show=False, id="browser.hits", tooltip="Go from the filter to the list"),
        Binding("escape", "back", "Back", show=False, id="browser.back", tooltip="Close the operation or the filter"),
    ]  # fmt: skip

    class AskAbout(Message):
        """The user wants to ask about an operation: `METHOD /path`."""

        def __init__(self, operation: str) -> None:
            super().__init__()
            self.operation = operation

    class Failed(Message):
        """Something could not be read."""

        def __init__(self, error: SpecdeckError) -> None:
            super().__init__()
            self.error = error

    def __init__(self, engine: Engine) -> None:
        super().__init__(id="browser", classes="pane")
        self._engine = engine
        self._spec = ""
        self._select: Select[str] = Select([], id="spec", prompt="Spec", compact=True)
        self._filter = Field("Filter", id="filter")
        self._outline = Outline()
        self._note = Lines(id="note")
        self._detail = OperationDetail(engine)

    def compose(self) -> ComposeResult:
        # The selector and the operation are mounted when there is something to select or show: the first frame waits
        # for nothing that it does not show.
        yield self._filter
        yield self._outline
        yield self._note

    # What the app tells it -----------------------------------------------------------------------------------------

    def focus_pane(self) -> None:
        """Put the cursor into the operation if one is open, else into the tree."""
        if self.has_class("-open"):
            self._detail.focus_parts()
        else:
            self._outline.focus()

    async def show_library(self, specs: list[SpecInfo], spec: str = "") -> None:
        """Offer the specs, and show `spec`, or the one shown now, or the first."""
        names = [info.name for info in specs]
        if not names:
            return
        chosen = next((name for name in (spec, self._spec) if name in names), names[0])
        if len(names) > 1:
            if not self._select.is_attached:
                await self.mount(self._select, before=self._filter)
            with self.prevent(Select.Changed):
                self._select.set_options((plain(name), name) for name in names)
                self._select.value = chosen
        self._show_spec(chosen)

    def open_operation(self, ref: str) -> None:
        """Show an operation: `SPEC:METHOD /path`."""
        self.app.run_worker(self._open(ref), group="operation", exclusive=True, exit_on_error=False)

    # What happens in it --------------------------------------------------------------------------------------------

    def action_filter(self) -> None:
        """Go to the filter."""
        self._close()
        self._filter.focus()

    def action_ask(self) -> None:
        """Ask about the open operation, or the one under the cursor."""
        view = self._detail.view if self.has_class("-open") else None
        row = self._outline.cursor_node.data if self._outline.cursor_node else None
        if view is not None:
            self.post_message(self.AskAbout(view.operation.key))
        elif isinstance(row, OutlineRow):
            self.post_message(self.AskAbout(row.operation))

    def action_choose_spec(self) -> None:
        """Go to the list of specs."""
        if self._select.display:
            self._select.focus()
            self._select.action_show_overlay()

    def action_hits(self) -> None:
        """Go to the first line of the list."""
        self._outline.focus()
        self._outline.cursor_line = 0

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the list of specs only when there is a choice."""
        return action != "choose_spec" or self._select.is_attached

    def action_back(self) -> None:
        """Close the operation, or empty the filter."""
        if self._filter.has_focus or not self.has_class("-open"):
            self._filter.clear()
        self._close()
        self._outline.focus()

    @on(Select.Changed, "#spec")
    def _chosen(self, event: Select.Changed) -> None:
        if isinstance(event.value, str):
            self._close()
            self._show_spec(event.value)

    @on(Input.Changed, "#filter")
    def _narrow(self, event: Input.Changed) -> None:
        event.stop()
        shown, matching = self._outline.filter(event.value)
        self._count(shown, matching) if event.value.strip() else self._say()

    @on(Input.Submitted, "#filter")
    def _to_hits(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_hits()

    @on(Tree.NodeHighlighted, "#outline")
    def _highlighted(self, event: Tree.NodeHighlighted[OutlineRow | str]) -> None:
        row = event.node.data
        if isinstance(row, OutlineRow):
            method, _, path = row.operation.partition(" ")
            self._say(Line(plain(path, "bold"), plain(f"{method} ", "bold")), Line(plain(row.summary, MUTED)))

    @on(Tree.NodeSelected, "#outline")
    def _selected(self, event: Tree.NodeSelected[OutlineRow | str]) -> None:
        if isinstance(event.node.data, OutlineRow):
            self.open_operation(f"{self._spec}:{event.node.data.operation}")

    @on(OperationDetail.Failed)
    def _part_failed(self, event: OperationDetail.Failed) -> None:
        event.stop()
        self.post_message(self.Failed(event.error))

    def _show_spec(self, name: str) -> None:
        self.app.run_worker(self._load(name), group="outline", exclusive=True, exit_on_error=False)

    async def _load(self, name: str) -> None:
        try:
            rows = await self._engine.outline(name)
        except SpecdeckError as error:
            self.post_message(self.Failed(error))
            return
        self._spec = name
        self.border_subtitle = "" if self._select.is_attached else plain(name)
        self._filter.clear()
        self._outline.load(rows)

    async def _open(self, ref: str) -> None:
        try:
            view = await self._engine.operation(ref)
        except SpecdeckError as error:
            self.post_message(self.Failed(error))
            return
        if view.spec != self._spec:
            if self._select.is_attached:
                with self.prevent(Select.Changed):
                    self._select.value = view.spec
            await self._load(view.spec)
        if not self._detail.is_attached:
            await self.mount(self._detail)
        self._detail.open(view)
        self.add_class("-open")
        if not self._filter.value:
            self._outline.reveal(view.operation.key)
        self._detail.focus_parts()

    def _close(self) -> None:
        self.remove_class("-open")

    def _count(self, shown: int, matching: int) -> None:
        of = f"first {shown} of {matching}" if matching > shown else str(matching)
        self._say(Line(plain(f"{of} found" if matching else "Nothing found", MUTED)))

    def _say(self, *lines: Line) -> None:
        self._note.show(lines)
