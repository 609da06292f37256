"""DuckDB answers the same questions over the same lines, with nothing of ours in between."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from engage_tui.domain.figures import Figure
from engage_tui.domain.model import Direction, Kind, MessageRecord, PersonRecord, Platform
from engage_tui.domain.timestamps import DAY, parse_iso, to_iso
from engage_tui.store.ingest import ingest
from tests.metrics.inbox import Inbox

START = parse_iso("2026-10-01T00:00:00Z")
NOW = parse_iso("2026-11-01T00:00:00Z")


def _lines() -> Iterator[dict[str, Any]]:
    """Yield support threads with ties, some begun by the brand, some never answered."""
    pick = random.Random(8)
    for number in range(400):
        platform, account = pick.choice(
            [("youtube", "@brand"), ("instagram", "@brand"), ("instagram", "@shop")]
        )
        kind = "dm" if platform == "instagram" and pick.random() < 0.6 else "comment"
        moment = START + pick.randrange(24 * 24 * 3600) * 1000
        turns = pick.randrange(1, 7)
        direction = "out" if pick.random() < 0.15 else "in"
        for turn in range(turns):
            yield {
                "platform": platform,
                "account": account,
                "kind": kind,
                "conversation": f"t{number}",
                "message": f"t{number}.{turn}",
                "person": {"id": f"p{number % 150}"},
                "direction": direction,
                "text": "hello",
                "sent_at": to_iso(moment),
            }
            moment += 1000 * pick.choice([0, 0, 30, 600, pick.randrange(90_000)])
            direction = pick.choice(["in", "out"])


def _record(line: dict[str, Any]) -> MessageRecord:
    return MessageRecord(
        platform=Platform(line["platform"]),
        account=line["account"],
        kind=Kind(line["kind"]),
        conversation=line["conversation"],
        remote_id=line["message"],
        person=PersonRecord(line["person"]["id"]),
        direction=Direction(line["direction"]),
        text=line["text"],
        sent_at=parse_iso(line["sent_at"]),
    )


_LINES = """
    CREATE TABLE line AS
    SELECT platform, kind, conversation, direction, epoch_ms(sent_at::TIMESTAMPTZ) AS moment
    FROM read_json_auto(?)
"""

_FIRST_REPLIES = """
    WITH thread AS (
        SELECT min(moment) AS received, (
            SELECT min(o.moment) FROM line AS o WHERE o.conversation = i.conversation
            AND o.direction = 'out' AND o.moment >= min(i.moment)
        ) AS answered
        FROM line AS i
        WHERE direction = 'in' AND (?1 IS NULL OR platform = ?1) GROUP BY conversation
    )
    SELECT count(*), count(answered), median((answered - received) / 1000.0),
        avg((answered - received) / 1000.0)
    FROM thread WHERE received >= ?2 AND received < ?3
"""

_TURNS = """
    WITH told AS (
        SELECT moment, direction, lag(direction) OVER thread AS before,
            min(CASE WHEN direction = 'out' THEN moment END) OVER (
                thread ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING
            ) AS answered
        FROM line WHERE (?1 IS NULL OR platform = ?1)
        WINDOW thread AS (PARTITION BY conversation ORDER BY moment, direction)
    )
    SELECT count(answered), avg((answered - moment) / 1000.0) FROM told
    WHERE direction = 'in' AND before IS DISTINCT FROM 'in' AND moment >= ?2 AND moment < ?3
"""

_MESSAGES = """
    SELECT count(*) FILTER (kind = 'dm'), count(*) FILTER (kind = 'comment'),
        count(*) FILTER (kind = 'comment' AND EXISTS (
            SELECT 1 FROM line AS o WHERE o.conversation = i.conversation
            AND o.direction = 'out' AND o.moment >= i.moment
        ))
    FROM line AS i
    WHERE direction = 'in' AND (?1 IS NULL OR platform = ?1) AND moment >= ?2 AND moment < ?3
"""


@pytest.mark.parametrize("platform", [None, "youtube", "instagram"])
@pytest.mark.parametrize(("window", "days"), [("30d", 30), ("14d", 14)])
def test_duckdb_agrees(
    inbox: Inbox, tmp_path: Path, platform: str | None, window: str, days: int
) -> None:
    lines = list(_lines())
    random.Random(3).shuffle(lines)
    file = tmp_path / "lines.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)))
    records = [_record(line) for line in lines]
    inbox.store.write(lambda c: ingest(c, records, inbox.policy, NOW))

    other = duckdb.connect()
    other.execute(_LINES, [str(file)])

    def asked(statement: str) -> tuple[Any, ...]:
        (row,) = other.execute(statement, [platform, NOW - days * DAY, NOW]).fetchall()
        return tuple(row)

    def ours(name: str) -> Figure:
        return inbox.figure(name, window=window, now=NOW, platform=platform)

    begun, answered, median, mean = asked(_FIRST_REPLIES)
    assert begun > answered > 5, "the sample has to be worth comparing"
    assert (ours("reply_rate").denominator, ours("reply_rate").numerator) == (begun, answered)
    assert ours("reply_rate").value == pytest.approx(100 * answered / begun)
    art = ours("art")
    assert art.n == answered
    assert art.median == pytest.approx(median)
    assert art.mean == pytest.approx(mean)
    ended, response = asked(_TURNS)
    assert ours("response_time").n == ended
    assert ours("response_time").value == pytest.approx(response)
    direct, comments, handled = asked(_MESSAGES)
    assert ours("dm_volume").value == direct
    dealt_with = ours("comment_handled_rate")
    assert (dealt_with.denominator, dealt_with.numerator) == (comments, handled)
