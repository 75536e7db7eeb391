"""The browser pane: what the library holds, operation by operation and passage by passage."""

from functools import partial

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input, Select, Tree

from engine import (
    Engine,
    Kind,
    NotFoundError,
    OperationView,
    OutlineRow,
    Overview,
    PassageView,
    Problem,
    SpecdeckError,
    SpecInfo,
)
from tui.app.text import MUTED, count, label, plain
from tui.app.views.entry import contents, place, question, title
from tui.app.views.line import Line
from tui.app.widgets.field import Field
from tui.app.widgets.lines import Lines
from tui.app.widgets.operation import OperationDetail
from tui.app.widgets.outline import Group, Outline
from tui.app.widgets.quote import PassageDetail
from tui.app.work import start


class BrowserPane(Vertical):
    """Shows one spec as a tree with a filter, and one operation or passage in full.

    Args:
        engine: Reads the specs.
    """

    BORDER_TITLE = "F3 Specs"
    BINDING_GROUP_TITLE = "Specs"
    BINDINGS = [
        Binding("slash", "filter", "Filter", key_display="/", id="browser.filter",
                tooltip="Filter by method, path, operationId, summary, heading and tag"),
        Binding("a", "ask", "Ask", id="browser.ask", tooltip="Ask in the chat about this operation or passage"),
        Binding("s", "choose_spec", "Spec", id="browser.spec", tooltip="Choose another spec"),
        Binding("p", "problems", "Problems", id="browser.problems", tooltip="List what could not be read of the spec"),
        Binding("down", "hits", "To the list", show=False, id="browser.hits", tooltip="Go from the filter to the list"),
        Binding("escape", "back", "Back", show=False, id="browser.back", tooltip="Close what is open, or the filter"),
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
        self._view: OperationView | PassageView | None = None
        self._select: Select[str] | None = None
        self._filter = Field("Filter", id="filter")
        self._outline = Outline()
        self._counts = Lines(id="counts")
        self._note = Lines(id="note")
        self._operation = OperationDetail(engine)
        self._passage = PassageDetail()
        self._detail = Vertical(self._operation, self._passage, id="detail")

    def compose(self) -> ComposeResult:
        # The selector and the details are mounted when there is something to select or show: the first frame waits
        # for nothing that it does not show.
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
        if not self.has_class("-open"):
            self._outline.focus()
        elif isinstance(self._view, PassageView):
            self._passage.focus()
        else:
            self._operation.focus_parts()

    async def show_library(self, specs: list[SpecInfo], spec: str = "") -> None:
        """Offer the specs, and show `spec`, or the one shown now, or the first."""
        self._infos = specs
        names = [info.name for info in specs]
        chosen = next((name for name in (spec, self._spec, *names) if name in names), "")
        await self._offer(names, chosen)
        self._show_spec(chosen)

    def open_entry(self, ref: str) -> None:
        """Show an operation or a passage: `SPEC:METHOD /path`, `SPEC:guide.md:12`."""
        start(self.app, partial(self._open, ref), "entry", exclusive=True)

    # What happens in it --------------------------------------------------------------------------------------------

    def action_filter(self) -> None:
        """Go to the filter."""
        self._close()
        self._filter.focus()

    def action_ask(self) -> None:
        """Ask about what is open, or about the line under the cursor."""
        node = self._outline.cursor_node
        about = self._view if self.has_class("-open") else node.data if node else None
        if isinstance(about, OperationView | PassageView | OutlineRow):
            self.post_message(self.AskAbout(_question(about)))

    def action_problems(self) -> None:
        """List what could not be read of the spec."""
        self.post_message(self.ListProblems(self._spec, self._problems))

    def action_choose_spec(self) -> None:
        """Go to the list of specs."""
        if self._select:
            self._select.focus()
            self._select.action_show_overlay()

    def action_hits(self) -> None:
        """Go to the first line of the list."""
        self._outline.focus()
        self._outline.cursor_line = 0

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the list of specs only when there is a choice, and that of problems when there are some."""
        return {"choose_spec": self._select is not None, "problems": bool(self._problems)}.get(action, True)

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
    def _highlighted(self, event: Tree.NodeHighlighted[OutlineRow | Group]) -> None:
        row = event.node.data
        if isinstance(row, OutlineRow):
            self._say(*_note_lines(row))

    @on(Tree.NodeSelected, "#outline")
    def _selected(self, event: Tree.NodeSelected[OutlineRow | Group]) -> None:
        if isinstance(event.node.data, OutlineRow):
            self.open_entry(f"{self._spec}:{event.node.data.operation}")

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

    async def _offer(self, names: list[str], chosen: str) -> None:
        """Let the user choose among specs, where there is a choice."""
        if self._select and len(names) < 2:
            await self._select.remove()
            self._select = None
        elif self._select:
            with self.prevent(Select.Changed):
                self._select.set_options((label((name, "")), name) for name in names)
                self._select.value = chosen
        elif len(names) > 1:
            # Texts, not contents: in these a name is found that is typed.
            self._select = Select(
                [(label((name, "")), name) for name in names], id="spec", value=chosen, allow_blank=False, compact=True
            )
            with self.prevent(Select.Changed):
                await self.mount(self._select, before=self._filter)

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
            await self._offer([info.name for info in specs], self._spec)
            self.border_subtitle = "" if self._select else plain(self._spec)
        else:
            await self.show_library(specs)

    async def _load(self, name: str) -> None:
        if not name:
            self._clear()
            return
        try:
            overview = await self._engine.library.overview(name)
        except SpecdeckError as error:
            self.post_message(self.Failed(error))
            if isinstance(error, NotFoundError):
                await self._follow_library()
            return
        self._spec = name
        self._problems = overview.problems
        self.refresh_bindings()
        self.border_subtitle = "" if self._select else plain(name)
        self._counts.show([_counted(overview)])
        self._empty_filter()
        self._say()
        self._outline.load(overview.operations)

    async def _open(self, ref: str) -> None:
        try:
            view = await self._engine.library.show(ref)
        except SpecdeckError as error:
            self.post_message(self.Failed(error))
            if isinstance(error, NotFoundError):
                await self._follow_library()
            return
        if not isinstance(view, OperationView | PassageView):
            return  # a spec or a schema, which nothing here refers to
        if view.spec != self._spec:
            self._infos = await self._engine.library.specs()
            await self._offer([info.name for info in self._infos], view.spec)
            await self._load(view.spec)
        if not self._detail.is_attached:
            await self.mount(self._detail)
        self._show(view)

    def _show(self, view: OperationView | PassageView) -> None:
        """Show an entry of the spec that is shown."""
        self._view = view
        if isinstance(view, PassageView):
            self._passage.open(view)
            key = view.passage.key
        else:
            self._operation.open(view)
            key = view.operation.key
        self._passage.display = isinstance(view, PassageView)
        self._operation.display = isinstance(view, OperationView)
        self.add_class("-open")
        if not self._outline.reveal(key):
            self._empty_filter()
            self._outline.filter("")
            self._outline.reveal(key)
        self.focus_pane()

    def _clear(self) -> None:
        """Show that there is nothing."""
        self._close()
        self._spec, self._problems, self.border_subtitle = "", (), ""
        self._counts.show([])
        self._empty_filter()
        self._say()
        self._outline.load([])

    def _empty_filter(self) -> None:
        """Empty the field without filtering: the list is about to be filled anew."""
        with self._filter.prevent(Input.Changed):
            self._filter.clear()

    def _close(self) -> None:
        self.remove_class("-open")

    def _count(self, shown: int, matching: int) -> None:
        of = f"first {shown} of {matching}" if matching > shown else str(matching)
        self._say(Line(plain(f"{of} found" if matching else "Nothing found", MUTED)))

    def _say(self, *lines: Line) -> None:
        self._note.show(lines)


def _stamps(specs: list[SpecInfo]) -> dict[str, str]:
    """Return when each spec was added, by its name: what tells whether the library has changed."""
    return {info.name: info.added for info in specs}


def _question(about: OutlineRow | OperationView | PassageView) -> str:
    """Return what may be asked about an entry."""
    match about:
        case OutlineRow(kind=Kind.PASSAGE):
            return question(about.operation, about.summary or about.operation)
        case OutlineRow():
            return question(about.operation)
        case PassageView():
            return question(about.passage.key, about.passage.title or about.passage.key)
        case OperationView():
            return question(about.operation.key)


def _note_lines(row: OutlineRow) -> list[Line]:
    """Return what the line under the cursor is about."""
    if row.kind == Kind.PASSAGE:
        return [Line(plain(row.summary or row.tag, "bold")), Line(plain(place(row.operation), MUTED))]
    name = title(row.operation, incoming=row.kind == Kind.WEBHOOK)
    said = "the API makes this call" if row.kind == Kind.WEBHOOK else ""
    return [name, Line(plain(" · ".join(filter(None, [row.summary, said])), MUTED))]


def _counted(overview: Overview) -> Line:
    """Return what a spec holds, and how much of it could not be read."""
    info, problems = overview.info, len(overview.problems)
    schemas = count(info.schemas, "schema") if info.schemas else ""
    text = plain(" · ".join(filter(None, [contents([info]), schemas])), MUTED)
    return Line(text + plain(f" · ! {count(problems, 'problem')}", "$text-warning") if problems else text)
