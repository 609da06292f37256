"""The first line: the brand, the screens or the views, and the health of the accounts."""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from engage_tui.domain.display import display_row
from engage_tui.store.accounts import Account
from engage_tui.tui.widgets.views import ViewsPane
from engage_tui.tui.words import BADGES

_SCREENS = (("Inbox", "g i"), ("Outbox", "g x"), ("Figures", "g k"), ("Goals", "g o"))

_ROOMY = 96
"""Cells from which there is room for everything."""


class TopBar(Horizontal):
    """Says where one is.

    Args:
        brand: the name that the brand signs with.
        accounts: the brand's channels.
        here: the screen that is open.
    """

    def __init__(self, brand: str, accounts: Iterable[Account], here: str = "Inbox") -> None:
        super().__init__()
        self._brand = display_row(brand, 30)
        self._accounts = list(accounts)
        self._here = here

    def compose(self) -> ComposeResult:
        """Lay out the line."""
        yield Static(Content.styled("engage", "bold $primary"), id="product")
        if self._here == "Inbox":
            yield ViewsPane(id="views-line")
        yield Static(self._screens(), id="screens")
        yield Static(Content(self._brand), id="brand")
        yield Static(self._health(), id="accounts")

    def on_resize(self) -> None:
        """Leave the brand out where the screens need its room."""
        self.set_class(self.size.width < _ROOMY, "-tight")

    def _screens(self) -> Content:
        parts = []
        for name, keys in _SCREENS:
            style = "bold $text" if name == self._here else "$foreground-muted"
            parts.append(Content.assemble((name, style), (f" {keys}", "$foreground-disabled")))
        return Content("    ").join(parts)

    def _health(self) -> Content:
        return Content("  ").join(_mark(account) for account in self._accounts)


def _mark(account: Account) -> Content:
    badge = BADGES[account.platform]
    if account.state == "parked":
        return Content.styled(f"{badge}!", "bold $error")
    return Content.styled(
        badge, "$success" if account.state == "connected" else "$foreground-disabled"
    )
