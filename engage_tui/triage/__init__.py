"""The triage stage: what a message wants, how it sounds and in which language, read by one model.

Importing it costs nothing; numpy and onnxruntime are loaded when the first message is read.
"""

from __future__ import annotations

from engage_tui.triage.classifier import Classifier, ModelError
from engage_tui.triage.worker import TriageWorker

__all__ = ["Classifier", "ModelError", "TriageWorker"]
