"""Opens what people hand over: a file, a gzipped one, a folder or a zip archive of files."""

from __future__ import annotations

import gzip
import os
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, cast

from engage_tui.sync.importing.records import ImportFormatError


class Source:
    """The files behind one path, and how far they have been read, in bytes.

    `names` are paths with `/`, relative to the folder or inside the archive; a single file is
    known by its own name. Nothing is unpacked to the disk and links are not followed.
    """

    def __init__(self, path: Path) -> None:
        """Look at what is there.

        Raises:
            ImportFormatError: the path cannot be read.
        """
        self.path = path
        self._archive: zipfile.ZipFile | None = None
        self._done = 0
        self._position: Callable[[], int] | None = None
        try:
            if path.is_dir():
                self._root, self._sizes = path, _folder_sizes(path)
            elif zipfile.is_zipfile(path):
                self._archive = zipfile.ZipFile(path)
                entries = self._archive.infolist()
                self._sizes = {e.filename: e.file_size for e in entries if not e.is_dir()}
            else:
                self._root, self._sizes = path.parent, {path.name: path.stat().st_size}
        except (OSError, zipfile.BadZipFile) as error:
            raise ImportFormatError(f"{path.name} cannot be read: {_why(error)}") from error

    def __enter__(self) -> Source:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the archive."""
        if self._archive is not None:
            self._archive.close()

    @property
    def names(self) -> tuple[str, ...]:
        """The files that will be read."""
        return tuple(self._sizes)

    @property
    def single(self) -> bool:
        """Whether the path is one file that is itself what is to be read."""
        return self._archive is None and not self.path.is_dir()

    def narrow(self, names: Iterable[str]) -> None:
        """Leave out every other file, so that the total counts only what will be read."""
        self._sizes = {name: self._sizes[name] for name in names}

    @property
    def bytes_total(self) -> int:
        """The size of all files; of a gzipped one, its size on the disk."""
        return sum(self._sizes.values())

    @property
    def bytes_read(self) -> int:
        """How much of `bytes_total` has been read."""
        return self._done + (self._position() if self._position else 0)

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """Open one file, through gzip when it is compressed, and count it as read at the end."""
        with self._raw(name) as raw:
            compressed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            self._position = raw.tell
            try:
                yield cast(IO[bytes], gzip.GzipFile(fileobj=raw)) if compressed else raw
            finally:
                self._position = None
        self._done += self._sizes[name]

    def peek(self, name: str, size: int) -> bytes:
        """Return the first bytes of a file, without counting them as read."""
        done = self._done
        with self.open(name) as stream:
            start = stream.read(size)
        self._done = done
        return start

    def _raw(self, name: str) -> IO[bytes]:
        if self._archive is not None:
            try:
                return self._archive.open(name)
            except (RuntimeError, NotImplementedError) as error:
                reason = "is protected by a password or packed in an unusual way"
                raise ImportFormatError(reason) from error
        return (self._root / name).open("rb")


def _folder_sizes(folder: Path) -> dict[str, int]:
    return {
        (Path(parent) / name).relative_to(folder).as_posix(): (Path(parent) / name).stat().st_size
        for parent, _, names in os.walk(folder)
        for name in sorted(names)
        if not (Path(parent) / name).is_symlink()
    }


def _why(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
