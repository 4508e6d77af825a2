"""Sample: the bytes that a device or a file gave, with where they come from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from capture.decode import Header, Rgb, decode, inspect
from capture.errors import UnreadableImage

MAX_BYTES = 256 * 1024 * 1024  # more than any scan of a passport page; guards memory


@dataclass(frozen=True)
class Sample:
    """Evidence as it came: ``data`` is never re-encoded; decoding waits until it is asked for."""

    data: bytes
    name: str
    device: str
    taken_at: datetime

    @classmethod
    def from_bytes(cls, data: bytes, *, name: str, device: str = "bytes") -> Sample:
        """A sample of bytes that are already in memory, taken now."""
        return cls(data, name, device, datetime.now(UTC))

    @classmethod
    def from_file(cls, path: Path) -> Sample:
        """A sample of a file; its time is the file's. Raises UnreadableImage."""
        try:
            status = path.stat()
            if status.st_size > MAX_BYTES:
                raise UnreadableImage(
                    "image.too_large",
                    f"{path.name} has {status.st_size >> 20} MiB, the limit is {MAX_BYTES >> 20}",
                    "Scan again at 300 to 600 dpi, or save as JPEG.",
                )
            data = path.read_bytes()
        except FileNotFoundError:
            raise UnreadableImage(
                "image.missing", f"no file {path}", "Check the path and the spelling."
            ) from None
        except OSError as error:
            raise UnreadableImage(
                "image.unreadable",
                f"{path} cannot be read: {error.strerror}",
                "Check that it is a file and that its permissions allow reading.",
            ) from error
        taken = datetime.fromtimestamp(status.st_mtime, UTC)
        return cls(data, path.name, f"folder:{path.parent}", taken)

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    @cached_property
    def header(self) -> Header:
        """Size, type and orientation, read without decoding. Raises UnreadableImage."""
        return inspect(self.data, self.name)

    @cached_property
    def image(self) -> Rgb:
        """The picture upright: H x W x 3, uint8, RGB, sRGB. Raises UnreadableImage."""
        return decode(self.data, self.header, self.name)
