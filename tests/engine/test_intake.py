"""What comes in: files, platforms, the model's readings, and settings that move what is stored."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engage_tui.domain.model import Platform
from engage_tui.domain.triage import Intent, Triage
from engage_tui.engine.engine import Engine
from engage_tui.engine.workspace import Workspace
from engage_tui.sync.importing import BadLine
from engage_tui.triage import stored
from engage_tui.triage.network import Readings
from engage_tui.triage.worker import TriageWorker
from tests.bench.corpus import line, messages
from tests.making import NOW, Ticking, message, scalar, take_in
from tests.practising import Practice
from tests.store.histories import reading


def write_lines(path: Path, count: int, *extra: str) -> Path:
    lines = [line(record) for record in messages(count)]
    path.write_text("\n".join([*lines[: count // 2], *extra, *lines[count // 2 :], ""]))
    return path


def test_a_file_goes_in_and_the_second_time_changes_nothing(engine: Engine, tmp_path: Path) -> None:
    path = write_lines(tmp_path / "all.jsonl", 300)
    seen: list[tuple[int, int]] = []
    first = engine.intake.import_file(path, progress=lambda done, total: seen.append((done, total)))
    assert (first.read, first.bad, first.ingested.new) == (300, 0, 300)
    assert seen[-1] == (path.stat().st_size, path.stat().st_size)
    second = engine.intake.import_file(path)
    assert (second.ingested.new, second.ingested.changed, second.ingested.unchanged) == (0, 0, 300)
    assert engine.intake.untriaged() > 0 and engine.intake.any_untriaged()


def test_a_bad_line_costs_itself_alone(engine: Engine, tmp_path: Path) -> None:
    path = write_lines(tmp_path / "all.jsonl", 20, "{not json", '{"platform": "youtube"}')
    bad: list[BadLine] = []
    report = engine.intake.import_file(path, on_bad=bad.append)
    assert (report.read, report.bad, report.ingested.new) == (22, 2, 20)
    assert [problem.line for problem in bad] == [11, 12]


async def test_connected_accounts_are_looked_at_side_by_side_and_parked_ones_are_not(
    workspace: Workspace, tmp_path: Path, clock: Ticking
) -> None:
    with Engine(workspace, clock=clock, connect=lambda known: practice.by_account()) as engine:
        practice = Practice(tmp_path, engine.store, clock)
        practice.tokens[Platform.INSTAGRAM] = "expired"
        reports = await engine.intake.sync()
        problems = {report.account.platform: bool(report.problem) for report in reports}
        assert problems == {Platform.YOUTUBE: False, Platform.INSTAGRAM: True}
        again = await engine.intake.sync()
        assert [report.account.platform for report in again] == [Platform.YOUTUBE]


class Decided(TriageWorker):
    """A worker whose model always says the same."""

    batches: list[int]

    def _read(self, texts: list[str]) -> tuple[list[Triage], Readings]:
        self.batches = [*getattr(self, "batches", []), len(texts)]
        rows = np.zeros((len(texts), 384), np.float32)
        nothing = Readings(rows[:, :37], rows, np.zeros(len(texts), bool))
        return [reading(Intent.COMPLAINT) for _ in texts], nothing


def test_what_waits_is_read_in_batches_that_let_others_in(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored, "BATCH", 10)
    take_in(engine.store, *[message(thread=f"T{n}", remote_id=f"T{n}") for n in range(25)])
    worker = Decided()
    seen: list[tuple[int, int]] = []
    read = stored.triage_stored(
        engine.store, worker, engine.policy, engine.clock, lambda *step: seen.append(step)
    )
    worker.close()
    assert (read, worker.batches, seen) == (25, [10, 10, 5], [(10, 25), (20, 25), (25, 25)])
    assert not engine.intake.any_untriaged()
    assert (
        scalar(engine.store.reading, "SELECT count(*) FROM conversation WHERE tier='premium'") == 25
    )


def test_new_settings_move_what_is_stored_once(workspace: Workspace, clock: Ticking) -> None:
    with Engine(workspace, clock=clock) as engine:
        take_in(engine.store, message(remote_id="T1", post="V1"))
        assert not engine.intake.rules_changed()
    workspace.config.write_text('[campaigns.spring]\nposts = ["V1"]\npriority = true\n')
    with Engine(workspace, clock=clock) as engine:
        assert engine.intake.rules_changed()
        assert scalar(engine.store.reading, "SELECT tier FROM conversation") == "standard"
        engine.intake.apply_rules()
        assert not engine.intake.rules_changed()
        assert scalar(engine.store.reading, "SELECT tier FROM conversation") == "priority"
        assert scalar(engine.store.reading, "SELECT due_at FROM conversation") != NOW


def test_the_same_settings_are_the_same_in_every_process(tmp_path: Path) -> None:
    workspace = Workspace("default", tmp_path)
    holidays = ", ".join(f'"2026-12-{day}"' for day in range(10, 30))
    workspace.config.write_text(
        f"[hours.office]\nclosed = [{holidays}]\n[sla.tiers.premium]\nhours='office'"
    )
    with Engine(workspace) as engine:
        engine.intake.apply_rules()
    program = (
        "import sys, pathlib; from engage_tui.engine.engine import Engine;"
        "from engage_tui.engine.workspace import Workspace;"
        "e = Engine(Workspace('default', pathlib.Path(sys.argv[1])));"
        "sys.exit(e.intake.rules_changed())"
    )
    for seed in ("1", "2"):
        subprocess.run(
            [sys.executable, "-c", program, str(tmp_path)],
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[2])},
        )
