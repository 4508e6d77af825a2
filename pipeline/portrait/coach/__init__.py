"""Coaching: camera frames in, at most one instruction out, and the shot when all is right."""

from __future__ import annotations

from pipeline.portrait.coach.coach import Coach as Coach
from pipeline.portrait.coach.coach import Coaching as Coaching
