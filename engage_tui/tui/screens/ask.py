"""The small dialogs: a choice, a line of text, a question, and a page to read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.suggester import SuggestFromList
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option


class Choice(ModalScreen[str | None]):
    """One of some options; the first nine can be picked by their number.

    Args:
        question: what is chosen.
        options: value and text of each.
        present: the value that stands now.
    """

    CSS_PATH = "ask.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape,q", "dismiss(None)", "Back"),
        ("j", "down", "Down"),
        ("k", "up", "Up"),
    ]

    def __init__(
        self, question: str, options: Sequence[tuple[str, str]], present: str | None = None
    ) -> None:
        super().__init__()
        self._question = question
        self._options = options
        self._present = present

    def compose(self) -> ComposeResult:
        """Lay the question over the options."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = Content(self._question)
            dialog.border_subtitle = "enter takes it, esc goes back"
            yield OptionList(
                *(Option(self._label(value, text), id=value) for value, text in self._options),
                markup=False,
            )

    def on_mount(self) -> None:
        """Begin at what stands now."""
        values = [value for value, _ in self._options]
        listing = self.query_one(OptionList)
        listing.highlighted = values.index(self._present) if self._present in values else 0

    def action_down(self) -> None:
        """Go to the next option."""
        self.query_one(OptionList).action_cursor_down()

    def action_up(self) -> None:
        """Go to the option before."""
        self.query_one(OptionList).action_cursor_up()

    def on_key(self, event: events.Key) -> None:
        """Pick the option whose number was pressed."""
        if event.character and event.character.isdecimal():
            index = int(event.character) - 1
            if 0 <= index < len(self._options):
                event.stop()
                self.dismiss(self._options[index][0])

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Return what was picked."""
        self.dismiss(event.option.id)

    def _label(self, value: str, text: str) -> Content:
        place = next(i for i, (known, _) in enumerate(self._options) if known == value)
        key = f"{place + 1}  " if place < 9 else "   "
        mark = ("  now", "$foreground-muted") if value == self._present else ("", "")
        return Content.assemble((key, "$foreground-muted"), text, mark)


class AskText(ModalScreen[str | None]):
    """One line of text.

    Args:
        question: what is asked for.
        hint: a sentence below it.
        text: what stands there to begin with.
        known: completions.
        problem: returns what is wrong with a text, or nothing.
    """

    CSS_PATH = "ask.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss(None)", "Back")]

    def __init__(
        self,
        question: str,
        hint: str = "",
        *,
        text: str = "",
        known: Sequence[str] = (),
        problem: Callable[[str], str] = lambda text: "",
    ) -> None:
        super().__init__()
        self._question = question
        self._hint = hint
        self._text = text
        self._known = known
        self._problem = problem

    def compose(self) -> ComposeResult:
        """Lay the question over the line."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = Content(self._question)
            dialog.border_subtitle = "enter takes it, esc goes back"
            yield Input(self._text, suggester=SuggestFromList(self._known, case_sensitive=False))
            yield Static(Content(self._hint), id="hint")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Return the text, or say what is wrong with it."""
        text = event.value.strip()
        problem = "write something, or leave with esc" if not text else self._problem(text)
        if problem:
            self.query_one("#hint", Static).update(Content.styled(problem, "$error"))
        else:
            self.dismiss(text)


class Confirm(ModalScreen[bool]):
    """A question that only `y` answers with yes.

    Args:
        question: what is about to happen.
        detail: what should be known before.
        yes: what `y` does, in a word or two.
    """

    CSS_PATH = "ask.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        ("y", "dismiss(True)", "Yes"),
        ("n,escape,q", "dismiss(False)", "No"),
    ]

    def __init__(self, question: str, detail: str = "", *, yes: str = "yes") -> None:
        super().__init__()
        self._question = question
        self._detail = detail
        self._yes = yes

    def compose(self) -> ComposeResult:
        """Lay the question over what should be known."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Please confirm"
            yield Static(Content.styled(self._question, "bold"))
            if self._detail:
                yield Static(Content(self._detail), classes="detail")
            yield Static(
                Content.assemble(
                    ("y", "bold $footer-key-foreground"),
                    f" {self._yes}   ",
                    ("n", "bold $footer-key-foreground"),
                    " go back",
                ),
                classes="answers",
            )


class Page(ModalScreen[None]):
    """Something to read.

    Args:
        title: what it is about.
        text: what there is to read.
    """

    CSS_PATH = "ask.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape,q,enter,w", "dismiss(None)", "Back"),
        ("j", "scroll(1)", "Down"),
        ("k", "scroll(-1)", "Up"),
    ]

    def __init__(self, title: str, text: Content) -> None:
        super().__init__()
        self._title_text = title
        self._text = text

    def compose(self) -> ComposeResult:
        """Show the text."""
        with VerticalScroll(classes="dialog") as dialog:
            dialog.border_title = Content(self._title_text)
            dialog.border_subtitle = "esc goes back"
            yield Static(self._text)

    def action_scroll(self, lines: int) -> None:
        """Scroll by a line."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)
