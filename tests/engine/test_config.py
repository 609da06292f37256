"""The configuration: what every mistake says, and what stands in for what is left out."""

from __future__ import annotations

import tomllib
from datetime import date, time
from pathlib import Path

import pytest

from engage_tui.domain.settings import Settings
from engage_tui.domain.sla import BufferMode, Level, SlaPolicy, Tier
from engage_tui.domain.timestamps import DAY, HOUR, MINUTE
from engage_tui.domain.triage import Intent
from engage_tui.engine.config import ConfigError, load, parse
from engage_tui.engine.example import example

COMMITTED = Path(__file__).parents[2] / "config.example.toml"


def read(text: str) -> tuple[Settings, SlaPolicy]:
    return parse(tomllib.loads(text), text, "config.toml")


def complaint(text: str) -> str:
    with pytest.raises(ConfigError) as raised:
        read(text)
    return str(raised.value)


@pytest.mark.parametrize(
    ("text", "place", "sentence"),
    [
        (
            "[reply]\nundo_sec = 5",
            "2: reply.undo_sec",
            "there is no such key; did you mean undo_seconds?",
        ),
        ("[rely]\n", "1: rely", "there is no such key; did you mean reply?"),
        ("\n\n[queue]\nzzz = 1", "4: queue.zzz", "there is no such key; known are history_days"),
        ("[reply]\nundo_seconds = 61", "2: reply.undo_seconds", "must be from 0 to 60"),
        ("[reply]\nundo_seconds = '5'", "2: reply.undo_seconds", "must be a whole number"),
        ("[reply]\nundo_seconds = true", "2: reply.undo_seconds", "must be a whole number"),
        ("[sla]\nraise_vip = 1", "2: sla.raise_vip", "must be true or false"),
        ("[brand]\nname = 3", "2: brand.name", "must be a text in quotes"),
        (
            "[brand]\nlanguages = 'en'",
            "2: brand.languages",
            'must be a list of texts: ["one", "two"]',
        ),
        ("brand = 3", "1: brand", "must be a table of keys"),
        ("[sync]\npoll_seconds = 1", "2: sync.poll_seconds", "must be at least 5"),
        ("[queue]\nhistory_days = 0", "2: queue.history_days", "must be at least 1"),
        ("[sla]\nbuffer_percent = 120", "2: sla.buffer_percent", "must be from 0 to 100"),
        (
            "[sla]\nbuffer_mode = 'windows'",
            "2: sla.buffer_mode",
            "there is no 'windows' here; did you mean window?",
        ),
        (
            "[sla.intents]\ncolab = 'high'",
            "2: sla.intents.colab",
            "there is no 'colab' here; did you mean collab?",
        ),
        (
            "[sla.intents]\ncollab = 'hi'",
            "2: sla.intents.collab",
            "there is no 'hi' here; did you mean high?",
        ),
        (
            "[sla.accounts]\n'youtube:@me' = 'gold'",
            "2: sla.accounts.youtube:@me",
            "there is no 'gold' here; known: premium, priority, standard, overflow",
        ),
        (
            "[sla.tiers.premium]\nwindow = '1 hour'",
            "2: sla.tiers.premium.window",
            "'1 hour' is not a duration; write it like 90s, 15m, 4h, 7d or 2w",
        ),
        (
            "[sla.tiers.premum]\nwindow = '1h'",
            "1: sla.tiers.premum",
            "there is no 'premum' here; did you mean premium?",
        ),
        (
            "[sla.tiers.premium]\nhours = 'ofice'\n[hours.office]",
            "2: sla.tiers.premium.hours",
            "there is no 'ofice' here; did you mean office?",
        ),
        (
            "[hours.office]\nzone = 'Europe/Warszawa'",
            "2: hours.office.zone",
            "'Europe/Warszawa' is not a time zone",
        ),
        ("[hours.office]\nmon = '9-17'", "2: hours.office.mon", "'9-17' is not like 09:00-17:00"),
        (
            "[hours.office]\nmon = '17:00-09:00'",
            "2: hours.office.mon",
            "'17:00-09:00' ends before it begins",
        ),
        (
            "[hours.office]\nmon = '09:00-12:00, 11:00-17:00'",
            "2: hours.office.mon",
            "opening times must be in order and apart",
        ),
        (
            "[hours.office]\nclosed = ['25.12.2026']",
            "2: hours.office.closed",
            "takes dates like 2026-12-25",
        ),
        (
            "[hours.never]\nmon=''\ntue=''\nwed=''\nthu=''\nfri=''",
            "1: hours.never",
            "is never open; give at least one day opening times",
        ),
        (
            "[campaigns.spring]\npost = ['a']",
            "2: campaigns.spring.post",
            "there is no such key; did you mean posts?",
        ),
    ],
)
def test_a_mistake_is_named_with_file_line_key_and_what_to_do(
    text: str, place: str, sentence: str
) -> None:
    assert complaint(text) == f"config.toml:{place}: {sentence}"


