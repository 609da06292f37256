"""The inbox: views, list, conversation and composer; this file only routes between them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from engage_tui.domain.query import QueryError
from engage_tui.engine.engine import Engine
from engage_tui.tui.background import InTurn
from engage_tui.tui.inbox.acts import acts_of
from engage_tui.tui.inbox.answering import Answering
from engage_tui.tui.inbox.browsing import Browsing
from engage_tui.tui.inbox.deciding import Deciding
from engage_tui.tui.inbox.moderating import Moderating
from engage_tui.tui.inbox.reading import Reading
from engage_tui.tui.inbox.sending import Sending
from engage_tui.tui.inbox.status import status_of
from engage_tui.tui.keymap import Place
from engage_tui.tui.screens.command_screen import Act, CommandScreen
from engage_tui.tui.undo import UndoStack
from engage_tui.tui.widgets.composer import Composer
from engage_tui.tui.widgets.message_list import MessageList
from engage_tui.tui.widgets.search import SearchBar
from engage_tui.tui.widgets.status import KeyHints, Part, StatusLine
from engage_tui.tui.widgets.thread import ThreadBody, ThreadPane
from engage_tui.tui.widgets.top_bar import TopBar
from engage_tui.tui.widgets.views import ViewsPane

_REDRAW = 20
"""Seconds after which the times that are left are drawn again, and the views counted."""


class InboxScreen(CommandScreen):
    """What to answer next, and where it is answered.

    Args:
        engine: the open workspace.
    """

    CSS_PATH = "inbox.tcss"
    HORIZONTAL_BREAKPOINTS = [
        (0, "-tiny"),
        (60, "-narrow"),
        (100, "-medium"),
        (140, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (20, "-tall")]

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self.engine = engine
        self.undos = UndoStack()
        self.writes = InTurn(self, self._refused)
        self.browsing = Browsing(self)
        self.reading = Reading(self)
        self.deciding = Deciding(self)
        self.answering = Answering(self)
        self.moderating = Moderating(self)
        self.sending = Sending(self)
        self._zoom = 0
        self._progress: Part = ("", "")
        self._seconds = 0

    def compose(self) -> ComposeResult:
        """Lay out the panes; the stylesheet says which are shown at what width."""
        yield TopBar(self.engine.settings.brand.name, self.engine.accounts())
        with Horizontal(id="body"):
            yield ViewsPane(id="views")
            with Vertical(id="listing"):
                yield MessageList(self.engine.clock)
                yield Static(id="nothing")
            with Vertical(id="reading"):
                yield ThreadPane()
                yield Composer()
        yield SearchBar()
        yield StatusLine()
        yield KeyHints()

    def on_mount(self) -> None:
        """Show what is stored, then keep it up to date."""
        self.listing.focus()
        self.browsing.first_page()
        self.sending.refresh()
        self.set_interval(1, self._tick)

    @cached_property
    def listing(self) -> MessageList:
        """The list of conversations."""
        return self.query_one(MessageList)

    @cached_property
    def thread(self) -> ThreadPane:
        """The conversation pane."""
        return self.query_one(ThreadPane)

    @cached_property
    def composer(self) -> Composer:
        """Where replies are written."""
        return self.query_one(Composer)

    @property
    def place(self) -> Place:
        """What has the focus."""
        if self.composer.area.has_focus:
            return Place.COMPOSER
        if self.thread.body.has_focus:
            return Place.THREAD
        return Place.LIST if self.listing.has_focus or not self.focused else Place.ELSEWHERE

    @cached_property
    def acts(self) -> Mapping[str, Act]:
        """What each command does here."""
        return acts_of(self)

    def keys_pending(self, began: str, ways_on: list[tuple[str, str]]) -> None:
        """Show a sequence that has begun."""
        self.query_one(StatusLine).pending(began, ways_on)

    def targets(self) -> list[int]:
        """Return the conversations that an act is about: those selected, or the present one."""
        selected = [key for key in self.listing.ids if key in self.listing.selected]
        if selected:
            return selected
        return [] if self.listing.key is None else [self.listing.key]

    async def sure(self, question: str, detail: str = "", *, yes: str = "yes") -> bool:
        """Ask before something that concerns many or cannot be undone."""
        from engage_tui.tui.screens.ask import Confirm

        answer: bool = await self.app.push_screen_wait(Confirm(question, detail, yes=yes))
        return answer

    def noticed(self, progress: Part, *, changed: bool) -> None:
        """Show what the engine is doing, and soon what it has changed."""
        self._progress = progress
        self.refresh_status()
        if changed:
            self.sending.refresh()
            self.browsing.touch()

    def changed(self) -> None:
        """Show the conversation as it is now stored."""
        self.reading.again()

    def decided(self, key: int | None = None) -> None:
        """Show what an act of this person has changed, and go back to a conversation."""
        if key is not None:
            self.browsing.return_to(key)
        self.browsing.refresh(at_once=True)
        self.browsing.count()
        self.sending.refresh()
        self.reading.again()

    def listed(self) -> None:
        """Show a sentence where the list is empty."""
        empty = not self.listing.ids
        self.query_one("#listing").set_class(empty, "-empty")
        if empty:
            self.query_one("#nothing", Static).update(Content(self.browsing.nothing()))
            self.reading.show(None)
        self.refresh_status()

    def counted(self) -> None:
        """Show the counts of the views."""
        current = None if self.browsing.search else self.browsing.view
        for pane in self.query(ViewsPane):
            pane.show(self.browsing.counts, current)
        if not self.listing.ids:
            self.listed()

    def listing_title(self, title: str, news: str) -> None:
        """Write what is listed over the list, and what is new under it."""
        pane = self.query_one("#listing")
        pane.border_title = Content(title)
        pane.border_subtitle = Content(news)

    def refresh_status(self) -> None:
        """Write what is going on."""
        left, right = status_of(self, self._progress)
        self.query_one(StatusLine).show(left, right)

    def read(self) -> None:
        """Show the text that belongs to the conversation."""
        self.answering.follow()

    def open(self) -> None:
        """Read at the size that the screen has for it."""
        if self.has_class("-narrow") or self.has_class("-tiny"):
            self.zoom(2)
        self.thread.body.focus()

    def zoom(self, level: int) -> None:
        """Give the conversation more room: 0 as usual, 1 more, 2 all."""
        self._zoom = max(0, min(level, 2))
        self.set_class(self._zoom == 1, "-large")
        self.set_class(self._zoom == 2, "-full")
        if self._zoom == 2 and self.listing.has_focus:
            self.thread.body.focus()

    def zoom_by(self, step: int) -> None:
        """Give the conversation more room or less."""
        self.zoom(self._zoom + step)

    def compose_opened(self) -> None:
        """Make room for the composer and go there."""
        self.add_class("-composing")
        self.composer.area.focus()

    def compose_closed(self) -> None:
        """Go back to the list."""
        self.remove_class("-composing")
        self.zoom(0)
        self.listing.focus()

    def back(self) -> None:
        """Go one step out: range, selection, conversation, narrowing, search, view."""
        if self.place is not Place.LIST or self._zoom:
            self.zoom(0)
            self.listing.focus()
        elif self.listing.ranging or self.listing.selected:
            self.listing.select(())
        else:
            self.browsing.widen()

    async def leave(self) -> None:
        """Go one step out, and from the list out of the program."""
        inside = self.place is not Place.LIST or self._zoom or self.listing.selected
        if inside or self.browsing.search or self.browsing.narrowing:
            self.back()
        else:
            await self.app.run_action("quit")

    @on(MessageList.Missing)
    def _read_rows(self, message: MessageList.Missing) -> None:
        self.browsing.read(message.keys)

    @on(MessageList.Moved)
    def _read_conversation(self, message: MessageList.Moved) -> None:
        self.browsing.settle()
        self.reading.show(message.key)
        self.refresh_status()

    @on(MessageList.Opened)
    def _open_clicked(self) -> None:
        self.open()

    @on(MessageList.SelectionChanged)
    def _count_selected(self) -> None:
        self.refresh_status()

    @on(ThreadBody.Widened)
    def _lay_out_again(self) -> None:
        self.reading.again()

    @on(Composer.Edited)
    def _edited(self) -> None:
        self.answering.edited()

    @on(ViewsPane.Chosen)
    def _open_view(self, message: ViewsPane.Chosen) -> None:
        self.browsing.open_view(message.view)

    @on(SearchBar.Submitted)
    def _search(self, message: SearchBar.Submitted) -> None:
        bar = self.query_one(SearchBar)
        try:
            if message.narrowing:
                self.browsing.narrow(message.words)
            else:
                self.browsing.find(message.words)
        except QueryError as error:
            bar.refuse(error)
        else:
            bar.close()
            self.listing.focus()

    @on(SearchBar.Left)
    def _leave_search(self) -> None:
        self.query_one(SearchBar).close()
        self.listing.focus()

    @on(events.DescendantFocus)
    def _show_keys(self) -> None:
        self.query_one(KeyHints).show(self.place)

    def _refused(self, error: Exception) -> None:
        self.tell(str(error), wrong=True)
        self.browsing.refresh(at_once=True)

    def _tick(self) -> None:
        self._seconds += 1
        if self.sending.rows:
            self.refresh_status()
            self.reading.tick()
        if self._seconds % _REDRAW == 0:
            self.listing.refresh()
            self.browsing.count()
            if self.engine.viewer:
                self.browsing.touch()
