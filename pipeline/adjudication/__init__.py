"""Adjudication: what a person must look at, in the order in which to look."""

from __future__ import annotations
