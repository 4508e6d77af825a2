"""Measurements: one file per question; peers beside us in the same run, on the same pictures."""
