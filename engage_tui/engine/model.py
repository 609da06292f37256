"""The triage model of a workspace: which one it is, what was learnt on top, and its thread."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from engage_tui.domain.model import Millis
from engage_tui.store import layers, readings
from engage_tui.store.database import Store
from engage_tui.store.layers import LayerRow

if TYPE_CHECKING:
    from engage_tui.domain.settings import Settings
    from engage_tui.triage import Classifier, TriageWorker
    from engage_tui.triage.contract import Contract
    from engage_tui.triage.layer import Layer


def chosen_folder(settings: Settings, workspace: Path) -> Path:
    """Return the folder of the model that the settings name, or of the one that ships."""
    from engage_tui.triage.classifier import shipped

    named = settings.triage.model
    return workspace / Path(named).expanduser() if named else shipped()


class Model:
    """Reads with the model and with the layer that is in use on it.

    Args:
        store: holds corrections and layers.
        folder: the model's.
        clock: the present moment.
    """

    def __init__(self, store: Store, folder: Path, clock: Callable[[], Millis]) -> None:
        self._store = store
        self._folder = folder
        self._clock = clock
        self._worker: TriageWorker | None = None

    @property
    def base(self) -> str:
        """Name and version of the model without what was learnt on it.

        Raises:
            ModelError: the model cannot be used.
        """
        return self._contract.model

    @property
    def version(self) -> str:
        """Name and version of what reads, as every reading carries them.

        Raises:
            ModelError: the model cannot be used.
        """
        row = self._usable()
        return self.base + (row.version if row else "")

    @property
    def left_out(self) -> str:
        """A sentence where something was learnt, but on another model; else nothing.

        Raises:
            ModelError: the model cannot be used.
        """
        row = layers.in_use(self._store.reading)
        if row is None or row.base == self.base:
            return ""
        return (
            f"what was learnt on {row.base} is not used with {self.base};"
            " `engage triage --learn` learns it anew"
        )

    @property
    def worker(self) -> TriageWorker:
        """The thread that owns the model."""
        from engage_tui.triage import TriageWorker

        if self._worker is None:
            self._worker = TriageWorker(self._folder, self._layer())
        return self._worker

    def classifier(self) -> Classifier:
        """Return the model for the calling thread.

        Raises:
            ModelError: the model cannot be used.
        """
        from engage_tui.triage import Classifier

        return Classifier(self._folder, self._layer())

    def queue_again(self) -> int:
        """Queue what another model or layer has read; returns how many messages wait for that.

        They keep what was read until the new reading is there.

        Raises:
            ModelError: the model cannot be used.
        """
        if readings.any_read(self._store.reading):
            version = self.version
            if readings.model_in_use(self._store.reading) != version:
                last = self._store.write(lambda c: readings.read_again(c, version))
                while last is not None:
                    last = self._store.write(
                        lambda c, before=last: readings.read_again(  # type: ignore[misc]
                            c, version, before
                        )
                    )
                self._store.write(lambda c: readings.use_model(c, version))
        return readings.again_count(self._store.reading)

    def learn(self) -> LayerRow:
        """Learn from every correction and use what was learnt.

        Raises:
            ModelError: the model cannot be used, or brings no anchors.
            NothingLearnt: there are too few corrections, or they do not make it better.
        """
        from engage_tui.triage.teaching import teach

        number = teach(self._store, self._folder, self._clock)
        self.close()
        return next(row for row in self.layers() if row.number == number)

    def revert(self) -> bool:
        """Use what was in use before the present layer; returns False where there is no layer."""
        changed = self._store.write(layers.revert)
        self.close()
        return changed

    def layers(self) -> list[LayerRow]:
        """Return everything that was learnt, the oldest first."""
        return layers.list_all(self._store.reading)

    def close(self) -> None:
        """End the model's thread; the next use begins another."""
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    @cached_property
    def _contract(self) -> Contract:
        from engage_tui.triage.contract import read_contract

        return read_contract(self._folder)

    def _usable(self) -> LayerRow | None:
        """Return the layer in use, if it belongs to the model."""
        row = layers.in_use(self._store.reading)
        return row if row and row.base == self.base else None

    def _layer(self) -> Layer | None:
        row = self._usable()
        if row is None:
            return None
        from engage_tui.triage.layer import Layer

        return Layer.from_bytes(row.version, row.weights, self._contract.embedding)
