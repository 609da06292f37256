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
    acts = {**_looking(screen), **_writing(screen)}
    if screen.engine.viewer:
        sentence = "This is a viewer: another engage writes in this workspace. Change it there."
        refusal = partial(screen.tell, sentence, wrong=True)
        acts |= {command: refusal for command in acts if command.startswith(_WRITING)}
    return acts


def _looking(screen: InboxScreen) -> dict[str, Act]:
    listing, browsing, reading = screen.listing, screen.browsing, screen.reading

    def by_line(lines: int) -> None:
        if screen.place is Place.THREAD:
            screen.thread.body.scroll_relative(y=lines, animate=False)
        else:
            listing.move(lines)

    def by_page(share: float) -> None:
        if screen.place is Place.THREAD:
            lines = round(screen.thread.body.size.height * share)
            screen.thread.body.scroll_relative(y=lines, animate=False)
        else:
            listing.page(share)

    def to_first() -> None:
        if screen.place is Place.THREAD:
            screen.thread.body.scroll_home(animate=False)
        else:
            listing.move_to(0)

    def to_last() -> None:
        if screen.place is Place.THREAD:
            screen.thread.body.scroll_end(animate=False)
        else:
            listing.move_to(len(listing.ids) - 1)

    def match(step: int) -> None:
        if browsing.search:
            listing.move(step)
        else:
            screen.tell("Nothing is searched for yet: / begins a search.")

    def toggle_time() -> None:
        listing.absolute = not listing.absolute
        reading.relative = listing.absolute
        listing.refresh()
        reading.again()

    def toggle() -> None:
        listing.toggle()
        listing.move(1)

    search = screen.query_one(SearchBar)

    def to_list() -> None:
        screen.zoom(0)
        listing.focus()

    def to_thread() -> None:
        screen.thread.body.focus()

    def next_pane() -> None:
        screen.focus_next()

    def previous_pane() -> None:
        screen.focus_previous()

    return {
        "move.down": partial(by_line, 1),
        "move.up": partial(by_line, -1),
        "move.first": to_first,
        "move.last": to_last,
        "move.half_down": partial(by_page, 0.5),
        "move.half_up": partial(by_page, -0.5),
        "move.page_down": partial(by_page, 1),
        "move.page_up": partial(by_page, -1),
        "move.next_thread": partial(listing.move, 1),
        "move.prev_thread": partial(listing.move, -1),
        "move.next_overdue": browsing.next_overdue,
        "search.next": partial(match, 1),
        "search.prev": partial(match, -1),
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
        "select.toggle": toggle,
        "select.range": listing.begin_range,
        "select.all": lambda: listing.select(listing.ids),
        "select.none": lambda: listing.select(()),
        "select.invert": lambda: listing.select(set(listing.ids) - listing.selected),
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
