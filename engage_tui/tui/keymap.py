"""Every command of the console: its id, keys, words and place; help, palette and footer read it.

Keys are written as a person would say them: letters and signs as themselves, other keys by their
name (`ctrl+d`, `home`). A blank joins the keys of a sequence, `|` separates alternatives.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from engage_tui.tui.views import VIEWS


class Place(StrEnum):
    """What has the focus; a command acts only in its own places."""

    LIST = "inbox list"
    THREAD = "conversation"
    COMPOSER = "composer"
    OUTBOX = "outbox"
    FIGURES = "figures"
    ROWS = "rows behind a figure"
    GOALS = "goals"
    ELSEWHERE = "other screens"


class Group(StrEnum):
    """The headings of the help page, in its order."""

    MOVE = "Move"
    LOOK = "Look"
    SELECT = "Select"
    DECIDE = "Decide"
    ANSWER = "Answer"
    MODERATE = "Moderate"
    OUTBOX = "Outbox"
    FIGURES = "Figures and goals"
    GO = "Go to"
    APPLICATION = "Application"


Keys = tuple[str, ...]
"""The keys of one sequence, pressed one after the other."""


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that the console can be told to do."""

    id: str
    keys: tuple[Keys, ...]
    """Alternatives; none: reached through the palette only."""
    label: str
    """One or two words for the footer."""
    title: str
    group: Group
    places: frozenset[Place]

    @property
    def shown_keys(self) -> str:
        """The keys as they are shown: `gg home`."""
        return " ".join(shown(keys) for keys in self.keys)


def shown(keys: Keys) -> str:
    """Write a sequence for people: `gg`, `ctrl+d`, `g n`."""
    return ("" if len(set(keys)) == 1 else " ").join(_SHORT.get(key, key) for key in keys)


_SHORT = {"escape": "esc", "pagedown": "pgdn", "pageup": "pgup"}


_READING = frozenset({Place.LIST, Place.THREAD})
_INBOX = _READING | {Place.COMPOSER}
_OUTBOX = frozenset({Place.OUTBOX})
_FIGURES = frozenset({Place.FIGURES, Place.ROWS, Place.GOALS})
_GOALS = frozenset({Place.GOALS})
_ALL = frozenset(Place)
_COMPOSER = frozenset({Place.COMPOSER})


def _commands(
    group: Group, places: frozenset[Place], *rows: tuple[str, str, str, str]
) -> tuple[Command, ...]:
    return tuple(
        Command(
            id,
            tuple(tuple(way.split(" ")) for way in keys.split("|")) if keys else (),
            label,
            title,
            group,
            places,
        )
        for id, keys, label, title in rows
    )


