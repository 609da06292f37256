"""Hiding, showing and deleting on the platform, through the outbox and its undo window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engage_tui.domain.display import display_row
from engage_tui.domain.model import ActionKind
from engage_tui.replies.compose import ComposeError
from engage_tui.store.actions import OutboxRow
from engage_tui.store.outbox import OutboxError
from engage_tui.tui.inbox.deciding import MANY
from engage_tui.tui.undo import Act
from engage_tui.tui.words import count_of

if TYPE_CHECKING:
    from engage_tui.tui.screens.inbox import InboxScreen


class Moderating:
    """Acts on the leading message of each conversation of the selection."""

    def __init__(self, screen: InboxScreen) -> None:
        self._screen = screen
        self._desk = screen.engine.desk

    async def hide(self) -> None:
        """Hide from others."""
        await self._act(ActionKind.HIDE)

    async def show(self) -> None:
        """Show again what was hidden."""
        await self._act(ActionKind.UNHIDE)

    async def delete(self) -> None:
        """Delete for good; asked for each time."""
        await self._act(ActionKind.DELETE, final=True)

    async def hold(self) -> None:
        """Hold for review."""
        await self._act(ActionKind.HOLD)

    async def publish(self) -> None:
        """Publish what was held."""
        await self._act(ActionKind.PUBLISH)

    async def reject(self) -> None:
        """Reject what was held."""
        await self._act(ActionKind.REJECT)

    async def _act(self, kind: ActionKind, *, final: bool = False) -> None:
        keys = self._screen.targets()
        if not keys:
            self._screen.tell(f"There is no comment to {kind.value}.")
            return
        if final or len(keys) >= MANY:
            detail = "The platform cannot bring it back." if final else ""
            question = f"{kind.value.capitalize()} {count_of(len(keys), 'comment')}?"
            if not await self._screen.sure(question, detail, yes=kind.value):
                return

        def work() -> tuple[list[OutboxRow], list[str]]:
            rows, refusals = [], []
            for key in keys:
                try:
                    rows.append(self._desk.act(key, kind))
                except (ComposeError, OutboxError) as error:
                    refusals.append(str(error))
            return rows, refusals

        def done(result: tuple[list[OutboxRow], list[str]]) -> None:
            rows, refusals = result
            if refusals:
                more = f" ({count_of(len(refusals), 'refusal')})" if len(refusals) > 1 else ""
                self._screen.tell(f"{display_row(refusals[0])}{more}", wrong=True)
            if rows:
                self._queued(kind, rows)

        self._screen.writes.ask(work, done)

    def _queued(self, kind: ActionKind, rows: list[OutboxRow]) -> None:
        what = display_row(rows[0].handle, 30) if len(rows) == 1 else count_of(len(rows), "comment")

        def undo() -> None:
            for row in rows:
                self._desk.cancel(row.id)

        self._screen.undos.push(
            Act(
                f"{kind.value} {what}",
                undo,
                rows=tuple(row.id for row in rows),
                key=rows[0].conversation_id,
            )
        )
        self._screen.listing.select(())
        self._screen.decided()
