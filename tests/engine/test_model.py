"""The model of a workspace: learning, reverting, other models, and reading again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engage_tui.domain.triage import Correction, Intent
from engage_tui.engine.engine import Engine
from engage_tui.engine.runner import Notice, Runner, Topic
from engage_tui.engine.workspace import Workspace
from engage_tui.store import readings
from engage_tui.triage import ModelError
from engage_tui.triage.examples import ANCHORS
from engage_tui.triage.learning import NothingLearnt
from tests.making import Ticking, message, scalar, take_in
from tests.small_model import sentences, write_small_model

DROPS = sentences(60, 11, ("drop", "soon", "when", "please", "again"))
OTHERS = sentences(40, 12)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_small_model(tmp_path_factory.mktemp("models") / "small")


@pytest.fixture
def taught(workspace: Workspace, clock: Ticking, folder: Path) -> Iterator[Engine]:
    """A workspace whose person says that every message about a drop asks for availability."""
    settings(workspace, folder)
    with Engine(workspace, clock=clock) as engine:
        texts = DROPS + OTHERS
        take_in(
            engine.store,
            *[message(text, thread=f"T{n}", remote_id=f"T{n}") for n, text in enumerate(texts)],
        )
        engine.intake.triage()
        for key in range(1, len(DROPS) + 1):
            engine.inbox.correct(key, Correction(Intent.AVAILABILITY))
        yield engine


def settings(workspace: Workspace, folder: Path) -> None:
    workspace.folder.mkdir(parents=True, exist_ok=True)
    workspace.config.write_text(f'[triage]\nmodel = "{folder}"\n', encoding="utf-8")


def test_what_is_learnt_is_used_and_reverting_gives_the_same_answers_to_the_last_bit(
    taught: Engine,
) -> None:
    unseen = sentences(30, 13, ("drop", "soon", "when", "please", "again"))
    model = taught.model
    before = model.classifier().classify(unseen + OTHERS)
    row = model.learn()
    assert (row.number, row.base, row.corrections, row.active) == (1, "small-1", 60, True)
    assert row.figures["intent"]["right_after"] > row.figures["intent"]["right_before"]
    learnt = model.classifier().classify(unseen + OTHERS)
    assert {triage.model for triage in learnt} == {"small-1+personal-1"}
    asking = [
        sum(triage.intent is Intent.AVAILABILITY for triage in answers[: len(unseen)])
        for answers in (before, learnt)
    ]
    assert asking[1] >= asking[0] + 10
    assert model.worker.submit(unseen + OTHERS).result(timeout=30) == learnt
    second = model.learn()
    assert (second.number, second.before) == (2, 1)
    assert model.revert()
    assert model.classifier().classify(unseen + OTHERS) == learnt
    assert model.revert()
    assert model.classifier().classify(unseen + OTHERS) == before
    assert model.worker.submit(unseen + OTHERS).result(timeout=30) == before
    assert not model.revert()


def test_after_learning_and_reverting_everything_is_read_again(taught: Engine) -> None:
    assert taught.model.queue_again() == 0
    taught.model.learn()
    assert taught.model.queue_again() == 100
    assert not taught.intake.any_untriaged(), "what was read once does not count as unread"
    assert taught.intake.triage() == 100
    models = "SELECT group_concat(DISTINCT model) FROM triage"
    assert scalar(taught.store.reading, models) == "small-1+personal-1"
    assert taught.model.queue_again() == 0
    taught.model.revert()
    assert taught.model.queue_again() == 100
    taught.intake.triage()
    assert scalar(taught.store.reading, models) == "small-1"


async def test_the_running_engine_says_what_it_reads_again(taught: Engine) -> None:
    notices: list[Notice] = []
    runner = Runner(taught, notices.append)
    taught.model.learn()
    await runner.triage()
    texts = [notice.text for notice in notices if notice.topic is Topic.TRIAGE]
    assert texts[0] == "reading 100 messages again with small-1+personal-1"
    assert not [notice for notice in notices if notice.topic is Topic.TROUBLE]
    assert readings.unread_count(taught.store.reading) == 0
    notices.clear()
    await runner.triage()
    assert not notices
    await runner.stop()


def test_a_layer_of_another_model_is_not_used_until_learning_anew(
    taught: Engine, workspace: Workspace, clock: Ticking, tmp_path: Path
) -> None:
    taught.model.learn()
    taught.close()
    settings(workspace, write_small_model(tmp_path / "newer", version="2", seed=6))
    with Engine(workspace, clock=clock) as engine:
        assert engine.model.version == "small-2"
        assert "learnt on small-1 is not used with small-2" in engine.model.left_out
        assert {t.model for t in engine.model.classifier().classify(DROPS)} == {"small-2"}
        assert engine.model.queue_again() == 100
        row = engine.model.learn()
        assert (row.number, row.base) == (2, "small-2")
        assert engine.model.version == "small-2+personal-2" and not engine.model.left_out


def test_a_folder_that_does_not_fit_is_refused_and_nothing_else_is_used(
    workspace: Workspace, clock: Ticking, tmp_path: Path
) -> None:
    settings(workspace, tmp_path / "nothing")
    with Engine(workspace, clock=clock) as engine:
        take_in(engine.store, message("hello", remote_id="T1"))
        with pytest.raises(ModelError, match="nothing"):
            engine.model.classifier()
        with pytest.raises(ModelError, match="nothing"):
            engine.intake.triage()
        assert engine.intake.untriaged() == 1


def test_a_model_without_anchors_or_with_those_of_another_learns_nothing(
    taught: Engine, workspace: Workspace, clock: Ticking, tmp_path: Path
) -> None:
    taught.close()
    folder = write_small_model(tmp_path / "third", version="3", seed=7)
    other = write_small_model(tmp_path / "fourth", version="4", seed=7)
    settings(workspace, folder)

    def refusal() -> str:
        with Engine(workspace, clock=clock) as engine, pytest.raises(ModelError) as caught:
            engine.model.learn()
        return str(caught.value)

    (folder / ANCHORS).write_bytes((other / ANCHORS).read_bytes())
    assert "belongs to another model than small-3" in refusal()
    (folder / ANCHORS).write_bytes(b"PK nonsense")
    assert "missing or cannot be read" in refusal()
    (folder / ANCHORS).unlink()
    assert "missing or cannot be read" in refusal()


def test_too_few_corrections_are_counted(
    workspace: Workspace, clock: Ticking, folder: Path
) -> None:
    settings(workspace, folder)
    with Engine(workspace, clock=clock) as engine:
        take_in(engine.store, message("when is the drop", remote_id="T1"))
        engine.inbox.correct(1, Correction(Intent.AVAILABILITY))
        with pytest.raises(NothingLearnt, match="^1 messages .* 19 more are needed"):
            engine.model.learn()
        assert engine.model.layers() == []
