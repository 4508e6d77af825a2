"""The reader of this project: localiser, own network, joint decoding. The default."""

from __future__ import annotations

from datetime import date

from pipeline.documents import mrz
from pipeline.documents.mrz.engines._engine import MrzEngine
from pipeline.documents.mrz.reading import MrzReading
from pipeline.evidence import Rgb
from pipeline.policy import Policy


def _read(image: Rgb, policy: Policy, today: date | None) -> MrzReading:
    return mrz.read_mrz(image, policy, today=today)


ENGINE = MrzEngine("own", "Periksa's own reader", _read)
