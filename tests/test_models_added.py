"""Models of the user's own: added with a card, listed, checked, used, fused, removed."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tiny_networks
from commands import periksa
from numpy.typing import NDArray

from capture.sample import Sample
from models.add import add_model, remove_model
from models.cards import CardMalformed, ModelCard, read_card
from models.catalogue import added_folder, check, location, weights
from models.describe import Wishes
from models.errors import EngineMissing, InstallFailed, ModelError, WeightAltered, WeightMissing
from models.faces import face_recognition_package
from models.faces._landmarks import Landmarks
from models.faces.blazeface import BlazeFace
from models.faces.detectors import detector
from models.faces.embedders import DEFAULT, embedder
from models.faces.face_mesh import FaceMesh
from models.faces.inputs import as_input
from models.install import install
from pipeline.errors import PolicyError
from pipeline.faces.match import match_faces
from pipeline.policy import Policy, load_policy

Rgb = NDArray[np.uint8]
SAMPLES = Path(__file__).parent.parent / "fixtures" / "applications"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model folder of the test's own, with links to the weights that are installed."""
    target = tmp_path / "models"
    target.mkdir()
    for weight in weights():
        if weight.group == "core":
            (target / weight.file).symlink_to(location(weight))
    monkeypatch.setenv("PERIKSA_MODELS", str(target))
    _forget()
    return target


def _forget() -> None:
    """Models are loaded once a process; here a name means another model in each test."""
    from models import runtime
    from models.faces import detectors, embedders

    for cached in (embedders._single, embedders._fused, detectors.detector, runtime._onnx_model):
        cached.cache_clear()


@pytest.fixture(scope="module")
def portrait() -> tuple[Rgb, Landmarks]:
    image = Sample.from_file(SAMPLES / "pass" / "portrait.jpg").image
    return image, FaceMesh().landmarks(image, BlazeFace().detect(image)[0])


def _add(file: Path, name: str = "mine", **wishes: object) -> ModelCard:
    return add_model(
        file, name, "embedder", replace(Wishes(), **wishes), licence="MIT", source="a vendor"
    )


def test_a_card_says_what_the_network_says(tmp_path: Path) -> None:
    card = _add(tiny_networks.embedder(tmp_path / "net.onnx"))
    assert (card.width, card.height, card.layout, card.colour) == (16, 16, "nchw", "rgb")
    assert (card.output, card.dimensions, card.align) == ("template", 12, "arcface5")
    assert card.sha256 == hashlib.sha256((tmp_path / "net.onnx").read_bytes()).hexdigest()
    assert read_card(added_folder() / "mine.toml") == card
    assert check(["mine"])[0].to_dict() | {"path": ""} == {
        "name": "mine", "group": "added", "status": "ok", "path": "", "sha256": card.sha256,
        "licence": "MIT", "source": "a vendor", "note": f"embedder, added {card.added}",
    }  # fmt: skip


@pytest.mark.parametrize("layout", ["nchw", "nhwc"])
@pytest.mark.parametrize("colour", ["rgb", "bgr"])
def test_the_network_gets_what_its_card_says(layout: str, colour: str, tmp_path: Path) -> None:
    """The tiny network gives the means of its input: they tell how the chip came in."""
    file = tiny_networks.embedder(tmp_path / "net.onnx", layout=layout)
    card = _add(file, colour=colour, mean=(10.0, 20.0, 30.0), scale=(0.5,))
    assert card.layout == layout
    chip = np.zeros((16, 16, 3), np.uint8)
    chip[:] = (110, 120, 130)
    seen = (np.array([110, 120, 130] if colour == "rgb" else [130, 120, 110]) - [10, 20, 30]) / 2
    batch = as_input(chip, card)
    assert batch.shape == ((1, 3, 16, 16) if layout == "nchw" else (1, 16, 16, 3))
    expected = np.repeat(seen, 4)
    template = embedder("mine").embed_chip(chip)
    assert template == pytest.approx(expected / np.linalg.norm(expected), abs=1e-6)


@pytest.mark.parametrize("align", ["arcface5", "dlib150"])
def test_faces_are_cut_as_the_network_was_shown_them(
    align: str, tmp_path: Path, portrait: tuple[Rgb, Landmarks]
) -> None:
    _add(tiny_networks.embedder(tmp_path / "net.onnx", side=112), align=align)
    net = embedder("mine")
    template = net.embed(*portrait)
    assert (template.shape, template.dtype) == ((12,), np.float32)
    assert np.linalg.norm(template) == pytest.approx(1, abs=1e-6)
    turned = Landmarks(portrait[1].points.copy(), 1.0)
    turned.points[:, :2] = turned.points[:, 1::-1]  # the picture's axes swapped
    turned.points[:, 0] = portrait[0].shape[0] - 1 - turned.points[:, 0]
    quarter = np.ascontiguousarray(np.rot90(portrait[0], -1))
    assert net.embed(quarter, turned) @ template > 0.99999
    assert ("mesh_to_dlib" in net.digests) == (align == "dlib150")