def test_the_line_is_found_for_dotted_and_quoted_keys() -> None:
    assert complaint('# a comment\nreply.undo_seconds = "x"').startswith("config.toml:2: ")
    assert complaint('[sla]\n\n"raise_vip" = 0').startswith("config.toml:3: ")


def test_what_is_no_toml_is_named(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[brand\nname = 1")
    with pytest.raises(ConfigError, match=r"config\.toml: this is not TOML.*line 1"):
        load(path)


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="cannot be read"):
        load(path)


def test_without_a_file_everything_is_the_default(tmp_path: Path) -> None:
    settings, policy = load(tmp_path / "config.toml")
    assert settings == Settings()
    assert policy == SlaPolicy()


def test_s404_the_defaults_of_the_file_are_those_of_the_policy() -> None:
    policy = read("")[1]
    windows = {tier: (rule.window, rule.warn) for tier, rule in policy.tiers.items()}
    assert windows == {
        Tier.PREMIUM: (HOUR, 45 * MINUTE),
        Tier.PRIORITY: (4 * HOUR, 3 * HOUR),
        Tier.STANDARD: (24 * HOUR, 18 * HOUR),
        Tier.OVERFLOW: (72 * HOUR, 24 * HOUR),
    }
    assert policy.raise_vip and policy.raise_campaign
    assert (policy.buffer_share, policy.buffer_mode) == (0.20, BufferMode.LATENCY)
    assert policy.history == 30 * DAY


def test_what_is_set_reaches_the_policy() -> None:
    policy = read(
        """
        [sla]
        buffer_percent = 10
        buffer_mode = "window"
        expected_latency = "5m"
        raise_vip = false
        [sla.intents]
        collab = "high"
        [sla.accounts]
        "youtube:@me" = "standard"
        [sla.tiers.priority]
        window = "2h30m"
        hours = "office"
        [hours.office]
        zone = "Europe/Warsaw"
        fri = "08:00-12:00, 13:00-24:00"
        closed = ["2026-12-25"]
        [queue]
        history_days = 7
        """
    )[1]
    assert (policy.buffer_share, policy.buffer_mode) == (0.10, BufferMode.WINDOW)
    assert (policy.expected_latency, policy.raise_vip) == (5 * MINUTE, False)
    assert policy.levels[Intent.COLLAB] is Level.HIGH
    assert policy.levels[Intent.COMPLAINT] is Level.HIGH, "what is not named stays"
    assert policy.account_tiers == {"youtube:@me": Tier.STANDARD}
    rule = policy.tiers[Tier.PRIORITY]
    assert (rule.window, rule.warn) == (150 * MINUTE, 3 * HOUR)
    assert rule.hours is not None and rule.hours.zone == "Europe/Warsaw"
    assert rule.hours.week[4] == ((time(8), time(12)), (time(13), time(0)))
    assert rule.hours.week[5] == () and rule.hours.closed == {date(2026, 12, 25)}
    assert policy.tiers[Tier.PREMIUM].hours is None
    assert policy.history == 7 * DAY


def test_the_example_is_the_one_that_ships_and_it_can_be_read() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == example()
    settings, policy = read(example())
    assert policy.account_tiers and settings.campaigns["spring-drop"].priority
    plain = read("")[0]
    assert (settings.sync, settings.queue, settings.reply) == (
        plain.sync,
        plain.queue,
        plain.reply,
    )
    assert settings.sla.tiers == plain.sla.tiers
