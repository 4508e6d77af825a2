"""Policies: every limit as versioned data, with a digest that each report carries."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipeline.errors import PolicyError

FOLDER = Path(__file__).parent / "policies"
DEFAULT = "passport-id"


@dataclass(frozen=True)
class Policy:
    """One policy file: ``sections`` as parsed, ``digest`` the sha256 of its bytes."""

    name: str
    version: str
    digest: str
    sections: Mapping[str, Any]

    def section(self, name: str) -> Mapping[str, Any]:
        """A table of the policy. Raises PolicyError if the policy lacks it."""
        table = self.sections.get(name)
        if not isinstance(table, Mapping):
            raise PolicyError(
                "policy.section_missing",
                f"policy {self.name} has no section [{name}]",
                f"Add it; pipeline/policies/{DEFAULT}.toml shows every section.",
            )
        return table

    def number(self, section: str, key: str) -> float:
        """A limit. Raises PolicyError if it is missing or not a number."""
        value = self.section(section).get(key)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise PolicyError(
                "policy.limit_missing",
                f"policy {self.name} has no number {section}.{key}",
                f"Add `{key} = ...` under [{section}].",
            )
        return float(value)

    def to_dict(self) -> dict[str, str]:
        return {"name": self.name, "version": self.version, "sha256": self.digest}


def load_policy(name: str | Path = DEFAULT) -> Policy:
    """A policy by name (``passport-id``) or by the path of a TOML file. Raises PolicyError."""
    path = Path(name) if str(name).endswith(".toml") else FOLDER / f"{name}.toml"
    return _load(path)


@lru_cache(maxsize=16)
def _load(path: Path) -> Policy:
    data, sections = read_limits(path, "policy", "policy.")
    version = str(sections.get("version", "unversioned"))
    return Policy(path.stem, version, hashlib.sha256(data).hexdigest(), sections)


def read_limits(path: Path, kind: str, code: str) -> tuple[bytes, dict[str, Any]]:
    """A TOML file of limits, as bytes (for its digest) and parsed.

    Raises PolicyError with ``code`` + missing or malformed, speaking of a ``kind``.
    """
    try:
        data = path.read_bytes()
        return data, tomllib.loads(data.decode())
    except OSError as error:
        known = ", ".join(sorted(file.stem for file in path.parent.glob("*.toml"))) or "none there"
        raise PolicyError(
            f"{code}missing",
            f"{kind} {path} cannot be read: {error.strerror}",
            f"Known {path.parent.name}: {known}; or name a .toml file.",
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PolicyError(
            f"{code}malformed", f"{kind} {path}: {error}", "Correct the TOML at that place."
        ) from error
