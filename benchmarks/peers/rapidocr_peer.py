"""RapidOCR 3.10 (PP-OCR in ONNX Runtime) on the whole picture: boxes of text to lines."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from _zone_text import rows, zone_lines
from rapidocr import RapidOCR


@lru_cache(maxsize=1)
def engine() -> Any:
    """The reader with its default models, one thread."""
    one = {f"EngineConfig.onnxruntime.{which}_op_num_threads": 1 for which in ("intra", "inter")}
    return RapidOCR(params={**one, "Global.log_level": "error"})


def answer(path: Path) -> dict[str, Any]:
    """The lines that can be a zone's; it has no opinion on whether they are right."""
    found = engine()(str(path))
    if found.boxes is None:
        return {"lines": [], "valid": False}
    boxes = [
        (
            float(box[:, 0].min()),
            float(box[:, 1].mean()),
            float(box[:, 1].max() - box[:, 1].min()),
            t,
        )
        for box, t in zip(found.boxes, found.txts, strict=True)
    ]
    return {"lines": zone_lines(rows(boxes)), "valid": False}