def test_the_template_of_arcface_puts_the_eyes_where_it_says(
    tmp_path: Path, portrait: tuple[Rgb, Landmarks]
) -> None:
    from models.faces import chips
    from models.faces.templates import arcface_matrix, arcface_points

    landmarks = portrait[1]
    for side in (112, 224):
        matrix = arcface_matrix(landmarks, side)
        moved = chips.apply(matrix, arcface_points(landmarks))
        assert moved[0] == pytest.approx(np.array([38.3, 51.7]) * side / 112, abs=0.06 * side)
        assert moved[1, 0] > moved[0, 0]
        assert moved[3:, 1].min() > moved[2, 1] > moved[:2, 1].max()
    own = arcface_matrix(landmarks, 112, (30, 40, 80, 40, 55, 65, 38, 90, 72, 90))
    moved = chips.apply(own, arcface_points(landmarks))
    assert moved[0] == pytest.approx([30, 40], abs=8)


@pytest.mark.parametrize(
    ("change", "same"),
    [
        pytest.param({"licence": "other"}, True, id="what is said about a model"),
        pytest.param({"mean": (0.0,)}, False, id="how pixels are prepared"),
        pytest.param({"align": "dlib150"}, False, id="how faces are cut"),
    ],
)
def test_settings_that_move_scores_move_the_digest(
    change: dict[str, object], same: bool, tmp_path: Path
) -> None:
    card = _add(tiny_networks.embedder(tmp_path / "net.onnx"))
    assert (replace(card, **change).settings_digest == card.settings_digest) == same


def test_two_networks_are_fused_by_the_spread_of_their_scores(
    tmp_path: Path, portrait: tuple[Rgb, Landmarks]
) -> None:
    _add(tiny_networks.embedder(tmp_path / "net.onnx", side=112), spread=0.105)
    fused, ours, mine = embedder([DEFAULT, "mine"]), embedder(DEFAULT), embedder("mine")
    assert fused.name == f"{DEFAULT}+mine"
    assert fused.dimensions == 128 + 12
    assert {*ours.digests, *mine.digests} == set(fused.digests)
    assert len({fused.digest, ours.digest, mine.digest, embedder(["mine", DEFAULT]).digest}) == 4
    image, landmarks = portrait
    shifted = landmarks.moved(1.0, np.array([4.0, 2.0]))
    scores = [float(net.embed(image, landmarks) @ net.embed(image, shifted))
              for net in (fused, ours, mine)]  # fmt: skip
    assert scores[0] == pytest.approx(0.75 * scores[1] + 0.25 * scores[2], abs=1e-5)
    assert np.linalg.norm(fused.embed(image, landmarks)) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize(
    ("make", "wishes", "code"),
    [
        pytest.param(lambda p: p.write_bytes(b"no network"), {}, "model.unloadable",
                     id="no network at all"),
        pytest.param(lambda p: None, {}, "model.add_unreadable", id="no such file"),
        pytest.param(tiny_networks.embedder, {"sha256": "0" * 64}, "model.add_digest",
                     id="not the file that was meant"),
        pytest.param(lambda p: tiny_networks.embedder(p, free=True), {}, "model.add_input",
                     id="the size is left open"),
        pytest.param(tiny_networks.embedder, {"input": (1, 3, 20, 20)}, "model.add_input",
                     id="another size than the network's"),
        pytest.param(tiny_networks.embedder, {"input": (1, 3, 16)}, "model.add_input",
                     id="a side is missing"),
        pytest.param(tiny_networks.embedder, {"layout": "nhwc"}, "model.add_input",
                     id="16 channels"),
        pytest.param(tiny_networks.embedder, {"mean": (1.0, 2.0)}, "model.add_mean",
                     id="a mean for two channels"),
        pytest.param(tiny_networks.two_outputs, {}, "model.add_output", id="which of two outputs"),
        pytest.param(tiny_networks.two_outputs, {"output": "x"}, "model.add_output",
                     id="no such output"),
        pytest.param(tiny_networks.embedder, {"dimensions": 128}, "model.add_output",
                     id="another length than promised"),
        pytest.param(tiny_networks.without_end, {}, "model.add_output", id="infinite numbers"),
        pytest.param(tiny_networks.embedder, {"points": (1.0, 2.0)}, "model.add_align",
                     id="a template of one point"),
    ],
)  # fmt: skip
def test_what_cannot_work_is_refused_and_leaves_nothing(
    make: object, wishes: dict[str, object], code: str, tmp_path: Path
) -> None:
    make(tmp_path / "net.onnx")
    with pytest.raises(ModelError) as caught:
        _add(tmp_path / "net.onnx", **wishes)
    assert caught.value.code == code
    assert caught.value.advice
    assert [path.name for path in added_folder().glob("*")] == []


