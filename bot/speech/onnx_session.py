"""ONNX Runtime sessions with a known number of threads, and the errors that they raise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import onnxruntime
from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidArgument, RuntimeException

# None of them derives from RuntimeError.
ONNX_ERRORS: tuple[type[Exception], ...] = (Fail, InvalidArgument, RuntimeException)


def open_session(model: Path, n_threads: int) -> Any:
    """Load a model for the processor. n_threads: how many one inference may use."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = n_threads
    # Threads that spin while they wait take the processor from telephony and from other calls.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
