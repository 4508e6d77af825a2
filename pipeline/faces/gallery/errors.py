"""Why a gallery could not be used, or an entry not be taken.

StoreError
└── GalleryError    the gallery is missing, damaged, locked or of other models   exit 6, HTTP 503
PipelineError
└── EntryRefused    one entry cannot be enrolled, updated or deleted             exit 3, HTTP 422
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import ExitStatus, PipelineError, StoreError


class GalleryError(StoreError):
    """The gallery itself cannot be opened, read or written."""


class EntryRefused(PipelineError):
    """One entry is not acceptable; the gallery is as it was."""

    exit_status = ExitStatus.INPUT
    http_status = 422


def damaged(path: Path, what: str) -> GalleryError:
    """The error for bytes that are not those that were written."""
    return GalleryError(
        "gallery.damaged",
        f"{path} is damaged: {what}",
        "Keep the folder for the administrator and restore the last backup, "
        "or build the gallery again from the pictures.",
    )


@contextmanager
def disk_faults(path: Path) -> Iterator[None]:
    """Turn what the operating system says into a GalleryError with its remedy."""
    try:
        yield
    except OSError as error:
        raise GalleryError(
            "gallery.disk",
            f"{path}: {error.strerror or error}",
            "Check the disk's space and the folder's permissions, then try again.",
        ) from error
