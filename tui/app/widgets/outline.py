"""What is in a spec as a tree, and what a filter leaves of it."""

from collections.abc import Iterable, Sequence

from rich.style import Style
from rich.text import Text
from textual.widgets import Tree
from textual.widgets.tree import TreeNode

from engine import Kind, OutlineRow, SchemaRow
from tui.app.text import label
from tui.app.views.entry import INCOMING, named, place
from tui.app.views.grouping import MANY, Entry, Group, by_letter, grouped
from tui.app.widgets.leaves import Leaves

SHOWN = 200
"""Hits that a filter shows. Filling a tree takes time for each line, and nobody reads more."""
BADGE = (7, 13)
"""Fewest and most cells for what an operation does, and a blank: `DELETE`, `Subscription`. Longer ones are cut."""
LEAST_PATH = 12
"""Cells of a path below which it is not cut at its beginning: of so little the end tells no more."""
SCHEMAS = Group(None, "")


class Outline(Leaves[Entry | Group]):
    """Group → entry. Groups are filled when they open, so that a thousand operations cost nothing at first."""

    def __init__(self) -> None:
        super().__init__("outline")
        self.show_root = False
        self._inside: dict[Group, Sequence[Entry | Group]] = {}
        """What each group shows when it is opened."""
        self._sizes: dict[Group, int] = {}
        self._around: dict[str, tuple[Group, ...]] = {}
        """The groups in which an entry is, the outermost first."""
        self._entries: dict[str, Entry] = {}
        self._badge = BADGE[0]

    def load(self, rows: Iterable[OutlineRow], schemas: Sequence[SchemaRow] = ()) -> None:
        """Take the entries of a spec in source order, and its schemas by name."""
        self._inside, self._around, self._entries = {}, {}, {}
        operations = grouped(rows)
        for group, inside in operations.items():
            self._put(group, inside, ())
        self._sizes = {group: len(inside) for group, inside in operations.items()}
        if schemas:
            self._put_schemas(schemas)
        badges = (_badge(row) for row in self._entries.values() if isinstance(row, OutlineRow))
        self._badge = min(max(max(map(len, badges), default=0) + 1, BADGE[0]), BADGE[1])
        self.show_groups()

    @property
    def about(self) -> Entry | None:
        """The entry under the cursor."""
        data = self.cursor_node.data if self.cursor_node else None
        return None if isinstance(data, Group) else data

    def groups_of(self, key: str) -> tuple[str, ...]:
        """Return the names of the groups in which an entry is, the outermost first."""
        return tuple(_name(group) for group in self._around.get(key, ()))

    def show_groups(self) -> None:
        """Show all groups, closed; a single one of entries that is short open."""
        self.clear()
        tops = [group for group in self._inside if group.kind is not None or group == SCHEMAS]
        for group in tops:
            self._add(self.root, group)
        of_entries = [group for group in tops if group != SCHEMAS]
        if len(of_entries) == 1 and len(self._inside[of_entries[0]]) <= SHOWN:
            self.root.children[0].expand()

    def show_hits(self, rows: Iterable[Entry]) -> None:
        """Show what a filter leaves, without groups and with no cursor yet."""
        self.clear()
        self.cursor_line = -1
        for row in rows:
            kind = ("schema".ljust(self._badge), "dim") if isinstance(row, SchemaRow) else ("", "")
            self.root.add_leaf(label(kind) + self._label(row), data=row)

    def reveal(self, key: str) -> bool:
        """Open the groups of an entry, put the cursor on it and bring it into view; False if a filter hides it."""
        entry, nodes = self._entries.get(key), self.root.children
        for wanted in (*self._around.get(key, ()), entry):
            node = next((node for node in nodes if node.data == entry or node.data == wanted), None)
            if entry is None or node is None:
                return False
            if node.data == entry:
                self.call_after_refresh(self.move_cursor, node)
                return True
            self._fill(node)
            node.expand()
            nodes = node.children
        return False

    def on_resize(self) -> None:
        """Keep the line with the cursor in view, also when the tree is seen again."""
        self.call_after_refresh(self.scroll_to_line, self.cursor_line, animate=False)

    def on_tree_node_expanded(self, event: Tree.NodeExpanded[Entry | Group]) -> None:
        self._fill(event.node)

    def render_label(self, node: TreeNode[Entry | Group], base_style: Style, style: Style) -> Text:
        """Draw a path that is too long from its end: within a group the beginnings are the same."""
        text = super().render_label(node, base_style, style)
        row, room = node.data, self.room(node)
        if text.cell_len <= room:
            return text
        if isinstance(row, OutlineRow) and row.kind != Kind.PASSAGE and room >= self._badge + LEAST_PATH:
            tail = text[self._badge + 1 + text.cell_len - room :]
            return Text.assemble(text[: self._badge], ("…", style), tail[max(tail.plain.find("/"), 0) :])
        return self.cut(text, node)

    def _put(self, group: Group, inside: Sequence[Entry], around: tuple[Group, ...]) -> None:
        self._inside[group] = inside
        for entry in inside:
            key = entry.operation if isinstance(entry, OutlineRow) else entry.pointer
            self._around[key], self._entries[key] = (*around, group), entry

    def _put_schemas(self, schemas: Sequence[SchemaRow]) -> None:
        self._sizes[SCHEMAS] = len(schemas)
        if len(schemas) < MANY:
            self._put(SCHEMAS, schemas, ())
            return
        letters = by_letter(schemas)
        self._inside[SCHEMAS] = tuple(letters)
        for letter, inside in letters.items():
            self._sizes[letter] = len(inside)
            self._put(letter, inside, (SCHEMAS,))

    def _fill(self, node: TreeNode[Entry | Group]) -> None:
        if not node.children and isinstance(node.data, Group):
            for each in self._inside[node.data]:
                self._add(node, each)

    def _add(self, node: TreeNode[Entry | Group], each: Entry | Group) -> None:
        if isinstance(each, Group):
            incoming = " incoming" if each.kind == Kind.WEBHOOK else ""
            node.add(label((_name(each), "bold"), (f"  {self._sizes[each]}{incoming}", "dim")), data=each)
        else:
            node.add_leaf(self._label(each), data=each)

    def _label(self, row: Entry) -> Text:
        if isinstance(row, SchemaRow):
            return label((row.name, ""))
        if row.kind == Kind.PASSAGE:
            return label((row.summary or "(no heading)", ""), (f"  {place(row.operation)}", "dim"))
        badge = _badge(row)[: self._badge - 1].ljust(self._badge)
        return label((badge, "bold"), (named(row.operation)[1], "strike" if row.deprecated else ""))


def _name(group: Group) -> str:
    """Return what a group is called in the tree."""
    unnamed = {Kind.WEBHOOK: "webhooks", Kind.PASSAGE: "(no heading)", None: "schemas"}
    name = group.name or unnamed.get(group.kind, "other")
    return INCOMING + name if group.kind == Kind.WEBHOOK else name


def _badge(row: OutlineRow) -> str:
    """Return what an operation does, as it stands before its path; nothing for a passage."""
    if row.kind == Kind.PASSAGE:
        return ""
    return (INCOMING if row.kind == Kind.WEBHOOK else "") + named(row.operation)[0]
