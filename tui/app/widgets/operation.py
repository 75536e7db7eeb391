"""One operation or schema: a heading, its parts as a tree, and everything about the line under the cursor."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Self

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Tree
from textual.widgets.tree import TreeNode

from engine import Engine, Fields, OperationView, Schema, SchemaView, SpecdeckError, summary_of
from tui.app.text import MUTED, label, plain
from tui.app.views.entry import schema_title, title
from tui.app.views.fields import field_row, schema_rows
from tui.app.views.line import Line
from tui.app.views.prose import text_lines
from tui.app.views.request import CHOICES, request_lines
from tui.app.views.row import Row, target
from tui.app.views.rows import operation_facts, operation_rows
from tui.app.widgets.leaves import Leaves
from tui.app.widgets.lines import Lines
from tui.app.work import start

OPENED = frozenset("Parameters Arguments Inputs Steps Body Message Responses Returns Callbacks Security".split())
"""Sections that are open at first."""
SHARES = (0.55, 0.3)
"""Of a line, for the names and for the types of fields: longer ones push on what follows."""


class Parts(Leaves[Row]):
    """The parts of an operation or a schema. References are read when they are opened, so circles are no trouble."""

    COMPONENT_CLASSES = {"parts--type"}
    DEFAULT_CSS = """
    Parts > .parts--type { color: $text-primary; }
    """

    def __init__(self) -> None:
        super().__init__("parts")
        self._widths: dict[tuple[int, int], tuple[int, int]] = {}
        """Cells of the widest name, with its sign, and type among the lines of a node, by it and how many they are."""

    def clear(self) -> Self:
        self._widths.clear()
        return super().clear()

    def drawn(self, node: TreeNode[Row]) -> Text | None:
        """Return names, types and notes in columns; sections, which have little in common, as they are."""
        if node.data is None or node.parent is None or _has_sections(node.parent):
            return None
        room, sign = self.room(node), self.sign(node)
        name, kind = (int(share * (room + sign)) for share in SHARES)
        widest_name, widest_kind = self._widest(node.parent)
        return _label(node.data, min(widest_name, name) - sign, min(widest_kind, kind))

    def render_label(self, node: TreeNode[Row], base_style: Style, style: Style) -> Text:
        """Draw the type in the theme's colour, and cut what is too long."""
        text = super().render_label(node, base_style, style)
        row = node.data
        if row is not None and row.type and not style.bgcolor:
            start = text.plain.find(row.type, len(row.name))
            text.stylize(self.get_component_rich_style("parts--type", partial=True), start, start + len(row.type))
        return self.cut(text, node)

    def _widest(self, around: TreeNode[Row]) -> tuple[int, int]:
        key = around.id, len(around.children)
        if key not in self._widths:
            lines = [(child, child.data) for child in around.children if child.data is not None]
            self._widths[key] = (
                max(cell_len(row.name) + self.sign(child) for child, row in lines),
                max(cell_len(row.type) for _, row in lines),
            )
        return self._widths[key]


