"""The short form of the crash campaign; `python -m tests.crash --kills 10000` is the long one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from engage_tui.store.database import Store
from tests.crash.campaign import matrix
from tests.crash.life import POINTS
from tests.crash.verdict import judge
from tests.making import approval, approve, message, take_in

_KILLS_BY_CHANCE = 20


@pytest.fixture(scope="module")
def campaign() -> dict[str, Any]:
    """Run it in a process of its own: forking one that has threads already is not safe."""
    ended = subprocess.run(
        [sys.executable, "-m", "tests.crash", "--kills", str(_KILLS_BY_CHANCE)],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        check=False,
    )
    assert ended.stdout, ended.stderr
    summary: dict[str, Any] = json.loads(ended.stdout)
    return summary


@pytest.mark.slow
def test_nothing_is_lost_doubled_or_silent_wherever_the_process_dies(
    campaign: dict[str, Any],
) -> None:
    assert campaign["faults"] == []
    assert campaign["sent"] + campaign["to a person"] == campaign["replies"]


@pytest.mark.slow
def test_every_point_was_hit_and_their_number_did_not_shrink(campaign: dict[str, Any]) -> None:
    planned = [plan.point for _, plans in matrix() for plan in plans]
    assert len(POINTS) == 14 and len(planned) == 94
    for point in POINTS:
        assert campaign["hits"][point] >= planned.count(point) > 0
    assert campaign["kills"] >= len(planned) + _KILLS_BY_CHANCE


@pytest.mark.slow
def test_a_person_is_asked_seldom(campaign: dict[str, Any]) -> None:
    assert campaign["to a person"] <= 0.1 * campaign["replies"]


def _journal(folder: Path, *effects: tuple[str, str]) -> Path:
    path = folder / "practice.jsonl"
    lines = [{"kind": "reply", "id": key, "text": text} for key, text in effects]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


@pytest.mark.parametrize(
    ("state", "effects", "fault"),
    [
        ("sent", [("R1", "Yes."), ("R2", "Yes.")], "doubled"),
        ("sent", [], "lost"),
        ("sent", [("R2", "Yes.")], "lost"),
        ("queued", [], "silent"),
        ("cancelled", [("R1", "Yes.")], "silent"),
        ("needs_human", [("R1", "Yes.")], "a person is asked"),
        ("sent", [("R1", "Yes."), ("R2", "Buy now")], "nobody approved"),
    ],
)
def test_the_judge_sees_what_must_never_be(
    store: Store, tmp_path: Path, state: str, effects: list[tuple[str, str]], fault: str
) -> None:
    take_in(store, message(remote_id="T1"))
    approve(store, approval(store, "Yes."))
    sent, ended = state == "sent", state != "queued"
    store.write(
        lambda c: c.execute(
            "UPDATE outbox SET state = ?, remote_id = ?, sent_at = ?, ended_at = ?",
            (state, "R1" if sent else None, 1 if sent else None, 1 if ended else None),
        )
    )
    verdict = judge(store.path, _journal(tmp_path, *effects))
    assert any(fault in sentence for sentence in verdict.faults)
