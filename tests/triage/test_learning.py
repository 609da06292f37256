"""Learning from corrections: better on what was held back, and never worse than the bound."""

from __future__ import annotations

import numpy as np
import pytest

from engage_tui.domain.triage import Correction, Intent, Sentiment
from engage_tui.triage import learning
from engage_tui.triage.contract import ModelError
from engage_tui.triage.examples import HEADS, Examples, labels_of
from engage_tui.triage.layer import COLUMNS, WIDTH, Layer
from engage_tui.triage.learning import LEAST, MOST_FORGOTTEN, NothingLearnt, learn, right, side

DIMENSIONS = 48
TOPICS = 12


class World:
    """Messages about topics; the model reads most of them rightly."""

    def __init__(self, seed: int = 3) -> None:
        self.chosen = np.random.default_rng(seed)
        self.centres = self.chosen.normal(size=(TOPICS, DIMENSIONS))

    def messages(self, count: int, topics: range = range(TOPICS)) -> Examples:
        chosen = self.chosen
        about = chosen.choice(np.array(topics), count)
        embeddings = self.centres[about] + chosen.normal(0, 0.5, (count, DIMENSIONS))
        embeddings /= np.linalg.norm(embeddings, axis=1, keepdims=True)
        labels = np.stack([about, about % 3, about % 5 == 0, about % 4 == 0], 1).astype(np.int8)
        logits = chosen.normal(0, 0.8, (count, WIDTH))
        rows = np.arange(count)
        logits[rows, labels[:, 0]] += 3
        logits[rows, 16 + labels[:, 1]] += 3
        logits[:, 19] += 6 * labels[:, 2] - 3
        logits[:, 20] += 6 * labels[:, 3] - 3
        inputs = np.hstack([embeddings, np.ones((count, 1))])
        return Examples(inputs, logits, np.full((count, len(HEADS)), 0.8), labels)


