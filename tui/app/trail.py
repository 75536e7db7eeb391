"""Where the user has been in the browser."""

LONGEST = 100
"""Places that are remembered: nobody goes back further, and each is a line of text."""


class Trail:
    """Places, one after another, and which of them is up."""

    def __init__(self) -> None:
        self._places: list[str] = []
        self._at = -1

    def go(self, place: str) -> None:
        """Go to a place. What lay ahead is forgotten."""
        if place != self.here:
            self._places = [*self._places[: self._at + 1], place][-LONGEST:]
            self._at = len(self._places) - 1

    def step(self, places: int) -> str:
        """Go back (below 0) or forward, and return the place; empty where there is none, and nothing changes."""
        if not self.leads(places):
            return ""
        self._at += places
        return self.here

    @property
    def here(self) -> str:
        """The place that is up; empty before the first."""
        return self._places[self._at] if self._places else ""

    def leads(self, places: int) -> bool:
        """Tell whether there is a place so far back or forward."""
        return 0 <= self._at + places < len(self._places)
