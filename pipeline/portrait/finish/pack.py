"""A finished portrait as a face record of ISO/IEC 19794-5:2011."""

from __future__ import annotations

from datetime import datetime

import numpy as np

from pipeline.portrait.finish.encode import Encoded
from pipeline.portrait.finish.framing import Framing
from pipeline.portrait.finish.record import (
    LEFT_EYE,
    RIGHT_EYE,
    Coding,
    FaceImage,
    FaceRecord,
    FaceType,
    Landmark,
    PostProcessing,
    sampling_level,
)
from pipeline.portrait.finish.record_writer import write_face_record
from pipeline.portrait.locate import LocatedFace

_EARS = (127, 356)  # mesh points: the face's width
_MPEG4 = 1  # type of a landmark
_LEAST_TURN = 0.1  # degrees; less is no turn that changes a pixel's place
_CODINGS = {"jpeg": Coding.JPEG, "jp2": Coding.JPEG_2000}


def packed(
    encoded: Encoded,
    framing: Framing,
    face: LocatedFace,
    *,
    token: bool,
    taken_at: datetime | None,
) -> bytes:
    """The record's bytes; ``face`` is the face in the finished picture."""
    right, left = np.rint(face.eyes).astype(int).tolist()
    image = FaceImage(
        data=encoded.data,
        coding=_CODINGS[encoded.coding],
        width=framing.width,
        height=framing.height,
        face_type=FaceType.TOKEN_FRONTAL if token else FaceType.FULL_FRONTAL,
        landmarks=(Landmark(_MPEG4, RIGHT_EYE, *right), Landmark(_MPEG4, LEFT_EYE, *left)),
        captured_at=taken_at,
        sampling_rate=sampling_level(_width(face)),
        post_processing=_done(framing),
    )
    return write_face_record(FaceRecord(edition=2011, images=(image,)))


def _width(face: LocatedFace) -> float:
    ears = face.landmarks.points[list(_EARS)]
    return float(np.hypot(*((ears[1] - ears[0])[:2])))


def _done(framing: Framing) -> int:
    """Which kinds of processing the picture has seen; it came compressed and is so again."""
    done = PostProcessing.CROPPED | PostProcessing.MULTIPLY_COMPRESSED
    if abs(framing.tilt) >= _LEAST_TURN:
        done |= PostProcessing.ROTATED
    if framing.scale < 1:
        done |= PostProcessing.DOWN_SAMPLED
    return int(done)