def sides(count: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.arange(count) % learning.SIDES


def otherwise(examples: Examples, intent: int) -> Examples:
    """Say that all messages have another intent."""
    examples.labels[:, 0] = intent
    return examples


def test_what_a_person_teaches_is_learnt_and_the_rest_is_kept() -> None:
    world = World()
    anchors = world.messages(600, range(2, TOPICS))
    lesson = learn(otherwise(world.messages(60, range(2)), 14), sides(60), anchors)
    intent = lesson.compared["intent"]
    assert (intent.held_back, intent.right_before) == (12, 0)
    assert intent.right_after == 12
    assert intent.anchors == 300
    assert intent.anchors_after >= intent.anchors_before - MOST_FORGOTTEN
    later = otherwise(world.messages(200, range(2)), 14)
    assert right("intent", later).mean() < 0.1
    assert right("intent", later, lesson.weights[:, COLUMNS["intent"]]).mean() > 0.95


@pytest.mark.parametrize("count", [25, 150, 600])
@pytest.mark.parametrize("hostile", ["one wrong intent", "wrong by chance", "all turned round"])
def test_no_corrections_can_make_others_worse_than_the_bound(count: int, hostile: str) -> None:
    world = World()
    anchors, others = world.messages(600), world.messages(2_000)
    taught = world.messages(count)
    chance = np.random.default_rng(7)
    if hostile == "one wrong intent":
        taught.labels[:, 0] = 15
    elif hostile == "wrong by chance":
        taught.labels[:, 0] = (taught.labels[:, 0] + chance.integers(1, 16, count)) % 16
    else:
        taught.labels[:, 0] = (taught.labels[:, 0] + 1) % 16
        taught.labels[:, 1] = (taught.labels[:, 1] + 1) % 3
        taught.labels[:, 2:] = 1 - taught.labels[:, 2:]
    try:
        lesson = learn(taught, sides(count), anchors)
    except NothingLearnt:
        return
    for head in HEADS:
        learnt = lesson.weights[:, COLUMNS[head]]
        assert lesson.compared[head].anchors_after <= 1
        for seen, bound in ((anchors[1::2], MOST_FORGOTTEN), (others, 2 * MOST_FORGOTTEN)):
            fall = right(head, seen).mean() - right(head, seen, learnt).mean()
            assert fall <= bound + 1e-9, (head, fall)


def test_a_head_that_nobody_corrected_stays_as_it_is() -> None:
    world = World()
    taught = otherwise(world.messages(60, range(2)), 14)
    taught.labels[:, 1:] = -1
    lesson = learn(taught, sides(60), world.messages(400, range(2, TOPICS)))
    for head in HEADS[1:]:
        assert not lesson.weights[:, COLUMNS[head]].any()
        assert lesson.compared[head].held_back == 0


def test_too_few_corrections_say_how_many_are_missing() -> None:
    world = World()
    with pytest.raises(NothingLearnt, match=f"^13 messages .* {LEAST - 13} more are needed"):
        learn(world.messages(13), sides(13), world.messages(50))


def test_what_does_not_help_on_the_held_back_corrections_is_refused() -> None:
    """The held-back fifth says the opposite of the rest."""
    world = World()
    taught = otherwise(world.messages(100, range(1)), 14)
    taught.labels[sides(100) == 0, 0] = 0
    taught.labels[:, 1:] = -1
    with pytest.raises(NothingLearnt, match=r"of 20 answers of yours .* 19 were right before"):
        learn(taught, sides(100), world.messages(400, range(1, TOPICS)))


def test_what_can_only_be_learnt_by_forgetting_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(learning, "MOST_FORGOTTEN", -0.5)
    world = World()
    with pytest.raises(NothingLearnt, match="would make more than 1% of other messages wrong"):
        learn(otherwise(world.messages(60, range(2)), 14), sides(60), world.messages(200))


def test_learning_is_the_same_every_time() -> None:
    lessons = [
        learn(otherwise(world.messages(60, range(2)), 14), sides(60), world.messages(200))
        for world in (World(), World())
    ]
    assert (lessons[0].weights == lessons[1].weights).all()
    assert lessons[0].figures == lessons[1].figures


def test_copies_of_a_message_are_on_the_same_side_for_ever() -> None:
    assert side("Where is MY parcel") == side("  where is my\nparcel ") == 1
    assert {side(f"message {number}") for number in range(60)} == set(range(learning.SIDES))
    assert side("\ud800") in range(learning.SIDES)


def test_corrections_become_columns_in_the_order_of_the_heads() -> None:
    given = [
        Correction(Intent.PRICE_QUESTION, spam=False),
        Correction(sentiment=Sentiment.POSITIVE, toxic=True),
    ]
    assert HEADS == ("intent", "sentiment", "toxicity", "spam")
    assert labels_of(given).tolist() == [[1, -1, -1, 0], [-1, 2, 1, -1]]


def test_a_layer_moves_each_row_by_itself_to_the_last_bit() -> None:
    chosen = np.random.default_rng(1)
    weights = chosen.normal(0, 3, (385, WIDTH))
    layer = Layer("+personal-3", weights)
    scores = chosen.normal(0, 4, (301, 37)).astype(np.float32)
    embeddings = chosen.normal(size=(301, 384))
    embeddings = (embeddings / np.linalg.norm(embeddings, axis=1)[:, None]).astype(np.float32)
    together = layer.adjust(scores, embeddings)
    expected = scores[:, :WIDTH] + embeddings @ weights[:-1] + weights[-1]
    np.testing.assert_allclose(together[:, :WIDTH], expected, atol=0.01)
    assert (together[:, WIDTH:] == scores[:, WIDTH:]).all()
    for size in (1, 2, 7, 64):
        parts = [
            layer.adjust(scores[at : at + size], embeddings[at : at + size])
            for at in range(0, len(scores), size)
        ]
        assert (np.concatenate(parts) == together).all()


def test_a_layer_that_was_written_is_the_same_and_another_size_is_refused() -> None:
    weights = np.random.default_rng(1).normal(0, 3, (33, WIDTH))
    layer = Layer("+personal-3", weights)
    again = Layer.from_bytes("+personal-3", layer.to_bytes(), 32)
    embeddings = np.eye(32, dtype=np.float32)
    scores = np.zeros((32, 37), np.float32)
    assert (again.adjust(scores, embeddings) == layer.adjust(scores, embeddings)).all()
    assert again.version == "+personal-3"
    for broken in (layer.to_bytes()[:-1], b"", layer.to_bytes() + b"four"):
        with pytest.raises(ModelError, match="personal-3 does not fit"):
            Layer.from_bytes("+personal-3", broken, 32)
