"""Faces: are two pictures of the same person, and how sure can one be."""
