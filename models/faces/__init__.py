"""Faces: detectors, landmark networks and embedders, one file per model, one protocol each."""
