"""Hands a text to the person's own editor and takes it back."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from textual.app import App, SuspendNotSupported

_LARGEST = 100_000
"""Characters; nobody writes a longer reply on purpose."""


class EditorError(Exception):
    """The text could not be edited; the sentence says what to do."""


def edit(app: App[Any], text: str) -> str:
    """Return the text as the editor left it; nothing else happens until it is closed.

    Raises:
        EditorError: there is no such editor, or it failed; the text is what it was.
    """
    command = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi")
    # Made by mkstemp, so that only its owner can read it.
    handle, name = tempfile.mkstemp(prefix="engage-", suffix=".txt")
    path = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        with app.suspend():
            code = subprocess.call([*command, name])
        if code:
            raise EditorError(f"{command[0]} ended with {code}; the text is what it was.")
        return path.read_text(encoding="utf-8", errors="replace")[:_LARGEST].rstrip("\n")
    except SuspendNotSupported as error:
        raise EditorError("This terminal cannot hand the screen to an editor.") from error
    except OSError as error:
        raise EditorError(
            f"{command[0]} cannot be started; set EDITOR to one that is there."
        ) from error
    finally:
        path.unlink(missing_ok=True)
