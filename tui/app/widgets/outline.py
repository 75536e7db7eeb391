"""What is in a spec as a tree, and the filter over it."""

from collections.abc import Iterable
from typing import NamedTuple

from rich.style import Style
from rich.text import Text
from textual.widgets import Tree
from textual.widgets.tree import TreeNode

from engine import Kind, OutlineRow
from tui.app.text import label
from tui.app.views.entry import INCOMING, named, place
from tui.app.widgets.leaves import Leaves

SHOWN = 200
"""Hits that a filter shows. Filling a tree takes time for each line, and nobody reads more."""
BADGE = (7, 13)
"""Fewest and most cells for what an operation does, and a blank: `DELETE`, `Subscription`. Longer ones are cut."""


class Group(NamedTuple):
    """Entries of a spec that stand together: operations or webhooks of one tag, passages under one heading."""

    kind: Kind
    tag: str


class Outline(Leaves[OutlineRow | Group]):
    """Group → entry. Groups are filled when they open, so that a thousand operations cost nothing at first."""

    def __init__(self) -> None:
        super().__init__("outline")
        self.show_root = False
        self._rows: dict[str, OutlineRow] = {}
        self._groups: dict[Group, list[OutlineRow]] = {}
        self._haystacks: list[tuple[str, OutlineRow]] = []
        self._badge = BADGE[0]

    def load(self, rows: Iterable[OutlineRow]) -> None:
        """Take the entries of a spec, in source order."""
        self._groups = {}
        for row in rows:
            self._groups.setdefault(_group(row), []).append(row)
        self._rows = {row.operation: row for group in self._groups.values() for row in group}
        self._haystacks = [(_haystack(row), row) for row in self._rows.values()]
        widest = max((len(_badge(row)) for row in self._rows.values() if row.kind != Kind.PASSAGE), default=0)
        self._badge = min(max(widest + 1, BADGE[0]), BADGE[1])
        self.filter("")

    def filter(self, query: str) -> tuple[int, int]:
        """Show the entries that hold every word of `query`; all groups when it is empty.

        Returns:
            How many are shown, and how many match.
        """
        self.clear()
        words = query.casefold().split()
        if not words:
            for group, rows in self._groups.items():
                self.root.add(_title(group, len(rows)), data=group)
            if len(self._groups) == 1 and len(self._rows) <= SHOWN:
                self.root.children[0].expand()
            return len(self._rows), len(self._rows)
        hits = [row for text, row in self._haystacks if all(word in text for word in words)]
        for row in hits[:SHOWN]:
            self.root.add_leaf(self._label(row), data=row)
        return min(len(hits), SHOWN), len(hits)

    def reveal(self, operation: str) -> bool:
        """Open the group of an entry, put the cursor on it and bring it into view; False if a filter hides it."""
        row = self._rows.get(operation)
        nodes = [node for node in self.root.children if row and node.data in (row, _group(row))]
        for node in nodes:
            self._fill(node)
            node.expand()
            leaf = next((leaf for leaf in node.children if leaf.data is row), node)
            self.call_after_refresh(self.move_cursor, leaf)
        return bool(nodes)

    def on_resize(self) -> None:
        """Keep the line with the cursor in view, also when the tree is seen again."""
        self.call_after_refresh(self.scroll_to_line, self.cursor_line, animate=False)

    def on_tree_node_expanded(self, event: Tree.NodeExpanded[OutlineRow | Group]) -> None:
        self._fill(event.node)

    def render_label(self, node: TreeNode[OutlineRow | Group], base_style: Style, style: Style) -> Text:
        """Draw a path that is too long from its end: within a group the beginnings are the same."""
        text = super().render_label(node, base_style, style)
        row, room = node.data, self.size.width - (2 if node.parent is self.root else 4) - 1
        if not isinstance(row, OutlineRow) or room < self._badge + 12 or text.cell_len <= room:
            return text
        if row.kind == Kind.PASSAGE:
            text.truncate(room, overflow="ellipsis")
            return text
        tail = text[self._badge + 1 + text.cell_len - room :]
        return Text.assemble(text[: self._badge], ("…", style), tail[max(tail.plain.find("/"), 0) :])

    def _fill(self, group: TreeNode[OutlineRow | Group]) -> None:
        if not group.children and isinstance(group.data, Group):
            for row in self._groups.get(group.data, ()):
                group.add_leaf(self._label(row), data=row)

    def _label(self, row: OutlineRow) -> Text:
        if row.kind == Kind.PASSAGE:
            return label((row.summary or "(no heading)", ""), (f"  {place(row.operation)}", "dim"))
        badge = _badge(row)[: self._badge - 1].ljust(self._badge)
        return label((badge, "bold"), (named(row.operation)[1], "strike" if row.deprecated else ""))


def _group(row: OutlineRow) -> Group:
    return Group(row.kind, row.tag)


def _title(group: Group, rows: int) -> Text:
    incoming = group.kind == Kind.WEBHOOK
    name = group.tag or {Kind.WEBHOOK: "webhooks", Kind.PASSAGE: "(no heading)"}.get(group.kind, "other")
    return label((INCOMING + name if incoming else name, "bold"), (f"  {rows}{' incoming' if incoming else ''}", "dim"))


def _badge(row: OutlineRow) -> str:
    return (INCOMING if row.kind == Kind.WEBHOOK else "") + named(row.operation)[0]


def _haystack(row: OutlineRow) -> str:
    kind = "webhook incoming" if row.kind == Kind.WEBHOOK else ""
    return f"{row.operation} {row.operation_id} {row.summary} {row.tag} {kind}".casefold()
