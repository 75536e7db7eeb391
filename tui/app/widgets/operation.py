"""One operation: a heading, its parts as a tree, and everything about the line under the cursor."""

from collections.abc import Iterable
from functools import partial

from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Tree
from textual.widgets.tree import TreeNode

from engine import Engine, Fields, OperationView, SpecdeckError, summary_of
from tui.app.text import MUTED, label, plain
from tui.app.views.entry import title
from tui.app.views.fields import schema_rows
from tui.app.views.line import Line
from tui.app.views.prose import text_lines
from tui.app.views.request import CHOICES, request_lines
from tui.app.views.row import Row
from tui.app.views.rows import operation_facts, operation_rows
from tui.app.widgets.leaves import Leaves
from tui.app.widgets.lines import Lines
from tui.app.work import start

OPENED = frozenset("Parameters Arguments Inputs Steps Body Message Responses Returns Callbacks Security".split())
"""Sections that are open at first."""


class Parts(Leaves[Row]):
    """The parts of an operation. References are read when they are opened, so circles are no trouble."""

    COMPONENT_CLASSES = {"parts--type"}
    DEFAULT_CSS = """
    Parts > .parts--type { color: $text-primary; }
    """

    def __init__(self) -> None:
        super().__init__("parts")

    def render_label(self, node: TreeNode[Row], base_style: Style, style: Style) -> Text:
        """Draw the type in the theme's colour."""
        text = super().render_label(node, base_style, style)
        row = node.data
        if row is not None and row.type and not style.bgcolor:
            start = text.plain.find(row.type, len(row.name))
            text.stylize(self.get_component_rich_style("parts--type", partial=True), start, start + len(row.type))
        return text


