"""List what can be measured: ``./dev bench NAME``."""

from __future__ import annotations

import ast
from pathlib import Path


def main() -> None:
    """Print each benchmark's name and the question in its docstring's first line."""
    folder = Path(__file__).parent
    for path in sorted([*folder.glob("*.py"), *folder.glob("accuracy/*.py")]):
        if path.stem.startswith("_"):
            continue
        name = ".".join(path.relative_to(folder).with_suffix("").parts)
        question = (ast.get_docstring(ast.parse(path.read_text())) or "").partition("\n")[0]
        print(f"{name:<22} {question}")


if __name__ == "__main__":
    main()
