"""Fitting the mesh to dlib's five points; run as ``python -m models.training.alignment``."""
