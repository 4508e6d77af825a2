"""Galleries: find a face among many, exactly, without ever hiding a hit.

Templates rest encrypted in segments and a log; nothing here hands one out.
"""

from __future__ import annotations

from pipeline.faces.gallery.answer import Candidate, Identification
from pipeline.faces.gallery.errors import EntryRefused, GalleryError
from pipeline.faces.gallery.filter import Filter
from pipeline.faces.gallery.gallery import Gallery
from pipeline.faces.gallery.identify import Question, identify
from pipeline.faces.gallery.opening import create_gallery, edit_gallery, is_gallery, open_gallery
from pipeline.faces.gallery.record import Record
from pipeline.faces.gallery.writer import GalleryWriter

__all__ = [
    "Candidate",
    "EntryRefused",
    "Filter",
    "Gallery",
    "GalleryError",
    "GalleryWriter",
    "Identification",
    "Question",
    "Record",
    "create_gallery",
    "edit_gallery",
    "identify",
    "is_gallery",
    "open_gallery",
]
