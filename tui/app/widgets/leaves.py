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
    ]

    def __init__(self, id: str) -> None:  # noqa: A002 (Textual's name)
        super().__init__("", id=id)
        self.guide_depth = 2
        # Textual sets it when it first draws the tree, and a click may ask for a line before.
        self._pseudo_class_state = PseudoClasses(enabled=True, focus=False, hover=False)

    def render_label(self, node: TreeNode[TreeDataType], base_style: Style, style: Style) -> Text:
        """Draw what is dim in the theme's muted colour, which can be read; under the cursor as the rest."""
        text = super().render_label(node, base_style, style)
        if self.is_attached and not self.app.current_theme.ansi:
            muted = Style(color=None if style.bgcolor else self.get_component_rich_style("leaves--muted").color)
            text.spans = [span._replace(style=muted) if span.style == "dim" else span for span in text.spans]
        return text
