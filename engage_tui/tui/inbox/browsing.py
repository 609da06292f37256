"""Which conversations are listed: views, searches, and the reading of ids, rows and counts."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import filterfalse
from typing import TYPE_CHECKING, NamedTuple

from engage_tui.domain.display import display_row
from engage_tui.domain.query import parse
from engage_tui.store.queue import Selection
from engage_tui.tui.background import Latest
from engage_tui.tui.rows import ListRow, list_row
from engage_tui.tui.views import HISTORY, VIEWS, View, number
from engage_tui.tui.words import count_of

if TYPE_CHECKING:
    from engage_tui.tui.screens.inbox import InboxScreen

FIRST = 200
"""Rows that the first frame has, before the whole order is known."""
_PAUSE = 0.25
"""Seconds in which changes from outside are gathered before the list is read again."""


class _Order(NamedTuple):
    query: str
    ids: array[int]
    rows: list[ListRow]
    new: int
    """Conversations that were not listed before."""
    first: int | None
    """The first of them."""


class Browsing:
    """What is listed at present, and how it stays up to date."""

    def __init__(self, screen: InboxScreen) -> None:
        self._screen = screen
        self._inbox = screen.engine.inbox
        self._order = Latest(screen, "order")
        self._rows = Latest(screen, "rows")
        self._count = Latest(screen, "counts")
        self._pending: _Order | None = None
        self._at_once = False
        self._anew = False
        self._return_to: int | None = None
        self._gathering = False
        self.begun = False
        """Whether the person has done anything yet; until then the list may change freely."""
        self.counts: dict[View, int] = {}
        self.view = VIEWS[0]
        self.search = ""
        """The words of a search through everything, instead of the view."""
        self.narrowing = ""
        """Words that narrow the view or the search."""

    @property
    def query(self) -> str:
        """The query behind the list."""
        return " ".join(part for part in (self.search or self.view.query, self.narrowing) if part)

    @property
    def decided_stay(self) -> bool:
        """Whether a conversation stays in the list when it was decided on."""
        return bool(self.search) or self.view.decided

    @property
    def waiting(self) -> int:
        """New conversations that are not shown yet."""
        return self._pending.new if self._pending else 0

    def first_page(self) -> None:
        """Show the stored state at once; the whole order follows."""
        rows = [list_row(row) for row in self._inbox.page(self._selected(self.query), limit=FIRST)]
        self._screen.listing.fill(array("q", (row.id for row in rows)), rows)
        self.refresh(at_once=True)
        self.count()

    def open_view(self, view: View) -> None:
        """List a view."""
        self.view, self.search, self.narrowing = view, "", ""
        self._relist()

    def show_only(self, key: int) -> None:
        """List everything, with the cursor on one conversation."""
        self._return_to = key
        self.open_view(VIEWS[-1])

    def find(self, words: str) -> None:
        """List what a search finds, in all lanes unless it names one.

        Raises:
            QueryError: the words are not a query.
        """
        query = parse(words, now=self._screen.engine.clock())
        all_lanes = "" if query.asks("lane") or query.asks("status") else " lane:all"
        self.search, self.narrowing = words + all_lanes, ""
        self._relist()

    def narrow(self, words: str) -> None:
        """List only what a further query finds in the list.

        Raises:
            QueryError: the words are not a query.
        """
        parse(words, now=self._screen.engine.clock())
        self.narrowing = words
        self._relist()

    def widen(self) -> bool:
        """Leave the narrowing, then the search; returns whether there was any."""
        if self.narrowing:
            self.narrowing = ""
        elif self.search:
            self.search = ""
        else:
            return False
        self._relist()
        return True

    def touch(self) -> None:
        """Read again soon: something has changed, and more may follow."""
        if not self._gathering:
            self._gathering = True
            self._screen.set_timer(_PAUSE, self._gathered)

    def refresh(self, *, at_once: bool = False) -> None:
        """Read the order again; what is new is shown at once or when the cursor moves on."""
        self._at_once |= at_once
        query, anew = self.query, self._anew or not self.begun
        shown, visible = self._screen.listing.ids, self._screen.listing.in_sight()

        def work() -> _Order:
            selection = self._selected(query)
            ids = self._inbox.ids(selection)
            wanted = ids[:FIRST] if anew else visible
            rows = [list_row(row) for row in self._inbox.rows(selection, wanted)]
            new, first = (0, None) if anew or ids == shown else _unseen(ids, shown)
            return _Order(query, ids, rows, new, first)

        self._order.ask(work, self._arrived)

    def read(self, keys: Sequence[int]) -> None:
        """Read the rows of some conversations."""
        query = self.query

        def work() -> list[ListRow]:
            return [list_row(row) for row in self._inbox.rows(self._selected(query), keys)]

        self._rows.ask(work, self._screen.listing.take)

    def count(self) -> None:
        """Count every view again."""

        def work() -> dict[View, int]:
            lanes = self._inbox.counts()
            counts = {
                view: lanes[view.lane]
                if view.lane
                else self._inbox.count(self._selected(view.query))
                for view in VIEWS[:-1]
            }
            return counts | {VIEWS[-1]: sum(lanes.values())}

        self._count.ask(work, self._counted)

    def show_new(self) -> None:
        """Sort the new conversations in and go to the first of them."""
        if self._pending is None:
            self._screen.tell("Nothing new has come since you looked.")
            return
        first = self._pending.first
        self.settle()
        if first is not None:
            self._screen.listing.move_to_key(first)

    def settle(self) -> None:
        """Sort in what waited while a row was being read."""
        if self._pending is not None:
            order, self._pending = self._pending, None
            self._screen.listing.merge(order.ids)
            self.title()

    def return_to(self, key: int) -> None:
        """Put the cursor on a conversation as soon as the list is read again, if it is listed."""
        self._return_to = key

    def next_overdue(self) -> None:
        """Go to the next conversation whose time is over, from the top after the last."""
        query = f"{self.query} due:overdue"
        shown, cursor = self._screen.listing.ids, self._screen.listing.cursor

        def work() -> int | None:
            overdue = set(self._inbox.ids(self._selected(query)))
            after = (key for key in (*shown[cursor + 1 :], *shown[:cursor]) if key in overdue)
            return next(after, None)

        def done(key: int | None) -> None:
            if key is None or not self._screen.listing.move_to_key(key):
                self._screen.tell("No other conversation here is overdue.")

        self._rows.ask(work, done)

    def title(self) -> None:
        """Write what is listed over the list."""
        number_listed = len(self._screen.listing.ids)
        if self.search:
            name = f"Search {display_row(self.search.removesuffix(' lane:all'), 40)}"
            order = "all lanes" if self.search.endswith(" lane:all") else ""
        else:
            name, order = self.view.name, self.view.order
        narrowed = f"only {display_row(self.narrowing, 40)}" if self.narrowing else ""
        parts = [part for part in (name, f"{number_listed:,}", narrowed, order) if part]
        news = f"+{self.waiting:,} new, . shows" if self.waiting else ""
        self._screen.listing_title(" · ".join(parts), news)

    def nothing(self) -> str:
        """Say why the list is empty and where something is."""
        if self.search or self.narrowing:
            return "Nothing is found. esc goes back."
        if self.view is not VIEWS[0]:
            return f"Nothing in {self.view.name}. 1 goes back to what needs a reply."
        old = self.counts.get(HISTORY, 0)
        if old:
            older = count_of(old, "older message")
            return f"Nothing waits. {older} in history: press {number(HISTORY)}."
        return "Nothing waits. New messages appear here by themselves."

    def _selected(self, query: str) -> Selection:
        return self._inbox.select(query)

    def _relist(self) -> None:
        self._pending, self._anew = None, True
        self.refresh()
        self.count()

    def _gathered(self) -> None:
        self._gathering = False
        self.refresh()
        self.count()
        self._screen.changed()

    def _arrived(self, order: _Order) -> None:
        if order.query != self.query:
            return
        listing = self._screen.listing
        at_once, self._at_once = self._at_once or not listing.ids, False
        self._pending = None
        if self._anew or not self.begun:
            self._anew = False
            listing.fill(order.ids, order.rows)
        else:
            listing.renew(order.rows)
            if at_once:
                listing.merge(order.ids)
            elif order.ids != listing.ids:
                self._pending = order
        if self._return_to is not None:
            listing.move_to_key(self._return_to)
            self._return_to = None
        self.title()
        self._screen.listed()

    def _counted(self, counts: dict[View, int]) -> None:
        self.counts = counts
        self._screen.counted()


def _unseen(ids: array[int], shown: array[int]) -> tuple[int, int | None]:
    """Return how many of the ids are not shown yet, and the first of them.

    A byte for each id: a set of a million numbers would take a hundred times the memory.
    """
    seen = bytearray(max(max(ids, default=0), max(shown, default=0)) + 1)
    for key in shown:
        seen[key] = 1
    first = next(filterfalse(seen.__getitem__, ids), None)
    return len(ids) - sum(map(seen.__getitem__, ids)), first
