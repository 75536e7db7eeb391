"""A list of options as this program uses it."""

from textual.widgets import OptionList


class Options(OptionList):
    """A list that can be paged when it is not laid out yet, or has no room: its pages are of no height then."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Turn no page of a list that is not drawn; Textual would look for lines that it has not made."""
        return bool(self.scrollable_content_region) or not action.startswith("page_")