COMMANDS: tuple[Command, ...] = (
    *_commands(
        Group.MOVE,
        _READING,
        ("move.down", "j|down", "down", "next conversation; in a thread one line down"),
        ("move.up", "k|up", "up", "previous conversation, or one line up"),
        ("move.first", "g g|home", "first", "first one, or the top"),
        ("move.last", "G|end", "last", "last one, or the end"),
        ("move.half_down", "ctrl+d", "half down", "half a page down"),
        ("move.half_up", "ctrl+u", "half up", "half a page up"),
        ("move.page_down", "ctrl+f|pagedown", "page down", "a page down"),
        ("move.page_up", "ctrl+b|pageup", "page up", "a page up"),
        ("move.next_thread", "J", "next", "next conversation while reading"),
        ("move.prev_thread", "K", "previous", "previous conversation while reading"),
        ("move.next_overdue", "g n", "overdue", "next overdue conversation"),
        ("search.next", "n", "next match", "next match of the search"),
        ("search.prev", "N", "previous match", "previous match of the search"),
    ),
    *_commands(
        Group.LOOK,
        _READING,
        ("open", "enter", "open", "read at full size"),
        ("why", "w", "why", "why it stands here, and what would move it"),
        ("search", "/", "search", "search every message"),
        ("narrow", "\\", "narrow", "narrow the list that is shown"),
        ("list.show_new", ".", "show new", "show the new rows"),
        ("list.toggle_time", "T", "times", "times as length or as clock time"),
        ("copy.text", "y", "copy", "copy the message"),
        ("copy.link", "Y", "copy link", "copy the link to it"),
        ("open.browser", "o", "browser", "open a link in the browser"),
        ("layout.more", "+", "larger", "more room for the conversation"),
        ("layout.less", "_", "smaller", "less room for the conversation"),
    ),
    *_commands(
        Group.SELECT,
        _READING,
        ("select.toggle", "x", "select", "select it and move on"),
        ("select.range", "V", "range", "select a range, again to end it"),
        ("select.all", "* a", "all", "select all that are listed"),
        ("select.none", "* n", "none", "select none"),
        ("select.invert", "* i", "invert", "turn the selection round"),
    ),
    *_commands(
        Group.DECIDE,
        _READING,
        ("triage.done", "e", "done", "done: nothing to answer"),
        ("triage.snooze", "b", "snooze", "put off until later"),
        ("triage.reopen", "U", "reopen", "bring back into the queue"),
        ("triage.label", "t", "label", "label, or unlabel; vip marks the person"),
        ("triage.correct", "c", "correct", "correct what the model read"),
        ("triage.escalate", "X", "escalate", "hand on to support, sales or crisis"),
        ("undo", "u", "undo", "take the last act back, a send too"),
    ),
    *_commands(
        Group.ANSWER,
        _READING,
        ("reply.public", "r", "reply", "reply where they wrote"),
        ("reply.private", "R", "privately", "reply privately to a comment"),
        ("reply.template", ";|ctrl+t", "template", "take a template"),
        ("reply.editor", "E", "editor", "write the reply in your editor"),
    ),
    *_commands(
        Group.ANSWER,
        _COMPOSER,
        ("composer.send", "ctrl+s|ctrl+enter", "send", "approve the text and send it"),
        ("composer.template", "ctrl+t", "template", "take a template"),
        ("composer.editor", "ctrl+e", "editor", "write on in your editor"),
        ("composer.leave", "escape", "back", "leave the composer, the text stays"),
    ),
    *_commands(
        Group.MODERATE,
        _READING,
        ("moderate.hide", "-", "hide", "hide the comment"),
        ("moderate.show", "=", "show", "show a hidden comment again"),
        ("moderate.delete", "#", "delete", "delete it on the platform; asks first"),
        ("moderate.hold", "", "hold", "hold the comment for review"),
        ("moderate.publish", "", "publish", "publish a held comment"),
        ("moderate.reject", "", "reject", "reject a held comment"),
    ),
    *_commands(
        Group.OUTBOX,
        _OUTBOX,
        ("outbox.cancel", "c", "cancel", "take it back before it leaves"),
        ("outbox.retry", "R", "retry now", "take the next step now"),
        ("outbox.there", "t", "it is there", "uncertain: it did arrive"),
        ("outbox.again", "a", "send again", "uncertain: it did not, send it again"),
        ("outbox.drop", "d", "drop", "uncertain: let it go"),
        ("outbox.open", "enter", "conversation", "go to its conversation"),
    ),
    *_commands(
        Group.FIGURES,
        _FIGURES,
        ("figures.open", "enter", "open", "open what is behind a figure, or the conversation"),
        ("figures.first", "g g|home", "first", "first row"),
        ("figures.copy", "y", "copy", "copy the figure with its formula"),
    ),
    *_commands(
        Group.FIGURES,
        _FIGURES - {Place.ROWS},
        ("figures.recount", "r", "count again", "count again, as of now"),
    ),
    *_commands(
        Group.FIGURES,
        frozenset({Place.FIGURES}),
        ("figures.shorter", "[", "7 days", "the last 7 days"),
        ("figures.longer", "]", "30 days", "the last 30 days"),
    ),
    *_commands(
        Group.FIGURES,
        _GOALS,
        ("goals.add", "a", "add", "set a goal"),
        ("goals.drop", "#", "drop", "give the goal up; asks first"),
    ),
    *_commands(
        Group.GO,
        _ALL,
        ("go.inbox", "g i", "inbox", "inbox"),
        ("go.moderation", "g m", "moderation", "what waits for moderation"),
        ("go.outbox", "g x", "outbox", "outbox"),
        ("go.kpi", "g k", "KPI", "figures"),
        ("go.goals", "g o", "goals", "goals"),
    ),
    *_commands(
        Group.GO,
        _READING,
        *((f"view.{n}", f"{n}", view.name, view.name) for n, view in enumerate(VIEWS, 1)),
        ("pane.next", "tab", "next pane", "next pane"),
        ("pane.prev", "shift+tab", "previous pane", "previous pane"),
        ("pane.left", "h|left", "list", "to the list"),
        ("pane.right", "l|right", "thread", "to the conversation"),
    ),
    *_commands(
        Group.APPLICATION,
        _INBOX | _OUTBOX | _FIGURES,
        ("sync", "ctrl+r", "sync", "look for new messages now"),
    ),
    *_commands(
        Group.APPLICATION,
        _ALL,
        ("palette", ":|ctrl+p", "commands", "all commands"),
        ("help", "?|f1", "help", "this page"),
        ("theme", "", "theme", "choose the colours"),
        ("suspend", "ctrl+z", "suspend", "back to the shell for a while"),
        ("quit", "ctrl+q", "quit", "quit"),
    ),
    *_commands(
        Group.APPLICATION,
        _READING | _OUTBOX | _FIGURES,
        ("back", "escape", "back", "one step out: search, selection, conversation"),
        ("leave", "q", "quit", "one step out, and from the list quit"),
    ),
)

BY_ID = {command.id: command for command in COMMANDS}

FOOTERS: dict[Place, tuple[str, ...]] = {
    place: tuple(commands.split())
    for place, commands in {
        Place.LIST: (
            "reply.public triage.done triage.snooze open select.toggle search palette help"
        ),
        Place.THREAD: (
            "reply.public reply.template triage.done move.next_thread why open.browser back help"
        ),
        Place.COMPOSER: "composer.send composer.template composer.editor composer.leave",
        Place.OUTBOX: (
            "outbox.cancel outbox.retry outbox.there outbox.again outbox.drop outbox.open back help"
        ),
        Place.FIGURES: (
            "figures.open figures.shorter figures.longer figures.recount figures.copy back help"
        ),
        Place.ROWS: "figures.open figures.copy back help",
        Place.GOALS: ("goals.add goals.drop figures.open figures.recount figures.copy back help"),
    }.items()
}
"""The commands that the footer names, at most eight."""


def at(place: Place) -> list[Command]:
    """Return the commands that act in a place."""
    return [command for command in COMMANDS if place in command.places]


def table(place: Place) -> dict[Keys, str]:
    """Return the id of the command behind each sequence of a place.

    Raises:
        ValueError: two commands of the place have the same keys.
    """
    found: dict[Keys, str] = {}
    for command in at(place):
        for keys in command.keys:
            if keys in found:
                raise ValueError(f"{shown(keys)} is both {found[keys]} and {command.id}")
            found[keys] = command.id
    return found