class OperationDetail(Vertical):
    """Shows one operation or schema.

    Args:
        engine: Reads the schemas that are opened.
    """

    BINDING_GROUP_TITLE = "An operation"
    BINDINGS = [
        Binding("f", "request", "Request", id="operation.request",
                tooltip="Show the request with a few fields, then with the required ones only, then with all"),
        Binding("m", "media_type", "Type", id="operation.media_type",
                tooltip="Show the request in the next media type of its body"),
        Binding("o", "open_schema", "Schema", show=False, id="operation.schema",
                tooltip="Open the schema of the line by itself"),
    ]  # fmt: skip

    class Failed(Message):
        """Something that was opened could not be read."""

        def __init__(self, error: SpecdeckError) -> None:
            super().__init__()
            self.error = error

    class Follow(Message):
        """Another operation or schema is to be opened: `SPEC:METHOD /path`, `SPEC:/components/schemas/Issue`."""

        def __init__(self, ref: str) -> None:
            super().__init__()
            self.ref = ref

    def __init__(self, engine: Engine) -> None:
        super().__init__(id="operation")
        self._engine = engine
        self.view: OperationView | SchemaView | None = None
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

    def open(self, view: OperationView | SchemaView) -> None:
        """Show another operation or schema."""
        self.view = view
        self._fields, self._media_type = None, 0
        self.refresh_bindings()
        if isinstance(view, SchemaView):
            self._open_schema(view)
        else:
            self._open_operation(view)

    def _open_schema(self, view: SchemaView) -> None:
        name = schema_title(view.pointer)
        about = field_row(name, view.schema)
        self._heading.show([Line(plain(name, "bold"), plain("schema  ", "bold $text-primary"))])
        tree = self._begin(about._replace(schema=Schema(ref=view.pointer)))
        start(self.app, partial(self._read, tree.root, about), "schema")

    def _open_operation(self, view: OperationView) -> None:
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
        tree = self._begin(root)
        for row in operation_rows(view):
            node = _add(tree.root, row)
            if row.name in OPENED:
                _fill(node, row.rows)
                node.expand()  # what is not known yet is read then
            if row.name in ("Body", "Message", "Returns") and len(row.rows) == 1:
                node.children[0].expand()

    def _begin(self, root: Row) -> Parts:
        """Empty the tree for what another root is about."""
        tree = self._parts
        tree.clear()
        tree.root.data = root
        tree.root.set_label(label((root.name, "bold")))
        tree.root.expand()
        tree.move_cursor(tree.root)
        self._describe(root)
        return tree

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
        """Offer a request only of an operation, and another media type only where there is one."""
        if action == "request":
            return isinstance(self.view, OperationView)
        return action != "media_type" or len(self._media_types) > 1

    def action_open_schema(self) -> None:
        """Open the schema that the line under the cursor stands for."""
        row = self._parts.cursor_node.data if self._parts.cursor_node else None
        if self.view and row and row.schema and (pointer := target(row.schema)):
            self.post_message(self.Follow(f"{self.view.spec}:{pointer}"))

    @property
    def _media_types(self) -> tuple[str, ...]:
        """Those in which the body may be sent, JSON before others."""
        body = self.view.operation.body if isinstance(self.view, OperationView) else None
        found = dict.fromkeys(content.media_type for content in body.content) if body else ()
        return tuple(sorted(found, key=lambda one: (not one.startswith("application/json"), "json" not in one)))

    async def request(self, view: OperationView) -> str:
        """Return the request of the operation that is shown, with the fields and in the media type that were chosen.

        Args:
            view: That operation.

        Raises:
            NotFoundError: The operation is gone.
            LibraryError: The library cannot be read.
        """
        return (await self._engine.library.facts(view, self._fields or "few", self._chosen_type)).request

    @property
    def _chosen_type(self) -> str:
        return self._media_types[self._media_type] if self._media_types else ""

    async def _show_request(self) -> None:
        view, fields, media_type = self.view, self._fields, self._chosen_type
        if not isinstance(view, OperationView) or fields is None:
            return
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
            _fill(node, (self._linked(row, frozenset(_around(node))) for row in rows))

    def _linked(self, row: Row, around: frozenset[str]) -> Row:
        """Return a row that would lead back to a schema in which it is as a link to that schema."""
        if self.view is None or row.schema is None or (pointer := target(row.schema)) not in around or not pointer:
            return row
        note = ", ".join(filter(None, [row.note, "as above"]))
        return row._replace(note=note, schema=None, ref=f"{self.view.spec}:{pointer}")

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
    return node.add(_label(row, heads=_has_sections(node)), data=row, allow_expand=row.opens)


def _has_sections(node: TreeNode[Row]) -> bool:
    """Tell whether the lines of a node are the sections of an operation, and no fields."""
    return node.is_root and node.data is not None and node.data.schema is None


def _around(node: TreeNode[Row]) -> Iterator[str]:
    """Yield the JSON pointers of the schemas in which a line is, itself among them."""
    each: TreeNode[Row] | None = node
    while each is not None:
        if each.data is not None and each.data.schema is not None:
            yield target(each.data.schema)
        each = each.parent


def _label(row: Row, name_cells: int = 0, type_cells: int = 0, *, heads: bool = False) -> Text:
    """Return name, type and note, each in a column of so many cells at least."""
    bold = "bold" if heads or (row.rows and not row.type) else ""
    columns = [(row.name, name_cells, bold), (row.type, type_cells, ""), (row.note, 0, "dim")]
    parts = [(text + " " * (cells - cell_len(text)), style) for text, cells, style in columns if text or cells]
    drawn = label(*((f"{text}  ", style) for text, style in parts))
    drawn.rstrip()
    return drawn