def test_an_open_size_is_told_by_the_user(tmp_path: Path) -> None:
    file = tiny_networks.embedder(tmp_path / "net.onnx", free=True)
    assert _add(file, input=(1, 3, 16, 16)).width == 16
    output = _add(tiny_networks.two_outputs(tmp_path / "two.onnx"), "two", output="flat")
    assert output.dimensions == 48


@pytest.mark.parametrize("name", ["iris", "dlib-resnet", "blazeface-short", "../up", "Big", ""])
def test_a_name_that_is_taken_or_odd_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        _add(tiny_networks.embedder(tmp_path / "net.onnx"), name)
    assert caught.value.code == "model.add_name"


def test_a_model_is_not_added_twice_but_can_be_removed(tmp_path: Path) -> None:
    file = tiny_networks.embedder(tmp_path / "net.onnx")
    _add(file)
    with pytest.raises(ModelError) as caught:
        _add(file)
    assert caught.value.code == "model.add_exists"
    assert remove_model("mine").name == "mine.onnx"
    assert list(added_folder().iterdir()) == []
    with pytest.raises(ModelError) as caught:
        remove_model("mine")
    assert caught.value.code == "model.add_not_added"
    _add(file)


def test_an_altered_model_is_refused(tmp_path: Path) -> None:
    _add(tiny_networks.embedder(tmp_path / "net.onnx"))
    with (added_folder() / "mine.onnx").open("ab") as file:
        file.write(b"!")
    assert check(["mine"])[0].status == "altered"
    with pytest.raises(WeightAltered):
        embedder("mine")
    with pytest.raises(InstallFailed) as caught:
        install(["mine"])
    assert caught.value.code == "install.added_weight"


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(lambda text: text.replace('"nchw"', '"sideways"'), id="no such layout"),
        pytest.param(lambda text: text.replace("width = 16", 'width = "16"'), id="a word as size"),
        pytest.param(lambda text: text + "colour_space = 1\n", id="more than a card has"),
        pytest.param(lambda text: text.replace("dimensions", "dimension"), id="misspelt"),
        pytest.param(lambda text: text.replace('name = "mine"', 'name = "yours"'), id="renamed"),
        pytest.param(lambda text: text.replace("mine.onnx", "../x.onnx"), id="another file"),
        pytest.param(lambda text: text[:40], id="cut off"),
    ],
)
def test_a_broken_card_stops_its_own_model_only(edit: object, tmp_path: Path) -> None:
    _add(tiny_networks.embedder(tmp_path / "net.onnx"))
    card = added_folder() / "mine.toml"
    card.write_text(edit(card.read_text()))
    with pytest.raises(CardMalformed) as caught:
        embedder("mine")
    assert caught.value.code == "model.card_malformed"
    assert {state.name: state.status for state in check()}["mine"] == "altered"
    assert embedder(DEFAULT).dimensions == 128
    remove_model("mine")


@pytest.mark.parametrize("name", ["nobody", "found"])
def test_an_unknown_embedder_names_the_known_ones(name: str, tmp_path: Path) -> None:
    file = tiny_networks.detector(tmp_path / "net.onnx", 64, 8, (3, 3), 20)
    add_model(file, "found", "detector", Wishes(), licence="", source="")
    with pytest.raises(WeightMissing, match="dlib-resnet-int8") as caught:
        embedder(name)
    assert caught.value.code == "model.unknown"


@pytest.mark.parametrize("named", ["mine", [DEFAULT, "mine"]])
def test_an_added_embedder_decides_nothing_without_its_own_calibration(
    named: str | list[str], tmp_path: Path
) -> None:
    _add(tiny_networks.embedder(tmp_path / "net.onnx", side=112))
    faces = {**load_policy().section("faces"), "embedder": named}
    policy = Policy("office", "1", "", {**load_policy().sections, "faces": faces})
    picture = SAMPLES / "pass" / "portrait.jpg"
    with pytest.raises(PolicyError) as caught:
        match_faces(picture, picture, policy)
    assert caught.value.code == "policy.calibration_models"
    assert "periksa calibrate" in caught.value.advice


