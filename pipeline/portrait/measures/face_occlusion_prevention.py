"""FaceOcclusionPrevention: is something before the face (ISO/IEC 29794-5).

OFIQ's formula on another map: our own network of face parts instead of its occlusion network.
"""

from __future__ import annotations

from pipeline.findings import Words
from pipeline.portrait.measures._measure import Measure, Remark
from pipeline.portrait.parts import share
from pipeline.portrait.scalars import share_free
from pipeline.portrait.view import PortraitView


def _raw(view: PortraitView) -> float:
    """Share of the face, from brows to chin, that is hidden."""
    return share(view.parts.hidden, view.face_mask)


_HIDDEN = Remark(
    message=Words(id="Wajah tertutup sesuatu", en="Something is before the face"),
    advice=Words(
        id="Buka masker, dan jauhkan tangan, rambut atau benda dari wajah",
        en="Take off the mask, and keep hands, hair and things away from the face",
    ),
)
MEASURE = Measure(
    name="FaceOcclusionPrevention",
    label=Words(id="Wajah terlihat", en="Face visible"),
    method="OFIQ's formula on the parts net's map",
    fidelity="equal to OFIQ 1.1.2 on the same map; the map is advisory",
    raw=_raw,
    scalar=share_free,
    low=_HIDDEN,
    high=_HIDDEN,
)
