"""The one gate between strangers' text and a screen, a table or a log: text that only shows.

Whatever came from outside (messages, names, titles, a platform's error, a model's words, file
names) passes here before it reaches a terminal. `SafeText` is what comes out; widgets and tables
take nothing else. What the text means as markup is not settled here: it must still be given to
widgets as plain content.

- Long text is cut by characters and lines and ends in `…`.
- A terminal escape sequence, finished or not, becomes one `␛`; other control characters become
  their symbols (`␇`), or U+FFFD where they have none. A tab becomes four spaces, every kind of line
  end a newline.
- Characters that turn the direction of writing around become `⇄`. The weak marks (LRM, RLM, ALM)
  stay in text of several lines and go from a single line, which shares it with other fields.
- Characters that show nothing are dropped; the joiners stay where a script or an emoji needs them.
- A letter keeps at most four marks; a mark without a letter before it is dropped.

Text that passed once comes out the same when it passes again.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NewType

SafeText = NewType("SafeText", str)
"""Text that went through this module."""

MOST_LINES: Final = 500
MOST_CHARACTERS: Final = 20_000
MOST_IN_ROW: Final = 200
MOST_IN_NAME: Final = 80
MARKS_PER_LETTER: Final = 4

ELLIPSIS: Final = "…"

# Most messages are made of these and need nothing but a look at their length.
_PLAIN = re.compile(r"[\n -~\xa1-\xac\xae-\u02ff]*")
# Only so much is looked at: enough to fill the limit after invisible characters were dropped.
_LOOK_AHEAD = 2

_ESCAPE_SEQUENCE = re.compile(
    # OSC, DCS, APC, PM, SOS and the title of `screen`, with their text and their end
    r"(?:\x1b[\]PX^_k]|[\x90\x98\x9d-\x9f])[^\x00-\x1f\x7f-\x9f]*(?:\x07|\x1b\\|\x9c)"
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"
    # An end that never comes must not swallow the words after it.
    r"|[\x90\x98\x9d-\x9f]"
    r"|\x1b[ -/]*[0-~]?"
)
_LINE_END = re.compile(r"\r\n|[\r\x85\u2028\u2029]")
_OTHER_C0 = re.compile(r"[\x00-\x09\x0b-\x1f]")
_UNSHOWABLE = re.compile(r"[\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffc\ufffe\uffff]")
_TURN = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_INVISIBLE = re.compile(
    r"[\xad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060-\u2065\u206a-\u206f\u3164\ufeff"
    r"\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_DIRECTION_MARK = re.compile(r"[\u200e\u200f\u061c]")
_JOINERS = "\u200c\u200d"
# Arabic, Syriac and their relatives, the Indic scripts, Burmese, Khmer, Mongolian.
_JOINED = r"\u0600-\u061b\u061d-\u077f\u08a0-\u0dff\u1000-\u109f\u1780-\u17ff\u1800-\u18af"
_EMOJI = r"\u2190-\u21ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
_NEEDLESS_JOINER = re.compile(
    rf"(?!(?<=[{_JOINED}]).[{_JOINED}]|(?<=[{_EMOJI}\ufe0f])\u200d[{_EMOJI}])[{_JOINERS}]"
)
# Code points in one visible character; a family of emoji has eleven.
_WIDEST_CHARACTER = 16
_SKIN_TONES = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"


def display_text(raw: str, *, lines: int = MOST_LINES, limit: int = MOST_CHARACTERS) -> SafeText:
    """Return the text as it may be shown, at most so many lines and characters long.

    With `lines=1` all white space shrinks to single spaces.
    """
    text = raw[: limit * _LOOK_AHEAD]
    if not _PLAIN.fullmatch(text):
        text = _harmless(text, keep_direction_marks=lines > 1)
    cut = len(raw) > limit * _LOOK_AHEAD
    if lines == 1:
        text = " ".join(text.split())
    elif text.count("\n") >= lines:
        text, cut = "\n".join(text.split("\n", lines)[:lines]), True
    if len(text) + cut > limit:
        text, cut = _torn_off(text, limit - 1), True
    return SafeText(text.rstrip() + ELLIPSIS if cut else text)


def display_row(raw: str, limit: int = MOST_IN_ROW) -> SafeText:
    """Return the text on one line, for a row of a list or a field beside others."""
    return display_text(raw, lines=1, limit=limit)


def display_name(raw: str, fallback_id: str) -> SafeText:
    """Return a name on one line; where nothing of it shows, that is said beside the id."""
    name = display_row(raw, MOST_IN_NAME)
    if any(_shows(char) for char in name):
        return name
    return display_row(f"(no visible name) {fallback_id}")


def _harmless(text: str, *, keep_direction_marks: bool) -> str:
    text = _ESCAPE_SEQUENCE.sub("␛", text)
    text = _LINE_END.sub("\n", text)
    text = text.replace("\t", "    ")
    text = _OTHER_C0.sub(_picture, text)
    text = _UNSHOWABLE.sub("\ufffd", text)
    text = _TURN.sub("⇄", text)
    text = _INVISIBLE.sub("", text)
    if not keep_direction_marks:
        text = _DIRECTION_MARK.sub("", text)
    return _NEEDLESS_JOINER.sub("", _with_few_marks(text))


def _picture(control: re.Match[str]) -> str:
    return chr(0x2400 + ord(control[0]))


def _with_few_marks(text: str) -> str:
    categories = {char: unicodedata.category(char) for char in set(text)}
    marks = {char for char, category in categories.items() if category[0] == "M"}
    if not marks:
        return text
    # Format characters are no letters: joiners between marks do not buy more of them.
    formats = {char for char, category in categories.items() if category == "Cf"}
    kept: list[str] = []
    room = 0
    for char in text:
        if char in marks:
            if not room:
                continue
            room -= 1
        elif char not in formats:
            room = 0 if char.isspace() else MARKS_PER_LETTER
        kept.append(char)
    return "".join(kept)


def _torn_off(text: str, length: int) -> str:
    """Return the beginning, a little shorter where a visible character would be torn apart."""
    for end in range(length, max(length - _WIDEST_CHARACTER, 0), -1):
        if not _extends(text[end]) and text[end - 1] not in _JOINERS:
            return text[:end]
    return text[:length].rstrip(_JOINERS)


def _extends(char: str) -> bool:
    return char in _JOINERS or char in _SKIN_TONES or unicodedata.category(char)[0] == "M"


def _shows(char: str) -> bool:
    # U+2800 is a braille letter without dots.
    return unicodedata.category(char)[0] in "LNPSC" and char != "\u2800"
