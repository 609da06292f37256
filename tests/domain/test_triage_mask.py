"""What `mask` takes out of a text before the model reads it, and what it leaves."""

from __future__ import annotations

import time

import pytest

from engage_tui.domain.triage import mask


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("@anna look", "@user look"),
        ("look @anna.", "look @user."),
        ("@anna...look", "@user...look"),
        ("(@anna_b) and @c.d-e!", "(@user) and @user!"),
        ("@user-ab1cd hi", "@user hi"),
        ("hey @ann@mastodon.social how are you", "hey @user how are you"),
        ("@łukasz @żółw cześć", "@user @user cześć"),
        ("@anna你看", "@user你看"),
        ("@小王 快看", "@user 快看"),
        ("@a", "@user"),
        ("@user", "@user"),
    ],
)
def test_handles_become_user(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("see https://shop.example/a?b=c#d now", "see http now"),
        ("HTTP://X.example", "http"),
        ("(www.shop.example/x)", "(http)"),
        ("here: https://a.example/x.", "here: http."),
        ("https://a.example/x快来看", "http快来看"),
        ("https://de.wiki.example/wiki/Käse!", "http!"),
        ("go to earn-now.com, quick", "go to http, quick"),
        ("bit.ly/abc123 and t.me/spam", "http and http"),
        ("https://t.example/@anna", "http"),
    ],
)
def test_links_become_http(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "write to ann.b@shop.example.com please",
        "ann@shop.com",
        "ann-b@mail.shop.org!",
        "5 @ 3 is fine",
        "meet @ noon",
        "and/or w/o 1.5/2.0",
        "love it.it is great",
        "wait...com on",
        "dot.com.pl is not a link here",
        "http",
        "",
    ],
)
def test_other_text_stays(text: str) -> None:
    assert mask(text) == text


def test_masking_twice_changes_nothing_more() -> None:
    once = mask("@ann@m.example https://x.example/a?b @bo.c www.y.example earn.com/x")
    assert mask(once) == once


@pytest.mark.parametrize("piece", ["@a.", "a.", "www.", "@a@", "a-", "http://", "a.b-"])
def test_hostile_repetition_is_read_in_linear_time(piece: str) -> None:
    started = time.process_time()
    mask(piece * 20_000)
    assert time.process_time() - started < 2
