"""Portraits: networks that look at more of the picture than the face."""
