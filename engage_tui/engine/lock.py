"""One engine for each workspace: a lock that the system releases when its holder dies."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import TracebackType

from engage_tui.store.database import private_file, private_folder


class Busy(Exception):
    """Another engine holds the workspace."""

    def __init__(self, holder: str) -> None:
        who = f" (process {holder})" if holder else ""
        super().__init__(f"another engage{who} is running in this workspace")


class InstanceLock:
    """Holds a workspace for this process until `release`.

    Raises:
        Busy: somebody else holds it.
    """

    def __init__(self, path: Path) -> None:
        private_folder(path.parent)
        private_file(path)
        self._file = path.open("r+")
        try:
            _lock(self._file.fileno())
        except OSError as error:
            holder = self._file.read(20).strip()
            self._file.close()
            raise Busy(holder) from error
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()

    def release(self) -> None:
        """Let the next one in."""
        self._file.close()

    def __enter__(self) -> InstanceLock:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        os.lseek(descriptor, 1_000, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        os.lseek(descriptor, 0, os.SEEK_SET)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
