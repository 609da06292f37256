"""People outside the brand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from engage_tui.domain.cleaning import clean
from engage_tui.domain.model import PersonRecord
from engage_tui.store.database import Connection, Row
from engage_tui.store.ids import many, next_id

PersonKey = tuple[str, str]
"""Platform and remote id."""


class KnownPerson(NamedTuple):
    """A stored person, as far as taking messages in needs it."""

    id: int
    vip: bool


def resolve(
    connection: Connection, wanted: Mapping[PersonKey, PersonRecord]
) -> dict[PersonKey, KnownPerson]:
    """Return the stored people, adding new ones and taking over new handles and names."""
    known: dict[PersonKey, Row] = {}
    for platform in {key[0] for key in wanted}:
        rows = connection.execute(
            """SELECT id, platform, remote_id, handle, name, follower, vip FROM person
            WHERE platform = ? AND remote_id IN (SELECT value FROM json_each(?))""",
            (platform, many(remote for p, remote in wanted if p == platform)),
        )
        known |= {(platform, row["remote_id"]): row for row in rows}
    result: dict[PersonKey, KnownPerson] = {}
    inserts, updates = [], []
    fresh = next_id(connection, "person")
    for key, person in wanted.items():
        found = known.get(key)
        handle, name = clean(person.handle), clean(person.name)
        if found is None:
            result[key] = KnownPerson(fresh, vip=False)
            inserts.append((fresh, *key, handle, name, person.follower))
            fresh += 1
            continue
        result[key] = KnownPerson(found["id"], bool(found["vip"]))
        before = (found["handle"], found["name"], found["follower"])
        follower = found["follower"] if person.follower is None else int(person.follower)
        after = (handle or found["handle"], name or found["name"], follower)
        if after != before:
            updates.append((*after, found["id"]))
    connection.executemany(
        "INSERT INTO person (id, platform, remote_id, handle, name, follower)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        inserts,
    )
    connection.executemany(
        "UPDATE person SET handle = ?, name = ?, follower = ? WHERE id = ?", updates
    )
    return result


def set_vip(connection: Connection, person_id: int, vip: bool) -> list[int]:
    """Mark a person; returns the conversations whose tier may change."""
    connection.execute("UPDATE person SET vip = ? WHERE id = ?", (vip, person_id))
    rows = connection.execute("SELECT id FROM conversation WHERE person_id = ?", (person_id,))
    return [row["id"] for row in rows]
