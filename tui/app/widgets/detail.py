"""What is open in the browser: where it stands, and an operation, a schema or a passage in full."""

from collections.abc import Iterable

from textual.containers import Vertical
from textual.widgets import Static

from engine import Engine, OperationView, OutlineRow, PassageView, SchemaRow
from tui.app.views.entry import View, crumbs
from tui.app.widgets.operation import OperationDetail
from tui.app.widgets.quote import PassageDetail


class Detail(Vertical):
    """Shows one thing in full under a line that says where it stands.

    Args:
        engine: Reads what is opened in it.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._crumbs = Static(id="crumbs", markup=False)
        self._operation = OperationDetail(engine)
        self._passage = PassageDetail()
        super().__init__(self._crumbs, self._operation, self._passage, id="detail")
        self.view: View | None = None

    def open(self, view: View, steps: Iterable[str], ways: Iterable[str]) -> None:
        """Show something else.

        Args:
            view: What.
            steps: In what it stands, from the spec on.
            ways: Keys that go elsewhere, each with where to.
        """
        self.view = view
        self._crumbs.update(crumbs(steps, ways))
        if isinstance(view, PassageView):
            self._passage.open(view)
        else:
            self._operation.open(view)
        self._passage.display = isinstance(view, PassageView)
        self._operation.display = not isinstance(view, PassageView)

    def focus_parts(self) -> None:
        """Put the cursor into what is shown."""
        if isinstance(self.view, PassageView):
            self._passage.focus()
        else:
            self._operation.focus_parts()

    async def source(self, spec: str, about: View | OutlineRow | SchemaRow) -> str:
        """Return what is copied of what is shown, or of a line of the tree: a request, a passage.

        Args:
            spec: The spec of the line.
            about: What is shown, or the line.

        Raises:
            NotFoundError: It is gone.
            LibraryError: The library cannot be read.
        """
        library = self._engine.library
        shown = await library.show(f"{spec}:{about.operation}") if isinstance(about, OutlineRow) else about
        if isinstance(shown, PassageView):
            return shown.passage.text
        if not isinstance(shown, OperationView):
            return ""
        return await self._operation.request(shown) if shown is self.view else (await library.facts(shown)).request
