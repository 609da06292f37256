"""Kills the sending program over and over and prints what became of the replies.

    python -m tests.crash                  the matrix: every point with every answer
    python -m tests.crash --kills 10000    the matrix, then deaths and faults by chance
    python -m tests.crash --seed 7         other chances

Prints one line of JSON and exits with 1 if anything was lost, doubled or left silent, if a person
was asked about what could be found out, or if a point was never reached.
"""

from __future__ import annotations

import argparse
import json
import sys
import time

from tests.crash.campaign import Tally, run_matrix, run_random
from tests.crash.life import POINTS


def main() -> int:
    """Run the campaign that the arguments ask for."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash")
    parser.add_argument("--kills", type=int, default=0, help="kills by chance after the matrix")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    started = time.monotonic()
    tallies = [run_matrix()]
    if given.kills:
        tallies.append(run_random(given.kills, given.seed))
    summary = _summary(tallies)
    summary["seconds"] = round(time.monotonic() - started, 1)
    print(json.dumps(summary))
    return 1 if summary["faults"] or summary["never reached"] else 0


def _summary(tallies: list[Tally]) -> dict[str, object]:
    hits = {point: sum(tally.hits[point] for tally in tallies) for point in POINTS}
    return {
        "cases": sum(tally.cases for tally in tallies),
        "kills": sum(tally.kills for tally in tallies),
        "replies": sum(tally.verdict.replies for tally in tallies),
        "sent": sum(tally.verdict.sent for tally in tallies),
        "to a person": sum(tally.verdict.to_a_person for tally in tallies),
        "faults": [fault for tally in tallies for fault in tally.verdict.faults],
        "never reached": [point for point, number in hits.items() if not number],
        "hits": hits,
    }


if __name__ == "__main__":
    sys.exit(main())