@pytest.mark.parametrize("stride", [8, 16, 32])
def test_what_yunet_gives_is_understood(stride: int, tmp_path: Path) -> None:
    """One face, of 40 px in the middle of cell (1, 0), in a picture four times as large."""
    file = tiny_networks.detector(tmp_path / "net.onnx", 64, stride, (1, 0), 40.0)
    card = add_model(file, "found", "detector", Wishes(), licence="", source="")
    assert (card.decoding, card.colour, card.scale) == ("yunet", "bgr", (1.0,))
    (face,) = detector("found").detect(np.zeros((128, 256, 3), np.uint8))
    centre = np.array([1.5 * stride, 0.5 * stride]) * 4 - [0, 64] - 0.5  # grey bars of 16 px above
    assert (face.box[:2] + face.box[2:]) / 2 == pytest.approx(centre)
    assert face.box[2:] - face.box[:2] == pytest.approx([160, 160])
    assert face.score == pytest.approx(0.9)
    assert face.keypoints.shape == (4, 2)
    assert face.keypoints[0] == pytest.approx(centre - 32)
    assert face.keypoints[3] == pytest.approx(
        centre + np.array([0, 40])
    )  # between the mouth's corners


def test_faces_that_a_detector_doubts_are_left_out(tmp_path: Path) -> None:
    file = tiny_networks.detector(tmp_path / "net.onnx", 64, 8, (3, 3), 20, score=0.5)
    add_model(file, "found", "detector", Wishes(), licence="", source="")
    assert detector("found").detect(np.zeros((64, 64, 3), np.uint8)) == ()


@pytest.mark.parametrize("make", [tiny_networks.embedder, tiny_networks.two_outputs])
def test_a_detector_must_give_what_yunet_gives(make: object, tmp_path: Path) -> None:
    file = make(tmp_path / "net.onnx")
    with pytest.raises(ModelError) as caught:
        add_model(file, "found", "detector", Wishes(), licence="", source="")
    assert caught.value.code == "model.add_output"
    with pytest.raises(WeightMissing):
        detector("found")


def test_models_are_added_listed_and_removed_by_command(tmp_path: Path) -> None:
    file = tiny_networks.embedder(tmp_path / "net.onnx")
    done = periksa("models", "add", file, "--name", "mine", "--mean", "1,2,3", "--json",
                   "--points", "1,2 3,4 5,6 7,8 9,10")  # fmt: skip
    assert done.status == 0
    assert (done.only["mean"], done.only["points"][-1]) == ([1.0, 2.0, 3.0], 10.0)
    listed = periksa("models", "list", "--group", "added", "--json")
    assert [line["name"] for line in listed.lines] == ["mine"]
    assert periksa("models", "check", "mine").status == 0
    assert periksa("models", "add", file, "--name", "mine").status == 4
    (added_folder() / "mine.onnx").write_bytes(b"")
    assert periksa("models", "check").status == 4
    assert periksa("models", "remove", "mine", "--json").only["status"] == "removed"
    told = periksa("models", "add", file, "--name", "again")
    assert "periksa calibrate" in told.err
    assert "12 numbers" in told.out


@pytest.mark.parametrize(
    "words",
    [["--mean", "red"], ["--input", "1x3xWxH"], ["--points", "a,b"], ["--kind", "nose"]],
)
def test_wrong_words_are_status_2(words: list[str]) -> None:
    assert periksa("models", "add", "net.onnx", "--name", "mine", *words).status == 2


def test_the_package_face_recognition_is_an_embedder(
    portrait: tuple[Rgb, Landmarks], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The descriptor of dlib: near ours, which is the same network on nearly the same chip."""
    package = tmp_path / "face_recognition_models"
    (package / "models").mkdir(parents=True)
    monkeypatch.delenv("PERIKSA_MODELS")
    for weight in weights(["dlib_resnet_dat", "dlib_five_points"]):
        (package / "models" / weight.file).symlink_to(location(weight))
    (package / "__init__.py").write_text("raise SystemExit('the package must not be imported')")
    monkeypatch.syspath_prepend(tmp_path)
    theirs = embedder("face_recognition")
    template = theirs.embed(*portrait)
    assert (template.shape, template.dtype) == ((128,), np.float32)
    assert template @ embedder("dlib-resnet").embed(*portrait) > 0.97
    assert theirs.digest != embedder("dlib-resnet").digest


def test_without_the_package_there_is_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(face_recognition_package.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(EngineMissing) as caught:
        embedder("face_recognition")
    assert caught.value.code == "engine.face_recognition"
    assert "pip install" in caught.value.advice
