"""The catalogue: verified paths, refusals with a remedy, and states."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from models import catalogue
from models.catalogue import check, digest_of, model_folder, names_in, path_of, weights
from models.errors import WeightAltered, WeightMissing
from models.sources import Weight


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty model folder and a catalogue of one weight, ``toy``."""
    digest = hashlib.sha256(b"numbers").hexdigest()
    toy = Weight("toy", "toy.onnx", digest, "CC0-1.0", "a toy")
    monkeypatch.setattr(catalogue, "WEIGHTS", (toy,))
    monkeypatch.setenv("PERIKSA_MODELS", str(tmp_path))
    return tmp_path


def test_a_whole_weight_is_found(folder: Path) -> None:
    (folder / "toy.onnx").write_bytes(b"numbers")
    assert path_of("toy") == folder / "toy.onnx"
    assert check(["toy"])[0].status == "ok"


def test_a_missing_weight_names_the_remedy(folder: Path) -> None:
    with pytest.raises(WeightMissing) as caught:
        path_of("toy")
    assert caught.value.code == "model.missing"
    assert caught.value.advice == "Run: periksa models install"
    assert check(["toy"])[0].status == "missing"


def test_an_altered_weight_is_refused(folder: Path) -> None:
    (folder / "toy.onnx").write_bytes(b"other numbers")
    with pytest.raises(WeightAltered) as caught:
        path_of("toy")
    assert caught.value.code == "model.altered"
    assert check(["toy"])[0].status == "altered"


def test_a_failure_is_not_remembered(folder: Path) -> None:
    with pytest.raises(WeightMissing):
        path_of("toy")
    (folder / "toy.onnx").write_bytes(b"numbers")
    assert path_of("toy").name == "toy.onnx"


def test_a_weight_is_hashed_once_a_process(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "toy.onnx").write_bytes(b"numbers")
    path_of("toy")
    monkeypatch.setattr(catalogue, "sha256_of", lambda path: pytest.fail(f"{path} read again"))
    path_of("toy")


def test_an_unknown_name_lists_the_known_ones(folder: Path) -> None:
    with pytest.raises(WeightMissing, match="toy") as caught:
        path_of("gone")
    assert caught.value.code == "model.unknown"


def test_the_model_folder_lies_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PERIKSA_MODELS", raising=False)
    assert model_folder().is_relative_to(sys.prefix)


@pytest.mark.parametrize(
    "name",
    [
        "blazeface_short",
        "face_mesh",
        "iris",
        "selfie_segmentation",
        "dlib_resnet",
        "text_lines_det",
        "text_lines_rec",
        "head_data",
    ],
)
def test_every_weight_has_digest_licence_and_origin(name: str) -> None:
    weight = weights([name])[0]
    assert len(digest_of(name)) == 64
    assert weight.licence
    assert (weight.archive is None) != (weight.made_from is None)
    assert not weight.archive or len(weight.archive.sha256) == 64


def test_head_data_is_not_part_of_the_core() -> None:
    assert "head_data" in names_in("fixtures")
    assert "head_data" not in names_in("core")


def test_files_and_names_are_unique() -> None:
    assert len({weight.file for weight in weights()}) == len(weights())
    assert len({weight.name for weight in weights()}) == len(weights())


def test_own_weights_are_listed_with_their_digests() -> None:
    """Every network in models/weights is named in SHA256SUMS and is what that says."""
    own = {weight.file: weight for weight in weights() if weight.group == "own"}
    shipped = [*Path(catalogue.__file__).parent.glob("weights/*.onnx")]
    assert sorted(path.name for path in shipped) == sorted(own)
    assert all(state.status == "ok" for state in check(w.name for w in own.values()))


def test_own_weights_are_read_from_sums(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    digest = hashlib.sha256(b"net").hexdigest()
    (tmp_path / "net.onnx").write_bytes(b"net")
    (tmp_path / "SHA256SUMS").write_text(f"{digest}  net.onnx\n")
    monkeypatch.setattr(catalogue, "_OWN_FOLDER", tmp_path)
    assert path_of("net") == tmp_path / "net.onnx"


def test_states_are_ready_for_json(folder: Path) -> None:
    entry = check(["toy"])[0].to_dict()
    assert set(entry) >= {"name", "group", "status", "path", "sha256", "licence", "source"}
    assert all(isinstance(value, str) for value in entry.values())


def test_importing_the_catalogue_is_light() -> None:
    code = (
        "import sys, models.catalogue; sys.exit(bool({'numpy', 'onnx', 'cv2'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
