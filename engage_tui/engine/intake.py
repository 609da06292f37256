"""What comes in: imports, looks at the platforms, and the model's reading of both."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from engage_tui.domain.model import MessageRecord, Millis
from engage_tui.domain.settings import Settings
from engage_tui.domain.sla import SlaPolicy
from engage_tui.engine.model import Model
from engage_tui.platforms.protocol import Connector
from engage_tui.store import accounts, facts, posts, readings, standings
from engage_tui.store.database import Store
from engage_tui.store.ingest import Ingested, ingest

if TYPE_CHECKING:
    from engage_tui.sync.fetch import SyncReport
    from engage_tui.sync.importing import BadLine, Format, Owner

BATCH = 5_000
"""Messages in one transaction of an import."""

_RULES = "rules in force"


@dataclass(slots=True)
class ImportReport:
    """What importing one or more files did."""

    read: int = 0
    bad: int = 0
    ingested: Ingested = field(default_factory=Ingested)


class Intake:
    """Everything is idempotent: what is known already changes nothing."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        policy: SlaPolicy,
        clock: Callable[[], Millis],
        connectors: Callable[[], Mapping[int, Connector]],
        model: Model,
    ) -> None:
        self._store = store
        self._settings = settings
        self._policy = policy
        self._clock = clock
        self._connectors = connectors
        self._model = model

    def import_file(
        self,
        path: Path,
        *,
        format: Format | None = None,
        owner: Owner | None = None,
        on_bad: Callable[[BadLine], None] = lambda line: None,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> ImportReport:
        """Read a file or an export; what cannot be read is reported, the rest goes in.

        Args:
            path: a file, a folder or an archive.
            format: the kind of file; found out when not given.
            owner: whose history it is, where the file does not say.
            on_bad: called for each line that gave no message.
            progress: called with the bytes read so far and their total.

        Raises:
            ImportFormatError: the file cannot be read at all, or breaks off; what was read stays.
        """
        from engage_tui.sync.importing import BadLine, Source, read

        report = ImportReport()
        with Source(path) as source:
            batch: list[MessageRecord] = []
            for parsed in read(source, format, owner):
                report.read += 1
                if isinstance(parsed, BadLine):
                    report.bad += 1
                    on_bad(parsed)
                    continue
                batch.append(parsed)
                if len(batch) == BATCH:
                    self._take(batch, report)
                    batch = []
                    progress(source.bytes_read, source.bytes_total)
            self._take(batch, report)
            progress(source.bytes_total, source.bytes_total)
        return report

    def any_untriaged(self) -> bool:
        """Whether a message waits that the model never read."""
        return readings.any_unread(self._store.reading)

    def untriaged(self) -> int:
        """Return how many messages wait for the model, for the first time or again."""
        return readings.unread_count(self._store.reading)

    def triage(self, progress: Callable[[int, int], None] = lambda done, total: None) -> int:
        """Let the model read what it has not seen; blocks until done, so call it off the loop.

        Raises:
            ModelError: the model cannot be used; the messages keep waiting.
        """
        from engage_tui.triage.stored import triage_stored

        worker = self._model.worker
        return triage_stored(self._store, worker, self._policy, self._clock, progress)

    async def sync(
        self, progress: Callable[[SyncReport], None] = lambda report: None
    ) -> Sequence[SyncReport]:
        """Look at every connected account once, side by side."""
        from engage_tui.sync.fetch import AccountSync

        known = {account.id: account for account in accounts.list_all(self._store.reading)}
        looks = [
            AccountSync(
                self._store,
                connector,
                known[key],
                self._policy,
                self._settings.sync,
                self._clock,
                progress,
            )
            for key, connector in self._connectors().items()
            if known[key].state == "connected"
        ]
        return await asyncio.gather(*(look.run() for look in looks))

    def rules_changed(self) -> bool:
        """Whether the settings that move conversations differ from those applied last."""
        return facts.get(self._store.reading, _RULES) != self._fingerprint()

    def apply_rules(self) -> None:
        """Bring every conversation's place up to date with the settings, a slice at a time."""
        campaigns = {
            tag: (campaign.posts, campaign.priority)
            for tag, campaign in self._settings.campaigns.items()
        }
        self._store.write(lambda c: posts.set_campaigns(c, campaigns))
        last: int | None = 0
        while last is not None:
            last = self._store.write(
                lambda c, after=last: standings.refresh_all(  # type: ignore[misc]
                    c, self._policy, self._clock(), after
                )
            )
        self._store.write(lambda c: facts.put(c, _RULES, self._fingerprint()))

    def _take(self, batch: Sequence[MessageRecord], report: ImportReport) -> None:
        if batch:
            now = self._clock()
            report.ingested.count(self._store.write(lambda c: ingest(c, batch, self._policy, now)))

    def _fingerprint(self) -> str:
        # Not the policy itself: its sets of holidays are written in another order each time.
        rules = (self._settings.sla, self._settings.hours, self._settings.queue)
        described = repr((rules, self._policy.levels, sorted(self._settings.campaigns.items())))
        return hashlib.sha256(described.encode()).hexdigest()
