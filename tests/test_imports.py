"""What importing costs: the heavy libraries wait until they are needed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("cv2", "onnxruntime", "onnx", "ai_edge_litert", "numpy", "sqlalchemy", "fastapi", "PIL")


def loaded_after(statement: str, cwd: Path) -> set[str]:
    script = f"import sys\n{statement}\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=cwd, capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


@pytest.mark.parametrize("statement", ["import pipeline", "import pipeline.cli", "import models"])
def test_heavy_libraries_are_not_loaded(statement: str, tmp_path: Path) -> None:
    assert not loaded_after(statement, tmp_path) & set(HEAVY)


def test_every_public_name_is_there() -> None:
    import pipeline

    for name in pipeline.__all__:
        assert callable(getattr(pipeline, name)), name
    with pytest.raises(AttributeError, match="nonsense"):
        _ = pipeline.nonsense


def test_verify_is_the_function_whatever_was_imported_before(tmp_path: Path) -> None:
    """The module pipeline/verify.py and the function share a name."""
    names = loaded_after(
        "import pipeline.verify\n"
        "from pipeline.verify import verify\n"
        "from pipeline import verify as v\n"
        "assert v is verify is pipeline.verify, v",
        tmp_path,
    )
    assert "pipeline.verify" in names


def test_a_shadowing_file_is_named_with_the_cure(tmp_path: Path) -> None:
    (tmp_path / "models.py").write_text("")
    done = subprocess.run(
        [sys.executable, "-c", "import pipeline"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode != 0
    assert "models.py" in done.stderr
    assert "rename" in done.stderr
