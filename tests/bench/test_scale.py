"""The short form of the scale campaign: ratios and counts, never seconds."""

from __future__ import annotations

from pathlib import Path

from tests.bench import ingest, paging


def test_ingest_runs_at_no_less_than_half_the_bare_rate(tmp_path: Path) -> None:
    best = max(ingest.measure(tmp_path / str(run), 15_000).ratio for run in range(3))
    assert best >= 0.5


def test_a_page_costs_the_same_at_any_size(tmp_path: Path) -> None:
    small_store = ingest.fill(tmp_path / "small.db", 1_000)
    large_store = ingest.fill(tmp_path / "large.db", 30_000)
    small, large = paging.measure(small_store), paging.measure(large_store)
    small_store.close()
    large_store.close()
    assert small.rows == large.rows == 50
    assert large.first <= 1.5 * small.first
    assert large.later <= 1.5 * small.later
