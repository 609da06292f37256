"""Changes to a model's contract, as a careless or hostile hand would make them."""

from __future__ import annotations

import json
from pathlib import Path


def edit(folder: Path, part: str = "", **changes: object) -> None:
    """Change entries of `triage.json`, or of one part in it."""
    path = folder / "triage.json"
    written = json.loads(path.read_text(encoding="utf-8"))
    (written[part] if part else written).update(changes)
    path.write_text(json.dumps(written), encoding="utf-8")
