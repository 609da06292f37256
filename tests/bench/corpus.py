"""Makes any number of plausible messages in the import shape, the same ones for the same seed."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator

from engage_tui.domain.model import (
    Direction,
    Kind,
    MessageRecord,
    Millis,
    PersonRecord,
    Platform,
    PostRecord,
)
from engage_tui.domain.timestamps import DAY, MINUTE, parse_iso, to_iso

END: Millis = parse_iso("2026-11-01T00:00:00Z")
"""The newest message is older than this."""

_OPENINGS = ("hi", "hello there", "hey", "cześć", "hola", "你好", "good morning", "quick one:", "")
_MIDDLES = (
    "is the blue mug back in stock",
    "how much is shipping to Spain",
    "where is my order, it has been two weeks",
    "the handle broke after one day",
    "love the new glaze, best video so far",
    "ile kosztuje duży kubek",
    "多少錢一個杯子",
    "can I send it back and get my money",
    "the app logs me out every time",
    "do you do wholesale for cafes",
    "first!",
    "check my channel for free gift cards",
)
_ENDS = ("?", "!", " please", " 🙏", " thanks", "...", "")


def messages(count: int, seed: int = 1, days: int = 20) -> Iterator[MessageRecord]:
    """Yield messages of some days before `END`, about two in three conversations unanswered."""
    pick = random.Random(seed)
    made = 0
    conversation = 0
    while made < count:
        conversation += 1
        kind = Kind.DM if conversation % 3 == 0 else Kind.COMMENT
        platform = Platform.INSTAGRAM if kind is Kind.DM else Platform.YOUTUBE
        person = PersonRecord(f"u{conversation // 2}", f"@person{conversation // 2}")
        post = PostRecord(f"p{conversation % 50}", f"Post {conversation % 50}", "video")
        at = END - pick.randrange(days * DAY)
        for turn in range(1 + (conversation % 3 == 1) * 2):
            if made == count:
                return
            made += 1
            yield MessageRecord(
                platform=platform,
                account="@brand",
                kind=kind,
                conversation=f"c{conversation}",
                remote_id=f"c{conversation}" if turn == 0 else f"c{conversation}.{turn}",
                person=person,
                direction=Direction.OUT if turn == 1 else Direction.IN,
                text=f"{pick.choice(_OPENINGS)} {pick.choice(_MIDDLES)}{pick.choice(_ENDS)} {made}",
                sent_at=min(at + turn * 20 * MINUTE, END - 1),
                parent=None if turn == 0 else f"c{conversation}",
                post=post if kind is Kind.COMMENT else None,
            )


def line(record: MessageRecord) -> str:
    """Write a record as one line of the import shape."""
    post = record.post
    return json.dumps(
        {
            "platform": record.platform.value,
            "account": record.account,
            "kind": record.kind.value,
            "conversation": record.conversation,
            "message": record.remote_id,
            "parent": record.parent,
            "post": post and {"id": post.remote_id, "title": post.title, "kind": post.kind},
            "person": {"id": record.person.remote_id, "handle": record.person.handle},
            "direction": record.direction.value,
            "text": record.text,
            "sent_at": to_iso(record.sent_at),
        },
        ensure_ascii=False,
    )


def main() -> None:
    """Write lines to standard output: `python -m tests.bench.corpus 1000000 > big.jsonl`."""
    for record in messages(int(sys.argv[1])):
        print(line(record))


if __name__ == "__main__":
    main()
