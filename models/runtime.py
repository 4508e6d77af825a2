"""The one importer of inference engines: ONNX Runtime and LiteRT sessions, loaded once a process.

Engines are imported when the first model is loaded, never by ``import models``.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Tensor = NDArray[np.generic]

# One station verifies one person at a time; a thread each keeps CPU time honest and
# leaves the other cores to the other requests of a server.
THREADS = int(os.environ.get("PERIKSA_THREADS", "1"))
_STDERR_LOCK = threading.Lock()


class OnnxModel:
    """An ONNX graph ready to run; safe to share between threads."""

    def __init__(self, path: Path) -> None:
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.intra_op_num_threads = THREADS
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # Spinning workers burn CPU between requests (146 against 87 ms a verification).
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self._input = self._session.get_inputs()[0].name

    def __call__(self, batch: Tensor) -> list[Tensor]:
        """Run on one input tensor; returns every output in graph order."""
        return list(self._session.run(None, {self._input: batch}))

    def metadata(self) -> dict[str, str]:
        """The graph's own key-value notes (a recogniser keeps its alphabet there)."""
        return dict(self._session.get_modelmeta().custom_metadata_map)


class LiteModel:
    """A .tflite graph ready to run; one interpreter a thread, because interpreters hold state."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()

    def __call__(self, batch: Tensor) -> list[Tensor]:
        """Run on one input tensor; returns copies of every output in graph order."""
        interpreter, source, sinks = self._interpreter()
        interpreter.set_tensor(source, batch)
        interpreter.invoke()
        return [interpreter.get_tensor(sink) for sink in sinks]

    def _interpreter(self) -> tuple[Any, int, list[int]]:
        if not hasattr(self._local, "parts"):
            from ai_edge_litert.interpreter import Interpreter

            with _quiet_stderr():
                interpreter = Interpreter(model_path=str(self._path), num_threads=THREADS)
                interpreter.allocate_tensors()
            source = interpreter.get_input_details()[0]["index"]
            sinks = [detail["index"] for detail in interpreter.get_output_details()]
            self._local.parts = (interpreter, source, sinks)
        parts: tuple[Any, int, list[int]] = self._local.parts
        return parts


@contextmanager
def _quiet_stderr() -> Iterator[None]:
    """Keep LiteRT's remark about its delegate, which no setting silences, off the user's screen."""
    with _STDERR_LOCK:
        saved = os.dup(2)
        try:
            with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - a device, not a path of ours
                os.dup2(nowhere.fileno(), 2)
            yield
        finally:
            os.dup2(saved, 2)
            os.close(saved)


@lru_cache(maxsize=32)
def onnx_model(path: Path) -> OnnxModel:
    """The ONNX model at ``path``, loaded once a process."""
    return OnnxModel(path)


@lru_cache(maxsize=32)
def lite_model(path: Path) -> LiteModel:
    """The LiteRT model at ``path``, loaded once a process."""
    return LiteModel(path)
