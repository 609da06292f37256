"""The written set is as it says, and groups are judged right."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.bench.lookalikes import judge, pairs, read


def test_groups_are_judged_pair_by_pair() -> None:
    assert pairs([[3, 1, 2], [5]]) == {(1, 3), (2, 3), (1, 2)}
    score = judge([[1, 2, 3]], [[1, 2], [4, 5]])
    assert score.precision == pytest.approx(1 / 3)
    assert score.recall == pytest.approx(1 / 2)
    assert score.f1 == pytest.approx(0.4)
    assert judge([], [[1, 2]]).f1 == 0


def test_the_written_set_holds_what_it_promises() -> None:
    lines = read()
    sizes = Counter(line.group for line in lines if line.group is not None)
    assert len(sizes) >= 60
    assert all(3 <= size <= 8 for size in sizes.values())
    assert sum(line.group is None for line in lines) >= 150
    assert {line.language for line in lines} == {
        "en",
        "pl",
        "es",
        "de",
        "fr",
        "pt",
        "zh-Hans",
        "zh-Hant",
    }
    worlds = {
        split: {line.world for line in lines if line.split == split} for split in ("tune", "dev")
    }
    assert worlds == {
        "tune": {"fashion", "coffee", "gadgets", "cosmetics"},
        "dev": {"bicycles", "bakery", "guest house", "games", "language school"},
    }
    assert len({line.text for line in lines}) == len(lines)
    languages: dict[int, set[str]] = {}
    for line in lines:
        if line.group is not None:
            languages.setdefault(line.group, set()).add(line.language)
    mixed = sum(len(found) > 1 for found in languages.values())
    assert 0.35 <= mixed / len(languages) <= 0.65
