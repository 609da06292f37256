"""Where a workspace keeps its files: one folder for each brand, private to its user."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

APPLICATION = "engage-tui"
DEFAULT = "default"
DEMO = "demo"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


class WorkspaceError(ValueError):
    """The name cannot be used for a folder."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """The files of one brand. Secrets are in none of them; they live in the system keyring."""

    name: str
    folder: Path

    @property
    def config(self) -> Path:
        """The settings that the user writes."""
        return self.folder / "config.toml"

    @property
    def database(self) -> Path:
        """Everything that was synced, imported and decided."""
        return self.folder / "engage.db"

    @property
    def backups(self) -> Path:
        """Copies of the database made before its schema changes."""
        return self.folder / "backups"

    @property
    def lock(self) -> Path:
        """Held by the one engine that may write."""
        return self.folder / "engage.lock"

    @property
    def practice(self) -> Path:
        """What happened on the practice platforms of the demo."""
        return self.folder / "practice.jsonl"


def locate(name: str = DEFAULT) -> Workspace:
    """Return the workspace of that name; its folder need not exist yet.

    `ENGAGE_HOME` holds the default workspace itself and the others under `workspaces/`; without it
    the user's data folder is used.

    Raises:
        WorkspaceError: the name is not made of small letters, digits, `-` and `_`.
    """
    if not _NAME.fullmatch(name):
        raise WorkspaceError(
            f"workspace {name!r}: use small letters, digits, - and _, at most 40 of them"
        )
    home = os.environ.get("ENGAGE_HOME")
    if home:
        base = Path(home).expanduser()
    else:
        import platformdirs

        base = platformdirs.user_data_path(APPLICATION, appauthor=False)
    return Workspace(name, base if name == DEFAULT else base / "workspaces" / name)
