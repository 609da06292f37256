"""The conversation that is being read: loaded in a thread, copied, opened, explained."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from textual.content import Content

from engage_tui.domain.display import display_row, display_text
from engage_tui.domain.model import Millis
from engage_tui.engine.inbox import Explanation
from engage_tui.store.conversations import Conversation, MessageRow, UnknownConversation
from engage_tui.tui.background import Latest
from engage_tui.tui.links import links_in, web_address
from engage_tui.tui.thread_lines import Line, header_lines, outbox_lines, thread_lines, title
from engage_tui.tui.words import plain

if TYPE_CHECKING:
    from engage_tui.tui.screens.inbox import InboxScreen


class _Loaded(NamedTuple):
    conversation: Conversation
    lines: list[Line]


class Reading:
    """What the conversation pane shows."""

    def __init__(self, screen: InboxScreen) -> None:
        self._screen = screen
        self._engine = screen.engine
        self._latest = Latest(screen, "conversation")
        self.conversation: Conversation | None = None
        self.relative = False

    def show(self, key: int | None) -> None:
        """Show a conversation, or say that there is none."""
        if key is None:
            self.conversation = None
            self._screen.thread.clear(self._screen.browsing.nothing())
            self._screen.read()
            return
        width, now, relative = self._screen.thread.body.width, self._engine.clock(), self.relative
        self._latest.ask(lambda: self._load(key, width, now, relative), self._loaded)

    def current(self) -> Conversation | None:
        """Return the conversation under the cursor, read at once where the pane is behind it."""
        key = self._screen.listing.key
        if key is not None and (self.conversation is None or self.conversation.id != key):
            width = self._screen.thread.body.width
            self._loaded(self._load(key, width, self._engine.clock(), self.relative))
        return self.conversation

    def again(self) -> None:
        """Read the same conversation again: it, or the room for it, has changed."""
        self.show(self._screen.listing.key)

    def tick(self) -> None:
        """Let the seconds run until something leaves."""
        self._screen.thread.body.show_tail(self._tail())

    def leading(self) -> MessageRow | None:
        """Return the message that an answer would be aimed at."""
        conversation = self.current()
        if conversation is None or not conversation.messages:
            return None
        found = [m for m in conversation.messages if m.id == conversation.lead_message_id]
        return (found or list(conversation.messages))[-1]

    def copy_text(self) -> None:
        """Copy the leading message as it is shown."""
        message = self.leading()
        if message is None:
            self._screen.tell("There is nothing to copy.")
            return
        self._copy(display_text(message.text), "the message")

    def copy_link(self) -> None:
        """Copy the address of the post."""
        address = self._post_address()
        if address is None:
            self._screen.tell("The platform gave no link to this.")
            return
        self._copy(address, "the link")

    async def open_link(self) -> None:
        """Open an address of the message or its post in the browser, after showing it in full."""
        message = self.leading()
        found = links_in(message.text) if message else []
        post = self._post_address()
        links = list(dict.fromkeys([*found, *([post] if post else [])]))
        if not links:
            self._screen.tell("There is no web link in this message, nor one to its post.")
            return
        from engage_tui.tui.screens.ask import Choice, Confirm

        address: str | None = links[0]
        if len(links) > 1:
            options = [(link, str(display_row(link, 100))) for link in links]
            address = await self._screen.app.push_screen_wait(Choice("Which link?", options))
        if address is None:
            return
        from_stranger = "This link was written by a stranger." if address in found else ""
        question = Confirm(f"Open {address}", from_stranger, yes="open it")
        if await self._screen.app.push_screen_wait(question):
            self._screen.app.open_url(address)

    async def explain(self) -> None:
        """Show the facts behind the conversation's place."""
        key = self._screen.listing.key
        if key is None:
            self._screen.tell("There is no conversation to explain.")
            return
        from engage_tui.tui.screens.ask import Page

        text = _explained(self._engine.inbox.explain(key))
        await self._screen.app.push_screen_wait(Page("Why it stands here", text))

    def _post_address(self) -> str | None:
        conversation = self.current()
        return web_address(conversation.post_permalink or "") if conversation else None

    def _copy(self, text: str, what: str) -> None:
        self._screen.app.copy_to_clipboard(text)
        self._screen.tell(f"Copied {what} through the terminal (OSC 52).")

    def _load(self, key: int, width: int, now: Millis, relative: bool) -> _Loaded | None:
        try:
            conversation = self._engine.inbox.conversation(key)
        except UnknownConversation:
            return None
        return _Loaded(conversation, thread_lines(conversation, width, now, relative=relative))

    def _loaded(self, loaded: _Loaded | None) -> None:
        if loaded is None:
            self._screen.browsing.refresh(at_once=True)
            return
        before = self.conversation.id if self.conversation else None
        self.conversation = loaded.conversation
        other = before != self.conversation.id
        first, second = header_lines(self.conversation, self._engine.clock())
        self._screen.thread.head(
            Content(title(self.conversation)), Content("\n").join([first, second])
        )
        self._screen.thread.body.show(loaded.lines, self._tail(), to_end=other)
        self._screen.read()

    def _tail(self) -> list[Line]:
        """Return what is on its way out in the conversation, the oldest first."""
        rows = self._screen.sending.of(self.conversation.id) if self.conversation else []
        return outbox_lines(rows, self._screen.thread.body.width, self._engine.clock())


def _explained(explanation: Explanation) -> Content:
    standing = explanation.standing
    place = plain(standing.lane.value) + (f", {standing.tier.value}" if standing.tier else "")
    parts = [Content.styled(display_row(place), "bold"), Content("")]
    parts += [Content(f"• {display_row(fact)}") for fact in explanation.facts]
    parts += [Content(""), Content.styled("What would move it", "bold"), Content("")]
    parts += [Content(f"• {display_row(move)}") for move in explanation.moves]
    return Content("\n").join(parts)
