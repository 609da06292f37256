"""The templates that may be used for a conversation, best first, with a preview of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from engage_tui.domain.display import display_row, display_text
from engage_tui.domain.templates import Ranked


@dataclass(frozen=True, slots=True)
class Offer:
    """A template as it would read here; slots that have to be asked for stand in braces."""

    ranked: Ranked
    text: str
    missing: tuple[str, ...]


class TemplatePicker(ModalScreen[Offer | None]):
    """Returns the template that was chosen.

    Args:
        offers: what there is to choose from, best first.
    """

    CSS_PATH = "picker.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "dismiss(None)", "Back"),
        ("down,ctrl+n", "down", "Down"),
        ("up,ctrl+p", "up", "Up"),
    ]

    def __init__(self, offers: list[Offer]) -> None:
        super().__init__()
        self._offers = offers
        self._shown: list[Offer] = []

    def compose(self) -> ComposeResult:
        """Lay the filter over the list and the preview."""
        with Vertical(id="picker") as dialog:
            dialog.border_title = "Templates, the best for this message first"
            dialog.border_subtitle = "type to filter, enter takes it, esc goes back"
            yield Input(placeholder="filter by words of the title or the text")
            with Horizontal():
                yield OptionList(markup=False)
                with VerticalScroll(id="preview"):
                    yield Static()

    def on_mount(self) -> None:
        """List everything."""
        self._list("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """List what has the words in it."""
        self._list(event.value)

    def on_input_submitted(self) -> None:
        """Return the template under the cursor."""
        self._dismiss_at(self.query_one(OptionList).highlighted)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Return the template that was clicked."""
        self._dismiss_at(event.option_index)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show the template as it would read."""
        offer = self._shown[event.option_index]
        parts = [
            Content(display_text(offer.text)),
            Content(""),
            *(Content.styled(f"• {why}", "$foreground-muted") for why in offer.ranked.reasons),
        ]
        if offer.missing:
            asks = f"asks for: {', '.join(offer.missing)}"
            parts.append(Content.styled(asks, "$warning"))
        self.query_one("#preview Static", Static).update(Content("\n").join(parts))

    def action_down(self) -> None:
        """Go to the next template."""
        self.query_one(OptionList).action_cursor_down()

    def action_up(self) -> None:
        """Go to the template before."""
        self.query_one(OptionList).action_cursor_up()

    def _list(self, words: str) -> None:
        wanted = words.casefold().split()
        self._shown = [
            offer for offer in self._offers if all(word in _searched(offer) for word in wanted)
        ]
        listing = self.query_one(OptionList)
        listing.clear_options()
        listing.add_options(Option(_label(offer)) for offer in self._shown)
        listing.highlighted = 0 if self._shown else None
        if not self._shown:
            self.query_one("#preview Static", Static).update("No template has these words.")

    def _dismiss_at(self, index: int | None) -> None:
        if index is not None:
            self.dismiss(self._shown[index])


def _searched(offer: Offer) -> str:
    template = offer.ranked.template
    return f"{template.id} {template.title} {offer.text}".casefold()


def _label(offer: Offer) -> Content:
    asks = (" …", "$warning") if offer.missing else ("", "")
    return Content.assemble(
        display_row(offer.ranked.template.title, 60),
        asks,
        (f"  {display_row(offer.ranked.language, 10)}", "$foreground-muted"),
    )
