"""What the two trees have in common."""

from rich.style import Style
from rich.text import Text
from textual.binding import Binding
from textual.widget import PseudoClasses
from textual.widgets import Tree
from textual.widgets.tree import TreeDataType, TreeNode


class Leaves(Tree[TreeDataType]):
    """A tree with the keys of vi and small signs."""

    COMPONENT_CLASSES = {"leaves--muted"}
    DEFAULT_CSS = """
    Leaves > .leaves--muted { color: $text-muted; }
    """
    ICON_NODE = "▸ "
    ICON_NODE_EXPANDED = "▾ "
    BINDING_GROUP_TITLE = "Trees"
    BINDINGS = [
        Binding("enter", "select_cursor", "Open", show=False, id="tree.open", tooltip="Open or close the line"),
        Binding("j", "cursor_down", "Down", show=False, id="tree.down", tooltip="Go to the next line"),
        Binding("k", "cursor_up", "Up", show=False, id="tree.up", tooltip="Go to the line before"),
        Binding("right,l", "inward", "Inward", show=False, id="tree.inward",
                tooltip="Open the line, or go to the first one in it"),
        Binding("left,h", "outward", "Outward", show=False, id="tree.outward",
                tooltip="Close the line, or go to the one that it is in"),
        Binding("g", "scroll_home", "First", show=False, id="tree.first", tooltip="Go to the first line"),
        Binding("G", "scroll_end", "Last", show=False, id="tree.last", tooltip="Go to the last line"),
    ]  # fmt: skip

    def __init__(self, id: str) -> None:  # noqa: A002 (Textual's name)
        super().__init__("", id=id)
        self.guide_depth = 2
        # Textual sets it when it first draws the tree, and a click may ask for a line before.
        self._pseudo_class_state = PseudoClasses(enabled=True, focus=False, hover=False)

    def action_inward(self) -> None:
        """Open the line under the cursor; go into one that is open."""
        node = self.cursor_node
        if node is not None and node.allow_expand and not node.is_expanded:
            node.expand()
        elif node is not None and node.children:
            self.move_cursor(node.children[0])

    def action_outward(self) -> None:
        """Close the line under the cursor; go to the one around a line that is not open."""
        node = self.cursor_node
        if node is not None and node.children and node.is_expanded:
            node.collapse()
        elif node is not None and node.parent is not None and (self.show_root or not node.parent.is_root):
            self.move_cursor(node.parent)

    def room(self, node: TreeNode[TreeDataType]) -> int:
        """Return the cells that there are for the label of a line, without its sign."""
        depth, above = 0, node.parent
        while above is not None:
            depth, above = depth + 1, above.parent
        if not self.show_root:
            depth -= 1
        return self.size.width - depth * self.guide_depth - self.sign(node) - self.show_vertical_scrollbar

    def cut(self, text: Text, node: TreeNode[TreeDataType]) -> Text:
        """Return a drawn line with an ellipsis where it is too long."""
        text.truncate(self.room(node) + self.sign(node), overflow="ellipsis")
        return text

    def drawn(self, node: TreeNode[TreeDataType]) -> Text | None:
        """Return what is drawn in place of the label of a line, where that depends on the lines around."""
        return None

    def sign(self, node: TreeNode[TreeDataType]) -> int:
        """Return the cells of the sign that says whether a line is open."""
        return len(self.ICON_NODE) if node.allow_expand else 0

    def get_label_width(self, node: TreeNode[TreeDataType]) -> int:
        """Return nothing: lines are cut to the width that there is, and measuring all of them takes time."""
        return 0

    def render_label(self, node: TreeNode[TreeDataType], base_style: Style, style: Style) -> Text:
        """Draw what is dim in the theme's muted colour, which can be read; under the cursor as the rest."""
        text = super().render_label(node, base_style, style)
        if (drawn := self.drawn(node)) is not None:
            drawn.stylize(style)
            text = text[: self.sign(node)] + drawn
        if self.is_attached and not self.app.current_theme.ansi:
            muted = Style(color=None if style.bgcolor else self.get_component_rich_style("leaves--muted").color)
            text.spans = [span._replace(style=muted) if span.style == "dim" else span for span in text.spans]
        return text
