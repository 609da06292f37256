"""What each command does in the inbox."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from engage_tui.tui.keymap import Place
from engage_tui.tui.screens.command_screen import Act
from engage_tui.tui.views import MODERATION, VIEWS
from engage_tui.tui.widgets.search import SearchBar

if TYPE_CHECKING:
    from engage_tui.tui.screens.inbox import InboxScreen

_WRITING = ("triage.", "moderate.", "reply.", "composer.send", "composer.template", "undo")


def acts_of(screen: InboxScreen) -> Mapping[str, Act]:
    """Return the commands of the inbox; a viewer's refuse what would change something."""
    acts = {
        **_Moving(screen).acts,
        **_selecting(screen),
        **_looking(screen),
        **_writing(screen),
    }
    if screen.engine.viewer:
        sentence = "This is a viewer: another engage writes in this workspace. Change it there."
        refusal = partial(screen.tell, sentence, wrong=True)
        acts |= {command: refusal for command in acts if command.startswith(_WRITING)}
    return acts


class _Moving:
    """Moves through what has the focus: the list, or the conversation that is being read."""

    def __init__(self, screen: InboxScreen) -> None:
        self._screen = screen
        self._listing = screen.listing

    @property
    def acts(self) -> dict[str, Act]:
        """The commands that move."""
        return {
            "move.down": partial(self._by_line, 1),
            "move.up": partial(self._by_line, -1),
            "move.first": self._to_first,
            "move.last": self._to_last,
            "move.half_down": partial(self._by_page, 0.5),
            "move.half_up": partial(self._by_page, -0.5),
            "move.page_down": partial(self._by_page, 1),
            "move.page_up": partial(self._by_page, -1),
            "move.next_thread": partial(self._listing.move, 1),
            "move.prev_thread": partial(self._listing.move, -1),
            "move.next_overdue": self._screen.browsing.next_overdue,
            "search.next": partial(self._match, 1),
            "search.prev": partial(self._match, -1),
        }

    @property
    def _reads(self) -> bool:
        return self._screen.place is Place.THREAD

    def _by_line(self, lines: int) -> None:
        if self._reads:
            self._screen.thread.body.scroll_relative(y=lines, animate=False)
        else:
            self._listing.move(lines)

    def _by_page(self, share: float) -> None:
        body = self._screen.thread.body
        if self._reads:
            body.scroll_relative(y=round(body.size.height * share), animate=False)
        else:
            self._listing.page(share)

    def _to_first(self) -> None:
        if self._reads:
            self._screen.thread.body.scroll_home(animate=False)
        else:
            self._listing.move_to(0)

    def _to_last(self) -> None:
        if self._reads:
            self._screen.thread.body.scroll_end(animate=False)
        else:
            self._listing.move_to(len(self._listing.ids) - 1)

    def _match(self, step: int) -> None:
        if self._screen.browsing.search:
            self._listing.move(step)
        else:
            self._screen.tell("Nothing is searched for yet: / begins a search.")


def _looking(screen: InboxScreen) -> dict[str, Act]:
    browsing, reading = screen.browsing, screen.reading
    search = screen.query_one(SearchBar)

    def toggle_time() -> None:
        screen.listing.absolute = not screen.listing.absolute
        reading.relative = screen.listing.absolute
        screen.listing.refresh()
        reading.again()

    def to_list() -> None:
        screen.zoom(0)
        screen.listing.focus()

    def to_thread() -> None:
        screen.thread.body.focus()

    def next_pane() -> None:
        screen.focus_next()

    def previous_pane() -> None:
        screen.focus_previous()

    return {
        "open": screen.open,
        "why": reading.explain,
        "search": partial(search.open, narrowing=False),
        "narrow": partial(search.open, narrowing=True),
        "list.show_new": browsing.show_new,
        "list.toggle_time": toggle_time,
        "copy.text": reading.copy_text,
        "copy.link": reading.copy_link,
        "open.browser": reading.open_link,
        "layout.more": partial(screen.zoom_by, 1),
        "layout.less": partial(screen.zoom_by, -1),
        "go.moderation": partial(browsing.open_view, MODERATION),
        **{f"view.{n}": partial(browsing.open_view, view) for n, view in enumerate(VIEWS, 1)},
        "pane.next": next_pane,
        "pane.prev": previous_pane,
        "pane.left": to_list,
        "pane.right": to_thread,
        "back": screen.back,
        "leave": screen.leave,
        "composer.leave": screen.answering.leave,
        "composer.editor": screen.answering.edit_outside,
    }


def _selecting(screen: InboxScreen) -> dict[str, Act]:
    listing = screen.listing

    def toggle() -> None:
        listing.toggle()
        listing.move(1)

    return {
        "select.toggle": toggle,
        "select.range": listing.begin_range,
        "select.all": lambda: listing.select(listing.ids),
        "select.none": lambda: listing.select(()),
        "select.invert": lambda: listing.select(set(listing.ids) - listing.selected),
    }


def _writing(screen: InboxScreen) -> dict[str, Act]:
    deciding, answering, moderating = screen.deciding, screen.answering, screen.moderating
    return {
        "triage.done": deciding.done,
        "triage.snooze": deciding.snooze,
        "triage.reopen": deciding.reopen,
        "triage.label": deciding.label,
        "triage.correct": deciding.correct,
        "triage.escalate": deciding.escalate,
        "undo": deciding.undo,
        "reply.public": answering.reply,
        "reply.private": answering.reply_privately,
        "reply.template": answering.template,
        "reply.editor": answering.edit_outside,
        "composer.send": answering.send,
        "composer.template": answering.template,
        "moderate.hide": moderating.hide,
        "moderate.show": moderating.show,
        "moderate.delete": moderating.delete,
        "moderate.hold": moderating.hold,
        "moderate.publish": moderating.publish,
        "moderate.reject": moderating.reject,
    }
