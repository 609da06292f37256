"""The views with their counts: a column, a folded column, or one line, as the room allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from engage_tui.tui.views import VIEWS, View, number

_FOLDED = 14
"""Cells below which only numbers are shown."""


class ViewsPane(Widget):
    """Names and counts of the views; a click opens one."""

    class Chosen(Message):
        """A view was clicked."""

        def __init__(self, view: View) -> None:
            super().__init__()
            self.view = view

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._counts: Mapping[View, int] = {}
        self._current: View | None = VIEWS[0]
        self._places: list[tuple[int, int, View]] = []
        """In the one line: first cell, last cell, view."""

    def show(self, counts: Mapping[View, int], current: View | None) -> None:
        """Show counts, and which view is open; none while searching."""
        self._counts, self._current = counts, current
        self.refresh()

    def render(self) -> Content:
        """Return the views in the form that fits."""
        if self.size.height == 1:
            return self._line(self.size.width)
        return Content("\n").join(self._row(view, self.size.width) for view in VIEWS)

    def on_resize(self) -> None:
        """Name the column where there is room for its name."""
        self.border_title = "Views" if self.size.width >= _FOLDED else ""

    def on_click(self, event: events.Click) -> None:
        """Open the view that was clicked."""
        at = event.get_content_offset(self)
        if at is None:
            return
        if self.size.height == 1:
            hit = [view for first, last, view in self._places if first <= at.x < last]
        else:
            hit = list(VIEWS[at.y : at.y + 1])
        if hit:
            self.post_message(self.Chosen(hit[0]))

    def _row(self, view: View, width: int) -> Content:
        count = f"{self._counts[view]:,}" if view in self._counts else "·"
        key = str(number(view))
        if width < _FOLDED:
            text = f"{key}{count:>{max(0, width - 1)}}"
        else:
            text = f"{key}  {view.name:<{width - 9}}{count:>6}"
        return Content.styled(text, self._style(view))

    def _line(self, width: int) -> Content:
        """Return as many views as fit; those that are empty give way first, the open one last."""
        shown = list(VIEWS)
        for view in (*reversed([v for v in VIEWS if not self._counts.get(v)]), *reversed(VIEWS)):
            if _width(labels := self._labels(shown)) <= width:
                break
            if view in shown and view is not self._current:
                shown.remove(view)
        self._places, at = [], 0
        for view, label in zip(shown, labels, strict=False):
            self._places.append((at, at + len(label), view))
            at += len(label) + 2
        return Content("  ").join(
            Content.styled(label, self._style(view))
            for view, label in zip(shown, labels, strict=False)
        )

    def _labels(self, views: Sequence[View]) -> list[str]:
        return [f"{number(view)} {view.name} {self._counts.get(view, 0):,}" for view in views]

    def _style(self, view: View) -> str:
        if view is self._current:
            return "bold $primary"
        if view.query.endswith("due:overdue") and self._counts.get(view):
            return "$error"
        return "" if self._counts.get(view) else "$foreground-disabled"


def _width(labels: Sequence[str]) -> int:
    return sum(map(len, labels)) + 2 * max(0, len(labels) - 1)
