"""The look of a part of a line: letters in a component's style, on whatever ground the line has."""

from __future__ import annotations

from rich.style import Style
from textual.widget import Widget


def ink(widget: Widget, component: str) -> Style:
    """Return a component's colour and weight without its background."""
    style = widget.get_component_rich_style(component)
    return Style(
        color=style.color,
        bold=style.bold or None,
        dim=style.dim or None,
        italic=style.italic or None,
        underline=style.underline or None,
    )
