"""The main job through the command line: in, read, ordered, explained, answered, counted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import Run, message, objects

NOW = "2026-11-02T10:00:00Z"


def test_history_goes_in_once_and_a_bad_line_is_named(run: Run, write: Callable[..., str]) -> None:
    path = write(message(1), "{broken", message(2, sent_at="yesterday"), message(3))
    first = run("import", path, "--json")
    assert objects(first) == [{"read": 4, "new": 2, "changed": 0, "unchanged": 0, "bad": 2}]
    assert f"{path}:2:" in first.stderr
    assert f"{path}:3:" in first.stderr
    again = run("import", path, "--json")
    assert objects(again) == [{"read": 4, "new": 0, "changed": 0, "unchanged": 2, "bad": 2}]


def test_a_file_that_cannot_be_read_ends_with_status_1_and_a_sentence(
    run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    result = run("import", str(path), status=1)
    assert str(path) in result.stderr
    assert "Traceback" not in result.output


def test_the_queue_is_ordered_by_due_time_and_a_correction_moves_it(
    run: Run, write: Callable[..., str]
) -> None:
    run("import", write(message(1, "nice light in this one"), message(2, "hm"), message(3, "ok")))
    run("correct", "1", "--intent", "praise")
    run("correct", "2", "--intent", "small_talk")
    run("correct", "3", "--intent", "complaint")
    rows = objects(run("queue", "--at", NOW, "--json"))
    assert [row["conversation"] for row in rows] == ["3", "1", "2"]
    assert rows[0]["tier"] == "premium"
    assert rows[0]["due_at"] == "2026-11-02T10:03:00Z"
    assert rows[0]["person"] == "@person3"
    assert rows[0]["lane"] == "needs_reply"


def test_explain_gives_the_facts_and_what_would_move_it(
    run: Run, write: Callable[..., str]
) -> None:
    run("import", write(message(1)))
    run("correct", "1", "--intent", "question")
    run("label", "1", "vip")
    found = objects(run("explain", "1", "--at", NOW, "--json"))[0]
    assert found["tier"] == "priority"
    assert any("VIP" in fact for fact in found["facts"])
    assert any("reply closes the clock" in move for move in found["moves"])


def test_a_query_mistake_shows_a_caret_and_exits_2(run: Run, write: Callable[..., str]) -> None:
    run("import", write(message(1)))
    result = run("queue", "platfrom:youtube", status=2)
    assert "did you mean platform?" in result.stderr
    lines = result.stderr.rstrip().splitlines()
    assert lines[-2:] == ["platfrom:youtube", "^"]


def test_old_messages_stand_in_history_by_the_time_that_is_asked_about(
    run: Run, write: Callable[..., str]
) -> None:
    run("import", write(message(1)))
    assert objects(run("queue", "--at", "2026-12-02T09:00:00Z", "--json"))
    assert objects(run("queue", "--at", "2026-12-02T09:02:00Z", "--json")) == []
    older = objects(run("queue", "lane:history", "--at", "2026-12-02T09:02:00Z", "--json"))
    assert [row["lane"] for row in older] == ["history"]


def test_figures_prove_themselves(run: Run, write: Callable[..., str]) -> None:
    answer = message(
        9,
        "12 euro",
        conversation="T1",
        parent="T1",
        direction="out",
        sent_at="2026-11-02T09:41:00Z",
    )
    run("import", write(message(1), answer, message(2)))
    figures = objects(run("kpi", "art", "reply_rate", "--window", "all", "--json"))
    assert [figure["kpi"] for figure in figures] == ["art", "reply_rate"]
    assert (figures[0]["median"], figures[0]["mean"], figures[0]["n"]) == (2400.0, 2400.0, 1)
    assert (figures[1]["value"], figures[1]["numerator"], figures[1]["denominator"]) == (50.0, 1, 2)
    explained = run("kpi", "art", "--window", "all", "--explain").stdout
    assert "conversation 1" in explained
    assert "40m" in explained


def test_an_imported_account_cannot_send_and_says_so(run: Run, write: Callable[..., str]) -> None:
    run("import", write(message(1)))
    result = run("reply", "1", "--text", "12 euro", "--approve", status=1)
    assert "not connected" in result.stderr
    assert objects(run("outbox", "list", "--json")) == []


def test_an_unfilled_slot_is_refused_by_name(run: Run, write: Callable[..., str]) -> None:
    run("import", write(message(1)))
    result = run("reply", "1", "--text", "Hi {first_name}, it costs {price}", status=1)
    assert "{price}" in result.stderr


def test_decisions_move_conversations_between_lanes(run: Run, write: Callable[..., str]) -> None:
    run("import", write(message(1), message(2)))
    run("resolve", "1")
    run("snooze", "2", "--for", "4h")
    assert [r["conversation"] for r in objects(run("queue", "lane:resolved", "--json"))] == ["1"]
    assert [r["conversation"] for r in objects(run("queue", "lane:snoozed", "--json"))] == ["2"]
    run("reopen", "1", "2")
    waiting = objects(run("queue", "lane:needs_reply", "--at", NOW, "--json"))
    assert {row["conversation"] for row in waiting} == {"1", "2"}


def test_hostile_text_reaches_no_terminal(run: Run, write: Callable[..., str]) -> None:
    run("import", write(message(1, "\x1b]52;c;aGk=\x07[@click=app.quit]free\x1b[2J \u202egnp")))
    for command in (("queue", "lane:all"), ("show", "1"), ("explain", "1")):
        shown = run(*command).output
        assert "\x1b" not in shown
        assert "\u202e" not in shown
    stored = objects(run("queue", "lane:all", "--json"))[0]["text"]
    assert stored.startswith("\x1b]52")


def test_triage_reads_lines_and_json_lines(run: Run) -> None:
    lines = '{"id": "a", "text": "how much is it?"}\nlove this, best video so far\n\n'
    rows = objects(run("triage", "-", "--json", given=lines))
    assert [row["id"] for row in rows] == ["a", 2]
    for row in rows:
        assert 0 <= row["intent_confidence"] <= 1
        assert abs(sum(row["sentiment_scores"].values()) - 1) < 0.01


def test_a_wrong_config_is_named_by_line(run: Run, home: Path) -> None:
    home.mkdir()
    (home / "config.toml").write_text("[sla]\nbufer_percent = 10\n", encoding="utf-8")
    result = run("queue", status=1)
    assert "config.toml:2: sla.bufer_percent" in result.stderr
    assert "buffer_percent" in result.stderr


def test_a_changed_config_moves_what_is_stored(
    run: Run, write: Callable[..., str], home: Path
) -> None:
    run("import", write(message(1)))
    before = objects(run("queue", "lane:all", "--json"))[0]
    (home / "config.toml").write_text(
        '[sla.accounts]\n"youtube:@brand" = "premium"\n', encoding="utf-8"
    )
    after = objects(run("queue", "lane:all", "--json"))[0]
    assert before["tier"] == "standard"
    assert after["tier"] == "premium"
    assert after["due_at"] == "2026-11-02T10:01:00Z"


def test_the_nearest_command_is_named(run: Run) -> None:
    assert "queue" in run("queu", status=2).stderr
