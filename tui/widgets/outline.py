"""The operations of a spec as a tree, and the filter over it."""

from collections.abc import Iterable

from rich.style import Style
from rich.text import Text
from textual.widgets import Tree
from textual.widgets.tree import TreeNode

from engine import OutlineRow
from tui.text import label
from tui.widgets.leaves import Leaves

SHOWN = 200
"""Hits that a filter shows. Filling a tree takes time for each line, and nobody reads more."""
METHOD = 7
"""Cells for the method: `DELETE` and a blank. Longer ones are cut."""


class Outline(Leaves[OutlineRow | str]):
    """Tag → operation. Groups are filled when they open, so that a thousand operations cost nothing at first."""

    def __init__(self) -> None:
        super().__init__("outline")
        self.show_root = False
        self._rows: dict[str, OutlineRow] = {}
        self._tags: dict[str, list[OutlineRow]] = {}
        self._haystacks: list[tuple[str, OutlineRow]] = []

    def load(self, rows: Iterable[OutlineRow]) -> None:
        """Take the operations of a spec, in source order."""
        self._tags = {}
        for row in rows:
            self._tags.setdefault(row.tag, []).append(row)
        self._rows = {row.operation: row for group in self._tags.values() for row in group}
        self._haystacks = [
            (f"{row.operation} {row.operation_id} {row.summary} {row.tag}".casefold(), row)
            for row in self._rows.values()
        ]
        self.filter("")

    def filter(self, query: str) -> tuple[int, int]:
        """Show the operations that hold every word of `query`; all groups when it is empty.

        Returns:
            How many are shown, and how many match.
        """
        self.clear()
        words = query.casefold().split()
        if not words:
            for tag, rows in self._tags.items():
                self.root.add(label((tag or "other", "bold"), (f"  {len(rows)}", "dim")), data=tag)
            return len(self._rows), len(self._rows)
        hits = [row for text, row in self._haystacks if all(word in text for word in words)]
        for row in hits[:SHOWN]:
            self.root.add_leaf(_label(row), data=row)
        return min(len(hits), SHOWN), len(hits)

    def reveal(self, operation: str) -> None:
        """Open the group of an operation and put the cursor on it."""
        row = self._rows.get(operation)
        group = next((node for node in self.root.children if row and node.data == row.tag), None)
        if row is None or group is None:
            return
        self._fill(group)
        group.expand()
        leaf = next((node for node in group.children if node.data is row), group)
        self.call_after_refresh(self.move_cursor, leaf)

    def on_tree_node_expanded(self, event: Tree.NodeExpanded[OutlineRow | str]) -> None:
        self._fill(event.node)

    def render_label(self, node: TreeNode[OutlineRow | str], base_style: Style, style: Style) -> Text:
        """Draw a path that is too long from its end: within a group the beginnings are the same."""
        text = super().render_label(node, base_style, style)
        row, room = node.data, self.size.width - (2 if node.parent is self.root else 4) - 1
        if not isinstance(row, OutlineRow) or room < METHOD + 12 or text.cell_len <= room:
            return text
        tail = text[METHOD + 1 + text.cell_len - room :]
        return Text.assemble(text[:METHOD], ("…", style), tail[max(tail.plain.find("/"), 0) :])

    def _fill(self, group: TreeNode[OutlineRow | str]) -> None:
        if not group.children and isinstance(group.data, str):
            for row in self._tags.get(group.data, ()):
                group.add_leaf(_label(row), data=row)


def _label(row: OutlineRow) -> Text:
    method, _, path = row.operation.partition(" ")
    return label(
        (method[: METHOD - 1].ljust(METHOD), "bold"),
        (path, "strike" if row.deprecated else ""),
    )
