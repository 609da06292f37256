"""Writing a reply: the composer, templates and their slots, the editor, approval."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engage_tui.domain.display import display_row
from engage_tui.domain.model import ActionKind, Kind
from engage_tui.domain.templates import SLOTS, Ranked
from engage_tui.replies.compose import ComposeError
from engage_tui.store.actions import OutboxRow
from engage_tui.store.conversations import Conversation
from engage_tui.store.outbox import OutboxError
from engage_tui.tui.undo import Act
from engage_tui.tui.words import NAMES, full_time, span

if TYPE_CHECKING:
    from engage_tui.tui.screens.inbox import InboxScreen


@dataclass(frozen=True, slots=True)
class Unsent:
    """A text that has not been sent, with where it came from."""

    text: str = ""
    private: bool = False
    template: str | None = None
    language: str | None = None


_EMPTY = Unsent()


class Answering:
    """The texts that are being written, one for each conversation; they live as long as this."""

    def __init__(self, screen: InboxScreen) -> None:
        self._screen = screen
        self._desk = screen.engine.desk
        self._unsent: dict[int, Unsent] = {}
        self._shown: int | None = None

    @property
    def unsent(self) -> int:
        """How many texts were written and not sent."""
        return sum(bool(draft.text.strip()) for draft in self._unsent.values())

    def follow(self) -> None:
        """Show the text of the conversation that is being read, and keep that of the last one."""
        conversation = self._screen.reading.conversation
        key = conversation.id if conversation else None
        if key != self._shown:
            self._keep()
            self._shown = key
            self._screen.composer.text = self._draft.text
        self.measure()

    def edited(self) -> None:
        """Keep the text as it is now, and say how long it is."""
        self._keep()
        self.measure()

    def measure(self) -> None:
        """Say how the text would leave, and how long it may be."""
        conversation = self._screen.reading.conversation
        if conversation is None or conversation.id != self._shown:
            return
        try:
            length, most, unit = self._desk.limit(
                conversation, self._screen.composer.text, private=self._draft.private
            )
        except ComposeError as error:
            self._screen.composer.describe(display_row(str(error)), 0, None, "characters")
        else:
            self._screen.composer.describe(self._way(conversation), length, most, unit)

    def reply(self) -> None:
        """Begin to write where the person wrote."""
        self._begin(private=False)

    def reply_privately(self) -> None:
        """Begin to write a message that only the person sees."""
        self._begin(private=True)

    def leave(self) -> None:
        """Go back to the list; the text stays."""
        self._keep()
        self._screen.compose_closed()

    async def send(self) -> None:
        """Approve the text: it stands in the outbox and can be taken back for some seconds."""
        self._keep()
        key = self._shown
        if key is None or not self._draft.text.strip():
            self._screen.tell("Nothing is written yet.")
            return
        self._approve(key, self._draft, again=False)

    async def template(self) -> None:
        """Choose a template, fill its slots and put it into the composer."""
        conversation = self._answerable(private=self._draft.private)
        if conversation is None:
            return
        from engage_tui.tui.screens.ask import AskText
        from engage_tui.tui.screens.picker import Offer, TemplatePicker

        offers = []
        for ranked in self._desk.suggestions(conversation):
            missing = self._desk.missing(conversation, ranked)
            shown = {slot: f"{{{slot}}}" for slot in missing}
            text = self._desk.fill(conversation, ranked, shown)
            offers.append(Offer(ranked, text, tuple(missing)))
        if not offers:
            self._screen.tell("No template fits here.")
            return
        offer = await self._screen.app.push_screen_wait(TemplatePicker(offers))
        if offer is None:
            return
        asked: dict[str, str] = {}
        for slot in offer.missing:
            hint = SLOTS.get(slot, "A slot that the brand has declared.")
            value = await self._screen.app.push_screen_wait(AskText(f"{{{slot}}}", hint))
            if value is None:
                return
            asked[slot] = value
        self._take_template(conversation, offer.ranked, asked)

    def edit_outside(self) -> None:
        """Write on in the person's own editor."""
        if self._answerable(private=self._draft.private) is None:
            return
        from engage_tui.tui.editor import EditorError, edit

        try:
            text = edit(self._screen.app, self._screen.composer.text)
        except EditorError as error:
            self._screen.tell(str(error), wrong=True)
            return
        self._screen.composer.text = text
        self._begin(private=self._draft.private)

    @property
    def _draft(self) -> Unsent:
        return self._unsent.get(self._shown or 0, _EMPTY)

    def _keep(self) -> None:
        """Remember what is in the composer."""
        if self._shown is not None:
            self._put(self._shown, replace(self._draft, text=self._screen.composer.text))

    def _put(self, key: int, draft: Unsent) -> None:
        if draft.text.strip():
            self._unsent[key] = draft
        else:
            self._unsent.pop(key, None)
        listing = self._screen.listing
        if listing.unsent != self._unsent.keys():
            listing.unsent = frozenset(self._unsent)
            listing.refresh()

    def _begin(self, *, private: bool) -> None:
        conversation = self._answerable(private=private)
        if conversation is None:
            return
        self._keep()
        stored = self._desk.draft_of(conversation.id)
        if not self._draft.text and stored is not None:
            draft = Unsent(stored.text, private, stored.template_id, stored.language)
            self._screen.composer.text = stored.text
        else:
            draft = replace(self._draft, private=private)
        # Kept although it may be empty: how it will leave has been decided.
        self._unsent[conversation.id] = draft
        self._screen.compose_opened()
        self.measure()

    def _answerable(self, *, private: bool) -> Conversation | None:
        """Return the conversation under the cursor, or say why it cannot be answered like this."""
        conversation = self._screen.reading.current()
        if conversation is None:
            self._screen.tell("There is no conversation to reply to.")
            return None
        try:
            reason = self._closed(conversation, private)
        except ComposeError as error:
            reason = str(error)
        if reason:
            self._screen.tell(reason, wrong=True)
            return None
        return conversation

    def _closed(self, conversation: Conversation, private: bool) -> str:
        """Return why the platform takes no such reply, or nothing where it does.

        Raises:
            ComposeError: nothing can be sent to this platform, or there is nothing to answer.
        """
        name = NAMES[conversation.platform]
        wanted = ActionKind.PRIVATE_REPLY if private else ActionKind.REPLY
        what = "private replies to comments" if private else f"replies to a {conversation.kind}"
        if conversation.kind == Kind.DM:
            if private:
                return "This is private already: r replies."
            wanted = ActionKind.DM
        if wanted not in self._desk.actions(conversation):
            return f"{name} takes no {what}."
        deadline = self._desk.deadline(conversation)
        if deadline is not None and deadline <= self._screen.engine.clock():
            return f"{name} took answers until {full_time(deadline)}."
        return ""

    def _way(self, conversation: Conversation) -> str:
        """Say how an answer would leave, and how long the platform still takes one."""
        way = "Private reply" if self._draft.private else "Public reply"
        if conversation.kind == Kind.DM:
            way = "Direct message"
        deadline = self._desk.deadline(conversation)
        if deadline is None:
            return way
        left = deadline - self._screen.engine.clock()
        return f"{way} ({'closed' if left <= 0 else f'open for {span(left)}'})"

    def _take_template(
        self, conversation: Conversation, ranked: Ranked, asked: dict[str, str]
    ) -> None:
        text = self._desk.fill(conversation, ranked, asked)
        draft = Unsent(text, self._draft.private, ranked.template.id, ranked.language)
        self._unsent[conversation.id] = draft
        self._screen.composer.text = text
        self._begin(private=draft.private)

    def _approve(self, key: int, draft: Unsent, *, again: bool) -> None:
        def work() -> OutboxRow | OutboxError:
            proposed = self._desk.propose(
                key,
                text=draft.text,
                template=draft.template,
                language=draft.language,
                private=draft.private,
            )
            try:
                return self._desk.approve(proposed.id, again=again)
            except OutboxError as error:
                if again:
                    raise
                return error

        def done(row: OutboxRow | OutboxError) -> None:
            if isinstance(row, OutboxError):
                self._screen.run_worker(self._ask_again(key, draft))
            else:
                self._sent(key, draft, row)

        self._screen.writes.ask(work, done)

    async def _ask_again(self, key: int, draft: Unsent) -> None:
        if await self._screen.sure(
            "Send the same words once more?",
            "They were approved for this message already.",
            yes="send once more",
        ):
            self._approve(key, draft, again=True)

    def _sent(self, key: int, draft: Unsent, row: OutboxRow) -> None:
        self._unsent.pop(key, None)
        if self._shown == key:
            self._screen.composer.text = ""
        self._put(key, _EMPTY)
        self._screen.undos.push(
            Act(
                f"reply to {display_row(row.handle, 30)}",
                lambda: self._desk.cancel(row.id),
                rows=(row.id,),
                key=key,
                after=lambda: self._put_back(key, draft),
            )
        )
        if self._shown == key:
            self._screen.compose_closed()
        if not self._screen.browsing.decided_stay:
            self._screen.listing.drop([key])
        self._screen.decided()

    def _put_back(self, key: int, draft: Unsent) -> None:
        """Give a text back that was taken out of the outbox."""
        if self._unsent.get(key, _EMPTY).text.strip():
            return
        self._put(key, draft)
        if self._shown == key:
            self._screen.composer.text = draft.text
