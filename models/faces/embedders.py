"""Embedders by name: ours, the package face_recognition's, a user's own, or several as one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

from models.cards import read_card
from models.catalogue import added_folder
from models.errors import WeightMissing
from models.faces._embedder import Embedder

DEFAULT = "dlib-resnet-int8"


def embedder(names: str | Sequence[str] = DEFAULT) -> Embedder:
    """The embedder of this name, or the fusion of several; loaded once a process.

    Raises ModelError for a name that is not known, or a network that is not there.
    """
    chosen = (names,) if isinstance(names, str) else tuple(names)
    return _single(chosen[0]) if len(chosen) == 1 else _fused(chosen)


def _added_names() -> tuple[str, ...]:
    """The names of the models that a user added, embedders or not."""
    return tuple(path.stem for path in sorted(added_folder().glob("*.toml")))


def _int8() -> Embedder:
    from models.faces.dlib_resnet import DlibResNetInt8

    return DlibResNetInt8()


def _float() -> Embedder:
    from models.faces.dlib_resnet import DlibResNet

    return DlibResNet()


def _package() -> Embedder:
    from models.faces.face_recognition_package import FaceRecognition

    return FaceRecognition()


OURS: Mapping[str, Callable[[], Embedder]] = MappingProxyType(
    {DEFAULT: _int8, "dlib-resnet": _float, "face_recognition": _package}
)


@lru_cache(maxsize=16)
def _fused(names: tuple[str, ...]) -> Embedder:
    from models.faces.fusion import FusedEmbedder

    return FusedEmbedder([_single(name) for name in names])


@lru_cache(maxsize=16)
def _single(name: str) -> Embedder:
    if name in OURS:
        return OURS[name]()
    path = added_folder() / f"{name}.toml"
    if not path.is_file() or (card := read_card(path)).kind != "embedder":
        known = ", ".join((*OURS, *_added_names()))
        raise WeightMissing(
            "model.unknown",
            f"there is no embedder {name!r}; known: {known}",
            f"Correct the policy's [faces] embedder, or: periksa models add FILE --name {name}",
        )
    from models.faces.added_embedder import AddedEmbedder

    return AddedEmbedder(card)
