"""Trouble on purpose comes as often as asked for, and the same way again."""

from __future__ import annotations

from collections import Counter

import httpx
import pytest

from engage_tui.domain.model import Kind, Platform
from engage_tui.sandbox.faults import Fault, Faults
from engage_tui.sandbox.world import PracticeWorld

from .conftest import Ticking


def test_faults_follow_their_probabilities_and_their_seed() -> None:
    writes = {Fault.RATE_LIMITED: 0.1, Fault.TIMEOUT_AFTER: 0.2}
    first, second = Faults(seed=4, writes=writes), Faults(seed=4, writes=writes)
    drawn = [first.draw(write=True) for _ in range(5_000)]
    assert drawn == [second.draw(write=True) for _ in range(5_000)]
    counted = Counter(drawn)
    assert 400 < counted[Fault.RATE_LIMITED] < 600
    assert 850 < counted[Fault.TIMEOUT_AFTER] < 1_150
    assert set(counted) == {None, *writes}
    assert {first.draw(write=False) for _ in range(100)} == {None}


@pytest.mark.parametrize("fault", Fault)
async def test_each_fault_shows_as_it_should_and_keeps_or_drops_the_effect(
    instagram: httpx.AsyncClient,
    world: PracticeWorld,
    clock: Ticking,
    faults: Faults,
    fault: Fault,
) -> None:
    threads = world.threads(Platform.INSTAGRAM, Kind.COMMENT, clock.now)
    path = f"{threads[0].id}/replies"
    faults.writes = {fault: 1.0}
    if fault in (Fault.TIMEOUT_BEFORE, Fault.TIMEOUT_AFTER):
        with pytest.raises(httpx.ReadTimeout):
            await instagram.post(path, data={"message": "Hi"})
    else:
        answer = await instagram.post(path, data={"message": "Hi"})
        assert answer.status_code == (429 if fault is Fault.RATE_LIMITED else 503)
    assert len(world.effects) == (1 if fault.has_effect else 0)
    assert (await instagram.get("me")).status_code == 200
