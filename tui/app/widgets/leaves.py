"""What the two trees have in common."""

from textual.binding import Binding
from textual.widgets import Tree
from textual.widgets.tree import TreeDataType


class Leaves(Tree[TreeDataType]):
    """A tree with the keys of vi and small signs."""

    ICON_NODE = "▸ "
    ICON_NODE_EXPANDED = "▾ "
    BINDING_GROUP_TITLE = "Trees"
    BINDINGS = [
        Binding("enter", "select_cursor", "Open", show=False, id="tree.open", tooltip="Open or close the line"),
        Binding("j", "cursor_down", "Down", show=False, id="tree.down", tooltip="Go to the next line"),
        Binding("k", "cursor_up", "Up", show=False, id="tree.up", tooltip="Go to the line before"),
    ]

    def __init__(self, id: str) -> None:  # noqa: A002 (Textual's name)
        super().__init__("", id=id)
        self.guide_depth = 2
