"""What reading messages costs: `python -m tests.bench.triage [--model FOLDER] [--messages 512]`.

Prints how many messages the worker reads in one CPU second, text in and triage out, beside what
bare onnxruntime does with the very same batches in the same run; then the CPU seconds of a new
process up to its first answer, and its memory. Exits 1 when the worker is too far behind.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engage_tui.triage.contract import read_contract
from engage_tui.triage.network import Batch, Network
from engage_tui.triage.worker import TriageWorker
from tests.bench.corpus import messages

ROUNDS = 5
LEAST_RATIO = 0.85
"""Of the worker's rate to that of bare onnxruntime."""
_MODEL = Path(__file__).parents[2] / "models"
_COLD = """
import resource, sys, time
from pathlib import Path
from engage_tui.triage import Classifier
classifier = Classifier(Path(sys.argv[1]))
classifier.classify(["when does the blue one come back?"])
print(time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


@dataclass(frozen=True, slots=True)
class TriageFigures:
    """CPU seconds of both ways for the same messages, the best of some rounds."""

    messages: int
    pieces: float
    """In a message, on average."""
    ours: float
    bare: float

    @property
    def ratio(self) -> float:
        """Our rate over the bare rate; the law is at least `LEAST_RATIO`."""
        return self.bare / self.ours


def measure(folder: Path, count: int, rounds: int = ROUNDS) -> TriageFigures:
    """Read the same messages in both ways in turn, so that noise meets both."""
    texts = _texts(count)
    network = Network(read_contract(folder))
    batches = list(network.batches(texts))
    pieces = sum(int((batch.pieces > 0).sum()) for batch in batches) / count
    worker = TriageWorker(folder)
    worker.submit(texts).result()
    ours, bare = [], []
    for _ in range(rounds):
        begun = time.process_time()
        _bare(network, batches)
        bare.append(time.process_time() - begun)
        begun = time.process_time()
        worker.submit(texts).result()
        ours.append(time.process_time() - begun)
    worker.close()
    return TriageFigures(count, pieces, min(ours), min(bare))


def cold(folder: Path) -> tuple[float, float]:
    """Return CPU seconds to the first answer of a new process, and the most memory in MB."""
    told = subprocess.run(
        [sys.executable, "-c", _COLD, str(folder)], capture_output=True, text=True, check=True
    )
    seconds, memory = told.stdout.split()
    return float(seconds), float(memory)


def main() -> int:
    """Measure and judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=_MODEL)
    parser.add_argument("--messages", type=int, default=512)
    options = parser.parse_args()
    # First, since a new process begins with the memory figure of the one that starts it.
    seconds, memory = cold(options.model)
    print(f"first answer after {seconds:.2f} CPU seconds, in {memory:.0f} MB")
    figures = measure(options.model, options.messages)
    print(
        f"{figures.messages / figures.ours:,.0f} messages of {figures.pieces:.1f} pieces a CPU"
        f" second; bare onnxruntime {figures.messages / figures.bare:,.0f}: {figures.ratio:.2f}"
    )
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"both ways side by side, two networks: {most:.0f} MB")
    return 0 if figures.ratio >= LEAST_RATIO else 1


def _texts(count: int) -> list[str]:
    """Return messages of the length that inboxes have, some 20 to 25 pieces."""
    found = [record.text for record in messages(2 * count)]
    return [f"{first} {second}" for first, second in zip(found[::2], found[1::2], strict=True)]


def _bare(network: Network, batches: Sequence[Batch]) -> None:
    for batch in batches:
        network.run(batch)


if __name__ == "__main__":
    sys.exit(main())
