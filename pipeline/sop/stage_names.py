"""The names that logs give to the stages of a procedure: its own labels, and an office's list."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pipeline.sop.errors import ProfileError
from pipeline.sop.procedure import Procedure


def stage_names(procedure: Procedure, file: Path | None = None) -> dict[str, str]:
    """Names in small letters -> stage. ``file``: TOML lines ``"name in the log" = "stage"``.

    Raises ProfileError for a file that cannot be read or names a stage that is not there.
    """
    names: dict[str, str] = {}
    for stage in procedure.stages.values():
        names |= {stage.label.id.casefold(): stage.id, stage.label.en.casefold(): stage.id}
    names |= {stage.casefold(): stage for stage in procedure.stages}
    if file is not None:
        names |= {name.casefold(): stage for name, stage in _listed(procedure, file).items()}
    return names


def _listed(procedure: Procedure, file: Path) -> dict[str, str]:
    try:
        listed = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProfileError(
            "sop.stages_unreadable",
            f"list of stage names {file}: {error}",
            'Write lines such as "Wawancara pemohon" = "interview".',
        ) from error
    for name, stage in listed.items():
        if stage not in procedure.stages:
            known = ", ".join(procedure.stages)
            raise ProfileError(
                "sop.stages_unknown",
                f"list of stage names {file}: {name!r} leads to {stage!r}",
                f"Stages of {procedure.name}: {known}.",
            )
    return listed