class OperationDetail(Vertical):
    """Shows one operation.

    Args:
        engine: Reads the schemas that are opened.
    """

    BINDING_GROUP_TITLE = "An operation"
    BINDINGS = [
        Binding("f", "request", "Request", id="operation.request",
                tooltip="Show the request with a few fields, then with the required ones only, then with all"),
        Binding("m", "media_type", "Type", id="operation.media_type",
                tooltip="Show the request in the next media type of its body"),
    ]  # fmt: skip

    class Failed(Message):
        """Something that was opened could not be read."""

        def __init__(self, error: SpecdeckError) -> None:
            super().__init__()
            self.error = error

    class Follow(Message):
        """Another operation is to be opened: `SPEC:METHOD /path`."""

        def __init__(self, ref: str) -> None:
            super().__init__()
            self.ref = ref

    def __init__(self, engine: Engine) -> None:
        super().__init__(id="operation")
        self._engine = engine
        self.view: OperationView | None = None
        self._fields: Fields | None = None
        """Which fields the request that is shown sends; None before it is shown."""
        self._media_type = 0
        """Place of the media type in which it sends them."""
        self._heading = Lines(id="heading")
        self._parts = Parts()
        self._about = Lines()

    def compose(self) -> ComposeResult:
        yield self._heading
        yield self._parts
        yield VerticalScroll(self._about, id="about")

    def open(self, view: OperationView) -> None:
        """Show another operation."""
        self.view = view
        self._fields, self._media_type = None, 0
        operation = view.operation
        marks = [("incoming", operation.incoming), ("deprecated", operation.deprecated)]
        words = (plain(f"  {word}", "bold $text-warning") for word, holds in marks if holds)
        heading = title(operation.key, incoming=operation.incoming, style="bold $text-primary")
        self._heading.show([Line(Content("").join([heading.text, *words]), heading.lead)])
        root = Row(
            summary_of(operation) or operation.key,
            text=operation.description or operation.summary,
            facts=operation_facts(operation),
        )
        tree = self._parts
        tree.clear()
        tree.root.data = root
        tree.root.set_label(label((root.name, "bold")))
        for row in operation_rows(view):
            node = _add(tree.root, row)
            if row.name in OPENED:
                _fill(node, row.rows)
                node.expand()  # what is not known yet is read then
            if row.name in ("Body", "Message", "Returns") and len(row.rows) == 1:
                node.children[0].expand()
        tree.root.expand()
        tree.move_cursor(tree.root)
        self._describe(root)

    def focus_parts(self) -> None:
        """Put the cursor into the tree."""
        self._parts.focus()

    def action_request(self) -> None:
        """Show the request, or the next choice of its fields."""
        choices = list(CHOICES)
        place = choices.index(self._fields) + 1 if self._fields else 0
        self._fields = choices[place % len(choices) if self._media_types else 0]
        start(self.app, self._show_request, "request", exclusive=True)

    def action_media_type(self) -> None:
        """Show the request in the next media type of its body."""
        if self._fields:
            self._media_type = (self._media_type + 1) % len(self._media_types)
        self._fields = self._fields or "few"
        start(self.app, self._show_request, "request", exclusive=True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer another media type only where there is one."""
        return action != "media_type" or len(self._media_types) > 1

    @property
    def _media_types(self) -> tuple[str, ...]:
        """Those in which the body may be sent, JSON before others."""
        body = self.view.operation.body if self.view else None
        found = dict.fromkeys(content.media_type for content in body.content) if body else ()
        return tuple(sorted(found, key=lambda one: (not one.startswith("application/json"), "json" not in one)))

    async def _show_request(self) -> None:
        view, fields = self.view, self._fields
        if view is None or fields is None:
            return
        media_type = self._media_types[self._media_type] if self._media_types else ""
        try:
            facts = await self._engine.library.facts(view, fields, media_type)
        except SpecdeckError as error:
            self.post_message(self.Failed(error))
            return
        if view is self.view:
            self._about.show(request_lines(facts, fields, media_type))

    def on_tree_node_highlighted(self, event: Tree.NodeHighlighted[Row]) -> None:
        event.stop()
        if event.node.data is not None:
            self._describe(event.node.data)

    def on_tree_node_selected(self, event: Tree.NodeSelected[Row]) -> None:
        event.stop()
        if event.node.data is not None and event.node.data.ref:
            self.post_message(self.Follow(event.node.data.ref))

    def on_tree_node_expanded(self, event: Tree.NodeExpanded[Row]) -> None:
        event.stop()
        node, row = event.node, event.node.data
        if row is None or node.children:
            return
        if row.rows:
            _fill(node, row.rows)
        elif row.schema is not None:
            start(self.app, partial(self._read, node, row), "schema")

    async def _read(self, node: TreeNode[Row], row: Row) -> None:
        view = self.view
        if view is None or row.schema is None:
            return
        try:
            rows = await schema_rows(row.schema, lambda pointer: self._engine.library.schema(view.spec, pointer))
        except SpecdeckError as error:
            self.post_message(self.Failed(error))
            return
        if not node.children and view is self.view:
            _fill(node, rows)

    def _describe(self, row: Row) -> None:
        heading = Content("  ").join(
            filter(None, [plain(row.name, "bold"), plain(row.type), plain(row.note, MUTED) if row.type else None])
        )
        facts = [Line(plain(value), plain(f"{name}  ", MUTED)) for name, value in row.facts]
        self._about.show([Line(heading), *text_lines(row.text), *facts])


def _fill(node: TreeNode[Row], rows: Iterable[Row]) -> None:
    for row in rows:
        _add(node, row)


def _add(node: TreeNode[Row], row: Row) -> TreeNode[Row]:
    heads = node.is_root or (row.rows and not row.type)
    return node.add(_label(row, "bold" if heads else ""), data=row, allow_expand=row.opens)


def _label(row: Row, style: str) -> Text:
    parts = [(row.name, style), (row.type, ""), (row.note, "dim")]
    return label(*((f"{text}  ", style) for text, style in parts if text))
