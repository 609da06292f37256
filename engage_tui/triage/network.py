"""Runs the ONNX network over batches of texts; the one module that loads onnxruntime."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnxruntime.capi import onnxruntime_pybind11_state as runtime

from engage_tui.triage.contract import HEADS, INPUT, Contract, ModelError
from engage_tui.triage.features import NGrams, extract

Scores = dict[str, NDArray[np.float32]]
"""Probabilities by head, one row for each text."""

# onnxruntime's exceptions share no base class below Exception.
_NOT_A_NETWORK = (
    runtime.Fail,
    runtime.InvalidArgument,
    runtime.InvalidGraph,
    runtime.InvalidProtobuf,
    runtime.NoSuchFile,
    runtime.NotImplemented,
)


class Network:
    """An opened network; reads on one core, since the console needs the others."""

    def __init__(self, contract: Contract) -> None:
        """Open the network.

        Raises:
            ModelError: the file is no network, or not of the shape that the contract promises.
        """
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4
        # Batches differ in shape each time: planned memory would only pile up.
        options.enable_mem_pattern = False
        try:
            self._session = onnxruntime.InferenceSession(
                str(contract.network), options, providers=["CPUExecutionProvider"]
            )
        except _NOT_A_NETWORK as error:
            raise ModelError(f"{contract.network} cannot be opened as a network") from error
        self._ngrams = NGrams(contract.buckets, contract.words, contract.shortest, contract.longest)
        shapes = {output.name: output.shape[1:] for output in self._session.get_outputs()}
        promised = {
            "intent": [len(contract.intents)],
            "sentiment": [len(contract.sentiments)],
            "toxicity": [],
            "spam": [],
            "language": [len(contract.languages)],
        }
        inputs = [given.name for given in self._session.get_inputs()]
        if shapes != promised or inputs != [INPUT]:
            raise ModelError(f"{contract.network} does not have the heads that its contract names")

    def score(self, texts: Sequence[str]) -> Scores:
        """Return the probabilities of one batch of texts."""
        rows = extract(texts, self._ngrams).padded()
        return dict(zip(HEADS, self._session.run(list(HEADS), {INPUT: rows}), strict=True))
