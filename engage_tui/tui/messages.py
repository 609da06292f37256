"""What screens ask of the console as a whole."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message


@dataclass
class OpenConversation(Message):
    """Go to a conversation in the inbox."""

    conversation_id: int


@dataclass
class CommandChosen(Message):
    """Run a command as if its key had been pressed."""

    command: str
