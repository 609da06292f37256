"""The headless demo: the whole ring on the practice platforms."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Run, objects


def _without_undo_window(home: Path) -> None:
    folder = home / "workspaces" / "demo"
    folder.mkdir(parents=True)
    from engage_tui.engine import demo

    text = (Path(demo.__file__).parent / "demo.toml").read_text(encoding="utf-8")
    (folder / "config.toml").write_text(f"{text}\n[reply]\nundo_seconds = 0\n", encoding="utf-8")


def test_the_ring_runs_and_the_reply_is_on_the_platform_once(run: Run, home: Path) -> None:
    _without_undo_window(home)
    told = run("demo", "--headless").stdout
    assert "sent" in told
    sends = objects(run("--workspace", "demo", "outbox", "list", "--json"))
    sent = [row for row in sends if row["state"] == "sent"]
    assert len(sent) == 1
    assert [row["state"] for row in sends if row not in sent] == ["cancelled"]
    journal = (home / "workspaces" / "demo" / "practice.jsonl").read_text(encoding="utf-8")
    effects = [json.loads(line) for line in journal.splitlines()]
    assert sum(sent[0]["text"] in json.dumps(e, ensure_ascii=False) for e in effects) == 1
    shown = objects(run("--workspace", "demo", "show", sent[0]["conversation"], "--json"))[0]
    copies = [m for m in shown["messages"] if m["message"] == sent[0]["remote_id"]]
    assert [m["direction"] for m in copies] == ["out"]
    goals = objects(run("--workspace", "demo", "goals", "list", "--json"))
    assert goals[0]["kpi"] == "reply_rate"
    assert goals[0]["progress"] is not None


def test_practice_never_touches_the_default_workspace(run: Run, home: Path) -> None:
    _without_undo_window(home)
    run("demo", "--headless")
    assert not (home / "engage.db").exists()
    assert objects(run("queue", "lane:all", "--json")) == []
