"""The least Textual app with the kinds of widgets that specdeck shows first, to measure its first frame against."""

from textual.app import App, ComposeResult
from textual.containers import Container, Horizontal, Vertical, VerticalScroll
from textual.widgets import Footer, Input, Select, Sparkline, Static, TextArea, Tree


class BareApp(App[None]):
    """Three panes with nothing in them."""

    CSS = "#panes { layout: horizontal; height: 1fr; } #health { height: 7; } #browser { width: 40; }"

    def compose(self) -> ComposeResult:
        """Compose."""
        yield Static("specdeck")
        with Container(id="panes"):
            with Vertical(id="browser"):
                yield Select([("one", 1)])
                yield Input(placeholder="Filter")
                yield Tree("specs")
                yield VerticalScroll(Static("operation"))
            with Vertical():
                yield VerticalScroll(Static("messages"))
                yield TextArea(placeholder="Ask how to do something with an API")
        with Horizontal(id="health"):
            for name in ("worker", "speed", "search", "models", "library"):
                yield Static(name)
            yield Sparkline([1, 2, 3])
            yield Sparkline([1, 2, 3])
        yield Footer()


BareApp().run()
