"""Judges a finished case from two files alone: the practice journal and the database.

It shares no code with the program: what was done is counted in the journal of the practice
platforms, what the program believes is read with plain SQL.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Verdict:
    """What became of the approved replies of one case."""

    replies: int = 0
    sent: int = 0
    to_a_person: int = 0
    faults: list[str] = field(default_factory=list)
    """Sentences about what must never be."""


def judge(database: Path, journal: Path) -> Verdict:
    """Count effects and compare them with the rows of the outbox."""
    effects = _effects(journal)
    by_text = Counter(effect["text"] for effect in effects)
    ids = {effect["id"]: effect["text"] for effect in effects}
    verdict = Verdict()
    with closing(sqlite3.connect(database)) as connection:
        connection.row_factory = sqlite3.Row
        if connection.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
            verdict.faults.append("the database is damaged")
        rows = connection.execute("SELECT * FROM outbox").fetchall()
        for row in rows:
            _judge_row(connection, row, by_text[row["body"]], ids, verdict)
        strangers = set(by_text) - {row["body"] for row in rows}
    if strangers:
        verdict.faults.append(f"nobody approved {strangers}")
    return verdict


def _judge_row(
    connection: sqlite3.Connection,
    row: sqlite3.Row,
    effects: int,
    ids: dict[str, str],
    verdict: Verdict,
) -> None:
    name, state = f"row {row['id']} ({row['state']})", row["state"]
    verdict.replies += 1
    if effects > 1:
        verdict.faults.append(f"{name}: doubled, {effects} effects")
    if state == "sent":
        verdict.sent += 1
        if ids.get(row["remote_id"]) != row["body"]:
            verdict.faults.append(f"{name}: lost, the platform has no such message")
        shown = connection.execute(
            "SELECT count(*) FROM message WHERE outbox_id = ? AND remote_id = ?",
            (row["id"], row["remote_id"]),
        ).fetchone()[0]
        counted = connection.execute(
            "SELECT count(*) FROM event WHERE name = 'reply_sent' AND conversation_id = ?",
            (row["conversation_id"],),
        ).fetchone()[0]
        if (shown, counted) != (1, 1):
            verdict.faults.append(f"{name}: shown {shown} times, counted {counted} times")
    elif state == "needs_human":
        verdict.to_a_person += 1
        unclear = connection.execute(
            "SELECT count(*) FROM attempt WHERE outbox_id = ? AND outcome = 'unknown'", (row["id"],)
        ).fetchone()[0]
        if effects or unclear < 2:
            verdict.faults.append(f"{name}: a person is asked what could be found out")
    else:
        verdict.faults.append(f"{name}: silent, it never came to an end")


def _effects(journal: Path) -> list[dict[str, str]]:
    lines = [json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines()]
    return [line for line in lines if line.get("kind") in ("reply", "dm", "private_reply")]
