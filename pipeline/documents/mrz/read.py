"""A picture to a machine-readable zone: locate, recognise, decode, repair, assess."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from models.text._reader import StripReader
from models.text.mrz_net import mrz_net
from pipeline.documents.mrz.assess import assessed, not_found
from pipeline.documents.mrz.find import best_candidate
from pipeline.documents.mrz.reading import MrzReading
from pipeline.evidence import Rgb, Scan, rgb_of
from pipeline.policy import Policy, load_policy


def read_mrz(
    image: Rgb | bytes | Path | Scan,
    policy: Policy | None = None,
    *,
    today: date | None = None,
    reader: StripReader | None = None,
) -> MrzReading:
    """The zone of a document's picture, in any of the four directions.

    ``reader`` replaces the shipped recogniser; ``today`` decides centuries and expiry. Raises
    UnreadableImage, WeightMissing, PolicyError.
    """
    rules = policy or load_policy()
    best = best_candidate(rgb_of(image), reader or mrz_net())
    if best is None or best.decoding.mean < rules.number("mrz", "min_mean_log_probability"):
        return not_found()
    decoding = best.decoding
    corners = best.placed.corners(decoding.offsets, decoding.format.columns)
    return assessed(decoding, best.repairs, rules, today=today, polygon=corners)
