"""The portrait: where the face is, and how good the picture of it is."""
