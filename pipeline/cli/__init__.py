"""The command ``periksa``: one file per command; nothing heavy is imported until it is needed."""

from __future__ import annotations

from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit status is pipeline.errors.ExitStatus."""
    import sys

    from pipeline.cli.app import app
    from pipeline.cli.boundary import run_guarded

    words = sys.argv[1:] if arguments is None else arguments
    return run_guarded(lambda rest: app(args=rest, prog_name="periksa"), words)
