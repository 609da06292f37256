"""Cases: a few approved replies, and lives that end at chosen points until all of them are out."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from engage_tui.domain.model import (
    ActionKind,
    Actor,
    Direction,
    Kind,
    MessageRecord,
    Millis,
    PersonRecord,
    Platform,
)
from engage_tui.domain.timestamps import DAY, HOUR, MINUTE, SECOND
from engage_tui.sandbox.brand import PRACTICE_ACCOUNTS
from engage_tui.sandbox.faults import Fault
from engage_tui.sandbox.records import Thread
from engage_tui.sandbox.world import PracticeWorld
from engage_tui.store import accounts, outbox
from engage_tui.store.actions import Approval
from engage_tui.store.database import Connection, Store
from engage_tui.store.ingest import ingest
from tests.crash.life import POINTS, Board, Plan, live
from tests.crash.verdict import Verdict, judge
from tests.making import NOW, POLICY

LATE: Millis = 150 * SECOND
"""Later than the first look, earlier than the second."""

ANSWERS: dict[str, Plan] = {
    "ok": Plan(),
    "error after the effect": Plan(answer=Fault.ERROR_AFTER),
    "time-out before the effect": Plan(answer=Fault.TIMEOUT_BEFORE),
    "time-out after the effect": Plan(answer=Fault.TIMEOUT_AFTER),
    "rate limit": Plan(answer=Fault.RATE_LIMITED),
    "listed late": Plan(answer=Fault.TIMEOUT_AFTER, late=LATE),
}
_CLEAR = ("ok", "rate limit")
"""Answers after which nothing is looked up, unless the process dies before it has stored them."""
_WITHOUT_EFFECT = ("time-out before the effect", "rate limit")
_MOST_LIVES = 40
_KILLED_LIVES = 8


@dataclass
class Tally:
    """What a campaign did."""

    cases: int = 0
    kills: int = 0
    verdict: Verdict = field(default_factory=Verdict)
    hits: Counter[str] = field(default_factory=Counter)

    def add(self, name: str, verdict: Verdict, hits: Counter[str]) -> None:
        """Add one case."""
        self.cases += 1
        self.kills += hits.total()
        self.hits += hits
        self.verdict.replies += verdict.replies
        self.verdict.sent += verdict.sent
        self.verdict.to_a_person += verdict.to_a_person
        self.verdict.faults += [f"{name}: {fault}" for fault in verdict.faults]


def matrix() -> Iterator[tuple[str, list[Plan]]]:
    """Yield every point with every answer that can lead to it, as the plans of the lives."""
    for point in POINTS:
        where = point.split(" ", 1)[1]
        for answer, first in ANSWERS.items():
            if where == "bind commit" and answer in _WITHOUT_EFFECT:
                continue
            absent = answer in _WITHOUT_EFFECT or first.late
            if where == "look commit" and not absent:
                continue
            looked_up = where in ("listing", "look commit", "bind commit")
            if where == "recovery commit" or (looked_up and answer in _CLEAR):
                plans = [_killed_at(first, "after request"), Plan(point=point)]
            else:
                plans = [_killed_at(first, point)]
            yield f"{point}, {answer}", plans


def _killed_at(plan: Plan, point: str) -> Plan:
    return Plan(point=point, answer=plan.answer, late=plan.late)


def run_matrix() -> Tally:
    """Run every case of the matrix once."""
    tally = Tally()
    for number, (name, plans) in enumerate(matrix()):
        verdict, hits = run_case(plans, replies=[number % 3])
        missed = Counter(plan.point for plan in plans) - hits
        verdict.faults += [f"the point {point!r} was not reached" for point in missed]
        tally.add(name, verdict, hits)
    return tally


def run_random(kills: int, seed: int) -> Tally:
    """Run cases of three replies with faults and deaths by chance, until so many were killed."""
    tally = Tally()
    while tally.kills < kills:
        rng = Random(f"{seed}/{tally.cases}")
        plans = [_by_chance(rng) for _ in range(_KILLED_LIVES)]
        verdict, hits = run_case(plans, replies=[0, 1, 2])
        tally.add(f"seed {seed}, case {tally.cases}", verdict, hits)
    return tally


def _by_chance(rng: Random) -> Plan:
    return Plan(
        point=rng.choice(POINTS),
        hit=rng.choice((1, 1, 1, 2, 3)),
        late=rng.choice((0, 0, 0, 5 * SECOND, LATE)),
        writes={fault: 0.08 for fault in Fault},
        reads={Fault.RATE_LIMITED: 0.05, Fault.ERROR_BEFORE: 0.05, Fault.TIMEOUT_BEFORE: 0.05},
        seed=rng.randrange(1_000_000),
    )


def run_case(plans: Sequence[Plan], replies: Sequence[int]) -> tuple[Verdict, Counter[str]]:
    """Let one life after the other run over the same files, then judge them."""
    shared = "/dev/shm" if os.path.isdir("/dev/shm") else None
    folder = Path(tempfile.mkdtemp(prefix="engage-crash-", dir=shared))
    board = Board(NOW)
    hits: Counter[str] = Counter()
    try:
        _prepare(folder, replies)
        for number in range(_MOST_LIVES):
            plan = plans[number] if number < len(plans) else Plan()
            point = _one_life(folder, board, plan)
            if point is None:
                break
            hits[point] += 1
        return judge(folder / "engage.db", folder / "practice.jsonl"), hits
    finally:
        board.close()
        shutil.rmtree(folder)


def _one_life(folder: Path, board: Board, plan: Plan) -> str | None:
    """Fork a life and wait for its end; returns the point where it died, None when it did not."""
    board.write(board.now + MINUTE, -1)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            live(folder, board, plan)
            code = 0
        except BaseException:  # noqa: BLE001 - the process ends here, whatever it was
            traceback.print_exc()
        finally:
            os._exit(code)
    status = os.waitpid(child, 0)[1]
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return POINTS[board.read()[1]]
    if os.WEXITSTATUS(status):
        raise RuntimeError("a life ended with an error, see above")
    return None


def _prepare(folder: Path, replies: Sequence[int]) -> None:
    """Begin a practice world and a database with approved replies to some of its people.

    Which ones: 0 answers a comment on YouTube, 1 one on Instagram, 2 a direct message there.
    """
    world = PracticeWorld.open(folder / "practice.jsonl", now=NOW, every=365 * DAY)
    store = Store(folder / "engage.db")

    def work(connection: Connection) -> None:
        for account in PRACTICE_ACCOUNTS:
            accounts.connect(
                connection, account.platform.value, account.handle, account.remote_id, "", NOW
            )
        for number in replies:
            _approve(connection, _waiting(world, number), number)

    store.write(work, durable=True)
    store.close()


def _waiting(world: PracticeWorld, number: int) -> Thread:
    """Return a thread that somebody began or continued lately and nobody answered."""
    platform = Platform.YOUTUBE if number == 0 else Platform.INSTAGRAM
    kind = Kind.DM if number == 2 else Kind.COMMENT
    return next(
        thread
        for thread in world.threads(platform, kind, NOW)
        if all(e.author and e.state == "published" for e in thread.shown(NOW))
        and thread.shown(NOW)[-1].sent_at > NOW - 12 * HOUR
    )


def _approve(connection: Connection, thread: Thread, number: int) -> None:
    asked = thread.shown(NOW)[0 if thread.kind is Kind.COMMENT else -1]
    assert asked.author is not None
    account = next(a for a in PRACTICE_ACCOUNTS if a.platform is thread.platform)
    record = MessageRecord(
        platform=thread.platform,
        account=account.handle,
        kind=thread.kind,
        conversation=thread.id,
        remote_id=asked.id,
        person=PersonRecord(asked.author.id, asked.author.handle),
        direction=Direction.IN,
        text=asked.text,
        sent_at=asked.sent_at,
    )
    taken = ingest(connection, [record], POLICY, NOW)
    conversation = taken.conversations.pop()
    row = connection.execute(
        "SELECT account_id FROM conversation WHERE id = ?", (conversation,)
    ).fetchone()
    direct = thread.kind is Kind.DM
    approval = Approval(
        account_id=row["account_id"],
        conversation_id=conversation,
        kind=ActionKind.DM if direct else ActionKind.REPLY,
        target=asked.author.id if direct else asked.id,
        answers=asked.id,
        body=f"Here is “answer” number {number}.",
        source="human",
        actor=Actor.HUMAN,
        approved_by="me",
        not_before=NOW,
    )
    outbox.approve(connection, approval, POLICY, NOW)
