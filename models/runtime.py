"""The one importer of inference engines: ONNX Runtime and LiteRT sessions, loaded once a process.

Engines are imported when the first model is loaded, never by ``import models``.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from models.catalogue import path_of
from models.errors import ModelError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Tensor = NDArray[np.generic]

Item = TypeVar("Item")
Result = TypeVar("Result")

# How many pieces of one verification may run at once. Each network runs on one thread: many small
# ones side by side use two cores better than one after another on both.
WORKERS = int(os.environ.get("PERIKSA_THREADS") or min(4, len(os.sched_getaffinity(0))))
_STDERR_LOCK = threading.Lock()
_LOADING = threading.Lock()


def spread(work: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
    """``work`` of every item, in their order, on at most PERIKSA_THREADS threads."""
    if WORKERS == 1:
        return [work(item) for item in items]
    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(work, items))


@dataclass(frozen=True, slots=True)
class Port:
    """An input or output of a graph; a side of free length is None."""

    name: str
    kind: str  # "tensor(float)"
    shape: tuple[int | None, ...]


class OnnxModel:
    """An ONNX graph ready to run; safe to share between threads. Raises ModelError if none."""

    def __init__(self, path: Path) -> None:
        import onnxruntime as ort
        from onnxruntime.capi import onnxruntime_pybind11_state as failures

        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # Spinning workers burn CPU between requests (146 against 87 ms a verification).
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session = ort.InferenceSession(
                str(path), options, providers=["CPUExecutionProvider"]
            )
        except (
            *(failures.Fail, failures.InvalidProtobuf, failures.InvalidGraph),
            *(failures.NotImplemented, failures.InvalidArgument, failures.RuntimeException),
        ) as error:
            raise ModelError(
                "model.unloadable",
                f"{path.name} is no network that ONNX Runtime can run: {str(error).strip()}",
                "Export it as ONNX with operators of the standard domain.",
            ) from error
        self._input = self._session.get_inputs()[0].name

    def __call__(self, batch: Tensor) -> list[Tensor]:
        """Run on one input tensor; returns every output in graph order."""
        return list(self._session.run(None, {self._input: batch}))

    def inputs(self) -> tuple[Port, ...]:
        """What the graph takes, in its order."""
        return tuple(_port(each) for each in self._session.get_inputs())

    def outputs(self) -> tuple[Port, ...]:
        """What the graph gives, in its order."""
        return tuple(_port(each) for each in self._session.get_outputs())

    def metadata(self) -> dict[str, str]:
        """The graph's own key-value notes (a recogniser keeps its alphabet there)."""
        return dict(self._session.get_modelmeta().custom_metadata_map)


def _port(described: Any) -> Port:
    sides = (side if isinstance(side, int) else None for side in described.shape)
    return Port(described.name, described.type, tuple(sides))


class LiteModel:
    """A .tflite graph ready to run; safe to share between threads, which take turns."""

    def __init__(self, path: Path) -> None:
        from ai_edge_litert.interpreter import Interpreter

        with _quiet_stderr():
            self._interpreter = Interpreter(model_path=str(path), num_threads=1)
            self._interpreter.allocate_tensors()
        self._source: int = self._interpreter.get_input_details()[0]["index"]
        self._sinks: list[int] = [d["index"] for d in self._interpreter.get_output_details()]
        self._turn = threading.Lock()  # an interpreter holds the tensors of one call

    def __call__(self, batch: Tensor) -> list[Tensor]:
        """Run on one input tensor; returns copies of every output in graph order."""
        with self._turn:
            self._interpreter.set_tensor(self._source, batch)
            self._interpreter.invoke()
            return [self._interpreter.get_tensor(sink) for sink in self._sinks]


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
def lite_model(path: Path) -> LiteModel:
    """The LiteRT model at ``path``, loaded once a process."""
    return LiteModel(path)


def onnx_model(path: Path) -> OnnxModel:
    """The ONNX model at ``path``, loaded once a process; who asks meanwhile waits."""
    with _LOADING:
        return _onnx_model(path)


def prefetch(*names: str) -> None:
    """Begin to load these ONNX weights while the caller goes on importing.

    Loading needs no interpreter lock, so it costs a command line a quarter of a second less. What
    is missing or altered is told by whoever needs it. A process that ends early waits for it: the
    engine aborts if it is left in the middle.
    """

    def load() -> None:
        with suppress(ModelError):
            for name in names:
                onnx_model(path_of(name))

    threading.Thread(target=load, name="prefetch").start()


@lru_cache(maxsize=32)
def _onnx_model(path: Path) -> OnnxModel:
    return OnnxModel(path)
