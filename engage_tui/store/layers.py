"""What was learnt from corrections, a layer for each time, of which at most one is in use."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from engage_tui.domain.model import Millis
from engage_tui.store.database import Connection, Row
from engage_tui.store.ids import new_uid


class LayerRow(NamedTuple):
    """One layer; `figures` is what its comparison gave, `before` what was in use until then."""

    number: int
    base: str
    before: int | None
    corrections: int
    figures: Mapping[str, Any]
    weights: bytes
    created_at: Millis
    active: bool

    @property
    def version(self) -> str:
        """What stands behind the model's name in the readings that it had a part in."""
        return f"+personal-{self.number}"


def add(
    connection: Connection,
    base: str,
    corrections: int,
    figures: Mapping[str, Any],
    weights: bytes,
    now: Millis,
) -> int:
    """Store a layer and put it into use; returns its number."""
    before = in_use(connection)
    _use(connection, None)
    row = connection.execute(
        """INSERT INTO layer (uid, base, before, corrections, figures, weights, created_at, active)
        VALUES (?, ?, ?, ?, ?, ?, ?, 1) RETURNING number""",
        (
            new_uid(),
            base,
            before.number if before else None,
            corrections,
            json.dumps(figures),
            weights,
            now,
        ),
    ).fetchone()
    return int(row["number"])


def in_use(connection: Connection) -> LayerRow | None:
    """Return the layer in use; None: the model as it ships."""
    row = connection.execute("SELECT * FROM layer WHERE active = 1").fetchone()
    return None if row is None else _layer(row)


def revert(connection: Connection) -> bool:
    """Put what was in use before the present layer back; returns whether there was a layer."""
    present = in_use(connection)
    if present is None:
        return False
    _use(connection, present.before)
    return True


def list_all(connection: Connection) -> list[LayerRow]:
    """Return every layer, the oldest first."""
    return [_layer(row) for row in connection.execute("SELECT * FROM layer ORDER BY number")]


def _use(connection: Connection, number: int | None) -> None:
    connection.execute("UPDATE layer SET active = 0 WHERE active = 1")
    connection.execute("UPDATE layer SET active = 1 WHERE number = ?", (number,))


def _layer(row: Row) -> LayerRow:
    return LayerRow(
        row["number"],
        row["base"],
        row["before"],
        row["corrections"],
        json.loads(row["figures"]),
        row["weights"],
        row["created_at"],
        bool(row["active"]),
    )
